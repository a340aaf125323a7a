"""Records what ``dbt ls`` selects, with a dbt that is installed elsewhere.

``path/to/environment/bin/python tests/manifests/selections/record.py [PROJECT ...]``: an environment with
dbt-core and dbt-duckdb of one version. A project is ``orchard``, which `write_orchard` writes, or the path
of a directory that has ``base`` and, named after the versions of dbt that can read them, ``ov_1.8plus`` and
the like: it is called ``shopco``. Its state before is that of the same project without some of its lines.

What is written: ``selections_<project>_<version>.json.xz`` with the two manifests, dbt's own macros cut out,
results of a run, the freshness of sources before and now, and for each expression the unique ids in the order
in which dbt printed them.
"""

from __future__ import annotations

import contextlib
import io
import json
import lzma
import os
import re
import shutil
import sys
import tempfile
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from expressions import EXPRESSIONS, REFUSED, SINCE
from orchard import write_orchard

HERE = Path(__file__).parent
_NAMES = ("selector", "name", "path", "json")

#: What is asked for with ``--output json --output-keys``.
_KEYS = ("unique_id", "config.materialized", "depends_on.nodes", "name", "direct_parents", "nothing", "tags")


def main(projects: list[str]) -> None:
    """Record the answers about some projects."""
    from dbt.version import __version__

    version = ".".join(__version__.split(".")[:2])
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "0"
    for project in projects or ["orchard"]:
        name = "orchard" if project == "orchard" else "shopco"
        with tempfile.TemporaryDirectory() as directory:
            recorded = _recorded(name, project, Path(directory).resolve(), version)
        text = json.dumps(recorded, separators=(",", ":")).encode()
        path = HERE / f"selections_{name}_{version}.json.xz"
        path.write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))
        print(f"{path.name}: {len(recorded['answers'])} answers, {path.stat().st_size} bytes")


def _recorded(name: str, source: str, directory: Path, version: str) -> dict[str, Any]:
    manifests = {}
    for state in ("before", "now"):
        project = directory / state
        _write(name, source, project, version, is_before=state == "before")
        _invoke(project, ["deps"])
        parsed = _invoke(project, ["parse", "--no-partial-parse"]).result
        manifests[state] = _own(json.loads((project / "target/manifest.json").read_text()), directory)
    states = directory / "states"
    states.mkdir()
    shutil.copy(directory / "before/target/manifest.json", states)
    results = _results(manifests["before"])
    (states / "run_results.json").write_text(json.dumps(results))
    now = directory / "now"
    sources = [_freshness(manifests[state], is_before=state == "before") for state in ("before", "now")]
    for place, freshness in zip((states, now / "target"), sources, strict=True):
        (place / "sources.json").write_text(json.dumps(freshness))
    number = tuple(int(part) for part in version.split("."))
    asked = [
        arguments
        for arguments in EXPRESSIONS[name]
        if all(number >= since or method not in " ".join(arguments) for method, since in SINCE.items())
    ]
    answers = [[arguments, _asked(now, parsed, arguments, states)] for arguments in asked]
    refused = [[arguments, _asked(now, parsed, arguments, states)] for arguments in REFUSED]
    everything = ["--resource-type", "all"]
    outputs = {form: _printed(now, parsed, ["--output", form, *everything]) for form in _NAMES}
    keys = [argument for key in _KEYS for argument in ("--output-keys", key)]
    outputs["json_of_keys"] = _printed(now, parsed, ["--output", "json", *keys, *everything])
    return {
        "dbt_version": manifests["now"]["metadata"]["dbt_version"],
        "now": manifests["now"],
        "before": manifests["before"],
        "run_results": results,
        "sources_before": sources[0],
        "sources_now": sources[1],
        "keys": _KEYS,
        "answers": answers,
        "refused": refused,
        "outputs": outputs,
    }


def _write(name: str, source: str, project: Path, version: str, *, is_before: bool) -> None:
    if name == "orchard":
        write_orchard(project, is_before=is_before)
        return
    shutil.copytree(Path(source, "base"), project)
    number = [int(part) for part in version.split(".")]
    for overlay in sorted(Path(source).glob("ov_*plus")):
        since = re.fullmatch(r"ov_(\d+)\.(\d+)plus", overlay.name)
        if since and [int(since[1]), int(since[2])] <= number:
            shutil.copytree(overlay, project, dirs_exist_ok=True)
    if is_before:
        for path, old, new in (
            ("macros/add_tax.sql", "* (1 +", "* (1.0 +"),
            ("models/staging/stg_leads.sql", "select", "select  "),
            ("models/marts/marts.yml", "description: Customers", "description: Clients"),
            ("models/sources.yml", "count: 12", "count: 13"),
            ("seeds/raw_countries.csv", "\n", "\n\n"),
        ):
            file = project / path
            text = file.read_text()
            if old not in text:
                sys.exit(f"{path} has no {old!r}.")
            file.write_text(text.replace(old, new, 1))


