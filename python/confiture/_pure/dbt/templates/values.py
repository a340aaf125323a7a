"""What templates compute with: Python's own values, and what dbt adds to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from confiture._pure.dbt.templates.refusal import Refusal

if TYPE_CHECKING:
    from confiture._pure.dbt.templates.evaluating import Evaluation

__all__ = [
    "KEYS",
    "UNDEFINED",
    "Function",
    "Loop",
    "Method",
    "Namespace",
    "Object",
    "Relation",
    "Undefined",
    "from_host",
    "is_nan",
    "is_number",
    "is_true",
    "iterate",
    "key_of",
    "kind_name",
    "printed",
    "to_host",
]

#: How deep values may be nested where all of them is looked at.
_DEEPEST = 60

#: Characters beyond ASCII that Python prints in a list as they are; ranges without holes.
_PRINTABLE = (
    (0xA1, 0xAC),
    (0xAE, 0x377),
    (0x400, 0x52F),
    (0x3041, 0x3096),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
)

_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}


class Undefined:
    """What a name without a value has."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return type(other) is Undefined

    def __hash__(self) -> int:
        return 0


UNDEFINED = Undefined("")


class Function(NamedTuple):
    """A function of dbt's or of Jinja's."""

    name: str


class Method(NamedTuple):
    """A method of a value, before it is called."""

    owner: Any
    name: str


class Object(NamedTuple):
    """An object of the host's: what it does not have is refused."""

    name: str
    values: dict[str, Any]


class Relation(NamedTuple):
    """A table or view, as it is written in SQL, and its parts."""

    rendered: str
    database: str | None
    schema: str | None
    identifier: str | None


class Namespace:
    """Values that assignments in inner scopes reach."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values


class Loop:
    """The state of a loop."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items
        self.index0 = 0

    def attribute(self, name: str) -> Any:
        count = len(self.items)
        index = self.index0
        simple = {
            "index": index + 1,
            "index0": index,
            "revindex": count - index,
            "revindex0": count - index - 1,
            "first": index == 0,
            "last": index == count - 1,
            "length": count,
            "depth": 1,
            "depth0": 0,
        }
        if name in simple:
            return simple[name]
        if name == "previtem":
            return self.items[index - 1] if index else UNDEFINED
        if name == "nextitem":
            return self.items[index + 1] if index + 1 < count else UNDEFINED
        if name == "cycle":
            return Method(self, "cycle")
        raise Refusal("method", f"loop.{name}")


def from_host(value: Any) -> Any:
    """A value of the host's: tagged tuples are what JSON does not have."""
    if isinstance(value, tuple):
        if value[0] == "object":
            return Object(value[1], from_host(value[2]))
        return Function(value[1]) if value[0] == "function" else Relation(*value[1:])
    if type(value) is list:
        return [from_host(item) for item in value]
    if type(value) is dict:
        return {key: from_host(item) for key, item in value.items()}
    return value


def to_host(evaluation: Evaluation, value: Any) -> Any:
    """A value for the host: what `from_host` makes, and nothing else."""
    return _to_host(evaluation, value, 0)


