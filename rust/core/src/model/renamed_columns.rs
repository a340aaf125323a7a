//! What queries call the columns of a table that have other names now.
//!
//! A column behind its table's name or alias is told by that. One without can only be that of the table where
//! nothing else that the query reads can have such a column, and nothing in the query is called so.

use rustc_hash::FxHashSet as HashSet;

use super::catalog::is_reserved;
use super::changed_texts::{Change, changed_text};
use super::reading::{Kind, Name, Outcome, Reader, unquoted, with_reader};
use super::records::{Body, Id};
use super::references::{Located, Named, Reference, located_references};
use super::renamed_relations::is_no_alias;
use super::respelling::{Editing, edit_texts, name_of};
use super::schema::Text;
use super::state::State;

/// Calls a column by its new name in the queries that read its table.
pub(crate) fn rename_in_queries(state: &mut State, id: Id, old: &Text, new: &Text) {
    let mut seen = HashSet::default();
    let sources: Vec<Id> =
        state.dependents_of(id).map(|need| need.source).filter(|source| seen.insert(*source)).collect();
    let table = name_of(state, id);
    for source in sources {
        let record = state.record(source);
        let has_rows = match &record.body {
            Body::View(_) | Body::Routine(_) => false,
            Body::Policy(policy) if policy.table != id => false,
            Body::Rule(rule) => rule.table == id,
            _ => continue,
        };
        if record.is_dropped {
            continue;
        }
        let is_alone = state.needs_of(source).all(|need| has_no(state, need.target, id, old));
        edit_texts(state, source, None, &Renaming { table: &table, old, new, has_rows, is_alone });
    }
}

/// Whether something that is read has no such column besides that of the table.
fn has_no(state: &State, target: Option<Id>, table: Id, column: &str) -> bool {
    target.is_some_and(|target| match &state.record(target).body {
        _ if target == table => true,
        Body::Table(other) => !other.columns.contains(column),
        Body::View(_) => false,
        _ => true,
    })
}

/// What makes texts with a column's old name those with its new one.
struct Renaming<'r> {
    table: &'r Name,
    old: &'r Text,
    new: &'r Text,
    /// Whether `old` and `new` are rows of the table.
    has_rows: bool,
    /// Whether nothing else that is read has such a column.
    is_alone: bool,
}

impl Editing for Renaming<'_> {
    fn text_with(&self, _: &State, text: &Text, _: bool) -> Text {
        let changed = with_reader(text, |reader| {
            let change = |start: usize| Change {
                located: Located {
                    reference: Reference {
                        kind: "column",
                        name: Name { schema: None, name: self.old.clone() },
                        count: None,
                    },
                    named: Named { start, end: start + 1, is_from: false },
                },
                name: Name { schema: None, name: self.new.clone() },
            };
            let changes: Vec<Change> = self.places(&reader)?.into_iter().map(change).collect();
            Ok(if changes.is_empty() { None } else { Some(changed_text(&reader, changes)) })
        });
        changed.ok().flatten().unwrap_or_else(|| text.clone())
    }
}

