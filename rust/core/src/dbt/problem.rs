//! What is wrong with a manifest, and where.

use std::fmt::Write;

/// A failure to read a manifest or a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// Where, in bytes from the start.
    pub offset: usize,
    /// The line of that, from 1.
    pub line: usize,
    /// Its column, in characters from 1.
    pub column: usize,
    /// The path to the value from the document's root, empty if it is no value's.
    pub path: String,
    /// What should stand there.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// The file is empty.
    Empty,
    /// The bytes are not UTF-8.
    InvalidUtf8,
    /// The text is not JSON.
    Syntax,
    /// Values are nested too deep.
    Depth,
    /// The text is JSON, but no such document.
    NotThis,
    /// The schema version is not known.
    SchemaVersion,
    /// A known field's value is of another type.
    WrongType,
    /// An object has a key twice.
    DuplicateKey,
    /// Two resources have one unique id.
    DuplicateId,
    /// A resource stands under another unique id than its own.
    OtherId,
    /// Fields are not known, and were to be.
    UnknownFields,
    /// Dependencies lead to nothing, and were not to.
    Dangling,
    /// The file is longer than can be held.
    TooLong,
}

impl ProblemKind {
    /// The kind's name at the boundary to Python.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::InvalidUtf8 => "invalid_utf8",
            Self::Syntax => "syntax",
            Self::Depth => "depth",
            Self::NotThis => "not_this",
            Self::SchemaVersion => "schema_version",
            Self::WrongType => "wrong_type",
            Self::DuplicateKey => "duplicate_key",
            Self::DuplicateId => "duplicate_id",
            Self::OtherId => "other_id",
            Self::UnknownFields => "unknown_fields",
            Self::Dangling => "dangling",
            Self::TooLong => "too_long",
        }
    }
}

impl Problem {
    /// A problem at an offset of a text.
    pub(crate) fn at(kind: ProblemKind, text: &[u8], offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let in_line = before.get(line_start..).unwrap_or_default();
        // A character has one byte that does not continue another.
        let column = in_line.iter().filter(|&&byte| byte & 0xc0 != 0x80).count() + 1;
        Self {
            kind,
            offset,
            line,
            column,
            path: String::new(),
            expected: String::new(),
            found: String::new(),
        }
    }
}

/// A path of keys and indices, as it is written in messages.
#[derive(Debug, Default)]
pub(crate) struct Path(String);

impl Path {
    pub(crate) fn key(mut self, key: &str) -> Self {
        let plain = key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if plain {
            if !self.0.is_empty() {
                self.0.push('.');
            }
            self.0.push_str(key);
        } else {
            self.0.push_str("[\"");
            self.0.push_str(key);
            self.0.push_str("\"]");
        }
        self
    }

    pub(crate) fn index(mut self, index: usize) -> Self {
        // Writing to a string cannot fail.
        let _ = write!(self.0, "[{index}]");
        self
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}
