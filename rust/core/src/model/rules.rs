//! Rewrite rules.

use super::dropping::drop_member;
use super::edges::{Link, add_references};
use super::reading::{Outcome, Reader, unmodelled};
use super::records::{Record, Rule};
use super::schema::Text;
use super::state::{DEFINED, MISSING, OtherKey, State};
use super::statement::Statement;
use super::text::{expression_text, text_of};
use crate::sql::Form;

/// `CREATE [OR REPLACE] RULE name AS ON event TO table [WHERE …] DO …`.
pub(crate) fn create_rule(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["create"])?;
    reader.take(&["or", "replace"]);
    reader.expect(&["rule"])?;
    let name = reader.identifier()?;
    reader.expect(&["as", "on"])?;
    let event = reader.take_any(&["select", "insert", "update", "delete"]);
    if event.is_empty() {
        return Err(reader.refused("an event"));
    }
    reader.expect(&["to"])?;
    let written = reader.name()?;
    let condition = if reader.take_word("where") { Some(reader.until(&["do"])) } else { None };
    reader.expect(&["do"])?;
    let is_instead = reader.take_any(&["also", "instead"]) == "instead";
    let actions = read_actions(&mut reader)?;
    let Some(table) = state.relation(&written).filter(|table| state.record(*table).relation().is_some())
    else {
        return unmodelled(MISSING);
    };
    if state.view(table).is_some()
        && event == "select"
        && name == "_RETURN"
        && let [query] = &actions[..]
    {
        // The query of a view is a rule.
        state.forget(table, &["query"], None);
        let number = state.statement;
        let record = state.change(table);
        record.statement = number;
        if let Some(view) = record.view_mut() {
            view.query = expression_text(query);
        }
        return add_references(state, query, Link::new(table, "query"));
    }
    let key = OtherKey::of("rule", table, &name);
    let known = state.others.get(&key).copied();
    let mut rule = Rule {
        table,
        event,
        is_instead,
        condition: condition.as_ref().map(expression_text),
        actions: actions.iter().map(text_of).collect(),
        enabled: "origin",
    };
    let mut comment: Option<Text> = None;
    if let Some(known) = known {
        if statement.form != Form::OrReplace {
            return unmodelled(DEFINED);
        }
        comment.clone_from(&state.record(known).comment);
        rule.enabled = state.record(known).rule().map_or("origin", |rule| rule.enabled);
        drop_member(state, known);
    }
    let mut record = Record::new("rule", state.record(table).schema.clone(), name, rule);
    record.comment = comment;
    let id = state.add(record);
    state.put_other(key, id);
    state.belong(id, table);
    state.need_object(id, table, "rule", None);
    for tokens in condition.iter().chain(&actions) {
        add_references(state, tokens, Link::new(id, "rule"))?;
    }
    Ok(())
}

fn read_actions<'a>(reader: &mut Reader<'a>) -> Outcome<Vec<Reader<'a>>> {
    let mut actions = Vec::new();
    if reader.take_word("nothing") && reader.is_done() {
        return Ok(actions);
    }
    let mut inner = *reader;
    let mut after = inner;
    if inner.is_group() && !inner.is_sign_at("(", 1) {
        let group = after.group()?;
        if after.is_done() {
            inner = group;
        }
    }
    while !inner.is_done() {
        let action = inner.until(&[";"]);
        if !action.is_done() {
            actions.push(action);
        }
        inner.take_sign(";");
    }
    Ok(actions)
}

/// `ALTER RULE name ON table RENAME TO new`.
pub(crate) fn alter_rule(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["alter", "rule"])?;
    let name = reader.identifier()?;
    reader.expect(&["on"])?;
    let table = state.relation(&reader.name()?);
    reader.expect(&["rename", "to"])?;
    let new = reader.identifier()?;
    reader.expect_end()?;
    match table.and_then(|table| Some((table, state.other_of("rule", table, &name)?))) {
        Some((table, rule)) => state.rename_of("rule", table, rule, &new),
        None => unmodelled(MISSING),
    }
}
