"""The public API is what the snapshot says, and what ``docs/python-api.md`` lists."""

from __future__ import annotations

import difflib
import re

import pytest

from public_api.describing import MODULES, PACKAGES, ROOT, SNAPSHOT, describe, modules

_PAGE = (ROOT / "docs" / "python-api.md").read_text(encoding="utf-8")


def test_nothing_public_changes_unnoticed() -> None:
    """After a change that is meant: ``make api``, and a line in the changelog."""
    was, now = SNAPSHOT.read_text(encoding="utf-8").splitlines(), describe().splitlines()
    changes = [line for line in difflib.unified_diff(was, now, lineterm="", n=0) if not line.startswith("@@")]
    assert changes == []


def test_the_page_lists_the_public_modules() -> None:
    listed = set(re.findall(r"^\| `([\w.*]+)` \|", _PAGE, re.MULTILINE))
    assert listed == {*MODULES, *(f"{package}.*" for package in PACKAGES)}


def test_every_public_name_is_there_and_documented() -> None:
    for module in modules():
        assert module.__doc__
        assert len(set(module.__all__)) == len(module.__all__)
        for name in module.__all__:
            value = getattr(module, name)
            if isinstance(value, type) or callable(value):
                assert value.__doc__, f"{module.__name__}.{name}"


def test_the_example_prints_what_it_says(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", _PAGE, re.DOTALL)
    monkeypatch.chdir(ROOT)
    exec(compile(code, "docs/python-api.md", "exec"), {})
    assert capsys.readouterr().out.splitlines() == re.findall(r"^# (.*)$", code, re.MULTILINE)
