//! What templates compute with. Lists and the like live in a heap, so that dropping them never recurses.

use std::rc::Rc;

use rustc_hash::FxHashMap;

/// How many steps a template may take.
const FUEL: usize = 1_000_000;

/// Characters of text that cost one step.
pub(super) const TEXT_PER_STEP: usize = 16;

/// A value.
#[derive(Debug, Clone)]
pub enum Value {
    /// What a name without a value has.
    Undefined(Option<Rc<str>>),
    /// `None`.
    None,
    /// A boolean, which counts as a number.
    Boolean(bool),
    /// An integer; there are no larger ones.
    Integer(i64),
    /// A float.
    Float(f64),
    /// A text.
    Text(Rc<str>),
    /// Start, stop and step.
    Range(i64, i64, i64),
    /// A table or view.
    Relation(Rc<Relation>),
    /// A function of the host's, or of Jinja's.
    Function(Rc<str>),
    /// A method of a value, before it is called.
    Method(Rc<(Value, Box<str>)>),
    /// What can change or holds others.
    Cell(Cell),
}

/// The number of a cell in the heap that it was made in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell(usize);

/// A table or view, as it is written in SQL, and its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// As it is written.
    pub rendered: Box<str>,
    /// The database.
    pub database: Option<Box<str>>,
    /// The schema.
    pub schema: Option<Box<str>>,
    /// The table or view.
    pub identifier: Option<Box<str>>,
}

/// Why a template cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The kind, as messages are chosen by it.
    pub kind: &'static str,
    /// What the message names.
    pub detail: String,
    /// The line, from 1; 0 where only the evaluator knows it.
    pub line: u32,
}

impl Refusal {
    pub(super) fn new(kind: &'static str, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), line: 0 }
    }

    pub(super) fn bare(kind: &'static str) -> Self {
        Self::new(kind, "")
    }
}

/// A refusal, or what went wrong in the host.
#[derive(Debug)]
pub enum Failure<E> {
    /// The template cannot be evaluated.
    Refused(Refusal),
    /// The host failed.
    Host(E),
}

impl<E> From<Refusal> for Failure<E> {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What a cell holds.
#[derive(Debug)]
pub enum Held {
    /// A list.
    List(Vec<Value>),
    /// A tuple.
    Tuple(Vec<Value>),
    /// A dictionary.
    Dictionary(Dictionary),
    /// Values that assignments in inner scopes reach.
    Namespace(Dictionary),
    /// A host's object, its name first: what it does not have is refused.
    Object(Rc<str>, Dictionary),
    /// The keys, values or items of a dictionary, as it is when they are asked for.
    View(&'static str, Cell),
    /// What can be gone through once.
    Iterator(Vec<Value>),
    /// The items of a loop and the index of the one it is at.
    Loop(Rc<[Value]>, usize),
}

/// A dictionary, in the order of insertion.
#[derive(Debug, Default, Clone)]
pub struct Dictionary {
    entries: Vec<Option<(Value, Value)>>,
    index: FxHashMap<Key, usize>,
}

/// The floats between which those without a fraction are integers of 64 bits.
const INTEGERS: std::ops::Range<f64> = -9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0;

/// A key, so that equal ones are the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    None,
    Integer(i64),
    Float(u64),
    Text(Rc<str>),
}

impl Key {
    #[expect(clippy::cast_possible_truncation, reason = "it was made sure that nothing is cut off")]
    pub(super) fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::None => Self::None,
            Value::Boolean(truth) => Self::Integer(i64::from(*truth)),
            Value::Integer(number) => Self::Integer(*number),
            Value::Float(number) if number.fract() == 0.0 && INTEGERS.contains(number) => {
                Self::Integer(*number as i64)
            }
            Value::Float(number) => Self::Float(number.to_bits()),
            Value::Text(text) => Self::Text(Rc::clone(text)),
            _ => return None,
        })
    }
}

impl Dictionary {
    pub(super) fn named(pairs: impl IntoIterator<Item = (Rc<str>, Value)>) -> Self {
        let mut made = Self::default();
        for (name, value) in pairs {
            made.set(Key::Text(Rc::clone(&name)), Value::Text(name), value);
        }
        made
    }

    pub(super) fn get(&self, key: &Key) -> Option<&Value> {
        let entry = self.entries.get(*self.index.get(key)?)?;
        entry.as_ref().map(|(_, value)| value)
    }

