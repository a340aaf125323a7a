//! Objects in whose texts a name says which schema it is from, where the edges tell.

use std::borrow::Cow;

use smallvec::SmallVec;

use super::meanings::Meanings;
use crate::model::records::{Body, Column, Constraint, Id, Key, Record, Table};
use crate::model::schema::Text;
use crate::model::state::State;
use crate::model::text::changed_partitioning;

/// Kinds of edges, each once.
type Edges = SmallVec<[&'static str; 6]>;
/// Numbers of objects; most often of one.
type Numbers = SmallVec<[Id; 8]>;

/// The object with such texts.
pub(super) fn resolved(state: &State, id: Id) -> Cow<'_, Record> {
    let record = state.record(id);
    let edges = edges_of_texts(record);
    if edges.is_empty() {
        return Cow::Borrowed(record);
    }
    let own = whole_trigger(state, id);
    let mut sources = Numbers::from_elem(own, 1);
    if let Body::Table(table) = &record.body {
        let indexes = table.constraints.iter().filter_map(|made| made.index);
        sources.extend(indexes.filter(|index| !state.record(*index).is_dropped));
    }
    let meanings = Meanings::of(state, own, &sources, &edges);
    if meanings.are_none() {
        return Cow::Borrowed(record);
    }
    match &record.body {
        Body::Table(table) => {
            let mut record = Cow::Borrowed(record);
            resolve_table(state, &meanings, table, &mut record);
            record
        }
        Body::Domain(_) => resolved_domain(state, &meanings, record),
        _ => resolved_texts(&meanings, record),
    }
}

