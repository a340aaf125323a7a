"""Help, version and completion."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from typing import TYPE_CHECKING

import pytest

import confiture
from bad_input.processes import PACKAGE, run
from bad_input.support import assert_orderly
from confiture.cli.main import build_parser

if TYPE_CHECKING:
    from pathlib import Path

    from confiture._backend import Engine

COMMANDS = ("build", "check", "lineage", "hash", "locate", "manifest", "artifact", "init", "completion")

#: The command line as it was asked for.
OPTIONS = {
    "build": "-e --env -o --output --project-dir --schema-only --split --stdout --check --list-files "
    "--show-hash --separator-style --separator-template --validate-comments --no-validate-comments "
    "--source-map --run-manifest --telemetry -f --format",
    "check": "-e --env --project-dir --schema-only --ignore -o --output -f --format",
    "lineage": "OBJECT -e --env --project-dir --upstream --downstream --depth --kind --schema-only "
    "-f --format -o --output",
    "locate": "BUNDLE --source-map -f --format",
    "hash": "-e --env --project-dir --files --check -f --format",
    "manifest": "-e --env --project-dir --schema-only -o --output -f --format",
    "artifact": "show convert schema",
    "init": "PATH",
    "completion": "bash zsh",
}


def test_a_source_tree_that_is_not_installed_has_a_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_installed(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", nothing_installed)

    assert confiture.__version__ == "0+source"


@pytest.mark.parametrize("arguments", [("--help",), ("-h",)], ids=str)
def test_help_names_every_command_and_the_exit_codes(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ran = run(*arguments, cwd=tmp_path)

    assert_orderly(ran)
    assert (ran.code, ran.stderr) == (0, "")
    for command in COMMANDS:
        assert re.search(rf"^ +{command} ", ran.stdout, re.MULTILINE)
    assert "examples:" in ran.stdout
    for code in range(6):
        assert re.search(rf"\b{code} ", ran.stdout.partition("exit codes:")[2])


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_names_its_options_and_has_examples(tmp_path: Path, command: str) -> None:
    ran = run(command, "--help", cwd=tmp_path)

    assert_orderly(ran)
    assert (ran.code, ran.stderr) == (0, "")
    for option in OPTIONS[command].split():
        assert re.search(rf"(?<![\w-]){option}\b", ran.stdout), option
    examples = ran.stdout.partition("examples:\n")[2]
    assert f"confiture {command}" in examples
    assert max(map(len, ran.stdout.splitlines())) <= 110


@pytest.mark.parametrize(
    ("command", "action"),
    [
        *(("artifact", action) for action in ("show", "convert", "schema")),
        *(("dbt", action) for action in ("info", "ls", "lineage", "diff", "render", "extract")),
        *(("metadata", action) for action in ("push", "runs", "show", "diff", "lineage", "prune")),
        ("data", "diff"),
    ],
    ids="_".join,
)
def test_help_of_an_action_says_what_it_does_and_has_its_examples(command: str, action: str) -> None:
    help_text = _help(command, action)
    summary = re.search(rf"^ +{action} +(.*)$", _help(command), re.MULTILINE)

    assert summary is not None
    described = help_text.split("\n\n")[1]
    assert described == f"{summary[1][0].upper()}{summary[1][1:]}."
    examples = help_text.partition("examples:\n")[2].splitlines()
    assert examples
    assert all(f"confiture {command} {action}" in line or line.startswith("      ") for line in examples)
    assert max(map(len, help_text.splitlines())) <= 110


def _help(*words: str) -> str:
    parser = build_parser()
    for word in words:
        (actions,) = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
        parser = actions.choices[word]
    return parser.format_help()


def test_the_examples_of_the_help_work(tmp_path: Path, engine: Engine) -> None:
    """All but those that need a database or a home directory."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "confiture"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m confiture "$@"\n')
    script.chmod(0o755)
    assert run("init", cwd=tmp_path).code == 0
    environments = tmp_path / "db/environments"
    shutil.copy(environments / "local.yaml", environments / "prod.yaml")
    (tmp_path / "digest").write_text(run("hash", cwd=tmp_path).stdout)
    done = 0
    for command in ("build", "check", "lineage", "hash", "locate", "manifest", "artifact", "init"):
        help_text = run(command, "--help", cwd=tmp_path).stdout.partition("examples:\n")[2]
        for line in help_text.splitlines():
            example = re.split(r" {2,}", line.strip())[0]
            if not example.startswith("confiture") or "psql" in example or example == "confiture init":
                continue
            ran = subprocess.run(
                example,
                shell=True,
                cwd=tmp_path,
                env={**os.environ, **PACKAGE, "PATH": f"{folder}:{os.environ['PATH']}"},
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.returncode == 0, (example, ran.stdout, ran.stderr)
            done += 1
    assert done >= 15


def test_no_command_at_all_shows_how_to_go_on(tmp_path: Path) -> None:
    ran = run(cwd=tmp_path)

    assert_orderly(ran)
    assert ran.code == 2
    assert "usage:" in ran.stdout + ran.stderr


def test_the_version_names_the_engine_in_use(tmp_path: Path, engine: Engine) -> None:
    names = {"rust": "rust", "python": "python"}
    for option in ("--version", "-V"):
        ran = run(option, cwd=tmp_path)

        assert_orderly(ran)
        assert (ran.code, ran.stderr) == (0, "")
        assert re.match(r"confiture \d+\.\d+", ran.stdout)
        assert names[os.environ["CONFITURE_ENGINE"]] in ran.stdout.lower()
        assert len(ran.stdout.splitlines()) == 1


def test_an_environment_of_a_broken_project_hinders_neither_help_nor_version(tmp_path: Path) -> None:
    (tmp_path / "db/environments").mkdir(parents=True)
    (tmp_path / "db/environments/local.yaml").write_text("]")

    for arguments in (("--help",), ("--version",), ("build", "--help"), ("completion", "bash")):
        ran = run(*arguments, cwd=tmp_path)
        assert_orderly(ran)
        assert ran.code == 0


def test_the_script_for_bash_is_valid(tmp_path: Path) -> None:
    script = run("completion", "bash", cwd=tmp_path)
    assert (script.code, script.stderr) == (0, "")

    checked = subprocess.run(["bash", "-n"], input=script.stdout, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["confiture", "bu"], "build"),
        (["confiture", "ha"], "hash"),
        (["confiture", "build", "--list"], "--list-files"),
        (["confiture", "hash", "--fi"], "--files"),
        (["confiture", "build", "--format", "j"], "json"),
        (["confiture", "manif"], "manifest"),
        (["confiture", "artifact", "sh"], "show"),
        (["confiture", "artifact", "convert", "--t"], "--to"),
    ],
    ids=lambda words: "_".join(words) if isinstance(words, list) else words,
)
def test_bash_offers_commands_options_and_values(tmp_path: Path, words: list[str], offered: str) -> None:
    (tmp_path / "script").write_text(run("completion", "bash", cwd=tmp_path).stdout)
    asked = (
        "set -u; source ./script; complete -p confiture >/dev/null || exit 9; "
        "name=$(complete -p confiture | sed 's/.*-F \\([^ ]*\\).*/\\1/'); "
        f"COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; COMP_LINE='{' '.join(words)}'; "
        'COMP_POINT=${#COMP_LINE}; COMPREPLY=(); set +u; "$name" confiture; printf "%s\\n" "${COMPREPLY[@]}"'
    )

    ran = subprocess.run(
        ["bash", "--norc", "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr
    assert offered in [line.strip() for line in ran.stdout.splitlines()]


def test_the_script_for_zsh_is_valid(tmp_path: Path) -> None:
    if not shutil.which("zsh"):
        pytest.skip("there is no zsh here")
    script = run("completion", "zsh", cwd=tmp_path)
    checked = subprocess.run(["zsh", "-n"], input=script.stdout, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_completion_for_an_unknown_shell_names_the_known_ones(tmp_path: Path) -> None:
    ran = run("completion", "fish", cwd=tmp_path)

    assert_orderly(ran)
    assert (ran.code, ran.stdout) == (2, "")
    for word in ("fish", "bash", "zsh"):
        assert word in ran.stderr


def test_completion_is_not_in_the_way_of_the_module(tmp_path: Path) -> None:
    """``python -m confiture`` and what ``pyproject.toml`` installs are the same function."""
    called = subprocess.run(
        [sys.executable, "-c", "import sys; from confiture.cli.main import main; sys.exit(main())", "--help"],
        env={**os.environ, **PACKAGE},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    module = run("--help", cwd=tmp_path)
    assert (called.returncode, called.stdout) == (module.code, module.stdout)
    assert called.stdout.startswith("usage: confiture ")
