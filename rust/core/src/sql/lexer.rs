//! The SQL lexer: what is a quote, a comment, a statement's end, a psql command, `COPY` data.
//!
//! It follows the server's `src/backend/parser/scan.l` and psql's `psqlscan.l` and `psqlscanslash.l`;
//! `docs/statements.md` has the rules in words. It does not check that what is inside a construct is
//! valid, and knows of statements only what decides where they end and whether data follows. What it
//! passes it tells to [`Events`]; [`super::token`] reads the tokens of one statement.
//!
//! The text may arrive in pieces. What is long (comments, quotes, data) is passed over in any number of
//! pieces; a token of which the piece ends too early is not taken and must be given again with more.
//! Every byte is looked at a bounded number of times.

mod plain;

use std::collections::VecDeque;

use memchr::{memchr, memchr2};

use super::events::{Effect, Events};
use super::head::{CopyStatement, Head, OpenStatement};
use super::open::OpenKind;
use super::psql::{
    DROPPING_COMMANDS, RUNNING_COMMANDS, SENDING_COMMANDS, arguments_end, copies_from_stdin, takes_line,
};
use super::scan::{Step, block_comment, copy_data, dollar_quote, is_space, quoted_name, run_end, string};

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
}

/// The lexer's state between two pieces.
#[derive(Debug, Default)]
pub(super) struct Lexer {
    mode: Mode,
    /// Bytes taken so far.
    offset: u64,
    /// Offset of the delimiter that opened the mode.
    opened: u64,
    statement: OpenStatement,
    /// Offsets of the `COPY` statements whose data comes once psql sends them.
    unsent: Vec<u64>,
    /// Whether a statement ended that psql has not sent yet.
    is_waiting: bool,
    /// Offsets of the commands whose data starts with the next line, in their order.
    awaited: VecDeque<u64>,
    /// Offset up to which there is no newline before that data: a line may hold many commands.
    newline_free: u64,
    /// The data that is being read; the mode goes on after it.
    data: Option<Data>,
    /// Offset up to which there is no newline, from the last psql command on: a line may hold many.
    line_end: u64,
}

#[derive(Debug, Clone, Copy)]
struct Data {
    start: u64,
    at_line_start: bool,
}

impl Lexer {
    /// The construct that is open here, and the offset of its opening delimiter.
    pub(super) fn open(&self) -> Option<(OpenKind, u64)> {
        if let Some(command) = self.awaited.front() {
            return Some((OpenKind::CopyData, *command));
        }
        let kind = match self.mode {
            Mode::BlockComment { .. } => OpenKind::BlockComment,
            Mode::String { .. } => OpenKind::String,
            Mode::QuotedName => OpenKind::QuotedName,
            Mode::DollarQuote { .. } => OpenKind::DollarQuote,
            Mode::Plain | Mode::LineComment | Mode::StringClosed { .. } => return None,
        };
        Some((kind, self.opened))
    }

    /// The parenthesis or body that is open here, and its offset.
    pub(super) fn open_in_statement(&self) -> Option<(OpenKind, u64)> {
        match &self.statement {
            OpenStatement { depth: 1.., parenthesis, .. } => Some((OpenKind::Parenthesis, *parenthesis)),
            OpenStatement { bodies: 1.., body, .. } => Some((OpenKind::RoutineBody, *body)),
            _ => None,
        }
    }

    /// Whether psql has collected something that it has not sent.
    pub(super) fn has_unsent(&self) -> bool {
        self.is_in_statement() || self.is_waiting
    }

    /// Whether there are tokens since the last statement.
    fn is_in_statement(&self) -> bool {
        !self.statement.is_empty()
    }

    /// Whether the text ends inside a quote, of which trailing white space is a part.
    pub(super) fn is_in_quote(&self) -> bool {
        matches!(self.mode, Mode::String { .. } | Mode::QuotedName | Mode::DollarQuote { .. })
    }

    /// The first offset whose place may be asked for later.
    pub(super) fn oldest_mark(&self) -> Option<u64> {
        let waiting = self.awaited.front().into_iter().chain(self.unsent.first()).copied();
        waiting.chain(self.current_marks()).min()
    }

