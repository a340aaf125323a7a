"""Compare the ratios of two runs, and fail if one of them became worse.

Run by ``make bench-check``: what ``make bench`` wrote into ``docs/benchmarks.json`` against the file as it is
committed. Times are never compared; a ratio to a peer or a floor of the same run is what machines share.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

__all__ = ["main", "regressions"]

ROOT = Path(__file__).resolve().parent.parent
_FILE = "docs/benchmarks.json"

#: How many times as large a ratio may be as it was. One run differs from the next by less.
WORSE = 1.5


def main(arguments: list[str] | None = None) -> int:
    """Compare, print what is worse, and return the exit code: 0, 1 if something is, 2 without both files."""
    parser = argparse.ArgumentParser(
        description="Compare the ratios of two runs; exit code 1 if one became worse."
    )
    parser.add_argument("old", nargs="?", type=Path, help="the earlier file (default: the committed one)")
    parser.add_argument("new", nargs="?", type=Path, default=ROOT / _FILE, help="the later one")
    parser.add_argument("--worse", type=float, default=WORSE, help="factor that is allowed (default: 1.5)")
    options = parser.parse_args(arguments)
    try:
        old = json.loads(options.old.read_text(encoding="utf-8") if options.old else _committed())["ratios"]
        new = json.loads(options.new.read_text(encoding="utf-8"))["ratios"]
    except OSError as error:
        print(f"{error.filename} cannot be read: run make bench first.", file=sys.stderr)
        return 2
    except subprocess.CalledProcessError:
        print(f"{_FILE} is not committed: there is nothing to compare with.", file=sys.stderr)
        return 2
    found = regressions(old, new, options.worse)
    for line in found:
        print(line, file=sys.stderr)
    if not found:
        print(f"{len(old)} ratios: none is more than {options.worse:g} times what it was.")
    return int(bool(found))


def regressions(old: dict[str, float], new: dict[str, float], worse: float = WORSE) -> list[str]:
    """A line for each ratio that became worse by more than a factor, or is not measured any more."""
    found = []
    for name, before in old.items():
        after = new.get(name)
        if after is None:
            found.append(f"{name}: was {before:.2f}, and is not measured any more")
        elif after > before * worse:
            found.append(f"{name}: was {before:.2f}, is {after:.2f}: {after / before:.2f} times as much")
    return found


def _committed() -> str:
    shown = subprocess.run(
        ["git", "show", f"HEAD:{_FILE}"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    return shown.stdout


if __name__ == "__main__":
    sys.exit(main())
