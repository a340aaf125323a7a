//! Finding the objects of a statement after its first words.

use compact_str::CompactString;
use smallvec::SmallVec;

use super::arguments::{operator_arguments, routine_arguments, type_name, until};
use super::cursor::{Cursor, Qualified};
use super::table::{Rule, Shape, table};
use super::{Object, Objects, longest};
use crate::sql::token::TokenKind;
use crate::sql::value::short_text_of;

/// The objects of a statement, from after its first words on.
pub(super) fn objects(rule: &Rule, cursor: Cursor<'_>) -> Objects {
    let mut objects = Objects::new();
    find(rule, cursor, &mut objects);
    objects
}

fn find(rule: &Rule, mut cursor: Cursor<'_>, objects: &mut Objects) {
    let kind = rule.kind;
    let object = match rule.shape {
        Shape::Nothing => None,
        Shape::Name => {
            cursor.take_punctuation(b"(");
            cursor.name().map(|name| named(kind, name))
        }
        Shape::Text => text(kind, &mut cursor),
        Shape::Names => return names(kind, &mut cursor, objects),
        Shape::Fixed(name) => {
            Some(Object { kind, name: Some(CompactString::const_new(name)), ..Object::default() })
        }
        Shape::Column => cursor.name().map(|name| Object {
            kind,
            schema: name.database,
            name: Some(name.name),
            parent: name.schema,
            ..Object::default()
        }),
        Shape::Number => number(kind, &cursor),
        Shape::UnlessOn if cursor.is_word("on") || cursor.is_punctuation(b"(") => None,
        Shape::UnlessParenthesis if cursor.is_punctuation(b"(") => None,
        Shape::UnlessOn | Shape::UnlessParenthesis => cursor.name().map(|name| named(kind, name)),
        Shape::Schema => {
            cursor.take_word("authorization");
            cursor.name().map(|name| named(kind, name))
        }
        Shape::Parent(word) => cursor.name().map(|name| {
            let object = named(kind, name);
            if cursor.find_word(&[word]) { with_parent(object, &mut cursor) } else { object }
        }),
        Shape::Index => index(kind, &mut cursor),
        Shape::Routine => routine(kind, &mut cursor),
        Shape::Routines => return list(&mut cursor, objects, |cursor| routine(kind, cursor)),
        Shape::Operator => operator(kind, &mut cursor),
        Shape::Operators => return list(&mut cursor, objects, |cursor| operator(kind, cursor)),
        Shape::OperatorClass => cursor.name().map(|name| {
            let parent = if cursor.find_word(&["using"]) { cursor.name() } else { None };
            Object { parent: parent.map(|parent| parent.name), ..named(kind, name) }
        }),
        Shape::Cast => cast(kind, &mut cursor),
        Shape::Transform => transform(kind, &mut cursor),
        Shape::UserMapping => user_mapping(kind, &mut cursor),
        Shape::DefaultPrivileges => return default_privileges(kind, &mut cursor, objects),
        Shape::AfterInto => {
            if cursor.find_word(&["into"]) {
                cursor.name().map(|name| named(kind, name))
            } else {
                None
            }
        }
        Shape::Object => return referred(cursor, objects),
        Shape::ObjectAfterOn => {
            if cursor.find_word(&["on"]) {
                referred(cursor, objects);
            }
            return;
        }
        Shape::Granted => return granted(kind, cursor, objects),
    };
    objects.extend(object);
}

fn named(kind: &'static str, name: Qualified) -> Object {
    Object { kind, schema: name.schema, name: Some(name.name), ..Object::default() }
}

/// Reads items between commas, up to the first that is none.
fn list<'a>(
    cursor: &mut Cursor<'a>,
    objects: &mut Objects,
    item: impl Fn(&mut Cursor<'a>) -> Option<Object>,
) {
    while let Some(object) = item(cursor) {
        objects.push(object);
        if !cursor.take_punctuation(b",") {
            return;
        }
    }
}

fn names(kind: &'static str, cursor: &mut Cursor<'_>, objects: &mut Objects) {
    list(cursor, objects, |cursor| {
        cursor.take_word("only");
        let is_grouped = cursor.take_punctuation(b"(");
        let name = cursor.name()?;
        if is_grouped {
            cursor.take_punctuation(b")");
        }
        if cursor
            .token
            .is_some_and(|token| token.kind == TokenKind::Operator && token.of(cursor.text()) == b"*")
        {
            cursor.advance();
        }
        Some(named(kind, name))
    });
}

fn number(kind: &'static str, cursor: &Cursor<'_>) -> Option<Object> {
    let token = cursor.token.filter(|token| token.kind == TokenKind::Number)?;
    let name = token.of(cursor.text()).to_ascii_lowercase();
    Some(Object { kind, name: Some(short_text_of(&name)), ..Object::default() })
}

fn text(kind: &'static str, cursor: &mut Cursor<'_>) -> Option<Object> {
    let name = cursor.string()?.map(CompactString::from);
    Some(Object { kind, name, ..Object::default() })
}

/// Adds the parent whose name comes here, and its schema.
fn with_parent(object: Object, cursor: &mut Cursor<'_>) -> Object {
    cursor.take_word("only");
    if cursor.is_word("domain") {
        let mut ahead = *cursor;
        ahead.advance();
        if ahead.token.is_some_and(|token| token.is_name()) && !ahead.is_word("is") {
            *cursor = ahead;
        }
    }
    match cursor.name() {
        Some(parent) => Object { schema: parent.schema, parent: Some(parent.name), ..object },
        None => object,
    }
}

