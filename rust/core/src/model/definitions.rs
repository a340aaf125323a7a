//! Objects that are told by their clauses: casts, operators, text search, publications, servers …

use compact_str::format_compact;

use super::edges::{Link, add_reference, add_references};
use super::objects::read_operator_name;
use super::privileges::made;
use super::reading::{Kind, Name, Outcome, Reader, unmodelled};
use super::records::{Definition, Id, Record, TypeId};
use super::references::Reference;
use super::schema::Text;
use super::state::{DEFINED, OtherKey, State};
use super::statement::Statement;
use super::statistics::name_statistics;
use super::text::text_of;
use super::types::read_type;
use crate::sql::Form;

/// The words of such an object's `CREATE` and its kind, by command tag.
fn kind_of(tag: &str) -> Option<(&'static [&'static str], &'static str)> {
    Some(match tag {
        "CREATE ACCESS METHOD" => (&["access", "method"], "access_method"),
        "CREATE CAST" => (&["cast"], "cast"),
        "CREATE COLLATION" => (&["collation"], "collation"),
        "CREATE CONVERSION" => (&["conversion"], "conversion"),
        "CREATE DATABASE" => (&["database"], "database"),
        "CREATE FOREIGN DATA WRAPPER" => (&["foreign", "data", "wrapper"], "foreign_data_wrapper"),
        "CREATE LANGUAGE" => (&["language"], "language"),
        "CREATE OPERATOR" => (&["operator"], "operator"),
        "CREATE OPERATOR CLASS" => (&["operator", "class"], "operator_class"),
        "CREATE OPERATOR FAMILY" => (&["operator", "family"], "operator_family"),
        "CREATE PUBLICATION" => (&["publication"], "publication"),
        "CREATE SERVER" => (&["server"], "foreign_server"),
        "CREATE STATISTICS" => (&["statistics"], "statistics"),
        "CREATE SUBSCRIPTION" => (&["subscription"], "subscription"),
        "CREATE TABLESPACE" => (&["tablespace"], "tablespace"),
        "CREATE TEXT SEARCH CONFIGURATION" => {
            (&["text", "search", "configuration"], "text_search_configuration")
        }
        "CREATE TEXT SEARCH DICTIONARY" => (&["text", "search", "dictionary"], "text_search_dictionary"),
        "CREATE TEXT SEARCH PARSER" => (&["text", "search", "parser"], "text_search_parser"),
        "CREATE TEXT SEARCH TEMPLATE" => (&["text", "search", "template"], "text_search_template"),
        "CREATE TRANSFORM" => (&["transform"], "transform"),
        "CREATE USER MAPPING" => (&["user", "mapping"], "user_mapping"),
        _ => return None,
    })
}

/// Whether a command tag is that of such an object's `CREATE`.
pub(crate) fn is_definition(tag: &str) -> bool {
    kind_of(tag).is_some()
}

fn has_schema(kind: &str) -> bool {
    matches!(
        kind,
        "collation"
            | "conversion"
            | "operator_class"
            | "operator_family"
            | "statistics"
            | "text_search_configuration"
            | "text_search_dictionary"
            | "text_search_parser"
            | "text_search_template"
    )
}

/// What is read of such an object.
pub(crate) struct Spec {
    pub(crate) kind: &'static str,
    pub(crate) schema: Option<Text>,
    pub(crate) name: Text,
    pub(crate) definition: Definition,
}

