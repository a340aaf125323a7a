//! What tables get from others: from parents, from partitioned tables, and by `LIKE`.

use std::collections::HashSet;
use std::rc::Rc;

use super::constraints::{ConstraintSpec, add_constraint, add_not_null, not_null_of, register};
use super::definitions::copy_statistics;
use super::dropping::drop_trigger;
use super::edges::{Link, add_references};
use super::implied::{constraint_name, joined_names};
use super::indexes::{add_index, index_name, key_text, no_column};
use super::named::Named;
use super::reading::{Name, Outcome, Reader, Source, shown, unmodelled, with_reader};
use super::records::{Column, Constraint, Id, Index, Need, PartId, Record, Table};
use super::references::column_at;
use super::schema::Text;
use super::sequences::{Options, column_sequence};
use super::state::{MISSING, OtherKey, State};

const LIKE_OPTIONS: [&str; 9] = [
    "comments",
    "compression",
    "constraints",
    "defaults",
    "generated",
    "identity",
    "indexes",
    "statistics",
    "storage",
];

/// `LIKE table [INCLUDING …]`.
#[derive(Debug, Clone)]
pub(crate) struct LikeSpec {
    name: Name,
    options: Vec<&'static str>,
}

impl LikeSpec {
    fn includes(&self, option: &str) -> bool {
        self.options.contains(&option)
    }
}

/// Goes past a `LIKE` clause.
pub(crate) fn read_like(reader: &mut Reader<'_>) -> Outcome<LikeSpec> {
    reader.expect(&["like"])?;
    let name = reader.name()?;
    let mut options: Vec<&'static str> = Vec::new();
    while !reader.is_done() {
        let verb = reader.take_any(&["including", "excluding"]);
        let is_all = reader.take_word("all");
        let option = if is_all { "all" } else { reader.take_any(&LIKE_OPTIONS) };
        if verb.is_empty() || option.is_empty() {
            return Err(reader.refused("INCLUDING or EXCLUDING"));
        }
        options.retain(|known| !is_all && *known != option);
        if verb == "including" {
            if is_all {
                options.extend(LIKE_OPTIONS);
            } else {
                options.push(option);
            }
        }
    }
    Ok(LikeSpec { name, options })
}

