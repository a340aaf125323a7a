//! Dividing a text into statements, gaps, psql commands and data, so that every byte is accounted for.
//!
//! `docs/statements.md` says which byte belongs where. The lexer tells what is no token; what lies
//! between is.

use super::events::{Effect, Events};
use super::lexer::Lexer;
use super::open::{OpenConstruct, Place};

/// What a span holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpanKind {
    /// A statement, or a piece of one.
    Statement,
    /// White space, comments and terminators that end nothing.
    Gap,
    /// A psql command with its arguments.
    Psql,
    /// Lines of data.
    Data,
    /// A statement that psql drops, or a piece of one.
    Discarded,
}

impl SpanKind {
    /// All kinds, in the order in which sizes are given.
    pub const ALL: [Self; 5] = [Self::Statement, Self::Gap, Self::Psql, Self::Data, Self::Discarded];

    /// The kind's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::Gap => "gap",
            Self::Psql => "psql",
            Self::Data => "data",
            Self::Discarded => "discarded",
        }
    }
}

/// Bytes of a text, from `start` up to `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// What they are.
    pub kind: SpanKind,
    /// Offset of the first one.
    pub start: usize,
    /// Offset after the last one.
    pub end: usize,
    /// The index of the statement of which this is a piece.
    pub statement: Option<usize>,
    /// Line of the first byte, from 1.
    pub line: u64,
    /// Its column, in characters from 1.
    pub column: u64,
}

/// Where a statement stands in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Offset of its first byte.
    pub start: usize,
    /// Offset after its last token.
    pub tokens_end: usize,
    /// Offset after its terminator, or `tokens_end`.
    pub end: usize,
    /// Whether it has a terminator.
    pub is_terminated: bool,
}

/// A text divided.
#[derive(Debug)]
pub(super) struct Split<T> {
    /// What was made of the statements, without the discarded ones.
    pub statements: Vec<T>,
    /// All bytes.
    pub spans: Vec<Span>,
    /// What the text leaves open.
    pub open: Option<OpenConstruct>,
}

/// Divides a text, which may start with a byte order mark.
///
/// As soon as a statement ends, `take` is given it and the spans from its first one on: its text is then
/// still in the processor's cache.
#[must_use]
pub(super) fn split<T>(text: &[u8], take: impl FnMut(Extent, &[Span]) -> T) -> Split<T> {
    let content = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let mark = text.len() - content.len();
    let mut lexer = Lexer::default();
    let mut splitter = Splitter::new(text, mark, take);
    lexer.advance(content, true, &mut splitter);
    lexer.finish(&mut splitter);
    splitter.finish(lexer.is_in_quote());
    let open = lexer.open().or_else(|| lexer.open_in_statement()).and_then(|(kind, offset)| {
        let before = usize::try_from(offset).ok().and_then(|end| content.get(..end))?;
        Some(OpenConstruct::new(kind, Place::default().after(before)))
    });
    Split { statements: splitter.statements, spans: splitter.spans, open }
}

/// As many bytes as short statements take. Room for that many is there from the start: vectors that grow
/// side by side are copied again and again, until they are so long that the allocator maps them anew.
const BYTES_PER_STATEMENT: usize = 160;
const MOST_EXPECTED: usize = 1 << 18;

/// The statement that is being read.
#[derive(Debug, Clone, Copy)]
struct Current {
    start: usize,
    tokens_end: usize,
}

/// Something between two tokens that is no part of the statement.
#[derive(Debug, Clone, Copy)]
struct Interruption {
    kind: SpanKind,
    start: usize,
    end: usize,
}

struct Splitter<'a, T, F> {
    text: &'a [u8],
    /// Offset of the lexer's text.
    origin: usize,
    take: F,
    statements: Vec<T>,
    spans: Vec<Span>,
    /// Offset up to which the spans reach.
    spanned: usize,
    /// An offset at or before it, and its place.
    placed: (usize, Place),
    /// Offset from which on it is not known whether there are tokens.
    unseen: usize,
    in_comment: bool,
    current: Option<Current>,
    /// Interruptions since the statement's first token, in order.
    interruptions: Vec<Interruption>,
    /// Number of statements and of spans when psql last sent or dropped a query.
    sent: (usize, usize),
}

impl<'a, T, F: FnMut(Extent, &[Span]) -> T> Splitter<'a, T, F> {
    fn new(text: &'a [u8], origin: usize, take: F) -> Self {
        let expected = (text.len() / BYTES_PER_STATEMENT).min(MOST_EXPECTED);
        Self {
            text,
            origin,
            take,
            statements: Vec::with_capacity(expected),
            spans: Vec::with_capacity(2 * expected),
            spanned: 0,
            placed: (origin, Place::default()),
            unseen: origin,
            in_comment: false,
            current: None,
            interruptions: Vec::new(),
            sent: (0, 0),
        }
    }

    fn index(&self, offset: u64) -> usize {
        // The text is in memory, so that its offsets are indices.
        usize::try_from(offset).map_or(self.text.len(), |offset| offset + self.origin)
    }

