//! Constraints: as they are read, and as they become part of a table.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::edges::{Link, add_references, called};
use super::implied::{constraint_name, joined_names, relation_name};
use super::indexes::{joined_key_names, no_column, read_key};
use super::reading::{Name, Outcome, Reader, Source, unmodelled};
use super::records::{Constraint, Id, Index, Key, Record, ReplicaIdentity, Table};
use super::references::columns_in;
use super::schema::Text;
use super::settings::read_parameters;
use super::state::{DEFINED, MISSING, State};
use super::text::{expression_text, text_of};

const ACTIONS: [(&[&str], &str); 5] = [
    (&["no", "action"], "no action"),
    (&["restrict"], "restrict"),
    (&["cascade"], "cascade"),
    (&["set", "null"], "set null"),
    (&["set", "default"], "set default"),
];

/// A constraint as it is written.
#[derive(Debug, Clone)]
pub(crate) struct ConstraintSpec<'a> {
    /// What is known of it by itself.
    pub(crate) constraint: Constraint,
    /// The tokens of a check's condition, or of an exclusion's predicate.
    pub(crate) expression: Option<Source<'a>>,
    /// The tokens of an exclusion's keys.
    pub(crate) keys: Vec<Source<'a>>,
    /// The index that becomes that of the constraint.
    pub(crate) using_index: Option<Text>,
}

impl ConstraintSpec<'_> {
    pub(crate) fn of(constraint: Constraint) -> Self {
        Self { constraint, expression: None, keys: Vec::new(), using_index: None }
    }
}

/// Whether a constraint of a table is next, and no column.
pub(crate) fn is_table_constraint(reader: &Reader<'_>) -> bool {
    match reader.word(0) {
        "constraint" | "check" | "unique" | "foreign" => true,
        "primary" => reader.word(1) == "key",
        "not" => reader.word(1) == "null",
        "exclude" => reader.is_sign_at("(", 1) || reader.word(1) == "using",
        _ => false,
    }
}

/// Goes past a constraint of a column, without its attributes; None if there is none.
pub(crate) fn read_column_constraint<'a>(
    reader: &mut Reader<'a>,
    column: &Text,
    name: Text,
) -> Outcome<Option<ConstraintSpec<'a>>> {
    let mut spec = ConstraintSpec::of(Constraint::new(0, ""));
    let made = &mut spec.constraint;
    made.name = name;
    made.columns = vec![column.clone()];
    if reader.take(&["not", "null"]) {
        made.kind = "not_null";
        made.is_inheritable = !reader.take(&["no", "inherit"]);
    } else if reader.take_word("unique") {
        made.kind = "unique";
        read_nulls(reader, made)?;
        read_index_parameters(reader, made)?;
    } else if reader.take(&["primary", "key"]) {
        made.kind = "primary_key";
        read_index_parameters(reader, made)?;
    } else if reader.take_word("check") {
        made.kind = "check";
        made.columns.clear();
        spec.expression = Some(Source::Read(reader.group()?.bare()));
    } else if reader.take_word("references") {
        made.kind = "foreign_key";
        read_references(reader, made)?;
    } else {
        return Ok(None);
    }
    Ok(Some(spec))
}

/// Goes past a constraint of a table, to the end.
pub(crate) fn read_table_constraint<'a>(reader: &mut Reader<'a>) -> Outcome<ConstraintSpec<'a>> {
    let mut spec = ConstraintSpec::of(Constraint::new(0, ""));
    if reader.take_word("constraint") {
        spec.constraint.name = reader.identifier()?;
    }
    let made = &mut spec.constraint;
    if reader.take_word("check") {
        made.kind = "check";
        spec.expression = Some(Source::Read(reader.group()?.bare()));
    } else if reader.take(&["not", "null"]) {
        made.kind = "not_null";
        made.columns = vec![reader.identifier()?];
    } else if reader.take(&["foreign", "key"]) {
        made.kind = "foreign_key";
        (made.columns, made.is_period) = period_columns(reader.group()?)?;
        reader.expect(&["references"])?;
        read_references(reader, made)?;
    } else if reader.take_word("exclude") {
        made.kind = "exclusion";
        read_exclusion(reader, &mut spec)?;
    } else if reader.take_word("unique") || reader.are_words(&["primary", "key"]) {
        made.kind = if reader.take(&["primary", "key"]) { "primary_key" } else { "unique" };
        if reader.take(&["using", "index"]) {
            spec.using_index = Some(reader.identifier()?);
        } else {
            read_nulls(reader, made)?;
            (made.columns, made.is_period) = overlaps_columns(reader.group()?)?;
            read_index_parameters(reader, made)?;
        }
    } else {
        return Err(reader.refused("a constraint"));
    }
    while !reader.is_done() {
        if !read_attributes(reader, &mut spec.constraint) {
            return Err(reader.refused("an attribute of a constraint"));
        }
    }
    Ok(spec)
}

