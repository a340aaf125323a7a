//! psql's includes: what a command includes, and where that file is.
//!
//! `docs/bundle.md` has the rules, which are those of psql's `psqlscanslash.l` and `command.c` as far as
//! they do not depend on a machine.

use std::path::{Component, Path, PathBuf};

use super::content::without_mark;
use crate::sql::OpenSearch;

/// The two bytes that every include holds: what lacks them needs no closer look.
const SIGN: &[u8] = b"\\i";

/// Whether there may be an include in a text.
pub(super) fn may_include(text: &[u8]) -> bool {
    memchr::memmem::find(text, SIGN).is_some()
}

/// Whether there is an include in a file's bytes.
pub(super) fn has_include(bytes: &[u8]) -> bool {
    may_include(bytes)
        && OpenSearch::new().update_with(without_mark(bytes), true, |text, commands| {
            commands.iter().any(|command| include_in(&text[command.start..command.end]).is_some())
        })
}

/// Whether a path starts from the including file or from the tree's include directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    Directory,
    IncludingFile,
}

/// Why a file cannot be included. The names are those of `confiture._failures`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncludeProblem {
    /// There is no such file.
    Missing,
    /// It is a directory, a pipe or a device.
    NotRegular,
    /// It includes itself.
    Cycle,
    /// Too many files include each other.
    Depth,
    /// The command is inside a statement, or before data.
    InStatement,
    /// The path is absolute.
    Absolute,
    /// The path starts in a home directory.
    Home,
    /// There is no path.
    NoPath,
    /// The path depends on a variable.
    Variable,
    /// The path depends on a command's output.
    Command,
}

impl IncludeProblem {
    /// The problem's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotRegular => "not_regular",
            Self::Cycle => "cycle",
            Self::Depth => "depth",
            Self::InStatement => "in_statement",
            Self::Absolute => "absolute",
            Self::Home => "home",
            Self::NoPath => "no_path",
            Self::Variable => "variable",
            Self::Command => "command",
        }
    }
}

/// The start and the arguments of a psql command that includes; `None` for any other command.
pub(super) fn include_in(command: &[u8]) -> Option<(Start, &[u8])> {
    let name_end = command[1..].iter().position(|byte| matches!(byte, b' ' | b'\t'..=b'\r' | b'\\'));
    let (name, arguments) = command[1..].split_at(name_end.unwrap_or(command.len() - 1));
    let start = match name {
        b"i" | b"include" => Start::Directory,
        b"ir" | b"include_relative" => Start::IncludingFile,
        _ => return None,
    };
    Some((start, arguments))
}

/// The path that a command's arguments start with.
pub(super) fn path_in(arguments: &[u8]) -> Result<Vec<u8>, IncludeProblem> {
    let arguments = arguments.trim_ascii_start();
    let mut path = Vec::new();
    let mut at = 0;
    while let Some(&byte) = arguments.get(at) {
        match byte {
            b' ' | b'\t'..=b'\r' | b'\\' => break,
            b'`' => return Err(IncludeProblem::Command),
            b':' if is_variable(&arguments[at + 1..]) => return Err(IncludeProblem::Variable),
            b'\'' => at = quoted(arguments, at + 1, &mut path),
            b'"' => {
                let end = memchr::memchr(b'"', &arguments[at + 1..]);
                let length = end.map_or(arguments.len() - at, |end| end + 2);
                path.extend_from_slice(&arguments[at..at + length]);
                at += length;
            }
            _ => {
                path.push(byte);
                at += 1;
            }
        }
    }
    match path.first() {
        None => Err(IncludeProblem::NoPath),
        Some(b'/') => Err(IncludeProblem::Absolute),
        Some(b'~') => Err(IncludeProblem::Home),
        Some(_) => Ok(path),
    }
}

/// Whether a colon with this after it starts a variable.
fn is_variable(after: &[u8]) -> bool {
    let is_name = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80)
    };
    match after {
        [b'\'' | b'"', rest @ ..] => is_name(rest.first()),
        [b'{', b'?', ..] => true,
        _ => is_name(after.first()),
    }
}

