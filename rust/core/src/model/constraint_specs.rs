//! Constraints as they are read.

use std::sync::Arc;

use super::indexes::read_key;
use super::reading::{Outcome, Reader, Source, unmodelled};
use super::records::Constraint;
use super::schema::Text;
use super::settings::read_parameters;
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
    pub(crate) constraint: Arc<Constraint>,
    /// The tokens of a check's condition, or of an exclusion's predicate.
    pub(crate) expression: Option<Source<'a>>,
    /// The tokens of an exclusion's keys.
    pub(crate) keys: Vec<Source<'a>>,
    /// The index that becomes that of the constraint.
    pub(crate) using_index: Option<Text>,
}

impl ConstraintSpec<'_> {
    pub(crate) fn of(constraint: impl Into<Arc<Constraint>>) -> Self {
        Self { constraint: constraint.into(), expression: None, keys: Vec::new(), using_index: None }
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
    let made = Arc::make_mut(&mut spec.constraint);
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
        Arc::make_mut(&mut spec.constraint).name = reader.identifier()?;
    }
    let made = Arc::make_mut(&mut spec.constraint);
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
        if !read_attributes(reader, Arc::make_mut(&mut spec.constraint)) {
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
    let made = Arc::make_mut(&mut spec.constraint);
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

/// The text of an expression.
pub(crate) fn source_text(expression: &Source<'_>) -> Text {
    match expression {
        Source::Read(reader) => expression_text(reader),
        Source::Text(text) => text.clone(),
    }
}
