//! Tables that queries make: `CREATE TABLE … AS`, `SELECT … INTO`.
//!
//! Types of expressions are not worked out: a query is understood if it reads one table at most, and gives
//! columns of that, casts, numbers and strings.

use super::edges::{Link, add_references};
use super::inheritance::copy_needs;
use super::reading::{Failure, Kind, Name, Outcome, Reader, shown, unmodelled, with_reader};
use super::records::{Column, Id, TypeRef};
use super::schema::Text;
use super::sequences::read_persistence;
use super::state::State;
use super::statement::Statement;
use super::tables::{TableSpec, apply_table, read_storage};
use super::types::read_type;

/// What may follow the table of a query.
pub(crate) fn is_clause(word: &str) -> bool {
    matches!(word, "where" | "group" | "having" | "window" | "order" | "limit" | "offset" | "fetch" | "for")
}

/// What puts several queries together.
pub(crate) fn joins_sets(word: &str) -> bool {
    matches!(word, "union" | "intersect" | "except")
}

/// What PostgreSQL calls a column that has no name of its own (`FigureColname`).
const NAMELESS: &str = "?column?";

/// A column that a query gives.
pub(crate) struct Output {
    pub(crate) name: Text,
    pub(crate) of: Origin,
}

/// What gives a column its type.
pub(crate) enum Origin {
    Column(Box<Column>),
    Type(TypeRef),
}

/// The table that a query reads, if it reads one, and what the query calls it.
#[derive(Default)]
struct Source {
    table: Option<Id>,
    name: Text,
}

impl Source {
    fn column(&self, state: &State, name: &str) -> Outcome<Column> {
        let found = self.table.and_then(|table| state.table(table)?.columns.get(name).cloned());
        found.map(|column| Column::clone(&column)).ok_or_else(unknown)
    }

    fn all_columns(&self, state: &State) -> Outcome<Vec<Output>> {
        let table = self.table.and_then(|table| state.table(table)).ok_or_else(unknown)?;
        Ok(table
            .columns
            .iter()
            .map(|column| Output {
                name: column.name.clone(),
                of: Origin::Column(Box::new(Column::clone(column))),
            })
            .collect())
    }
}

fn unknown() -> Failure {
    Failure::Unmodelled("the columns of its query are not known".to_owned())
}

/// `CREATE [TEMPORARY | UNLOGGED] TABLE [IF NOT EXISTS] name … AS query [WITH [NO] DATA]`.
pub(crate) fn create_table_as(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["create"])?;
    let persistence = read_persistence(&mut reader);
    reader.expect(&["table"])?;
    reader.take(&["if", "not", "exists"]);
    let name = reader.name()?;
    let names = if reader.is_group() { reader.columns()? } else { Vec::new() };
    let mut spec = TableSpec::default();
    read_storage(&mut reader, &mut spec)?;
    reader.expect(&["as"])?;
    let mut query = reader;
    let texts: Vec<&str> = query.rest().iter().rev().take(3).map(|token| token.text).collect();
    match &texts[..] {
        ["data", "no", "with"] => query.end -= 3,
        ["data", "with", ..] => query.end -= 2,
        _ => {}
    }
    let schema = state.schema_of(&name, persistence == "temporary")?;
    if statement.has_form() && state.relations.contains_key(&(schema, name.name.clone())) {
        return Ok(());
    }
    let (source, outputs) = read_query(state, query)?;
    make(state, &name, (spec, persistence), outputs, names, &source, &query)
}

/// What a query reads, and what it gives.
fn read_query(state: &State, mut query: Reader<'_>) -> Outcome<(Source, Vec<Output>)> {
    while query.token(0).is_some_and(|token| token.is_sign("(") && token.closing + 1 == query.end) {
        query = query.group()?;
    }
    if query.take_word("table") {
        let source = read_table(state, &mut query)?;
        let outputs = source.all_columns(state)?;
        return Ok((source, outputs));
    }
    let targets = read_targets(&mut query)?;
    let source = read_source(state, &mut query)?;
    let outputs = read_outputs(state, targets, &source)?;
    Ok((source, outputs))
}

/// The table that a view reads, if it reads one, and its columns, which have its own names for them.
pub(crate) fn outputs_of_view(state: &State, id: Id) -> Outcome<(Option<Id>, Vec<Output>)> {
    let Some(view) = state.record(id).view() else { return Err(unknown()) };
    let (source, mut outputs) = with_reader(&view.query, |reader| read_query(state, reader))?;
    // Along the path of today, its names might mean something else.
    let is_certain =
        source.table.is_none_or(|table| state.needs_of(id).any(|need| need.target == Some(table)));
    if view.is_recursive || !is_certain || view.columns.len() > outputs.len() {
        return Err(unknown());
    }
    for (output, name) in outputs.iter_mut().zip(&view.columns) {
        output.name.clone_from(name);
    }
    Ok((source.table, outputs))
}

/// `SELECT … INTO [TEMPORARY | UNLOGGED] [TABLE] name …`.
pub(crate) fn select_into(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    let whole = reader;
    let targets = read_targets(&mut reader)?;
    if !reader.take_word("into") {
        return Err(unknown());
    }
    let persistence = read_persistence(&mut reader);
    reader.take_word("table");
    let name = reader.name()?;
    let source = read_source(state, &mut reader)?;
    let outputs = read_outputs(state, targets, &source)?;
    make(state, &name, (TableSpec::default(), persistence), outputs, Vec::new(), &source, &whole)
}

