//! Triggers and event triggers.

use std::sync::Arc;

use super::dropping::drop_trigger;
use super::edges::{Link, add_references, called};
use super::partitions::clone_trigger;
use super::reading::{Kind, Name, Outcome, Reader, refused, unmodelled};
use super::records::{Id, Record, Routine, Trigger};
use super::routines::depends_on;
use super::schema::Text;
use super::state::{DEFINED, MISSING, OtherKey, State, is_system};
use super::statement::Statement;
use super::text::{expression_text, text_of};
use crate::sql::Form;

const EVENTS: [&str; 4] = ["insert", "update", "delete", "truncate"];

/// `CREATE [OR REPLACE] [CONSTRAINT] TRIGGER`.
pub(crate) fn create_trigger(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["create"])?;
    reader.take(&["or", "replace"]);
    let mut trigger = Trigger { enabled: "origin", ..Trigger::default() };
    trigger.is_constraint = reader.take_word("constraint");
    reader.expect(&["trigger"])?;
    let name = reader.identifier()?;
    read_events(&mut reader, &mut trigger)?;
    reader.expect(&["on"])?;
    let written = reader.name()?;
    if reader.take_word("from") {
        trigger.referenced_name = Some(reader.name()?);
    }
    read_deferral(&mut reader, &mut trigger);
    if reader.take_word("referencing") {
        read_transitions(&mut reader, &mut trigger)?;
    }
    if reader.take_word("for") {
        reader.take_word("each");
        trigger.is_for_each_row = match reader.take_any(&["row", "statement"]) {
            "" => return Err(reader.refused("ROW")),
            level => level == "row",
        };
    }
    let condition = if reader.take_word("when") { Some(reader.group()?) } else { None };
    trigger.when = condition.as_ref().map(expression_text);
    let function = read_call(&mut reader, &mut trigger)?;
    reader.expect_end()?;
    let Some(table) = state.relation(&written).filter(|table| state.record(*table).relation().is_some())
    else {
        return unmodelled(MISSING);
    };
    trigger.table = Some(table);
    let is_for_each_row = trigger.is_for_each_row;
    let key = OtherKey::of("trigger", table, &name);
    let known = state.others.get(&key).copied();
    let mut comment = None;
    if let Some(known) = known {
        if statement.form != Form::OrReplace {
            return unmodelled(DEFINED);
        }
        if state.record(known).trigger().is_some_and(|known| known.parent.is_some()) {
            return unmodelled("it is that of the partitioned table");
        }
        comment.clone_from(&state.record(known).comment);
        drop_trigger(state, known);
    }
    let referenced = trigger
        .referenced_name
        .as_ref()
        .and_then(|name| state.relation(name))
        .filter(|found| state.table(*found).is_some());
    trigger.referenced = referenced;
    let mut record = Record::new("trigger", state.record(table).schema.clone(), name, trigger);
    record.comment = comment;
    let id = state.add(record);
    state.put_other(key, id);
    state.belong(id, table);
    state.need_object(id, table, "trigger", None);
    if let Some(referenced) = referenced {
        state.need_object(id, referenced, "trigger", None);
    }
    call(state, id, function);
    if let Some(condition) = &condition {
        add_references(state, condition, Link::new(id, "trigger"))?;
    }
    if is_for_each_row && state.table(table).is_some_and(|table| table.partition_by.is_some()) {
        for child in state.children(table) {
            clone_trigger(state, id, child)?;
        }
    }
    Ok(())
}

fn read_deferral(reader: &mut Reader<'_>, trigger: &mut Trigger) {
    loop {
        if reader.take(&["not", "deferrable"]) {
            trigger.is_deferrable = false;
        } else if reader.take_word("deferrable") {
            trigger.is_deferrable = true;
        } else if reader.take(&["initially", "deferred"]) {
            (trigger.is_deferrable, trigger.is_deferred) = (true, true);
        } else if !reader.take(&["initially", "immediate"]) {
            break;
        }
    }
}

fn read_events(reader: &mut Reader<'_>, trigger: &mut Trigger) -> Outcome<()> {
    trigger.timing = reader.take_any(&["before", "after"]);
    if trigger.timing.is_empty() {
        reader.expect(&["instead", "of"])?;
        trigger.timing = "instead of";
    }
    let mut events: Vec<&str> = Vec::new();
    loop {
        let event = reader.take_any(&EVENTS);
        if event.is_empty() || events.contains(&event) {
            return Err(reader.refused("an event"));
        }
        events.push(event);
        if event == "update" && reader.take_word("of") {
            trigger.update_columns = reader.identifiers()?;
        }
        if !reader.take_word("or") {
            break;
        }
    }
    trigger.events = EVENTS.into_iter().filter(|event| events.contains(event)).collect();
    Ok(())
}

fn read_transitions(reader: &mut Reader<'_>, trigger: &mut Trigger) -> Outcome<()> {
    loop {
        let when = reader.take_any(&["old", "new"]);
        if when.is_empty() {
            return Ok(());
        }
        reader.take_any(&["table", "row"]);
        reader.take_word("as");
        let name = Some(reader.identifier()?);
        if when == "old" {
            trigger.old_table = name;
        } else {
            trigger.new_table = name;
        }
    }
}

