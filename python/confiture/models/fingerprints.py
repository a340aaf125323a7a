"""Semantic fingerprints (``docs/model.md``)."""

from __future__ import annotations

from confiture.artifacts import Artifact
from confiture.models.build import SkippedPath

__all__ = ["ObjectFingerprint", "SchemaFingerprint", "SemanticFingerprint", "objects_of_lines"]


class ObjectFingerprint(Artifact, frozen=True, kw_only=True):
    """The fingerprint of an object.

    Attributes:
        identity: What the object is called, as edges call it; ``default privileges … on tables``; or
            ``statement`` and the command tag of one that is kept as it is, which need not be the only one.
        fingerprint: 64 lowercase hexadecimal digits.
    """

    identity: str
    fingerprint: str


class SchemaFingerprint(Artifact, frozen=True, kw_only=True):
    """The fingerprint of a schema, and of each object in it.

    Attributes:
        fingerprint: 64 lowercase hexadecimal digits.
        lines: The lines that `fingerprint` is the SHA-256 of: for each object its fingerprint, two spaces and
            what it is called.
        opaque: How many statements are kept as they are, and compared by their words.
    """

    fingerprint: str
    lines: str
    opaque: int

    @property
    def objects(self) -> tuple[ObjectFingerprint, ...]:
        """The fingerprint of each object, sorted by what they are called."""
        return objects_of_lines(self.lines)


class SemanticFingerprint(SchemaFingerprint, frozen=True, kw_only=True):
    """The fingerprint of what a build's files define.

    Attributes:
        environment: Name of the environment.
        engine: ``rust`` or ``python``.
        skipped: What was left aside, by path.
    """

    environment: str
    engine: str
    skipped: list[SkippedPath]


def objects_of_lines(lines: str) -> tuple[ObjectFingerprint, ...]:
    r"""The objects that lines tell of.

    Examples:
        >>> objects_of_lines("0123  table public.users\n4567  table public.\"two\\nlines\"\n")[1].identity
        'table public."two\nlines"'
    """
    found = []
    for line in lines.split("\n")[:-1]:
        fingerprint, identity = line.split("  ", 1)
        if "\\" in identity:
            # A backslash that was one is kept apart from one that was put before an `n`.
            pieces = (piece.replace("\\n", "\n") for piece in identity.split("\\\\"))
            identity = "\\".join(pieces)
        found.append(ObjectFingerprint(identity=identity, fingerprint=fingerprint))
    return tuple(found)
