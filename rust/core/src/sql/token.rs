//! The tokens of a statement, as `docs/statements.md` lists them.
//!
//! The text is that of one statement, or of a routine's body: where statements end is for
//! [`super::lexer`] to say. Nothing is decoded here.

use memchr::memchr2;

use super::scan::{
    Delimiter, Step, block_comment, continues_identifier, continues_word, dollar_delimiter, dollar_quote,
    is_escape_string, is_space, quoted_name, run_end, starts_identifier, string, word_start,
};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// An identifier or keyword without quotes.
    Word,
    /// `"…"`; with `unicode`, `U&"…"`.
    QuotedName {
        unicode: bool,
    },
    /// `'…'`, with what stands before the quote, and what it continues with.
    String(StringKind),
    /// `$tag$…$tag$`; the delimiter has this many bytes.
    DollarQuote {
        delimiter: usize,
    },
    /// `12`, `1.5e3`, `0x1F`.
    Number,
    /// `$1`.
    Parameter,
    /// psql's `:name`.
    Variable,
    Operator,
    /// One of `:: .. := , ( ) [ ] . ; :`.
    Punctuation,
    /// Any other character.
    Other,
}

/// What stands before the quote of a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StringKind {
    Plain,
    /// `E`: with backslash escapes.
    Escapes,
    /// `U&`: with code points.
    Unicode,
    /// `B`, `X` or `N`, in lower case.
    Lettered(u8),
}

/// A token and where it stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether a quote is closed; true for everything else.
    pub(super) is_closed: bool,
}

impl Token {
    pub(super) fn of<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        &text[self.start..self.end]
    }

    /// Whether it can be part of a name.
    pub(super) fn is_name(&self) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::QuotedName { .. } | TokenKind::Variable)
    }
}

/// A reader of tokens that can be copied to look ahead.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tokens<'a> {
    pub(super) text: &'a [u8],
    at: usize,
    /// Unclosed brackets.
    brackets: usize,
    /// Whether the last token can be sliced.
    after_operand: bool,
    /// Whether psql reads the text before the server does.
    in_psql: bool,
    in_comment: bool,
    /// Up to here there are only signs, each of which is an operator: a long run is not looked at anew
    /// from each of them.
    signs_end: usize,
}

impl<'a> Tokens<'a> {
    /// The tokens of a statement.
    pub(super) fn of_statement(text: &'a [u8]) -> Self {
        Self {
            text,
            at: 0,
            brackets: 0,
            after_operand: false,
            in_psql: true,
            in_comment: false,
            signs_end: 0,
        }
    }

    /// The tokens of a routine's body, in which a backslash and a colon are characters.
    pub(super) fn of_body(text: &'a [u8]) -> Self {
        Self { in_psql: false, ..Self::of_statement(text) }
    }

    /// Whether the tokens are over because a comment is never closed.
    pub(super) fn ends_in_comment(&self) -> bool {
        self.in_comment
    }

    /// Where the white space and the comments end that start here.
    fn space_end(&mut self) -> usize {
        let text = self.text;
        let mut at = self.at;
        while let Some(&byte) = text.get(at) {
            if is_space(byte) {
                at += 1;
            } else if byte == b'-' && text.get(at + 1) == Some(&b'-') {
                at = memchr2(b'\n', b'\r', &text[at..]).map_or(text.len(), |length| at + length);
            } else if byte == b'/' && text.get(at + 1) == Some(&b'*') {
                let (step, closed) = block_comment(text, at + 2, true, &mut 1);
                at = target(&step);
                self.in_comment = !closed;
            } else {
                break;
            }
        }
        at
    }

    /// Kind, end and whether it is closed, of the token that starts here with this byte.
    fn read(&mut self, first: u8) -> (TokenKind, usize, bool) {
        let (text, at) = (self.text, self.at);
        let next = text.get(at + 1).copied();
        match first {
            _ if starts_identifier(first) => self.word(),
            b'0'..=b'9' => (TokenKind::Number, number_end(text, at), true),
            b'.' if next.is_some_and(|byte| byte.is_ascii_digit()) => {
                (TokenKind::Number, number_end(text, at), true)
            }
            b'\'' => self.string(at, StringKind::Plain),
            b'"' => self.quoted_name(at, false),
            b'$' => self.dollar(next),
            b':' => self.colon(next),
            b'.' if next == Some(b'.') => (TokenKind::Punctuation, at + 2, true),
            b',' | b'(' | b')' | b'[' | b']' | b'.' | b';' => (TokenKind::Punctuation, at + 1, true),
            b'\\' if self.in_psql && matches!(next, Some(b';' | b':')) => {
                (TokenKind::Punctuation, at + 2, true)
            }
            b'+' | b'-' if at < self.signs_end => (TokenKind::Operator, at + 1, true),
            _ if OPERATOR[usize::from(first)] => {
                let (end, run_end) = operator_end(text, at);
                self.signs_end = run_end;
                (TokenKind::Operator, end, true)
            }
            // Outside quotes, everything that is not ASCII belongs to words.
            _ => (TokenKind::Other, at + 1, true),
        }
    }