/// `CREATE` of such an object.
pub(crate) fn create_definition(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let Some((words, kind)) = kind_of(statement.kind) else { return unmodelled("it has no place") };
    let mut reader = statement.reader();
    reader.expect(&["create"])?;
    reader.take(&["or", "replace"]);
    let mut prefix = Text::default();
    for word in ["default", "trusted", "procedural"] {
        if reader.take_word(word) && word != "procedural" {
            prefix.push_str(word);
            prefix.push(' ');
        }
    }
    reader.expect(words)?;
    reader.take(&["if", "not", "exists"]);
    let mut spec = Spec { kind, schema: None, name: Text::default(), definition: Definition::default() };
    let start = read_name(state, &mut reader, &mut spec)?;
    let clauses = reader.part(start, reader.end);
    let text = format_compact!("{prefix}{}", text_of(&clauses));
    spec.definition.clauses = Text::new(text.trim());
    if clauses.is_done()
        && !matches!(
            kind,
            "database" | "foreign_data_wrapper" | "operator_family" | "publication" | "user_mapping"
        )
    {
        return Err(reader.refused("what it is"));
    }
    if kind == "statistics" {
        name_statistics(state, clauses, &mut spec)?;
    }
    if has_schema(kind) {
        let name = Name { schema: spec.schema.take(), name: spec.name.clone() };
        spec.schema = Some(state.schema_of(&name, false)?);
    }
    let record = Record::new(kind, spec.schema, spec.name, spec.definition);
    let key = definition_key(state, &record);
    let id = match state.others.get(&key).copied() {
        Some(_) if statement.form == Form::IfNotExists => return Ok(()),
        Some(known) => {
            let Some(own) = record.definition().filter(|_| statement.form == Form::OrReplace) else {
                return unmodelled(DEFINED);
            };
            state.forget(known, &[], None);
            let number = state.statement;
            let changed = state.change(known);
            changed.statement = number;
            if let Some(changed) = changed.definition_mut() {
                changed.clauses.clone_from(&own.clauses);
            }
            known
        }
        None => {
            let id = state.add(record);
            state.put_other(key, id);
            made(state, id);
            if kind == "operator" {
                state.add_operator(id);
            }
            id
        }
    };
    refer(state, clauses, id)?;
    if kind == "operator_class" {
        add_family(state, id, clauses);
    }
    Ok(())
}

/// Goes past the name; where the clauses start.
fn read_name(state: &mut State, reader: &mut Reader<'_>, spec: &mut Spec) -> Outcome<usize> {
    let kind = spec.kind;
    match kind {
        "cast" => {
            let mut group = reader.group()?;
            let source = read_type(&mut group)?;
            group.expect(&["as"])?;
            let target = read_type(&mut group)?;
            group.expect_end()?;
            let types = [source, target].map(|found| Some(known_now(state, found)));
            spec.definition.types = Some(types.to_vec());
        }
        "transform" => {
            reader.expect(&["for"])?;
            let found = read_type(reader)?;
            spec.definition.types = Some(vec![Some(known_now(state, found))]);
            reader.expect(&["language"])?;
            spec.name = reader.identifier()?;
        }
        "user_mapping" => {
            reader.expect(&["for"])?;
            spec.name = reader.identifier()?;
            reader.expect(&["server"])?;
            spec.definition.parent = Some(reader.identifier()?);
        }
        "operator" => {
            let name = read_operator_name(reader)?;
            spec.schema = Some(state.schema_of(&name, false)?);
            spec.name = name.name;
            let start = reader.at;
            spec.definition.types = Some(read_operands(state, reader.group()?)?);
            reader.expect_end()?;
            return Ok(start);
        }
        "statistics" if reader.is_word("on") || reader.is_group() => {}
        _ if has_schema(kind) => {
            let name = reader.name()?;
            (spec.schema, spec.name) = (name.schema, name.name);
            if matches!(kind, "operator_class" | "operator_family") {
                let start = reader.at;
                reader.until(&["using"]);
                reader.expect(&["using"])?;
                spec.definition.parent = Some(reader.identifier()?);
                return Ok(if kind == "operator_class" { start } else { reader.at });
            }
        }
        "language" if reader.kind(0) == Some(Kind::String) => spec.name = reader.string()?,
        _ => spec.name = reader.identifier()?,
    }
    Ok(reader.at)
}

fn known_now(state: &mut State, found: super::records::TypeRef) -> TypeId {
    let id = state.add_type(found);
    state.find_type_now(id);
    id
}

fn read_operands(state: &mut State, mut group: Reader<'_>) -> Outcome<Vec<Option<TypeId>>> {
    let mut operands = [None, None];
    for mut item in group.items()? {
        let place = match item.identifier()?.as_str() {
            "leftarg" => 0,
            "rightarg" => 1,
            _ => continue,
        };
        if item.take_sign("=") && item.word(0) != "none" {
            let found = read_type(&mut item)?;
            operands[place] = Some(known_now(state, found));
        }
    }
    Ok(operands.to_vec())
}

