"""Small schemas as people write them, each in a schema of its own, so that all are loaded at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from .everyday_altered import ALTERED, EXPRESSIONS
from .everyday_code import CODE
from .everyday_columns import COLUMNS, DEFAULTS
from .everyday_others import NEWER, OTHERS, RIGHTS
from .everyday_tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ROLES", "Case", "cases", "named", "text_of"]

#: What the texts need of a server.
ROLES = "CREATE ROLE reader; CREATE ROLE writer SUPERUSER;"

_KINDS = {
    "column": COLUMNS,
    "default": DEFAULTS,
    "table": TABLES,
    "code": CODE,
    "other": OTHERS,
    "right": RIGHTS,
    "altered": ALTERED,
    "expression": EXPRESSIONS,
}
_NAMED = re.compile(r"case_\d+(?:_\d+)?")


class Case(NamedTuple):
    """Spellings of a small schema.

    Attributes:
        schema: The name of the schema that it is in.
        called: What it is about.
        texts: Its spellings, of which some say the same.
    """

    schema: str
    called: str
    texts: tuple[str, ...]


def cases(version: int) -> list[Case]:
    """What a server of a version takes."""
    kinds = dict(_KINDS)
    if version >= 18:
        kinds["newer"] = NEWER
    all_texts = [(f"{kind}: {name}", texts) for kind, found in kinds.items() for name, texts in found.items()]
    return [Case(f"case_{number}", *one) for number, one in enumerate(all_texts)]


def text_of(schema: str, text: str) -> str:
    """A text that makes a small schema under a name."""
    return f"CREATE SCHEMA {schema}; SET search_path = {schema};\n{text.replace('<schema>', schema)}\n"


def named(parts: Iterable[object]) -> str:
    """The schema that something is about that has its name in it."""
    found = next((match for part in parts if (match := _NAMED.search(str(part)))), None)
    assert found is not None, list(parts)
    return found[0]
