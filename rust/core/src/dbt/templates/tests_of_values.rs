//! Jinja's tests: `is defined` and the like.

use super::operators::{compare, contains};
use super::syntax::Comparison;
use super::values::{Heap, Refusal, Value};

/// Kinds of values that a simple test accepts.
const KINDS: [(&str, &[&str]); 9] = [
    ("none", &["none"]),
    ("string", &["str"]),
    ("number", &["int", "float", "bool"]),
    ("integer", &["int"]),
    ("float", &["float"]),
    ("boolean", &["bool"]),
    ("mapping", &["dict"]),
    ("sequence", &["str", "list", "tuple", "dict", "range", "undefined"]),
    (
        "iterable",
        &[
            "str",
            "list",
            "tuple",
            "dict",
            "range",
            "iterator",
            "dict_keys",
            "dict_values",
            "dict_items",
            "undefined",
        ],
    ),
];

const COMPARISONS: [(&str, Comparison); 9] = [
    ("eq", Comparison::Equal),
    ("equalto", Comparison::Equal),
    ("ne", Comparison::Unequal),
    ("lt", Comparison::Less),
    ("lessthan", Comparison::Less),
    ("le", Comparison::LessOrEqual),
    ("gt", Comparison::Greater),
    ("greaterthan", Comparison::Greater),
    ("ge", Comparison::GreaterOrEqual),
];

const OTHERS: [&str; 8] = ["in", "true", "false", "defined", "undefined", "odd", "even", "divisibleby"];

/// The answer of a test.
pub(super) fn call(heap: &mut Heap, name: &str, value: &Value, given: &[Value]) -> Result<bool, Refusal> {
    heap.spend(1)?;
    let kinds = KINDS.iter().find(|(known, _)| *known == name);
    let comparison = COMPARISONS.iter().find(|(known, _)| *known == name);
    if kinds.is_none() && comparison.is_none() && !OTHERS.contains(&name) {
        return Err(Refusal::new("test", name));
    }
    let expected = usize::from(comparison.is_some() || name == "in" || name == "divisibleby");
    if given.len() != expected {
        return Err(Refusal::new("argument", name));
    }
    if let Some((_, kinds)) = kinds {
        return Ok(kinds.contains(&heap.kind_name(value)));
    }
    if let (Some((_, comparison)), Some(other)) = (comparison, given.first()) {
        return compare(heap, *comparison, value, other);
    }
    match (name, given.first()) {
        ("in", Some(container)) => contains(heap, container, value),
        ("odd" | "even" | "divisibleby", divisor) => {
            let (Value::Integer(number), Value::Integer(divisor)) =
                (value, divisor.unwrap_or(&Value::Integer(2)))
            else {
                return Err(Refusal::new("argument", name));
            };
            if *divisor == 0 {
                return Err(Refusal::bare("zero"));
            }
            let is_multiple = number.checked_rem(*divisor).unwrap_or(0) == 0;
            Ok(is_multiple != (name == "odd"))
        }
        ("true" | "false", _) => Ok(matches!(value, Value::Boolean(truth) if *truth == (name == "true"))),
        _ => Ok(matches!(value, Value::Undefined(_)) == (name == "undefined")),
    }
}
