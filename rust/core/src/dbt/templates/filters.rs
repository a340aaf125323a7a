//! Jinja's filters that are supported, and dbt's, which leave a text as it is.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::methods::{attribute, joined, replaced, stripped};
use super::operators::{Number, arithmetic, compared, negated};
use super::syntax::{Arithmetic, Comparison};
use super::tests_of_values;
use super::values::{
    Dictionary, Heap, Held, Key, Refusal, UNDEFINED, Value, is_space, range_length, undefined,
};

/// The names of the parameters of filters, and how many must be given. `map` and the like take others.
const PARAMETERS: [(&str, &[&str], usize); 27] = [
    ("as_text", &[], 0),
    ("as_bool", &[], 0),
    ("as_native", &[], 0),
    ("as_number", &[], 0),
    ("abs", &[], 0),
    ("count", &[], 0),
    ("default", &["default_value", "boolean"], 0),
    ("d", &["default_value", "boolean"], 0),
    ("first", &[], 0),
    ("float", &["default"], 0),
    ("int", &["default"], 0),
    ("items", &[], 0),
    ("join", &["d"], 0),
    ("last", &[], 0),
    ("length", &[], 0),
    ("list", &[], 0),
    ("lower", &[], 0),
    ("max", &[], 0),
    ("min", &[], 0),
    ("replace", &["old", "new", "count"], 2),
    ("reverse", &[], 0),
    ("sort", &["reverse"], 0),
    ("string", &[], 0),
    ("sum", &[], 0),
    ("trim", &["chars"], 0),
    ("unique", &[], 0),
    ("upper", &[], 0),
];

/// What a filter makes of a value.
pub(super) fn call(
    heap: &mut Heap,
    name: &str,
    value: &Value,
    given: &[Value],
    named: &[(Box<str>, Value)],
) -> Result<Value, Refusal> {
    heap.spend(1)?;
    if let Value::Text(text) = value {
        heap.spend_text(text)?;
    }
    match name {
        "map" => return map(heap, value, given, named),
        "select" | "reject" | "selectattr" | "rejectattr" => {
            return choose(heap, name, value, given, named);
        }
        _ => {}
    }
    let parameters = PARAMETERS.iter().find(|(known, ..)| *known == name);
    let Some((_, accepted, needed)) = parameters else { return Err(Refusal::new("filter", name)) };
    let refused = || Refusal::new("argument", name);
    if given.len() > accepted.len() {
        return Err(refused());
    }
    let mut arguments: Vec<Option<&Value>> = given.iter().map(Some).collect();
    arguments.resize(accepted.len(), None);
    for (parameter, argument) in named {
        let at = accepted.iter().position(|known| **known == **parameter).ok_or_else(refused)?;
        match arguments.get_mut(at) {
            Some(free @ None) => *free = Some(argument),
            _ => return Err(refused()),
        }
    }
    if arguments.iter().take(*needed).any(Option::is_none) {
        return Err(refused());
    }
    apply(heap, name, value, &arguments)
}

