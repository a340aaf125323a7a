//! Reading files for a bundle: many small ones at once, or a large one piece by piece.
//!
//! A batch holds a bounded number of bytes. A file that does not fit is left to be streamed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::body::Body;
use super::content::{ContentCheck, ContentProblem, check_whole, without_mark};
use super::digest::FileDigest;
use super::read::{Sources, with_buffer};
use crate::error::{Error, Result};
use crate::sql::{OpenConstruct, OpenSearch, find_open_construct};
use crate::workers::workers;

/// Bytes that one batch may hold at most.
const BATCH_BYTES: usize = 8 << 20;
/// Bytes that a batch is meant to hold, and files it may have. The last batch is written while nothing
/// else goes on, and the threads meet after each: batches are neither large nor many.
const USUAL_BYTES: usize = 1 << 20;
const FEWEST_FILES: usize = 64;
const MOST_FILES: usize = 2048;
/// Files that one thread reads one after the other into the same piece.
const RUN_FILES: usize = 32;
/// Bytes of a streamed file that are looked at at once.
const STREAMED: usize = 1 << 20;

/// Capacity up to which a buffer is kept to be filled again: that of a run of usual files. Larger ones
/// would add up.
const SPARED: usize = 128 << 10;

/// How the files of a build are put together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout<'a> {
    pub(super) sources: &'a Sources<'a>,
    pub(super) separator: &'a [String],
    /// Whether open constructs are searched for.
    pub(super) search: bool,
    /// Buffers of pieces that were written, to be filled again.
    pub(super) spare: &'a Spare,
}

/// A store of empty buffers.
pub(super) type Spare = Mutex<Vec<Vec<u8>>>;

impl Layout<'_> {
    /// Keeps a buffer that was written, for another run of files.
    pub(super) fn put_by(self, mut bytes: Vec<u8>) {
        if bytes.capacity() <= SPARED {
            bytes.clear();
            self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(bytes);
        }
    }

    fn push_separator(self, bytes: &mut Vec<u8>, file: usize) {
        for (index, piece) in self.separator.iter().enumerate() {
            if index > 0 {
                bytes.extend_from_slice(self.sources.tree.paths[file].as_bytes());
            }
            bytes.extend_from_slice(piece.as_bytes());
        }
    }
}

/// What is known of a file once its bytes have passed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    pub(super) bytes: u64,
    pub(super) digest: FileDigest,
    pub(super) open: Option<OpenConstruct>,
}

/// A stretch of a body.
#[derive(Debug)]
pub(super) enum Piece {
    /// Separators and contents of some files.
    Held { bytes: Vec<u8>, files: Vec<(usize, Facts)> },
    /// A file that is to be streamed.
    TooLarge(usize),
}

/// A run of files.
pub(super) type Gathered = Vec<Piece>;

/// Number of files in a build's first batch, when nothing is known of their size.
pub(super) fn first_batch() -> usize {
    FEWEST_FILES * 4
}

/// Number of files in the batch after this one.
pub(super) fn next_batch(batch: &[Result<Gathered>], files: usize) -> usize {
    let bytes: usize = batch
        .iter()
        .flatten()
        .flatten()
        .map(|piece| match piece {
            Piece::Held { bytes, .. } => bytes.len(),
            Piece::TooLarge(_) => BATCH_BYTES / FEWEST_FILES,
        })
        .sum();
    let average = (bytes / files.max(1)).max(1);
    (USUAL_BYTES / average).clamp(FEWEST_FILES, MOST_FILES)
}

/// Reads a batch of files.
pub(super) fn gather(layout: Layout<'_>, files: &[usize]) -> Vec<Result<Gathered>> {
    let held = AtomicUsize::new(0);
    files.par_chunks(RUN_FILES).map(|run| gather_run(layout, run, &held)).collect()
}

