//! `RENAME` and `SET SCHEMA`.

use std::collections::HashSet;
use std::sync::Arc;

use super::definitions::definition_key;
use super::objects::identity_types;
use super::owners::all_records;
use super::partitions::constraint_of;
use super::reading::{Name, Outcome, unmodelled};
use super::records::{Body, Id, Key, PartId, Record};
use super::renamed_columns::rename_in_queries;
use super::renamed_texts::{rename_in_own_texts, renamed_in_rows, renamed_text};
use super::respelling::{name_of, respell};
use super::schema::Text;
use super::starred_views::expand_stars;
use super::state::{DEFINED, OtherKey, State};
use super::text::changed_partitioning;

/// Gives an object another name, also in the texts that name it.
pub(crate) fn rename(state: &mut State, id: Id, name: &Text) -> Outcome<()> {
    let old = name_of(state, id);
    let keys = keys_of_types(state, &[id]);
    rename_object(state, id, name)?;
    enter_again(state, keys);
    respell(state, vec![(id, old)]);
    Ok(())
}

fn rename_object(state: &mut State, id: Id, name: &Text) -> Outcome<()> {
    let record = state.shared(id);
    match &record.body {
        Body::Index(index) if index.constraint.is_some() => match index.constraint {
            Some(part) => rename_table_constraint(state, index.table, part, name),
            None => Ok(()),
        },
        Body::Table(_) => {
            state.rename(id, record.schema.as_ref(), name)?;
            rename_in_own_texts(state, id, &record.name, name);
            Ok(())
        }
        Body::View(_) | Body::Sequence(_) | Body::Index(_) | Body::Type(_) | Body::Domain(_) => {
            state.rename(id, record.schema.as_ref(), name)
        }
        Body::Routine(_) => enter_routine(state, id, record.schema.clone(), name),
        Body::Definition(_) => enter_definition(state, id, record.schema.clone(), name),
        Body::Schema => rename_schema(state, id, name),
        _ => {
            let key = OtherKey::new(record.kind, name);
            if state.others.contains_key(&key) {
                return unmodelled(DEFINED);
            }
            state.remove_other(OtherKey::new(record.kind, &record.name));
            state.put_other(key, id);
            state.change(id).name.clone_from(name);
            Ok(())
        }
    }
}

/// Puts an object into another schema, with what is in its schema because of it.
pub(crate) fn move_to(state: &mut State, id: Id, schema: &Text) -> Outcome<()> {
    let old = state.record(id).schema.clone();
    if old.as_ref() == Some(schema) {
        return Ok(());
    }
    let mut moved = vec![id];
    let keys = keys_of_types(state, &moved);
    move_object(state, id, schema, &mut moved)?;
    enter_again(state, keys);
    let before =
        moved.into_iter().map(|id| (id, Name { schema: old.clone(), ..name_of(state, id) })).collect();
    respell(state, before);
    Ok(())
}

/// Puts an object into another schema; `moved` gets what else of names of its own is there now.
fn move_object(state: &mut State, id: Id, schema: &Text, moved: &mut Vec<Id>) -> Outcome<()> {
    let record = state.shared(id);
    match &record.body {
        Body::Extension(_) => {
            state.change(id).schema = Some(schema.clone());
            Ok(())
        }
        Body::Routine(_) => enter_routine(state, id, Some(schema.clone()), &record.name),
        Body::Definition(_) => enter_definition(state, id, Some(schema.clone()), &record.name),
        Body::Index(_) => unmodelled("an index is where its table is"),
        Body::Table(_) | Body::View(_) => move_relation(state, id, schema, moved),
        Body::Sequence(sequence) if sequence.owner_table.is_some() => {
            unmodelled("the sequence is where its table is")
        }
        Body::Domain(_) => {
            move_constraints(state, &record, schema);
            state.rename(id, Some(schema), &record.name)
        }
        // The multirange of a range stays where it is.
        Body::Sequence(_) | Body::Type(_) => state.rename(id, Some(schema), &record.name),
        _ => unmodelled("it is in no schema"),
    }
}

