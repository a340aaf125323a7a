"""What psql prints when it runs a file and something goes wrong."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["PsqlMessage", "read_messages"]

_PREFIX = "psql:"
_NUMBER = re.compile(r":(\d+): ")

#: The line of the query that the server points into; the word is in the language of psql.
_QUERY_LINE = re.compile(r"(\S+ (\d+) ?: )(.*)")
_CARET = re.compile(r"( *)\^\s*")

#: The line of data that the server does not take; the words are in the language of the server.
_DATA_LINE = re.compile(r".*\bCOPY \S.*?, \S+ (\d+)\b")

_STDIN = "<stdin>"


class PsqlMessage(NamedTuple):
    """A message of psql about a line of a file.

    Args:
        line: The line, from 1: that on which the statement ends.
        text: The message itself.
        query_line: The line in the query that the server points at, from 1.
        query_text: What psql shows of that line.
        caret: Columns of the terminal before the caret, from the start of `query_text`.
        data_line: The line of ``COPY`` data that the server does not take, from 1.
    """

    line: int
    text: str
    query_line: int | None = None
    query_text: str = ""
    caret: int = 0
    data_line: int | None = None


def read_messages(lines: Iterable[str], bundle: str) -> Iterator[PsqlMessage]:
    """The messages about a bundle in what psql printed.

    Args:
        lines: What psql printed, with or without line breaks.
        bundle: Path of the bundle. psql may know it by another path with the same last component, or as its
            standard input.
    """
    current: PsqlMessage | None = None
    before = ""
    for line in (line.rstrip("\r\n") for line in lines):
        message = _first_line(line, bundle)
        if message is not None or line.startswith(_PREFIX):
            if current is not None:
                yield current
            current = message
        elif current is not None:
            current = _with_detail(current, before, line)
        before = line
    if current is not None:
        yield current


def _first_line(line: str, bundle: str) -> PsqlMessage | None:
    at = line.find(_PREFIX)
    if at < 0:
        return None
    for number in _NUMBER.finditer(line, at + len(_PREFIX)):
        file = line[at + len(_PREFIX) : number.start()]
        if file == _STDIN or os.path.basename(file) == os.path.basename(bundle):
            return PsqlMessage(int(number[1]), line[number.end() :])
    return None


def _with_detail(message: PsqlMessage, before: str, line: str) -> PsqlMessage:
    """The message with what one more of its lines says."""
    caret = _CARET.fullmatch(line)
    shown = _QUERY_LINE.fullmatch(before)
    if caret is not None and shown is not None and message.query_line is None:
        columns = len(caret[1]) - len(shown[1])
        return message._replace(query_line=int(shown[2]), query_text=shown[3], caret=max(columns, 0))
    data = _DATA_LINE.match(line)
    if data is not None and message.data_line is None:
        return message._replace(data_line=int(data[1]))
    return message