impl Renaming<'_> {
    /// The tokens that are the column.
    fn places(&self, reader: &Reader<'_>) -> Outcome<Vec<usize>> {
        let located = located_references(reader, None)?;
        let (called, others) = self.called(reader, &located)?;
        let covered: HashSet<usize> =
            located.iter().flat_map(|each| each.named.start..each.named.end).collect();
        let mut found = Vec::new();
        let mut bare = Vec::new();
        let mut is_clear = self.is_alone
            && !called.is_empty()
            && !called.contains(self.old)
            && !others.contains(self.old)
            && !located.iter().any(|each| each.named.is_from)
            && !gives_columns(reader);
        let ends = ends_of_distinct(reader);
        let text_at = |place: usize| reader.token_at(place).map_or("", |token| token.text);
        for (index, token) in reader.rest().iter().enumerate() {
            if !token.is_name() || covered.contains(&index) || unquoted(token.text) != *self.old {
                continue;
            }
            let before = if index > 0 { text_at(index - 1) } else { "" };
            if matches!(text_at(index + 1), "(" | ".") || before == "::" {
                continue;
            }
            if before == "." {
                let qualifier = unquoted(if index > 1 { text_at(index - 2) } else { "" });
                let is_row = self.has_rows && matches!(qualifier.as_str(), "new" | "old");
                if is_row || (called.contains(&qualifier) && !others.contains(&qualifier)) {
                    found.push(index);
                }
            } else if !index.checked_sub(1).is_some_and(|end| ends.contains(&end)) && is_alias(reader, index)
            {
                is_clear = false;
            } else {
                bare.push(index);
            }
        }
        if is_clear {
            found.extend(bare);
        }
        Ok(found)
    }

    /// What the table is called, and what other relations are called.
    fn called(&self, reader: &Reader<'_>, located: &[Located]) -> Outcome<(HashSet<Text>, HashSet<Text>)> {
        let mut called = HashSet::default();
        let mut others = HashSet::default();
        for each in located {
            let is_string = reader.token_at(each.named.start).is_some_and(|token| token.kind == Kind::String);
            if each.reference.kind != "relation" || is_string {
                continue;
            }
            let name = &each.reference.name;
            let is_own =
                name.name == self.table.name && (name.schema.is_none() || name.schema == self.table.schema);
            let mut rest = reader.part(each.named.end, reader.end);
            rest.take_sign("*");
            rest.take_word("as");
            let is_alias = rest.token(0).is_some_and(|token| match token.kind {
                Kind::Name => true,
                Kind::Word => !is_no_alias(token.text),
                _ => false,
            });
            let alias = if is_alias { rest.identifier()? } else { name.name.clone() };
            if is_own {
                called.insert(alias)
            } else {
                others.insert(alias)
            };
        }
        Ok((called, others))
    }
}

/// Whether a query in parentheses gives no columns to the one around it, by what stands before it.
fn is_condition(before: &str) -> bool {
    matches!(
        before,
        "(" | "in"
            | "exists"
            | "any"
            | "some"
            | "all"
            | "array"
            | "and"
            | "or"
            | "not"
            | "where"
            | "on"
            | "when"
            | "then"
            | "="
            | "<>"
            | "<"
            | ">"
            | "<="
            | ">="
    )
}

/// Whether a query within gives columns to the one around it, or several are joined or made one.
fn gives_columns(reader: &Reader<'_>) -> bool {
    let tokens = reader.rest();
    tokens.iter().enumerate().any(|(index, token)| {
        let before = if index > 0 { tokens[index - 1].text } else { "" };
        token.kind == Kind::Word
            && match token.text {
                "natural" | "union" | "intersect" | "except" => true,
                "with" => before != ")",
                "using" => tokens.get(index + 1).is_some_and(|next| next.text == "("),
                "select" => before == "(" && index > 1 && !is_condition(tokens[index - 2].text),
                _ => false,
            }
    })
}

/// Where `DISTINCT ON (…)` ends: what stands behind is an item.
fn ends_of_distinct(reader: &Reader<'_>) -> HashSet<usize> {
    let tokens = reader.rest();
    let mut found = HashSet::default();
    let mut open_at = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.text {
            "(" => open_at.push(index),
            ")" => {
                if let Some(start) = open_at.pop()
                    && start > 1
                    && tokens[start - 1].text == "on"
                    && tokens[start - 2].text == "distinct"
                {
                    found.insert(index);
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether a name is one that is given to something.
fn is_alias(reader: &Reader<'_>, index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|before| reader.token_at(before));
    before.is_some_and(|token| {
        matches!(token.kind, Kind::Number | Kind::String)
            || matches!(token.text, ")" | "]" | "as")
            || (token.is_name()
                && !is_reserved(token.text)
                && !matches!(token.text, "by" | "join" | "returning" | "set" | "values"))
    })
}
