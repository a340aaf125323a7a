r"""Finds the construct that is still open where SQL text ends; ``docs/bundle.md`` lists them.

The rules are those of PostgreSQL's scanner (``src/backend/parser/scan.l``) and psql's (``psqlscan.l``,
``psqlscanslash.l``). This is no tokenizer: it leaps from one byte that can open or end something to
the next, in linear time, and knows statements only in text that holds the word COPY.

It works on UTF-8, where every byte of a character outside ASCII is one from 0x80 up.
"""

from __future__ import annotations

import re

_SPACE = rb" \t\n\r\f\v"
_LETTER = rb"A-Za-z_\x80-\xff"
_WORD_BYTES = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz" + bytes(range(0x80, 0x100))
_DIGITS = b"0123456789"

#: What can open a construct.
_OPENERS = rb"'|\"|\$|\\|--|/\*"
_OPENER = re.compile(_OPENERS)
#: The same, and what the end of a statement depends on.
_OPENER_OR_STATEMENT_END = re.compile(_OPENERS + rb"|;|\(|\)")
#: Any token, or the start of one.
_TOKEN = re.compile(rb"--|/\*|[%b][%b0-9$]*|[0-9][%b0-9]*|[^%b]" % (_LETTER, _LETTER, _LETTER, _SPACE))

_SPACES = re.compile(rb"[%b]*" % _SPACE)
_LINE_BREAK = re.compile(rb"[\r\n]")
_COMMENT_DELIMITER = re.compile(rb"/\*|\*/")
_QUOTES = re.compile(rb"'+")
_QUOTES_OR_BACKSLASHES = re.compile(rb"'+|\\+")
_DOUBLE_QUOTES = re.compile(rb"\"+")
_NO_WORD_BYTE = re.compile(rb"[^%b0-9$]" % _LETTER)
_PARAMETER = re.compile(rb"\$[0-9][%b0-9]*" % _LETTER)
_DOLLAR_DELIMITER = re.compile(rb"\$(?:[%b][%b0-9]*)?\$" % (_LETTER, _LETTER))
_DATA_END = re.compile(rb"\n\\\.\r?(?![^\n])")

_COPY_WORD = re.compile(rb"(?<![%b0-9$])copy(?![%b0-9$])" % (_LETTER, _LETTER))
_COMMAND_NAME = re.compile(rb"[^%b\\]*" % _SPACE)
_COMMAND_QUOTE_OR_END = re.compile(rb"['\"`\\\n]")
#: What ends a psql command's quote or must be looked at in it: only in ``'`` a backslash escapes.
_COMMAND_QUOTE_ENDS = {
    b"'": re.compile(rb"['\\\n]"),
    b'"': re.compile(rb"[\"\n]"),
    b"`": re.compile(rb"[`\n]"),
}
#: psql commands that send the query, as ``;`` does, and those that drop it.
_SENDING_COMMANDS = frozenset((b"g", b"gx", b"gset", b"gexec", b"gdesc", b"crosstabview", b"watch"))
_DROPPING_COMMANDS = frozenset((b"r", b"reset"))
#: What may stand after the STDIN of a ``\\copy``.
_WORD_END = re.compile(rb"[%b;]|\Z" % _SPACE)

_BYTE_ORDER_MARK = "\ufeff"


def find_open_construct(text: str) -> tuple[str, int, int] | None:
    """The construct that is still open where the SQL text ends: ``(kind, line, column)``.

    Line and column count from 1, columns in characters; a byte order mark is none.
    """
    return locate_open_construct(text.removeprefix(_BYTE_ORDER_MARK).encode("utf-8", "surrogatepass"))


def locate_open_construct(content: bytes) -> tuple[str, int, int] | None:
    """`find_open_construct` of UTF-8 without its byte order mark."""
    found = _Lexer(content).open_construct()
    if found is None:
        return None
    kind, offset = found
    line_start = content.rfind(b"\n", 0, offset) + 1
    column = len(content[line_start:offset].decode("utf-8", "surrogatepass")) + 1
    return kind, content.count(b"\n", 0, offset) + 1, column


