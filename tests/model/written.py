"""Parts of a model as SQL writes them, for copies of objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from confiture.models.sql_names import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from confiture.models.schema.parts import QualifiedName
    from confiture.models.schema.routines import Argument
    from confiture.models.schema.tables import IndexKey

__all__ = [
    "COPIES",
    "Copy",
    "argument",
    "index_keys",
    "literal",
    "names",
    "qualified",
    "unqualified",
    "unquoted",
]

#: The schema that copies are made in.
COPIES = "confiture_copies"


@dataclass(frozen=True)
class Copy:
    """How a copy is made, and how what the server says of it and of the original is asked for.

    Attributes:
        called: What the original is called.
        schema: The schema of the original, in quotes if it needs them.
        statements: What makes the copy.
        query: Asks for parts and how the server spells them.
        original: The arguments that make the query one for the original.
        copied: Those that make it one for the copy.
    """

    called: str
    schema: str
    statements: Sequence[str]
    query: str
    original: Sequence[object]
    copied: Sequence[object]


def literal(text: str) -> str:
    """The text as a string."""
    escaped = text.replace("'", "''")
    return f"E'{escaped}'".replace("\\", "\\\\") if "\\" in escaped else f"'{escaped}'"


def unquoted(name: str) -> str:
    """The name that SQL writes in quotes."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def qualified(name: QualifiedName) -> str:
    return quoted(name.name) if name.schema is None else f"{quoted(name.schema)}.{quoted(name.name)}"


def unqualified(name: str) -> str:
    """The last part of a name as SQL writes it."""
    return name.rpartition(".")[2]


def names(columns: Iterable[str]) -> str:
    return ", ".join(map(quoted, columns))


def index_keys(keys: Iterable[IndexKey], *, is_exclusion: bool = False) -> str:
    """The keys of an index or, with their operators, of an exclusion constraint."""
    written = []
    for key in keys:
        words = [key.expression if key.is_column else f"({key.expression})"]
        if key.collation is not None:
            words.append(f"COLLATE {key.collation}")
        if key.operator_class is not None:
            words.append(key.operator_class)
        if key.is_descending:
            words.append("DESC")
        if key.nulls_first != key.is_descending:
            words.append("NULLS FIRST" if key.nulls_first else "NULLS LAST")
        if is_exclusion:
            operator = key.operator or ""
            words.append(f"WITH OPERATOR({operator})" if "." in operator else f"WITH {operator}")
        written.append(" ".join(words))
    return ", ".join(written)


def argument(one: Argument) -> str:
    words = [one.mode.upper()] if one.mode != "table" else []
    if one.name is not None:
        words.append(quoted(one.name))
    words.append(one.type)
    if one.default is not None:
        words.append(f"DEFAULT {one.default}")
    return " ".join(words)
