"""The manifests and catalogs that the tests run on.

Those in ``fixtures`` are made from the project beside them (``make_fixtures.py``). A directory named by
``CONFITURE_DBT_DATA`` adds real ones, in folders that are named after dbt versions.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent / "fixtures"

_REAL = os.environ.get("CONFITURE_DBT_DATA")

#: Why tests of real ones are skipped.
WITHOUT_REAL = "CONFITURE_DBT_DATA is not set: dbt manifests are those of tests/manifests/fixtures alone"

#: The folders of real ones, the newest version last.
REAL_VERSIONS: list[Path] = []

MANIFESTS = sorted(FIXTURES.glob("manifest_*.json"))
CATALOGS = sorted(FIXTURES.glob("catalog_*.json"))
if _REAL:
    MANIFESTS += sorted(Path(_REAL).glob("*/manifest*.json"))
    CATALOGS += sorted(Path(_REAL).glob("*/catalog.json"))
    found = [path.parent for path in Path(_REAL).glob("*/manifest.json")]
    REAL_VERSIONS += sorted(found, key=lambda folder: tuple(map(int, folder.name.split("."))))
    if not REAL_VERSIONS:
        raise FileNotFoundError(f"CONFITURE_DBT_DATA has no manifests in folders of versions: {_REAL}")

#: Manifests of one state of a project that were written at two times: by parsing it, and by running it.
TWICE = [(path, path) for path in MANIFESTS]
if _REAL:
    TWICE += [(path, path.with_name("manifest.json")) for path in Path(_REAL).glob("*/manifest_parse.json")]

#: The keys of a manifest under which there are resources that depend on each other.
COLLECTIONS = (
    "nodes",
    "sources",
    "exposures",
    "metrics",
    "semantic_models",
    "saved_queries",
    "unit_tests",
    "functions",
)

OLDEST = FIXTURES / "manifest_1.5.json"
NEWEST = FIXTURES / "manifest_1.12.json"


def name_of(path: Path) -> str:
    """What a document is called in the tests' names."""
    return f"{path.parent.name}-{path.stem}"


def small_manifest(**sections: Any) -> dict[str, Any]:
    """The least manifest, with some sections."""
    schema = "https://schemas.getdbt.com/dbt/manifest/v12.json"
    return {"metadata": {"dbt_schema_version": schema}, "nodes": {}, **sections}


def models(**dependencies: list[str]) -> dict[str, Any]:
    """Models with nothing but their dependencies, named without package."""
    return {
        f"model.p.{name}": {
            "unique_id": f"model.p.{name}",
            "resource_type": "model",
            "package_name": "p",
            "name": name,
            "depends_on": {"macros": [], "nodes": [f"model.p.{parent}" for parent in parents]},
        }
        for name, parents in dependencies.items()
    }


def encoded(document: object) -> bytes:
    """A document as dbt writes it."""
    return json.dumps(document).encode()
