//! What objects are called, as a person would.

use std::borrow::Cow;

use compact_str::format_compact;

use crate::model::objects::identity_types;
use crate::model::records::{Body, Definition, Id, Record};
use crate::model::schema::Text;
use crate::model::state::State;
use crate::model::text::{joined, quoted_name};
use crate::model::types::qualified;

/// What an edge calls an object.
pub(crate) fn called(state: &State, id: Id) -> Text {
    let record = state.record(id);
    let kind = words_of(record.kind);
    let table = match &record.body {
        Body::Trigger(trigger) => trigger.table,
        Body::Policy(policy) => Some(policy.table),
        Body::Rule(rule) => Some(rule.table),
        _ => None,
    };
    if let Some(table) = table {
        let table = state.record(table);
        return joined(&[&kind, " ", &quoted_name(&record.name), " on ", &qualified(table)]);
    }
    match &record.body {
        Body::Routine(routine) => {
            let types = identity_types(state, routine);
            joined(&[&kind, " ", &qualified(record), "(", &types.join(", "), ")"])
        }
        Body::Definition(definition) => called_definition(state, record, definition, &kind),
        Body::Extension(_) => format_compact!("{kind} {}", quoted_name(&record.name)),
        _ => joined(&[&kind, " ", &qualified(record)]),
    }
}

/// The words of a kind.
fn words_of(kind: &str) -> Cow<'_, str> {
    if kind.contains('_') { Cow::Owned(kind.replace('_', " ")) } else { Cow::Borrowed(kind) }
}

fn called_definition(state: &State, record: &Record, definition: &Definition, kind: &str) -> Text {
    let arguments = argument_types(state, definition);
    let name = quoted_name(&record.name);
    match record.kind {
        "cast" => format_compact!("{kind} ({})", arguments.unwrap_or_default().join(" AS ")),
        "transform" => {
            format_compact!("{kind} for {} language {name}", arguments.unwrap_or_default().join(", "))
        }
        "user_mapping" => match &definition.parent {
            Some(server) => format_compact!("{kind} for {name} server {}", quoted_name(server)),
            None => format_compact!("{kind} for {name}"),
        },
        _ => {
            let schema = record.schema.as_ref().map(|schema| quoted_name(schema));
            let name = if record.kind == "operator" { record.name.clone() } else { name };
            let mut called = match schema {
                Some(schema) => format_compact!("{kind} {schema}.{name}"),
                None => format_compact!("{kind} {name}"),
            };
            if let Some(arguments) = arguments {
                called.push_str(&format_compact!("({})", arguments.join(", ")));
            }
            if let (true, Some(method)) = (record.kind.starts_with("operator_"), &definition.parent) {
                called.push_str(&format_compact!(" using {}", quoted_name(method)));
            }
            called
        }
    }
}

pub(super) fn argument_types(state: &State, definition: &Definition) -> Option<Vec<Text>> {
    let types = definition.types.as_ref()?;
    let spelt =
        types.iter().map(|found| found.map_or(Text::const_new("none"), |found| state.spelt(found, false)));
    Some(spelt.collect())
}
