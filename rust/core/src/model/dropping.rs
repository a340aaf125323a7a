//! `DROP`, and what goes with an object or, with `CASCADE`, needs it.

use std::sync::Arc;

use super::constraints::{drop_constraint_record, drop_index_record};
use super::definitions::definition_key;
use super::domains::change_domain;
use super::inheritance::remove_children_link;
use super::mentions::mentions;
use super::naming::{has_statistics_of, naming_column, row_mentions};
use super::objects::{find, find_named, is_row_type, read_kind};
use super::owners::all_records;
use super::partitions::constraint_of;
use super::publications::leave_out;
use super::reading::{Outcome, Reader, unmodelled};
use super::records::{Body, Column, Constraint, Id, Need, PartId, Record};
use super::schema::Text;
use super::state::{MISSING, OtherKey, State};
use super::statement::Statement;

fn is_found_by_name(kind: &str) -> bool {
    !matches!(
        kind,
        "function"
            | "procedure"
            | "aggregate"
            | "routine"
            | "operator"
            | "operator_class"
            | "operator_family"
            | "cast"
            | "transform"
            | "user_mapping"
            | "large_object"
            | "column"
            | "constraint"
            | "parameter"
            | "trigger"
            | "policy"
            | "rule"
    )
}

/// `DROP kind [IF EXISTS] name, … [CASCADE | RESTRICT]`.
pub(crate) fn drop_statement(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["drop"])?;
    let kind = read_kind(&mut reader);
    if kind.is_empty() {
        return Err(reader.refused("a kind of object"));
    }
    reader.take_word("concurrently");
    let may_miss = reader.take(&["if", "exists"]);
    let mut records = Vec::new();
    let mut is_missing = false;
    loop {
        match find_dropped(state, kind, &mut reader)? {
            Some(id) => records.push(id),
            None => is_missing |= !may_miss,
        }
        if !reader.take_sign(",") {
            break;
        }
    }
    let is_cascading = reader.take_any(&["cascade", "restrict"]) == "cascade";
    if kind == "database" {
        let has_options = reader.take_word("with");
        if has_options || reader.is_group() {
            reader.group()?;
        }
    }
    reader.expect_end()?;
    if is_missing {
        return unmodelled(MISSING);
    }
    drop_objects(state, records, is_cascading);
    Ok(())
}

fn find_dropped(state: &mut State, kind: &'static str, reader: &mut Reader<'_>) -> Outcome<Option<Id>> {
    if !is_found_by_name(kind) {
        return find(state, kind, reader);
    }
    let name = reader.name()?;
    let found = find_named(state, kind, &name)?;
    if let Some(record) = found.map(|found| state.record(found)) {
        if record.index().is_some_and(|index| index.constraint.is_some()) {
            return unmodelled("the index is that of a constraint");
        }
        if matches!(kind, "type" | "domain") && is_row_type(record) {
            return unmodelled("it is no type of its own");
        }
    }
    Ok(found)
}

/// Drops objects, what goes with them, and if that is wanted what needs them.
pub(crate) fn drop_objects(state: &mut State, records: Vec<Id>, is_cascading: bool) {
    let mut pending = records;
    while let Some(id) = pending.pop() {
        if state.record(id).is_dropped {
            continue;
        }
        pending.extend(remove(state, id, is_cascading));
        state.change(id).is_dropped = true;
        let is_cut = |need: &&Need| need.is_tracked && (is_cascading || is_about(state, need.source, id));
        let needs: Vec<Need> = state.dependents_of(id).filter(is_cut).cloned().collect();
        for need in needs {
            if !state.record(need.source).is_dropped {
                pending.extend(cut_off(state, &need));
            }
        }
        state.forget(id, &[], None);
    }
}

/// Whether an object is about a relation, and so never keeps it from being dropped.
fn is_about(state: &State, source: Id, id: Id) -> bool {
    matches!(state.record(source).kind, "publication" | "statistics") && state.record(id).relation().is_some()
}

