//! MessagePack of what stands in a document.

use rmp::encode;

use super::Doubt;
use crate::dbt::json::{Event, JsonText};

/// The header of a list or a map, without the length that follows it in four bytes.
const LIST: u8 = 0xdd;
const MAP: u8 = 0xdf;

/// MessagePack that is being written.
///
/// What a list or a map holds is counted while it is written, so all have the longest header. Writing to
/// memory cannot fail.
#[derive(Debug, Default)]
pub(super) struct Packed {
    bytes: Vec<u8>,
    open: Vec<Open>,
}

#[derive(Debug)]
struct Open {
    is_list: bool,
    header: usize,
    items: u32,
}

impl Packed {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn start_list(&mut self) {
        self.start(LIST);
    }

    pub(super) fn start_map(&mut self) {
        self.start(MAP);
    }

    fn start(&mut self, marker: u8) {
        self.count_item();
        self.open.push(Open { is_list: marker == LIST, header: self.bytes.len(), items: 0 });
        self.bytes.extend_from_slice(&[marker, 0, 0, 0, 0]);
    }

    /// Ends the innermost list or map.
    pub(super) fn end(&mut self) {
        let Some(Open { header, items, .. }) = self.open.pop() else { return };
        if let Some(length) = self.bytes.get_mut(header + 1..header + 5) {
            length.copy_from_slice(&items.to_be_bytes());
        }
    }

    /// A key of the innermost map; its value follows.
    pub(super) fn key(&mut self, name: &str) {
        if let Some(open) = self.open.last_mut() {
            open.items += 1;
        }
        self.string(name);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.count_item();
        self.string(text);
    }

    pub(super) fn integer(&mut self, number: i64) {
        self.count_item();
        let _ = encode::write_sint(&mut self.bytes, number);
    }

    /// Whether nothing was written to the innermost map yet.
    pub(super) fn is_empty(&self) -> bool {
        self.open.last().is_none_or(|open| open.items == 0)
    }

    /// Takes back a member whose key was the last to be written: nothing of the innermost map stays behind
    /// `length`.
    pub(super) fn take_back(&mut self, length: usize) {
        self.bytes.truncate(length);
        if let Some(open) = self.open.last_mut() {
            open.items -= 1;
        }
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Ends a map that is the value of a key, or takes both back if nothing is in it; `length` is what there
    /// was before the key.
    pub(super) fn end_unless_empty(&mut self, length: usize) {
        let is_empty = self.is_empty();
        self.end();
        if is_empty {
            self.take_back(length);
        }
    }

    /// All steps of a value.
    pub(super) fn value<'a>(&mut self, events: impl Iterator<Item = Event<'a>>) -> Result<(), Doubt> {
        for event in events {
            match event {
                Event::Key(JsonText::Text(name)) => self.key(&name),
                Event::Text(JsonText::Text(text)) => self.text(&text),
                Event::Key(JsonText::Surrogates(_)) | Event::Text(JsonText::Surrogates(_)) => {
                    return Err(Doubt);
                }
                Event::Null => {
                    self.count_item();
                    let _ = encode::write_nil(&mut self.bytes);
                }
                Event::Boolean(truth) => {
                    self.count_item();
                    let _ = encode::write_bool(&mut self.bytes, truth);
                }
                Event::Integer(written) => self.written_integer(written)?,
                Event::Float(written) => {
                    self.count_item();
                    let number = written.parse().map_err(|_| Doubt)?;
                    let _ = encode::write_f64(&mut self.bytes, number);
                }
                Event::StartList => self.start_list(),
                Event::StartObject => self.start_map(),
                Event::End => self.end(),
            }
        }
        Ok(())
    }

    fn written_integer(&mut self, written: &str) -> Result<(), Doubt> {
        if let Ok(number) = written.parse() {
            self.integer(number);
        } else {
            let number = written.parse().map_err(|_| Doubt)?;
            self.count_item();
            let _ = encode::write_uint(&mut self.bytes, number);
        }
        Ok(())
    }

    fn count_item(&mut self) {
        if let Some(open) = self.open.last_mut()
            && open.is_list
        {
            open.items += 1;
        }
    }

    fn string(&mut self, text: &str) {
        // The header of a short string, of which most are, is one byte.
        match u8::try_from(text.len()) {
            Ok(length) if length < 32 => self.bytes.push(0xa0 | length),
            // A document is shorter than what four bytes count.
            _ => {
                let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
                let _ = encode::write_str_len(&mut self.bytes, length);
            }
        }
        self.bytes.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dbt::json::Events;

    #[test]
    fn a_value_is_packed_with_the_numbers_of_its_items() {
        let mut packed = Packed::default();
        let text = "{\"a\": [1, -1, 1.5, null, true, \"\u{e9}\"], \"b\": {}, \"c\": 18446744073709551615}";
        assert!(packed.value(Events::new(text, 0)).is_ok());
        let mut expected = vec![0xdf, 0, 0, 0, 3, 0xa1, b'a', 0xdd, 0, 0, 0, 6, 1, 0xff];
        expected.extend([0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0xc3, 0xa2, 0xc3, 0xa9]);
        expected.extend([0xa1, b'b', 0xdf, 0, 0, 0, 0, 0xa1, b'c', 0xcf]);
        expected.extend([0xff; 8]);
        assert_eq!(packed.into_bytes(), expected);
    }

    #[test]
    fn what_message_pack_cannot_hold_is_doubtful() {
        for text in ["\"\\ud800\"", "{\"\\udc00\": 1}", "18446744073709551616", "-9223372036854775809"] {
            assert!(Packed::default().value(Events::new(text, 0)).is_err(), "{text}");
        }
    }

    #[test]
    fn a_member_without_anything_in_it_can_be_taken_back() {
        let mut packed = Packed::default();
        packed.start_map();
        packed.key("a");
        packed.text("b");
        let length = packed.len();
        packed.key("c");
        packed.start_map();
        packed.end_unless_empty(length);
        packed.end();
        assert_eq!(packed.into_bytes(), [0xdf, 0, 0, 0, 1, 0xa1, b'a', 0xa1, b'b']);
    }
}
