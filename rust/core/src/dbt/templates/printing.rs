//! Values as Python's `str` and `repr` write them.

use std::fmt::Write;

use super::values::{Heap, Held, Refusal, Value, unsupported};

/// How deep values may be nested where all of them is looked at.
pub(super) const DEEPEST: usize = 60;

/// Characters beyond ASCII that Python prints in a list as they are; ranges without holes.
const PRINTABLE: [(u32, u32); 6] =
    [(0xa1, 0xac), (0xae, 0x377), (0x400, 0x52f), (0x3041, 0x3096), (0x4e00, 0x9fff), (0xac00, 0xd7a3)];

impl Heap {
    /// A value as Python's `str` writes it, appended to a text.
    pub(super) fn print(&self, value: &Value, output: &mut String) -> Result<(), Refusal> {
        match value {
            Value::Text(text) => output.push_str(text),
            Value::Undefined(_) => {}
            Value::Relation(relation) => output.push_str(&relation.rendered),
            _ => self.quote(value, output, 0)?,
        }
        Ok(())
    }

    /// A value as Python's `str` writes it.
    pub(super) fn printed(&self, value: &Value) -> Result<String, Refusal> {
        let mut output = String::new();
        self.print(value, &mut output)?;
        Ok(output)
    }

    fn quote(&self, value: &Value, output: &mut String, depth: usize) -> Result<(), Refusal> {
        if depth > DEEPEST {
            return Err(Refusal::bare("nesting"));
        }
        // A few lists that hold each other many times print to more than memory holds.
        self.spend(1)?;
        match value {
            Value::Text(text) => {
                self.spend_text(text)?;
                return quote_text(text, output);
            }
            Value::None => output.push_str("None"),
            Value::Boolean(truth) => output.push_str(if *truth { "True" } else { "False" }),
            Value::Integer(number) => write_to(output, number),
            Value::Float(number) => output.push_str(&float(*number)),
            Value::Undefined(_) => output.push_str("Undefined"),
            Value::Function(name) => return Err(unsupported(name)),
            Value::Range(start, stop, 1) => write_to(output, format_args!("range({start}, {stop})")),
            Value::Range(start, stop, stride) => {
                write_to(output, format_args!("range({start}, {stop}, {stride})"));
            }
            _ => match self.of(value) {
                Some(Held::List(items)) => {
                    output.push('[');
                    self.quote_items(items, output, depth)?;
                    output.push(']');
                }
                Some(Held::Tuple(items)) => {
                    output.push('(');
                    self.quote_items(items, output, depth)?;
                    output.push_str(if items.len() == 1 { ",)" } else { ")" });
                }
                Some(Held::Dictionary(dictionary)) => {
                    output.push('{');
                    for (index, (name, item)) in dictionary.pairs().enumerate() {
                        if index > 0 {
                            output.push_str(", ");
                        }
                        self.quote(name, output, depth + 1)?;
                        output.push_str(": ");
                        self.quote(item, output, depth + 1)?;
                    }
                    output.push('}');
                }
                _ => return Err(Refusal::new("value", self.kind_name(value))),
            },
        }
        Ok(())
    }

    fn quote_items(&self, items: &[Value], output: &mut String, depth: usize) -> Result<(), Refusal> {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                output.push_str(", ");
            }
            self.quote(item, output, depth + 1)?;
        }
        Ok(())
    }
}

fn write_to(output: &mut String, what: impl std::fmt::Display) {
    // Writing to a string cannot fail.
    let _ = write!(output, "{what}");
}

fn quote_text(text: &str, output: &mut String) -> Result<(), Refusal> {
    let mark = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    output.push(mark);
    for character in text.chars() {
        let code = u32::from(character);
        match character {
            '\n' => output.push_str("\\n"),
            '\r' => output.push_str("\\r"),
            '\t' => output.push_str("\\t"),
            '\\' => output.push_str("\\\\"),
            _ if character == mark => {
                output.push('\\');
                output.push(character);
            }
            _ if code < 0x20 || code == 0x7f => write_to(output, format_args!("\\x{code:02x}")),
            _ if code > 0x7f && !PRINTABLE.iter().any(|(first, last)| (*first..=*last).contains(&code)) => {
                return Err(Refusal::new("value", "str"));
            }
            _ => output.push(character),
        }
    }
    output.push(mark);
    Ok(())
}

/// A float as Python writes it: the shortest digits that lead back to it.
pub(super) fn float(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let written = format!("{number}");
        return if written.contains('.') { written } else { format!("{written}.0") };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}
