//! Accounting for the statements of a tree's files, in parallel.

use std::ops::Range;

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

/// The texts of files one after the other, each with a newline at its end and without a byte order mark.
#[derive(Debug, Clone, Default)]
pub struct Joined {
    /// The text, of UTF-8.
    pub text: Vec<u8>,
    /// Where its lines come from, as in a bundle without header and separators.
    pub origins: Vec<Segment>,
    lines: u64,
}

impl Joined {
    fn add(&mut self, file: usize, content: &[u8]) {
        let content = content.strip_prefix(MARK).unwrap_or(content);
        if content.is_empty() {
            return;
        }
        self.origins.push(Segment { bundle_line: self.lines + 1, file: Some(file), line: 1, column: 1 });
        self.text.extend_from_slice(content);
        if !content.ends_with(b"\n") {
            self.text.push(b'\n');
            self.lines += 1;
        }
        self.lines += content.iter().filter(|byte| **byte == b'\n').count() as u64;
    }
}

/// Accounts for every byte of a tree's files, with fingerprints; gives their texts as well.
pub fn account_files(tree: Tree<'_>, observer: &Observer<'_>) -> Result<(Vec<FileAccount>, Joined)> {
    let accounting = Accounting { sources: Sources::new(tree) };
    let mut accounted = Accounted {
        files: Vec::with_capacity(tree.paths.len()),
        joined: Joined::default(),
        pulse: Pulse::new(observer, tree.paths.len()),
    };
    in_order(tree.paths.len(), &accounting, &mut accounted)?;
    accounted.pulse.end(accounted.files.len())?;
    Ok((accounted.files, accounted.joined))
}

struct Accounting<'a> {
    sources: Sources<'a>,
}

impl Accounting<'_> {
    fn file(&self, file: usize) -> Result<(FileAccount, Vec<u8>)> {
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
        let mut account = account(&bytes, true);
        let sizes = account.sizes();
        account.spans.retain(|span| !matches!(span.kind, SpanKind::Statement | SpanKind::Gap));
        Ok((FileAccount { account, sizes }, bytes))
    }
}

impl Work for Accounting<'_> {
    type Output = (Vec<(FileAccount, Vec<u8>)>, Option<Error>);

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
                Ok(account) if go_on() => files.push(account),
                Ok(_) => return (files, Some(Error::Stopped)),
                Err(error) => return (files, Some(error)),
            }
        }
        (files, None)
    }
}

struct Accounted<'a> {
    files: Vec<FileAccount>,
    joined: Joined,
    pulse: Pulse<'a>,
}

impl Take<(Vec<(FileAccount, Vec<u8>)>, Option<Error>)> for Accounted<'_> {
    fn take(&mut self, (files, failure): (Vec<(FileAccount, Vec<u8>)>, Option<Error>)) -> Result<()> {
        for (account, content) in files {
            self.joined.add(self.files.len(), &content);
            self.files.push(account);
        }
        failure.map_or(Ok(()), Err)
    }

    fn beat(&self) -> bool {
        self.pulse.beat(self.files.len())
    }
}