    fn word(&self) -> (TokenKind, usize, bool) {
        let (text, at) = (self.text, self.at);
        match (text[at].to_ascii_lowercase(), text.get(at + 1), text.get(at + 2)) {
            (b'e', Some(b'\''), _) => return self.string(at + 1, StringKind::Escapes),
            (letter @ (b'b' | b'x' | b'n'), Some(b'\''), _) => {
                return self.string(at + 1, StringKind::Lettered(letter));
            }
            (b'u', Some(b'&'), Some(b'\'')) => return self.string(at + 2, StringKind::Unicode),
            (b'u', Some(b'&'), Some(b'"')) => return self.quoted_name(at + 2, true),
            _ => {}
        }
        (TokenKind::Word, run_end(text, at, continues_identifier), true)
    }

    fn string(&self, quote: usize, kind: StringKind) -> (TokenKind, usize, bool) {
        let text = self.text;
        let mut open = quote;
        loop {
            let (step, closed) = string(text, open + 1, true, kind == StringKind::Escapes);
            let end = target(&step);
            match next_quote(text, end) {
                Some(next) if closed => open = next,
                _ => return (TokenKind::String(kind), end, closed),
            }
        }
    }

    fn quoted_name(&self, quote: usize, unicode: bool) -> (TokenKind, usize, bool) {
        let (step, closed) = quoted_name(self.text, quote + 1, true);
        (TokenKind::QuotedName { unicode }, target(&step), closed)
    }

    fn dollar(&self, next: Option<u8>) -> (TokenKind, usize, bool) {
        let (text, at) = (self.text, self.at);
        if next.is_some_and(|byte| byte.is_ascii_digit()) {
            return (TokenKind::Parameter, run_end(text, at + 1, continues_word), true);
        }
        match dollar_delimiter(&text[at..], true) {
            Delimiter::Whole(delimiter) => {
                let tag = &text[at..at + delimiter];
                let (step, closed) = dollar_quote(text, at + delimiter, true, tag);
                (TokenKind::DollarQuote { delimiter }, target(&step), closed)
            }
            _ => (TokenKind::Other, at + 1, true),
        }
    }

    fn colon(&self, next: Option<u8>) -> (TokenKind, usize, bool) {
        let (text, at) = (self.text, self.at);
        if matches!(next, Some(b':' | b'=')) {
            return (TokenKind::Punctuation, at + 2, true);
        }
        let is_slice = self.brackets > 0 && self.after_operand;
        let end = if is_slice || !self.in_psql { None } else { variable_end(text, at + 1, next) };
        end.map_or((TokenKind::Punctuation, at + 1, true), |end| (TokenKind::Variable, end, true))
    }
}

impl Tokens<'_> {
    /// The next token.
    pub(super) fn read_next(&mut self) -> Option<Token> {
        self.at = self.space_end();
        let first = *self.text.get(self.at)?;
        let (kind, end, is_closed) = self.read(first);
        let token = Token { kind, start: self.at, end, is_closed };
        if kind == TokenKind::Punctuation {
            match first {
                b'[' => self.brackets += 1,
                b']' => self.brackets = self.brackets.saturating_sub(1),
                _ => {}
            }
        }
        self.after_operand = match kind {
            TokenKind::Punctuation => matches!(first, b')' | b']'),
            TokenKind::Operator | TokenKind::Other | TokenKind::Variable => false,
            _ => true,
        };
        self.at = end;
        Some(token)
    }
}

/// Bytes that matter inside parentheses.
const GROUPING: [bool; 256] = table(b"()[]'\"$-/");

impl Tokens<'_> {
    /// Passes over the rest of the parentheses or brackets of which the opening one was the last token.
    /// Brackets inside count only `with_brackets`.
    pub(super) fn skip_group(&mut self, with_brackets: bool) {
        let text = self.text;
        let mut depth = 1_usize;
        // What is before was told apart already.
        let mut anchor = self.at;
        while depth > 0 && self.at < text.len() {
            self.at = run_end(text, self.at, |byte| !GROUPING[usize::from(byte)]);
            let Some(&byte) = text.get(self.at) else { break };
            let next = text.get(self.at + 1).copied();
            self.at = match byte {
                b'[' | b']' if !with_brackets => self.at + 1,
                b'(' | b'[' => {
                    depth += 1;
                    self.at + 1
                }
                b')' | b']' => {
                    depth -= 1;
                    self.at + 1
                }
                b'\'' if is_escape_string(text, anchor, self.at) => {
                    self.string(self.at, StringKind::Escapes).1
                }
                b'\'' => self.string(self.at, StringKind::Plain).1,
                b'"' => self.quoted_name(self.at, false).1,
                b'$' => {
                    let word = word_start(text, anchor, self.at);
                    if word < self.at && starts_identifier(text[word]) {
                        run_end(text, self.at, continues_identifier)
                    } else {
                        self.dollar(next).1
                    }
                }
                b'-' if next == Some(b'-') => self.space_end(),
                b'/' if next == Some(b'*') => self.space_end(),
                _ => self.at + 1,
            };
            anchor = self.at;
        }
        self.after_operand = true;
    }
}

