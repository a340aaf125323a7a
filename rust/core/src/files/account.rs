//! Reading a tree's files whole, and accounting for the statements in them, in parallel.

use std::ops::Range;

use rayon::prelude::*;

use super::content::{ContentCheck, MARK};
use super::in_order::{Pulse, Take, Work, in_order};
use super::read::{Sources, read_pieces};
use super::{Observer, Segment, Tree};
use crate::error::{Error, Result};
use crate::sql::{Account, SpanKind, account};
use crate::workers::workers;

/// Files of a run.
const RUN_FILES: usize = 16;

/// What is in one file.
#[derive(Debug, Clone)]
pub struct FileAccount {
    /// Its statements and what it leaves open; of the spans, those that are neither statements nor gaps.
    pub account: Account,
    /// The number of bytes in each kind of span, in the order of [`SpanKind::ALL`].
    pub sizes: [u64; 5],
}

/// The contents of a tree's files, each of which is UTF-8 without NUL bytes.
pub fn read_files(tree: Tree<'_>, observer: &Observer<'_>) -> Result<Vec<Vec<u8>>> {
    let reading = Reading { sources: Sources::new(tree) };
    let mut contents = Contents {
        files: Vec::with_capacity(tree.paths.len()),
        pulse: Pulse::new(observer, tree.paths.len()),
    };
    in_order(tree.paths.len(), &reading, &mut contents)?;
    contents.pulse.end(contents.files.len())?;
    Ok(contents.files)
}

/// Accounts for every byte of contents, with fingerprints.
#[must_use]
pub fn account_contents<T: AsRef<[u8]> + Sync>(contents: &[T]) -> Vec<FileAccount> {
    let account = |content: &T| {
        let mut account = account(content.as_ref(), true);
        let sizes = account.sizes();
        account.spans.retain(|span| !matches!(span.kind, SpanKind::Statement | SpanKind::Gap));
        FileAccount { account, sizes }
    };
    match workers() {
        Ok(pool) if contents.len() > RUN_FILES => {
            pool.install(|| contents.par_iter().with_min_len(RUN_FILES).map(account).collect())
        }
        _ => contents.iter().map(account).collect(),
    }
}

/// Contents one after the other, each with a newline at its end and without a byte order mark; and where the
/// lines of that come from, as in a bundle without header and separators.
#[must_use]
pub fn joined_contents<T: AsRef<[u8]>>(contents: &[T]) -> (Vec<u8>, Vec<Segment>) {
    let bytes: usize = contents.iter().map(|content| content.as_ref().len() + 1).sum();
    let mut joined = Vec::with_capacity(bytes);
    let mut origins = Vec::with_capacity(contents.len());
    let mut line = 1;
    for (file, content) in contents.iter().enumerate() {
        let content = content.as_ref();
        let content = content.strip_prefix(MARK).unwrap_or(content);
        if content.is_empty() {
            continue;
        }
        origins.push(Segment { bundle_line: line, file: Some(file), line: 1, column: 1 });
        joined.extend_from_slice(content);
        if !content.ends_with(b"\n") {
            joined.push(b'\n');
            line += 1;
        }
        line += content.iter().filter(|byte| **byte == b'\n').count() as u64;
    }
    (joined, origins)
}

struct Reading<'a> {
    sources: Sources<'a>,
}

impl Reading<'_> {
    fn file(&self, file: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut check = ContentCheck::default();
        let mut checked = Ok(());
        // What is no text may be larger than all memory, as a file with a hole in it.
        read_pieces(&self.sources, file, |piece, _| {
            checked = check.update(piece);
            bytes.extend_from_slice(piece);
            checked.is_ok()
        })?;
        checked
            .and_then(|()| check.finish())
            .map_err(|problem| problem.in_file(&self.sources.absolute(file)))?;
        Ok(bytes)
    }
}

impl Work for Reading<'_> {
    type Output = (Vec<Vec<u8>>, Option<Error>);

    const FEWEST: usize = 4;

    fn run_length(&self) -> usize {
        RUN_FILES
    }

    fn has_room(&self) -> bool {
        true
    }

    fn work(&self, items: Range<usize>, go_on: &dyn Fn() -> bool) -> Self::Output {
        let mut files = Vec::with_capacity(items.len());
        for file in items {
            match self.file(file) {
                Ok(content) if go_on() => files.push(content),
                Ok(_) => return (files, Some(Error::Stopped)),
                Err(error) => return (files, Some(error)),
            }
        }
        (files, None)
    }
}

struct Contents<'a> {
    files: Vec<Vec<u8>>,
    pulse: Pulse<'a>,
}

impl Take<(Vec<Vec<u8>>, Option<Error>)> for Contents<'_> {
    fn take(&mut self, (files, failure): (Vec<Vec<u8>>, Option<Error>)) -> Result<()> {
        self.files.extend(files);
        failure.map_or(Ok(()), Err)
    }

    fn beat(&self) -> bool {
        self.pulse.beat(self.files.len())
    }
}
