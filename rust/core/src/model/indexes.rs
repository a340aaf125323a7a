//! Indexes: their keys, their names, and the statements about them.

use super::catalog::is_reserved;
use super::columns::collation_of;
use super::edges::{Link, add_references, need_collation};
use super::implied::{column_names, expression_name, joined_names, relation_name};
use super::partitions::index_partitions;
use super::reading::{Outcome, Reader, Source, shown, unmodelled, with_reader};
use super::records::{Id, Index, Key, Record, Settings};
use super::schema::Text;
use super::settings::read_parameters;
use super::state::{MISSING, State};
use super::statement::Statement;
use super::text::{expression_text, quoted_name, text_of};
use super::type_defaults::forget_usual_classes;

/// Goes past a key of an index, without what an exclusion constraint says of it.
pub(crate) fn read_key(reader: &mut Reader<'_>) -> Outcome<Key> {
    let mut key = Key::default();
    if reader.is_group() {
        key = key_in_parentheses(reader.group()?.bare())?;
    } else {
        let start = reader.at;
        let mut name = reader.parts()?;
        if reader.is_group() {
            reader.skip();
            key.expression = text_of(&reader.part(start, reader.at));
        } else if name.len() > 1 {
            return Err(reader.refused("'('"));
        } else {
            key.column = name.pop();
        }
    }
    if reader.take_word("collate") {
        key.collation = collation_of(reader)?;
    }
    if reader.is_name(0) && !matches!(reader.word(0), "asc" | "desc" | "nulls" | "with") {
        let start = reader.at;
        reader.parts()?;
        if reader.is_group() {
            reader.skip();
        }
        key.operator_class = Some(text_of(&reader.part(start, reader.at)));
    }
    key.is_descending = reader.take_any(&["asc", "desc"]) == "desc";
    key.nulls_first = key.is_descending;
    if reader.take_word("nulls") {
        key.nulls_first = match reader.take_any(&["first", "last"]) {
            "" => return Err(reader.refused("FIRST or LAST")),
            order => order == "first",
        };
    }
    Ok(key)
}

/// A key that is written as an expression; a column is one still, with a collation or without.
fn key_in_parentheses(inner: Reader<'_>) -> Outcome<Key> {
    let mut start = inner;
    if start.is_name(0) && !is_reserved(start.word(0)) {
        if start.rest().len() == 1 {
            return Ok(Key { column: Some(start.identifier()?), ..Key::default() });
        }
        if start.word(1) == "collate" {
            let column = Some(start.identifier()?);
            start.take_word("collate");
            let collation = collation_of(&mut start)?;
            if start.is_done() {
                return Ok(Key { column, collation, ..Key::default() });
            }
        }
    }
    Ok(Key { expression: expression_text(&inner), ..Key::default() })
}

/// The name of an index's column, of which the tokens are those of the statement, if they were read from it.
pub(crate) fn key_name(key: &Key, tokens: Option<&Source<'_>>) -> Text {
    if let Some(column) = &key.column {
        return column.clone();
    }
    let name = match tokens {
        Some(Source::Read(reader)) => expression_key_name(*reader),
        _ => with_reader(&key.expression, |reader| Ok(expression_name(reader))).ok().flatten(),
    };
    name.unwrap_or_else(|| Text::const_new("expr"))
}

fn expression_key_name(tokens: Reader<'_>) -> Option<Text> {
    let mut start = tokens;
    let expression = if start.is_group() {
        start.group().ok()?.bare()
    } else {
        start.parts().ok()?;
        start.skip();
        tokens.part(tokens.at, start.at.min(tokens.end))
    };
    expression_name(expression)
}

