//! Operators, subscripts and slices. What Python cannot do with its operands is refused.

use super::methods::attribute;
use super::syntax::{Arithmetic, Comparison};
use super::values::{Heap, Held, Key, Refusal, UNDEFINED, Value, range_item, range_length, undefined};

/// Integers beyond are not exact as floats.
pub(super) const EXACT: i64 = 1 << 53;

/// Two numbers, as Python computes with them.
enum Numbers {
    Integers(i64, i64),
    Floats(f64, f64),
}

/// A number, or None.
#[derive(Clone, Copy)]
pub(super) enum Number {
    Integer(i64),
    Float(f64),
}

impl Number {
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Boolean(truth) => Some(Self::Integer(i64::from(*truth))),
            Value::Integer(number) => Some(Self::Integer(*number)),
            Value::Float(number) => Some(Self::Float(*number)),
            _ => None,
        }
    }

    pub(super) fn is_nan(self) -> bool {
        matches!(self, Self::Float(number) if number.is_nan())
    }

    /// As a float, which must be exact.
    pub(super) fn exact(self) -> Result<f64, Refusal> {
        match self {
            Self::Float(number) => Ok(number),
            #[expect(clippy::cast_precision_loss, reason = "it is exact")]
            Self::Integer(number) if number.unsigned_abs() <= EXACT.unsigned_abs() => Ok(number as f64),
            Self::Integer(_) => Err(Refusal::bare("number")),
        }
    }
}

fn check_defined(values: [&Value; 2]) -> Result<(), Refusal> {
    for value in values {
        if let Value::Undefined(name) = value {
            return Err(undefined(name.as_ref()));
        }
    }
    Ok(())
}

fn numbers(heap: &Heap, operator: &str, left: &Value, right: &Value) -> Result<Numbers, Refusal> {
    check_defined([left, right])?;
    match (Number::of(left), Number::of(right)) {
        (Some(Number::Integer(left)), Some(Number::Integer(right))) => Ok(Numbers::Integers(left, right)),
        (Some(left), Some(right)) => Ok(Numbers::Floats(left.exact()?, right.exact()?)),
        _ => Err(operands(heap, operator, left, right)),
    }
}

fn operands(heap: &Heap, operator: &str, left: &Value, right: &Value) -> Refusal {
    Refusal::new("operands", format!("{} {operator} {}", heap.kind_name(left), heap.kind_name(right)))
}

fn integer(made: Option<i64>) -> Result<Value, Refusal> {
    made.map(Value::Integer).ok_or_else(|| Refusal::bare("number"))
}

/// What an operator makes of two values; what is no number, such as infinity without infinity, is refused.
pub(super) fn arithmetic(
    heap: &mut Heap,
    operator: Arithmetic,
    left: &Value,
    right: &Value,
) -> Result<Value, Refusal> {
    match computed(heap, operator, left, right)? {
        Value::Float(number) if number.is_nan() => Err(Refusal::bare("number")),
        made => Ok(made),
    }
}

fn computed(heap: &mut Heap, operator: Arithmetic, left: &Value, right: &Value) -> Result<Value, Refusal> {
    match operator {
        Arithmetic::Add => add(heap, left, right),
        Arithmetic::Multiply => multiply(heap, left, right),
        Arithmetic::Subtract => match numbers(heap, "-", left, right)? {
            Numbers::Integers(left, right) => integer(left.checked_sub(right)),
            Numbers::Floats(left, right) => Ok(Value::Float(left - right)),
        },
        Arithmetic::Divide => {
            numbers(heap, "/", left, right)?;
            let exact = |value| Number::of(value).map_or(Ok(0.0), Number::exact);
            let (left, right) = (exact(left)?, exact(right)?);
            check_zero(right)?;
            Ok(Value::Float(left / right))
        }
        Arithmetic::FloorDivide => match numbers(heap, "//", left, right)? {
            Numbers::Integers(_, 0) => Err(Refusal::bare("zero")),
            Numbers::Integers(left, right) => integer(left.checked_div(right).map(|quotient| {
                let is_below = left % right != 0 && (left < 0) != (right < 0);
                quotient - i64::from(is_below)
            })),
            Numbers::Floats(left, right) => {
                check_zero(right)?;
                Ok(Value::Float(divided(left, right).0))
            }
        },
        Arithmetic::Modulo => match numbers(heap, "%", left, right)? {
            Numbers::Integers(_, 0) => Err(Refusal::bare("zero")),
            Numbers::Integers(left, right) => {
                // Of the smallest integer and -1 it is 0, which Rust takes for an overflow.
                let rest = left.checked_rem(right).unwrap_or(0);
                let is_below = rest != 0 && (rest < 0) != (right < 0);
                Ok(Value::Integer(if is_below { rest + right } else { rest }))
            }
            Numbers::Floats(left, right) => {
                check_zero(right)?;
                Ok(Value::Float(divided(left, right).1))
            }
        },
        Arithmetic::Power => match numbers(heap, "**", left, right)? {
            Numbers::Integers(left, right) if right >= 0 => {
                if left.unsigned_abs() > 1 && right > 64 {
                    return Err(Refusal::bare("number"));
                }
                // Of 0, 1 and -1, high powers repeat.
                let power = u32::try_from(right).unwrap_or(2 + u32::from(right % 2 != 0));
                integer(left.checked_pow(power))
            }
            _ => Err(operands(heap, "**", left, right)),
        },
    }
}

