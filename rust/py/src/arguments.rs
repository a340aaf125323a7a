//! What Python passes in, as the core takes it.

use std::path::PathBuf;

use confiture_core::files::{Entry, Pattern, Search, SortMode};
use confiture_core::sql::OpenKind;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::failures::raise;

/// An `IncludeDirectory`, read by its attributes.
#[derive(FromPyObject)]
pub(crate) struct Directory {
    path: PathBuf,
    recursive: bool,
    include: Vec<String>,
    exclude: Vec<String>,
    auto_discover: bool,
    order: i64,
}

/// A `Part`.
pub(crate) type PartArguments = (Option<PathBuf>, [String; 3], Option<Vec<usize>>);

/// A sort mode by name.
#[derive(Default)]
pub(crate) struct Sorting(SortMode);

impl<'py> FromPyObject<'_, 'py> for Sorting {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match object.extract::<&str>()? {
            "alphabetical" => Ok(Self(SortMode::Alphabetical)),
            "hex" => Ok(Self(SortMode::Hex)),
            other => Err(PyValueError::new_err(format!("unknown sort mode {other:?}"))),
        }
    }
}

/// Kinds of open constructs by name.
pub(crate) struct Kinds(Vec<OpenKind>);

impl Kinds {
    pub(crate) fn as_slice(&self) -> &[OpenKind] {
        &self.0
    }
}

impl<'py> FromPyObject<'_, 'py> for Kinds {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let kinds = object.extract::<Vec<String>>()?.into_iter().map(|name| {
            let known = OpenKind::SWALLOWING.into_iter().find(|known| known.name() == name);
            known.ok_or_else(|| PyValueError::new_err(format!("unknown construct {name:?}")))
        });
        Ok(Self(kinds.collect::<PyResult<_>>()?))
    }
}

/// Refuses parts that do not hold each of the paths once.
pub(crate) fn check_parts(parts: &[PartArguments], paths: usize) -> PyResult<()> {
    let mut held: Vec<usize> = Vec::with_capacity(paths);
    for (.., files) in parts {
        match files {
            Some(files) => held.extend(files),
            None => held.extend(0..paths),
        }
    }
    held.sort_unstable();
    if held.iter().copied().eq(0..paths) {
        Ok(())
    } else {
        Err(PyValueError::new_err("the parts do not hold each path once"))
    }
}

/// The core's search for these arguments; all patterns are compiled before anything is searched.
pub(crate) fn search(
    py: Python<'_>,
    base: PathBuf,
    entries: Vec<Directory>,
    exclude_dirs: Vec<PathBuf>,
    never: Vec<PathBuf>,
    ignore_root: Option<PathBuf>,
    Sorting(sort_mode): Sorting,
) -> PyResult<Search> {
    if entries.iter().any(|entry| !entry.path.starts_with(&base)) {
        return Err(PyValueError::new_err("an entry does not lie at or below the base directory"));
    }
    let compile = |patterns: Vec<String>| -> PyResult<Vec<Pattern>> {
        let patterns = patterns.iter().map(|pattern| Pattern::new(pattern));
        patterns.collect::<confiture_core::Result<_>>().map_err(|error| raise(py, error, None))
    };
    let entries = entries.into_iter().map(|directory| {
        Ok(Entry {
            path: directory.path,
            recursive: directory.recursive,
            include: compile(directory.include)?,
            exclude: compile(directory.exclude)?,
            auto_discover: directory.auto_discover,
            order: directory.order,
        })
    });
    let entries = entries.collect::<PyResult<_>>()?;
    Ok(Search { base, entries, exclude_dirs, never, ignore_root, sort_mode })
}