/// The kinds of the edges that come from the texts that an object has.
fn edges_of_texts(record: &Record) -> Edges {
    let has = |has: bool, edge: &'static str| has.then_some(edge);
    match &record.body {
        Body::Table(table) => {
            let any = |has: fn(&Column) -> bool| table.columns.iter().any(|column| has(column));
            let made = |has: fn(&Constraint) -> bool| table.constraints.iter().any(|made| has(made));
            let texts = [
                has(any(|column| column.default.is_some()), "default"),
                has(any(|column| column.generated.is_some()), "generated"),
                has(any(|column| column.collation.is_some()), "type"),
                has(made(|made| made.expression.is_some()), "check"),
                has(made(|made| made.r#where.is_some() || !made.keys.is_empty()), "index"),
                has(table.partition_by.is_some(), "definition"),
            ];
            texts.into_iter().flatten().collect()
        }
        Body::Domain(_) => Edges::from_slice(&["default", "check", "type"]),
        Body::Type(found) => has(found.attributes.len() > 0, "type").into_iter().collect(),
        Body::Index(_) => Edges::from_slice(&["index"]),
        Body::View(_) => Edges::from_slice(&["query"]),
        Body::Policy(_) => Edges::from_slice(&["policy"]),
        Body::Rule(_) => Edges::from_slice(&["rule"]),
        Body::Trigger(trigger) => has(trigger.when.is_some(), "trigger").into_iter().collect(),
        Body::Routine(routine) if record.kind != "aggregate" => {
            let any_default = routine.parameters.iter().any(|parameter| parameter.default.is_some());
            let texts = [has(routine.sql_body.is_some(), "body"), has(any_default, "default")];
            texts.into_iter().flatten().collect()
        }
        _ => Edges::new(),
    }
}

/// The trigger that one is a part of, or the object itself: the condition is that of the whole.
fn whole_trigger(state: &State, id: Id) -> Id {
    let mut whole = id;
    while let Some(parent) = state.trigger(whole).and_then(|trigger| trigger.parent)
        && !state.record(parent).is_dropped
    {
        whole = parent;
    }
    whole
}

/// Puts a text in the place of another one, if there is one to put.
fn put(place: &mut Option<Text>, text: Option<Text>) {
    if text.is_some() {
        *place = text;
    }
}

fn resolve_table(state: &State, meanings: &Meanings, table: &Table, record: &mut Cow<'_, Record>) {
    for column in table.columns.iter() {
        let found = state.type_ref(column.r#type);
        let default = column.default.as_ref().filter(|default| !state.is_no_default(default, found));
        let default = meanings.optional("default", default);
        let generated = meanings.optional("generated", column.generated.as_ref());
        let collation = meanings.collation("type", column.collation.as_ref());
        if default.is_none() && generated.is_none() && collation.is_none() {
            continue;
        }
        if let Some(table) = record.to_mut().table_mut() {
            table.columns.edit(&column.name, |column| {
                put(&mut column.default, default);
                put(&mut column.generated, generated);
                put(&mut column.collation, collation);
            });
        }
    }
    for made in table.constraints.iter() {
        let expression = meanings.optional("check", made.expression.as_ref());
        let condition = meanings.optional("index", made.r#where.as_ref());
        let keys = resolved_keys(meanings, &made.keys);
        if expression.is_none() && condition.is_none() && keys.is_none() {
            continue;
        }
        if let Some(table) = record.to_mut().table_mut() {
            table.constraints.edit(&made.name, |made| {
                put(&mut made.expression, expression);
                put(&mut made.r#where, condition);
                if let Some(keys) = keys {
                    made.keys = keys;
                }
            });
        }
    }
    if let Some(text) = &table.partition_by {
        let changed = changed_partitioning(text, |keys| {
            meanings.text("definition", keys).unwrap_or_else(|| keys.clone())
        });
        if changed != *text
            && let Some(table) = record.to_mut().table_mut()
        {
            table.partition_by = Some(changed);
        }
    }
}

fn resolved_keys(meanings: &Meanings, keys: &[Key]) -> Option<Vec<Key>> {
    let mut found: Option<Vec<Key>> = None;
    for (place, key) in keys.iter().enumerate() {
        let expression = if key.column.is_none() { meanings.text("index", &key.expression) } else { None };
        let collation = meanings.collation("index", key.collation.as_ref());
        if expression.is_none() && collation.is_none() {
            continue;
        }
        let key = &mut found.get_or_insert_with(|| keys.to_vec())[place];
        if let Some(expression) = expression {
            key.expression = expression;
        }
        put(&mut key.collation, collation);
    }
    found
}

fn resolved_domain<'a>(state: &State, meanings: &Meanings, record: &'a Record) -> Cow<'a, Record> {
    let mut record = Cow::Borrowed(record);
    if let Some(domain) = record.to_mut().domain_mut() {
        let found = state.type_ref(domain.r#type);
        let default = domain.default.as_ref().filter(|default| !state.is_no_default(default, found));
        let default = meanings.optional("default", default);
        put(&mut domain.default, default);
        let collation = meanings.collation("type", domain.collation.as_ref());
        put(&mut domain.collation, collation);
        domain.constraints.edit_all(|made| {
            let expression = meanings.optional("check", made.expression.as_ref());
            put(&mut made.expression, expression);
        });
    }
    record
}

/// A copy of an object that has its texts itself.
fn resolved_texts<'a>(meanings: &Meanings, record: &'a Record) -> Cow<'a, Record> {
    let optional = |edge, place: &mut Option<Text>| {
        let text = meanings.optional(edge, place.as_ref());
        put(place, text);
    };
    let text = |edge, place: &mut Text| {
        if let Some(text) = meanings.text(edge, place) {
            *place = text;
        }
    };
    let mut record = record.clone();
    match &mut record.body {
        Body::View(view) => text("query", &mut view.query),
        Body::Index(index) => {
            optional("index", &mut index.r#where);
            if let Some(keys) = resolved_keys(meanings, &index.keys) {
                index.keys = keys;
            }
        }
        Body::Routine(routine) => {
            optional("body", &mut routine.sql_body);
            for parameter in &mut routine.parameters {
                optional("default", &mut parameter.default);
            }
        }
        Body::Trigger(trigger) => optional("trigger", &mut trigger.when),
        Body::Policy(policy) => {
            optional("policy", &mut policy.using);
            optional("policy", &mut policy.check);
        }
        Body::Rule(rule) => {
            optional("rule", &mut rule.condition);
            for action in &mut rule.actions {
                text("rule", action);
            }
        }
        Body::Type(found) => found.attributes.edit_all(|attribute| {
            let collation = meanings.collation("type", attribute.collation.as_ref());
            put(&mut attribute.collation, collation);
        }),
        _ => {}
    }
    Cow::Owned(record)
}
