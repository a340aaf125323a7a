r"""psql's ``\i`` and ``\ir`` in the files of a build; ``docs/bundle.md`` says what stands in their place.

Of a file that does not hold the two bytes ``\i``, nothing is looked at.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Sequence
from typing import NamedTuple

from confiture import _failures
from confiture._pure.lexer import Scanner
from confiture._pure.paths import as_prefix, native_path, path_refusal, text_of, text_path
from confiture._pure.possessive import compiled

__all__ = ["MARK", "MOST_NESTED", "Include", "Includer", "Scanned", "read_argument", "scan"]

#: What stands in every file that includes another.
MARK = b"\\i"
#: How many files may be inside of each other.
MOST_NESTED = 100

_COMMANDS = (b"i", b"ir", b"include", b"include_relative")
_RELATIVE = (b"ir", b"include_relative")

_SPACES = re.compile(rb"[ \t\n\r\f\v]*+")
_PLAIN = re.compile(rb"[^ \t\n\r\f\v\\'\"`:]++")
_VARIABLE = re.compile(
    rb":(?:[A-Za-z0-9_\x80-\xff]|'[A-Za-z0-9_\x80-\xff]++'|\"[A-Za-z0-9_\x80-\xff]++\"|\{\?)"
)
_SINGLE_QUOTED = compiled(rb"'((?:[^'\\]++|''|\\[\s\S])*+)'")
_DOUBLE_QUOTED = re.compile(rb"\"[^\"]*+\"")
_BACKQUOTED = re.compile(rb"`[^`]*+`?+")
_ESCAPE = re.compile(rb"''|\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|([\s\S]))")
_CHARACTERS = {b"n": b"\n", b"t": b"\t", b"b": b"\b", b"r": b"\r", b"f": b"\f"}


class Include(NamedTuple):
    """A command that includes a file.

    Attributes:
        start: Offset of its backslash.
        end: Offset after its arguments and the line break directly after them.
        path: The path as the file system gives it.
        is_relative: Whether it starts from the directory of the file that holds the command.
        refusal: A reason of `confiture._failures.include_refused`, or nothing.
        written: The argument as it is written.
        line: Its line.
        column: Its column.
        end_line: The line of its end.
        end_column: The column of its end.
    """

    start: int
    end: int
    path: str
    is_relative: bool
    refusal: str
    written: str
    line: int
    column: int
    end_line: int
    end_column: int


class Scanned(NamedTuple):
    """What was found in a file.

    Attributes:
        includes: Its commands that include files.
        is_unfinished: Whether its last statement is left for psql to send at the end.
        open: What it leaves open: kind, line and column.
    """

    includes: list[Include]
    is_unfinished: bool
    open: tuple[str, int, int] | None


def scan(content: bytes) -> Scanned:
    """Look for commands that include files in UTF-8 without a byte order mark."""
    finder = _Finder(content)
    finder.run()
    places = _Places(content)
    includes = [
        Include(
            start,
            end,
            os.fsdecode(path),
            is_relative,
            refusal,
            written.decode("utf-8", "surrogateescape"),
            *places.of(start),
            *places.of(end),
        )
        for start, end, is_relative, path, refusal, written in finder.found
    ]
    opened = None
    if finder.open is not None:
        kind, offset = finder.open
        opened = (kind, *_Places(content).of(offset))
    return Scanned(includes, finder.is_unfinished(), opened)


class _Places:
    """Lines and columns of ascending offsets."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._offset = 0
        self._line = 1
        self._column = 1

    def of(self, offset: int) -> tuple[int, int]:
        content, before = self._content, self._offset
        line_breaks = content.count(b"\n", before, offset)
        if line_breaks:
            self._line += line_breaks
            self._column = 1
            before = content.rfind(b"\n", before, offset) + 1
        self._column += len(content[before:offset].decode("utf-8", "surrogateescape"))
        self._offset = offset
        return self._line, self._column


class _Finder(Scanner):
    """Collects the commands.

    Attributes:
        found: ``(start, end, is_relative, path, refusal, written)`` of each.
    """

    __slots__ = ("_is_waiting", "found")

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.found: list[tuple[int, int, bool, bytes, str, bytes]] = []
        # Whether a statement ended that psql has not sent yet.
        self._is_waiting = False

    def is_unfinished(self) -> bool:
        """Whether there is a query at the end that was not sent."""
        return self._start >= 0 or self._is_waiting

    def _on_statement(self, end: int, terminator: int, is_terminated: bool) -> None:
        self._is_waiting = True

    def _on_sent(self) -> None:
        self._is_waiting = False

    def _on_dropped(self) -> None:
        self._is_waiting = False

    def _on_command(self, name: bytes, start: int, arguments: int, end: int) -> None:
        if name not in _COMMANDS:
            return
        content = self._content
        path, refusal, written = read_argument(content[arguments:end])
        if self._awaited or self._start >= 0 or self._is_waiting:
            refusal = "in_statement"
        if content.startswith(b"\n", end):
            end += 1
        self.found.append((start, end, name in _RELATIVE, path, refusal, written))


