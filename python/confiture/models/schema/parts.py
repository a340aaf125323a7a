"""What the objects of a schema have in common."""

from __future__ import annotations

from confiture.artifacts import Artifact
from confiture.models.constraints import Number

__all__ = ["Place", "Privilege", "QualifiedName", "SchemaObject", "Setting"]


class Place(Artifact, frozen=True, kw_only=True):
    """Where the statement starts that defines something.

    Attributes:
        file: The file, as the caller named it; None for a text without a name.
        line: Line of its first character, from 1.
        column: Column of its first character, in characters, from 1.
    """

    file: str | None = None
    line: Number
    column: Number


class QualifiedName(Artifact, frozen=True, kw_only=True):
    """A name and the schema it is in.

    Attributes:
        schema: None where the text does not tell: the object is not defined in it.
        name: The name, without quotes.
    """

    schema: str | None = None
    name: str


class Setting(Artifact, frozen=True, kw_only=True):
    """A name and a value: a storage parameter, an option of a foreign table, a routine's ``SET``.

    Attributes:
        name: The name; of a storage parameter with its namespace, such as ``toast.autovacuum_enabled``.
        value: The value as text: a string without its quotes, anything else as written; None if there is
            none, or it is the one ``FROM CURRENT``.
    """

    name: str
    value: str | None = None


class Privilege(Artifact, frozen=True, kw_only=True):
    """What someone may do with an object.

    Attributes:
        grantee: The role; ``public`` for all, None for whoever owns the object.
        privilege: The privilege in capitals, such as ``SELECT``.
        is_grantable: Whether the grantee may grant it to others.
    """

    grantee: str | None = None
    privilege: str
    is_grantable: bool = False


class SchemaObject(Artifact, frozen=True, kw_only=True):
    """Base of every object of a schema.

    Attributes:
        schema: The schema it is in; None for what is in none.
        name: Its name, without quotes.
        owner: The role that owns it; None as long as the text does not say.
        comment: The comment on it.
        privileges: Who may do what; None for PostgreSQL's defaults, which nothing has changed.
        place: Where it is defined; None if no statement defines it, as with the schema ``public``.
    """

    schema: str | None = None
    name: str
    owner: str | None = None
    comment: str | None = None
    privileges: tuple[Privilege, ...] | None = None
    place: Place | None = None
