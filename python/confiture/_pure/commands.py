r"""psql commands in SQL text: their names, their arguments, and what they do to the query.

The rules are those of psql's ``psqlscanslash.l``, ``command.c`` and ``copy.c``.
"""

from __future__ import annotations

import re

from confiture._pure.expressions import LETTER, SPACE

__all__ = [
    "DROPPING",
    "EXECUTING",
    "SENDING",
    "arguments_end",
    "command_name",
    "copies_from_stdin",
    "line_end",
    "takes_line",
]


#: Commands that send the query and run it, so that data may follow.
EXECUTING = frozenset((b"g", b"gx", b"gset", b"gexec", b"crosstabview", b"watch"))
#: Commands that send the query.
SENDING = EXECUTING | {b"gdesc", b"parse", b"sendpipeline"}
#: Commands that drop the query.
DROPPING = frozenset((b"r", b"reset"))

#: Commands whose arguments last to the end of the line.
_OF_LINES = frozenset((b"", b"ef", b"ev", b"h", b"help", b"sf", b"sf+", b"sv", b"sv+"))
#: Commands whose arguments do if they start with a pipe.
_PIPING = frozenset((b"g", b"gx", b"o", b"out", b"w", b"write"))

_PIPE = re.compile(rb"[ \t\r\f\v]*+\|")
_NAME = re.compile(rb"[^%b\\]*+" % SPACE)
_QUOTE_OR_END = re.compile(rb"'|\"|`|\\|\n")
#: What ends an argument's quote or must be looked at in it: only in ``'`` a backslash escapes.
_QUOTE_ENDS = {
    b"'": re.compile(rb"'|\\|\n"),
    b'"': re.compile(rb"\"|\n"),
    b"`": re.compile(rb"`|\n"),
}
_COPY_TOKEN = re.compile(rb"--|/\*|[%b][%b0-9$]*+|[0-9][%b0-9]*+|[^%b]" % (LETTER, LETTER, LETTER, SPACE))
#: What may stand after the STDIN of a ``\copy``.
_WORD_END = re.compile(rb"[%b;]|\Z" % SPACE)


def line_end(content: bytes, position: int) -> int:
    """The offset of the next line break, or that of the end."""
    end = content.find(b"\n", position)
    return len(content) if end < 0 else end


def command_name(content: bytes, start: int) -> bytes:
    """The name of the command whose backslash is at `start`."""
    found = _NAME.match(content, start + 1)
    return b"" if found is None else found.group()


def takes_line(content: bytes, name: bytes, arguments: int) -> bool:
    """Whether a command's arguments, which start there, last to the end of the line whatever they hold."""
    return (
        name in _OF_LINES
        or name.startswith(b"!")
        or (name in _PIPING and _PIPE.match(content, arguments) is not None)
    )


def arguments_end(content: bytes, position: int) -> int:
    """Where a command's arguments end, which start at `position`."""
    while (found := _QUOTE_OR_END.search(content, position)) is not None:
        position = found.end()
        if found.group() == b"\n":
            return found.start()
        if found.group() != b"\\":
            position = quote_end(content, found.group(), position)
        elif content.startswith(b"\\", position):
            return position + 1
        else:
            return found.start()
    return len(content)


def quote_end(content: bytes, quote: bytes, position: int) -> int:
    """The end of an argument's quote that opened before `position`, at the latest its line's."""
    while (found := _QUOTE_ENDS[quote].search(content, position)) is not None:
        position = found.end()
        if found.group() == quote:
            return position
        if found.group() == b"\n":
            return found.start()
        if not content.startswith(b"\n", position):
            position += 1
    return len(content)


def copies_from_stdin(content: bytes, position: int, end: int) -> bool:
    r"""Whether the arguments of a ``\copy`` have FROM STDIN outside parentheses and quotes."""
    depth = 0
    after_from = False
    while (found := _COPY_TOKEN.search(content, position, end)) is not None:
        position = found.end()
        token = found.group().lower()
        if token in _QUOTE_ENDS:
            position = quote_end(content, token, position)
        elif after_from and token == b"stdin" and _WORD_END.match(content, position) is not None:
            return True
        after_from = token == b"from" and not depth
        if token == b"(":
            depth += 1
        elif token == b")" and depth:
            depth -= 1
    return False
