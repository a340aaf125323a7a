//! Accounting for the statements of a tree's files, in parallel.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use rayon::prelude::*;

use super::content::check_whole;
use super::read::Sources;
use super::{Observer, Tree};
use crate::error::{Error, Result};
use crate::sql::{Account, SpanKind, account};
use crate::workers::workers;

/// Files between two calls of the observer.
const OBSERVED: usize = 1024;
/// How long the observer waits for them at most.
const PATIENCE: Duration = Duration::from_millis(100);

/// What is in one file.
#[derive(Debug, Clone)]
pub struct FileAccount {
    /// Its statements and what it leaves open; of the spans, those that are neither statements nor gaps.
    pub account: Account,
    /// The number of bytes in each kind of span, in the order of [`SpanKind::ALL`].
    pub sizes: [u64; 5],
}

/// Accounts for every byte of a tree's files, with fingerprints.
pub fn account_files(tree: Tree<'_>, observer: &Observer<'_>) -> Result<Vec<FileAccount>> {
    let pool = workers()?;
    let sources = Sources::new(tree);
    let stop = AtomicBool::new(false);
    let mut accounts = Vec::with_capacity(tree.paths.len());
    loop {
        let end = tree.paths.len().min(accounts.len() + OBSERVED);
        let files = accounts.len()..end;
        let (sender, receiver) = mpsc::channel();
        // Collected as results first, so that the error reported is that of the first file.
        let batch: Vec<Result<FileAccount>> = pool.in_place_scope(|scope| {
            let (sources, stop) = (&sources, &stop);
            scope.spawn(move |_| {
                let batch = files.into_par_iter().map(|file| account_file(sources, file, stop)).collect();
                // Nobody has stopped listening.
                let _ = sender.send(batch);
            });
            loop {
                match receiver.recv_timeout(PATIENCE) {
                    Err(RecvTimeoutError::Timeout) => {
                        if observer(accounts.len(), tree.paths.len()).is_break() {
                            stop.store(true, Ordering::Relaxed);
                        }
                    }
                    accounted => return accounted.unwrap_or_default(),
                }
            }
        });
        for account in batch {
            accounts.push(account?);
        }
        if accounts.len() < end || observer(accounts.len(), tree.paths.len()).is_break() {
            return Err(Error::Stopped);
        }
        if end == tree.paths.len() {
            return Ok(accounts);
        }
    }
}

fn account_file(sources: &Sources<'_>, file: usize, stop: &AtomicBool) -> Result<FileAccount> {
    if stop.load(Ordering::Relaxed) {
        return Err(Error::Stopped);
    }
    let bytes = read_whole(sources, file)?;
    check_whole(&bytes).map_err(|problem| problem.in_file(&sources.absolute(file)))?;
    let mut account = account(&bytes, true);
    let sizes = account.sizes();
    account.spans.retain(|placed| !matches!(placed.span.kind, SpanKind::Statement | SpanKind::Gap));
    Ok(FileAccount { account, sizes })
}

fn read_whole(sources: &Sources<'_>, file: usize) -> Result<Vec<u8>> {
    let mut source = sources.open(file)?;
    let mut bytes = Vec::new();
    source.read_to_end(&mut bytes).map_err(|error: io::Error| sources.unreadable(file, error))?;
    Ok(bytes)
}
