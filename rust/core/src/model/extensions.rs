//! Extensions.

use super::encoding::called;
use super::objects::{find, read_kind};
use super::privileges::made;
use super::reading::{Failure, Outcome, Reader, unmodelled};
use super::records::{Extension, Id, Record};
use super::schema::Text;
use super::state::{DEFINED, MISSING, OtherKey, State};
use super::statement::Statement;
use super::text::text_of;

/// `CREATE EXTENSION [IF NOT EXISTS] name [WITH] [SCHEMA s] [VERSION v] [CASCADE]`.
pub(crate) fn create_extension(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["create"])?;
    if !reader.is_word("extension") {
        return create_language(state, statement, reader);
    }
    reader.expect(&["extension"])?;
    reader.take(&["if", "not", "exists"]);
    let name = reader.identifier()?;
    reader.take_word("with");
    let mut schema = None;
    let mut extension = Extension::default();
    while !reader.is_done() {
        if reader.take_word("schema") {
            schema = Some(reader.identifier()?);
        } else if reader.take_word("version") {
            extension.version = Some(version(&mut reader)?);
        } else if reader.take_word("from") {
            version(&mut reader)?;
        } else if !reader.take_word("cascade") {
            return Err(reader.refused("an option of an extension"));
        }
    }
    add(state, statement, Record::new("extension", schema, name, extension))
}

/// `CREATE LANGUAGE name` without a handler: it makes the extension of that name.
fn create_language(state: &mut State, statement: &Statement<'_>, mut reader: Reader<'_>) -> Outcome<()> {
    reader.take(&["or", "replace"]);
    reader.take_word("trusted");
    reader.take_word("procedural");
    reader.expect(&["language"])?;
    let name = version(&mut reader)?;
    reader.expect_end()?;
    add(state, statement, Record::new("extension", None, name, Extension::default()))
}

fn add(state: &mut State, statement: &Statement<'_>, record: Record) -> Outcome<()> {
    let key = OtherKey::new("extension", &record.name);
    if state.others.contains_key(&key) {
        return if statement.has_form() { Ok(()) } else { unmodelled(DEFINED) };
    }
    let id = state.add(record);
    state.put_other(key, id);
    made(state, id);
    Ok(())
}

fn version(reader: &mut Reader<'_>) -> Outcome<Text> {
    if reader.kind(0) == Some(super::reading::Kind::String) { reader.string() } else { reader.identifier() }
}

/// The extension with a name.
pub(crate) fn extension_of(state: &State, name: &str) -> Outcome<Id> {
    match state.other("extension", name) {
        Some(id) => Ok(id),
        None => unmodelled(MISSING),
    }
}

/// `ALTER EXTENSION name (UPDATE [TO v] | SET SCHEMA s | ADD object | DROP object)`.
pub(crate) fn alter_extension(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["alter", "extension"])?;
    let id = extension_of(state, &reader.identifier()?)?;
    if reader.take_word("update") {
        if reader.take_word("to") {
            let version = version(&mut reader)?;
            if let Some(extension) = state.change(id).extension_mut() {
                extension.version = Some(version);
            }
        }
        return reader.expect_end();
    }
    if reader.take(&["set", "schema"]) {
        state.change(id).schema = Some(reader.identifier()?);
        return reader.expect_end();
    }
    let verb = reader.take_any(&["add", "drop"]);
    if verb.is_empty() {
        return Err(reader.refused("ADD or DROP"));
    }
    let name = member(state, &mut reader)?;
    if let Some(extension) = state.change(id).extension_mut() {
        if verb == "drop" {
            extension.members.retain(|known| *known != name);
        } else if !extension.members.contains(&name) {
            extension.members.push(name);
        }
    }
    Ok(())
}

/// Goes past an object, and what it is called.
fn member(state: &mut State, reader: &mut Reader<'_>) -> Outcome<Text> {
    let start = reader.at;
    let kind = read_kind(reader);
    if kind.is_empty() {
        return Err(reader.refused("a kind of object"));
    }
    let found = match find(state, kind, reader) {
        Err(Failure::Unmodelled(_)) => None,
        found => found?,
    };
    let Some(found) = found else { return Ok(text_of(&reader.part(start, reader.end))) };
    reader.expect_end()?;
    Ok(called(state, found))
}
