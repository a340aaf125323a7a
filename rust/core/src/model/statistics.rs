//! `CREATE STATISTICS`: names that the server chooses, and copies made by `LIKE`.

use compact_str::format_compact;

use super::definitions::{Spec, definition_key};
use super::implied::{joined_names, object_name};
use super::reading::{Outcome, Reader, unmodelled, with_reader};
use super::records::{Definition, Id, Record};
use super::schema::Text;
use super::state::{MISSING, OtherKey, State};
use super::text::text_of;
use super::types::qualified;

fn expression_names(expressions: Vec<Reader<'_>>) -> Outcome<Vec<Text>> {
    let name = |mut item: Reader<'_>| {
        let is_column = item.rest().len() == 1 && item.is_name(0);
        if is_column { item.identifier() } else { Ok(Text::const_new("expr")) }
    };
    expressions.into_iter().map(name).collect()
}

/// Gives statistics their table's schema and a name, if they have none (`CreateStatistics`).
pub(crate) fn name_statistics(state: &State, mut clauses: Reader<'_>, spec: &mut Spec) -> Outcome<()> {
    clauses.until(&["on"]);
    clauses.expect(&["on"])?;
    let expressions = clauses.until(&["from"]).items()?;
    clauses.expect(&["from"])?;
    let table = state.relation(&clauses.name()?);
    let Some(table) = table.filter(|table| state.record(*table).relation().is_some()) else {
        return unmodelled(MISSING);
    };
    if !spec.name.is_empty() {
        return Ok(());
    }
    let names = expression_names(expressions)?;
    spec.schema.clone_from(&state.record(table).schema);
    spec.name = statistics_name(state, table, &joined_names(&names));
    Ok(())
}

fn statistics_name(state: &State, table: Id, columns: &str) -> Text {
    let table = state.record(table);
    let mut label = Text::const_new("stat");
    let mut number = 0_usize;
    loop {
        let name = object_name(&table.name, Some(columns), &label);
        let key = OtherKey { schema: table.schema.clone(), ..OtherKey::new("statistics", &name) };
        if !state.others.contains_key(&key) {
            return name;
        }
        number += 1;
        label = format_compact!("stat{number}");
    }
}

/// Gives a table statistics like those of another one (`LIKE … INCLUDING STATISTICS`).
pub(crate) fn copy_statistics(state: &mut State, statistics: Id, table: Id) -> Outcome<()> {
    let from = state.shared(statistics);
    let Some(definition) = from.definition() else { return Ok(()) };
    let (before, names) = with_reader(&definition.clauses, |mut reader| {
        let before = reader.until(&["from"]);
        let mut columns = before;
        columns.until(&["on"]);
        columns.take_word("on");
        Ok((text_of(&before), expression_names(columns.items()?)?))
    })?;
    let name = statistics_name(state, table, &joined_names(&names));
    let to = state.record(table);
    let clauses = format_compact!("{before} from {}", qualified(to));
    let copy = Definition { clauses, ..Definition::default() };
    let mut record = Record::new("statistics", to.schema.clone(), name, copy);
    record.comment.clone_from(&from.comment);
    let key = definition_key(state, &record);
    let id = state.add(record);
    state.put_other(key, id);
    state.need_object(id, table, "definition", None);
    Ok(())
}
