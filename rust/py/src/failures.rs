//! Core errors as Python exceptions, worded by `confiture._failures`.

use std::convert::Infallible;
use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;

use confiture_core::Error;
use confiture_core::files::Tree;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// A path that becomes a `str`, undecodable bytes as `surrogateescape` has them.
pub(crate) struct PathText(pub(crate) PathBuf);

impl<'py> IntoPyObject<'py> for PathText {
    type Target = PyString;
    type Output = Bound<'py, PyString>;
    type Error = Infallible;

    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Infallible> {
        let text: &OsStr = self.0.as_os_str();
        text.into_pyobject(py)
    }
}

/// The exception for a core error, which may be about files of a tree.
pub(crate) fn raise(py: Python<'_>, error: Error, tree: Option<Tree<'_>>) -> PyErr {
    match describe(py, error, tree) {
        Ok(exception) => PyErr::from_value(exception),
        Err(error) => error,
    }
}

fn describe<'py>(py: Python<'py>, error: Error, tree: Option<Tree<'_>>) -> PyResult<Bound<'py, PyAny>> {
    let failures = py.import("confiture._failures")?;
    match error {
        Error::MissingDirectory { path } => failures.call_method1("missing_directory", (PathText(path),)),
        Error::NotADirectory { path } => failures.call_method1("not_a_directory", (PathText(path),)),
        Error::DirectoryUnreadable { path, source } => {
            failures.call_method1("directory_unreadable", (PathText(path), number(&source)))
        }
        Error::FileUnreadable { path, source } => {
            failures.call_method1("file_unreadable", (PathText(path), number(&source)))
        }
        Error::DirectoryNamedLikeFile { path } => {
            failures.call_method1("directory_named_like_file", (PathText(path),))
        }
        Error::SpecialFile { path, kind } => {
            failures.call_method1("special_file", (PathText(path), kind.name()))
        }
        Error::BrokenLink { path, source } => {
            failures.call_method1("broken_link", (PathText(path), number(&source)))
        }
        Error::PathRefused { path, reason } => {
            failures.call_method1("path_refused", (PathText(path), reason))
        }
        Error::SeparatorBroken { path, contained } => {
            failures.call_method1("separator_broken", (PathText(path), contained))
        }
        Error::InvalidUtf8 { path, offset } => {
            failures.call_method1("invalid_utf8", (PathText(path), offset))
        }
        Error::NulByte { path, offset } => failures.call_method1("nul_byte", (PathText(path), offset)),
        Error::Unclosed { open, included } => {
            let path = |file: usize| {
                let tree = tree?;
                let selected = tree.paths.get(file).map(|path| tree.base.join(path));
                selected.or_else(|| included.get(file - tree.paths.len()).cloned())
            };
            let findings: Vec<_> = open
                .into_iter()
                .map(|open| {
                    let path = path(open.file).unwrap_or_default();
                    (PathText(path), open.kind.name(), open.line, open.column)
                })
                .collect();
            failures.call_method1("unclosed", (findings,))
        }
        Error::IncludeRefused { chain, line, column, problem, path } => {
            let chain: Vec<_> = chain.into_iter().map(PathText).collect();
            failures.call_method1("include_refused", (chain, line, column, problem.name(), PathText(path)))
        }
        Error::OutputUnwritable { path, source } => {
            failures.call_method1("output_unwritable", (PathText(path), number(&source)))
        }
        Error::InvalidPattern { pattern, problem, place } => {
            let (file, line) = place.map_or((None, 0), |(file, line)| (Some(PathText(file)), line));
            failures.call_method1("invalid_pattern", (pattern, problem.reason(), file, line))
        }
        other => Err(PyRuntimeError::new_err(other.to_string())),
    }
}

/// The system's number of an I/O error. Errors without one are those the standard library makes up
/// itself, for a path with a NUL byte among others.
fn number(error: &io::Error) -> i32 {
    const EINVAL: i32 = 22;
    error.raw_os_error().unwrap_or(EINVAL)
}
