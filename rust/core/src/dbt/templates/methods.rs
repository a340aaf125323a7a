//! Attributes and methods of values: those of Python's that templates use.

use std::rc::Rc;

use super::operators::key;
use super::values::{
    Heap, Held, Key, Refusal, Relation, TEXT_PER_STEP, UNDEFINED, Value, is_space, undefined, unsupported,
};

/// The methods that dictionaries have, which come before their keys; not all of them are supported.
const OF_DICTIONARIES: [&str; 11] =
    ["clear", "copy", "fromkeys", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values"];

/// The methods that texts have.
const OF_TEXTS: [&str; 47] = [
    "capitalize",
    "casefold",
    "center",
    "count",
    "encode",
    "endswith",
    "expandtabs",
    "find",
    "format",
    "format_map",
    "index",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isprintable",
    "isspace",
    "istitle",
    "isupper",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "maketrans",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "title",
    "translate",
    "upper",
    "zfill",
];

/// The methods that lists have.
const OF_LISTS: [&str; 11] =
    ["append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse", "sort"];

/// How many arguments a method takes at least and at most.
const ARGUMENTS: [(&str, &str, usize, usize); 22] = [
    ("str", "upper", 0, 0),
    ("str", "lower", 0, 0),
    ("str", "strip", 0, 1),
    ("str", "lstrip", 0, 1),
    ("str", "rstrip", 0, 1),
    ("str", "split", 0, 2),
    ("str", "replace", 2, 3),
    ("str", "startswith", 1, 1),
    ("str", "endswith", 1, 1),
    ("str", "join", 1, 1),
    ("list", "append", 1, 1),
    ("list", "extend", 1, 1),
    ("list", "insert", 2, 2),
    ("list", "pop", 0, 1),
    ("dict", "copy", 0, 0),
    ("dict", "get", 1, 2),
    ("dict", "items", 0, 0),
    ("dict", "keys", 0, 0),
    ("dict", "pop", 1, 2),
    ("dict", "setdefault", 1, 2),
    ("dict", "update", 1, 1),
    ("dict", "values", 0, 0),
];

/// An attribute of a value, or what stands under that key.
pub(super) fn attribute(heap: &Heap, value: &Value, name: &str) -> Result<Value, Refusal> {
    let refused = || Refusal::new("method", format!("{}.{name}", heap.kind_name(value)));
    let method = || Value::Method(Rc::new((value.clone(), Box::from(name))));
    let held = heap.of(value);
    match (value, held) {
        (Value::Undefined(own), _) => return Err(undefined(own.as_ref())),
        // Their attributes are the host's to tell; of others nothing is known.
        (Value::Function(function), _) if matches!(&**function, "config" | "var") => {
            return Ok(Value::Function(Rc::from(format!("{function}.{name}"))));
        }
        (Value::Function(function), _) => return Err(unsupported(&format!("{function}.{name}"))),
        (_, Some(Held::Object(object, values))) => {
            let found = values.get(&Key::Text(Rc::from(name))).cloned();
            return found.ok_or_else(|| unsupported(&format!("{object}.{name}")));
        }
        (Value::Relation(relation), _) => return of_relation(relation, name).ok_or_else(refused),
        (_, Some(Held::Loop(items, index))) => {
            return of_loop(items, *index, name)
                .or_else(|| (name == "cycle").then(method))
                .ok_or_else(refused);
        }
        _ => {}
    }
    if name.starts_with('_') {
        return Err(refused());
    }
    match (value, held) {
        (_, Some(Held::Dictionary(_))) if OF_DICTIONARIES.contains(&name) => Ok(method()),
        (_, Some(Held::Dictionary(dictionary) | Held::Namespace(dictionary))) => {
            let found = dictionary.get(&Key::Text(Rc::from(name)));
            Ok(found.cloned().unwrap_or(UNDEFINED))
        }
        (Value::Text(_), _) => Ok(if OF_TEXTS.contains(&name) { method() } else { UNDEFINED }),
        (_, Some(Held::List(_))) => Ok(if OF_LISTS.contains(&name) { method() } else { UNDEFINED }),
        (Value::None, _) => Ok(UNDEFINED),
        _ => Err(refused()),
    }
}

fn of_relation(relation: &Relation, name: &str) -> Option<Value> {
    let part = match name {
        "database" => &relation.database,
        "schema" => &relation.schema,
        "identifier" | "name" | "table" => &relation.identifier,
        _ => return None,
    };
    Some(part.as_deref().map_or(Value::None, |part| Value::Text(Rc::from(part))))
}

fn of_loop(items: &[Value], index: usize, name: &str) -> Option<Value> {
    let number = |number: usize| Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    Some(match name {
        "index" => number(index + 1),
        "index0" => number(index),
        "revindex" => number(items.len() - index),
        "revindex0" => number(items.len() - index - 1),
        "first" => Value::Boolean(index == 0),
        "last" => Value::Boolean(index + 1 == items.len()),
        "length" => number(items.len()),
        "depth" => number(1),
        "depth0" => number(0),
        "previtem" => index.checked_sub(1).and_then(|at| items.get(at)).cloned().unwrap_or(UNDEFINED),
        "nextitem" => items.get(index + 1).cloned().unwrap_or(UNDEFINED),
        _ => return None,
    })
}

/// What a method returns.
pub(super) fn call(
    heap: &mut Heap,
    owner: &Value,
    name: &str,
    mut given: Vec<Value>,
    mut named: Vec<(Box<str>, Value)>,
) -> Result<Value, Refusal> {
    heap.spend(1)?;
    let kind = heap.kind_name(owner);
    if let Some(Held::Loop(_, index)) = heap.of(owner) {
        let chosen = index.checked_rem(given.len()).and_then(|at| given.get(at));
        return match chosen {
            Some(chosen) if named.is_empty() => Ok(chosen.clone()),
            _ => Err(Refusal::new("argument", "cycle")),
        };
    }
    if kind == "dict" && name == "update" && given.is_empty() {
        let pairs = std::mem::take(&mut named).into_iter().map(|(name, value)| (Rc::from(name), value));
        given.push(heap.dictionary(pairs));
    }
    let path = || format!("{kind}.{name}");
    let takes = ARGUMENTS.iter().find(|(of, known, ..)| *of == kind && *known == name);
    let Some((_, _, least, most)) = takes else { return Err(Refusal::new("method", path())) };
    if !named.is_empty() || !(*least..=*most).contains(&given.len()) {
        return Err(Refusal::new("argument", path()));
    }
    let refused = || Refusal::new("argument", path());
    match owner {
        Value::Text(text) => of_text(heap, text, name, &given)?.ok_or_else(refused),
        _ if kind == "list" => of_list(heap, owner, name, &given)?.ok_or_else(refused),
        _ => of_dictionary(heap, owner, name, &given)?.ok_or_else(refused),
    }
}

/// The result, or None if an argument is not taken.
type Answer = Result<Option<Value>, Refusal>;

fn of_text(heap: &mut Heap, owner: &Rc<str>, name: &str, given: &[Value]) -> Answer {
    heap.spend_text(owner)?;
    let first = match given.first() {
        Some(Value::Text(text)) => Some(&**text),
        _ => None,
    };
    let made = match name {
        "upper" => Value::Text(owner.to_uppercase().into()),
        "lower" => Value::Text(owner.to_lowercase().into()),
        "strip" | "lstrip" | "rstrip" => {
            let characters = match given.first() {
                None | Some(Value::None) => None,
                Some(Value::Text(characters)) => Some(&**characters),
                Some(_) => return Ok(None),
            };
            stripped(heap, owner, characters, name != "rstrip", name != "lstrip")?
        }
        "split" => return split(heap, owner, given),
        "replace" => {
            let (Some(old), Some(Value::Text(new))) = (first, given.get(1)) else { return Ok(None) };
            let count = match given.get(2) {
                None => -1,
                Some(Value::Integer(count)) => *count,
                Some(_) => return Ok(None),
            };
            replaced(heap, owner, old, new, count)?
        }
        "join" => {
            let Some(given) = given.first() else { return Ok(None) };
            let mut parts = Vec::new();
            for part in heap.iterate(given)? {
                let Value::Text(part) = part else { return Ok(None) };
                parts.push(part);
            }
            joined(heap, &parts, owner)?
        }
        _ => {
            let Some(part) = first else { return Ok(None) };
            let starts = name == "startswith";
            Value::Boolean(if starts { owner.starts_with(part) } else { owner.ends_with(part) })
        }
    };
    Ok(Some(made))
}

/// A text without some characters at its ends, or without white space.
pub(super) fn stripped(
    heap: &Heap,
    text: &str,
    characters: Option<&str>,
    at_start: bool,
    at_end: bool,
) -> Result<Value, Refusal> {
    if let Some(characters) = characters {
        // Each character of the text may be compared with all of these.
        let compared = text.chars().count().saturating_mul(characters.chars().count());
        heap.spend(compared / TEXT_PER_STEP)?;
    }
    let is_cut = |character: char| match characters {
        Some(characters) => characters.contains(character),
        None => is_space(character),
    };
    let text = if at_start { text.trim_start_matches(is_cut) } else { text };
    Ok(Value::Text(Rc::from(if at_end { text.trim_end_matches(is_cut) } else { text })))
}

/// A text with parts replaced, as many as `count`; all if it is negative.
pub(super) fn replaced(
    heap: &mut Heap,
    text: &str,
    old: &str,
    new: &str,
    count: i64,
) -> Result<Value, Refusal> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    // Before it is made: it may be much longer than what it is made of.
    let found = text.matches(old).count().min(count);
    let made = found.saturating_mul(new.chars().count()).saturating_add(text.chars().count());
    heap.spend(made / TEXT_PER_STEP)?;
    Ok(Value::Text(text.replacen(old, new, count).into()))
}

