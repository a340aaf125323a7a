//! `CREATE TABLE` and `CREATE FOREIGN TABLE`.

use std::sync::Arc;

use super::columns::{Clauses, ColumnSpec, read_column};
use super::constraint_specs::{ConstraintSpec, is_table_constraint, read_table_constraint};
use super::constraints::plain_not_null;
use super::edges::{Link, add_references, need_collation};
use super::indexes::no_column;
use super::inheritance::{add_children_link, inherit_constraints, merge_parents};
use super::like::{LikeSpec, copy_like_later, expand_like, read_like};
use super::mentions::name_in_string;
use super::partition_bounds::{bound_text, read_bound};
use super::partitions::partition_from_parent;
use super::privileges::made;
use super::reading::{Kind, Name, Outcome, Reader, shown, string_of, unmodelled};
use super::records::{Column, Id, Record, Relation, Settings, Table};
use super::schema::Text;
use super::sequences::{column_sequence, read_persistence};
use super::settings::{read_fdw_options, read_parameters};
use super::starred_views::expand_stars;
use super::state::{MISSING, State};
use super::statement::Statement;
use super::table_constraints::add_constraints;
use super::text::{expression_text, text_of};
use super::type_defaults::{forget_usual_partition_classes, forget_usual_storage};

/// A column, a `LIKE` clause or a constraint.
enum Element<'a> {
    Column(Box<ColumnSpec<'a>>),
    Like(LikeSpec),
    Constraint(Box<ConstraintSpec<'a>>),
}

/// A table as it is written.
#[derive(Default)]
pub(crate) struct TableSpec<'a> {
    elements: Vec<Element<'a>>,
    of_type: Option<Name>,
    parents: Vec<Name>,
    partition_of: Option<Name>,
    bound: Option<Reader<'a>>,
    partition_by: Option<Text>,
    partition_tokens: Option<Reader<'a>>,
    method: Option<Text>,
    options: Settings,
    tablespace: Option<Text>,
    server: Option<Text>,
    /// Whether it says `ON COMMIT DROP`.
    ends_with_transaction: bool,
}

/// `CREATE [TEMPORARY | UNLOGGED | FOREIGN] TABLE [IF NOT EXISTS] name …`.
pub(crate) fn create_table(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["create"])?;
    let is_foreign = reader.take_word("foreign");
    let persistence = read_persistence(&mut reader);
    reader.expect(&["table"])?;
    reader.take(&["if", "not", "exists"]);
    let name = reader.name()?;
    let spec = read(&mut reader, is_foreign)?;
    reader.expect_end()?;
    apply_table(state, name, spec, persistence, is_foreign, statement.has_form())
}

fn read<'a>(reader: &mut Reader<'a>, is_foreign: bool) -> Outcome<TableSpec<'a>> {
    let mut spec = TableSpec::default();
    let mut has_types = true;
    if reader.take_word("of") {
        spec.of_type = Some(reader.name()?);
        has_types = false;
    } else if reader.take(&["partition", "of"]) {
        spec.partition_of = Some(reader.name()?);
        has_types = false;
    }
    if reader.is_group() {
        for item in reader.group()?.items()? {
            spec.elements.push(read_element(item, has_types)?);
        }
    } else if has_types {
        return Err(reader.refused("'('"));
    }
    if spec.partition_of.is_some() {
        spec.bound = Some(read_bound(reader)?);
    }
    if reader.take_word("inherits") {
        let mut group = reader.group()?;
        spec.parents = group.names()?;
        group.expect_end()?;
    }
    if is_foreign {
        reader.expect(&["server"])?;
        spec.server = Some(reader.identifier()?);
        if reader.take_word("options") {
            spec.options = read_fdw_options(reader.group()?)?;
        }
        return Ok(spec);
    }
    if reader.take(&["partition", "by"]) {
        let start = reader.at;
        if !reader.is_name(0) {
            return Err(reader.refused("a strategy"));
        }
        reader.at += 1;
        spec.partition_tokens = Some(reader.group()?);
        spec.partition_by = Some(partition_text(reader.part(start, reader.at))?);
    }
    read_storage(reader, &mut spec)?;
    Ok(spec)
}

