"""What real dbt answered, and the manifests that it answered about."""

from __future__ import annotations

import json
import lzma
from functools import cache
from pathlib import Path
from typing import Any

from confiture.dbt import DbtManifest

SELECTIONS = sorted(Path(__file__).parent.glob("selections/*.json.xz"))
STATES = sorted(Path(__file__).parent.glob("states/*.json.xz"))


@cache
def recording(path: Path) -> dict[str, Any]:
    """A recording."""
    document: dict[str, Any] = json.loads(lzma.decompress(path.read_bytes()))
    return document


@cache
def recorded_manifest(path: Path, name: str, engine: object) -> DbtManifest:
    """A manifest of a recording, loaded by an engine, which is the one that is set."""
    return DbtManifest.load(json.dumps(recording(path)[name]).encode())


def recorded(project: str, version: str = "1.12") -> Path:
    """The recording of selections in a project."""
    return next(path for path in SELECTIONS if path.name == f"selections_{project}_{version}.json.xz")
