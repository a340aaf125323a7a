"""The pages that are typed along do what they say; all pages are found, and what they name is there."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from documentation.terminal import ROOT, Command, File, Terminal, commands, follow, is_shown, steps
from manifests.documents import FIXTURES

if TYPE_CHECKING:
    from confiture._interface import Engine

PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))
TYPED_ALONG = [
    "docs/tutorial.md",
    "docs/installing.md",
    "docs/diff.md",
    *(page for page in PAGES if page.startswith("docs/how-to/")),
]

#: Pages whose commands need files that they do not make, and the tests that run these.
_ELSEWHERE = {
    "README.md": "test_readme.py and lineage/test_documentation.py",
    "docs/artifacts.md": "test_readme.py",
    "docs/column-lineage.md": "column_lineage/test_documentation.py",
    "docs/data-diff.md": "data/test_documentation.py",
    "docs/dbt.md": "manifests/test_documentation.py",
    "docs/lineage.md": "lineage/test_documentation.py",
    "docs/metadata.md": "warehouse/test_documentation.py",
    "docs/source-map.md": "test_readme.py",
    "docs/verify.md": "test_readme.py",
}


def test_the_tutorial_happens(engine: Engine, tmp_path: Path) -> None:
    assert "\n".join(follow(TYPED_ALONG[0], Terminal(tmp_path))) == ""


@pytest.mark.parametrize("page", TYPED_ALONG[1:])
def test_what_is_typed_along_happens(page: str, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    if "dbt" in page:
        (terminal.directory / "target").mkdir()
        shutil.copy(FIXTURES / "manifest_1.12.json", terminal.directory / "target" / "manifest.json")
    assert "\n".join(follow(page, terminal)) == ""


def test_the_example_is_where_the_tutorial_ends() -> None:
    files = {step.path: step.text for step in steps("docs/tutorial.md") if isinstance(step, File)}
    example = ROOT / "examples" / "shop"
    assert files == {
        path.relative_to(example).as_posix(): path.read_text(encoding="utf-8")
        for path in example.rglob("*")
        if path.is_file() and "generated" not in path.parts
    }


@pytest.mark.parametrize("page", ["README.md", *PAGES])
def test_the_commands_of_every_page_are_run_by_some_test(page: str) -> None:
    typed = [step for step in steps(page) if isinstance(step, Command)]
    if typed and page not in TYPED_ALONG:
        for name in re.findall(r"[\w/]+\.py", _ELSEWHERE[page]):
            where = ROOT / "tests" / (name if "/" in name else f"documentation/{name}")
            assert page in where.read_text(encoding="utf-8") or f'"{Path(page).name}"' in where.read_text()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "SECURITY.md", *PAGES])
def test_links_lead_to_files_that_there_are(page: str) -> None:
    text = re.sub(r"```.*?```", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in link:
            assert ((ROOT / page).parent / link).resolve().exists(), link


def test_the_extras_that_pages_install_are_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for page in ["README.md", *PAGES]:
        text = (ROOT / page).read_text(encoding="utf-8")
        for extra in re.findall(r"confiture\[([\w,]+)\]", text):
            assert set(extra.split(",")) <= project["optional-dependencies"].keys(), page


@pytest.mark.parametrize(
    ("printed", "shown", "expected"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\nb\n", "a\n", False),
        ("a 1 ms\n", "a …\n", True),
        ("a\nb\nc\n", "a\n…\n", True),
        ("b\na\n", "a\n…\n", False),
        ("", "…\n", True),
    ],
)
def test_what_is_printed_is_compared_with_what_is_shown(printed: str, shown: str, expected: bool) -> None:
    assert is_shown(printed, shown) is expected


def test_a_page_that_says_something_else_is_noticed(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    assert [commands("$ echo one\none\n$ cd /\n")[0]] == [Command("echo one", "one\n")]
    assert terminal.run("cd / && export NAME=value && false") == (1, "")
    assert terminal.run("echo $? $NAME $PWD") == (0, "1 value /\n")


def test_pages_that_name_an_owner_say_whom() -> None:
    for page in ["README.md", *PAGES]:
        text = (ROOT / page).read_text(encoding="utf-8")
        if re.search(r"\bOWNER/", text):
            assert re.search(r"`OWNER`\s+(?:is|stands\s+for)\s+whoever\s+has", text), page


def test_the_page_on_installing_lists_every_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "docs" / "installing.md").read_text(encoding="utf-8")
    listed = [row for row in text.partition("## Extras")[2].splitlines() if row.startswith("| `")]
    names = {name for row in listed for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert names == project["optional-dependencies"].keys()
    crates = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["workspace"]["package"]
    for page in ("CONTRIBUTING.md", "docs/installing.md"):
        assert f"(Rust {crates['rust-version']} or later)" in (ROOT / page).read_text(encoding="utf-8")


def test_every_variable_that_the_package_reads_is_told() -> None:
    package = ROOT / "python" / "confiture"
    named = {
        name
        for path in package.rglob("*.py")
        for name in re.findall(r"CONFITURE_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8"))
    }
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert {"CONFITURE_ENGINE", "CONFITURE_DATA_URL"} <= named
    assert [name for name in sorted(named) if f"`{name}`" not in text] == []


def test_every_error_stands_below_its_exit_code() -> None:
    kinds = {"DATABASE": 3, "LINEAGE": 4, "SCHEMA": 4}
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    seen = []
    sections = re.findall(r"^## [^\n]*\(exit code (\d)\)\n(.*?)(?=^## )", page, re.MULTILINE | re.DOTALL)
    for code, section in sections:
        for error in re.findall(r"^\| `([A-Z]+_\d{3})` \|", section, re.MULTILINE):
            seen.append(error)
            # That there is no server to load into is a matter of what is installed.
            expected = 5 if error == "DATABASE_003" else kinds.get(error.partition("_")[0], 5)
            assert int(code) == expected, error
    assert len(seen) == len(set(seen)) > 150
