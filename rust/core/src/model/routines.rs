//! Functions and procedures.

use super::edges::{Link, add_references};
use super::objects::{identity_types, read_parameter};
use super::privileges::made;
use super::reading::{Kind, Outcome, Reader, read_tokens, unmodelled};
use super::records::{Id, Parameter, Record, Routine, TypeId, TypeRef};
use super::roles::{SettingValue, change_settings, read_setting};
use super::schema::Text;
use super::state::{DEFINED, State};
use super::statement::Statement;
use super::text::{expression_text, text_of};
use super::types::read_type;
use crate::sql::NormalizedTokens;

/// The tokens of a body, in the statement or in a string of it.
enum RoutineBody<'a> {
    Statements(Reader<'a>),
    Text(NormalizedTokens),
}

/// `CREATE [OR REPLACE] FUNCTION | PROCEDURE`.
pub(crate) fn create_routine(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["create"])?;
    let is_replacing = reader.take(&["or", "replace"]);
    let kind = reader.take_any(&["function", "procedure"]);
    let name = reader.name()?;
    let mut routine = Routine::default();
    let mut parameters = Vec::new();
    let mut defaults = Vec::new();
    for item in reader.group()?.items()? {
        parameters.push(parameter(state, item, &mut defaults)?);
    }
    let mut returns = None;
    if kind == "function" && reader.take_word("returns") {
        if reader.take_word("table") {
            routine.returns_set = true;
            for mut item in reader.group()?.items()? {
                let name = Some(item.identifier()?);
                let r#type = state.add_type(read_type(&mut item)?);
                parameters.push(Parameter { name, mode: "table", r#type, default: None });
                item.expect_end()?;
            }
        } else {
            routine.returns_set = reader.take_word("setof");
            returns = Some(read_type(&mut reader)?);
        }
    }
    let body = read_options(state, &mut reader, &mut routine)?;
    let mut outputs = parameters
        .iter()
        .filter(|parameter| matches!(parameter.mode, "out" | "inout" | "table"))
        .map(|parameter| parameter.r#type);
    let mut own_returns = None;
    if let Some(returns) = returns {
        own_returns = Some(state.add_type(returns));
        routine.returns = own_returns;
    } else if kind == "function" {
        routine.returns = match (outputs.next(), outputs.next()) {
            (None, _) => return unmodelled("it does not say what it returns"),
            (Some(only), None) => Some(only),
            _ => {
                own_returns =
                    Some(state.add_type(TypeRef { base: Text::const_new("record"), ..TypeRef::default() }));
                own_returns
            }
        };
    }
    let types: Vec<TypeId> = parameters.iter().map(|parameter| parameter.r#type).collect();
    routine.parameters = parameters;
    let schema = state.schema_of(&name, false)?;
    for id in &types {
        state.find_type_now(*id);
    }
    let has_statements = routine.sql_body.is_some();
    let transforms = routine.transforms.clone();
    let id = enter(state, Record::new(kind, Some(schema), name.name, routine), is_replacing)?;
    for found in types.into_iter().chain(own_returns).chain(transforms) {
        state.resolve(found, id, "type", None);
    }
    for tokens in &defaults {
        add_references(state, tokens, Link::new(id, "default"))?;
    }
    let link = Link { is_body: !has_statements, is_tracked: has_statements, ..Link::new(id, "body") };
    match body {
        Some(RoutineBody::Statements(tokens)) => add_references(state, &tokens, link),
        Some(RoutineBody::Text(tokens)) => match read_tokens(tokens.all()) {
            Ok(tokens) => add_references(state, &Reader::new(&tokens), link),
            Err(_) => Ok(()),
        },
        None => Ok(()),
    }
}

fn parameter<'a>(
    state: &mut State,
    mut item: Reader<'a>,
    defaults: &mut Vec<Reader<'a>>,
) -> Outcome<Parameter> {
    let spec = read_parameter(&mut item)?;
    let mut default = None;
    if item.take_word("default") || item.take_sign("=") || item.take_sign(":=") {
        if item.is_done() {
            return Err(item.refused("an expression"));
        }
        default = Some(expression_text(&item));
        defaults.push(item);
        item.at = item.end;
    }
    item.expect_end()?;
    Ok(Parameter { name: spec.name, mode: spec.mode, r#type: state.add_type(spec.r#type), default })
}

/// Makes a routine known, or gives the one of its name and types what is new.
pub(crate) fn enter(state: &mut State, record: Record, is_replacing: bool) -> Outcome<Id> {
    let Some(routine) = record.routine() else { return unmodelled("it is no routine") };
    let key = (record.schema.clone().unwrap_or_default(), record.name.clone());
    let types = identity_types(state, routine);
    let known = state
        .routines
        .get(&key)
        .and_then(|overloads| overloads.iter().find(|(known, _)| *known == types).map(|(_, id)| *id));
    let Some(known) = known else {
        let id = state.add(record);
        state.change_overloads(&key, |overloads| overloads.push((types, id)));
        made(state, id);
        return Ok(id);
    };
    if !is_replacing || state.record(known).kind != record.kind {
        return unmodelled(DEFINED);
    }
    state.forget(known, &[], None);
    let statement = state.statement;
    let changed = state.change(known);
    changed.statement = statement;
    if let Some(changed) = changed.routine_mut() {
        let depends_on = std::mem::take(&mut changed.depends_on);
        *changed = Routine { depends_on, ..routine.clone() };
    }
    Ok(known)
}

/// Goes past the options of a routine; the tokens of its body, if they can be read.
fn read_options<'a>(
    state: &mut State,
    reader: &mut Reader<'a>,
    routine: &mut Routine,
) -> Outcome<Option<RoutineBody<'a>>> {
    let mut language = Text::default();
    let mut definition: Option<Vec<Text>> = None;
    let mut body = None;
    while !reader.is_done() {
        if reader.take_word("language") {
            let is_string = reader.kind(0) == Some(Kind::String);
            language = if is_string { reader.string()? } else { reader.identifier()? };
        } else if reader.take_word("as") {
            let mut strings = vec![reader.string()?];
            if reader.take_sign(",") {
                strings.push(reader.string()?);
            }
            definition = Some(strings);
        } else if reader.is_word("return") || reader.are_words(&["begin", "atomic"]) {
            let statements = sql_body(reader)?;
            routine.sql_body = Some(text_of(&statements));
            body = Some(RoutineBody::Statements(statements));
        } else if reader.take_word("with") {
            for item in reader.group()?.items()? {
                match text_of(&item).as_str() {
                    "isstrict" => routine.is_strict = true,
                    "iscachable" => routine.volatility = "immutable",
                    _ => {}
                }
            }
        } else if !take_option(state, reader, routine)? {
            return Err(reader.refused("an option of a routine"));
        }
    }
    let folded = language.to_ascii_lowercase();
    if matches!(folded.as_str(), "sql" | "plpgsql" | "c") {
        language = Text::from(folded);
    }
    if language.is_empty() {
        if routine.sql_body.is_none() {
            return unmodelled("it does not say its language");
        }
        language = Text::const_new("sql");
    }
    routine.language = language;
    match definition {
        Some(definition) => Ok(take_definition(routine, definition)),
        None if routine.sql_body.is_none() => unmodelled("it has no body"),
        None => Ok(body),
    }
}

fn take_definition<'a>(routine: &mut Routine, definition: Vec<Text>) -> Option<RoutineBody<'a>> {
    let mut strings = definition.into_iter();
    let (first, second) = (strings.next()?, strings.next());
    if routine.language == "c" {
        routine.library = Some(first);
        routine.body = second;
        return None;
    }
    let is_read = matches!(routine.language.as_str(), "sql" | "plpgsql");
    let Some(tokens) = is_read.then(|| NormalizedTokens::of_body(&first)).flatten() else {
        routine.body = Some(first);
        return None;
    };
    routine.body = Some(Text::from(tokens.text.as_str()));
    Some(RoutineBody::Text(tokens))
}

/// Goes past a body of statements, or a `RETURN`, which other options may follow.
fn sql_body<'a>(reader: &mut Reader<'a>) -> Outcome<Reader<'a>> {
    let start = reader.at;
    if reader.take_word("return") {
        while !reader.is_done() && (reader.at == start + 1 || !starts_option(reader)) {
            reader.skip();
        }
        return Ok(reader.part(start, reader.at));
    }
    let mut depth = 0_usize;
    while !reader.is_done() {
        if reader.is_word("case") || reader.are_words(&["begin", "atomic"]) {
            depth += 1;
        } else if reader.is_word("end") && reader.text_before() != "." {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                reader.at += 1;
                return Ok(reader.part(start, reader.at));
            }
        }
        reader.skip();
    }
    Err(reader.refused("END"))
}

