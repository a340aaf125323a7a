"""Texts of objects in which a name says which schema it is from, where the edges tell.

``x`` and ``public.x`` are one thing to the server where the search path leads to ``public``. What a text
refers to is known from the edges of the object that it is the text of. ``docs/model.md`` says where a name
stays as it is written: where more than one thing could be meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from confiture._pure.schema.catalog import catalog
from confiture._pure.schema.changed_texts import put_name, string_with
from confiture._pure.schema.mentions import names_in_string
from confiture._pure.schema.reading import (
    PUNCTUATION,
    QUOTED_NAME,
    STRING,
    WORD,
    Name,
    RefusedError,
    UnmodelledError,
    unquoted,
)
from confiture._pure.schema.references import is_read_late, located_references
from confiture._pure.schema.text import changed_partitioning, quoted_name, reader_of, spaced

if TYPE_CHECKING:
    from confiture._pure.schema.reading import Reader
    from confiture._pure.schema.references import Reference
    from confiture.models.schema.others import Edge

__all__ = ["FIELDS", "Meanings", "meanings_of", "resolve_texts"]

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

#: What is called what in which schemas; None is one that is not known.
_Schemas = dict[tuple[str, str], set[str | None]]

#: By an object and the kind of its edges, what its texts can refer to.
Meanings = dict[tuple[str, str], _Schemas]


class _Text(NamedTuple):
    """A text: where it is held, and which edges say what it refers to."""

    holder: dict[str, Any]
    field: str
    kind: str


def meanings_of(edges: Iterable[Edge]) -> Meanings:
    """What the edges of a model tell."""
    meanings: Meanings = {}
    for edge in edges:
        found = _called(edge.target)
        if found is not None:
            kind, name = found
            known = meanings.setdefault((edge.source, edge.kind), {})
            known.setdefault((kind, name.name), set()).add(name.schema if edge.is_defined else None)
    return meanings


def resolve_texts(source: str, field: str, item: dict[str, Any], meanings: Meanings) -> None:
    """Spell what is resolved in the texts of an object with its schema, in place.

    Queries, defaults, generated columns, conditions, keys of indexes and bodies that are no strings are
    such texts, and the names of collations.

    Args:
        source: What edges call the object, or the whole trigger that it is a part of.
        field: The field of the model that has it.
        item: The object without its defaults.
        meanings: What the edges tell.
    """
    for holder, name, kind in _TEXTS[field](item):
        schemas = meanings.get((source, kind))
        value = holder.get(name) if schemas else None
        if schemas and isinstance(value, str):
            holder[name] = _resolved_in(name, value, schemas)
        elif schemas and isinstance(value, (list, tuple)):
            holder[name] = [_resolved(each, schemas) for each in value]


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


def _of_index(index: dict[str, Any]) -> Iterable[_Text]:
    yield _Text(index, "where", "index")
    yield from _of_keys(index)


def _of_type(item: dict[str, Any]) -> Iterable[_Text]:
    for attribute in item.get("attributes", ()):
        yield _Text(attribute, "collation", "type")


def _of_domain(domain: dict[str, Any]) -> Iterable[_Text]:
    yield _Text(domain, "default", "default")
    yield _Text(domain, "collation", "type")
    for made in domain.get("constraints", ()):
        yield _Text(made, "expression", "check")


def _of_routine(routine: dict[str, Any]) -> Iterable[_Text]:
    yield _Text(routine, "sql_body", "body")
    for argument in routine.get("arguments", ()):
        yield _Text(argument, "default", "default")


#: The texts of the objects in each field of a model.
_TEXTS: dict[str, Callable[[dict[str, Any]], Iterable[_Text]]] = {
    "types": _of_type,
    "domains": _of_domain,
    "tables": _of_table,
    "indexes": _of_index,
    "views": lambda view: (_Text(view, "query", "query"),),
    "routines": _of_routine,
    "triggers": lambda trigger: (_Text(trigger, "when", "trigger"),),
    "policies": lambda policy: (_Text(policy, "using", "policy"), _Text(policy, "check", "policy")),
    "rules": lambda rule: (_Text(rule, "condition", "rule"), _Text(rule, "actions", "rule")),
}

#: The fields of a model whose objects have texts.
FIELDS = frozenset(_TEXTS)


def _resolved_name(text: str, schemas: _Schemas) -> str:
    """The name of a collation with its schema."""
    name, _ = names_in_string(text)
    if name is None or name.schema is not None:
        return text
    found = schemas.get(("collation", name.name), set())
    schema = next(iter(found)) if len(found) == 1 else None
    return text if schema is None else f"{quoted_name(schema)}.{quoted_name(name.name)}"


def _resolved_in(field: str, text: str, schemas: _Schemas) -> str:
    if field == "collation":
        return _resolved_name(text, schemas)
    if field == "partition_by":
        return changed_partitioning(text, lambda keys: _resolved(keys, schemas))
    return _resolved(text, schemas)


def _resolved(text: str, schemas: _Schemas) -> str:
    """A text whose references have their schemas."""
    try:
        reader = reader_of(text)
        references = located_references(reader)
    except (RefusedError, UnmodelledError):
        return text
    queries: set[str] | None = None
    found: dict[int, Name] = {}
    for located in references:
        reference = located.reference
        if reference.name.schema is not None or reference.kind not in _TARGETS:
            continue
        schema = _schema(reference, schemas)
        if schema is None or is_read_late(reader, located):
            continue
        if reference.kind == "relation":
            queries = _query_names(reader) if queries is None else queries
            if reference.name.name in queries:
                continue
        found[located.start] = Name(schema, reference.name.name)
    return _with_schemas(reader, found) if found else text


def _with_schemas(reader: Reader, names: dict[int, Name]) -> str:
    """The text of all tokens, with the schema before the names at some of them."""
    kinds: list[int] = []
    texts: list[str] = []
    for index in range(reader.at, reader.end):
        kind, text = reader.kinds[index], reader.texts[index]
        name = names.get(index)
        if name is not None and kind == STRING:
            text = string_with(text, name)
        elif name is not None:
            put_name(kinds, texts, name.schema or "")
            kinds.append(PUNCTUATION)
            texts.append(".")
        kinds.append(kind)
        texts.append(text)
    return spaced(kinds, texts, 0, len(kinds))


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
