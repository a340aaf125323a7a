//! What tables get by `LIKE`.

use super::constraint_specs::ConstraintSpec;
use super::constraints::{add_constraint, not_null_of};
use super::inheritance::copy_needs;
use super::partitions::{bare_copy, constraint_of, copy_index, with_texts};
use super::query_tables::{Origin, outputs_of_view};
use super::reading::{Name, Outcome, Reader, shown, unmodelled};
use super::records::{Column, Constraint, Id, Need, PartId};
use super::schema::Text;
use super::sequences::{Options, column_sequence};
use super::state::{MISSING, State};
use super::statistics::copy_statistics;

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
            let copy = Column::new(part, attribute.name.clone(), attribute.r#type)
                .collated(attribute.collation.as_ref());
            state.change_table(id, |table| table.columns.put(copy));
            copy_needs(state, source, attribute.part, id, part, &[]);
        }
        return Ok((source, Vec::new()));
    }
    if record.view().is_some() {
        like_view(state, id, like, source)?;
        need_like(state, id, source);
        return Ok((source, Vec::new()));
    }
    let Some(from) = record.table() else { return unmodelled(MISSING) };
    let mut constraints = Vec::new();
    for column in from.columns.iter() {
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
    need_like(state, id, source);
    Ok((source, constraints))
}

fn need_like(state: &mut State, id: Id, source: Id) {
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
}

/// Gives a new table the columns of a view, if they can be told.
fn like_view(state: &mut State, id: Id, like: &LikeSpec, source: Id) -> Outcome<()> {
    let record = state.shared(source);
    let takes_more = like.includes("indexes") || like.includes("statistics");
    if record.kind != "view" && takes_more {
        return unmodelled("the indexes of what it is like are not copied");
    }
    let (table, outputs) = outputs_of_view(state, source)?;
    for output in outputs {
        if state.table(id).is_some_and(|table| table.columns.contains(&output.name)) {
            return unmodelled(format!("column {} is defined twice", shown(&output.name)));
        }
        let part = state.new_part();
        let comment = record
            .view()
            .filter(|_| like.includes("comments"))
            .and_then(|view| view.column_comments.get(&output.name).cloned());
        let with_comment = |mut made: Column| {
            made.comment = comment;
            made
        };
        match output.of {
            Origin::Column(column) => {
                let made = Column::new(part, output.name, column.r#type).collated(column.collation.as_ref());
                state.change_table(id, |made_in| made_in.columns.put(with_comment(made)));
                if let Some(table) = table {
                    copy_needs(state, table, column.part, id, part, &["type"]);
                }
            }
            Origin::Type(found) => {
                let found = state.add_type(found);
                let made = Column::new(part, output.name, found);
                state.change_table(id, |made_in| made_in.columns.put(with_comment(made)));
                state.resolve(found, id, "type", Some(part));
            }
        }
    }
    Ok(())
}

fn like_constraint(source: &Constraint) -> Constraint {
    Constraint { inherited: 0, is_local: true, comment: None, ..bare_copy(source) }
}

/// Gives a new table a column, or merges it with the one that parents have.
fn like_column(state: &mut State, id: Id, like: &LikeSpec, source: Id, column: &Column) -> Outcome<()> {
    let known = state.table(id).and_then(|table| table.columns.get(&column.name));
    let known = known.map(|known| (known.part, known.is_local));
    let part = match known {
        Some((_, true)) => {
            return unmodelled(format!("column {} is defined twice", shown(&column.name)));
        }
        Some((part, false)) => part,
        None => {
            let part = state.new_part();
            let made =
                Column::new(part, column.name.clone(), column.r#type).collated(column.collation.as_ref());
            state.change_table(id, |table| table.columns.put(made));
            copy_needs(state, source, column.part, id, part, &["type"]);
            part
        }
    };
    let is_filled =
        column.default.is_some() || column.default_sequence.is_some() || column.generated.is_some();
    let fills = is_filled && like.includes(if column.generated.is_some() { "generated" } else { "defaults" });
    if fills {
        state.forget(id, &["default", "generated"], Some(part));
    }
    state.change_column(id, &column.name, |made| {
        made.is_local = true;
        if like.includes("storage") && column.storage.is_some() {
            made.storage.clone_from(&column.storage);
        }
        if like.includes("compression") && column.compression.is_some() {
            made.compression.clone_from(&column.compression);
        }
        if like.includes("comments") {
            made.comment.clone_from(&column.comment);
        }
        if fills {
            made.default.clone_from(&column.default);
            made.default_sequence = column.default_sequence;
            if made.generated != column.generated {
                made.generated.clone_from(&column.generated);
            }
            made.is_virtual = column.is_virtual;
        }
    });
    if fills {
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
            // PostgreSQL copies all but the type (`transformTableLikeClause`).
            r#type: None,
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
    let name = add_constraint(state, id, with_texts(wanted))?;
    let own = state.table(id).and_then(|table| table.constraints.get(&name)?.index);
    if let Some(own) = own.filter(|_| like.includes("comments")) {
        let comment = state.record(index).comment.clone();
        state.change(own).comment = comment;
    }
    Ok(())
}
