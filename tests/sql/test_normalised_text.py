"""What two statements have in common when their fingerprints are equal, and when they have nothing.

Of what a string or a name is, a real server is the judge.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from engines import LOADED
from sql_strategies import sql_soups
from strategies import examples

from .normalised_text_cases import DIFFERENT, EQUAL, EXACT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture._interface import Engine
    from postgres import Server

    Connection = psycopg.Connection[Any]


def only(engine: Engine, text: str) -> str:
    (normalised,) = engine.normalize_statements(text)
    return normalised


def fingerprint_of(engine: Engine, text: str) -> str:
    (statement,), _, _ = engine.split_statements(text, fingerprints=True)
    return statement[8]


@pytest.mark.parametrize("texts", EQUAL, ids=[repr(texts[0]) for texts in EQUAL])
def test_what_means_the_same_has_one_text_and_fingerprint(engine: Engine, texts: list[str]) -> None:
    found = {text: only(engine, text) for text in texts}
    assert set(found.values()) == {found[texts[0]]}, found
    assert len({fingerprint_of(engine, text) for text in texts}) == 1


@pytest.mark.parametrize("texts", DIFFERENT, ids=[repr(texts[0]) for texts in DIFFERENT])
def test_what_may_mean_something_else_has_texts_of_its_own(engine: Engine, texts: list[str]) -> None:
    found = {text: only(engine, text) for text in texts}
    assert len(set(found.values())) == len(texts), found
    assert len({fingerprint_of(engine, text) for text in texts}) == len(texts)


@pytest.mark.parametrize(("text", "expected"), EXACT)
def test_normalised_text_is_tokens_with_spaces_between_them(engine: Engine, text: str, expected: str) -> None:
    assert only(engine, text) == expected
    assert fingerprint_of(engine, text) == hashlib.sha256(expected.encode()).hexdigest()


# The server judges what a string is.


@pytest.fixture(scope="module")
def judge(server: Server) -> Iterator[Connection]:
    with server.connect("postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS strings WITH (FORCE)")
        connection.execute(
            "CREATE DATABASE strings TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        )
    with server.connect("strings", autocommit=True, client_encoding="utf-8") as connection:
        connection.execute("SET escape_string_warning = off")
        connection.execute("SET client_min_messages = error")
        yield connection


_plain = st.sampled_from(
    [
        *"abc01 ;:(/*-$é日😀\n\t%",
        "''",
        '"',
        "--",
        "/*",
        "*/",
        "$$",
        "\u0301",
        "\ufeff",
        "\r",
        "\x7f",
        "\u2028",
    ]
)
_escapes = st.sampled_from(
    [
        *["\\'", "\\\\", "\\n", "\\b", "\\f", "\\r", "\\t", "\\v", "\\a", "\\\n", "\\é", '\\"', "\\ ", "\\;"],
        *[
            "\\x41",
            "\\x4",
            "\\x",
            "\\xg",
            "\\xe9",
            "\\xc3\\xa9",
            "\\xC3",
            "\\x00",
            "\\x414",
            "\\xf0\\x9f\\x98\\x80",
        ],
        *[
            "\\101",
            "\\7",
            "\\1011",
            "\\303\\251",
            "\\303",
            "\\0",
            "\\400",
            "\\777",
            "\\8",
            "\\9",
            "\\19",
            "\\541",
        ],
        *[
            "\\u00e9",
            "\\u00E9",
            "\\u12",
            "\\uD83D\\uDE00",
            "\\uD83D",
            "\\uDE00",
            "\\ud83d\\x41",
            "\\u0000",
            "\\u",
        ],
        *[
            "\\U0001F600",
            "\\U00110000",
            "\\U0001F6",
            "\\U0000D83D\\U0000DE00",
            "\\uD83D\\U0000DE00",
            "\\U00000041",
        ],
        *[
            "\\uD83D'\n'\\uDE00",
            "\\xc3'\n'\\xa9",
            "\\xed\\xa0\\x80",
            "\\xf4\\x90\\x80\\x80",
            "\\xc0\\xaf",
            "\\X41",
        ],
    ]
)
_units = st.sampled_from(
    [
        *[
            "@0061",
            "@00e9",
            "@+01F600",
            "@+000061",
            "@@",
            "@D83D@DE00",
            "@D83D",
            "@DE00",
            "@d83d@+00de00",
            "@0000",
        ],
        *[
            "@61",
            "@006",
            "@+00061",
            "@+110000",
            "@zzzz",
            "@",
            "@ 0061",
            "@D83Da",
            "@+00D83D@DE00",
            "@+0000D8",
            "+",
        ],
        *["@'\n'0061", "@00'\n'61", "@D83D'\n'@DE00", "\\", "\\0061", "!"],
    ]
)
_breaks = st.sampled_from(["'\n'", "' \r '", "' -- x\n'", "'--\n\n  -- 'y\r'", "'\f\n\v'"])


def _parts(*strategies: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.one_of(*strategies), max_size=8).map("".join)


_ordinary = st.builds("'{}'".format, _parts(_plain, _plain, st.just("\\"), _breaks))
_escaped = st.builds("{}'{}'".format, st.sampled_from("Ee"), _parts(_plain, _escapes, _escapes, _breaks))
_dollars = st.builds(
    lambda tag, body: f"${tag}${body}${tag}$",
    st.sampled_from(["", "a", "A_1", "é"]),
    _parts(_plain, st.sampled_from(["'", "\\", "$", "$a", "a$", "\\n"])),
)


def _with_unicode(quote: str) -> st.SearchStrategy[str]:
    plain = _plain.map(lambda character: character.replace("''", quote * 2))
    if quote == '"':
        plain = plain.map(lambda character: character.replace('"', '""') if character == '"' else character)
        content = _parts(plain, _units.filter(lambda unit: "'" not in unit))
    else:
        content = _parts(plain, _units, _breaks)
    escape = st.sampled_from(["\\", "\\", "!", "@", "#", "é", "+", "a", "'", '"', " ", "0", "!!", "", "?"])
    return st.builds(
        lambda letter, body, character, explicit: (
            f"{letter}&{quote}{body.replace('@', character)}{quote}"
            + (f" UESCAPE '{character}'" if explicit or character != "\\" else "")
        ),
        st.sampled_from("Uu"),
        content,
        escape,
        st.booleans(),
    )


def ask(judge: Connection, query: str) -> str | None:
    """What the server says is the value; ``None`` if it refuses."""
    try:
        (row,) = judge.execute(query.encode()).fetchall()
    except psycopg.Error:
        return None
    return str(row[0])


@examples(600)
@given(literal=st.one_of(_ordinary, _escaped, _escaped, _dollars, _with_unicode("'")))
@example(literal="E'\\v'")
@example(literal="U&'\\' UESCAPE '!'")
@example(literal="$$$$--$$")
def test_the_server_has_the_same_value_for_a_string(judge: Connection, literal: str) -> None:
    # What looks like a literal may end in a comment.
    query = f"SELECT {literal}\nAS v"
    value = ask(judge, query)
    for engine in LOADED.values():
        found = engine.normalize_statements(query)
        if value is None:
            # It stays as it is written, or it was more than one token to begin with.
            assert all(one.startswith("select ") for one in found[:1])
        else:
            assert found == ["select '" + value.replace("'", "''") + "' as v"]


def _refused(letters: str, parts: st.SearchStrategy[str], bad: list[str]) -> st.SearchStrategy[str]:
    whole = parts.filter(lambda part: "'\n'" not in part)
    around = st.lists(whole, max_size=4).map("".join)
    return st.builds("{}'{}{}{}'".format, st.just(letters), around, st.sampled_from(bad), around)


_refused_literals = st.one_of(
    _refused(
        "E",
        st.one_of(_plain, _escapes),
        [
            "\\xe9",
            "\\303",
            "\\0",
            "\\400",
            "\\777",
            "\\u12 ",
            "\\uD83D",
            "\\uDE00",
            "\\U00110000",
            "\\xed\\xa0\\x80",
        ],
    ),
    _refused(
        "U&",
        st.one_of(_plain, _units.map(lambda unit: unit.replace("@", "\\"))),
        ["\\D83D ", "\\DE00", "\\0000", "\\61 ", "\\+110000", "\\zzzz", "\\D83D\\D83D"],
    ),
)


@examples(600)
@given(literal=_refused_literals)
def test_a_string_that_the_server_refuses_stays_as_it_is_written(judge: Connection, literal: str) -> None:
    assume(ask(judge, f"SELECT {literal} AS v") is None)
    for engine in LOADED.values():
        assert engine.normalize_statements(f"SELECT {literal} AS v") == [f"select {literal} as v"]


@examples(300)
@given(literal=_with_unicode('"'))
def test_the_server_has_the_same_value_for_a_name(judge: Connection, literal: str) -> None:
    try:
        cursor = judge.execute(f"SELECT 1 AS {literal}".encode())
    except psycopg.Error:
        assume(False)
        return
    assert cursor.description is not None
    value = cursor.description[0].name
    written = '"' + value.replace('"', '""') + '"'
    for engine in LOADED.values():
        assert engine.normalize_statements(f"SELECT 1 AS {literal}") == engine.normalize_statements(
            f"SELECT 1 AS {written}"
        )
        ((_, objects, *_),) = engine.split_statements(f"CREATE TABLE {literal} ()")[0]
        assert objects == (("table", None, value, None, None),)


@examples(300)
@given(
    name=st.lists(st.sampled_from([*"aAéÉ日😀_1$", "a" * 20, "é" * 15]), min_size=1, max_size=12)
    .map("".join)
    .filter(lambda name: name[0] not in "1$"),
    is_quoted=st.booleans(),
)
def test_the_server_folds_and_cuts_names_alike(judge: Connection, name: str, is_quoted: bool) -> None:
    written = f'"{name}"' if is_quoted else name
    cursor = judge.execute(f"SELECT 1 AS {written}".encode())
    assert cursor.description is not None
    for engine in LOADED.values():
        ((_, objects, *_),) = engine.split_statements(f"CREATE TABLE {written} ()")[0]
        assert objects == (("table", None, cursor.description[0].name, None, None),)


def test_names_lose_their_quotes_as_the_server_gives_them_some(judge: Connection) -> None:
    """A name without quotes in the normalised text is one that the server reads as the same name."""
    keywords = [word for (word,) in judge.execute("SELECT word FROM pg_get_keywords()").fetchall()]
    for name in [*keywords, "a", "a1", "_", "a_$", "abc", "zzz", "keyword"]:
        for engine in LOADED.values():
            expected = name if name not in keywords else f'"{name}"'
            assert only(engine, f'SELECT "{name}"') == f"select {expected}"


# Laws.

_words = st.sampled_from(
    ["select", "from", "a", "b", "é", "user", "x1", "a$", "_", "e", "u", "begin", "end", "uescape"]
)
_tokens = st.one_of(
    _words,
    st.sampled_from(
        ["1", "1.5", "1e5", ".5", "0xff", "$1", "$2", ":x", ":'x'", ':"x"', '"A"', '"a b"', '"user"']
    ),
    st.sampled_from(
        ["'a'", "'A'", "''", "E'\\n'", "$$a b$$", "$x$'$x$", "b'01'", "n'a'", "U&'\\0061b'", "'a''b'"]
    ),
    st.sampled_from(
        ["+", "-", "*", "/", "<", ">", "=", "<>", "||", "@-", "->", "::", ",", "(", ")", "[", "]", "."]
    ),
)
#: White space with nothing in it that joins two strings.
_separators = st.sampled_from(
    [" ", "  ", "\t", " /* x */ ", " /* ; ' */", "\f", "\v ", "/**/ ", " /* /* */ */ "]
)


def _assembled(tokens: list[str], separators: list[str], upper: list[bool]) -> str:
    text = "SELECT"
    for token, separator, is_upper in zip(tokens, separators, upper, strict=True):
        text += f" {separator}" + (
            token.upper() if is_upper and token.isascii() and token.isalnum() else token
        )
    return text


_statements = st.lists(_tokens, max_size=12).flatmap(
    lambda tokens: st.tuples(
        st.just(tokens),
        st.lists(_separators, min_size=len(tokens), max_size=len(tokens)),
        st.lists(_separators, min_size=len(tokens), max_size=len(tokens)),
        st.lists(st.booleans(), min_size=len(tokens), max_size=len(tokens)),
    )
)


@examples(300)
@given(parts=_statements)
def test_comments_white_space_and_letter_case_change_no_fingerprint(
    parts: tuple[list[str], list[str], list[str], list[bool]],
) -> None:
    tokens, separators, others, upper = parts
    one = _assembled(tokens, separators, [False] * len(tokens))
    other = _assembled(tokens, others, upper)
    for engine in LOADED.values():
        # In a parenthesis that is open a semicolon ends nothing.
        ended = other if "(" in tokens else f"{other} ;"
        assert engine.normalize_statements(one) == engine.normalize_statements(ended)
        interrupted = other.replace(" ", "\n\\echo it's\n", 1) if tokens else other
        assert engine.normalize_statements(interrupted) == engine.normalize_statements(one)


@examples(300)
@given(parts=_statements, token=_tokens, place=st.integers(0, 11))
def test_another_token_makes_another_fingerprint(
    parts: tuple[list[str], list[str], list[str], list[bool]], token: str, place: int
) -> None:
    tokens, separators, _, upper = parts
    assume(place < len(tokens))
    changed = [*tokens[:place], token, *tokens[place + 1 :]]
    same = [{"'a'", "U&'\\0061'"}, {"<>", "!="}]
    assume(token != tokens[place] and not any({token, tokens[place]} <= pair for pair in same))
    # A string's escape is part of the string before it.
    assume("uescape" not in [*tokens, token])
    one, other = _assembled(tokens, separators, upper), _assembled(changed, separators, upper)
    for engine in LOADED.values():
        assert engine.normalize_statements(one) != engine.normalize_statements(other)


@examples(300)
@given(text=sql_soups)
def test_normalised_text_is_its_own_normalised_text(text: str) -> None:
    for engine in LOADED.values():
        for normalised in engine.normalize_statements(text):
            # A byte order mark is one only at the start.
            assert engine.normalize_statements(f"\n{normalised}") == [normalised]
