"""What a text may not do while it is loaded: leave its database, or reach for what is not ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from confiture._backend import load_engine
from confiture.core.psql_commands import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Refusal", "cluster_wide", "leaving", "named_in_code"]

#: Commands of psql that print, set variables, ask the server, or end something.
_HARMLESS = frozenset(
    (
        *("echo", "qecho", "warn", "set", "unset", "if", "elif", "else", "endif", "pset", "timing", "a", "t"),
        *("x", "f", "H", "C", "T", "encoding", "errverbose", "g", "gx", "gset", "gdesc", "gexec", "r"),
        *("reset", "p", "print", "restrict", "unrestrict", "q", "quit", "conninfo", ";", ":", "\\", ""),
        *("copy", "l", "z", "bind", "bind_named", "parse"),
    )
)
#: Commands that describe objects.
_DESCRIBING = re.compile(r"d[a-zA-Z]*[S+x]*$|(sf|sv|l|z)[+x]*$")
#: Arguments that make one of them write a file, or run a program: psql expands backquotes everywhere.
_REACHING = re.compile(rb"`|\\(?:g|gx)\b[ \t]+(?!\()\S|(?i:\\copy\b.*\b(?:to|program)\b)", re.DOTALL)

#: Kinds of statements about what all databases of a server share, or that reach other servers.
_CLUSTER_WIDE = frozenset(
    (
        *(
            "CREATE ROLE",
            "ALTER ROLE",
            "DROP ROLE",
            "GRANT ROLE",
            "REVOKE ROLE",
            "DROP OWNED",
            "REASSIGN OWNED",
        ),
        *("CREATE DATABASE", "ALTER DATABASE", "DROP DATABASE", "ALTER SYSTEM"),
        *("CREATE TABLESPACE", "ALTER TABLESPACE", "DROP TABLESPACE"),
        *("CREATE SUBSCRIPTION", "ALTER SUBSCRIPTION", "DROP SUBSCRIPTION"),
    )
)
_OF_CLUSTERS = frozenset(("role", "database", "tablespace", "subscription"))
_OF_ROLES = frozenset(
    ("CREATE ROLE", "ALTER ROLE", "DROP ROLE", "GRANT ROLE", "REVOKE ROLE", "COMMENT", "DO")
)
#: The same in code.
_IN_CODE = re.compile(
    r"\b(?:CREATE|ALTER|DROP)\s+(?P<kind>ROLE|USER|GROUP|DATABASE|TABLESPACE|SYSTEM|SUBSCRIPTION)\b",
    re.IGNORECASE,
)


_NAMED = re.compile(r"['\"]([^'\"\s]+)['\"]|\b([A-Za-z_][\w$]*)")
#: What no role is called.
_NO_NAMES = frozenset(("public", "none", "current_user", "current_role", "session_user"))


class Refusal(NamedTuple):
    """Something that a text may not do.

    Attributes:
        what: What it is, as a person would call it.
        line: Line in the text, from 1.
        column: Column in the text, in characters, from 1.
        is_of_roles: Whether it makes or changes roles, and nothing else.
        role: The role, if it has a name.
    """

    what: str
    line: int
    column: int
    is_of_roles: bool = False
    role: str | None = None


def leaving(text: str) -> Iterator[Refusal]:
    """Commands of psql that leave the database, or write to this machine."""
    if "\\" not in text:
        return
    content = text.encode("utf-8", "surrogateescape")
    for kind, start, end, line, column, _ in load_engine().split_statements(text)[1]:
        if kind != "psql":
            continue
        command = content[start:end]
        name = name_of(command)
        is_harmless = name.lower() in _HARMLESS or name in _HARMLESS or _DESCRIBING.match(name)
        if not is_harmless or _REACHING.search(command):
            yield Refusal(f"\\{name}", line, column)


def cluster_wide(text: str) -> Iterator[Refusal]:
    """Statements about what all databases of a server share."""
    content = text.encode("utf-8", "surrogateescape")
    for kind, objects, _, start, end, line, column, *_ in load_engine().split_statements(text, spans=False)[
        0
    ]:
        first = objects[0] if objects else None
        if kind == "DO":
            found = {
                match["kind"].upper()
                for match in _IN_CODE.finditer(content[start:end].decode("utf-8", "replace"))
            }
            if found:
                yield Refusal("DO", line, column, is_of_roles=found <= {"ROLE", "USER", "GROUP"})
        elif kind in _CLUSTER_WIDE or (
            kind in ("COMMENT", "SECURITY LABEL") and first is not None and first[0] in _OF_CLUSTERS
        ):
            is_of_roles = kind in _OF_ROLES and first is not None and first[0] == "role"
            yield Refusal(
                kind or "", line, column, is_of_roles, first[2] if first is not None and is_of_roles else None
            )


def named_in_code(text: str) -> set[str]:
    """All names and strings in code that makes roles: one of them is what it makes."""
    content = text.encode("utf-8", "surrogateescape")
    found: set[str] = set()
    for kind, _, _, start, end, *_ in load_engine().split_statements(text, spans=False)[0]:
        if kind == "DO":
            code = content[start:end].decode("utf-8", "replace")
            if _IN_CODE.search(code):
                found |= {match[1] or match[2].lower() for match in _NAMED.finditer(code)}
    return found - _NO_NAMES