/// How what is found by some types is found, if it is no routine.
fn keys_of_types(state: &State, types: &[Id]) -> Vec<(Id, Option<OtherKey>)> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for id in types {
        for need in state.dependents_of(*id) {
            let record = state.record(need.source);
            let key = match &record.body {
                Body::Routine(_) => None,
                Body::Definition(definition) if definition.types.is_some() => {
                    Some(definition_key(state, record))
                }
                _ => continue,
            };
            if seen.insert(need.source) {
                found.push((need.source, key));
            }
        }
    }
    found
}

/// Makes what is found by types known by the names that these have now.
fn enter_again(state: &mut State, keys: Vec<(Id, Option<OtherKey>)>) {
    for (id, old) in keys {
        let record = state.shared(id);
        if let Some(routine) = record.routine() {
            let types = identity_types(state, routine);
            let key = (record.schema.clone().unwrap_or_default(), record.name.clone());
            state.change_overloads(&key, |overloads| {
                for (known, other) in overloads.iter_mut() {
                    if *other == id {
                        known.clone_from(&types);
                    }
                }
            });
        } else if let Some(old) = old
            && state.others.get(&old) == Some(&id)
        {
            state.remove_other(old);
            let new = definition_key(state, &record);
            state.put_other(new, id);
        }
    }
}

fn move_relation(state: &mut State, id: Id, schema: &Text, moved: &mut Vec<Id>) -> Outcome<()> {
    let record = state.shared(id);
    for other in state.belonging(id) {
        match &state.record(other).body {
            Body::Index(index) if index.table == id => {}
            Body::Sequence(sequence) if sequence.owner_table == Some(id) => {}
            Body::Trigger(trigger) if trigger.table == Some(id) => {
                state.change(other).schema = Some(schema.clone());
                continue;
            }
            Body::Rule(_) | Body::Policy(_) => {
                state.change(other).schema = Some(schema.clone());
                continue;
            }
            _ => continue,
        }
        let name = state.record(other).name.clone();
        state.rename(other, Some(schema), &name)?;
        moved.push(other);
    }
    move_constraints(state, &record, schema);
    state.rename(id, Some(schema), &record.name)
}

fn move_constraints(state: &mut State, record: &Record, schema: &Text) {
    let constraints = match &record.body {
        Body::Table(table) => &table.constraints,
        Body::Domain(domain) => &domain.constraints,
        _ => return,
    };
    for made in constraints.iter() {
        state.forget_constraint_name(record.schema.as_ref(), &made.name);
        state.take_constraint_name(Some(schema), &made.name);
    }
}

fn enter_routine(state: &mut State, id: Id, schema: Option<Text>, name: &Text) -> Outcome<()> {
    let record = state.shared(id);
    let types = record.routine().map(|routine| identity_types(state, routine)).unwrap_or_default();
    let new = (schema.clone().unwrap_or_default(), name.clone());
    let is_taken =
        state.routines.get(&new).is_some_and(|overloads| overloads.iter().any(|(known, _)| *known == types));
    if is_taken {
        return unmodelled(DEFINED);
    }
    let old = (record.schema.clone().unwrap_or_default(), record.name.clone());
    state.change_overloads(&old, |overloads| overloads.retain(|(_, routine)| *routine != id));
    state.change_overloads(&new, |overloads| overloads.push((types, id)));
    let record = state.change(id);
    record.schema = schema;
    record.name.clone_from(name);
    Ok(())
}

fn enter_definition(state: &mut State, id: Id, schema: Option<Text>, name: &Text) -> Outcome<()> {
    let old = definition_key(state, state.record(id));
    let record = state.change(id);
    record.schema = schema;
    record.name.clone_from(name);
    let new = definition_key(state, state.record(id));
    if state.others.contains_key(&new) {
        return unmodelled(DEFINED);
    }
    state.remove_other(old);
    state.put_other(new, id);
    Ok(())
}

