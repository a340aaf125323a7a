"""Both engines include the same files and refuse the same ones, in trees of random commands."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines import ENGINES, LOADED
from outcomes import outcome
from strategies import examples

NAMES = ["a.sql", "b.sql", "d/c.sql", "d/e/f.sql", "x y.sql"]

COMMANDS = [
    "\\i db/a.sql",
    "\\ir a.sql",
    "\\ir c.sql",
    "\\ir ../b.sql",
    "\\i 'db/x y.sql'",
    "\\include db/d/c.sql",
    "\\include_relative e/f.sql",
    "\\i none.sql",
    "\\i :v",
    "\\i `x`",
    "\\ir",
    "\\i /abs",
    "\\ir ..",
    "\\i db/b.sql; extra",
    "\\echo x",
    "\\if",
]

TEXTS = [
    "SELECT 1;",
    "SELECT 1",
    "'",
    "$$",
    "COPY t FROM STDIN;",
    "\\.\n",
    "é",
    "\ufeff",
    "--",
    "/*",
    "*/",
    "\\\\",
    "\\;",
    "\\r\n",
    "\r\n",
    "(",
    "\n",
]

CONTENTS = st.lists(
    st.one_of(
        st.sampled_from(TEXTS),
        st.tuples(st.sampled_from(COMMANDS), st.sampled_from(["\n", " ", ""])).map("".join),
    ),
    max_size=6,
).map("".join)

SEPARATORS = [["\n/* F: ", " */\n"], ["\n# nothing\n"], ["\n-- ", " ", "\n\n"]]


@pytest.mark.skipif(len(ENGINES) < 2, reason="there is only one engine to compare")
@examples(200)
@given(
    contents=st.lists(CONTENTS, min_size=len(NAMES), max_size=len(NAMES)),
    paths=st.lists(st.sampled_from(NAMES), min_size=1, unique=True).map(sorted),
    separator=st.sampled_from(SEPARATORS),
    fatal=st.sampled_from([None, [], ["string", "copy_data", "block_comment"]]),
    tail=st.sampled_from([b"", b"", b"", b"\xff", b"\x00"]),
)
def test_both_engines_include_alike(
    contents: list[str], paths: list[str], separator: list[str], fatal: list[str] | None, tail: bytes
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory).resolve()
        for name, content in zip(NAMES, contents, strict=True):
            path = root / "db" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() + tail)
            tail = b""
        answers = [
            (
                outcome(
                    engine.build_schema,
                    str(root / "db"),
                    paths,
                    ("H\n", "", "\n"),
                    separator,
                    fatal=fatal,
                    include_dir=str(root),
                    segments=True,
                ),
                outcome(engine.hash_files, str(root / "db"), paths, include_dir=str(root)),
            )
            for engine in LOADED.values()
        ]
    assert answers[0] == answers[1]
