"""The lexer: the rules of ``docs/bundle.md``, one by one and against a slow reference."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confiture._interface import Engine
from engines import LOADED
from reference_lexer import reference_open_construct

pytestmark = pytest.mark.parametrize("engine", LOADED.values(), ids=LOADED)

CLOSED = [
    "",
    "SELECT 1; -- it's a comment with /* and $$",
    "/* one /* nested */ level */ SELECT 1",
    "/*/ this slash closes nothing: /**/ */",
    "SELECT 1 +/* comment right after an operator */ 2",
    "SELECT 'it''s'",
    r"SELECT 'C:\'",
    r"SELECT E'it\'s', e'\\'",
    "SELECT U&'\\' || N'' || B'01' || X'ff'",
    "SELECT 'a'\n  'b'",
    'SELECT "a""b"',
    "DO $$ 'unbalanced \" /* $$",
    "DO $body$ $$ $other$ $body$",
    "DO $tag1$ x $tag1$",
    "DO $été$ ' $été$",
    "DO $a$b$a$",
    "SELECT a$$b, c$d$e",
    "SELECT $1, $2",
    "SELECT 1 - 2 / 3 $ 4",
    "COPY t FROM STDIN;\nit's 1\n\\.\nSELECT 1",
    "COPY t FROM STDIN;\nit's 1\n\\.\r\nSELECT 1",
    "copy t (a, b)\nfrom /* here */ stdin with (format csv); -- the rest of the line isn't data\n\\.",
    "COPY t FROM STDIN; SELECT 'a\nit's 1\n\\.\nb';",
    "COPY t FROM STDIN; /* a\n*/ it's\n\\.\nb */ COPY t FROM STDIN; COPY t FROM STDIN;\n'\n\\.\n\"\n\\.",
    "COPY t FROM STDIN \\; SELECT\n1;\nit's\n\\.\n",
    "CREATE FUNCTION f() RETURNS void BEGIN ATOMIC COPY t FROM STDIN; END;\n",
    "COPY t FROM 'stdin';",
    "COPY (SELECT 1 FROM stdin) TO STDOUT;",
    "COPY t TO STDOUT;",
    "SELECT 1 FROM stdin;",
    "SELECT (';'); COPY t FROM STDIN;\n\\.",
    "\\copy t from stdin\nit's\n\\.\n",
    "\\copy (select 1 from stdin) to 'x'\n",
    "\\copy t from 'stdin'\n",
    "\\copyright isn't a copy\n",
    "\\echo don't care\nSELECT 1",
    "\\! echo \\\\ don't care\n",
    "\\set x 'a\\'b' \\\\ SELECT 1",
    '\\pset null "\\\\ it\'s"\nSELECT 1',
    "SELECT 1\\; SELECT 'a\nb'; SELECT \\:x;",
    "\\echo a \\copy t from stdin\nit's\n\\.\nSELECT 1;",
    "SELECT 1 \\gset\nCOPY t FROM STDIN \\g\nit's\n\\.\n",
    "COPY t FROM STDIN \\r SELECT 1;\nSELECT 'a';",
    "\\copy t from stdin.csv\nSELECT 1;",
]

OPEN = [
    ("/* a /* b */", ("block_comment", 1, 1)),
    ("SELECT 1;\n  /*", ("block_comment", 2, 3)),
    ("SELECT @-/* */ 1 */*", ("block_comment", 1, 19)),
    ("SELECT 'a", ("string", 1, 8)),
    ("SELECT 'a''", ("string", 1, 8)),
    ("SELECT E'a\\'", ("string", 1, 9)),
    ("SELECT aE'\\' '", ("string", 1, 14)),
    ("SELECT 1e'\\' '", ("string", 1, 14)),
    ("SELECT E '\\' '", ("string", 1, 14)),
    ("SELECT $e'\\'", ("string", 1, 10)),
    ("SELECT 'a'\n 'b", ("string", 1, 8)),
    ("SELECT :'a'\n 'b", ("string", 2, 2)),
    ("SELECT ::'a'\n 'b", ("string", 1, 10)),
    ("SELECT \\:'a'\n 'b", ("string", 1, 10)),
    ("SELECT a[:'a'\n 'b", ("string", 2, 2)),
    ("SELECT a[b:'a'\n 'b", ("string", 2, 2)),
    ('SELECT :"a"" b', ("quoted_name", 1, 12)),
    ("SELECT :e'\\' '", ("string", 1, 14)),
    ("COPY t :from STDIN; SELECT '", ("string", 1, 28)),
    ("CREATE FUNCTION f() :begin ATOMIC; COPY t FROM STDIN;", ("copy_data", 1, 36)),
    ("\\h '\nSELECT '", ("string", 2, 8)),
    ("\\sf+ f \\\\ '\nSELECT '", ("string", 2, 8)),
    ("\\o | x \\\\ '\nSELECT '", ("string", 2, 8)),
    ("\\o x | \\\\ SELECT '", ("string", 1, 18)),
    ("\\echo \\\\ \\\\ '\nSELECT '", ("string", 2, 8)),
    ("COPY t FROM STDIN \\g | x \\\\ '\nSELECT '", ("copy_data", 1, 1)),
    ("COPY t FROM STDIN; SELECT 'a'\n\\.\n 'b", ("string", 1, 27)),
    ("COPY t FROM STDIN; SELECT E'a'\n\\.\n -- it's\n'b\\'", ("string", 1, 28)),
    ("COPY t FROM STDIN; SELECT 'a\n\\.", ("string", 1, 27)),
    ("COPY t FROM STDIN; SELECT 'a\n\\", ("copy_data", 1, 1)),
    ("COPY t FROM STDIN; COPY u FROM STDIN; SELECT '\n\\.\n1", ("copy_data", 1, 20)),
    ("CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; END; COPY t FROM STDIN;", ("copy_data", 1, 49)),
    ("SELECT 'a' -- c\r 'b", ("string", 1, 8)),
    ("SELECT E'a'\n '\\'", ("string", 1, 9)),
    ("SELECT 'a' 'b", ("string", 1, 12)),
    ("SELECT 'a' -- '\n|| '", ("string", 2, 4)),
    ("SELECT U&'", ("string", 1, 10)),
    ('SELECT U&"a""', ("quoted_name", 1, 10)),
    ("DO $$ $a$", ("dollar_quote", 1, 4)),
    ("DO $a$ $A$", ("dollar_quote", 1, 4)),
    ("SELECT 1$$", ("dollar_quote", 1, 9)),
    ("SELECT $1$$", ("dollar_quote", 1, 10)),
    ("SELECT +$$", ("dollar_quote", 1, 9)),
    ("DO $1a$ $a$", ("dollar_quote", 1, 9)),
    ("COPY t FROM STDIN;", ("copy_data", 1, 1)),
    ("SELECT 1;\n copy t from stdin;\n\\. \n", ("copy_data", 2, 2)),
    ("/* c */ COPY t FROM STDIN;\nx\\.\n", ("copy_data", 1, 9)),
    ("); COPY t FROM -- c\nSTDIN; \\.\n", ("copy_data", 1, 4)),
    ("\\echo x\nCOPY t FROM\n\\echo y\nSTDIN;", ("copy_data", 2, 1)),
    (" \\copy t from stdin", ("copy_data", 1, 2)),
    ("SELECT 1 \\copy t(a) FROM STDIN csv\ndata\n", ("copy_data", 1, 10)),
    ("\\echo x \\\\ SELECT '", ("string", 1, 19)),
    ("\\echo 'x \\\\ y' \\\\ SELECT '", ("string", 1, 26)),
    ("\\echo don't\nSELECT '", ("string", 2, 8)),
    ("\ufeffSELECT '", ("string", 1, 8)),
    ("SELECT 'é', '", ("string", 1, 13)),
    ("SELECT '😀',\r\n  '", ("string", 2, 3)),
]


@pytest.mark.parametrize("text", CLOSED)
def test_closed_text_has_no_open_construct(engine: Engine, text: str) -> None:
    assert engine.find_open_construct(text) is None
    assert reference_open_construct(text) is None


@pytest.mark.parametrize(("text", "expected"), OPEN)
def test_open_construct_is_found_at_its_opening(
    engine: Engine, text: str, expected: tuple[str, int, int]
) -> None:
    assert engine.find_open_construct(text) == expected
    assert reference_open_construct(text) == expected


CHARACTERS = "aeExé01$'\"\\/*-;()`!.,\n\r \t"
PIECES = ["\n\\.\n", "$$", "$a$", "--", "/*", "*/", "''", "E'", "U&'", "\\\\", "\ufeff", "\\.\r\n"]
PIECES += [
    "COPY t FROM STDIN;\n",
    "COPY t FROM STDIN;",
    "CREATE FUNCTION f() ",
    "create or replace procedure f ",
    "BEGIN ATOMIC ",
    "begin",
    " atomic",
    " END;",
    "END",
    "\\gdesc\n",
    "\\parse\n",
    "[",
    "]",
    "b:'a'\n",
    ":e'",
    ":from ",
    ':"a"',
    "::",
    "\\:",
    "copy ",
    "FROM ",
    " stdin",
    "\\copy ",
    "\\echo ",
    "\\! ",
    "\\;",
    "\\g",
    "|",
    "\\o ",
    "\\gx |",
    "\\sf",
    "\\gset",
    "\\r",
    ":",
]


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from([*CHARACTERS, *PIECES]), max_size=25).map("".join))
def test_leaping_finds_what_reading_every_character_finds(engine: Engine, text: str) -> None:
    assert engine.find_open_construct(text) == reference_open_construct(text)


@pytest.mark.parametrize("text", ["SELECT '\ud800'", "\ufeff\ude00"])
def test_what_has_no_utf8_is_refused(engine: Engine, text: str) -> None:
    for read in (engine.find_open_construct, engine.split_statements, engine.normalize_statements):
        with pytest.raises(UnicodeEncodeError) as caught:
            read(text)
        assert (caught.value.start, caught.value.object) == (len(text.rstrip("'")) - 1, text)


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_any_text_can_be_read(engine: Engine, text: str) -> None:
    assert engine.find_open_construct(text) == reference_open_construct(text)
