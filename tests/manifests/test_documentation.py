"""What ``docs/dbt.md`` and ``docs/errors.md`` say about dbt is so."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bad_input.processes import run
from confiture._pure.dbt.templates import filters, methods, tests
from confiture.dbt import template_scope
from manifests.documents import FIXTURES

if TYPE_CHECKING:
    import pytest

    from confiture._interface import Engine

ROOT = Path(__file__).parents[2]


def _target(directory: Path) -> None:
    (directory / "target").mkdir()
    for name in ("manifest", "catalog"):
        shutil.copy(FIXTURES / f"{name}_1.12.json", directory / "target" / f"{name}.json")


def test_the_examples_run(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _target(tmp_path)
    (tmp_path / "shop").mkdir()
    _target(tmp_path / "shop")
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs/dbt.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(examples) == 2
    (tmp_path / "dbt_project.yml").write_text("name: library\n")

    for example in examples:
        names: dict[str, Any] = {}
        exec(example, names)
        assert names["manifest"].node_count == 15


def test_the_commands_run(engine: Engine, tmp_path: Path) -> None:
    _target(tmp_path)
    (tmp_path / "shop").mkdir()
    _target(tmp_path / "shop")
    page = (ROOT / "docs/dbt.md").read_text(encoding="utf-8")
    commands = re.findall(r"^\$ confiture (dbt .*)$", page, re.MULTILINE)
    assert len(commands) == 11

    for command in commands:
        assert run(*shlex.split(command), cwd=tmp_path).code == 0


def test_what_templates_know_is_listed() -> None:
    page = (ROOT / "docs/dbt.md").read_text(encoding="utf-8")
    section = page.split("## Rendering\n")[1].split("\n## ")[0]
    refused = section.split("Refused by name are dbt's ")[1].split(".\n")[0]
    supported = section.split("| Name |")[1].split("\n\n")[0]
    jinja = section.split("Supported are ")[1].split("\n\n")[0]

    assert set(re.findall(r"`(\w+)`", refused)) == template_scope._OF_RUNS
    assert set(re.findall(r"`([\w.]+)`", supported)) >= template_scope._FUNCTIONS | template_scope._PARTS
    for known in (filters._PARAMETERS, filters._CHOOSING, tests._KINDS, tests._COMPARISONS, tests._INTEGERS):
        assert set(known) <= set(re.findall(r"`(\w+)`", jinja))
    assert {name.split(".")[1] for name in methods._ARGUMENTS} <= set(re.findall(r"`(\w+)`", jinja))


def test_every_code_is_listed() -> None:
    files = ("_manifest_failures.py", "dbt/selection/failures.py", "dbt/template_failures.py")
    source = "".join((ROOT / "python/confiture" / name).read_text(encoding="utf-8") for name in files)
    listed = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
    codes = set(re.findall(r"(?:MANIFEST|SELECTOR)_\d{3}", source))

    assert len(codes) == 44
    assert codes == set(re.findall(r"(?:MANIFEST|SELECTOR)_\d{3}", listed))
