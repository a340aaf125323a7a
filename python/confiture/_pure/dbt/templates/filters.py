"""Jinja's filters that are supported, and dbt's, which leave a text as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from confiture._pure.dbt.templates import tests
from confiture._pure.dbt.templates.methods import SPACE, attribute, joined, replaced, stripped
from confiture._pure.dbt.templates.operators import ARITHMETIC, compared, defined, negated, text
from confiture._pure.dbt.templates.refusal import Refusal
from confiture._pure.dbt.templates.values import (
    UNDEFINED,
    Undefined,
    is_nan,
    is_number,
    is_true,
    iterate,
    kind_name,
    printed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._pure.dbt.templates.evaluating import Evaluation

__all__ = ["call"]

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_FLOAT = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{0,15})?")

#: The names of the parameters of filters, and how many must be given. ``map`` and the like take others.
_PARAMETERS: dict[str, tuple[tuple[str, ...], int]] = {
    "as_text": ((), 0),
    "as_bool": ((), 0),
    "as_native": ((), 0),
    "as_number": ((), 0),
    "abs": ((), 0),
    "count": ((), 0),
    "default": (("default_value", "boolean"), 0),
    "d": (("default_value", "boolean"), 0),
    "first": ((), 0),
    "float": (("default",), 0),
    "int": (("default",), 0),
    "items": ((), 0),
    "join": (("d",), 0),
    "last": ((), 0),
    "length": ((), 0),
    "list": ((), 0),
    "lower": ((), 0),
    "max": ((), 0),
    "min": ((), 0),
    "replace": (("old", "new", "count"), 2),
    "reverse": ((), 0),
    "sort": (("reverse",), 0),
    "string": ((), 0),
    "sum": ((), 0),
    "trim": (("chars",), 0),
    "unique": ((), 0),
    "upper": ((), 0),
}

_CHOOSING = ("select", "reject", "selectattr", "rejectattr")


def call(evaluation: Evaluation, name: str, value: Any, arguments: list[Any], named: dict[str, Any]) -> Any:
    """What a filter makes of a value."""
    evaluation.spend(1)
    if type(value) is str:
        evaluation.spend_text(value)
    if name == "map":
        return _map(evaluation, value, arguments, named)
    if name in _CHOOSING:
        return _choose(evaluation, name, value, arguments, named)
    parameters = _PARAMETERS.get(name)
    if parameters is None:
        raise Refusal("filter", name)
    names, needed = parameters
    if len(arguments) > len(names):
        raise Refusal("argument", name)
    given = dict(zip(names, arguments, strict=False))
    for key, argument in named.items():
        if key not in names or key in given:
            raise Refusal("argument", name)
        given[key] = argument
    if not all(key in given for key in names[:needed]):
        raise Refusal("argument", name)
    return _FILTERS[name](evaluation, value, *[given.get(key, UNDEFINED) for key in names])


def _same(evaluation: Evaluation, value: Any) -> Any:
    return value


def _absolute(evaluation: Evaluation, value: Any) -> Any:
    if not is_number(value):
        raise Refusal("argument", "abs")
    return negated(value) if value < 0 else abs(value)


def _length(evaluation: Evaluation, value: Any) -> int:
    if kind_name(value) == "undefined":
        return 0
    if kind_name(value) not in ("str", "list", "tuple", "dict", "range", *_VIEWS):
        raise Refusal("argument", "length")
    return len(value)


_VIEWS = ("dict_keys", "dict_values", "dict_items")


def _default(evaluation: Evaluation, value: Any, default: Any, boolean: Any) -> Any:
    if type(value) is Undefined or (is_true(boolean) and not is_true(value)):
        return "" if default is UNDEFINED else default
    return value


def _first(evaluation: Evaluation, value: Any) -> Any:
    if kind_name(value) == "iterator":
        raise Refusal("argument", "first")
    items = iterate(evaluation, value)
    return items[0] if items else UNDEFINED


def _last(evaluation: Evaluation, value: Any) -> Any:
    if kind_name(value) == "iterator":
        raise Refusal("argument", "last")
    items = iterate(evaluation, value)
    return items[-1] if items else UNDEFINED


def _integer(evaluation: Evaluation, value: Any, default: Any) -> Any:
    default = 0 if default is UNDEFINED else default
    if type(value) in (int, bool):
        return int(value)
    if type(value) is float:
        if not abs(value) < 2**53:
            raise Refusal("number")
        return int(value)
    if type(value) is not str:
        defined(value)
        return default
    stripped = value.strip(SPACE)
    if _INTEGER.fullmatch(stripped):
        return int(stripped)
    if _FLOAT.fullmatch(stripped):
        return int(float(stripped))
    return _not_a_number(stripped, default)


def _not_a_number(written: str, default: Any) -> Any:
    """The default for what is no number, in whatever way Python may read one."""
    if written.isascii() and not written[:1].isdigit() and written[:1] not in tuple("+-.iInN"):
        return default
    raise Refusal("number")


def _float(evaluation: Evaluation, value: Any, default: Any) -> Any:
    default = 0.0 if default is UNDEFINED else default
    if type(value) in (int, bool, float):
        if type(value) is int and abs(value) > 2**53:
            raise Refusal("number")
        return float(value)
    if type(value) is not str:
        defined(value)
        return default
    stripped = value.strip(SPACE)
    if _FLOAT.fullmatch(stripped):
        return float(stripped)
    return _not_a_number(stripped, default)


def _items(evaluation: Evaluation, value: Any) -> Any:
    if type(value) is Undefined:
        return iter([])
    if type(value) is not dict:
        raise Refusal("argument", "items")
    evaluation.spend(len(value))
    return iter(list(value.items()))


def _join(evaluation: Evaluation, value: Any, separator: Any) -> str:
    parts = [printed(evaluation, item) for item in iterate(evaluation, value)]
    return joined(evaluation, parts, text(evaluation, separator))


def _list(evaluation: Evaluation, value: Any) -> Any:
    return iterate(evaluation, value)


def _lower(evaluation: Evaluation, value: Any) -> str:
    return evaluation.spend_text(text(evaluation, value).lower())


def _upper(evaluation: Evaluation, value: Any) -> str:
    return evaluation.spend_text(text(evaluation, value).upper())


def _trim(evaluation: Evaluation, value: Any, characters: Any) -> str:
    if characters is UNDEFINED or characters is None:
        return text(evaluation, value).strip(SPACE)
    if type(characters) is not str:
        raise Refusal("argument", "trim")
    return stripped(evaluation, text(evaluation, value), "strip", characters)


def _replace(evaluation: Evaluation, value: Any, old: Any, new: Any, count: Any) -> str:
    if count is UNDEFINED or count is None:
        count = -1
    if type(count) is not int:
        raise Refusal("argument", "replace")
    return replaced(evaluation, text(evaluation, value), text(evaluation, old), text(evaluation, new), count)


def _string(evaluation: Evaluation, value: Any) -> str:
    return printed(evaluation, value)


def _reverse(evaluation: Evaluation, value: Any) -> Any:
    if type(value) is str:
        return evaluation.spend_text(value[::-1])
    if kind_name(value) in ("iterator", "undefined"):
        raise Refusal("argument", "reverse")
    return iter(iterate(evaluation, value)[::-1])


def _folded(evaluation: Evaluation, name: str, items: list[Any]) -> list[Any]:
    """What is compared for items that have an order: all texts, or all numbers."""
    for item in items:
        if type(item) is str:
            evaluation.spend_text(item)
    if all(type(item) is str for item in items):
        return [item.lower() for item in items]
    if not all(is_number(item) for item in items):
        raise Refusal("argument", name)
    if any(is_nan(item) or (type(item) is int and abs(item) > 2**53) for item in items):
        raise Refusal("number")
    return items


def _sort(evaluation: Evaluation, value: Any, reverse: Any) -> Any:
    items = iterate(evaluation, value)
    keys = _folded(evaluation, "sort", items)
    order = sorted(range(len(items)), key=lambda index: keys[index], reverse=is_true(reverse))
    return [items[index] for index in order]


def _unique(evaluation: Evaluation, value: Any) -> Any:
    items = iterate(evaluation, value)
    seen = set()
    kept = []
    for item, key in zip(items, _folded(evaluation, "unique", items), strict=True):
        if key not in seen:
            seen.add(key)
            kept.append(item)
    return iter(kept)


def _extreme(evaluation: Evaluation, name: str, value: Any, operator: str) -> Any:
    items = iterate(evaluation, value)
    if not items:
        return UNDEFINED
    keys = _folded(evaluation, name, items)
    best = 0
    for index in range(1, len(items)):
        if compared(evaluation, operator, keys[index], keys[best]):
            best = index
    return items[best]


def _minimum(evaluation: Evaluation, value: Any) -> Any:
    return _extreme(evaluation, "min", value, "lt")


def _maximum(evaluation: Evaluation, value: Any) -> Any:
    return _extreme(evaluation, "max", value, "gt")


def _sum(evaluation: Evaluation, value: Any) -> Any:
    from jinja2 import nodes

    total: Any = 0
    for item in iterate(evaluation, value):
        if type(item) not in (int, bool):
            raise Refusal("argument", "sum")
        total = ARITHMETIC[nodes.Add](evaluation, total, item)
    return total


def _map(evaluation: Evaluation, value: Any, arguments: list[Any], named: dict[str, Any]) -> Any:
    items = iterate(evaluation, value)
    if not arguments and set(named) in ({"attribute"}, {"attribute", "default"}):
        path = named["attribute"]
        found = [_attribute(item, path) for item in items]
        if "default" in named:
            found = [named["default"] if type(item) is Undefined else item for item in found]
        return iter(found)
    # A filter of filters would recurse as deep as its arguments.
    if not arguments or type(arguments[0]) is not str or arguments[0] == "map":
        raise Refusal("argument", "map")
    return iter([call(evaluation, arguments[0], item, arguments[1:], named) for item in items])


def _attribute(value: Any, path: Any) -> Any:
    if type(path) is not str or "." in path or path.isdigit() or not path.isascii():
        raise Refusal("argument", "attribute")
    if type(value) is dict:
        return value.get(path, UNDEFINED)
    return attribute(value, path)


def _choose(
    evaluation: Evaluation, name: str, value: Any, arguments: list[Any], named: dict[str, Any]
) -> Any:
    if named:
        raise Refusal("argument", name)
    items = iterate(evaluation, value)
    keys = items
    if name.endswith("attr"):
        if not arguments:
            raise Refusal("argument", name)
        path, *arguments = arguments
        keys = [_attribute(item, path) for item in items]
    test, *rest = arguments or [None]
    if test is not None and type(test) is not str:
        raise Refusal("argument", name)
    wanted = name.startswith("select")
    kept = []
    for item, key in zip(items, keys, strict=True):
        answer = is_true(key) if test is None else tests.call(evaluation, test, key, rest)
        if answer == wanted:
            kept.append(item)
    return iter(kept)


_FILTERS: dict[str, Callable[..., Any]] = {
    "as_text": _same,
    "as_bool": _same,
    "as_native": _same,
    "as_number": _same,
    "abs": _absolute,
    "count": _length,
    "default": _default,
    "d": _default,
    "first": _first,
    "float": _float,
    "int": _integer,
    "items": _items,
    "join": _join,
    "last": _last,
    "length": _length,
    "list": _list,
    "lower": _lower,
    "max": _maximum,
    "min": _minimum,
    "replace": _replace,
    "reverse": _reverse,
    "sort": _sort,
    "string": _string,
    "sum": _sum,
    "trim": _trim,
    "unique": _unique,
    "upper": _upper,
}
