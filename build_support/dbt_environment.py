"""Makes an environment with a dbt for the tests of the plugin.

``python build_support/dbt_environment.py 1.12 .cache/dbt/1.12``: dbt-core and dbt-duckdb of that version from
PyPI, and what Confiture's manifests and its metadata store need.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path

#: A part of dbt-core 1.12 that is not on PyPI itself, and that nothing needs unless it is asked for.
_LEFT_OUT = "dbt-core-experimental-parser"

_REQUIRED = """
import importlib.metadata, json
print(json.dumps(importlib.metadata.requires("dbt-core")))
"""


def main(version: str, directory: str) -> None:
    """Make the environment; nothing is left of one that cannot be made."""
    path = Path(directory)
    shutil.rmtree(path, ignore_errors=True)
    try:
        venv.create(path, with_pip=True)
        python = str(path / "bin" / "python")
        _install(python, "--no-deps", f"dbt-core~={version}.0")
        done = subprocess.run([python, "-c", _REQUIRED], capture_output=True, text=True, check=True)
        required: list[str] = json.loads(done.stdout)
        needed = [each for each in required if not each.startswith(_LEFT_OUT)]
        _install(python, "msgspec", "duckdb-engine", "psycopg[binary]", "sqlalchemy>=2", *needed)
        # Its own dependency on dbt-core would bring what was left out.
        _install(python, "--no-deps", "dbt-duckdb")
        _install(python, "duckdb")
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise
    (path / "made").touch()


def _install(python: str, *packages: str) -> None:
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
