//! `ALTER TABLE … ALTER COLUMN`.

use std::collections::HashSet;
use std::sync::Arc;

use super::columns::collation_of;
use super::constraints::{add_not_null, not_null_of, plain_not_null};
use super::dropping::{drop_constraint_tree, drop_objects};
use super::edges::{Link, add_references, need_collation};
use super::inheritance::spread_inherited;
use super::reading::{Outcome, Reader, unmodelled, with_reader};
use super::records::{Column, Id, PartId};
use super::schema::Text;
use super::sequences::{Options, column_sequence, integer, read_options, set_options};
use super::settings::{change_fdw_options, read_parameters};
use super::state::State;
use super::tables::{sequence_type, set_default};
use super::text::expression_text;
use super::type_defaults::forget_usual_storage;
use super::types::read_type;

const NOT_GENERATED: &str = "the column is not generated";
const NO_IDENTITY: &str = "it is no identity column";

/// The tables that have a column: its own, and those that inherit it.
fn same_in_tree(state: &State, id: Id, name: &str, is_only: bool) -> Vec<Id> {
    let mut found = vec![id];
    if is_only {
        return found;
    }
    let mut seen = HashSet::from([id]);
    let mut next = 0;
    while let Some(owner) = found.get(next).copied() {
        next += 1;
        for child in state.children(owner) {
            let own = state.table(child).and_then(|table| table.columns.get(name));
            if own.is_some_and(|own| own.inherited > 0) && seen.insert(child) {
                found.push(child);
            }
        }
    }
    found
}

fn column_in(state: &State, id: Id, name: &str) -> Option<Arc<Column>> {
    state.table(id)?.columns.get(name).map(Arc::clone)
}

/// What follows the name of a column.
pub(crate) fn alter_column(
    state: &mut State,
    action: &mut Reader<'_>,
    id: Id,
    column: &Column,
    is_only: bool,
) -> Outcome<()> {
    let name = &column.name;
    if action.take(&["set", "data", "type"]) || action.take_word("type") {
        set_type(state, action, id, column)
    } else if action.take(&["set", "default"]) {
        let tokens = take_rest(action)?;
        for owner in same_in_tree(state, id, name, is_only) {
            forget_default(state, owner, name)?;
            set_default(state, owner, name, &tokens)?;
        }
        Ok(())
    } else if action.take(&["drop", "default"]) {
        for owner in same_in_tree(state, id, name, is_only) {
            forget_default(state, owner, name)?;
            state.change_column(owner, name, |each| (each.default, each.default_sequence) = (None, None));
        }
        Ok(())
    } else if action.take(&["set", "not", "null"]) {
        set_not_null(state, id, column, is_only)
    } else if action.take(&["drop", "not", "null"]) {
        drop_not_null(state, id, column)
    } else if action.take(&["set", "expression", "as"]) {
        let tokens = action.group()?;
        if column.generated.is_none() {
            return unmodelled(NOT_GENERATED);
        }
        for owner in same_in_tree(state, id, name, is_only) {
            let Some(each) = column_in(state, owner, name) else { continue };
            state.forget(owner, &["generated"], Some(each.part));
            let text = expression_text(&tokens);
            state.change_column(owner, name, |each| each.generated = Some(text));
            add_references(state, &tokens, Link::of_part(owner, "generated", each.part))?;
        }
        Ok(())
    } else if action.take(&["drop", "expression"]) {
        let may_miss = action.take(&["if", "exists"]);
        if column.generated.is_none() && !may_miss {
            return unmodelled(NOT_GENERATED);
        }
        for owner in same_in_tree(state, id, name, is_only) {
            let Some(each) = column_in(state, owner, name) else { continue };
            state.forget(owner, &["generated"], Some(each.part));
            state.change_column(owner, name, |each| each.generated = None);
        }
        Ok(())
    } else if action.are_words(&["add", "generated"]) {
        add_identity(state, action, id, column)
    } else if action.take(&["drop", "identity"]) {
        let may_miss = action.take(&["if", "exists"]);
        drop_identity(state, id, column, may_miss)
    } else {
        change_settings(state, action, id, column, is_only)
    }
}

