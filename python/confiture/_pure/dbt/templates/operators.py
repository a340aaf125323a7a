"""Operators, subscripts and slices. What Python cannot do with its operands is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import nodes

from confiture._pure.dbt.templates import methods
from confiture._pure.dbt.templates.refusal import Refusal
from confiture._pure.dbt.templates.values import (
    KEYS,
    UNDEFINED,
    Function,
    Method,
    Undefined,
    is_nan,
    is_number,
    iterate,
    key_of,
    kind_name,
    printed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._pure.dbt.templates.evaluating import Evaluation

__all__ = [
    "ARITHMETIC",
    "checked",
    "compare",
    "compared",
    "contains",
    "defined",
    "item",
    "negated",
    "sliced",
]

_SMALLEST, _LARGEST = -(2**63), 2**63 - 1

#: Integers beyond are not exact as floats.
_EXACT = 2**53


def checked(value: Any) -> Any:
    """A number that both engines have; what is no number, such as infinity without infinity, is refused."""
    if (type(value) is int and not _SMALLEST <= value <= _LARGEST) or is_nan(value):
        raise Refusal("number")
    return value


def defined(*values: Any) -> None:
    """Refuse what is undefined."""
    for value in values:
        if type(value) is Undefined:
            raise Refusal("undefined", value.name)


def _numbers(operator: str, left: Any, right: Any) -> bool:
    """Whether both are integers; both must be numbers, and exact ones."""
    defined(left, right)
    if not (is_number(left) and is_number(right)):
        raise Refusal("operands", f"{kind_name(left)} {operator} {kind_name(right)}")
    if type(left) is not float and type(right) is not float:
        return True
    if any(type(each) is int and abs(each) > _EXACT for each in (left, right)):
        raise Refusal("number")
    return False


def _add(evaluation: Evaluation, left: Any, right: Any) -> Any:
    if type(left) is type(right) is str:
        return evaluation.spend_text(left + right)
    if type(left) is type(right) and type(left) in (list, tuple):
        evaluation.spend(len(left) + len(right))
        return left + right
    _numbers("+", left, right)
    return checked(left + right)


def _subtract(evaluation: Evaluation, left: Any, right: Any) -> Any:
    _numbers("-", left, right)
    return checked(left - right)


def _multiply(evaluation: Evaluation, left: Any, right: Any) -> Any:
    if type(right) is str and type(left) is int:
        left, right = right, left
    if type(left) is str and type(right) is int:
        evaluation.spend(len(left) * max(right, 0) // 16)
        return left * right
    _numbers("*", left, right)
    return checked(left * right)


def _divide(evaluation: Evaluation, left: Any, right: Any) -> Any:
    _numbers("/", left, right)
    if any(type(each) is int and abs(each) > _EXACT for each in (left, right)):
        raise Refusal("number")
    if right == 0:
        raise Refusal("zero")
    return checked(left / right)


def _floor_divide(evaluation: Evaluation, left: Any, right: Any) -> Any:
    _numbers("//", left, right)
    if right == 0:
        raise Refusal("zero")
    return checked(left // right)


def _modulo(evaluation: Evaluation, left: Any, right: Any) -> Any:
    _numbers("%", left, right)
    if right == 0:
        raise Refusal("zero")
    return checked(left % right)


def _power(evaluation: Evaluation, left: Any, right: Any) -> Any:
    if not _numbers("**", left, right) or right < 0:
        raise Refusal("operands", f"{kind_name(left)} ** {kind_name(right)}")
    if abs(left) > 1 and right > 64:
        raise Refusal("number")
    return checked(int(left) ** int(right))


ARITHMETIC: dict[type, Callable[[Evaluation, Any, Any], Any]] = {
    nodes.Add: _add,
    nodes.Sub: _subtract,
    nodes.Mul: _multiply,
    nodes.Div: _divide,
    nodes.FloorDiv: _floor_divide,
    nodes.Mod: _modulo,
    nodes.Pow: _power,
}


def negated(value: Any) -> Any:
    """A number with the other sign."""
    defined(value)
    if not is_number(value):
        raise Refusal("operands", f"- {kind_name(value)}")
    return checked(-value)


def equal(evaluation: Evaluation, left: Any, right: Any) -> bool:
    """Whether two values are equal, as Python has it."""
    pending = [(left, right)]
    while pending:
        one, other = pending.pop()
        evaluation.spend(1)
        if is_number(one) and is_number(other):
            if is_nan(one) or is_nan(other):
                # For Python it is equal to itself in some places and not in others.
                raise Refusal("number")
            if one != other:
                return False
        elif type(one) is not type(other):
            return False
        elif type(one) is Method:
            raise Refusal("operands", f"{kind_name(one)} == {kind_name(other)}")
        elif type(one) in (list, tuple):
            if len(one) != len(other):
                return False
            pending += zip(one, other, strict=True)
        elif type(one) is str:
            evaluation.spend_text(one)
            if one != other:
                return False
        elif kind_name(one) in ("dict", "dict_keys", "dict_items"):
            if len(one) != len(other):
                return False
            evaluation.spend(len(one))
            if kind_name(one) == "dict_items":
                one, other = dict(one), dict(other)
            if any(key not in other for key in one):
                return False
            if type(one) is dict:
                pending += [(item, other[key]) for key, item in one.items()]
        elif one != other:
            return False
    return True


def compared(evaluation: Evaluation, operator: str, left: Any, right: Any) -> bool:
    """Whether one number or text comes before the other, as the operator has it."""
    if type(left) is type(right) is str:
        evaluation.spend_text(left)
    else:
        _numbers({"lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}[operator], left, right)
    if operator == "lt":
        return bool(left < right)
    if operator == "lteq":
        return bool(left <= right)
    if operator == "gt":
        return bool(left > right)
    return bool(left >= right)


def contains(evaluation: Evaluation, container: Any, value: Any) -> bool:
    """Whether a value is in another one."""
    kind = type(container)
    if kind is str:
        if type(value) is not str:
            defined(value)
            raise Refusal("operands", f"{kind_name(value)} in str")
        evaluation.spend_text(container)
        return value in container
    if kind is dict:
        return key_of(evaluation, value) in container
    if kind_name(container) in ("iterator", "dict_items"):
        raise Refusal("operands", f"{kind_name(value)} in {kind_name(container)}")
    return any(equal(evaluation, value, each) for each in iterate(evaluation, container))


def compare(evaluation: Evaluation, operator: str, left: Any, right: Any) -> bool:
    """The answer of a comparison."""
    if operator == "eq":
        return equal(evaluation, left, right)
    if operator == "ne":
        return not equal(evaluation, left, right)
    if operator == "in":
        return contains(evaluation, right, left)
    if operator == "notin":
        return not contains(evaluation, right, left)
    return compared(evaluation, operator, left, right)


def item(evaluation: Evaluation, value: Any, subscript: Any) -> Any:
    """What stands under a key or an index; undefined if nothing does."""
    kind = type(value)
    defined(value)
    for each in (value, subscript):
        if type(each) is str:
            evaluation.spend_text(each)
    if kind is Function and type(subscript) is not str:
        defined(subscript)
        raise Refusal("iterable", kind_name(value))
    if kind is dict and type(subscript) in KEYS and subscript in value:
        return value[subscript]
    if kind in (list, tuple, str, range) and type(subscript) in (int, bool):
        try:
            return value[subscript]
        except IndexError:
            return UNDEFINED
    if type(subscript) is str:
        return methods.attribute(value, subscript)
    defined(subscript)
    return UNDEFINED


def sliced(evaluation: Evaluation, value: Any, bounds: list[Any]) -> Any:
    """Part of a text, list or tuple."""
    defined(value)
    kind = type(value)
    if kind not in (str, list, tuple) or not all(type(bound) in (type(None), int) for bound in bounds):
        raise Refusal("slice", kind_name(value))
    if bounds[2] == 0:
        raise Refusal("slice", kind_name(value))
    evaluation.spend(len(value))
    made = value[slice(*bounds)]
    evaluation.spend(len(made))
    return made


def text(evaluation: Evaluation, value: Any) -> str:
    """An argument as text, as Jinja's filters take it."""
    return value if type(value) is str else printed(evaluation, value)
