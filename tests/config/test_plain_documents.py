"""What is read without PyYAML is what PyYAML reads."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from confiture.config.composing import compose
from confiture.config.documents import Document, read_plain
from confiture.config.failures import Source
from confiture.exceptions import ConfigurationError
from example.library import PROJECT

CONFIGURATION = """\
# The development environment.
name: local
database_url: postgresql://user:${PASSWORD}@localhost:5432/app?sslmode=require   # of the container

include_dirs:
- db/schema
  # seeds come last
- path: "../seeds dir"
  recursive: false
  include: ['**/*.sql']
  exclude:
    - '*.draft.sql'
    - old/x.sql
  order: 20
exclude_dirs: []
build:
  sort_mode: hex
  validate_comments:
    enabled: true

seed: {}
"""

PLAIN = CONFIGURATION + "lists:\n  a: [x, 'y z',  \"*.sql\" ,w/*.sql]  # ]\n  b:\n  - [v]\n"

#: Texts that have another meaning than their looks, or none, or an error.
OTHERS = [
    "",
    "# only a comment\n",
    "a:\n",
    "a:\nb: 1\n",
    "a: b\n  c\n",
    "- a\n",
    "a: 1\na: 2\n",
    "a: 1\n b: 2\n",
    "a:\n    b: 1\n  c: 2\n",
    "a:\n  - b: 1\n   c: 2\n",
    "a:\n  - 1\n  b: 2\n",
    "a: 1\n- b\n",
    "a: True\n",
    "a: NO\n",
    "yes: 1\n",
    "a: null\n",
    "a: ~\n",
    "a: 012\n",
    "a: 1_0\n",
    "a: 1.5\n",
    "a: 12:30\n",
    "a: .5\n",
    "a: x: y\n",
    "a: x:\n",
    "a: 'it''s'\n",
    'a: "\\n"\n',
    "a: 'x' y\n",
    "a: 'x'#y\n",
    "a: [1]\n",
    "a: [b,]\n",
    "a: [b c]\n",
    "a: [b: c]\n",
    "a: [[b]]\n",
    "a: [No]\n",
    "a: [b\n",
    "a: ['b]']\n",
    "a: [,]\n",
    "a: &b c\n",
    "a: *b\n",
    "a: !x b\n",
    "a: |\n  b\n",
    "a: b\tc\n",
    "a: é\n",
    "a:\r\n  b: 1\r\n",
    "--- \na: 1\n",
    "a: 1\n...\n",
    "? a\n: b\n",
    "a: b #c\n  d: e\n",
    "-\n",
    "a:\n  - - b\n",
    "a:\n  -\n",
    "".join(f"{'  ' * level}a:\n" for level in range(99)) + "  " * 99 + "b: 1\n",
    f"{'a' * 1100}: 1\n",
]


def marks(document: Document) -> dict[str, tuple[int, int]]:
    """The places of all values and keys."""
    found: dict[str, tuple[int, int]] = {}
    paths: list[tuple[Any, ...]] = [()]
    while paths:
        path = paths.pop()
        found[repr(path)] = document.offset(path), document.offset(path, at_key=True)
        value = document.value
        for step in path:
            value = value[step]
        if isinstance(value, (dict, list)):
            paths += [(*path, step) for step in (value if isinstance(value, dict) else range(len(value)))]
    return found


def assert_agree(text: str) -> None:
    """The values and places are those that PyYAML gives, if the text is plain."""
    source = Source("f.yaml", text)
    plain = read_plain(source)
    if plain is not None:
        composed = compose(source)
        assert repr(plain.value) == repr(composed.value)
        assert marks(plain) == marks(composed)


def test_a_configuration_is_plain() -> None:
    for text in (PLAIN, PLAIN.rstrip("\n")):
        assert read_plain(Source("f.yaml", text)) is not None
        assert_agree(text)


def test_the_example_s_configurations_are_plain() -> None:
    files = sorted((PROJECT / "db" / "environments").glob("*.yaml"))
    assert files
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert read_plain(Source(str(file), text)) is not None, file
        assert_agree(text)


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_not_plain_is_left_to_pyyaml(text: str) -> None:
    assert read_plain(Source("f.yaml", text)) is None


LINES = st.builds(
    lambda indent, dash, key, value, end: f"{' ' * indent}{dash}{key}{value}{end}",
    st.integers(0, 5),
    st.sampled_from(["", "", "- ", "-  ", "-"]),
    st.sampled_from(["", "a: ", "b:", "c_1:  ", "on: ", "x y: ", "A: "]),
    st.sampled_from(
        [
            *(
                "",
                "x",
                "true",
                "False",
                "yes",
                "off",
                "null",
                "0",
                "12",
                "007",
                "1.5",
                "-1",
                "[]",
                "{}",
                "[x]",
            ),
            *(
                "'x y'",
                '"x # y"',
                "''",
                '""',
                "'a''b'",
                "a:b",
                "a: b",
                "a:",
                "./x",
                "..",
                ".5",
                "../*.sql",
                "$x",
            ),
            *(
                "${A}:b",
                "#x",
                "a#b",
                "a #b",
                "&a",
                "*a",
                "!a",
                "|",
                ">",
                "2020-01-01",
                "0x1f",
                "1e3",
                "~",
                "=",
                "<<",
            ),
        ]
    ),
    st.sampled_from(["", "", " ", "  # c", "#c", "\t"]),
)


@given(st.lists(LINES, max_size=8).map("\n".join))
@example("a:\n- x\n- b: 1\n  c:\n  - y\n\nd: 'z'")
def test_plain_text_is_read_as_pyyaml_reads_it(text: str) -> None:
    assert_agree(text)


@given(st.text(st.sampled_from("ab:- \n#'\"[]{}0*&!|>\t\\é."), max_size=24))
def test_any_text_is_read_as_pyyaml_reads_it(text: str) -> None:
    try:
        assert_agree(text)
    except ConfigurationError:
        pytest.fail("PyYAML refuses it")


def test_plain_text_is_read_without_pyyaml() -> None:
    program = (
        "import sys\n"
        "from confiture.config.documents import read_document\n"
        "from confiture.config.failures import Source\n"
        f"read_document(Source('f.yaml', {PLAIN!r}))\n"
        "sys.exit('yaml' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
