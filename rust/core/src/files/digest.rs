//! The tree digest, format v1. `docs/digest.md` specifies it.

use std::ops::Range;

use sha2::{Digest, Sha256};

use super::in_order::{Pulse, Take, Work, in_order};
use super::read::{Sources, read_pieces};
use super::{Observer, Tree};
use crate::error::{Error, Result};
use crate::hex::{DIGITS, hex, push_hex};

/// A SHA-256.
pub(super) type FileDigest = [u8; 32];

/// Files of a run: several fit in the time another thread takes to wake up.
const RUN_FILES: usize = 32;

/// The digest of a tree, and what it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeDigest {
    /// Lowercase hexadecimal SHA-256 of the lines.
    pub digest: String,
    /// One line per file, as `sha256sum` prints it.
    pub lines: String,
}

/// A tree digest being made, while files are still being read.
#[derive(Debug)]
pub(super) struct TreeDigesting<'a> {
    paths: &'a [String],
    /// The digests that are known.
    digests: Vec<Option<FileDigest>>,
    /// The lines of the first files, of so many files.
    lines: String,
    files: usize,
    /// Has taken so many bytes of the lines.
    hasher: Sha256,
    hashed: usize,
}

impl<'a> TreeDigesting<'a> {
    pub(super) fn new(paths: &'a [String]) -> Self {
        let length = paths.iter().map(|path| DIGITS + 2 + path.len() + 1).sum();
        Self {
            paths,
            digests: vec![None; paths.len()],
            lines: String::with_capacity(length),
            files: 0,
            hasher: Sha256::new(),
            hashed: 0,
        }
    }

    /// Notes a file's digest.
    pub(super) fn note(&mut self, file: usize, digest: FileDigest) {
        self.digests[file] = Some(digest);
    }

    /// Goes on as far as digests are known without a gap.
    pub(super) fn advance(&mut self) {
        let files = self.paths.iter().zip(&self.digests).skip(self.files);
        for (path, digest) in files.map_while(|(path, digest)| Some((path, digest.as_ref()?))) {
            push_hex(&mut self.lines, digest);
            self.lines.push_str("  ");
            self.lines.push_str(path);
            self.lines.push('\n');
            self.files += 1;
        }
        self.hasher.update(&self.lines.as_bytes()[self.hashed..]);
        self.hashed = self.lines.len();
    }

    /// Ends it, once all digests were noted.
    pub(super) fn finish(mut self) -> TreeDigest {
        self.advance();
        TreeDigest { digest: hex(&self.hasher.finalize().into()), lines: self.lines }
    }
}

/// Digests the files of a tree, in parallel.
pub fn hash_files(tree: Tree<'_>, observer: &Observer<'_>) -> Result<TreeDigest> {
    let hashing = Hashing { sources: Sources::new(tree) };
    let digesting = TreeDigesting::new(tree.paths);
    let mut digested = Digested { digesting, done: 0, pulse: Pulse::new(observer, tree.paths.len()) };
    in_order(tree.paths.len(), &hashing, &mut digested)?;
    digested.pulse.end(digested.done)?;
    Ok(digested.digesting.finish())
}

/// The hashing of files, in runs.
struct Hashing<'a> {
    sources: Sources<'a>,
}

impl Work for Hashing<'_> {
    /// Digests up to the end, or up to the first failure.
    type Output = (Vec<FileDigest>, Option<Error>);

    const FEWEST: usize = 4;

    fn run_length(&self) -> usize {
        RUN_FILES
    }

    fn has_room(&self) -> bool {
        true
    }

    fn work(&self, files: Range<usize>, go_on: &dyn Fn() -> bool) -> Self::Output {
        let mut digests = Vec::with_capacity(files.len());
        for file in files {
            match self.digest(file, go_on) {
                Ok(digest) => digests.push(digest),
                Err(error) => return (digests, Some(error)),
            }
        }
        (digests, None)
    }
}

impl Hashing<'_> {
    fn digest(&self, file: usize, go_on: &dyn Fn() -> bool) -> Result<FileDigest> {
        let mut hasher = Sha256::new();
        let mut stopped = false;
        read_pieces(&self.sources, file, |piece, is_last| {
            hasher.update(piece);
            stopped = !is_last && !go_on();
            !stopped
        })?;
        if stopped { Err(Error::Stopped) } else { Ok(hasher.finalize().into()) }
    }
}

struct Digested<'a> {
    digesting: TreeDigesting<'a>,
    done: usize,
    pulse: Pulse<'a>,
}

impl Take<(Vec<FileDigest>, Option<Error>)> for Digested<'_> {
    fn take(&mut self, (digests, failure): (Vec<FileDigest>, Option<Error>)) -> Result<()> {
        for digest in digests {
            self.digesting.note(self.done, digest);
            self.done += 1;
        }
        self.digesting.advance();
        failure.map_or(Ok(()), Err)
    }

    fn beat(&self) -> bool {
        self.pulse.beat(self.done)
    }
}
