//! Selection: walking the entries' directories and deciding file by file.
//!
//! Nothing is read here but directories and ignore files. `docs/selection.md` has the rules.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::ignore_file::{IGNORE_FILE, IgnoreLevel};
use super::order::{SortMode, compare_paths};
use super::pattern::Pattern;
use crate::error::{Error, Result};
use crate::workers::workers;

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

/// What stands where a file was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpecialKind {
    /// A FIFO.
    NamedPipe,
    /// A Unix domain socket.
    Socket,
    /// A character device.
    CharacterDevice,
    /// A block device.
    BlockDevice,
    /// Something else.
    Other,
}

impl SpecialKind {
    /// Its name in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NamedPipe => "named pipe",
            Self::Socket => "socket",
            Self::CharacterDevice => "character device",
            Self::BlockDevice => "block device",
            Self::Other => "special file",
        }
    }

    #[cfg(unix)]
    pub(super) fn of(kind: FileType) -> Self {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            Self::NamedPipe
        } else if kind.is_socket() {
            Self::Socket
        } else if kind.is_char_device() {
            Self::CharacterDevice
        } else if kind.is_block_device() {
            Self::BlockDevice
        } else {
            Self::Other
        }
    }

    #[cfg(not(unix))]
    pub(super) fn of(_: FileType) -> Self {
        Self::Other
    }
}

/// Selects the files of a build.
pub fn find_sql_files(search: &Search) -> Result<Selection> {
    let pool = workers()?;
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
        let walk = Walk {
            search,
            entry,
            base_text: directory_text(&search.base).len(),
            entry_text: directory_text(&entry.path).len(),
        };
        found.push((entry.order, index, pool.install(|| walk.run(&mut selection.skipped))?));
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

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn as_bytes(text: &OsStr) -> &[u8] {
    text.as_encoded_bytes()
}

/// A selected file of one entry.
struct Found {
    path: String,
    pattern: usize,
    /// The file a symbolic link leads to.
    real: Option<PathBuf>,
}

/// A directory on the way.
struct Folder {
    path: PathBuf,
    /// The absolute path with a `/` at its end, undecodable bytes replaced: what patterns are matched
    /// against.
    text: String,
    /// Whether the part of the path below the base is UTF-8.
    is_utf8: bool,
    /// For each include pattern, whether it matches this directory or one above it.
    included: Arc<[bool]>,
    ignores: Option<Arc<IgnoreLevel>>,
}

/// What listing a directory gives; `children` are in alphabetical order.
#[derive(Default)]
struct Listing {
    children: Vec<Child>,
    skipped: Vec<Skipped>,
    problems: Vec<Error>,
}

enum Child {
    File(Found),
    Folder(Folder),
}

impl Child {
    /// The text that says where it is.
    fn text(&self) -> &[u8] {
        match self {
            Self::File(file) => file.path.as_bytes(),
            Self::Folder(folder) => folder.text.as_bytes(),
        }
    }
}

/// The search of one entry.
struct Walk<'a> {
    search: &'a Search,
    entry: &'a Entry,
    /// Bytes of a path's text before what is relative to the base, and to the entry's directory.
    base_text: usize,
    entry_text: usize,
}

