//! Opening the files of a tree, and reading them in pieces.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use super::Tree;
use crate::error::{Error, Result};

/// The files of a tree, to be read.
///
/// Where the system can open a path from a directory that is open already, the base is kept open: the
/// system need not look up its path again for every file.
#[derive(Debug)]
pub(super) struct Sources<'a> {
    pub(super) tree: Tree<'a>,
    /// The base; without it, files are opened by their absolute paths.
    base: Option<File>,
}

impl<'a> Sources<'a> {
    pub(super) fn new(tree: Tree<'a>) -> Self {
        let base = if cfg!(unix) { File::open(tree.base).ok() } else { None };
        Self { tree, base }
    }

    /// Absolute path of a file.
    pub(super) fn absolute(&self, file: usize) -> PathBuf {
        self.tree.base.join(&self.tree.paths[file])
    }

    pub(super) fn unreadable(&self, file: usize, source: io::Error) -> Error {
        Error::FileUnreadable { path: self.absolute(file), source }
    }

    pub(super) fn open(&self, file: usize) -> Result<File> {
        let opened = match &self.base {
            Some(base) => open_below(base, &self.tree.paths[file]),
            None => File::open(self.absolute(file)),
        };
        opened.map_err(|source| self.unreadable(file, source))
    }
}

#[cfg(unix)]
fn open_below(base: &File, path: &str) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, openat};
    Ok(openat(base, path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?.into())
}

#[cfg(not(unix))]
fn open_below(_: &File, path: &str) -> io::Result<File> {
    File::open(path)
}

/// Size of the buffer each thread reads into.
const PIECE: usize = 64 * 1024;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Lends this thread's buffer.
pub(super) fn with_buffer<T>(task: impl FnOnce(&mut [u8]) -> T) -> T {
    BUFFER.with_borrow_mut(|buffer| {
        buffer.resize(PIECE, 0);
        task(buffer)
    })
}

/// Reads a file through this thread's buffer, giving each piece to `take` until it answers `false`.
pub(super) fn read_pieces(
    sources: &Sources<'_>,
    file: usize,
    mut take: impl FnMut(&[u8]) -> bool,
) -> Result<()> {
    let mut source = sources.open(file)?;
    with_buffer(|buffer| {
        loop {
            let length = fill(&mut source, buffer).map_err(|error| sources.unreadable(file, error))?;
            // `fill` has seen the end of the file when it does not fill the buffer.
            if !take(&buffer[..length]) || length < buffer.len() {
                return Ok(());
            }
        }
    })
}

/// Reads until the buffer is full or the file ends; returns how many bytes it holds.
pub(super) fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match file.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}
