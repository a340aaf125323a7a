r"""What a file leaves open, by the rules of ``docs/bundle.md``, and what psql says of it.

psql is asked by putting ``\echo`` on a line of its own after a text: it is obeyed unless what is before
it is still open. (``COPY`` is left out where the server would refuse the statement.)
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engines import LOADED
from strategies import examples

if TYPE_CHECKING:
    from confiture._interface import Engine
    from postgres import Server

CLOSED = [
    "",
    "\n",
    ";",
    "SELECT 1",
    "SELECT 1;",
    # Comments.
    "-- it's /* \" $$ COPY t FROM STDIN;",
    "--\rSELECT 'a'",
    "/* a */",
    "/**/",
    "/***/",
    "/*/*/**/*/*/",
    "/* /* */ */",
    "/* -- */ SELECT 1",
    "/* ' \" $$ */",
    "*/",
    "-- /*\nSELECT 1",
    "SELECT 1 +/* a */ 2",
    "SELECT 1 *-- '\n 2",
    "SELECT 2 */* x */ 3",
    # Strings.
    "SELECT ''",
    "SELECT 'a'",
    "SELECT 'it''s'",
    "SELECT ''''",
    "SELECT '\\'",
    "SELECT 'a\nb'",
    "SELECT '/*', '--', '\"', '$$'",
    "SELECT E'\\''",
    "SELECT e'\\\\'",
    "SELECT E''''",
    "SELECT B'01', X'1f', N'a', U&'\\0061'",
    "SELECT U&'\\'",
    "SELECT nE'\\'",
    "SELECT _E'\\'",
    "SELECT éE'\\'",
    "SELECT $1E'\\'",
    "SELECT 'a'\n'b'",
    "SELECT E'a'\n'\\''",
    "SELECT E'a'\r'\\''",
    "SELECT E'a'\v\f\t \n \v'\\''",
    "SELECT E'a'--'\n'\\''",
    "SELECT E'a' -- x\n -- y\n '\\''",
    "SELECT E'a' '\\'",
    "SELECT E'a' /*\n*/ '\\'",
    "SELECT E'a';\n'\\'",
    "SELECT 'a'\n'\\'",
    "SELECT 'a'\nE'\\''",
    # Quoted names.
    'SELECT "a"',
    'SELECT "a""b"',
    'SELECT "it\'s -- /* $$"',
    'SELECT U&"a" FROM t',
    'SELECT "\\"',
    'SELECT E"\\"',
    # Dollar quotes.
    "SELECT $$a$$",
    "SELECT $$it's \" -- /* $a$ $$",
    "SELECT $a$ $$ $b$ $A$ $a$",
    "SELECT $é_1$ ' $é_1$",
    "SELECT $$$$",
    "SELECT $a$$a$",
    "SELECT $a$ $aa$ $a$",
    "SELECT a$$ FROM t",
    "SELECT a$b$ FROM t",
    "SELECT é$$, _$$",
    "SELECT $1",
    "SELECT $1$2",
    "SELECT $ 1 $",
    "SELECT $-$",
    "SELECT $a-$",
    "SELECT $a b$",
    "SELECT $$ $ $$",
    # psql commands.
    "\\echo it's\n",
    "\\echo 'it''s \\' \"'\n",
    "\\echo \"it's\n",
    "\\echo `it's\n",
    "\\echo 'a\nSELECT 1;",
    "\\echo /* $$\n",
    "\\echo -- ' \n",
    "\\set x '\\\\' \\\\ SELECT 1;",
    "\\echo '\\\\ SELECT '\n",
    "\\!echo it's \\\\ '\n",
    "\\! echo \\\\ $$\n",
    "SELECT '\\echo'",
    "SELECT 1 \\; SELECT 2",
    "COPY t FROM STDIN \\r\n;",
    "COPY t FROM STDIN \\reset\n;\n",
    '\\echo "\\\\" \'\n',
    "\\echo a \\echo 'b\n",
    "SELECT 1 \\g\n",
    "SELECT 1 \\gset x\n",
    "\\",
    "\\\\",
    "\\copyright\n",
    # COPY.
    "COPY t FROM STDIN;\n\\.\n",
    "COPY t FROM STDIN;\n\\.",
    "COPY t FROM STDIN;\n1\n2\n\\.\nSELECT 1;",
    "COPY t FROM STDIN;\nit's \" $$ /*\n\\.\n",
    "copy t from stdin;\n\\.\n",
    "CoPy t (a, b) FrOm\n/* x */ StDiN WITH (FORMAT text);\n\\.\n",
    "COPY t FROM STDIN; SELECT 'it\n\\.\n''s'",
    "COPY t FROM STDIN \\gdesc\n",
    "COPY t FROM STDIN \\parse x\n",
    "COPY t FROM STDIN \\; SELECT 1",
    "COPY t FROM STDIN;\n\\.\r\n",
    "COPY t FROM STDIN;\r\n1\r\n\\.\r\n",
    "COPY t FROM STDIN;\n\\.\r",
    "COPY t FROM STDIN;\n\\\\.\n\\.x\n \\.\n\\. \n\\.\n",
    "COPY t FROM STDIN;\n\\.\nCOPY t FROM STDIN;\n\\.\n",
    "SELECT 1; COPY t FROM STDIN;\n\\.\n",
    "/* x */ -- y\nCOPY t FROM STDIN;\n\\.\n",
    "\\echo x\nCOPY t FROM STDIN;\n\\.\n",
    "COPY t FROM 'stdin';",
    'COPY t FROM "stdin";',
    "COPY t TO STDOUT;",
    "COPY (SELECT a FROM stdin) TO STDOUT;",
    "COPY t FROM STDIN",
    "COPY (SELECT 1; SELECT a FROM stdin) TO STDOUT;",
    "SELECT COPY FROM STDIN;",
    "( COPY t FROM STDIN );",
    "xCOPY t FROM STDIN;",
    "COPYx t FROM STDIN;",
    "COPY$ t FROM STDIN;",
    '"COPY" t FROM STDIN;',
    "COPY t xFROM STDIN;",
    "COPY t FROM STDINx;",
    "COPY t FROM, STDIN;",
    "COPY t FROM 'a' STDIN;",
    "COPY t (FROM STDIN);",
    "\\copy t from stdin\n1\n\\.\n",
    "\\copy t from stdin with (format csv)\nit's\n\\.\n",
    "\\copy t FROM STDIN \\\\ SELECT '\n\\.\n",
    "\\copy t from 'stdin'\n",
    "\\copy t to stdout\n",
    "\\copy (select a from stdin) to stdout\n",
    '\\copy t from "stdin"\n',
    "\\copy t from pstdin\n",
    "\\copyx t from stdin\n",
    "\\copy t from stdin,x\n",
    "\\copy t from stdin(x)\n",
    "\\COPY t from stdin\n1\n\\.\n",
    "\\copy t from\nstdin\n",
]

OPEN = [
    # The place is that of the opening delimiter.
    ("/*", "block_comment", 1, 1),
    ("a /* b", "block_comment", 1, 3),
    ("/* /* */", "block_comment", 1, 1),
    ("/* */ /* /*", "block_comment", 1, 7),
    ("\n\n  /*\n*", "block_comment", 3, 3),
    ("/*/", "block_comment", 1, 1),
    ("/* -- */ /* \n", "block_comment", 1, 10),
    ("+/*", "block_comment", 1, 2),
    ("'", "string", 1, 1),
    ("SELECT 'a''", "string", 1, 8),
    ("SELECT E'\\'''", "string", 1, 9),
    ("SELECT 'a\n--'' */", "string", 1, 8),
    ("SELECT 'it''s", "string", 1, 8),
    ("-- '\n'", "string", 2, 1),
    ("--\r'", "string", 1, 4),
    ("/* ' */ '", "string", 1, 9),
    ("'''", "string", 1, 1),
    ("E'\\'", "string", 1, 2),
    ("e'\\\\\\'", "string", 1, 2),
    ("E'\\", "string", 1, 2),
    ("U&'a", "string", 1, 3),
    ("B'0", "string", 1, 2),
    ("N'a", "string", 1, 2),
    ("x E '\\'", None, 0, 0),
    ("'\\' '", "string", 1, 5),
    # A continued string is the same string, of the same kind, at the place of its first quote.
    ("'a'\n'b", "string", 1, 1),
    (" E'a'\n'\\'", "string", 1, 3),
    (" E'a'\n -- x\n '\\'", "string", 1, 3),
    (" E'a'\r'\\'", "string", 1, 3),
    ("'a'\n\n\t'b'\n'c", "string", 1, 1),
    ("'a' 'b", "string", 1, 5),
    ("'a' -- x\n'b", "string", 1, 1),
    ("'a' /* \n */ 'b", "string", 2, 5),
    ("'a'\u00a0\n'b", "string", 2, 1),
    ("'a'\\echo\n'b", "string", 2, 1),
    ("'a'\n\"b", "quoted_name", 2, 1),
    ("'a'\nE'b", "string", 2, 2),
    ('"', "quoted_name", 1, 1),
    ('SELECT "a""', "quoted_name", 1, 8),
    ('SELECT "\\""', "quoted_name", 1, 8),
    ('U&"a', "quoted_name", 1, 3),
    ("\"a\n'", "quoted_name", 1, 1),
    ("$$", "dollar_quote", 1, 1),
    ("SELECT $a$ $$ $A$ $a", "dollar_quote", 1, 8),
    ("SELECT $$a$", "dollar_quote", 1, 8),
    ("1$$", "dollar_quote", 1, 2),
    ("1a$$", "dollar_quote", 1, 3),
    ("1.5$$", "dollar_quote", 1, 4),
    ("$1$$", "dollar_quote", 1, 3),
    ("$1a$b$", "dollar_quote", 1, 4),
    ("$$a$$ $b$", "dollar_quote", 1, 7),
    ("a $$ $", "dollar_quote", 1, 3),
    ("a-$$", "dollar_quote", 1, 3),
    ("$ $a$", "dollar_quote", 1, 3),
    ("$-$$", "dollar_quote", 1, 3),
    ('"a"$$', "dollar_quote", 1, 4),
    ("'a'$$", "dollar_quote", 1, 4),
    ("$é$ $e$", "dollar_quote", 1, 1),
    ("$a$ $aa$", "dollar_quote", 1, 1),
    ("$a b$ c$d$ $e$", "dollar_quote", 1, 12),
    # psql commands end with their line, or with two backslashes outside their quotes.
    ("\\echo \\\\ '", "string", 1, 10),
    ("\\echo 'a' \\\\ /*", "block_comment", 1, 14),
    ('\\echo "\\\\" \\\\ $$', "dollar_quote", 1, 15),
    ('\\echo `\\\\` \\\\ "', "quoted_name", 1, 15),
    ("\\echo 'a\n'", "string", 2, 1),
    ("\\echo a \\echo x \\\\ '", "string", 1, 20),
    ('\\echo "a\\" \\\\ \'', "string", 1, 15),
    ("\\echo 'a\\' \\\\ ' \\\\ '", "string", 1, 20),
    ("SELECT 1 \\; '", "string", 1, 13),
    ("SELECT \\:'", "string", 1, 10),
    ("\\echo\\\\'", "string", 1, 8),
    ("\\\\'", None, 0, 0),
    ("\\\\\\\\'", None, 0, 0),
    ("\\! '\n'", "string", 2, 1),
    ("SELECT 1 \\gset\n'", "string", 2, 1),
    # Data follows the line of the statement.
    ("COPY t FROM STDIN;", "copy_data", 1, 1),
    ("COPY t FROM STDIN;\n", "copy_data", 1, 1),
    ("COPY t FROM STDIN;\n1\n", "copy_data", 1, 1),
    ("SELECT 1;\n  copy t from stdin;\n1", "copy_data", 2, 3),
    ("COPY t FROM STDIN; \\.\n", "copy_data", 1, 1),
    ("COPY t FROM STDIN;\n\\. \n", "copy_data", 1, 1),
    ("COPY t FROM STDIN;\n\\.\r\r\n", "copy_data", 1, 1),
    ("COPY t FROM STDIN;\nx\\.\n", "copy_data", 1, 1),
    ("COPY t FROM STDIN;\n\\.\n; COPY t FROM STDIN;\n", "copy_data", 3, 3),
    ("COPY/**/t/**/FROM--\nSTDIN;\n", "copy_data", 1, 1),
    ("COPY t FROM STDIN (FORMAT csv, DELIMITER ';');\n", "copy_data", 1, 1),
    ("COPY t FROM STDIN (DELIMITER ';'\n);\n", "copy_data", 1, 1),
    ("COPY t (a) FROM STDIN WHERE a IS NULL;\n\\.x", "copy_data", 1, 1),
    ("COPY t FROM STDIN \\echo x\n;\n1", "copy_data", 1, 1),
    ("COPY t ) FROM STDIN;\n", "copy_data", 1, 1),
    (") COPY t FROM STDIN;\n'", "string", 2, 1),
    ("COPY t FROM STDIN \\g\n'", "copy_data", 1, 1),
    ("COPY t FROM STDIN\n\\gx\n1\n", "copy_data", 1, 1),
    ("COPY t FROM STDIN \\gset\n1\n", "copy_data", 1, 1),
    ("COPY t FROM STDIN; \\r\n1\n", "copy_data", 1, 1),
    ("COPY t FROM STDIN \\r\n'", "string", 2, 1),
    ("COPY t FROM STDIN; SELECT 'it''s\n\\.\n", "string", 1, 27),
    ("COPY t FROM STDIN; COPY t FROM STDIN;\n\\.\n", "copy_data", 1, 20),
    ("COPY t FROM STDIN \\; SELECT 1;\n1\n", "copy_data", 1, 1),
    ("COPY t FROM STDIN \\;;\n1\n", "copy_data", 1, 1),
    ("COPY t FROM STDIN \\crosstabview\n1\n", "copy_data", 1, 1),
    ("SELECT ( \\r\nCOPY t FROM STDIN;\n1\n", "copy_data", 2, 1),
    ("COPY''FROM STDIN;", "copy_data", 1, 1),
    ("COPY t FROM STDIN'';", "copy_data", 1, 1),
    ("COPY(a)FROM STDIN;", "copy_data", 1, 1),
    ('COPY"t"FROM STDIN;', "copy_data", 1, 1),
    ("é; COPY t FROM STDIN;", "copy_data", 1, 4),
    ("\\copy t from stdin", "copy_data", 1, 1),
    ("\\COPY t from stdin\n", "copy_data", 1, 1),
    ("\\copy t from stdin\n", "copy_data", 1, 1),
    ("SELECT 1;\n é \\copy t (a) FROM STDIN\n1\n", "copy_data", 2, 4),
    ("\\copy t from stdin \\\\\n\\. \n", "copy_data", 1, 1),
    ("\\copy t from\tstdin;\n", "copy_data", 1, 1),
    ('\\copy "a b" from stdin\n', "copy_data", 1, 1),
    # Columns count characters, lines end at \n alone.
    ("é'", "string", 1, 2),
    ("日本 '", "string", 1, 4),
    ("😀😀'", "string", 1, 3),
    ("e\u0301'", "string", 1, 3),
    ("\t'", "string", 1, 2),
    ("a\r'", "string", 1, 3),
    ("a\r\n'", "string", 2, 1),
    ("a\u2028'", "string", 1, 3),
    ("a\u0085'", "string", 1, 3),
    ("a\f\v'", "string", 1, 4),
    ("é\né'", "string", 2, 2),
    ("'é'\n  'é", "string", 1, 1),
    ("/* é\n日 */ '", "string", 2, 6),
    ("\ufeff'", "string", 1, 1),
    ("\ufeffé\n'", "string", 2, 1),
    ("\ufeff\ufeff'", "string", 1, 2),
    ("a\ufeff'", "string", 1, 3),
    ("\ufeffCOPY t FROM STDIN;\n", "copy_data", 1, 1),
]


@pytest.mark.parametrize("text", CLOSED)
def test_nothing_is_left_open(engine: Engine, text: str) -> None:
    assert engine.find_open_construct(text) is None


@pytest.mark.parametrize(("text", "kind", "line", "column"), OPEN)
def test_what_is_left_open_is_found_at_its_opening_delimiter(
    engine: Engine, text: str, kind: str | None, line: int, column: int
) -> None:
    assert engine.find_open_construct(text) == (None if kind is None else (kind, line, column))


@pytest.mark.parametrize("text", [text for text, kind, *_ in OPEN if kind is not None])
def test_the_end_of_the_text_does_not_matter_to_what_is_open(engine: Engine, text: str) -> None:
    found = engine.find_open_construct(text)
    if not text.endswith(("\\", "'", '"', "/", "*", "$", "-", "E", "e")):
        assert engine.find_open_construct(f"{text} x") == found


# psql.

_MARK = "still-listening"

#: psql reads line by line: a string that goes on in another line is a new one to it, without the
#: escapes of an ``E'`` before. The server takes both for one.
_CONTINUED = [text for text in [*CLOSED, *(text for text, *_ in OPEN)] if "E'a'" in text and "'\\'" in text]

#: Since PostgreSQL 17 a number with letters right after it is one wrong token, to the last ``$``.
_JUNK = ["1a$$", "$1a$b$"]

#: Statements that the server refuses, so that it does not ask for data.
_REFUSED = ["COPY t ) FROM STDIN;\n", "COPY''FROM STDIN;", "COPY t FROM STDIN'';", "COPY(a)FROM STDIN;"]
_REFUSED += ["\\copy t from stdin \\\\\n\\. \n"]

_NOT_FOR_PSQL = {*_CONTINUED, *_JUNK, *_REFUSED}


@pytest.fixture(scope="module")
def database(server: Server) -> str:
    name = server.create_database("open_constructs")
    with server.connect(name, autocommit=True) as connection:
        connection.execute('CREATE TABLE t (a text, b text); CREATE TABLE "a b" (a text)')
    return name


def swallows(server: Server, database: str, text: str) -> bool:
    """Whether psql, after a text, does not obey a command on a line of its own."""
    with tempfile.TemporaryDirectory() as directory:
        script = Path(directory, "script.sql")
        script.write_bytes(f"{text}\n\\echo {_MARK}\n".encode())
        printed = server.run("psql", "-X", "-q", "-d", server.uri(database), "-f", str(script))
    return _MARK not in printed.split("\n")


@pytest.mark.parametrize("text", [text for text in CLOSED if text not in _NOT_FOR_PSQL])
def test_psql_goes_on_after_what_is_not_left_open(server: Server, database: str, text: str) -> None:
    assert not swallows(server, database, text)


@pytest.mark.parametrize("text", [text for text, kind, *_ in OPEN if kind and text not in _NOT_FOR_PSQL])
def test_psql_is_swallowed_by_what_is_left_open(server: Server, database: str, text: str) -> None:
    assert swallows(server, database, text)


_common = ["'", "''", "U&'", '"', '""', "$$", "$a$", "$", "a$", "$1", "1", "a", "é", "_", ";", "(", ")", ","]
_common += ["--", "-", "/*", "*/", "/", "*", " ", "\t", "\f", "+", "--'"]
_commands = ["\\echo ", "\\echo a \\\\ ", "\\echo 'a\\\\' ", '\\echo "', "\\echo '"]
_many_lines = st.lists(st.sampled_from([*_common, "\n", "\n", *_commands]), max_size=20)
_data = ["\n\\r\nCOPY t FROM STDIN;\n", "\n\\r\nCOPY t FROM STDIN \\g\n", "\n\\copy t from stdin\n"]
_copies = st.lists(
    st.sampled_from([*_common, "\n", *_data, *_data, "\n\\reset\n", "\n\\.\n", "\n\\.\n", "\n\\.x\n", "x\n"]),
    max_size=15,
)
_one_line = st.lists(st.sampled_from([*_common, "E'", "E'", "E'\\", "\\'"]), max_size=20)


@examples(60)
@given(fragments=st.one_of(_many_lines, _copies, _one_line))
def test_psql_is_swallowed_by_what_is_found_open_in_any_text(
    server: Server, database: str, fragments: list[str]
) -> None:
    text = "".join(fragments)
    # A number with letters, and what follows a command that psql does not know, are read otherwise.
    assume(re.search(r"[0-9][a-zA-Z_é]+\$", text) is None)
    assume("\n" in text or "\\\\" not in text)
    swallowed = swallows(server, database, text)
    for engine in LOADED.values():
        assert (engine.find_open_construct(text) is not None) == swallowed
