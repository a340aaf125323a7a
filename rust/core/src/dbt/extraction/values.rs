//! Values of known members, which have to be of the types that extraction takes.

use std::borrow::Cow;

use super::Doubt;
use super::packed::Packed;
use crate::dbt::json::{Events, JsonText, Scanner};
use crate::dbt::members::{Members, string_at};

/// The values of a document by their offsets; 0 is that of what is missing, which is like null.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values<'a> {
    text: &'a str,
}

impl<'a> Values<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text }
    }

    /// Where the values of some members of the object at an offset start.
    pub(super) fn places<const COUNT: usize>(self, offset: u32, names: &[&str; COUNT]) -> [u32; COUNT] {
        let mut places = [0; COUNT];
        // dbt writes the members of most objects in one order, which is nearly that of the names.
        let mut next = 0;
        for (name, start) in Members::of(self.text, offset) {
            let JsonText::Text(name) = name else { continue };
            let (before, behind) = names.split_at_checked(next).unwrap_or((names, &[]));
            let index = behind.iter().position(|known| *known == name).map(|index| index + before.len());
            let index = index.or_else(|| before.iter().position(|known| *known == name));
            if let Some((index, place)) = index.and_then(|index| Some((index, places.get_mut(index)?))) {
                *place = start;
                next = index + 1;
            }
        }
        places
    }

    /// The first byte of a value, which tells its type: `n` for null and for what is missing.
    pub(super) fn first(self, offset: u32) -> u8 {
        if offset == 0 { b'n' } else { self.text.as_bytes().get(offset as usize).copied().unwrap_or(b'n') }
    }

    /// A text, or none for null.
    pub(super) fn text(self, offset: u32) -> Result<Option<Cow<'a, str>>, Doubt> {
        match self.first(offset) {
            b'n' => Ok(None),
            b'"' => string_at(self.text, offset).map(Some).ok_or(Doubt),
            _ => Err(Doubt),
        }
    }

    /// Makes sure that a value is an object or null.
    pub(super) fn check_object(self, offset: u32) -> Result<(), Doubt> {
        if matches!(self.first(offset), b'n' | b'{') { Ok(()) } else { Err(Doubt) }
    }

    /// Makes sure that a value is a list of texts or null.
    pub(super) fn check_list(self, offset: u32) -> Result<(), Doubt> {
        match self.first(offset) {
            b'n' => return Ok(()),
            b'[' => {}
            _ => return Err(Doubt),
        }
        let mut scanner = Scanner::new(self.text.as_bytes(), offset as usize + 1);
        loop {
            match scanner.next_token() {
                b'"' => drop(scanner.string().map_err(|_| Doubt)?),
                b',' => scanner.position += 1,
                b']' => return Ok(()),
                _ => return Err(Doubt),
            }
        }
    }

    /// Makes sure that a value is what tags are: a text, a list of texts or null.
    pub(super) fn check_tags(self, offset: u32) -> Result<(), Doubt> {
        if self.first(offset) == b'"' { Ok(()) } else { self.check_list(offset) }
    }

    /// Whether a value that is null, a text, a list or an object has nothing in it.
    pub(super) fn is_empty(self, offset: u32) -> bool {
        let first = self.first(offset);
        let mut scanner = Scanner::new(self.text.as_bytes(), offset as usize + 1);
        match first {
            b'n' => true,
            b'"' => scanner.peek() == b'"',
            b'[' | b'{' => matches!(scanner.next_token(), b']' | b'}'),
            _ => false,
        }
    }

    /// The members of an object; an empty one for null.
    pub(super) fn members(self, offset: u32) -> impl Iterator<Item = Result<(Cow<'a, str>, u32), Doubt>> {
        Members::of(self.text, offset).map(|(name, start)| Ok((name.into_text().ok_or(Doubt)?, start)))
    }

    /// An integer, or none for null.
    pub(super) fn integer(self, offset: u32) -> Result<Option<i64>, Doubt> {
        match self.first(offset) {
            b'n' => Ok(None),
            b'-' | b'0'..=b'9' => match self.number(offset)? {
                (written, false) => written.parse().map(Some).map_err(|_| Doubt),
                _ => Err(Doubt),
            },
            _ => Err(Doubt),
        }
    }

    /// A text, or a number as Python writes it, or none for null.
    pub(super) fn version(self, offset: u32) -> Result<Option<Cow<'a, str>>, Doubt> {
        if !matches!(self.first(offset), b'-' | b'0'..=b'9') {
            return self.text(offset);
        }
        let (written, is_float) = self.number(offset)?;
        if !is_float {
            return Ok(Some(Cow::Borrowed(if written == "-0" { "0" } else { written })));
        }
        let number: f64 = written.parse().map_err(|_| Doubt)?;
        // Python writes others with exponents.
        if number == 0.0 || (1e-4..1e16).contains(&number.abs()) {
            Ok(Some(Cow::Owned(format!("{number:?}"))))
        } else {
            Err(Doubt)
        }
    }

    /// A number as it is written, and whether it is a float.
    fn number(self, offset: u32) -> Result<(&'a str, bool), Doubt> {
        let mut scanner = Scanner::new(self.text.as_bytes(), offset as usize);
        let is_float = scanner.number().map_err(|_| Doubt)?;
        Ok((self.text.get(offset as usize..scanner.position).ok_or(Doubt)?, is_float))
    }

    /// Writes a value as it is.
    pub(super) fn pack(self, offset: u32, packed: &mut Packed) -> Result<(), Doubt> {
        packed.value(Events::new(self.text, offset as usize))
    }

    /// Writes a member that is an object without its nulls, if anything is left of it.
    pub(super) fn pack_without_nulls(
        self,
        name: &str,
        offset: u32,
        packed: &mut Packed,
    ) -> Result<(), Doubt> {
        let length = packed.len();
        packed.key(name);
        packed.start_map();
        for member in self.members(offset) {
            let (name, start) = member?;
            if self.first(start) != b'n' {
                packed.key(&name);
                self.pack(start, packed)?;
            }
        }
        packed.end_unless_empty(length);
        Ok(())
    }

    /// Writes a member that is not null or empty.
    pub(super) fn pack_unless_empty(self, name: &str, offset: u32, packed: &mut Packed) -> Result<(), Doubt> {
        if self.is_empty(offset) {
            return Ok(());
        }
        packed.key(name);
        self.pack(offset, packed)
    }

    /// Writes tags, which may be one text.
    pub(super) fn pack_tags(self, offset: u32, packed: &mut Packed) -> Result<(), Doubt> {
        if self.first(offset) != b'"' {
            return self.pack_unless_empty("tags", offset, packed);
        }
        packed.key("tags");
        packed.start_list();
        self.pack(offset, packed)?;
        packed.end();
        Ok(())
    }
}

