//! Finding the construct that is still open where a text ends.

use std::collections::BTreeMap;

use super::events::{Effect, Events};
use super::lexer::Lexer;

/// A construct that swallows everything after it until it is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OpenKind {
    /// `/* … */`
    BlockComment,
    /// `' … '`
    String,
    /// `" … "`
    QuotedName,
    /// `$tag$ … $tag$`
    DollarQuote,
    /// The data after a `COPY … FROM STDIN`
    CopyData,
    /// `( … )`, which only statements have
    Parenthesis,
    /// `BEGIN ATOMIC … END`, which only statements have
    RoutineBody,
}

impl OpenKind {
    /// The kinds that swallow the text after them, whatever that is.
    pub const SWALLOWING: [Self; 5] =
        [Self::BlockComment, Self::String, Self::QuotedName, Self::DollarQuote, Self::CopyData];

    /// Whether it swallows the text after it.
    #[must_use]
    pub fn swallows(self) -> bool {
        Self::SWALLOWING.contains(&self)
    }

    /// The kind's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::BlockComment => "block_comment",
            Self::String => "string",
            Self::QuotedName => "quoted_name",
            Self::DollarQuote => "dollar_quote",
            Self::CopyData => "copy_data",
            Self::Parenthesis => "parenthesis",
            Self::RoutineBody => "routine_body",
        }
    }
}

/// An open construct and the place of its opening delimiter, from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenConstruct {
    /// What is open.
    pub kind: OpenKind,
    /// Its line.
    pub line: u64,
    /// Its column.
    pub column: u64,
}

impl OpenConstruct {
    pub(super) fn new(kind: OpenKind, place: Place) -> Self {
        Self { kind, line: place.line(), column: place.column() }
    }
}

/// A search over a text that arrives in pieces, in memory that does not grow with the text.
///
/// Pieces are bytes without a byte order mark, broken anywhere.
#[derive(Debug, Default)]
pub struct OpenSearch {
    lexer: Lexer,
    /// What the lexer has not taken of the pieces before.
    rest: Vec<u8>,
    /// Length of `rest` from which on the lexer is asked again. It doubles each time the lexer took
    /// nothing, so that a token that spans many pieces costs linear time.
    retry_at: usize,
    /// Bytes the lexer took, and the place after them.
    taken: u64,
    place: Place,
    /// Places of the constructs that may turn out to be left open, by the offset of their start.
    marks: BTreeMap<u64, Place>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    lines_before: u64,
    characters_before: u64,
}

impl Place {
    pub(crate) fn line(self) -> u64 {
        self.lines_before + 1
    }

    pub(crate) fn column(self) -> u64 {
        self.characters_before + 1
    }

    /// The place after these bytes.
    pub(crate) fn after(self, bytes: &[u8]) -> Self {
        let characters = |bytes: &[u8]| bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u64;
        match memchr::memrchr(b'\n', bytes) {
            Some(last) => Self {
                lines_before: self.lines_before + memchr::memchr_iter(b'\n', bytes).count() as u64,
                characters_before: characters(&bytes[last + 1..]),
            },
            None => Self { characters_before: self.characters_before + characters(bytes), ..self },
        }
    }
}

