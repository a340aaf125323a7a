//! `ALTER TABLE` and its like: the actions on a table.

use std::sync::Arc;

use super::alter_column::alter_column;
use super::alter_constraint::{add_to_tree, alter_constraint, drop_constraint, validate};
use super::alter_storage::{on_index, on_storage, on_view};
use super::columns::read_column;
use super::constraint_specs::{is_table_constraint, read_table_constraint};
use super::dropping::{drop_column, drop_objects};
use super::indexes::no_column;
use super::inheritance::{abandon, add_children_link, adopt, inherit_column};
use super::owners::set_owner;
use super::partition_bounds::{bound_text, read_bound};
use super::partitions::attach;
use super::privileges::read_role;
use super::reading::{Failure, Name, Outcome, Reader, shown, unmodelled};
use super::records::{Body, Column, Constraint, Id, ReplicaIdentity};
use super::renaming::{move_to, rename, rename_column, rename_table_constraint};
use super::schema::Text;
use super::sequences::alter_sequence;
use super::state::{MISSING, State};
use super::statement::Statement;
use super::tables::new_column;
use super::triggers::read_enabled;

/// `ALTER TABLE`, `ALTER INDEX`, `ALTER VIEW` … `[IF EXISTS] [ONLY] name action, …`.
pub(crate) fn alter_relation(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    let (words, wanted): (&[&str], _) = match statement.kind {
        "ALTER FOREIGN TABLE" => (&["alter", "foreign", "table"], "foreign_table"),
        "ALTER VIEW" => (&["alter", "view"], "view"),
        "ALTER MATERIALIZED VIEW" => (&["alter", "materialized", "view"], "materialized_view"),
        "ALTER INDEX" => (&["alter", "index"], "index"),
        "ALTER SEQUENCE" => (&["alter", "sequence"], "sequence"),
        _ => (&["alter", "table"], ""),
    };
    reader.expect(words)?;
    if reader.are_words(&["all", "in", "tablespace"]) {
        return unmodelled("what is in a tablespace cannot be told");
    }
    reader.take(&["if", "exists"]);
    let is_only = reader.take_word("only");
    let start = reader;
    let name = reader.name()?;
    reader.take_sign("*");
    if reader.is_done() {
        return Err(reader.refused("an action"));
    }
    let Some(id) = state.relation(&name) else {
        return if statement.has_form() { Ok(()) } else { unmodelled(MISSING) };
    };
    let record = state.record(id);
    if matches!(record.body, Body::Unknown) {
        return unmodelled("what it is about is kept as it is");
    }
    if !wanted.is_empty() && record.kind != wanted {
        // `ALTER INDEX` and `ALTER VIEW` rename tables too, and nobody means it.
        return unmodelled(format!("it is no {}", wanted.replace('_', " ")));
    }
    if common(state, &mut reader, id)? {
        return Ok(());
    }
    if state.sequence(id).is_some() {
        return alter_sequence(state, start, statement.has_form());
    }
    let mut actions = reader.items()?;
    actions.sort_by_key(pass_of);
    for mut action in actions {
        match &state.record(id).body {
            Body::Table(_) => on_table(state, &mut action, id, is_only)?,
            Body::View(_) => on_view(state, &mut action, id)?,
            Body::Index(_) => on_index(state, &mut action, id)?,
            _ => return unmodelled("it has no such actions"),
        }
        action.expect_end()?;
    }
    Ok(())
}

/// When an action is done (`AlterTablePass`).
fn pass_of(action: &Reader<'_>) -> u8 {
    let has = |word: &str, most: usize| action.rest().iter().take(most).any(|token| token.text == word);
    match action.word(0) {
        "drop" => 0,
        "alter" if has("type", 6) => 1,
        "add" => {
            let probe = action.part(action.at + 1, action.end);
            if action.word(1) == "column" || !is_table_constraint(&probe) {
                2
            } else if has("foreign", 4) {
                4
            } else {
                3
            }
        }
        _ => 3,
    }
}

