//! What names a column of a table outside of the table's own parts.

use rustc_hash::FxHashSet as HashSet;

use super::catalog::is_reserved;
use super::mentions::column_at;
use super::reading::{Outcome, Reader, Token, unquoted, with_reader};
use super::records::{Body, Id, Record};
use super::references::located_references;
use super::schema::Text;
use super::state::State;

/// The views, rules, policies and routines of which a query or condition names a column of a table.
pub(crate) fn naming_column(state: &State, id: Id, column: &str) -> Vec<Id> {
    let table = &state.record(id).name;
    let mut found = Vec::new();
    let mut seen = HashSet::default();
    for need in state.dependents_of(id) {
        let names = |text: &&Text| names(text, column, table);
        if seen.insert(need.source) && texts(state.record(need.source)).iter().any(names) {
            found.push(need.source);
        }
    }
    found
}

fn texts(source: &Record) -> Vec<&Text> {
    match &source.body {
        Body::View(view) => vec![&view.query],
        Body::Rule(rule) => rule.condition.iter().chain(&rule.actions).collect(),
        Body::Policy(policy) => policy.using.iter().chain(&policy.check).collect(),
        Body::Routine(routine) => routine.sql_body.iter().collect(),
        _ => Vec::new(),
    }
}

/// Whether `*` that a token follows means columns.
fn ends_star(token: &Token<'_>) -> bool {
    matches!(
        token.text,
        "," | ")"
            | ";"
            | "from"
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
    )
}

/// Whether a text has a column's name, or `*` for all columns of its table or of all tables.
fn names(text: &str, column: &str, table: &str) -> bool {
    let found = with_reader(text, |reader| {
        let tokens = reader.rest();
        let mut stars = Vec::new();
        for (index, token) in tokens.iter().enumerate() {
            let before = index.checked_sub(1).map_or("(", |before| tokens[before].text);
            if token.is_name() {
                if unquoted(token.text) == column && before != "::" {
                    return Ok(true);
                }
            } else if token.text == "*" && tokens.get(index + 1).is_none_or(ends_star) {
                if before == "." {
                    stars.extend(index.checked_sub(2).map(|place| unquoted(tokens[place].text)));
                } else if before != "(" {
                    return Ok(true);
                }
            }
        }
        Ok(!stars.is_empty() && called(&reader, table)?.iter().any(|name| stars.contains(name)))
    });
    found.unwrap_or(false)
}

/// What a table is called in a query: by its name, and by its aliases.
fn called(reader: &Reader<'_>, table: &str) -> Outcome<Vec<Text>> {
    let mut found = vec![Text::new(table)];
    for located in located_references(reader, None)? {
        if located.reference.kind == "relation" && located.reference.name.name == table {
            let mut rest = reader.part(located.named.end, reader.end);
            rest.take_sign("*");
            rest.take_word("as");
            if rest.is_name(0) && !is_reserved(rest.word(0)) {
                found.push(rest.identifier()?);
            }
        }
    }
    Ok(found)
}

/// Whether the condition of a trigger mentions a column of `old` or `new`.
pub(crate) fn row_mentions(text: &str, column: &str) -> bool {
    let found = with_reader(text, |reader| {
        Ok(reader.rest().windows(3).any(|tokens| {
            tokens[1].text == "."
                && matches!(tokens[0].text, "old" | "new")
                && unquoted(tokens[2].text) == column
        }))
    });
    found.unwrap_or(false)
}

/// Whether an object is statistics about a column of a table.
pub(crate) fn has_statistics_of(statistics: &Record, column: &str, table: &str) -> bool {
    let Some(definition) = statistics.definition().filter(|_| statistics.kind == "statistics") else {
        return false;
    };
    let found = with_reader(&definition.clauses, |mut reader| {
        reader.until(&["on"]);
        let columns = reader.until(&["from"]);
        let is_meant = |index| column_at(&columns, index, table).as_deref() == Some(column);
        Ok((columns.at..columns.end).any(is_meant))
    });
    found.unwrap_or(false)
}
