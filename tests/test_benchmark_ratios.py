"""The comparison of two runs of the benchmarks: ratios that became worse fail it, and nothing else does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

_CHECK = Path(__file__).resolve().parent.parent / "benches" / "check.py"
_BEFORE = {"build / keeping": 1.2, "load / orjson": 0.1}


def checked(directory: Path, after: dict[str, float], *options: str) -> subprocess.CompletedProcess[str]:
    """The run of the check on two files."""
    paths = []
    for name, ratios in (("old.json", _BEFORE), ("new.json", after)):
        paths.append(directory / name)
        paths[-1].write_text(json.dumps({"machine": name, "ratios": ratios}))
    return subprocess.run(
        [sys.executable, _CHECK, *paths, *options], capture_output=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("after", [_BEFORE, {**_BEFORE, "load / orjson": 0.14}, {**_BEFORE, "new": 9.0}])
def test_what_is_no_worse_passes(tmp_path: Path, after: dict[str, float]) -> None:
    done = checked(tmp_path, after)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "2 ratios: none is more than 1.5 times what it was.\n"


def test_what_is_worse_is_named(tmp_path: Path) -> None:
    done = checked(tmp_path, {**_BEFORE, "load / orjson": 0.2})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "load / orjson: was 0.10, is 0.20: 2.00 times as much\n"
    assert checked(tmp_path, {**_BEFORE, "load / orjson": 0.2}, "--worse", "2.5").returncode == 0


def test_what_is_not_measured_any_more_is_named(tmp_path: Path) -> None:
    done = checked(tmp_path, {"build / keeping": 1.2})
    assert done.returncode == 1
    assert done.stderr == "load / orjson: was 0.10, and is not measured any more\n"


def test_files_that_are_missing_are_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, _CHECK, tmp_path / "old.json", tmp_path / "new.json"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{tmp_path / 'old.json'} cannot be read: run make bench first.\n"


def test_the_page_and_the_ratios_are_of_one_run() -> None:
    documents = _CHECK.parent.parent / "docs"
    page = (documents / "benchmarks.md").read_text(encoding="utf-8")
    told = json.loads((documents / "benchmarks.json").read_text(encoding="utf-8"))
    assert f"- {told['machine']};\n" in page
    printed = [
        *(
            "finding 10,000 files / walking",
            "build of 10,000 files / keeping",
            "confiture check / python -c pass",
        ),
        *("loading the smaller manifest / orjson", "confiture diff, 3,000 tables / reading"),
        "Confiture, Rust: fingerprint_sql of 3,000 tables / pglast",
    ]
    assert [name for name in printed if f" {told['ratios'][name]:.2f} |" not in page] == []
