"""The text of a file of a corpus as a server gets it, and the statements in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from confiture._interface import Engine
    from sql.corpora import CorpusFile

__all__ = ["Source", "Written", "is_definition", "source_of"]

#: A variable of psql as a string or name; which value an installation gives it does not matter.
_VARIABLE = re.compile(r"""(?<=[\s(]):(["'])(\w+)\1""")
#: What ``CREATE EXTENSION`` replaces in a script.
_PLACEHOLDERS = (
    (re.compile(r"MODULE_PATHNAME"), "$libdir/module"),
    (re.compile(r"@extschema(?::\w+)?@"), "public"),
    (re.compile(r"@extowner@"), "postgres"),
)
_CONNECT = re.compile(rb"\\c(onnect)?\b")
_VERBS = ("CREATE", "ALTER", "DROP", "COMMENT", "GRANT", "REVOKE", "REASSIGN", "IMPORT")


def is_definition(tag: str | None) -> bool:
    """Whether a statement of a command tag defines or changes something."""
    return tag == "SELECT INTO" or (
        tag is not None and tag.split(" ")[0] in _VERBS and tag not in ("ALTER SYSTEM",)
    )


class Written(NamedTuple):
    """A statement of a file.

    Attributes:
        kind: Its command tag.
        text: What is sent to the server.
        data: What follows a ``COPY … FROM stdin``.
        is_terminated: Whether a semicolon ends it.
        reconnects: Whether a session ends in front of it.
    """

    kind: str | None
    text: bytes
    data: bytes
    line: int
    column: int
    is_terminated: bool
    reconnects: bool

    @property
    def bare(self) -> str:
        """The text without its terminator."""
        text = self.text.decode()
        return text.removesuffix(";").removesuffix("\\") if self.is_terminated else text


class Source(NamedTuple):
    """A file with its statements.

    Attributes:
        text: The file, in which sessions end where psql connects again.
        reconnections: How often it does.
    """

    path: str
    text: str
    statements: tuple[Written, ...]
    reconnections: int

    @property
    def has_definitions(self) -> bool:
        return any(is_definition(statement.kind) for statement in self.statements)


def source_of(engine: Engine, file: CorpusFile) -> Source:
    """A file with its variables and placeholders replaced, statement by statement."""
    text = _VARIABLE.sub(r"\1\2\1", file.text.removeprefix("\ufeff").replace("\0", " "))
    if file.corpus not in ("schemas", "regression"):
        for pattern, value in _PLACEHOLDERS:
            text = pattern.sub(value, text)
    content = text.encode()
    statements, spans, left_open = engine.split_statements(text)
    texts = [bytearray() for _ in statements]
    data = [b"" for _ in statements]
    connects: list[tuple[int, int]] = []
    before = 0
    last = -1
    reconnects = [False] * len(statements)
    for kind, start, end, _, _, index in spans:
        piece = content[start:end]
        if index >= 0:
            reconnects[index] |= len(connects) > before
            before = len(connects)
            texts[index] += piece
            last = index
        elif kind == "psql":
            if _CONNECT.match(piece):
                connects.append((start, end))
            if last >= 0:
                texts[last] += b" "
        elif kind == "data" and last >= 0:
            data[last] += piece
    if left_open is not None and statements and not statements[-1][7]:
        # At the end of a file, psql forgets what is not whole.
        content = content[: statements[-1][3]]
        statements = statements[:-1]
        connects = [place for place in connects if place[1] <= len(content)]
    for start, end in reversed(connects):
        content = content[:start] + b";DISCARD ALL;".ljust(end - start) + content[end:]
    return Source(
        file.path,
        content.decode(),
        tuple(
            Written(named[0], bytes(piece).rstrip(), rows, named[5], named[6], named[7], is_new)
            for named, piece, rows, is_new in zip(statements, texts, data, reconnects, strict=False)
        ),
        len(connects),
    )