/// What a filter makes of a value with the arguments of its parameters.
fn apply(heap: &mut Heap, name: &str, value: &Value, arguments: &[Option<&Value>]) -> Result<Value, Refusal> {
    let refused = || Refusal::new("argument", name);
    let argument = |at: usize| arguments.get(at).copied().flatten();
    Ok(match name {
        "abs" => absolute(heap, value)?,
        "count" | "length" => Value::Integer(length(heap, value)?),
        "default" | "d" => {
            let replaces = matches!(value, Value::Undefined(_))
                || argument(1).is_some_and(|boolean| heap.is_true(boolean)) && !heap.is_true(value);
            match (replaces, argument(0)) {
                (false, _) => value.clone(),
                (true, None | Some(Value::Undefined(None))) => Value::Text(Rc::from("")),
                (true, Some(default)) => default.clone(),
            }
        }
        "first" | "last" => {
            if heap.kind_name(value) == "iterator" {
                return Err(refused());
            }
            let items = heap.iterate(value)?;
            let found = if name == "first" { items.first() } else { items.last() };
            found.cloned().unwrap_or(UNDEFINED)
        }
        "int" => to_integer(value, argument(0))?,
        "float" => to_float(value, argument(0))?,
        "items" => items(heap, value)?,
        "join" => join(heap, value, argument(0))?,
        "list" => {
            let items = heap.iterate(value)?;
            heap.list(items)
        }
        "lower" => {
            let made = text(heap, value)?.to_lowercase();
            heap.text(made)?
        }
        "upper" => {
            let made = text(heap, value)?.to_uppercase();
            heap.text(made)?
        }
        "max" => extreme(heap, name, value, Comparison::Greater)?,
        "min" => extreme(heap, name, value, Comparison::Less)?,
        "replace" => {
            let count = match argument(2) {
                None | Some(Value::None | Value::Undefined(None)) => -1,
                Some(Value::Integer(count)) => *count,
                Some(_) => return Err(refused()),
            };
            let [old, new] = [0, 1].map(|at| text(heap, argument(at).unwrap_or(&UNDEFINED)));
            let whole = text(heap, value)?;
            replaced(heap, &whole, &old?, &new?, count)?
        }
        "reverse" => reverse(heap, value)?,
        "sort" => {
            let is_reversed = argument(0).is_some_and(|reverse| heap.is_true(reverse));
            sort(heap, value, is_reversed)?
        }
        "string" => Value::Text(text(heap, value)?),
        "sum" => sum(heap, value)?,
        "trim" => {
            let characters = match argument(0) {
                None | Some(Value::None | Value::Undefined(None)) => None,
                Some(Value::Text(characters)) => Some(&**characters),
                Some(_) => return Err(refused()),
            };
            stripped(heap, &text(heap, value)?, characters, true, true)?
        }
        "unique" => {
            let items = heap.iterate(value)?;
            let keys = folded(heap, name, &items)?;
            let mut seen = FxHashSet::default();
            let kept = items.into_iter().zip(keys).filter(|(_, key)| seen.insert(key.as_key()));
            let kept = kept.map(|(item, _)| item).collect();
            heap.hold(Held::Iterator(kept))
        }
        _ => value.clone(),
    })
}

/// A value as text, as Jinja's filters take it.
fn text(heap: &Heap, value: &Value) -> Result<Rc<str>, Refusal> {
    match value {
        Value::Text(text) => Ok(Rc::clone(text)),
        _ => Ok(heap.printed(value)?.into()),
    }
}

fn absolute(heap: &Heap, value: &Value) -> Result<Value, Refusal> {
    match Number::of(value) {
        Some(Number::Integer(number)) if number < 0 => negated(heap, value),
        Some(Number::Integer(number)) => Ok(Value::Integer(number)),
        Some(Number::Float(number)) => Ok(Value::Float(number.abs())),
        None => Err(Refusal::new("argument", "abs")),
    }
}

fn length(heap: &Heap, value: &Value) -> Result<i64, Refusal> {
    let length = match (value, heap.of(value)) {
        (Value::Text(text), _) => text.chars().count(),
        (_, Some(Held::List(items) | Held::Tuple(items))) => items.len(),
        (_, Some(Held::Dictionary(_) | Held::View(..))) => heap.entries(value).map_or(0, Dictionary::len),
        (Value::Range(start, stop, stride), _) => return Ok(range_length(*start, *stop, *stride)),
        (Value::Undefined(_), _) => 0,
        _ => return Err(Refusal::new("argument", "length")),
    };
    Ok(i64::try_from(length).unwrap_or(i64::MAX))
}

/// How a text writes a number, of those ways that both engines read.
enum Written {
    Integer(i64),
    Float(f64),
    No,
}

fn written(text: &str) -> Result<Written, Refusal> {
    let text = text.trim_matches(is_space);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (1..=18).contains(&unsigned.len()) && is_digits(unsigned) {
        return text.parse().map(Written::Integer).map_err(|_| Refusal::bare("number"));
    }
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if (1..=15).contains(&whole.len()) && fraction.len() <= 15 && is_digits(whole) && is_digits(fraction) {
        return text.parse().map(Written::Float).map_err(|_| Refusal::bare("number"));
    }
    let first = text.chars().next();
    if text.is_ascii() && !first.is_some_and(|first| first.is_ascii_digit() || "+-.iInN".contains(first)) {
        return Ok(Written::No);
    }
    // Python reads numbers that are written in rarer ways.
    Err(Refusal::bare("number"))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "it was made sure that nothing but the fraction is cut off"
)]
fn to_integer(value: &Value, default: Option<&Value>) -> Result<Value, Refusal> {
    let default = || match default {
        None | Some(Value::Undefined(None)) => Value::Integer(0),
        Some(default) => default.clone(),
    };
    let cut = |number: f64| {
        if number.abs() < 9_007_199_254_740_992.0 {
            Ok(Value::Integer(number as i64))
        } else {
            Err(Refusal::bare("number"))
        }
    };
    match (Number::of(value), value) {
        (Some(Number::Integer(number)), _) => Ok(Value::Integer(number)),
        (Some(Number::Float(number)), _) => cut(number),
        (None, Value::Text(text)) => match written(text)? {
            Written::Integer(number) => Ok(Value::Integer(number)),
            Written::Float(number) => cut(number),
            Written::No => Ok(default()),
        },
        (None, Value::Undefined(name)) => Err(undefined(name.as_ref())),
        _ => Ok(default()),
    }
}

