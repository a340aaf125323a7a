"""Writes what a dbt that is installed elsewhere compiles the project in ``rendering`` to.

``python tests/manifests/make_renderings.py path/to/dbt``: dbt-core and dbt-duckdb of one version. The project
is compiled before and after its incremental model was built, with variables and environment variables.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "rendering"

#: What the recordings are made with, and the tests render with.
VARIABLES = {"prices": {"rye": 3, "oat": None}, "late": True}
ENVIRONMENT = {"BAKERY_NAME": "Crust & Co", "DBT_ENV_SECRET_OVEN": "hot"}

_MEMBERS = (
    "alias",
    "config",
    "database",
    "depends_on",
    "identifier",
    "language",
    "latest_version",
    "name",
    "original_file_path",
    "package_name",
    "quoting",
    "raw_code",
    "relation_name",
    "resource_type",
    "schema",
    "source_name",
    "unique_id",
    "version",
)


def main(dbt: str) -> None:
    """Write the recording of a dbt."""
    # Found where the script is; the tests import the settings above alone.
    from real_dbt import run_dbt, version_of

    version = version_of(dbt)
    with tempfile.TemporaryDirectory() as directory:
        shutil.copytree(HERE / "project", directory, dirs_exist_ok=True)
        run_dbt(dbt, ["deps"], directory, ENVIRONMENT)
        run_dbt(dbt, ["seed"], directory, ENVIRONMENT)
        fresh = _compiled(dbt, directory)
        run_dbt(
            dbt, ["run", "--select", "incremental", "--vars", json.dumps(VARIABLES)], directory, ENVIRONMENT
        )
        later = _compiled(dbt, directory)
    recorded = {
        "manifest": _pruned(fresh),
        "compiled": _codes(fresh),
        "compiled_incrementally": _codes(later),
    }
    text = json.dumps(recorded, ensure_ascii=False, separators=(",", ":"))
    (HERE / f"recorded_{version[0]}.{version[1]}.json").write_text(text + "\n", encoding="utf-8")


def _compiled(dbt: str, directory: str) -> dict[str, Any]:
    from real_dbt import run_dbt

    run_dbt(dbt, ["compile", "--vars", json.dumps(VARIABLES)], directory, ENVIRONMENT)
    manifest: dict[str, Any] = json.loads(Path(directory, "target", "manifest.json").read_bytes())
    return manifest


def _codes(manifest: dict[str, Any]) -> dict[str, str]:
    return {
        unique_id: node["compiled_code"]
        for unique_id, node in sorted(manifest["nodes"].items())
        if node.get("compiled_code") is not None
    }


def _pruned(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest with what rendering needs: names of resources, and of macros nothing else."""
    metadata = {
        key: manifest["metadata"].get(key)
        for key in ("dbt_schema_version", "dbt_version", "project_name", "adapter_type", "quoting")
        if key in manifest["metadata"]
    }
    pruned: dict[str, Any] = {"metadata": metadata}
    for section in ("nodes", "sources"):
        pruned[section] = {
            unique_id: {key: node[key] for key in _MEMBERS if key in node}
            for unique_id, node in sorted(manifest[section].items())
        }
    pruned["macros"] = {
        unique_id: {"unique_id": unique_id, "name": macro["name"], "resource_type": "macro"}
        for unique_id, macro in sorted(manifest["macros"].items())
        if macro["package_name"] in ("bakery", "tools") or macro["name"] == "run_query"
    }
    return pruned


if __name__ == "__main__":
    main(*sys.argv[1:])
