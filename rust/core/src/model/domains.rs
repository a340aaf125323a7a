//! `CREATE DOMAIN` and `ALTER DOMAIN`.

use std::sync::Arc;

use super::columns::{collation_of, default_expression};
use super::constraint_specs::{ConstraintSpec, read_attributes, read_table_constraint, source_text};
use super::edges::{Link, add_references, need_collation};
use super::implied::constraint_name;
use super::named::Named;
use super::privileges::made;
use super::reading::{Outcome, Reader, Source, unmodelled};
use super::records::{Constraint, Domain, Id, Record};
use super::schema::Text;
use super::state::{DEFINED, State};
use super::statement::Statement;
use super::text::expression_text;
use super::types::read_type;

const NO_CONSTRAINT: &str = "there is no such constraint";

/// `CREATE DOMAIN name [AS] type …`.
pub(crate) fn create_domain(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["create", "domain"])?;
    let name = reader.name()?;
    reader.take_word("as");
    let schema = state.schema_of(&name, false)?;
    let found = read_type(&mut reader)?;
    let mut collation = None;
    let mut specs: Vec<ConstraintSpec<'_>> = Vec::new();
    let mut default = None;
    while !reader.is_done() {
        let given = if reader.take_word("constraint") { reader.identifier()? } else { Text::default() };
        if reader.take_word("collate") {
            collation = collation_of(&mut reader)?;
        } else if reader.take_word("default") {
            default = Some(default_expression(&mut reader)?);
        } else if reader.take(&["not", "null"]) {
            specs.push(spec("not_null", given));
        } else if reader.take_word("null") {
        } else if reader.take_word("check") {
            let mut check = spec("check", given);
            check.expression = Some(Source::Read(reader.group()?.bare()));
            specs.push(check);
        } else {
            let is_attribute = specs
                .last_mut()
                .is_some_and(|last| read_attributes(&mut reader, Arc::make_mut(&mut last.constraint)));
            if !is_attribute {
                return Err(reader.refused("a constraint"));
            }
        }
    }
    let key = (schema.clone(), name.name.clone());
    if state.types.contains_key(&key) {
        return unmodelled(DEFINED);
    }
    let type_id = state.add_type(found);
    let domain = Domain {
        r#type: type_id,
        collation,
        is_not_null: false,
        default: None,
        default_part: state.new_part(),
        constraints: Named::default(),
    };
    let id = state.add(Record::new("domain", Some(schema), name.name, domain));
    state.put_type(key, Some(id));
    made(state, id);
    state.resolve(type_id, id, "type", None);
    let collation = state.domain(id).and_then(|domain| domain.collation.clone());
    need_collation(state, collation.as_ref(), Link::new(id, "type"));
    if let Some(default) = default {
        set_default(state, id, &default)?;
    }
    for spec in specs {
        add_constraint(state, id, spec)?;
    }
    Ok(())
}

fn spec<'a>(kind: &'static str, name: Text) -> ConstraintSpec<'a> {
    ConstraintSpec::of(Constraint { name, ..Constraint::new(0, kind) })
}

pub(crate) fn change_domain(state: &mut State, id: Id, change: impl FnOnce(&mut Domain)) {
    if let Some(domain) = state.change(id).domain_mut() {
        change(domain);
    }
}

fn set_default(state: &mut State, id: Id, tokens: &Reader<'_>) -> Outcome<()> {
    let text = expression_text(tokens);
    let mut part = 0;
    change_domain(state, id, |domain| {
        part = domain.default_part;
        domain.default = Some(text);
    });
    add_references(state, tokens, Link::of_part(id, "default", part))
}

