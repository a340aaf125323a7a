//! Single names in expressions and strings.

use rustc_hash::FxHashSet;

use super::catalog::is_reserved;
use super::reading::{Kind, Name, Reader, unquoted, with_reader};
use super::schema::Text;
use crate::sql::cut;

/// The name that a string holds, and how many arguments if it names them.
pub(crate) fn name_in_string(value: &str) -> Option<(Name, Option<usize>)> {
    if !value.contains('(') {
        return split_name(value).map(|name| (name, None));
    }
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

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0c' | '\x0b')
}

/// A name as the server reads one in a string (`SplitIdentifierString`).
///
/// Without quotes a part holds anything but white space, dots and what it starts with: no quote.
fn split_name(value: &str) -> Option<Name> {
    let mut name: Option<Name> = None;
    let mut rest = value;
    loop {
        rest = rest.trim_start_matches(is_space);
        let part = if let Some(quoted) = rest.strip_prefix('"') {
            let end = closing_quote(quoted)?;
            rest = &quoted[end + 1..];
            quoted[..end].replace("\"\"", "\"")
        } else {
            let end = rest.find(|character| character == '.' || is_space(character)).unwrap_or(rest.len());
            let part = rest[..end].to_ascii_lowercase();
            rest = &rest[end..];
            part
        };
        if part.is_empty() {
            return None;
        }
        let part = Text::new(cut(&part));
        let is_first = name.is_none();
        name = Some(match name {
            Some(before) => Name { schema: Some(before.name), name: part },
            None => Name { schema: None, name: part },
        });
        rest = rest.trim_start_matches(is_space);
        if rest.is_empty() {
            let is_number =
                is_first && value.trim_matches(is_space).bytes().all(|byte| byte.is_ascii_digit());
            return name.filter(|_| !is_number && value != "-");
        }
        rest = rest.strip_prefix('.')?;
    }
}

/// Where the quote is that ends a quoted name, of which what follows the first one is given.
fn closing_quote(quoted: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let quote = from + quoted[from..].find('"')?;
        if quoted.as_bytes().get(quote + 1) != Some(&b'"') {
            return Some(quote);
        }
        from = quote + 2;
    }
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
