"""What publications are of once all of their changes are made."""

from __future__ import annotations

from typing import NamedTuple

from confiture._pure.schema.reading import Name, Reader, RefusedError, UnmodelledError
from confiture._pure.schema.records import Definition, Record
from confiture._pure.schema.state import State
from confiture._pure.schema.text import reader_of, text_of
from confiture._pure.schema.types import qualified

__all__ = ["fold_publications", "leave_out"]

_TABLE = "table"
_SCHEMA = "tables in schema"


class _Item(NamedTuple):
    """A table or a schema that is published, with the words that say it."""

    kind: str
    name: Name
    text: str


def leave_out(state: State, publication: Definition, table: Record) -> None:
    """Note that a table is dropped that a publication is of."""
    change = f"drop table {qualified(table)}"
    state.change(publication, changes=(*publication.changes, change))


def fold_publications(state: State) -> None:
    """Give publications the clauses that would make them as they are after their changes, in one order."""
    for record in list(state.others.values()):
        if isinstance(record, Definition) and record.kind == "publication":
            try:
                clauses = _folded(record)
            except (RefusedError, UnmodelledError):
                continue
            state.change(record, clauses=clauses, changes=())


class _Published:
    """The tables and schemas that a publication is of."""

    def __init__(self) -> None:
        self.items: dict[_Item, None] = {}
        self._exact: dict[tuple[str, Name], list[_Item]] = {}
        self._schemas: dict[tuple[str, str], list[str | None]] = {}

    def add(self, item: _Item) -> None:
        """Add an item, unless it is there."""
        if item not in self.items:
            self.items[item] = None
            self._exact.setdefault((item.kind, item.name), []).append(item)
            self._schemas.setdefault((item.kind, item.name.name), []).append(item.name.schema)

    def drop(self, kind: str, name: Name) -> None:
        """Take out what is called so: with the same schema, or where one of the two names none."""
        schemas: list[str | None] = [name.schema]
        if (kind, name) not in self._exact:
            schemas = [None] if name.schema is not None else self._schemas.pop((kind, name.name), [])
        for schema in schemas:
            for item in self._exact.pop((kind, Name(schema, name.name)), ()):
                del self.items[item]

    def text(self) -> str:
        """The clause that names all of them, sorted: their order has no meaning."""
        parts: list[str] = []
        known = ""
        for item in sorted(self.items, key=lambda item: (item.kind, item.text)):
            parts.append(item.text if item.kind == known else f"{item.kind} {item.text}")
            known = item.kind
        return f"for {', '.join(parts)}" if parts else ""


def _folded(record: Definition) -> str:
    published = _Published()
    options: dict[str, str] = {}
    clauses = reader_of(record.clauses)
    is_of_all = clauses.take("for", "all", "tables")
    if clauses.take("for"):
        for item in _read_items(clauses):
            published.add(item)
    if clauses.take("with"):
        options |= _read_options(clauses)
    clauses.expect_end()
    for text in record.changes:
        change = reader_of(text)
        verb = change.take_any("add", "set", "drop")
        if not verb:
            raise change.refused("ADD, SET or DROP")
        if change.is_group():
            options |= _read_options(change)
            continue
        if verb == "set":
            published = _Published()
        for item in _read_items(change):
            if verb == "drop":
                published.drop(item.kind, item.name)
            else:
                published.add(item)
        change.expect_end()
    parts = ["for all tables" if is_of_all else published.text()]
    if options:
        parts.append(f"with ({', '.join(options.values())})")
    return " ".join(filter(None, parts))


def _read_items(reader: Reader) -> list[_Item]:
    """Go past tables and schemas."""
    items: list[_Item] = []
    kind = ""
    while True:
        if reader.take("tables", "in", "schema"):
            kind = _SCHEMA
        elif reader.take("table"):
            kind = _TABLE
        elif not kind:
            raise reader.refused("TABLE")
        start = reader.at
        if kind == _SCHEMA:
            name = Name(None, reader.identifier())
        else:
            reader.take("only")
            name = reader.group().name() if reader.is_group() else reader.name()
            reader.take_sign("*")
            if reader.is_group():
                reader.skip()
            if reader.take("where"):
                reader.group()
        items.append(_Item(kind, name, text_of(reader.part(start, reader.at))))
        if not reader.take_sign(","):
            return items


def _read_options(reader: Reader) -> dict[str, str]:
    """Go past options: the text of each by its name."""
    options: dict[str, str] = {}
    for item in reader.group().items():
        text = text_of(item)
        options[item.identifier()] = text
    return options
