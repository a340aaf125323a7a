"""What tests of sorted statements share."""

from __future__ import annotations

HEADER_LINES = 12

#: What makes the order of a text one that does not work.
OUT_OF_ORDER = ["CREATE VIEW y AS SELECT 1 AS one FROM z;", "CREATE TABLE z (id int);"]


def statements_of(text: str) -> list[str]:
    """The statements of a sorted text."""
    return text.strip("\n").split("\n\n")