/// Goes past how and how long a table is stored.
pub(crate) fn read_storage(reader: &mut Reader<'_>, spec: &mut TableSpec<'_>) -> Outcome<()> {
    if reader.take_word("using") {
        spec.method = Some(reader.identifier()?);
    }
    if reader.take_word("with") {
        spec.options = read_parameters(reader.group()?)?;
        // PostgreSQL accepts it for the sake of old dumps, and forgets it.
        spec.options.remove("oids");
    } else {
        reader.take(&["without", "oids"]);
    }
    if reader.take(&["on", "commit"]) {
        let what = reader.take_any(&["drop", "preserve", "delete"]);
        if what.is_empty() || (what != "drop" && !reader.take_word("rows")) {
            return Err(reader.refused("what to do on commit"));
        }
        spec.ends_with_transaction = what == "drop";
    }
    if reader.take_word("tablespace") {
        spec.tablespace = Some(reader.identifier()?);
    }
    Ok(())
}

fn partition_text(mut reader: Reader<'_>) -> Outcome<Text> {
    let strategy = reader.text(0);
    reader.at += 1;
    let items: Vec<Text> = reader.group()?.items()?.iter().map(text_of).collect();
    Ok(Text::from(format!("{strategy} ({})", items.join(", "))))
}

fn read_element(mut item: Reader<'_>, has_type: bool) -> Outcome<Element<'_>> {
    if item.is_word("like") && item.is_name(1) {
        return Ok(Element::Like(read_like(&mut item)?));
    }
    if is_table_constraint(&item) {
        return Ok(Element::Constraint(Box::new(read_table_constraint(&mut item)?)));
    }
    Ok(Element::Column(read_column(item, has_type)?))
}

/// Makes a table of what was written.
pub(crate) fn apply_table(
    state: &mut State,
    name: Name,
    spec: TableSpec<'_>,
    persistence: &'static str,
    is_foreign: bool,
    may_exist: bool,
) -> Outcome<()> {
    let schema = state.schema_of(&name, persistence == "temporary")?;
    let persistence = if schema == "pg_temp" { "temporary" } else { persistence };
    if may_exist && state.relations.contains_key(&(schema.clone(), name.name.clone())) {
        return Ok(());
    }
    let table = Table {
        relation: Relation {
            persistence,
            options: spec.options,
            tablespace: spec.tablespace,
            access_method: spec.method,
            clustered_on: None,
        },
        partition_by: spec.partition_by,
        server: spec.server,
        ..Table::default()
    };
    let kind = if is_foreign { "foreign_table" } else { "table" };
    let id = state.add(Record::new(kind, Some(schema), name.name, table));
    state.add_relation(id, true)?;
    made(state, id);
    if spec.ends_with_transaction {
        state.note_ending(id);
    }
    let server = state.table(id).and_then(|table| state.other("foreign_server", table.server.as_ref()?));
    if let Some(server) = server {
        state.need_object(id, server, "definition", None);
    }
    let mut parents = Vec::with_capacity(spec.parents.len());
    for parent in &spec.parents {
        parents.push(find_parent(state, parent)?);
    }
    if let Some(parent) = &spec.partition_of {
        let parent = find_parent(state, parent)?;
        if state.table(parent).is_none_or(|parent| parent.partition_by.is_none()) {
            return unmodelled("its parent is not partitioned");
        }
        parents = vec![parent];
        if let Some(bound) = &spec.bound {
            let bound = bound_text(state, bound, parent)?;
            state.change_table(id, |table| table.bound = Some(bound));
        }
    }
    merge_parents(state, id, &parents);
    if let Some(name) = &spec.of_type {
        of_type(state, id, name)?;
    }
    let mut pending = Vec::new();
    let mut likes = Vec::new();
    for element in spec.elements {
        match element {
            Element::Column(column) => pending.extend(add_column(state, id, *column)?),
            Element::Constraint(constraint) => pending.push(*constraint),
            Element::Like(like) => {
                let (source, constraints) = expand_like(state, id, &like)?;
                pending.extend(constraints);
                likes.push((like, source));
            }
        }
    }
    forget_usual_partition_classes(state, id);
    for parent in &parents {
        add_children_link(state, id, *parent);
    }
    if let Some(tokens) = &spec.partition_tokens {
        add_references(state, tokens, Link::new(id, "definition"))?;
    }
    let inherited = inherit_constraints(state, id, &parents)?;
    if let (Some(_), [parent]) = (&spec.partition_of, &parents[..]) {
        partition_from_parent(state, id, *parent)?;
    }
    add_constraints(state, id, pending, &inherited)?;
    for (like, source) in likes {
        copy_like_later(state, id, &like, source)?;
    }
    Ok(())
}

fn find_parent(state: &State, name: &Name) -> Outcome<Id> {
    match state.relation(name).filter(|parent| state.table(*parent).is_some()) {
        Some(parent) => Ok(parent),
        None => unmodelled(MISSING),
    }
}

fn of_type(state: &mut State, id: Id, name: &Name) -> Outcome<()> {
    let Some(found) = state.type_named(name) else { return unmodelled(MISSING) };
    let record = state.shared(found);
    let Some(of) = record.r#type().filter(|of| of.form == "composite") else { return unmodelled(MISSING) };
    state.change_table(id, |table| table.of_type = Some(found));
    state.need_object(id, found, "type", None);
    for attribute in of.attributes.iter() {
        let part = state.new_part();
        let column = Column::new(part, attribute.name.clone(), attribute.r#type)
            .collated(attribute.collation.as_ref());
        state.change_table(id, |table| table.columns.put(column));
        state.resolve(attribute.r#type, id, "type", Some(part));
    }
    Ok(())
}

/// Gives a new table a column; its constraints are still to be added.
fn add_column<'a>(state: &mut State, id: Id, spec: ColumnSpec<'a>) -> Outcome<Vec<ConstraintSpec<'a>>> {
    let name = spec.column.name.clone();
    let known = state.table(id).and_then(|table| table.columns.get(&name)).cloned();
    let Some(known) = known else {
        if !spec.has_type {
            return unmodelled(no_column(&name));
        }
        return new_column(state, id, spec);
    };
    if spec.has_type && (known.inherited == 0 || known.is_local) {
        return unmodelled(format!("column {} is defined twice", shown(&name)));
    }
    // It is merged with the one that parents have, or adds to that of a type.
    let said = &spec.clauses;
    let is_filled = said.default.is_some() || said.identity.is_some() || said.generated.is_some();
    if is_filled {
        state.forget(id, &["default", "generated"], Some(known.part));
    }
    state.change_column(id, &name, |known| {
        known.is_local |= known.inherited > 0 && spec.has_type;
        let details = &mut **known;
        for (known, said) in [
            (&mut details.storage, &spec.column.storage),
            (&mut details.compression, &spec.column.compression),
            (&mut details.collation, &spec.column.collation),
        ] {
            if said.is_some() {
                known.clone_from(said);
            }
        }
        if !spec.column.options.is_empty() {
            known.options.clone_from(&spec.column.options);
        }
        if is_filled {
            (known.default, known.generated, known.default_sequence) = (None, None, None);
        }
        if spec.clauses.generated.is_some() {
            known.is_virtual = spec.column.is_virtual;
        }
    });
    drop(known);
    apply_column(state, id, &name, spec.clauses)
}

/// Gives a column its default and sequence; the constraints that are to be added.
fn apply_column<'a>(
    state: &mut State,
    id: Id,
    name: &Text,
    clauses: Clauses<'a>,
) -> Outcome<Vec<ConstraintSpec<'a>>> {
    let mut constraints = clauses.constraints;
    let column =
        state.table(id).and_then(|table| table.columns.get(name)).map(|column| (column.part, column.r#type));
    let Some((part, type_id)) = column else { return Ok(constraints) };
    forget_usual_storage(state, id, name);
    if let Some(default) = &clauses.default {
        set_default(state, id, name, default)?;
    }
    if let Some(generated) = &clauses.generated {
        let text = expression_text(generated);
        state.change_column(id, name, |column| column.generated = Some(text));
        add_references(state, generated, Link::of_part(id, "generated", part))?;
    }
    if let Some(serial) = clauses.serial {
        let sequence_type = sequence_type(serial);
        let sequence = column_sequence(state, id, (name, part), sequence_type, None)?;
        state.change_column(id, name, |column| column.default_sequence = Some(sequence));
        state.need_object(id, sequence, "default", Some(part));
        want_not_null(&mut constraints, name);
    }
    if let Some((identity, options)) = &clauses.identity {
        let sequence_type = sequence_type(&state.type_ref(type_id).base.clone());
        state.change_column(id, name, |column| column.identity = Some(identity));
        let sequence = column_sequence(state, id, (name, part), sequence_type, Some(options))?;
        if let Some(sequence) = state.change(sequence).sequence_mut() {
            sequence.is_identity = true;
        }
        want_not_null(&mut constraints, name);
    }
    Ok(constraints)
}

/// The type of a sequence for a column of a type.
pub(crate) fn sequence_type(base: &str) -> &'static str {
    match base {
        "int2" => "smallint",
        "int4" => "integer",
        _ => "bigint",
    }
}

