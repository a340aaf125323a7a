"""dbt's manifests and catalogs, without dbt (``docs/dbt.md``).

`DbtManifest` and `DbtCatalog` hold one document each; `select` answers what ``dbt ls`` answers, and `compare`
why two states differ. `load_manifest`, `get_node_count` and `get_node_dependencies` are for who wants one
manifest for the whole process.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from confiture.dbt.catalog import DbtCatalog
    from confiture.dbt.comparing import compare
    from confiture.dbt.current import (
        current_manifest,
        get_node_count,
        get_node_dependencies,
        load_manifest,
    )
    from confiture.dbt.extraction import extract
    from confiture.dbt.manifest import DbtManifest
    from confiture.dbt.node import DbtNode
    from confiture.dbt.rendering import render
    from confiture.dbt.selection import DbtSelection, select

__all__ = [
    "DbtCatalog",
    "DbtManifest",
    "DbtNode",
    "DbtSelection",
    "compare",
    "current_manifest",
    "extract",
    "get_node_count",
    "get_node_dependencies",
    "load_manifest",
    "render",
    "select",
]

#: Where each name comes from. A command pays for those alone that it uses.
_MODULES = {
    "DbtCatalog": "catalog",
    "DbtManifest": "manifest",
    "DbtNode": "node",
    "DbtSelection": "selection",
    "compare": "comparing",
    "current_manifest": "current",
    "extract": "extraction",
    "get_node_count": "current",
    "get_node_dependencies": "current",
    "load_manifest": "current",
    "render": "rendering",
    "select": "selection",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
