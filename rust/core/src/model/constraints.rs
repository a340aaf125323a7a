//! Constraints as they become part of a table.

use std::sync::Arc;

use super::constraint_specs::{ConstraintSpec, source_text};
use super::edges::{Link, add_references, called};
use super::implied::{constraint_name, joined_names, relation_name};
use super::indexes::{joined_key_names, no_column};
use super::mentions::columns_in;
use super::reading::{Name, Outcome, Reader, Source, unmodelled};
use super::records::{Constraint, Id, Index, Key, Record, ReplicaIdentity, Table};
use super::schema::Text;
use super::state::{DEFINED, MISSING, State};
use super::type_defaults::forget_usual_classes;

/// Gives a table a constraint with a name.
pub(crate) fn register(state: &mut State, id: Id, made: impl Into<Arc<Constraint>>) -> Outcome<()> {
    let mut made = made.into();
    if state.table(id).is_some_and(|table| table.constraints.contains(&made.name)) {
        return unmodelled(DEFINED);
    }
    if made.statement.is_none() {
        Arc::make_mut(&mut made).statement = state.statement;
    }
    let name = made.name.clone();
    state.add_constraint(id, made);
    let schema = state.record(id).schema.clone();
    state.take_constraint_name(schema.as_ref(), &name);
    Ok(())
}

/// The not-null constraint of a column.
pub(crate) fn not_null_of<'a>(table: &'a Table, column: &str) -> Option<&'a Arc<Constraint>> {
    table
        .constraints
        .iter()
        .find(|made| made.kind == "not_null" && matches!(&made.columns[..], [only] if only == column))
}

/// Makes a column not-null, and gives the constraint's name.
pub(crate) fn add_not_null(state: &mut State, id: Id, made: impl Into<Arc<Constraint>>) -> Outcome<Text> {
    let mut made = made.into();
    let record = state.shared(id);
    let (Some(table), Some(column)) = (record.table(), made.columns.first()) else {
        return unmodelled(MISSING);
    };
    let Some(column) = table.columns.get(column) else { return unmodelled(MISSING) };
    let known = if column.is_not_null { not_null_of(table, &column.name).map(Arc::clone) } else { None };
    let column = column.name.clone();
    if let Some(known) = known {
        let schema = record.schema.clone();
        let owner = record.name.clone();
        drop(record);
        let mut name = known.name.clone();
        if made.is_local && !known.is_local && known.statement == state.statement {
            // What a new table says itself has a name of its own, and not that of its parent's.
            let schema = schema.as_ref();
            state.remove_constraint(id, &known.name);
            state.forget_constraint_name(schema, &known.name);
            name = if made.name.is_empty() {
                let kept = state.shared(id);
                let others = kept.table().map(|table| &table.constraints);
                constraint_name(state, &owner, Some(&column), "not_null", schema, others)
            } else {
                made.name.clone()
            };
            register(state, id, Constraint { name: name.clone(), ..(*known).clone() })?;
        } else if !made.name.is_empty() && made.name != known.name && made.is_local {
            return unmodelled("the column has a not-null constraint of another name");
        }
        drop(known);
        state.change_constraint(id, &name, |known| {
            known.is_local |= made.is_local;
            known.inherited += made.inherited;
            known.is_valid |= made.is_valid;
            known.is_inheritable |= made.is_inheritable;
        });
        return Ok(name);
    }
    if made.name.is_empty() {
        let schema = record.schema.as_ref();
        let others = Some(&table.constraints);
        Arc::make_mut(&mut made).name =
            constraint_name(state, &record.name, Some(&column), "not_null", schema, others);
    }
    drop(record);
    if made.part == 0 {
        Arc::make_mut(&mut made).part = state.new_part();
    }
    let name = made.name.clone();
    register(state, id, made)?;
    state.change_column(id, &column, |column| column.is_not_null = true);
    Ok(name)
}

/// A not-null constraint that nothing gives a name.
pub(crate) fn plain_not_null(column: &Text) -> Constraint {
    Constraint { columns: vec![column.clone()], ..Constraint::new(0, "not_null") }
}