/// Gives a column a default.
pub(crate) fn set_default(state: &mut State, id: Id, name: &str, tokens: &Reader<'_>) -> Outcome<()> {
    let mut part = 0;
    if let Some(sequence) = called_sequence(state, *tokens) {
        state.change_column(id, name, |column| {
            part = column.part;
            (column.default, column.default_sequence) = (None, Some(sequence));
        });
        state.need_object(id, sequence, "default", Some(part));
        return Ok(());
    }
    let text = expression_text(tokens);
    state.change_column(id, name, |column| {
        part = column.part;
        column.default = Some(text);
        column.default_sequence = None;
    });
    add_references(state, tokens, Link::of_part(id, "default", part))
}

/// The sequence of which a default is the next value, and nothing else.
fn called_sequence(state: &State, tokens: Reader<'_>) -> Option<Id> {
    let mut call = tokens.bare();
    if call.is_word("pg_catalog") && call.is_sign_at(".", 1) {
        call.at += 2;
    }
    if !call.take_word("nextval") || !call.is_group() {
        return None;
    }
    let mut group = call.group().ok()?;
    if !call.is_done() || group.kind(0) != Some(Kind::String) {
        return None;
    }
    let (name, _) = name_in_string(&string_of(group.text(0))?)?;
    group.at += 1;
    if group.take_sign("::") && group.name().ok()?.name != "regclass" {
        return None;
    }
    if !group.is_done() {
        return None;
    }
    state.relation(&name).filter(|found| state.sequence(*found).is_some())
}

fn want_not_null(constraints: &mut Vec<ConstraintSpec<'_>>, column: &Text) {
    if !constraints.iter().any(|spec| spec.constraint.kind == "not_null") {
        constraints.insert(0, ConstraintSpec::of(plain_not_null(column)));
    }
}

/// Gives a table a column that it has not; its constraints are still to be added.
pub(crate) fn new_column<'a>(
    state: &mut State,
    id: Id,
    mut spec: ColumnSpec<'a>,
) -> Outcome<Vec<ConstraintSpec<'a>>> {
    let part = state.new_part();
    let type_id = state.add_type(spec.r#type);
    let column = Arc::make_mut(&mut spec.column);
    (column.part, column.r#type) = (part, type_id);
    let (name, collation) = (column.name.clone(), column.collation.clone());
    expand_stars(state, id);
    state.add_column(id, spec.column);
    state.resolve(type_id, id, "type", Some(part));
    need_collation(state, collation.as_ref(), Link::of_part(id, "type", part));
    apply_column(state, id, &name, spec.clauses)
}
