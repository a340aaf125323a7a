"""Processes that divide texts, with a limit to their memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from limited_process import LimitedProcess

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Divides the text that an expression makes, and says what came of it.
_DIVIDE = """
def answer(expression, names, normalised):
    text = eval(expression, names)
    size = len(text.encode())
    statements, spans, left_open = engine.split_statements(text, fingerprints=True)
    end = 0
    for kind, start, span_end, line, column, index in spans:
        assert start == end < span_end, (start, end, span_end)
        end = span_end
    assert end == size, (end, size)
    found = engine.find_open_construct(text)
    swallowed = left_open is not None and left_open[0] not in ("parenthesis", "routine_body")
    assert found == (left_open if swallowed else None), (found, left_open)
    if normalised:
        assert len(engine.normalize_statements(text)) == len(statements)
    first = statements[0] if statements else None
    return len(statements), len(spans), left_open, first and (first[0], len(first[1]), first[7])
"""


class Divided(NamedTuple):
    """What came of a text.

    Attributes:
        statements: Number of statements.
        spans: Number of spans.
        left_open: Kind, line and column of what it leaves open.
        first: Kind and number of objects of the first statement, and whether it is terminated.
    """

    statements: int
    spans: int
    left_open: list[Any] | None
    first: list[Any] | None


class Divider(LimitedProcess):
    """A process with an engine that divides texts."""

    def __init__(self, engine: str, memory: int) -> None:
        super().__init__(engine, memory, _DIVIDE)

    def divide(self, expression: str, names: Mapping[str, int], *, normalised: bool = True) -> Divided:
        """Divide the text that a Python expression makes of some names."""
        return Divided(*self.ask(expression, names, normalised))
