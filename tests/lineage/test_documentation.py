"""The documents show what happens."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bad_input.processes import run

if TYPE_CHECKING:
    from confiture._backend import Engine

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "library"


def _examples(document: str) -> list[tuple[str, str]]:
    """The commands of a document that say what they print, and what that is."""
    text = (ROOT / document).read_text(encoding="utf-8")
    found = []
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for command, printed in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            if command.startswith("confiture lineage") and printed:
                found.append((command, printed))
    return found


@pytest.mark.parametrize("document", ["README.md", "docs/lineage.md"])
def test_the_examples_print_what_they_are_said_to_print(document: str, engine: Engine) -> None:
    examples = _examples(document)

    assert len(examples) == 1
    for command, printed in examples:
        ran = run(*shlex.split(command)[1:], cwd=EXAMPLE)
        assert (ran.code, ran.stdout) == (0, printed)


def test_the_python_of_the_document_runs(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "docs/lineage.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(ROOT)

    exec(compile(code, "docs/lineage.md", "exec"), {})

    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("{'table circulation.fine': 1, 'table circulation.payment_allocation': 1, ")
    assert second == (
        "['table circulation.fine', 'table circulation.payment_allocation', 'view circulation.fine_balance']"
    )


def test_the_document_names_every_option_and_format() -> None:
    text = (ROOT / "docs/lineage.md").read_text(encoding="utf-8")
    help_text = run("lineage", "--help", cwd=ROOT).stdout

    for option in re.findall(r"--[a-z-]+", help_text.partition("examples:")[0]):
        assert option == "--help" or option in text
    for form in ("tree", "json", "mermaid", "dot", "html"):
        assert f"**{form}**" in text
    for code in ("LINEAGE_001", "LINEAGE_002"):
        assert code in text
        assert code in (ROOT / "docs/errors.md").read_text(encoding="utf-8")
