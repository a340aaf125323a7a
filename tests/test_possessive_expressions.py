"""Possessive repetitions of groups are the same as atomic groups, which older Pythons have in their place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confiture._pure import expressions, includes, possessive, tokens, values

EXPRESSIONS = [
    tokens._SKIPPED,
    tokens._TOKEN.pattern,
    expressions.STOP_OR_BEGIN.pattern,
    expressions.TOKEN_OR_VARIABLE.pattern,
    expressions.STRING_GAP.pattern,
    expressions.DOLLAR_DELIMITER.pattern,
    values._GAP.pattern,
    values._PLAIN_PART.pattern,
    values._ESCAPING_PART.pattern,
    includes._SINGLE_QUOTED.pattern,
]

TEXTS = st.lists(
    st.sampled_from(
        [b"/", b"*", b"-", b"'", b"''", b"\\", b'"', b"\n", b" ", b"a", b"e", b"1", b".", b"$", b"("]
    )
).map(b"".join)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (rb"(?:a(?!b))*+ab", rb"(?>(?:a(?!b))*)ab"),
        (rb"(?:a|(?:b)?+c)++", rb"(?>(?:a|(?>(?:b)?)c)+)"),
        (rb"[)*+]*+\)*+[^]()]++(a)", rb"[)*+]*+\)*+[^]()]++(a)"),
        (rb"(?<!\()(?:[\])]x)?+", rb"(?<!\()(?>(?:[\])]x)?)"),
    ],
)
def test_groups_become_atomic(expression: bytes, expected: bytes) -> None:
    assert possessive.with_atomic_groups(expression) == expected


@pytest.mark.skipif(possessive._GOES_ASTRAY, reason="Python's own are wrong here")
@given(text=TEXTS)
def test_both_match_the_same(text: bytes) -> None:
    for expression in EXPRESSIONS:
        atomic = possessive.with_atomic_groups(expression)
        assert atomic != expression
        one, other = re.match(expression, text), re.match(atomic, text)
        assert (one and (one.span(), one.lastindex)) == (other and (other.span(), other.lastindex))


def test_a_failed_try_does_not_move_the_place_where_matching_goes_on() -> None:
    assert possessive.compiled(rb"(?:a(?!b))*+ab").match(b"ab")
    assert possessive.compiled(rb"/\*(?:[^*/]++|\*(?!/)|/(?!\*))*+\*/").match(b"/* a * / b */")
