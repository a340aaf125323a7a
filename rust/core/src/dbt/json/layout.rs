//! Writing a document anew, token by token: values, order and the spelling of numbers stay.

use super::scanner::{Piece, Scanner};
use super::text::JsonText;

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// The bytes that were read.
    Kept,
    /// As dbt writes: `, ` and `: ` between tokens, everything but printable ASCII escaped (Python's
    /// `json.dumps` without options).
    Dbt,
    /// Without white space; strings as they were read.
    Compact,
}

/// Appends a text that is known to be JSON, in a layout.
pub(crate) fn write_layout(text: &str, layout: Layout, output: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    if layout == Layout::Kept {
        output.extend_from_slice(bytes);
        return;
    }
    let mut scanner = Scanner::new(bytes, 0);
    loop {
        let byte = scanner.next_token();
        match byte {
            0 => return,
            b'"' => {
                let Ok(piece) = scanner.string() else { return };
                write_string(text, piece, layout, output);
            }
            b',' | b':' => {
                output.push(byte);
                if layout == Layout::Dbt {
                    output.push(b' ');
                }
                scanner.position += 1;
            }
            _ => {
                output.push(byte);
                scanner.position += 1;
            }
        }
    }
}

fn write_string(text: &str, piece: Piece, layout: Layout, output: &mut Vec<u8>) {
    let inside = text.get(piece.start..piece.end).unwrap_or_default();
    output.push(b'"');
    if layout == Layout::Compact || (!piece.escaped && inside.bytes().all(|byte| matches!(byte, b' '..=b'~')))
    {
        output.extend_from_slice(inside.as_bytes());
    } else {
        for point in JsonText::decode(inside, piece.escaped).points() {
            write_point(point, output);
        }
    }
    output.push(b'"');
}

fn write_point(point: u32, output: &mut Vec<u8>) {
    match point {
        0x22 => output.extend_from_slice(b"\\\""),
        0x5c => output.extend_from_slice(b"\\\\"),
        0x08 => output.extend_from_slice(b"\\b"),
        0x0c => output.extend_from_slice(b"\\f"),
        0x0a => output.extend_from_slice(b"\\n"),
        0x0d => output.extend_from_slice(b"\\r"),
        0x09 => output.extend_from_slice(b"\\t"),
        // Printable ASCII, which is one byte.
        0x20..=0x7e => output.extend(u8::try_from(point)),
        0x1_0000.. => {
            let rest = point - 0x1_0000;
            output.extend_from_slice(
                format!("\\u{:04x}\\u{:04x}", 0xd800 + (rest >> 10), 0xdc00 + (rest & 0x3ff)).as_bytes(),
            );
        }
        _ => output.extend_from_slice(format!("\\u{point:04x}").as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, layout: Layout) -> String {
        let mut output = Vec::new();
        write_layout(text, layout, &mut output);
        String::from_utf8_lossy(&output).into_owned()
    }

    #[test]
    fn dbts_layout_is_that_of_pythons_writer() {
        let text = "{ \"a\\/\u{7f}é\":[1.0,-0,NaN ,\"\\ud83d\\uDE00\\ud800\u{1f600}\"] ,\"\":{}}";
        assert_eq!(
            written(text, Layout::Dbt),
            "{\"a/\\u007f\\u00e9\": [1.0, -0, NaN, \"\\ud83d\\ude00\\ud800\\ud83d\\ude00\"], \"\": {}}"
        );
    }

    #[test]
    fn the_compact_layout_keeps_strings_and_numbers_as_they_are() {
        let text = "[ \"a b\\u0041\" ,\n\t1.50e+2 ]";
        assert_eq!(written(text, Layout::Compact), "[\"a b\\u0041\",1.50e+2]");
        assert_eq!(written(text, Layout::Kept), text);
    }
}
