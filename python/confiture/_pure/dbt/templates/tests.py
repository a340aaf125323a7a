"""Jinja's tests: ``is defined`` and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confiture._pure.dbt.templates.operators import compare, contains
from confiture._pure.dbt.templates.refusal import Refusal
from confiture._pure.dbt.templates.values import Undefined, kind_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._pure.dbt.templates.evaluating import Evaluation

__all__ = ["call"]

#: Kinds of values that a simple test accepts.
_KINDS = {
    "none": ("none",),
    "string": ("str",),
    "number": ("int", "float", "bool"),
    "integer": ("int",),
    "float": ("float",),
    "boolean": ("bool",),
    "mapping": ("dict",),
    "sequence": ("str", "list", "tuple", "dict", "range", "undefined"),
    "iterable": (
        "str",
        "list",
        "tuple",
        "dict",
        "range",
        "iterator",
        "dict_keys",
        "dict_values",
        "dict_items",
        "undefined",
    ),
}

_COMPARISONS = {
    "eq": "eq",
    "equalto": "eq",
    "ne": "ne",
    "lt": "lt",
    "lessthan": "lt",
    "le": "lteq",
    "gt": "gt",
    "greaterthan": "gt",
    "ge": "gteq",
}

_INTEGERS: dict[str, Callable[[int, int], bool]] = {
    "odd": lambda value, _: value % 2 == 1,
    "even": lambda value, _: value % 2 == 0,
    "divisibleby": lambda value, divisor: value % divisor == 0,
}


def call(evaluation: Evaluation, name: str, value: Any, arguments: list[Any]) -> bool:
    """The answer of a test."""
    evaluation.spend(1)
    expected = 1 if name in _COMPARISONS or name in ("in", "divisibleby") else 0
    if name not in _COMPARISONS and name not in _KINDS and name not in _INTEGERS and name not in _OTHERS:
        raise Refusal("test", name)
    if len(arguments) != expected:
        raise Refusal("argument", name)
    if name in _KINDS:
        return kind_name(value) in _KINDS[name]
    if name in _COMPARISONS:
        return compare(evaluation, _COMPARISONS[name], value, arguments[0])
    if name == "in":
        return contains(evaluation, arguments[0], value)
    if name in _INTEGERS:
        divisor = arguments[0] if arguments else 2
        if type(value) is not int or type(divisor) is not int:
            raise Refusal("argument", name)
        if divisor == 0:
            raise Refusal("zero")
        return _INTEGERS[name](value, divisor)
    if name in ("true", "false"):
        return value is (name == "true")
    return (type(value) is Undefined) == (name == "undefined")


_OTHERS = ("in", "true", "false", "defined", "undefined")
