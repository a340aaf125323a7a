"""What queries call the columns of a table that have other names now.

A column behind its table's name or alias is told by that. One without can only be that of the table where
nothing else that the query reads can have such a column, and nothing in the query is called so.
"""

from __future__ import annotations

from confiture._pure.schema.catalog import RESERVED
from confiture._pure.schema.changed_texts import Change, changed_text
from confiture._pure.schema.reading import (
    NUMBER,
    QUOTED_NAME,
    STRING,
    WORD,
    Name,
    Reader,
    unquoted,
)
from confiture._pure.schema.records import Policy, Record, Relation, Routine, Rule, Table, View
from confiture._pure.schema.references import Located, Reference, located_references
from confiture._pure.schema.renamed_relations import NO_ALIASES
from confiture._pure.schema.respelling import edit_texts
from confiture._pure.schema.state import State
from confiture._pure.schema.text import reader_of

__all__ = ["rename_in_queries"]

_NAMES = (WORD, QUOTED_NAME)
#: What a query in parentheses stands behind if it gives no columns to the one around it.
_BEFORE_CONDITIONS = (
    *("(", "in", "exists", "any", "some", "all", "array", "and", "or", "not", "where", "on", "when", "then"),
    *("=", "<>", "<", ">", "<=", ">="),
)

#: Words that are names as well and stand before columns.
_BEFORE_COLUMNS = ("by", "join", "returning", "set", "values")


def rename_in_queries(state: State, table: Table, old: str, new: str) -> None:
    """Call a column by its new name in the queries that read its table."""
    for source in dict.fromkeys(need.source for need in table.dependents if not need.is_void):
        is_own = isinstance(source, Policy) and source.table is table
        if not source.is_dropped and not is_own and isinstance(source, (View, Rule, Policy, Routine)):
            edit_texts(state, source, None, _Renaming(source, table, old, new))


class _Renaming:
    """What makes texts with a column's old name those with its new one."""

    def __init__(self, source: Record, table: Table, old: str, new: str) -> None:
        self.table = table
        self.old = old
        self.new = new
        self.rows = ("new", "old") if isinstance(source, Rule) and source.table is table else ()
        self.is_alone = all(need.is_void or self._has_no(need.target) for need in source.needs)

    def _has_no(self, target: Record | None) -> bool:
        """Whether something that is read has no such column besides that of the table."""
        if target is self.table:
            return True
        if isinstance(target, Table):
            return self.old not in target.columns
        return target is not None and not isinstance(target, Relation)

    def __call__(self, text: str, *, has_options: bool = False) -> str:
        reader = reader_of(text)
        places = self._places(reader)
        reference = Reference("column", Name(None, self.old))
        changes = [Change(Located(reference, place, place + 1), Name(None, self.new)) for place in places]
        return changed_text(reader, changes) if changes else text

    def _places(self, reader: Reader) -> list[int]:
        """The tokens that are the column."""
        named = located_references(reader)
        called, others = self._called(reader, named)
        relations = {index for each in named for index in range(each.start, each.end)}
        found: list[int] = []
        bare: list[int] = []
        is_clear = self.is_alone and bool(called) and self.old not in called | others
        is_clear = is_clear and not any(located.is_from for located in named) and not _gives_columns(reader)
        ends = _ends_of_distinct(reader)
        for index in range(reader.end):
            is_name = reader.kinds[index] in _NAMES and index not in relations
            if not is_name or unquoted(reader.texts[index]) != self.old:
                continue
            before = reader.texts[index - 1] if index else ""
            after = reader.texts[index + 1] if index + 1 < reader.end else ""
            if after in ("(", ".") or before == "::":
                continue
            if before == ".":
                qualifier = unquoted(reader.texts[index - 2])
                if (qualifier in called and qualifier not in others) or qualifier in self.rows:
                    found.append(index)
            elif index - 1 not in ends and _is_alias(reader, index):
                is_clear = False
            else:
                bare.append(index)
        return sorted([*found, *bare]) if is_clear else found

    def _called(self, reader: Reader, named: list[Located]) -> tuple[set[str], set[str]]:
        """What the table is called, and what other relations are called."""
        called: set[str] = set()
        others: set[str] = set()
        for located in named:
            if located.reference.kind != "relation" or reader.kinds[located.start] == STRING:
                continue
            name = located.reference.name
            is_own = name.name == self.table.name and name.schema in (None, self.table.schema)
            rest = reader.part(located.end, reader.end)
            rest.take_sign("*")
            rest.take("as")
            is_alias = rest.is_name() and (rest.kind() == QUOTED_NAME or rest.word() not in NO_ALIASES)
            (called if is_own else others).add(rest.identifier() if is_alias else name.name)
        return called, others


def _gives_columns(reader: Reader) -> bool:
    """Whether a query within gives columns to the one around it, or several are joined or made one."""
    for index in range(reader.end):
        if reader.kinds[index] != WORD:
            continue
        text = reader.texts[index]
        before = reader.texts[index - 1] if index else ""
        if text in ("natural", "union", "intersect", "except") or (text == "with" and before != ")"):
            return True
        if text == "using" and reader.texts[index + 1 : index + 2] == ["("]:
            return True
        is_inner = text == "select" and before == "(" and index > 1
        if is_inner and reader.texts[index - 2] not in _BEFORE_CONDITIONS:
            return True
    return False


def _ends_of_distinct(reader: Reader) -> set[int]:
    """Where ``DISTINCT ON (…)`` ends: what stands behind is an item."""
    found = set()
    open_at: list[int] = []
    for index, text in enumerate(reader.texts):
        if text == "(":
            open_at.append(index)
        elif text == ")" and open_at:
            start = open_at.pop()
            if start > 1 and reader.texts[start - 1] == "on" and reader.texts[start - 2] == "distinct":
                found.add(index)
    return found


def _is_alias(reader: Reader, index: int) -> bool:
    """Whether a name is one that is given to something."""
    if not index:
        return False
    kind, text = reader.kinds[index - 1], reader.texts[index - 1]
    if kind in (NUMBER, STRING) or text in (")", "]", "as"):
        return True
    return kind in _NAMES and text not in RESERVED and text not in _BEFORE_COLUMNS
