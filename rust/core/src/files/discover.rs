//! Selection: which files a build has, and in which order.
//!
//! The entries' directories are walked one after the other ([`super::walk`]). Nothing is read here but
//! directories and ignore files. `docs/selection.md` has the rules.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use super::order::{SortMode, compare_paths};
use super::pattern::Pattern;
use super::walk::{Found, Walk, as_bytes, is_missing};
use crate::error::{Error, Result};

/// One directory to search.
#[derive(Debug)]
pub struct Entry {
    /// The directory: absolute, without symbolic links, `.` and `..`.
    pub path: PathBuf,
    /// Whether directories below are searched.
    pub recursive: bool,
    /// Patterns that select.
    pub include: Vec<Pattern>,
    /// Patterns that leave out.
    pub exclude: Vec<Pattern>,
    /// Whether the directory may be missing.
    pub auto_discover: bool,
    /// Block of the build that the files belong to; lower ones come first.
    pub order: i64,
}

/// What to search, and how to order what is found.
#[derive(Debug)]
pub struct Search {
    /// Directory at or above all entries, which the paths found start from.
    pub base: PathBuf,
    /// The directories to search.
    pub entries: Vec<Entry>,
    /// Directories left out with all below them.
    pub exclude_dirs: Vec<PathBuf>,
    /// Files left out.
    pub never: Vec<PathBuf>,
    /// Directory from which ignore files count.
    pub ignore_root: Option<PathBuf>,
    /// Order of files with equal `order`.
    pub sort_mode: SortMode,
}

/// What a search found.
#[derive(Debug, Default)]
pub struct Selection {
    /// The files, in build order.
    pub files: Vec<SelectedFile>,
    /// What was left aside and deserves a word, by path.
    pub skipped: Vec<Skipped>,
}

/// A selected file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectedFile {
    /// Path relative to the search's base.
    pub path: String,
    /// Index of the entry it belongs to.
    pub entry: usize,
    /// Index of the entry's include pattern that selected it.
    pub pattern: usize,
}

/// Something left aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Absolute path.
    pub path: PathBuf,
    /// Why.
    pub reason: SkipReason,
}

/// Why something was left aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkipReason {
    /// The directory of an `auto_discover` entry does not exist.
    MissingDirectory,
    /// A symbolic link to a directory is not followed.
    LinkedDirectory,
}
/// Selects the files of a build.
pub fn find_sql_files(search: &Search) -> Result<Selection> {
    let mut selection = Selection::default();
    let mut found: Vec<(i64, usize, Vec<Found>)> = Vec::with_capacity(search.entries.len());
    for (index, entry) in search.entries.iter().enumerate() {
        if search.exclude_dirs.iter().any(|excluded| entry.path.starts_with(excluded)) {
            continue;
        }
        match fs::metadata(&entry.path) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(Error::NotADirectory { path: entry.path.clone() }),
            Err(error) if is_missing(&error) && entry.auto_discover => {
                selection
                    .skipped
                    .push(Skipped { path: entry.path.clone(), reason: SkipReason::MissingDirectory });
                continue;
            }
            Err(error) if is_missing(&error) => {
                return Err(Error::MissingDirectory { path: entry.path.clone() });
            }
            Err(source) => {
                return Err(Error::DirectoryUnreadable { path: entry.path.clone(), source });
            }
        }
        found.push((entry.order, index, Walk::new(search, entry).run(&mut selection.skipped)?));
    }
    selection.skipped.sort_by(|left, right| {
        compare_paths(as_bytes(left.path.as_os_str()), as_bytes(right.path.as_os_str()))
    });
    selection.skipped.dedup();
    found.sort_by_key(|(order, index, _)| (*order, *index));
    selection.files = in_build_order(search, found);
    Ok(selection)
}

/// Drops what was reached before and sorts the rest.
fn in_build_order(search: &Search, found: Vec<(i64, usize, Vec<Found>)>) -> Vec<SelectedFile> {
    let may_repeat =
        found.len() > 1 || found.iter().any(|(.., files)| files.iter().any(|file| file.real.is_some()));
    let mut seen = HashSet::new();
    let mut files: Vec<SelectedFile> = Vec::with_capacity(found.iter().map(|(.., f)| f.len()).sum());
    let mut block = Block { start: 0, order: None, entries: 0 };
    for (order, entry, entry_files) in found {
        if block.order != Some(order) {
            block.sort(search.sort_mode, &mut files);
            block = Block { start: files.len(), order: Some(order), entries: 0 };
        }
        block.entries += 1;
        for file in entry_files {
            if may_repeat {
                let real = file.real.unwrap_or_else(|| search.base.join(&file.path));
                if !seen.insert(real) {
                    continue;
                }
            }
            files.push(SelectedFile { path: file.path, entry, pattern: file.pattern });
        }
    }
    block.sort(search.sort_mode, &mut files);
    files
}

/// The files of one `order`, which are at the end of those found so far.
struct Block {
    start: usize,
    order: Option<i64>,
    entries: usize,
}

impl Block {
    fn sort(&self, mode: SortMode, files: &mut [SelectedFile]) {
        // A walk delivers one entry's files in alphabetical order.
        if self.entries > 1 || mode != SortMode::Alphabetical {
            files[self.start..].sort_by(|left, right| mode.compare(&left.path, &right.path));
        }
    }
}