fn rename_schema(state: &mut State, id: Id, name: &Text) -> Outcome<()> {
    let key = OtherKey::new("schema", name);
    if state.others.contains_key(&key) {
        return unmodelled(DEFINED);
    }
    let old = state.record(id).name.clone();
    let mut members = all_records(state);
    members.retain(|member| state.record(*member).schema.as_ref() == Some(&old));
    for member in &members {
        let record = state.shared(*member);
        move_constraints(state, &record, name);
        if record.relation().is_some() {
            for other in state.belonging(*member) {
                if matches!(state.record(other).body, Body::Trigger(_) | Body::Rule(_) | Body::Policy(_)) {
                    state.change(other).schema = Some(name.clone());
                }
            }
        }
    }
    let before: Vec<_> = members.iter().map(|member| (*member, name_of(state, *member))).collect();
    let keys = keys_of_types(state, &members);
    let (relations, rest): (Vec<Id>, Vec<Id>) = members.into_iter().partition(|member| {
        matches!(
            state.record(*member).body,
            Body::Table(_)
                | Body::View(_)
                | Body::Sequence(_)
                | Body::Index(_)
                | Body::Type(_)
                | Body::Domain(_)
        )
    });
    for member in relations {
        let member_name = state.record(member).name.clone();
        state.rename(member, Some(name), &member_name)?;
    }
    enter_again(state, keys);
    for member in rest {
        let record = state.shared(member);
        match &record.body {
            Body::Routine(_) => enter_routine(state, member, Some(name.clone()), &record.name)?,
            Body::Definition(_) => enter_definition(state, member, Some(name.clone()), &record.name)?,
            _ => state.change(member).schema = Some(name.clone()),
        }
    }
    let keys: Vec<_> = state.defaults.keys().filter(|key| key.1.as_ref() == Some(&old)).cloned().collect();
    for key in keys {
        let Some(known) = state.defaults.get(&key).cloned() else { continue };
        state.remove_defaults(&key);
        state.change_defaults(&(key.0, Some(name.clone()), key.2), |defaults| *defaults = known);
    }
    state.remove_other(OtherKey::new("schema", &old));
    state.put_other(key, id);
    state.change(id).name.clone_from(name);
    respell(state, before);
    Ok(())
}

/// Gives a column another name, also in the tables that inherit it.
pub(crate) fn rename_column(state: &mut State, id: Id, old: &Text, new: &Text) -> Outcome<()> {
    let mut pending = vec![id];
    let mut seen = HashSet::from([id]);
    while let Some(owner) = pending.pop() {
        if state.table(owner).is_some_and(|table| table.columns.contains(new)) {
            return unmodelled("there is such a column already");
        }
        expand_stars(state, owner);
        state.rename_column(owner, old, new);
        rename_in_table(state, owner, old, new);
        rename_in_queries(state, owner, old, new);
        for child in state.children(owner) {
            let own = state.table(child).and_then(|table| table.columns.get(old));
            if own.is_some_and(|own| own.inherited > 0) && seen.insert(child) {
                pending.push(child);
            }
        }
    }
    Ok(())
}

pub(crate) fn rename_names(names: &mut [Text], old: &Text, new: &Text) {
    for name in names.iter_mut().filter(|name| *name == old) {
        name.clone_from(new);
    }
}

fn rename_keys(keys: &mut [Key], old: &Text, new: &Text, table: &str) {
    for key in keys {
        match &mut key.column {
            Some(column) if column == old => column.clone_from(new),
            Some(_) => {}
            None => key.expression = renamed_text(&key.expression, old, new, table),
        }
    }
}