/// What tells it from others of its kind.
pub(crate) fn definition_key(state: &State, record: &Record) -> OtherKey {
    let Some(definition) = record.definition() else { return OtherKey::new(record.kind, &record.name) };
    let mut types: Vec<Text> = definition
        .types
        .iter()
        .flatten()
        .map(|found| found.map_or(Text::const_new("none"), |found| state.spelt(found, false)))
        .collect();
    let parent = definition.parent.clone();
    match record.kind {
        "cast" => OtherKey { detail: types, ..OtherKey::new("cast", "") },
        "transform" => {
            types.push(record.name.clone());
            OtherKey { detail: types, ..OtherKey::new("transform", "") }
        }
        "user_mapping" => {
            OtherKey { detail: parent.into_iter().collect(), ..OtherKey::new(record.kind, &record.name) }
        }
        "operator" => OtherKey {
            schema: record.schema.clone(),
            detail: types,
            ..OtherKey::new(record.kind, &record.name)
        },
        kind if has_schema(kind) => OtherKey {
            schema: record.schema.clone(),
            detail: if kind.starts_with("operator") { parent.into_iter().collect() } else { Vec::new() },
            ..OtherKey::new(kind, &record.name)
        },
        kind => OtherKey::new(kind, &record.name),
    }
}

fn add_named(state: &mut State, id: Id, kind: &'static str, name: Name) {
    add_reference(state, &Reference { kind, name, count: None }, Link::new(id, "definition"));
}

/// Says what it needs.
fn refer(state: &mut State, mut clauses: Reader<'_>, id: Id) -> Outcome<()> {
    let record = state.shared(id);
    let Some(definition) = record.definition() else { return Ok(()) };
    for found in definition.types.iter().flatten().flatten() {
        state.resolve(*found, id, "type", None);
    }
    match record.kind {
        "publication" | "statistics" => return refer_to_tables(state, clauses, id, record.kind),
        "subscription" | "database" | "tablespace" | "collation" => return Ok(()),
        "user_mapping" => {
            if let Some(server) = &definition.parent {
                need_other(state, id, "foreign_server", server);
            }
            return Ok(());
        }
        "foreign_server" => {
            clauses.until(&["foreign"]);
            if clauses.take(&["foreign", "data", "wrapper"]) {
                let wrapper = clauses.identifier()?;
                need_other(state, id, "foreign_data_wrapper", &wrapper);
            }
            return Ok(());
        }
        "conversion" => {
            clauses.until(&["from"]);
            if clauses.take_word("from") {
                let name = clauses.name()?;
                add_named(state, id, "routine", name);
            }
            return Ok(());
        }
        kind if kind == "operator" || kind.starts_with("text_search") => {
            return refer_to_options(state, clauses, id);
        }
        "access_method" | "foreign_data_wrapper" | "language" => {}
        _ => return add_references(state, &clauses, Link::new(id, "definition")),
    }
    while !clauses.is_done() {
        if !clauses.take_any(&["handler", "inline", "validator"]).is_empty() && clauses.is_name(0) {
            let name = clauses.name()?;
            add_named(state, id, "routine", name);
        } else {
            clauses.skip();
        }
    }
    Ok(())
}

fn need_other(state: &mut State, id: Id, kind: &'static str, name: &str) {
    if let Some(found) = state.other(kind, name) {
        state.need_object(id, found, "definition", None);
    }
}

fn names_function(option: &str) -> bool {
    matches!(
        option,
        "function"
            | "procedure"
            | "restrict"
            | "join"
            | "start"
            | "gettoken"
            | "end"
            | "headline"
            | "lextypes"
            | "init"
            | "lexize"
    )
}

fn refer_to_options(state: &mut State, mut clauses: Reader<'_>, id: Id) -> Outcome<()> {
    if !clauses.is_group() {
        return Ok(());
    }
    for mut item in clauses.group()?.items()? {
        let option = item.identifier()?;
        let has_value = item.take_sign("=");
        if !item.is_name(0) {
            continue;
        }
        if has_value && names_function(&option) {
            let name = item.name()?;
            add_named(state, id, "routine", name);
            continue;
        }
        let kind = match option.as_str() {
            "template" => "text_search_template",
            "parser" => "text_search_parser",
            "copy" => "text_search_configuration",
            _ => continue,
        };
        let name = item.name()?;
        need_everywhere(state, id, kind, name);
    }
    Ok(())
}

