//! `CREATE SCHEMA` with what it holds, and what the schema of a statement is: `SET search_path`.

use std::sync::Arc;

use super::mentions::name_in_string;
use super::parsing::apply;
use super::privileges::{made, read_role};
use super::reading::{Kind, Outcome, Reader, refused, string_of, unmodelled};
use super::records::{Body, Record};
use super::schema::Text;
use super::state::{DEFINED, OtherKey, State};
use super::statement::Statement;
use crate::sql::name_statement;

/// Where an element of a schema comes among the others; None if it can be none.
fn element_order(tag: &str) -> Option<usize> {
    Some(match tag {
        "CREATE SEQUENCE" => 0,
        "CREATE TABLE" => 1,
        "CREATE VIEW" => 2,
        "CREATE INDEX" | "CREATE TRIGGER" => 3,
        "GRANT" => 4,
        _ => return None,
    })
}

/// `CREATE SCHEMA [IF NOT EXISTS] [name] [AUTHORIZATION role] [elements]`.
pub(crate) fn create_schema(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["create", "schema"])?;
    reader.take(&["if", "not", "exists"]);
    let mut name = if reader.is_word("authorization") { Text::default() } else { reader.identifier()? };
    let has_owner = reader.take_word("authorization");
    let mut owner = None;
    if has_owner {
        owner = read_role(state, &mut reader)?;
        if name.is_empty() {
            match &owner {
                Some(owner) => name.clone_from(owner),
                None => return unmodelled("the schema has the name of an unknown role"),
            }
        }
    }
    let elements = elements(&mut reader)?;
    let key = OtherKey::new("schema", &name);
    if state.others.contains_key(&key) {
        return if statement.has_form() { Ok(()) } else { unmodelled(DEFINED) };
    }
    let id = state.add(Record::new("schema", None, name.clone(), Body::Schema));
    state.put_other(key, id);
    made(state, id);
    let (path, role, session_role) =
        (Arc::clone(&state.path), state.role.clone(), state.session_role.clone());
    if has_owner {
        state.change(id).owner.clone_from(&owner);
        state.set_local_roles(owner, session_role.clone());
    }
    state.set_local_path(std::iter::once(&name).chain(path.iter()).cloned().collect());
    let outcome = elements.iter().try_for_each(|element| apply(state, element));
    state.set_local_path(path);
    state.set_local_roles(role, session_role);
    outcome
}

/// Goes past the elements of a schema, and gives them in the order of their making.
fn elements<'a>(reader: &mut Reader<'a>) -> Outcome<Vec<Statement<'a>>> {
    let mut found = Vec::new();
    if !reader.is_done() && !matches!(reader.word(0), "create" | "grant") {
        return Err(reader.refused("an element of a schema"));
    }
    while !reader.is_done() {
        let start = reader.at;
        reader.at += 1;
        while !reader.is_done() && !starts_element(reader) {
            reader.skip();
        }
        let tokens = reader.part(start, reader.at);
        let words: Vec<&str> = tokens.rest().iter().map(|token| token.text).collect();
        let name = name_statement(words.join(" ").as_bytes());
        let Some((kind, order)) = name.kind.and_then(|kind| Some((kind, element_order(kind)?))) else {
            return refused("a schema has no such element");
        };
        found.push((order, Statement { kind, form: name.form, tokens }));
    }
    found.sort_by_key(|(order, _)| *order);
    Ok(found.into_iter().map(|(_, element)| element).collect())
}

fn starts_element(reader: &Reader<'_>) -> bool {
    match reader.word(0) {
        "grant" => !matches!(reader.text_before(), "with" | "."),
        "create" => reader.kind(1) == Some(Kind::Word) && reader.text_before() != ".",
        _ => false,
    }
}

/// The path of a new session.
pub(crate) fn default_path() -> Arc<[Text]> {
    Arc::from([Text::const_new("public")])
}

/// Follows a `SET` or `RESET` of what matters to later statements.
pub(crate) fn follow_setting(state: &mut State, reader: &mut Reader<'_>) -> Outcome<()> {
    if reader.take_word("reset") {
        if reader.take_word("search_path") || reader.take_word("all") {
            state.set_path(default_path());
        } else if reader.take_word("role") {
            let role = state.session_role.clone();
            state.set_roles(role.clone(), role);
        } else if reader.take(&["session", "authorization"]) {
            state.set_roles(None, None);
        }
        return Ok(());
    }
    reader.expect(&["set"])?;
    let mut is_local = false;
    if !reader.is_sign_at(".", 1) && !reader.are_words(&["session", "authorization"]) {
        is_local = reader.take_any(&["session", "local"]) == "local";
    }
    let set_path = if is_local { State::set_local_path } else { State::set_path };
    let set_roles = if is_local { State::set_local_roles } else { State::set_roles };
    if reader.take(&["session", "authorization"]) {
        let role = if reader.take_word("default") { None } else { Some(value(reader)?) };
        set_roles(state, role.clone(), role);
    } else if reader.take_word("role") {
        let _ = reader.take_word("to") || reader.take_sign("=");
        let role = value(reader)?;
        let session_role = state.session_role.clone();
        set_roles(state, if role == "none" { session_role.clone() } else { Some(role) }, session_role);
    } else if reader.take_word("schema") {
        let schema = value(reader)?;
        set_path(state, path([schema]));
    } else if reader.take_word("search_path") {
        if !(reader.take_word("to") || reader.take_sign("=")) {
            return Ok(());
        }
        if reader.take_word("default") {
            set_path(state, default_path());
            return Ok(());
        }
        let schemas = reader.items()?.iter_mut().map(value).collect::<Outcome<Vec<Text>>>()?;
        set_path(state, path(schemas));
    }
    Ok(())
}

fn value(reader: &mut Reader<'_>) -> Outcome<Text> {
    if reader.kind(0) == Some(Kind::String) {
        return Ok(string_of(reader.text(0)).unwrap_or_default());
    }
    if reader.is_name(0) { reader.identifier() } else { Ok(Text::new(reader.text(0))) }
}

fn path(schemas: impl IntoIterator<Item = Text>) -> Arc<[Text]> {
    schemas.into_iter().filter(|schema| !schema.is_empty() && schema != "$user").collect()
}

/// Follows a `SELECT` that consists of a `set_config` of the search path.
pub(crate) fn follow_select(state: &mut State, reader: &mut Reader<'_>) -> Outcome<()> {
    if !reader.take_word("select") {
        return Ok(());
    }
    if reader.is_word("pg_catalog") && reader.is_sign_at(".", 1) {
        reader.at += 2;
    }
    if !reader.take_word("set_config") || !reader.is_group() {
        return Ok(());
    }
    let items = reader.group()?.items()?;
    let [name, schemas, ..] = &items[..] else { return Ok(()) };
    if !reader.is_done()
        || name.text(0).to_lowercase() != "'search_path'"
        || schemas.kind(0) != Some(Kind::String)
    {
        return Ok(());
    }
    if let Some(schemas) = string_of(schemas.text(0)) {
        state.set_path(path(schemas.split(',').map(|part| unquoted_part(part.trim()))));
    }
    Ok(())
}

fn unquoted_part(part: &str) -> Text {
    match name_in_string(part) {
        Some((name, _)) if !part.is_empty() => name.name,
        _ => Text::new(part),
    }
}