/// Gives a table a constraint, with its name, its index and what it needs; gives its name.
pub(crate) fn add_constraint(state: &mut State, id: Id, spec: ConstraintSpec<'_>) -> Outcome<Text> {
    let record = state.shared(id);
    let Some(table) = record.table() else { return unmodelled(MISSING) };
    let mut shared = spec.constraint;
    if shared.kind == "not_null" {
        drop(record);
        return add_not_null(state, id, shared);
    }
    let made = Arc::make_mut(&mut shared);
    if made.part == 0 {
        made.part = state.new_part();
    }
    for name in made.columns.iter().chain(&made.include) {
        if !table.columns.contains(name) {
            return unmodelled(no_column(name));
        }
    }
    let name = match made.kind {
        "check" => {
            if let Some(expression) = &spec.expression {
                made.expression = Some(source_text(expression));
            }
            if made.name.is_empty() {
                let mentions = match &spec.expression {
                    Some(expression) => expression.with(|read| Ok(columns_of(&read, &record.name, table)))?,
                    None => Vec::new(),
                };
                let label = if let [only] = &mentions[..] { Some(only.as_str()) } else { None };
                let schema = record.schema.as_ref();
                made.name =
                    constraint_name(state, &record.name, label, "check", schema, Some(&table.constraints));
            }
            let (part, name) = (made.part, made.name.clone());
            drop(record);
            register(state, id, shared)?;
            if let Some(expression) = &spec.expression {
                expression.with(|read| add_references(state, &read, Link::of_part(id, "check", part)))?;
            }
            name
        }
        "foreign_key" => {
            drop(record);
            add_foreign_key(state, id, shared)?
        }
        _ => {
            drop(record);
            match &spec.using_index {
                Some(index) => adopt_index(state, id, shared, index)?,
                None => add_indexed(state, id, shared, &spec.keys, spec.expression.as_ref())?,
            }
        }
    };
    Ok(name)
}

/// The columns of a table that an expression mentions, system columns among them.
pub(crate) fn columns_of(expression: &Reader<'_>, name: &str, table: &Table) -> Vec<Text> {
    let is_column = |column: &str| {
        table.columns.contains(column)
            || matches!(column, "tableoid" | "ctid" | "xmin" | "xmax" | "cmin" | "cmax")
    };
    columns_in(expression, is_column, name)
}

/// Gives a table a foreign key.
fn add_foreign_key(state: &mut State, id: Id, mut made: Arc<Constraint>) -> Outcome<Text> {
    if made.name.is_empty() {
        let record = state.shared(id);
        let joined = joined_names(&made.columns);
        Arc::make_mut(&mut made).name =
            constraint_name(state, &record.name, Some(&joined), "fkey", record.schema.as_ref(), None);
    }
    let (part, key) = (made.part, made.name.clone());
    register(state, id, made)?;
    let path = Arc::clone(&state.path);
    let statement = state.statement;
    if find_referenced(state, id, &key, &path, false) {
        return Ok(key);
    }
    let name = key.clone();
    state.later(move |state| {
        if state.record(id).is_dropped {
            return;
        }
        // It may have another name by now.
        let known = state.table(id).and_then(|table| {
            let named = table.constraints.get(&key).filter(|made| made.part == part);
            let found = named.or_else(|| table.constraints.iter().find(|made| made.part == part));
            found.map(|made| made.name.clone())
        });
        if let Some(known) = known {
            state.statement = statement;
            find_referenced(state, id, &known, &path, true);
        }
    });
    Ok(name)
}

