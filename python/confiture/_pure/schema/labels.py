"""Labels of enums that have other names now, in texts: the server keeps which label is meant.

A string is a label where it is cast to the type, where it is the default of a column of the type, and where
it is compared with such a column in what belongs to its table.
"""

from __future__ import annotations

from confiture._pure.schema.catalog import RESERVED
from confiture._pure.schema.mentions import column_at
from confiture._pure.schema.reading import QUOTED_NAME, STRING, WORD, Reader, string_of, unquoted
from confiture._pure.schema.records import Column, Domain, Part, Record, Table, Type
from confiture._pure.schema.references import located_references
from confiture._pure.schema.respelling import edit_texts
from confiture._pure.schema.state import State
from confiture._pure.schema.text import reader_of, spaced

__all__ = ["relabel"]

_NAMES = (WORD, QUOTED_NAME)
_COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")


def relabel(state: State, enum: Type, old: str, new: str) -> None:
    """Call a label by its new name in texts."""
    places = dict.fromkeys(
        (need.source, need.part)
        for need in enum.dependents
        if not need.is_void and not need.source.is_dropped
    )
    tables: dict[Table, set[str]] = {}
    for source, part in places:
        _Relabelling(enum, old, new).edit(state, source, part)
        holder = part if isinstance(part, Column) else source
        if not isinstance(holder, (Column, Domain)):
            continue
        if holder.type.known is enum and not holder.type.is_array:
            if isinstance(source, Table):
                tables.setdefault(source, set()).add(holder.name)
            if holder.default is not None and _is_label(holder.default, old):
                state.change(holder, default=_string(new))
    for table, columns in tables.items():
        relabelling = _Relabelling(enum, old, new, table.name, columns)
        for column in table.columns.values():
            if column.generated is not None:
                relabelling.edit(state, table, column)
        for made in table.constraints.values():
            relabelling.edit(state, table, made)
        for owned in (*table.indexes, *table.policies.values(), *table.triggers.values()):
            relabelling.edit(state, owned, None)


def _is_label(text: str, label: str) -> bool:
    reader = reader_of(text)
    return reader.end == 1 and reader.kinds[0] == STRING and string_of(reader.texts[0]) == label


def _string(value: str) -> str:
    content = value.replace("'", "''")
    return f"'{content}'"


class _Relabelling:
    """What makes texts with a label those with another one."""

    def __init__(
        self, enum: Type, old: str, new: str, table: str = "", columns: set[str] | None = None
    ) -> None:
        self.enum = enum
        self.old = old
        self.new = new
        self.table = table
        self.columns = columns or set()

    def edit(self, state: State, source: Record, part: Part | None) -> None:
        """Change the texts of an object, or of a part of it."""
        edit_texts(state, source, part, self)

    def __call__(self, text: str, *, has_options: bool = False) -> str:
        reader = reader_of(text)
        labels = {
            index
            for index in range(reader.end)
            if reader.kinds[index] == STRING and string_of(reader.texts[index]) == self.old
        }
        if not labels:
            return text
        found = labels & (self._compared(reader) if self.columns else self._cast(reader))
        texts = [_string(self.new) if index in found else text for index, text in enumerate(reader.texts)]
        return spaced(reader.kinds, texts, 0, reader.end) if found else text

    def _cast(self, reader: Reader) -> set[int]:
        """Strings that are cast to the type."""
        found = set()
        for located in located_references(reader):
            name, start = located.reference.name, located.start
            is_meant = name.name == self.enum.name and name.schema in (None, self.enum.schema)
            if (
                not is_meant
                or located.reference.kind != "type"
                or reader.texts[located.end : located.end + 1] == ["["]
            ):
                continue
            before = reader.texts[max(start - 4, 0) : start]
            if before[-1:] == ["::"] or (before[:2] == ["cast", "("] and before[-1:] == ["as"]):
                found.add(start - 2)
        return found

    def _compared(self, reader: Reader) -> set[int]:
        """Strings that are compared with a column of the type."""
        found = set()
        for index in range(reader.end):
            if not self._is_column(reader, index):
                continue
            first = index - 2 if index and reader.texts[index - 1] == "." else index
            if first >= 2 and reader.texts[first - 1] in _COMPARISONS:
                found.add(first - 2)
            rest = reader.part(index + 1, reader.end)
            if rest.text() in _COMPARISONS:
                found.add(rest.at + 1)
                continue
            rest.take("not")
            if rest.take("in") and rest.is_group():
                found.update(range(rest.at, reader.closings[rest.at]))
        return found

    def _is_column(self, reader: Reader, index: int) -> bool:
        kind, text = reader.kinds[index], reader.texts[index]
        if kind not in _NAMES or (kind == WORD and text in RESERVED) or unquoted(text) not in self.columns:
            return False
        return any(column_at(reader, index, table) is not None for table in (self.table, "new", "old"))