fn starts_option(reader: &Reader<'_>) -> bool {
    matches!(
        reader.word(0),
        "language"
            | "immutable"
            | "stable"
            | "volatile"
            | "strict"
            | "parallel"
            | "cost"
            | "security"
            | "set"
    ) && !matches!(reader.text_before(), "." | "as" | "is")
}

fn take_simple_option(reader: &mut Reader<'_>, routine: &mut Routine) -> bool {
    if reader.take_word("immutable") {
        routine.volatility = "immutable";
    } else if reader.take_word("stable") {
        routine.volatility = "stable";
    } else if reader.take_word("volatile") {
        routine.volatility = "volatile";
    } else if reader.take_word("strict") || reader.take(&["returns", "null", "on", "null", "input"]) {
        routine.is_strict = true;
    } else if reader.take(&["called", "on", "null", "input"]) {
        routine.is_strict = false;
    } else if reader.take(&["external", "security", "definer"]) || reader.take(&["security", "definer"]) {
        routine.is_security_definer = true;
    } else if reader.take(&["external", "security", "invoker"]) || reader.take(&["security", "invoker"]) {
        routine.is_security_definer = false;
    } else if reader.take(&["not", "leakproof"]) {
        routine.is_leakproof = false;
    } else if reader.take_word("leakproof") {
        routine.is_leakproof = true;
    } else if reader.take_word("window") {
        routine.is_window = true;
    } else {
        return false;
    }
    true
}

