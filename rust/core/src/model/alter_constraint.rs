//! `ALTER TABLE`: the actions on constraints, and what they do to the tables below.

use std::collections::HashSet;
use std::sync::Arc;

use super::alter_table::constraint_in;
use super::constraint_specs::{ConstraintSpec, read_attributes, source_text};
use super::constraints::{add_constraint, not_null_of};
use super::dropping::{drop_constraint_tree, drop_objects, drop_referring};
use super::grouping::{Key, needs_key};
use super::inheritance::spread_inherited;
use super::partitions::{clone_foreign_key, clone_index};
use super::reading::{Name, Outcome, Reader, unmodelled, with_reader};
use super::records::{Body, Constraint, Id, Table};
use super::respelling::name_of;
use super::schema::Text;
use super::state::{MISSING, State};

/// Gives a table a constraint, and the tables that inherit what they get of it.
pub(crate) fn add_to_tree(state: &mut State, id: Id, spec: ConstraintSpec<'_>, is_only: bool) -> Outcome<()> {
    let record = state.shared(id);
    let Some(table) = record.table() else { return unmodelled(MISSING) };
    if spec.constraint.kind == "check"
        && let Some(expression) = &spec.expression
        && let Some(known) = table.constraints.get(&spec.constraint.name)
        && known.inherited > 0
        && !known.is_local
        && known.expression.as_ref() == Some(&source_text(expression))
    {
        let name = known.name.clone();
        drop(record);
        state.change_constraint(id, &name, |known| known.is_local = true);
        return Ok(());
    }
    let before = table.constraints.len();
    drop(record);
    let name = add_constraint(state, id, spec)?;
    let added: Vec<Text> = state
        .table(id)
        .into_iter()
        .flat_map(|table| table.constraints.iter().skip(before))
        .map(|made| made.name.clone())
        .filter(|added| *added != name)
        .collect();
    for name in added.into_iter().chain([name]) {
        spread(state, id, &name, is_only)?;
    }
    Ok(())
}

fn spread(state: &mut State, id: Id, name: &Text, is_only: bool) -> Outcome<()> {
    let made = constraint_in(state, id, name)?;
    let is_partitioned = state.table(id).is_some_and(|table| table.partition_by.is_some());
    if matches!(made.kind, "check" | "not_null") {
        if !made.is_inheritable || (is_only && is_partitioned) {
            return Ok(());
        }
        return spread_inherited(state, id, name);
    }
    if !is_partitioned || is_only {
        return Ok(());
    }
    for child in state.children(id) {
        if made.kind == "foreign_key" {
            clone_foreign_key(state, id, &made, child)?;
        } else if let Some(index) = made.index {
            clone_index(state, index, child)?;
        }
    }
    Ok(())
}

pub(crate) fn drop_constraint(
    state: &mut State,
    id: Id,
    made: &Constraint,
    is_only: bool,
    is_cascading: bool,
) {
    if is_only {
        for child in state.children(id) {
            let own = state.table(child).and_then(|table| table.constraints.get(&made.name));
            if own.is_some_and(|own| own.kind == made.kind && own.inherited > 0) {
                state.change_constraint(child, &made.name, |own| own.is_local = true);
            }
        }
    }
    let grouped =
        if is_cascading && made.kind == "primary_key" { grouped_by(state, id, made) } else { Vec::new() };
    drop_constraint_tree(state, id, made.part);
    if is_cascading && matches!(made.kind, "primary_key" | "unique") {
        drop_referring(state, id, &made.columns);
    }
    drop_objects(state, grouped, is_cascading);
}

