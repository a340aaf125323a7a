"""Whole processes that answer questions about a manifest: ``confiture dbt ls`` and ``confiture dbt diff``.

What is compared with is the same manifest as another machine would write it a minute later, with one model
changed.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from confiture.dbt import DbtManifest

if TYPE_CHECKING:
    from pathlib import Path

LISTED = "confiture dbt ls --select +MODEL"
COMPARED = "confiture dbt diff OLD NEW"

_TURNS = 11


def measure_commands(path: Path) -> dict[str, float]:
    """Median seconds of each command on a manifest."""
    manifest = DbtManifest.load(path)
    models = [unique_id for unique_id in manifest.topological_order() if unique_id.startswith("model.")]
    deepest = max(models, key=lambda unique_id: len(manifest.ancestors(unique_id)))
    later = path.with_name(f"{path.stem}_later.json")
    _write_later(path, later, deepest)
    commands = {
        LISTED: ["ls", "--manifest", str(path), "--select", f"+{manifest[deepest]['name']}"],
        COMPARED: ["diff", str(path), str(later)],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(_TURNS):
        for name, arguments in commands.items():
            start = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-m", "confiture", "dbt", *arguments], capture_output=True, check=False
            )
            times[name].append(time.perf_counter() - start)
            # One model was changed, which a comparison reports.
            if done.returncode != (name == COMPARED):
                raise RuntimeError(done.stderr.decode())
    return {name: statistics.median(values) for name, values in times.items()}


def _write_later(path: Path, later: Path, changed: str) -> None:
    document = json.loads(path.read_bytes())
    for node in document["nodes"].values():
        node["created_at"] = node.get("created_at", 0) + 60.0
        node["root_path"] = "/elsewhere"
    document["nodes"][changed]["raw_code"] += "\n-- changed"
    later.write_text(json.dumps(document))
