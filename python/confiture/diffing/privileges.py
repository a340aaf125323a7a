"""What is granted, and who owns what, so that two models say it in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from confiture.diffing.kinds import Entry
    from confiture.models.schema.parts import Privilege

__all__ = ["Grant", "differing_grants", "grants_of", "kind_of", "running_roles"]

#: What an object of a kind grants from the start (``acldefault`` in ``acl.c``): to its owner, and to all.
_DEFAULTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "table": (
        ("DELETE", "INSERT", "MAINTAIN", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE"),
        (),
    ),
    "sequence": (("SELECT", "UPDATE", "USAGE"), ()),
    "routine": (("EXECUTE",), ("EXECUTE",)),
    "type": (("USAGE",), ("USAGE",)),
    "language": (("USAGE",), ("USAGE",)),
    "schema": (("CREATE", "USAGE"), ()),
    "public_schema": (("CREATE", "USAGE"), ("USAGE",)),
    "foreign": (("USAGE",), ()),
    "tablespace": (("CREATE",), ()),
    "database": (("CONNECT", "CREATE", "TEMPORARY"), ("CONNECT", "TEMPORARY")),
}
#: The kinds of objects under the names of `_DEFAULTS`.
_KINDS = {
    "table": "table",
    "foreign_table": "table",
    "view": "table",
    "materialized_view": "table",
    "sequence": "sequence",
    "function": "routine",
    "procedure": "routine",
    "aggregate": "routine",
    "type": "type",
    "domain": "type",
    "language": "language",
    "schema": "schema",
    "public_schema": "public_schema",
    "foreign_server": "foreign",
    "foreign_data_wrapper": "foreign",
    "tablespace": "tablespace",
    "database": "database",
}


class Grant(NamedTuple):
    """A privilege of someone.

    Attributes:
        grantee: The role; ``public`` for all, an empty text for the owner.
        privilege: In capitals.
        is_grantable: Whether the grantee may grant it to others.
    """

    grantee: str
    privilege: str
    is_grantable: bool


def kind_of(entry: Entry) -> str:
    """The kind of an object as to its privileges: a new database has a schema that all may use."""
    is_public = entry.noun == "SCHEMA" and entry.identity.name == "public"
    # One that has a place was dropped and made anew, which is a schema as any other.
    return "public_schema" if is_public and entry.item.place is None else entry.identity.kind


def grants_of(
    kind: str, privileges: tuple[Privilege, ...] | None, owner: str | None = None
) -> frozenset[Grant]:
    """The privileges on an object of a kind, those that it has from the start included."""
    if privileges is None:
        own, public = _DEFAULTS.get(_KINDS.get(kind, ""), ((), ()))
        return frozenset(
            [Grant("", privilege, is_grantable=False) for privilege in own]
            + [Grant("public", privilege, is_grantable=False) for privilege in public]
        )
    return frozenset(
        Grant(
            "" if one.grantee is None or one.grantee == owner else one.grantee,
            one.privilege,
            # Whoever owns an object may grant what is on it.
            one.is_grantable and one.grantee is not None and one.grantee != owner,
        )
        for one in privileges
    )


def differing_grants(
    old: Iterable[Grant], new: Iterable[Grant]
) -> list[tuple[str, str, bool, tuple[str, ...]]]:
    """What to revoke and to grant: ``(verb, grantee, is_grantable, privileges)``, sorted."""
    before, after = frozenset(old), frozenset(new)
    grouped: dict[tuple[str, str, bool], list[str]] = {}
    for verb, grants in (("REVOKE", before - after), ("GRANT", after - before)):
        for grant in grants:
            grouped.setdefault((verb, grant.grantee, grant.is_grantable), []).append(grant.privilege)
    return [(*key, tuple(sorted(privileges))) for key, privileges in sorted(grouped.items())]


def running_roles(owners: Iterable[tuple[str | None, str | None]]) -> tuple[str | None, str | None]:
    """The roles that own what the old and the new text give no owner, where the other text tells.

    A dump names the owner of every object; a text that is written by hand leaves most to whoever runs it. So
    if one text names one owner for all objects that the other one leaves open, this is who ran that one.

    Args:
        owners: The old and the new owner of each object that both have.
    """
    by_new: set[str | None] = set()
    by_old: set[str | None] = set()
    for old, new in owners:
        if old is None:
            by_new.add(new)
        if new is None:
            by_old.add(old)
    return (
        next(iter(by_new)) if len(by_new) == 1 else None,
        next(iter(by_old)) if len(by_old) == 1 else None,
    )