fn check_zero(divisor: f64) -> Result<(), Refusal> {
    if divisor == 0.0 { Err(Refusal::bare("zero")) } else { Ok(()) }
}

/// Quotient and rest as Python has them: the rest has the divisor's sign.
fn divided(left: f64, right: f64) -> (f64, f64) {
    let mut rest = left % right;
    let mut quotient = (left - rest) / right;
    if rest == 0.0 {
        rest = 0.0_f64.copysign(right);
    } else if (rest < 0.0) != (right < 0.0) {
        rest += right;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0.0_f64.copysign(left / right), rest);
    }
    let floor = quotient.floor();
    (if quotient - floor > 0.5 { floor + 1.0 } else { floor }, rest)
}

fn add(heap: &mut Heap, left: &Value, right: &Value) -> Result<Value, Refusal> {
    if let (Value::Text(left), Value::Text(right)) = (left, right) {
        return heap.text([&**left, &**right].concat());
    }
    let joined = match (heap.of(left), heap.of(right)) {
        (Some(Held::List(left)), Some(Held::List(right))) => {
            Some(Held::List([left.as_slice(), right].concat()))
        }
        (Some(Held::Tuple(left)), Some(Held::Tuple(right))) => {
            Some(Held::Tuple([left.as_slice(), right].concat()))
        }
        _ => None,
    };
    if let Some(joined) = joined {
        if let Held::List(items) | Held::Tuple(items) = &joined {
            heap.spend(items.len())?;
        }
        return Ok(heap.hold(joined));
    }
    match numbers(heap, "+", left, right)? {
        Numbers::Integers(left, right) => integer(left.checked_add(right)),
        Numbers::Floats(left, right) => Ok(Value::Float(left + right)),
    }
}

fn multiply(heap: &mut Heap, left: &Value, right: &Value) -> Result<Value, Refusal> {
    if let (Value::Text(text), Value::Integer(times)) | (Value::Integer(times), Value::Text(text)) =
        (left, right)
    {
        let times = usize::try_from((*times).max(0)).unwrap_or(usize::MAX);
        heap.spend(text.chars().count().saturating_mul(times) / 16)?;
        return Ok(Value::Text(text.repeat(times).into()));
    }
    match numbers(heap, "*", left, right)? {
        Numbers::Integers(left, right) => integer(left.checked_mul(right)),
        Numbers::Floats(left, right) => Ok(Value::Float(left * right)),
    }
}

/// A number with the other sign.
pub(super) fn negated(heap: &Heap, value: &Value) -> Result<Value, Refusal> {
    check_defined([value, value])?;
    match Number::of(value) {
        Some(Number::Integer(number)) => integer(number.checked_neg()),
        Some(Number::Float(number)) => Ok(Value::Float(-number)),
        None => Err(Refusal::new("operands", format!("- {}", heap.kind_name(value)))),
    }
}

