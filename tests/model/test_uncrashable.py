"""Texts made to break whoever makes a model of them: bounded memory, an answer, never an abort.

Large ones are parsed in other processes, with a limit to their memory. The time limit is there for what
would never end.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from confiture.artifacts.schema import decode_model
from engines import ENGINES, LOADED
from limited_process import LimitedProcess

from .large_texts import DEEP, MANY, PREAMBLE, WIDE
from .script import SCRIPTS

if TYPE_CHECKING:
    from collections.abc import Iterator

_GIBIBYTE = 2**30

#: How often something is repeated in one expression: enough for what calls itself to have no stack, which
#: Python gives a thousand calls.
_DEPTH = {"rust": 10**5, "python": 8_000}
#: The same elsewhere: enough for what needs more than its share of time never to end.
_REPETITIONS = {"rust": 10**5, "python": 3_000}
#: What each repetition needs its share of memory for.
_FEW = {"rust": 10_000, "python": 1_000}

#: Says how many statements a text has, what became of them, and what its model and its fingerprints are.
_PARSE = f"""
import hashlib
from confiture.artifacts.schema import decode_model
{PREAMBLE}
def answer(expression, n, few):
    text = eval(expression, {{**globals(), "N": n, "FEW": few}})
    fingerprint, _, _, document = engine.fingerprint_sql(text, document=True)
    ledger = decode_model(document).ledger
    counts = {{
        name: sum(getattr(entry, name) for entry in ledger)
        for name in ("modelled", "opaque", "refused", "passed")
    }}
    digest = hashlib.sha256(document + fingerprint.encode()).hexdigest()
    return len(engine.split_statements(text)[0]), counts, digest
"""


@pytest.fixture(scope="module")
def parsers() -> Iterator[dict[str, LimitedProcess]]:
    found = {engine: LimitedProcess(engine, 3 * _GIBIBYTE, _PARSE) for engine in ENGINES}
    yield found
    for parser in found.values():
        parser.close()


def _check(parsers: dict[str, LimitedProcess], engine: str, expression: str, outcomes: str, n: int) -> None:
    few = _FEW[engine]
    statements, counts, digest = parsers[engine].ask(expression, n, few)
    assert {outcome for outcome, count in counts.items() if count} == {*outcomes.split(",")}
    assert sum(counts.values()) == statements
    if engine == "python":
        # What the native one makes of more is too much for this one.
        others = [parser for name, parser in parsers.items() if name != engine]
        assert all(parser.ask(expression, n, few)[2] == digest for parser in others)


@pytest.mark.parametrize("engine_name", ENGINES)
@pytest.mark.parametrize("expression", DEEP)
def test_a_deep_text_has_a_model(
    parsers: dict[str, LimitedProcess], engine_name: str, expression: str
) -> None:
    _check(parsers, engine_name, expression, DEEP[expression], _DEPTH[engine_name])


@pytest.mark.parametrize("engine_name", ENGINES)
@pytest.mark.parametrize("expression", [*WIDE, *MANY])
def test_a_long_text_has_a_model(
    parsers: dict[str, LimitedProcess], engine_name: str, expression: str
) -> None:
    _check(parsers, engine_name, expression, (WIDE | MANY)[expression], _REPETITIONS[engine_name])


# Small texts, in this process.


def _check_small(text: str) -> None:
    """All engines make the same model and fingerprints of a text; the ledger adds up to its statements."""
    found = {name: engine.fingerprint_sql(text, document=True) for name, engine in LOADED.items()}
    first = found[ENGINES[0]]
    assert all(other == first for other in found.values())
    ledger = decode_model(first[3]).ledger
    told = sum(entry.modelled + entry.opaque + entry.refused + entry.passed for entry in ledger)
    assert told == len(LOADED[ENGINES[0]].split_statements(text)[0])


_EXAMPLE = "".join(
    path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parents[2] / "examples" / "library" / "db").rglob("*.sql"))
)
_CUT_EVERY = 9_973


@pytest.mark.parametrize("start", range(0, len(_EXAMPLE), 4 * _CUT_EVERY))
def test_the_example_cut_anywhere_has_a_model(start: int) -> None:
    for cut in range(start, min(start + 4 * _CUT_EVERY, len(_EXAMPLE)), _CUT_EVERY):
        _check_small(_EXAMPLE[:cut])
        _check_small(_EXAMPLE[cut : cut + _CUT_EVERY])


@pytest.mark.parametrize("part", range(20))
def test_a_script_cut_anywhere_has_a_model(part: int) -> None:
    source = random.Random(part)
    for script in SCRIPTS[part::20]:
        for cut in sorted(source.sample(range(len(script.sql)), min(4, len(script.sql)))):
            _check_small(script.sql[:cut])
            _check_small(script.sql[cut:])


@pytest.mark.parametrize("seed", range(20))
def test_scripts_with_lost_and_doubled_words_have_a_model(seed: int) -> None:
    source = random.Random(seed)
    for script in source.sample(SCRIPTS, 20):
        words = script.sql.split(" ")
        for _ in range(4):
            place = source.randrange(len(words))
            words[place : place + 1] = source.choice(([], [words[place]] * 2, [source.choice(words)]))
            _check_small(" ".join(words))


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_have_a_model(seed: int) -> None:
    source = random.Random(seed)
    heads = ["CREATE TABLE ", "CREATE VIEW v AS ", "ALTER TABLE ", "GRANT ", "CREATE FUNCTION f(", "DROP "]
    for head in ["", *heads]:
        _check_small(head + source.randbytes(500).decode("latin-1"))
        _check_small(head + source.randbytes(1000).decode(errors="ignore"))
        _check_small(head + "".join(source.choices("'\"$\\;:-/*()[]eEuU&a1._\n\r \t,", k=500)))


def test_every_character_in_a_statement_has_a_model() -> None:
    points = [*range(0x250), 0x2028, 0xFEFF, 0xFFFD, 0xFFFF, 0x1F600, 0x10FFFF]
    for character in map(chr, points):
        _check_small(f"CREATE TABLE {character} (a int);")
        _check_small(f"CREATE TABLE t (a{character}b int DEFAULT {character});")
        _check_small(f'CREATE TABLE "{character}" ("{character}" serial);')


@pytest.mark.parametrize("size", [1, 31, 32, 62, 63, 64, 65, 126, 127, 128, 1000])
@pytest.mark.parametrize("letter", ["a", "é", "€", "😀", '""'])
def test_long_names_have_a_model(size: int, letter: str) -> None:
    for name in (letter * size, "x" + letter * size):
        _check_small(
            f'CREATE TABLE "{name}" ("{name}" serial PRIMARY KEY CHECK (true), b int UNIQUE, c "{name}");'
            f'CREATE INDEX ON "{name}" ("{name}", lower("{name}")); CREATE INDEX ON "{name}" ("{name}");'
            f'CREATE TABLE "{name}" (a int); CREATE TYPE "{name}" AS ENUM ();'
            f'ALTER TABLE "{name}" ADD FOREIGN KEY (b) REFERENCES "{name}";'
        )


def test_half_a_surrogate_pair_is_refused() -> None:
    for engine in LOADED.values():
        with pytest.raises(UnicodeEncodeError):
            engine.parse_sql("CREATE TABLE \ud800 (a int);")
        with pytest.raises(UnicodeEncodeError):
            engine.fingerprint_sql("CREATE TABLE \ud800 (a int);")