/// Takes an object from where it is known; what goes with it.
fn remove(state: &mut State, id: Id, is_cascading: bool) -> Vec<Id> {
    let record = state.shared(id);
    match &record.body {
        Body::Trigger(trigger) if trigger.table.is_some() => {
            drop_trigger(state, id);
            Vec::new()
        }
        Body::Policy(_) | Body::Rule(_) => {
            drop_member(state, id);
            Vec::new()
        }
        Body::Index(index) => {
            let mut parts = Vec::new();
            for child in state.children(index.table) {
                let own = state.indexes(child);
                parts.extend(
                    own.into_iter().filter(|own| state.index(*own).is_some_and(|own| own.parent == Some(id))),
                );
            }
            drop_index_record(state, id);
            parts
        }
        Body::Routine(_) => {
            let key = (record.schema.clone().unwrap_or_default(), record.name.clone());
            state.change_overloads(&key, |overloads| overloads.retain(|(_, routine)| *routine != id));
            Vec::new()
        }
        Body::Table(_)
        | Body::View(_)
        | Body::Sequence(_)
        | Body::Type(_)
        | Body::Domain(_)
        | Body::Unknown => remove_relation(state, id, &record),
        Body::Schema => {
            state.remove_other(OtherKey::new("schema", &record.name));
            if !is_cascading {
                return Vec::new();
            }
            let mut members = all_records(state);
            members.retain(|member| {
                let member = state.record(*member);
                member.schema.as_ref() == Some(&record.name) && member.kind != "extension"
            });
            members
        }
        Body::Role(_) => {
            remove_role(state, &record.name);
            Vec::new()
        }
        _ => {
            let key = definition_key(state, &record);
            state.remove_other(key);
            Vec::new()
        }
    }
}

fn remove_relation(state: &mut State, id: Id, record: &Record) -> Vec<Id> {
    let key = (record.schema.clone().unwrap_or_default(), record.name.clone());
    if state.relations.get(&key) == Some(&id) {
        state.put_relation(key.clone(), None);
    }
    if state.types.get(&key) == Some(&id) {
        state.put_type(key, None);
    }
    let mut more = Vec::new();
    if record.relation().is_some() {
        for index in state.indexes(id) {
            drop_index_record(state, index);
            state.change(index).is_dropped = true;
        }
    }
    let schema = record.schema.as_ref();
    match &record.body {
        Body::Table(table) => {
            for made in table.constraints.iter() {
                state.forget_constraint_name(schema, &made.name);
            }
            for parent in &table.parents {
                remove_children_link(state, id, *parent);
            }
            let mut partitions = state.children(id);
            partitions.retain(|child| state.table(*child).is_some_and(|child| child.bound.is_some()));
            more.append(&mut partitions);
            let belonging = state.belonging(id);
            more.extend(belonging.into_iter().filter(|other| match &state.record(*other).body {
                Body::Trigger(trigger) => trigger.table == Some(id),
                Body::Rule(rule) => rule.table == id,
                Body::Policy(policy) => policy.table == id,
                Body::Sequence(sequence) => sequence.owner_table == Some(id),
                _ => false,
            }));
        }
        Body::View(_) => {
            let belonging = state.belonging(id);
            more.extend(belonging.into_iter().filter(|other| match &state.record(*other).body {
                Body::Trigger(trigger) => trigger.table == Some(id),
                Body::Rule(rule) => rule.table == id,
                _ => false,
            }));
        }
        Body::Domain(domain) => {
            for made in domain.constraints.iter() {
                state.forget_constraint_name(schema, &made.name);
            }
        }
        Body::Type(found) => more.extend(found.multirange),
        _ => {}
    }
    more
}

fn remove_role(state: &mut State, name: &Text) {
    state.remove_other(OtherKey::new("role", name));
    let members: Vec<Id> = state
        .others
        .iter()
        .filter(|(key, id)| {
            key.kind == "role"
                && state.record(**id).role().is_some_and(|role| role.member_of.contains_key(name))
        })
        .map(|(_, id)| *id)
        .collect();
    for member in members {
        if let Some(role) = state.change(member).role_mut() {
            role.member_of.remove(name);
        }
    }
}

