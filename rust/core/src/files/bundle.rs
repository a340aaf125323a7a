//! Bundles: reading every file once, in parallel, and writing its content in order.
//!
//! All threads gather runs of files ([`super::gather`]), which the calling thread writes in order
//! ([`super::body`]). `docs/bundle.md` specifies the result.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use super::body::{Body, Sink, Text};
use super::digest::{FileDigest, TreeDigest, TreeDigesting};
use super::gather::{Gathered, Gathering, Including, Layout, Piece};
use super::in_order::{Pulse, Take, in_order};
use super::output::Output;
use super::read::{Source, Sources};
use super::segments::{Owner, Segment};
use super::stream::{Facts, Included, stream};
use super::{Observer, Tree};
use crate::error::{Error, OpenFile, Result};
use crate::sql::{OpenConstruct, OpenKind};

/// One bundle to be made.
#[derive(Debug)]
pub struct Part<'a> {
    /// Pieces of the header, between which the tree digest and the body's SHA-256 are put.
    pub header: [String; 3],
    /// Indices into the tree's paths, ascending; `None` for all.
    pub files: Option<&'a [usize]>,
    /// Where it goes.
    pub target: Target,
}

/// Where a bundle goes.
#[derive(Debug)]
pub enum Target {
    /// Nowhere: only the digests are wanted.
    Nowhere,
    /// To a file.
    File(PathBuf),
}

/// What stands before the content of each file.
#[derive(Debug, Clone, Copy)]
pub struct Separator<'a> {
    /// Pieces between which a file's path is put.
    pub pieces: &'a [String],
    /// What no included file's path contains, as the separator could not hold it.
    pub forbidden: &'a [String],
}

/// What a bundle came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartSummary {
    /// Number of files in it.
    pub files: usize,
    /// Bytes of these files as they are on disk.
    pub source_bytes: u64,
    /// Bytes of the whole bundle.
    pub bundle_bytes: u64,
    /// Lowercase hexadecimal SHA-256 of all after the header.
    pub body_sha256: String,
}

/// The result of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The digest of all files.
    pub digest: TreeDigest,
    /// Files that end inside a construct, in the order of the digest's lines; indices from the number of
    /// selected files on are those of included ones.
    pub open: Vec<OpenFile>,
    /// One summary per part.
    pub parts: Vec<PartSummary>,
    /// Per part the segments of its bundle, if they were asked for.
    pub segments: Vec<Vec<Segment>>,
}

/// Writes bundles, which together hold each file once, reading each once.
///
/// With `fatal`, the files are searched for open constructs, and those of a fatal kind make the build fail
/// when all files were read.
/// With `segments`, the result tells where the bundles' lines come from.
pub fn write_schema(
    tree: Tree<'_>,
    parts: &[Part<'_>],
    separator: Separator<'_>,
    fatal: Option<&[OpenKind]>,
    segments: bool,
    observer: &Observer<'_>,
) -> Result<Written> {
    let mut sinks = Vec::with_capacity(parts.len());
    for part in parts {
        sinks.push(match &part.target {
            Target::Nowhere => Sink::Nowhere,
            Target::File(path) => Sink::File(Output::create(path)?),
        });
    }
    let (written, sinks) = write_parts(tree, parts, sinks, separator, fatal, segments, observer)?;
    for sink in sinks {
        if let Sink::File(output) = sink {
            output.commit()?;
        }
    }
    Ok(written)
}

/// The bundle of all files as text.
pub fn build_schema(
    tree: Tree<'_>,
    header: [String; 3],
    separator: Separator<'_>,
    fatal: Option<&[OpenKind]>,
    segments: bool,
    observer: &Observer<'_>,
) -> Result<(String, Written)> {
    let part = Part { header, files: None, target: Target::Nowhere };
    let sinks = vec![Sink::Memory(Text::default())];
    let (written, sinks) = write_parts(tree, &[part], sinks, separator, fatal, segments, observer)?;
    let text = match sinks.into_iter().next() {
        Some(Sink::Memory(held)) => held.text,
        _ => String::new(),
    };
    Ok((text, written))
}

fn write_parts(
    tree: Tree<'_>,
    parts: &[Part<'_>],
    sinks: Vec<Sink>,
    separator: Separator<'_>,
    fatal: Option<&[OpenKind]>,
    segments: bool,
    observer: &Observer<'_>,
) -> Result<(Written, Vec<Sink>)> {
    let sources = Sources::new(tree);
    let mut run = Run {
        layout: Layout { sources: &sources, separator, search: fatal.is_some(), is_written: true },
        pulse: Pulse::new(observer, tree.paths.len()),
        digesting: TreeDigesting::new(tree.paths),
        open: Vec::new(),
        included_open: BTreeMap::new(),
        done: 0,
        segments,
    };
    let mut bodies = Vec::with_capacity(parts.len());
    for (part, sink) in parts.iter().zip(sinks) {
        bodies.push(run.part(part, sink)?);
    }
    run.pulse.end(run.done)?;
    let Run { digesting, mut open, included_open, .. } = run;
    let (digest, included) = digesting.finish();
    let selected = tree.paths.len();
    for (index, file) in included.iter().enumerate() {
        open.extend(included_open.get(&file.path).map(|open| open_file(selected + index, *open)));
    }
    // By the selected file after whose line theirs is; then in their own order.
    open.sort_by_key(|open| match open.file.checked_sub(selected) {
        Some(index) => (included[index].first, open.file),
        None => (open.file, 0),
    });
    if let Some(fatal) = fatal
        && open.iter().any(|open| fatal.contains(&open.kind))
    {
        open.retain(|open| fatal.contains(&open.kind));
        let included = included.into_iter().map(|file| file.absolute).collect();
        return Err(Error::Unclosed { open, included });
    }
    let indices = segments.then(|| Indices::new(tree.paths, &digest.included));
    let mut summaries = Vec::with_capacity(parts.len());
    let mut sinks = Vec::with_capacity(parts.len());
    let mut all_segments = Vec::new();
    for (part, body) in parts.iter().zip(bodies) {
        let (summary, sink, stretches) = body.finish(&part.header, &digest.digest)?;
        summaries.push(summary);
        sinks.push(sink);
        if let Some(indices) = &indices {
            let segments = stretches.into_iter().map(|stretch| stretch.segment(|owner| indices.of(owner)));
            all_segments.push(segments.collect());
        }
    }
    Ok((Written { digest, open, parts: summaries, segments: all_segments }, sinks))
}

fn open_file(file: usize, open: OpenConstruct) -> OpenFile {
    let OpenConstruct { kind, line, column } = open;
    OpenFile { file, kind, line, column }
}

/// The indices of selected and included files by their paths, for segments.
struct Indices<'a>(HashMap<&'a str, usize>);

impl<'a> Indices<'a> {
    fn new(selected: &'a [String], included: &'a [String]) -> Self {
        let paths = selected.iter().chain(included).map(String::as_str);
        Self(paths.enumerate().map(|(index, path)| (path, index)).collect())
    }

    fn of(&self, owner: &Owner) -> usize {
        match owner {
            Owner::Selected(file) => *file,
            // Every included file is in one of the lists.
            Owner::Included(path) => self.0.get(path.as_str()).copied().unwrap_or_default(),
        }
    }
}

/// The state of a build across its parts.
struct Run<'a> {
    layout: Layout<'a>,
    pulse: Pulse<'a>,
    digesting: TreeDigesting<'a>,
    open: Vec<OpenFile>,
    /// What included files leave open, by their paths.
    included_open: BTreeMap<String, OpenConstruct>,
    done: usize,
    segments: bool,
}

