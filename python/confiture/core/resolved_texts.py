"""Texts of a model in which a name says which schema it is from, where the model knows it.

``x`` and ``public.x`` are one thing to the server where the search path leads to ``public``. What a text
refers to is known from the edges of the object that it is the text of. A name stays as it is written where
more than one thing could be meant: where PostgreSQL itself has one of that name, a common table expression is
called so, or the edges lead to several schemas or to something that nothing defines.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from confiture._pure.schema.catalog import catalog
from confiture._pure.schema.changed_texts import Change, changed_text
from confiture._pure.schema.mentions import names_in_string
from confiture._pure.schema.reading import (
    QUOTED_NAME,
    WORD,
    Name,
    RefusedError,
    UnmodelledError,
    unquoted,
)
from confiture._pure.schema.references import is_read_late, located_references
from confiture._pure.schema.text import changed_partitioning, quoted_name, reader_of
from confiture.models.statement import Identity

if TYPE_CHECKING:
    from confiture._pure.schema.reading import Reader
    from confiture._pure.schema.references import Reference

__all__ = ["resolve_texts"]

#: What a reference of a kind can mean, as edges call it.
_TARGETS = {
    "relation": ("table", "foreign table", "view", "materialized view", "sequence", "index"),
    "routine": ("function", "procedure", "aggregate"),
    "type": ("type", "domain", "table", "foreign table", "view", "materialized view"),
    "collation": ("collation",),
    "text_search_configuration": ("text search configuration",),
    "text_search_dictionary": ("text search dictionary",),
}
#: The words that edges start with, the longest first.
_KINDS = sorted({kind for kinds in _TARGETS.values() for kind in kinds}, key=len, reverse=True)
_INPUT_MODES = ("in", "inout", "variadic")

#: What is called what in which schemas; None is one that is not known.
_Schemas = dict[tuple[str, str], set[str | None]]


class _Text(NamedTuple):
    """A text: where it is held, and which edges say what it refers to."""

    holder: dict[str, Any]
    field: str
    kind: str


def resolve_texts(model: dict[str, Any]) -> None:
    """Spell what is resolved in the texts of a decoded model with its schema, in place.

    Queries, defaults, generated columns, conditions, keys of indexes and bodies that are no strings are
    such texts, and the names of collations.
    """
    edges: dict[tuple[str, str], _Schemas] = {}
    for edge in model.get("edges", ()):
        found = _called(edge["target"])
        if found is not None:
            kind, name = found
            known = edges.setdefault((edge["source"], edge["kind"]), {})
            is_defined = edge.get("is_defined", True)
            known.setdefault((kind, name.name), set()).add(name.schema if is_defined else None)
    if not edges:
        return
    for source, held in _objects(model):
        for holder, field, kind in held:
            schemas = edges.get((source, kind))
            value = holder.get(field) if schemas else None
            if schemas and isinstance(value, str):
                holder[field] = _resolved_in(field, value, schemas)
            elif schemas and isinstance(value, list):
                holder[field] = [_resolved(each, schemas) for each in value]


def _called(target: str) -> tuple[str, Name] | None:
    """The kind and the name of what an edge leads to."""
    kind = next((kind for kind in _KINDS if target.startswith(f"{kind} ")), None)
    if kind is None:
        return None
    try:
        reader = reader_of(target[len(kind) + 1 :])
        return (kind, reader.name()) if reader.is_name() else None
    except (RefusedError, UnmodelledError):
        return None


def _objects(model: dict[str, Any]) -> Iterable[tuple[str, list[_Text]]]:
    """All that have texts, as edges call them."""

    def items(field: str) -> Iterable[dict[str, Any]]:
        found: Iterable[dict[str, Any]] = model.get(field, ())
        return found

    def called(kind: str, item: dict[str, Any], **more: Any) -> str:
        return str(Identity(kind=kind, schema=item.get("schema"), name=item["name"], **more))

    for table in items("tables"):
        kind = "foreign_table" if table.get("is_foreign") else "table"
        yield called(kind, table), [*_of_table(table)]
    for index in items("indexes"):
        yield called("index", index), [_Text(index, "where", "index"), *_of_keys(index)]
    for view in items("views"):
        kind = "materialized_view" if view.get("is_materialized") else "view"
        yield called(kind, view), [_Text(view, "query", "query")]
    for domain in items("domains"):
        checks = [_Text(made, "expression", "check") for made in domain.get("constraints", ())]
        yield called("domain", domain), [_Text(domain, "default", "default"), *checks]
    for routine in items("routines"):
        arguments = routine.get("arguments", ())
        given = tuple(each["type"] for each in arguments if each.get("mode", "in") in _INPUT_MODES)
        kind = "procedure" if routine.get("is_procedure") else "function"
        defaults = [_Text(each, "default", "default") for each in arguments]
        yield called(kind, routine, arguments=given), [_Text(routine, "sql_body", "body"), *defaults]
    whole = {(each.get("schema"), each["table"], each["name"]): each for each in items("triggers")}
    for trigger in items("triggers"):
        yield (
            called("trigger", _whole(trigger, whole), parent=_whole(trigger, whole)["table"]),
            [_Text(trigger, "when", "trigger")],
        )
    for policy in items("policies"):
        texts = [_Text(policy, "using", "policy"), _Text(policy, "check", "policy")]
        yield called("policy", policy, parent=policy["table"]), texts
    for rule in items("rules"):
        texts = [_Text(rule, "condition", "rule"), _Text(rule, "actions", "rule")]
        yield called("rule", rule, parent=rule["table"]), texts


def _whole(trigger: dict[str, Any], triggers: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    """The trigger that one is a part of, or it itself: its condition is that of the whole."""
    seen = set()
    while (parent := trigger.get("parent")) is not None:
        key = (parent.get("schema"), parent["name"], trigger["name"])
        if key in seen or key not in triggers:
            break
        seen.add(key)
        trigger = triggers[key]
    return trigger


def _of_table(table: dict[str, Any]) -> Iterable[_Text]:
    yield _Text(table, "partition_by", "definition")
    for column in table.get("columns", ()):
        yield _Text(column, "default", "default")
        yield _Text(column, "generated", "generated")
        yield _Text(column, "collation", "type")
    for made in table.get("constraints", ()):
        yield _Text(made, "expression", "check")
        yield _Text(made, "where", "index")
        yield from _of_keys(made)


def _of_keys(holder: dict[str, Any]) -> Iterable[_Text]:
    for key in holder.get("keys", ()):
        if not key.get("is_column"):
            yield _Text(key, "expression", "index")
        yield _Text(key, "collation", "index")


def _resolved_name(text: str, schemas: _Schemas) -> str:
    """The name of a collation with its schema."""
    name, _ = names_in_string(text)
    if name is None or name.schema is not None:
        return text
    found = schemas.get(("collation", name.name))
    schema = found.copy().pop() if found is not None and len(found) == 1 else None
    return text if schema is None else f"{quoted_name(schema)}.{quoted_name(name.name)}"


def _resolved_in(field: str, text: str, schemas: _Schemas) -> str:
    if field == "collation":
        return _resolved_name(text, schemas)
    if field == "partition_by":
        return changed_partitioning(text, lambda keys: _resolved(keys, schemas))
    return _resolved(text, schemas)


def _resolved(text: str, schemas: _Schemas) -> str:
    """A text whose references have their schemas."""
    reader = reader_of(text)
    queries = _query_names(reader)
    changes = []
    for located in located_references(reader):
        reference = located.reference
        if reference.name.schema is not None or reference.kind not in _TARGETS:
            continue
        if is_read_late(reader, located):
            continue
        schema = _schema(reference, schemas)
        if schema is not None and not (reference.kind == "relation" and reference.name.name in queries):
            changes.append(Change(located, Name(schema, reference.name.name)))
    return changed_text(reader, changes) if changes else text


def _schema(reference: Reference, schemas: _Schemas) -> str | None:
    """The one schema that a reference can mean something of."""
    name = reference.name.name
    known = catalog()
    own = {"relation": known.relations, "routine": known.routines, "type": known.types}.get(reference.kind)
    if own is not None and name in own:
        return None
    found: set[str | None] = set()
    for kind in _TARGETS[reference.kind]:
        found |= schemas.get((kind, name), set())
    return found.pop() if len(found) == 1 else None


def _query_names(reader: Reader) -> set[str]:
    """The names of all common table expressions, wherever they are in scope."""
    found = set()
    for index in range(reader.at, reader.end - 1):
        if reader.kinds[index] not in (WORD, QUOTED_NAME):
            continue
        rest = reader.part(index + 1, reader.end)
        if rest.is_group():
            rest.skip()
        if rest.take("as"):
            rest.take("not")
            rest.take("materialized")
            if rest.is_group():
                found.add(unquoted(reader.texts[index]))
    return found