def _own(manifest: dict[str, Any], directory: Path) -> dict[str, Any]:
    """A manifest without dbt's own macros and docs, and without the directory's name."""
    for section in ("macros", "docs"):
        manifest[section] = {
            key: value
            for key, value in manifest[section].items()
            if not str(value["package_name"]).startswith("dbt")
        }
    kept = json.loads(json.dumps(manifest).replace(str(directory), "/work"))
    assert isinstance(kept, dict)
    return kept


def _results(manifest: dict[str, Any]) -> dict[str, Any]:
    """The results of a run, as dbt writes them: some of every status."""
    statuses = {"model": ("success", "error", "skipped"), "test": ("pass", "fail", "warn", "error")}
    schema = "https://schemas.getdbt.com/dbt/run-results/v6.json"
    results = []
    for number, (key, node) in enumerate(sorted(manifest["nodes"].items())):
        possible = statuses.get(node["resource_type"], ("success",))
        results.append(
            {
                "status": possible[number % len(possible)],
                "timing": [],
                "thread_id": "Thread-1",
                "execution_time": 0.5,
                "adapter_response": {},
                "message": None,
                "failures": None,
                "unique_id": key,
                "compiled": None,
                "compiled_code": None,
                "relation_name": None,
            }
        )
    return {"metadata": {"dbt_schema_version": schema}, "results": results, "elapsed_time": 1.0, "args": {}}


def _freshness(manifest: dict[str, Any], *, is_before: bool) -> dict[str, Any]:
    """How fresh sources are, as dbt writes it: some could not be asked, some were loaded since."""
    results: list[dict[str, Any]] = []
    for number, key in enumerate(sorted(manifest["sources"])):
        told = number % 7 if is_before else number % 5
        day = 1 if is_before or number % 3 == 0 else 2
        if told == 1:
            results.append({"unique_id": key, "error": "no such table", "status": "runtime error"})
        elif told != 2:
            zone = ("Z", "+02:00", ".5+00:00")[told % 3]
            results.append(
                {
                    "unique_id": key,
                    "max_loaded_at": f"2024-01-0{day}T0{number % 3}:00:00{zone}",
                    "snapshotted_at": "2024-01-03T00:00:00Z",
                    "max_loaded_at_time_ago_in_s": 90000.0,
                    "status": "pass",
                    "criteria": {"warn_after": {"count": 2, "period": "day"}},
                    "adapter_response": {},
                    "timing": [],
                    "thread_id": "Thread-1",
                    "execution_time": 0.1,
                }
            )
    metadata = {
        "dbt_schema_version": "https://schemas.getdbt.com/dbt/sources/v3.json",
        "generated_at": "2024-01-03T00:00:00Z",
    }
    return {"metadata": metadata, "results": results, "elapsed_time": 1.0}


def _asked(project: Path, parsed: object, arguments: list[str], states: Path) -> list[str] | None:
    """The unique ids; None if dbt refuses."""
    full = ["--output", "json", "--output-keys", "unique_id", *arguments]
    # A selector of the project may need it, too.
    if any(
        word in part for part in arguments for word in ("state:", "result:", "source_status:", "selector")
    ):
        full += ["--state", str(states)]
    lines = _printed(project, parsed, full)
    return None if lines is None else [json.loads(line)["unique_id"] for line in lines]


def _printed(project: Path, parsed: object, arguments: list[str]) -> list[str] | None:
    """The lines that dbt prints; None if it refuses."""
    done = _invoke(project, ["ls", *arguments], parsed=parsed, must_succeed=False)
    return list(done.result or ()) if done.success else None


def _invoke(project: Path, arguments: list[str], *, parsed: object = None, must_succeed: bool = True) -> Any:
    from dbt.cli.main import dbtRunner

    # Paths of selections start where dbt was started.
    os.chdir(project)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        # With what it parsed before, dbt does not parse again.
        done = dbtRunner(manifest=parsed).invoke([*arguments, "--profiles-dir", ".", "--project-dir", "."])
    if must_succeed and not done.success:
        sys.exit(f"dbt {' '.join(arguments)}: {done.exception or said.getvalue()}")
    return done


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="*", metavar="PROJECT", help="default: orchard")
    main(parser.parse_args().projects)
