"""Statements of SQL texts, and what they touch (``docs/statements.md``)."""

from __future__ import annotations

from confiture.artifacts import Artifact

__all__ = ["Identity", "Span", "Statement"]

#: Kinds whose objects have names of their own below a table, and are told of as ``name on table``.
_OF_A_TABLE = ("constraint", "index", "policy", "rule", "trigger")

#: Kinds of operator classes and families, whose parent is an access method.
_OF_AN_ACCESS_METHOD = ("operator_class", "operator_family")


class Identity(Artifact, frozen=True, kw_only=True):
    """An object that a statement touches.

    Its text is as a person would call it: ``table app.users``, ``function app.f(integer, text)``,
    ``trigger audit on app.users``; names are in quotes where SQL needs them.

    Attributes:
        kind: The words of its ``CREATE``, with ``_`` for spaces: ``table``, ``materialized_view``,
            ``foreign_server`` … (``docs/statements.md``).
        schema: The schema that is written in its name, or in that of its parent.
        name: Its name without quotes; None for what has none (a cast, an index without a name).
        arguments: Types, for routines, aggregates, operators, casts and transforms; roles, for default
            privileges.
        parent: The table of a trigger, policy, rule, column, constraint or index, the server of a user
            mapping, the access method of an operator class or family.
    """

    kind: str
    schema: str | None = None
    name: str | None = None
    arguments: tuple[str, ...] | None = None
    parent: str | None = None

    def __str__(self) -> str:
        return " ".join(part for part in (self.kind.replace("_", " "), self._called()) if part)

    def _called(self) -> str:
        from confiture.models.sql_names import quoted

        name = "" if self.name is None else quoted(self.name)
        schema = "" if self.schema is None else quoted(self.schema)
        parent = "" if self.parent is None else quoted(self.parent)
        qualified = f"{schema}." if schema else ""
        if self.kind == "cast":
            return f"({' AS '.join(self.arguments or ())})"
        if self.kind == "transform":
            return f"for {', '.join(self.arguments or ())} language {name}"
        if self.kind == "default_privileges":
            roles = ", ".join(map(quoted, self.arguments or ()))
            return " ".join(
                words for words in (roles and f"for role {roles}", schema and f"in schema {schema}") if words
            )
        if self.kind == "user_mapping":
            return f"for {name}" + (parent and f" server {parent}")
        if self.kind in ("operator", "large_object"):
            name = self.name or ""
        if self.kind == "column":
            return qualified + (parent and f"{parent}.") + name
        if self.kind in _OF_A_TABLE and parent:
            return f"{name} on {qualified}{parent}".lstrip()
        called = qualified + name
        if self.arguments is not None:
            called += f"({', '.join(self.arguments)})"
        if self.kind in _OF_AN_ACCESS_METHOD and parent:
            called += f" using {parent}"
        return called


class Statement(Artifact, frozen=True, kw_only=True):
    """A statement of a text.

    Attributes:
        kind: Its command tag, such as ``CREATE TABLE``; None if it is no statement that PostgreSQL 18
            knows.
        identity: What it touches first, if anything has a name.
        objects: All that it touches; `identity` is the first.
        form: The words before the name: ``or_replace``, ``if_not_exists``, ``if_exists``, or nothing.
        file: The file it comes from, as the caller named it.
        line: Line of its first character, from 1.
        column: Column of its first character, in characters, from 1.
        start: Offset of its first byte in the text as UTF-8, from 0.
        end: Offset behind its last byte, its terminator included.
        is_terminated: Whether something ends it: a ``;``, or a psql command that sends it.
        fingerprint: SHA-256 of its normalised text, 64 hexadecimal digits; equal for statements that
            differ in white space, comments and ways to write the same token alone.
    """

    kind: str | None
    identity: Identity | None
    objects: tuple[Identity, ...] = ()
    form: str = ""
    file: str | None = None
    line: int
    column: int
    start: int
    end: int
    is_terminated: bool
    fingerprint: str


class Span(Artifact, frozen=True, kw_only=True):
    """A piece of a text; all pieces together are the text.

    Attributes:
        kind: ``statement``, ``gap``, ``psql``, ``data`` or ``discarded``.
        start: Offset of its first byte in the text as UTF-8, from 0.
        end: Offset behind its last byte.
        line: Line of its first character, from 1.
        column: Column of its first character, in characters, from 1.
        statement: Index of the statement that it is a piece of.
    """

    kind: str
    start: int
    end: int
    line: int
    column: int
    statement: int | None = None
