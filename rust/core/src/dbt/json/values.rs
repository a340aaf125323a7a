//! A value of a document, as events for whoever makes objects of it.

use super::scanner::Scanner;
use super::text::JsonText;

/// One step through a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number without fraction and exponent, as it is written.
    Integer(&'a str),
    /// Any other number, `NaN` and infinities included, as it is written.
    Float(&'a str),
    /// A string.
    Text(JsonText<'a>),
    /// A key of an object; its value follows.
    Key(JsonText<'a>),
    /// A list starts.
    StartList,
    /// An object starts.
    StartObject,
    /// The innermost list or object ends.
    End,
}

/// The events of one value of a document that was loaded.
#[derive(Debug)]
pub struct Events<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    /// Of each open list or object, whether it is an object.
    open: Vec<bool>,
    expects_key: bool,
    done: bool,
}

impl<'a> Events<'a> {
    /// The events of the value that starts at `offset`.
    pub(crate) fn new(text: &'a str, offset: usize) -> Self {
        let scanner = Scanner::new(text.as_bytes(), offset);
        Self { text, scanner, open: Vec::new(), expects_key: false, done: false }
    }

    fn string(&mut self) -> Option<JsonText<'a>> {
        let piece = self.scanner.string().ok()?;
        Some(JsonText::decode(self.text.get(piece.start..piece.end)?, piece.escaped))
    }

    fn end_value(&mut self) {
        match self.open.last() {
            Some(is_object) => self.expects_key = *is_object,
            None => self.done = true,
        }
    }

    fn scalar(&mut self, byte: u8) -> Option<Event<'a>> {
        let start = self.scanner.position;
        Some(match byte {
            b'n' => {
                self.scanner.word(b"null").ok()?;
                Event::Null
            }
            b't' => {
                self.scanner.word(b"true").ok()?;
                Event::Boolean(true)
            }
            b'f' => {
                self.scanner.word(b"false").ok()?;
                Event::Boolean(false)
            }
            b'N' => {
                self.scanner.word(b"NaN").ok()?;
                Event::Float("NaN")
            }
            b'I' => {
                self.scanner.word(b"Infinity").ok()?;
                Event::Float("Infinity")
            }
            _ => {
                let is_float = self.scanner.number().ok()?;
                let written = self.text.get(start..self.scanner.position)?;
                if is_float { Event::Float(written) } else { Event::Integer(written) }
            }
        })
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        if self.done {
            return None;
        }
        let mut byte = self.scanner.next_token();
        while matches!(byte, b',' | b':') {
            self.scanner.position += 1;
            byte = self.scanner.next_token();
        }
        match byte {
            b'"' if self.expects_key => {
                self.expects_key = false;
                self.string().map(Event::Key)
            }
            b'"' => {
                let text = self.string()?;
                self.end_value();
                Some(Event::Text(text))
            }
            b'{' | b'[' => {
                self.scanner.position += 1;
                let is_object = byte == b'{';
                self.open.push(is_object);
                self.expects_key = is_object;
                Some(if is_object { Event::StartObject } else { Event::StartList })
            }
            b'}' | b']' => {
                self.scanner.position += 1;
                self.open.pop();
                self.end_value();
                Some(Event::End)
            }
            _ => {
                let event = self.scalar(byte)?;
                self.end_value();
                Some(event)
            }
        }
    }
}
