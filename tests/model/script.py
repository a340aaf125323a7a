"""Small texts of DDL, each about one rule.

A file of ``scripts`` holds many: each starts with a line ``--- the rule it is about``, which may end with
notes in brackets:

- ``[since 18]``: the first version of the server that has the rule in this form;
- ``[path: a, b]``: the search path that expressions are read along, if it is not all schemas;
- ``[stale: view public.v]``: what names, in its text, something that has been renamed since, as
  comparisons call it; its expressions cannot be read again;
- ``[deviates: why]``: the model is known to say something else than the server.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

__all__ = ["SCRIPTS", "Script"]

_HEADING = re.compile(r"--- (?P<name>[^\[\n]*?)(?P<notes>(?: \[[^\]\n]*\])*)\n")
_NOTE = re.compile(r"\[(?P<kind>since|path:|stale:|deviates:) (?P<value>[^\]]*)\]")


class Script(NamedTuple):
    """A text that servers load, of which the model is compared with what they have then."""

    name: str
    sql: str
    since: int = 15
    path: str | None = None
    stale: tuple[str, ...] = ()
    deviation: str | None = None


def _scripts(text: str) -> list[Script]:
    parts = re.split(r"^(?=--- )", text, flags=re.MULTILINE)[1:]
    found = []
    for part in parts:
        heading = _HEADING.match(part)
        assert heading is not None, part.partition("\n")[0]
        notes = [(note["kind"], note["value"]) for note in _NOTE.finditer(heading["notes"])]
        said = dict(notes)
        found.append(
            Script(
                heading["name"],
                part[heading.end() :],
                int(said.get("since", "15")),
                said.get("path:"),
                tuple(value for kind, value in notes if kind == "stale:"),
                said.get("deviates:"),
            )
        )
    return found


#: All scripts, by file and then as they stand there.
SCRIPTS = [
    script
    for file in sorted(Path(__file__).with_name("scripts").glob("*.sql"))
    for script in _scripts(file.read_text(encoding="utf-8"))
]
