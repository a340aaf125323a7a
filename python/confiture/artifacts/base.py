"""The structs that every artifact is made of."""

from __future__ import annotations

import msgspec

__all__ = ["Artifact", "Document"]


class Artifact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of every part of an artifact: immutable, keyword-only, strict.

    Fields at their default are left out of what is written. A derived class has to say ``kw_only=True``
    again: it holds for the fields of one class alone.
    """


class Document(Artifact, frozen=True, kw_only=True, tag_field="artifact", tag="document/1"):
    """Base of what is written as a whole: its first member says what it is.

    That is the member ``artifact``, such as ``lineage/1``. A derived class has its kind and the version of
    its format as ``tag``, and a line in `confiture.artifacts.registry`.
    """
