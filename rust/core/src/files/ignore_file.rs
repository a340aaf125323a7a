//! `.confitureignore` files: reading them, and asking a chain of them about a path.
//!
//! Which directories have one, and what follows from an answer, is the business of [`super::discover`].

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::content::{ContentProblem, check_whole};
use super::pattern::Pattern;
use crate::error::{Error, Result};

/// Name of the ignore files.
pub(super) const IGNORE_FILE: &str = ".confitureignore";

/// The patterns of one ignore file, and those of the files further up.
#[derive(Debug)]
pub(super) struct IgnoreLevel {
    patterns: Vec<Pattern>,
    /// Bytes of an absolute path up to and with the `/` after this file's directory.
    skip: usize,
    outer: Option<Arc<IgnoreLevel>>,
}

impl IgnoreLevel {
    /// Reads the ignore file at `path`, which lies in a directory whose printed path is `skip` bytes
    /// long, the `/` after it included.
    pub(super) fn read(path: &Path, skip: usize, outer: Option<Arc<Self>>) -> Result<Arc<Self>> {
        let bytes =
            fs::read(path).map_err(|source| Error::FileUnreadable { path: path.to_owned(), source })?;
        let text = check_whole(&bytes).map_err(|problem| problem.in_file(path))?;
        let patterns = text
            .split('\n')
            .enumerate()
            .filter_map(|(index, line)| parse_line(line).map(|pattern| (index + 1, pattern)))
            .map(|(line, text)| {
                Pattern::compile(text).map_err(|problem| Error::InvalidPattern {
                    pattern: text.to_owned(),
                    problem,
                    place: Some((path.to_owned(), line)),
                })
            })
            .collect::<Result<_>>()?;
        Ok(Arc::new(Self { patterns, skip, outer }))
    }

    /// Whether the path, absolute and as text, is ignored, the directories above it aside.
    pub(super) fn ignores(&self, path: &str, is_directory: bool) -> bool {
        let mut level = Some(self);
        while let Some(current) = level {
            let relative = &path[current.skip..];
            let deciding =
                current.patterns.iter().rev().find(|pattern| pattern.matches(relative, is_directory));
            if let Some(pattern) = deciding {
                return !pattern.is_negated();
            }
            level = current.outer.as_deref();
        }
        false
    }
}

/// The pattern of a line, if it has one.
fn parse_line(line: &str) -> Option<&str> {
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.starts_with('#') {
        return None;
    }
    let line = trim_spaces(line);
    (!line.is_empty()).then_some(line)
}

/// The line without the spaces at its end, unless a backslash escapes the first of them.
fn trim_spaces(line: &str) -> &str {
    let trimmed = line.trim_end_matches(' ');
    let backslashes = trimmed.len() - trimmed.trim_end_matches('\\').len();
    if backslashes % 2 == 1 && trimmed.len() < line.len() { &line[..=trimmed.len()] } else { trimmed }
}

impl ContentProblem {
    /// The error for this problem in a file.
    pub(super) fn in_file(self, path: &Path) -> Error {
        let path = path.to_owned();
        match self {
            Self::InvalidUtf8 { offset } => Error::InvalidUtf8 { path, offset },
            Self::NulByte { offset } => Error::NulByte { path, offset },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_git_reads_them() {
        for (line, pattern) in [
            ("", None),
            ("   ", None),
            ("# comment", None),
            ("\\#file", Some("\\#file")),
            ("a b  ", Some("a b")),
            ("a\\  ", Some("a\\ ")),
            ("a\\\\  ", Some("a\\\\")),
            ("a\r", Some("a")),
            ("!b", Some("!b")),
        ] {
            assert_eq!(parse_line(line), pattern, "{line:?}");
        }
    }
}