fn to_float(value: &Value, default: Option<&Value>) -> Result<Value, Refusal> {
    let default = || match default {
        None | Some(Value::Undefined(None)) => Value::Float(0.0),
        Some(default) => default.clone(),
    };
    match (Number::of(value), value) {
        (Some(number), _) => Ok(Value::Float(number.exact()?)),
        (None, Value::Text(text)) => match written(text)? {
            Written::Integer(number) => Ok(Value::Float(Number::Integer(number).exact()?)),
            Written::Float(number) => Ok(Value::Float(number)),
            Written::No => Ok(default()),
        },
        (None, Value::Undefined(name)) => Err(undefined(name.as_ref())),
        _ => Ok(default()),
    }
}

fn items(heap: &mut Heap, value: &Value) -> Result<Value, Refusal> {
    let pairs: Vec<_> = match (value, heap.of(value)) {
        (Value::Undefined(_), _) => Vec::new(),
        (_, Some(Held::Dictionary(dictionary))) => dictionary.pairs().cloned().collect(),
        _ => return Err(Refusal::new("argument", "items")),
    };
    heap.spend(pairs.len())?;
    let items = pairs.into_iter().map(|(key, value)| heap.hold(Held::Tuple(vec![key, value]))).collect();
    Ok(heap.hold(Held::Iterator(items)))
}

fn join(heap: &mut Heap, value: &Value, separator: Option<&Value>) -> Result<Value, Refusal> {
    let items = heap.iterate(value)?;
    let parts = items.iter().map(|item| text(heap, item)).collect::<Result<Vec<_>, _>>()?;
    let separator = text(heap, separator.unwrap_or(&UNDEFINED))?;
    joined(heap, &parts, &separator)
}

fn reverse(heap: &mut Heap, value: &Value) -> Result<Value, Refusal> {
    if let Value::Text(text) = value {
        let made = text.chars().rev().collect();
        return heap.text(made);
    }
    if matches!(heap.kind_name(value), "iterator" | "undefined") {
        return Err(Refusal::new("argument", "reverse"));
    }
    let mut items = heap.iterate(value)?;
    items.reverse();
    Ok(heap.hold(Held::Iterator(items)))
}

/// What is compared for items that have an order.
#[derive(PartialEq, PartialOrd)]
enum Folded {
    Text(Rc<str>),
    Number(f64),
}

impl Folded {
    fn as_key(&self) -> Option<Key> {
        match self {
            Self::Text(text) => Some(Key::Text(Rc::clone(text))),
            Self::Number(number) => Key::of(&Value::Float(*number)),
        }
    }

    fn as_value(&self) -> Value {
        match self {
            Self::Text(text) => Value::Text(Rc::clone(text)),
            Self::Number(number) => Value::Float(*number),
        }
    }
}

/// What is compared for items that are all texts, or all numbers.
fn folded(heap: &Heap, name: &str, items: &[Value]) -> Result<Vec<Folded>, Refusal> {
    for item in items {
        if let Value::Text(text) = item {
            heap.spend_text(text)?;
        }
    }
    let texts: Option<Vec<Folded>> = items
        .iter()
        .map(|item| match item {
            Value::Text(text) => Some(Folded::Text(text.to_lowercase().into())),
            _ => None,
        })
        .collect();
    if let Some(texts) = texts {
        return Ok(texts);
    }
    let numbers: Option<Vec<Number>> = items.iter().map(Number::of).collect();
    let Some(numbers) = numbers else { return Err(Refusal::new("argument", name)) };
    // What is no number has no place in an order.
    if numbers.iter().any(|number| number.is_nan()) {
        return Err(Refusal::bare("number"));
    }
    numbers.into_iter().map(|number| number.exact().map(Folded::Number)).collect()
}