fn gather_run(layout: Layout<'_>, run: &[usize], held: &AtomicUsize) -> Result<Gathered> {
    let mut pieces = Vec::new();
    let spare = layout.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut bytes = spare.unwrap_or_default();
    let mut files = Vec::with_capacity(run.len());
    for &file in run {
        let start = bytes.len();
        layout.push_separator(&mut bytes, file);
        if let Some(facts) = gather_file(layout, file, held, &mut bytes)? {
            files.push((file, facts));
        } else {
            bytes.truncate(start);
            pieces.push(Piece::Held { bytes: std::mem::take(&mut bytes), files: std::mem::take(&mut files) });
            pieces.push(Piece::TooLarge(file));
        }
    }
    pieces.push(Piece::Held { bytes, files });
    Ok(pieces)
}

/// Appends a file's content, if the batch has room for it.
fn gather_file(
    layout: Layout<'_>,
    file: usize,
    held: &AtomicUsize,
    bytes: &mut Vec<u8>,
) -> Result<Option<Facts>> {
    let unreadable = |error| layout.sources.unreadable(file, error);
    let mut source = layout.sources.open(file)?;
    let size = source.size;
    if held.fetch_add(size, Ordering::Relaxed) + size > BATCH_BYTES {
        held.fetch_sub(size, Ordering::Relaxed);
        return Ok(None);
    }
    let facts = with_buffer(|buffer| -> Result<_> {
        let first = source.fill(buffer).map_err(unreadable)?;
        if first.is_last {
            return Ok(append(layout, &buffer[..first.length], bytes));
        }
        let mut content = Vec::with_capacity(size);
        let mut piece = first;
        loop {
            content.extend_from_slice(&buffer[..piece.length]);
            if piece.is_last {
                return Ok(append(layout, &content, bytes));
            }
            piece = source.fill(buffer).map_err(unreadable)?;
        }
    })?;
    facts.map(Some).map_err(|problem| problem.in_file(&layout.sources.absolute(file)))
}

/// Checks a whole file and appends its content to a body.
fn append(
    layout: Layout<'_>,
    content: &[u8],
    bytes: &mut Vec<u8>,
) -> std::result::Result<Facts, ContentProblem> {
    let text = check_whole(content)?;
    bytes.extend_from_slice(text.as_bytes());
    if !text.ends_with('\n') {
        bytes.push(b'\n');
    }
    Ok(Facts {
        bytes: content.len() as u64,
        digest: Sha256::digest(content).into(),
        open: if layout.search { find_open_construct(text.as_bytes()) } else { None },
    })
}

/// Reads a file piece by piece into a body, after its separator, asking after each whether to go on.
pub(super) fn stream(
    layout: Layout<'_>,
    file: usize,
    body: &mut Body,
    go_on: impl Fn() -> bool,
) -> Result<Facts> {
    let pool = workers()?;
    let refused = |problem: ContentProblem| problem.in_file(&layout.sources.absolute(file));
    let mut separator = Vec::new();
    layout.push_separator(&mut separator, file);
    body.emit(&separator)?;
    let mut source = layout.sources.open(file)?;
    let mut inspection = Inspection::new(layout.search);
    let mut buffer = vec![0; STREAMED];
    let mut last = None;
    loop {
        let read = source.fill(&mut buffer).map_err(|error| layout.sources.unreadable(file, error))?;
        let piece = &buffer[..read.length];
        let content = if inspection.bytes == 0 { without_mark(piece) } else { piece };
        last = content.last().copied().or(last);
        let mut inspected = Ok(());
        let written = pool.in_place_scope(|scope| {
            scope.spawn(|_| inspected = inspection.update(piece));
            body.emit(content)
        });
        inspected.map_err(refused)?;
        written?;
        if read.is_last {
            break;
        }
        if !go_on() {
            return Err(Error::Stopped);
        }
    }
    if last != Some(b'\n') {
        body.emit(b"\n")?;
    }
    inspection.finish().map_err(refused)
}

/// What is learnt from a streamed file's bytes; a byte order mark is whole in the first piece.
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
