//! Objects by what a statement calls them: their kind, name and argument types.

use super::reading::{Kind, Name, Outcome, Reader, unmodelled};
use super::records::{Body, Id, Parameter, Record, Routine, TypeRef};
use super::schema::Text;
use super::state::{MISSING, OtherKey, State};
use super::types::read_type;

/// The words that name a kind of object, the longest first.
pub(crate) const KINDS: [(&[&str], &str); 48] = [
    (&["text", "search", "configuration"], "text_search_configuration"),
    (&["text", "search", "dictionary"], "text_search_dictionary"),
    (&["text", "search", "parser"], "text_search_parser"),
    (&["text", "search", "template"], "text_search_template"),
    (&["foreign", "data", "wrapper"], "foreign_data_wrapper"),
    (&["materialized", "view"], "materialized_view"),
    (&["procedural", "language"], "language"),
    (&["operator", "family"], "operator_family"),
    (&["operator", "class"], "operator_class"),
    (&["access", "method"], "access_method"),
    (&["event", "trigger"], "event_trigger"),
    (&["foreign", "server"], "foreign_server"),
    (&["foreign", "table"], "foreign_table"),
    (&["large", "object"], "large_object"),
    (&["user", "mapping"], "user_mapping"),
    (&["aggregate"], "aggregate"),
    (&["cast"], "cast"),
    (&["collation"], "collation"),
    (&["column"], "column"),
    (&["constraint"], "constraint"),
    (&["conversion"], "conversion"),
    (&["database"], "database"),
    (&["domain"], "domain"),
    (&["extension"], "extension"),
    (&["function"], "function"),
    (&["group"], "role"),
    (&["index"], "index"),
    (&["language"], "language"),
    (&["operator"], "operator"),
    (&["parameter"], "parameter"),
    (&["policy"], "policy"),
    (&["procedure"], "procedure"),
    (&["publication"], "publication"),
    (&["role"], "role"),
    (&["routine"], "routine"),
    (&["rule"], "rule"),
    (&["schema"], "schema"),
    (&["sequence"], "sequence"),
    (&["server"], "foreign_server"),
    (&["statistics"], "statistics"),
    (&["subscription"], "subscription"),
    (&["table"], "table"),
    (&["tablespace"], "tablespace"),
    (&["transform"], "transform"),
    (&["trigger"], "trigger"),
    (&["type"], "type"),
    (&["user"], "role"),
    (&["view"], "view"),
];

fn is_in_schema(kind: &str) -> bool {
    matches!(
        kind,
        "collation"
            | "conversion"
            | "text_search_configuration"
            | "text_search_dictionary"
            | "text_search_parser"
            | "text_search_template"
            | "statistics"
    )
}

