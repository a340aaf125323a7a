"""The hooks for pre-commit and the action for GitHub."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import github_action
from bad_input.processes import PACKAGE

ROOT = Path(__file__).parent.parent
SHOP = ROOT / "examples" / "shop"

_ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
_HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example, committed."""
    monkeypatch.setenv("PYTHONPATH", PACKAGE["PYTHONPATH"])
    directory = tmp_path / "shop"
    shutil.copytree(SHOP, directory, ignore=shutil.ignore_patterns("generated"))
    _git(directory, "init", "--quiet", "--initial-branch=main")
    _git(directory, "add", "--all")
    _git(directory, "commit", "--quiet", "--message", "Start")
    monkeypatch.chdir(directory)
    return directory


def _git(directory: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Writer", "-c", "user.email=writer@localhost"]
    subprocess.run(["git", *who, *arguments], cwd=directory, check=True)


def _act(directory: Path, **inputs: str) -> tuple[int, dict[str, str], str]:
    """The exit code, the outputs and the summary of the action."""
    given = {name: about["default"] for name, about in _ACTION["inputs"].items()}
    outputs, summary = directory.parent / "outputs", directory.parent / "summary"
    summary.touch()
    code = github_action.act([sys.executable, "-m", "confiture"], {**given, **inputs}, outputs, summary)
    told = outputs.read_text(encoding="utf-8") if outputs.exists() else ""
    return code, dict(re.findall(r"^(\w+)=(.*)$", told, re.MULTILINE)), summary.read_text(encoding="utf-8")


def test_the_action_tells_the_digest(project: Path) -> None:
    code, outputs, summary = _act(project)

    assert (code, summary) == (0, "")
    assert outputs.keys() == {"digest"}
    assert re.fullmatch("[0-9a-f]{64}", outputs["digest"])


def test_the_action_tells_changes_and_does_not_fail_for_them(project: Path) -> None:
    assert _act(project, base="main")[:2] == (0, {**_act(project)[1], "changed": "false"})
    (project / "db/schema/10_tables/30_note.sql").write_text("CREATE TABLE note (id bigint);\n")

    code, outputs, summary = _act(project, base="main")

    assert (code, outputs["changed"]) == (0, "true")
    assert "note" in summary
    assert "note" in (project / "schema-changes.md").read_text(encoding="utf-8")


def test_the_action_fails_for_findings_as_annotations(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "db/schema/10_tables/30_again.sql").write_text("CREATE TABLE customer (id bigint);\n")

    assert _act(project)[0] == 1
    assert "::error " in capfd.readouterr().out


def test_the_action_fails_for_a_bundle_that_is_not_up_to_date(project: Path) -> None:
    subprocess.run([sys.executable, "-m", "confiture", "build", "--output", "schema.sql"], check=True)
    assert _act(project, bundle="schema.sql")[0] == 0
    (project / "db/schema/10_tables/30_note.sql").write_text("CREATE TABLE note (id bigint);\n")
    assert _act(project, bundle="schema.sql")[0] == 1


def test_the_action_fails_for_a_base_that_is_not_there(project: Path) -> None:
    code, outputs, _ = _act(project, base="nowhere")
    assert code > 1
    assert "changed" not in outputs


def test_the_action_fails_for_an_environment_that_is_not_there(project: Path) -> None:
    assert _act(project, environment="nowhere")[:2] == (5, {})


def test_the_action_gives_its_inputs_to_the_script_and_nothing_to_the_shell() -> None:
    (step,) = _ACTION["runs"]["steps"]
    assert "${{" not in step["run"]
    given = {
        f"INPUT_{name.upper().replace('-', '_')}": f"${{{{ inputs.{name} }}}}" for name in _ACTION["inputs"]
    }
    assert step["env"] == {"CONFITURE_BUILD": "pure", **given}
    page = (ROOT / "docs/how-to/pull-request-comment.md").read_text(encoding="utf-8")
    for name in [*_ACTION["inputs"], *_ACTION["outputs"]]:
        assert f"| `{name}` |" in page


@pytest.mark.parametrize("hook", _HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_runs_its_command_for_the_files_of_a_project(hook: dict[str, str], project: Path) -> None:
    program, *arguments = hook["entry"].split()
    assert program == "confiture"
    done = subprocess.run(
        [sys.executable, "-m", "confiture", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == (1 if "--check" in arguments else 0), done.stderr
    for path in project.rglob("*"):
        name = path.relative_to(project).as_posix()
        if path.is_file() and not name.startswith((".git/", "db/generated/")):
            assert re.search(hook["files"], name), name
    assert not re.search(hook["files"], "README.md")
    assert f"`{hook['id']}`" in (ROOT / "docs/how-to/pre-commit.md").read_text(encoding="utf-8")
