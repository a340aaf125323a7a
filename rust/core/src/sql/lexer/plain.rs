//! Reading what stands outside quotes, comments and data: words, and what something else starts with.

use memchr::memchr2;

use super::{Lexer, Mode};
use crate::sql::events::Events;
use crate::sql::head::Head;
use crate::sql::scan::{
    Delimiter, Step, colons_start, continues_identifier, continues_word, dollar_delimiter,
    follows_variable_colon, is_escape_string, is_space, quoted_variable_end, run_end, short_string_end,
    starts_identifier, word_start,
};

/// Bytes at which plain text can become something else.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let special = b"'\"$-/\\;()";
    let mut index = 0;
    while index < special.len() {
        table[special[index] as usize] = true;
        index += 1;
    }
    table
};

/// The index of the first special byte from `start` on.
#[inline]
fn special_byte(input: &[u8], start: usize) -> usize {
    let mut rest = &input[start..];
    while let Some((block, after)) = rest.split_first_chunk::<4>() {
        let special = block.map(|byte| SPECIAL[usize::from(byte)]);
        if special[0] | special[1] | special[2] | special[3] {
            break;
        }
        rest = after;
    }
    let at = input.len() - rest.len();
    run_end(input, at, |byte| !SPECIAL[usize::from(byte)])
}

impl Lexer {
    /// Reads plain text up to the first special byte that means something.
    ///
    /// `start` is the start of a token, or of space between tokens.
    pub(super) fn plain(
        &mut self,
        input: &[u8],
        start: usize,
        is_last: bool,
        events: &mut impl Events,
    ) -> Step {
        // Words in front of `anchor` were already told apart.
        let mut anchor = start;
        let mut at = start;
        loop {
            if self.statement.head != Head::Other {
                match self.word_by_word(input, at, start, is_last) {
                    Ok(next) => at = next,
                    Err(wait) => return Step::Wait(wait),
                }
                anchor = anchor.max(at);
            }
            at = special_byte(input, at);
            if at == input.len() {
                let word = word_start(input, anchor, at);
                return if is_last { Step::To(at) } else { Step::Wait(colons_start(input, start, word)) };
            }
            let special = input[at];
            let following = input.get(at + 1).copied();
            if following.is_none() && !is_last && matches!(special, b'-' | b'/' | b'\\') {
                return Step::Wait(at);
            }
            match special {
                b'-' if following == Some(b'-') => {
                    events.comment_start(self.position(at));
                    // Most comments end in the same piece; there is no need to leave the loop for them.
                    let Some(length) = memchr2(b'\n', b'\r', &input[at..]) else {
                        self.mode = Mode::LineComment;
                        return Step::To(input.len());
                    };
                    events.comment_end(self.position(at + length));
                    at += length + 1;
                    anchor = at;
                    continue;
                }
                b'/' if following == Some(b'*') => {
                    events.comment_start(self.position(at));
                    self.enter(Mode::BlockComment { depth: 1 }, at);
                    return Step::To(at + 2);
                }
                b'\\' => return self.psql_command(input, at, is_last, events),
                b';' if self.statement.depth == 0 => {
                    self.semicolon(at, at + 1, true, events);
                    return Step::To(at + 1);
                }
                _ => {}
            }
            self.statement.note_token();
            match special {
                b'\'' | b'"' => match self.quote(input, start, anchor, at, is_last) {
                    Ok(next) => {
                        at = next;
                        anchor = at;
                        continue;
                    }
                    Err(step) => return step,
                },
                b'$' => match self.dollar(input, start, anchor, at, is_last) {
                    Ok(next) => {
                        at = next;
                        anchor = at;
                        continue;
                    }
                    Err(step) => return step,
                },
                b'(' => {
                    if self.statement.depth == 0 {
                        self.statement.parenthesis = self.position(at);
                    }
                    self.statement.depth += 1;
                }
                b')' => self.statement.depth = self.statement.depth.saturating_sub(1),
                _ => {}
            }
            at += 1;
        }
    }

    /// Passes over a short string or a variable in quotes, or enters a string or a quoted name.
    fn quote(
        &mut self,
        input: &[u8],
        floor: usize,
        anchor: usize,
        at: usize,
        is_last: bool,
    ) -> Result<usize, Step> {
        if follows_variable_colon(input, floor, at) {
            match quoted_variable_end(input, at, is_last) {
                Delimiter::Whole(end) => return Ok(end),
                Delimiter::BrokenOff => return Err(Step::Wait(colons_start(input, floor, at))),
                Delimiter::None => {}
            }
        }
        if input[at] == b'"' {
            self.enter(Mode::QuotedName, at);
            return Err(Step::To(at + 1));
        }
        let escapes = is_escape_string(input, anchor, at) && !follows_variable_colon(input, floor, at - 1);
        if !escapes && let Some(end) = short_string_end(&input[at..]) {
            return Ok(at + end);
        }
        self.enter(Mode::String { escapes }, at);
        Err(Step::To(at + 1))
    }

    /// Passes over the rest of an identifier or a lone dollar, or enters a dollar quote.
    fn dollar(
        &mut self,
        input: &[u8],
        floor: usize,
        anchor: usize,
        at: usize,
        is_last: bool,
    ) -> Result<usize, Step> {
        let word = word_start(input, anchor, at);
        let is_variable = follows_variable_colon(input, floor, word);
        if word < at && starts_identifier(input[word]) && !is_variable {
            let end = run_end(input, at, continues_identifier);
            return if end == input.len() && !is_last { Err(Step::Wait(word)) } else { Ok(end) };
        }
        match dollar_delimiter(&input[at..], is_last) {
            Delimiter::Whole(length) => {
                let delimiter = input[at..at + length].to_vec();
                self.enter(Mode::DollarQuote { delimiter }, at);
                Err(Step::To(at + length))
            }
            Delimiter::BrokenOff => Err(Step::Wait(colons_start(input, floor, word))),
            Delimiter::None => Ok(at + 1),
        }
    }

    /// Looks at the words up to the next special byte, as long as they matter. Returns where the special
    /// byte is, or where to wait.
    fn word_by_word(
        &mut self,
        input: &[u8],
        start: usize,
        floor: usize,
        is_last: bool,
    ) -> Result<usize, usize> {
        let mut at = start;
        while at < input.len() && self.statement.head != Head::Other {
            let byte = input[at];
            if is_space(byte) {
                at += 1;
            } else if continues_word(byte) {
                let is_identifier = starts_identifier(byte);
                let end = if is_identifier {
                    run_end(input, at, continues_identifier)
                } else {
                    run_end(input, at, continues_word)
                };
                if end == input.len() && !is_last {
                    return Err(colons_start(input, floor, at));
                }
                if follows_variable_colon(input, floor, at) {
                    self.statement.note_token();
                    // What follows the name of a variable is no part of it.
                    at = run_end(input, at, continues_word);
                    continue;
                }
                // `E'…'`: the quote must see the word that it belongs to.
                if input.get(end) == Some(&b'\'') && matches!(input[at..end], [b'e' | b'E']) {
                    self.statement.note_token();
                    return Ok(at);
                }
                if is_identifier {
                    let offset = self.position(at);
                    self.statement.note_word(&input[at..end], offset);
                } else {
                    self.statement.note_token();
                }
                at = end;
            } else if SPECIAL[usize::from(byte)] {
                return Ok(at);
            } else {
                self.statement.note_token();
                at += 1;
                if byte == b':' && at == input.len() && !is_last {
                    return Err(colons_start(input, floor, at));
                }
            }
        }
        Ok(at)
    }
}
