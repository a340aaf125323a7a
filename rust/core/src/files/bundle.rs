//! Bundles: reading every file once, in parallel, and writing its content in order.
//!
//! Files are read, digested and checked in batches on the worker threads, while the calling thread
//! writes the batch before. A batch holds a bounded number of bytes; a file that does not fit is left
//! to the writer, who streams it. `docs/bundle.md` specifies the result.

use std::fs::File;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::content::{ContentCheck, ContentProblem, check_whole, without_mark};
use super::digest::{FileDigest, TreeDigest, hex};
use super::output::Output;
use super::read::{fill, read_pieces};
use super::{Observer, Tree};
use crate::error::{Error, OpenFile, Result};
use crate::sql::{OpenConstruct, OpenKind, OpenSearch, find_open_construct};
use crate::workers::workers;

/// Bytes of content that one batch may hold.
const BATCH_BYTES: usize = 8 << 20;
const BATCH_FILES: Range<usize> = 64..2048;
/// Bytes in which a file is streamed, and the body is digested and written.
const STREAMED: usize = 1 << 20;
const BUFFERED: usize = 256 << 10;
const DIGEST_DIGITS: usize = 64;

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

/// How the files of a build are put together.
#[derive(Debug, Clone, Copy)]
struct Layout<'a> {
    tree: Tree<'a>,
    separator: &'a [String],
    /// Whether open constructs are searched for.
    search: bool,
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
    let layout = Layout { tree, separator, search: fatal.is_some() };
    let mut run =
        Run { layout, observer, digests: vec![[0; 32]; tree.paths.len()], open: Vec::new(), done: 0 };
    let mut bodies = Vec::with_capacity(parts.len());
    for (part, sink) in parts.iter().zip(sinks) {
        bodies.push(run.part(part, sink)?);
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
            all = (0..layout.tree.paths.len()).collect();
            &all
        };
        let mut body = Body::start(sink, &part.header)?;
        body.files = files.len();
        let mut size = BATCH_FILES.start * 4;
        let mut rest = files;
        let mut ready: Vec<(usize, Result<Source>)> = Vec::new();
        while !rest.is_empty() || !ready.is_empty() {
            let (batch, after) = rest.split_at(size.min(rest.len()));
            rest = after;
            let mut next = Vec::new();
            let writing = pool.in_place_scope(|scope| {
                scope.spawn(|_| next = read_batch(layout, batch));
                self.write_batch(std::mem::take(&mut ready), &mut body)
            });
            writing?;
            size = next_batch_size(&next);
            ready = next;
        }
        Ok(body)
    }

    fn write_batch(&mut self, batch: Vec<(usize, Result<Source>)>, body: &mut Body) -> Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        for (file, source) in batch {
            let source = source?;
            body.separate(self.layout.separator, &self.layout.tree.paths[file])?;
            let facts = match source {
                Source::Held { content, facts } => {
                    body.content(without_mark(&content))?;
                    facts
                }
                Source::TooLarge => stream(self.layout, file, body)?,
            };
            body.end_file()?;
            body.source_bytes += facts.bytes;
            self.digests[file] = facts.digest;
            self.open.extend(facts.open.map(|OpenConstruct { kind, line, column }| OpenFile {
                file,
                kind,
                line,
                column,
            }));
            self.done += 1;
        }
        match (self.observer)(self.done, self.digests.len()) {
            std::ops::ControlFlow::Continue(()) => Ok(()),
            std::ops::ControlFlow::Break(()) => Err(Error::Stopped),
        }
    }
}

/// A file that was read.
enum Source {
    Held { content: Vec<u8>, facts: Facts },
    TooLarge,
}

/// What is known of a file once its bytes have passed.
struct Facts {
    bytes: u64,
    digest: FileDigest,
    open: Option<OpenConstruct>,
}

fn next_batch_size(batch: &[(usize, Result<Source>)]) -> usize {
    let bytes: usize = batch
        .iter()
        .map(|(_, source)| match source {
            Ok(Source::Held { content, .. }) => content.len(),
            _ => BATCH_BYTES / BATCH_FILES.start,
        })
        .sum();
    let average = (bytes / batch.len().max(1)).max(1);
    (BATCH_BYTES / 2 / average).clamp(BATCH_FILES.start, BATCH_FILES.end)
}

fn read_batch(layout: Layout<'_>, files: &[usize]) -> Vec<(usize, Result<Source>)> {
    let held = AtomicUsize::new(0);
    files.par_iter().map(|&file| (file, read_source(layout, file, &held))).collect()
}

/// Reads a file whole, if the batch has room for it.
fn read_source(layout: Layout<'_>, file: usize, held: &AtomicUsize) -> Result<Source> {
    let path = layout.tree.absolute(file);
    let mut content = Vec::new();
    let mut fits = true;
    read_pieces(&path, |piece| {
        fits = held.fetch_add(piece.len(), Ordering::Relaxed) + piece.len() <= BATCH_BYTES;
        if fits {
            content.extend_from_slice(piece);
        }
        fits
    })?;
    if !fits {
        held.fetch_sub(content.len(), Ordering::Relaxed);
        return Ok(Source::TooLarge);
    }
    let text = check_whole(&content).map_err(|problem| problem.in_file(&path))?;
    let facts = Facts {
        bytes: content.len() as u64,
        digest: Sha256::digest(&content).into(),
        open: if layout.search { find_open_construct(text.as_bytes()) } else { None },
    };
    Ok(Source::Held { content, facts })
}