/// Looks for the table of a foreign key, and for the columns of it; tells whether all is known.
fn find_referenced(state: &mut State, id: Id, key: &str, path: &[Text], is_last: bool) -> bool {
    let Some(made) = state.table(id).and_then(|table| table.constraints.get(key)) else { return true };
    let (part, has_columns) = (made.part, !made.referenced_columns.is_empty());
    let mut referenced = made.referenced;
    if referenced.is_none()
        && let Some(name) = &made.referenced_name
    {
        referenced = state.relation_in(name, path).filter(|target| state.table(*target).is_some());
        if let Some(target) = referenced {
            state.change_constraint(id, key, |made| made.referenced = Some(target));
            state.need_object(id, target, "foreign_key", Some(part));
        } else if is_last {
            let missing = called("table", name);
            state.need_missing(id, missing, "foreign_key", Some(part));
        }
    }
    let Some(target) = referenced else { return false };
    if !has_columns {
        let columns =
            state.table(target).and_then(|target| primary_key(target).map(|key| key.columns.clone()));
        let Some(columns) = columns else { return false };
        state.change_constraint(id, key, |made| made.referenced_columns = columns);
    }
    need_index(state, id, key, target);
    true
}

/// Says that a foreign key needs the unique index that it refers to, if that is no constraint's.
fn need_index(state: &mut State, id: Id, key: &str, target: Id) {
    let Some(made) = state.table(id).and_then(|table| table.constraints.get(key)) else { return };
    let part = made.part;
    let mut wanted: Vec<&Text> = made.referenced_columns.iter().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut best = None;
    for candidate in state.said_to_belong(target) {
        let Some(index) = state.index(candidate).filter(|index| index.table == target) else { continue };
        let has = |name: &Text| index.keys.iter().any(|key| key.column.as_ref() == Some(name));
        let is_meant = index.is_unique
            && index.r#where.is_none()
            && index.keys.len() == wanted.len()
            && wanted.iter().all(|name| has(name));
        if is_meant && index.constraint.is_some() {
            return;
        }
        if is_meant {
            best = best.or(Some(candidate));
        }
    }
    if let Some(index) = best {
        state.need_object(id, index, "foreign_key", Some(part));
    }
}

/// The primary key of a table.
pub(crate) fn primary_key(table: &Table) -> Option<&Arc<Constraint>> {
    table.constraints.iter().find(|made| made.kind == "primary_key")
}

