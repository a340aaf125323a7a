//! The tree digest, format v1. `docs/digest.md` specifies it.

use std::ops::Range;

use sha2::{Digest, Sha256};

use super::in_order::{Pulse, Take, Work, in_order};
use super::read::{Sources, read_pieces};
use super::{Observer, Tree};
use crate::error::{Error, Result};

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

impl TreeDigest {
    pub(super) fn new(paths: &[String], digests: &[FileDigest]) -> Self {
        let length: usize = paths.iter().map(|path| 64 + 2 + path.len() + 1).sum();
        let mut lines = String::with_capacity(length);
        for (path, digest) in paths.iter().zip(digests) {
            push_hex(&mut lines, digest);
            lines.push_str("  ");
            lines.push_str(path);
            lines.push('\n');
        }
        Self { digest: hex(&Sha256::digest(&lines).into()), lines }
    }
}

/// Digests the files of a tree, in parallel.
pub fn hash_files(tree: Tree<'_>, observer: &Observer<'_>) -> Result<TreeDigest> {
    let hashing = Hashing { sources: Sources::new(tree) };
    let digests = Vec::with_capacity(tree.paths.len());
    let mut digested = Digested { digests, pulse: Pulse::new(observer, tree.paths.len()) };
    in_order(tree.paths.len(), &hashing, &mut digested)?;
    digested.pulse.end(digested.digests.len())?;
    Ok(TreeDigest::new(tree.paths, &digested.digests))
}

/// The hashing of files, in runs.
struct Hashing<'a> {
    sources: Sources<'a>,
}

impl Work for Hashing<'_> {
    /// Digests up to the end, or up to the first failure.
    type Output = (Vec<FileDigest>, Option<Error>);

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
    digests: Vec<FileDigest>,
    pulse: Pulse<'a>,
}

impl Take<(Vec<FileDigest>, Option<Error>)> for Digested<'_> {
    fn take(&mut self, (digests, failure): (Vec<FileDigest>, Option<Error>)) -> Result<()> {
        self.digests.extend(digests);
        failure.map_or(Ok(()), Err)
    }

    fn beat(&self) -> bool {
        self.pulse.beat(self.digests.len())
    }
}

/// The lowercase hexadecimal digits of a digest.
pub(super) fn hex(digest: &FileDigest) -> String {
    let mut text = String::with_capacity(64);
    push_hex(&mut text, digest);
    text
}

fn push_hex(text: &mut String, digest: &FileDigest) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in digest {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}
