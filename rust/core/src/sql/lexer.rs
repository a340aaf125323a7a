//! The SQL lexer: what is a quote, a comment, a statement's end, a psql command, `COPY` data.
//!
//! It follows the server's `src/backend/parser/scan.l` and psql's `psqlscan.l` and `psqlscanslash.l`;
//! `docs/bundle.md` has the rules in words. It does not check that what is inside a construct is valid,
//! and knows nothing of statements but where they end and whether they are `COPY … FROM STDIN`.
//!
//! The text may arrive in pieces. What is long (comments, quotes, data) is passed over in any number of
//! pieces; a token of which the piece ends too early is not taken and must be given again with more.
//! Every byte is looked at a bounded number of times.

use memchr::{memchr, memchr2};

use super::open::OpenKind;
use super::psql::{DROPPING_COMMANDS, SENDING_COMMANDS, arguments_end, copies_from_stdin};

/// Where the lexer is.
#[derive(Debug, Default, PartialEq, Eq)]
enum Mode {
    /// Outside of everything.
    #[default]
    Plain,
    LineComment,
    BlockComment {
        depth: u64,
    },
    String {
        escapes: bool,
    },
    /// After a string, which goes on if a quote follows a newline.
    StringClosed {
        escapes: bool,
        after_newline: bool,
        in_comment: bool,
    },
    QuotedName,
    DollarQuote {
        /// The delimiter, with both `$`.
        delimiter: Vec<u8>,
    },
    /// Between a `COPY` statement and the line where its data starts.
    RestOfLine,
    /// At the start of a line of data, or inside one.
    CopyData {
        at_line_start: bool,
    },
}

/// What matters of the statement that is being read.
#[derive(Debug, Default)]
struct Statement {
    has_token: bool,
    /// Unclosed parentheses.
    depth: u64,
    copy: Option<Copy>,
}

/// A statement that starts with the word `COPY`.
#[derive(Debug, Clone, Copy)]
struct Copy {
    /// Offset of that word.
    offset: u64,
    /// Whether the last token was the word `FROM`, outside parentheses.
    after_from: bool,
    from_stdin: bool,
}

/// The lexer's state between two pieces.
#[derive(Debug, Default)]
pub(super) struct Lexer {
    mode: Mode,
    /// Bytes taken so far.
    offset: u64,
    /// Offset of the delimiter that opened the mode.
    opened: u64,
    statement: Statement,
    /// Offset up to which there is no newline, from the last psql command on: a line may hold many.
    line_end: u64,
}

