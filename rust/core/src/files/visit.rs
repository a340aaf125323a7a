//! Deciding about the children of a directory.

use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::path::PathBuf;
use std::sync::Arc;

use super::discover::{Search, SkipReason, Skipped};
use super::ignore_file::IgnoreLevel;
use super::special::SpecialKind;
use super::walk::{Child, Folder, Found, Listing, Walk, as_bytes};
use crate::error::Error;

/// Deciding about the children of one directory.
pub(super) struct Visit<'a> {
    pub(super) walk: &'a Walk<'a>,
    pub(super) folder: &'a Folder,
    pub(super) ignores: Option<Arc<IgnoreLevel>>,
    /// The directory's text, to which each child's name is appended in turn.
    pub(super) text: String,
    pub(super) listing: &'a mut Listing,
}

impl Visit<'_> {
    pub(super) fn child(&mut self, name: &OsStr, kind: FileType) {
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
