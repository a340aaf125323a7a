"""The engine in pure Python: the twin of ``confiture._core``, used where that is not installed.

``confiture/_core.pyi`` documents the interface; ``docs/selection.md``, ``docs/digest.md``,
``docs/bundle.md`` and ``docs/statements.md`` say what each function does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._pure.bundle import build_schema, write_schema
from confiture._pure.digest import hash_files
from confiture._pure.discovery import find_sql_files
from confiture._pure.lexer import find_open_construct
from confiture._pure.patterns import compile_pattern, pattern_matches

if TYPE_CHECKING:
    from confiture._pure.schema.fingerprints import fingerprint_sql
    from confiture._pure.schema.parsing import parse_sql
    from confiture._pure.statements import normalize_statements, split_files, split_statements

__all__ = [
    "INTERFACE",
    "build_schema",
    "compile_pattern",
    "find_open_construct",
    "find_sql_files",
    "fingerprint_sql",
    "hash_files",
    "normalize_statements",
    "parse_sql",
    "pattern_matches",
    "split_files",
    "split_statements",
    "write_schema",
]

#: Number of the interface that these functions have.
INTERFACE = 5


def __getattr__(name: str) -> object:
    # Builds do not pay for what only statements need.
    if name in ("normalize_statements", "split_files", "split_statements"):
        from confiture._pure import statements

        return getattr(statements, name)
    if name == "parse_sql":
        from confiture._pure.schema import parsing

        return parsing.parse_sql
    if name == "fingerprint_sql":
        from confiture._pure.schema import fingerprints

        return fingerprints.fingerprint_sql
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
