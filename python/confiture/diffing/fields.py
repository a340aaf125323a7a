"""Comparing two objects of a kind, field by field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from confiture.diffing.grammar import GRAMMAR
from confiture.diffing.partitioning import compare_bounds, compare_partitioning
from confiture.diffing.scopes import Scope
from confiture.diffing.verdicts import Verdict, compare_expressions, compare_queries
from confiture.diffing.word_reader import type_name
from confiture.diffing.words import Word, words_of
from confiture.models.schema.parts import Place, QualifiedName, Setting
from confiture.models.sql_names import quoted

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["Difference", "differences", "shown"]

#: Fields that say what an object is called, where it stands, and what has changes of its own.
_ABOUT = frozenset(("name", "schema", "owner", "comment", "privileges", "place"))

#: Fields with expressions, and those with queries or statements.
_EXPRESSIONS = frozenset(
    ("expression", "where", "when", "using", "check", "condition", "default", "generated")
)
#: Fields with names of types and operator classes, which may be those of an extension.
_NAMES = frozenset(("type", "returns", "operator_class"))
_QUERIES = frozenset(("query", "actions", "sql_body"))

#: Fields of which a server knows what they are where nothing is said.
_LEFT_TO_SERVERS = frozenset(("version",))

#: What stands between the commas of a list, outside of quotes.
_LISTED = re.compile(r"""(?:[^,'"]|'[^']*(?:'|\Z)|"[^"]*(?:"|\Z))+""")


class Difference(NamedTuple):
    """A field that is not the same.

    Attributes:
        field: Its name.
        old: What it was, as text; None if it was nothing.
        new: What it is.
        verdict: Whether it is different or undecided.
    """

    field: str
    old: str | None
    new: str | None
    verdict: Verdict


def differences(old: Any, new: Any, scope: Scope, ignored: Collection[str] = ()) -> list[Difference]:
    """The fields in which two structs of one type differ, those that are about its name and owner left out.

    Args:
        old: The old struct.
        new: The new one.
        scope: What is known where its expressions stand.
        ignored: Further fields to leave out.
    """
    found = []
    for field in old.__struct_fields__:
        if field in _ABOUT or field in ignored:
            continue
        before, after = getattr(old, field), getattr(new, field)
        verdict = _compare(field, before, after, scope)
        if verdict is not Verdict.SAME:
            found.append(Difference(field, shown(before), shown(after), verdict))
    return found


def _compare(field: str, old: Any, new: Any, scope: Scope) -> Verdict:
    if old == new:
        return Verdict.SAME
    if scope.is_exact:
        pass
    elif field == "partition_by" and old is not None and new is not None:
        return compare_partitioning(old, new, scope)
    elif field == "operator" and old is not None and new is not None:
        bare = [name.removeprefix("pg_catalog.") for name in (old, new)]
        return Verdict.SAME if bare[0] == bare[1] else Verdict.DIFFERENT
    elif field == "bound" and isinstance(old, str) and isinstance(new, str):
        return compare_bounds(old, new)
    if field == "where" and (old is None or new is None):
        return _compare_with_all(old or new)
    if field in _LEFT_TO_SERVERS and (old is None or new is None):
        return Verdict.UNDECIDED
    if isinstance(old, str) and isinstance(new, str):
        if field in _EXPRESSIONS:
            return compare_expressions(old, new, scope)
        if field in _QUERIES:
            return compare_queries(old, new, scope)
        if field in _NAMES and _unextended(old, scope) == _unextended(new, scope):
            return Verdict.SAME
        return Verdict.DIFFERENT
    if isinstance(old, tuple) and isinstance(new, tuple) and len(old) == len(new):
        return _worst([_compare(field, *pair, scope) for pair in zip(old, new, strict=True)])
    if isinstance(old, msgspec.Struct) and type(old) is type(new):
        return _compare_structs(old, new, scope)
    return Verdict.DIFFERENT


def _compare_with_all(condition: Any) -> Verdict:
    """Whether a condition is none: the server leaves out what is always true."""
    if condition == "true":
        return Verdict.SAME
    words = words_of(condition) if isinstance(condition, str) else []
    is_constant = all(
        word.kind != "quoted" and (word.kind != "word" or word.text in GRAMMAR) for word in words
    )
    return Verdict.UNDECIDED if is_constant or Word("word", "true") in words else Verdict.DIFFERENT


def _compare_structs(old: Any, new: Any, scope: Scope) -> Verdict:
    if isinstance(old, Place):
        return Verdict.SAME
    if isinstance(old, Setting) and old.name == new.name:
        return _compare_settings(old, new, scope)
    verdicts = []
    for field in old.__struct_fields__:
        before, after = getattr(old, field), getattr(new, field)
        inner = scope
        if field == "default" and hasattr(old, "type"):
            inner = scope._replace(wanted=old.type)
        verdicts.append(_compare(field, before, after, inner))
    return _worst(verdicts)


def _unextended(name: str, scope: Scope) -> str:
    """A name without a schema that a text may leave out: an extension's, or that of what is kept as it is."""
    bare = name.rpartition(".")[2]
    if bare.removesuffix("[]") in scope.kept:
        return bare
    for schema in scope.extended:
        name = name.removeprefix(f"{quoted(schema)}.")
    return name


def _compare_settings(old: Setting, new: Setting, scope: Scope) -> Verdict:
    if old.value is None or new.value is None:
        return Verdict.SAME if old.value == new.value else Verdict.DIFFERENT
    if old.name.endswith(".default"):
        # Of a view's column.
        kind = scope.columns.get(old.name.removesuffix(".default"))
        return compare_expressions(old.value, new.value, scope._replace(wanted=kind))
    if old.name == "subtype" and type_name(old.value) == type_name(new.value):
        return Verdict.SAME
    values = [
        value if scope.is_exact else value.removeprefix("pg_catalog.") for value in (old.value, new.value)
    ]
    return Verdict.SAME if _listed(values[0]) == _listed(values[1]) else Verdict.DIFFERENT


def _listed(value: str) -> tuple[str, ...]:
    """The parts of a setting's value, without the quotes that a list of names may have."""
    return tuple(part.strip().strip("'\"") for part in _LISTED.findall(value))


def _worst(verdicts: list[Verdict]) -> Verdict:
    for verdict in (Verdict.DIFFERENT, Verdict.UNDECIDED):
        if verdict in verdicts:
            return verdict
    return Verdict.SAME


def shown(value: Any) -> str | None:
    """A field's value as text; None for nothing."""
    if value is None or value == ():
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(shown(part) or "" for part in value)
    if isinstance(value, QualifiedName):
        return quoted(value.name) if value.schema is None else f"{quoted(value.schema)}.{quoted(value.name)}"
    if isinstance(value, Setting):
        return value.name if value.value is None else f"{value.name} = {value.value}"
    if isinstance(value, msgspec.Struct):
        parts = [
            f"{field} {text}"
            for field in value.__struct_fields__
            if field != "place" and (text := shown(getattr(value, field))) not in (None, "", "false")
        ]
        return " ".join(parts)
    return str(value)
