"""Names of relations as text, and their parts."""

from __future__ import annotations

import re

from confiture.column_lineage.names import folding_of

__all__ = ["parts_of"]

_PART = re.compile(r'"((?:[^"]|"")*)"|`([^`]*)`|\[([^\]]*)\]|([^."`\[\]]+)')


def parts_of(name: str, dialect: str) -> tuple[str, ...]:
    """The parts of a relation's name as the database keeps them.

    Args:
        name: The name as queries spell it, ``"shop"."main".orders``.
        dialect: sqlglot's name for the dialect.
    """
    folding = folding_of(dialect)
    parts: list[str] = []
    for double, back, square, plain in _PART.findall(name):
        if double:
            parts.append(folding.kept(double.replace('""', '"'), is_quoted=True))
        elif back:
            # BigQuery takes a whole name in one pair of quotes.
            parts += back.split(".") if dialect == "bigquery" else [back]
        elif square:
            parts.append(square)
        elif plain.strip():
            parts.append(folding.kept(plain.strip(), is_quoted=False))
    return tuple(parts)
