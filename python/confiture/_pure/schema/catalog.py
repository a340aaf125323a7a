"""What PostgreSQL has of itself, by name: ``catalog.txt``, read when the first text is parsed."""

from __future__ import annotations

import os
from typing import NamedTuple

__all__ = ["RESERVED", "SYSTEM_SCHEMAS", "Catalog", "catalog"]

_FILE = "catalog.txt"

SYSTEM_SCHEMAS = frozenset(("pg_catalog", "information_schema", "pg_toast"))

#: The keywords that are no names of columns, tables or types.
_RESERVED_TEXT = """
    all analyse analyze and any array as asc asymmetric both case cast check collate column
    constraint create current_catalog current_date current_role current_time current_timestamp
    current_user default deferrable desc distinct do else end except false fetch for foreign from
    grant group having in initially intersect into lateral leading limit localtime localtimestamp
    not null offset on only or order placing primary references returning select session_user some
    symmetric system_user table then to trailing true union unique user using variadic when where
    window with
"""
RESERVED = frozenset(_RESERVED_TEXT.split())


class Catalog(NamedTuple):
    """The names that PostgreSQL's own schema has.

    Attributes:
        types: Types.
        relations: Tables and views.
        routines: Functions and aggregates.
        classes: The operator class that a key of an index has by default, by access method and type.
        storages: How values of a type are stored by default.
    """

    types: frozenset[str]
    relations: frozenset[str]
    routines: frozenset[str]
    classes: dict[tuple[str, str], str]
    storages: dict[str, str]


_loaded: Catalog | None = None


def catalog() -> Catalog:
    """The names."""
    global _loaded
    if _loaded is None:
        names: dict[str, set[str]] = {"type": set(), "relation": set(), "routine": set()}
        classes: dict[tuple[str, str], str] = {}
        storages: dict[str, str] = {}
        with open(os.path.join(os.path.dirname(os.path.dirname(__file__)), _FILE), encoding="utf-8") as file:
            for line in file:
                kind, _, listed = line.partition(" | ")
                if kind in names:
                    names[kind].update(listed.split())
                elif kind == "class":
                    method, found, *types = listed.split()
                    classes.update(((method, each), found) for each in types)
                elif kind == "storage":
                    how, *types = listed.split()
                    storages.update(dict.fromkeys(types, how))
        _loaded = Catalog(
            frozenset(names["type"]),
            frozenset(names["relation"]),
            frozenset(names["routine"]),
            classes,
            storages,
        )
    return _loaded
