//! The constructs of SQL text that are passed over as a whole: quotes, comments, data, runs of characters.
//!
//! Each function starts inside the construct and knows nothing of what is around it. A text may arrive in
//! pieces: with `is_last` false, what the end of the input breaks off is left for the next piece.

use memchr::{memchr, memchr2};

/// What a step came to: where the next one starts, or that the token goes on in the next piece.
pub(super) enum Step {
    To(usize),
    /// Nothing from this index on is taken.
    Wait(usize),
}

const SPACE: u8 = 1;
/// `ident_start` of `scan.l`.
const STARTS_IDENTIFIER: u8 = 2;
/// A byte of an identifier or number, `$` aside.
const CONTINUES_WORD: u8 = 4;
const CONTINUES_IDENTIFIER: u8 = 8;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut index = 0;
    while index < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the index is less than 256")]
        let byte = index as u8;
        classes[index] = match byte {
            b' ' | b'\t'..=b'\r' => SPACE,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => {
                STARTS_IDENTIFIER | CONTINUES_WORD | CONTINUES_IDENTIFIER
            }
            b'0'..=b'9' => CONTINUES_WORD | CONTINUES_IDENTIFIER,
            b'$' => CONTINUES_IDENTIFIER,
            _ => 0,
        };
        index += 1;
    }
    classes
};

#[inline]
fn is(byte: u8, class: u8) -> bool {
    CLASSES[usize::from(byte)] & class != 0
}

#[inline]
pub(super) fn is_space(byte: u8) -> bool {
    is(byte, SPACE)
}

#[inline]
pub(super) fn starts_identifier(byte: u8) -> bool {
    is(byte, STARTS_IDENTIFIER)
}

#[inline]
pub(super) fn continues_word(byte: u8) -> bool {
    is(byte, CONTINUES_WORD)
}

#[inline]
pub(super) fn continues_identifier(byte: u8) -> bool {
    is(byte, CONTINUES_IDENTIFIER)
}

/// The index after the run of bytes from `start` that fulfil a condition.
#[inline]
pub(super) fn run_end(input: &[u8], start: usize, condition: impl Fn(u8) -> bool) -> usize {
    input[start..].iter().position(|byte| !condition(*byte)).map_or(input.len(), |run| start + run)
}

/// The length of the string at the start of the input, if it is a short one that certainly ends there:
/// after its second quote comes neither another one nor white space, after which it could go on.
pub(super) fn short_string_end(input: &[u8]) -> Option<usize> {
    const SHORT: usize = 32;
    let window = &input[1..input.len().min(SHORT)];
    let end = 2 + window.iter().position(|byte| *byte == b'\'')?;
    let next = *input.get(end)?;
    let is_closed = match next {
        b' ' => input.get(end + 1).is_some_and(|byte| !is_space(*byte) && !matches!(byte, b'\'' | b'-')),
        b'\'' | b'-' => false,
        other => !is_space(other),
    };
    is_closed.then_some(end)
}

/// Start of the word that ends before `end`, not looking further back than `anchor`.
pub(super) fn word_start(input: &[u8], anchor: usize, end: usize) -> usize {
    let run = input[anchor..end].iter().rev().take_while(|byte| continues_identifier(**byte)).count();
    end - run
}

/// Start of the colons that end before `end`, not looking further back than `floor`.
#[inline]
pub(super) fn colons_start(input: &[u8], floor: usize, end: usize) -> usize {
    let run = input[floor..end].iter().rev().take_while(|byte| **byte == b':').count();
    end - run
}

/// Whether what starts here directly after a colon is a variable's name: two colons are a cast.
#[inline]
pub(super) fn follows_variable_colon(input: &[u8], floor: usize, start: usize) -> bool {
    start > floor && input[start - 1] == b':' && (start - colons_start(input, floor, start)) % 2 == 1
}

/// The end of a variable's name in quotes, from the first of them on.
pub(super) fn quoted_variable_end(input: &[u8], quote: usize, is_last: bool) -> Delimiter {
    let end = run_end(input, quote + 1, continues_word);
    match input.get(end) {
        Some(last) if *last == input[quote] && end > quote + 1 => Delimiter::Whole(end + 1),
        None if !is_last => Delimiter::BrokenOff,
        _ => Delimiter::None,
    }
}

