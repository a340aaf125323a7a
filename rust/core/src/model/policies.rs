//! Row level security policies.

use std::collections::BTreeSet;

use super::edges::{Link, add_references};
use super::privileges::read_role;
use super::reading::{Outcome, Reader, unmodelled};
use super::records::{Id, Policy, Record};
use super::schema::Text;
use super::state::{DEFINED, MISSING, OtherKey, State};
use super::statement::Statement;
use super::text::expression_text;

/// `CREATE POLICY name ON table …`.
pub(crate) fn create_policy(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["create", "policy"])?;
    let name = reader.identifier()?;
    reader.expect(&["on"])?;
    let written = reader.name()?;
    let mut policy = Policy { command: "all", ..Policy::default() };
    if reader.take_word("as") {
        policy.is_restrictive = match reader.take_any(&["permissive", "restrictive"]) {
            "" => return Err(reader.refused("PERMISSIVE")),
            mode => mode == "restrictive",
        };
    }
    if reader.take_word("for") {
        policy.command = reader.take_any(&["all", "select", "insert", "update", "delete"]);
        if policy.command.is_empty() {
            return Err(reader.refused("a command"));
        }
    }
    let rest = read_rest(state, &mut reader)?;
    let Some(table) = state.relation(&written).filter(|table| state.table(*table).is_some()) else {
        return unmodelled(MISSING);
    };
    let key = OtherKey::of("policy", table, &name);
    if state.others.contains_key(&key) {
        return unmodelled(DEFINED);
    }
    policy.table = table;
    policy.roles = rest.roles.clone().unwrap_or_else(|| vec![Text::const_new("public")]);
    let id = state.add(Record::new("policy", state.record(table).schema.clone(), name, policy));
    state.put_other(key, id);
    state.belong(id, table);
    set_conditions(state, id, table, &rest)
}

/// What stands at the end of a statement about a policy.
struct Rest<'a> {
    roles: Option<Vec<Text>>,
    using: Option<Reader<'a>>,
    check: Option<Reader<'a>>,
}

fn read_rest<'a>(state: &State, reader: &mut Reader<'a>) -> Outcome<Rest<'a>> {
    let mut roles = None;
    if reader.take_word("to") {
        let mut found = BTreeSet::new();
        loop {
            let word = reader.word(0);
            found.insert(read_role(state, reader)?.unwrap_or_else(|| Text::new(word)));
            if !reader.take_sign(",") {
                break;
            }
        }
        let is_public = found.contains("public");
        roles = Some(if is_public { vec![Text::const_new("public")] } else { found.into_iter().collect() });
    }
    let using = if reader.take_word("using") { Some(reader.group()?) } else { None };
    let check = if reader.take(&["with", "check"]) { Some(reader.group()?) } else { None };
    reader.expect_end()?;
    Ok(Rest { roles, using, check })
}

fn set_conditions(state: &mut State, id: Id, table: Id, rest: &Rest<'_>) -> Outcome<()> {
    if let Some(policy) = state.change(id).policy_mut() {
        for (known, said) in [(&mut policy.using, &rest.using), (&mut policy.check, &rest.check)] {
            if let Some(said) = said {
                *known = Some(expression_text(said));
            }
        }
    }
    state.need_object(id, table, "policy", None);
    for tokens in rest.using.iter().chain(&rest.check) {
        add_references(state, tokens, Link::new(id, "policy"))?;
    }
    Ok(())
}

/// `ALTER POLICY name ON table (RENAME TO new | [TO roles] [USING …] [WITH CHECK …])`.
pub(crate) fn alter_policy(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["alter", "policy"])?;
    reader.take(&["if", "exists"]);
    let name = reader.identifier()?;
    reader.expect(&["on"])?;
    let table = state.relation(&reader.name()?);
    let found = table.and_then(|table| Some((table, state.other_of("policy", table, &name)?)));
    let Some((table, id)) = found else {
        return if statement.has_form() { Ok(()) } else { unmodelled(MISSING) };
    };
    if reader.take(&["rename", "to"]) {
        let new = reader.identifier()?;
        reader.expect_end()?;
        return state.rename_of("policy", table, id, &new);
    }
    let rest = read_rest(state, &mut reader)?;
    if let (Some(roles), Some(policy)) = (&rest.roles, state.change(id).policy_mut()) {
        policy.roles.clone_from(roles);
    }
    if rest.using.is_some() && rest.check.is_some() {
        state.forget(id, &[], None);
    }
    set_conditions(state, id, table, &rest)
}
