//! Walking the directories of one entry, level by level.

use std::ffi::OsStr;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use super::discover::{Entry, Search, Skipped};
use super::ignore_file::{IGNORE_FILE, IgnoreLevel};
use super::in_order::{Take, Work, in_order};
use super::order::compare_paths;
use super::special::SpecialKind;
use super::visit::Visit;
use crate::error::{Error, Result};

/// Directories that one thread lists one after the other.
const RUN_FOLDERS: usize = 4;

/// A selected file of one entry.
pub(super) struct Found {
    pub(super) path: String,
    pub(super) pattern: usize,
    /// The file a symbolic link leads to.
    pub(super) real: Option<PathBuf>,
}

/// A directory on the way.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    /// The absolute path with a `/` at its end, undecodable bytes replaced: what patterns are matched
    /// against.
    pub(super) text: String,
    /// Whether the part of the path below the base is UTF-8.
    pub(super) is_utf8: bool,
    /// For each include pattern, whether it matches this directory or one above it.
    pub(super) included: Arc<[bool]>,
    pub(super) ignores: Option<Arc<IgnoreLevel>>,
}

/// What listing a directory gives; `children` are in alphabetical order.
#[derive(Default)]
pub(super) struct Listing {
    pub(super) children: Vec<Child>,
    pub(super) skipped: Vec<Skipped>,
    pub(super) problems: Vec<Error>,
}

pub(super) enum Child {
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
pub(super) struct Walk<'a> {
    pub(super) search: &'a Search,
    pub(super) entry: &'a Entry,
    /// Bytes of a path's text before what is relative to the base, and to the entry's directory.
    pub(super) base_text: usize,
    pub(super) entry_text: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(search: &'a Search, entry: &'a Entry) -> Self {
        Self {
            search,
            entry,
            base_text: directory_text(&search.base).len(),
            entry_text: directory_text(&entry.path).len(),
        }
    }

    /// The entry's files in alphabetical order.
    ///
    /// Directories are listed level by level, those of a level in parallel: however deep the tree is,
    /// nothing recurses.
    pub(super) fn run(&self, skipped: &mut Vec<Skipped>) -> Result<Vec<Found>> {
        let mut problems = Vec::new();
        let root = self.root(&mut problems);
        let mut listings: Vec<Vec<Node>> = Vec::new();
        let mut level = vec![root];
        while !level.is_empty() {
            let mut next = Vec::new();
            let mut listed = Vec::with_capacity(level.len());
            in_order(level.len(), &Level { walk: self, folders: &level }, &mut listed)?;
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

/// The listing of some directories.
struct Level<'a> {
    walk: &'a Walk<'a>,
    folders: &'a [Folder],
}

impl Work for Level<'_> {
    type Output = Vec<Listing>;

    const FEWEST: usize = 2;

    fn run_length(&self) -> usize {
        RUN_FOLDERS
    }

    fn has_room(&self) -> bool {
        true
    }

    fn work(&self, folders: Range<usize>, _: &dyn Fn() -> bool) -> Vec<Listing> {
        self.folders[folders].iter().map(|folder| self.walk.list(folder)).collect()
    }
}

impl Take<Vec<Listing>> for Vec<Listing> {
    fn take(&mut self, listings: Vec<Listing>) -> Result<()> {
        self.extend(listings);
        Ok(())
    }

    fn beat(&self) -> bool {
        true
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

pub(super) fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

pub(super) fn as_bytes(text: &OsStr) -> &[u8] {
    text.as_encoded_bytes()
}
