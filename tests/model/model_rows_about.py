"""Owners, privileges and comments of a model's objects, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .catalogue_privileges import SAID_OF_PUBLIC
from .model_rows_of_routines import input_types

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.parts import Privilege, SchemaObject

    from .catalogue import Catalogue, Key, Row

__all__ = ["IN_EVERY_DATABASE", "about", "default_privileges"]

#: The extension that databases are made with.
IN_EVERY_DATABASE = "plpgsql"

#: Privileges that older servers do not know, with the first version that does.
NEW_PRIVILEGES = {"MAINTAIN": 17}


def about(model: SchemaModel, catalogue: Catalogue) -> Iterator[tuple[Key, Row]]:
    """Who owns what, who may do what, and the comments, of everything of which the text says some of it."""
    for key, said in _said(model, catalogue):
        if key[:2] == ("schema", "public"):
            for name, usual in SAID_OF_PUBLIC.items():
                said[name] = None if said.get(name) == usual else said.get(name)
        if any(value is not None for value in said.values()):
            yield key, said


def _said(model: SchemaModel, catalogue: Catalogue) -> Iterator[tuple[Key, Row]]:
    of_kind: list[tuple[str, Iterable[SchemaObject]]] = [
        ("table", model.tables),
        ("view", model.views),
        ("sequence", model.sequences),
        ("type", model.types),
        ("domain", model.domains),
    ]
    for schema in model.schemas:
        yield ("schema", schema.name), _whole(schema, catalogue)
    for kind, objects in of_kind:
        for one in objects:
            yield (kind, one.schema, one.name), _whole(one, catalogue)
    for index in model.indexes:
        yield (
            ("index", index.schema, index.name),
            {"owner": None, "privileges": None, "comment": index.comment},
        )
    for routine in model.routines:
        key = ("routine", routine.schema, routine.name, input_types(routine.arguments))
        yield key, _whole(routine, catalogue)
    for aggregate in model.aggregates:
        types = input_types((*aggregate.arguments, *(aggregate.ordered_arguments or ())))
        yield ("aggregate", aggregate.schema, aggregate.name, types), _whole(aggregate, catalogue)
    for kind, of_tables in (("trigger", model.triggers), ("policy", model.policies), ("rule", model.rules)):
        for part in of_tables:
            yield (kind, part.schema, part.table, part.name), {"comment": part.comment}
    for extension in model.extensions:
        if extension.name == IN_EVERY_DATABASE:
            continue
        yield ("extension", extension.name), {"owner": None, "comment": extension.comment}
    for event_trigger in model.event_triggers:
        said = _whole(event_trigger, catalogue)
        yield ("event_trigger", event_trigger.name), {"owner": said["owner"], "comment": said["comment"]}
    for role in model.roles:
        yield ("role", role.name), {"owner": None, "comment": role.comment}
    yield from _parts(model, catalogue)


def _parts(model: SchemaModel, catalogue: Catalogue) -> Iterator[tuple[Key, Row]]:
    for table in model.tables:
        for column in table.columns:
            privileges = _privileges(column.privileges, catalogue)
            yield (
                ("column", table.schema, table.name, column.name),
                {"privileges": privileges, "comment": column.comment},
            )
        for constraint in table.constraints:
            yield ("constraint", table.schema, table.name, constraint.name), {"comment": constraint.comment}
            yield (
                ("index", table.schema, constraint.name),
                {"owner": None, "privileges": None, "comment": constraint.index_comment},
            )
    for view in model.views:
        comments = {setting.name: setting.value for setting in view.column_comments}
        granted = dict(view.column_privileges)
        for name in comments.keys() | granted.keys():
            yield (
                ("column", view.schema, view.name, name),
                {"privileges": _privileges(granted.get(name), catalogue), "comment": comments.get(name)},
            )


def _whole(one: SchemaObject, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "owner": None if one.owner == catalogue.user else one.owner,
        "privileges": _privileges(one.privileges, catalogue),
        "comment": one.comment,
    }


def _privileges(
    privileges: Iterable[Privilege] | None, catalogue: Catalogue
) -> set[tuple[str | None, str, bool]] | None:
    if privileges is None:
        return None
    return {
        (privilege.grantee, privilege.privilege, privilege.is_grantable)
        for privilege in privileges
        if catalogue.version >= NEW_PRIVILEGES.get(privilege.privilege, 0)
    }


def default_privileges(model: SchemaModel, catalogue: Catalogue) -> dict[Key, Row]:
    """What is granted on objects that are made later, by who makes them, where, and their kind."""
    return {
        (None if one.role == catalogue.user else one.role, one.schema, one.objects): {
            "granted": _privileges(one.granted, catalogue),
            "revoked": _privileges(one.revoked, catalogue),
        }
        for one in model.default_privileges
    }
