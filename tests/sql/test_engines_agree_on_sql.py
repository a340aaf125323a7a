"""Any text: the native engine and its twin say the same of it, and every byte is in one span."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import example, given
from hypothesis import strategies as st

from engines import LOADED
from sql_strategies import sql_soups
from strategies import examples

from .ledger import check
from .name_cases_of_changes import CHANGES, COMMENTS, LABELS, PRIVILEGES, REMOVALS
from .name_cases_of_definitions import DEFINITIONS
from .name_cases_of_other_statements import DATA, LOOKALIKES, SESSIONS
from .statement_end_cases import ALL
from .types_of_arguments import LISTS, TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture._interface import Engine

_NAMED = [
    text
    for cases in (DEFINITIONS, CHANGES, COMMENTS, LABELS, PRIVILEGES, REMOVALS, DATA, SESSIONS, LOOKALIKES)
    for text, *_ in cases
]
_ENDED = ["".join(text for _, text in case) for cases in ALL for case in cases]


def check_agreement(text: str) -> None:
    found = {name: check(engine, text) for name, engine in LOADED.items()}
    normalised = {name: engine.normalize_statements(text) for name, engine in LOADED.items()}
    for answers in (found, normalised):
        first, *others = answers.values()
        assert all(other == first for other in others)


def test_engines_agree_on_the_tables() -> None:
    for text in [*_NAMED, *_ENDED]:
        check_agreement(text)
    check_agreement(";\n".join(_NAMED))
    for types in (TYPES, LISTS):
        check_agreement("".join(f"CREATE FUNCTION f({written}) RETURN 1;\n" for written in types))
        check_agreement("".join(f"DROP AGGREGATE a({written}), b(*);\n" for written in types))


# Statements, taken apart and put together.

_WORDS = """
    CREATE ALTER DROP OR REPLACE IF NOT EXISTS TABLE VIEW INDEX FUNCTION PROCEDURE AGGREGATE
    OPERATOR CLASS FAMILY SCHEMA AUTHORIZATION TYPE DOMAIN CAST TRANSFORM FOR LANGUAGE USER MAPPING
    SERVER ON ONLY AS IN INTO FROM TO BY SET ALL BEGIN ATOMIC END CASE WITH RECURSIVE SELECT INSERT
    UPDATE DELETE VALUES COMMENT CONSTRAINT TRIGGER RULE POLICY GRANT REVOKE ADMIN OPTION ROLE
    DEFAULT PRIVILEGES COPY STDIN DO USING ORDER OUT INOUT VARIADIC SETOF ARRAY double precision
    character varying timestamp time without zone interval year second int text a b c s t sql
    plpgsql NONE BASETYPE LEFTARG RIGHTARG UESCAPE CONCURRENTLY UNIQUE TEMP COLUMN FOREIGN DATA
    WRAPPER national transaction session local prepare savepoint time_zone SECURITY LABEL LOCK
    TRUNCATE release
"""
_words = st.sampled_from(_WORDS.split())
_tokens = st.one_of(
    _words,
    _words,
    st.sampled_from(
        ["(", ")", "(", ")", ",", ",", ".", ";", ";", "[", "]", "*", "=", ":=", ":", "::", "%", "/", "+"]
    ),
    st.sampled_from(
        ["'x'", "E'\\''", "$$a$$", "$b$SELECT 1;$b$", '"A"', '"a"', 'U&"\\0061"', "U&'!0061'", "'!'"]
    ),
    st.sampled_from(
        [":v", ":'v'", ':"v"', "$1", "12", "1.5", "@-", "!=", "é", "\\;", "\\g\n", "\\r\n", "\\echo x\n"]
    ),
    st.sampled_from(
        ["'ANY'", "COPY t FROM STDIN;\n", "\\.\n", "/* ; */", "-- ;\n", "BEGIN ATOMIC", "CREATE FUNCTION f()"]
    ),
)
_joints = st.sampled_from([" ", " ", " ", " ", "", "\n", "\r\n", "/**/", "--\n", "\t"])
_assembled = st.lists(st.tuples(_tokens, _joints), max_size=40).map(
    lambda parts: "".join(part for pair in parts for part in pair)
)


def _spliced(texts: Sequence[str]) -> st.SearchStrategy[str]:
    """Pieces of the tables' texts, one after the other."""
    piece = st.sampled_from(texts).flatmap(
        lambda text: st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(
            lambda ends: text[min(ends) : max(ends)]
        )
    )
    whole = st.sampled_from(texts)
    glue = st.sampled_from(
        ["", " ", ";", ";\n", "\n", "'", "(", ")", "\\;", "\\.\n", "$$", "/*", "*/", '"', "\\r\n"]
    )
    return st.lists(st.tuples(st.one_of(whole, piece), glue), max_size=5).map(
        lambda parts: "".join(part for pair in parts for part in pair)
    )


