"""Where in a text of DDL something can be changed: kinds of statements, and places in them."""

from __future__ import annotations

import re

__all__ = [
    "ANY_TABLE",
    "FUNCTION",
    "INDEX",
    "INDEX_COLUMN",
    "INDEX_KEYS",
    "POLICY",
    "REFERENCE",
    "TABLE",
    "TRIGGER",
    "VIEW",
    "starts",
]


def starts(words: str) -> re.Pattern[str]:
    """What statements start with these words."""
    return re.compile(r"\s*" + words.replace(" ", r"\s+") + r"\b", re.I)


TABLE = re.compile(r"\s*CREATE\s+(UNLOGGED\s+|TEMP\w*\s+)?TABLE\b", re.I)
ANY_TABLE = re.compile(r"\s*(CREATE\s+(UNLOGGED\s+)?|ALTER\s+)TABLE\b", re.I)
INDEX = starts("CREATE (UNIQUE )?INDEX")
VIEW = starts("CREATE (OR REPLACE )?(MATERIALIZED )?VIEW")
FUNCTION = starts("CREATE (OR REPLACE )?FUNCTION")
TRIGGER = starts("CREATE (OR REPLACE )?(CONSTRAINT )?TRIGGER")
POLICY = starts("CREATE POLICY")

#: A foreign key that says nothing but what it refers to.
REFERENCE = re.compile(
    r"(\bREFERENCES\s+[\w.\"]+\s*\([\w\"]+\))(?!\s*(?:ON|MATCH|NOT|DEF)\b)(?=\s*[,;)\n])", re.I
)
#: The first column of an index, of which nothing else is said.
INDEX_COLUMN = re.compile(r"(\bON\s+[\w.\"]+\s*(?:USING\s+btree\s*)?\([\w\"]+)(?=\s*[,)])", re.I)
#: What is in front of the only column of an index.
INDEX_KEYS = re.compile(r"(?<=[\w\"])(\s*)(?=\([\w\"]+\))", re.I)