/// Goes past an attribute of a constraint, if one is next.
pub(crate) fn read_attributes(reader: &mut Reader<'_>, made: &mut Constraint) -> bool {
    if reader.take(&["not", "deferrable"]) {
        (made.is_deferrable, made.is_deferred) = (false, false);
    } else if reader.take_word("deferrable") {
        made.is_deferrable = true;
    } else if reader.take(&["initially", "deferred"]) {
        (made.is_deferrable, made.is_deferred) = (true, true);
    } else if reader.take(&["initially", "immediate"]) {
        made.is_deferred = false;
    } else if reader.take(&["not", "valid"]) {
        made.is_valid = false;
    } else if reader.take(&["no", "inherit"]) {
        made.is_inheritable = false;
    } else if reader.take(&["not", "enforced"]) {
        (made.is_enforced, made.is_valid) = (false, false);
    } else if reader.take_word("enforced") {
        made.is_enforced = true;
    } else {
        return false;
    }
    true
}

fn read_nulls(reader: &mut Reader<'_>, made: &mut Constraint) -> Outcome<()> {
    if reader.take_word("nulls") {
        made.nulls_not_distinct = reader.take_word("not");
        reader.expect(&["distinct"])?;
    }
    Ok(())
}

fn read_index_parameters(reader: &mut Reader<'_>, made: &mut Constraint) -> Outcome<()> {
    if reader.take_word("include") {
        made.include = reader.columns()?;
    }
    if reader.take_word("with") {
        made.options = read_parameters(reader.group()?)?;
    }
    if reader.take(&["using", "index", "tablespace"]) {
        made.tablespace = Some(reader.identifier()?);
    }
    Ok(())
}

fn period_columns(mut group: Reader<'_>) -> Outcome<(Vec<Text>, bool)> {
    let mut names = Vec::new();
    let mut is_period = false;
    for mut item in group.items()? {
        if item.is_word("period") && item.is_name(1) {
            item.at += 1;
            is_period = true;
        }
        names.push(item.identifier()?);
        item.expect_end()?;
    }
    Ok((names, is_period))
}

fn overlaps_columns(mut group: Reader<'_>) -> Outcome<(Vec<Text>, bool)> {
    let mut names = Vec::new();
    let mut is_period = false;
    for mut item in group.items()? {
        names.push(item.identifier()?);
        is_period = item.take(&["without", "overlaps"]);
        item.expect_end()?;
    }
    if names.is_empty() {
        return Err(group.refused("a column"));
    }
    Ok((names, is_period))
}

fn read_references(reader: &mut Reader<'_>, made: &mut Constraint) -> Outcome<()> {
    made.referenced_name = Some(reader.name()?);
    if reader.is_group() {
        (made.referenced_columns, _) = period_columns(reader.group()?)?;
    }
    if reader.take_word("match") {
        made.r#match = reader.take_any(&["full", "partial", "simple"]);
        match made.r#match {
            "" => return Err(reader.refused("a match type")),
            "partial" => return unmodelled("PostgreSQL has no MATCH PARTIAL"),
            _ => {}
        }
    }
    while reader.take_word("on") {
        let event = reader.take_any(&["delete", "update"]);
        let action = ACTIONS.iter().find(|(words, _)| reader.take(words)).map(|(_, action)| *action);
        let Some(action) = action.filter(|_| !event.is_empty()) else {
            return Err(reader.refused("an action"));
        };
        let columns =
            if action.starts_with("set ") && reader.is_group() { reader.columns()? } else { Vec::new() };
        if event == "update" {
            made.on_update = action;
        } else {
            (made.on_delete, made.on_delete_columns) = (action, columns);
        }
    }
    Ok(())
}

