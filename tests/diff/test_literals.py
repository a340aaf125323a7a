"""Literals in one spelling for each value are one value to a server, and others are not."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING

import psycopg
import pytest

from confiture.diffing.literals import Canonical, literal_text, truth_of

if TYPE_CHECKING:
    from model.conftest import Postgres

_DAYS = ("2024-01-01", "2024-1-1", "20240101", "2024/01/01", "Jan 1, 2024", "1 January 2024", "2024-02-29")
_CLOCKS = (
    "",
    " 00:00",
    " 0:00:00",
    "T00:00:00",
    " 12:30",
    " 12:30 PM",
    " 12:30 am",
    " 12:30:00.5",
    " 12:30:00.50",
)
_ZONES = ("", "+00", "Z", " UTC", "+01", "-05:30", " +0100")

LITERALS: dict[str, tuple[str, ...]] = {
    "integer": ("1", "01", " 1 ", "+1", "-1", "-01", "0", "-0", "2147483647", "x", "1.0", ""),
    "bigint": ("1", "001", "9999999999", "-9999999999", "99999999999999999999"),
    "smallint": ("1", "01", "70000"),
    "numeric": (
        "1",
        "1.0",
        "1.00",
        "01.0",
        "+1.0",
        "1e2",
        "100",
        "1.5e1",
        "15.0",
        ".5",
        "0.5",
        "-.5",
        "1.",
        "-0",
        "0",
    ),
    "double precision": (
        "1",
        "1.0",
        "1e0",
        "0.1",
        "0.10",
        "1e-1",
        "1e300",
        "1e400",
        "x",
        "123456789.123456789",
    ),
    "real": ("0.1", "0.10", "0.10000000149", "1", "1.5", "15e-1", "16777217", "16777216"),
    "boolean": (
        "t",
        "true",
        "TRUE",
        "tr",
        "y",
        "yes",
        "on",
        "1",
        " t ",
        "f",
        "fals",
        "n",
        "of",
        "off",
        "0",
        "o",
        "2",
    ),
    "date": (
        *_DAYS,
        *(f"{day} 12:00" for day in _DAYS),
        "infinity",
        "-Infinity",
        "2024-02-30",
        "2024-13-01",
        "January 1 2024",
        "1-Jan-2024",
        "tomorrow",
    ),
    "timestamp without time zone": tuple(f"{day}{clock}" for day in _DAYS[:5] for clock in _CLOCKS),
    "timestamp with time zone": tuple(
        f"{day}{clock}{zone}" for day in _DAYS[:3] for clock in _CLOCKS[:5] for zone in _ZONES
    ),
    "time without time zone": tuple(
        clock.strip(" T") or "x" for clock in (*_CLOCKS, " 1:30 pm", " 13:30", " 24:00", " 12:60")
    ),
    "interval": (
        *(
            "1 day",
            "1 days",
            "@ 1 day",
            "24 hours",
            "1 DAY",
            "P1D",
            "1 day ago",
            "-1 day",
            "1d",
            "1 day 0:00",
        ),
        *(
            "1 hour",
            "01:00",
            "1:00:00",
            "60 min",
            "3600 seconds",
            "PT1H",
            "1h",
            "1 hour -30 minutes",
            "30m",
            "00:30",
        ),
        *(
            "1 year",
            "12 months",
            "1-0",
            "1.5 years",
            "18 mons",
            "1 year 6 months",
            "P1Y6M",
            "1 decade",
            "10 y",
        ),
        *(
            "1.5 days",
            "1 day 12:00",
            "36 hours",
            "1 week",
            "7 days",
            "0.5 weeks",
            "3.5 days",
            "1.5 seconds",
            "1.5s",
        ),
        *("-1:30", "-90 minutes", "1 day -1:00", "23:00", "1 fortnight", "1 day 1 day", ""),
    ),
    "uuid": (
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "A0EEBC999C0B4EF8BB6D6BB9BD380A11",
        "{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}",
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12",
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1",
    ),
    "bytea": (
        "\\xab",
        "\\xAB",
        "\\xa b",
        "\\xab ",
        "\\x AB",
        "\\253",
        "a",
        "\\x61",
        "\\\\",
        "\\x5c",
        "",
        "\\x",
        "\\1",
    ),
    "inet": ("10.0.0.1", "10.0.0.1/32", "10.0.0.1/24", "::1", "0:0:0:0:0:0:0:1", "::1/128", "10.0.0", "x"),
    "jsonb": (
        *("{}", "{ }", "[]", '{"a":1}', '{"a": 1}', '{"a": 1.0}', '{"a": 1e2}', '{"a": 100}', '{"a": "1"}'),
        *(
            '{"a": 1, "b": 2}',
            '{"b":2,"a":1}',
            '{"a":2,"a":1}',
            "null",
            '"x"',
            '"\\u0078"',
            "[1, [2]]",
            "{",
            "NaN",
        ),
    ),
    "json": ("{}", "{ }", '{"a":1}'),
    "text": ("a", "A", "a ", "1", "01", ""),
    "integer[]": (
        "{}",
        "{ }",
        "{1,2}",
        "{1, 2}",
        "{01,2}",
        "{2,1}",
        "{{1},{2}}",
        "{1,NULL}",
        "{1,null}",
        "{1",
        "[0:1]={1,2}",
    ),
    "text[]": (
        "{a,b}",
        '{"a","b"}',
        "{a, b}",
        '{a,"b "}',
        "{a b}",
        '{"a b"}',
        "{NULL}",
        '{"NULL"}',
        '{"a\\"b"}',
        "{a,}",
    ),
    "date[]": ("{2024-01-01}", "{2024-1-1}", '{"2024-01-01"}', "{2024-01-02}"),
    "boolean[]": ("{t,f}", "{true,false}", "{f,t}"),
}


def _spelling(connection: psycopg.Connection[object], kind: str, text: str) -> str | None:
    """How a server writes a literal; None if it refuses it."""
    try:
        with connection.transaction():
            # What a float is, fewer digits do not tell.
            row = connection.execute(f"SELECT CAST(%s::text AS {kind})::text".encode(), [text]).fetchone()
    except psycopg.Error:
        return None
    return None if row is None else str(row[0])  # type: ignore[index]


def _ours(kind: str, text: str) -> str | None:
    if kind != "boolean":
        return literal_text(kind, text)
    truth = truth_of(text)
    return None if truth is None else Canonical(truth)


@pytest.mark.parametrize("postgres", [18, 15], indirect=True)
def test_a_spelling_is_a_value(postgres: Postgres) -> None:
    faults = []
    told: Counter[str] = Counter()
    with postgres.loaded("SET LOCAL timezone = 'Asia/Kolkata'") as connection:
        for kind, texts in LITERALS.items():
            spelt = {text: _spelling(connection, kind, text) for text in texts}
            for one, other in combinations([text for text in texts if spelt[text] is not None], 2):
                ours = _ours(kind, one), _ours(kind, other)
                is_same = spelt[one] == spelt[other]
                if None not in ours and ours[0] == ours[1] and not is_same:
                    faults.append(f"{kind}: {one!r} and {other!r} are {spelt[one]!r} and {spelt[other]!r}")
                if all(isinstance(part, Canonical) for part in ours):
                    told[kind] += 1
                    if is_same and ours[0] != ours[1]:
                        faults.append(f"{kind}: {one!r} and {other!r} are both {spelt[one]!r}")
    assert not faults, "\n".join(faults)
    assert set(told) == set(LITERALS)


def test_no_literal_is_too_much() -> None:
    chance = random.Random(3)
    signs = '0123456789-+:./ {}[]",\\xeTZPabn'
    for kind in LITERALS:
        for length in (1, 7, 60):
            for _ in range(60):
                text = "".join(chance.choices(signs, k=length))
                assert isinstance(literal_text(kind, text), str | None)
        for long in (
            "9" * 20_000 + "x",
            "9" * 20_000,
            "{" * 20_000,
            "[" * 20_000,
            "1 day " * 5_000,
            "1e999999999",
            "\\" * 9_999,
        ):
            assert isinstance(literal_text(kind, long), str | None)
