r"""How a text and the spans it consists of are written down.

A case is the spans in their order, so that its text is their texts joined. The kinds:

``s``    a statement that is terminated, or its first piece
``u``    a statement that is not terminated, or its first piece
``+``    a further piece of the statement before
``gap``, ``psql``, ``data``, ``discarded``    spans of these kinds
"""

from __future__ import annotations

Case = tuple[tuple[str, str], ...]


def statements(*texts: str) -> Case:
    """Statements that are terminated, with a line break after each but the last."""
    case: list[tuple[str, str]] = []
    for text in texts:
        case += [("gap", "\n")] if case else []
        case.append(("s", text))
    return tuple(case)


FIRST = ("s", "SELECT 1;")
SECOND = ("s", "SELECT 2;")
BREAK = ("gap", "\n")
BLANK = ("gap", " ")
