"""What calls come to on each engine: values, or errors taken apart."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from confiture.exceptions import ConfiturError
from engines import ENGINES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Facts of a report that say how it came about and not what it found.
_INCIDENTAL = ("engine", "seconds")


class Raised(NamedTuple):
    """Everything in an error that the engines must agree on."""

    kind: str
    code: str
    text: str
    context: dict[str, Any]
    hint: str | None
    severity: str


@contextmanager
def using(engine: str) -> Iterator[None]:
    """Choose an engine for the calls inside."""
    before = os.environ.get("CONFITURE_ENGINE")
    os.environ["CONFITURE_ENGINE"] = engine
    try:
        yield
    finally:
        if before is None:
            del os.environ["CONFITURE_ENGINE"]
        else:
            os.environ["CONFITURE_ENGINE"] = before


def outcome(call: Callable[..., object], *arguments: object, **options: object) -> object:
    """What a call returns, without incidental facts, or what it raises."""
    try:
        value = call(*arguments, **options)
    except ConfiturError as error:
        return Raised(
            type(error).__name__,
            error.error_code,
            str(error),
            error.context,
            error.resolution_hint,
            error.severity,
        )
    return comparable(value)


def comparable(value: object) -> object:
    """A value as plain data, without incidental facts."""
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.asdict(value)
        return {name: comparable(field) for name, field in fields.items() if name not in _INCIDENTAL}
    if isinstance(value, (list, tuple)):
        return [comparable(item) for item in value]
    return value


def on_both(call: Callable[..., object], *arguments: object, **options: object) -> tuple[object, object]:
    """The outcomes of a call on the native engine and on its twin."""
    outcomes = []
    for engine in ENGINES:
        with using(engine):
            outcomes.append(outcome(call, *arguments, **options))
    return outcomes[0], outcomes[1]