/// Reads a file piece by piece into the body.
fn stream(layout: Layout<'_>, file: usize, body: &mut Body) -> Result<Facts> {
    let path = layout.tree.absolute(file);
    let unreadable = |source| Error::FileUnreadable { path: path.clone(), source };
    let pool = workers()?;
    let mut source = File::open(&path).map_err(unreadable)?;
    let mut inspection = Inspection::new(layout.search);
    let mut buffer = vec![0; STREAMED];
    let mut is_first = true;
    loop {
        let length = fill(&mut source, &mut buffer).map_err(unreadable)?;
        let piece = &buffer[..length];
        let content = if is_first { without_mark(piece) } else { piece };
        is_first = false;
        let mut inspected = Ok(());
        let written = pool.in_place_scope(|scope| {
            scope.spawn(|_| inspected = inspection.update(piece));
            body.content(content)
        });
        inspected.map_err(|problem| problem.in_file(&path))?;
        written?;
        if length < STREAMED {
            return inspection.finish().map_err(|problem| problem.in_file(&path));
        }
    }
}

/// Everything that is learnt from a streamed file's bytes; its first piece holds the whole mark.
struct Inspection {
    bytes: u64,
    hasher: Sha256,
    check: ContentCheck,
    search: Option<OpenSearch>,
}

impl Inspection {
    fn new(search: bool) -> Self {
        Self {
            bytes: 0,
            hasher: Sha256::new(),
            check: ContentCheck::default(),
            search: search.then(OpenSearch::new),
        }
    }

    fn update(&mut self, piece: &[u8]) -> std::result::Result<(), ContentProblem> {
        self.check.update(piece)?;
        self.hasher.update(piece);
        if let Some(search) = &mut self.search {
            search.update(if self.bytes == 0 { without_mark(piece) } else { piece });
        }
        self.bytes += piece.len() as u64;
        Ok(())
    }

    fn finish(self) -> std::result::Result<Facts, ContentProblem> {
        self.check.finish()?;
        Ok(Facts {
            bytes: self.bytes,
            digest: self.hasher.finalize().into(),
            open: self.search.and_then(OpenSearch::finish),
        })
    }
}

/// Where a bundle's bytes go.
enum Sink {
    Nowhere,
    Memory(Vec<u8>),
    File(Output),
}

impl Sink {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        match self {
            Self::Nowhere => {}
            Self::Memory(held) => held.extend_from_slice(bytes),
            Self::File(output) => output.write(bytes)?,
        }
        Ok(())
    }

    fn overwrite_start(&mut self, bytes: &[u8]) -> Result<()> {
        match self {
            Self::Nowhere => {}
            Self::Memory(held) => held[..bytes.len()].copy_from_slice(bytes),
            Self::File(output) => output.overwrite_start(bytes)?,
        }
        Ok(())
    }
}

/// A bundle being written: its header, for now with blanks for digests, and its body so far.
struct Body {
    sink: Sink,
    hasher: Sha256,
    buffer: Vec<u8>,
    bytes: u64,
    source_bytes: u64,
    files: usize,
    /// Whether the current file's content so far ends in a newline.
    ends_in_newline: bool,
}

impl Body {
    fn start(mut sink: Sink, header: &[String; 3]) -> Result<Self> {
        let blank = "-".repeat(DIGEST_DIGITS);
        let header = join_header(header, &blank, &blank);
        sink.write(header.as_bytes())?;
        Ok(Self {
            sink,
            hasher: Sha256::new(),
            buffer: Vec::with_capacity(BUFFERED),
            bytes: header.len() as u64,
            source_bytes: 0,
            files: 0,
            ends_in_newline: false,
        })
    }

    /// Writes the separator before a file.
    fn separate(&mut self, separator: &[String], path: &str) -> Result<()> {
        for (index, piece) in separator.iter().enumerate() {
            if index > 0 {
                self.push(path.as_bytes())?;
            }
            self.push(piece.as_bytes())?;
        }
        self.ends_in_newline = false;
        Ok(())
    }

    fn content(&mut self, content: &[u8]) -> Result<()> {
        if let Some(last) = content.last() {
            self.ends_in_newline = *last == b'\n';
        }
        self.push(content)
    }

    fn end_file(&mut self) -> Result<()> {
        if self.ends_in_newline { Ok(()) } else { self.push(b"\n") }
    }

    fn push(&mut self, bytes: &[u8]) -> Result<()> {
        if self.buffer.len() + bytes.len() > BUFFERED {
            self.flush()?;
        }
        if bytes.len() >= BUFFERED {
            self.emit(bytes)
        } else {
            self.buffer.extend_from_slice(bytes);
            Ok(())
        }
    }

    fn flush(&mut self) -> Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        self.emit(&buffer)?;
        buffer.clear();
        self.buffer = buffer;
        Ok(())
    }

    fn emit(&mut self, bytes: &[u8]) -> Result<()> {
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        self.sink.write(bytes)
    }

    fn finish(mut self, header: &[String; 3], digest: &str) -> Result<(PartSummary, Sink)> {
        self.flush()?;
        let body_sha256 = hex(&self.hasher.finalize().into());
        self.sink.overwrite_start(join_header(header, digest, &body_sha256).as_bytes())?;
        let summary = PartSummary {
            files: self.files,
            source_bytes: self.source_bytes,
            bundle_bytes: self.bytes,
            body_sha256,
        };
        Ok((summary, self.sink))
    }
}

fn join_header([start, middle, end]: &[String; 3], digest: &str, body: &str) -> String {
    [start, digest, middle, body, end].concat()
}
