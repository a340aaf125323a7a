//! What partitions get of partitioned tables: indexes, keys and triggers.

use std::sync::Arc;

use super::constraint_specs::ConstraintSpec;
use super::constraints::{add_constraint, register};
use super::edges::{Link, add_references};
use super::implied::{constraint_name, joined_names};
use super::indexes::{add_index, index_name, key_text};
use super::inheritance::{add_children_link, adopt, copy_needs};
use super::named::Named;
use super::reading::{Outcome, Source, unmodelled, with_reader};
use super::records::{Constraint, Id, Index, PartId, Record};
use super::schema::Text;
use super::state::{MISSING, OtherKey, State};

/// Gives a partition the indexes, keys and triggers of the partitioned table.
pub(crate) fn partition_from_parent(state: &mut State, id: Id, parent: Id) -> Outcome<()> {
    for index in state.indexes(parent) {
        clone_index(state, index, id)?;
    }
    let record = state.shared(parent);
    if let Some(from) = record.table() {
        for made in from.constraints.iter().filter(|made| made.kind == "foreign_key") {
            clone_foreign_key(state, parent, made, id)?;
        }
    }
    for trigger in state.triggers(parent) {
        if state.trigger(trigger).is_some_and(|trigger| trigger.is_for_each_row) {
            clone_trigger(state, trigger, id)?;
        }
    }
    Ok(())
}

/// A constraint by its part.
pub(crate) fn constraint_of(constraints: &Named<Constraint>, part: PartId) -> Option<&Arc<Constraint>> {
    constraints.iter().find(|made| made.part == part)
}

/// Tables and indexes that are still to get an index, as partitions have partitions.
pub(crate) fn clone_index(state: &mut State, index: Id, table: Id) -> Outcome<()> {
    let mut pending = vec![(index, table)];
    while let Some((index, table)) = pending.pop() {
        if let Some(own) = clone_one_index(state, index, table)?
            && state.table(table).is_some_and(|table| table.partition_by.is_some())
        {
            pending.extend(state.children(table).into_iter().rev().map(|child| (own, child)));
        }
    }
    Ok(())
}

/// Gives a partition an index like that of the partitioned table, or takes one that is like it; gives a new one.
fn clone_one_index(state: &mut State, id: Id, table: Id) -> Outcome<Option<Id>> {
    let record = state.shared(id);
    let Some(index) = record.index() else { return Ok(None) };
    for own in state.indexes(table) {
        let alike = state.index(own).filter(|own| own.parent.is_none() && is_alike(own, index));
        let Some(part) = alike.map(|own| own.constraint) else { continue };
        if let Some(own) = state.change(own).index_mut() {
            own.parent = Some(id);
        }
        if part.is_none() {
            state.need_object(own, id, "partition", None);
        }
        if let (Some(part), Some(parent)) = (part, index.constraint) {
            let name = state
                .table(table)
                .and_then(|table| constraint_of(&table.constraints, part).map(|made| made.name.clone()));
            if let Some(name) = name {
                state.change_constraint(table, &name, |made| {
                    made.parent = Some(parent);
                    made.inherited = 1;
                    made.is_local = false;
                });
            }
        }
        return Ok(None);
    }
    let source = index.constraint.and_then(|part| {
        state.table(index.table).and_then(|table| constraint_of(&table.constraints, part)).cloned()
    });
    let own = match source {
        Some(source) => {
            let wanted = Constraint {
                inherited: 1,
                is_local: false,
                parent: Some(source.part),
                comment: None,
                ..bare_copy(&source)
            };
            let name = add_constraint(state, table, with_texts(wanted))?;
            state.table(table).and_then(|table| table.constraints.get(&name)?.index)
        }
        None => Some(copy_index(state, id, table, Some(id))?),
    };
    if let Some(own) = own
        && let Some(own) = state.change(own).index_mut()
    {
        own.parent = Some(id);
    }
    Ok(own)
}

/// A constraint like another one, without its name and index.
pub(crate) fn bare_copy(source: &Constraint) -> Constraint {
    Constraint { part: 0, name: Text::default(), index: None, statement: None, ..source.clone() }
}

