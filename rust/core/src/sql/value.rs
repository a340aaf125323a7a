//! The values of quoted names and strings, as the server's `scan.l` and `parser.c` work them out.

use compact_str::CompactString;

use super::token::{StringKind, Token, TokenKind, Tokens};

/// Bytes of the longest name: `NAMEDATALEN - 1`.
pub(super) const NAME_BYTES: usize = 63;

/// A name cut to the length that the server keeps.
pub(crate) fn cut(name: &str) -> &str {
    if name.len() <= NAME_BYTES {
        return name;
    }
    let end = (0..=NAME_BYTES.min(name.len())).rev().find(|end| name.is_char_boundary(*end));
    &name[..end.unwrap_or_default()]
}

/// Text of bytes that were cut out of UTF-8 at the ends of characters.
pub(super) fn text_of(bytes: impl Into<Vec<u8>>) -> String {
    // Nothing is ever replaced.
    String::from_utf8(bytes.into())
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The same for a text that is likely to be short.
pub(super) fn short_text_of(bytes: &[u8]) -> CompactString {
    std::str::from_utf8(bytes).map_or_else(|_| CompactString::from_utf8_lossy(bytes), CompactString::new)
}

/// An identifier without quotes as the server folds it.
pub(super) fn folded(word: &[u8]) -> CompactString {
    let mut name = short_text_of(word);
    name.make_ascii_lowercase();
    name.truncate(cut(&name).len());
    name
}

/// The character that `UESCAPE` names if that word is next, after which it is passed over; or the backslash.
/// None if the server refuses it.
pub(super) fn unicode_escape(tokens: &mut Tokens<'_>) -> Option<char> {
    let text = tokens.text;
    let mut ahead = *tokens;
    let is_given = ahead
        .read_next()
        .is_some_and(|word| word.kind == TokenKind::Word && word.of(text).eq_ignore_ascii_case(b"uescape"));
    if !is_given {
        return Some('\\');
    }
    let string = ahead.read_next()?;
    if !matches!(
        string.kind,
        TokenKind::DollarQuote { .. } | TokenKind::String(StringKind::Plain | StringKind::Escapes)
    ) {
        return None;
    }
    let value = value(&string, text, '\\')?;
    let mut characters = value.chars();
    let escape = characters.next()?;
    let is_escape = escape.is_ascii()
        && !escape.is_ascii_hexdigit()
        && !matches!(escape, '+' | '\'' | '"' | ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c');
    if characters.next().is_some() || !is_escape {
        return None;
    }
    *tokens = ahead;
    Some(escape)
}

/// The value of a quoted name, string or dollar quote. `escape` is the character that `UESCAPE` names.
///
/// There is none if the token is not closed or if the server refuses it.
pub(super) fn value(token: &Token, text: &[u8], escape: char) -> Option<String> {
    if !token.is_closed {
        return None;
    }
    let token_text = token.of(text);
    if memchr::memchr(0, token_text).is_some() {
        return None;
    }
    match token.kind {
        TokenKind::DollarQuote { delimiter } => {
            Some(text_of(&token_text[delimiter..token_text.len() - delimiter]))
        }
        TokenKind::QuotedName { unicode } => {
            let collected = collect(&token_text[if unicode { 2 } else { 0 }..], b'"', false)?;
            let name = String::from_utf8(collected).ok()?;
            if unicode { code_points(&name, escape) } else { Some(name) }
        }
        TokenKind::String(kind) => {
            let quote = match kind {
                StringKind::Plain => 0,
                StringKind::Escapes | StringKind::Lettered(_) => 1,
                StringKind::Unicode => 2,
            };
            let collected = collect(&token_text[quote..], b'\'', kind == StringKind::Escapes)?;
            let string = String::from_utf8(collected).ok()?;
            if kind == StringKind::Unicode { code_points(&string, escape) } else { Some(string) }
        }
        _ => None,
    }
}

/// What is between quotes, which may be many pairs with white space and comments between.
fn collect(quoted: &[u8], quote: u8, escapes: bool) -> Option<Vec<u8>> {
    let mut value = Vec::with_capacity(quoted.len());
    let mut at = 1;
    // The first half of a surrogate pair.
    let mut high = None;
    while at < quoted.len() {
        let byte = quoted[at];
        let is_second_half = escapes && byte == b'\\' && matches!(quoted.get(at + 1), Some(b'u' | b'U'));
        if high.is_some() && !is_second_half {
            return None;
        }
        if byte == quote && quoted.get(at + 1) == Some(&quote) {
            value.push(quote);
            at += 2;
        } else if byte == quote {
            at = after_next_quote(quoted, at + 1);
        } else if escapes && byte == b'\\' {
            at = escape_sequence(quoted, at + 1, &mut value, &mut high)?;
        } else {
            value.push(byte);
            at += 1;
        }
    }
    if high.is_some() || (escapes && value.contains(&0)) { None } else { Some(value) }
}

/// The index after the quote that goes on with a string, or the end.
fn after_next_quote(quoted: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(&byte) = quoted.get(at) {
        match byte {
            b'\'' => return at + 1,
            b'-' => {
                at += memchr::memchr2(b'\n', b'\r', &quoted[at..]).unwrap_or(quoted.len() - at);
            }
            _ => at += 1,
        }
    }
    at
}

/// Adds what an escape sequence stands for, from the character after the backslash on.
fn escape_sequence(
    quoted: &[u8],
    start: usize,
    value: &mut Vec<u8>,
    high: &mut Option<u32>,
) -> Option<usize> {
    let digits = |from: usize, most: usize, is_digit: fn(&u8) -> bool| {
        let run = quoted[from..].iter().take(most).take_while(|byte| is_digit(byte)).count();
        &quoted[from..from + run]
    };
    match *quoted.get(start)? {
        byte @ (b'u' | b'U') => {
            let length = if byte == b'u' { 4 } else { 8 };
            let code = digits(start + 1, length, u8::is_ascii_hexdigit);
            if code.len() < length {
                return None;
            }
            if let Some(character) = paired(number(code, 16)?, high)? {
                value.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Some(start + 1 + length)
        }
        b'0'..=b'7' => {
            let code = digits(start, 3, |byte| matches!(byte, b'0'..=b'7'));
            value.push(u8::try_from(number(code, 8)? & 0xFF).ok()?);
            Some(start + code.len())
        }
        b'x' if quoted.get(start + 1).is_some_and(u8::is_ascii_hexdigit) => {
            let code = digits(start + 1, 2, u8::is_ascii_hexdigit);
            value.push(u8::try_from(number(code, 16)?).ok()?);
            Some(start + 1 + code.len())
        }
        byte => {
            value.push(match byte {
                b'b' => 0x08,
                b'f' => 0x0C,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'v' => 0x0B,
                other => other,
            });
            Some(start + 1)
        }
    }
}

fn number(digits: &[u8], base: u32) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, base).ok()
}

/// The character of a code point, of which two may be a pair; `Some(None)` is the first half of one.
#[expect(clippy::option_option, reason = "refused, incomplete and whole are three answers")]
fn paired(code: u32, high: &mut Option<u32>) -> Option<Option<char>> {
    let code = match (high.take(), code) {
        (None, 0xD800..=0xDBFF) => {
            *high = Some(code);
            return Some(None);
        }
        (None, code) => code,
        (Some(high), 0xDC00..=0xDFFF) => 0x1_0000 + ((high & 0x3FF) << 10) + (code & 0x3FF),
        (Some(_), _) => return None,
    };
    if code == 0 { None } else { Some(Some(char::from_u32(code)?)) }
}

/// The text with its Unicode escapes resolved.
fn code_points(text: &str, escape: char) -> Option<String> {
    let mut value = String::with_capacity(text.len());
    let mut rest = text;
    let mut high = None;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        if character != escape {
            if high.is_some() {
                return None;
            }
            value.push(character);
            continue;
        }
        if let Some(after) = rest.strip_prefix(escape) {
            if high.is_some() {
                return None;
            }
            value.push(escape);
            rest = after;
            continue;
        }
        let (digits, after) = match rest.strip_prefix('+') {
            Some(after) => (after.get(..6)?, &after[6..]),
            None => (rest.get(..4)?, &rest[4..]),
        };
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        value.extend(paired(number(digits.as_bytes(), 16)?, &mut high)?);
        rest = after;
    }
    if high.is_some() { None } else { Some(value) }
}
