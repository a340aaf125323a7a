"""The roles that a schema takes for granted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from confiture.models.schema.others import DefaultPrivileges
from confiture.models.schema.parts import Privilege, SchemaObject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture.models.schema.model import SchemaModel

__all__ = ["mentioned_roles", "without_loader"]

#: Names that stand for other roles, or for all.
_NO_ROLES = frozenset(("public", "current_user", "current_role", "session_user", "none"))
_RESERVED = "pg_"


def mentioned_roles(model: SchemaModel) -> set[str]:
    """The roles that own something, are granted something or are told of in policies, but are not made."""
    made = {role.name for role in model.roles if role.place is not None}
    return {
        name
        for name in _names(model)
        if name not in made and name.lower() not in _NO_ROLES and not name.startswith(_RESERVED)
    }


def _names(model: SchemaModel) -> Iterator[str]:
    for policy in model.policies:
        yield from policy.roles
    for role in model.roles:
        yield from (group.name for group in role.member_of)
    for definition in model.definitions:
        if definition.kind == "user_mapping":
            yield definition.name
    for opaque in model.opaque:
        if (
            opaque.identity is not None
            and opaque.identity.kind == "role"
            and opaque.identity.name is not None
        ):
            yield opaque.identity.name
    for item in _objects(model):
        if isinstance(item, SchemaObject) and item.owner is not None:
            yield item.owner
        elif isinstance(item, DefaultPrivileges) and item.role is not None:
            yield item.role
        elif isinstance(item, Privilege) and item.grantee is not None:
            yield item.grantee


def _objects(model: SchemaModel) -> Iterator[Any]:
    """All parts of a model, down to the privileges."""
    left: list[Any] = [
        getattr(model, field) for field in model.__struct_fields__ if field not in ("edges", "ledger")
    ]
    while left:
        item = left.pop()
        if isinstance(item, tuple):
            left.extend(part for part in item if isinstance(part, (tuple, msgspec.Struct)))
        else:
            yield item
            left.extend(
                value
                for field in item.__struct_fields__
                if isinstance(value := getattr(item, field), (tuple, msgspec.Struct))
            )


def without_loader(model: SchemaModel, loader: str) -> SchemaModel:
    """A model in which what belongs to a role belongs to nobody in particular.

    Args:
        model: The model of a dump, which names an owner for every object.
        loader: The role that has loaded the text.
    """
    values = {
        field: tuple(_unowned(item, loader) for item in getattr(model, field))
        for field in model.__struct_fields__
        if field not in ("edges", "ledger", "opaque")
    }
    return msgspec.structs.replace(model, **values)


def _unowned(item: Any, loader: str) -> Any:
    if isinstance(item, DefaultPrivileges):
        return msgspec.structs.replace(
            item,
            role=None if item.role == loader else item.role,
            granted=_ungranted(item.granted, loader) if item.role == loader else item.granted,
            revoked=_ungranted(item.revoked, loader) if item.role == loader else item.revoked,
        )
    if not isinstance(item, SchemaObject) or item.owner != loader:
        return item
    return msgspec.structs.replace(item, owner=None, privileges=_ungranted(item.privileges, loader))


def _ungranted(privileges: Any, loader: str) -> Any:
    if privileges is None:
        return None
    return tuple(
        msgspec.structs.replace(one, grantee=None) if one.grantee == loader else one for one in privileges
    )