/// Goes past the words that name a kind of object; nothing if there are none.
pub(crate) fn read_kind(reader: &mut Reader<'_>) -> &'static str {
    KINDS.iter().find(|(words, _)| reader.take(words)).map_or("", |(_, kind)| kind)
}

/// Goes past what names an object, and the object; None if the text does not define it.
pub(crate) fn find(state: &mut State, kind: &'static str, reader: &mut Reader<'_>) -> Outcome<Option<Id>> {
    match kind {
        "function" | "procedure" | "aggregate" | "routine" => find_routine(state, kind, reader),
        "operator" => find_operator(state, reader),
        "operator_class" | "operator_family" => {
            let name = reader.name()?;
            reader.expect(&["using"])?;
            let method = reader.identifier()?;
            Ok(in_schema(state, kind, &name, &[method]))
        }
        "cast" => {
            let detail = cast(state, reader)?;
            Ok(state.others.get(&OtherKey { detail, ..OtherKey::new("cast", "") }).copied())
        }
        "transform" => {
            reader.expect(&["for"])?;
            let found = read_type(reader)?;
            let source = resolved_text(state, found);
            reader.expect(&["language"])?;
            let detail = vec![source, reader.identifier()?];
            Ok(state.others.get(&OtherKey { detail, ..OtherKey::new("transform", "") }).copied())
        }
        "user_mapping" => {
            reader.expect(&["for"])?;
            let user = reader.identifier()?;
            reader.expect(&["server"])?;
            let detail = vec![reader.identifier()?];
            Ok(state.others.get(&OtherKey { detail, ..OtherKey::new("user_mapping", &user) }).copied())
        }
        "trigger" | "policy" | "rule" => {
            let own = reader.identifier()?;
            reader.expect(&["on"])?;
            let table = state.relation(&reader.name()?);
            Ok(table.and_then(|table| state.other_of(kind, table, &own)))
        }
        _ => {
            let name = reader.name()?;
            find_named(state, kind, &name)
        }
    }
}

/// An object that has its name for itself.
pub(crate) fn find_named(state: &State, kind: &'static str, name: &Name) -> Outcome<Option<Id>> {
    match kind {
        "table" | "foreign_table" | "view" | "materialized_view" | "sequence" | "index" => {
            let Some(id) = state.relation(name) else { return Ok(None) };
            if state.record(id).kind != kind {
                return unmodelled(format!("it is no {}", kind.replace('_', " ")));
            }
            Ok(Some(id))
        }
        "type" | "domain" => {
            let found = state.type_named(name);
            if kind == "domain" && found.is_some_and(|found| state.domain(found).is_none()) {
                return unmodelled("it is no domain");
            }
            Ok(found)
        }
        kind if is_in_schema(kind) => Ok(in_schema(state, kind, name, &[])),
        kind => Ok(state.other(kind, &name.name)),
    }
}

/// An object of a kind that has a schema, along the search path.
pub(crate) fn in_schema(state: &State, kind: &'static str, name: &Name, rest: &[Text]) -> Option<Id> {
    let find = |schema: &Text| {
        let key = OtherKey {
            schema: Some(schema.clone()),
            detail: rest.to_vec(),
            ..OtherKey::new(kind, &name.name)
        };
        state.others.get(&key).copied()
    };
    if let Some(schema) = &name.schema {
        return find(schema);
    }
    let temporary = Text::const_new("pg_temp");
    std::iter::once(&temporary).chain(state.path.iter()).find_map(find)
}

/// What a type is called now, without the edge to it.
pub(crate) fn resolved_text(state: &mut State, found: TypeRef) -> Text {
    let id = state.add_type(found);
    state.find_type_now(id);
    state.spelt(id, false)
}

/// The types that tell a routine from others of its name.
pub(crate) fn signature(state: &State, parameters: &[Parameter]) -> Vec<Text> {
    parameters
        .iter()
        .filter(|parameter| is_given(parameter.mode))
        .map(|parameter| state.spelt(parameter.r#type, false))
        .collect()
}

fn is_given(mode: &str) -> bool {
    matches!(mode, "in" | "inout" | "variadic")
}

/// An argument as it is written, up to its default.
pub(crate) struct ParameterSpec {
    pub(crate) name: Option<Text>,
    pub(crate) mode: &'static str,
    pub(crate) r#type: TypeRef,
}

/// Goes past an argument, up to its default.
pub(crate) fn read_parameter(reader: &mut Reader<'_>) -> Outcome<ParameterSpec> {
    let mut mode = read_mode(reader);
    let mut name = None;
    if starts_with_name(reader) {
        name = Some(reader.identifier()?);
        if mode.is_empty() {
            mode = read_mode(reader);
        }
    }
    reader.take_word("setof");
    let mode = if mode.is_empty() { "in" } else { mode };
    Ok(ParameterSpec { name, mode, r#type: read_type(reader)? })
}

fn read_mode(reader: &mut Reader<'_>) -> &'static str {
    if reader.are_words(&["in", "out"]) && !reader.is_sign_at(".", 1) {
        reader.at += 2;
        return "inout";
    }
    if reader.is_name(1) { reader.take_any(&["in", "out", "inout", "variadic"]) } else { "" }
}

/// Whether a second word belongs to the type that the first one starts.
fn is_second_word(first: &str, second: &str) -> bool {
    match first {
        "double" => second == "precision",
        "character" | "char" | "nchar" | "bit" => second == "varying",
        "national" => matches!(second, "character" | "char"),
        "timestamp" | "time" => matches!(second, "with" | "without"),
        "interval" => matches!(second, "year" | "month" | "day" | "hour" | "minute" | "second"),
        _ => false,
    }
}

fn starts_with_name(reader: &Reader<'_>) -> bool {
    if !reader.is_name(0) || !reader.is_name(1) {
        return false;
    }
    let (first, second) = (reader.word(0), reader.word(1));
    !matches!(second, "array" | "default") && !is_second_word(first, second)
}

/// Goes past a routine's name and argument types, and the routine.
pub(crate) fn find_routine(state: &mut State, kind: &str, reader: &mut Reader<'_>) -> Outcome<Option<Id>> {
    let name = reader.name()?;
    let path = std::sync::Arc::clone(&state.path);
    let mut found = state.overloads_in(&name, &path);
    found.retain(|id| {
        let own = state.record(*id).kind;
        kind == "routine" || own == kind || (kind == "function" && own == "aggregate")
    });
    if !reader.is_group() {
        if found.len() > 1 {
            return unmodelled("several have its name");
        }
        return Ok(found.first().copied());
    }
    let mut parameters = Vec::new();
    let mut ordered = Vec::new();
    let mut group = reader.group()?;
    if group.is_sign("*") {
        group.at += 1;
        group.expect_end()?;
    } else if !group.is_done() {
        for mut item in group.until(&["order"]).items()? {
            parameters.push(bare_parameter(&mut item)?);
        }
        if group.take(&["order", "by"]) {
            for mut item in group.items()? {
                ordered.push(bare_parameter(&mut item)?);
            }
        }
    }
    let mut wanted = Vec::new();
    let mut every = Vec::new();
    for parameter in parameters {
        let text = resolved_text(state, parameter.r#type);
        if is_given(parameter.mode) {
            wanted.push(text.clone());
        }
        every.push(text);
    }
    for parameter in ordered {
        wanted.push(resolved_text(state, parameter.r#type));
    }
    for types in [&wanted, &every] {
        for id in &found {
            if state.routine(*id).is_some_and(|routine| identity_types(state, routine) == *types) {
                return Ok(Some(*id));
            }
        }
    }
    // `DROP PROCEDURE p(int, int)` may name the types of all arguments (`LookupFuncWithArgs`).
    Ok(found.into_iter().find(|id| {
        let record = state.record(*id);
        record.kind == "procedure"
            && record.routine().is_some_and(|routine| {
                let types = routine.parameters.iter().map(|parameter| state.spelt(parameter.r#type, false));
                types.eq(every.iter().cloned())
            })
    }))
}

fn bare_parameter(item: &mut Reader<'_>) -> Outcome<ParameterSpec> {
    let parameter = read_parameter(item)?;
    item.expect_end()?;
    Ok(parameter)
}

/// The argument types of a routine, those included that an aggregate sorts by.
pub(crate) fn identity_types(state: &State, routine: &Routine) -> Vec<Text> {
    let mut types = signature(state, &routine.parameters);
    if let Some(ordered) = &routine.ordered {
        let ordered = signature(state, ordered);
        let is_variadic = routine.parameters.last().is_some_and(|last| last.mode == "variadic");
        let is_same =
            is_variadic && matches!((&types.last(), &ordered[..]), (Some(last), [only]) if *last == only);
        if !is_same {
            types.extend(ordered);
        }
    }
    types
}

/// Goes past the types of a cast.
pub(crate) fn cast(state: &mut State, reader: &mut Reader<'_>) -> Outcome<Vec<Text>> {
    let mut group = reader.group()?;
    let source = read_type(&mut group)?;
    let source = resolved_text(state, source);
    group.expect(&["as"])?;
    let target = read_type(&mut group)?;
    let target = resolved_text(state, target);
    group.expect_end()?;
    Ok(vec![source, target])
}

/// Goes past the name of an operator.
pub(crate) fn read_operator_name(reader: &mut Reader<'_>) -> Outcome<Name> {
    let mut schema = None;
    while reader.is_name(0) && reader.is_sign_at(".", 1) {
        schema = Some(reader.identifier()?);
        reader.at += 1;
    }
    if reader.kind(0) != Some(Kind::Operator) {
        return Err(reader.refused("an operator"));
    }
    let name = Text::new(reader.text(0));
    reader.at += 1;
    Ok(Name { schema, name })
}

/// Goes past the type of an operator's argument; `none` for none.
pub(crate) fn read_operand(state: &mut State, reader: &mut Reader<'_>) -> Outcome<Text> {
    if reader.take_word("none") {
        return Ok(Text::const_new("none"));
    }
    let found = read_type(reader)?;
    Ok(resolved_text(state, found))
}

fn find_operator(state: &mut State, reader: &mut Reader<'_>) -> Outcome<Option<Id>> {
    let name = read_operator_name(reader)?;
    let mut group = reader.group()?;
    let left = read_operand(state, &mut group)?;
    group.expect_sign(",")?;
    let right = read_operand(state, &mut group)?;
    group.expect_end()?;
    Ok(in_schema(state, "operator", &name, &[left, right]))
}

/// The object that a name means.
pub(crate) fn require(found: Option<Id>) -> Outcome<Id> {
    match found {
        Some(id) => Ok(id),
        None => unmodelled(MISSING),
    }
}

/// Whether a type is that of a table or view.
pub(crate) fn is_row_type(record: &Record) -> bool {
    matches!(record.body, Body::Table(_) | Body::View(_))
}
