"""Records the states of the project, with a dbt that is installed elsewhere.

``path/to/environment/bin/python tests/manifests/states/record.py``: an environment with dbt-core and
dbt-duckdb of one version, 1.8 or later. Written is ``states_<version>.json.xz``: the manifest of each change
and of the project without any, by name, without dbt's own macros and docs.
"""

from __future__ import annotations

import contextlib
import io
import json
import lzma
import os
import shutil
import sys
import tempfile
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from changes import CHANGES, MORE_FILES, NO_CHANGES, Change

HERE = Path(__file__).parent
PROJECT = HERE.parent / "project"


def main() -> None:
    """Record the states of a dbt's version."""
    from dbt.version import __version__

    version = ".".join(__version__.split(".")[:2])
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "0"
    states = {"before": _state("before", None)}
    for name in NO_CHANGES:
        states[name] = _state(name, None)
    for name, change in CHANGES.items():
        states[name] = _state(name, change)
    path = HERE / f"states_{version}.json.xz"
    text = json.dumps(states, separators=(",", ":")).encode()
    path.write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))
    print(f"{path.name}: {len(states)} states, {path.stat().st_size} bytes")


def _state(name: str, change: Change | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as directory:
        project = Path(directory, "project")
        for overlay in ("base", "since_1.6", "since_1.8"):
            shutil.copytree(PROJECT / overlay, project, dirs_exist_ok=True)
        for file, text in MORE_FILES.items():
            (project / file).write_text(text)
        if change is not None:
            _apply(project, change)
        if name == "target":
            profiles = project / "profiles.yml"
            profiles.write_text(profiles.read_text().replace("threads: 1", "threads: 1, schema: somebody"))
            os.environ["LIBRARY_DATABASE"] = "other.duckdb"
        _dbt(project, "seed" if name == "compiled" else "parse")
        if name == "compiled":
            _dbt(project, "compile")
        os.environ.pop("LIBRARY_DATABASE", None)
        manifest = json.loads((project / "target/manifest.json").read_text())
    for section in ("macros", "docs"):
        manifest[section] = {key: value for key, value in manifest[section].items() if ".library." in key}
    assert isinstance(manifest, dict)
    return manifest


def _apply(project: Path, change: Change) -> None:
    file = project / change.file
    if change.moved_to is not None:
        target = project / change.moved_to
        target.parent.mkdir()
        file.rename(target)
    elif change.new is None:
        file.unlink()
    elif not change.old:
        file.write_text(change.new)
    else:
        text = file.read_text()
        if text.count(change.old) != 1:
            sys.exit(f"{change.file} has {change.old!r} {text.count(change.old)} times.")
        file.write_text(text.replace(change.old, change.new))


def _dbt(project: Path, command: str) -> None:
    from dbt.cli.main import dbtRunner

    os.chdir(project)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        arguments = [command, "--no-partial-parse", "--profiles-dir", ".", "--project-dir", "."]
        done = dbtRunner().invoke(arguments)
    if not done.success:
        sys.exit(f"dbt {command}: {done.exception or said.getvalue()}")


if __name__ == "__main__":
    ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter).parse_args()
    main()