    pub(super) fn set(&mut self, key: Key, name: Value, value: Value) {
        if let Some(entry) = self.index.get(&key).and_then(|&at| self.entries.get_mut(at)) {
            if let Some((_, old)) = entry {
                *old = value;
            }
            return;
        }
        self.index.insert(key, self.entries.len());
        self.entries.push(Some((name, value)));
    }

    pub(super) fn remove(&mut self, key: &Key) -> Option<Value> {
        let at = self.index.remove(key)?;
        self.entries.get_mut(at)?.take().map(|(_, value)| value)
    }

    pub(super) fn len(&self) -> usize {
        self.index.len()
    }

    /// The names and values, in their order.
    pub fn pairs(&self) -> impl Iterator<Item = &(Value, Value)> {
        self.entries.iter().flatten()
    }
}

/// The cells of a rendering, and the steps that it may still take.
#[derive(Debug)]
pub struct Heap {
    cells: Vec<Held>,
    fuel: std::cell::Cell<usize>,
}

impl Default for Heap {
    fn default() -> Self {
        Self { cells: Vec::new(), fuel: std::cell::Cell::new(FUEL) }
    }
}

impl Heap {
    /// Holds something.
    pub fn hold(&mut self, held: Held) -> Value {
        self.cells.push(held);
        Value::Cell(Cell(self.cells.len() - 1))
    }

    /// A list.
    pub fn list(&mut self, items: Vec<Value>) -> Value {
        self.hold(Held::List(items))
    }

    /// A dictionary of named values.
    pub fn dictionary(&mut self, pairs: impl IntoIterator<Item = (Rc<str>, Value)>) -> Value {
        self.hold(Held::Dictionary(Dictionary::named(pairs)))
    }

    /// An object of the host's.
    pub fn object(&mut self, name: Rc<str>, pairs: impl IntoIterator<Item = (Rc<str>, Value)>) -> Value {
        self.hold(Held::Object(name, Dictionary::named(pairs)))
    }

    /// What a cell holds; None for a cell of another heap.
    #[must_use]
    pub fn held(&self, cell: Cell) -> Option<&Held> {
        self.cells.get(cell.0)
    }

    pub(super) fn held_mut(&mut self, cell: Cell) -> Option<&mut Held> {
        self.cells.get_mut(cell.0)
    }

