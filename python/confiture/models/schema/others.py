"""Schemas, extensions, roles, and the kinds of objects that are told by their clauses."""

from __future__ import annotations

from confiture.artifacts import Artifact
from confiture.models.constraints import Count, Digest
from confiture.models.schema.parts import Place, Privilege, SchemaObject, Setting
from confiture.models.statement import Identity

__all__ = ["DefaultPrivileges", "Definition", "Edge", "Extension", "LedgerEntry", "Opaque", "Role", "Schema"]


class Schema(SchemaObject, frozen=True, kw_only=True):
    """A schema."""


class Extension(SchemaObject, frozen=True, kw_only=True):
    """An extension; `schema` is the one its objects are in, if the text says so.

    Attributes:
        version: Its version, if the text says so.
        members: Objects that ``ALTER EXTENSION … ADD`` names, as they are called.
    """

    version: str | None = None
    members: tuple[str, ...] = ()


class Role(SchemaObject, frozen=True, kw_only=True):
    """A role.

    Attributes:
        can_login: Whether it can log in, as ``CREATE USER`` gives it.
        options: Its other options, such as ``superuser`` or ``connection limit``, by name; a password
            only tells that there is one.
        member_of: The roles it is a member of, by name, with the options of the membership as written.
        settings: What it runs with, by name; in one database as ``database.name``.
    """

    can_login: bool = False
    options: tuple[Setting, ...] = ()
    member_of: tuple[Setting, ...] = ()
    settings: tuple[Setting, ...] = ()


class DefaultPrivileges(Artifact, frozen=True, kw_only=True):
    """What ``ALTER DEFAULT PRIVILEGES`` says of the objects that are made later.

    Attributes:
        role: The role that makes them; None for whoever runs the text.
        schema: The schema they are made in; None for all.
        objects: ``tables``, ``sequences``, ``functions``, ``types``, ``schemas`` or ``large objects``.
        granted: What is granted besides PostgreSQL's defaults.
        revoked: What is revoked of them.
        place: Where it was said first.
    """

    role: str | None = None
    schema: str | None = None
    objects: str
    granted: tuple[Privilege, ...] = ()
    revoked: tuple[Privilege, ...] = ()
    place: Place | None = None


class Definition(SchemaObject, frozen=True, kw_only=True):
    """An object of a kind that is told by its clauses.

    Attributes:
        kind: As in an identity: ``cast``, ``operator``, ``operator_class``, ``operator_family``,
            ``collation``, ``conversion``, ``text_search_configuration``, ``text_search_dictionary``,
            ``text_search_parser``, ``text_search_template``, ``statistics``, ``publication``,
            ``subscription``, ``foreign_data_wrapper``, ``foreign_server``, ``user_mapping``, ``language``,
            ``access_method``, ``transform``, ``tablespace`` or ``database``.
        arguments: Types, as in an identity.
        parent: As in an identity.
        clauses: What the statement that made it says after its name.
        changes: What later statements changed of it, in their order, as far as it is not in the other
            attributes.
    """

    kind: str
    arguments: tuple[str, ...] | None = None
    parent: str | None = None
    clauses: str = ""
    changes: tuple[str, ...] = ()


class Opaque(Artifact, frozen=True, kw_only=True):
    """A statement that defines something and is kept as it is, as the model has no place for it.

    Attributes:
        kind: Its command tag; None if it is no statement that PostgreSQL knows.
        identity: What it touches, if anything has a name.
        fingerprint: SHA-256 of its normalised text, 64 hexadecimal digits.
        reason: Why it is not modelled.
        is_refused: Whether it breaks the rules of the grammar; otherwise it is beyond the model.
        place: Where it starts.
    """

    kind: str | None = None
    identity: Identity | None = None
    fingerprint: Digest
    reason: str
    is_refused: bool = False
    place: Place | None = None


class Edge(Artifact, frozen=True, kw_only=True):
    """That an object needs another one.

    Attributes:
        source: What needs, as it is called: ``view app.active_users``.
        target: What is needed; a name in it without a schema is defined nowhere in the text.
        kind: How: ``foreign_key``, ``query``, ``body``, ``type``, ``default``, ``check``, ``generated``,
            ``index``, ``owned_by``, ``trigger``, ``trigger_function``, ``policy``, ``rule``, ``partition``,
            ``inherits``, ``like``, ``definition``.
        is_defined: Whether the text defines the target.
        is_late: Whether the target is defined only after the statement that needs it: it was found at
            the end.
        place: Where the statement starts that says so.
    """

    source: str
    target: str
    kind: str
    is_defined: bool = True
    is_late: bool = False
    place: Place | None = None


class LedgerEntry(Artifact, frozen=True, kw_only=True):
    """What became of the statements of a kind.

    Attributes:
        kind: Their command tag; None for those without.
        modelled: How many are in the model.
        opaque: How many are kept as they are.
        refused: How many break the rules of the grammar, and are kept as they are.
        passed: How many define nothing: queries, data, transactions, settings.
    """

    kind: str | None = None
    modelled: Count = 0
    opaque: Count = 0
    refused: Count = 0
    passed: Count = 0