    /// The offsets from here on whose places may be asked for later, ascending.
    pub(super) fn marks_from(&self, offset: u64) -> Vec<u64> {
        let awaited = self.awaited.iter().rev().take_while(|mark| **mark >= offset);
        let unsent = self.unsent.iter().rev().take_while(|mark| **mark >= offset);
        let current = self.current_marks().filter(|mark| *mark >= offset);
        let mut marks: Vec<u64> = awaited.chain(unsent).copied().chain(current).collect();
        marks.sort_unstable();
        marks
    }

    fn current_marks(&self) -> impl Iterator<Item = u64> {
        let opened = match self.mode {
            Mode::Plain | Mode::LineComment => None,
            _ => Some(self.opened),
        };
        opened.into_iter().chain(self.statement.copy.map(|copy| copy.offset))
    }

    /// Reads on; returns how many bytes were taken. What was not must be given again with more after
    /// it. Of the last piece everything is taken.
    pub(super) fn advance(&mut self, input: &[u8], is_last: bool, events: &mut impl Events) -> usize {
        let mut at = 0;
        while at < input.len() {
            let (end, is_whole) = if self.data.is_some() || self.awaited.is_empty() {
                (input.len(), is_last)
            } else {
                // Data is read where the line ends, whatever the mode is there.
                let free = usize::try_from(self.newline_free.saturating_sub(self.offset)).unwrap_or(at);
                let from = at.max(free).min(input.len());
                let newline = memchr(b'\n', &input[from..]).map(|length| from + length);
                self.newline_free = self.position(newline.unwrap_or(input.len()));
                match newline {
                    Some(newline) => (newline + 1, true),
                    None => (input.len(), is_last),
                }
            };
            let step = if self.data.is_some() {
                self.read_data(&input[..end], at, is_whole, events)
            } else {
                self.step(&input[..end], at, is_whole, events)
            };
            match step {
                Step::To(next) => at = next,
                Step::Wait(next) if !is_whole => {
                    at = next;
                    break;
                }
                // The text ends inside a token that is nothing without more: plain characters.
                Step::Wait(_) => at = end,
            }
            if at > 0
                && input[at - 1] == b'\n'
                && at == end
                && self.data.is_none()
                && !self.awaited.is_empty()
            {
                self.data = Some(Data { start: self.position(at), at_line_start: true });
            }
        }
        self.offset += at as u64;
        at
    }

    /// Ends the text.
    pub(super) fn finish(&self, events: &mut impl Events) {
        if let Some(data) = self.data
            && data.start < self.offset
        {
            events.data(data.start, self.offset);
        }
        if matches!(
            self.mode,
            Mode::LineComment | Mode::BlockComment { .. } | Mode::StringClosed { in_comment: true, .. }
        ) {
            events.comment_end(self.offset);
        }
    }

    fn step(&mut self, input: &[u8], at: usize, is_last: bool, events: &mut impl Events) -> Step {
        let offset = self.offset;
        let (step, closed) = match &mut self.mode {
            Mode::Plain => return self.plain(input, at, is_last, events),
            Mode::StringClosed { .. } => return self.after_string(input, at, is_last, events),
            Mode::LineComment => match memchr2(b'\n', b'\r', &input[at..]) {
                Some(length) => {
                    events.comment_end(offset + (at + length) as u64);
                    (Step::To(at + length + 1), true)
                }
                None => (Step::To(input.len()), false),
            },
            Mode::BlockComment { depth } => {
                let (step, closed) = block_comment(input, at, is_last, depth);
                if let (Step::To(end), true) = (&step, closed) {
                    events.comment_end(offset + *end as u64);
                }
                (step, closed)
            }
            Mode::String { escapes } => {
                let escapes = *escapes;
                let (step, closed) = string(input, at, is_last, escapes);
                if closed {
                    self.mode = Mode::StringClosed { escapes, after_newline: false, in_comment: false };
                }
                return step;
            }
            Mode::QuotedName => quoted_name(input, at, is_last),
            Mode::DollarQuote { delimiter } => dollar_quote(input, at, is_last, delimiter),
        };
        if closed {
            self.mode = Mode::Plain;
        }
        step
    }

    fn read_data(&mut self, input: &[u8], at: usize, is_last: bool, events: &mut impl Events) -> Step {
        let offset = self.offset;
        let Some(data) = &mut self.data else { return Step::To(at) };
        let (step, ended) = copy_data(input, at, is_last, &mut data.at_line_start);
        if let (Step::To(next), true) = (&step, ended) {
            let end = offset + *next as u64;
            events.data(data.start, end);
            self.awaited.pop_front();
            self.data =
                if self.awaited.is_empty() { None } else { Some(Data { start: end, at_line_start: true }) };
        }
        step
    }