impl Walk<'_> {
    /// The entry's files in alphabetical order.
    ///
    /// Directories are listed level by level, those of a level in parallel: however deep the tree is,
    /// nothing recurses.
    fn run(&self, skipped: &mut Vec<Skipped>) -> Result<Vec<Found>> {
        let mut problems = Vec::new();
        let root = self.root(&mut problems);
        let mut listings: Vec<Vec<Node>> = Vec::new();
        let mut level = vec![root];
        while !level.is_empty() {
            let mut next = Vec::new();
            let listed: Vec<Listing> = level.par_iter().map(|folder| self.list(folder)).collect();
            let first_of_next = listings.len() + listed.len();
            for listing in listed {
                skipped.extend(listing.skipped);
                problems.extend(listing.problems);
                let nodes = listing.children.into_iter().map(|child| match child {
                    Child::File(file) => Node::File(file),
                    Child::Folder(folder) => {
                        next.push(folder);
                        Node::Folder(first_of_next + next.len() - 1)
                    }
                });
                listings.push(nodes.collect());
            }
            level = next;
        }
        let first = problems
            .into_iter()
            .min_by(|left, right| compare_paths(as_bytes(problem_path(left)), as_bytes(problem_path(right))));
        match first {
            Some(problem) => Err(problem),
            None => Ok(in_path_order(listings)),
        }
    }

    fn root(&self, problems: &mut Vec<Error>) -> Folder {
        let path = &self.entry.path;
        let base_below = path.strip_prefix(&self.search.base).unwrap_or(Path::new(""));
        let mut folder = Folder {
            path: path.clone(),
            text: directory_text(path),
            is_utf8: base_below.to_str().is_some(),
            included: vec![false; self.entry.include.len()].into(),
            ignores: None,
        };
        if let Some(root) = &self.search.ignore_root
            && let Ok(below) = path.strip_prefix(root)
            && below != Path::new("")
        {
            let mut above = root.clone();
            for component in below.components() {
                add_ignore_file(&above, &mut folder.ignores, problems);
                above.push(component);
            }
        }
        folder
    }

    fn list(&self, folder: &Folder) -> Listing {
        let mut listing = Listing::default();
        let unreadable = |source| Error::DirectoryUnreadable { path: folder.path.clone(), source };
        let mut entries = Vec::new();
        let mut has_ignore_file = false;
        match fs::read_dir(&folder.path) {
            Ok(reader) => {
                for item in reader {
                    match item.and_then(|item| Ok((item.file_name(), item.file_type()?))) {
                        Ok((name, kind)) => {
                            has_ignore_file |= name == IGNORE_FILE;
                            entries.push((name, kind));
                        }
                        Err(error) => listing.problems.push(unreadable(error)),
                    }
                }
            }
            Err(error) => listing.problems.push(unreadable(error)),
        }
        let mut ignores = folder.ignores.clone();
        if has_ignore_file {
            add_ignore_file(&folder.path, &mut ignores, &mut listing.problems);
        }
        let mut visit =
            Visit { walk: self, folder, ignores, text: folder.text.clone(), listing: &mut listing };
        for (name, kind) in &entries {
            visit.child(name, *kind);
        }
        // Both kinds of text end in the name, after a part that all children of a directory share.
        let name = |child: &'_ Child| match child {
            Child::File(file) => folder.text.len() - self.base_text..file.path.len(),
            Child::Folder(folder_below) => folder.text.len()..folder_below.text.len() - 1,
        };
        listing
            .children
            .sort_unstable_by(|left, right| left.text()[name(left)].cmp(&right.text()[name(right)]));
        listing
    }
}

/// Reads a directory's ignore file, if it has one, onto the chain.
fn add_ignore_file(directory: &Path, ignores: &mut Option<Arc<IgnoreLevel>>, problems: &mut Vec<Error>) {
    let path = directory.join(IGNORE_FILE);
    let kind = match fs::metadata(&path) {
        Ok(metadata) => metadata.file_type(),
        Err(source) if is_missing(&source) => {
            if path.is_symlink() {
                problems.push(Error::BrokenLink { path, source });
            }
            return;
        }
        Err(source) => return problems.push(Error::FileUnreadable { path, source }),
    };
    if !kind.is_file() && !kind.is_dir() {
        return problems.push(Error::SpecialFile { path, kind: SpecialKind::of(kind) });
    }
    match IgnoreLevel::read(&path, directory_text(directory).len(), ignores.clone()) {
        Ok(level) => *ignores = Some(level),
        Err(problem) => problems.push(problem),
    }
}

enum Node {
    File(Found),
    Folder(usize),
}

/// The files of a tree of listings, the first of which is the root's.
fn in_path_order(listings: Vec<Vec<Node>>) -> Vec<Found> {
    let mut listings: Vec<_> = listings.into_iter().map(Vec::into_iter).collect();
    let mut files = Vec::new();
    let mut stack = vec![0];
    while let Some(&top) = stack.last() {
        match listings[top].next() {
            Some(Node::File(file)) => files.push(file),
            Some(Node::Folder(index)) => stack.push(index),
            None => {
                stack.pop();
            }
        }
    }
    files
}

fn directory_text(path: &Path) -> String {
    let mut text = path.to_string_lossy().into_owned();
    if !text.ends_with('/') {
        text.push('/');
    }
    text
}

fn problem_path(problem: &Error) -> &OsStr {
    match problem {
        Error::DirectoryUnreadable { path, .. }
        | Error::FileUnreadable { path, .. }
        | Error::DirectoryNamedLikeFile { path }
        | Error::SpecialFile { path, .. }
        | Error::BrokenLink { path, .. }
        | Error::PathRefused { path, .. }
        | Error::InvalidUtf8 { path, .. }
        | Error::NulByte { path, .. }
        | Error::InvalidPattern { place: Some((path, _)), .. } => path.as_os_str(),
        _ => OsStr::new(""),
    }
}

/// Deciding about the children of one directory.
struct Visit<'a> {
    walk: &'a Walk<'a>,
    folder: &'a Folder,
    ignores: Option<Arc<IgnoreLevel>>,
    /// The directory's text, to which each child's name is appended in turn.
    text: String,
    listing: &'a mut Listing,
}

