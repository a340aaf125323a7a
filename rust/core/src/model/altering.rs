//! `ALTER` of what is no relation: what all kinds have in common, and what each has of its own.

use super::definitions::alter_definition;
use super::domains::alter_domain;
use super::objects::{find, is_row_type, read_kind};
use super::owners::set_owner;
use super::privileges::read_role;
use super::reading::{Outcome, Reader, unmodelled};
use super::records::{Body, Id};
use super::renaming::{move_to, rename};
use super::routines::alter_options;
use super::state::{MISSING, State};
use super::statement::Statement;
use super::triggers::alter_event_trigger;
use super::types_and_domains::alter_type;

/// `ALTER kind name …`.
pub(crate) fn alter_object(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["alter"])?;
    let kind = read_kind(&mut reader);
    match kind {
        "" => return Err(reader.refused("a kind of object")),
        "large_object" => return unmodelled("it is no object of a schema"),
        _ => {}
    }
    let may_miss = reader.take(&["if", "exists"]);
    let found = find(state, kind, &mut reader)?;
    if reader.is_done() {
        return Err(reader.refused("an action"));
    }
    let Some(id) = found else { return if may_miss { Ok(()) } else { unmodelled(MISSING) } };
    if is_row_type(state.record(id)) {
        return unmodelled(format!("it is no {}", kind.replace('_', " ")));
    }
    if !common(state, &mut reader, id)? {
        // Who holds the object makes each change of it a copy.
        match &state.record(id).body {
            Body::Routine(_) => alter_options(state, &mut reader, id)?,
            Body::Domain(_) if kind == "domain" => alter_domain(state, &mut reader, id)?,
            Body::Type(_) if kind == "type" => alter_type(state, &mut reader, id)?,
            Body::Trigger(_) => alter_event_trigger(state, &mut reader, id)?,
            Body::Definition(_) => alter_definition(state, &mut reader, id)?,
            _ => return Err(reader.refused("an action")),
        }
        return Ok(());
    }
    reader.expect_end()
}

fn common(state: &mut State, reader: &mut Reader<'_>, id: Id) -> Outcome<bool> {
    if reader.take(&["rename", "to"]) {
        let name = reader.identifier()?;
        reader.expect_end()?;
        rename(state, id, &name)?;
    } else if reader.are_words(&["set", "schema"]) && reader.rest().len() == 3 {
        reader.at += 2;
        let schema = reader.identifier()?;
        move_to(state, id, &schema)?;
    } else if reader.take(&["owner", "to"]) {
        let owner = read_role(state, reader)?;
        reader.expect_end()?;
        set_owner(state, id, owner.as_ref());
    } else {
        return Ok(false);
    }
    Ok(true)
}