/// Adds what is between single quotes; returns the index after the last one.
fn quoted(arguments: &[u8], start: usize, path: &mut Vec<u8>) -> usize {
    let mut at = start;
    while let Some(&byte) = arguments.get(at) {
        match (byte, arguments.get(at + 1)) {
            (b'\'', Some(b'\'')) => {
                path.push(b'\'');
                at += 2;
            }
            (b'\'', _) => return at + 1,
            (b'\\', Some(&escaped)) => at = unescaped(arguments, at + 1, escaped, path),
            _ => {
                path.push(byte);
                at += 1;
            }
        }
    }
    at
}

fn unescaped(arguments: &[u8], at: usize, escaped: u8, path: &mut Vec<u8>) -> usize {
    let number = |from: usize, most: usize, base: u32| {
        let digits = arguments[from..].iter().take(most).map_while(|byte| char::from(*byte).to_digit(base));
        let (count, value) =
            digits.fold((0, 0_u32), |(count, value), digit| (count + 1, value * base + digit));
        // psql keeps the low byte too.
        (from + count, value.to_le_bytes()[0])
    };
    let simple = match escaped {
        b'n' => b'\n',
        b't' => b'\t',
        b'b' => 0x08,
        b'r' => b'\r',
        b'f' => 0x0C,
        b'0'..=b'7' => {
            let (end, value) = number(at, 3, 8);
            path.push(value);
            return end;
        }
        b'x' if arguments.get(at + 1).is_some_and(u8::is_ascii_hexdigit) => {
            let (end, value) = number(at + 1, 2, 16);
            path.push(value);
            return end;
        }
        other => other,
    };
    path.push(simple);
    at + 1
}

/// A path without `.` and `..`, as far as it can be told without looking.
pub(super) fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                cleaned.pop();
            }
            other => cleaned.push(other),
        }
    }
    cleaned
}

/// The path that leads from one absolute directory to an absolute path, both clean, with `/`.
pub(super) fn relative(base: &Path, path: &Path) -> Option<String> {
    let shared = base.components().zip(path.components()).take_while(|(one, other)| one == other).count();
    let up = base.components().skip(shared).map(|_| "..");
    let down: Option<Vec<&str>> =
        path.components().skip(shared).map(|component| component.as_os_str().to_str()).collect();
    Some(up.chain(down?).collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(arguments: &str) -> Result<String, IncludeProblem> {
        path_in(arguments.as_bytes()).map(|path| String::from_utf8_lossy(&path).into_owned())
    }

    #[test]
    fn paths_are_read_as_psql_reads_them() {
        for (arguments, expected) in [
            (" a.sql", "a.sql"),
            ("\ta.sql b c", "a.sql"),
            (" 'it''s a' b", "it's a"),
            (" 'it\\'s'", "it's"),
            (" a'b c'd", "ab cd"),
            (" \"a b\"c", "\"a b\"c"),
            (" 'b\\x2esql\\101\\t'", "b.sqlA\t"),
            (" a\\echo", "a"),
            (" a:.sql", "a:.sql"),
        ] {
            assert_eq!(path(arguments).as_deref(), Ok(expected), "{arguments}");
        }
        for (arguments, problem) in [
            ("", IncludeProblem::NoPath),
            (" ''", IncludeProblem::NoPath),
            (" /a", IncludeProblem::Absolute),
            (" ~/a", IncludeProblem::Home),
            (" :a", IncludeProblem::Variable),
            (" :'a'", IncludeProblem::Variable),
            (" `date`", IncludeProblem::Command),
        ] {
            assert_eq!(path(arguments), Err(problem), "{arguments}");
        }
    }

    #[test]
    fn paths_lead_from_directory_to_file() {
        let base = Path::new("/p/db/schema");
        for (target, expected) in
            [("/p/db/schema/a/b", "a/b"), ("/p/db/c", "../c"), ("/p/x/./y/../z", "../../x/z")]
        {
            assert_eq!(relative(base, &clean(Path::new(target))).as_deref(), Some(expected));
        }
    }
}
