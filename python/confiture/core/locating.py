"""From a place in a bundle to the place that it comes from (``docs/source-map.md``)."""

from __future__ import annotations

import errno
import hashlib
import os
from bisect import bisect_right
from typing import TYPE_CHECKING

from confiture import _failures
from confiture.core.bundle_statements import Stretch
from confiture.core.source_maps import default_map, read_map, stale_map
from confiture.models.source_map import Location, StatementPlace

if TYPE_CHECKING:
    from pathlib import Path

    from confiture._interface import Engine, SqlStatement
    from confiture.core.psql_messages import PsqlMessage

__all__ = ["MappedBundle"]

_HEADER_LINES = 12

#: How much of a long line is shown before the place and after it, in characters.
_BEFORE = 60
_AFTER = 100
_LEFT_OUT = "…"


class MappedBundle:
    """A bundle and its source map, which belong to each other.

    Args:
        engine: The engine in use.
        bundle: The bundle.
        source_map: Its map; default: beside it, with ``.map.json`` after its name.

    Raises:
        SchemaError: The bundle cannot be read.
        ArtifactError: The map is missing, is none, or was not built with this bundle.

    Attributes:
        path: The bundle, as it was given.
        map_dir: Directory of the map, which the paths of locations start from.
    """

    def __init__(self, engine: Engine, bundle: Path | str, source_map: Path | str | None = None) -> None:
        self.path = os.fspath(bundle)
        map_path = default_map(self.path) if source_map is None else os.fspath(source_map)
        self.map_dir = os.path.dirname(map_path)
        content = self._read()
        self._engine = engine
        self._map = read_map(map_path)
        self._starts = [segment[0] for segment in self._map.segments]
        self._lines = content.split(b"\n")
        if not self._lines[-1]:
            self._lines.pop()
        header = sum(len(line) + 1 for line in self._lines[:_HEADER_LINES])
        is_ours = hashlib.sha256(content[header:]).hexdigest() == self._map.body_sha256
        if not is_ours or self._starts[-1] > len(self._lines):
            raise stale_map(map_path, self.path)
        self._stretches: dict[int, Stretch] = {}

    def locate(self, line: int, column: int | None = None) -> Location:
        """What stands at a place of the bundle.

        Args:
            line: Line, from 1, the header's lines included.
            column: Column in characters, from 1; default: the line as a whole.

        Raises:
            SchemaError: The bundle has no such place.
        """
        self._check(line, column)
        stretch = self._stretch(line)
        statement = None if stretch is None else stretch.statement_at(line, column)
        return self._location(line, column or 1, statement, None)

    def locate_message(self, message: PsqlMessage) -> Location:
        """Where what psql complains of comes from.

        psql names the line on which a statement ends, and, if the server told it, a place in the statement.

        Raises:
            SchemaError: The bundle has no such line.
        """
        self._check(message.line, None)
        stretch = self._stretch(message.line)
        if stretch is None:
            return self._location(message.line, 1, None, message.text)
        line, column, statement = stretch.place_of(message)
        return self._location(line, column, statement, message.text)

    def _location(
        self, line: int, column: int, statement: SqlStatement | None, message: str | None
    ) -> Location:
        text = self._text(line)
        excerpt, excerpt_column = _window(text, column)
        at = self._segment_at(line)
        file = self._map.segments[at][1]
        if file < 0:
            is_header = line <= _HEADER_LINES
            return Location(
                kind="header" if is_header else "separator",
                bundle_line=line,
                bundle_column=column,
                path=None if is_header else self._path_after(at),
                message=message,
                excerpt=excerpt,
                excerpt_column=excerpt_column,
            )
        source_line, source_column = self._in_source(line, column)
        return Location(
            kind="source",
            bundle_line=line,
            bundle_column=column,
            path=self._path(file),
            line=source_line,
            column=source_column,
            statement=None if statement is None else self._statement_place(line, statement),
            message=message,
            excerpt=excerpt,
            excerpt_column=excerpt_column,
        )

    def _statement_place(self, line: int, statement: SqlStatement) -> StatementPlace:
        from confiture.core.statements import identity_of

        kind, objects = statement[:2]
        stretch = self._stretch(line)
        start = statement[5] if stretch is None else stretch.first_line + statement[5] - 1
        source_line, source_column = self._in_source(start, statement[6])
        return StatementPlace(
            kind=kind,
            identity=str(identity_of(objects[0])) if objects else None,
            line=source_line,
            column=source_column,
        )

    def _in_source(self, line: int, column: int) -> tuple[int, int]:
        start, _, source_line, source_column = self._map.segments[self._segment_at(line)]
        if line == start:
            return source_line, source_column + column - 1
        return source_line + line - start, column

    def _stretch(self, line: int) -> Stretch | None:
        """What is known of the statements around a line of a file's text."""
        at = self._segment_at(line)
        if self._map.segments[at][1] < 0:
            return None
        if at not in self._stretches:
            # With the separator: its comment is a part of the first query.
            first = max(self._starts[at - 1] if at else 1, _HEADER_LINES + 1)
            end = self._starts[at + 1] - 1 if at + 1 < len(self._starts) else len(self._lines)
            self._stretches[at] = Stretch(self._engine, first, self._lines[first - 1 : end])
        return self._stretches[at]

    def _segment_at(self, line: int) -> int:
        return bisect_right(self._starts, line) - 1

    def _path(self, file: int) -> str:
        return os.path.normpath(os.path.join(self._map.base_dir, self._map.files[file]))

    def _path_after(self, at: int) -> str | None:
        following = (file for _, file, _, _ in self._map.segments[at + 1 :] if file >= 0)
        file = next(following, None)
        return None if file is None else self._path(file)

    def _check(self, line: int, column: int | None) -> None:
        lines = len(self._lines)
        if not 1 <= line <= lines:
            reason = f"it has {lines} lines"
        else:
            length = len(self._text(line))
            if column is None or 1 <= column <= length + 1:
                return
            reason = f"that line has {length} characters"
        raise _failures.no_such_place(self.path, line, column or 1, reason)

    def _text(self, line: int) -> str:
        return self._lines[line - 1].decode("utf-8", "replace").removesuffix("\r")

    def _read(self) -> bytes:
        try:
            with open(self.path, "rb") as file:
                return file.read()
        except OSError as error:
            raise _failures.file_unreadable(self.path, error.errno or errno.EIO) from error


def _window(text: str, column: int) -> tuple[str, int]:
    """A line, or what is around a place in a long one, and the place's column in it."""
    first = max(0, column - 1 - _BEFORE)
    left = (_LEFT_OUT if first else "") + text[first : column - 1]
    right = text[column - 1 :]
    if len(right) > _AFTER:
        right = right[:_AFTER] + _LEFT_OUT
    return left + right, len(left) + 1