/// What a step came to: where the next one starts, or that the token goes on in the next piece.
enum Step {
    To(usize),
    /// Nothing from this index on is taken.
    Wait(usize),
}

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

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// `ident_start` of `scan.l`.
pub(super) fn starts_identifier(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// A byte of an identifier or number, `$` aside.
pub(super) fn continues_word(byte: u8) -> bool {
    starts_identifier(byte) || byte.is_ascii_digit()
}

pub(super) fn continues_identifier(byte: u8) -> bool {
    continues_word(byte) || byte == b'$'
}

/// The index after the run of bytes from `start` that fulfil a condition.
pub(super) fn run_end(input: &[u8], start: usize, condition: fn(u8) -> bool) -> usize {
    input[start..].iter().position(|byte| !condition(*byte)).map_or(input.len(), |run| start + run)
}

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
    /// The construct that is open here, and the offset of its opening delimiter.
    pub(super) fn open(&self) -> Option<(OpenKind, u64)> {
        let kind = match self.mode {
            Mode::BlockComment { .. } => OpenKind::BlockComment,
            Mode::String { .. } => OpenKind::String,
            Mode::QuotedName => OpenKind::QuotedName,
            Mode::DollarQuote { .. } => OpenKind::DollarQuote,
            Mode::RestOfLine | Mode::CopyData { .. } => OpenKind::CopyData,
            Mode::Plain | Mode::LineComment | Mode::StringClosed { .. } => return None,
        };
        Some((kind, self.opened))
    }

    /// Offsets whose places may be asked for later: what is or may go on being open, and the `COPY`.
    pub(super) fn marks(&self) -> [Option<u64>; 2] {
        let opened = match self.mode {
            Mode::StringClosed { .. } => Some(self.opened),
            _ => self.open().map(|(_, offset)| offset),
        };
        [opened, self.statement.copy.map(|copy| copy.offset)]
    }

    /// Reads on; returns how many bytes were taken. What was not must be given again with more after
    /// it. Of the last piece everything is taken.
    pub(super) fn advance(&mut self, input: &[u8], is_last: bool) -> usize {
        let mut at = 0;
        while at < input.len() {
            let step = match &mut self.mode {
                Mode::Plain => self.plain(input, at, is_last),
                Mode::LineComment => {
                    memchr2(b'\n', b'\r', &input[at..]).map_or(Step::To(input.len()), |end| {
                        self.mode = Mode::Plain;
                        Step::To(at + end + 1)
                    })
                }
                Mode::BlockComment { depth } => {
                    let (step, closed) = block_comment(input, at, is_last, depth);
                    if closed {
                        self.mode = Mode::Plain;
                    }
                    step
                }
                Mode::String { escapes } => {
                    let escapes = *escapes;
                    let (step, closed) = string(input, at, is_last, escapes);
                    if closed {
                        self.mode = Mode::StringClosed { escapes, after_newline: false, in_comment: false };
                    }
                    step
                }
                Mode::StringClosed { .. } => self.after_string(input, at, is_last),
                Mode::QuotedName => {
                    let (step, closed) = quoted_name(input, at, is_last);
                    if closed {
                        self.mode = Mode::Plain;
                    }
                    step
                }
                Mode::DollarQuote { delimiter } => {
                    let (step, closed) = dollar_quote(input, at, is_last, delimiter);
                    if closed {
                        self.mode = Mode::Plain;
                    }
                    step
                }
                Mode::RestOfLine => memchr(b'\n', &input[at..]).map_or(Step::To(input.len()), |end| {
                    self.mode = Mode::CopyData { at_line_start: true };
                    Step::To(at + end + 1)
                }),
                Mode::CopyData { at_line_start } => {
                    let (step, ended) = copy_data(input, at, is_last, at_line_start);
                    if ended {
                        self.mode = Mode::Plain;
                    }
                    step
                }
            };
            match step {
                Step::To(next) => at = next,
                Step::Wait(next) if !is_last => {
                    at = next;
                    break;
                }
                // The text ends inside a token that is nothing without more: plain characters.
                Step::Wait(_) => at = input.len(),
            }
        }
        self.offset += at as u64;
        at
    }

    fn position(&self, index: usize) -> u64 {
        self.offset + index as u64
    }

    fn enter(&mut self, mode: Mode, opened: usize) {
        self.opened = self.position(opened);
        self.mode = mode;
    }

    /// Reads plain text up to the first special byte that means something.
    ///
    /// `start` is the start of a token, or of space between tokens.
    fn plain(&mut self, input: &[u8], start: usize, is_last: bool) -> Step {
        // Words in front of `anchor` were already told apart.
        let mut anchor = start;
        let mut at = start;
        loop {
            if !self.statement.has_token || self.statement.copy.is_some() {
                match self.word_by_word(input, at, is_last) {
                    Ok(next) => at = next,
                    Err(wait) => return Step::Wait(wait),
                }
                anchor = anchor.max(at);
            }
            at = special_byte(input, at);
            if at == input.len() {
                let word = word_start(input, anchor, at);
                return if is_last { Step::To(at) } else { Step::Wait(word) };
            }
            let special = input[at];
            let following = input.get(at + 1).copied();
            if following.is_none() && !is_last && matches!(special, b'-' | b'/' | b'\\') {
                return Step::Wait(at);
            }
            match special {
                b'-' if following == Some(b'-') => {
                    // Most comments end in the same piece; there is no need to leave the loop for them.
                    let Some(length) = memchr2(b'\n', b'\r', &input[at..]) else {
                        self.mode = Mode::LineComment;
                        return Step::To(input.len());
                    };
                    at += length + 1;
                    anchor = at;
                    continue;
                }
                b'/' if following == Some(b'*') => {
                    self.enter(Mode::BlockComment { depth: 1 }, at);
                    return Step::To(at + 2);
                }
                b'\\' => return self.psql_command(input, at, is_last),
                b';' if self.statement.depth == 0 => {
                    return self.end_statement(at + 1);
                }
                _ => {}
            }
            self.note_token();
            match special {
                b'\'' => {
                    let escapes = is_escape_string(input, anchor, at);
                    if !escapes && let Some(end) = short_string_end(&input[at..]) {
                        at += end;
                        anchor = at;
                        continue;
                    }
                    self.enter(Mode::String { escapes }, at);
                    return Step::To(at + 1);
                }
                b'"' => {
                    self.enter(Mode::QuotedName, at);
                    return Step::To(at + 1);
                }
                b'$' => {
                    let word = word_start(input, anchor, at);
                    if word < at && starts_identifier(input[word]) {
                        at = run_end(input, at, continues_identifier);
                        if at == input.len() && !is_last {
                            return Step::Wait(word);
                        }
                        anchor = at;
                        continue;
                    }
                    match dollar_delimiter(&input[at..], is_last) {
                        Delimiter::Whole(length) => {
                            let delimiter = input[at..at + length].to_vec();
                            self.enter(Mode::DollarQuote { delimiter }, at);
                            return Step::To(at + length);
                        }
                        Delimiter::BrokenOff => return Step::Wait(word),
                        Delimiter::None => anchor = at + 1,
                    }
                }
                b'(' => self.statement.depth += 1,
                b')' => self.statement.depth = self.statement.depth.saturating_sub(1),
                _ => {}
            }
            at += 1;
        }
    }

    /// Looks at the words up to the next special byte: the first word of a statement, and all of a
    /// `COPY`. Returns where the special byte is, or where to wait.
    fn word_by_word(&mut self, input: &[u8], start: usize, is_last: bool) -> Result<usize, usize> {
        let mut at = start;
        while at < input.len() && (!self.statement.has_token || self.statement.copy.is_some()) {
            let byte = input[at];
            if is_space(byte) {
                at += 1;
            } else if continues_word(byte) {
                let is_identifier = starts_identifier(byte);
                let condition = if is_identifier { continues_identifier } else { continues_word };
                let end = run_end(input, at, condition);
                if end == input.len() && !is_last {
                    return Err(at);
                }
                // `E'…'`: the quote must see the word that it belongs to.
                if input.get(end) == Some(&b'\'') && matches!(input[at..end], [b'e' | b'E']) {
                    self.note_token();
                    return Ok(at);
                }
                self.note_word(&input[at..end], is_identifier, at);
                at = end;
            } else if SPECIAL[usize::from(byte)] {
                return Ok(at);
            } else {
                self.note_token();
                at += 1;
            }
        }
        Ok(at)
    }

    fn note_word(&mut self, word: &[u8], is_identifier: bool, index: usize) {
        let is = |name: &[u8]| is_identifier && word.eq_ignore_ascii_case(name);
        if !self.statement.has_token {
            self.statement.has_token = true;
            if is(b"copy") {
                self.statement.copy =
                    Some(Copy { offset: self.position(index), after_from: false, from_stdin: false });
            }
        } else if let Some(copy) = &mut self.statement.copy {
            let is_outside = self.statement.depth == 0;
            copy.from_stdin |= copy.after_from && is_outside && is(b"stdin");
            copy.after_from = is_outside && is(b"from");
        }
    }

    fn note_token(&mut self) {
        self.statement.has_token = true;
        if let Some(copy) = &mut self.statement.copy {
            copy.after_from = false;
        }
    }

    fn end_statement(&mut self, next: usize) -> Step {
        let statement = std::mem::take(&mut self.statement);
        if let Some(Copy { offset, from_stdin: true, .. }) = statement.copy {
            self.opened = offset;
            self.mode = Mode::RestOfLine;
        }
        Step::To(next)
    }

    /// Reads a psql command from its backslash on.
    fn psql_command(&mut self, input: &[u8], start: usize, is_last: bool) -> Step {
        // psql puts these two characters into the query.
        if matches!(input.get(start + 1), Some(b';' | b':')) {
            self.note_token();
            return Step::To(start + 2);
        }
        let known = self.line_end.saturating_sub(self.position(start));
        let end = match usize::try_from(known) {
            Ok(length @ 1..) => start + length,
            _ => match memchr(b'\n', &input[start..]) {
                Some(length) => start + length,
                None if is_last => input.len(),
                None => return Step::Wait(start),
            },
        };
        self.line_end = self.position(end);
        let line = &input[start..end];
        let name = &line[1..run_end(line, 1, |byte| !is_space(byte) && byte != b'\\')];
        let arguments = &line[1 + name.len()..];
        if name.eq_ignore_ascii_case(b"copy") {
            if copies_from_stdin(arguments) {
                self.enter(Mode::RestOfLine, start);
            }
            return Step::To(end);
        }
        if name.starts_with(b"!") {
            return Step::To(end);
        }
        if SENDING_COMMANDS.contains(&name) {
            let step = self.end_statement(end);
            if self.mode == Mode::RestOfLine {
                return step;
            }
        } else if DROPPING_COMMANDS.contains(&name) {
            self.statement = Statement::default();
        }
        Step::To(end - arguments.len() + arguments_end(arguments))
    }

    /// Reads on after a string that was closed.
    fn after_string(&mut self, input: &[u8], start: usize, is_last: bool) -> Step {
        let Mode::StringClosed { escapes, after_newline, in_comment } = &mut self.mode else {
            return Step::To(start);
        };
        let mut at = start;
        while at < input.len() {
            let byte = input[at];
            if *in_comment {
                *in_comment = !matches!(byte, b'\n' | b'\r');
                *after_newline |= !*in_comment;
                at += 1;
            } else if is_space(byte) {
                *after_newline |= matches!(byte, b'\n' | b'\r');
                at += 1;
            } else if byte == b'-' && at + 1 == input.len() && !is_last {
                return Step::Wait(at);
            } else if byte == b'-' && input.get(at + 1) == Some(&b'-') {
                *in_comment = true;
                at += 2;
            } else if byte == b'\'' && *after_newline {
                self.mode = Mode::String { escapes: *escapes };
                return Step::To(at + 1);
            } else {
                self.mode = Mode::Plain;
                return Step::To(at);
            }
        }
        Step::To(at)
    }
}