/// Whether two values are equal, as Python has it.
#[expect(clippy::float_cmp, reason = "so does Python")]
pub(super) fn equal(heap: &mut Heap, left: &Value, right: &Value) -> Result<bool, Refusal> {
    let mut pending = vec![(left.clone(), right.clone())];
    while let Some((one, other)) = pending.pop() {
        heap.spend(1)?;
        let is_equal = match (&one, &other) {
            (Value::Undefined(_), Value::Undefined(_)) | (Value::None, Value::None) => true,
            (Value::Relation(one), Value::Relation(other)) => one == other,
            (Value::Text(one), Value::Text(other)) => {
                heap.spend_text(one)?;
                one == other
            }
            (Value::Function(one), Value::Function(other)) => one == other,
            (Value::Range(..), Value::Range(..)) => has_equal_numbers(&one, &other),
            (Value::Method(_), Value::Method(_)) => {
                return Err(operands(heap, "==", &one, &other));
            }
            (Value::Cell(one_cell), Value::Cell(other_cell)) => match (heap.of(&one), heap.of(&other)) {
                (Some(Held::List(one)), Some(Held::List(other)))
                | (Some(Held::Tuple(one)), Some(Held::Tuple(other))) => {
                    pending.extend(one.iter().cloned().zip(other.iter().cloned()));
                    one.len() == other.len()
                }
                (Some(Held::View("dict_keys", _)), Some(Held::View("dict_keys", _))) => {
                    paired(heap, &one, &other)?.is_some()
                }
                (Some(Held::Dictionary(_)), Some(Held::Dictionary(_)))
                | (Some(Held::View("dict_items", _)), Some(Held::View("dict_items", _))) => {
                    let pairs = paired(heap, &one, &other)?;
                    let is_equal = pairs.is_some();
                    pending.extend(pairs.unwrap_or_default());
                    is_equal
                }
                _ => one_cell == other_cell,
            },
            _ => match (Number::of(&one), Number::of(&other)) {
                (Some(Number::Integer(one)), Some(Number::Integer(other))) => one == other,
                (Some(one), Some(other)) if one.is_nan() || other.is_nan() => {
                    // For Python it is equal to itself in some places and not in others.
                    return Err(Refusal::bare("number"));
                }
                (Some(Number::Float(one)), Some(Number::Float(other))) => one == other,
                (Some(Number::Integer(integer)), Some(Number::Float(float)))
                | (Some(Number::Float(float)), Some(Number::Integer(integer))) => {
                    Key::of(&Value::Float(float)) == Some(Key::Integer(integer))
                }
                _ => false,
            },
        };
        if !is_equal {
            return Ok(false);
        }
    }
    Ok(true)
}

type Pairs = Vec<(Value, Value)>;

/// What stands under the keys of two dictionaries, or of two that views show; None if these are not the same.
fn paired(heap: &Heap, one: &Value, other: &Value) -> Result<Option<Pairs>, Refusal> {
    let (Some(one), Some(other)) = (heap.entries(one), heap.entries(other)) else { return Ok(None) };
    if one.len() != other.len() {
        return Ok(None);
    }
    heap.spend(one.len())?;
    let pairs = one.pairs();
    Ok(pairs.map(|(name, item)| Some((item.clone(), other.get(&Key::of(name)?)?.clone()))).collect())
}

/// Whether two ranges have the same numbers.
fn has_equal_numbers(one: &Value, other: &Value) -> bool {
    let told = |value: &Value| match value {
        Value::Range(start, stop, stride) => (range_length(*start, *stop, *stride), *start, *stride),
        _ => (0, 0, 0),
    };
    let ((length, start, stride), (other_length, other_start, other_stride)) = (told(one), told(other));
    length == other_length
        && (length == 0 || (start == other_start && (length == 1 || stride == other_stride)))
}

/// Whether one number or text comes before the other, as the operator has it.
pub(super) fn compared(
    heap: &Heap,
    operator: Comparison,
    left: &Value,
    right: &Value,
) -> Result<bool, Refusal> {
    let name = match operator {
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        _ => ">=",
    };
    let order = if let (Value::Text(left), Value::Text(right)) = (left, right) {
        heap.spend_text(left)?;
        Some(left.cmp(right))
    } else {
        match numbers(heap, name, left, right)? {
            Numbers::Integers(left, right) => Some(left.cmp(&right)),
            Numbers::Floats(left, right) => left.partial_cmp(&right),
        }
    };
    Ok(order.is_some_and(|order| match operator {
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        _ => order.is_ge(),
    }))
}