fn index(kind: &'static str, cursor: &mut Cursor<'_>) -> Option<Object> {
    let name = if cursor.is_word("on") { None } else { Some(cursor.name()?) };
    let object = name.map_or(Object { kind, ..Object::default() }, |name| named(kind, name));
    Some(if cursor.find_word(&["on"]) { with_parent(object, cursor) } else { object })
}

fn routine(kind: &'static str, cursor: &mut Cursor<'_>) -> Option<Object> {
    let name = cursor.name()?;
    let arguments = routine_arguments(kind == "aggregate", cursor);
    Some(Object { arguments, ..named(kind, name) })
}

fn operator(kind: &'static str, cursor: &mut Cursor<'_>) -> Option<Object> {
    let mut schema = None;
    while cursor.token.is_some_and(|token| token.is_name()) {
        let mut ahead = *cursor;
        schema = ahead.part();
        if !ahead.take_punctuation(b".") {
            return None;
        }
        *cursor = ahead;
    }
    let token = cursor.token.filter(|token| token.kind == TokenKind::Operator)?;
    // The server has one operator under both names.
    let name = match token.of(cursor.text()) {
        b"!=" => CompactString::const_new("<>"),
        name => short_text_of(name),
    };
    let name = Some(name);
    cursor.advance();
    let arguments = operator_arguments(cursor);
    Some(Object { kind, schema, name, arguments, parent: None })
}

fn cast(kind: &'static str, cursor: &mut Cursor<'_>) -> Option<Object> {
    if !cursor.take_punctuation(b"(") {
        return None;
    }
    let source = until(cursor, |cursor| cursor.is_word("as"));
    if !cursor.take_word("as") {
        return None;
    }
    let target = until(cursor, |cursor| cursor.is_punctuation(b")"));
    let arguments = Some(vec![type_name(&source, cursor.text()), type_name(&target, cursor.text())]);
    Some(Object { kind, arguments, ..Object::default() })
}

fn transform(kind: &'static str, cursor: &mut Cursor<'_>) -> Option<Object> {
    if !cursor.take_word("for") {
        return None;
    }
    let source = until(cursor, |cursor| cursor.is_word("language"));
    if !cursor.take_word("language") {
        return None;
    }
    let language = cursor.name()?;
    let arguments = Some(vec![type_name(&source, cursor.text())]);
    Some(Object { kind, name: Some(language.name), arguments, ..Object::default() })
}

fn user_mapping(kind: &'static str, cursor: &mut Cursor<'_>) -> Option<Object> {
    if !cursor.take_word("for") {
        return None;
    }
    let user = cursor.name()?;
    let server = if cursor.take_word("server") { cursor.name() } else { None };
    let parent = server.map(|server| server.name);
    Some(Object { kind, name: Some(user.name), parent, ..Object::default() })
}

fn default_privileges(kind: &'static str, cursor: &mut Cursor<'_>, objects: &mut Objects) {
    let mut roles = Vec::new();
    let mut schemas = Vec::new();
    loop {
        let mut ahead = *cursor;
        let found = if ahead.take_word("for") && (ahead.take_word("role") || ahead.take_word("user")) {
            &mut roles
        } else {
            ahead = *cursor;
            if !(ahead.take_word("in") && ahead.take_word("schema")) {
                break;
            }
            &mut schemas
        };
        while let Some(name) = ahead.name() {
            found.push(name.name);
            if !ahead.take_punctuation(b",") {
                break;
            }
        }
        *cursor = ahead;
    }
    let arguments = (!roles.is_empty()).then_some(roles);
    let object = Object { kind, arguments, ..Object::default() };
    if schemas.is_empty() {
        objects.push(object);
        return;
    }
    let mut roles = object.arguments;
    for schema in schemas {
        objects.push(Object { kind, schema: Some(schema), arguments: roles.take(), ..Object::default() });
    }
}

/// The rule of the words here that say a kind of object, which are passed over.
fn kind_of_object(cursor: &mut Cursor<'_>) -> Option<&'static Rule> {
    longest(&table().objects, cursor, &mut SmallVec::new(), true)
}

/// The objects that are named here with their kind, or tables.
fn referred(mut cursor: Cursor<'_>, objects: &mut Objects) {
    match kind_of_object(&mut cursor) {
        Some(rule) => find(rule, cursor, objects),
        None => names("table", &mut cursor, objects),
    }
}

fn granted(kind: &'static str, mut cursor: Cursor<'_>, objects: &mut Objects) {
    let mut ahead = cursor;
    if ahead.find_word(&["on"]) {
        let mut after = ahead;
        // A table may be called like a kind; what follows it can be no name.
        let is_table = kind_of_object(&mut after).is_some()
            && (after.is_word("to") || after.is_word("from") || after.is_punctuation(b","));
        return if is_table { names("table", &mut ahead, objects) } else { referred(ahead, objects) };
    }
    let has_option = ["grant", "admin", "inherit", "set"].iter().any(|word| ahead.take_word(word));
    if has_option && ahead.take_word("option") && ahead.take_word("for") {
        cursor = ahead;
    }
    names(kind, &mut cursor, objects);
}
