//! A value of a document, before anybody asks what it is.

use std::fmt;

use crate::dbt::json::{Events, JsonText, Scanner};
use crate::dbt::members::Members;

/// A value of a document that was loaded, as it is written.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    text: &'a str,
    offset: usize,
}

impl<'a> Value<'a> {
    pub(crate) fn new(text: &'a str, offset: usize) -> Self {
        Self { text, offset }
    }

    /// Its text.
    #[must_use]
    pub fn written(self) -> &'a str {
        let mut scanner = Scanner::new(self.text.as_bytes(), self.offset);
        scanner.skip_value();
        self.text.get(self.offset..scanner.position).unwrap_or_default()
    }

    /// What it consists of, step by step.
    #[must_use]
    pub fn events(self) -> Events<'a> {
        Events::new(self.text, self.offset)
    }

    /// The members of an object.
    #[must_use]
    pub fn members(self) -> Option<impl Iterator<Item = (JsonText<'a>, Self)>> {
        let offset = u32::try_from(self.offset).ok().filter(|_| self.first() == b'{')?;
        let members = Members::at(self.text, offset);
        Some(members.map(move |(key, start)| (key, Self::new(self.text, start as usize))))
    }

    /// The elements of a list.
    #[must_use]
    pub fn elements(self) -> Option<Elements<'a>> {
        let scanner = Scanner::new(self.text.as_bytes(), self.offset + 1);
        (self.first() == b'[').then_some(Elements { text: self.text, scanner })
    }

    /// The first byte, which tells the type.
    pub(super) fn first(self) -> u8 {
        self.text.as_bytes().get(self.offset).copied().unwrap_or(0)
    }
}

/// Two values are equal if they are written alike.
impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.written() == other.written()
    }
}

impl Eq for Value<'_> {}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.written())
    }
}

/// The elements of a list.
#[derive(Debug)]
pub struct Elements<'a> {
    text: &'a str,
    /// It stands before the bracket or comma behind the last element that was given.
    scanner: Scanner<'a>,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        while self.scanner.next_token() == b',' {
            self.scanner.position += 1;
        }
        if matches!(self.scanner.peek(), b']' | 0) {
            return None;
        }
        let value = Value::new(self.text, self.scanner.position);
        self.scanner.skip_value();
        Some(value)
    }
}