fn rename_in_table(state: &mut State, id: Id, old: &Text, new: &Text) {
    let name = state.record(id).name.clone();
    let in_text = |text: &mut Option<Text>| {
        if let Some(text) = text {
            *text = renamed_text(text, old, new, &name);
        }
    };
    let Some(table) = state.table(id) else { return };
    let columns: Vec<Text> = table.columns.worked_out().map(|column| column.name.clone()).collect();
    let constraints: Vec<Text> = table.constraints.iter().map(|made| made.name.clone()).collect();
    for column in columns {
        state.change_column(id, &column, |column| in_text(&mut column.generated));
    }
    for made in constraints {
        state.change_constraint(id, &made, |made| {
            rename_names(&mut made.columns, old, new);
            in_text(&mut made.expression);
            if let Some(details) = &mut made.details {
                rename_names(&mut details.include, old, new);
                rename_names(&mut details.on_delete_columns, old, new);
                in_text(&mut details.r#where);
                rename_keys(&mut details.keys, old, new, &name);
            }
        });
    }
    if state.table(id).is_some_and(|table| table.partition_by.is_some()) {
        state.change_table(id, |table| {
            if let Some(text) = &mut table.partition_by {
                *text = changed_partitioning(text, |keys| renamed_text(keys, old, new, &name));
            }
        });
    }
    for other in state.belonging(id) {
        match &mut state.change(other).body {
            Body::Index(index) => {
                rename_keys(&mut index.keys, old, new, &name);
                rename_names(&mut index.include, old, new);
                in_text(&mut index.r#where);
            }
            Body::Trigger(trigger) => {
                rename_names(&mut trigger.update_columns, old, new);
                if let Some(condition) = &mut trigger.when {
                    *condition = renamed_in_rows(condition, old, new);
                }
            }
            Body::Policy(policy) => {
                in_text(&mut policy.using);
                in_text(&mut policy.check);
            }
            _ => {}
        }
    }
    let statistics: HashSet<Id> = state
        .dependents_of(id)
        .map(|need| need.source)
        .filter(|source| state.record(*source).kind == "statistics")
        .collect();
    for source in statistics {
        if let Some(definition) = state.change(source).definition_mut() {
            let clauses = &definition.clauses;
            let (columns, rest) = clauses.split_at(clauses.rfind(" from ").unwrap_or_default());
            let mut changed = renamed_text(&Text::new(columns), old, new, &name);
            changed.push_str(rest);
            definition.clauses = changed;
        }
    }
    let referring: Vec<(Id, PartId)> = state
        .dependents_of(id)
        .filter(|need| need.kind == "foreign_key")
        .filter_map(|need| Some((need.source, need.part?)))
        .collect();
    for (source, part) in referring {
        let made = state.table(source).and_then(|table| constraint_of(&table.constraints, part));
        let Some(made) = made.filter(|made| made.referenced == Some(id)).map(|made| made.name.clone()) else {
            continue;
        };
        state.change_constraint(source, &made, |made| rename_names(&mut made.referenced_columns, old, new));
    }
}

/// Gives a table's constraint, its index, and those that are inherited from it another name.
pub(crate) fn rename_table_constraint(state: &mut State, id: Id, part: PartId, new: &Text) -> Outcome<()> {
    let mut pending = vec![(id, part)];
    let mut seen = HashSet::from([id]);
    while let Some((owner, part)) = pending.pop() {
        let Some(table) = state.table(owner) else { continue };
        let Some(each) = constraint_of(&table.constraints, part).map(Arc::clone) else { continue };
        if table.constraints.contains(new) {
            return unmodelled(DEFINED);
        }
        let old = &each.name;
        let schema = state.record(owner).schema.clone();
        state.rename_constraint(owner, old, new);
        state.forget_constraint_name(schema.as_ref(), old);
        state.take_constraint_name(schema.as_ref(), new);
        if let Some(index) = each.index {
            let schema = state.record(index).schema.clone();
            state.rename(index, schema.as_ref(), new)?;
        }
        if !matches!(each.kind, "check" | "not_null") {
            continue;
        }
        for child in state.children(owner) {
            let own = state.table(child).and_then(|table| table.constraints.get(old));
            if let Some(own) = own.filter(|own| own.inherited > 0 && own.kind == each.kind)
                && seen.insert(child)
            {
                pending.push((child, own.part));
            }
        }
    }
    Ok(())
}
