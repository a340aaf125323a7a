//! Reading source files in pieces.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::error::{Error, Result};

/// Size of the buffer each thread reads into.
pub(super) const PIECE: usize = 64 * 1024;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Reads a file through this thread's buffer, giving each piece to `take`, and whether it is the last,
/// until it answers `false`. An empty file has one empty piece.
pub(super) fn read_pieces(path: &Path, mut take: impl FnMut(&[u8], bool) -> bool) -> Result<()> {
    let unreadable = |source| Error::FileUnreadable { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(unreadable)?;
    BUFFER.with_borrow_mut(|buffer| {
        buffer.resize(PIECE, 0);
        loop {
            let length = fill(&mut file, buffer).map_err(unreadable)?;
            // `fill` has seen the end of the file when it does not fill the buffer.
            let is_last = length < PIECE;
            if !take(&buffer[..length], is_last) || is_last {
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
