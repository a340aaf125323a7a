//! The tree digest, format v1. `docs/digest.md` specifies it.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use sha2::{Digest, Sha256};

use super::body::{Body, Sink};
use super::bundle::Separator;
use super::gather::Layout;
use super::in_order::{Pulse, Take, Work, in_order};
use super::include::may_include;
use super::read::{Source, Sources, read_pieces};
use super::stream::{Facts, Included, stream};
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
    /// Paths of the included files that are not selected themselves, in the order of their lines.
    pub included: Vec<String>,
}

/// A tree digest being made, while files are still being read.
#[derive(Debug)]
pub(super) struct TreeDigesting<'a> {
    paths: &'a [String],
    /// The digests that are known.
    digests: Vec<Option<FileDigest>>,
    /// What the files include, by their index.
    including: BTreeMap<usize, Vec<Included>>,
    /// The included files that have a line.
    included: Vec<Included>,
    /// All paths that have or will have a line, from the first include on.
    listed: HashSet<String>,
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
            including: BTreeMap::new(),
            included: Vec::new(),
            listed: HashSet::new(),
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

    /// Notes the files that a file includes.
    pub(super) fn note_included(&mut self, file: usize, included: Vec<Included>) {
        if !included.is_empty() {
            self.including.insert(file, included);
        }
    }

    /// Goes on as far as digests are known without a gap.
    pub(super) fn advance(&mut self) {
        while let Some(Some(digest)) = self.digests.get(self.files) {
            push_line(&mut self.lines, digest, &self.paths[self.files]);
            for file in self.including.remove(&self.files).unwrap_or_default() {
                if self.listed.is_empty() {
                    self.listed.extend(self.paths.iter().cloned());
                }
                if self.listed.insert(file.path.clone()) {
                    push_line(&mut self.lines, &file.digest, &file.path);
                    self.included.push(file);
                }
            }
            self.files += 1;
        }
        self.hasher.update(&self.lines.as_bytes()[self.hashed..]);
        self.hashed = self.lines.len();
    }

    /// Ends it, once all digests were noted; also gives the included files that have a line.
    pub(super) fn finish(mut self) -> (TreeDigest, Vec<Included>) {
        self.advance();
        let included = self.included.iter().map(|file| file.path.clone()).collect();
        let digest = TreeDigest { digest: hex(&self.hasher.finalize().into()), lines: self.lines, included };
        (digest, self.included)
    }
}

fn push_line(lines: &mut String, digest: &FileDigest, path: &str) {
    push_hex(lines, digest);
    lines.push_str("  ");
    lines.push_str(path);
    lines.push('\n');
}

/// Digests the files of a tree, in parallel.
pub fn hash_files(tree: Tree<'_>, observer: &Observer<'_>) -> Result<TreeDigest> {
    let hashing = Hashing { sources: Sources::new(tree) };
    let digesting = TreeDigesting::new(tree.paths);
    let mut digested = Digests { digesting, done: 0, pulse: Pulse::new(observer, tree.paths.len()) };
    in_order(tree.paths.len(), &hashing, &mut digested)?;
    digested.pulse.end(digested.done)?;
    Ok(digested.digesting.finish().0)
}

/// The hashing of files, in runs.
struct Hashing<'a> {
    sources: Sources<'a>,
}

impl Work for Hashing<'_> {
    /// Digests up to the end, or up to the first failure.
    type Output = (Vec<Digested>, Option<Error>);

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
    fn digest(&self, file: usize, go_on: &dyn Fn() -> bool) -> Result<Digested> {
        let mut hasher = Sha256::new();
        let mut stopped = false;
        let has_includes = self.sources.tree.include_dir.is_some();
        let mut may_have_one = false;
        let mut before = None;
        // A file of one piece need not be read again for what it includes.
        let mut whole = None;
        read_pieces(&self.sources, file, |piece, is_last| {
            hasher.update(piece);
            may_have_one |= has_includes
                && (may_include(piece) || (before == Some(b'\\') && piece.first() == Some(&b'i')));
            if may_have_one && is_last && before.is_none() {
                whole = Some(Source::of_bytes(piece.to_vec()));
            }
            before = piece.last().copied();
            stopped = !is_last && !go_on();
            !stopped
        })?;
        if stopped {
            return Err(Error::Stopped);
        }
        if may_have_one {
            let separator = Separator { pieces: &[], forbidden: &[] };
            let layout = Layout { sources: &self.sources, separator, search: false, is_written: false };
            let mut body = Body::start(Sink::Nowhere, &Default::default(), false)?;
            let Facts { digest, included, .. } = stream(layout, file, whole, &mut body, go_on)?;
            return Ok(Digested { digest, included });
        }
        Ok(Digested { digest: hasher.finalize().into(), included: Vec::new() })
    }
}

/// A file's digest, and what it includes.
struct Digested {
    digest: FileDigest,
    included: Vec<Included>,
}

struct Digests<'a> {
    digesting: TreeDigesting<'a>,
    done: usize,
    pulse: Pulse<'a>,
}

impl Take<(Vec<Digested>, Option<Error>)> for Digests<'_> {
    fn take(&mut self, (digests, failure): (Vec<Digested>, Option<Error>)) -> Result<()> {
        for Digested { digest, included } in digests {
            self.digesting.note(self.done, digest);
            self.digesting.note_included(self.done, included);
            self.done += 1;
        }
        self.digesting.advance();
        failure.map_or(Ok(()), Err)
    }

    fn beat(&self) -> bool {
        self.pulse.beat(self.done)
    }
}
