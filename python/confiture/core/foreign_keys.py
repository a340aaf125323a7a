"""Foreign keys moved behind all tables, so that tables can refer to each other in any order.

``docs/bundle.md`` specifies the result: nothing else in the text changes, and what is left keeps its line
and column.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from confiture.core.cutting import Cut, outside, without
from confiture.core.key_clauses import (
    implied_name,
    last_part,
    listed_items,
    only_constraint,
    pass_reference,
    tables_inside,
)
from confiture.core.located_tokens import Located, Reader, in_a_line, located
from confiture.core.search_paths import EMPTYING_CALLS, SearchPath
from confiture.models.sql_names import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from confiture._interface import Engine, SqlStatement

__all__ = ["KeyNeededError", "MovedText", "move_foreign_keys"]

_TITLE = "-- Foreign keys, now that all tables exist"

_MAKE_TABLES = frozenset({"CREATE TABLE", "CREATE TABLE AS", "CREATE FOREIGN TABLE", "SELECT INTO"})
_HOLD_KEYS = frozenset({"CREATE TABLE", "ALTER TABLE", "CREATE SCHEMA"})
_BEGIN = frozenset({"BEGIN", "START TRANSACTION"})
_END = frozenset({"COMMIT", "END", "ROLLBACK", "ABORT", "PREPARE TRANSACTION"})
_MAKES_TABLE_INSIDE = re.compile(rb"(?i)\bcreate\b[^;]*\btable\b")


class MovedText(NamedTuple):
    """A text whose foreign keys were moved.

    Attributes:
        text: The text.
        line: The line from which on there are new lines, from 1; 0 if there are none.
        origins: For each new line the place in the old text of what it holds, if it holds a key.
        resumed: The place in the old text of what follows the new lines.
    """

    text: str
    line: int
    origins: list[tuple[int, int] | None]
    resumed: tuple[int, int]


class KeyNeededError(Exception):
    """A statement needs a foreign key where it stands.

    Attributes:
        kind: Command tag of the statement.
        place: Its line and column.
        key_place: Those of the key.
    """

    def __init__(self, kind: str, place: tuple[int, int], key_place: tuple[int, int]) -> None:
        super().__init__(kind, place, key_place)
        self.kind = kind
        self.place = place
        self.key_place = key_place


class _Key(NamedTuple):
    """A foreign key that is to be moved."""

    statement: int
    offset: int
    table: bytes
    constraint: bytes
    path: tuple[str, ...]
    of: str
    to: str
    name: str


def move_foreign_keys(engine: Engine, text: str) -> MovedText:
    """Move the foreign keys of a text behind the last statement that makes a table.

    Args:
        engine: What divides the text.
        text: A text of SQL.

    Raises:
        KeyNeededError: A statement between a key and the last table needs the key where it stands.
    """
    statements = engine.split_statements(text, fingerprints=True, spans=False)[0]
    content = text.encode()
    last = _last_table(statements, content)
    if last is None:
        return MovedText(text, 0, [], (1, 1))
    mover = _Mover(engine, text, content, statements, last)
    mover.read()
    if not mover.keys:
        return MovedText(text, 0, [], (1, 1))
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
        #: Indices of the statements that are about nothing but a key, and go with it, with its search path.
        self._companions: dict[int, tuple[str, ...]] = {}
        #: What interrupts statements with keys.
        self._interruptions: list[Cut] = []
        self._cuts: list[Cut] = []
        #: The offset that was asked for last, and its line.
        self._asked = (0, 1)

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
        self._look_between()

    def _follow_path(self, index: int, statement: SqlStatement) -> None:
        kind, objects, _, start, end, *_, fingerprint = statement
        if kind == "SET" and objects and objects[0][2] in ("search_path", "schema"):
            self._path.assign(self._words(index))
        elif kind == "RESET" and (not objects or objects[0][2] == "search_path"):
            self._path.reset()
        elif kind == "SELECT" and fingerprint in EMPTYING_CALLS:
            self._path.empty()
        elif kind == "SELECT" and b"set_config" in self._content[start:end].lower():
            self._path.call(self._words(index))
        elif kind in _BEGIN:
            self._path.begin()
        elif kind in _END:
            self._path.end()

    def _words(self, index: int) -> str:
        """The normalised text of a statement."""
        if self._normalised is None:
            self._normalised = self._engine.normalize_statements(self._text)
        return self._normalised[index]

    def _read_keys(self, index: int, statement: SqlStatement) -> None:
        kind, objects, _, start, end, *_ = statement
        tokens = located(self._statement_text(index), start, end)
        if kind == "CREATE SCHEMA":
            schema = objects[0][2] or ""
            path = (schema, *self._path.schemas)
            for at in tables_inside(tokens):
                self._read_table(index, Reader(tokens, at), path, schema)
        elif kind == "CREATE TABLE":
            self._read_table(index, Reader(tokens, 0), self._path.schemas, None)
        else:
            self._read_changes(index, Reader(tokens, 0), statement)

    def _statement_text(self, index: int) -> bytes:
        """The text with spaces for what interrupts a statement: psql commands and data."""
        _, _, _, start, end, *_ = self._statements[index]
        if b"\\" not in self._content[start:end] and b"\n\\." not in self._content[start:end]:
            return self._content
        text = bytearray(self._content)
        inside = self._content[start:end].decode()
        for kind, piece_start, piece_end, *_ in self._engine.split_statements(inside)[1]:
            if kind not in ("statement", "gap"):
                piece = Cut(start + piece_start, start + piece_end)
                text[piece.start : piece.end] = re.sub(rb"[^\r\n]", b" ", text[piece.start : piece.end])
                self._interruptions.append(piece)
        return bytes(text)

    def _read_table(self, index: int, reader: Reader, path: tuple[str, ...], schema: str | None) -> None:
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

    def _read_changes(self, index: int, reader: Reader, statement: SqlStatement) -> None:
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
            self._cuts.append(Cut(start, end))

    def _read_list(
        self, index: int, tokens: list[Located], table: bytes, path: tuple[str, ...], *, is_table: bool
    ) -> bool:
        """Find the keys in a list of columns, constraints or changes; tells whether nothing else is in it."""
        items, commas = listed_items(tokens)
        moved: list[bool] = []
        for item in items:
            reader = Reader(item, 0)
            if not is_table and not reader.take(b"add"):
                moved.append(False)
                continue
            moved.append(self._read_item(index, reader, table, path, is_table=is_table))
        for number, (item, is_moved) in enumerate(zip(items, moved, strict=True)):
            if is_moved:
                self._cuts.append(Cut(item[0].start, item[-1].end))
                if not all(moved[number + 1 :]):
                    comma: Located | None = commas[number]
                else:
                    comma = commas[number - 1] if number else None
                if comma is not None:
                    self._cuts.append(Cut(comma.start, comma.end))
        return bool(items) and all(moved)

    def _read_item(
        self, index: int, reader: Reader, table: bytes, path: tuple[str, ...], *, is_table: bool
    ) -> bool:
        start = reader.at
        if reader.take(b"constraint"):
            reader.at += 1
        if reader.word() == b"foreign" and reader.word(1) == b"key":
            reader.at += 2
            reader.group()
            if reader.word() != b"references":
                return False
            target = pass_reference(reader)
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
                target = pass_reference(reader)
                constraint = reader.tokens[before : reader.at]
                self._add(index, constraint, b"FOREIGN KEY (%b) " % column, table, path, target)
                self._cuts.append(Cut(constraint[0].start, constraint[-1].end))
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
        start = tokens[0].start
        written = b""
        if tokens[0].is_word(b"constraint"):
            written = tokens[1].text
            tokens = tokens[2:]
        constraint = (b"CONSTRAINT %b " % written if written else b"") + columns + in_a_line(tokens)
        of = last_part(table)
        name = last_part(written) if written else implied_name(of, columns or in_a_line(tokens))
        self.keys.append(_Key(index, start, table, constraint, path, of, last_part(target), name))

    def _look_between(self) -> None:
        """Find the statements between keys and the last table that are about these keys."""
        if not self.keys:
            return
        waiting: dict[str, list[_Key]] = {}
        of_statement: dict[int, list[_Key]] = {}
        for key in self.keys:
            of_statement.setdefault(key.statement, []).append(key)
        for index, statement in enumerate(self._statements[: self._last + 1]):
            kind, objects, _, start, end, line, column, *_ = statement
            if kind == "COMMENT" and objects and objects[0][0] == "constraint":
                table, name = _folded(objects[0][4]), _folded(objects[0][2])
                self._accompany(index, waiting.get(table, ()), table, name)
            elif kind == "ALTER TABLE" and objects:
                table = _folded(objects[0][4] or objects[0][2])
                if keys := waiting.get(table):
                    name = only_constraint(located(self._content, start, end))
                    if not self._accompany(index, keys, table, name):
                        self._refuse_changes(statement, keys, table)
            elif kind == "DROP TABLE":
                for touched in objects:
                    for key in waiting.get(_folded(touched[2]), ()):
                        raise KeyNeededError(kind, (line, column), self._place(key.offset))
            for key in of_statement.get(index, ()):
                for called in {key.of, key.to}:
                    waiting.setdefault(called, []).append(key)

    def _accompany(self, index: int, keys: Iterable[_Key], table: str, name: str) -> bool:
        """Let a statement go with the key of this name, if it is one that is moved."""
        for key in keys:
            if key.of == table and key.name == name:
                _, _, _, start, end, *_ = self._statements[index]
                self._companions[index] = key.path
                self._cuts.append(Cut(start, end))
                return True
        return False

    def _refuse_changes(self, statement: SqlStatement, keys: list[_Key], table: str) -> None:
        """Refuse changes of a table that fail without a key, or after which it would have to be another."""
        kind, _, _, start, end, line, column, *_ = statement
        reader = Reader(located(self._content, start, end), 0)
        needed: _Key | None = None
        while not reader.is_at_end() and needed is None:
            word, following = reader.word(), reader.word(1)
            if word == b"rename" or (word == b"set" and following == b"schema"):
                needed = keys[0]
            elif word in (b"drop", b"validate", b"alter") and following == b"constraint":
                reader.at += 2
                reader.take(b"if", b"exists")
                name = last_part(reader.text())
                # Without its index, a key that others refer to is none either.
                found = (key for key in keys if key.name == name or (key.of != table and word == b"drop"))
                needed = next(found, None)
            elif word == b"drop" and following not in (b"default", b"not", b"identity", b"expression"):
                needed = keys[0]
            reader.at += 1
        if needed is not None:
            raise KeyNeededError(kind or "", (line, column), self._place(needed.offset))

    def _place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset: close to that of the last question, if that is before it."""
        known, line = self._asked if self._asked[0] <= offset else (0, 1)
        line += self._content.count(b"\n", known, offset)
        self._asked = (offset, line)
        start = self._content.rfind(b"\n", 0, offset) + 1
        return line, len(self._content[start:offset].decode()) + 1

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
        cuts = outside(sorted(cut for cut in self._cuts if cut.end <= end), self._interruptions)
        head = without(self._content, 0, at, cuts)
        text = head + before + new + self._content[at:]
        line = (head + before).count(b"\n") + 1
        return MovedText(text.decode(), line, [origin for _, origin in lines], self._place(at))

    def _lines(self) -> list[tuple[bytes, tuple[int, int] | None]]:
        here = self._path.schemas
        current = here
        lines: list[tuple[bytes, tuple[int, int] | None]] = [(b"", None), (_TITLE.encode(), None)]
        additions: list[tuple[int, tuple[str, ...], list[tuple[bytes, tuple[int, int] | None]]]] = []
        for key in self.keys:
            addition = b"ALTER TABLE %b ADD %b;" % (key.table, key.constraint)
            additions.append((key.statement, key.path, [(addition, self._place(key.offset))]))
        for index, path in self._companions.items():
            _, _, _, start, end, line, column, *_ = self._statements[index]
            first, *rest = self._content[start:end].split(b"\n")
            others = [(text, (line + number, 1)) for number, text in enumerate(rest, 1)]
            additions.append((index, path, [(first, (line, column)), *others]))
        for _, path, texts in sorted(additions, key=lambda addition: addition[0]):
            if path != current:
                lines.append((_set_path(path), None))
                current = path
            lines += texts
        if current != here:
            lines.append((_set_path(here), None))
        return lines


def _set_path(schemas: tuple[str, ...]) -> bytes:
    names = ", ".join(quoted(schema) if schema else "''" for schema in schemas)
    return f"SET search_path = {names};".encode()


def _called(objects: Sequence[tuple[str, str | None, str | None, tuple[str, ...] | None, str | None]]) -> str:
    return "" if not objects else f"{objects[0][1] or ''}.{objects[0][2] or ''}"


def _folded(name: str | None) -> str:
    return (name or "").lower()