    pub(super) fn of<'a>(&'a self, value: &Value) -> Option<&'a Held> {
        match value {
            Value::Cell(cell) => self.held(*cell),
            _ => None,
        }
    }

    /// Takes fuel.
    pub(super) fn spend(&self, steps: usize) -> Result<(), Refusal> {
        self.fuel.set(self.fuel.get().checked_sub(steps).ok_or_else(|| Refusal::bare("fuel"))?);
        Ok(())
    }

    /// Takes fuel for a text.
    pub(super) fn spend_text(&self, text: &str) -> Result<(), Refusal> {
        self.spend(text.chars().count() / TEXT_PER_STEP)
    }

    pub(super) fn text(&mut self, text: String) -> Result<Value, Refusal> {
        self.spend_text(&text)?;
        Ok(Value::Text(Rc::from(text)))
    }

    /// What a value is called in messages.
    #[must_use]
    pub fn kind_name(&self, value: &Value) -> &'static str {
        match value {
            Value::Undefined(_) => "undefined",
            Value::None => "none",
            Value::Boolean(_) => "bool",
            Value::Integer(_) => "int",
            Value::Float(_) => "float",
            Value::Text(_) => "str",
            Value::Range(..) => "range",
            Value::Relation(_) => "relation",
            Value::Function(_) | Value::Method(_) => "function",
            Value::Cell(cell) => match self.held(*cell) {
                Some(Held::List(_)) => "list",
                Some(Held::Tuple(_)) => "tuple",
                Some(Held::Dictionary(_)) => "dict",
                Some(Held::Namespace(_)) => "namespace",
                Some(Held::Object(..)) => "object",
                Some(Held::View(name, _)) => name,
                Some(Held::Loop(..)) => "loop",
                Some(Held::Iterator(_)) | None => "iterator",
            },
        }
    }

    pub(super) fn is_true(&self, value: &Value) -> bool {
        match value {
            Value::Undefined(_) | Value::None => false,
            Value::Boolean(truth) => *truth,
            Value::Integer(number) => *number != 0,
            Value::Float(number) => *number != 0.0,
            Value::Text(text) => !text.is_empty(),
            Value::Range(start, stop, stride) => range_length(*start, *stop, *stride) > 0,
            Value::Relation(_) | Value::Function(_) | Value::Method(_) => true,
            Value::Cell(cell) => match self.held(*cell) {
                Some(Held::List(items) | Held::Tuple(items)) => !items.is_empty(),
                _ => self.entries(value).is_none_or(|dictionary| dictionary.len() > 0),
            },
        }
    }

    /// The dictionary that a value is or shows.
    pub(super) fn entries(&self, value: &Value) -> Option<&Dictionary> {
        match self.of(value)? {
            Held::Dictionary(dictionary) => Some(dictionary),
            Held::View(_, shown) => match self.held(*shown)? {
                Held::Dictionary(dictionary) => Some(dictionary),
                _ => None,
            },
            _ => None,
        }
    }

    /// The items of a value, each for a step that is taken before they are made.
    pub(super) fn iterate(&mut self, value: &Value) -> Result<Vec<Value>, Refusal> {
        self.spend(match (value, self.of(value)) {
            (Value::Text(text), _) => text.chars().count(),
            (Value::Range(start, stop, stride), _) => {
                usize::try_from(range_length(*start, *stop, *stride)).unwrap_or(usize::MAX)
            }
            (_, Some(Held::List(items) | Held::Tuple(items) | Held::Iterator(items))) => items.len(),
            _ => self.entries(value).map_or(0, Dictionary::len),
        })?;
        if let (Some(dictionary), Some(held)) = (self.entries(value), self.of(value)) {
            let pairs = dictionary.pairs().cloned();
            return Ok(match held {
                Held::View("dict_values", _) => pairs.map(|(_, item)| item).collect(),
                Held::View("dict_items", _) => {
                    let pairs: Vec<_> = pairs.collect();
                    pairs.into_iter().map(|(name, item)| self.hold(Held::Tuple(vec![name, item]))).collect()
                }
                _ => pairs.map(|(name, _)| name).collect(),
            });
        }
        match value {
            Value::Undefined(_) => return Ok(Vec::new()),
            Value::Text(text) => {
                let mut buffer = [0; 4];
                return Ok(text
                    .chars()
                    .map(|character| Value::Text(Rc::from(&*character.encode_utf8(&mut buffer))))
                    .collect());
            }
            Value::Range(start, stop, stride) => {
                let length = range_length(*start, *stop, *stride);
                return Ok((0..length)
                    .map(|index| Value::Integer(range_item(*start, *stride, index)))
                    .collect());
            }
            Value::Cell(cell) => match self.held_mut(*cell) {
                Some(Held::List(items) | Held::Tuple(items)) => return Ok(items.clone()),
                Some(Held::Iterator(items)) => return Ok(std::mem::take(items)),
                _ => {}
            },
            _ => {}
        }
        Err(Refusal::new("iterable", self.kind_name(value)))
    }
}

/// How many numbers a range has.
pub(super) fn range_length(start: i64, stop: i64, stride: i64) -> i64 {
    let (start, stop, stride) = (i128::from(start), i128::from(stop), i128::from(stride));
    let length = match stride.signum() {
        1 if stop > start => (stop - start + stride - 1) / stride,
        -1 if stop < start => (start - stop - stride - 1) / -stride,
        _ => 0,
    };
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// The number at an index that a range has.
pub(super) fn range_item(start: i64, stride: i64, index: i64) -> i64 {
    start.wrapping_add(stride.wrapping_mul(index))
}

/// Nothing, which has no name.
pub(super) const UNDEFINED: Value = Value::Undefined(None);

/// The refusal of an operation on a name without a value.
pub(super) fn undefined(name: Option<&Rc<str>>) -> Refusal {
    Refusal::new("undefined", name.map_or("", |name| name))
}

/// The refusal of what dbt has and nobody told.
pub(super) fn unsupported(path: &str) -> Refusal {
    Refusal::new("unsupported", path)
}

/// Whether Python takes it for white space.
pub(super) fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\x1c'..='\x1f').contains(&character)
}
