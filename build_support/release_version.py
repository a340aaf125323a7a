"""Checks that a release is the version that it says it is.

``python build_support/release_version.py v1.2.3`` ends with 1 if the tag is not that of the version in
``Cargo.toml``, which is the only place that names one, or if the changelog does not know it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from distribution_contents import ROOT, version


def problems(tag: str, of_sources: str, changelog: str) -> list[str]:
    """Whatever is wrong with releasing the sources under a tag, as sentences."""
    found = []
    if tag != f"v{of_sources}":
        found.append(f"The tag is {tag!r}, but the version in Cargo.toml is {of_sources}: v{of_sources}.")
    if f"## {of_sources}" not in changelog.splitlines():
        found.append(f"CHANGELOG.md has no section '## {of_sources}'.")
    return found


def main(tag: str) -> int:
    """Print what is wrong with a tag; returns 1 if anything is."""
    changelog = Path(ROOT, "CHANGELOG.md").read_text(encoding="utf-8")
    found = problems(tag, version(), changelog)
    for problem in found:
        print(problem, file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
