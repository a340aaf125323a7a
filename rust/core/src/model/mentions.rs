//! Single names in expressions and strings.

use rustc_hash::FxHashSet;

use super::catalog::is_reserved;
use super::reading::{Kind, Name, Reader, unquoted, with_reader};
use super::schema::Text;

/// The name that a string holds, and how many arguments if it names them.
pub(crate) fn name_in_string(value: &str) -> Option<(Name, Option<usize>)> {
    let read = with_reader(value, |mut reader| {
        if !reader.is_name(0) {
            return Ok(None);
        }
        let name = reader.name()?;
        let count = if reader.is_group() { Some(reader.group()?.items()?.len()) } else { None };
        Ok(reader.is_done().then_some((name, count)))
    });
    read.ok()?
}

/// The columns of a table that an expression mentions, each once, in their order. The table's name may
/// stand before them.
pub(crate) fn columns_in(reader: &Reader<'_>, is_column: impl Fn(&str) -> bool, table: &str) -> Vec<Text> {
    let mut found: Vec<Text> = Vec::new();
    let mut seen = FxHashSet::default();
    for index in reader.at..reader.end {
        if let Some(name) = column_at(reader, index, table)
            && is_column(&name)
            && seen.insert(name.clone())
        {
            found.push(name);
        }
    }
    found
}

/// The name at a token, if it can be that of a column of a table.
pub(crate) fn column_at(reader: &Reader<'_>, index: usize, table: &str) -> Option<Text> {
    let token = reader.token_at(index)?;
    if !token.is_name() || (token.kind == Kind::Word && is_reserved(token.text)) {
        return None;
    }
    if index + 1 < reader.end
        && let Some(next) = reader.token_at(index + 1)
        && next.kind == Kind::Punctuation
        && matches!(next.text, "(" | ".")
    {
        return None;
    }
    if index > reader.at
        && let Some(before) = reader.token_at(index - 1)
    {
        if before.kind == Kind::Punctuation && before.text == "." {
            let qualifier = if index >= reader.at + 2 { reader.token_at(index - 2)? } else { return None };
            if unquoted(qualifier.text) != table || qualifier.kind == Kind::Number {
                return None;
            }
        } else if before.text == "::" {
            return None;
        }
    }
    Some(unquoted(token.text))
}

/// Whether an expression of the model mentions a column.
pub(crate) fn mentions(text: &str, column: &str, table: &str) -> bool {
    let found = with_reader(text, |reader| {
        Ok((0..reader.end).any(|index| column_at(&reader, index, table).as_deref() == Some(column)))
    });
    found.unwrap_or(false)
}
