"""What changes say of objects, as a reader would write it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from confiture.diffing.fields import Difference, shown
from confiture.diffing.kinds import Entry
from confiture.diffing.tables import column_text, constraint_text, index_text
from confiture.models.schema.parts import QualifiedName
from confiture.models.schema.tables import Index, Table, View
from confiture.models.schema.types import Type

if TYPE_CHECKING:
    from confiture.models.diff import Detail
    from confiture.models.schema.others import DefaultPrivileges
    from confiture.models.schema.parts import Privilege

__all__ = ["default_privileges_text", "definition_text", "details_of", "difference_texts", "sequence_default"]


def details_of(entry: Entry) -> dict[str, Detail]:
    """More of an object that is added or dropped, by name."""
    item = entry.item
    details: dict[str, Detail] = {"name": entry.identity.name}
    if isinstance(item, Table):
        details["columns"] = [f"{column.name} {column_text(column)}" for column in item.columns]
        if item.constraints:
            details["constraints"] = [f"{one.name}: {constraint_text(one)}" for one in item.constraints]
    elif isinstance(item, Index):
        details["columns"] = [key.expression for key in item.keys]
        details["unique"] = item.is_unique
    elif isinstance(item, Type) and item.labels:
        details["values"] = list(item.labels)
    if item.comment is not None:
        details["comment"] = item.comment
    return details


def definition_text(entry: Entry) -> str | None:
    """The definition of an object that is added or dropped."""
    item: Any = entry.item
    if isinstance(item, Table):
        return ", ".join(f"{column.name} {column_text(column)}" for column in item.columns)
    if isinstance(item, View):
        return item.query
    if isinstance(item, Type) and item.labels:
        return ", ".join(item.labels)
    if isinstance(item, Index):
        return index_text(item)
    plain = replace(item, name="", owner=None, comment=None, privileges=None, place=None, schema=None)
    if hasattr(item, "table"):
        plain = replace(plain, table="")
    return shown(plain) or None


def sequence_default(sequence: Entry) -> str:
    """The default of a column that takes its values from a sequence."""
    item = sequence.item
    name = (shown(QualifiedName(schema=item.schema, name=item.name)) or "").replace("'", "''")
    return f"nextval('{name}'::regclass)"


def default_privileges_text(one: DefaultPrivileges | None) -> str | None:
    """What is granted and revoked from the start."""
    if one is None or not (one.granted or one.revoked):
        return None
    words = []
    for verb, privileges in (("grant", one.granted), ("revoke", one.revoked)):
        for privilege in sorted(privileges, key=_privilege_order):
            option = " with grant option" if privilege.is_grantable else ""
            words.append(f"{verb} {privilege.privilege} {privilege.grantee or 'the owner'}{option}")
    return ", ".join(words)


def _privilege_order(privilege: Privilege) -> tuple[str, str, bool]:
    return (privilege.grantee or "", privilege.privilege, privilege.is_grantable)


def difference_texts(found: list[Difference]) -> tuple[str | None, str | None]:
    """The old and the new text of fields that differ."""
    if len(found) == 1:
        return found[0].old, found[0].new
    olds = [f"{one.field} {one.old}" for one in found if one.old is not None]
    news = [f"{one.field} {one.new}" for one in found if one.new is not None]
    return ("; ".join(olds) or None, "; ".join(news) or None)
