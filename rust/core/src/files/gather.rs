//! Reading files for a bundle: many small ones into one piece, or a large one piece by piece.
//!
//! What was read and not yet written is bounded. A file that does not fit is left to be streamed.

use std::ops::Range;
use std::string::FromUtf8Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::bundle::Separator;
use super::content::{ContentCheck, ContentProblem, MARK};
use super::in_order::Work;
use super::include::has_include;
use super::read::{Source, Sources};
use crate::error::{Error, Result};
use crate::sql::{OpenConstruct, find_open_construct};

/// Bytes that may be held at most, and up to which more files are read.
const HELD: usize = 8 << 20;
const ROOM: usize = HELD / 2;
/// Bytes of a run that stay in a processor's own cache until they are checked, and files it may have.
const RUN_BYTES: usize = 32 << 10;
const RUN_FILES: usize = 64;
/// Files of a run as long as nothing is known of their size.
const FIRST_FILES: usize = 4;
/// Capacity up to which a buffer is kept to be filled again: that of a run of usual files. Larger ones
/// would add up.
const SPARED: usize = 128 << 10;

/// How the files of a build are put together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout<'a> {
    pub(super) sources: &'a Sources<'a>,
    pub(super) separator: Separator<'a>,
    /// Whether open constructs are searched for.
    pub(super) search: bool,
    /// Whether content is written, and so must be text; otherwise only digests are wanted.
    pub(super) is_written: bool,
}

impl Layout<'_> {
    /// Adds the separator of the file with this path.
    pub(super) fn push_separator(self, bytes: &mut Vec<u8>, path: &str) {
        for (index, piece) in self.separator.pieces.iter().enumerate() {
            if index > 0 {
                bytes.extend_from_slice(path.as_bytes());
            }
            bytes.extend_from_slice(piece.as_bytes());
        }
    }
}

/// The reading of some files, in runs.
#[derive(Debug)]
pub(super) struct Gathering<'a> {
    layout: Layout<'a>,
    files: &'a [usize],
    /// Bytes of the files that are read and not yet written.
    held: AtomicUsize,
    /// Files read so far, and their bytes.
    read_files: AtomicUsize,
    read_bytes: AtomicUsize,
    /// Empty buffers, to be filled again.
    spare: Mutex<Vec<Vec<u8>>>,
}

/// What a run of files came to: the stretches of a body up to the end, or up to the first failure.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) pieces: Vec<Piece>,
    pub(super) failure: Option<Error>,
}

/// A stretch of a body.
#[derive(Debug)]
pub(super) enum Piece {
    Held(Held),
    /// A file that is too large to be held.
    Large(usize),
    /// A file that includes others.
    Including(Including),
}

/// A file that includes others, read as a whole.
#[derive(Debug)]
pub(super) struct Including {
    pub(super) file: usize,
    pub(super) source: Source,
    /// Bytes that this counts for.
    pub(super) size: usize,
}

/// Separators and contents of some files.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) text: String,
    pub(super) files: Vec<HeldFile>,
    /// Bytes that this counts for.
    size: usize,
}

/// A file in a piece.
#[derive(Debug)]
pub(super) struct HeldFile {
    pub(super) file: usize,
    /// Where its content is, without a byte order mark.
    pub(super) content: Range<usize>,
    pub(super) has_mark: bool,
    pub(super) open: Option<OpenConstruct>,
}

impl HeldFile {
    /// Bytes of the file as it is on disk.
    pub(super) fn source_bytes(&self) -> u64 {
        (self.content.len() + if self.has_mark { MARK.len() } else { 0 }) as u64
    }
}

/// A piece while it is filled.
#[derive(Debug, Default)]
struct Filling {
    bytes: Vec<u8>,
    files: Vec<HeldFile>,
    size: usize,
}

impl Work for Gathering<'_> {
    type Output = Gathered;

    const FEWEST: usize = 4;

    fn run_length(&self) -> usize {
        let files = self.read_files.load(Ordering::Relaxed);
        if files == 0 {
            return FIRST_FILES;
        }
        let average = self.read_bytes.load(Ordering::Relaxed) / files;
        (RUN_BYTES / average.max(1)).clamp(1, RUN_FILES)
    }

    fn has_room(&self) -> bool {
        self.held.load(Ordering::Relaxed) < ROOM
    }

    fn work(&self, run: Range<usize>, _: &dyn Fn() -> bool) -> Gathered {
        let mut gathered = Gathered { pieces: Vec::with_capacity(1), failure: None };
        gathered.failure = self.gather(&self.files[run], &mut gathered.pieces).err();
        gathered
    }
}