/// What can be done with all relations.
fn common(state: &mut State, reader: &mut Reader<'_>, id: Id) -> Outcome<bool> {
    if reader.take_word("rename") {
        rename_in(state, reader, id)?;
    } else if reader.take(&["set", "schema"]) {
        let schema = reader.identifier()?;
        reader.expect_end()?;
        move_to(state, id, &schema)?;
    } else if reader.are_words(&["owner", "to"]) && !has_comma(*reader) {
        reader.at += 2;
        let owner = read_role(state, reader)?;
        reader.expect_end()?;
        set_owner(state, id, owner.as_ref());
    } else {
        return Ok(false);
    }
    Ok(true)
}

fn has_comma(mut reader: Reader<'_>) -> bool {
    reader.until(&[","]).end != reader.end
}

fn rename_in(state: &mut State, reader: &mut Reader<'_>, id: Id) -> Outcome<()> {
    if reader.take_word("to") {
        let new = reader.identifier()?;
        reader.expect_end()?;
        return rename(state, id, &new);
    }
    if reader.take_word("constraint") {
        let old = reader.identifier()?;
        reader.expect(&["to"])?;
        let new = reader.identifier()?;
        reader.expect_end()?;
        let made = constraint_in(state, id, &old)?;
        return rename_table_constraint(state, id, made.part, &new);
    }
    if reader.is_name(1) && !reader.are_words(&["column", "to"]) {
        reader.take_word("column");
    }
    let old = reader.identifier()?;
    reader.expect(&["to"])?;
    let new = reader.identifier()?;
    reader.take_any(&["cascade", "restrict"]);
    reader.expect_end()?;
    // Who holds the table makes each change of it a copy.
    if state.table(id).is_some() {
        column_in(state, id, &old)?;
        return rename_column(state, id, &old, &new);
    }
    let record = state.shared(id);
    match &record.body {
        Body::View(view) if !view.columns.contains(&old) => {
            unmodelled("the column has its name from the query")
        }
        Body::View(_) => {
            rename_view_column(state, id, &old, &new);
            Ok(())
        }
        Body::Type(found) if found.attributes.contains(&old) && !found.attributes.contains(&new) => {
            if let Some(found) = state.change(id).type_mut() {
                found.attributes.rename(&old, |attribute| attribute.name = new);
            }
            Ok(())
        }
        _ => unmodelled(no_column(&old)),
    }
}

fn rename_view_column(state: &mut State, id: Id, old: &Text, new: &Text) {
    let Some(view) = state.change(id).view_mut() else { return };
    for column in view.columns.iter_mut().filter(|column| *column == old) {
        column.clone_from(new);
    }
    if let Some(comment) = view.column_comments.remove(old) {
        view.column_comments.insert(new.clone(), comment);
    }
    if let Some(acl) = view.column_privileges.remove(old) {
        view.column_privileges.insert(new.clone(), acl);
    }
}

/// A column by its name.
fn column_in(state: &State, id: Id, name: &str) -> Outcome<Arc<Column>> {
    match state.table(id).and_then(|table| table.columns.get(name)) {
        Some(column) => Ok(Arc::clone(column)),
        None => unmodelled(no_column(name)),
    }
}

fn no_constraint(name: &str) -> Failure {
    Failure::Unmodelled(format!("there is no constraint {}", shown(name)))
}

/// A constraint by its name.
pub(crate) fn constraint_in(state: &State, id: Id, name: &str) -> Outcome<Arc<Constraint>> {
    let made = state.table(id).and_then(|table| table.constraints.get(name));
    made.map(Arc::clone).ok_or_else(|| no_constraint(name))
}