impl Visit<'_> {
    fn child(&mut self, name: &OsStr, kind: FileType) {
        self.text.truncate(self.folder.text.len());
        self.text.push_str(&name.to_string_lossy());
        let Search { never, exclude_dirs, .. } = self.walk.search;
        let mut left_out = never.iter().chain(exclude_dirs);
        if left_out.any(|path| path.file_name() == Some(name) && *path == self.path(name)) {
            return;
        }
        if kind.is_file() {
            self.file(name, false);
        } else if kind.is_dir() {
            self.directory(name);
        } else if kind.is_symlink() {
            self.link(name);
        } else {
            self.special(name, kind);
        }
    }

    fn path(&self, name: &OsStr) -> PathBuf {
        self.folder.path.join(name)
    }

    /// The current child's path from the entry's directory.
    fn relative(&self) -> &str {
        &self.text[self.walk.entry_text..]
    }

    fn is_excluded(&self, is_directory: bool) -> bool {
        let relative = self.relative();
        let excluded = self
            .walk
            .entry
            .exclude
            .iter()
            .rev()
            .find(|pattern| pattern.matches(relative, is_directory))
            .is_some_and(|pattern| !pattern.is_negated());
        excluded || self.ignores.as_ref().is_some_and(|ignores| ignores.ignores(&self.text, is_directory))
    }

    /// The include pattern that selects the current child, if it is selected.
    fn selecting(&self, is_directory: bool) -> Option<usize> {
        let relative = self.relative();
        let mut first = None;
        let mut selected = false;
        let include = &self.walk.entry.include;
        for (index, (pattern, inherited)) in include.iter().zip(&*self.folder.included).enumerate() {
            if !*inherited && !pattern.matches(relative, is_directory) {
                continue;
            }
            selected = !pattern.is_negated();
            if selected && first.is_none() {
                first = Some(index);
            }
        }
        if selected { first } else { None }
    }

    fn file(&mut self, name: &OsStr, is_link: bool) {
        let Some(pattern) = self.selecting(false) else { return };
        if self.is_excluded(false) {
            return;
        }
        let path = &self.text[self.walk.base_text..];
        let refused = if !self.folder.is_utf8 || name.to_str().is_none() {
            Some("bytes that are not UTF-8")
        } else if path.contains('\n') {
            Some("a newline")
        } else if path.contains('\r') {
            Some("a carriage return")
        } else if path.contains('\\') {
            Some("a backslash")
        } else {
            None
        };
        if let Some(reason) = refused {
            let path = self.path(name);
            self.listing.problems.push(Error::PathRefused { path, reason });
            return;
        }
        let path = path.to_owned();
        let real = if is_link {
            match fs::canonicalize(self.path(name)) {
                Ok(real) if self.walk.search.never.contains(&real) => return,
                Ok(real) => Some(real),
                Err(source) => {
                    let path = self.path(name);
                    self.listing.problems.push(Error::BrokenLink { path, source });
                    return;
                }
            }
        } else {
            None
        };
        let child = Child::File(Found { path, pattern, real });
        self.listing.children.push(child);
    }

    fn directory(&mut self, name: &OsStr) {
        let path = self.path(name);
        if self.is_excluded(true) {
            return;
        }
        if self.is_named_like_file(name) {
            self.listing.problems.push(Error::DirectoryNamedLikeFile { path });
            return;
        }
        if !self.walk.entry.recursive {
            return;
        }
        let relative = self.relative();
        let include = &self.walk.entry.include;
        let included: Vec<bool> = include
            .iter()
            .zip(&*self.folder.included)
            .map(|(pattern, inherited)| *inherited || pattern.matches(relative, true))
            .collect();
        let included = if *included == *self.folder.included {
            Arc::clone(&self.folder.included)
        } else {
            included.into()
        };
        let folder = Folder {
            path,
            text: format!("{}/", self.text),
            is_utf8: self.folder.is_utf8 && name.to_str().is_some(),
            included,
            ignores: self.ignores.clone(),
        };
        self.listing.children.push(Child::Folder(folder));
    }

    fn is_named_like_file(&self, name: &OsStr) -> bool {
        // As if it were a file: a pattern that is meant for directories may have any name in it.
        as_bytes(name).ends_with(b".sql") && self.selecting(false).is_some()
    }

    fn link(&mut self, name: &OsStr) {
        let path = self.path(name);
        match fs::metadata(&path) {
            Ok(target) if target.is_file() => self.file(name, true),
            Ok(target) if target.is_dir() => {
                if self.is_excluded(true) {
                    return;
                }
                if self.is_named_like_file(name) {
                    self.listing.problems.push(Error::DirectoryNamedLikeFile { path });
                } else if self.walk.entry.recursive {
                    let reason = SkipReason::LinkedDirectory;
                    self.listing.skipped.push(Skipped { path, reason });
                }
            }
            Ok(target) => self.special(name, target.file_type()),
            Err(source) => {
                if self.selecting(false).is_some() && !self.is_excluded(false) {
                    self.listing.problems.push(Error::BrokenLink { path, source });
                }
            }
        }
    }

    fn special(&mut self, name: &OsStr, kind: FileType) {
        if self.selecting(false).is_some() && !self.is_excluded(false) {
            let path = self.path(name);
            self.listing.problems.push(Error::SpecialFile { path, kind: SpecialKind::of(kind) });
        }
    }
}
