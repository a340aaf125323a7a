//! Accounts of statements as `confiture._interface` has them.

use compact_str::CompactString;
use confiture_core::files::FileAccount;
use confiture_core::sql::{Account, Object, OpenConstruct, PlacedSpan, Statement};
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

/// A `SqlObject`.
type ObjectRow = (&'static str, Text, Text, Option<Py<PyTuple>>, Text);
type Text = Option<Py<PyString>>;
/// A `SqlStatement`.
type StatementRow = (Option<&'static str>, Py<PyTuple>, &'static str, usize, usize, u64, u64, bool, String);
/// A `SqlSpan`.
type SpanRow = (&'static str, usize, usize, u64, u64, isize);
/// A `SqlOpen`.
type OpenRow = (&'static str, u64, u64);
/// A `SqlText`.
pub(crate) type TextRow = (Vec<StatementRow>, Vec<SpanRow>, Option<OpenRow>);
/// A `SqlFile`.
pub(crate) type FileRow = (Vec<StatementRow>, Vec<SpanRow>, Option<OpenRow>, (u64, u64, u64, u64, u64));

pub(crate) fn text_row(py: Python<'_>, account: Account) -> PyResult<TextRow> {
    let statements = account.statements.into_iter().map(|statement| statement_row(py, statement));
    let spans = account.spans.into_iter().map(span_row).collect();
    Ok((statements.collect::<PyResult<_>>()?, spans, account.open.map(open_row)))
}

pub(crate) fn file_row(py: Python<'_>, file: FileAccount) -> PyResult<FileRow> {
    let (statements, spans, open) = text_row(py, file.account)?;
    Ok((statements, spans, open, file.sizes.into()))
}

fn statement_row(py: Python<'_>, statement: Statement) -> PyResult<StatementRow> {
    let Statement { extent, line, column, name, fingerprint } = statement;
    let objects = name.objects.into_iter().map(|object| object_row(py, object));
    let objects = PyTuple::new(py, objects.collect::<PyResult<Vec<_>>>()?)?;
    Ok((
        name.kind,
        objects.unbind(),
        name.form.name(),
        extent.start,
        extent.end,
        line,
        column,
        extent.is_terminated,
        fingerprint.unwrap_or_default(),
    ))
}

fn object_row(py: Python<'_>, object: Object) -> PyResult<ObjectRow> {
    let Object { kind, schema, name, arguments, parent } = object;
    let arguments = match arguments {
        Some(types) => Some(PyTuple::new(py, types.iter().map(CompactString::as_str))?.unbind()),
        None => None,
    };
    let text = |text: Option<CompactString>| text.map(|text| PyString::new(py, &text).unbind());
    Ok((kind, text(schema), text(name), arguments, text(parent)))
}

fn span_row(placed: PlacedSpan) -> SpanRow {
    let PlacedSpan { span, line, column } = placed;
    // No text has so many statements that the index would not fit.
    let statement = span.statement.and_then(|index| isize::try_from(index).ok()).unwrap_or(-1);
    (span.kind.name(), span.start, span.end, line, column, statement)
}

fn open_row(open: OpenConstruct) -> OpenRow {
    (open.kind.name(), open.line, open.column)
}
