//! What tables get from others: from parents, from partitioned tables, and by `LIKE`.

use std::collections::HashSet;
use std::sync::Arc;

use super::constraints::{add_not_null, not_null_of, register};
use super::dropping::drop_trigger;
use super::indexes::no_column;
use super::reading::{Outcome, shown, unmodelled};
use super::records::{Column, Constraint, Id, Need, PartId, Table};
use super::schema::Text;
use super::starred_views::expand_stars;
use super::state::{MISSING, State};

/// Gives a new table the columns of its parents (`MergeAttributes`).
pub(crate) fn merge_parents(state: &mut State, id: Id, parents: &[Id]) {
    for parent in parents {
        let record = state.shared(*parent);
        let Some(from) = record.table() else { continue };
        for column in from.columns.iter() {
            let known = state.table(id).and_then(|table| table.columns.get(&column.name));
            if let Some(known) = known {
                let part = known.part;
                let takes =
                    known.default.is_none() && known.default_sequence.is_none() && column.default.is_some();
                state.change_column(id, &column.name, |known| {
                    known.inherited += 1;
                    if takes {
                        known.default.clone_from(&column.default);
                    }
                });
                if takes {
                    copy_needs(state, *parent, column.part, id, part, &["default"]);
                }
                continue;
            }
            let part = state.new_part();
            let is_identity = from.partition_by.is_some() && column.identity.is_some();
            let mut made = column.inherited_as(part);
            made.identity = if is_identity { column.identity } else { None };
            if !made.options.is_empty() {
                made.options.clear();
            }
            state.change_table(id, |table| table.columns.put(made));
            copy_needs(state, *parent, column.part, id, part, &[]);
        }
    }
}

/// Says that a part of a table needs what a part of another one does; all of it, if no kinds are given.
pub(crate) fn copy_needs(
    state: &mut State,
    from: Id,
    from_part: PartId,
    to: Id,
    part: PartId,
    kinds: &[&str],
) {
    let copied: Vec<Need> = state
        .needs_of(from)
        .filter(|need| need.part == Some(from_part) && (kinds.is_empty() || kinds.contains(&need.kind)))
        .map(|need| Need { source: to, part: Some(part), is_tracked: true, ..need.clone() })
        .collect();
    let statement = state.statement;
    for need in copied {
        state.need(Need { statement, ..need });
    }
}

/// Makes a table a child of another one.
pub(crate) fn add_children_link(state: &mut State, id: Id, parent: Id) {
    state.change_table(id, |table| table.parents.push(parent));
    state.inherit(id, parent);
    let is_partition = state.table(id).is_some_and(|table| table.bound.is_some());
    state.need_object(id, parent, if is_partition { "partition" } else { "inherits" }, None);
}

/// Makes it one no longer.
pub(crate) fn remove_children_link(state: &mut State, id: Id, parent: Id) {
    state.change_table(id, |table| table.parents.retain(|other| *other != parent));
    state.forget_target(id, parent, &["inherits", "partition"]);
}

/// Gives a table the checks and not-null constraints of its parents; the names of the checks.
pub(crate) fn inherit_constraints(state: &mut State, id: Id, parents: &[Id]) -> Outcome<Vec<Text>> {
    let mut checks = Vec::new();
    for parent in parents {
        let record = state.shared(*parent);
        let Some(from) = record.table() else { continue };
        for made in from.constraints.iter() {
            if made.is_inheritable && matches!(made.kind, "check" | "not_null") {
                inherit_constraint(state, id, *parent, made)?;
                if made.kind == "check" {
                    checks.push(made.name.clone());
                }
            }
        }
    }
    Ok(checks)
}

/// Gives a table a check or a not-null constraint of a parent, or merges it with its own; gives its name.
pub(crate) fn inherit_constraint(state: &mut State, id: Id, parent: Id, made: &Constraint) -> Outcome<Text> {
    let record = state.shared(id);
    let Some(table) = record.table() else { return unmodelled(MISSING) };
    if made.kind == "not_null" {
        let Some(column) = made.columns.first() else { return unmodelled(MISSING) };
        if table.columns.get(column).is_some_and(|column| column.is_not_null)
            && let Some(known) = not_null_of(table, column)
        {
            let (is_partition, name) = (table.bound.is_some(), known.name.clone());
            drop(record);
            state.change_constraint(id, &name, |known| {
                known.inherited += 1;
                known.is_inheritable |= is_partition;
            });
            return Ok(name);
        }
        let is_taken = table.constraints.contains(&made.name);
        drop(record);
        let child = Constraint {
            name: if is_taken { Text::default() } else { made.name.clone() },
            columns: made.columns.clone(),
            inherited: 1,
            is_local: false,
            is_valid: made.is_valid,
            ..Constraint::new(0, "not_null")
        };
        return add_not_null(state, id, child);
    }
    if let Some(known) = table.constraints.get(&made.name) {
        if known.kind != "check" || known.expression != made.expression {
            return unmodelled("a constraint of the parent has its name");
        }
        drop(record);
        state.change_constraint(id, &made.name, |known| known.inherited += 1);
        return Ok(made.name.clone());
    }
    drop(record);
    let part = state.new_part();
    let child = Constraint {
        part,
        inherited: 1,
        is_local: false,
        comment: None,
        statement: state.statement,
        index: None,
        ..made.clone()
    };
    register(state, id, child)?;
    copy_needs(state, parent, made.part, id, part, &[]);
    Ok(made.name.clone())
}

/// Whether a table is another one, or one that that inherits from.
fn is_above(state: &State, id: Id, other: Id) -> bool {
    let mut seen = HashSet::from([other]);
    let mut pending = vec![other];
    while let Some(each) = pending.pop() {
        if each == id {
            return true;
        }
        let parents = state.table(each).into_iter().flat_map(|table| table.parents.iter().copied());
        pending.extend(parents.filter(|parent| seen.insert(*parent)));
    }
    false
}