/// Whether the token right before a quote is the identifier `E`.
pub(super) fn is_escape_string(input: &[u8], anchor: usize, quote: usize) -> bool {
    quote > anchor
        && matches!(input[quote - 1], b'e' | b'E')
        && (quote - 1 == anchor || !continues_identifier(input[quote - 2]))
}

pub(super) enum Delimiter {
    Whole(usize),
    None,
    BrokenOff,
}

/// The delimiter of a dollar quote at the start of the input, which is a `$`.
pub(super) fn dollar_delimiter(input: &[u8], is_last: bool) -> Delimiter {
    let end = match input.get(1) {
        Some(&byte) if starts_identifier(byte) => run_end(input, 1, continues_word),
        _ => 1,
    };
    match input.get(end) {
        Some(b'$') => Delimiter::Whole(end + 1),
        None if !is_last => Delimiter::BrokenOff,
        _ => Delimiter::None,
    }
}

/// Reads on in a comment; also tells whether it was closed.
pub(super) fn block_comment(input: &[u8], start: usize, is_last: bool, depth: &mut u64) -> (Step, bool) {
    let mut at = start;
    while let Some(found) = memchr2(b'*', b'/', &input[at..]) {
        at += found;
        match (input[at], input.get(at + 1)) {
            (_, None) if !is_last => return (Step::Wait(at), false),
            (b'*', Some(b'/')) => {
                *depth -= 1;
                at += 2;
                if *depth == 0 {
                    return (Step::To(at), true);
                }
            }
            (b'/', Some(b'*')) => {
                *depth += 1;
                at += 2;
            }
            _ => at += 1,
        }
    }
    (Step::To(input.len()), false)
}

/// Reads on in a string; also tells whether it was closed.
pub(super) fn string(input: &[u8], start: usize, is_last: bool, escapes: bool) -> (Step, bool) {
    let mut at = start;
    loop {
        let found = if escapes { memchr2(b'\'', b'\\', &input[at..]) } else { memchr(b'\'', &input[at..]) };
        let Some(found) = found else { return (Step::To(input.len()), false) };
        at += found;
        match (input[at], input.get(at + 1)) {
            (_, None) if !is_last => return (Step::Wait(at), false),
            (b'\'', Some(b'\'')) | (b'\\', Some(_)) => at += 2,
            (b'\'', _) => return (Step::To(at + 1), true),
            (_, _) => return (Step::To(input.len()), false),
        }
    }
}

/// Reads on in a quoted name; also tells whether it was closed.
pub(super) fn quoted_name(input: &[u8], start: usize, is_last: bool) -> (Step, bool) {
    let mut at = start;
    while let Some(found) = memchr(b'"', &input[at..]) {
        at += found;
        match input.get(at + 1) {
            None if !is_last => return (Step::Wait(at), false),
            Some(b'"') => at += 2,
            _ => return (Step::To(at + 1), true),
        }
    }
    (Step::To(input.len()), false)
}

/// Reads on in a dollar quote; also tells whether it was closed.
pub(super) fn dollar_quote(input: &[u8], start: usize, is_last: bool, delimiter: &[u8]) -> (Step, bool) {
    let mut at = start;
    while let Some(found) = memchr(b'$', &input[at..]) {
        at += found;
        let rest = &input[at..];
        if rest.starts_with(delimiter) {
            return (Step::To(at + delimiter.len()), true);
        }
        if !is_last && delimiter.starts_with(rest) {
            return (Step::Wait(at), false);
        }
        at += 1;
    }
    (Step::To(input.len()), false)
}

/// Reads on in data; also tells whether it was ended.
pub(super) fn copy_data(input: &[u8], start: usize, is_last: bool, at_line_start: &mut bool) -> (Step, bool) {
    let mut at = start;
    while at < input.len() {
        if *at_line_start {
            let rest = &input[at..];
            if let Some(after) = rest.strip_prefix(b"\\.") {
                match after {
                    [] | [b'\r'] if !is_last => return (Step::Wait(at), false),
                    [] | [b'\r'] => return (Step::To(input.len()), true),
                    [b'\n', ..] => return (Step::To(at + 3), true),
                    [b'\r', b'\n', ..] => return (Step::To(at + 4), true),
                    _ => {}
                }
            } else if rest == b"\\" && !is_last {
                return (Step::Wait(at), false);
            }
        }
        let newline = memchr(b'\n', &input[at..]);
        *at_line_start = newline.is_some();
        at = newline.map_or(input.len(), |length| at + length + 1);
    }
    (Step::To(at), false)
}
