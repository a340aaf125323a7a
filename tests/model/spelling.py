"""The expressions of a model in the server's own spelling, compared with those of its catalogues.

The server spells an expression only as part of an object. So a copy of each object is made, with nothing
but the columns of the original and the expressions of the model, and the server is asked how it spells
both. What is done for that is undone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, LiteralString, cast

import psycopg

from confiture.models.sql_names import quoted

from .spelling_of_definitions import definition_parts
from .spelling_of_routines import aggregate_parts, domain_parts, range_parts, routine_parts
from .spelling_of_tables import (
    bound_parts,
    partitioning_parts,
    policy_parts,
    rule_parts,
    table_parts,
    view_parts,
    view_trigger_parts,
)
from .written import COPIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture.models.schema.model import SchemaModel

    from .catalogue import Catalogue
    from .written import Copy

__all__ = ["misspellings"]


def misspellings(model: SchemaModel, catalogue: Catalogue, *, path: str | None = None) -> list[str]:
    """What the server spells otherwise, or refuses, of a model of the text that it has loaded.

    Args:
        model: The model.
        catalogue: The server; its transaction is left as it was.
        path: The search path that names are looked up along; by default ``public`` and all other schemas.
    """
    if path is None:
        others = sorted({schema.name for schema in model.schemas} - {"public"})
        path = ", ".join(map(quoted, ["public", *others]))
    found: list[str] = []
    for copy in _copies(model):
        found += _compared(copy, catalogue, path)
    return found


def _copies(model: SchemaModel) -> Iterator[Copy]:
    for table in model.tables:
        yield table_parts(table, model)
        if table.partition_by is not None:
            yield partitioning_parts(table)
        if table.partition_of is not None:
            yield bound_parts(table, model)
    for view in model.views:
        yield view_parts(view)
        yield view_trigger_parts(view, model)
    yield from map(policy_parts, model.policies)
    yield from map(rule_parts, model.rules)
    for domain in model.domains:
        yield domain_parts(domain)
    for routine in model.routines:
        yield routine_parts(routine)
    for aggregate in model.aggregates:
        yield aggregate_parts(aggregate)
    for one in model.types:
        if one.kind == "range":
            yield range_parts(one)
    yield from filter(None, map(definition_parts, model.definitions))


def _compared(copy: Copy, catalogue: Catalogue, path: str) -> list[str]:
    connection = catalogue.connection
    original = dict(catalogue.tuples(copy.query, *copy.original))
    connection.execute("SAVEPOINT before_copy")
    found = []
    statement = ""
    try:
        connection.execute(f"CREATE SCHEMA {COPIES}")
        for statement in copy.statements:
            connection.execute(cast("LiteralString", f"SET LOCAL search_path = {path}; {statement}"))
        connection.execute("SET LOCAL search_path = ''")
        spelt = {
            _as_in(copy, part): _as_in(copy, text)
            for part, text in catalogue.tuples(copy.query, *copy.copied)
        }
    except psycopg.Error as error:
        found.append(f"{copy.called}: the server refuses {statement!r}: {str(error).splitlines()[0]}")
    else:
        for part in sorted(original.keys() | spelt.keys()):
            ours = spelt.get(part)
            if ours != original.get(part):
                found.append(
                    f"{copy.called}: {part}: {original.get(part)!r} in the catalogue, {ours!r} by the model"
                )
    finally:
        connection.execute("ROLLBACK TO before_copy; RELEASE before_copy; SET LOCAL search_path = ''")
    return found


def _as_in(copy: Copy, text: str | None) -> str | None:
    return None if text is None else text.replace(f"{COPIES}.", f"{copy.schema}.")