/// Says that it needs all of a name along the search path.
fn need_everywhere(state: &mut State, id: Id, kind: &'static str, name: Name) {
    let schemas: Vec<Text> = match name.schema {
        Some(schema) => vec![schema],
        None => state.path.to_vec(),
    };
    for schema in schemas {
        let key = OtherKey { schema: Some(schema), ..OtherKey::new(kind, &name.name) };
        if let Some(found) = state.others.get(&key).copied() {
            state.need_object(id, found, "definition", None);
        }
    }
}

fn refer_to_dictionaries(state: &mut State, mut clauses: Reader<'_>, id: Id) -> Outcome<()> {
    clauses.until(&["with"]);
    while !clauses.is_done() {
        clauses.at += 1;
        if clauses.is_name(0) {
            let name = clauses.name()?;
            need_everywhere(state, id, "text_search_dictionary", name);
        }
        clauses.until(&[",", "with"]);
    }
    Ok(())
}

fn refer_to_tables(state: &mut State, mut clauses: Reader<'_>, id: Id, kind: &str) -> Outcome<()> {
    if kind == "statistics" {
        let expressions = clauses.until(&["from"]);
        add_references(state, &expressions, Link::new(id, "definition"))?;
        clauses.expect(&["from"])?;
        let name = clauses.name()?;
        add_named(state, id, "relation", name);
        return Ok(());
    }
    for name in published_tables(clauses)? {
        add_named(state, id, "relation", name);
    }
    Ok(())
}

/// The tables that the clauses of a publication name.
fn published_tables(mut clauses: Reader<'_>) -> Outcome<Vec<Name>> {
    let mut names = Vec::new();
    while !clauses.is_done() {
        if !clauses.take_word("table") {
            clauses.skip();
            continue;
        }
        loop {
            clauses.take_word("only");
            if clauses.is_group() {
                break;
            }
            names.push(clauses.name()?);
            clauses.take_sign("*");
            if clauses.is_group() {
                clauses.skip();
            }
            if clauses.take_word("where") {
                clauses.group()?;
            }
            if !clauses.is_sign(",") || matches!(clauses.word(1), "table" | "tables") {
                break;
            }
            clauses.at += 1;
        }
    }
    Ok(names)
}

/// What a publication needs after a change of it.
fn change_publication(state: &mut State, mut rest: Reader<'_>, id: Id) -> Outcome<()> {
    let verb = rest.take_any(&["add", "set", "drop"]);
    if rest.is_group() {
        return Ok(());
    }
    match verb {
        "drop" => {
            for name in published_tables(rest)? {
                if let Some(table) = state.relation(&name) {
                    state.forget_target(id, table, &["definition"]);
                }
            }
            return Ok(());
        }
        "set" => state.forget(id, &["definition"], None),
        _ => {}
    }
    refer_to_tables(state, rest, id, "publication")
}

/// Makes the family that a class without one gets (`DefineOpClass`).
fn add_family(state: &mut State, id: Id, mut clauses: Reader<'_>) {
    clauses.until(&["as", "family"]);
    if clauses.is_word("family") {
        return;
    }
    let class = state.shared(id);
    let parent = class.definition().and_then(|definition| definition.parent.clone());
    let family = Definition { parent, ..Definition::default() };
    let mut family = Record::new("operator_family", class.schema.clone(), class.name.clone(), family);
    family.owner.clone_from(&class.owner);
    let key = definition_key(state, &family);
    if !state.others.contains_key(&key) {
        let family = state.add(family);
        state.put_other(key, family);
        state.need_object(id, family, "definition", None);
    }
}

/// What `ALTER` says of such an object besides name, schema and owner.
pub(crate) fn alter_definition(state: &mut State, reader: &mut Reader<'_>, id: Id) -> Outcome<()> {
    if reader.is_done() {
        return Err(reader.refused("an action"));
    }
    let text = text_of(reader);
    state.note_change(id, text);
    match state.record(id).kind {
        "publication" => change_publication(state, *reader, id),
        "text_search_configuration" => refer_to_dictionaries(state, *reader, id),
        "operator_family" => add_references(state, reader, Link::new(id, "definition")),
        _ => Ok(()),
    }
}