/// Whether a value is in another one.
pub(super) fn contains(heap: &mut Heap, container: &Value, value: &Value) -> Result<bool, Refusal> {
    if let Value::Text(text) = container {
        let Value::Text(part) = value else {
            check_defined([value, value])?;
            return Err(operands(heap, "in", value, container));
        };
        heap.spend_text(text)?;
        return Ok(text.contains(&**part));
    }
    if let Some(Held::Dictionary(dictionary)) = heap.of(container) {
        return Ok(dictionary.get(&key(heap, value)?).is_some());
    }
    let kind = heap.kind_name(container);
    if kind == "iterator" || kind == "dict_items" {
        return Err(operands(heap, "in", value, container));
    }
    for item in heap.iterate(container)? {
        if equal(heap, value, &item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The answer of a comparison.
pub(super) fn compare(
    heap: &mut Heap,
    operator: Comparison,
    left: &Value,
    right: &Value,
) -> Result<bool, Refusal> {
    match operator {
        Comparison::Equal => equal(heap, left, right),
        Comparison::Unequal => Ok(!equal(heap, left, right)?),
        Comparison::In => contains(heap, right, left),
        Comparison::NotIn => Ok(!contains(heap, right, left)?),
        _ => compared(heap, operator, left, right),
    }
}

/// A value that can be a key.
pub(super) fn key(heap: &Heap, value: &Value) -> Result<Key, Refusal> {
    check_defined([value, value])?;
    if let Value::Text(text) = value {
        heap.spend_text(text)?;
    }
    if Number::of(value).is_some_and(Number::is_nan) {
        return Err(Refusal::bare("number"));
    }
    Key::of(value).ok_or_else(|| Refusal::new("key", heap.kind_name(value)))
}

/// What stands under a key or an index; undefined if nothing does.
pub(super) fn item(heap: &Heap, value: &Value, subscript: &Value) -> Result<Value, Refusal> {
    check_defined([value, value])?;
    for text in [value, subscript] {
        if let Value::Text(text) = text {
            heap.spend_text(text)?;
        }
    }
    if matches!(value, Value::Function(_)) && !matches!(subscript, Value::Text(_)) {
        check_defined([subscript, subscript])?;
        return Err(Refusal::new("iterable", heap.kind_name(value)));
    }
    if let Some(Held::Dictionary(dictionary)) = heap.of(value)
        && let Some(found) = Key::of(subscript).and_then(|key| dictionary.get(&key))
    {
        return Ok(found.clone());
    }
    if let Some(Number::Integer(index)) = Number::of(subscript) {
        let found = match (value, heap.of(value)) {
            (Value::Text(text), _) => {
                let count = text.chars().count();
                at(index, count)
                    .and_then(|at| text.chars().nth(at))
                    .map(|found| Value::Text(found.to_string().into()))
            }
            (Value::Range(start, stop, stride), _) => {
                let length = usize::try_from(range_length(*start, *stop, *stride)).unwrap_or(0);
                let found = at(index, length).and_then(|at| i64::try_from(at).ok());
                found.map(|at| Value::Integer(range_item(*start, *stride, at)))
            }
            (_, Some(Held::List(items) | Held::Tuple(items))) => {
                at(index, items.len()).and_then(|at| items.get(at)).cloned()
            }
            _ => None,
        };
        return Ok(found.unwrap_or(UNDEFINED));
    }
    if let Value::Text(name) = subscript {
        return attribute(heap, value, name);
    }
    check_defined([subscript, subscript])?;
    Ok(UNDEFINED)
}

fn at(index: i64, length: usize) -> Option<usize> {
    let length = i64::try_from(length).ok()?;
    usize::try_from(if index < 0 { index + length } else { index }).ok()
}

/// Part of a text, list or tuple.
pub(super) fn sliced(heap: &mut Heap, value: &Value, bounds: [&Value; 3]) -> Result<Value, Refusal> {
    check_defined([value, value])?;
    let refused = Refusal::new("slice", heap.kind_name(value));
    let mut given = [None; 3];
    for (bound, given) in bounds.into_iter().zip(&mut given) {
        *given = match bound {
            Value::None => None,
            Value::Integer(number) => Some(*number),
            _ => return Err(refused),
        };
    }
    let [start, stop, stride] = given;
    let (items, is_list) = match (value, heap.of(value)) {
        (Value::Text(_), _) => (heap.iterate(value)?, None),
        (_, Some(Held::List(items))) => (items.clone(), Some(true)),
        (_, Some(Held::Tuple(items))) => (items.clone(), Some(false)),
        _ => return Err(refused),
    };
    if is_list.is_some() {
        heap.spend(items.len())?;
    }
    let stride = stride.unwrap_or(1);
    if stride == 0 {
        return Err(refused);
    }
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let (lowest, highest) = if stride > 0 { (0, length) } else { (-1, length - 1) };
    let bound = |given: Option<i64>, default: i64| {
        given.map_or(default, |bound| {
            let bound = if bound < 0 { bound.saturating_add(length) } else { bound };
            bound.clamp(lowest, highest)
        })
    };
    let (start, stop) = if stride > 0 {
        (bound(start, lowest), bound(stop, highest))
    } else {
        (bound(start, highest), bound(stop, lowest))
    };
    let count = range_length(start, stop, stride);
    let taken: Vec<Value> = (0..count)
        .filter_map(|index| usize::try_from(range_item(start, stride, index)).ok())
        .filter_map(|at| items.get(at).cloned())
        .collect();
    heap.spend(taken.len())?;
    match is_list {
        Some(true) => Ok(heap.list(taken)),
        Some(false) => Ok(heap.hold(Held::Tuple(taken))),
        None => {
            let mut text = String::new();
            for character in &taken {
                heap.print(character, &mut text)?;
            }
            Ok(Value::Text(text.into()))
        }
    }
}
