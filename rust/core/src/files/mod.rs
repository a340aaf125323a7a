//! From directories to one bundle: selection, order, digest and writing.

mod account;
mod body;
mod bundle;
mod content;
mod digest;
mod discover;
mod gather;
mod ignore_file;
mod in_order;
mod include;
mod order;
mod output;
mod pattern;
mod read;
mod segments;
mod special;
mod stream;
mod visit;
mod walk;

pub use account::{FileAccount, account_contents, joined_contents, read_files};
pub use bundle::{Part, PartSummary, Separator, Target, Written, build_schema, write_schema};
pub use digest::{TreeDigest, hash_files};
pub use discover::{Entry, Search, SelectedFile, Selection, SkipReason, Skipped, find_sql_files};
pub use include::IncludeProblem;
pub use order::SortMode;
pub use pattern::{Pattern, PatternProblem};
pub use segments::Segment;
pub use special::SpecialKind;

use std::path::{Path, PathBuf};

/// Told how many files are done, of how many; [`std::ops::ControlFlow::Break`] stops the work.
pub type Observer<'a> = dyn Fn(usize, usize) -> std::ops::ControlFlow<()> + 'a;

/// Files in build order, below one directory.
#[derive(Debug, Clone, Copy)]
pub struct Tree<'a> {
    /// Directory that the paths start from.
    pub base: &'a Path,
    /// Paths of the files relative to the base, with `/` between components.
    pub paths: &'a [String],
    /// Directory that the paths of psql's `\i` start from; without it, includes are left as they are.
    pub include_dir: Option<&'a Path>,
    /// Files that are never included, absolute and free of links: those that builds write.
    pub never: &'a [PathBuf],
}
