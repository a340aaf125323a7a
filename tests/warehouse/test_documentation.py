"""What ``docs/metadata.md`` says about the store is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from confiture.cli.main import main
from confiture.warehouse.addresses import DIALECTS
from confiture.warehouse.tables import make_tables
from warehouse.support import MANIFESTS

_ROOT = Path(__file__).parents[2]
_PAGE = (_ROOT / "docs" / "metadata.md").read_text(encoding="utf-8")
_EXAMPLES = re.findall(r"```python\n(.*?)```", _PAGE, re.DOTALL)


@pytest.mark.parametrize("number", range(len(_EXAMPLES)))
def test_the_examples_run(number: int) -> None:
    names: dict[str, Any] = {}
    exec(_EXAMPLES[number], names)
    assert "warehouse" in names


def test_the_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (console,) = re.findall(r"```console\n(.*?)```", _PAGE, re.DOTALL)
    commands = [line[2:].split() for line in console.splitlines()]
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "manifest.json").write_bytes((MANIFESTS / "manifest_1.12.json").read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(*commands[1][1].split("=", 1))
    assert main(commands[2][1:]) == 0
    assert [main(command[1:]) for command in commands[2:]] == [0, 0, 0]


def test_all_tables_and_warehouses_are_told() -> None:
    for name in make_tables("s", "duckdb")._fields:
        assert f"`{name}`" in _PAGE
    extras = (_ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for _, extra, _ in DIALECTS.values():
        assert re.search(rf"^{extra} = \[", extras, re.MULTILINE)