/// Texts with a separator between them.
pub(super) fn joined(heap: &mut Heap, parts: &[Rc<str>], separator: &str) -> Result<Value, Refusal> {
    let own: usize = parts.iter().map(|part| part.chars().count()).sum();
    let between = separator.chars().count().saturating_mul(parts.len().saturating_sub(1));
    heap.spend(own.saturating_add(between) / TEXT_PER_STEP)?;
    Ok(Value::Text(parts.join(separator).into()))
}

fn split(heap: &mut Heap, owner: &str, given: &[Value]) -> Answer {
    let separator = match given.first() {
        None | Some(Value::None) => None,
        Some(Value::Text(separator)) if !separator.is_empty() => Some(&**separator),
        Some(_) => return Ok(None),
    };
    let limit = match given.get(1) {
        None => -1,
        Some(Value::Integer(limit)) => *limit,
        Some(_) => return Ok(None),
    };
    let parts: Vec<Value> = match (separator, usize::try_from(limit)) {
        (None, Ok(_)) => return Ok(None),
        (None, Err(_)) => {
            let words = owner.split(is_space).filter(|word| !word.is_empty());
            words.map(|word| Value::Text(Rc::from(word))).collect()
        }
        (Some(separator), limit) => {
            let limit = limit.map_or(usize::MAX, |limit| limit.saturating_add(1));
            owner.splitn(limit, separator).map(|part| Value::Text(Rc::from(part))).collect()
        }
    };
    heap.spend(parts.len())?;
    Ok(Some(heap.list(parts)))
}