fn add_indexed(
    state: &mut State,
    id: Id,
    mut shared: Arc<Constraint>,
    tokens: &[Source<'_>],
    predicate: Option<&Source<'_>>,
) -> Outcome<Text> {
    let record = state.shared(id);
    let Some(table) = record.table() else { return unmodelled(MISSING) };
    let schema = record.schema.clone().unwrap_or_else(|| Text::const_new("public"));
    let made = Arc::make_mut(&mut shared);
    let is_primary = made.kind == "primary_key";
    if !made.keys.is_empty() {
        let method = made.method.clone().unwrap_or_else(|| Text::const_new("btree"));
        forget_usual_classes(state, id, &method, &mut made.keys);
    }
    if is_primary && primary_key(table).is_some() {
        return unmodelled("there is a primary key already");
    }
    let keys: Vec<Key> = if made.keys.is_empty() {
        made.columns.iter().map(|name| Key { column: Some(name.clone()), ..Key::default() }).collect()
    } else {
        made.keys.clone()
    };
    if made.name.is_empty() {
        made.name = if is_primary {
            relation_name(state, &record.name, None, "pkey", &schema, true)
        } else {
            let joined = joined_key_names(&keys, tokens, &made.include);
            let label = if made.kind == "unique" { "key" } else { "excl" };
            relation_name(state, &record.name, Some(&joined), label, &schema, true)
        };
    }
    if predicate.is_some() {
        made.r#where = predicate.map(source_text);
    }
    let index = Index {
        table: id,
        keys,
        method: made.method.clone().unwrap_or_else(|| Text::const_new("btree")),
        is_unique: made.kind != "exclusion",
        constraint: Some(made.part),
        ..Index::default()
    };
    let index = state.add(Record::new("index", record.schema.clone(), made.name.clone(), index));
    drop(record);
    state.add_relation(index, false)?;
    state.belong(index, id);
    made.index = Some(index);
    let (part, name, columns) = (made.part, made.name.clone(), made.columns.clone());
    register(state, id, shared)?;
    for tokens in tokens.iter().chain(predicate) {
        tokens.with(|read| add_references(state, &read, Link::of_part(id, "index", part)))?;
    }
    if is_primary {
        make_not_null(state, id, &columns)?;
    }
    Ok(name)
}

fn make_not_null(state: &mut State, id: Id, columns: &[Text]) -> Outcome<()> {
    for column in columns {
        let table = state.table(id);
        if table.and_then(|table| table.columns.get(column)).is_some_and(|column| !column.is_not_null) {
            add_not_null(state, id, plain_not_null(column))?;
        }
    }
    Ok(())
}

/// Makes an index that of a constraint, which gives it its name (`USING INDEX`).
fn adopt_index(state: &mut State, id: Id, mut shared: Arc<Constraint>, name: &Text) -> Outcome<Text> {
    let made = Arc::make_mut(&mut shared);
    let record = state.shared(id);
    let found = state.relation(&Name { schema: record.schema.clone(), name: name.clone() });
    let Some((found, index)) = found.and_then(|found| Some((found, state.index(found)?.clone()))) else {
        return unmodelled(MISSING);
    };
    if index.table != id || index.constraint.is_some() {
        return unmodelled(MISSING);
    }
    if !index.is_unique || index.r#where.is_some() || index.keys.iter().any(|key| key.column.is_none()) {
        return unmodelled("the index cannot be that of a constraint");
    }
    if made.name.is_empty() {
        made.name.clone_from(&state.record(found).name);
    }
    made.columns = index.keys.iter().filter_map(|key| key.column.clone()).collect();
    made.include = index.include;
    made.options = index.options;
    made.tablespace = index.tablespace;
    made.nulls_not_distinct = index.nulls_not_distinct;
    let is_primary = made.kind == "primary_key";
    if is_primary && record.table().is_some_and(|table| primary_key(table).is_some()) {
        return unmodelled("there is a primary key already");
    }
    let schema = state.record(found).schema.clone();
    state.rename(found, schema.as_ref(), &made.name)?;
    let part = made.part;
    if let Some(index) = state.change(found).index_mut() {
        index.constraint = Some(part);
    }
    made.index = Some(found);
    let (name, columns) = (made.name.clone(), made.columns.clone());
    register(state, id, shared)?;
    if is_primary {
        make_not_null(state, id, &columns)?;
    }
    Ok(name)
}

/// Takes a constraint from its table, with its index and what it needs.
pub(crate) fn drop_constraint_record(state: &mut State, id: Id, name: &str) {
    let Some(made) = state.table(id).and_then(|table| table.constraints.get(name)).cloned() else { return };
    state.remove_constraint(id, name);
    if made.kind == "not_null"
        && let Some(column) = made.columns.first()
    {
        state.change_column(id, column, |column| column.is_not_null = false);
    }
    let schema = state.record(id).schema.clone();
    state.forget_constraint_name(schema.as_ref(), &made.name);
    state.forget(id, &[], Some(made.part));
    if let Some(index) = made.index {
        drop_index_record(state, index);
    }
}

/// Takes an index from its table.
pub(crate) fn drop_index_record(state: &mut State, id: Id) {
    let record = state.shared(id);
    let Some(index) = record.index() else { return };
    let key = (record.schema.clone().unwrap_or_default(), record.name.clone());
    state.put_relation(key, None);
    state.forget(id, &[], None);
    state.change(id).is_dropped = true;
    let table = state.record(index.table);
    let is_clustered = table.relation().is_some_and(|table| table.clustered_on == Some(id));
    let is_identity = table.table().is_some_and(|table| table.replica_identity == ReplicaIdentity::Index(id));
    if is_clustered && let Some(relation) = state.change(index.table).relation_mut() {
        relation.clustered_on = None;
    }
    if is_identity {
        state.change_table(index.table, |table| table.replica_identity = ReplicaIdentity::Nothing);
    }
}
