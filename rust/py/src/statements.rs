//! Accounts of statements as `confiture._interface` has them.

use compact_str::CompactString;
use confiture_core::files::FileAccount;
use confiture_core::sql::{Account, Object, OpenConstruct, Span, Statement};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyInt, PyList, PyString, PyTuple};
use rustc_hash::FxHashMap;

/// A `SqlOpen`.
type OpenRow = (&'static str, u64, u64);
/// A `SqlText`.
pub(crate) type TextRow<'py> = (Bound<'py, PyList>, Bound<'py, PyList>, Option<OpenRow>);
/// A `SqlFile`.
pub(crate) type FileRow<'py> =
    (Bound<'py, PyList>, Bound<'py, PyList>, Option<OpenRow>, (u64, u64, u64, u64, u64));

/// Makes the rows of accounts. What many rows share is made once.
pub(crate) struct Rows<'py> {
    py: Python<'py>,
    /// Python's strings for the names of kinds, by their addresses.
    names: FxHashMap<*const str, Bound<'py, PyString>>,
    none: Bound<'py, PyAny>,
    nothing: Bound<'py, PyAny>,
}

impl<'py> Rows<'py> {
    pub(crate) fn new(py: Python<'py>) -> Self {
        let none = py.None().into_bound(py);
        let nothing = PyTuple::empty(py).into_any();
        Self { py, names: FxHashMap::default(), none, nothing }
    }

    pub(crate) fn text(&mut self, account: Account) -> PyResult<TextRow<'py>> {
        let statements = self.statements(account.statements)?;
        let spans = self.spans(account.spans)?;
        Ok((statements, spans, account.open.map(open_row)))
    }

    pub(crate) fn file(&mut self, file: FileAccount) -> PyResult<FileRow<'py>> {
        let (statements, spans, open) = self.text(file.account)?;
        Ok((statements, spans, open, file.sizes.into()))
    }

    fn statements(&mut self, statements: Vec<Statement>) -> PyResult<Bound<'py, PyList>> {
        let rows: Vec<_> = statements.into_iter().map(|one| self.statement(one)).collect::<PyResult<_>>()?;
        PyList::new(self.py, rows)
    }

    fn spans(&mut self, spans: Vec<Span>) -> PyResult<Bound<'py, PyList>> {
        let rows: Vec<_> = spans.into_iter().map(|span| self.span(span)).collect::<PyResult<_>>()?;
        PyList::new(self.py, rows)
    }

    fn statement(&mut self, statement: Statement) -> PyResult<Bound<'py, PyTuple>> {
        let Statement { extent, line, column, name, fingerprint } = statement;
        let kind = match name.kind {
            Some(kind) => self.name(kind),
            None => self.none.clone(),
        };
        let objects = if name.objects.is_empty() {
            self.nothing.clone()
        } else {
            let objects: Vec<_> =
                name.objects.into_iter().map(|object| self.object(object)).collect::<PyResult<_>>()?;
            PyTuple::new(self.py, objects)?.into_any()
        };
        let fingerprint = match fingerprint {
            Some(fingerprint) => PyString::new(self.py, &fingerprint).into_any(),
            None => self.name(""),
        };
        let row = [
            kind,
            objects,
            self.name(name.form.name()),
            self.number(extent.start as u64)?,
            self.number(extent.end as u64)?,
            self.number(line)?,
            self.number(column)?,
            PyBool::new(self.py, extent.is_terminated).to_owned().into_any(),
            fingerprint,
        ];
        PyTuple::new(self.py, row)
    }

    fn object(&mut self, object: Object) -> PyResult<Bound<'py, PyTuple>> {
        let Object { kind, schema, name, arguments, parent } = object;
        let arguments = match arguments {
            Some(types) => PyTuple::new(self.py, types.iter().map(CompactString::as_str))?.into_any(),
            None => self.none.clone(),
        };
        let row = [self.name(kind), self.part(schema), self.part(name), arguments, self.part(parent)];
        PyTuple::new(self.py, row)
    }

    fn span(&mut self, span: Span) -> PyResult<Bound<'py, PyTuple>> {
        let Span { kind, start, end, statement, line, column } = span;
        // No text has so many statements that the index would not fit.
        let statement = statement.and_then(|index| i64::try_from(index).ok()).unwrap_or(-1);
        let row = [
            self.name(kind.name()),
            self.number(start as u64)?,
            self.number(end as u64)?,
            self.number(line)?,
            self.number(column)?,
            statement.into_pyobject(self.py)?.into_any(),
        ];
        PyTuple::new(self.py, row)
    }

    fn name(&mut self, name: &'static str) -> Bound<'py, PyAny> {
        let py = self.py;
        self.names
            .entry(std::ptr::from_ref(name))
            .or_insert_with(|| PyString::intern(py, name))
            .clone()
            .into_any()
    }

    fn part(&self, part: Option<CompactString>) -> Bound<'py, PyAny> {
        part.map_or_else(|| self.none.clone(), |part| PyString::new(self.py, &part).into_any())
    }

    fn number(&self, number: u64) -> PyResult<Bound<'py, PyAny>> {
        let number: Bound<'py, PyInt> = number.into_pyobject(self.py)?;
        Ok(number.into_any())
    }
}

fn open_row(open: OpenConstruct) -> OpenRow {
    (open.kind.name(), open.line, open.column)
}
