//! Labels of enums that have other names now, in texts: the server keeps which label is meant.
//!
//! A string is a label where it is cast to the type, where it is the default of a column of the type, and where
//! it is compared with such a column in what belongs to its table.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use compact_str::format_compact;

use super::catalog::is_reserved;
use super::mentions::column_at;
use super::reading::{Kind, Name, Outcome, Reader, Token, string_of, unquoted, with_reader};
use super::records::{Body, Id, PartId};
use super::references::located_references;
use super::respelling::{Editing, edit_texts, name_of};
use super::schema::Text;
use super::state::State;
use super::text::spaced;

/// Calls a label by its new name in texts.
pub(crate) fn relabel(state: &mut State, id: Id, old: &Text, new: &Text) {
    let mut seen = HashSet::default();
    let places: Vec<(Id, Option<PartId>)> = state
        .dependents_of(id)
        .map(|need| (need.source, need.part))
        .filter(|place| !state.record(place.0).is_dropped && seen.insert(*place))
        .collect();
    let name = name_of(state, id);
    let cast = Relabelling { name: &name, old, new, table: None };
    let mut tables: HashMap<Id, HashSet<Text>> = HashMap::default();
    for (source, part) in places {
        edit_texts(state, source, part, &cast);
        let record = state.shared(source);
        match &record.body {
            Body::Table(table) => {
                let column = table.columns.iter().find(|column| Some(column.part) == part);
                let Some(column) = column.filter(|column| is_of(state, column.r#type, id)) else { continue };
                tables.entry(source).or_default().insert(column.name.clone());
                if column.default.as_ref().is_some_and(|default| is_label(default, old)) {
                    state.change_column(source, &column.name, |column| column.default = Some(string(new)));
                }
            }
            Body::Domain(domain) if is_of(state, domain.r#type, id) => {
                if domain.default.as_ref().is_some_and(|default| is_label(default, old))
                    && let Some(domain) = state.change(source).domain_mut()
                {
                    domain.default = Some(string(new));
                }
            }
            _ => {}
        }
    }
    for (table, columns) in tables {
        relabel_in_table(state, table, &columns, &cast);
    }
}

fn relabel_in_table(state: &mut State, id: Id, columns: &HashSet<Text>, cast: &Relabelling<'_>) {
    let record = state.shared(id);
    let Some(table) = record.table() else { return };
    let compared = Relabelling { table: Some((&record.name, columns)), ..*cast };
    let generated = table.columns.iter().filter(|column| column.generated.is_some());
    let parts: Vec<PartId> =
        generated.map(|column| column.part).chain(table.constraints.iter().map(|made| made.part)).collect();
    for part in parts {
        edit_texts(state, id, Some(part), &compared);
    }
    for owned in state.belonging(id) {
        let is_own = match &state.record(owned).body {
            Body::Index(index) => index.table == id,
            Body::Policy(policy) => policy.table == id,
            Body::Trigger(trigger) => trigger.table == Some(id),
            _ => false,
        };
        if is_own {
            edit_texts(state, owned, None, &compared);
        }
    }
}

fn is_of(state: &State, type_id: u32, id: Id) -> bool {
    let found = state.type_ref(type_id);
    found.known == Some(id) && !found.is_array
}

fn is_label(text: &str, label: &str) -> bool {
    let found = with_reader(text, |reader| {
        Ok(matches!(reader.rest(), [token] if token.kind == Kind::String
            && string_of(token.text).as_deref() == Some(label)))
    });
    found.unwrap_or(false)
}

fn string(value: &str) -> Text {
    format_compact!("'{}'", value.replace('\'', "''"))
}

/// What makes texts with a label those with another one.
#[derive(Clone, Copy)]
struct Relabelling<'r> {
    name: &'r Name,
    old: &'r Text,
    new: &'r Text,
    /// The table, and its columns of the type, that strings are compared with.
    table: Option<(&'r Text, &'r HashSet<Text>)>,
}

impl Editing for Relabelling<'_> {
    fn text_with(&self, _: &State, text: &Text, _: bool) -> Text {
        let changed = with_reader(text, |reader| {
            let is_old = |token: &Token<'_>| {
                token.kind == Kind::String && string_of(token.text).as_ref() == Some(self.old)
            };
            if !reader.rest().iter().any(is_old) {
                return Ok(None);
            }
            let found = match self.table {
                Some((table, columns)) => compared(&reader, table, columns),
                None => self.cast(&reader)?,
            };
            let label = string(self.new);
            let mut tokens = reader.rest().to_vec();
            let mut is_changed = false;
            for (index, token) in tokens.iter_mut().enumerate() {
                if is_old(token) && found.contains(&index) {
                    token.text = &label;
                    is_changed = true;
                }
            }
            Ok(is_changed.then(|| spaced(&tokens)))
        });
        changed.ok().flatten().unwrap_or_else(|| text.clone())
    }
}

impl Relabelling<'_> {
    /// Strings that are cast to the type.
    fn cast(&self, reader: &Reader<'_>) -> Outcome<HashSet<usize>> {
        let mut found = HashSet::default();
        let text_at = |place: Option<usize>| {
            place.and_then(|place| reader.token_at(place)).map_or("", |token| token.text)
        };
        for located in located_references(reader, None)? {
            let (name, start) = (&located.reference.name, located.named.start);
            let is_meant = name.name == self.name.name
                && (name.schema.is_none() || name.schema == self.name.schema)
                && located.reference.kind == "type"
                && text_at(Some(located.named.end)) != "[";
            let before = |count: usize| text_at(start.checked_sub(count));
            let is_cast = before(1) == "::" || (before(1) == "as" && before(3) == "(" && before(4) == "cast");
            if is_meant && is_cast {
                found.extend(start.checked_sub(2));
            }
        }
        Ok(found)
    }
}

fn is_comparison(text: &str) -> bool {
    matches!(text, "=" | "<>" | "<" | ">" | "<=" | ">=")
}

/// Strings that are compared with a column of the type.
fn compared(reader: &Reader<'_>, table: &str, columns: &HashSet<Text>) -> HashSet<usize> {
    let mut found = HashSet::default();
    let text_at = |place: usize| reader.token_at(place).map_or("", |token| token.text);
    for index in reader.at..reader.end {
        if !is_column(reader, index, table, columns) {
            continue;
        }
        let first = if index > 1 && text_at(index - 1) == "." { index - 2 } else { index };
        if first >= 2 && is_comparison(text_at(first - 1)) {
            found.insert(first - 2);
        }
        let mut rest = reader.part(index + 1, reader.end);
        if is_comparison(rest.text(0)) {
            found.insert(rest.at + 1);
            continue;
        }
        rest.take_word("not");
        if rest.take_word("in")
            && let Some(opened) = rest.token(0).filter(|token| token.is_sign("("))
        {
            found.extend(rest.at..opened.closing);
        }
    }
    found
}

fn is_column(reader: &Reader<'_>, index: usize, table: &str, columns: &HashSet<Text>) -> bool {
    let is_named = reader.token_at(index).is_some_and(|token| {
        token.is_name()
            && !(token.kind == Kind::Word && is_reserved(token.text))
            && columns.contains(&unquoted(token.text))
    });
    is_named && [table, "new", "old"].iter().any(|table| column_at(reader, index, table).is_some())
}
