//! The members of the objects of a text that is known to be JSON.

use std::borrow::Cow;

use super::json::{JsonText, Scanner};

/// The members of an object in their order: keys, and where their values start.
#[derive(Debug)]
pub(super) struct Members<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    /// Whether the scanner stands before a value that was given.
    is_before_value: bool,
}

impl<'a> Members<'a> {
    /// Those of the object at an offset; none if it is no object, or if the offset is 0, which is that of what
    /// is missing.
    pub(super) fn of(text: &'a str, offset: u32) -> Self {
        let mut members = Self::at(text, offset);
        if offset == 0 {
            members.scanner.position = text.len();
        }
        members
    }

    /// Those of the object at an offset; none if it is no object.
    pub(super) fn at(text: &'a str, offset: u32) -> Self {
        let mut scanner = Scanner::new(text.as_bytes(), offset as usize);
        scanner.position = if scanner.next_token() == b'{' { scanner.position + 1 } else { text.len() };
        Self { text, scanner, is_before_value: false }
    }

    /// Goes to where the value that was given last ends.
    fn end_of_value(&mut self) -> u32 {
        if self.is_before_value {
            self.scanner.skip_value();
            self.is_before_value = false;
        }
        u32::try_from(self.scanner.position).unwrap_or(u32::MAX)
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (JsonText<'a>, u32);

    fn next(&mut self) -> Option<Self::Item> {
        self.end_of_value();
        while self.scanner.next_token() == b',' {
            self.scanner.position += 1;
        }
        if self.scanner.peek() != b'"' {
            return None;
        }
        let key = self.scanner.string().ok()?;
        self.scanner.next_token();
        self.scanner.position += 1;
        self.scanner.next_token();
        self.is_before_value = true;
        let start = u32::try_from(self.scanner.position).ok()?;
        Some((JsonText::decode(self.text.get(key.start..key.end)?, key.escaped), start))
    }
}

/// The members of the object at an offset whose keys are valid Unicode; none if it is no object.
pub(super) fn object_fields(text: &str, offset: u32) -> Vec<(Cow<'_, str>, u32)> {
    Members::of(text, offset).filter_map(|(key, start)| Some((key.into_text()?, start))).collect()
}

/// As `object_fields`, with where each value ends.
pub(super) fn object_values(text: &str, offset: u32) -> Vec<(Cow<'_, str>, u32, u32)> {
    let mut members = Members::of(text, offset);
    let mut values = Vec::new();
    while let Some((key, start)) = members.next() {
        let end = members.end_of_value();
        if let Some(name) = key.into_text() {
            values.push((name, start, end));
        }
    }
    values
}

/// Where the value of a member of the object at an offset starts.
pub(super) fn member_at(text: &str, offset: u32, name: &str) -> Option<u32> {
    let mut members = Members::of(text, offset);
    members.find_map(|(key, start)| matches!(key, JsonText::Text(key) if key == name).then_some(start))
}

/// The string at an offset, if there is one and it is valid Unicode.
pub(super) fn string_at(text: &str, offset: u32) -> Option<Cow<'_, str>> {
    let mut scanner = Scanner::new(text.as_bytes(), offset as usize);
    if scanner.peek() != b'"' {
        return None;
    }
    let piece = scanner.string().ok()?;
    JsonText::decode(text.get(piece.start..piece.end)?, piece.escaped).into_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_given_in_their_order_with_the_places_of_their_values() {
        let text = " {\"a\" : [{\"x\": 1}, \"}\"] ,\"\\u0062\": {}, \"\\ud800\": 1, \"c\":null}";
        let found: Vec<_> = object_fields(text, 1)
            .into_iter()
            .map(|(name, start)| (name.into_owned(), text.as_bytes().get(start as usize).copied()))
            .collect();
        let expected = [("a", b'['), ("b", b'{'), ("c", b'n')];
        assert_eq!(found, expected.map(|(name, byte)| (name.to_owned(), Some(byte))));
        assert_eq!(Members::of(text, 1).count(), 4);
    }

    #[test]
    fn what_is_no_object_has_no_members() {
        assert_eq!(Members::of("[\"a\", 1]", 0).count(), 0);
        assert_eq!(Members::of(" \"a\"", 1).count(), 0);
        assert_eq!(Members::of(" {}", 1).count(), 0);
    }
}
