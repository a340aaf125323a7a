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
    /// It is what a build writes.
    Output,
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
            Self::Output => "output",
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

/// The first argument of a command that includes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Argument<'a> {
    /// The path, or why there is none that can be followed.
    pub(super) path: Result<Vec<u8>, IncludeProblem>,
    /// The argument as it is written.
    pub(super) written: &'a [u8],
}

/// The first of a command's arguments.
pub(super) fn argument_in(arguments: &[u8]) -> Argument<'_> {
    let arguments = &arguments[run_of_space(arguments)..];
    let mut path = Vec::new();
    let mut problem = None;
    // How many bytes at the end of the path stand outside quotes.
    let mut plain = 0;
    let mut at = 0;
    while let Some(&byte) = arguments.get(at) {
        let after = &arguments[at + 1..];
        match byte {
            b' ' | b'\t'..=b'\r' | b'\\' => break,
            b'`' => {
                problem = problem.or(Some(IncludeProblem::Command));
                at += memchr::memchr(b'`', after).map_or(arguments.len(), |end| end + 2);
            }
            b':' if let Some(length) = variable_length(after) => {
                problem = problem.or(Some(IncludeProblem::Variable));
                at += 1 + length;
            }
            b'\'' | b'"' => {
                let end = if byte == b'"' {
                    memchr::memchr(b'"', after).map(|end| at + end + 2)
                } else {
                    quoted(arguments, at + 1, &mut path)
                };
                let Some(end) = end else {
                    // To psql, what is left open is no argument.
                    let problem = problem.unwrap_or(IncludeProblem::NoPath);
                    return Argument { path: Err(problem), written: arguments.trim_ascii_end() };
                };
                if byte == b'"' {
                    path.extend_from_slice(&arguments[at..end]);
                }
                plain = 0;
                at = end;
            }
            _ => {
                path.push(byte);
                plain += 1;
                at += 1;
            }
        }
    }
    let at = at.min(arguments.len());
    // psql takes a semicolon there for the end of a statement.
    while plain > 0 && path.last() == Some(&b';') {
        path.pop();
        plain -= 1;
    }
    let problem = problem.or(match path.first() {
        None => Some(IncludeProblem::NoPath),
        Some(b'/') => Some(IncludeProblem::Absolute),
        Some(b'~') => Some(IncludeProblem::Home),
        Some(_) => None,
    });
    Argument { path: problem.map_or(Ok(path), Err), written: &arguments[..at] }
}

fn run_of_space(text: &[u8]) -> usize {
    text.iter().take_while(|byte| matches!(byte, b' ' | b'\t'..=b'\r')).count()
}

/// The length of the variable after a colon, if there is one.
fn variable_length(after: &[u8]) -> Option<usize> {
    let name = |text: &[u8]| {
        text.iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_' || **byte >= 0x80)
            .count()
    };
    match after {
        [quote @ (b'\'' | b'"'), rest @ ..] => {
            let length = name(rest);
            (length > 0 && rest.get(length) == Some(quote)).then_some(length + 2)
        }
        [b'{', b'?', ..] => Some(2),
        _ => (name(after) > 0).then_some(1),
    }
}

/// Adds what is between single quotes; returns the index after the last one, if there is one.
fn quoted(arguments: &[u8], start: usize, path: &mut Vec<u8>) -> Option<usize> {
    let mut at = start;
    while let Some(&byte) = arguments.get(at) {
        match (byte, arguments.get(at + 1)) {
            (b'\'', Some(b'\'')) => {
                path.push(b'\'');
                at += 2;
            }
            (b'\'', _) => return Some(at + 1),
            (b'\\', Some(&escaped)) => at = unescaped(arguments, at + 1, escaped, path),
            _ => {
                path.push(byte);
                at += 1;
            }
        }
    }
    None
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

/// A path of these bytes.
#[cfg(unix)]
pub(super) fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
pub(super) fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
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
        argument_in(arguments.as_bytes()).path.map(|path| String::from_utf8_lossy(&path).into_owned())
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
            (" a.sql;", "a.sql"),
            (" 'a.sql;'", "a.sql;"),
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
            (" 'a", IncludeProblem::NoPath),
            (" a\"", IncludeProblem::NoPath),
            (" ;", IncludeProblem::NoPath),
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
