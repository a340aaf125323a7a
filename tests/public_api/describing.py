"""Describes the public Python API: a line for each name, with its signature.

``python -m public_api.describing`` writes the snapshot anew (``make api``). The names of a module are those
of its ``__all__``; of a class, what it and its bases of this package define and no underscore begins.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
SNAPSHOT = Path(__file__).parent / "snapshot.txt"

#: The modules that `docs/python-api.md` names; packages of models stand for all their modules.
MODULES = (
    "confiture",
    "confiture.artifacts",
    "confiture.artifacts.documents",
    "confiture.config.environment",
    "confiture.core.builder",
    "confiture.core.catalog_columns",
    "confiture.core.differ",
    "confiture.core.syntax_trees",
    "confiture.data",
    "confiture.dbt",
    "confiture.exceptions",
    "confiture.lineage.document",
    "confiture.lineage.graph",
    "confiture.warehouse",
    "confiture.warehouse.sources",
)
PACKAGES = ("confiture.models", "confiture.models.schema")


def modules() -> list[ModuleType]:
    """The public modules, in the order of their names."""
    names = set(MODULES)
    for package in PACKAGES:
        path = importlib.import_module(package).__path__
        names |= {f"{package}.{found.name}" for found in pkgutil.iter_modules(path) if not found.ispkg}
    return [importlib.import_module(name) for name in sorted(names)]


def describe() -> str:
    """The text of the snapshot."""
    return "".join(f"{line}\n" for module in modules() for line in _module_lines(module))


def _module_lines(module: ModuleType) -> Iterator[str]:
    for name in sorted(module.__all__):
        yield from _value_lines(f"{module.__name__}.{name}", getattr(module, name))


def _value_lines(called: str, value: object) -> Iterator[str]:
    if isinstance(value, type):
        yield from _class_lines(called, value)
    elif callable(value):
        yield f"{called}{_signature(value)}"
    else:
        yield f"{called}: {type(value).__name__}"


def _class_lines(called: str, cls: type) -> Iterator[str]:
    bases = ", ".join(base.__name__ for base in cls.__bases__ if base is not object)
    if issubclass(cls, enum.Enum):
        yield f"class {called}({bases}): {', '.join(f'{each.name}={each.value!r}' for each in cls)}"
        return
    fields = _fields(cls)
    yield f"class {called}({bases}){'' if fields else _signature(cls)}"
    for name, described in fields.items():
        yield f"  {name}: {described}"
    for name in sorted(_member_names(cls) - fields.keys()):
        member = inspect.getattr_static(cls, name)
        if isinstance(member, property | functools.cached_property):
            yield f"  {name}: property"
        elif isinstance(member, classmethod | staticmethod):
            yield f"  {type(member).__name__} {name}{_signature(member.__func__)}"
        elif inspect.isfunction(member):
            yield f"  {name}{_signature(member)}"
        else:
            yield f"  {name}"


def _fields(cls: type) -> dict[str, str]:
    """The fields of a struct, a named tuple or a data class: types as the source has them, and defaults."""
    if issubclass(cls, tuple):
        names = cls._fields  # type: ignore[attr-defined]
    elif dataclasses.is_dataclass(cls):
        names = tuple(field.name for field in dataclasses.fields(cls))
    else:
        names = getattr(cls, "__struct_fields__", ())
    written = {name: text for base in reversed(cls.__mro__) for name, text in _annotations(base).items()}
    found = {}
    for name in names:
        parameter = inspect.signature(cls).parameters[name]
        default = parameter.default
        shown = "" if default is inspect.Parameter.empty else f" = {_shown(default)}"
        found[name] = f"{written[name]}{shown}"
    return found


def _annotations(cls: type) -> dict[str, str]:
    given = inspect.get_annotations(cls)
    return {name: getattr(value, "__forward_arg__", value) for name, value in given.items()}


def _shown(default: object) -> str:
    return re.sub(r" at 0x[0-9a-f]+", "", repr(default))


def _member_names(cls: type) -> set[str]:
    ours = [base for base in cls.__mro__ if base.__module__.startswith("confiture")]
    return {name for base in ours for name in vars(base) if not name.startswith("_")}


def _signature(value: object) -> str:
    try:
        text = str(inspect.signature(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return "(...)"
    # Python quotes annotations, which are texts; and a default without a text of its own has an address.
    return re.sub(r"(?<=[:>] )'([^']*)'", r"\1", re.sub(r" at 0x[0-9a-f]+", "", text))


if __name__ == "__main__":
    SNAPSHOT.write_text(describe(), encoding="utf-8")