impl OpenSearch {
    /// A search at the start of a text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.read(piece, false, &mut (), |_| ());
    }

    /// Reads the next piece, or the last one, and gives what it now knows the psql commands of.
    pub(crate) fn update_with<T>(
        &mut self,
        piece: &[u8],
        is_last: bool,
        then: impl FnOnce(&[u8], &[Command]) -> T,
    ) -> T {
        let mut commands = Commands { origin: self.taken, commands: Vec::new() };
        // Both are known only after the lexer has read.
        let mut read = Vec::new();
        self.read(piece, is_last, &mut commands, |text| read.extend_from_slice(text));
        then(&read, &commands.commands)
    }

    fn read(&mut self, piece: &[u8], is_last: bool, events: &mut impl Events, read: impl FnOnce(&[u8])) {
        if self.rest.is_empty() {
            let taken = self.take(piece, is_last, events);
            read(&piece[..taken]);
            self.rest.extend_from_slice(&piece[taken..]);
            self.retry_at = 0;
            return;
        }
        self.rest.extend_from_slice(piece);
        if self.rest.len() < self.retry_at && !is_last {
            return;
        }
        let mut text = std::mem::take(&mut self.rest);
        let taken = self.take(&text, is_last, events);
        read(&text[..taken]);
        self.retry_at = if taken == 0 { text.len() * 2 } else { 0 };
        text.drain(..taken);
        self.rest = text;
    }

    /// Whether psql would still have something to send at the end of the text so far.
    pub(crate) fn has_unsent(&self) -> bool {
        self.lexer.has_unsent()
    }

    /// Ends the text; returns what is open.
    #[must_use]
    pub fn finish(mut self) -> Option<OpenConstruct> {
        let rest = std::mem::take(&mut self.rest);
        self.finish_with(&rest)
    }

    fn finish_with(mut self, rest: &[u8]) -> Option<OpenConstruct> {
        self.lexer.advance(rest, true, &mut ());
        let (kind, offset) = self.lexer.open()?;
        let place = match self.marks.get(&offset) {
            Some(place) => *place,
            None => self.place.after(before(rest, offset - self.taken)?),
        };
        Some(OpenConstruct::new(kind, place))
    }

    /// Gives the lexer a text; returns how much it took.
    fn take(&mut self, text: &[u8], is_last: bool, events: &mut impl Events) -> usize {
        let length = self.lexer.advance(text, is_last, events);
        let oldest = self.lexer.oldest_mark();
        self.marks = oldest.map_or_else(BTreeMap::new, |oldest| self.marks.split_off(&oldest));
        let mut known = (0, self.place);
        for mark in self.lexer.marks_from(self.taken) {
            if let Ok(ahead) = usize::try_from(mark - self.taken)
                && let Some(between) = text.get(known.0..ahead)
            {
                known = (ahead, known.1.after(between));
                self.marks.insert(mark, known.1);
            }
        }
        self.place = self.place.after(&text[..length]);
        self.taken += length as u64;
        length
    }
}

/// A psql command, by its offsets in the text that was read with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Command {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Whether it stands in a statement or before data.
    pub(crate) is_inside: bool,
}

/// Collects psql commands.
struct Commands {
    /// Offset of the text that is read.
    origin: u64,
    commands: Vec<Command>,
}

impl Events for Commands {
    fn command(&mut self, start: u64, end: u64, _: Effect, is_inside: bool) {
        let index = |offset: u64| usize::try_from(offset - self.origin);
        // What is read is in memory, so that its offsets are indices.
        if let (Ok(start), Ok(end)) = (index(start), index(end)) {
            self.commands.push(Command { start, end, is_inside });
        }
    }
}

fn before(text: &[u8], end: u64) -> Option<&[u8]> {
    text.get(..usize::try_from(end).ok()?)
}