fn on_table(state: &mut State, action: &mut Reader<'_>, id: Id, is_only: bool) -> Outcome<()> {
    match action.word(0) {
        "add" => return add(state, action, id, is_only),
        "drop" => return drop_part(state, action, id, is_only),
        "alter" => return alter(state, action, id, is_only),
        "enable" | "disable" => return enable(state, action, id),
        _ => {}
    }
    if action.take(&["validate", "constraint"]) {
        let made = constraint_in(state, id, &action.identifier()?)?;
        validate(state, id, made);
    } else if action.take(&["force", "row", "level", "security"]) {
        state.change_table(id, |table| table.forces_row_security = true);
    } else if action.take(&["no", "force", "row", "level", "security"]) {
        state.change_table(id, |table| table.forces_row_security = false);
    } else if action.take_word("inherit") {
        let parent = table_named(state, &action.name()?)?;
        if state.table(id).is_some_and(|table| table.parents.contains(&parent)) {
            return unmodelled("it inherits from it already");
        }
        adopt(state, id, parent, false)?;
        add_children_link(state, id, parent);
    } else if action.take(&["no", "inherit"]) {
        let parent = table_named(state, &action.name()?)?;
        if state.table(id).is_some_and(|table| !table.parents.contains(&parent)) {
            return unmodelled("it does not inherit from it");
        }
        abandon(state, id, parent);
    } else if action.take_word("of") {
        let found = state.type_named(&action.name()?).filter(|found| state.type_of(*found).is_some());
        let Some(found) = found else { return unmodelled(MISSING) };
        state.change_table(id, |table| table.of_type = Some(found));
        state.need_object(id, found, "type", None);
    } else if action.take(&["not", "of"]) {
        if let Some(of) = state.table(id).and_then(|table| table.of_type) {
            state.forget_target(id, of, &["type"]);
        }
        state.change_table(id, |table| table.of_type = None);
    } else if action.take(&["attach", "partition"]) {
        let child = table_named(state, &action.name()?)?;
        let bound = bound_text(state, &read_bound(action)?, id)?;
        attach(state, child, id, bound)?;
    } else if action.take(&["detach", "partition"]) {
        let child = table_named(state, &action.name()?)?;
        action.take_any(&["concurrently", "finalize"]);
        let is_partition =
            state.table(child).is_some_and(|child| child.parents.contains(&id) && child.bound.is_some());
        if !is_partition {
            return unmodelled("it is no partition of it");
        }
        abandon(state, child, id);
    } else if action.take(&["replica", "identity"]) {
        return replica_identity(state, action, id);
    } else {
        return on_storage(state, action, id);
    }
    Ok(())
}

fn table_named(state: &State, name: &Name) -> Outcome<Id> {
    match state.relation(name).filter(|found| state.table(*found).is_some()) {
        Some(id) => Ok(id),
        None => unmodelled(MISSING),
    }
}

/// An index of a table or view by its name.
pub(crate) fn index_named(state: &State, id: Id, name: Text) -> Outcome<Id> {
    let name = Name { schema: state.record(id).schema.clone(), name };
    let found = state.relation(&name);
    match found.filter(|found| state.index(*found).is_some_and(|index| index.table == id)) {
        Some(index) => Ok(index),
        None => unmodelled(MISSING),
    }
}

fn replica_identity(state: &mut State, action: &mut Reader<'_>, id: Id) -> Outcome<()> {
    let identity = if action.take(&["using", "index"]) {
        ReplicaIdentity::Index(index_named(state, id, action.identifier()?)?)
    } else {
        match action.take_any(&["default", "full", "nothing"]) {
            "default" => ReplicaIdentity::Default,
            "full" => ReplicaIdentity::Full,
            "nothing" => ReplicaIdentity::Nothing,
            _ => return Err(action.refused("an identity")),
        }
    };
    state.change_table(id, |table| table.replica_identity = identity);
    Ok(())
}