fn sort(heap: &mut Heap, value: &Value, is_reversed: bool) -> Result<Value, Refusal> {
    let items = heap.iterate(value)?;
    let keys = folded(heap, "sort", &items)?;
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by(|one, other| {
        let order = keys.get(*one).partial_cmp(&keys.get(*other));
        let order = order.unwrap_or(std::cmp::Ordering::Equal);
        if is_reversed { order.reverse() } else { order }
    });
    let sorted = order.into_iter().filter_map(|at| items.get(at).cloned()).collect();
    Ok(heap.list(sorted))
}

fn sum(heap: &mut Heap, value: &Value) -> Result<Value, Refusal> {
    let mut total = Value::Integer(0);
    for item in heap.iterate(value)? {
        if !matches!(item, Value::Integer(_) | Value::Boolean(_)) {
            return Err(Refusal::new("argument", "sum"));
        }
        total = arithmetic(heap, Arithmetic::Add, &total, &item)?;
    }
    Ok(total)
}

fn extreme(heap: &mut Heap, name: &str, value: &Value, operator: Comparison) -> Result<Value, Refusal> {
    let items = heap.iterate(value)?;
    let keys = folded(heap, name, &items)?;
    let mut best: Option<(&Value, &Folded)> = None;
    for (item, key) in items.iter().zip(&keys) {
        let is_better = match best {
            None => true,
            Some((_, found)) => compared(heap, operator, &key.as_value(), &found.as_value())?,
        };
        if is_better {
            best = Some((item, key));
        }
    }
    Ok(best.map_or(UNDEFINED, |(item, _)| item.clone()))
}

fn map(
    heap: &mut Heap,
    value: &Value,
    given: &[Value],
    named: &[(Box<str>, Value)],
) -> Result<Value, Refusal> {
    let items = heap.iterate(value)?;
    let find = |wanted: &str| named.iter().find(|(name, _)| **name == *wanted).map(|(_, value)| value);
    let default = find("default");
    let mut made = Vec::with_capacity(items.len());
    if let Some(path) = find("attribute")
        && given.is_empty()
        && named.len() == 1 + usize::from(default.is_some())
    {
        for item in &items {
            made.push(match (attribute_of(heap, item, path)?, default) {
                (Value::Undefined(_), Some(default)) => default.clone(),
                (found, _) => found,
            });
        }
    } else {
        let Some((Value::Text(name), rest)) = given.split_first() else {
            return Err(Refusal::new("argument", "map"));
        };
        if &**name == "map" {
            // A filter of filters would recurse as deep as its arguments.
            return Err(Refusal::new("argument", "map"));
        }
        for item in &items {
            made.push(call(heap, name, item, rest, named)?);
        }
    }
    Ok(heap.hold(Held::Iterator(made)))
}

fn attribute_of(heap: &Heap, value: &Value, path: &Value) -> Result<Value, Refusal> {
    let Value::Text(name) = path else { return Err(Refusal::new("argument", "attribute")) };
    let is_number = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    if name.contains('.') || is_number || !name.is_ascii() {
        return Err(Refusal::new("argument", "attribute"));
    }
    if let Some(Held::Dictionary(dictionary)) = heap.of(value) {
        return Ok(dictionary.get(&Key::Text(Rc::clone(name))).cloned().unwrap_or(UNDEFINED));
    }
    attribute(heap, value, name)
}

fn choose(
    heap: &mut Heap,
    name: &str,
    value: &Value,
    given: &[Value],
    named: &[(Box<str>, Value)],
) -> Result<Value, Refusal> {
    let refused = || Refusal::new("argument", name);
    if !named.is_empty() {
        return Err(refused());
    }
    let items = heap.iterate(value)?;
    let (path, given) = if name.ends_with("attr") {
        let (path, rest) = given.split_first().ok_or_else(refused)?;
        (Some(path), rest)
    } else {
        (None, given)
    };
    let mut keys = Vec::with_capacity(items.len());
    for item in &items {
        keys.push(match path {
            Some(path) => attribute_of(heap, item, path)?,
            None => item.clone(),
        });
    }
    let test = match given.first() {
        None | Some(Value::None) => None,
        Some(Value::Text(test)) => Some(test),
        Some(_) => return Err(refused()),
    };
    let mut kept = Vec::new();
    for (item, key) in items.into_iter().zip(keys) {
        let answer = match test {
            None => heap.is_true(&key),
            Some(test) => tests_of_values::call(heap, test, &key, given.get(1..).unwrap_or_default())?,
        };
        if answer == name.starts_with("select") {
            kept.push(item);
        }
    }
    Ok(heap.hold(Held::Iterator(kept)))
}
