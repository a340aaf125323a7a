//! Reading a tree's files whole, and accounting for the statements in them, in parallel.

use std::ops::{ControlFlow, Range};

use super::content::{ContentCheck, MARK};
use super::in_order::{Pulse, Take, Work, in_order};
use super::read::{Sources, read_pieces};
use super::{Observer, Segment, Tree};
use crate::error::{Error, Result};
use crate::sql::{Account, SpanKind, account};

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
    let sources = Sources::new(tree);
    each(tree.paths.len(), observer, |file| {
        let mut bytes = Vec::new();
        let mut check = ContentCheck::default();
        let mut checked = Ok(());
        // What is no text may be larger than all memory, as a file with a hole in it.
        read_pieces(&sources, file, |piece, _| {
            checked = check.update(piece);
            bytes.extend_from_slice(piece);
            checked.is_ok()
        })?;
        checked.and_then(|()| check.finish()).map_err(|problem| problem.in_file(&sources.absolute(file)))?;
        Ok(bytes)
    })
}

/// Accounts for every byte of contents, with fingerprints.
///
/// The calling thread works as well, so that it has not to wait for threads that do something else.
pub fn account_contents<T: AsRef<[u8]> + Sync>(contents: &[T]) -> Result<Vec<FileAccount>> {
    each(contents.len(), &|_, _| ControlFlow::Continue(()), |file| {
        let mut account = account(contents[file].as_ref(), true);
        let sizes = account.sizes();
        account.spans.retain(|span| !matches!(span.kind, SpanKind::Statement | SpanKind::Gap));
        Ok(FileAccount { account, sizes })
    })
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

/// What files come to, by their numbers.
fn each<T: Send>(
    files: usize,
    observer: &Observer<'_>,
    work: impl Fn(usize) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let mut results = Results { done: Vec::with_capacity(files), pulse: Pulse::new(observer, files) };
    in_order(files, &Each(work), &mut results)?;
    results.pulse.end(results.done.len())?;
    Ok(results.done)
}

/// Work on one file after the other.
struct Each<F>(F);

impl<T: Send, F: Fn(usize) -> Result<T> + Sync> Work for Each<F> {
    type Output = (Vec<T>, Option<Error>);

    const FEWEST: usize = 4;

    fn run_length(&self) -> usize {
        RUN_FILES
    }

    fn has_room(&self) -> bool {
        true
    }

    fn work(&self, items: Range<usize>, go_on: &dyn Fn() -> bool) -> Self::Output {
        let mut done = Vec::with_capacity(items.len());
        for item in items {
            match (self.0)(item) {
                Ok(result) if go_on() => done.push(result),
                Ok(_) => return (done, Some(Error::Stopped)),
                Err(error) => return (done, Some(error)),
            }
        }
        (done, None)
    }
}

struct Results<'a, T> {
    done: Vec<T>,
    pulse: Pulse<'a>,
}

impl<T> Take<(Vec<T>, Option<Error>)> for Results<'_, T> {
    fn take(&mut self, (done, failure): (Vec<T>, Option<Error>)) -> Result<()> {
        self.done.extend(done);
        failure.map_or(Ok(()), Err)
    }

    fn beat(&self) -> bool {
        self.pulse.beat(self.done.len())
    }
}