fn add(state: &mut State, action: &mut Reader<'_>, id: Id, is_only: bool) -> Outcome<()> {
    action.expect(&["add"])?;
    if is_table_constraint(action) {
        return add_to_tree(state, id, read_table_constraint(action)?, is_only);
    }
    action.take_word("column");
    let may_exist = action.take(&["if", "not", "exists"]);
    let spec = read_column(*action, true)?;
    action.at = action.end;
    let name = spec.column.name.clone();
    if state.table(id).is_some_and(|table| table.columns.contains(&name)) {
        return if may_exist {
            Ok(())
        } else {
            unmodelled(format!("column {} is there already", shown(&name)))
        };
    }
    let mut constraints = new_column(state, id, *spec)?;
    let mut pending = vec![id];
    while let Some(owner) = pending.pop() {
        let column = column_in(state, owner, &name)?;
        for child in state.children(owner) {
            if inherit_column(state, child, owner, &column)? {
                pending.push(child);
            }
        }
    }
    constraints.sort_by_key(|spec| match spec.constraint.kind {
        "check" => 0,
        "not_null" => 1,
        "primary_key" => 2,
        "foreign_key" => 4,
        _ => 3,
    });
    constraints.into_iter().try_for_each(|constraint| add_to_tree(state, id, constraint, is_only))
}

fn drop_part(state: &mut State, action: &mut Reader<'_>, id: Id, is_only: bool) -> Outcome<()> {
    action.expect(&["drop"])?;
    let is_constraint = action.take_word("constraint");
    if !is_constraint {
        action.take_word("column");
    }
    let may_miss = action.take(&["if", "exists"]);
    let name = action.identifier()?;
    let is_cascading = action.take_any(&["cascade", "restrict"]) == "cascade";
    let found = if is_constraint {
        constraint_in(state, id, &name).map(|made| (made.inherited > 0 && !made.is_local, Some(made), None))
    } else {
        column_in(state, id, &name).map(|column| (column.inherited > 0, None, Some(column)))
    };
    match found {
        Err(_) if may_miss => Ok(()),
        Err(failure) => Err(failure),
        Ok((true, Some(_), _)) => unmodelled("the constraint is inherited"),
        Ok((true, ..)) => unmodelled("the column is inherited"),
        Ok((_, Some(made), _)) => {
            drop_constraint(state, id, &made, is_only, is_cascading);
            Ok(())
        }
        Ok((_, _, Some(column))) => {
            if is_only {
                for child in state.children(id) {
                    state.change_column(child, &name, |own| own.is_local = true);
                }
            }
            let more = drop_column(state, id, &column, is_cascading);
            drop_objects(state, more, is_cascading);
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

fn alter(state: &mut State, action: &mut Reader<'_>, id: Id, is_only: bool) -> Outcome<()> {
    action.expect(&["alter"])?;
    if action.take_word("constraint") {
        let made = constraint_in(state, id, &action.identifier()?)?;
        return alter_constraint(state, action, id, &made);
    }
    action.take_word("column");
    let column = column_in(state, id, &action.identifier()?)?;
    alter_column(state, action, id, &column, is_only)
}

fn enable(state: &mut State, action: &mut Reader<'_>, id: Id) -> Outcome<()> {
    for (word, is_enabled) in [("enable", true), ("disable", false)] {
        if action.take(&[word, "row", "level", "security"]) {
            state.change_table(id, |table| table.has_row_security = is_enabled);
            return Ok(());
        }
    }
    let enabled = read_enabled(action)?;
    let what = action.take_any(&["trigger", "rule"]);
    if what.is_empty() {
        return Err(action.refused("TRIGGER"));
    }
    if what == "trigger" && action.rest().len() == 1 && matches!(action.word(0), "all" | "user") {
        action.at += 1;
        for trigger in state.triggers(id) {
            set_enabled(state, trigger, enabled);
        }
        return Ok(());
    }
    let name = action.identifier()?;
    let Some(found) = state.other_of(what, id, &name) else {
        return unmodelled(format!("there is no {what} {}", shown(&name)));
    };
    set_enabled(state, found, enabled);
    for child in state.children(id) {
        let own = state.other_of("trigger", child, &name);
        let is_part = |own: &Id| state.trigger(*own).is_some_and(|own| own.parent == Some(found));
        if let Some(own) = own.filter(is_part) {
            set_enabled(state, own, enabled);
        }
    }
    Ok(())
}

fn set_enabled(state: &mut State, id: Id, enabled: &'static str) {
    match &mut state.change(id).body {
        Body::Trigger(trigger) => trigger.enabled = enabled,
        Body::Rule(rule) => rule.enabled = enabled,
        _ => {}
    }
}
