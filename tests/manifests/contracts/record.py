"""Records what ``dbt ls`` selects by state where contracts are changed, with a dbt installed elsewhere.

``path/to/environment/bin/python tests/manifests/contracts/record.py``: an environment with dbt-core and
dbt-duckdb of one version. Written is ``contracts_<version>.json.xz``: for each case the two manifests,
without macros and docs, and what dbt answered; null where it refused.
"""

from __future__ import annotations

import contextlib
import io
import json
import lzma
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from cases import ASKED, CASES, files

HERE = Path(__file__).parent


def main() -> None:
    """Record all cases with a dbt's version."""
    from dbt.version import __version__

    version = ".".join(__version__.split(".")[:2])
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "0"
    recorded = {name: _case(name) for name in CASES}
    text = json.dumps(recorded, separators=(",", ":")).encode()
    path = HERE / f"contracts_{version}.json.xz"
    path.write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))
    print(f"{path.name}: {len(recorded)} cases, {path.stat().st_size} bytes")


def _case(name: str) -> dict[str, Any]:
    told: dict[str, Any] = {"answers": {}}
    with tempfile.TemporaryDirectory() as directory:
        before = Path(directory).resolve() / "before"
        now = before.parent / "now"
        for state, project in (("before", before), ("now", now)):
            for path, text in files(name, is_before=state == "before").items():
                (project / path).parent.mkdir(parents=True, exist_ok=True)
                (project / path).write_text(text)
            if not _invoke(project, "parse").success:
                sys.exit(f"dbt cannot parse {name}, {state}.")
            told[state] = _own(json.loads((project / "target/manifest.json").read_text()))
        for asked in ASKED:
            done = _invoke(
                now, "ls", "--output", "json", "--output-keys", "unique_id", "--select", asked, "--state",
                str(before / "target"),
            )  # fmt: skip
            answer = [json.loads(line)["unique_id"] for line in done.result or ()] if done.success else None
            told["answers"][asked] = answer
    return told


def _own(manifest: dict[str, Any]) -> dict[str, Any]:
    manifest["macros"], manifest["docs"] = {}, {}
    return manifest


def _invoke(project: Path, *arguments: str) -> Any:
    from dbt.cli.main import dbtRunner

    os.chdir(project)
    with contextlib.redirect_stdout(io.StringIO()):
        return dbtRunner().invoke([*arguments, "--profiles-dir", ".", "--project-dir", "."])


if __name__ == "__main__":
    main()