fn read_exclusion<'a>(reader: &mut Reader<'a>, spec: &mut ConstraintSpec<'a>) -> Outcome<()> {
    let made = &mut spec.constraint;
    made.method = if reader.take_word("using") { Some(reader.identifier()?) } else { None };
    let mut group = reader.group()?;
    for mut item in group.items()? {
        let mut start = item;
        let mut key = read_key(&mut item)?;
        item.expect(&["with"])?;
        key.operator = Some(operator(&mut item)?);
        item.expect_end()?;
        made.keys.push(key);
        spec.keys.push(Source::Read(start.until(&["with"])));
    }
    if made.keys.is_empty() {
        return Err(reader.refused("a key"));
    }
    made.columns = made.keys.iter().filter_map(|key| key.column.clone()).collect();
    read_index_parameters(reader, made)?;
    if made.method.as_deref() == Some("btree") {
        made.method = None;
    }
    if reader.take_word("where") {
        spec.expression = Some(Source::Read(reader.group()?.bare()));
    }
    Ok(())
}

fn operator(reader: &mut Reader<'_>) -> Outcome<Text> {
    if reader.take_word("operator") {
        return Ok(text_of(&reader.group()?));
    }
    if reader.is_done() {
        return Err(reader.refused("an operator"));
    }
    let text = Text::new(reader.text(0));
    reader.at += 1;
    Ok(text)
}

/// Gives a table a constraint with a name.
pub(crate) fn register(state: &mut State, id: Id, mut made: Constraint) -> Outcome<()> {
    if state.table(id).is_some_and(|table| table.constraints.contains(&made.name)) {
        return unmodelled(DEFINED);
    }
    made.statement = made.statement.or(state.statement);
    let name = made.name.clone();
    state.change_table(id, |table| table.constraints.put(made));
    let schema = state.record(id).schema.clone();
    state.take_constraint_name(schema.as_ref(), &name);
    Ok(())
}

/// The not-null constraint of a column.
pub(crate) fn not_null_of<'a>(table: &'a Table, column: &str) -> Option<&'a Rc<Constraint>> {
    table
        .constraints
        .iter()
        .find(|made| made.kind == "not_null" && matches!(&made.columns[..], [only] if only == column))
}