fn read_call(reader: &mut Reader<'_>, trigger: &mut Trigger) -> Outcome<Name> {
    reader.expect(&["execute"])?;
    if reader.take_any(&["function", "procedure"]).is_empty() {
        return Err(reader.refused("FUNCTION"));
    }
    let function = reader.name()?;
    for mut item in reader.group()?.items()? {
        if item.kind(0) == Some(Kind::String) {
            trigger.arguments.push(item.string()?);
        } else if item.is_name(0) {
            trigger.arguments.push(item.identifier()?);
        } else {
            trigger.arguments.push(text_of(&item));
            item.at = item.end;
        }
        item.expect_end()?;
    }
    Ok(function)
}

/// Lets a trigger call the function of a name, now or once it is defined.
fn call(state: &mut State, id: Id, name: Name) {
    if let Some(trigger) = state.change(id).trigger_mut() {
        trigger.function_name = Some(name.clone());
    }
    let path = Arc::clone(&state.path);
    let statement = state.statement;
    if find_function(state, id, &name, &path) {
        return;
    }
    state.later(move |state| {
        if state.record(id).is_dropped {
            return;
        }
        state.statement = statement;
        if !find_function(state, id, &name, &path) && !is_system("routine", &name) {
            state.need_missing(id, called("function", &name), "trigger_function", None);
        }
    });
}

fn find_function(state: &mut State, id: Id, name: &Name, path: &[Text]) -> bool {
    let found = state.overloads_in(name, path).into_iter().find(|found| {
        state.record(*found).kind == "function" && state.routine(*found).is_some_and(can_be_called)
    });
    let Some(found) = found else { return false };
    if let Some(trigger) = state.change(id).trigger_mut() {
        trigger.function = Some(found);
    }
    state.need_object(id, found, "trigger_function", None);
    true
}

fn can_be_called(routine: &Routine) -> bool {
    !routine.parameters.iter().any(|parameter| matches!(parameter.mode, "in" | "inout" | "variadic"))
}

/// `ALTER TRIGGER name ON table (RENAME TO new | [NO] DEPENDS ON EXTENSION e)`.
pub(crate) fn alter_trigger(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["alter", "trigger"])?;
    let name = reader.identifier()?;
    reader.expect(&["on"])?;
    let table = state.relation(&reader.name()?);
    let Some(trigger) = table.and_then(|table| state.other_of("trigger", table, &name)) else {
        return unmodelled(MISSING);
    };
    if !reader.take(&["rename", "to"]) {
        return depends_on(state, &mut reader, trigger);
    }
    let new = reader.identifier()?;
    reader.expect_end()?;
    let mut pending = vec![trigger];
    while let Some(each) = pending.pop() {
        let Some(owner) = state.trigger(each).and_then(|trigger| trigger.table) else { continue };
        let old = state.record(each).name.clone();
        state.rename_of("trigger", owner, each, &new)?;
        for child in state.children(owner) {
            let clone = state.other_of("trigger", child, &old);
            pending.extend(
                clone.filter(|clone| state.trigger(*clone).is_some_and(|clone| clone.parent == Some(each))),
            );
        }
    }
    Ok(())
}

/// `CREATE EVENT TRIGGER name ON event [WHEN TAG IN (…)] EXECUTE FUNCTION f()`.
pub(crate) fn create_event_trigger(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["create", "event", "trigger"])?;
    let name = reader.identifier()?;
    reader.expect(&["on"])?;
    let mut trigger = Trigger { enabled: "origin", event: reader.identifier()?, ..Trigger::default() };
    if reader.take_word("when") {
        loop {
            if reader.identifier()? != "tag" {
                return unmodelled("event triggers are filtered by tags");
            }
            reader.expect(&["in"])?;
            for mut item in reader.group()?.items()? {
                trigger.tags.push(item.string()?);
                item.expect_end()?;
            }
            if !reader.take_word("and") {
                break;
            }
        }
    }
    let function = read_call(&mut reader, &mut trigger)?;
    reader.expect_end()?;
    let key = OtherKey::new("event_trigger", &name);
    if state.others.contains_key(&key) {
        return unmodelled(DEFINED);
    }
    let mut record = Record::new("event_trigger", None, name, trigger);
    record.owner.clone_from(&state.role);
    let id = state.add(record);
    state.put_other(key, id);
    call(state, id, function);
    Ok(())
}

/// `ENABLE` and `DISABLE` of an event trigger.
pub(crate) fn alter_event_trigger(state: &mut State, reader: &mut Reader<'_>, id: Id) -> Outcome<()> {
    let enabled = read_enabled(reader)?;
    reader.expect_end()?;
    if let Some(trigger) = state.change(id).trigger_mut() {
        trigger.enabled = enabled;
    }
    Ok(())
}

/// Goes past `ENABLE [REPLICA | ALWAYS]` or `DISABLE`.
pub(crate) fn read_enabled(reader: &mut Reader<'_>) -> Outcome<&'static str> {
    if reader.take(&["enable", "replica"]) {
        Ok("replica")
    } else if reader.take(&["enable", "always"]) {
        Ok("always")
    } else if reader.take_word("enable") {
        Ok("origin")
    } else if reader.take_word("disable") {
        Ok("disabled")
    } else {
        refused("ENABLE or DISABLE is expected")
    }
}
