//! Views and materialised views.

use super::edges::{Link, add_references, add_references_but};
use super::privileges::made;
use super::reading::{Outcome, Reader, unmodelled};
use super::records::{Record, Relation, Settings, View};
use super::schema::Text;
use super::sequences::read_persistence;
use super::settings::read_parameters;
use super::starred_views::note_stars;
use super::state::State;
use super::statement::Statement;
use super::text::expression_text;

/// `CREATE [OR REPLACE] [TEMPORARY] [RECURSIVE] VIEW …`.
pub(crate) fn create_view(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["create"])?;
    let is_replacing = reader.take(&["or", "replace"]);
    let persistence = read_persistence(&mut reader);
    let mut view = View { is_recursive: reader.take_word("recursive"), ..View::default() };
    reader.expect(&["view"])?;
    let name = reader.name()?;
    if reader.is_group() {
        view.columns = reader.columns()?;
    }
    if reader.take_word("with") {
        view.relation.options = read_parameters(reader.group()?)?;
    }
    reader.expect(&["as"])?;
    let mut query = read_query(&reader)?;
    let texts: Vec<&str> = query.rest().iter().rev().take(4).map(|token| token.text).collect();
    if let ["option", "check", strength, ..] = &texts[..]
        && texts.contains(&"with")
    {
        view.check_option = Some(match *strength {
            "local" => Text::const_new("local"),
            _ => Text::const_new("cascaded"),
        });
        query.end -= if *strength == "with" { 3 } else { 4 };
    }
    take_check_option(&mut view.check_option, &mut view.relation.options);
    view.query = expression_text(&query);
    let schema = state.schema_of(&name, persistence == "temporary")?;
    view.relation.persistence = if schema == "pg_temp" { "temporary" } else { persistence };
    let known = state.relations.get(&(schema.clone(), name.name.clone())).copied();
    let id = match known {
        Some(known) if is_replacing => {
            if state.record(known).kind != "view" {
                return unmodelled("it is defined already, and is no view");
            }
            state.forget(known, &["query"], None);
            let statement = state.statement;
            let record = state.change(known);
            record.statement = statement;
            if let Some(known) = record.view_mut() {
                known.query = view.query;
                known.columns = view.columns;
                known.check_option = view.check_option;
                known.is_recursive = view.is_recursive;
                known.relation.options = view.relation.options;
            }
            known
        }
        _ => {
            let id = state.add(Record::new("view", Some(schema), name.name, view));
            state.add_relation(id, true)?;
            made(state, id);
            id
        }
    };
    let record = state.shared(id);
    let is_recursive = record.view().is_some_and(|view| view.is_recursive);
    let own = is_recursive.then_some(&record.name);
    add_references_but(state, &query, Link::new(id, "query"), own)?;
    note_stars(state, id, &query);
    Ok(())
}

fn read_query<'a>(reader: &Reader<'a>) -> Outcome<Reader<'a>> {
    if reader.is_group() || matches!(reader.word(0), "select" | "with" | "values" | "table") {
        return Ok(*reader);
    }
    Err(reader.refused("a query"))
}

/// Makes the option `check_option` the view's own.
pub(crate) fn take_check_option(check_option: &mut Option<Text>, options: &mut Settings) {
    if let Some(value) = options.remove("check_option") {
        *check_option = value;
    }
}

/// `CREATE MATERIALIZED VIEW …`.
pub(crate) fn create_materialized_view(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["create"])?;
    let persistence = if reader.take_word("unlogged") { "unlogged" } else { "permanent" };
    reader.expect(&["materialized", "view"])?;
    reader.take(&["if", "not", "exists"]);
    let name = reader.name()?;
    let mut view = View { relation: Relation { persistence, ..Relation::default() }, ..View::default() };
    if reader.is_group() {
        view.columns = reader.columns()?;
    }
    if reader.take_word("using") {
        view.relation.access_method = Some(reader.identifier()?);
    }
    if reader.take_word("with") {
        view.relation.options = read_parameters(reader.group()?)?;
    }
    if reader.take_word("tablespace") {
        view.relation.tablespace = Some(reader.identifier()?);
    }
    reader.expect(&["as"])?;
    let mut query = read_query(&reader)?;
    let texts: Vec<&str> = query.rest().iter().rev().take(3).map(|token| token.text).collect();
    match &texts[..] {
        ["data", "no", "with"] => {
            view.has_no_data = true;
            query.end -= 3;
        }
        ["data", "with", ..] => query.end -= 2,
        _ => {}
    }
    view.query = expression_text(&query);
    let schema = state.schema_of(&name, false)?;
    if statement.has_form() && state.relations.contains_key(&(schema.clone(), name.name.clone())) {
        return Ok(());
    }
    let id = state.add(Record::new("materialized_view", Some(schema), name.name, view));
    state.add_relation(id, true)?;
    made(state, id);
    add_references(state, &query, Link::new(id, "query"))?;
    note_stars(state, id, &query);
    Ok(())
}
