//! Writing a file so that its path shows the old content or the new one, never a part.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// A file that takes its path when it is complete; dropped before, it leaves nothing behind.
#[derive(Debug)]
pub(super) struct Output {
    path: PathBuf,
    temporary: NamedTempFile,
}

impl Output {
    /// Starts writing beside `path`, whose directory exists.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let temporary = temporary_beside(path).map_err(|source| unwritable(path, source))?;
        Ok(Self { path: path.to_owned(), temporary })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.temporary.as_file_mut().write_all(bytes);
        written.map_err(|source| unwritable(&self.path, source))
    }

    /// Writes over the start of what was written.
    pub(super) fn overwrite_start(&mut self, bytes: &[u8]) -> Result<()> {
        let file: &mut File = self.temporary.as_file_mut();
        let written = file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(bytes));
        written.map_err(|source| unwritable(&self.path, source))
    }

    /// Puts the file in its place.
    pub(super) fn commit(self) -> Result<()> {
        let path = self.path;
        match self.temporary.persist(&path) {
            Ok(_) => Ok(()),
            Err(error) => Err(unwritable(&path, error.error)),
        }
    }
}

fn temporary_beside(path: &Path) -> io::Result<NamedTempFile<File>> {
    let directory = path.parent().unwrap_or(Path::new("."));
    // Made by hand because `tempfile` would hide the system's error number. What the umask leaves of
    // the permissions is what any newly written file gets.
    let make = |path: &Path| File::options().read(true).write(true).create_new(true).open(path);
    let mut builder = tempfile::Builder::new();
    let temporary = builder.prefix(".confiture-").suffix(".tmp").make_in(directory, make)?;
    if let Ok(metadata) = fs::metadata(path)
        && metadata.is_file()
    {
        temporary.as_file().set_permissions(permissions_of(&metadata))?;
    }
    Ok(temporary)
}

#[cfg(unix)]
fn permissions_of(metadata: &fs::Metadata) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(metadata.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn permissions_of(metadata: &fs::Metadata) -> fs::Permissions {
    metadata.permissions()
}

fn unwritable(path: &Path, source: io::Error) -> Error {
    Error::OutputUnwritable { path: path.to_owned(), source }
}