/// Takes a policy or rule from its table.
pub(crate) fn drop_member(state: &mut State, id: Id) {
    let record = state.shared(id);
    let table = match &record.body {
        Body::Policy(policy) => policy.table,
        Body::Rule(rule) => rule.table,
        _ => return,
    };
    state.remove_other(OtherKey::of(record.kind, table, &record.name));
    state.forget(id, &[], None);
    state.change(id).is_dropped = true;
}

/// Takes a trigger from its table, and those of partitions that are parts of it.
pub(crate) fn drop_trigger(state: &mut State, id: Id) {
    let mut pending = vec![id];
    while let Some(each) = pending.pop() {
        let record = state.shared(each);
        if let Some(table) = record.trigger().and_then(|trigger| trigger.table) {
            state.remove_other(OtherKey::of("trigger", table, &record.name));
            for child in state.children(table) {
                let own = state.triggers(child);
                pending.extend(
                    own.into_iter()
                        .filter(|own| state.trigger(*own).is_some_and(|own| own.parent == Some(each))),
                );
            }
        }
        state.forget(each, &[], None);
        state.change(each).is_dropped = true;
    }
}

/// What `CASCADE` does to something that needs what is dropped; what is to be dropped besides.
fn cut_off(state: &mut State, need: &Need) -> Vec<Id> {
    let (source, kind) = (need.source, need.kind);
    if matches!(kind, "like" | "owned_by") {
        return Vec::new();
    }
    let record = state.shared(source);
    if let Some(target) = need.target.filter(|_| record.kind == "publication") {
        state.forget_target(source, target, &[kind]);
        leave_out(state, source, target);
        return Vec::new();
    }
    match (&record.body, need.part) {
        (Body::Table(table), Some(part)) => {
            if constraint_of(&table.constraints, part).is_some() {
                drop_constraint_tree(state, source, part);
            } else if let Some(column) = table.columns.iter().find(|column| column.part == part) {
                if kind != "default" {
                    return drop_column(state, source, column, true);
                }
                state.change_column(source, &column.name, |column| {
                    (column.default, column.default_sequence) = (None, None);
                });
                if let Some(target) = need.target {
                    state.forget_part_target(source, part, target, kind);
                }
            }
            Vec::new()
        }
        (Body::Table(_), None) => {
            if matches!(kind, "partition" | "inherits" | "type") {
                vec![source]
            } else {
                Vec::new()
            }
        }
        (Body::Domain(domain), Some(part)) => {
            let Some(made) = constraint_of(&domain.constraints, part) else { return vec![source] };
            change_domain(state, source, |domain| {
                domain.constraints.remove(&made.name);
            });
            Vec::new()
        }
        (Body::Type(found), Some(part)) => {
            if let Some(attribute) = found.attributes.iter().find(|attribute| attribute.part == part) {
                if let Some(found) = state.change(source).type_mut() {
                    found.attributes.remove(&attribute.name);
                }
                state.forget(source, &[], Some(part));
            }
            Vec::new()
        }
        _ => vec![source],
    }
}

/// Drops a constraint, and those of partitions and children that are there because of it.
pub(crate) fn drop_constraint_tree(state: &mut State, id: Id, part: PartId) {
    let mut pending = vec![(id, part)];
    while let Some((owner, part)) = pending.pop() {
        let Some(each) =
            state.table(owner).and_then(|table| constraint_of(&table.constraints, part)).cloned()
        else {
            continue;
        };
        drop_constraint_record(state, owner, &each.name);
        for child in state.children(owner) {
            let record = state.shared(child);
            let Some(table) = record.table() else { continue };
            for own in table.constraints.iter() {
                if own.parent == Some(part) {
                    pending.push((child, own.part));
                } else if is_inherited(own, &each) {
                    state.change_constraint(child, &own.name, |own| own.inherited -= 1);
                    if own.inherited == 1 && !own.is_local {
                        pending.push((child, own.part));
                    }
                }
            }
        }
    }
}

