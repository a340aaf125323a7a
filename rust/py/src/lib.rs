//! The native module `confiture._core`. `python/confiture/_core.pyi` documents it.

#![expect(clippy::needless_pass_by_value, reason = "pyo3 gives its functions owned arguments")]

/// Models are many small parts, made and dropped on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod arguments;
mod collector;
mod dbt;
mod failures;
mod statements;
mod templates;
mod work;

use pyo3::prelude::*;

#[pymodule]
mod _core {
    use std::path::PathBuf;

    use confiture_core::files::{
        self, Part, Pattern, Segment, Selection, Separator, SkipReason, Target, Tree, Written,
    };
    use confiture_core::model::{self, Fingerprints};
    use confiture_core::sql;
    use pyo3::exceptions::{PyIndexError, PyValueError};
    use pyo3::prelude::*;
    use pyo3::pybacked::PyBackedBytes;
    use pyo3::types::PyBytes;

    use super::arguments::{Directory, Kinds, PartArguments, Sorting, check_parts, search};
    use super::collector::uncollected;
    use super::failures::{PathText, raise};
    use super::statements::{FileRow, Rows, TextRow};
    use super::work::run;

    /// Number of this interface; the package refuses a module with another one.
    #[pymodule_export]
    const INTERFACE: u32 = 8;

    #[pymodule_export]
    use super::dbt::{DbtDocument, load_dbt};
    #[pymodule_export]
    use super::templates::DbtTemplates;

    type Selected = (Vec<String>, Vec<usize>, Vec<usize>, Vec<(PathText, &'static str)>);
    type Finding = (usize, &'static str, u64, u64);
    type PartFacts = (usize, u64, u64, String);
    type SegmentRow = (u64, isize, u64, u64);
    type FingerprintsRow<'py> = (String, String, usize, Bound<'py, PyBytes>);
    type WrittenFacts = (String, String, Vec<Finding>, Vec<PartFacts>, Vec<String>, Vec<Vec<SegmentRow>>);

    #[pyfunction]
    #[pyo3(
        signature = (base_dir, entries, *, exclude_dirs=vec![], never=vec![], ignore_root=None, sort_mode=Sorting::default()),
        text_signature = "(base_dir, entries, *, exclude_dirs=(), never=(), ignore_root=None, sort_mode='alphabetical')"
    )]
    fn find_sql_files(
        py: Python<'_>,
        base_dir: PathBuf,
        entries: Vec<Directory>,
        exclude_dirs: Vec<PathBuf>,
        never: Vec<PathBuf>,
        ignore_root: Option<PathBuf>,
        sort_mode: Sorting,
    ) -> PyResult<Selected> {
        let search = search(py, base_dir, entries, exclude_dirs, never, ignore_root, sort_mode)?;
        let selection = py.detach(|| files::find_sql_files(&search));
        let Selection { files, skipped } = selection.map_err(|error| raise(py, error, None))?;
        let entries = files.iter().map(|file| file.entry).collect();
        let patterns = files.iter().map(|file| file.pattern).collect();
        let paths = files.into_iter().map(|file| file.path).collect();
        let skipped = skipped.into_iter().map(|skipped| {
            let reason = match skipped.reason {
                SkipReason::MissingDirectory => "missing_directory",
                SkipReason::LinkedDirectory => "linked_directory",
            };
            (PathText(skipped.path), reason)
        });
        Ok((paths, entries, patterns, skipped.collect()))
    }