fn take_rest<'a>(action: &mut Reader<'a>) -> Outcome<Reader<'a>> {
    if action.is_done() {
        return Err(action.refused("an expression"));
    }
    let tokens = *action;
    action.at = action.end;
    Ok(tokens)
}

fn change_settings(
    state: &mut State,
    action: &mut Reader<'_>,
    id: Id,
    column: &Column,
    is_only: bool,
) -> Outcome<()> {
    let name = &column.name;
    let unless_default = |word: Text| (word != "default").then_some(word);
    if action.take(&["set", "statistics"]) {
        let value = if action.take_word("default") { None } else { Some(integer(action)?) };
        let value = value.filter(|value| *value != -1);
        for owner in same_in_tree(state, id, name, is_only) {
            state.change_column(owner, name, |each| each.statistics = value);
        }
    } else if action.take(&["set", "storage"]) {
        let storage = unless_default(action.identifier()?);
        for owner in same_in_tree(state, id, name, is_only) {
            state.change_column(owner, name, |each| each.storage.clone_from(&storage));
            forget_usual_storage(state, owner, name);
        }
    } else if action.take(&["set", "compression"]) {
        let compression = unless_default(action.identifier()?);
        state.change_column(id, name, |column| column.compression = compression);
    } else if action.is_word("set") && action.is_sign_at("(", 1) {
        action.at += 1;
        let options = read_parameters(action.group()?)?;
        state.change_column(id, name, |column| column.options.extend(options));
    } else if action.is_word("reset") && action.is_sign_at("(", 1) {
        action.at += 1;
        let names = read_parameters(action.group()?)?;
        state.change_column(id, name, |column| column.options.retain(|name, _| !names.contains_key(name)));
    } else if action.take_word("options") {
        let options = change_fdw_options(&column.options, action.group()?)?;
        state.change_column(id, name, |column| column.options = options);
    } else if matches!(action.word(0), "set" | "restart") {
        return change_identity(state, action, id, column);
    } else {
        return Err(action.refused("an action on a column"));
    }
    Ok(())
}

fn forget_default(state: &mut State, id: Id, name: &str) -> Outcome<()> {
    let Some(column) = column_in(state, id, name) else { return Ok(()) };
    if column.generated.is_some() || column.identity.is_some() {
        return unmodelled("the column has no default of its own");
    }
    state.forget(id, &["default"], Some(column.part));
    Ok(())
}

