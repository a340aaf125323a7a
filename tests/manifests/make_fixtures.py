"""Writes the manifests and catalogs that the tests run on, with a dbt that is installed elsewhere.

``python tests/manifests/make_fixtures.py path/to/dbt``: dbt-core and dbt-duckdb of one version. What differs
from run to run is put to fixed values, and dbt's own macros are cut out.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from real_dbt import run_dbt, version_of

HERE = Path(__file__).parent
PROJECT = HERE / "project"
FIXTURES = HERE / "fixtures"

_FIXED = {
    "generated_at": "2024-01-01T00:00:00.000000Z",
    "invocation_started_at": "2024-01-01T00:00:00+00:00",
    "run_started_at": "2024-01-01T00:00:00+00:00",
    "invocation_id": "00000000-0000-0000-0000-000000000000",
    "user_id": None,
    "created_at": 1704067200.5,
    "root_path": "/project",
}


def main(dbt: str) -> None:
    """Write the fixtures of a dbt."""
    version = version_of(dbt)
    with tempfile.TemporaryDirectory() as directory:
        for overlay in _overlays(version):
            shutil.copytree(overlay, directory, dirs_exist_ok=True)
        for arguments in (["seed"], ["run"], ["docs", "generate"]):
            run_dbt(dbt, arguments, directory)
        target = Path(directory, "target")
        names = ("manifest", "catalog")
        documents = {name: json.loads((target / f"{name}.json").read_text()) for name in names}
        manifest = documents["manifest"]
        own = {key: macro for key, macro in manifest["macros"].items() if macro["package_name"] == "library"}
        manifest["macros"] = own
        manifest["docs"] = {key: doc for key, doc in manifest["docs"].items() if ".library." in key}
        FIXTURES.mkdir(exist_ok=True)
        for name, document in documents.items():
            text = json.dumps(_fixed(document)).replace(directory, "/project")
            (FIXTURES / f"{name}_{version[0]}.{version[1]}.json").write_text(text)


def _overlays(version: tuple[int, int]) -> list[Path]:
    overlays = [PROJECT / "base"]
    overlays += [PROJECT / "metrics_1.5"] if version < (1, 6) else [PROJECT / "since_1.6"]
    for since in ((1, 8), (1, 11)):
        overlays += [PROJECT / f"since_{since[0]}.{since[1]}"] if version >= since else []
    return overlays


def _fixed(value: Any) -> Any:
    """A document with fixed values where runs differ; dbt nests its documents a few levels deep."""
    if isinstance(value, dict):
        return {key: _FIXED.get(key, _fixed(item)) for key, item in value.items()}
    return [_fixed(item) for item in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main(*sys.argv[1:])
