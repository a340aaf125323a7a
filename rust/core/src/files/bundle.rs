//! Bundles: reading every file once, in parallel, and writing its content in order.
//!
//! The worker threads gather batches of files ([`super::gather`]) while the calling thread writes the
//! batch before ([`super::body`]). `docs/bundle.md` specifies the result.

use std::ops::ControlFlow;
use std::path::PathBuf;

use super::body::{Body, Sink};
use super::digest::{FileDigest, TreeDigest};
use super::gather::{Facts, Gathered, Layout, Piece, Spare, first_batch, gather, next_batch, stream};
use super::output::Output;
use super::read::Sources;
use super::{Observer, Tree};
use crate::error::{Error, OpenFile, Result};
use crate::sql::{OpenConstruct, OpenKind};
use crate::workers::workers;

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
    /// Files that end inside a construct, in build order.
    pub open: Vec<OpenFile>,
    /// One summary per part.
    pub parts: Vec<PartSummary>,
}

/// Writes bundles, reading each file once.
///
/// `separator` holds the pieces between which a file's path is put. With `fatal`, the files are
/// searched for open constructs, and those of a fatal kind make the build fail when all files were read.
pub fn write_schema(
    tree: Tree<'_>,
    parts: &[Part<'_>],
    separator: &[String],
    fatal: Option<&[OpenKind]>,
    observer: &Observer<'_>,
) -> Result<Written> {
    let mut sinks = Vec::with_capacity(parts.len());
    for part in parts {
        sinks.push(match &part.target {
            Target::Nowhere => Sink::Nowhere,
            Target::File(path) => Sink::File(Output::create(path)?),
        });
    }
    let (written, sinks) = write_parts(tree, parts, sinks, separator, fatal, observer)?;
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
    separator: &[String],
    fatal: Option<&[OpenKind]>,
    observer: &Observer<'_>,
) -> Result<(String, Written)> {
    let part = Part { header, files: None, target: Target::Nowhere };
    let sinks = vec![Sink::Memory(Vec::new())];
    let (written, sinks) = write_parts(tree, &[part], sinks, separator, fatal, observer)?;
    let bytes = match sinks.into_iter().next() {
        Some(Sink::Memory(bytes)) => bytes,
        _ => Vec::new(),
    };
    // Every file was checked to be UTF-8, so nothing is ever replaced.
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Ok((text, written))
}

fn write_parts(
    tree: Tree<'_>,
    parts: &[Part<'_>],
    sinks: Vec<Sink>,
    separator: &[String],
    fatal: Option<&[OpenKind]>,
    observer: &Observer<'_>,
) -> Result<(Written, Vec<Sink>)> {
    let sources = Sources::new(tree);
    let spare = Spare::default();
    let mut run = Run {
        layout: Layout { sources: &sources, separator, search: fatal.is_some(), spare: &spare },
        observer,
        digests: vec![[0; 32]; tree.paths.len()],
        open: Vec::new(),
        done: 0,
    };
    let mut bodies = Vec::with_capacity(parts.len());
    for (part, sink) in parts.iter().zip(sinks) {
        bodies.push(run.part(part, sink)?);
    }
    if tree.paths.is_empty() && observer(0, 0).is_break() {
        return Err(Error::Stopped);
    }
    let Run { digests, mut open, .. } = run;
    open.sort_by_key(|open| open.file);
    if let Some(fatal) = fatal
        && open.iter().any(|open| fatal.contains(&open.kind))
    {
        open.retain(|open| fatal.contains(&open.kind));
        return Err(Error::Unclosed(open));
    }
    let digest = TreeDigest::new(tree.paths, &digests);
    let mut summaries = Vec::with_capacity(parts.len());
    let mut sinks = Vec::with_capacity(parts.len());
    for (part, body) in parts.iter().zip(bodies) {
        let (summary, sink) = body.finish(&part.header, &digest.digest)?;
        summaries.push(summary);
        sinks.push(sink);
    }
    Ok((Written { digest, open, parts: summaries }, sinks))
}

/// The state of a build across its parts.
struct Run<'a> {
    layout: Layout<'a>,
    observer: &'a Observer<'a>,
    digests: Vec<FileDigest>,
    open: Vec<OpenFile>,
    done: usize,
}

impl Run<'_> {
    /// Reads the files of a part and writes its body.
    fn part(&mut self, part: &Part<'_>, sink: Sink) -> Result<Body> {
        let pool = workers()?;
        let layout = self.layout;
        let all: Vec<usize>;
        let files = if let Some(files) = part.files {
            files
        } else {
            all = (0..layout.sources.tree.paths.len()).collect();
            &all
        };
        let mut body = Body::start(sink, &part.header)?;
        let mut size = first_batch();
        let mut rest = files;
        let mut ready = Vec::new();
        while !rest.is_empty() || !ready.is_empty() {
            let (batch, after) = rest.split_at(size.min(rest.len()));
            rest = after;
            let mut next = Vec::new();
            let written = pool.in_place_scope(|scope| {
                scope.spawn(|_| next = gather(layout, batch));
                self.write(std::mem::take(&mut ready), &mut body)
            });
            written?;
            size = next_batch(&next, batch.len());
            ready = next;
        }
        Ok(body)
    }

    fn write(&mut self, batch: Vec<Result<Gathered>>, body: &mut Body) -> Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        for gathered in batch {
            for piece in gathered? {
                match piece {
                    Piece::Held { bytes, files } => {
                        body.emit(&bytes)?;
                        self.layout.put_by(bytes);
                        for (file, facts) in files {
                            self.note(file, facts, body);
                        }
                    }
                    Piece::TooLarge(file) => {
                        let go_on = || (self.observer)(self.done, self.digests.len()).is_continue();
                        let facts = stream(self.layout, file, body, go_on)?;
                        self.note(file, facts, body);
                    }
                }
            }
        }
        match (self.observer)(self.done, self.digests.len()) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::Stopped),
        }
    }

    fn note(&mut self, file: usize, facts: Facts, body: &mut Body) {
        body.note_file(facts.bytes);
        self.digests[file] = facts.digest;
        self.open.extend(facts.open.map(|OpenConstruct { kind, line, column }| OpenFile {
            file,
            kind,
            line,
            column,
        }));
        self.done += 1;
    }
}
