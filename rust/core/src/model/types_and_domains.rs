//! `CREATE` and `ALTER` of types.

use std::collections::HashSet;

use compact_str::format_compact;

use super::aggregates::definition_items;
use super::columns::collation_of;
use super::dropping::{drop_column, drop_objects};
use super::edges::{Link, add_reference, need_collation};
use super::labels::relabel;
use super::mentions::name_in_string;
use super::privileges::made;
use super::reading::{Name, Outcome, Reader, shown, unmodelled};
use super::records::{Attribute, Column, Id, Record, Type};
use super::references::Reference;
use super::renaming::rename_column;
use super::schema::Text;
use super::settings::value_text;
use super::state::{DEFINED, State};
use super::statement::Statement;
use super::text::{joined, quoted_name};
use super::types::read_type;
use crate::sql::cut;

/// The option of a range that names its multirange.
const MULTIRANGE: &str = "multirange_type_name";

/// `CREATE TYPE` in all its forms.
pub(crate) fn create_type(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["create", "type"])?;
    let name = reader.name()?;
    let schema = state.schema_of(&name, false)?;
    let mut found = Type { form: "shell", ..Type::default() };
    let mut definition = Vec::new();
    if reader.take_word("as") {
        if reader.take_word("enum") {
            found.form = "enum";
            found.labels = labels(reader.group()?)?;
        } else if reader.take_word("range") {
            found.form = "range";
            definition = definition_items(&mut reader.group()?)?;
        } else {
            found.form = "composite";
            for mut item in reader.group()?.items()? {
                let attribute = attribute(state, &mut item)?;
                if found.attributes.contains(&attribute.name) {
                    return unmodelled(format!("attribute {} is defined twice", shown(&attribute.name)));
                }
                found.attributes.put(attribute);
            }
        }
    } else if reader.is_group() {
        found.form = "base";
        definition = definition_items(&mut reader.group()?)?;
    }
    reader.expect_end()?;
    for (option, tokens) in &definition {
        let value = if tokens.is_done() { None } else { Some(value_text(tokens)) };
        found.options.insert(option.clone(), value);
    }
    let attributes: Vec<_> = found
        .attributes
        .iter()
        .map(|attribute| (attribute.r#type, attribute.part, attribute.collation.clone()))
        .collect();
    let is_range = found.form == "range";
    let id = enter(state, Record::new("type", Some(schema), name.name, found))?;
    for (found, part, collation) in attributes {
        state.resolve(found, id, "type", Some(part));
        need_collation(state, collation.as_ref(), Link::of_part(id, "type", part));
    }
    refer(state, id, definition)?;
    if is_range { add_multirange(state, id) } else { Ok(()) }
}

fn labels(mut group: Reader<'_>) -> Outcome<Vec<Text>> {
    let mut labels = Vec::new();
    for mut item in group.items()? {
        labels.push(item.string()?);
        item.expect_end()?;
    }
    let different: HashSet<&Text> = labels.iter().collect();
    if different.len() < labels.len() {
        return unmodelled("a label is there twice");
    }
    Ok(labels)
}

fn attribute(state: &mut State, item: &mut Reader<'_>) -> Outcome<Attribute> {
    let name = item.identifier()?;
    let found = read_type(item)?;
    let collation = if item.take_word("collate") { collation_of(item)? } else { None };
    item.take_any(&["cascade", "restrict"]);
    item.expect_end()?;
    Ok(Attribute { part: state.new_part(), name, r#type: state.add_type(found), collation, comment: None })
}

fn enter(state: &mut State, record: Record) -> Outcome<Id> {
    let key = (record.schema.clone().unwrap_or_default(), record.name.clone());
    let known = state.types.get(&key).copied();
    let form = record.r#type().map_or("", |own| own.form);
    if let Some(known) = known {
        let is_shell = state.type_of(known).is_some_and(|known| known.form == "shell");
        let Some(own) = record.r#type().filter(|_| is_shell && form == "base") else {
            return unmodelled(DEFINED);
        };
        let statement = state.statement;
        let changed = state.change(known);
        changed.statement = statement;
        if let Some(changed) = changed.type_mut() {
            changed.form = "base";
            changed.options.clone_from(&own.options);
        }
        return Ok(known);
    }
    let id = state.add(record);
    if form == "composite" {
        state.add_relation(id, true)?;
    } else {
        state.put_type(key, Some(id));
    }
    made(state, id);
    Ok(id)
}

/// Whether an option of a type names a function.
fn names_function(option: &str) -> bool {
    matches!(
        option,
        "input"
            | "output"
            | "receive"
            | "send"
            | "typmod_in"
            | "typmod_out"
            | "analyze"
            | "subscript"
            | "canonical"
            | "subtype_diff"
    )
}

fn refer(state: &mut State, id: Id, definition: Vec<(Text, Reader<'_>)>) -> Outcome<()> {
    for (option, mut tokens) in definition {
        if !tokens.is_name(0) {
            continue;
        }
        if names_function(&option) {
            let reference = Reference { kind: "routine", name: tokens.name()?, count: None };
            add_reference(state, &reference, Link { is_body: true, ..Link::new(id, "definition") });
        } else if matches!(option.as_str(), "subtype" | "element" | "like") {
            let found = state.add_type(read_type(&mut tokens)?);
            state.resolve(found, id, "type", None);
        }
    }
    Ok(())
}

fn add_multirange(state: &mut State, id: Id) -> Outcome<()> {
    let record = state.shared(id);
    let written = record.r#type().and_then(|range| range.options.get(MULTIRANGE));
    let name = match written.and_then(Option::as_ref).and_then(|written| name_in_string(written)) {
        Some((name, _)) => name,
        None => Name { schema: record.schema.clone(), name: multirange_name(&record.name) },
    };
    let key = (state.schema_of(&name, false)?, name.name);
    if state.types.contains_key(&key) {
        return unmodelled("the name of its multirange is taken");
    }
    let multirange = Type { form: "multirange", ..Type::default() };
    let multirange = state.add(Record::new("type", Some(key.0.clone()), key.1.clone(), multirange));
    state.put_type(key, Some(multirange));
    if let Some(range) = state.change(id).type_mut() {
        range.multirange = Some(multirange);
    }
    state.need_object(multirange, id, "type", None);
    Ok(())
}

/// Says in the options of ranges what their multiranges are called, where that is not what PostgreSQL would
/// call them: they keep their names and schemas when ranges are renamed and moved.
pub(crate) fn spell_multiranges(state: &mut State) {
    let ranges: Vec<Id> = state.types.values().copied().collect();
    for id in ranges {
        let record = state.shared(id);
        let Some(multirange) = record.r#type().and_then(|range| range.multirange) else { continue };
        let made = state.shared(multirange);
        let is_implied = made.schema == record.schema && made.name == multirange_name(&record.name);
        let schema = made.schema.as_deref().unwrap_or_default();
        let spelt = joined(&[&quoted_name(schema), ".", &quoted_name(&made.name)]);
        change_type(state, id, |range| {
            if is_implied {
                range.options.remove(MULTIRANGE);
            } else {
                range.options.insert(Text::const_new(MULTIRANGE), Some(spelt));
            }
        });
    }
}

/// The name of a range's multirange (`makeMultirangeTypeName`).
pub(crate) fn multirange_name(name: &str) -> Text {
    let made = if let Some((before, after)) = name.split_once("range") {
        format_compact!("{before}multirange{after}")
    } else {
        let mut end = name.len().min(63 - 11);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        format_compact!("{}_multirange", &name[..end])
    };
    Text::new(cut(&made))
}

fn change_type(state: &mut State, id: Id, change: impl FnOnce(&mut Type)) {
    if let Some(found) = state.change(id).type_mut() {
        change(found);
    }
}

/// What `ALTER TYPE` says besides name, schema and owner.
pub(crate) fn alter_type(state: &mut State, reader: &mut Reader<'_>, id: Id) -> Outcome<()> {
    if state.type_of(id).is_none() {
        return unmodelled("it is no type");
    }
    if reader.take(&["add", "value"]) {
        return add_label(state, reader, id);
    }
    if reader.take(&["rename", "value"]) {
        return rename_label(state, reader, id);
    }
    let record = state.shared(id);
    let Some(known) = record.r#type() else { return unmodelled("it is no type") };
    if reader.take(&["rename", "attribute"]) {
        let old = reader.identifier()?;
        reader.expect(&["to"])?;
        let new = reader.identifier()?;
        reader.take_any(&["cascade", "restrict"]);
        reader.expect_end()?;
        if !known.attributes.contains(&old) || known.attributes.contains(&new) {
            return unmodelled("there is no such attribute");
        }
        change_type(state, id, |found| {
            found.attributes.rename(&old, |attribute| attribute.name.clone_from(&new));
        });
        for table in typed_tables(state, id) {
            if state.table(table).is_some_and(|table| table.columns.contains(&old)) {
                rename_column(state, table, &old, &new)?;
            }
        }
        return Ok(());
    }
    if reader.take_word("set") {
        let mut options = known.options.clone();
        for (option, tokens) in definition_items(&mut reader.group()?)? {
            options.insert(option, if tokens.is_done() { None } else { Some(value_text(&tokens)) });
        }
        reader.expect_end()?;
        change_type(state, id, |found| found.options = options);
        return Ok(());
    }
    for action in reader.items()? {
        change_attribute(state, action, id)?;
    }
    change_typed_tables(state, id);
    Ok(())
}

/// The tables that have the columns of a type.
fn typed_tables(state: &State, id: Id) -> Vec<Id> {
    let is_typed = |table: &Id| {
        !state.record(*table).is_dropped && state.table(*table).is_some_and(|table| table.of_type == Some(id))
    };
    let mut seen = HashSet::new();
    state
        .dependents_of(id)
        .map(|need| need.source)
        .filter(|table| is_typed(table) && seen.insert(*table))
        .collect()
}

/// Gives the tables of a type its attributes as columns.
fn change_typed_tables(state: &mut State, id: Id) {
    let record = state.shared(id);
    let Some(found) = record.r#type() else { return };
    for table in typed_tables(state, id) {
        let known = state.shared(table);
        for column in known.table().into_iter().flat_map(|table| table.columns.iter()) {
            if !found.attributes.contains(&column.name) {
                let more = drop_column(state, table, column, true);
                drop_objects(state, more, true);
            }
        }
        for attribute in found.attributes.iter() {
            let is_there = state.table(table).is_some_and(|table| table.columns.contains(&attribute.name));
            let part = state.new_part();
            state.change_table(table, |table| {
                if is_there {
                    table.columns.edit(&attribute.name, |column| {
                        column.r#type = attribute.r#type;
                        column.collation.clone_from(&attribute.collation);
                    });
                } else {
                    let column = Column::new(part, attribute.name.clone(), attribute.r#type);
                    table.columns.put(column.collated(attribute.collation.as_ref()));
                }
            });
        }
    }
}

fn rename_label(state: &mut State, reader: &mut Reader<'_>, id: Id) -> Outcome<()> {
    let old = reader.string()?;
    reader.expect(&["to"])?;
    let new = reader.string()?;
    reader.expect_end()?;
    let Some(known) = state.type_of(id) else { return Ok(()) };
    let place = known.labels.iter().position(|label| *label == old);
    let Some(place) = place.filter(|_| !known.labels.contains(&new)) else {
        return unmodelled("there is no such label");
    };
    state.rename_label(id, place, &new);
    relabel(state, id, &old, &new);
    Ok(())
}

fn add_label(state: &mut State, reader: &mut Reader<'_>, id: Id) -> Outcome<()> {
    let Some(known) = state.type_of(id) else { return Ok(()) };
    let may_exist = reader.take(&["if", "not", "exists"]);
    let label = reader.string()?;
    let mut place = known.labels.len();
    let side = reader.take_any(&["before", "after"]);
    if !side.is_empty() {
        let other = reader.string()?;
        match known.labels.iter().position(|label| *label == other) {
            Some(found) => place = found + usize::from(side == "after"),
            None => return unmodelled(format!("there is no label {}", shown(&other))),
        }
    }
    reader.expect_end()?;
    if known.form != "enum" {
        return unmodelled("it is no enum");
    }
    if known.labels.contains(&label) {
        return if may_exist { Ok(()) } else { unmodelled("there is such a label already") };
    }
    state.add_label(id, place, label);
    Ok(())
}

fn change_attribute(state: &mut State, mut action: Reader<'_>, id: Id) -> Outcome<()> {
    let record = state.shared(id);
    let Some(known) = record.r#type().filter(|known| known.form == "composite") else {
        return unmodelled("it is no composite type");
    };
    if action.take(&["add", "attribute"]) {
        let attribute = attribute(state, &mut action)?;
        if known.attributes.contains(&attribute.name) {
            return unmodelled("there is such an attribute already");
        }
        let (found, part) = (attribute.r#type, attribute.part);
        change_type(state, id, |changed| changed.attributes.put(attribute));
        state.resolve(found, id, "type", Some(part));
    } else if action.take(&["drop", "attribute"]) {
        let may_miss = action.take(&["if", "exists"]);
        let name = action.identifier()?;
        action.take_any(&["cascade", "restrict"]);
        action.expect_end()?;
        match known.attributes.get(&name) {
            Some(attribute) => {
                change_type(state, id, |changed| {
                    changed.attributes.remove(&name);
                });
                state.forget(id, &[], Some(attribute.part));
            }
            None if may_miss => {}
            None => return unmodelled("there is no such attribute"),
        }
    } else if action.take(&["alter", "attribute"]) {
        let name = action.identifier()?;
        let Some(attribute) = known.attributes.get(&name) else {
            return unmodelled("there is no such attribute");
        };
        action.take(&["set", "data"]);
        action.expect(&["type"])?;
        let found = read_type(&mut action)?;
        let collation = if action.take_word("collate") { collation_of(&mut action)? } else { None };
        action.take_any(&["cascade", "restrict"]);
        action.expect_end()?;
        let found = state.add_type(found);
        state.forget(id, &[], Some(attribute.part));
        change_type(state, id, |changed| {
            changed.attributes.edit(&name, |attribute| {
                attribute.r#type = found;
                attribute.collation = collation;
            });
        });
        state.resolve(found, id, "type", Some(attribute.part));
    } else {
        return Err(action.refused("an action"));
    }
    Ok(())
}
