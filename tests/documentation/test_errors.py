"""What ``docs/errors.md`` lists are the codes that errors have."""

from __future__ import annotations

import re
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PAGE = (_ROOT / "docs" / "errors.md").read_text(encoding="utf-8")

#: Codes of findings, and those that a class has where nobody gives another one.
_OTHERS = re.compile(r"(CHECK|VERIFY)_|\w+_000")


def test_all_errors_are_told_and_no_others() -> None:
    sources = sorted((_ROOT / "python").rglob("*.py"))
    given = {
        code
        for path in sources
        for code in re.findall(r'"([A-Z]+_\d{3})"', path.read_text(encoding="utf-8"))
        if not _OTHERS.match(code)
    }
    told = set(re.findall(r"^\| `([A-Z]+_\d{3})` \|", _PAGE, re.MULTILINE))

    assert len(given) > 150
    assert sorted(given ^ told) == []
