"""Attributes and methods of values: those of Python's that templates use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confiture._pure.dbt.templates.refusal import Refusal
from confiture._pure.dbt.templates.values import (
    UNDEFINED,
    Function,
    Loop,
    Method,
    Namespace,
    Object,
    Relation,
    Undefined,
    iterate,
    key_of,
    kind_name,
)

if TYPE_CHECKING:
    from confiture._pure.dbt.templates.evaluating import Evaluation

__all__ = ["SPACE", "attribute", "call", "joined", "replaced", "stripped"]

#: What ``str.strip`` removes.
SPACE = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)

#: The methods that dictionaries have, which come before their keys; not all of them are supported.
_OF_DICTIONARIES = (
    "clear",
    "copy",
    "fromkeys",
    "get",
    "items",
    "keys",
    "pop",
    "popitem",
    "setdefault",
    "update",
    "values",
)


def attribute(value: Any, name: str) -> Any:
    """An attribute of a value, or what stands under that key."""
    kind = type(value)
    if kind is Undefined:
        raise Refusal("undefined", value.name)
    if kind is Function:
        # Their attributes are the host's to tell; of others nothing is known.
        if value.name not in ("config", "var"):
            raise Refusal("unsupported", f"{value.name}.{name}")
        return Function(f"{value.name}.{name}")
    if kind is Object:
        if name not in value.values:
            raise Refusal("unsupported", f"{value.name}.{name}")
        return value.values[name]
    if kind is Relation:
        return _of_relation(value, name)
    if kind is Loop:
        return value.attribute(name)
    if name.startswith("_"):
        raise Refusal("method", f"{kind_name(value)}.{name}")
    if kind is dict:
        if name in _OF_DICTIONARIES:
            return Method(value, name)
        return value.get(name, UNDEFINED)
    if kind is Namespace:
        return value.values.get(name, UNDEFINED)
    if kind in (str, list):
        return Method(value, name) if hasattr(kind, name) else UNDEFINED
    if value is None:
        return UNDEFINED
    raise Refusal("method", f"{kind_name(value)}.{name}")


def _of_relation(relation: Relation, name: str) -> Any:
    if name in ("database", "schema", "identifier"):
        return getattr(relation, name)
    if name in ("name", "table"):
        return relation.identifier
    raise Refusal("method", f"relation.{name}")


def call(evaluation: Evaluation, method: Method, arguments: list[Any], named: dict[str, Any]) -> Any:
    """What a method returns."""
    evaluation.spend(1)
    owner, name = method
    kind = kind_name(owner)
    if kind == "loop":
        if named or not arguments:
            raise Refusal("argument", "cycle")
        return arguments[owner.index0 % len(arguments)]
    if kind == "dict" and name == "update" and not arguments:
        arguments, named = [named], {}
    least, most = _ARGUMENTS.get(f"{kind}.{name}", (0, -1))
    if most < 0:
        raise Refusal("method", f"{kind}.{name}")
    if named or not least <= len(arguments) <= most:
        raise Refusal("argument", f"{kind}.{name}")
    if kind == "str":
        return _of_text(evaluation, owner, name, arguments)
    if kind == "list":
        return _of_list(evaluation, owner, name, arguments)
    return _of_dictionary(evaluation, owner, name, arguments)


#: How many arguments a method takes at least and at most.
_ARGUMENTS = {
    "str.upper": (0, 0),
    "str.lower": (0, 0),
    "str.strip": (0, 1),
    "str.lstrip": (0, 1),
    "str.rstrip": (0, 1),
    "str.split": (0, 2),
    "str.replace": (2, 3),
    "str.startswith": (1, 1),
    "str.endswith": (1, 1),
    "str.join": (1, 1),
    "list.append": (1, 1),
    "list.extend": (1, 1),
    "list.insert": (2, 2),
    "list.pop": (0, 1),
    "dict.copy": (0, 0),
    "dict.get": (1, 2),
    "dict.items": (0, 0),
    "dict.keys": (0, 0),
    "dict.pop": (1, 2),
    "dict.setdefault": (1, 2),
    "dict.update": (1, 1),
    "dict.values": (0, 0),
}


def _text_argument(value: Any, name: str) -> str:
    if type(value) is not str:
        raise Refusal("argument", f"str.{name}")
    return value


def _of_text(evaluation: Evaluation, owner: str, name: str, arguments: list[Any]) -> Any:
    evaluation.spend_text(owner)
    if name == "upper":
        return owner.upper()
    if name == "lower":
        return owner.lower()
    if name in ("strip", "lstrip", "rstrip"):
        if not arguments or arguments[0] is None:
            return getattr(owner, name)(SPACE)
        return stripped(evaluation, owner, name, _text_argument(arguments[0], name))
    if name == "split":
        return _split(evaluation, owner, arguments)
    if name == "replace":
        old, new = (_text_argument(each, name) for each in arguments[:2])
        count = arguments[2] if len(arguments) == 3 else -1
        if type(count) is not int:
            raise Refusal("argument", "str.replace")
        return replaced(evaluation, owner, old, new, count)
    if name == "startswith":
        return owner.startswith(_text_argument(arguments[0], name))
    if name == "endswith":
        return owner.endswith(_text_argument(arguments[0], name))
    parts = [_text_argument(part, name) for part in iterate(evaluation, arguments[0])]
    return joined(evaluation, parts, owner)


def stripped(evaluation: Evaluation, text: str, method: str, characters: str) -> str:
    """A text without some characters at its ends; `method` says at which."""
    # Each character of the text may be compared with all of these.
    evaluation.spend(len(text) * len(characters) // 16)
    return str(getattr(text, method)(characters))


def replaced(evaluation: Evaluation, text: str, old: str, new: str, count: int) -> str:
    """A text with parts replaced, as many as `count`; all if it is negative."""
    found = text.count(old)
    # Before it is made: it may be much longer than what it is made of.
    evaluation.spend(((found if count < 0 else min(found, count)) * len(new) + len(text)) // 16)
    return text.replace(old, new, count)


def joined(evaluation: Evaluation, parts: list[str], separator: str) -> str:
    """Texts with a separator between them."""
    own = sum(map(len, parts))
    evaluation.spend((own + len(separator) * max(len(parts) - 1, 0)) // 16)
    return separator.join(parts)


def _split(evaluation: Evaluation, owner: str, arguments: list[Any]) -> list[str]:
    separator = arguments[0] if arguments else None
    limit = arguments[1] if len(arguments) == 2 else -1
    if type(limit) is not int or separator == "" or (separator is None and limit >= 0):
        raise Refusal("argument", "str.split")
    if separator is not None:
        _text_argument(separator, "split")
    parts = owner.split(separator, limit)
    evaluation.spend(len(parts))
    return parts


def _of_list(evaluation: Evaluation, owner: list[Any], name: str, arguments: list[Any]) -> Any:
    if name == "append":
        owner.append(arguments[0])
    elif name == "extend":
        items = iterate(evaluation, arguments[0])
        owner.extend(items)
    elif name == "insert":
        if type(arguments[0]) is not int:
            raise Refusal("argument", "list.insert")
        evaluation.spend(len(owner) // 16)
        owner.insert(arguments[0], arguments[1])
    else:
        index = arguments[0] if arguments else -1
        if type(index) is not int or not -len(owner) <= index < len(owner):
            raise Refusal("argument", "list.pop")
        evaluation.spend(len(owner) // 16)
        return owner.pop(index)
    return None


def _of_dictionary(evaluation: Evaluation, owner: dict[Any, Any], name: str, arguments: list[Any]) -> Any:
    if name == "update":
        if type(arguments[0]) is not dict:
            raise Refusal("argument", "dict.update")
        evaluation.spend(len(arguments[0]))
        for key in arguments[0]:
            if type(key) is str:
                evaluation.spend_text(key)
        owner.update(arguments[0])
        return None
    if name in ("copy", "items", "keys", "values"):
        evaluation.spend(len(owner))
        return dict(owner) if name == "copy" else getattr(owner, name)()
    key = key_of(evaluation, arguments[0])
    default = arguments[1] if len(arguments) == 2 else None
    if name == "get":
        return owner.get(key, default)
    if name == "setdefault":
        return owner.setdefault(key, default)
    if len(arguments) == 1 and key not in owner:
        raise Refusal("argument", "dict.pop")
    return owner.pop(key, default)
