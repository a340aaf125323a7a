"""What holds of every workflow, beyond what linters say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))

#: The scripts that are run where there is no make.
_SCRIPT = re.compile(r"python (build_support/\w+\.py)( [\w./-]+)*")
_TARGET = re.compile(r"make (\"\$TARGET\"|[a-z-]+)( [A-Z_]+=\S+)*")


def _jobs(path: Path) -> dict[str, dict[str, Any]]:
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    assert isinstance(jobs, dict)
    return jobs


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.name)
def workflow(request: pytest.FixtureRequest) -> Path:
    assert isinstance(request.param, Path)
    return request.param


def test_there_are_all_workflows() -> None:
    assert [path.stem for path in WORKFLOWS] == ["bench", "ci", "fuzz", "release"]


def test_nothing_is_permitted_but_what_a_job_needs(workflow: Path) -> None:
    document = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    assert document["permissions"] == {}
    assert "group" in document["concurrency"]
    for job in _jobs(workflow).values():
        assert "permissions" in job
        assert isinstance(job["timeout-minutes"], int)


def test_actions_are_named_by_a_whole_hash_and_a_version(workflow: Path) -> None:
    uses = re.findall(r"uses: (.*)", workflow.read_text(encoding="utf-8"))
    assert uses
    for each in uses:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)


def test_an_action_has_one_version() -> None:
    versions: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for name, version in re.findall(r"uses: (\S+)@(.*)", path.read_text(encoding="utf-8")):
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_no_check_out_keeps_its_credentials(workflow: Path) -> None:
    for job in _jobs(workflow).values():
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_workflows_run_targets_that_there_are(workflow: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for job in _jobs(workflow).values():
        for step in job["steps"]:
            line = step.get("run")
            if line is None or line in (".ci/run", "exit 1"):
                continue
            script, target = _SCRIPT.fullmatch(line), _TARGET.fullmatch(line)
            if script is not None:
                assert (ROOT / script[1]).is_file()
                continue
            assert target is not None, line
            named = job["strategy"]["matrix"]["target"] if "$" in target[1] else [target[1]]
            assert set(named) <= targets


def test_every_job_passes_the_gate() -> None:
    jobs = _jobs(ROOT / ".github" / "workflows" / "ci.yml")
    assert set(jobs["gate"]["needs"]) == jobs.keys() - {"gate"}


def test_every_fuzz_target_is_run() -> None:
    targets = _jobs(ROOT / ".github" / "workflows" / "fuzz.yml")["fuzz"]["strategy"]["matrix"]["target"]
    assert sorted(targets) == sorted(path.stem for path in (ROOT / "rust/fuzz/fuzz_targets").glob("*.rs"))