    #[pyfunction]
    #[pyo3(signature = (base_dir, paths, *, include_dir=None, never=vec![], progress=None), text_signature = "(base_dir, paths, *, include_dir=None, never=(), progress=None)")]
    fn hash_files(
        py: Python<'_>,
        base_dir: PathBuf,
        paths: Vec<String>,
        include_dir: Option<PathBuf>,
        never: Vec<PathBuf>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<(String, String)> {
        let tree =
            Tree { base: &base_dir, paths: &paths, include_dir: include_dir.as_deref(), never: &never };
        let digest = run(py, progress.as_ref(), tree, |observer| files::hash_files(tree, observer))?;
        Ok((digest.digest, digest.lines))
    }

    #[expect(clippy::too_many_arguments, reason = "Python gives them by name")]
    #[pyfunction]
    #[pyo3(signature = (base_dir, paths, header, separator, *, fatal, include_dir=None, never=vec![], forbidden=vec![], segments=false, progress=None), text_signature = "(base_dir, paths, header, separator, *, fatal, include_dir=None, never=(), forbidden=(), segments=False, progress=None)")]
    fn build_schema(
        py: Python<'_>,
        base_dir: PathBuf,
        paths: Vec<String>,
        header: [String; 3],
        separator: Vec<String>,
        fatal: Option<Kinds>,
        include_dir: Option<PathBuf>,
        never: Vec<PathBuf>,
        forbidden: Vec<String>,
        segments: bool,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<(String, WrittenFacts)> {
        let tree =
            Tree { base: &base_dir, paths: &paths, include_dir: include_dir.as_deref(), never: &never };
        let fatal = fatal.as_ref().map(Kinds::as_slice);
        let separator = Separator { pieces: &separator, forbidden: &forbidden };
        let (text, written) = run(py, progress.as_ref(), tree, |observer| {
            files::build_schema(tree, header, separator, fatal, segments, observer)
        })?;
        Ok((text, facts(written)))
    }

    #[expect(clippy::too_many_arguments, reason = "Python gives them by name")]
    #[pyfunction]
    #[pyo3(signature = (base_dir, paths, parts, separator, *, fatal, include_dir=None, never=vec![], forbidden=vec![], segments=false, progress=None), text_signature = "(base_dir, paths, parts, separator, *, fatal, include_dir=None, never=(), forbidden=(), segments=False, progress=None)")]
    fn write_schema(
        py: Python<'_>,
        base_dir: PathBuf,
        paths: Vec<String>,
        parts: Vec<PartArguments>,
        separator: Vec<String>,
        fatal: Option<Kinds>,
        include_dir: Option<PathBuf>,
        never: Vec<PathBuf>,
        forbidden: Vec<String>,
        segments: bool,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<WrittenFacts> {
        let tree =
            Tree { base: &base_dir, paths: &paths, include_dir: include_dir.as_deref(), never: &never };
        let fatal = fatal.as_ref().map(Kinds::as_slice);
        let separator = Separator { pieces: &separator, forbidden: &forbidden };
        check_parts(&parts, paths.len())?;
        let parts: Vec<Part<'_>> = parts
            .iter()
            .map(|(output, header, files)| Part {
                header: header.clone(),
                files: files.as_deref(),
                target: output.clone().map_or(Target::Nowhere, Target::File),
            })
            .collect();
        let written = run(py, progress.as_ref(), tree, |observer| {
            files::write_schema(tree, &parts, separator, fatal, segments, observer)
        })?;
        Ok(facts(written))
    }

    #[pyfunction]
    fn compile_pattern(py: Python<'_>, pattern: &str) -> PyResult<()> {
        Pattern::new(pattern).map(drop).map_err(|error| raise(py, error, None))
    }

    #[pyfunction]
    fn pattern_matches(py: Python<'_>, pattern: &str, path: &str, is_dir: bool) -> PyResult<bool> {
        let pattern = Pattern::new(pattern).map_err(|error| raise(py, error, None))?;
        Ok(pattern.matches(path, is_dir))
    }

    #[pyfunction]
    fn find_open_construct(py: Python<'_>, text: &str) -> Option<(&'static str, u64, u64)> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let open = py.detach(|| sql::find_open_construct(text.as_bytes()))?;
        Some((open.kind.name(), open.line, open.column))
    }

    #[pyfunction]
    #[pyo3(signature = (text, *, fingerprints=false, spans=true))]
    fn split_statements<'py>(
        py: Python<'py>,
        text: &str,
        fingerprints: bool,
        spans: bool,
    ) -> PyResult<TextRow<'py>> {
        let mut account = py.detach(|| sql::account(text.as_bytes(), fingerprints));
        if !spans {
            account.spans = Vec::new();
        }
        uncollected(py, || Rows::new(py).text(account))
    }

    #[pyfunction]
    #[pyo3(signature = (base_dir, paths, *, progress=None))]
    fn read_files(
        py: Python<'_>,
        base_dir: PathBuf,
        paths: Vec<String>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Vec<Bound<'_, PyBytes>>> {
        let tree = Tree { base: &base_dir, paths: &paths, include_dir: None, never: &[] };
        let contents = run(py, progress.as_ref(), tree, |observer| files::read_files(tree, observer))?;
        Ok(contents.iter().map(|content| PyBytes::new(py, content)).collect())
    }

