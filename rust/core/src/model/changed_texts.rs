//! A text with other names in place of some: what it names columns by stays.
//!
//! A column of a query without a name of its own is named by the function that is called, or the type that it
//! is cast to; a function after `FROM` by itself. The server has kept these names, so that they are written out.

use compact_str::format_compact;
use rustc_hash::FxHashMap as HashMap;

use super::catalog::is_reserved;
use super::implied::expression_name;
use super::reading::{Kind, Name, Reader, Token, string_of};
use super::references::Located;
use super::renamed_relations::{is_no_alias, renamed_relations};
use super::schema::Text;
use super::text::{quoted_name, spaced};

/// A reference, and the name that it has now.
pub(crate) struct Change {
    pub(crate) located: Located,
    pub(crate) name: Name,
}

impl Change {
    /// What was named, if that is not the name of today.
    fn renamed(&self) -> Option<&Text> {
        let old = &self.located.reference.name.name;
        if *old == self.name.name { None } else { Some(old) }
    }
}

/// A name that something gets so that it keeps it.
struct Alias {
    has_word: bool,
    name: Text,
}

/// What ends the columns of a query.
fn ends_columns(token: &Token<'_>) -> bool {
    match token.kind {
        Kind::Punctuation => matches!(token.text, "," | ")" | ";"),
        Kind::Word => matches!(
            token.text,
            "from"
                | "into"
                | "where"
                | "group"
                | "having"
                | "window"
                | "union"
                | "intersect"
                | "except"
                | "order"
                | "limit"
                | "offset"
                | "fetch"
                | "for"
        ),
        _ => false,
    }
}

/// The text of all tokens, with other names in place of some.
pub(crate) fn changed_text(reader: &Reader<'_>, mut changes: Vec<Change>) -> Text {
    changes.sort_by_key(|change| change.located.named.start);
    let mut aliases = column_aliases(reader, &changes);
    for change in &changes {
        if change.located.named.is_from
            && let Some(old) = change.renamed()
            && let Some(place) = alias_place(reader, change.located.named.end)
        {
            aliases.insert(place, Alias { has_word: false, name: old.clone() });
        }
    }
    let (mut replaced, more) = renamed_relations(reader, &changes);
    aliases.extend(more.into_iter().map(|(place, name)| (place, Alias { has_word: true, name })));
    replaced.extend(changes.into_iter().map(|change| {
        let named = change.located.named;
        (named.start, (named.end, change.name))
    }));
    let mut pieces: Vec<(Kind, Text)> = Vec::with_capacity(reader.end - reader.at + replaced.len());
    let mut index = reader.at;
    loop {
        if let Some(alias) = aliases.get(&index) {
            if alias.has_word {
                pieces.push((Kind::Word, Text::const_new("as")));
            }
            pieces.push(name_token(&alias.name));
        }
        let Some(token) = reader.token_at(index).filter(|_| index < reader.end) else { break };
        let Some((end, name)) = replaced.get(&index) else {
            pieces.push((token.kind, Text::new(token.text)));
            index += 1;
            continue;
        };
        if token.kind == Kind::String {
            pieces.push((Kind::String, string(token.text, name)));
        } else {
            if let Some(schema) = &name.schema {
                pieces.push(name_token(schema));
                pieces.push((Kind::Punctuation, Text::const_new(".")));
            }
            pieces.push(name_token(&name.name));
        }
        index = *end;
    }
    let tokens: Vec<Token<'_>> =
        pieces.iter().map(|(kind, text)| Token { kind: *kind, text, closing: 0 }).collect();
    spaced(&tokens)
}

pub(crate) fn name_token(name: &str) -> (Kind, Text) {
    let text = quoted_name(name);
    (if text.starts_with('"') { Kind::Name } else { Kind::Word }, text)
}

/// A string with another name, and the arguments that it had.
pub(crate) fn string(text: &str, name: &Name) -> Text {
    let value = string_of(text).unwrap_or_default();
    let arguments = value.find('(').map_or("", |place| &value[place..]);
    let written = match &name.schema {
        Some(schema) => format_compact!("{}.{}", quoted_name(schema), quoted_name(&name.name)),
        None => quoted_name(&name.name),
    };
    format_compact!("'{}{}'", written.replace('\'', "''"), arguments.replace('\'', "''"))
}

/// Before which tokens which names of columns belong.
fn column_aliases(reader: &Reader<'_>, changes: &[Change]) -> HashMap<usize, Alias> {
    let is_string = |change: &Change| {
        reader.token_at(change.located.named.start).is_some_and(|token| token.kind == Kind::String)
    };
    let renamed: Vec<(usize, &Text)> = changes
        .iter()
        .filter(|change| !is_string(change))
        .filter_map(|change| Some((change.located.named.start, change.renamed()?)))
        .collect();
    let mut found = HashMap::default();
    if renamed.is_empty() {
        return found;
    }
    for index in reader.at..reader.end {
        let is_select = reader.token_at(index).is_some_and(|token| token.is("select"))
            && !(index > reader.at && reader.token_at(index - 1).is_some_and(|token| token.text == "."));
        if !is_select {
            continue;
        }
        let mut columns = reader.part(index + 1, reader.end);
        if columns.take_word("distinct") {
            if columns.take_word("on") && columns.is_group() {
                columns.skip();
            }
        } else {
            columns.take_word("all");
        }
        loop {
            let item = columns.until_token(ends_columns);
            let first = renamed.partition_point(|(start, _)| *start < item.at);
            let last = renamed.partition_point(|(start, _)| *start < item.end);
            if first < last
                && !has_alias(&item)
                && let Some(name) = expression_name(item)
                && renamed[first..last].iter().any(|(_, old)| **old == name)
            {
                found.insert(item.end, Alias { has_word: true, name });
            }
            if !columns.take_sign(",") {
                break;
            }
        }
    }
    found
}

/// Whether a column of a query has a name of its own, or it cannot be told.
fn has_alias(item: &Reader<'_>) -> bool {
    if item.is_group() && matches!(item.word(1), "select" | "with" | "values") {
        // What the inner query names it is its name.
        return true;
    }
    let mut start = *item;
    start.until_token(|token| token.is("as"));
    if !start.is_done() {
        return true;
    }
    let [.., before, last] = item.rest() else { return false };
    if !last.is_name() || (last.kind == Kind::Word && is_reserved(last.text)) {
        return false;
    }
    !(before.kind == Kind::Operator || matches!(before.text, "." | "::"))
}

/// Before which token the alias of a function in `FROM` belongs; None if it has one.
fn alias_place(reader: &Reader<'_>, opened: usize) -> Option<usize> {
    let mut rest = reader.part(reader.token_at(opened)?.closing + 1, reader.end);
    rest.take(&["with", "ordinality"]);
    if rest.take_word("as") {
        return rest.is_group().then_some(rest.at);
    }
    let is_alias = rest.token(0).is_some_and(|token| match token.kind {
        Kind::Name => true,
        Kind::Word => !is_no_alias(token.text),
        _ => false,
    });
    if is_alias { None } else { Some(rest.at) }
}
