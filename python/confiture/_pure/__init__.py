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
    from confiture._pure.dbt.document import DbtDocument, load_dbt
    from confiture._pure.dbt.templates import DbtTemplates
    from confiture._pure.schema.fingerprints import fingerprint_sql
    from confiture._pure.schema.parsing import check_contents, check_sql, parse_sql
    from confiture._pure.statements import (
        normalize_statements,
        read_files,
        split_contents,
        split_statements,
    )

__all__ = [
    "INTERFACE",
    "DbtDocument",
    "DbtTemplates",
    "build_schema",
    "check_contents",
    "check_sql",
    "compile_pattern",
    "find_open_construct",
    "find_sql_files",
    "fingerprint_sql",
    "hash_files",
    "load_dbt",
    "normalize_statements",
    "parse_sql",
    "pattern_matches",
    "read_files",
    "split_contents",
    "split_statements",
    "write_schema",
]

#: Number of the interface that these functions have.
INTERFACE = 8


def __getattr__(name: str) -> object:
    # Builds do not pay for what only statements need.
    if name in ("normalize_statements", "read_files", "split_contents", "split_statements"):
        from confiture._pure import statements

        return getattr(statements, name)
    if name in ("check_contents", "check_sql", "parse_sql"):
        from confiture._pure.schema import parsing

        return getattr(parsing, name)
    if name == "fingerprint_sql":
        from confiture._pure.schema import fingerprints

        return fingerprints.fingerprint_sql
    if name in ("DbtDocument", "load_dbt"):
        from confiture._pure.dbt import document

        return getattr(document, name)
    if name == "DbtTemplates":
        from confiture._pure.dbt.templates import DbtTemplates

        return DbtTemplates
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