impl Run<'_> {
    /// Reads the files of a part and writes its body.
    fn part(&mut self, part: &Part<'_>, sink: Sink) -> Result<Body> {
        let layout = self.layout;
        let all: Vec<usize>;
        let files = if let Some(files) = part.files {
            files
        } else {
            all = (0..layout.sources.tree.paths.len()).collect();
            &all
        };
        let gathering = Gathering::new(layout, files);
        let body = Body::start(sink, &part.header, self.segments)?;
        let mut writing = Writing { run: self, gathering: &gathering, body };
        in_order(files.len(), &gathering, &mut writing)?;
        Ok(writing.body)
    }

    fn note(&mut self, file: usize, digest: FileDigest, open: Option<OpenConstruct>) {
        self.digesting.note(file, digest);
        self.open.extend(open.map(|open| open_file(file, open)));
        self.done += 1;
    }

    fn note_included(&mut self, file: usize, included: Vec<Included>) {
        for included in &included {
            if let Some(open) = included.open {
                self.included_open.insert(included.path.clone(), open);
            }
        }
        self.digesting.note_included(file, included);
    }
}

/// The writing of a part.
struct Writing<'run, 'a> {
    run: &'run mut Run<'a>,
    gathering: &'run Gathering<'run>,
    body: Body,
}

impl Writing<'_, '_> {
    fn stream(&mut self, file: usize, read: Option<Source>) -> Result<()> {
        let run = &*self.run;
        let go_on = || run.pulse.beat(run.done);
        let Facts { bytes, digest, open, included } = stream(run.layout, file, read, &mut self.body, &go_on)?;
        self.body.note_file(bytes);
        self.run.note(file, digest, open);
        self.run.note_included(file, included);
        Ok(())
    }
}

impl Take<Gathered> for Writing<'_, '_> {
    fn take(&mut self, gathered: Gathered) -> Result<()> {
        for piece in gathered.pieces {
            match piece {
                Piece::Held(held) => {
                    let digests = self.body.emit_files(&held.text, &held.files)?;
                    for (file, digest) in held.files.iter().zip(digests) {
                        self.body.note_file(file.source_bytes());
                        self.run.note(file.file, digest, file.open);
                    }
                    self.gathering.release(held);
                }
                Piece::Large(file) => self.stream(file, None)?,
                Piece::Including(Including { file, source, size }) => {
                    self.stream(file, Some(source))?;
                    self.gathering.make_room(size);
                }
            }
        }
        self.run.digesting.advance();
        gathered.failure.map_or(Ok(()), Err)
    }

    fn beat(&self) -> bool {
        self.run.pulse.beat(self.run.done)
    }
}