/// The length of the string at the start of the input, if it is a short one that certainly ends there:
/// after its second quote comes neither another one nor white space, after which it could go on.
fn short_string_end(input: &[u8]) -> Option<usize> {
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
fn word_start(input: &[u8], anchor: usize, end: usize) -> usize {
    let run = input[anchor..end].iter().rev().take_while(|byte| continues_identifier(**byte)).count();
    end - run
}

/// Whether the token right before a quote is the identifier `E`.
fn is_escape_string(input: &[u8], anchor: usize, quote: usize) -> bool {
    quote > anchor
        && matches!(input[quote - 1], b'e' | b'E')
        && (quote - 1 == anchor || !continues_identifier(input[quote - 2]))
}

enum Delimiter {
    Whole(usize),
    None,
    BrokenOff,
}

/// The delimiter of a dollar quote at the start of the input, which is a `$`.
fn dollar_delimiter(input: &[u8], is_last: bool) -> Delimiter {
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
fn block_comment(input: &[u8], start: usize, is_last: bool, depth: &mut u64) -> (Step, bool) {
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
fn string(input: &[u8], start: usize, is_last: bool, escapes: bool) -> (Step, bool) {
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
fn quoted_name(input: &[u8], start: usize, is_last: bool) -> (Step, bool) {
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
fn dollar_quote(input: &[u8], start: usize, is_last: bool, delimiter: &[u8]) -> (Step, bool) {
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
fn copy_data(input: &[u8], start: usize, is_last: bool, at_line_start: &mut bool) -> (Step, bool) {
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
