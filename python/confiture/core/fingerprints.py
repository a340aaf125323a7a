"""Semantic fingerprints of SQL texts and of models (``docs/model.md``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._backend import load_engine
from confiture.models.fingerprints import SchemaFingerprint

if TYPE_CHECKING:
    from confiture.models.schema.model import SchemaModel

__all__ = ["fingerprint_schema", "semantic_fingerprint"]


def semantic_fingerprint(schema: str | SchemaModel) -> str:
    """The fingerprint of what a schema defines, blind to how its text says it.

    Examples:
        >>> one = semantic_fingerprint("CREATE TABLE users (id int PRIMARY KEY);")
        >>> semantic_fingerprint("create table PUBLIC.users (id integer, /* a */ primary key (id))") == one
        True

    Arguments and errors are those of `fingerprint_schema`.

    Returns:
        64 lowercase hexadecimal digits.
    """
    return fingerprint_schema(schema).fingerprint


def fingerprint_schema(schema: str | SchemaModel) -> SchemaFingerprint:
    """The fingerprints of a schema and of each object in it.

    Examples:
        >>> found = fingerprint_schema("CREATE TABLE users (id int); CREATE INDEX ON users (id);")
        >>> [item.identity for item in found.objects]
        ['index public.users_id_idx', 'table public.users']

    Args:
        schema: SQL, as for `confiture.parse_sql`; or a model, whose fingerprints are those of the text that
            it was made from. A text is much faster.

    Raises:
        ConfigurationError: There is no engine as ``CONFITURE_ENGINE`` wants it.
    """
    if isinstance(schema, str):
        fingerprint, lines, opaque, _ = load_engine().fingerprint_sql(schema)
    else:
        from confiture._pure.schema.fingerprints import model_fingerprints

        fingerprint, lines, opaque = model_fingerprints(schema)
    return SchemaFingerprint(fingerprint=fingerprint, lines=lines, opaque=opaque)
