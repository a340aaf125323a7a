r"""Finds where statements, psql commands and data end, and what is still open where SQL text ends.

The rules are those of PostgreSQL's scanner (``src/backend/parser/scan.l``) and psql's (``psqlscan.l``,
``psqlscanslash.l``), as ``docs/statements.md`` and ``docs/bundle.md`` have them. This is no tokenizer:
it leaps from one byte that can open or end something to the next, in linear time, and looks at every
token only where the end of a statement or the data after it depends on words. ``tokens.py`` has tokens.

It works on UTF-8, where every byte of a character outside ASCII is one from 0x80 up.
"""

from __future__ import annotations

import re

from confiture._pure import commands
from confiture._pure.expressions import (
    COMMENT_DELIMITER,
    COPY_WORD,
    DATA_END,
    DIGITS,
    DOLLAR_DELIMITER,
    DOUBLE_QUOTES,
    DOUBTFUL,
    LINE_BREAK,
    NO_WORD_BYTE,
    OPENER,
    PARAMETER_TOKEN,
    QUOTES,
    QUOTES_OR_BACKSLASHES,
    SPACES,
    STOP,
    STOP_OR_BEGIN,
    STRING_GAP,
    TOKEN,
    TOKEN_OR_VARIABLE,
    WORD_BYTES,
)

__all__ = ["BYTE_ORDER_MARK", "Cut", "Scanner", "encoded", "find_open_construct", "locate_open_construct"]

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_CHUNK = 4096

# What the next token of a statement may be to it.
_FIRST, _AFTER_CREATE, _AFTER_OR, _AFTER_REPLACE, _IN_COPY, _AFTER_FROM, _AFTER_BEGIN, _REST = range(8)

_ROUTINES = (b"function", b"procedure")

#: ``(kind, start, end)`` of a psql command or data.
Cut = tuple[str, int, int]


def encoded(text: str) -> bytes:
    """Text as the lexer reads it, without its byte order mark.

    Raises:
        UnicodeEncodeError: The text holds half a surrogate pair.
    """
    return text.encode("utf-8").removeprefix(BYTE_ORDER_MARK)


def find_open_construct(text: str) -> tuple[str, int, int] | None:
    """The construct that is still open where the SQL text ends: ``(kind, line, column)``.

    Line and column count from 1, columns in characters; a byte order mark is none.

    Raises:
        UnicodeEncodeError: The text holds half a surrogate pair.
    """
    return locate_open_construct(encoded(text))


def locate_open_construct(content: bytes) -> tuple[str, int, int] | None:
    """`find_open_construct` of UTF-8 without its byte order mark."""
    # Without the word COPY there is no data, and the ends of statements make no difference.
    scanner = Scanner(content, knows_statements=_has_copy(content))
    scanner.run()
    if scanner.open is None:
        return None
    kind, offset = scanner.open
    line_start = content.rfind(b"\n", 0, offset) + 1
    column = len(content[line_start:offset].decode("utf-8")) + 1
    return kind, content.count(b"\n", 0, offset) + 1, column


def _has_copy(content: bytes) -> bool:
    # The word's expression is slow to search with, so it is asked last.
    lowered = content.lower()
    return b"copy" in lowered and COPY_WORD.search(lowered) is not None


