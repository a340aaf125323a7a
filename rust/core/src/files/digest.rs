//! The tree digest, format v1. `docs/digest.md` specifies it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::read::{Sources, read_pieces};
use super::{Observer, Tree};
use crate::error::{Error, Result};
use crate::hex::{hex, push_hex};
use crate::workers::workers;

/// A SHA-256.
pub(super) type FileDigest = [u8; 32];

/// Files between two calls of the observer.
const OBSERVED: usize = 4096;
/// How long the observer waits for them at most.
const PATIENCE: Duration = Duration::from_millis(100);

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
    let pool = workers()?;
    let sources = Sources::new(tree);
    let stop = AtomicBool::new(false);
    let mut digests = Vec::with_capacity(tree.paths.len());
    loop {
        let end = tree.paths.len().min(digests.len() + OBSERVED);
        let files = digests.len()..end;
        let (sender, receiver) = mpsc::channel();
        // Collected as results first, so that the error reported is that of the first file.
        let batch: Vec<Result<FileDigest>> = pool.in_place_scope(|scope| {
            let (sources, stop) = (&sources, &stop);
            scope.spawn(move |_| {
                let batch = files.into_par_iter().map(|file| hash_file(sources, file, stop)).collect();
                // Nobody has stopped listening.
                let _ = sender.send(batch);
            });
            loop {
                match receiver.recv_timeout(PATIENCE) {
                    Err(RecvTimeoutError::Timeout) => {
                        if observer(digests.len(), tree.paths.len()).is_break() {
                            stop.store(true, Ordering::Relaxed);
                        }
                    }
                    hashed => return hashed.unwrap_or_default(),
                }
            }
        });
        for digest in batch {
            digests.push(digest?);
        }
        if digests.len() < end || observer(digests.len(), tree.paths.len()).is_break() {
            return Err(Error::Stopped);
        }
        if end == tree.paths.len() {
            break;
        }
    }
    Ok(TreeDigest::new(tree.paths, &digests))
}

fn hash_file(sources: &Sources<'_>, file: usize, stop: &AtomicBool) -> Result<FileDigest> {
    let mut hasher = Sha256::new();
    read_pieces(sources, file, |piece| {
        hasher.update(piece);
        !stop.load(Ordering::Relaxed)
    })?;
    if stop.load(Ordering::Relaxed) { Err(Error::Stopped) } else { Ok(hasher.finalize().into()) }
}
