"""dbt's manifests and catalogs, without dbt (``docs/dbt.md``).

`DbtManifest` and `DbtCatalog` hold one document each. `load_manifest`, `get_node_count` and
`get_node_dependencies` are the same for who wants one manifest for the whole process.
"""

from __future__ import annotations

from confiture.dbt.catalog import DbtCatalog
from confiture.dbt.comparing import compare
from confiture.dbt.current import get_node_count, get_node_dependencies, load_manifest
from confiture.dbt.extraction import extract
from confiture.dbt.manifest import DbtManifest
from confiture.dbt.node import DbtNode
from confiture.dbt.selection import DbtSelection, select

__all__ = [
    "DbtCatalog",
    "DbtManifest",
    "DbtNode",
    "DbtSelection",
    "compare",
    "extract",
    "get_node_count",
    "get_node_dependencies",
    "load_manifest",
    "select",
]
