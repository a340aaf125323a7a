//! `COMMENT ON`.

use super::indexes::no_column;
use super::objects::{find, read_kind, require};
use super::reading::{Name, Outcome, Reader, refused, unmodelled};
use super::records::Body;
use super::schema::Text;
use super::state::{MISSING, State};
use super::statement::Statement;

/// `COMMENT ON object IS 'text' | NULL`.
pub(crate) fn comment(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["comment", "on"])?;
    let kind = read_kind(&mut reader);
    match kind {
        "" => return Err(reader.refused("a kind of object")),
        "column" => {
            let parts = reader.parts()?;
            let text = read_text(&mut reader)?;
            return on_column(state, &parts, text);
        }
        "constraint" => {
            let name = reader.identifier()?;
            reader.expect(&["on"])?;
            let is_domain = reader.is_word("domain") && reader.is_name(1) && reader.word(1) != "is";
            reader.at += usize::from(is_domain);
            let owner = reader.name()?;
            let text = read_text(&mut reader)?;
            return on_constraint(state, &name, &owner, text, is_domain);
        }
        "large_object" => return unmodelled("it is no object of a schema"),
        _ => {}
    }
    let found = find(state, kind, &mut reader)?;
    let text = read_text(&mut reader)?;
    let found = require(found)?;
    let record = state.record(found);
    if matches!(record.body, Body::Unknown) {
        return unmodelled("what it is about is kept as it is");
    }
    if record.routine().is_some() && kind == "aggregate" && record.kind != "aggregate" {
        return unmodelled(MISSING);
    }
    state.change(found).comment = text;
    Ok(())
}

fn read_text(reader: &mut Reader<'_>) -> Outcome<Option<Text>> {
    reader.expect(&["is"])?;
    let text = if reader.take_word("null") { None } else { Some(reader.string()?) };
    reader.expect_end()?;
    Ok(text.filter(|text| !text.is_empty()))
}

fn on_column(state: &mut State, parts: &[Text], text: Option<Text>) -> Outcome<()> {
    let [before @ .., table, name] = parts else {
        return refused("a column's name has its table before it");
    };
    let table = Name { schema: before.last().cloned(), name: table.clone() };
    let Some(id) = state.relation(&table) else { return unmodelled(MISSING) };
    match &state.record(id).body {
        Body::Table(table) if !table.columns.contains(name) => return unmodelled(no_column(name)),
        Body::Type(found) if !found.attributes.contains(name) => return unmodelled(MISSING),
        Body::Table(_) | Body::Type(_) | Body::View(_) => {}
        _ => return unmodelled(MISSING),
    }
    if state.table(id).is_some() {
        state.change_column(id, name, |column| column.comment = text);
        return Ok(());
    }
    match &mut state.change(id).body {
        Body::Type(found) => found.attributes.edit(name, |attribute| attribute.comment = text),
        Body::View(view) => {
            match text {
                Some(text) => view.column_comments.insert(name.clone(), text),
                None => view.column_comments.remove(name),
            };
        }
        _ => {}
    }
    Ok(())
}

fn on_constraint(
    state: &mut State,
    name: &str,
    owner: &Name,
    text: Option<Text>,
    is_domain: bool,
) -> Outcome<()> {
    let found = if is_domain { state.type_named(owner) } else { state.relation(owner) };
    let Some(id) = found else { return unmodelled(MISSING) };
    let constraints = match &state.record(id).body {
        Body::Table(table) => &table.constraints,
        Body::Domain(domain) => &domain.constraints,
        _ => return unmodelled(MISSING),
    };
    if !constraints.contains(name) {
        return unmodelled(MISSING);
    }
    if state.table(id).is_some() {
        state.change_constraint(id, name, |made| made.comment = text);
    } else if let Some(domain) = state.change(id).domain_mut() {
        domain.constraints.edit(name, |made| made.comment = text);
    }
    Ok(())
}