class Scanner:
    """One pass over a text.

    Subclasses are told what was found by the methods named ``_on_...``. Data that a line is followed by
    is cut out at its end, wherever that is: until then the text ends at the limit.

    The methods named ``..._end`` return the offset where SQL goes on after a construct, or -1 when the
    text ends in it.

    Attributes:
        open: Kind and offset of the construct that is open at the end; parentheses and bodies are none.
    """

    __slots__ = (
        "_awaited",
        "_begin",
        "_bodies",
        "_boundary",
        "_content",
        "_copy",
        "_cuts",
        "_depth",
        "_is_routine",
        "_is_stdin",
        "_knows_statements",
        "_limit",
        "_mark",
        "_next",
        "_parenthesis",
        "_position",
        "_start",
        "_stops",
        "_token",
        "_token_end",
        "_unsent",
        "open",
    )

    def __init__(self, content: bytes, *, knows_statements: bool = True) -> None:
        self._content = content
        is_doubtful = DOUBTFUL.search(content) is not None
        self._knows_statements = knows_statements or is_doubtful
        self._token = TOKEN_OR_VARIABLE if is_doubtful else TOKEN
        self._position = 0
        self._limit = len(content)
        # A token starts at the boundary, and from there to the position there is no dollar sign.
        self._boundary = 0
        # The places of the COPYs whose data follows the line, and of those that were not sent yet.
        self._awaited: list[int] = []
        self._unsent: list[int] = []
        self.open: tuple[str, int] | None = None
        # From the mark on, nothing was looked at to tell where the last token ends.
        self._mark = 0
        self._token_end = 0
        self._reset()

    def _reset(self) -> None:
        """Be ready for the first token of a statement."""
        self._start = -1
        self._cuts: list[Cut] = []
        self._depth = 0
        self._parenthesis = -1
        self._bodies: list[int] = []
        self._begin = -1
        self._is_routine = False
        self._copy = -1
        self._is_stdin = False
        self._next = _FIRST
        self._stops = self._token if self._knows_statements else OPENER

    def _on_statement(self, end: int, terminator: int, is_terminated: bool) -> None:
        """A statement ended that is not reset yet, with a terminator of so many bytes."""

    def _on_cut(self, kind: str, start: int, end: int) -> None:
        """A psql command or data was passed over."""

    def _on_command(self, name: bytes, start: int, arguments: int, end: int) -> None:
        """A psql command was read, whose arguments start there."""

    def _on_sent(self) -> None:
        """The query was sent."""

    def _on_dropped(self) -> None:
        """The query was dropped, without a statement that is not reset yet."""

    def run(self) -> None:
        """Read the text."""
        content = self._content
        while True:
            found = self._stops.search(content, self._position, self._limit)
            if found is None:
                if self._is_at_end():
                    break
                continue
            start, self._position = found.span()
            byte = content[start]
            if byte == 0x3B:
                self._semicolon(start, 1)
                continue
            if byte == 0x28:
                if self._position - start > 1:
                    continue
                if not self._depth:
                    self._parenthesis = start
                self._depth += 1
            elif byte == 0x29:
                if self._depth:
                    self._depth -= 1
            elif byte == 0x27:
                self._begin_token(start)
                if not self._leap(self._string_end(start)):
                    break
            elif byte == 0x22:
                self._begin_token(start)
                if not self._leap(self._closing_end(DOUBLE_QUOTES, self._position)):
                    self._leave_open("quoted_name", start)
                    break
            elif byte == 0x24:
                self._begin_token(start)
                if not self._leap(self._dollar_end(start)):
                    self._leave_open("dollar_quote", start)
                    break
            elif byte == 0x5C:
                following = content[start + 1 : start + 2]
                if following not in (b";", b":"):
                    self._command(start)
                    continue
                self._leap(start + 2)
                if following == b";":
                    self._semicolon(start, 2)
                    continue
            elif byte == 0x2D and self._position - start == 2:
                self._note(start)
                self._leap(self._line_comment_end())
                self._mark = self._position
                continue
            elif byte == 0x2F and self._position - start == 2:
                self._note(start)
                if not self._leap(self._block_comment_end()):
                    self._leave_open("block_comment", start)
                    break
                self._mark = self._position
                continue
            elif self._stops is STOP_OR_BEGIN:
                if not self._depth and self._starts_word(start):
                    self._begin = start
                    self._next = _AFTER_BEGIN
                    self._stops = self._token
                continue
            elif byte == 0x3A and self._position - start > 1:
                # Unless it is `::` or `:=`, a variable ends here, whatever follows it.
                if content[start + 1] not in b":=":
                    self._boundary = self._position
            elif content.find(b"$", start, self._position) >= 0:
                self._boundary = self._position
            if self._stops is self._token:
                self._add(start)
        if self._start >= 0:
            self._end_statement(self._token_end, 0, False)

    def _is_at_end(self) -> bool:
        """At the limit between two tokens: whether the text ends there."""
        self._note(self._limit)
        if self._pass_data():
            return False
        self._position = self._limit
        return True

    def _leap(self, end: int) -> bool:
        """Go on at the end of a construct, if it has one."""
        if end < 0:
            return False
        self._position = self._boundary = end
        return True

    def _leave_open(self, kind: str, start: int) -> None:
        """The text ends in a construct, which is what it leaves open unless that is data."""
        if self.open is None:
            self.open = (kind, start)
        if kind != "block_comment":
            self._token_end = len(self._content)
            for _, cut_start, cut_end in reversed(self._cuts):
                if cut_end != self._token_end:
                    break
                self._token_end = cut_start

    def _begin_token(self, start: int) -> None:
        """A token starts that may have data in its midst."""
        if self._start < 0:
            self._start = self._mark = start

    def _note(self, end: int) -> None:
        """Find where the last token of the statement ends, before the comment or cut at `end`."""
        if self._start < 0:
            return
        while end > self._mark:
            chunk_start = max(self._mark, end - _CHUNK)
            length = len(self._content[chunk_start:end].rstrip(SPACES))
            if length:
                self._token_end = chunk_start + length
                return
            end = chunk_start

    # Statements.

    def _add(self, start: int) -> None:
        """Take note of a token where every one is looked at."""
        expected = self._next
        word = self._content[start : self._position].lower() if not self._depth else b""
        if expected == _FIRST:
            self._begin_token(start)
            if word == b"create":
                self._next = _AFTER_CREATE
                return
            if self._bodies:
                if word == b"end":
                    self._bodies.pop()
                    self._is_routine = True
            elif word == b"copy":
                self._copy = start
                self._next = _IN_COPY
                return
        elif expected in (_AFTER_CREATE, _AFTER_REPLACE):
            if word == b"or" and expected == _AFTER_CREATE:
                self._next = _AFTER_OR
                return
            self._is_routine = word in _ROUTINES
        elif expected == _AFTER_OR:
            if word == b"replace":
                self._next = _AFTER_REPLACE
                return
        elif expected == _AFTER_BEGIN:
            if word == b"atomic":
                self._bodies.append(self._begin)
                self._is_routine = False
                self._next = _FIRST
                return
            if word == b"begin":
                self._begin = start
                return
        elif expected == _IN_COPY:
            if word == b"from":
                self._next = _AFTER_FROM
            return
        elif expected == _AFTER_FROM:
            if word != b"stdin":
                self._next = _AFTER_FROM if word == b"from" else _IN_COPY
                return
            self._is_stdin = True
        elif self._is_routine and word == b"begin":
            self._begin = start
            self._next = _AFTER_BEGIN
            return
        self._next = _REST
        if self._token is TOKEN:
            self._stops = STOP_OR_BEGIN if self._is_routine else STOP

    def _starts_word(self, start: int) -> bool:
        """Whether letters are a word's first."""
        return start <= self._boundary or self._content[start - 1] not in WORD_BYTES

    def _semicolon(self, start: int, length: int) -> None:
        if self._depth:
            if self._stops is self._token:
                self._add(start)
            return
        if self._bodies:
            self._is_routine = False
            self._next = _FIRST
            self._stops = self._token
            return
        if self._start >= 0:
            self._end_statement(self._position, length, True)
        if length == 1 and self._knows_statements:
            self._send(True)

    def _end_statement(self, end: int, terminator: int, is_terminated: bool) -> None:
        if self._is_stdin and is_terminated:
            self._unsent.append(self._copy)
        self._on_statement(end, terminator, is_terminated)
        if is_terminated:
            self._reset()

    def _send(self, is_executed: bool) -> None:
        """The query goes to the server; if it is executed, its data follows the line."""
        unsent, self._unsent = self._unsent, []
        self._on_sent()
        if is_executed:
            for copy in unsent:
                self._await(copy)

    def _await(self, copy: int) -> None:
        """Data follows the line."""
        if not self._awaited:
            self._limit = min(commands.line_end(self._content, self._position) + 1, len(self._content))
        self._awaited.append(copy)

    def _pass_data(self) -> bool:
        """At the limit: pass over the data that follows, if any; whether the text goes on."""
        content = self._content
        awaited, self._awaited = self._awaited, []
        position, self._limit = self._limit, len(content)
        for copy in awaited:
            found = DATA_END.search(content, position - 1) if position else None
            if position == len(content) or found is None:
                self.open = ("copy_data", copy)
                if position < len(content):
                    self._cut("data", position, len(content))
                return False
            self._cut("data", position, found.end())
            position = found.end()
        self._mark = self._position = self._boundary = position
        return bool(awaited)

    def _cut(self, kind: str, start: int, end: int) -> None:
        if self._start >= 0:
            self._cuts.append((kind, start, end))
        self._on_cut(kind, start, end)

    # Constructs.

    def _line_comment_end(self) -> int:
        found = LINE_BREAK.search(self._content, self._position, self._limit)
        return self._limit if found is None else found.start()

    def _block_comment_end(self) -> int:
        depth = 1
        while True:
            for found in COMMENT_DELIMITER.finditer(self._content, self._position, self._limit):
                if found.group() == b"/*":
                    depth += 1
                elif depth == 1:
                    return found.end()
                else:
                    depth -= 1
            if not self._pass_data():
                return -1

    def _closing_end(self, delimiters: re.Pattern[bytes], position: int) -> int:
        """The end of a quote whose opening ended at `position`.

        In a run of quotes each pair is one quoted; in a run of backslashes each pair is one quoted and
        a last one quotes what follows.
        """
        content = self._content
        while True:
            while (found := delimiters.search(content, position, self._limit)) is not None:
                start, position = found.span()
                if (position - start) % 2:
                    if content[start] != 0x5C:
                        return position
                    position += 1
            if not self._pass_data():
                return -1
            position = self._position

    def _string_end(self, start: int) -> int:
        """The end of the string with its continuations; the quote is at `start`."""
        content = self._content
        letter = start - 1
        escapes = (
            start > self._boundary
            and content[letter] in b"eE"
            and (letter == self._boundary or content[letter - 1] not in WORD_BYTES)
        )
        delimiters = QUOTES_OR_BACKSLASHES if escapes else QUOTES
        quote = start
        while True:
            end = self._closing_end(delimiters, quote + 1)
            if end < 0:
                self._leave_open("string", start)
                return -1
            quote = self._continuation(end)
            if quote < 0:
                return -1 if self.open is not None else max(end, self._position)

    def _continuation(self, end: int) -> int:
        """The quote that goes on with the string that ended at `end`, or -1."""
        content = self._content
        position = end
        has_break = False
        while (found := STRING_GAP.match(content, position, self._limit)) is not None:
            has_break = has_break or LINE_BREAK.search(content, position, found.end()) is not None
            if found.end() < self._limit or not self._awaited:
                is_quote = has_break and content[found.end() : found.end() + 1] == b"'"
                return found.end() if is_quote else -1
            self._token_end = end
            self._mark = self._limit
            if not self._pass_data():
                return -1
            position = self._position
        return -1

    def _dollar_end(self, start: int) -> int:
        """The end of what the dollar sign at `start` begins or belongs to."""
        content = self._content
        if start > self._boundary and content[start - 1] in WORD_BYTES:
            before = content[self._boundary : start]
            if before[len(before.rstrip(WORD_BYTES))] not in DIGITS:
                found = NO_WORD_BYTE.search(content, start, self._limit)
                return self._limit if found is None else found.start()
        if (parameter := PARAMETER_TOKEN.match(content, start, self._limit)) is not None:
            return parameter.end()
        opening = DOLLAR_DELIMITER.match(content, start, self._limit)
        if opening is None:
            return start + 1
        position = opening.end()
        while (closing := content.find(opening.group(), position, self._limit)) < 0:
            if not self._pass_data():
                return -1
            position = self._position
        return closing + len(opening.group())

    # psql.

    def _command(self, start: int) -> None:
        """Pass over the psql command whose backslash is at `start`."""
        content = self._content
        self._note(start)
        name = commands.command_name(content, start)
        arguments = start + 1 + len(name)
        copies = False
        if name.lower() == b"copy":
            end = commands.line_end(content, arguments)
            copies = commands.copies_from_stdin(content, arguments, end)
        elif commands.takes_line(content, name, arguments):
            end = commands.line_end(content, arguments)
        else:
            end = commands.arguments_end(content, arguments)
        if self._next == _AFTER_BEGIN:
            self._next = _REST
            if self._token is TOKEN:
                self._stops = STOP_OR_BEGIN
        self._on_command(name, start, arguments, end)
        if name in commands.SENDING and self._knows_statements:
            if self._start >= 0:
                self._end_statement(self._token_end, 0, True)
            self._send(name in commands.EXECUTING)
        elif name in commands.DROPPING and self._knows_statements:
            self._unsent = []
            self._on_dropped()
            self._reset()
        self._cut("psql", start, end)
        self._leap(end)
        self._mark = end
        if copies:
            self._await(start)
