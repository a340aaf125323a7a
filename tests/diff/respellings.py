"""Changes that a server takes: of words alone, or of what it keeps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .statements import (
    ANY_TABLE,
    FUNCTION,
    INDEX,
    INDEX_COLUMN,
    INDEX_KEYS,
    POLICY,
    REFERENCE,
    TABLE,
    VIEW,
    starts,
)

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from .mutations import Change

__all__ = ["RESPELLINGS"]

_TYPES = {"integer": "int4", "bigint": "int8", "boolean": "bool", "timestamptz": "timestamp with time zone"}

#: What is written behind a default.
_END = r"(?=\s*(?:,|\)|NOT|\n))"
_DEFAULT_STRING = re.compile(r"(\bDEFAULT\s+)('[^']*')" + _END, re.I)
_DEFAULT_NUMBER = re.compile(r"(\bDEFAULT\s+)(\d+)" + _END, re.I)
_CHECK = re.compile(r"(\bCHECK\s*)(\([^()]*\))", re.I)
_POLICY_TABLE = re.compile(r"(\bON\s+[\w.\"]+)(?=\s+FOR\b)", re.I)
_QUERY = re.compile(r"(\bAS\s+)(SELECT\b.*)", re.I | re.S)
_END_OF_STATEMENT = re.compile(r"(?<=[\w)'])(?=\s*$)")
_BODY = re.compile(r"(?=\bAS\s+\$)", re.I)


def _followed(*choices: str) -> Callable[[re.Match[str], random.Random], str]:
    """What was found, and one of these."""
    return lambda match, chance: match[0] + chance.choice(choices)


RESPELLINGS: tuple[Change, ...] = (
    (
        "type respelt",
        TABLE,
        re.compile(r"(?<=[\w\"]\s)(integer|bigint|boolean|timestamptz)\b(?=[\s,)])", re.I),
        lambda match, _: _TYPES[match[1].lower()],
    ),
    (
        "default in parentheses",
        TABLE,
        re.compile(r"(\bDEFAULT\s+)(\d+|'[^']*'|now\(\)|true|false)" + _END, re.I),
        lambda match, _: f"{match[1]}({match[2]})",
    ),
    ("default cast", TABLE, _DEFAULT_STRING, _followed("::text", "::varchar", "::varchar(100)", "::bpchar")),
    (
        "default number cast",
        TABLE,
        _DEFAULT_NUMBER,
        _followed("::integer", "::bigint", "::numeric", "::int2"),
    ),
    ("default quoted number", TABLE, _DEFAULT_NUMBER, lambda match, _: f"{match[1]}'{match[2]}'"),
    (
        "default null",
        TABLE,
        re.compile(r"\b(?:integer|boolean)(?=\s*,)", re.I),
        _followed(" DEFAULT NULL", " NULL", " NULL DEFAULT NULL"),
    ),
    ("check in parentheses", ANY_TABLE, _CHECK, lambda match, _: f"{match[1]}({match[2]})"),
    ("check negated", ANY_TABLE, _CHECK, lambda match, _: f"{match[1]}(NOT {match[2]})"),
    ("check and true", ANY_TABLE, _CHECK, lambda match, _: f"{match[1]}({match[2]} AND true)"),
    (
        "key action",
        ANY_TABLE,
        REFERENCE,
        _followed(" ON DELETE NO ACTION", " MATCH SIMPLE", " NOT DEFERRABLE"),
    ),
    ("key deferrable", ANY_TABLE, REFERENCE, _followed(" DEFERRABLE", " ON UPDATE CASCADE", " MATCH FULL")),
    ("index ascending", INDEX, INDEX_COLUMN, _followed(" ASC", " ASC NULLS LAST", " NULLS FIRST")),
    (
        "index by btree",
        INDEX,
        INDEX_KEYS,
        lambda match, _: " USING btree ",
    ),
    (
        "index where true",
        starts("CREATE INDEX"),
        re.compile(r"\([\w\",\s]+\)(?=\s*$)"),
        _followed(" WHERE true"),
    ),
    ("view respelt", VIEW, re.compile(r"\bAS\s+SELECT\b", re.I), lambda match, _: "AS\n  /* all */ select"),
    ("view distinct", VIEW, re.compile(r"\bAS\s+SELECT\b(?!\s+DISTINCT)", re.I), _followed(" DISTINCT")),
    ("view limited", VIEW, _END_OF_STATEMENT, _followed(" LIMIT 7", " OFFSET 1")),
    ("view in parentheses", VIEW, _QUERY, lambda match, _: f"{match[1]}({match[2]})"),
    ("policy and true", POLICY, re.compile(r"\bUSING\s*\(", re.I), _followed("true AND ")),
    ("policy kind", POLICY, _POLICY_TABLE, _followed(" AS PERMISSIVE", " AS RESTRICTIVE")),
    (
        "trigger each",
        starts("CREATE TRIGGER"),
        re.compile(r"\bFOR\s+EACH\s+ROW\b", re.I),
        lambda match, _: "FOR EACH STATEMENT",
    ),
    (
        "trigger when",
        starts("CREATE TRIGGER"),
        re.compile(r"(?=\bEXECUTE\s+(?:FUNCTION|PROCEDURE)\b)", re.I),
        lambda match, _: "WHEN (true) ",
    ),
    (
        "domain clause",
        starts("CREATE DOMAIN"),
        _END_OF_STATEMENT,
        _followed(" CHECK (VALUE IS NOT NULL)", " DEFAULT NULL", " NULL"),
    ),
    ("function cost", FUNCTION, _BODY, _followed("COST 1 ", "COST 100 ", "COST 7 ")),
    (
        "function kind",
        FUNCTION,
        _BODY,
        _followed("CALLED ON NULL INPUT ", "PARALLEL UNSAFE ", "PARALLEL SAFE "),
    ),
    (
        "sequence option",
        starts("CREATE SEQUENCE"),
        re.compile(r"\bCREATE\s+SEQUENCE\s+[\w.\"]+", re.I),
        _followed(" MINVALUE 1", " CACHE 1", " CACHE 5", " NO CYCLE", " AS bigint", " OWNED BY NONE"),
    ),
    (
        "granted twice",
        starts("GRANT"),
        re.compile(r"\bGRANT\s+(SELECT|USAGE|INSERT)(?=\s+ON)", re.I),
        lambda match, _: f"{match[0]}, {match[1]}",
    ),
    ("comment respelt", starts("COMMENT ON"), re.compile(r"(\bIS\s+)'"), lambda match, _: f"{match[1]}E'"),
)
