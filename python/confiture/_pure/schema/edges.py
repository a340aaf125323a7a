"""Edges from what a text refers to: looked up at once, and again when all statements have run."""

from __future__ import annotations

from confiture._pure.schema.catalog import SYSTEM_SCHEMAS
from confiture._pure.schema.mentions import names_in_string
from confiture._pure.schema.reading import Reader
from confiture._pure.schema.records import (
    Attribute,
    Column,
    Constraint,
    Domain,
    Part,
    Record,
    Routine,
    Table,
    Type,
)
from confiture._pure.schema.references import Located, Reference, is_read_late, located_references
from confiture._pure.schema.state import State

__all__ = ["add_reference", "add_references", "fits", "is_gone", "missing_name", "need_collation"]

#: Kinds that are looked for again at the end; of others PostgreSQL has too many of its own.
_LATE = ("relation", "routine", "type")
#: What stands before a name in front of a parenthesis that is no call: of what is defined, or has columns.
_BEFORE_NO_CALL = frozenset(
    (
        *("aggregate", "analyze", "copy", "function", "index", "into", "on", "only", "operator", "procedure"),
        *("references", "routine", "table", "type", "vacuum", "view", "exists", "as"),
    )
)


def add_references(
    state: State,
    source: Record,
    reader: Reader,
    kind: str,
    *,
    part: Part | None = None,
    is_body: bool = False,
    is_tracked: bool = True,
    tables: tuple[str, ...] = (),
) -> None:
    """Say that an object needs what some of its tokens refer to.

    Args:
        state: The state.
        source: The object.
        reader: The tokens.
        kind: The kind of the edges.
        part: What of the object they belong to.
        is_body: Whether names that nothing defines may be variables or made at run time.
        is_tracked: As in `Need`.
        tables: Names that are no relations in the text.
    """
    seen: set[tuple[Reference, bool]] = set()
    for located in located_references(reader, tables):
        # PostgreSQL does not know what a string will name.
        is_known = is_tracked and not is_read_late(reader, located)
        reference = located.reference
        if (reference, is_known) not in seen:
            seen.add((reference, is_known))
            is_open = is_body and not _is_told(reader, located)
            add_reference(
                state,
                source,
                reference,
                kind,
                part=part,
                is_body=is_body,
                is_open=is_open,
                is_tracked=is_known,
            )


def _is_told(reader: Reader, located: Located) -> bool:
    """Whether a body tells by a name with a schema that something is there: a relation, or what is called."""
    before = reader.texts[located.start - 1] if located.start else ""
    is_call = located.reference.kind == "routine" and before not in _BEFORE_NO_CALL
    return is_call or located.reference.kind == "relation"


def add_reference(
    state: State,
    source: Record,
    reference: Reference,
    kind: str,
    *,
    part: Part | None = None,
    is_body: bool = False,
    is_open: bool = False,
    is_tracked: bool = True,
) -> None:
    """Say that an object needs what a name means; `is_open`: where it means nothing, that says nothing."""
    name = reference.name
    if name.schema in SYSTEM_SCHEMAS:
        return
    targets = _targets(state, reference, state.path)
    if targets or reference.kind not in _LATE:
        for target in targets:
            state.need(source, target, kind, part=part, is_tracked=is_tracked)
        return
    if state.is_system(reference.kind, name):
        return
    path, statement = state.path, state.statement

    def again(state: State) -> None:
        if source.is_dropped or (part is not None and is_gone(source, part)):
            return
        state.statement = statement
        targets = _targets(state, reference, path)
        for target in targets:
            state.need(source, target, kind, part=part, is_tracked=is_tracked, is_late=True)
        if targets:
            return
        if is_body and (is_open or not _is_missing(state, reference)):
            return
        state.need(source, None, kind, part=part, missing=missing_name(reference))

    state.later(again)


def _is_missing(state: State, reference: Reference) -> bool:
    """Whether a schema that the text has lacks something that a body names with it."""
    schema, name = reference.name
    if schema is None or not state.has_schema(schema):
        return False
    if reference.kind == "relation":
        return True
    # A routine may be called in a way that is not told from here; a type or a table casts.
    key = schema, name
    return schema != "pg_temp" and not any(
        names.get(key) for names in (state.routines, state.types, state.relations)
    )


def is_gone(source: Record, part: Part) -> bool:
    """Whether an object has a column, constraint or attribute no more."""
    if isinstance(part, Column):
        return isinstance(source, Table) and source.columns.get(part.name) is not part
    if isinstance(part, Constraint):
        return isinstance(source, (Table, Domain)) and source.constraints.get(part.name) is not part
    if isinstance(part, Attribute):
        return isinstance(source, Type) and source.attributes.get(part.name) is not part
    return False


def missing_name(reference: Reference) -> str:
    """What an edge calls something that nothing defines."""
    from confiture.models.statement import Identity

    kind = {"relation": "table", "routine": "function"}.get(reference.kind, reference.kind)
    return str(Identity(kind=kind, schema=reference.name.schema, name=reference.name.name))


def _targets(state: State, reference: Reference, path: tuple[str, ...]) -> list[Record]:
    if reference.kind == "relation":
        found = state.relation(reference.name, path)
        return [] if found is None else [found]
    if reference.kind == "type":
        found = state.type(reference.name, path)
        return [] if found is None else [found]
    if reference.kind == "operator":
        operators = state.operators.get(reference.name.name, ())
        return [
            operator
            for operator in operators
            if not operator.is_dropped and reference.name.schema in (None, operator.schema)
        ]
    if reference.kind != "routine":
        return _of_kind(state, reference, path)
    routines = state.overloads(reference.name, path)
    return [routine for routine in routines if fits(routine, reference.arity)]


def _of_kind(state: State, reference: Reference, path: tuple[str, ...]) -> list[Record]:
    name = reference.name
    for schema in [name.schema] if name.schema is not None else path:
        found = state.others.get((reference.kind, schema, name.name))
        if found is not None:
            return [found]
    return []


def need_collation(
    state: State, source: Record, collation: str | None, kind: str, part: Part | None = None
) -> None:
    """Say that an object needs a collation of the text."""
    if collation is not None:
        name, _ = names_in_string(collation)
        if name is not None:
            add_reference(state, source, Reference("collation", name), kind, part=part)


def fits(routine: Routine, count: int) -> bool:
    """Whether a routine can be called with so many arguments."""
    if count < 0:
        return True
    given = [parameter for parameter in routine.parameters if parameter.mode in ("in", "inout", "variadic")]
    least = sum(1 for parameter in given if parameter.default is None and parameter.mode != "variadic")
    if any(parameter.mode == "variadic" for parameter in given):
        return count >= least
    if routine.kind == "aggregate" and not given:
        return count <= 1
    if routine.kind == "procedure":
        # A call names the arguments that it gets back as well.
        every = len(routine.parameters)
        return least <= count <= max(every, len(given))
    return least <= count <= len(given)
