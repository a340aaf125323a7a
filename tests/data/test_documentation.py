"""What ``docs/data-diff.md`` says about comparing data is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from confiture.cli.main import main
from confiture.data.options import KINDS

_ROOT = Path(__file__).parents[2]
_PAGE = (_ROOT / "docs" / "data-diff.md").read_text(encoding="utf-8")


def test_the_example_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", _PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)
    assert names["diff"].ok is False


def test_the_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (console,) = re.findall(r"```console\n(.*?)```", _PAGE, re.DOTALL)
    commands = [line[2:].split() for line in console.splitlines()]
    monkeypatch.chdir(tmp_path)
    with duckdb.connect("shop.duckdb") as connection:
        for schema in ("prod", "dev"):
            connection.execute(f"CREATE SCHEMA {schema}")
            connection.execute(f"CREATE TABLE {schema}.orders (id integer PRIMARY KEY, loaded_at timestamp)")
            connection.execute(f"INSERT INTO {schema}.orders VALUES (1, now()), (2, '2024-01-01')")
        connection.execute("UPDATE dev.orders SET loaded_at = '2023-01-01' WHERE id = 1")
    monkeypatch.setenv(*commands[1][1].split("=", 1))
    assert [main(command[1:]) for command in commands[2:]] == [1, 1, 0]


def test_all_kinds_are_told() -> None:
    for kind in KINDS:
        assert f"| `{kind}` |" in _PAGE
