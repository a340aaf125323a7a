//! The names that PostgreSQL gives to what has none.
//!
//! They are those of `makeObjectName`, `ChooseRelationName`, `ChooseIndexName` and `ChooseIndexColumnNames`
//! (`src/backend/commands/indexcmds.c`), `ChooseConstraintName` (`src/backend/catalog/pg_constraint.c`) and
//! `FigureColname` (`src/backend/parser/parse_target.c`).

use compact_str::format_compact;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::named::Named;
use super::reading::{Kind, Reader, unquoted};
use super::records::Constraint;
use super::schema::Text;
use super::state::{NumberKey, State};
use super::text::joined;
use super::types::read_type;

/// Bytes of the longest name.
const NAME_BYTES: usize = 63;

fn clipped(name: &str, length: usize) -> &str {
    let mut length = length.min(name.len());
    while !name.is_char_boundary(length) {
        length -= 1;
    }
    &name[..length]
}

/// Two names and a label with `_` between them, the names cut so that they fit.
pub(crate) fn object_name(first: &str, second: Option<&str>, label: &str) -> Text {
    let mut first_length = first.len();
    let mut second_length = second.map_or(0, str::len);
    let room = NAME_BYTES.saturating_sub(label.len() + 1 + usize::from(second.is_some()));
    if first_length + second_length > room {
        // The longer one is cut until both are as long, and then the second one first.
        let shorter = first_length.min(second_length);
        if shorter * 2 > room {
            second_length = room / 2;
            first_length = room - second_length;
        } else if first_length > second_length {
            first_length = room - second_length;
        } else {
            second_length = room - first_length;
        }
    }
    let first = clipped(first, first_length);
    match second {
        Some(second) => joined(&[first, "_", clipped(second, second_length), "_", label]),
        None => joined(&[first, "_", label]),
    }
}