def read_argument(text: bytes) -> tuple[bytes, str, bytes]:
    """The path that a command's arguments start with, why it is refused, and how it is written."""
    spaces = _SPACES.match(text)
    start = position = 0 if spaces is None else spaces.end()
    path = b""
    refusal = ""
    # How many bytes at the end of the path stand outside of quotes.
    plain = 0
    while position < len(text):
        if (found := _PLAIN.match(text, position)) is not None:
            path += found.group()
            plain += len(found.group())
        elif (found := _SINGLE_QUOTED.match(text, position)) is not None:
            path += _ESCAPE.sub(_unescaped, found.group(1))
            plain = 0
        elif (found := _DOUBLE_QUOTED.match(text, position)) is not None:
            path += found.group()
            plain = 0
        elif (found := _BACKQUOTED.match(text, position)) is not None:
            refusal = refusal or "command"
        elif (found := _VARIABLE.match(text, position)) is not None:
            refusal = refusal or "variable"
        elif text[position : position + 1] in (b"'", b'"'):
            # To psql, what is left open there is no argument.
            return path, refusal or "no_path", text[start:].rstrip()
        elif text[position : position + 1] == b":":
            path += b":"
            plain += 1
            position += 1
            continue
        else:
            break
        position = found.end()
    if plain:
        # psql takes it for the end of a statement.
        path = path[: len(path) - plain] + path[len(path) - plain :].rstrip(b";")
    if not refusal:
        if not path:
            refusal = "no_path"
        elif path.startswith(b"/"):
            refusal = "absolute"
        elif path.startswith(b"~"):
            refusal = "home"
    return path, refusal, text[start:position]


def _unescaped(found: re.Match[bytes]) -> bytes:
    octal, hexadecimal, other = found.groups()
    if octal or hexadecimal:
        return bytes((int(octal or hexadecimal, 8 if octal else 16) & 0xFF,))
    return _CHARACTERS.get(other, other) if other else b"'"


class Includer:
    """The files that the files of a build include."""

    def __init__(
        self,
        base_dir: str,
        include_dir: str,
        paths: Sequence[str],
        never: Sequence[str] = (),
        forbidden: Sequence[str] = (),
    ) -> None:
        self._never = frozenset(never)
        self._forbidden = forbidden
        self._base_dir = base_dir
        self._include_dir = include_dir
        prefix = as_prefix(base_dir)
        self._selected = {native_path(prefix, path): index for index, path in enumerate(paths)}
        # The included files that are not selected, as the first file needs them, by that file's index.
        self._needed: dict[int, dict[str, None]] = {}

    def needed_by(self, index: int) -> list[str]:
        """The native paths of the files that a selected file includes, directly or not."""
        return list(self._needed.get(index, ()))

    def selected_index(self, native: str) -> int:
        """The index of a selected file, or -1 of another."""
        return self._selected.get(native, -1)

    def relative(self, native: str) -> str:
        """The path of a file from the base directory."""
        return text_path(os.path.relpath(native, self._base_dir))

    def resolve(self, chain: Sequence[str], include: Include) -> str:
        """The native path of the file that a command includes.

        Args:
            chain: The native paths of the selected file and those down to the one that holds the command.
            include: The command.

        Raises:
            SchemaError: The file cannot be included.
        """
        if include.refusal:
            raise _failures.include_refused(
                chain, include.line, include.column, include.refusal, include.written
            )
        directory = os.path.dirname(chain[-1]) if include.is_relative else self._include_dir
        # Like psql's canonicalize_path, without a look at the file system.
        native = os.path.normpath(os.path.join(directory, include.path.replace("/", os.sep)))
        is_selected = native in self._selected
        if (
            not is_selected
            and (problem := path_refusal(self.relative(native), text_of(native)[1])) is not None
        ):
            raise _failures.path_refused(native, problem)
        reason = _unreadable_reason(native)
        if not reason and os.path.realpath(native) in self._never:
            reason = "output"
        if not reason and native in chain:
            reason = "cycle"
        if not reason and len(chain) >= MOST_NESTED:
            reason = "depth"
        if reason:
            raise _failures.include_refused(chain, include.line, include.column, reason, native)
        relative = self.relative(native)
        for text in self._forbidden:
            if text in relative:
                raise _failures.separator_broken(native, text)
        if not is_selected:
            self._needed.setdefault(self._selected[chain[0]], {}).setdefault(native)
        return native


def _unreadable_reason(native: str) -> str:
    """Why a path is no file that can be read, as far as that is the command's mistake."""
    try:
        mode = os.stat(native).st_mode
    except ValueError:
        return "missing"
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return "missing"
        failure = _failures.file_unreadable(native, error.errno or errno.EIO)
        raise failure from failure.__cause__
    return "" if stat.S_ISREG(mode) else "not_regular"