pub(crate) fn is_inherited(own: &Constraint, each: &Constraint) -> bool {
    if own.kind != each.kind || own.inherited == 0 || !each.is_inheritable {
        return false;
    }
    match own.kind {
        "check" => own.name == each.name,
        kind => kind == "not_null" && own.columns == each.columns,
    }
}

/// Drops a column with its constraints, indexes and sequence; what is to be dropped besides.
pub(crate) fn drop_column(state: &mut State, id: Id, column: &Column, is_cascading: bool) -> Vec<Id> {
    let mut more = Vec::new();
    let mut pending = vec![(id, column.name.clone())];
    while let Some((owner, name)) = pending.pop() {
        let table_name = state.record(owner).name.clone();
        let Some(table) = state.table(owner) else { continue };
        let Some(each) = table.columns.get(&name).map(Arc::clone) else { continue };
        let constraints: Vec<Arc<Constraint>> = table
            .constraints
            .iter()
            .filter(|made| {
                made.columns.contains(&name)
                    || made.include.contains(&name)
                    || expression_mentions(made, &name, &table_name)
            })
            .map(Arc::clone)
            .collect();
        state.remove_column(owner, &name);
        for made in constraints {
            drop_constraint_record(state, owner, &made.name);
            if matches!(made.kind, "primary_key" | "unique") {
                drop_referring(state, owner, &made.columns);
            }
        }
        for other in state.belonging(owner) {
            let is_on = match &state.record(other).body {
                Body::Index(index) => {
                    index.keys.iter().any(|key| match &key.column {
                        Some(column) => *column == name,
                        None => mentions(&key.expression, &name, &table_name),
                    }) || index.include.contains(&name)
                        || index.r#where.as_ref().is_some_and(|text| mentions(text, &name, &table_name))
                }
                Body::Trigger(trigger) => {
                    trigger.update_columns.contains(&name)
                        || trigger.when.as_ref().is_some_and(|text| row_mentions(text, &name))
                }
                Body::Sequence(sequence) => {
                    sequence.owner_table == Some(owner) && sequence.owner_column == Some(each.part)
                }
                _ => false,
            };
            if is_on {
                more.push(other);
            }
        }
        for need in state.dependents_of(owner).filter(|need| need.kind == "definition") {
            if has_statistics_of(state.record(need.source), &name, &table_name) {
                more.push(need.source);
            }
        }
        if is_cascading {
            more.extend(naming_column(state, owner, &name));
            let generated = state.table(owner).into_iter().flat_map(|table| table.columns.worked_out());
            pending.extend(
                generated
                    .filter(|other| {
                        other.generated.as_ref().is_some_and(|text| mentions(text, &name, &table_name))
                    })
                    .map(|other| (owner, other.name.clone())),
            );
        }
        state.forget(owner, &[], Some(each.part));
        for child in state.children(owner) {
            let own = state.table(child).and_then(|table| table.columns.get(&name)).map(Arc::clone);
            let Some(own) = own.filter(|own| own.inherited > 0) else { continue };
            let is_gone = own.inherited == 1 && !own.is_local;
            state.change_column(child, &name, |own| own.inherited -= 1);
            if is_gone {
                pending.push((child, name.clone()));
            }
        }
    }
    more.retain(|id| !state.record(*id).is_dropped);
    more
}

fn expression_mentions(made: &Constraint, name: &str, table: &str) -> bool {
    let keys = made.keys.iter().filter(|key| key.column.is_none()).map(|key| &key.expression);
    made.expression.iter().chain(&made.r#where).chain(keys).any(|text| mentions(text, name, table))
}

/// Drops the foreign keys that refer to columns that are no key any more.
pub(crate) fn drop_referring(state: &mut State, id: Id, columns: &[Text]) {
    let referring: Vec<(Id, PartId)> = state
        .dependents_of(id)
        .filter(|need| need.kind == "foreign_key")
        .filter_map(|need| Some((need.source, need.part?)))
        .collect();
    for (source, part) in referring {
        let made = state.table(source).and_then(|table| constraint_of(&table.constraints, part));
        if made.is_some_and(|made| made.referenced_columns == columns) {
            drop_constraint_tree(state, source, part);
        }
    }
}