/// Counts the columns, checks and not-null constraints of a parent as inherited.
pub(crate) fn adopt(state: &mut State, id: Id, parent: Id, is_partition: bool) -> Outcome<()> {
    if is_above(state, id, parent) {
        return unmodelled("it would inherit from itself");
    }
    let (record, from) = (state.shared(id), state.shared(parent));
    let (Some(table), Some(from)) = (record.table(), from.table()) else { return unmodelled(MISSING) };
    for column in from.columns.iter() {
        let Some(own) = table.columns.get(&column.name) else {
            return unmodelled(no_column(&column.name));
        };
        if column_type(state, own) != column_type(state, column) {
            return unmodelled(format!("column {} has another type", shown(&column.name)));
        }
        state.change_column(id, &column.name, |own| {
            own.inherited += 1;
            if is_partition {
                own.is_local = false;
                own.identity = column.identity.or(own.identity);
            }
        });
    }
    for made in from.constraints.iter() {
        if !matches!(made.kind, "check" | "not_null") || !made.is_inheritable {
            continue;
        }
        let record = state.shared(id);
        let known = record.table().and_then(|table| match made.columns.first() {
            Some(column) if made.kind == "not_null" => not_null_of(table, column),
            _ => table.constraints.get(&made.name).filter(|known| known.expression == made.expression),
        });
        match known {
            Some(known) => state.change_constraint(id, &known.name, |known| {
                known.inherited += 1;
                known.is_local &= !is_partition;
            }),
            None if made.kind == "not_null" && is_partition => {
                inherit_constraint(state, id, parent, made)?;
            }
            None => return unmodelled(format!("there is no constraint {}", shown(&made.name))),
        }
    }
    Ok(())
}

/// The type of a column as text.
pub(crate) fn column_type(state: &State, column: &Column) -> Text {
    state.spelt(column.r#type, true)
}

/// Counts what a parent has as inherited no longer (`NO INHERIT`, `DETACH`).
pub(crate) fn abandon(state: &mut State, id: Id, parent: Id) {
    let (record, from) = (state.shared(id), state.shared(parent));
    let (Some(table), Some(from)) = (record.table(), from.table()) else { return };
    let is_partition = table.bound.is_some();
    for column in from.columns.iter() {
        if table.columns.get(&column.name).is_some_and(|own| own.inherited > 0) {
            state.change_column(id, &column.name, |own| {
                own.inherited -= 1;
                own.is_local |= own.inherited == 0;
                if is_partition && column.identity.is_some() {
                    own.identity = None;
                }
            });
        }
    }
    for made in from.constraints.iter() {
        let known = match made.columns.first() {
            Some(column) if made.kind == "not_null" => not_null_of(table, column),
            _ if made.kind == "check" => table.constraints.get(&made.name),
            _ => None,
        };
        if let Some(known) = known.filter(|known| known.inherited > 0) {
            state.change_constraint(id, &known.name, |known| {
                known.inherited -= 1;
                known.is_local |= known.inherited == 0;
            });
        }
    }
    if is_partition {
        make_independent(state, id);
    }
    remove_children_link(state, id, parent);
    state.change_table(id, |table| table.bound = None);
}

fn make_independent(state: &mut State, id: Id) {
    for index in state.indexes(id) {
        state.forget(index, &["partition"], None);
        if let Some(index) = state.change(index).index_mut() {
            index.parent = None;
        }
    }
    state.change_table(id, |table: &mut Table| {
        table.constraints.edit_all(|made| {
            if made.parent.take().is_some() {
                made.inherited = 0;
                made.is_local = true;
            }
        });
    });
    for trigger in state.triggers(id) {
        if state.trigger(trigger).is_some_and(|trigger| trigger.parent.is_some()) {
            drop_trigger(state, trigger);
        }
    }
}

/// Gives a table a column that its parent has got, or merges it with its own; whether it is new.
pub(crate) fn inherit_column(state: &mut State, id: Id, parent: Id, column: &Column) -> Outcome<bool> {
    let known = state.table(id).and_then(|table| table.columns.get(&column.name)).cloned();
    if let Some(known) = known {
        if column_type(state, &known) != column_type(state, column) {
            return unmodelled(format!("column {} has another type", shown(&column.name)));
        }
        drop(known);
        state.change_column(id, &column.name, |known| known.inherited += 1);
        return Ok(false);
    }
    let is_partitioned = state.table(parent).is_some_and(|parent| parent.partition_by.is_some());
    let part = state.new_part();
    let mut made = column.inherited_as(part);
    made.identity = if is_partitioned { column.identity } else { None };
    expand_stars(state, id);
    state.change_table(id, |table| table.columns.put(made));
    copy_needs(state, parent, column.part, id, part, &[]);
    Ok(true)
}

/// Gives the tables that inherit from a table one of its checks or not-null constraints.
pub(crate) fn spread_inherited(state: &mut State, id: Id, name: &Text) -> Outcome<()> {
    let mut pending = vec![(id, name.clone())];
    while let Some((owner, name)) = pending.pop() {
        let each = state.table(owner).and_then(|table| table.constraints.get(&name)).cloned();
        let Some(each) = each else { continue };
        for child in state.children(owner) {
            let own = inherit_constraint(state, child, owner, &each)?;
            let made = state.table(child).and_then(|table| table.constraints.get(&own));
            let is_new = |made: &Arc<Constraint>| {
                made.inherited == 1 && !made.is_local && made.statement == state.statement
            };
            if made.is_some_and(is_new) {
                pending.push((child, own));
            }
        }
    }
    Ok(())
}