/// Where a step leads; at the end of a text it waits for nothing.
fn target(step: &Step) -> usize {
    match step {
        Step::To(next) | Step::Wait(next) => *next,
    }
}

/// The quote that continues a string that was closed before `at`.
fn next_quote(text: &[u8], at: usize) -> Option<usize> {
    let mut at = at;
    let mut after_newline = false;
    loop {
        match text.get(at)? {
            b'\n' | b'\r' => {
                after_newline = true;
                at += 1;
            }
            byte if is_space(*byte) => at += 1,
            b'-' if text.get(at + 1) == Some(&b'-') => at += memchr2(b'\n', b'\r', &text[at..])?,
            b'\'' if after_newline => return Some(at),
            _ => return None,
        }
    }
}

/// Digits of a base, with single `_` between them; those of another base than ten may start with one.
fn digits_end(text: &[u8], start: usize, is_digit: fn(&u8) -> bool, starts_low: bool) -> usize {
    let mut at = start;
    loop {
        let underscore = text.get(at) == Some(&b'_') && (at > start || starts_low);
        let digit = at + usize::from(underscore);
        if !text.get(digit).is_some_and(is_digit) {
            return at;
        }
        at = digit + 1;
    }
}

/// The end of the number that starts here with a digit or a dot before one.
fn number_end(text: &[u8], start: usize) -> usize {
    let decimal = |at| digits_end(text, at, u8::is_ascii_digit, false);
    let based = match (text[start], text.get(start + 1).map(u8::to_ascii_lowercase)) {
        (b'0', Some(b'x')) => Some(digits_end(text, start + 2, u8::is_ascii_hexdigit, true)),
        (b'0', Some(b'o')) => Some(digits_end(text, start + 2, |byte| matches!(byte, b'0'..=b'7'), true)),
        (b'0', Some(b'b')) => Some(digits_end(text, start + 2, |byte| matches!(byte, b'0' | b'1'), true)),
        _ => None,
    };
    let mut end = match based {
        Some(end) if end > start + 2 => end,
        _ => {
            let mut end = decimal(start);
            if text.get(end) == Some(&b'.') && text.get(end + 1) != Some(&b'.') {
                end = decimal(end + 1);
            }
            if matches!(text.get(end), Some(b'e' | b'E')) {
                let sign = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
                let exponent = decimal(end + 1 + sign);
                if exponent > end + 1 + sign {
                    end = exponent;
                }
            }
            end
        }
    };
    if text[end - 1] != b'.' {
        end = run_end(text, end, continues_word);
    }
    end
}

/// The end of psql's variable whose colon is before `start`.
fn variable_end(text: &[u8], start: usize, next: Option<u8>) -> Option<usize> {
    let name_end = |from: usize| Some(run_end(text, from, continues_word)).filter(|end| *end > from);
    match next? {
        quote @ (b'\'' | b'"') => {
            let end = name_end(start + 1)?;
            (text.get(end) == Some(&quote)).then_some(end + 1)
        }
        b'{' if text.get(start + 1) == Some(&b'?') => {
            let end = name_end(start + 2)?;
            (text.get(end) == Some(&b'}')).then_some(end + 1)
        }
        _ => name_end(start),
    }
}

/// Bytes of operators.
const OPERATOR: [bool; 256] = table(b"+-*/<>=~!@#%^&|?`");
/// Those with one of which an operator may end in a sign.
const LETS_SIGNS_END: [bool; 256] = table(b"~!@#%^&|?`");

const fn table(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut index = 0;
    while index < bytes.len() {
        table[bytes[index] as usize] = true;
        index += 1;
    }
    table
}

/// The end of the operator that starts here, by the rule for `operator` in `scan.l`, and that of the signs
/// after it.
fn operator_end(text: &[u8], start: usize) -> (usize, usize) {
    let mut end = start;
    let mut lets_signs_end = false;
    while let Some(&byte) = text.get(end)
        && OPERATOR[usize::from(byte)]
    {
        if matches!((byte, text.get(end + 1)), (b'-', Some(b'-')) | (b'/', Some(b'*'))) {
            break;
        }
        lets_signs_end |= LETS_SIGNS_END[usize::from(byte)];
        end += 1;
    }
    let run_end = end;
    while !lets_signs_end && end > start + 1 && matches!(text[end - 1], b'+' | b'-') {
        end -= 1;
    }
    (end, run_end)
}