fn add_constraint(state: &mut State, id: Id, spec: ConstraintSpec<'_>) -> Outcome<()> {
    let record = state.shared(id);
    let Some(domain) = record.domain() else { return unmodelled("it is no domain") };
    let mut made = Arc::unwrap_or_clone(spec.constraint);
    let is_not_null = made.kind == "not_null";
    if is_not_null {
        if domain.is_not_null {
            return Ok(());
        }
        change_domain(state, id, |domain| domain.is_not_null = true);
    }
    if made.name.is_empty() {
        let label = if is_not_null { "not_null" } else { "check" };
        made.name = constraint_name(state, &record.name, None, label, record.schema.as_ref(), None);
    }
    if domain.constraints.contains(&made.name) {
        return unmodelled(DEFINED);
    }
    made.part = state.new_part();
    made.statement = state.statement;
    if let Some(expression) = &spec.expression {
        made.expression = Some(source_text(expression));
        let link = Link::of_part(id, "check", made.part);
        expression.with(|read| add_references(state, &read, link))?;
    }
    state.take_constraint_name(record.schema.as_ref(), &made.name);
    change_domain(state, id, |domain| domain.constraints.put(made));
    Ok(())
}

/// What `ALTER DOMAIN` says besides name, schema and owner.
pub(crate) fn alter_domain(state: &mut State, reader: &mut Reader<'_>, id: Id) -> Outcome<()> {
    let record = state.shared(id);
    let Some(domain) = record.domain() else { return unmodelled("it is no domain") };
    if reader.take(&["set", "default"]) {
        state.forget(id, &[], Some(domain.default_part));
        if reader.is_done() {
            return Err(reader.refused("an expression"));
        }
        return set_default(state, id, reader);
    }
    if reader.take(&["drop", "default"]) {
        state.forget(id, &[], Some(domain.default_part));
        change_domain(state, id, |domain| domain.default = None);
    } else if reader.take(&["set", "not", "null"]) {
        add_constraint(state, id, spec("not_null", Text::default()))?;
    } else if reader.take(&["drop", "not", "null"]) {
        drop_not_null(state, id);
    } else if reader.take_word("add") {
        let tokens = *reader;
        reader.at = reader.end;
        let added = read_constraint(tokens)?;
        add_constraint(state, id, added)?;
    } else if reader.take(&["drop", "constraint"]) {
        let may_miss = reader.take(&["if", "exists"]);
        let name = reader.identifier()?;
        reader.take_any(&["cascade", "restrict"]);
        match domain.constraints.get(&name) {
            None if may_miss => {}
            None => return unmodelled(NO_CONSTRAINT),
            Some(known) if known.kind == "not_null" => drop_not_null(state, id),
            Some(known) => drop_constraint(state, id, known),
        }
    } else if reader.take(&["rename", "constraint"]) {
        let old = reader.identifier()?;
        reader.expect(&["to"])?;
        let new = reader.identifier()?;
        if !domain.constraints.contains(&old) || domain.constraints.contains(&new) {
            return unmodelled(NO_CONSTRAINT);
        }
        state.forget_constraint_name(record.schema.as_ref(), &old);
        state.take_constraint_name(record.schema.as_ref(), &new);
        change_domain(state, id, |domain| domain.constraints.rename(&old, |made| made.name = new));
    } else if reader.take(&["validate", "constraint"]) {
        let name = reader.identifier()?;
        if !domain.constraints.contains(&name) {
            return unmodelled(NO_CONSTRAINT);
        }
        change_domain(state, id, |domain| domain.constraints.edit(&name, |made| made.is_valid = true));
    } else {
        return Err(reader.refused("an action"));
    }
    reader.expect_end()
}

fn read_constraint(mut tokens: Reader<'_>) -> Outcome<ConstraintSpec<'_>> {
    let mut start = tokens;
    let name = if start.take_word("constraint") { start.identifier()? } else { Text::default() };
    if start.take(&["not", "null"]) {
        start.expect_end()?;
        return Ok(spec("not_null", name));
    }
    read_table_constraint(&mut tokens)
}

fn drop_not_null(state: &mut State, id: Id) {
    let record = state.shared(id);
    if let Some(domain) = record.domain() {
        for made in domain.constraints.iter().filter(|made| made.kind == "not_null") {
            drop_constraint(state, id, made);
        }
    }
    change_domain(state, id, |domain| domain.is_not_null = false);
}

fn drop_constraint(state: &mut State, id: Id, made: &Constraint) {
    change_domain(state, id, |domain| {
        domain.constraints.remove(&made.name);
    });
    let schema = state.record(id).schema.clone();
    state.forget_constraint_name(schema.as_ref(), &made.name);
    state.forget(id, &[], Some(made.part));
}
