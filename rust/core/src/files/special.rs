//! What is neither a file, nor a directory, nor a link to one.

use std::fs::FileType;

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
