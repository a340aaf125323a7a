"""Foreign keys moved behind all tables, so that tables can refer to each other in any order.

``docs/bundle.md`` specifies the result: nothing else in the text changes, and what is left keeps its line
and column.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from confiture import _failures
from confiture.core.located_tokens import located
from confiture.core.search_paths import EMPTYING_CALLS, SearchPath
from confiture.models.sql_names import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from confiture._interface import Engine, SqlStatement
    from confiture.core.located_tokens import Located

__all__ = ["MovedText", "move_foreign_keys"]

_TITLE = "-- Foreign keys, now that all tables exist"

_MAKE_TABLES = frozenset({"CREATE TABLE", "CREATE TABLE AS", "CREATE FOREIGN TABLE", "SELECT INTO"})
_HOLD_KEYS = frozenset({"CREATE TABLE", "ALTER TABLE", "CREATE SCHEMA"})
_BEGIN = frozenset({"BEGIN", "START TRANSACTION"})
_END = frozenset({"COMMIT", "END", "ROLLBACK", "ABORT", "PREPARE TRANSACTION"})
#: First words of the actions of ``ALTER TABLE`` that need a key, or after which it would need another text.
_DISTURBING = frozenset({b"drop", b"rename", b"validate"})
_MAKES_TABLE_INSIDE = re.compile(rb"(?i)\bcreate\b[^;]*\btable\b")


class MovedText(NamedTuple):
    """A text whose foreign keys were moved.

    Attributes:
        text: The text.
        line: The line from which on there are new lines, from 1; 0 if there are none.
        origins: For each new line the place in the old text of what it holds, if it holds a key.
    """

    text: str
    line: int
    origins: list[tuple[int, int] | None]


class _Key(NamedTuple):
    """A foreign key that is to be moved."""

    statement: int
    offset: int
    table: bytes
    constraint: bytes
    path: tuple[str, ...]
    touched: frozenset[str]


class _Cut(NamedTuple):
    start: int
    end: int


def move_foreign_keys(engine: Engine, text: str) -> MovedText:
    """Move the foreign keys of a text behind the last statement that makes a table.

    Args:
        engine: What divides the text.
        text: A text of SQL.

    Raises:
        SchemaError: A statement between a key and the last table needs the key where it stands.
    """
    statements = engine.split_statements(text, fingerprints=True)[0]
    content = text.encode()
    last = _last_table(statements, content)
    if last is None:
        return MovedText(text, 0, [])
    mover = _Mover(engine, text, content, statements, last)
    mover.read()
    if not mover.keys:
        return MovedText(text, 0, [])
    return mover.moved()


def _last_table(statements: Sequence[SqlStatement], content: bytes) -> int | None:
    for index in range(len(statements) - 1, -1, -1):
        kind, _, _, start, end, *_ = statements[index]
        if kind in _MAKE_TABLES:
            return index
        if kind == "CREATE SCHEMA" and _MAKES_TABLE_INSIDE.search(content, start, end):
            return index
    return None


class _Mover:
    """Finds the keys and what is to be cut, statement by statement."""

    def __init__(
        self, engine: Engine, text: str, content: bytes, statements: list[SqlStatement], last: int
    ) -> None:
        self._engine = engine
        self._text = text
        self._content = content
        self._statements = statements
        self._last = last
        self._path = SearchPath()
        self._normalised: list[str] | None = None
        self._known: set[str] = set()
        self.keys: list[_Key] = []
        self._cuts: list[_Cut] = []

    def read(self) -> None:
        for index, statement in enumerate(self._statements[: self._last + 1]):
            kind, objects, _, start, end, *_ = statement
            self._follow_path(index, statement)
            if kind in _HOLD_KEYS:
                words = self._content[start:end].lower()
                if b"references" in words:
                    # In a table that is there already, a key may be as well.
                    is_new = kind != "CREATE TABLE" or _called(objects) not in self._known
                    if is_new:
                        self._read_keys(index, statement)
                if kind == "CREATE TABLE":
                    self._known.add(_called(objects))
        self._refuse_disturbed()

    def _follow_path(self, index: int, statement: SqlStatement) -> None:
        kind, objects, *_, fingerprint = statement
        if kind == "SET" and objects and objects[0][2] in ("search_path", "schema"):
            if self._normalised is None:
                self._normalised = self._engine.normalize_statements(self._text)
            self._path.assign(self._normalised[index])
        elif kind == "RESET" and (not objects or objects[0][2] == "search_path"):
            self._path.reset()
        elif kind == "SELECT" and fingerprint in EMPTYING_CALLS:
            self._path.empty()
        elif kind in _BEGIN:
            self._path.begin()
        elif kind in _END:
            self._path.end()

    def _read_keys(self, index: int, statement: SqlStatement) -> None:
        kind, objects, _, start, end, *_ = statement
        tokens = located(self._statement_text(index), start, end)
        if kind == "CREATE SCHEMA":
            schema = objects[0][2] or ""
            path = (schema, *self._path.schemas)
            for at in _tables_inside(tokens):
                self._read_table(index, _Reader(tokens, at), path, schema)
        elif kind == "CREATE TABLE":
            self._read_table(index, _Reader(tokens, 0), self._path.schemas, None)
        else:
            self._read_changes(index, _Reader(tokens, 0), statement)

    def _statement_text(self, index: int) -> bytes:
        """The text with spaces for what interrupts a statement: psql commands and data."""
        _, _, _, start, end, *_ = self._statements[index]
        if b"\\" not in self._content[start:end] and b"\n\\." not in self._content[start:end]:
            return self._content
        pieces = [self._content[:start]]
        inside = self._content[start:end].decode()
        for kind, piece_start, piece_end, *_ in self._engine.split_statements(inside)[1]:
            piece = inside.encode()[piece_start:piece_end]
            pieces.append(piece if kind in ("statement", "gap") else _blank(piece))
        pieces.append(self._content[end:])
        return b"".join(pieces)

    def _read_table(self, index: int, reader: _Reader, path: tuple[str, ...], schema: str | None) -> None:
        reader.take(b"create")
        while reader.word() in (b"global", b"local", b"temporary", b"temp", b"unlogged"):
            if reader.word() in (b"temporary", b"temp"):
                return
            reader.at += 1
        reader.take(b"table")
        reader.take(b"if", b"not", b"exists")
        name = reader.qualified_name()
        if schema is not None and b"." not in name:
            name = quoted(schema).encode() + b"." + name
        while not reader.is_at_end() and reader.text() != b"(":
            if reader.word() in (b"create", b"as"):
                return
            reader.at += 1
        elements = reader.group()
        if elements is not None:
            self._read_list(index, elements, name, path, is_table=True)

    def _read_changes(self, index: int, reader: _Reader, statement: SqlStatement) -> None:
        reader.take(b"alter")
        reader.take(b"table")
        reader.take(b"if", b"exists")
        reader.take(b"only")
        name = reader.qualified_name()
        if reader.text() == b"*":
            reader.at += 1
        actions = [token for token in reader.rest() if token.text != b";"]
        if self._read_list(index, actions, name, self._path.schemas, is_table=False):
            _, _, _, start, end, *_ = statement
            self._cuts.append(_Cut(start, end))

    def _read_list(
        self, index: int, tokens: list[Located], table: bytes, path: tuple[str, ...], *, is_table: bool
    ) -> bool:
        """Find the keys in a list of columns, constraints or changes; tells whether nothing else is in it."""
        items, commas = _items(tokens)
        moved: list[bool] = []
        for item in items:
            reader = _Reader(item, 0)
            if not is_table and not reader.take(b"add"):
                moved.append(False)
                continue
            moved.append(self._read_item(index, reader, table, path, is_table=is_table))
        for number, (item, is_moved) in enumerate(zip(items, moved, strict=True)):
            if is_moved:
                self._cuts.append(_Cut(item[0].start, item[-1].end))
                if not all(moved[number + 1 :]):
                    comma: Located | None = commas[number]
                else:
                    comma = commas[number - 1] if number else None
                if comma is not None:
                    self._cuts.append(_Cut(comma.start, comma.end))
        return bool(items) and all(moved)

    def _read_item(
        self, index: int, reader: _Reader, table: bytes, path: tuple[str, ...], *, is_table: bool
    ) -> bool:
        start = reader.at
        if reader.take(b"constraint"):
            reader.at += 1
        if reader.word() == b"foreign" and reader.word(1) == b"key":
            reader.at += 2
            reader.group()
            if reader.word() != b"references":
                return False
            target = reader.reference()
            self._add(index, reader.tokens[start : reader.at], b"", table, path, target)
            return reader.is_at_end()
        reader.at = start
        if not is_table:
            reader.take(b"column")
            if reader.word() == b"if":
                # If the column is there already, so may be the key.
                return False
        if reader.is_at_end() or reader.word() in (b"constraint", b"like", b"check", b"unique", b"primary"):
            return False
        column = reader.text()
        reader.at += 1
        while not reader.is_at_end():
            before = reader.at
            if reader.take(b"constraint"):
                reader.at += 1
                if reader.word() != b"references":
                    continue
            if reader.word() == b"references":
                target = reader.reference()
                constraint = reader.tokens[before : reader.at]
                self._add(index, constraint, b"FOREIGN KEY (%b) " % column, table, path, target)
                self._cuts.append(_Cut(constraint[0].start, constraint[-1].end))
            elif reader.group() is None:
                reader.at += 1
        return False

    def _add(
        self,
        index: int,
        tokens: Sequence[Located],
        columns: bytes,
        table: bytes,
        path: tuple[str, ...],
        target: bytes,
    ) -> None:
        name = b""
        if tokens[0].is_word(b"constraint"):
            name = b"CONSTRAINT %b " % tokens[1].text
            tokens = tokens[2:]
        constraint = name + columns + _in_a_line(tokens)
        touched = frozenset((_last_part(table), _last_part(target)))
        self.keys.append(_Key(index, tokens[0].start, table, constraint, path, touched))

    def _refuse_disturbed(self) -> None:
        if not self.keys:
            return
        waiting: dict[str, _Key] = {}
        of_statement: dict[int, list[_Key]] = {}
        for key in self.keys:
            of_statement.setdefault(key.statement, []).append(key)
        for index, statement in enumerate(self._statements[: self._last + 1]):
            for called in self._disturbed_by(statement):
                if (key := waiting.get(called)) is not None:
                    _, _, _, _, _, line, column, *_ = statement
                    key_line, _ = self._place(key.offset)
                    raise _failures.foreign_key_needed(line, column, statement[0] or "", key_line)
            for key in of_statement.get(index, ()):
                for called in key.touched:
                    waiting.setdefault(called, key)

    def _disturbed_by(self, statement: SqlStatement) -> Iterable[str]:
        kind, objects, _, start, end, *_ = statement
        if kind == "DROP TABLE":
            return [_folded(touched[2]) for touched in objects]
        if kind == "COMMENT" and objects and objects[0][0] == "constraint":
            return [_folded(objects[0][4])]
        if kind == "ALTER TABLE" and objects:
            reader = _Reader(located(self._content, start, end), 0)
            words = {token.text.lower() for token in reader.rest()}
            if words & _DISTURBING or (b"set" in words and b"schema" in words):
                return [_folded(objects[0][4] or objects[0][2])]
        return ()

    def _place(self, offset: int) -> tuple[int, int]:
        before = self._content[:offset].decode()
        return before.count("\n") + 1, offset_column(before)

    def moved(self) -> MovedText:
        """The text without the keys where they were, and with them where they are now."""
        _, _, _, _, end, _, _, is_terminated, _ = self._statements[self._last]
        at = end
        newline = self._content.find(b"\n", end)
        if newline >= 0 and not self._content[end:newline].strip():
            at = newline + 1
        lines = self._lines()
        new = b"".join(line + b"\n" for line, _ in lines)
        before = b"" if is_terminated else b";"
        if at == end:
            before += b"\n"
        cuts = sorted(cut for cut in self._cuts if cut.end <= end)
        head = _without(self._content, 0, at, cuts)
        text = head + before + new + self._content[at:]
        line = (head + before).count(b"\n") + 1
        return MovedText(text.decode(), line, [origin for _, origin in lines])

    def _lines(self) -> list[tuple[bytes, tuple[int, int] | None]]:
        here = self._path.schemas
        current = here
        lines: list[tuple[bytes, tuple[int, int] | None]] = [(b"", None), (_TITLE.encode(), None)]
        for key in self.keys:
            if key.path != current:
                lines.append((_set_path(key.path), None))
                current = key.path
            addition = b"ALTER TABLE %b ADD %b;" % (key.table, key.constraint)
            lines.append((addition, self._place(key.offset)))
        if current != here:
            lines.append((_set_path(here), None))
        return lines


def offset_column(before: str) -> int:
    """The column after a text, from 1."""
    return len(before) - before.rfind("\n")


def _set_path(schemas: tuple[str, ...]) -> bytes:
    names = ", ".join(quoted(schema) if schema else "''" for schema in schemas)
    return f"SET search_path = {names};".encode()


def _called(objects: Sequence[tuple[str, str | None, str | None, tuple[str, ...] | None, str | None]]) -> str:
    return "" if not objects else f"{objects[0][1] or ''}.{objects[0][2] or ''}"


def _folded(name: str | None) -> str:
    return (name or "").lower()


def _last_part(name: bytes) -> str:
    return name.decode().rsplit(".", 1)[-1].strip().strip('"').replace('""', '"').lower()


def _blank(piece: bytes) -> bytes:
    """As many spaces as there are bytes, lines kept."""
    return re.sub(rb"[^\r\n]", b" ", piece)


def _blank_characters(piece: bytes) -> bytes:
    """As many spaces as there are characters, lines kept."""
    return re.sub("[^\r\n]", " ", piece.decode()).encode()


def _without(content: bytes, start: int, end: int, cuts: Iterable[_Cut]) -> bytes:
    """A part of a text with spaces for what is cut, but none at the ends of lines that would be new."""
    pieces: list[bytes] = []
    at = start
    for cut in cuts:
        if cut.start < at:
            if cut.end <= at:
                continue
            cut = _Cut(at, cut.end)
        pieces.append(content[at : cut.start])
        pieces.append(_blank_characters(content[cut.start : cut.end]).replace(b" ", b"\0"))
        at = cut.end
    pieces.append(content[at:end])
    # What was cut ends a line: the spaces before it go too.
    text = re.sub(rb"(?:[ \t]*\0[\0 \t]*)(?=\r?\n|\Z)", b"", b"".join(pieces))
    return text.replace(b"\0", b" ")


def _in_a_line(tokens: Sequence[Located]) -> bytes:
    pieces: list[bytes] = []
    for index, token in enumerate(tokens):
        if index and token.start > tokens[index - 1].end:
            pieces.append(b" ")
        pieces.append(token.text)
    return b"".join(pieces)


def _items(tokens: list[Located]) -> tuple[list[list[Located]], list[Located]]:
    """What commas part, outside parentheses and brackets, and these commas."""
    items: list[list[Located]] = [[]]
    commas: list[Located] = []
    depth = 0
    for token in tokens:
        if token.text in (b"(", b"["):
            depth += 1
        elif token.text in (b")", b"]"):
            depth -= 1
        if token.text == b"," and depth == 0:
            commas.append(token)
            items.append([])
        else:
            items[-1].append(token)
    if [] in items:
        # No such list is one to the server, which shall say so.
        return [], []
    return items, commas


def _tables_inside(tokens: list[Located]) -> list[int]:
    """Where ``CREATE … TABLE`` starts in ``CREATE SCHEMA``."""
    starts: list[int] = []
    depth = 0
    for index, token in enumerate(tokens):
        if token.text == b"(":
            depth += 1
        elif token.text == b")":
            depth -= 1
        elif index and not depth and token.is_word(b"create"):
            ahead = index + 1
            while ahead < len(tokens) and tokens[ahead].text.lower() in (b"unlogged", b"local", b"global"):
                ahead += 1
            if ahead < len(tokens) and tokens[ahead].is_word(b"table"):
                starts.append(index)
    return starts


class _Reader:
    """A place among tokens."""

    __slots__ = ("at", "tokens")

    def __init__(self, tokens: list[Located], at: int) -> None:
        self.tokens = tokens
        self.at = at

    def is_at_end(self) -> bool:
        return self.at >= len(self.tokens)

    def text(self) -> bytes:
        return b"" if self.is_at_end() else self.tokens[self.at].text

    def word(self, ahead: int = 0) -> bytes:
        index = self.at + ahead
        return self.tokens[index].word if index < len(self.tokens) else b""

    def rest(self) -> list[Located]:
        return self.tokens[self.at :]

    def take(self, *words: bytes) -> bool:
        if all(self.word(ahead) == word for ahead, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def qualified_name(self) -> bytes:
        start = self.at
        self.at += 1
        while self.text() == b"." and self.at + 1 < len(self.tokens):
            self.at += 2
        return _in_a_line(self.tokens[start : self.at])

    def group(self) -> list[Located] | None:
        """Go past the parentheses that are next, and what is between them."""
        if self.text() != b"(":
            return None
        start = self.at + 1
        depth = 0
        while not self.is_at_end():
            text = self.text()
            self.at += 1
            if text == b"(":
                depth += 1
            elif text == b")":
                depth -= 1
                if not depth:
                    return self.tokens[start : self.at - 1]
        return self.tokens[start:]

    def reference(self) -> bytes:
        """Go past ``REFERENCES`` and all that belongs to it; the table that it names."""
        self.at += 1
        target = self.qualified_name()
        self.group()
        while True:
            if self.take(b"match"):
                self.at += 1
            elif self.word() == b"on" and self.word(1) in (b"delete", b"update"):
                self.at += 2
                if self.word() in (b"no", b"set"):
                    self.at += 1
                self.at += 1
                self.group()
            elif self.word() == b"initially":
                self.at += 2
            elif self.word() in (b"deferrable", b"enforced"):
                self.at += 1
            elif self.word() == b"not" and self.word(1) in (b"deferrable", b"enforced", b"valid"):
                self.at += 2
            else:
                return target