/// Gives a new table the columns of its parents (`MergeAttributes`).
pub(crate) fn merge_parents(state: &mut State, id: Id, parents: &[Id]) {
    for parent in parents {
        let record = state.shared(*parent);
        let Some(from) = record.table() else { continue };
        for column in from.columns.iter() {
            let known = state.table(id).and_then(|table| table.columns.get(&column.name)).cloned();
            if let Some(known) = known {
                let takes =
                    known.default.is_none() && known.default_sequence.is_none() && column.default.is_some();
                state.change_column(id, &column.name, |known| {
                    known.inherited += 1;
                    if takes {
                        known.default.clone_from(&column.default);
                    }
                });
                if takes {
                    copy_needs(state, *parent, column.part, id, known.part, &["default"]);
                }
                continue;
            }
            let part = state.new_part();
            let is_identity = from.partition_by.is_some() && column.identity.is_some();
            let made = Column {
                collation: column.collation.clone(),
                default: column.default.clone(),
                default_sequence: column.default_sequence,
                generated: column.generated.clone(),
                is_virtual: column.is_virtual,
                storage: column.storage.clone(),
                compression: column.compression.clone(),
                inherited: 1,
                is_local: false,
                identity: if is_identity { column.identity } else { None },
                ..Column::new(part, column.name.clone(), column.r#type)
            };
            state.change_table(id, |table| table.columns.put(made));
            copy_needs(state, *parent, column.part, id, part, &[]);
        }
    }
}

/// Says that a part of a table needs what a part of another one does; all of it, if no kinds are given.
fn copy_needs(state: &mut State, from: Id, from_part: PartId, to: Id, part: PartId, kinds: &[&str]) {
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
    state.belong(id, parent);
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
        if let Some(known) = not_null_of(table, column) {
            let is_partition = table.bound.is_some();
            state.change_constraint(id, &known.name, |known| {
                known.inherited += 1;
                known.is_inheritable |= is_partition;
            });
            return Ok(known.name.clone());
        }
        let is_taken = table.constraints.contains(&made.name);
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
        state.change_constraint(id, &made.name, |known| known.inherited += 1);
        return Ok(made.name.clone());
    }
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
pub(crate) fn constraint_of(constraints: &Named<Constraint>, part: PartId) -> Option<&Rc<Constraint>> {
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
fn bare_copy(source: &Constraint) -> Constraint {
    Constraint { part: 0, name: Text::default(), index: None, statement: None, ..source.clone() }
}

/// A constraint with what it says as text.
fn with_texts<'a>(made: Constraint) -> ConstraintSpec<'a> {
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

fn copy_index(state: &mut State, id: Id, table: Id, parent: Option<Id>) -> Outcome<Id> {
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
    let mut pending = vec![(parent, made.clone(), id)];
    while let Some((parent, made, id)) = pending.pop() {
        if let Some(child) = clone_one_foreign_key(state, parent, &made, id)?
            && state.table(id).is_some_and(|table| table.partition_by.is_some())
        {
            pending.extend(state.children(id).into_iter().rev().map(|below| (id, child.clone(), below)));
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
) -> Outcome<Option<Constraint>> {
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
    if let Some(own) = alike {
        state.change_constraint(id, &own.name, |own| {
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
    register(state, id, child.clone())?;
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
        made.schema = state.record(table).schema.clone();
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

/// Gives a new table the columns of another one, which is found; the constraints that are to be added.
pub(crate) fn expand_like<'a>(
    state: &mut State,
    id: Id,
    like: &LikeSpec,
) -> Outcome<(Id, Vec<ConstraintSpec<'a>>)> {
    let Some(source) = state.relation(&like.name) else { return unmodelled(MISSING) };
    let record = state.shared(source);
    if let Some(found) = record.r#type() {
        for attribute in found.attributes.iter() {
            if state.table(id).is_some_and(|table| table.columns.contains(&attribute.name)) {
                return unmodelled(format!("column {} is defined twice", shown(&attribute.name)));
            }
            let part = state.new_part();
            let copy = Column {
                collation: attribute.collation.clone(),
                ..Column::new(part, attribute.name.clone(), attribute.r#type)
            };
            state.change_table(id, |table| table.columns.put(copy));
            copy_needs(state, source, attribute.part, id, part, &[]);
        }
        return Ok((source, Vec::new()));
    }
    if record.view().is_some() {
        return unmodelled("the columns of what it is like are not known");
    }
    let Some(from) = record.table() else { return unmodelled(MISSING) };
    let mut constraints = Vec::new();
    for column in from.columns.iter() {
        if state.table(id).is_some_and(|table| table.columns.contains(&column.name)) {
            return unmodelled(format!("column {} is defined twice", shown(&column.name)));
        }
        like_column(state, id, like, source, column)?;
        if let Some(known) = not_null_of(from, &column.name) {
            constraints
                .push(ConstraintSpec::of(Constraint { name: known.name.clone(), ..like_constraint(known) }));
        }
    }
    if like.includes("constraints") {
        for check in from.constraints.iter().filter(|made| made.kind == "check") {
            let mut wanted = Constraint { name: check.name.clone(), ..like_constraint(check) };
            if like.includes("comments") {
                wanted.comment.clone_from(&check.comment);
            }
            constraints.push(with_texts(wanted));
        }
    }
    let statement = state.statement;
    state.need(Need {
        source: id,
        target: Some(source),
        missing: Text::default(),
        kind: "like",
        part: None,
        is_tracked: false,
        statement,
        is_void: false,
        is_late: false,
    });
    Ok((source, constraints))
}

fn like_constraint(source: &Constraint) -> Constraint {
    Constraint { inherited: 0, is_local: true, comment: None, ..bare_copy(source) }
}

fn like_column(state: &mut State, id: Id, like: &LikeSpec, source: Id, column: &Column) -> Outcome<()> {
    let part = state.new_part();
    let mut made = Column {
        collation: column.collation.clone(),
        ..Column::new(part, column.name.clone(), column.r#type)
    };
    if like.includes("storage") {
        made.storage.clone_from(&column.storage);
    }
    if like.includes("compression") {
        made.compression.clone_from(&column.compression);
    }
    if like.includes("comments") {
        made.comment.clone_from(&column.comment);
    }
    if like.includes(if column.generated.is_some() { "generated" } else { "defaults" }) {
        made.default.clone_from(&column.default);
        made.default_sequence = column.default_sequence;
        made.generated.clone_from(&column.generated);
        made.is_virtual = column.is_virtual;
    }
    let is_filled = made.default.is_some() || made.default_sequence.is_some() || made.generated.is_some();
    state.change_table(id, |table| table.columns.put(made));
    copy_needs(state, source, column.part, id, part, &["type"]);
    if is_filled {
        copy_needs(state, source, column.part, id, part, &["default", "generated"]);
    }
    if like.includes("identity") && column.identity.is_some() {
        state.change_column(id, &column.name, |made| made.identity = column.identity);
        like_identity(state, id, (&column.name, part), source, column.part)?;
    }
    Ok(())
}

fn like_identity(
    state: &mut State,
    id: Id,
    column: (&Text, PartId),
    source: Id,
    source_part: PartId,
) -> Outcome<()> {
    let owned: Vec<Id> = state
        .dependents_of(source)
        .filter(|need| need.part == Some(source_part))
        .map(|need| need.source)
        .filter(|sequence| state.sequence(*sequence).is_some_and(|sequence| sequence.is_identity))
        .collect();
    for sequence in owned {
        let Some(from) = state.sequence(sequence).cloned() else { continue };
        let options = Options {
            // PostgreSQL does not say the type again, so that it is the largest.
            r#type: Some("bigint"),
            start: Some(from.start),
            increment: Some(from.increment),
            minimum: Some(from.minimum),
            maximum: Some(from.maximum),
            cache: Some(from.cache),
            cycles: Some(from.cycles),
            ..Options::default()
        };
        let copy = column_sequence(state, id, column, "bigint", Some(&options))?;
        if let Some(copy) = state.change(copy).sequence_mut() {
            copy.is_identity = true;
        }
    }
    Ok(())
}

/// Gives a new table indexes and statistics like those of another one.
pub(crate) fn copy_like_later(state: &mut State, id: Id, like: &LikeSpec, source: Id) -> Outcome<()> {
    if like.includes("indexes") {
        for index in state.indexes(source) {
            copy_like_index(state, id, like, source, index)?;
        }
    }
    if like.includes("statistics") {
        let statistics: Vec<Id> = state
            .dependents_of(source)
            .map(|need| need.source)
            .filter(|found| state.record(*found).kind == "statistics")
            .collect();
        for found in statistics {
            copy_statistics(state, found, id)?;
        }
    }
    Ok(())
}

fn copy_like_index(state: &mut State, id: Id, like: &LikeSpec, source: Id, index: Id) -> Outcome<()> {
    let made = state.index(index).and_then(|index| index.constraint).and_then(|part| {
        state.table(source).and_then(|table| constraint_of(&table.constraints, part)).cloned()
    });
    let Some(made) = made else {
        let copy = copy_index(state, index, id, None)?;
        if like.includes("comments") {
            let comment = state.record(index).comment.clone();
            state.change(copy).comment = comment;
        }
        return Ok(());
    };
    // PostgreSQL copies the comment on its index, not the one on the constraint.
    let wanted = Constraint { parent: None, ..like_constraint(&made) };
    add_constraint(state, id, with_texts(wanted))?;
    Ok(())
}

/// Whether an expression of the model mentions a column.
pub(crate) fn mentions(text: &str, column: &str, table: &str) -> bool {
    let found = with_reader(text, |reader| {
        Ok((0..reader.end).any(|index| column_at(&reader, index, table).as_deref() == Some(column)))
    });
    found.unwrap_or(false)
}

/// Gives a table a column that its parent has got, or merges it with its own; whether it is new.
pub(crate) fn inherit_column(state: &mut State, id: Id, parent: Id, column: &Column) -> Outcome<bool> {
    let known = state.table(id).and_then(|table| table.columns.get(&column.name)).cloned();
    if let Some(known) = known {
        if column_type(state, &known) != column_type(state, column) {
            return unmodelled(format!("column {} has another type", shown(&column.name)));
        }
        state.change_column(id, &column.name, |known| known.inherited += 1);
        return Ok(false);
    }
    let is_partitioned = state.table(parent).is_some_and(|parent| parent.partition_by.is_some());
    let part = state.new_part();
    let made = Column {
        part,
        inherited: 1,
        is_local: false,
        comment: None,
        privileges: None,
        statistics: None,
        is_not_null: false,
        identity: if is_partitioned { column.identity } else { None },
        ..column.clone()
    };
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
            let before = state.table(child).map_or(0, |table| table.constraints.len());
            let own = inherit_constraint(state, child, owner, &each)?;
            if state.table(child).is_some_and(|table| table.constraints.len() > before) {
                pending.push((child, own));
            }
        }
    }
    Ok(())
}