impl<'a> Gathering<'a> {
    pub(super) fn new(layout: Layout<'a>, files: &'a [usize]) -> Self {
        Self {
            layout,
            files,
            held: AtomicUsize::new(0),
            read_files: AtomicUsize::new(0),
            read_bytes: AtomicUsize::new(0),
            spare: Mutex::default(),
        }
    }

    /// Makes room after so many bytes were written.
    pub(super) fn make_room(&self, size: usize) {
        self.held.fetch_sub(size, Ordering::Relaxed);
    }

    /// Makes room after a piece was written.
    pub(super) fn release(&self, piece: Held) {
        self.make_room(piece.size);
        if piece.text.capacity() <= SPARED {
            let mut bytes = piece.text.into_bytes();
            bytes.clear();
            self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(bytes);
        }
    }

    fn gather(&self, run: &[usize], pieces: &mut Vec<Piece>) -> Result<()> {
        let mut filling = self.start(run.len());
        for (index, &file) in run.iter().enumerate() {
            match self.read(file, &mut filling) {
                Ok(None) => {}
                Ok(Some(piece)) => {
                    let left = self.start(run.len() - index);
                    pieces.push(Piece::Held(self.check(std::mem::replace(&mut filling, left))?));
                    pieces.push(piece);
                }
                Err(error) => {
                    pieces.push(Piece::Held(self.check(filling)?));
                    return Err(error);
                }
            }
        }
        self.read_files.fetch_add(filling.files.len(), Ordering::Relaxed);
        self.read_bytes.fetch_add(filling.size, Ordering::Relaxed);
        pieces.push(Piece::Held(self.check(filling)?));
        Ok(())
    }

    fn start(&self, files: usize) -> Filling {
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Filling { bytes: spare.unwrap_or_default(), files: Vec::with_capacity(files), size: 0 }
    }

    /// Appends a separator and a file; gives what is to be streamed instead.
    fn read(&self, file: usize, filling: &mut Filling) -> Result<Option<Piece>> {
        let source = self.layout.sources.open(file)?;
        let size = source.size;
        if self.held.fetch_add(size, Ordering::Relaxed) + size > HELD {
            self.make_room(size);
            return Ok(Some(Piece::Large(file)));
        }
        let bytes = &mut filling.bytes;
        let end = bytes.len();
        self.layout.push_separator(bytes, &self.layout.sources.tree.paths[file]);
        let start = bytes.len();
        if let Err(error) = source.append_to(bytes) {
            bytes.truncate(end);
            return Err(self.layout.sources.unreadable(file, error));
        }
        if self.layout.sources.tree.include_dir.is_some() && has_include(&bytes[start..]) {
            let source = Source::of_bytes(bytes.split_off(start));
            bytes.truncate(end);
            return Ok(Some(Piece::Including(Including { file, source, size })));
        }
        filling.size += size;
        let has_mark = bytes[start..].starts_with(MARK);
        if has_mark {
            bytes.drain(start..start + MARK.len());
        }
        filling.files.push(HeldFile { file, content: start..bytes.len(), has_mark, open: None });
        if bytes.len() == start || bytes.last() != Some(&b'\n') {
            bytes.push(b'\n');
        }
        Ok(None)
    }

    /// Checks a piece, and searches its files.
    fn check(&self, filling: Filling) -> Result<Held> {
        let Filling { bytes, mut files, size } = filling;
        // What surrounds the files is text. So one check of all tells whether each of them is.
        let text = match String::from_utf8(bytes) {
            Ok(text) if memchr::memchr(0, text.as_bytes()).is_none() => text,
            other => {
                let bytes = other.as_ref().map_or_else(FromUtf8Error::as_bytes, String::as_bytes);
                for file in &files {
                    check_file(&bytes[file.content.clone()], file.has_mark)
                        .map_err(|problem| problem.in_file(&self.layout.sources.absolute(file.file)))?;
                }
                other.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
            }
        };
        if self.layout.search {
            for file in &mut files {
                file.open = find_open_construct(&text.as_bytes()[file.content.clone()]);
            }
        }
        Ok(Held { text, files, size })
    }
}

fn check_file(content: &[u8], has_mark: bool) -> std::result::Result<(), ContentProblem> {
    let mut check = ContentCheck::default();
    if has_mark {
        check.update(MARK)?;
    }
    check.update(content)?;
    check.finish()
}
