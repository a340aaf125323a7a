"""The files of a check: their statements, psql commands, conditions and what psql drops of them."""

from __future__ import annotations

import os
from bisect import bisect_right
from typing import TYPE_CHECKING

from confiture import _failures
from confiture.core.excerpts import SourceTexts
from confiture.core.psql_commands import (
    INCLUDES,
    NAME_BYTES,
    RESETS,
    conditions,
    is_conditional,
    name_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture._interface import Engine, SqlFile, SqlSpan, SqlStatement
    from confiture.core.psql_commands import Condition

__all__ = ["Include", "Sources"]

#: ``(span of the command, number of the file it leads to, whether it depends on a condition)``.
Include = tuple["SqlSpan", int, bool]


class Sources:
    r"""The selected files of a build and those which they include.

    Args:
        engine: The engine in use.
        base_dir: Absolute path of the directory the relative paths start from.
        include_dir: Absolute path of the directory that psql's ``\i`` starts from.
        paths: Relative paths of the selected files, in build order.
        contents: Their contents.
        never: Files that are never included: those that builds write.

    Raises:
        SchemaError: An include command cannot be followed (``docs/bundle.md``), or a file that is included
            cannot be read, is no UTF-8 text or holds a NUL byte.

    Attributes:
        engine: The engine in use.
        paths: Relative paths of all files: the selected ones, then those which are only included.
        selected: How many are selected.
        texts: The files, to read pieces of.
        files: What the engine says of each file.
        commands: Names and spans of the psql commands of each file that has some, by its number.
        conditions: The conditions of each file that has psql commands.
        discarded: The first span of each query that psql drops, of each file that has some.
        includes: What each file that has include commands leads to.
    """

    def __init__(
        self,
        engine: Engine,
        base_dir: str,
        include_dir: str,
        paths: Sequence[str],
        contents: Sequence[bytes],
        *,
        never: Sequence[str] = (),
    ) -> None:
        self.engine = engine
        self.paths = list(paths)
        self.selected = len(paths)
        self.texts = SourceTexts(base_dir, self.paths)
        self.files: list[SqlFile] = []
        self.commands: dict[int, list[tuple[str, SqlSpan]]] = {}
        self.conditions: dict[int, list[Condition]] = {}
        self.discarded: dict[int, list[SqlSpan]] = {}
        self.includes: dict[int, list[Include]] = {}
        self._base_dir = base_dir
        self._include_dir = include_dir
        if self._split(contents):
            self._follow_includes(never)

    def statements(self, file: int) -> list[SqlStatement]:
        """The statements of a file that psql runs whatever is so."""
        statements = self.files[file][0]
        found = self.conditions.get(file)
        if not found:
            return statements
        return [statement for statement in statements if not is_conditional(statement[3], found)]

    def _split(self, contents: Sequence[bytes]) -> bool:
        """Add files; whether one of them includes another."""
        first = len(self.files)
        self.files += self.engine.split_contents(contents)
        includes = False
        for file in range(first, len(self.files)):
            spans = self.files[file][1]
            if spans:
                includes = self._read_commands(file, spans) or includes
        return includes

    def _read_commands(self, file: int, spans: list[SqlSpan]) -> bool:
        commands = [span for span in spans if span[0] == "psql"]
        if not commands:
            return False
        ranges = [(span[1], min(span[2], span[1] + NAME_BYTES)) for span in commands]
        names = [name_of(text) for text in self.texts.read_all(file, ranges)]
        named = list(zip(names, commands, strict=True))
        self.commands[file] = named
        self.conditions[file] = conditions(named)
        dropped = [span for span in spans if span[0] == "discarded"]
        if dropped:
            resets = [span[1] for name, span in named if name in RESETS]
            self.discarded[file] = [
                span
                for before, span in zip([None, *dropped], dropped, strict=False)
                if _is_first(before, span, resets)
            ]
        return not INCLUDES.isdisjoint(names)

    def _follow_includes(self, never: Sequence[str]) -> None:
        """Have the engine judge the include commands and say which files they lead to; split those."""
        _, _, _, _, included, _ = self.engine.write_schema(
            self._base_dir,
            self.paths,
            [(None, ("", "", ""), None)],
            ["\n-- ", "\n"],
            fatal=None,
            include_dir=self._include_dir,
            never=never,
        )
        self.paths += included
        self._split(self.engine.read_files(self._base_dir, included))
        numbers = {self._native(path): file for file, path in enumerate(self.paths)}
        for file, commands in self.commands.items():
            listed = [(name, span) for name, span in commands if name in INCLUDES]
            if not listed:
                continue
            found = self.conditions[file]
            texts = self.texts.read_all(file, [(span[1], span[2]) for _, span in listed])
            self.includes[file] = [
                (span, self._number(file, name, text, numbers), is_conditional(span[1], found))
                for (name, span), text in zip(listed, texts, strict=True)
            ]

    def _number(self, file: int, name: str, command: bytes, numbers: dict[str, int]) -> int:
        number = numbers.get(self._target(file, name, command))
        if number is None:
            # The engine has read another command here than the one that is there now.
            raise _failures.file_changed(self._native(self.paths[file]))
        return number

    def _target(self, file: int, name: str, command: bytes) -> str:
        from confiture._pure.includes import read_argument

        path = os.fsdecode(read_argument(command[1 + len(name) :])[0])
        if name in ("ir", "include_relative"):
            return self._native(os.path.join(os.path.dirname(self.paths[file]), path))
        return os.path.normpath(os.path.join(self._include_dir, path))

    def _native(self, path: str) -> str:
        return os.path.normpath(os.path.join(self._base_dir, path))


def _is_first(before: SqlSpan | None, span: SqlSpan, resets: list[int]) -> bool:
    """Whether a query that is dropped starts with a span: there is a reset after the span before it."""
    if before is None:
        return True
    return bisect_right(resets, before[1]) < bisect_right(resets, span[1])