/// The construct that is open at the end of a whole text, given without a byte order mark.
#[must_use]
pub fn find_open_construct(text: &[u8]) -> Option<OpenConstruct> {
    OpenSearch::new().finish_with(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn open(text: &str) -> Option<(&'static str, u64, u64)> {
        find_open_construct(text.as_bytes()).map(|open| (open.kind.name(), open.line, open.column))
    }

    #[test]
    fn closed_constructs_are_no_finding() {
        for text in [
            "",
            "SELECT 'a /* b', \"c -- d\", $$ ' $$ /* ' */ -- \" \n;",
            "/* a /* b */ c */",
            "/*/ */",
            "SELECT 'it''s', \"a\"\"b\";",
            "SELECT E'a\\'b', e'\\\\';",
            "SELECT 'a\\'; SELECT 1",
            "SELECT typE'a\\';",
            "SELECT 1E'a\\';",
            "SELECT E'a' -- c\n -- d\n 'b\\'';",
            "SELECT a$b$c, $1, x$$ FROM t",
            "$a$ $b$ $$ $a $a$",
            "$é1$ ' $é1$",
            "SELECT +-- it's\n 1 */*' */ 2",
            "\\echo it's \\\\ SELECT 'a';\n",
            "\\! echo ' \\\\ ' it's\nSELECT 1;",
            "COPY t (a, b) FROM STDIN WITH (FORMAT text); -- it's\nit's\t\"\n\\.\nSELECT 'a';",
            "copy/**/t from--\nstdin;\n\\.",
            "\\copy t from stdin\nit's\n\\.\r\nSELECT 1;",
            "SELECT 1\\; SELECT 'a\nb'; SELECT \\:x;",
            "\\echo \"it's\\\" \\\\ SELECT 1;\n",
            "\\echo a \\copy t from stdin\nit's\n\\.\nSELECT 1;",
            "SELECT 1 \\gset\nCOPY t FROM STDIN \\g\nit's\n\\.\n",
            "COPY t FROM STDIN \\r SELECT 1;\nSELECT 'a';",
            "\\copy t from stdin.csv\nSELECT 1;",
            "COPY t FROM 'stdin'; COPY (SELECT a FROM stdin) TO STDOUT;",
            "SELECT 1; a COPY t FROM STDIN;",
        ] {
            assert_eq!(open(text), None, "{text}");
        }
    }

    #[test]
    fn open_constructs_are_found_at_their_opening_delimiter() {
        for (text, expected) in [
            ("/* a /* b */", ("block_comment", 1, 1)),
            ("a\nb /* /*/ */", ("block_comment", 2, 3)),
            ("SELECT 'a\n", ("string", 1, 8)),
            ("é 'a\\", ("string", 1, 3)),
            ("SELECT E'a\\'", ("string", 1, 9)),
            ("SELECT U&'a", ("string", 1, 10)),
            ("'a'\n'b", ("string", 1, 1)),
            ("'a' 'b", ("string", 1, 5)),
            ("E'a'\n'b\\'", ("string", 1, 2)),
            ("'a'\n\"b", ("quoted_name", 2, 1)),
            ("x $tag$ $tag $ta$", ("dollar_quote", 1, 3)),
            ("1$$", ("dollar_quote", 1, 2)),
            ("COPY t FROM STDIN;\na\n\\. \n", ("copy_data", 1, 1)),
            ("; copy t from stdin ;", ("copy_data", 1, 3)),
            ("SELECT 1;\n \\copy t from stdin", ("copy_data", 2, 2)),
            ("\\COPY t (\"(\") FROM STDIN;", ("copy_data", 1, 1)),
            (" COPY t FROM STDIN \\g", ("copy_data", 1, 2)),
            ("COPY''FROM STDIN;", ("copy_data", 1, 1)),
        ] {
            assert_eq!(open(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn tokens_that_span_many_pieces_take_linear_time() {
        for piece in ["a", "\\a", "$a", "-", "E"] {
            let mut search = OpenSearch::new();
            search.update(b"$");
            for _ in 0..200_000 {
                search.update(piece.as_bytes());
            }
            let whole = format!("${}", piece.repeat(200_000));
            assert_eq!(search.finish(), find_open_construct(whole.as_bytes()), "{piece}");
        }
    }

    /// A quadratic step would take hours here.
    #[test]
    fn long_texts_take_linear_time() {
        for piece in [
            "/*",
            "*/",
            "'",
            "''a",
            "'a' ",
            "$",
            "$a",
            "$abc ",
            "a$ ",
            "\\",
            "\\a",
            "\\a '",
            "\\;",
            "\\g ",
            "E'\\",
            "-",
            "'a'\n--\n",
            "\"",
            "0",
            "a",
            "\r",
            "'a' \n",
            "copy (",
            "copy;",
            "\\copy t from stdin\n",
            "copy t from stdin;\n\\.x\n",
            "(",
            "é",
        ] {
            let text = format!("copy {}", piece.repeat(1_000_000 / piece.len()));
            let mut search = OpenSearch::new();
            text.as_bytes().chunks(1 << 16).for_each(|chunk| search.update(chunk));
            assert_eq!(search.finish(), find_open_construct(text.as_bytes()), "{piece}");
        }
    }

    proptest! {
        #[test]
        fn pieces_do_not_change_the_answer(
            tokens in prop::collection::vec(
                prop::sample::select(vec![
                    "'", "''", "\"", "$", "$$", "$a$", "E'", "e", "E", "\\", "\\\\", "\\.", "\n", "\r", "--", "-",
                    "/*", "*/", "/", "*", ";", "(", ")", " ", "copy ", "from ", "stdin", "\\copy ", "\\g", "\\r", "`", ":", "1", "a", "é", "_",
                ]),
                0..30,
            ),
            cuts in prop::collection::vec(0_usize..80, 0..12),
        ) {
            let text = tokens.concat().into_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut <= text.len()).collect();
            cuts.sort_unstable();
            let mut search = OpenSearch::new();
            let mut start = 0;
            for cut in cuts.into_iter().chain([text.len()]) {
                search.update(&text[start..cut]);
                start = cut;
            }
            prop_assert_eq!(search.finish(), find_open_construct(&text));
        }
    }
}
