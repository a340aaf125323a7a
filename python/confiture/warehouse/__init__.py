"""Connections to warehouses, and the store of metadata in them (``docs/metadata.md``).

What is here needs SQLAlchemy (``pip install 'confiture[warehouse]'``), which is imported when a name of this
module is asked for and not before.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from confiture.warehouse.connections import QueryResult, Warehouse
    from confiture.warehouse.store import MetadataStore

__all__ = ["MetadataStore", "QueryResult", "Warehouse"]

_MODULES = {
    "MetadataStore": "confiture.warehouse.store",
    "QueryResult": "confiture.warehouse.connections",
    "Warehouse": "confiture.warehouse.connections",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        from importlib import import_module

        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module 'confiture.warehouse' has no attribute {name!r}")