/// What has queries that are valid because of a primary key, or of those of partitions.
fn grouped_by(state: &State, id: Id, made: &Constraint) -> Vec<Id> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut pending = vec![(id, made.name.clone())];
    while let Some((owner, name)) = pending.pop() {
        let Some(table) = state.table(owner) else { continue };
        let Some(each) = table.constraints.get(&name) else { continue };
        let key = Key {
            table: name_of(state, owner),
            is_column: &|name| table.columns.contains(name),
            columns: &each.columns,
            is_aggregate: &|name| {
                let name = Name { schema: None, name: Text::new(name) };
                state.overloads_in(&name, &state.path).iter().any(|id| state.record(*id).kind == "aggregate")
            },
        };
        for need in state.dependents_of(owner) {
            let text = match &state.record(need.source).body {
                Body::View(view) => Some(&view.query),
                Body::Routine(routine) => routine.sql_body.as_ref(),
                _ => None,
            };
            let is_grouped = |text: &Text| with_reader(text, |reader| needs_key(&reader, &key)) == Ok(true);
            if !seen.contains(&need.source) && text.is_some_and(is_grouped) {
                seen.insert(need.source);
                found.push(need.source);
            }
        }
        pending.extend(parts_of(state, owner, |own| own.parent == Some(each.part)));
    }
    found
}

pub(crate) fn alter_constraint(
    state: &mut State,
    action: &mut Reader<'_>,
    id: Id,
    made: &Constraint,
) -> Outcome<()> {
    if action.take(&["set", "no", "inherit"]) || action.take(&["no", "inherit"]) {
        state.change_constraint(id, &made.name, |made| made.is_inheritable = false);
        let column = made.columns.first().filter(|_| made.kind == "not_null");
        for child in state.children(id) {
            let own = state.table(child).and_then(|table| not_null_of(table, column?)).map(Arc::clone);
            if let Some(own) = own.filter(|own| own.inherited > 0) {
                state.change_constraint(child, &own.name, |own| {
                    own.inherited -= 1;
                    own.is_local |= own.inherited == 0;
                });
            }
        }
        return Ok(());
    }
    if action.take(&["set", "inherit"]) || action.take_word("inherit") {
        state.change_constraint(id, &made.name, |made| made.is_inheritable = true);
        return spread(state, id, &made.name, false);
    }
    let attributes = *action;
    action.at = action.end;
    if attributes.is_done() {
        return Err(attributes.refused("an attribute"));
    }
    let is_deferrable_alone = attributes.rest().len() == 1 && attributes.is_word("deferrable");
    let mut pending = vec![(id, made.name.clone())];
    while let Some((owner, name)) = pending.pop() {
        let each = constraint_in(state, owner, &name)?;
        let mut changed = (*each).clone();
        let mut reading = attributes;
        if is_deferrable_alone {
            changed.is_deferred = false;
        }
        while !reading.is_done() {
            if !read_attributes(&mut reading, &mut changed) {
                return Err(reading.refused("an attribute"));
            }
        }
        changed.is_valid |= changed.is_enforced && !each.is_enforced;
        state.change_constraint(owner, &name, |each| {
            each.is_deferrable = changed.is_deferrable;
            each.is_deferred = changed.is_deferred && changed.is_deferrable;
            each.is_enforced = changed.is_enforced;
            each.is_valid = changed.is_valid;
        });
        pending.extend(parts_of(state, owner, |own| own.parent == Some(each.part)));
    }
    Ok(())
}

/// The constraints of the tables below that fulfil a condition.
fn parts_of(state: &State, id: Id, is_part: impl Fn(&Constraint) -> bool) -> Vec<(Id, Text)> {
    let children = state.children(id).into_iter();
    let tables = children.filter_map(|child| Some((child, state.table(child)?)));
    let parts = |(child, table): (Id, &Table)| {
        let own = table.constraints.iter().filter(|own| is_part(own));
        own.map(|own| (child, own.name.clone())).collect::<Vec<_>>()
    };
    tables.flat_map(parts).collect()
}

pub(crate) fn validate(state: &mut State, id: Id, made: Arc<Constraint>) {
    let mut pending = vec![(id, made.name.clone())];
    let mut seen = HashSet::new();
    while let Some((owner, name)) = pending.pop() {
        if !seen.insert((owner, name.clone())) {
            continue;
        }
        let Ok(each) = constraint_in(state, owner, &name) else { continue };
        state.change_constraint(owner, &name, |each| each.is_valid = true);
        pending.extend(parts_of(state, owner, |own| {
            let is_same = own.parent == Some(each.part) || (own.inherited > 0 && own.name == each.name);
            is_same && own.kind == each.kind && !own.is_valid
        }));
    }
    drop(made);
}