class _Statement:
    """What must be known of a statement to tell whether its ``;`` starts COPY data.

    Attributes:
        copy: Offset of its first token if that is the word COPY, or -1.
        fresh: Whether its first token is still to come.
        depth: Number of open parentheses.
        after_from: Whether the token before was FROM, outside parentheses.
        from_stdin: Whether FROM STDIN stood in it.
    """

    __slots__ = ("after_from", "copy", "depth", "fresh", "from_stdin")

    def __init__(self) -> None:
        self.copy = -1
        self.fresh = True
        self.depth = 0
        self.after_from = False
        self.from_stdin = False

    def add(self, token: bytes, start: int) -> None:
        """Take note of a token; of anything but a word, its first byte is enough."""
        word = token.lower() if self.depth == 0 else b""
        if self.fresh:
            self.fresh = False
            if word == b"copy":
                self.copy = start
        if self.after_from and word == b"stdin":
            self.from_stdin = True
        self.after_from = word == b"from"
        if token == b"(":
            self.depth += 1
        elif token == b")" and self.depth:
            self.depth -= 1


def _has_copy(lowered: bytes) -> bool:
    # The word's expression is slow to search with, so it is asked last.
    return b"copy" in lowered and _COPY_WORD.search(lowered) is not None


class _Lexer:
    """One pass over a text.

    The methods named ``..._end`` return the offset where SQL goes on after a construct, or -1 when the
    text ends in it.
    """

    __slots__ = ("_boundary", "_content", "_position", "_statement")

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._position = 0
        # A token starts at the boundary, and from there to the position there is no dollar sign.
        self._boundary = 0
        # Without the word COPY there is no data, and the ends of statements make no difference.
        self._statement = _Statement() if _has_copy(content.lower()) else None

    def open_construct(self) -> tuple[str, int] | None:
        """Kind and offset of the construct that is open at the end."""
        content = self._content
        while (found := self._stops().search(content, self._position)) is not None:
            start, self._position = found.span()
            token = found.group()
            if token == b"--":
                self._leap(self._line_comment_end())
                continue
            if token == b"/*":
                if not self._leap(self._block_comment_end()):
                    return "block_comment", start
                continue
            if token == b"\\" and content[start + 1 : start + 2] not in (b";", b":"):
                opened = self._command(start)
                if opened >= 0:
                    return "copy_data", opened
                continue
            if token == b"'":
                if not self._leap(self._string_end(start)):
                    return "string", start
            elif token == b'"':
                if not self._leap(self._closing_end(_DOUBLE_QUOTES, self._position)):
                    return "quoted_name", start
            elif token == b"$":
                if not self._leap(self._dollar_end(start)):
                    return "dollar_quote", start
            elif token == b"\\":
                # psql puts the character after it into the query.
                self._leap(self._position + 1)
            elif b"$" in token:
                self._boundary = self._position
            statement = self._statement
            if statement is None:
                continue
            if token == b";" and statement.depth == 0:
                self._statement = _Statement()
                if statement.copy >= 0 and statement.from_stdin and not self._leap(self._data_end()):
                    return "copy_data", statement.copy
                continue
            statement.add(token, start)
        return None

    def _stops(self) -> re.Pattern[bytes]:
        """What to look for next: as little as the current statement allows."""
        if self._statement is None:
            return _OPENER
        if self._statement.fresh or self._statement.copy >= 0:
            return _TOKEN
        return _OPENER_OR_STATEMENT_END

    def _leap(self, end: int) -> bool:
        """Go on at the end of a construct, if it has one."""
        if end < 0:
            return False
        self._position = self._boundary = end
        return True

    def _line_comment_end(self) -> int:
        found = _LINE_BREAK.search(self._content, self._position)
        return len(self._content) if found is None else found.start()

    def _block_comment_end(self) -> int:
        depth = 1
        for found in _COMMENT_DELIMITER.finditer(self._content, self._position):
            if found.group() == b"/*":
                depth += 1
            elif depth == 1:
                return found.end()
            else:
                depth -= 1
        return -1

    def _closing_end(self, delimiters: re.Pattern[bytes], position: int) -> int:
        """The end of a quote whose opening ended at `position`.

        In a run of quotes each pair is one quoted; in a run of backslashes each pair is one quoted and
        a last one quotes what follows.
        """
        content = self._content
        while (found := delimiters.search(content, position)) is not None:
            start, position = found.span()
            if (position - start) % 2:
                if content[start] != 0x5C:
                    return position
                position += 1
        return -1

    def _string_end(self, start: int) -> int:
        """The end of the string with its continuations; the quote is at `start`."""
        content = self._content
        escapes = (
            start > self._boundary
            and content[start - 1] in b"eE"
            and (start - 1 == self._boundary or content[start - 2] not in _WORD_BYTES)
        )
        delimiters = _QUOTES_OR_BACKSLASHES if escapes else _QUOTES
        position = start + 1
        while (end := self._closing_end(delimiters, position)) >= 0:
            position = self._gap_end(end)
            if content[position : position + 1] != b"'" or not _LINE_BREAK.search(content, end, position):
                return end
            position += 1
        return -1

    def _gap_end(self, position: int) -> int:
        """The end of the white space and line comments at `position`."""
        content = self._content
        while True:
            if (spaces := _SPACES.match(content, position)) is not None:
                position = spaces.end()
            if not content.startswith(b"--", position):
                return position
            found = _LINE_BREAK.search(content, position)
            position = len(content) if found is None else found.start()

    def _dollar_end(self, start: int) -> int:
        """The end of what the dollar sign at `start` begins or belongs to."""
        content = self._content
        if start > self._boundary and content[start - 1] in _WORD_BYTES:
            before = content[self._boundary : start]
            first = before[len(before.rstrip(_WORD_BYTES))]
            if first not in _DIGITS:
                found = _NO_WORD_BYTE.search(content, start)
                return len(content) if found is None else found.start()
        if (parameter := _PARAMETER.match(content, start)) is not None:
            return parameter.end()
        if (opening := _DOLLAR_DELIMITER.match(content, start)) is not None:
            closing = content.find(opening.group(), opening.end())
            return -1 if closing < 0 else closing + len(opening.group())
        return start + 1

    def _line_end(self, position: int) -> int:
        end = self._content.find(b"\n", position)
        return len(self._content) if end < 0 else end

    def _data_end(self) -> int:
        """The end of the data that starts on the next line."""
        found = _DATA_END.search(self._content, self._line_end(self._position))
        return -1 if found is None else found.end()

    def _command(self, start: int) -> int:
        """Pass over the psql command whose backslash is at `start`, and the data it reads.

        Returns:
            Where the data began that the text ends in, or -1.
        """
        found = _COMMAND_NAME.match(self._content, self._position)
        name = b"" if found is None else found.group()
        arguments = self._position + len(name)
        if name.lower() == b"copy":
            line_end = self._line_end(arguments)
            if not self._copies_from_stdin(arguments, line_end):
                self._leap(line_end)
            elif not self._leap(self._data_end()):
                return start
            return -1
        if name.startswith(b"!"):
            self._leap(self._line_end(arguments))
            return -1
        statement = self._statement
        if statement is not None and name in _SENDING_COMMANDS:
            self._statement = _Statement()
            if statement.copy >= 0 and statement.from_stdin:
                return -1 if self._leap(self._data_end()) else statement.copy
        elif statement is not None and name in _DROPPING_COMMANDS:
            self._statement = _Statement()
        self._leap(self._arguments_end(arguments))
        return -1

    def _arguments_end(self, position: int) -> int:
        """Where a psql command's arguments end, which start at `position`."""
        content = self._content
        while (found := _COMMAND_QUOTE_OR_END.search(content, position)) is not None:
            position = found.end()
            if found.group() == b"\n":
                return found.start()
            if found.group() != b"\\":
                position = self._command_quote_end(found.group(), position)
            elif content.startswith(b"\\", position):
                return position + 1
            else:
                return found.start()
        return len(content)

    def _command_quote_end(self, quote: bytes, position: int) -> int:
        """The end of a psql command's quote that opened before `position`, at the latest its line's."""
        content = self._content
        while (found := _COMMAND_QUOTE_ENDS[quote].search(content, position)) is not None:
            position = found.end()
            if found.group() == quote:
                return position
            if found.group() == b"\n":
                return found.start()
            if not content.startswith(b"\n", position):
                position += 1
        return len(content)

    def _copies_from_stdin(self, position: int, line_end: int) -> bool:
        r"""Whether the arguments of a ``\copy`` have FROM STDIN outside parentheses and quotes."""
        arguments = _Statement()
        while (found := _TOKEN.search(self._content, position, line_end)) is not None:
            start, position = found.span()
            token = found.group()
            if token in _COMMAND_QUOTE_ENDS:
                position = self._command_quote_end(token, position)
            elif token.lower() == b"stdin" and _WORD_END.match(self._content, position) is None:
                token = b"."
            arguments.add(token, start)
        return arguments.from_stdin