    #[pyfunction]
    fn split_contents(py: Python<'_>, contents: Vec<PyBackedBytes>) -> PyResult<Vec<FileRow<'_>>> {
        check_texts(&contents)?;
        let accounts = py.detach(|| files::account_contents(&contents));
        let accounts = accounts.map_err(|error| raise(py, error, None))?;
        let mut rows = Rows::new(py);
        uncollected(py, || accounts.into_iter().map(|account| rows.file(account)).collect())
    }

    #[pyfunction]
    fn normalize_statements(py: Python<'_>, text: &str) -> Vec<String> {
        py.detach(|| sql::normalize_statements(text.as_bytes()))
    }

    #[pyfunction]
    #[pyo3(signature = (text, *, file=None, origins=vec![], files=vec![]), text_signature = "(text, *, file=None, origins=(), files=())")]
    fn parse_sql<'py>(
        py: Python<'py>,
        text: &str,
        file: Option<&str>,
        origins: Vec<SegmentRow>,
        files: Vec<String>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let origins = segments(origins, files.len())?;
        let document = py.detach(|| model::parse_sql(text.as_bytes(), file, &origins, &files));
        Ok(PyBytes::new(py, &document))
    }

    #[pyfunction]
    #[pyo3(signature = (text, *, document=false, file=None, origins=vec![], files=vec![]), text_signature = "(text, *, document=False, file=None, origins=(), files=())")]
    fn fingerprint_sql<'py>(
        py: Python<'py>,
        text: &str,
        document: bool,
        file: Option<&str>,
        origins: Vec<SegmentRow>,
        files: Vec<String>,
    ) -> PyResult<FingerprintsRow<'py>> {
        let origins = segments(origins, files.len())?;
        let (document, found) = py.detach(|| {
            if document {
                model::parse_and_fingerprint_sql(text.as_bytes(), file, &origins, &files)
            } else {
                (Vec::new(), model::fingerprint_sql(text.as_bytes()))
            }
        });
        let Fingerprints { fingerprint, lines, opaque } = found;
        Ok((fingerprint, lines, opaque, PyBytes::new(py, &document)))
    }

    #[pyfunction]
    fn check_sql<'py>(
        py: Python<'py>,
        text: &str,
        origins: Vec<SegmentRow>,
        files: Vec<String>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let origins = segments(origins, files.len())?;
        let document = py.detach(|| model::check_sql(text.as_bytes(), &origins, &files));
        Ok(PyBytes::new(py, &document))
    }

    #[pyfunction]
    fn check_contents(
        py: Python<'_>,
        contents: Vec<PyBackedBytes>,
        files: Vec<String>,
    ) -> PyResult<Bound<'_, PyBytes>> {
        check_texts(&contents)?;
        let document = py.detach(|| {
            let (text, origins) = files::joined_contents(&contents);
            model::check_sql(&text, &origins, &files)
        });
        Ok(PyBytes::new(py, &document))
    }

    fn check_texts(contents: &[PyBackedBytes]) -> PyResult<()> {
        for content in contents {
            std::str::from_utf8(content).map_err(|error| PyValueError::new_err(error.to_string()))?;
        }
        Ok(())
    }

    fn segments(rows: Vec<SegmentRow>, files: usize) -> PyResult<Vec<Segment>> {
        rows.into_iter().map(|row| segment(row, files)).collect()
    }

    fn segment((bundle_line, file, line, column): SegmentRow, files: usize) -> PyResult<Segment> {
        let file = usize::try_from(file).ok();
        if file.is_some_and(|file| file >= files) {
            return Err(PyIndexError::new_err("a segment is of a file that is not given"));
        }
        Ok(Segment { bundle_line, file, line, column })
    }

    fn facts(written: Written) -> WrittenFacts {
        let Written { digest, open, parts, segments } = written;
        let open = open.into_iter().map(|open| (open.file, open.kind.name(), open.line, open.column));
        let parts = parts
            .into_iter()
            .map(|part| (part.files, part.source_bytes, part.bundle_bytes, part.body_sha256));
        let segments = segments.into_iter().map(|part| part.into_iter().map(segment_row).collect());
        let (open, parts, segments) = (open.collect(), parts.collect(), segments.collect());
        (digest.digest, digest.lines, open, parts, digest.included, segments)
    }

    fn segment_row(segment: Segment) -> SegmentRow {
        // No tree has so many files that the index would not fit.
        let file = segment.file.and_then(|file| isize::try_from(file).ok()).unwrap_or(-1);
        (segment.bundle_line, file, segment.line, segment.column)
    }
}
