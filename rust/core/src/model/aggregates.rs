//! Aggregates.

use super::catalog::is_system_schema;
use super::edges::{Link, add_reference};
use super::objects::read_parameter;
use super::reading::{Outcome, Reader, unmodelled, unquoted};
use super::records::{Parameter, Record, Routine};
use super::references::Reference;
use super::routines::enter;
use super::schema::Text;
use super::settings::value_text;
use super::state::State;
use super::statement::Statement;
use super::types::read_type;

/// Whether an option names a function.
fn names_function(option: &str) -> bool {
    matches!(
        option,
        "sfunc"
            | "finalfunc"
            | "combinefunc"
            | "serialfunc"
            | "deserialfunc"
            | "msfunc"
            | "minvfunc"
            | "mfinalfunc"
            | "sfunc1"
            | "initcond1"
    )
}

/// `CREATE [OR REPLACE] AGGREGATE`, in the old form too.
pub(crate) fn create_aggregate(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["create"])?;
    let is_replacing = reader.take(&["or", "replace"]);
    reader.expect(&["aggregate"])?;
    let name = reader.name()?;
    let mut routine = Routine::default();
    let mut group = reader.group()?;
    let options;
    if reader.is_group() {
        read_arguments(state, group, &mut routine)?;
        options = read_definition(reader.group()?)?;
    } else {
        let mut all = read_definition(group)?;
        let base = all.iter().find(|(option, _)| option == "basetype").map(|(_, tokens)| *tokens);
        all.retain(|(option, _)| option != "basetype");
        options = all;
        let Some(base) = base else { return unmodelled("an aggregate has arguments") };
        group = base;
        if !matches!(unquoted(group.text(0)).to_lowercase().as_str(), "'any'" | "any" | "*") {
            let r#type = state.add_type(read_type(&mut group)?);
            routine.parameters = vec![Parameter { name: None, mode: "in", r#type, default: None }];
        }
    }
    reader.expect_end()?;
    for (option, tokens) in &options {
        let value = if tokens.is_done() { None } else { Some(value_text(tokens)) };
        routine.definition.insert(option.clone(), value);
    }
    let schema = state.schema_of(&name, false)?;
    let types: Vec<_> = routine
        .parameters
        .iter()
        .chain(routine.ordered.iter().flatten())
        .map(|parameter| parameter.r#type)
        .collect();
    for found in &types {
        state.find_type_now(*found);
    }
    let id = enter(state, Record::new("aggregate", Some(schema), name.name, routine), is_replacing)?;
    for found in types {
        state.resolve(found, id, "type", None);
    }
    for (option, mut tokens) in options {
        if !tokens.is_name(0) {
            continue;
        }
        if names_function(&option) {
            let name = tokens.name()?;
            if !name.schema.as_ref().is_some_and(|schema| is_system_schema(schema)) {
                add_reference(
                    state,
                    &Reference { kind: "routine", name, count: None },
                    Link::new(id, "definition"),
                );
            }
        } else if matches!(option.as_str(), "stype" | "mstype" | "stype1") {
            let found = state.add_type(read_type(&mut tokens)?);
            state.resolve(found, id, "type", None);
        }
    }
    Ok(())
}

fn read_arguments(state: &mut State, mut group: Reader<'_>, routine: &mut Routine) -> Outcome<()> {
    if group.take_sign("*") {
        return group.expect_end();
    }
    routine.parameters = bare_parameters(state, group.until(&["order"]))?;
    if group.take(&["order", "by"]) {
        routine.ordered = Some(bare_parameters(state, group)?);
    }
    Ok(())
}

fn bare_parameters(state: &mut State, mut tokens: Reader<'_>) -> Outcome<Vec<Parameter>> {
    let mut found = Vec::new();
    for mut item in tokens.items()? {
        let spec = read_parameter(&mut item)?;
        item.expect_end()?;
        let r#type = state.add_type(spec.r#type);
        found.push(Parameter { name: spec.name, mode: spec.mode, r#type, default: None });
    }
    Ok(found)
}

fn read_definition(mut group: Reader<'_>) -> Outcome<Vec<(Text, Reader<'_>)>> {
    let found = definition_items(&mut group)?;
    if found.is_empty() {
        return Err(group.refused("a definition"));
    }
    Ok(found)
}

/// Names and the tokens of their values: `name [= value]`.
pub(crate) fn definition_items<'a>(group: &mut Reader<'a>) -> Outcome<Vec<(Text, Reader<'a>)>> {
    let mut found = Vec::new();
    for mut item in group.items()? {
        let name = item.identifier()?;
        if !item.take_sign("=") {
            item.expect_end()?;
        }
        found.push((name, item));
    }
    Ok(found)
}
