//! Opening the files of a tree, and reading them in pieces.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{SpecialKind, Tree};
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

    /// Opens a file that may have become something else since it was selected.
    pub(super) fn open(&self, file: usize) -> Result<Source> {
        let opened = match &self.base {
            Some(base) => open_below(base, &self.tree.paths[file]),
            None => File::open(self.absolute(file)),
        };
        let unreadable = |source| self.unreadable(file, source);
        let source = opened.map_err(unreadable)?;
        let (may_be_read, size) = shape(&source).map_err(unreadable)?;
        if !may_be_read {
            let kind = source.metadata().map_err(unreadable)?.file_type();
            return Err(Error::SpecialFile { path: self.absolute(file), kind: SpecialKind::of(kind) });
        }
        Ok(Source { input: Input::File(source), size: usize::try_from(size).unwrap_or(usize::MAX / 2) })
    }
}

/// A file that is to be read, and its size when it was opened.
#[derive(Debug)]
pub(super) struct Source {
    input: Input,
    pub(super) size: usize,
}

/// Where the bytes of a file come from.
#[derive(Debug)]
enum Input {
    File(File),
    /// They were read already.
    Bytes(io::Cursor<Vec<u8>>),
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Bytes(bytes) => bytes.read(buffer),
        }
    }
}

#[cfg(unix)]
fn open_below(base: &File, path: &str) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, openat};
    // A named pipe must not make the build wait for a writer.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    Ok(openat(base, path, flags, Mode::empty())?.into())
}

#[cfg(unix)]
fn open_anywhere(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, open};
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    Ok(open(path, flags, Mode::empty())?.into())
}

#[cfg(not(unix))]
fn open_anywhere(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(not(unix))]
fn open_below(_: &File, path: &str) -> io::Result<File> {
    File::open(path)
}

/// Whether it is a file, or a directory, which is left to fail when it is read; and its size.
#[cfg(unix)]
fn shape(file: &File) -> io::Result<(bool, u64)> {
    use rustix::fs::{FileType, fstat};
    let status = fstat(file)?;
    let kind = FileType::from_raw_mode(status.st_mode);
    let may_be_read = matches!(kind, FileType::RegularFile | FileType::Directory);
    Ok((may_be_read, u64::try_from(status.st_size).unwrap_or(0)))
}

#[cfg(not(unix))]
fn shape(file: &File) -> io::Result<(bool, u64)> {
    let metadata = file.metadata()?;
    Ok((metadata.is_file() || metadata.is_dir(), metadata.len()))
}

/// Size of the buffer each thread reads into.
const PIECE: usize = 64 * 1024;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Lends this thread's buffer. A task may lead to another one that reads, as an observer does that hashes:
/// that one gets a buffer of its own.
fn with_buffer<T>(task: impl FnOnce(&mut [u8]) -> T) -> T {
    let mut buffer = BUFFER.take();
    buffer.resize(PIECE, 0);
    let result = task(&mut buffer);
    BUFFER.set(buffer);
    result
}

/// Reads a file through this thread's buffer, giving each piece to `take` until it answers `false`, and
/// whether it is the last.
pub(super) fn read_pieces(
    sources: &Sources<'_>,
    file: usize,
    mut take: impl FnMut(&[u8], bool) -> bool,
) -> Result<()> {
    let mut source = sources.open(file)?;
    with_buffer(|buffer| {
        loop {
            let piece = source.fill(buffer).map_err(|error| sources.unreadable(file, error))?;
            if !take(&buffer[..piece.length], piece.is_last) || piece.is_last {
                return Ok(());
            }
        }
    })
}

/// What a read gave.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) length: usize,
    /// Whether the file has ended.
    pub(super) is_last: bool,
}

impl Source {
    /// Opens a file by its absolute path; `None` if it is no regular file.
    pub(super) fn open(path: &Path) -> io::Result<Option<Self>> {
        let file = open_anywhere(path)?;
        let metadata = file.metadata()?;
        let size = usize::try_from(metadata.len()).unwrap_or(usize::MAX / 2);
        Ok(metadata.is_file().then_some(Self { input: Input::File(file), size }))
    }

    /// A file that was read already, which is not empty.
    pub(super) fn of_bytes(bytes: Vec<u8>) -> Self {
        Self { size: bytes.len(), input: Input::Bytes(io::Cursor::new(bytes)) }
    }

    /// Reads until the buffer is full or the file ends.
    ///
    /// A file ends where it ended when it was opened; what is added to it meanwhile is not its content.
    /// Files without a size, as some file systems have them, end where reading them does.
    pub(super) fn fill(&mut self, buffer: &mut [u8]) -> io::Result<Piece> {
        let has_size = self.size > 0;
        let wanted = if has_size { buffer.len().min(self.size) } else { buffer.len() };
        let mut length = 0;
        while length < wanted {
            match self.input.read(&mut buffer[length..wanted]) {
                Ok(0) => return Ok(Piece { length, is_last: true }),
                Ok(count) => length += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if has_size {
            self.size -= length;
        }
        Ok(Piece { length, is_last: has_size && self.size == 0 })
    }

    /// Appends what there is from here to the end of the file.
    pub(super) fn append_to(mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let has_size = self.size > 0;
        let end = bytes.len().saturating_add(self.size);
        while !has_size || bytes.len() < end {
            bytes.reserve(if has_size { end - bytes.len() } else { PIECE });
            match self.input.read_spare(bytes) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if has_size {
            bytes.truncate(end);
        }
        Ok(())
    }
}

impl Input {
    /// Reads into the capacity that is left.
    fn read_spare(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        #[cfg(unix)]
        if let Self::File(file) = self {
            return Ok(rustix::io::read(file, rustix::buffer::spare_capacity(bytes))?);
        }
        let spare = bytes.capacity() - bytes.len();
        self.take(spare as u64).read_to_end(bytes)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use super::*;

    #[test]
    fn a_file_can_be_read_while_another_one_is() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["a.sql", "b.sql"].map(String::from);
        for path in &paths {
            std::fs::write(folder.path().join(path), path).unwrap();
        }
        let sources =
            Sources::new(Tree { base: folder.path(), paths: &paths, include_dir: None, never: &[] });
        let mut read = Vec::new();
        let outer = read_pieces(&sources, 0, |piece, _| {
            let inner = read_pieces(&sources, 1, |piece, _| {
                read.extend_from_slice(piece);
                true
            });
            read.extend_from_slice(piece);
            inner.is_ok()
        });
        assert!(outer.is_ok());
        assert_eq!(read, b"b.sqla.sql");
    }
}