    /// Takes note of the tokens before this offset.
    fn see(&mut self, end: usize) {
        if !self.in_comment {
            let unseen = &self.text[self.unseen..end];
            let is_token = |byte: &u8| !super::scan::is_space(*byte);
            if let (Some(first), Some(last)) =
                (unseen.iter().position(is_token), unseen.iter().rposition(is_token))
            {
                let start = self.unseen + first;
                let tokens_end = self.unseen + last + 1;
                let current = self.current.get_or_insert(Current { start, tokens_end });
                current.tokens_end = tokens_end;
            }
        }
        self.unseen = end;
    }

    /// Adds a span and, before it, the gap that it leaves.
    fn add(&mut self, kind: SpanKind, start: usize, end: usize, statement: Option<usize>) {
        if start > self.spanned {
            self.push(SpanKind::Gap, self.spanned, start, None);
        }
        if end > start {
            self.push(kind, start, end, statement);
            self.spanned = end;
        }
    }

    fn push(&mut self, kind: SpanKind, start: usize, end: usize, statement: Option<usize>) {
        let (known, mut place) = self.placed;
        if start > known {
            place = place.after(&self.text[known..start]);
            self.placed = (start, place);
        }
        let (line, column) = (place.line(), place.column());
        self.spans.push(Span { kind, start, end, statement, line, column });
    }

    /// Ends the current statement, if there is one.
    fn close(&mut self, terminator: Option<usize>, is_terminated: bool, kind: SpanKind) {
        let Some(Current { start, tokens_end }) = self.current.take() else { return };
        let end = terminator.unwrap_or(tokens_end);
        let statement = (kind == SpanKind::Statement).then_some(self.statements.len());
        let mut from = start;
        let interruptions = std::mem::take(&mut self.interruptions);
        let first_span = self.spans.len() + usize::from(start > self.spanned);
        for interruption in &interruptions {
            if interruption.start < end {
                self.add(kind, from, interruption.start, statement);
                self.add(interruption.kind, interruption.start, interruption.end, None);
                from = interruption.end;
            }
        }
        self.add(kind, from, end, statement);
        for interruption in &interruptions {
            if interruption.start >= end {
                self.add(interruption.kind, interruption.start, interruption.end, None);
            }
        }
        if statement.is_some() {
            let extent = Extent { start, tokens_end, end, is_terminated };
            self.statements.push((self.take)(extent, &self.spans[first_span..]));
        }
        self.interruptions = interruptions;
        self.interruptions.clear();
    }

    /// Adds what is no part of a statement, now or when the statement around it ends.
    fn interrupt(&mut self, kind: SpanKind, start: usize, end: usize) {
        if self.current.is_some() {
            self.interruptions.push(Interruption { kind, start, end });
        } else {
            self.add(kind, start, end, None);
        }
        self.unseen = end;
    }

    fn note_sent(&mut self) {
        self.sent = (self.statements.len(), self.spans.len());
    }

    /// Makes the statements since the last query `Discarded`.
    fn discard(&mut self) {
        self.close(None, false, SpanKind::Discarded);
        let (statements, spans) = self.sent;
        self.statements.truncate(statements);
        for span in &mut self.spans[spans..] {
            if span.kind == SpanKind::Statement {
                span.kind = SpanKind::Discarded;
                span.statement = None;
            }
        }
    }

    fn finish(&mut self, in_quote: bool) {
        let end = self.text.len();
        self.see(end);
        if in_quote && let Some(current) = &mut self.current {
            // The quote ends before the data at the end.
            let interruptions = self.interruptions.iter().rev();
            current.tokens_end =
                interruptions.fold(end, |end, last| if last.end == end { last.start } else { end });
        }
        self.close(None, false, SpanKind::Statement);
        self.add(SpanKind::Gap, end, end, None);
    }
}

impl<T, F: FnMut(Extent, &[Span]) -> T> Events for Splitter<'_, T, F> {
    fn comment_start(&mut self, offset: u64) {
        let start = self.index(offset);
        self.see(start);
        self.in_comment = true;
    }

    fn comment_end(&mut self, offset: u64) {
        self.unseen = self.index(offset);
        self.in_comment = false;
    }

    fn terminator(&mut self, start: u64, end: u64, sends: bool) {
        let (start, end) = (self.index(start), self.index(end));
        self.see(start);
        self.close(Some(end), true, SpanKind::Statement);
        self.unseen = end;
        if sends {
            self.note_sent();
        }
    }

    fn command(&mut self, start: u64, end: u64, effect: Effect, _: bool) {
        let (start, end) = (self.index(start), self.index(end));
        self.see(start);
        match effect {
            Effect::Nothing => {}
            Effect::Sends => self.close(None, true, SpanKind::Statement),
            Effect::Drops => self.discard(),
        }
        self.interrupt(SpanKind::Psql, start, end);
        if effect != Effect::Nothing {
            self.note_sent();
        }
    }

    fn data(&mut self, start: u64, end: u64) {
        let (start, end) = (self.index(start), self.index(end));
        self.see(start);
        self.interrupt(SpanKind::Data, start, end);
    }
}
