"""Confiture makes a PostgreSQL schema tree one reproducible, hashed bundle.

Importing the package imports nothing else: a command pays only for what it uses.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from confiture.core.fingerprints import fingerprint_schema, semantic_fingerprint
    from confiture.core.schema_models import parse_sql
    from confiture.core.statements import normalize_sql, split_spans, split_sql

__all__ = [
    "__version__",
    "fingerprint_schema",
    "normalize_sql",
    "parse_sql",
    "semantic_fingerprint",
    "split_spans",
    "split_sql",
]

__version__: str

_FINGERPRINTS = ("fingerprint_schema", "semantic_fingerprint")
_STATEMENTS = ("normalize_sql", "split_spans", "split_sql")


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("confiture")
        except PackageNotFoundError:
            # A source tree that nobody installed.
            return "0+source"
    if name == "parse_sql":
        from confiture.core import schema_models

        return schema_models.parse_sql
    if name in _FINGERPRINTS:
        from confiture.core import fingerprints

        return getattr(fingerprints, name)
    if name in _STATEMENTS:
        from confiture.core import statements

        return getattr(statements, name)
    raise AttributeError(f"module 'confiture' has no attribute {name!r}")
