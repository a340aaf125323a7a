"""What the documents say of findings is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from confiture.core.findings import RULES

from .support import check

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._interface import Engine

ROOT = Path(__file__).parents[2]
FINDINGS = (ROOT / "docs/findings.md").read_text(encoding="utf-8")

SECTIONS = dict(re.findall(r"^### (CHECK_\d+)\n(.*?)(?=^##)", FINDINGS, re.MULTILINE | re.DOTALL))
EXAMPLES = {
    code: example[1]
    for code, text in SECTIONS.items()
    if (example := re.search(r"```sql\n(.*?)```", text, re.DOTALL))
}


def test_every_code_is_documented_with_its_name_and_severity() -> None:
    rows = re.findall(r"^\| `(CHECK_\d+)` \| (\S+) \| (\w+)", FINDINGS, re.MULTILINE)

    assert rows == [(code, rule.name, rule.severity) for code, rule in RULES.items()]
    assert list(SECTIONS) == list(RULES)


@pytest.mark.parametrize("code", EXAMPLES)
def test_an_example_is_what_it_is_an_example_of(
    make_project: Callable[..., Path], engine: Engine, code: str
) -> None:
    text = EXAMPLES[code].rstrip("\n") if code == "CHECK_002" else EXAMPLES[code]

    report = check(make_project, {"a.sql": text, "b.sql": "SELECT 1;\n"}, ignore=())

    assert [finding.code for finding in report.findings] == [code]


def test_most_codes_have_an_example() -> None:
    assert len(EXAMPLES) == 12


def test_the_readme_s_example_prints_what_it_says(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(import confiture\n.*?)```", readme, re.DOTALL)

    exec(example, {})

    said = re.findall(r"^# (.*)", example, re.MULTILINE)
    assert capsys.readouterr().out.splitlines() == said
