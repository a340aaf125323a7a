"""The statements of a text as trees of sqlglot's, or why there are none."""

from __future__ import annotations

import logging
import re
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlglot import parse
from sqlglot.errors import SqlglotError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture.column_lineage.expressions import Expression

__all__ = ["UnparseableError", "parsed_statements"]

#: sqlglot calls itself for each of these; more of them would end the process in its compiled form.
_DEEPEST = 150
_OPENING = re.compile(r"[(\[{]|[)\]}]")
_TOO_DEEP = "it is nested too deep"


class UnparseableError(Exception):
    """A text has no tree, as its message says."""


def parsed_statements(text: str, dialect: str) -> list[Expression]:
    """The statements of a text, at least one.

    Args:
        text: The text.
        dialect: sqlglot's name for the dialect.

    Raises:
        UnparseableError: sqlglot does not read it, or there is none.
    """
    if _is_too_deep(text):
        raise UnparseableError(_TOO_DEEP)
    try:
        with _unlogged():
            statements = [tree for tree in parse(text, dialect=dialect) if tree is not None]
    except SqlglotError as error:
        raise UnparseableError(_reason(error)) from None
    except RecursionError:
        raise UnparseableError(_TOO_DEEP) from None
    if not statements:
        raise UnparseableError("there is no statement")
    return statements


class _Unlogged(logging.Filter):
    """Keeps what sqlglot logs from whoever runs this, in the threads that ask for it: it is a gap."""

    def __init__(self) -> None:
        super().__init__()
        self.threads = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is logged."""
        return not getattr(self.threads, "is_asked", False)


_UNLOGGED = _Unlogged()
logging.getLogger("sqlglot").addFilter(_UNLOGGED)


@contextmanager
def _unlogged() -> Iterator[None]:
    _UNLOGGED.threads.is_asked = True
    try:
        yield
    finally:
        _UNLOGGED.threads.is_asked = False


def _is_too_deep(text: str) -> bool:
    depth = 0
    for bracket in _OPENING.finditer(text):
        depth += 1 if bracket[0] in "([{" else -1
        if depth > _DEEPEST:
            return True
    return False


def _reason(error: SqlglotError) -> str:
    """What sqlglot says, without tokens as it has them in memory."""
    told = getattr(error, "errors", None)
    if told and isinstance(told[0], dict):
        description = str(told[0].get("description")).partition(" but got <")[0].rstrip(".")
        return f"{description[:200]} (line {told[0].get('line')}, column {told[0].get('col')})"
    return re.sub(r"\x1b\[[0-9;]*m", "", str(error)).partition("\n")[0].rstrip(".")[:200]
