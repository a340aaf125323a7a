"""The language of ``--select`` and ``--exclude``, read into a tree.

https://docs.getdbt.com/reference/node-selection/syntax describes it: words are united, what commas join is
intersected, and each criterion is ``[@][[N]+][METHOD[.ARGUMENT]:]VALUE[+[N]]``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from confiture.dbt.selection.failures import invalid_value, misspelt_criterion, unknown_method

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "DEFAULT",
    "INDIRECT_SELECTIONS",
    "METHODS",
    "Combination",
    "Criterion",
    "Selection",
    "criterion_of",
    "parse_criterion",
    "parse_selection",
]

INDIRECT_SELECTIONS = ("eager", "cautious", "buildable", "empty")

METHODS = (
    "access",
    "config",
    "exposure",
    "file",
    "fqn",
    "group",
    "metric",
    "package",
    "path",
    "resource_type",
    "result",
    "saved_query",
    "selector",
    "semantic_model",
    "source",
    "source_status",
    "state",
    "tag",
    "test_name",
    "test_type",
    "unit_test",
    "version",
)

#: What is selected where nothing is asked for.
DEFAULT = ("fqn:*", "source:*", "exposure:*", "metric:*", "semantic_model:*")

_CRITERION = re.compile(
    r"(?P<family>@)?(?:(?P<parents>\d*)\+)?(?:(?P<method>[\w.]+):)?(?P<value>.*?)(?:\+(?P<children>\d*))?",
    re.DOTALL,
)
_FILE_ENDINGS = (".sql", ".py", ".csv")

_FAMILY_HAS_CHILDREN = "takes all descendants and their ancestors already"

#: No path in a graph of resources is longer.
_DEEPEST = 2**31 - 1


class Criterion(NamedTuple):
    """One thing to select by, and which relatives of what it finds to take.

    Attributes:
        text: As it was written.
        method: What it selects by.
        arguments: What the method is narrowed by: the keys of ``config.meta.owner``.
        value: What is looked for; a text, unless a definition in YAML has something else.
        parents: How many steps to follow what is found to what it depends on; 0 for none.
        children: The same to what depends on it.
        has_family: Whether to take all descendants with all of their ancestors.
        indirect: Which tests come along: one of `INDIRECT_SELECTIONS`.
    """

    text: str
    method: str
    arguments: tuple[str, ...]
    value: Any
    parents: int = 0
    children: int = 0
    has_family: bool = False
    indirect: str = "eager"


class Combination(NamedTuple):
    """Selections that are combined.

    Attributes:
        kind: ``union``, ``intersection`` or ``difference``: the first without the others.
        parts: The selections.
        indirect: Which tests come along, now that more may be selected.
        text: As it was written, if a person did, who then expects that it selects something.
    """

    kind: str
    parts: tuple[Selection, ...]
    indirect: str = "eager"
    text: str | None = None


Selection = Criterion | Combination


def parse_selection(
    select: Sequence[str] | None, exclude: Sequence[str] | None, indirect: str = "eager"
) -> Selection:
    """The selection of arguments of ``--select`` and ``--exclude``, each one word or several with spaces.

    Raises:
        ManifestError: They cannot be read.
    """
    included = _union(select or DEFAULT, indirect, is_asked=bool(select))
    # This order and the modes of combinations are dbt's: they decide which tests come along.
    return Combination("difference", (included, _union(exclude or (), indirect, is_asked=bool(exclude))))


def _union(texts: Sequence[str], indirect: str, *, is_asked: bool) -> Combination:
    # What has no words is told as selecting nothing: in scripts, it comes of a variable that is not set.
    parts = [_intersection(word, indirect, is_asked) for text in texts for word in text.split() or [""]]
    return Combination("union", tuple(parts), indirect)


def _intersection(word: str, indirect: str, is_asked: bool) -> Combination:
    parts: list[Selection] = []
    position = 0
    for part in word.split(",") if word else ():
        if not part:
            hint = "Commas stand between criteria without spaces: tag:nightly,path:models/marts"
            raise misspelt_criterion(word, position, "a criterion is missing", hint)
        parts.append(parse_criterion(part, indirect, whole=word, start=position))
        position += len(part) + 1
    return Combination("intersection", tuple(parts), indirect, word if is_asked else None)


def parse_criterion(
    text: str, indirect: str = "eager", *, whole: str | None = None, start: int = 0
) -> Criterion:
    """One criterion.

    Args:
        text: The criterion.
        indirect: Which tests come along.
        whole: The text that it is a part of, for messages.
        start: Where in that it starts.

    Raises:
        ManifestError: It cannot be read, or there is no such method.
    """
    whole = text if whole is None else whole
    match = _CRITERION.fullmatch(text)
    # The pattern takes any text.
    groups = match.groupdict() if match is not None else {}
    if groups["family"] and groups["children"] is not None:
        at = start + text.rindex("+")
        hint = f"@ {_FAMILY_HAS_CHILDREN}: leave out the plus."
        raise misspelt_criterion(whole, at, "@ in front and + behind exclude each other", hint)
    if not groups["value"]:
        hint = "Write what to select, as in +customers or tag:nightly."
        raise misspelt_criterion(whole, start + len(text), "what to select is missing", hint)
    method, *arguments = (groups["method"] or _method_of(groups["value"])).split(".")
    if method not in METHODS:
        raise unknown_method(text, method, METHODS)
    return Criterion(
        text,
        method,
        tuple(arguments),
        groups["value"],
        parents=_steps(groups["parents"]),
        children=_steps(groups["children"]),
        has_family=bool(groups["family"]),
        indirect=indirect,
    )


def _method_of(value: str) -> str:
    if "/" in value:
        return "path"
    return "file" if value.lower().endswith(_FILE_ENDINGS) else "fqn"


def _steps(written: str | None) -> int:
    """How many steps a plus stands for: any number, unless it has one."""
    if written is None:
        return 0
    if not written:
        return _DEEPEST
    digits = written.lstrip("0") or "0"
    return _DEEPEST if len(digits) > len(str(_DEEPEST)) else min(int(digits), _DEEPEST)


def criterion_of(definition: dict[str, Any], indirect: str) -> Criterion:
    """The criterion that a definition in YAML has as keys: ``method``, ``value``, ``parents`` and so on.

    Raises:
        ManifestError: A key has no value that it could have.
    """
    text = f"{definition['method']}:{definition['value']}"
    method, *arguments = str(definition["method"]).split(".")
    if method not in METHODS:
        raise unknown_method(text, method, METHODS)
    mode = definition.get("indirect_selection", indirect)
    if mode not in INDIRECT_SELECTIONS:
        raise invalid_value(text, str(mode), "it is no indirect_selection", INDIRECT_SELECTIONS)
    if definition.get("childrens_parents") and definition.get("children"):
        wanted = f"childrens_parents {_FAMILY_HAS_CHILDREN}, so children may not be asked for"
        raise invalid_value(text, "children", wanted)
    return Criterion(
        text,
        method,
        tuple(arguments),
        definition["value"],
        parents=_told_steps(definition, "parents"),
        children=_told_steps(definition, "children"),
        has_family=bool(definition.get("childrens_parents")),
        indirect=mode,
    )


def _told_steps(definition: dict[str, Any], name: str) -> int:
    if not definition.get(name):
        return 0
    depth = definition.get(f"{name}_depth")
    # The number 0 is no number of steps for dbt, the text "0", as in 0+model, is one.
    if not depth:
        return _DEEPEST
    text = str(depth)
    if not (text.isascii() and text.isdigit()):
        told = f"{definition['method']}:{definition['value']}"
        raise invalid_value(told, text, f"{name}_depth is a number of steps")
    return _steps(text)