def _mutated(texts: Sequence[str]) -> st.SearchStrategy[str]:
    """A text with some of its characters left out, or others put in."""
    characters = st.sampled_from([*"'\"$\\;:()[],.*-/ \n\rEeUu&é😀0a=@!", "\ufeff", "\0"])

    def change(text: str) -> st.SearchStrategy[str]:
        edit = st.tuples(st.integers(0, len(text)), st.integers(0, 2), st.one_of(st.just(""), characters))

        def apply(edits: list[tuple[int, int, str]]) -> str:
            changed = text
            for place, left_out, put_in in edits:
                changed = changed[:place] + put_in + changed[place + left_out :]
            return changed

        return st.lists(edit, min_size=1, max_size=4).map(apply)

    return st.sampled_from(texts).flatmap(change)


@examples(600)
@given(text=sql_soups)
def test_engines_agree_on_soups(text: str) -> None:
    check_agreement(text)


@examples(600)
@given(text=_assembled)
@example(text="CREATE AGGREGATE a (BASETYPE")
@example(text="DROP OPERATOR")
@example(text="CREATE CAST (int AS")
@example(text="COMMENT ON CONSTRAINT c ON DOMAIN")
@example(text="ALTER DEFAULT PRIVILEGES IN SCHEMA , FOR ROLE ,")
@example(text="WITH")
@example(text="GRANT a TO")
@example(text="REVOKE ADMIN")
def test_engines_agree_on_statements_put_together_at_random(text: str) -> None:
    check_agreement(text)


@examples(400)
@given(text=_spliced([*_NAMED, *_ENDED]))
def test_engines_agree_on_pieces_of_statements(text: str) -> None:
    check_agreement(text)


@examples(400)
@given(text=st.one_of(_mutated(_NAMED), _mutated(_ENDED)))
@example(text='ALTER RULE r ON"\x00" s.t RENAME TO q')
@example(text=f'DROP TABLE "\x00""a", "{"é" * 40}\x00", U&"{"é" * 40}\x00"')
@example(text="CREATE FUNCTION f() LANGUAGE \"sql\x00\" AS 'SELECT  1'")
@example(text="select e'a'\n \\! \n'\\'x ;")
@example(text="select e'a'\n \\! \n'\\'x -- it\n /* is */ ; select 1")
def test_engines_agree_on_statements_with_slips(text: str) -> None:
    check_agreement(text)


@examples(200)
@given(text=st.text(st.characters(codec="utf-8"), max_size=60))
def test_engines_agree_on_any_characters(text: str) -> None:
    check_agreement(text)


@examples(200)
@given(first=_assembled, second=sql_soups)
def test_a_statement_that_ended_does_not_depend_on_what_follows(first: str, second: str) -> None:
    """Where a line ends with nothing pending, the text may be cut."""
    for engine in LOADED.values():
        if not is_complete(engine, first):
            continue
        statements, spans, _ = engine.split_statements(f"{first}\n")
        longer, longer_spans, _ = engine.split_statements(f"{first}\n{second}")
        assert longer[: len(statements)] == statements
        last_end = statements[-1][4] if statements else 0
        assert [s for s in spans if s[2] <= last_end] == [s for s in longer_spans if s[2] <= last_end]


def is_complete(engine: Engine, text: str) -> bool:
    r"""Whether nothing that follows a text can change what it is.

    Not so if it ends in a statement, after a ``\;`` or in a line whose data is to come.
    """
    statements, _, left_open = engine.split_statements(f"{text}\n")
    octets = text.encode()
    pending = statements and (not statements[-1][7] or octets[: statements[-1][4]].endswith(b"\\;"))
    return left_open is None and not pending