/// The first name with a number, or none, behind the label that is free. From which number on names are
/// free is remembered.
fn numbered(
    state: &mut State,
    (of, schema): (&'static str, &Text),
    (first, second, label): (&str, Option<&str>, &'static str),
    is_taken: impl Fn(&State, &Text) -> bool,
) -> Text {
    let name = object_name(first, second, label);
    if !is_taken(state, &name) {
        return name;
    }
    let memo = NumberKey {
        of,
        first: Text::new(first),
        second: second.map(Text::new),
        label,
        schema: schema.clone(),
    };
    let mut number = state.numbers.get(&memo).copied().unwrap_or(1);
    loop {
        let name = object_name(first, second, &format_compact!("{label}{number}"));
        if !is_taken(state, &name) {
            state.numbers.insert(memo, number);
            return name;
        }
        number += 1;
    }
}

/// A name that no relation of a schema has, nor a constraint if it is to be one's.
pub(crate) fn relation_name(
    state: &mut State,
    first: &str,
    second: Option<&str>,
    label: &'static str,
    schema: &str,
    is_constraint: bool,
) -> Text {
    let schema = Text::new(schema);
    let of = if is_constraint { "relation" } else { "" };
    numbered(state, (of, &schema), (first, second, label), |state, name| {
        let key = (schema.clone(), name.clone());
        state.relations.contains_key(&key) || (is_constraint && state.has_constraint_name(&key))
    })
}

/// A name that no constraint of a schema has, nor any of these others.
pub(crate) fn constraint_name(
    state: &mut State,
    first: &str,
    second: Option<&str>,
    label: &'static str,
    schema: Option<&Text>,
    others: Option<&Named<Constraint>>,
) -> Text {
    let schema = schema.cloned().unwrap_or_default();
    numbered(state, ("constraint", &schema), (first, second, label), |state, name| {
        state.has_constraint_name(&(schema.clone(), name.clone()))
            || others.is_some_and(|others| others.contains(name))
    })
}

/// The names of columns as they stand in the name of an index or foreign key.
pub(crate) fn joined_names(names: &[Text]) -> Text {
    let mut joined = Text::default();
    for name in names {
        if !joined.is_empty() {
            joined.push('_');
        }
        joined.push_str(name);
        if joined.len() > NAME_BYTES {
            break;
        }
    }
    joined
}

/// The names of an index's columns, which are all different.
pub(crate) fn column_names(names: &[Text]) -> Vec<Text> {
    let mut chosen = Vec::with_capacity(names.len());
    let mut taken: HashSet<Text> = HashSet::default();
    let mut numbers: HashMap<&Text, u32> = HashMap::default();
    for name in names {
        let number = numbers.entry(name).or_insert(0);
        let mut candidate = name.clone();
        while taken.contains(&candidate) {
            *number += 1;
            let digits = format_compact!("{number}");
            candidate = format_compact!("{}{digits}", clipped(name, NAME_BYTES - digits.len()));
        }
        taken.insert(candidate.clone());
        chosen.push(candidate);
    }
    chosen
}

/// The name that an expression gives to a column; None if it gives none.
pub(crate) fn expression_name(reader: Reader<'_>) -> Option<Text> {
    let mut casts: Option<Text> = None;
    let mut reader = reader;
    loop {
        reader = reader.bare();
        if reader.is_done() {
            break;
        }
        match primary(reader) {
            Primary::Named { name, is_strong } => {
                if is_strong || casts.is_none() {
                    return Some(name);
                }
                break;
            }
            Primary::Operator | Primary::Nameless => break,
            Primary::Inside { inner, cast } => {
                casts = casts.or(cast);
                reader = inner;
            }
        }
    }
    casts
}

/// What gives an expression its name.
enum Primary<'a> {
    Operator,
    Nameless,
    Named { name: Text, is_strong: bool },
    Inside { inner: Reader<'a>, cast: Option<Text> },
}

fn primary(reader: Reader<'_>) -> Primary<'_> {
    if reader.is_word("case") && ends_case(&reader) {
        return case(reader);
    }
    // Of `a::b::c`, the last type gives the name, and what stands before all of them.
    let (mut first_cast, mut last_cast) = (None, None);
    let mut ends_with_zone = false;
    let mut walk = reader;
    let mut cases = 0_usize;
    while let Some(token) = walk.token(0) {
        if (token.is("case") || token.is("end")) && (walk.at == reader.at || walk.text_before() != ".") {
            cases = if token.is("case") { cases + 1 } else { cases.saturating_sub(1) };
        }
        if cases > 0 {
            walk.skip();
            continue;
        }
        if token.kind == Kind::Operator {
            return Primary::Operator;
        }
        if token.kind == Kind::Word && walk.at > reader.at && walk.text_before() != "." {
            match token.text {
                "and" | "or" | "not" | "is" | "like" | "ilike" | "similar" | "in" | "between" | "isnull"
                | "notnull" | "overlaps" | "operator" => return Primary::Operator,
                "at" if matches!(walk.text(1), "time" | "local") => ends_with_zone = true,
                "collate" => {
                    return Primary::Inside { inner: reader.part(reader.at, walk.at), cast: None };
                }
                _ => {}
            }
        }
        if token.text == "::" {
            first_cast = first_cast.or(Some(walk.at));
            last_cast = Some(walk.at);
        }
        walk.skip();
    }
    if ends_with_zone {
        return Primary::Named { name: Text::const_new("timezone"), is_strong: true };
    }
    if let (Some(first), Some(cast)) = (first_cast, last_cast) {
        return Primary::Inside {
            inner: reader.part(reader.at, first),
            cast: cast_name(reader.part(cast + 1, reader.end)),
        };
    }
    match reader.word(0) {
        "not" => return Primary::Operator,
        "cast" | "treat" if reader.is_sign_at("(", 1) => {
            if let Ok(mut group) = reader.part(reader.at + 1, reader.end).group() {
                let inner = group.until(&["as"]);
                group.take_word("as");
                return Primary::Inside { inner, cast: cast_name(group) };
            }
        }
        _ => {}
    }
    if reader.is_group() {
        return field(reader);
    }
    if reader.is_string() || !reader.is_name(0) {
        return Primary::Operator;
    }
    let mut start = reader;
    let Ok(parts) = start.parts() else { return Primary::Operator };
    let name = match &parts[..] {
        [name] if start.is_group() && name == "trim" => Text::const_new("btrim"),
        [.., name] => name.clone(),
        [] => return Primary::Nameless,
    };
    Primary::Named { name, is_strong: true }
}

/// The last field that is taken from what stands in parentheses; without one, that gives the name.
fn field(reader: Reader<'_>) -> Primary<'_> {
    let mut start = reader;
    let Ok(inner) = start.group() else { return Primary::Operator };
    let mut name = None;
    while !start.is_done() {
        if start.take_sign(".") && start.is_name(0) {
            name = start.identifier().ok();
        } else if !start.is_done() {
            start.skip();
        }
    }
    match name {
        Some(name) => Primary::Named { name, is_strong: true },
        None => Primary::Inside { inner, cast: None },
    }
}

/// Whether the `case` that is next lasts to the end.
fn ends_case(reader: &Reader<'_>) -> bool {
    let tokens = reader.rest();
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        if token.is("case") {
            depth += 1;
        } else if token.is("end") {
            depth = depth.saturating_sub(1);
        }
        if depth == 0 {
            return index + 1 == tokens.len();
        }
    }
    false
}

fn case(reader: Reader<'_>) -> Primary<'_> {
    let mut depth = 0_usize;
    let mut start = None;
    for (index, token) in reader.rest().iter().enumerate() {
        if token.is("case") {
            depth += 1;
        } else if token.is("end") {
            depth = depth.saturating_sub(1);
        } else if token.is("else") && depth == 1 {
            start = Some(reader.at + index + 1);
        }
    }
    match start {
        Some(start) => Primary::Inside {
            inner: reader.part(start, (reader.end - 1).max(start)),
            cast: Some(Text::const_new("case")),
        },
        None => Primary::Named { name: Text::const_new("case"), is_strong: false },
    }
}

fn cast_name(mut reader: Reader<'_>) -> Option<Text> {
    let found = read_type(&mut reader).ok()?;
    if found.base.is_empty() { found.name.last().map(|name| unquoted(name)) } else { Some(found.base) }
}