/// A member that is a text or missing.
pub(super) fn pack_text(name: &str, text: Option<&str>, packed: &mut Packed) {
    if let Some(text) = text {
        packed.key(name);
        packed.text(text);
    }
}

/// A text that is not empty.
pub(super) fn told(text: Option<Cow<'_, str>>) -> Option<Cow<'_, str>> {
    text.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_written_as_python_writes_them() {
        let version = |text: &str| {
            let text = format!(" {text}");
            Values::of(&text).version(1).map(|version| version.map(Cow::into_owned))
        };
        let cases = [
            ("\"v1\"", "v1"),
            ("2", "2"),
            ("-0", "0"),
            ("1.50", "1.5"),
            ("2e0", "2.0"),
            ("-0.0", "-0.0"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("9007199254740993.0", "9007199254740992.0"),
        ];
        for (text, written) in cases {
            assert_eq!(version(text), Ok(Some(written.to_owned())), "{text}");
        }
        assert_eq!(version("null"), Ok(None));
        for text in ["1e16", "1e-5", "NaN", "-Infinity", "true", "[]", "\"\\ud800\""] {
            assert_eq!(version(text), Err(Doubt), "{text}");
        }
    }

    #[test]
    fn members_are_found_in_any_order() {
        let text = " {\"b\": 1, \"x\": 2, \"a\": 3, \"\\u0063\": 4, \"d\": 5}";
        let values = Values::of(text);
        let found = values.places(1, &["a", "b", "c", "d", "e"]).map(|place| values.first(place));
        assert_eq!(found, [b'3', b'1', b'4', b'5', b'n']);
    }

    #[test]
    fn values_of_other_types_are_doubtful() {
        let check = |text: &str| {
            let text = format!(" {text}");
            let values = Values::of(&text);
            let checks = [
                values.text(1).is_ok(),
                values.check_object(1).is_ok(),
                values.check_list(1).is_ok(),
                values.check_tags(1).is_ok(),
                values.integer(1).is_ok(),
            ];
            checks.map(u8::from)
        };
        assert_eq!(check("null"), [1, 1, 1, 1, 1]);
        assert_eq!(check("\"a\""), [1, 0, 0, 1, 0]);
        assert_eq!(check("[\"a\", \"b\"]"), [0, 0, 1, 1, 0]);
        assert_eq!(check("[\"a\", null]"), [0, 0, 0, 0, 0]);
        assert_eq!(check("{\"a\": 1}"), [0, 1, 0, 0, 0]);
        assert_eq!(check("1"), [0, 0, 0, 0, 1]);
        assert_eq!(check("1.0"), [0, 0, 0, 0, 0]);
        assert_eq!(check("true"), [0, 0, 0, 0, 0]);
    }
}
