"""The site has every page, and the pages that are made from the code name all there is."""

from __future__ import annotations

import re
from typing import Any

import yaml

import documentation_reference as reference
from confiture import exceptions
from confiture.artifacts.registry import KINDS
from confiture.cli.main import COMMANDS
from public_api.describing import ROOT, modules

_SITE = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))


def _pages(entry: Any) -> list[str]:
    if isinstance(entry, str):
        return [entry]
    inner = entry.values() if isinstance(entry, dict) else entry
    return [page for each in inner for page in _pages(each)]


def test_every_page_can_be_reached_and_once() -> None:
    written = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    made = {f"reference/{name}.md" for name in reference.PAGES}
    assert sorted(_pages(_SITE["nav"])) == sorted(written | made)


def test_the_site_is_strict_and_loads_nothing_from_elsewhere() -> None:
    assert _SITE["strict"] is True
    assert _SITE["theme"]["font"] is False
    assert "extra_javascript" not in _SITE
    for sheet in _SITE["extra_css"]:
        text = (ROOT / "docs" / sheet).read_text(encoding="utf-8")
        assert "url(" not in text
        assert "@import" not in text


def test_every_command_has_its_help() -> None:
    page = reference.commands()
    for command in COMMANDS:
        assert f"## `confiture {command}`" in page
    assert "## `confiture dbt ls`" in page
    assert page.count("\nusage: confiture") == page.count("\n## ")


def test_every_key_of_an_environment_is_told() -> None:
    page = reference.environment()
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)[:1]
    for key in re.findall(r"^\s*(?:- )?([a-z_]+):", example, re.MULTILINE):
        assert f"`{key}`" in page or f"`build.{key}`" in page, key
    assert "`migration`" in page.partition("For other tools")[2]


def test_every_exception_has_its_exit_code() -> None:
    page = reference.exceptions()
    for name in exceptions.__all__:
        assert f"| `{name}` |" in page
    assert "| `DatabaseError` | `ConfiturError` | 3 |" in page


def test_every_artifact_has_its_schema() -> None:
    page = reference.schemas()
    for name, kind in KINDS.items():
        assert f"\n## {name}, version {kind.version}\n" in page
    assert page.count("```json\n{") == len(KINDS)


def test_every_public_module_is_described() -> None:
    described = re.findall(r"^::: (.*)$", reference.python_api(), re.MULTILINE)
    assert sorted(described) == [module.__name__ for module in modules()]
