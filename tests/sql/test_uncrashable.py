"""Texts made to break a lexer or a parser: bounded memory, an answer, never an abort.

They are divided in other processes, with a limit to their memory. The time limit is there for what would
never end.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engines import ENGINES

from .divider import Divider
from .ledger import check
from .name_cases_of_changes import CHANGES, COMMENTS, PRIVILEGES, REMOVALS
from .name_cases_of_definitions import DEFINITIONS
from .statement_end_cases import ALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from confiture._interface import Engine

_GIBIBYTE = 2**30
#: How often something is repeated: enough for what needs more than its share of time never to end.
_REPETITIONS = {"rust": 10**5, "python": 3_000}
#: How deep something is nested: enough for what calls itself to have no stack, which Python gives a thousand
#: calls.
_DEPTH = {"rust": 10**5, "python": 20_000}
#: How many bytes a huge statement has.
_SIZES = {"rust": 10**8, "python": 2 * 10**7}

#: An expression, and the number of statements, what is open, and the kind and number of objects of the first.
LARGE: list[tuple[str, str, str | None, str | None, str]] = [
    ("'SELECT 1' + ' + 1' * 64_000 + ';'", "1", None, "SELECT", "0"),
    ("'SELECT 1' + '+1' * 10 * N", "1", None, "SELECT", "0"),
    ("'SELECT true' + ' OR a = 1' * 64_000 + ';'", "1", None, "SELECT", "0"),
    ("'SELECT ' + 'NOT ' * N + 'true;'", "1", None, "SELECT", "0"),
    ("'SELECT ' + '- ' * N + '1;'", "1", None, "SELECT", "0"),
    ("'SELECT ' + '-' * (N + 1) + '1;'", "1", None, "SELECT", "0"),
    ("'SELECT ' + '+-' * N + '1;'", "1", None, "SELECT", "0"),
    ("'SELECT 1 ' + '+' * 10 * N + ' 1;'", "1", None, "SELECT", "0"),
    ("'SELECT 1 ' + '@-' * N + '- 1;'", "1", None, "SELECT", "0"),
    ("'SELECT 1 ' + '<-' * N + ' 1;'", "1", None, "SELECT", "0"),
    ("'SELECT 1 ' + '*/' * N + ' 1;'", "1", "block_comment", "SELECT", "0"),
    ("'SELECT 1' + '::int' * N + ';'", "1", None, "SELECT", "0"),
    ("'SELECT ' + '(' * DEPTH + '1' + ')' * DEPTH + ';'", "1", None, "SELECT", "0"),
    ("'(' * DEPTH + 'SELECT 1' + ')' * DEPTH + ';'", "1", None, "SELECT", "0"),
    ("'SELECT ' + '(' * DEPTH", "1", "parenthesis", "SELECT", "0"),
    ("'SELECT ' + '(;' * DEPTH", "1", "parenthesis", "SELECT", "0"),
    ("'SELECT ' + ')' * N + ';'", "1", None, "SELECT", "0"),
    ("'SELECT ' + 'a[' * N + '1' + ']' * N + ';'", "1", None, "SELECT", "0"),
    ("'SELECT a[' + '1:' * N + '1];'", "1", None, "SELECT", "0"),
    ("'SELECT ' + '[a:' * N", "1", None, "SELECT", "0"),
    ("'SELECT ' + 'CASE WHEN a THEN ' * N + '1' + ' END' * N + ';'", "1", None, "SELECT", "0"),
    ("'/*' * DEPTH + '*/' * DEPTH + 'SELECT 1;'", "1", None, "SELECT", "0"),
    ("'SELECT ' + '/*' * DEPTH + '*/' * DEPTH + '1;'", "1", None, "SELECT", "0"),
    ("'/*' * DEPTH", "0", "block_comment", None, "0"),
    ("'/*/' * DEPTH", "0", "block_comment", None, "0"),
    ("'SELECT 1' + ' /* x */' * N + ';'", "1", None, "SELECT", "0"),
    ("'--\\n' * 10 * N + 'SELECT 1'", "1", None, "SELECT", "0"),
    ("'SELECT 1 --\\n' * N", "1", None, "SELECT", "0"),
    ("'SELECT ' + '-- x\\r' * N + '1;'", "1", None, "SELECT", "0"),
    ("'$a$a' * N", "1", None, None, "0"),
    ("'$a$a$b' * N", "1", None, None, "0"),
    ("'$a' * N + '$'", "1", None, None, "0"),
    ("'$' * 10 * N", "1", None, None, "0"),
    ("'SELECT ' + '$' * 10 * N + 'a'", "1", None, "SELECT", "0"),
    ("'SELECT ' + '$a ' * N", "1", None, "SELECT", "0"),
    ("'SELECT ' + ''.join(f'$a{i}$' for i in range(N))", "1", "dollar_quote", "SELECT", "0"),
    ("'SELECT ' + ''.join(f' $a{i}' for i in range(N))", "1", None, "SELECT", "0"),
    ("'SELECT $' + 'a' * 10 * N + '$x$' + 'a' * 10 * N + '$;'", "1", None, "SELECT", "0"),
    ("'SELECT $$' + '$a' * N + '$$;'", "1", None, "SELECT", "0"),
    ("'E' + chr(39) + chr(92)", "1", "string", None, "0"),
    ("('E' + chr(39) + chr(92)) * N", "1", None, None, "0"),
    ("'SELECT E' + chr(39) + (chr(92) + chr(39)) * 10 * N", "1", "string", "SELECT", "0"),
    ("'SELECT E' + chr(39) + (chr(92) + 'x41') * N + chr(39) + ';'", "1", None, "SELECT", "0"),
    (
        "'SELECT U&' + chr(39) + (chr(92) + 'D83D' + chr(92) + 'DE00') * N + chr(39) + ';'",
        "1",
        None,
        "SELECT",
        "0",
    ),
    ("'SELECT ' + chr(39) * 2 * N + ';'", "1", None, "SELECT", "0"),
    ("'SELECT ' + (chr(39) + 'a' + chr(39) + chr(10)) * N + ';'", "1", None, "SELECT", "0"),
    ("'SELECT ' + (chr(39) + 'a' + chr(39) + ' -- x' + chr(10)) * N + ';'", "1", None, "SELECT", "0"),
    ("'SELECT ' + (chr(39) + 'a' + chr(39) + ' ') * N + ';'", "1", None, "SELECT", "0"),
    ("'SELECT ' + chr(39) + 'a' + chr(39) + (' -- x' + chr(10)) * N", "1", None, "SELECT", "0"),
    ("('SELECT ' + chr(39) + 'a' + chr(39) + '  ' * 10 + ',') * N", "1", None, "SELECT", "0"),
    ("'U&' + chr(34)", "1", "quoted_name", None, "0"),
    ("('U&' + chr(34)) * N", "1", None, None, "0"),
    ("'SELECT ' + 'U&' * N", "1", None, "SELECT", "0"),
    ("'SELECT ' + 'U&\"a\" UESCAPE ' * N", "1", None, "SELECT", "0"),
    ("'SELECT ' + '\"a\"' * N + ';'", "1", None, "SELECT", "0"),
    ("':' * 10 * N", "1", None, None, "0"),
    ("'SELECT ' + ':a' * N", "1", None, "SELECT", "0"),
    ("'SELECT ' + ':{?a' * N", "1", None, "SELECT", "0"),
    ("'SELECT ' + ':{?' + 'a' * 10 * N", "1", None, "SELECT", "0"),
    ("'SELECT ' + (':' + chr(34) + 'a') * (N + 1)", "1", "quoted_name", "SELECT", "0"),
    ("chr(92) * N", "0", None, None, "0"),
    ("(chr(92) + chr(10)) * N", "0", None, None, "0"),
    ("(chr(92) + 'echo ') * N", "0", None, None, "0"),
    ("(chr(92) + 'echo ' + chr(39)) * N", "0", None, None, "0"),
    ("'SELECT 1' + (chr(10) + chr(92) + 'echo x' + chr(10)) * N + ', 2;'", "1", None, "SELECT", "0"),
    ("'SELECT 1' + (chr(10) + chr(92) + 'echo x' + chr(10)) * N", "1", None, "SELECT", "0"),
    ("('SELECT 1 ' + chr(92) + 'g' + chr(10)) * N", "N", None, "SELECT", "0"),
    ("('SELECT 1 ' + chr(92) + ';') * N + ';'", "N", None, "SELECT", "0"),
    ("('SELECT 1 ' + chr(92) + ';') * N + chr(92) + 'r'", "0", None, None, "0"),
    ("('SELECT 1 ' + chr(92) + 'r' + chr(10)) * N", "0", None, None, "0"),
    ("(chr(92) + ';') * N", "0", None, None, "0"),
    ("';' * 10 * N", "0", None, None, "0"),
    ("'; ' * 10 * N", "0", None, None, "0"),
    ("'SELECT 1;' * N", "N", None, "SELECT", "0"),
    ("'a;' * 10 * N", "10 * N", None, None, "0"),
    ("'\\n' * 10 * N + 'SELECT 1;'", "1", None, "SELECT", "0"),
    ("'\\r' * 10 * N + 'SELECT 1;'", "1", None, "SELECT", "0"),
    ("chr(65279) * N", "1", None, None, "0"),
    ("chr(0) * N", "1", None, None, "0"),
    ("chr(128512) * N", "1", None, None, "0"),
    ("'a' * 100 * N", "1", None, None, "0"),
    ("'1' * 10 * N", "1", None, None, "0"),
    ("'1_' * 10 * N", "1", None, None, "0"),
    ("'1.' * 10 * N", "1", None, None, "0"),
    ("'1e' * 10 * N", "1", None, None, "0"),
    ("'0x_' * 10 * N", "1", None, None, "0"),
    ("'.' * 10 * N", "1", None, None, "0"),
    ("'SELECT ' + 'a.' * N + 'a'", "1", None, "SELECT", "0"),
    ("'SELECT ' + ', '.join(f'a{i}' for i in range(10 * N)) + ';'", "1", None, "SELECT", "0"),
    ("'SELECT AS ' * N", "1", None, "SELECT", "0"),
    ("'WITH ' + 'x AS (SELECT 1), ' * N + 'y AS (SELECT 2) SELECT 1;'", "1", None, "SELECT", "0"),
    ("'WITH ' * N + 'SELECT 1'", "1", None, "SELECT", "0"),
    ("'WITH ' + 'x, ' * N", "1", None, "SELECT", "0"),
    ("'CREATE ' * N", "1", None, None, "0"),
    ("'CREATE TABLE ' + 'a.' * N + 't (a int);'", "1", None, "CREATE TABLE", "1"),
    ("'CREATE TABLE t (' + ', '.join(f'a{i} int' for i in range(N)) + ');'", "1", None, "CREATE TABLE", "1"),
    ("'CREATE TABLE t ' + 'a ' * N + 'AS SELECT 1'", "1", None, "CREATE TABLE AS", "1"),
    ("'CREATE TABLE ' + 'a' * 100 * N + ' (a int);'", "1", None, "CREATE TABLE", "1"),
    ("'CREATE TRIGGER ' + 'a ' * N + 'ON t'", "1", None, "CREATE TRIGGER", "1"),
    ("'COMMENT ON CONSTRAINT c ' + 'ON ' * N", "1", None, "COMMENT", "1"),
    ("'GRANT SELECT ON ' + ', '.join(f't{i}' for i in range(N)) + ' TO x;'", "1", None, "GRANT", "N"),
    ("'GRANT ' + 'a, ' * N + 'b TO x;'", "1", None, "GRANT ROLE", "N + 1"),
    ("'GRANT ' + 'SELECT, ' * N + 'UPDATE ON t TO x;'", "1", None, "GRANT", "1"),
    ("'DROP TABLE ' + ', '.join(f's.t{i}' for i in range(N)) + ';'", "1", None, "DROP TABLE", "N"),
    (
        "'DROP FUNCTION ' + ', '.join(f'f{i}(int, text)' for i in range(N)) + ';'",
        "1",
        None,
        "DROP FUNCTION",
        "N",
    ),
    ("'DROP FUNCTION f(' + ', '.join(['int'] * N) + ');'", "1", None, "DROP FUNCTION", "1"),
    ("'DROP FUNCTION f(' + '(' * DEPTH", "1", "parenthesis", "DROP FUNCTION", "1"),
    ("'DROP OPERATOR ' + '+ (int, int), ' * N + '- (int, int)'", "1", None, "DROP OPERATOR", "N + 1"),
    (
        "'CREATE FUNCTION f(' + ', '.join(f'a{i} int' for i in range(N)) + ') RETURN 1;'",
        "1",
        None,
        "CREATE FUNCTION",
        "1",
    ),
    (
        "'CREATE FUNCTION f(a int DEFAULT ' + '(' * DEPTH + ')' * DEPTH + ') RETURN 1;'",
        "1",
        None,
        "CREATE FUNCTION",
        "1",
    ),
    ("'CREATE FUNCTION f(a ' + 'int[]' + '[]' * N + ') RETURN 1;'", "1", None, "CREATE FUNCTION", "1"),
    ("'CREATE FUNCTION f(' + 'setof ' * N + 'int) RETURN 1;'", "1", None, "CREATE FUNCTION", "1"),
    ("'CREATE FUNCTION f(' + 'in ' * N + 'int) RETURN 1;'", "1", None, "CREATE FUNCTION", "1"),
    ("'CREATE FUNCTION f(a ' + 's.' * N + 't) RETURN 1;'", "1", None, "CREATE FUNCTION", "1"),
    ("'CREATE FUNCTION f(a ' + 'double ' * N + ') RETURN 1;'", "1", None, "CREATE FUNCTION", "1"),
    ("'CREATE AGGREGATE a (' + 'int ORDER BY ' * N + 'int)'", "1", None, "CREATE AGGREGATE", "1"),
    ("'CREATE FUNCTION begin atomic ' * N", "1", "routine_body", "CREATE FUNCTION", "1"),
    ("'CREATE FUNCTION f() BEGIN ATOMIC ' * N + 'END; ' * N", "1", None, "CREATE FUNCTION", "1"),
    ("'CREATE FUNCTION f() BEGIN ATOMIC ' * N", "1", "routine_body", "CREATE FUNCTION", "1"),
    (
        "'CREATE FUNCTION f() BEGIN ATOMIC ' + 'SELECT CASE WHEN a THEN b END; ' * N + 'END;'",
        "1",
        None,
        "CREATE FUNCTION",
        "1",
    ),
    ("'CREATE FUNCTION f() ' + 'BEGIN ' * N + ';'", "1", None, "CREATE FUNCTION", "1"),
    ("'CREATE FUNCTION f() LANGUAGE sql AS $b$' + '$$x$$, ' * N + '$b$;'", "1", None, "CREATE FUNCTION", "1"),
    (
        "'CREATE FUNCTION f() LANGUAGE sql AS $b$' + '(' * DEPTH + ';' * DEPTH + '$b$;'",
        "1",
        None,
        "CREATE FUNCTION",
        "1",
    ),
    (
        "'CREATE FUNCTION f() LANGUAGE sql AS $b$' + '/*' * DEPTH + '*/' * DEPTH + '$b$;'",
        "1",
        None,
        "CREATE FUNCTION",
        "1",
    ),
    ("'CREATE FUNCTION f() ' + 'LANGUAGE sql ' * N + 'AS $$SELECT 1$$;'", "1", None, "CREATE FUNCTION", "1"),
    ("'CREATE FUNCTION f() LANGUAGE sql ' + 'AS $$SELECT 1$$ ' * N + ';'", "1", None, "CREATE FUNCTION", "1"),
    ("'DO ' + '$$a$$ ' * N + ';'", "1", None, "DO", "0"),
    ("'DO $$' + 'DO ' * N + '$$;'", "1", None, "DO", "0"),
    ("'COPY t FROM STDIN;' * N", "N", "copy_data", "COPY", "1"),
    ("'COPY t FROM STDIN;' * N + chr(10) + (chr(92) + '.' + chr(10)) * N", "N", None, "COPY", "1"),
    ("('COPY t FROM STDIN;' + chr(10) + chr(92) + '.' + chr(10)) * N", "N", None, "COPY", "1"),
    (
        "'COPY t FROM STDIN;' + chr(10) + 'x' * 100 * N + chr(10) + chr(92) + '.' + chr(10)",
        "1",
        None,
        "COPY",
        "1",
    ),
    ("'COPY t FROM STDIN;' + chr(10) + (chr(92) + '.x' + chr(10)) * N", "1", "copy_data", "COPY", "1"),
    ("'COPY FROM ' * N + 'STDIN;'", "1", "copy_data", "COPY", "1"),
    ("(chr(92) + 'copy t from stdin' + chr(10)) * N", "0", "copy_data", None, "0"),
    ("chr(92) + 'copy ' + '(' * N + chr(10)", "0", None, None, "0"),
    (
        "('COPY t FROM STDIN' + chr(92) + ';') * N + ';' + chr(10) + (chr(92) + '.' + chr(10)) * N",
        "N",
        None,
        "COPY",
        "1",
    ),
]

_IDS = [expression for expression, *_ in LARGE]


@pytest.fixture(scope="module")
def dividers() -> Iterator[dict[str, Divider]]:
    found = {engine: Divider(engine, 3 * _GIBIBYTE) for engine in ENGINES}
    yield found
    for divider in found.values():
        divider.close()


@pytest.mark.parametrize("engine_name", ENGINES)
@pytest.mark.parametrize("case", LARGE, ids=_IDS)
def test_a_large_text_is_divided(
    dividers: dict[str, Divider], engine_name: str, case: tuple[str, str, str | None, str | None, str]
) -> None:
    expression, count, left_open, kind, objects = case
    names = {"N": _REPETITIONS[engine_name], "DEPTH": _DEPTH[engine_name]}
    found = dividers[engine_name].divide(expression, names)
    assert found.statements == eval(count, names)
    assert (found.left_open and found.left_open[0]) == left_open
    assert (found.first and found.first[:2]) == ([kind, eval(objects, names)] if found.statements else None)
    assert found.spans >= 1


#: A hundred megabytes in one statement.
_HUGE = [
    "'SELECT ' + chr(39) + 'x' * SIZE + chr(39) + ';'",
    "'SELECT $$' + 'x;' * (SIZE // 2) + '$$;'",
    "'SELECT 1 /*' + ' ;' * (SIZE // 2) + '*/;'",
    "'SELECT ' + 'x' * SIZE + ';'",
    "'SELECT (' + ';' + ' ' * SIZE + ');'",
    "'INSERT INTO t VALUES ' + ', '.join(['(' + chr(39) + 'x' * (SIZE // 100) + chr(39) + ')'] * 100) + ';'",
]


@pytest.fixture
def roomy_divider() -> Iterator[Callable[[str], Divider]]:
    started: list[Divider] = []

    def start(engine: str) -> Divider:
        started.append(Divider(engine, 6 * _GIBIBYTE))
        return started[-1]

    yield start
    for divider in started:
        divider.close()


@pytest.mark.parametrize("engine_name", ENGINES)
@pytest.mark.parametrize("expression", _HUGE)
def test_a_huge_statement_is_one(
    roomy_divider: Callable[[str], Divider], engine_name: str, expression: str
) -> None:
    found = roomy_divider(engine_name).divide(expression, {"SIZE": _SIZES[engine_name]}, normalised=False)
    assert found[:3] == (1, 1, None)
    assert found.first is not None
    assert found.first[2]


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_huge_number_of_tokens_is_one_statement(
    roomy_divider: Callable[[str], Divider], engine_name: str
) -> None:
    """The engines may need time for it in proportion, but not memory without a bound."""
    # As much as either reads in a few seconds.
    repetitions = {"rust": 10**8 // 7, "python": 10**5}[engine_name]
    expression = "'SELECT 1' + ', a + 1' * N + ';'"
    found = roomy_divider(engine_name).divide(expression, {"N": repetitions}, normalised=False)
    assert found[:3] == (1, 1, None)


@pytest.mark.parametrize("engine_name", ENGINES)
def test_schemas_and_roles_do_not_multiply(dividers: dict[str, Divider], engine_name: str) -> None:
    expression = (
        "'ALTER DEFAULT PRIVILEGES IN SCHEMA ' + ', '.join(f's{i}' for i in range(N))"
        " + ' FOR ROLE ' + ', '.join(f'r{i}' for i in range(N)) + ' GRANT SELECT ON TABLES TO x;'"
    )
    found = dividers[engine_name].divide(expression, {"N": 20_000})
    assert found.statements == 1
    assert found.first == ["ALTER DEFAULT PRIVILEGES", 20_000, True]


# Small texts, in this process.


def _valid_file() -> str:
    texts = [
        f"{text};\n" for cases in (DEFINITIONS, CHANGES, COMMENTS, PRIVILEGES, REMOVALS) for text, *_ in cases
    ]
    scripts = ["".join(text for _, text in case) + "\n;\n\\.\n" for cases in ALL for case in cases]
    random.Random(1).shuffle(scripts)
    return "".join(texts) + "".join(scripts)


VALID = _valid_file()


def test_what_is_cut_is_a_large_file() -> None:
    assert len(VALID.encode()) > 30_000


@pytest.mark.parametrize("start", range(0, len(VALID), 8 * 521))
def test_a_file_cut_anywhere_has_every_byte_in_one_span(engine: Engine, start: int) -> None:
    octets = VALID.encode()
    for cut in range(start, min(start + 8 * 521, len(octets)), 521):
        check(engine, octets[:cut].decode(errors="ignore"))


def test_a_piece_of_a_file_cut_at_every_byte_has_every_byte_in_one_span(engine: Engine) -> None:
    for case in (case for cases in ALL for case in cases[::3]):
        text = "".join(text for _, text in case)
        for cut in range(len(text) + 1):
            check(engine, text[:cut])
            check(engine, text[cut:])


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_have_every_byte_in_one_span(engine: Engine, seed: int) -> None:
    source = random.Random(seed)
    check(engine, source.randbytes(2000).decode("latin-1"))
    check(engine, source.randbytes(4000).decode(errors="ignore"))
    check(engine, "".join(chr(source.randrange(0xD800)) for _ in range(2000)))
    check(engine, "".join(source.choices("'\"$\\;:-/*()[]eEuU&a1._\n\r \t", k=2000)))
    check(
        engine,
        "".join(
            source.choices(["'", "$$", "\\;", "\\r\n", ";", "\n", "COPY t FROM STDIN", "a", "(", ")"], k=800)
        ),
    )


def test_every_character_alone_and_in_a_statement(engine: Engine) -> None:
    characters = [chr(point) for point in [*range(0x250), 0x2028, 0xFEFF, 0xFFFD, 0xFFFF, 0x1F600, 0x10FFFF]]
    for character in characters:
        for text in (
            character,
            f"SELECT {character}a;",
            f"SELECT 1;{character}",
            f"CREATE TABLE {character} ()",
        ):
            check(engine, text)


def test_what_is_no_text_is_refused_and_not_crashed_on(engine: Engine) -> None:
    with pytest.raises(TypeError):
        engine.split_statements(b"SELECT 1;")  # type: ignore[arg-type]


def test_statements_of_a_missing_file_are_refused(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="missing"):
        engine.read_files(str(tmp_path), ["missing.sql"])


def test_files_are_divided_like_their_texts(engine: Engine, tmp_path: Path) -> None:
    names = []
    for number, cases in enumerate(ALL):
        for place, case in enumerate(cases):
            name = f"{number}_{place}.sql"
            (tmp_path / name).write_bytes("".join(text for _, text in case).encode())
            names.append(name)
    for name, found in zip(
        names, engine.split_contents(engine.read_files(str(tmp_path), names)), strict=True
    ):
        text = (tmp_path / name).read_bytes().decode()
        statements, spans, left_open = engine.split_statements(text, fingerprints=True)
        kinds = ("statement", "gap", "psql", "data", "discarded")
        assert found == (
            statements,
            [span for span in spans if span[0] in ("psql", "data", "discarded")],
            left_open,
            tuple(sum(span[2] - span[1] for span in spans if span[0] == kind) for kind in kinds),
        )