def _to_host(evaluation: Evaluation, value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        raise Refusal("nesting")
    evaluation.spend(1)
    kind = type(value)
    if kind is str:
        return evaluation.spend_text(value)
    if kind in (type(None), bool, int, float):
        return value
    if kind is Relation:
        return ("relation", *value)
    if kind in (list, tuple):
        return [_to_host(evaluation, item, depth + 1) for item in value]
    if kind is dict:
        if not all(type(key) is str for key in value):
            raise Refusal("value", "dict")
        return {key: _to_host(evaluation, item, depth + 1) for key, item in value.items()}
    if kind is Undefined:
        raise Refusal("undefined", value.name)
    raise Refusal("value", kind_name(value))


def kind_name(value: Any) -> str:
    """What a value is called in messages."""
    kind = type(value)
    names: dict[type, str] = {
        Undefined: "undefined",
        Function: "function",
        Method: "function",
        Relation: "relation",
        Namespace: "namespace",
        Object: "object",
        Loop: "loop",
        type(None): "none",
        type({}.keys()): "dict_keys",
        type({}.values()): "dict_values",
        type({}.items()): "dict_items",
    }
    if kind in names:
        return names[kind]
    return kind.__name__ if kind in (bool, int, float, str, list, tuple, dict, range) else "iterator"


#: Kinds of values that can be keys.
KEYS = (type(None), bool, int, float, str)


def key_of(evaluation: Evaluation, value: Any) -> Any:
    """A value that can be a key."""
    if type(value) is str:
        return evaluation.spend_text(value)
    if type(value) is Undefined:
        raise Refusal("undefined", value.name)
    if type(value) not in KEYS:
        raise Refusal("key", kind_name(value))
    if is_nan(value):
        raise Refusal("number")
    return value


def is_nan(value: Any) -> bool:
    """Whether it is the float that is no number."""
    return type(value) is float and value != value


def is_number(value: Any) -> bool:
    """Whether it is a number; booleans are."""
    return type(value) in (int, float, bool)


def is_true(value: Any) -> bool:
    """Whether a value counts as true."""
    kind = type(value)
    if kind is Undefined:
        return False
    if kind in (Function, Method, Object, Relation, Namespace, Loop):
        return True
    return bool(value)


def iterate(evaluation: Evaluation, value: Any) -> list[Any]:
    """The items of a value, each for a step that is taken before they are made."""
    kind = type(value)
    if kind is Undefined:
        return []
    if kind in (type(None), bool, int, float, Function, Method, Object, Relation, Namespace, Loop):
        raise Refusal("iterable", kind_name(value))
    # What can be gone through once is as long as what it was made of.
    evaluation.spend(value.__length_hint__() if kind_name(value) == "iterator" else len(value))
    return list(value)


def printed(evaluation: Evaluation, value: Any) -> str:
    """A value as Python's ``str`` writes it."""
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is Undefined:
        return ""
    if kind is Relation:
        return str(value.rendered)
    return _quoted(evaluation, value, 0)


def _quoted(evaluation: Evaluation, value: Any, depth: int) -> str:
    """A value as Python's ``repr`` writes it."""
    if depth > _DEEPEST:
        raise Refusal("nesting")
    # A few lists that hold each other many times print to more than memory holds.
    evaluation.spend(1)
    kind = type(value)
    if kind is str:
        return _quoted_text(evaluation.spend_text(value))
    if kind in (type(None), bool, int, float, range):
        return repr(value)
    if kind is list:
        return f"[{', '.join([_quoted(evaluation, item, depth + 1) for item in value])}]"
    if kind is tuple:
        inner = ", ".join([_quoted(evaluation, item, depth + 1) for item in value])
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if kind is dict:
        pairs = [
            f"{_quoted(evaluation, key, depth + 1)}: {_quoted(evaluation, item, depth + 1)}"
            for key, item in value.items()
        ]
        return f"{{{', '.join(pairs)}}}"
    if kind is Undefined:
        return "Undefined"
    if kind is Function:
        raise Refusal("unsupported", value.name)
    raise Refusal("value", kind_name(value))


def _quoted_text(text: str) -> str:
    mark = '"' if "'" in text and '"' not in text else "'"
    parts = [mark]
    for character in text:
        code = ord(character)
        if character == mark:
            parts.append(f"\\{character}")
        elif character in _ESCAPES:
            parts.append(_ESCAPES[character])
        elif code < 0x20 or code == 0x7F:
            parts.append(f"\\x{code:02x}")
        elif code > 0x7F and not any(first <= code <= last for first, last in _PRINTABLE):
            raise Refusal("value", "str")
        else:
            parts.append(character)
    parts.append(mark)
    return "".join(parts)