/// Goes past `SELECT` and what it gives, and a reader of that.
pub(crate) fn read_targets<'a>(query: &mut Reader<'a>) -> Outcome<Reader<'a>> {
    if !query.take_word("select") {
        return Err(unknown());
    }
    query.take_word("all");
    if query.take_word("distinct") && query.take_word("on") {
        query.group()?;
    }
    Ok(query.until_token(|token| {
        token.kind == Kind::Word
            && (matches!(token.text, "into" | "from") || is_clause(token.text) || joins_sets(token.text))
    }))
}

/// Goes past `FROM` and a table, and looks whether the rest is simple.
fn read_source(state: &State, query: &mut Reader<'_>) -> Outcome<Source> {
    let mut source = Source::default();
    if query.take_word("from") {
        query.take_word("only");
        source = read_table(state, query)?;
        if query.take_word("as") || (query.is_name(0) && !is_clause(query.word(0))) {
            source.name = query.identifier()?;
        }
    }
    if !query.is_done() && !is_clause(query.word(0)) {
        return Err(unknown());
    }
    let mut rest = *query;
    rest.until_token(|token| token.kind == Kind::Word && (token.text == "into" || joins_sets(token.text)));
    if rest.is_done() { Ok(source) } else { Err(unknown()) }
}

fn read_table(state: &State, query: &mut Reader<'_>) -> Outcome<Source> {
    if !query.is_name(0) {
        return Err(unknown());
    }
    let name = query.name()?;
    query.take_sign("*");
    let table = state.relation(&name).filter(|table| state.table(*table).is_some()).ok_or_else(unknown)?;
    Ok(Source { table: Some(table), name: name.name })
}

fn read_outputs(state: &State, mut targets: Reader<'_>, source: &Source) -> Outcome<Vec<Output>> {
    let mut outputs = Vec::new();
    for mut item in targets.items()? {
        outputs.extend(read_target(state, &mut item, source)?);
    }
    Ok(outputs)
}

/// What an item of a query gives.
fn read_target(state: &State, item: &mut Reader<'_>, source: &Source) -> Outcome<Vec<Output>> {
    if item.take_sign("*") {
        return all_of(state, item, source);
    }
    let mut output = if item.is_name(0) {
        let mut name = item.identifier()?;
        if item.take_sign(".") {
            if name != source.name {
                return Err(unknown());
            }
            if item.take_sign("*") {
                return all_of(state, item, source);
            }
            name = item.identifier()?;
        }
        let column = source.column(state, &name)?;
        Output { name, of: Origin::Column(Box::new(column)) }
    } else {
        Output { name: Text::const_new(NAMELESS), of: Origin::Type(literal(item)?) }
    };
    let mut is_nameless = false;
    if item.take_sign("::") {
        match &output.of {
            Origin::Column(column) if column.collation.is_some() => return Err(unknown()),
            Origin::Column(_) => {}
            // Without one of its own, a constant has the name that its type has inside the server.
            Origin::Type(_) => is_nameless = true,
        }
        output.of = Origin::Type(read_type(item)?);
    }
    if item.take_word("as") || item.is_name(0) {
        output.name = item.identifier()?;
    } else if is_nameless {
        return Err(unknown());
    }
    if item.is_done() { Ok(vec![output]) } else { Err(unknown()) }
}

fn all_of(state: &State, item: &Reader<'_>, source: &Source) -> Outcome<Vec<Output>> {
    let found = source.all_columns(state)?;
    if item.is_done() { Ok(found) } else { Err(unknown()) }
}

/// Goes past a number or a string, and its type (`make_const`).
fn literal(item: &mut Reader<'_>) -> Outcome<TypeRef> {
    let text = item.text(0);
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let base = match item.kind(0) {
        Some(Kind::String) if text.starts_with('\'') => "text",
        Some(Kind::Number) if text.len() <= 9 && is_digits(text) => "int4",
        Some(Kind::Number)
            if text.split_once('.').is_some_and(|(whole, rest)| is_digits(whole) && is_digits(rest)) =>
        {
            "numeric"
        }
        _ => return Err(unknown()),
    };
    item.at += 1;
    Ok(TypeRef { base: Text::const_new(base), ..TypeRef::default() })
}

fn make(
    state: &mut State,
    name: &Name,
    (spec, persistence): (TableSpec<'_>, &'static str),
    outputs: Vec<Output>,
    names: Vec<Text>,
    source: &Source,
    query: &Reader<'_>,
) -> Outcome<()> {
    if names.len() > outputs.len() {
        return unmodelled("it has more names than columns");
    }
    apply_table(state, name.clone(), spec, persistence, false, false)?;
    let schema = state.schema_of(name, persistence == "temporary")?;
    let Some(id) = state.relations.get(&(schema, name.name.clone())).copied() else { return Ok(()) };
    let mut names = names.into_iter();
    for output in outputs {
        let given = names.next().unwrap_or(output.name);
        if state.table(id).is_some_and(|table| table.columns.contains(&given)) {
            return unmodelled(format!("column {} is defined twice", shown(&given)));
        }
        let part = state.new_part();
        match output.of {
            Origin::Column(column) => {
                let made = Column::new(part, given, column.r#type).collated(column.collation.as_ref());
                state.change_table(id, |table| table.columns.put(made));
                if let Some(table) = source.table {
                    copy_needs(state, table, column.part, id, part, &["type"]);
                }
            }
            Origin::Type(found) => {
                let found = state.add_type(found);
                state.change_table(id, |table| table.columns.put(Column::new(part, given, found)));
                state.resolve(found, id, "type", Some(part));
            }
        }
    }
    add_references(state, query, Link { is_tracked: false, ..Link::new(id, "like") })
}