/// Goes past an option of a routine, if one is next.
pub(crate) fn take_option(
    state: &mut State,
    reader: &mut Reader<'_>,
    routine: &mut Routine,
) -> Outcome<bool> {
    if take_simple_option(reader, routine) {
        return Ok(true);
    }
    let has_number = reader.kind(1) == Some(Kind::Number) || reader.is_sign_at("-", 1);
    match reader.word(0) {
        "parallel" => {
            reader.at += 1;
            routine.parallel = reader.identifier()?;
        }
        word @ ("cost" | "rows") if has_number => {
            reader.at += 1;
            let number = Some(reader.number()?);
            if word == "cost" {
                routine.cost = number;
            } else {
                routine.rows = number;
            }
        }
        "support" => {
            reader.at += 1;
            let start = reader.at;
            reader.parts()?;
            routine.support = Some(text_of(&reader.part(start, reader.at)));
        }
        "transform" => {
            reader.at += 1;
            routine.transforms.clear();
            while reader.take(&["for", "type"]) {
                let found = read_type(reader)?;
                routine.transforms.push(state.add_type(found));
                if !reader.take_sign(",") {
                    break;
                }
            }
        }
        "set" | "reset" => change_setting(reader, routine)?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn change_setting(reader: &mut Reader<'_>, routine: &mut Routine) -> Outcome<()> {
    let start = reader.at;
    let is_set = reader.take_word("set");
    if !is_set {
        reader.expect(&["reset"])?;
    }
    // The value goes on over commas, up to the next option.
    let before_value = reader.at;
    if !reader.are_words(&["time", "zone"]) {
        reader.parts()?;
    }
    while !reader.is_done() && (reader.at <= before_value + 1 || !ends_setting(reader)) {
        reader.skip();
    }
    if !is_set {
        let settings = std::mem::take(&mut routine.settings);
        routine.settings = change_settings(settings, &mut reader.part(start, reader.at), "")?;
        return Ok(());
    }
    let (name, value) = read_setting(&mut reader.part(before_value, reader.at))?;
    match value {
        SettingValue::Default => routine.settings.remove(&name),
        SettingValue::Current => routine.settings.insert(name, None),
        SettingValue::Text(value) => routine.settings.insert(name, Some(value)),
    };
    Ok(())
}

/// Whether an option is next, and no value.
fn ends_setting(reader: &Reader<'_>) -> bool {
    if matches!(reader.text_before(), "=" | "to" | "," | "." | "from") {
        return false;
    }
    matches!(
        reader.word(0),
        "language"
            | "transform"
            | "window"
            | "immutable"
            | "stable"
            | "volatile"
            | "strict"
            | "returns"
            | "called"
            | "external"
            | "security"
            | "not"
            | "leakproof"
            | "parallel"
            | "cost"
            | "rows"
            | "support"
            | "set"
            | "as"
            | "return"
            | "begin"
            | "with"
            | "reset"
            | "restrict"
    )
}

/// What `ALTER FUNCTION` and its like say of a routine besides its name, owner and schema.
pub(crate) fn alter_options(state: &mut State, reader: &mut Reader<'_>, id: Id) -> Outcome<()> {
    if reader.is_done() {
        return Err(reader.refused("an action"));
    }
    if reader.are_words(&["no", "depends"]) || reader.is_word("depends") {
        return depends_on(state, reader, id);
    }
    let Some(mut routine) = state.routine(id).cloned() else { return unmodelled("it is no routine") };
    while !reader.is_done() {
        if reader.take_word("restrict") {
            break;
        }
        if !take_option(state, reader, &mut routine)? {
            return Err(reader.refused("an option of a routine"));
        }
    }
    reader.expect_end()?;
    if let Some(known) = state.change(id).routine_mut() {
        *known = routine;
    }
    Ok(())
}

/// `[NO] DEPENDS ON EXTENSION name`.
pub(crate) fn depends_on(state: &mut State, reader: &mut Reader<'_>, id: Id) -> Outcome<()> {
    let is_added = !reader.take_word("no");
    reader.expect(&["depends", "on", "extension"])?;
    let name = reader.identifier()?;
    reader.expect_end()?;
    let record = state.change(id);
    let extensions = match (record.routine().is_some(), record.trigger().is_some()) {
        (true, _) => record.routine_mut().map(|routine| &mut routine.depends_on),
        (_, true) => record.trigger_mut().map(|trigger| &mut trigger.depends_on),
        _ => None,
    };
    if let Some(extensions) = extensions {
        if !is_added {
            extensions.retain(|known| *known != name);
        } else if !extensions.contains(&name) {
            extensions.push(name);
        }
    }
    Ok(())
}