    fn position(&self, index: usize) -> u64 {
        self.offset + index as u64
    }

    fn enter(&mut self, mode: Mode, opened: usize) {
        self.opened = self.position(opened);
        self.mode = mode;
    }

    /// Ends the statement of a routine's body, or the statement.
    fn semicolon(&mut self, start: usize, end: usize, sends: bool, events: &mut impl Events) {
        if self.statement.bodies > 0 {
            self.statement.head = Head::Start;
            return;
        }
        events.terminator(self.position(start), self.position(end), sends);
        self.is_waiting |= self.is_in_statement();
        self.end_statement(sends);
    }

    fn end_statement(&mut self, sends: bool) {
        let statement = std::mem::take(&mut self.statement);
        if let Some(CopyStatement { offset, from_stdin: true, .. }) = statement.copy {
            self.unsent.push(offset);
        }
        if sends {
            self.awaited.extend(self.unsent.drain(..));
            self.is_waiting = false;
        }
    }

    /// Reads a psql command from its backslash on.
    fn psql_command(&mut self, input: &[u8], start: usize, is_last: bool, events: &mut impl Events) -> Step {
        // psql puts these two characters into the query.
        if let Some(character @ (b';' | b':')) = input.get(start + 1) {
            if *character == b';' && self.statement.depth == 0 {
                self.semicolon(start, start + 2, false, events);
            } else {
                self.statement.note_token();
            }
            return Step::To(start + 2);
        }
        let known = self.line_end.saturating_sub(self.position(start));
        let line_end = match usize::try_from(known) {
            Ok(length @ 1..) => start + length,
            _ => match memchr(b'\n', &input[start..]) {
                Some(length) => start + length,
                None if is_last => input.len(),
                None => return Step::Wait(start),
            },
        };
        self.line_end = self.position(line_end);
        let is_inside = self.has_unsent() || !self.awaited.is_empty();
        if let Head::Begin(_) = self.statement.head {
            self.statement.head = Head::Routine;
        }
        let line = &input[start..line_end];
        let name = &line[1..run_end(line, 1, |byte| !is_space(byte) && byte != b'\\')];
        let arguments = &line[1 + name.len()..];
        let mut end = line_end;
        let mut effect = Effect::Nothing;
        let mut is_run = false;
        if name.eq_ignore_ascii_case(b"copy") {
            if copies_from_stdin(arguments) {
                self.awaited.push_back(self.position(start));
            }
        } else {
            if !takes_line(name, arguments) {
                end = line_end - arguments.len() + arguments_end(arguments);
            }
            if SENDING_COMMANDS.contains(&name) {
                effect = Effect::Sends;
                is_run = RUNNING_COMMANDS.contains(&name);
            } else if DROPPING_COMMANDS.contains(&name) {
                effect = Effect::Drops;
            }
        }
        events.command(self.position(start), self.position(end), effect, is_inside);
        match effect {
            Effect::Nothing => {}
            Effect::Sends if is_run => self.end_statement(true),
            // What is not run wants no data.
            Effect::Sends | Effect::Drops => {
                self.statement = OpenStatement::default();
                self.unsent.clear();
                self.is_waiting = false;
            }
        }
        Step::To(end)
    }

    /// Reads on after a string that was closed.
    fn after_string(&mut self, input: &[u8], start: usize, is_last: bool, events: &mut impl Events) -> Step {
        let offset = self.offset;
        let Mode::StringClosed { escapes, after_newline, in_comment } = &mut self.mode else {
            return Step::To(start);
        };
        let mut at = start;
        while at < input.len() {
            let byte = input[at];
            if *in_comment {
                let Some(length) = memchr2(b'\n', b'\r', &input[at..]) else {
                    return Step::To(input.len());
                };
                events.comment_end(offset + (at + length) as u64);
                *in_comment = false;
                *after_newline = true;
                at += length + 1;
            } else if is_space(byte) {
                *after_newline |= matches!(byte, b'\n' | b'\r');
                at += 1;
            } else if byte == b'-' && at + 1 == input.len() && !is_last {
                return Step::Wait(at);
            } else if byte == b'-' && input.get(at + 1) == Some(&b'-') {
                events.comment_start(offset + at as u64);
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