/// The names of an index's keys and columns together.
pub(crate) fn joined_key_names(keys: &[Key], tokens: &[Source<'_>], include: &[Text]) -> Text {
    let mut names: Vec<Text> =
        keys.iter().enumerate().map(|(index, key)| key_name(key, tokens.get(index))).collect();
    names.extend_from_slice(include);
    joined_names(&column_names(&names))
}

/// The name that an index without one gets.
pub(crate) fn index_name(
    state: &mut State,
    table: Id,
    keys: &[Key],
    tokens: &[Source<'_>],
    include: &[Text],
) -> Text {
    let joined = joined_key_names(keys, tokens, include);
    let table = state.shared(table);
    let schema = table.schema.as_deref().unwrap_or("public");
    relation_name(state, &table.name, Some(&joined), "idx", schema, false)
}

/// `CREATE [UNIQUE] INDEX …`.
pub(crate) fn create_index(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["create"])?;
    let is_unique = reader.take_word("unique");
    reader.expect(&["index"])?;
    reader.take_word("concurrently");
    reader.take(&["if", "not", "exists"]);
    let name = if reader.is_word("on") { Text::default() } else { reader.identifier()? };
    reader.expect(&["on"])?;
    let is_only = reader.take_word("only");
    let written = reader.name()?;
    reader.take_sign("*");
    let method = if reader.take_word("using") { reader.identifier()? } else { Text::const_new("btree") };
    let mut keys = Vec::new();
    let mut tokens = Vec::new();
    for mut item in reader.group()?.items()? {
        tokens.push(Source::Read(item));
        keys.push(read_key(&mut item)?);
        item.expect_end()?;
    }
    if keys.is_empty() {
        return Err(reader.refused("a key"));
    }
    let include = if reader.take_word("include") { included(&mut reader)? } else { Vec::new() };
    let mut nulls_not_distinct = false;
    if reader.take_word("nulls") {
        nulls_not_distinct = reader.take_word("not");
        reader.expect(&["distinct"])?;
    }
    let options = if reader.take_word("with") { read_parameters(reader.group()?)? } else { Settings::new() };
    let tablespace = if reader.take_word("tablespace") { Some(reader.identifier()?) } else { None };
    let mut predicate = None;
    if reader.take_word("where") {
        let condition = reader.until(&[]);
        if condition.is_done() {
            return Err(reader.refused("a condition"));
        }
        predicate = Some(condition);
    }
    reader.expect_end()?;
    let Some(table) = state.relation(&written).filter(|table| state.record(*table).relation().is_some())
    else {
        return unmodelled(MISSING);
    };
    let record = state.shared(table);
    if let Some(table) = record.table() {
        for column in keys.iter().filter_map(|key| key.column.as_ref()) {
            if !table.columns.contains(column) {
                return unmodelled(no_column(column));
            }
        }
    }
    forget_usual_classes(state, table, &method, &mut keys);
    let schema = record.schema.clone();
    let key = (schema.clone().unwrap_or_default(), name.clone());
    if !name.is_empty() && statement.has_form() && state.relations.contains_key(&key) {
        return Ok(());
    }
    let name = if name.is_empty() { index_name(state, table, &keys, &tokens, &include) } else { name };
    let is_partitioned = record.table().is_some_and(|table| table.partition_by.is_some());
    let index = Index {
        table,
        keys,
        method,
        is_unique,
        nulls_not_distinct,
        include,
        r#where: predicate.as_ref().map(expression_text),
        is_only: is_only && is_partitioned,
        options,
        tablespace,
        ..Index::default()
    };
    let mut made = Record::new("index", schema, name, index);
    made.owner.clone_from(&record.owner);
    let id = add_index(state, made)?;
    for read in &tokens {
        read.with(|read| add_references(state, &key_tokens(read), Link::new(id, "index")))?;
    }
    if let Some(read) = &predicate {
        add_references(state, read, Link::new(id, "index"))?;
    }
    if is_partitioned && !is_only {
        index_partitions(state, id)?;
    }
    Ok(())
}

/// The expression of a key alone, as what follows it is no part of it.
fn key_tokens(read: Reader<'_>) -> Reader<'_> {
    let mut start = read;
    if !start.is_group() {
        // It was read before.
        let _ = start.parts();
    }
    if start.is_group() {
        start.skip();
    }
    read.part(read.at, start.at)
}

fn included(reader: &mut Reader<'_>) -> Outcome<Vec<Text>> {
    reader.group()?.items()?.into_iter().map(|mut item| item.identifier()).collect()
}

/// Makes an index known.
pub(crate) fn add_index(state: &mut State, record: Record) -> Outcome<Id> {
    let related = record.index().map(|index| (index.table, index.parent));
    let collations: Vec<Text> = record
        .index()
        .into_iter()
        .flat_map(|index| index.keys.iter())
        .filter_map(|key| key.collation.clone())
        .collect();
    let id = state.add(record);
    state.add_relation(id, false)?;
    if let Some((table, parent)) = related {
        state.belong(id, table);
        state.need_object(id, table, "index", None);
        if let Some(parent) = parent {
            state.need_object(id, parent, "partition", None);
        }
    }
    for collation in &collations {
        need_collation(state, Some(collation), Link::new(id, "index"));
    }
    Ok(id)
}

/// The expression of a key.
pub(crate) fn key_text(key: &Key) -> Text {
    match &key.column {
        Some(column) => quoted_name(column),
        None => key.expression.clone(),
    }
}

/// What a reason calls a column that is not there.
pub(crate) fn no_column(name: &str) -> String {
    format!("there is no column {}", shown(name))
}