fn of_list(heap: &mut Heap, owner: &Value, name: &str, given: &[Value]) -> Answer {
    let added = match (name, given.first()) {
        ("extend", Some(more)) => heap.iterate(more)?,
        _ => Vec::new(),
    };
    let Value::Cell(cell) = owner else { return Ok(None) };
    if matches!(name, "insert" | "pop")
        && let Some(Held::List(items)) = heap.held(*cell)
    {
        let cost = items.len() / 16;
        let index = match given.first() {
            None => -1,
            Some(Value::Integer(index)) => *index,
            Some(_) => return Ok(None),
        };
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let at = if index < 0 { index.saturating_add(length) } else { index };
        if name == "pop" && !(0..length).contains(&at) {
            return Ok(None);
        }
        heap.spend(cost)?;
        let at = usize::try_from(at.clamp(0, length)).unwrap_or(0);
        let Some(Held::List(items)) = heap.held_mut(*cell) else { return Ok(None) };
        if name == "pop" {
            return Ok(Some(items.remove(at)));
        }
        items.insert(at, given.get(1).cloned().unwrap_or(Value::None));
        return Ok(Some(Value::None));
    }
    let Some(Held::List(items)) = heap.held_mut(*cell) else { return Ok(None) };
    if name == "extend" {
        items.extend(added);
    } else {
        items.extend(given.first().cloned());
    }
    Ok(Some(Value::None))
}

fn of_dictionary(heap: &mut Heap, owner: &Value, name: &str, given: &[Value]) -> Answer {
    let Value::Cell(cell) = owner else { return Ok(None) };
    let Some(Held::Dictionary(dictionary)) = heap.held(*cell) else { return Ok(None) };
    let length = dictionary.len();
    match name {
        "copy" => {
            let copy = dictionary.clone();
            heap.spend(length)?;
            return Ok(Some(heap.hold(Held::Dictionary(copy))));
        }
        "items" | "keys" | "values" => {
            heap.spend(length)?;
            let kind = match name {
                "items" => "dict_items",
                "keys" => "dict_keys",
                _ => "dict_values",
            };
            return Ok(Some(heap.hold(Held::View(kind, *cell))));
        }
        "update" => {
            let Some(Held::Dictionary(more)) = given.first().and_then(|more| heap.of(more)) else {
                return Ok(None);
            };
            let more: Vec<_> = more.pairs().cloned().collect();
            heap.spend(more.len())?;
            for (name, _) in &more {
                if let Value::Text(name) = name {
                    heap.spend_text(name)?;
                }
            }
            if let Some(Held::Dictionary(dictionary)) = heap.held_mut(*cell) {
                for (name, value) in more {
                    if let Some(key) = Key::of(&name) {
                        dictionary.set(key, name, value);
                    }
                }
            }
            return Ok(Some(Value::None));
        }
        _ => {}
    }
    let Some(asked) = given.first() else { return Ok(None) };
    let asked_key = key(heap, asked)?;
    let default = given.get(1).cloned();
    let Some(Held::Dictionary(dictionary)) = heap.held_mut(*cell) else { return Ok(None) };
    let found = dictionary.get(&asked_key).cloned();
    Ok(match name {
        "get" => Some(found.or(default).unwrap_or(Value::None)),
        "setdefault" => Some(found.unwrap_or_else(|| {
            let value = default.unwrap_or(Value::None);
            dictionary.set(asked_key, asked.clone(), value.clone());
            value
        })),
        _ => dictionary.remove(&asked_key).or(default),
    })
}
