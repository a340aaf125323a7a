"""What a text may not do while it is loaded: leave its database, or reach for what is not ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from confiture._backend import load_engine
from confiture.core.psql_commands import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ANY_ROLES", "Refusal", "cluster_wide", "leaving", "made_by_psql", "named_in_code"]

#: Commands of psql that print, set variables, ask the server, or end something.
_HARMLESS = frozenset(
    (
        *("echo", "qecho", "warn", "set", "unset", "if", "elif", "else", "endif", "pset", "timing", "a", "t"),
        *("x", "f", "H", "C", "T", "encoding", "errverbose", "g", "gx", "gset", "gdesc", "gexec", "r"),
        *("reset", "p", "print", "restrict", "unrestrict", "conninfo", ";", ":", "\\", ""),
        *("copy", "l", "z", "bind", "bind_named", "parse"),
    )
)
#: Commands that describe objects.
_DESCRIBING = re.compile(r"d[a-zA-Z]*[S+x]*$|(sf|sv|l|z)[+x]*$")
#: Arguments that make one of them write a file, or run a program: psql expands backquotes everywhere.
_REACHING = re.compile(rb"`|\\(?:g|gx)\b[ \t]+(?!\()\S|(?i:\\copy\b.*\b(?:to|program)\b)", re.DOTALL)

#: Settings of variables by which psql goes on after errors, or tells less of them.
_SETTING_ERRORS = re.compile(
    rb"""\\(?:set[ \t]+ON_ERROR_STOP\b(?![ \t]+(?:on|1|true)[ \t]*\Z)|unset[ \t]+ON_ERROR_STOP\b
    |(?:un)?set[ \t]+(?:VERBOSITY\b|SHOW_CONTEXT\b|\S*['":]))""",
    re.VERBOSE,
)

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
#: Objects that all databases of a server share, whatever the statement about them is called.
_SHARED = (*_OF_CLUSTERS, "setting")
_ABOUT_SHARED = frozenset(
    (
        *("GRANT", "REVOKE", "COMMENT", "SECURITY LABEL"),
        *("ALTER TABLE", "ALTER INDEX", "ALTER MATERIALIZED VIEW"),
    )
)
#: The same in code: the first group is set by what makes a role, and names it.
_IN_CODE = re.compile(
    r"""\bCREATE\s+(?:ROLE|USER(?!\s+MAPPING\b)|GROUP)\s+(?P<made>"(?:[^"]|"")+"|[^\W\d][\w$]*|)
    |\b(?:ALTER|DROP)\s+(?:ROLE|USER(?!\s+MAPPING\b)|GROUP)\b
    |\b(?:CREATE|ALTER|DROP)\s+(?:DATABASE|TABLESPACE|SYSTEM|SUBSCRIPTION)\b
    |\b(?:DROP|REASSIGN)\s+OWNED\b
    |\bON\s+(?:ROLE|DATABASE|TABLESPACE|PARAMETER|SUBSCRIPTION)\b
    |\bALL\s+IN\s+TABLESPACE\b
    |\b(?:TO|FROM)\s+PROGRAM\b""",
    re.IGNORECASE | re.VERBOSE,
)
#: How code names the database that it runs in: by `format` and `current_database()`.
_ON_THIS_DATABASE = re.compile(r"\bON\s+DATABASE\s+%(?:\d+\$)?I", re.IGNORECASE)
_RENAMING = re.compile(rb"\bRENAME\b", re.IGNORECASE)
#: Data that a statement writes to a file, or exchanges with a program, of the server.
_COPYING_OUT = re.compile(r"\bTO\b(?!\"|\s+STDOUT\b)|\bPROGRAM\s*(?:['$]|[EU]&?'|/\*|--)", re.IGNORECASE)


#: Variables that psql puts in their place, behind all in which it does not: strings, names and comments.
_VARIABLE = re.compile(
    r"""(?<!:):(?P<name>\w+|'\w+'|"\w+")
    |(?<!\w)[eE]'(?:[^'\\]|\\.|'')*(?:'|\Z)
    |'[^']*(?:'|\Z)|"[^"]*(?:"|\Z)
    |(?<![\w$])\$(?P<tag>[^\W\d]\w*|)\$.*?(?:\$(?P=tag)\$|\Z)
    |--[^\n]*|/\*.*?(?:\*/|\Z)""",
    re.DOTALL | re.VERBOSE,
)
#: Commands that set variables; without them, there are those that psql sets itself, in capital letters.
_SETTING = frozenset(("set", "gset"))

_NAMED = re.compile(r"['\"]([^'\"\s]+)['\"]|\b([A-Za-z_][\w$]*)")
#: What stands for roles that are there.
ANY_ROLES = frozenset(("current_user", "current_role", "session_user", "user", "all"))
#: What no role is called.
_NO_NAMES = frozenset(("public", "none", "current_user", "current_role", "session_user"))


class Refusal(NamedTuple):
    """Something that a text may not do.

    Attributes:
        what: What it is, as a person would call it.
        line: Line in the text, from 1.
        column: Column in the text, in characters, from 1.
        is_of_roles: Whether it makes or changes roles, and nothing else.
        roles: The roles that it names, if it is of roles.
    """

    what: str
    line: int
    column: int
    is_of_roles: bool = False
    roles: tuple[str, ...] = ()


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
        if not is_harmless or _REACHING.search(command) or _SETTING_ERRORS.match(command):
            yield Refusal(f"\\{name}", line, column)


def cluster_wide(text: str) -> Iterator[Refusal]:
    """Statements about what all databases of a server share."""
    content = text.encode("utf-8", "surrogateescape")
    for kind, objects, _, start, end, line, column, *_ in load_engine().split_statements(text, spans=False)[
        0
    ]:
        if kind == "DO":
            code = content[start:end].decode("utf-8", "replace")
            if "current_database()" in code:
                code = _ON_THIS_DATABASE.sub("", code)
            found = list(_IN_CODE.finditer(code))
            if found:
                made = tuple(_unquoted(match["made"]) for match in found if match["made"])
                is_of_roles = all(match["made"] is not None for match in found)
                yield Refusal("DO", line, column, is_of_roles, made)
        elif kind == "COPY":
            if _COPYING_OUT.search(content[start:end].decode("utf-8", "replace")):
                yield Refusal("COPY with a file or a program", line, column)
        elif kind in _CLUSTER_WIDE or (kind in _ABOUT_SHARED and any(one[0] in _SHARED for one in objects)):
            is_of_roles = kind in _OF_ROLES and bool(objects) and all(one[0] == "role" for one in objects)
            if is_of_roles and kind == "ALTER ROLE":
                is_of_roles = not _RENAMING.search(content[start:end])
            roles = tuple(one[2] or "" for one in objects) if is_of_roles else ()
            yield Refusal(kind or "", line, column, is_of_roles, roles)


def made_by_psql(text: str) -> Iterator[Refusal]:
    """Statements of which psql makes the text, or a part of it, so that nobody can read it beforehand."""
    if "\\" not in text and ":" not in text:
        return
    content = text.encode("utf-8", "surrogateescape")
    spans = load_engine().split_statements(text)[1]
    commands = [
        (name_of(content[start:end]), line, column)
        for kind, start, end, line, column, _ in spans
        if kind == "psql"
    ]
    for name, line, column in commands:
        if name == "gexec":
            yield Refusal("\\gexec", line, column)
    are_set = any(name in _SETTING for name, _, _ in commands)
    for kind, start, end, line, column, _ in spans:
        if kind != "statement" or b":" not in content[start:end]:
            continue
        for match in _VARIABLE.finditer(content[start:end].decode("utf-8", "replace")):
            name = match["name"]
            if name is not None and (are_set or name.strip("'\"").isupper()):
                yield Refusal(f"A statement with the variable :{name}", line, column)
                break


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()


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
