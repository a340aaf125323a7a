"""``docs/artifacts.md`` says what is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from confiture.artifacts import loads_json
from confiture.artifacts.documents import load_document
from confiture.artifacts.registry import KINDS
from confiture.cli.main import build_parser

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/artifacts.md").read_text(encoding="utf-8")


def test_the_table_has_every_kind_with_what_it_holds() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", TEXT.partition("## A document")[0], re.MULTILINE))

    assert rows == {name: kind.summary for name, kind in KINDS.items()}


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL))
def test_the_python_runs_and_prints_what_it_says(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, "docs/artifacts.md", "exec"), {})

    assert capsys.readouterr().out.splitlines() == re.findall(r"^# (.*)$", code, re.MULTILINE)


def test_the_document_of_the_example_is_one() -> None:
    (text,) = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)

    assert loads_json(text)["artifact"] == "incremental_cursor/1"
    assert load_document(text.encode()).documents[0].last_version == 7


def test_the_commands_are_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = re.findall(r"^\$ confiture (.*)$", TEXT, re.MULTILINE)

    assert len(commands) == 4
    for command in commands:
        build_parser().parse_args(command.split())
