"""What a server's catalogues hold of a database, as rows that compare with those of a model.

A row is a mapping of fields, and it has a key: what the object is called. Expressions (defaults, conditions,
keys, queries) are no part of the rows, since servers spell them in their own way; ``spelling`` compares
them. What the text does not make (members of extensions, what every database has) has no row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from psycopg.rows import dict_row, tuple_row

from confiture.models.sql_names import quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import psycopg

__all__ = ["Catalogue", "Key", "Row", "Rows", "differences"]

Key = tuple[str | None, ...]
Row = dict[str, Any]

#: The rows of each kind of objects, by their keys.
Rows = dict[str, dict[Key, Row]]

#: The first identifier of an object that a database is not made with.
FIRST_OF_A_TEXT = 16384


@dataclass
class Catalogue:
    """A connection to a database, and what everything that reads it needs to know.

    Attributes:
        connection: The connection; what it has done may not be committed.
        version: The major version of the server.
        user: The role that loaded the text.
        roles: Names of roles, by their identifiers.
        schemas: Names of schemas that hold objects of the text, by their identifiers.
        members: What belongs to extensions, as catalogue and identifier.
        known_roles: Roles that were there before the text.
        types_of_members: Types that belong to extensions as the server spells them, with their bare names:
            a model has them as they are written, as no statement tells where they are.
        storages: The storage that columns of a type have by default, by the name of the type.
    """

    connection: psycopg.Connection[Any]
    known_roles: Collection[str] = ()
    version: int = 0
    user: str = ""
    roles: dict[int, str] = field(default_factory=dict)
    schemas: dict[int, str] = field(default_factory=dict)
    members: set[tuple[str, int]] = field(default_factory=set)
    types_of_members: dict[str, str] = field(default_factory=dict)
    storages: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection.execute("RESET SESSION AUTHORIZATION; RESET ROLE; SET LOCAL search_path = ''")
        self.version = self.connection.info.server_version // 10000
        self.user = self.value("SELECT current_user::text")
        self.roles = dict(self.tuples("SELECT oid, rolname::text FROM pg_roles"))
        self.schemas = dict(
            self.tuples(
                """SELECT oid, CASE WHEN oid = pg_my_temp_schema() THEN 'pg_temp' ELSE nspname::text END
                FROM pg_namespace WHERE oid >= %s AND nspname !~ '^pg_toast' OR nspname = 'public'""",
                FIRST_OF_A_TEXT,
            )
        )
        self.members = set(
            self.tuples("SELECT classid::regclass::text, objid FROM pg_depend WHERE deptype = 'e'")
        )
        self.types_of_members = dict(
            self.tuples(
                """SELECT format_type(t.oid, NULL), t.typname::text
                FROM pg_depend d JOIN pg_type t ON t.oid = d.objid
                WHERE d.classid = 'pg_type'::regclass AND d.deptype = 'e'"""
            )
        )
        self.storages = dict(self.tuples("SELECT format_type(oid, NULL), typstorage::text FROM pg_type"))

    def tuples(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.connection.cursor(row_factory=tuple_row) as cursor:
            return cursor.execute(query, parameters or None).fetchall()

    def value(self, query: str, *parameters: Any) -> Any:
        ((value,),) = self.tuples(query, *parameters)
        return value

    def rows(self, query: str, *, catalogue: str = "") -> Iterator[Row]:
        """The rows of a query that the text made.

        Its columns ``oid``, ``namespace`` and ``catalogue`` (if it is not of one catalogue) decide, and are
        taken out of the rows; a namespace becomes ``schema``.
        """
        # Nearly all that a server has is its own: it need not spell that.
        made = (
            f"SELECT * FROM ({query}) AS made"
            f" WHERE made.oid >= {FIRST_OF_A_TEXT} OR made.oid = 'public'::regnamespace"
        )
        with self.connection.cursor(row_factory=dict_row) as cursor:
            for row in cursor.execute(made.encode()).fetchall():
                oid = row.pop("oid")
                is_public = row.get("namespace") == oid and self.schemas.get(oid) == "public"
                if oid < FIRST_OF_A_TEXT and not is_public:
                    continue
                if (row.pop("catalogue", catalogue), oid) in self.members:
                    continue
                if "namespace" in row:
                    namespace = row.pop("namespace")
                    if namespace not in self.schemas:
                        continue
                    row["schema"] = self.schemas[namespace]
                yield row

    def named(self, pair: Sequence[Any] | None) -> tuple[str | None, str] | None:
        """The name of a schema with the name in it, from the identifier of the schema and that name.

        Schemas that the text did not make are None.
        """
        if pair is None or pair[1] is None:
            return None
        return self.schemas.get(pair[0]), pair[1]

    def called(self, pair: Sequence[Any] | None) -> str | None:
        """The same as SQL writes it."""
        named = self.named(pair)
        return None if named is None else ".".join(quoted(part) for part in named if part is not None)

    def spelt(self, type_name: str) -> str:
        """The name of a type as a model has it."""
        for full, bare in self.types_of_members.items():
            if type_name == full or type_name.startswith((f"{full}(", f"{full}[")):
                return bare + type_name[len(full) :]
        return type_name

    def owner(self, oid: int) -> str | None:
        """The name of a role that owns something; None for the one that loaded the text."""
        name = self.roles[oid]
        return None if name == self.user else name


def differences(expected: Rows, actual: Rows) -> list[str]:
    """What is not the same, in a line each: first what the catalogue has, then what the model has."""
    found = []
    for kind in sorted(expected.keys() | actual.keys()):
        ours, theirs = actual.get(kind, {}), expected.get(kind, {})
        for key in sorted(ours.keys() | theirs.keys(), key=repr):
            called = f"{kind} {'.'.join(str(part) for part in key if part is not None)}"
            if key not in ours:
                found.append(f"{called}: missing from the model: {theirs[key]}")
            elif key not in theirs:
                found.append(f"{called}: only in the model: {ours[key]}")
            else:
                found += [
                    f"{called}: {name}: {theirs[key].get(name)!r} in the catalogue, "
                    f"{ours[key].get(name)!r} in the model"
                    for name in sorted(ours[key].keys() | theirs[key].keys())
                    if ours[key].get(name) != theirs[key].get(name)
                ]
    return found
