//! What can go wrong, with the facts a caller needs to say so.

use std::io;
use std::path::PathBuf;

use rayon::ThreadPoolBuildError;

use crate::files::{IncludeProblem, PatternProblem, SpecialKind};
use crate::sql::OpenKind;

/// The result of the crate's fallible functions.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure. The messages are for users of this crate; the Python package words its own from the
/// fields.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An entry's directory does not exist.
    #[error("include directory {} does not exist", path.display())]
    MissingDirectory {
        /// The directory.
        path: PathBuf,
    },
    /// An entry's path leads to something else than a directory.
    #[error("{} is not a directory", path.display())]
    NotADirectory {
        /// The path.
        path: PathBuf,
    },
    /// A directory cannot be listed.
    #[error("cannot list {}: {source}", path.display())]
    DirectoryUnreadable {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be opened or read.
    #[error("cannot read {}: {source}", path.display())]
    FileUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A directory's name is one that would be selected if it were a file.
    #[error("{} is a directory with the name of a selected file", path.display())]
    DirectoryNamedLikeFile {
        /// The directory, or the link to it.
        path: PathBuf,
    },
    /// A selected path is neither a regular file nor a link to one.
    #[error("{} is a {}", path.display(), kind.name())]
    SpecialFile {
        /// The path.
        path: PathBuf,
        /// What it is.
        kind: SpecialKind,
    },
    /// A selected symbolic link leads nowhere.
    #[error("cannot follow the link {}: {source}", path.display())]
    BrokenLink {
        /// The link.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A selected path cannot stand in the digest's lines.
    #[error("{} contains {reason}", path.display())]
    PathRefused {
        /// The path.
        path: PathBuf,
        /// What it contains.
        reason: &'static str,
    },
    /// An included file's path cannot stand in its separator.
    #[error("{} contains {contained}, which its separator cannot hold", path.display())]
    SeparatorBroken {
        /// The path.
        path: PathBuf,
        /// What it contains.
        contained: String,
    },
    /// A file's content is not UTF-8.
    #[error("{} is not UTF-8 at byte {offset}", path.display())]
    InvalidUtf8 {
        /// The file.
        path: PathBuf,
        /// Offset of the first ill-formed sequence, in bytes from the file's start.
        offset: u64,
    },
    /// A file's content holds a NUL byte.
    #[error("{} holds a NUL byte at {offset}", path.display())]
    NulByte {
        /// The file.
        path: PathBuf,
        /// Its offset, in bytes from the file's start.
        offset: u64,
    },
    /// Files end inside a construct that was asked to be fatal.
    #[error("{} file(s) end inside a comment, quote or data block", open.len())]
    Unclosed {
        /// What is open.
        open: Vec<OpenFile>,
        /// Absolute paths of the included files, which indices from the number of selected ones on mean.
        included: Vec<PathBuf>,
    },
    /// A file that psql would include cannot be.
    #[error("line {line}, column {column} includes {}: {}", path.display(), problem.name())]
    IncludeRefused {
        /// The files that led there, from the selected one on.
        chain: Vec<PathBuf>,
        /// Line of the command in the last one, from 1.
        line: u64,
        /// Its column, in characters from 1.
        column: u64,
        /// Why.
        problem: IncludeProblem,
        /// The included file's path, or the command's arguments if they are no path.
        path: PathBuf,
    },
    /// A bundle, or the temporary file beside it, cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    OutputUnwritable {
        /// The bundle's path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A pattern cannot be meant as written.
    #[error("pattern {pattern:?} {}", problem.reason())]
    InvalidPattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        problem: PatternProblem,
        /// The ignore file it stands in and its line, from 1.
        place: Option<(PathBuf, usize)>,
    },
    /// The observer asked to stop.
    #[error("stopped")]
    Stopped,
    /// No threads could be started.
    #[error("cannot start worker threads: {0}")]
    Threads(#[from] ThreadPoolBuildError),
}

/// A file that ends inside a construct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenFile {
    /// Index of the file in the build's paths.
    pub file: usize,
    /// What is open.
    pub kind: OpenKind,
    /// Line of the opening delimiter, from 1.
    pub line: u64,
    /// Column of the opening delimiter, in characters from 1.
    pub column: u64,
}
