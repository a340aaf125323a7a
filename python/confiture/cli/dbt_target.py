"""Options of ``confiture dbt`` that say which manifest is meant."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from confiture.cli.options import not_empty

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from confiture.dbt.manifest import DbtManifest

__all__ = ["add_target", "load_manifest", "manifest_path", "side_path"]


def add_target(parser: ArgumentParser) -> None:
    """Add ``--target-dir``, ``--manifest`` and ``--strict``."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--target-dir",
        type=not_empty,
        default="target",
        metavar="DIR",
        help="where dbt writes (default: target)",
    )
    where.add_argument("--manifest", type=not_empty, metavar="FILE", help="the manifest itself")
    parser.add_argument(
        "--strict", action="store_true", help="refuse fields, versions and dependencies that are not known"
    )


def manifest_path(options: Namespace) -> str:
    """The path of the manifest that is meant."""
    return options.manifest or os.path.join(options.target_dir, "manifest.json")


def side_path(side: str) -> str:
    """The manifest of a side of a comparison: a file, or the directory that it is in."""
    return os.path.join(side, "manifest.json") if os.path.isdir(side) else side


def load_manifest(options: Namespace) -> DbtManifest:
    """The manifest that is meant.

    Raises:
        ManifestError: It cannot be read.
    """
    from confiture.dbt.manifest import DbtManifest

    return DbtManifest.load(manifest_path(options), strict=options.strict)
