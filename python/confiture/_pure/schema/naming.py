"""What names a column of a table outside of the table's own parts."""

from __future__ import annotations

from confiture._pure.schema.catalog import RESERVED
from confiture._pure.schema.mentions import column_at
from confiture._pure.schema.reading import QUOTED_NAME, WORD, Reader, unquoted
from confiture._pure.schema.records import Definition, Policy, Record, Routine, Rule, Table, View
from confiture._pure.schema.references import located_references
from confiture._pure.schema.text import reader_of

__all__ = ["has_statistics_of", "naming_column", "row_mentions"]

_NAMES = (WORD, QUOTED_NAME)
#: What stands behind ``*`` if it means columns, besides the end.
_AFTER_STAR = (
    *(",", ")", ";", "from", "into", "where", "group", "having", "window", "union", "intersect", "except"),
    *("order", "limit", "offset", "fetch", "for"),
)


def naming_column(table: Table, column: str) -> list[Record]:
    """The views, rules, policies and routines of which a query or condition names a column of a table."""
    sources = dict.fromkeys(need.source for need in table.dependents if not need.is_void)
    return [
        source
        for source in sources
        if any(text is not None and _names(text, column, table.name) for text in _texts(source))
    ]


def _texts(source: Record) -> tuple[str | None, ...]:
    if isinstance(source, View):
        return (source.query,)
    if isinstance(source, Rule):
        return (source.condition, *source.actions)
    if isinstance(source, Policy):
        return (source.using, source.check)
    return (source.sql_body,) if isinstance(source, Routine) else ()


def _names(text: str, column: str, table: str) -> bool:
    """Whether a text has a column's name, or ``*`` for all columns of its table or of all tables."""
    reader = reader_of(text)
    stars: list[str] = []
    for index in range(reader.end):
        token = reader.texts[index]
        if reader.kinds[index] in _NAMES:
            if unquoted(token) == column and (reader.texts[index - 1] if index else "") != "::":
                return True
        elif token == "*" and (index + 1 == reader.end or reader.texts[index + 1] in _AFTER_STAR):
            before = reader.texts[index - 1] if index else "("
            if before == ".":
                stars.append(unquoted(reader.texts[index - 2]))
            elif before != "(":
                return True
    return bool(stars) and not _called(reader, table).isdisjoint(stars)


def _called(reader: Reader, table: str) -> set[str]:
    """What a table is called in a query: by its name, and by its aliases."""
    found = {table}
    for located in located_references(reader):
        if located.reference.kind == "relation" and located.reference.name.name == table:
            rest = reader.part(located.end, reader.end)
            rest.take_sign("*")
            rest.take("as")
            if rest.is_name() and rest.word() not in RESERVED:
                found.add(rest.identifier())
    return found


def row_mentions(text: str, column: str) -> bool:
    """Whether the condition of a trigger mentions a column of ``old`` or ``new``."""
    texts = reader_of(text).texts
    return any(
        texts[index - 1] == "." and texts[index - 2] in ("old", "new") and unquoted(texts[index]) == column
        for index in range(2, len(texts))
    )


def has_statistics_of(statistics: Record, column: str, table: Table) -> bool:
    """Whether an object is statistics about a column of a table."""
    if not isinstance(statistics, Definition) or statistics.kind != "statistics":
        return False
    columns = reader_of(statistics.clauses)
    columns.until("on")
    columns = columns.until("from")
    return any(column_at(columns, index, table.name) == column for index in range(columns.at, columns.end))
