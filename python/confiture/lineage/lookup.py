"""The object that a person means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._failures import display_path
from confiture.config.suggestions import listed
from confiture.exceptions import SchemaError
from confiture.models.sql_names import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from confiture.lineage.graph import LineageGraph
    from confiture.models.lineage import LineageObject

__all__ = ["find_object"]

_SUGGESTIONS = 5
_CANDIDATES = 20


def find_object(graph: LineageGraph, text: str) -> LineageObject:
    """The object of a graph that a text names.

    These count, the first that fits anything deciding: the whole of what it is called (``table app.users``,
    ``function app.f(integer)``), the same without its kind, without its arguments or table, and its name
    alone; each with the kind before it or not, and in lower case if it is not found as it is written. White
    space counts as it is written at first, and then any of it as one space. Of several objects, the only one
    that the text of the schema defines is meant, and one that is modelled before one that is kept as it is.

    Raises:
        SchemaError: There is none, or several could be meant.
    """
    wanted = " ".join(text.split())
    for word in dict.fromkeys((text.strip(), wanted, wanted.lower())):
        exact = graph.objects.get(word)
        if exact is not None and not _may_be_another(exact):
            return exact
        found = _named(graph, word, str)
        if found:
            return _only(found, text)
    # As messages and trees show names that cannot be printed as they are.
    found = _named(graph, wanted, display_path)
    if found:
        return _only(found, text)
    raise _unknown(graph, wanted)


def _named(graph: LineageGraph, word: str, shown: Callable[[str], str]) -> list[LineageObject]:
    """The objects of which a word is the fullest name that it is of any."""
    rows: tuple[list[LineageObject], ...] = ([], [], [])
    for item in graph.objects.values():
        level = next((level for level, form in _forms(item) if shown(form) == word), None)
        if level is not None:
            rows[-1 if _may_be_another(item) else level].append(item)
    return next((row for row in rows if row), [])


def _may_be_another(item: LineageObject) -> bool:
    """Whether it is a second definition of something, perhaps: it is kept as it is, and names no schema."""
    return item.is_opaque and item.schema is None


def _forms(item: LineageObject) -> Iterator[tuple[int, str]]:
    """The ways to name an object, the fullest first, each with how much it leaves out."""
    kind = item.kind.replace("_", " ")
    rest = item.called.removeprefix(kind).lstrip()
    schema = "" if item.schema is None else f"{quoted(item.schema)}."
    name = quoted(item.name)
    unqualified = rest.removeprefix(schema)
    if item.table is not None and unqualified == rest:
        unqualified = f"{name} on {quoted(item.table)}"
    for level, form in (
        (0, rest),
        (1, schema + name),
        (1, f"{schema}{item.name}"),
        (2, unqualified),
        (2, name),
        (2, item.name),
    ):
        yield level, form
        yield level, f"{kind} {form}"
        yield level, f"{item.kind} {form}"


def _only(found: list[LineageObject], text: str) -> LineageObject:
    defined = [item for item in found if item.is_defined]
    modelled = [item for item in defined if not item.is_opaque]
    for meant in (modelled, defined, found):
        if len(meant) == 1:
            return meant[0]
    raise _ambiguous(text, [item.called for item in found])


def _unknown(graph: LineageGraph, wanted: str) -> SchemaError:
    close = _similar(graph, wanted)
    hint = "Run 'confiture lineage' without an object to see all of them."
    if close:
        hint = f"Did you mean {listed([_in_quotes(called) for called in close])}? {hint}"
    return SchemaError(
        f"The schema has no object {_in_quotes(wanted)}.",
        error_code="LINEAGE_001",
        context={"object": wanted, "candidates": close},
        resolution_hint=hint,
    )


def _ambiguous(wanted: str, candidates: list[str]) -> SchemaError:
    shown = listed(map(_in_quotes, candidates), "and", at_most=_CANDIDATES)
    return SchemaError(
        f"{len(candidates)} objects could be meant by {_in_quotes(wanted)}: {shown}.",
        error_code="LINEAGE_002",
        context={"object": wanted, "candidates": candidates},
        resolution_hint=f"Name one of them in full, as in: confiture lineage {_for_a_shell(candidates[0])}",
    )


def _similar(graph: LineageGraph, wanted: str) -> list[str]:
    """What objects with a name like the wanted one are called, the most alike first."""
    from difflib import get_close_matches

    owners: dict[str, list[str]] = {}
    for item in graph.objects.values():
        schema = "" if item.schema is None else f"{item.schema}."
        for form in {item.called.lower(), f"{schema}{item.name}".lower(), item.name.lower()}:
            owners.setdefault(form, []).append(item.called)
    close = get_close_matches(wanted.lower(), owners, n=_SUGGESTIONS)
    return list(dict.fromkeys(called for form in close for called in owners[form]))[:_SUGGESTIONS]


def _in_quotes(called: str) -> str:
    """A name in a sentence: in quotes, and printable."""
    return f"'{display_path(called)}'"


def _for_a_shell(called: str) -> str:
    from shlex import quote

    return quote(display_path(called))