/// Makes a column not-null, and gives the constraint's name.
pub(crate) fn add_not_null(state: &mut State, id: Id, mut made: Constraint) -> Outcome<Text> {
    let record = state.shared(id);
    let (Some(table), Some(column)) = (record.table(), made.columns.first()) else {
        return unmodelled(MISSING);
    };
    let Some(column) = table.columns.get(column) else { return unmodelled(MISSING) };
    let column = Rc::clone(column);
    let known = if column.is_not_null { not_null_of(table, &column.name).map(Rc::clone) } else { None };
    if let Some(known) = known {
        let schema = record.schema.clone();
        let owner = record.name.clone();
        drop(record);
        let mut name = known.name.clone();
        if made.is_local && !known.is_local && known.statement == state.statement {
            // What a new table says itself has a name of its own, and not that of its parent's.
            let schema = schema.as_ref();
            state.change_table(id, |table| {
                table.constraints.remove(&known.name);
            });
            state.forget_constraint_name(schema, &known.name);
            name = if made.name.is_empty() {
                let kept = state.shared(id);
                let others = kept.table().map(|table| &table.constraints);
                constraint_name(state, &owner, Some(&column.name), "not_null", schema, others)
            } else {
                made.name.clone()
            };
            register(state, id, Constraint { name: name.clone(), ..(*known).clone() })?;
        } else if !made.name.is_empty() && made.name != known.name && made.is_local {
            return unmodelled("the column has a not-null constraint of another name");
        }
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
        made.name = constraint_name(
            state,
            &record.name,
            Some(&column.name),
            "not_null",
            schema,
            Some(&table.constraints),
        );
    }
    drop(record);
    if made.part == 0 {
        made.part = state.new_part();
    }
    let name = made.name.clone();
    register(state, id, made)?;
    state.change_column(id, &column.name, |column| column.is_not_null = true);
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
    let mut made = spec.constraint;
    if made.kind == "not_null" {
        drop(record);
        return add_not_null(state, id, made);
    }
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
                made.expression = Some(source_text(expression)?);
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
            register(state, id, made)?;
            if let Some(expression) = &spec.expression {
                expression.with(|read| add_references(state, &read, Link::of_part(id, "check", part)))?;
            }
            name
        }
        "foreign_key" => {
            drop(record);
            add_foreign_key(state, id, made)?
        }
        _ => {
            drop(record);
            match &spec.using_index {
                Some(index) => adopt_index(state, id, made, index)?,
                None => add_indexed(state, id, made, &spec.keys, spec.expression.as_ref())?,
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

/// The text of an expression.
pub(crate) fn source_text(expression: &Source<'_>) -> Outcome<Text> {
    match expression {
        Source::Read(reader) => Ok(expression_text(reader)),
        Source::Text(text) => Ok(text.clone()),
    }
}

/// Gives a table a foreign key.
pub(crate) fn add_foreign_key(state: &mut State, id: Id, mut made: Constraint) -> Outcome<Text> {
    if made.name.is_empty() {
        let record = state.shared(id);
        let joined = joined_names(&made.columns);
        made.name = constraint_name(state, &record.name, Some(&joined), "fkey", record.schema.as_ref(), None);
    }
    let (part, key) = (made.part, made.name.clone());
    register(state, id, made)?;
    let path = Rc::clone(&state.path);
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
    let Some(made) = state.table(id).and_then(|table| table.constraints.get(key)).cloned() else {
        return true;
    };
    let mut referenced = made.referenced;
    if referenced.is_none()
        && let Some(name) = &made.referenced_name
    {
        referenced = state.relation_in(name, path).filter(|target| state.table(*target).is_some());
        if let Some(target) = referenced {
            state.change_constraint(id, key, |made| made.referenced = Some(target));
            state.need_object(id, target, "foreign_key", Some(made.part));
        } else if is_last {
            state.need_missing(id, called("table", name), "foreign_key", Some(made.part));
        }
    }
    let Some(target) = referenced else { return false };
    if made.referenced_columns.is_empty() {
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
    let Some(made) = state.table(id).and_then(|table| table.constraints.get(key)).cloned() else { return };
    let wanted: BTreeSet<&Text> = made.referenced_columns.iter().collect();
    let mut best = None;
    for candidate in state.indexes(target) {
        let Some(index) = state.index(candidate) else { continue };
        let columns: BTreeSet<&Text> = index.keys.iter().filter_map(|key| key.column.as_ref()).collect();
        let is_meant = index.is_unique
            && index.r#where.is_none()
            && index.keys.len() == wanted.len()
            && columns == wanted;
        if is_meant && index.constraint.is_some() {
            return;
        }
        if is_meant {
            best = best.or(Some(candidate));
        }
    }
    if let Some(index) = best {
        state.need_object(id, index, "foreign_key", Some(made.part));
    }
}

/// The primary key of a table.
pub(crate) fn primary_key(table: &Table) -> Option<&Rc<Constraint>> {
    table.constraints.iter().find(|made| made.kind == "primary_key")
}

fn add_indexed(
    state: &mut State,
    id: Id,
    mut made: Constraint,
    tokens: &[Source<'_>],
    predicate: Option<&Source<'_>>,
) -> Outcome<Text> {
    let record = state.shared(id);
    let Some(table) = record.table() else { return unmodelled(MISSING) };
    let schema = record.schema.clone().unwrap_or_else(|| Text::const_new("public"));
    let is_primary = made.kind == "primary_key";
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
    made.r#where = predicate.map(source_text).transpose()?;
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
    register(state, id, made)?;
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
fn adopt_index(state: &mut State, id: Id, mut made: Constraint, name: &Text) -> Outcome<Text> {
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
        made.name = state.record(found).name.clone();
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
    register(state, id, made)?;
    if is_primary {
        make_not_null(state, id, &columns)?;
    }
    Ok(name)
}

/// Takes a constraint from its table, with its index and what it needs.
pub(crate) fn drop_constraint_record(state: &mut State, id: Id, name: &str) {
    let Some(made) = state.table(id).and_then(|table| table.constraints.get(name)).cloned() else { return };
    state.change_table(id, |table| {
        table.constraints.remove(name);
        if made.kind == "not_null"
            && let Some(column) = made.columns.first()
        {
            table.columns.edit(column, |column| column.is_not_null = false);
        }
    });
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
