//! The text of the model: tokens with one space between two of them, where there is one.

use compact_str::CompactString;

use super::catalog::needs_quotes;
use super::reading::{Kind, Reader, Token};
use super::schema::Text;

/// Words before a parenthesis that keep a space before it.
fn keeps_space(word: &str) -> bool {
    matches!(
        word,
        "all"
            | "and"
            | "any"
            | "array"
            | "as"
            | "asc"
            | "between"
            | "by"
            | "case"
            | "check"
            | "conflict"
            | "cross"
            | "default"
            | "desc"
            | "distinct"
            | "do"
            | "else"
            | "end"
            | "except"
            | "exclude"
            | "exists"
            | "filter"
            | "for"
            | "from"
            | "full"
            | "group"
            | "having"
            | "ilike"
            | "in"
            | "include"
            | "inner"
            | "intersect"
            | "into"
            | "is"
            | "isnull"
            | "join"
            | "key"
            | "lateral"
            | "left"
            | "like"
            | "limit"
            | "materialized"
            | "natural"
            | "not"
            | "notnull"
            | "of"
            | "offset"
            | "on"
            | "only"
            | "or"
            | "order"
            | "outer"
            | "over"
            | "overlaps"
            | "partition"
            | "primary"
            | "recursive"
            | "references"
            | "returning"
            | "right"
            | "select"
            | "set"
            | "similar"
            | "some"
            | "symmetric"
            | "then"
            | "to"
            | "union"
            | "unique"
            | "using"
            | "values"
            | "when"
            | "where"
            | "window"
            | "with"
            | "within"
    )
}

fn has_space(before: &Token<'_>, after: &Token<'_>) -> bool {
    if before.kind == Kind::Punctuation {
        match before.text {
            "(" | "[" | "::" => return false,
            "." => return after.kind == Kind::Number,
            _ => {}
        }
    }
    if after.kind != Kind::Punctuation {
        return true;
    }
    match after.text {
        ")" | "]" | "," | "::" => false,
        "." => before.kind == Kind::Number,
        "[" => !(before.is_name() || before.closes()),
        "(" => match before.kind {
            Kind::Name => false,
            Kind::Word => keeps_space(before.text),
            _ => true,
        },
        _ => true,
    }
}

/// The text of all tokens that are left.
pub(crate) fn text_of(reader: &Reader<'_>) -> Text {
    spaced(reader.rest())
}

/// Tokens with spaces between them where some belong.
pub(crate) fn spaced(tokens: &[Token<'_>]) -> Text {
    let [first, ..] = tokens else { return Text::default() };
    let length: usize = tokens.iter().map(|token| token.text.len() + 1).sum();
    let mut text = CompactString::with_capacity(length);
    text.push_str(first.text);
    for pair in tokens.windows(2) {
        if has_space(&pair[0], &pair[1]) {
            text.push(' ');
        }
        text.push_str(pair[1].text);
    }
    text
}

/// What a table is partitioned by, with its keys changed; the strategy before them is no part of these.
pub(crate) fn changed_partitioning(text: &Text, change: impl FnOnce(&Text) -> Text) -> Text {
    let (strategy, keys) = text.split_at(text.find('(').unwrap_or(text.len()));
    let mut changed = CompactString::new(strategy);
    changed.push_str(&change(&CompactString::new(keys)));
    changed
}

/// The text of an expression, which parentheses around it make no other.
pub(crate) fn expression_text(reader: &Reader<'_>) -> Text {
    text_of(&reader.bare())
}

/// Texts one after the other.
pub(crate) fn joined(parts: &[&str]) -> Text {
    let mut text = CompactString::with_capacity(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        text.push_str(part);
    }
    text
}

/// A name as `quote_identifier` of PostgreSQL has it: in quotes where it needs them.
pub(crate) fn quoted_name(name: &str) -> Text {
    let is_plain = name.bytes().enumerate().all(|(index, byte)| match byte {
        b'a'..=b'z' | b'_' => true,
        b'0'..=b'9' => index > 0,
        _ => false,
    });
    if is_plain && !name.is_empty() && !needs_quotes(name) {
        return CompactString::new(name);
    }
    let mut quoted = CompactString::const_new("\"");
    quoted.push_str(&name.replace('"', "\"\""));
    quoted.push('"');
    quoted
}