fn set_type(state: &mut State, action: &mut Reader<'_>, id: Id, column: &Column) -> Outcome<()> {
    let found = read_type(action)?;
    let collation = if action.take_word("collate") { collation_of(action)? } else { None };
    if action.take_word("using") {
        take_rest(action)?;
    }
    if column.inherited > 0 {
        return unmodelled("the column is inherited");
    }
    let base = found.base.clone();
    let type_id = state.add_type(found);
    for owner in same_in_tree(state, id, &column.name, false) {
        let Some(each) = column_in(state, owner, &column.name) else { continue };
        state.forget(owner, &["type"], Some(each.part));
        let before = state.spelt(each.r#type, false);
        state.change_column(owner, &column.name, |each| {
            // The value of the default has the type that the column had.
            if let Some(default) = each.default.as_mut().filter(|default| is_string(default)) {
                default.push_str("::");
                default.push_str(&before);
            }
            each.r#type = type_id;
            (each.storage, each.compression) = (None, None);
            each.collation.clone_from(&collation);
        });
        state.resolve(type_id, owner, "type", Some(each.part));
        need_collation(state, collation.as_ref(), Link::of_part(owner, "type", each.part));
    }
    if let Some(sequence) = identity_sequence(state, id, column.part)
        && matches!(base.as_str(), "int2" | "int4" | "int8")
    {
        let options = Options { r#type: Some(sequence_type(&base)), ..Options::default() };
        set_options(state, sequence, &options, false)?;
    }
    Ok(())
}

/// Whether an expression is a string alone.
fn is_string(text: &str) -> bool {
    let found = with_reader(text, |reader| Ok(reader.rest().len() == 1 && reader.is_string()));
    found.unwrap_or(false)
}

fn set_not_null(state: &mut State, id: Id, column: &Column, is_only: bool) -> Outcome<()> {
    let Some(table) = state.table(id) else { return Ok(()) };
    let is_partitioned = table.partition_by.is_some();
    let known = if column.is_not_null { not_null_of(table, &column.name) } else { None };
    if let Some(known) = known.map(|known| known.name.clone()) {
        state.change_constraint(id, &known, |known| (known.is_local, known.is_valid) = (true, true));
        return Ok(());
    }
    let made = add_not_null(state, id, plain_not_null(&column.name))?;
    if is_only && is_partitioned {
        return Ok(());
    }
    spread_inherited(state, id, &made)
}

fn drop_not_null(state: &mut State, id: Id, column: &Column) -> Outcome<()> {
    if column.identity.is_some() {
        return unmodelled("an identity column is not null");
    }
    let record = state.shared(id);
    let Some(table) = record.table() else { return Ok(()) };
    if table.constraints.iter().any(|made| made.kind == "primary_key" && made.columns.contains(&column.name))
    {
        return unmodelled("the column is in the primary key");
    }
    match not_null_of(table, &column.name) {
        Some(known) if known.inherited > 0 => return unmodelled("the constraint is inherited"),
        Some(known) => drop_constraint_tree(state, id, known.part),
        None => {}
    }
    Ok(())
}

/// The sequence of an identity column.
fn identity_sequence(state: &State, id: Id, part: PartId) -> Option<Id> {
    state.belonging(id).into_iter().find(|sequence| {
        state.sequence(*sequence).is_some_and(|sequence| {
            sequence.is_identity && sequence.owner_table == Some(id) && sequence.owner_column == Some(part)
        })
    })
}

fn set_identity(state: &mut State, id: Id, column: &Column, identity: Option<&'static str>) {
    let is_only = state.table(id).is_none_or(|table| table.partition_by.is_none());
    for owner in same_in_tree(state, id, &column.name, is_only) {
        state.change_column(owner, &column.name, |each| each.identity = identity);
    }
}

fn add_identity(state: &mut State, action: &mut Reader<'_>, id: Id, column: &Column) -> Outcome<()> {
    action.expect(&["add", "generated"])?;
    let identity = if action.take(&["by", "default"]) {
        "by default"
    } else {
        action.expect(&["always"])?;
        "always"
    };
    action.expect(&["as", "identity"])?;
    let options = if action.is_group() { read_options(&mut action.group()?)? } else { Options::default() };
    if column.identity.is_some() || column.default.is_some() || column.default_sequence.is_some() {
        return unmodelled("the column has a default already");
    }
    if !column.is_not_null {
        return unmodelled("an identity column is not null");
    }
    let sequence_type = sequence_type(&state.type_ref(column.r#type).base);
    let sequence = column_sequence(state, id, (&column.name, column.part), sequence_type, Some(&options))?;
    if let Some(sequence) = state.change(sequence).sequence_mut() {
        sequence.is_identity = true;
    }
    set_identity(state, id, column, Some(identity));
    Ok(())
}

fn drop_identity(state: &mut State, id: Id, column: &Column, may_miss: bool) -> Outcome<()> {
    if column.identity.is_none() {
        return if may_miss { Ok(()) } else { unmodelled(NO_IDENTITY) };
    }
    let sequence = identity_sequence(state, id, column.part);
    set_identity(state, id, column, None);
    drop_objects(state, sequence.into_iter().collect(), false);
    Ok(())
}

fn change_identity(state: &mut State, action: &mut Reader<'_>, id: Id, column: &Column) -> Outcome<()> {
    let sequence = identity_sequence(state, id, column.part);
    let Some(sequence) = sequence.filter(|_| column.identity.is_some()) else {
        return unmodelled(NO_IDENTITY);
    };
    while !action.is_done() {
        if action.take(&["set", "generated"]) {
            let identity = if action.take(&["by", "default"]) {
                "by default"
            } else {
                action.expect(&["always"])?;
                "always"
            };
            set_identity(state, id, column, Some(identity));
            continue;
        }
        if !action.is_word("restart") {
            action.expect(&["set"])?;
        }
        let start = action.at;
        while !action.is_done() && (action.at == start || !matches!(action.word(0), "set" | "restart")) {
            action.at += 1;
        }
        let options = read_options(&mut action.part(start, action.at))?;
        set_options(state, sequence, &options, false)?;
    }
    Ok(())
}
