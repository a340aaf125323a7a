"""The commands of ``docs/column-lineage.md`` run, and print what they are there for."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from bad_input.processes import run

if TYPE_CHECKING:
    from confiture._interface import Engine

_ROOT = Path(__file__).parents[2]
_FIXTURES = _ROOT / "tests" / "manifests" / "fixtures"
_PAGE = (_ROOT / "docs/column-lineage.md").read_text(encoding="utf-8")


def test_the_commands_run(engine: Engine, tmp_path: Path) -> None:
    (console,) = re.findall(r"```console\n(.*?)```", _PAGE, re.DOTALL)
    install, of_node, of_all, of_schema, of_run = [shlex.split(line[2:]) for line in console.splitlines()]
    (tmp_path / "target").mkdir()
    for name in ("manifest", "catalog"):
        shutil.copy(_FIXTURES / f"{name}_1.12.json", tmp_path / "target" / f"{name}.json")
    store = {"CONFITURE_METADATA_URL": "duckdb:///metadata.duckdb", "XDG_CACHE_HOME": str(tmp_path / "cache")}
    run("metadata", "push", "--target-dir", "target", cwd=tmp_path, environment=store)

    assert install[:2] == ["pip", "install"]
    expected = {
        tuple(of_node): "model.library.popular_books.v1.loans  transformed",
        tuple(of_all): '"artifact":"column_lineage/1"',
        tuple(of_schema): "table circulation.loan_history.history_id  aggregated",
        tuple(of_run): "model.library.popular_books.v1.loans  transformed",
    }
    for command, printed in expected.items():
        directory = _ROOT / "examples" / "library" if list(command) == of_schema else tmp_path
        ran = run(*command[1:], cwd=directory, environment=store)
        assert (ran.code, ran.stderr) == (0, "")
        assert printed in ran.stdout
