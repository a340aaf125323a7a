"""``COMMENT ON``."""

from __future__ import annotations

from confiture._pure.schema.objects import find, read_kind, require
from confiture._pure.schema.reading import Name, Reader, RefusedError, UnmodelledError, shown
from confiture._pure.schema.records import Domain, Routine, Table, Type, Unknown, View
from confiture._pure.schema.state import Missing, State

__all__ = ["comment"]


def comment(state: State, reader: Reader, form: str) -> None:
    """``COMMENT ON object IS 'text' | NULL``."""
    reader.expect("comment", "on")
    kind = read_kind(reader)
    if not kind:
        raise reader.refused("a kind of object")
    if kind == "column":
        parts = reader.parts()
        text = _text(reader)
        _on_column(state, parts, text)
        return
    if kind == "constraint":
        name = reader.identifier()
        reader.expect("on")
        is_domain = reader.word() == "domain" and reader.is_name(1) and reader.word(1) != "is"
        reader.at += is_domain
        owner = reader.name()
        text = _text(reader)
        _on_constraint(state, name, owner, text, is_domain=is_domain)
        return
    if kind == "large_object":
        raise UnmodelledError("it is no object of a schema")
    record = find(state, kind, reader)
    text = _text(reader)
    found = require(record)
    if isinstance(found, Unknown):
        raise UnmodelledError("what it is about is kept as it is")
    if isinstance(found, Routine) and kind == "aggregate" and found.kind != "aggregate":
        raise Missing
    state.change(found, comment=text)


def _text(reader: Reader) -> str | None:
    reader.expect("is")
    text = None if reader.take("null") else reader.string()
    reader.expect_end()
    return text or None


def _on_column(state: State, parts: list[str], text: str | None) -> None:
    if len(parts) < 2:
        raise RefusedError("a column's name has its table before it")
    relation = state.relation(Name(parts[-3] if len(parts) > 2 else None, parts[-2]))
    name = parts[-1]
    if isinstance(relation, Table):
        column = relation.columns.get(name)
        if column is None:
            raise UnmodelledError(f"there is no column {shown(name)}")
        state.change(column, comment=text)
    elif isinstance(relation, Type) and name in relation.attributes:
        state.change(relation.attributes[name], comment=text)
    elif isinstance(relation, View):
        comments = {key: value for key, value in relation.column_comments.items() if key != name}
        if text is not None:
            comments[name] = text
        state.change(relation, column_comments=comments)
    else:
        raise Missing


def _on_constraint(state: State, name: str, owner: Name, text: str | None, *, is_domain: bool) -> None:
    found = state.type(owner) if is_domain else state.relation(owner)
    if not isinstance(found, (Table, Domain)) or name not in found.constraints:
        raise Missing
    state.change(found.constraints[name], comment=text)
