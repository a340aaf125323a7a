"""Statements: what holds for any text, which is made once for all engines."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from engines import LOADED
from reference_lexer import reference_open_construct
from sql_strategies import sql_soups
from strategies import examples

_BODIES = [
    "CREATE FUNCTION f() ",
    "BEGIN ATOMIC ",
    " END",
    "\\gdesc\n",
    "COPY t FROM STDIN\\;",
    "[a:b]",
    ":a ",
]
texts = st.lists(st.one_of(sql_soups, st.sampled_from(_BODIES)), max_size=4).map("".join)

#: Statements of one line, which a `;` can end.
_WORDS = [
    "select",
    "a",
    "B",
    '"C"',
    "'d'",
    "(e)",
    "1.5",
    "+",
    "$1",
    "$$ f; $$",
    "/* ; */",
    ",",
    "as",
    "into",
    "table",
]
_CLOSED = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=8).map(" ".join)


@examples(1500)
@given(text=texts)
def test_every_byte_belongs_to_one_span(text: str) -> None:
    for engine in LOADED.values():
        statements, spans, _ = engine.split_statements(text)
        offset = 0
        before = ""
        for kind, start, end, _, _, statement in spans:
            assert start == offset < end
            assert (statement >= 0) == (kind == "statement")
            assert not kind == before == "gap"
            offset, before = end, kind
        assert offset == len(text.encode())
        for index, statement_facts in enumerate(statements):
            pieces = [span for span in spans if span[5] == index]
            assert pieces[0][1] == statement_facts[3]
            assert pieces[0][3:5] == statement_facts[5:7]


@examples(500)
@given(text=texts, fingerprints=st.booleans())
def test_statements_are_the_same_without_spans(text: str, fingerprints: bool) -> None:
    for engine in LOADED.values():
        statements, _, opened = engine.split_statements(text, fingerprints=fingerprints)
        without_spans = engine.split_statements(text, fingerprints=fingerprints, spans=False)
        assert without_spans == (statements, [], opened)


@examples(1500)
@given(text=texts)
def test_the_same_is_open_as_in_a_build(text: str) -> None:
    for engine in LOADED.values():
        opened = engine.split_statements(text)[2]
        found = None if opened is None or opened[0] in ("parenthesis", "routine_body") else opened
        assert found == engine.find_open_construct(text) == reference_open_construct(text)


@examples(300)
@given(parts=st.lists(_CLOSED, max_size=6))
def test_terminated_statements_are_those_of_each_alone(parts: list[str]) -> None:
    parts = [f"{part};" for part in parts]
    for engine in LOADED.values():
        alone = [
            engine.split_statements(part, fingerprints=True)[0]
            for part in parts
            if engine.normalize_statements(part)
        ]
        together = engine.split_statements("\n".join(parts), fingerprints=True)[0]
        assert [(*one[:3], *one[7:]) for (one,) in alone] == [(*one[:3], *one[7:]) for one in together]


@examples(1000)
@given(text=texts)
def test_normalizing_twice_is_normalizing_once(text: str) -> None:
    for engine in LOADED.values():
        for normalized in engine.normalize_statements(text):
            # A byte order mark at the start of a text is none of it.
            assert engine.normalize_statements(f" {normalized}") == [normalized]


@examples(500)
@given(text=texts)
def test_fingerprints_are_those_of_the_normalized_text(text: str) -> None:
    for engine in LOADED.values():
        statements = engine.split_statements(text, fingerprints=True)[0]
        normalized = engine.normalize_statements(text)
        assert [statement[8] for statement in statements] == [
            hashlib.sha256(one.encode()).hexdigest() for one in normalized
        ]


@examples(300)
@given(
    words=st.lists(st.sampled_from(_WORDS), min_size=1, max_size=8),
    spaces=st.lists(
        st.sampled_from([" ", "\n", "\t", " -- x;\n", "/* y; /* */ */", "\r\n\f"]), min_size=8, max_size=8
    ),
)
def test_fingerprints_are_blind_to_space_comments_and_case(words: list[str], spaces: list[str]) -> None:
    written = "".join(
        (word.upper() if word.isalpha() else word) + space for word, space in zip(words, spaces, strict=False)
    )
    # A line break between strings makes one of them.
    written = written.replace("'d'", "('d')")
    plain = " ".join(words).replace("'d'", "('d')")
    for engine in LOADED.values():
        (one,) = engine.split_statements(plain, fingerprints=True)[0] or [None]
        (other,) = engine.split_statements(written, fingerprints=True)[0] or [None]
        assert (one and (*one[:3], one[8])) == (other and (*other[:3], other[8]))