/// A constraint with what it says as text.
pub(crate) fn with_texts<'a>(made: Constraint) -> ConstraintSpec<'a> {
    let text = if made.kind == "check" { &made.expression } else { &made.r#where };
    let expression = text.clone().map(Source::Text);
    let keys = made.keys.iter().map(|key| Source::Text(key_text(key))).collect();
    ConstraintSpec { expression, keys, ..ConstraintSpec::of(made) }
}

fn is_alike(own: &Index, index: &Index) -> bool {
    own.is_unique == index.is_unique
        && own.method == index.method
        && own.r#where == index.r#where
        && (own.constraint.is_some() || index.constraint.is_none())
        && own.nulls_not_distinct == index.nulls_not_distinct
        && own.include == index.include
        && own.keys == index.keys
}

pub(crate) fn copy_index(state: &mut State, id: Id, table: Id, parent: Option<Id>) -> Outcome<Id> {
    let record = state.shared(id);
    let Some(index) = record.index() else { return unmodelled(MISSING) };
    let name = index_name(state, table, &index.keys, &[], &index.include);
    let made = Index {
        table,
        keys: index.keys.clone(),
        method: index.method.clone(),
        is_unique: index.is_unique,
        nulls_not_distinct: index.nulls_not_distinct,
        include: index.include.clone(),
        r#where: index.r#where.clone(),
        parent,
        options: index.options.clone(),
        tablespace: index.tablespace.clone(),
        ..Index::default()
    };
    let mut made = Record::new("index", state.record(table).schema.clone(), name, made);
    made.owner.clone_from(&state.record(table).owner);
    let own = add_index(state, made)?;
    let expressions = index.keys.iter().filter(|key| key.column.is_none()).map(|key| &key.expression);
    for text in expressions.chain(&index.r#where) {
        with_reader(text, |reader| add_references(state, &reader, Link::new(own, "index")))?;
    }
    Ok(own)
}

/// Gives all partitions of a table an index like a new one.
pub(crate) fn index_partitions(state: &mut State, id: Id) -> Outcome<()> {
    let Some(table) = state.index(id).map(|index| index.table) else { return Ok(()) };
    for child in state.children(table) {
        clone_index(state, id, child)?;
    }
    Ok(())
}

/// Gives a partition, and its partitions, a foreign key of the partitioned table.
pub(crate) fn clone_foreign_key(state: &mut State, parent: Id, made: &Constraint, id: Id) -> Outcome<()> {
    let mut pending = vec![(parent, Arc::new(made.clone()), id)];
    while let Some((parent, made, id)) = pending.pop() {
        if let Some(child) = clone_one_foreign_key(state, parent, &made, id)?
            && state.table(id).is_some_and(|table| table.partition_by.is_some())
        {
            pending.extend(state.children(id).into_iter().rev().map(|below| (id, Arc::clone(&child), below)));
        }
    }
    Ok(())
}

/// Gives a partition a foreign key of the partitioned table, or takes one that is like it; gives a new one.
fn clone_one_foreign_key(
    state: &mut State,
    parent: Id,
    made: &Constraint,
    id: Id,
) -> Outcome<Option<Arc<Constraint>>> {
    let record = state.shared(id);
    let Some(table) = record.table() else { return Ok(None) };
    let alike = table.constraints.iter().find(|own| {
        own.kind == "foreign_key"
            && own.parent.is_none()
            && own.columns == made.columns
            && own.referenced == made.referenced
            && own.referenced_columns == made.referenced_columns
            && (own.on_delete, own.on_update, own.r#match) == (made.on_delete, made.on_update, made.r#match)
    });
    if let Some(own) = alike.map(|own| own.name.clone()) {
        drop(record);
        state.change_constraint(id, &own, |own| {
            own.parent = Some(made.part);
            own.inherited = 1;
            own.is_local = false;
        });
        return Ok(None);
    }
    let name = if table.constraints.contains(&made.name) {
        let joined = joined_names(&made.columns);
        constraint_name(state, &record.name, Some(&joined), "fkey", record.schema.as_ref(), None)
    } else {
        made.name.clone()
    };
    drop(record);
    let part = state.new_part();
    let child = Constraint {
        part,
        name,
        inherited: 1,
        is_local: false,
        parent: Some(made.part),
        comment: None,
        statement: state.statement,
        ..made.clone()
    };
    let child = Arc::new(child);
    register(state, id, Arc::clone(&child))?;
    copy_needs(state, parent, made.part, id, part, &[]);
    Ok(Some(child))
}

/// Gives a partition, and its partitions, a row trigger of the partitioned table.
pub(crate) fn clone_trigger(state: &mut State, trigger: Id, table: Id) -> Outcome<()> {
    let mut pending = vec![(trigger, table)];
    while let Some((trigger, table)) = pending.pop() {
        let record = state.shared(trigger);
        let Some(from) = record.trigger() else { continue };
        let key = OtherKey::of("trigger", table, &record.name);
        if state.others.contains_key(&key) {
            return unmodelled("a partition has a trigger with its name");
        }
        let mut made = (*record).clone();
        made.schema.clone_from(&state.record(table).schema);
        made.comment = None;
        if let Some(made) = made.trigger_mut() {
            made.table = Some(table);
            made.parent = Some(trigger);
            made.depends_on = Vec::new();
        }
        let id = state.add(made);
        state.put_other(key, id);
        state.belong(id, table);
        state.need_object(id, table, "trigger", None);
        state.need_object(id, trigger, "partition", None);
        if let Some(function) = from.function {
            state.need_object(id, function, "trigger_function", None);
        }
        if state.table(table).is_some_and(|table| table.partition_by.is_some()) {
            pending.extend(state.children(table).into_iter().rev().map(|child| (id, child)));
        }
    }
    Ok(())
}

/// `ATTACH PARTITION`: merges columns and constraints, adds indexes, keys and triggers.
pub(crate) fn attach(state: &mut State, id: Id, parent: Id, bound: Text) -> Outcome<()> {
    if state.table(id).is_some_and(|table| !table.parents.is_empty()) {
        return unmodelled("it has a parent already");
    }
    adopt(state, id, parent, true)?;
    state.change_table(id, |table| table.bound = Some(bound));
    add_children_link(state, id, parent);
    partition_from_parent(state, id, parent)
}
