r"""Where statements end: by hand, and as the real psql has it.

psql is asked by recording the queries and the data that it sends to a server. What it should send follows
from the spans: it adds up statements and gaps until one is terminated, and puts a ``;`` for a ``\;``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engines import LOADED
from strategies import examples

from .psql import Recorder, Sent
from .statement_end_cases import ALL, FOR_PSQL
from .statement_spans import Case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture._interface import Engine, SqlText
    from postgres import Server

_SENDERS = ("g", "gx", "gset", "gexec", "gdesc", "crosstabview", "watch", "parse", "sendpipeline")


def text_of(case: Case) -> str:
    return "".join(text for _, text in case)


_CASES = [case for cases in ALL for case in cases]
_TEXTS = [text_of(case) for case in _CASES]


def place_of(text: str, offset: int) -> tuple[int, int]:
    """The line and the column of a byte."""
    before = text.encode()[:offset].decode().removeprefix("\ufeff")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def spans_of(text: str, split: SqlText) -> list[tuple[str, str]]:
    """The spans as a case has them."""
    statements, spans, _ = split
    octets = text.encode()
    found: list[tuple[str, str]] = []
    last = -1
    for kind, start, end, *_, statement in spans:
        shown = kind
        if kind == "statement":
            shown = "+" if statement == last else "s" if statements[statement][7] else "u"
            last = statement
        found.append((shown, octets[start:end].decode()))
    return found


def test_no_text_stands_twice_in_the_table() -> None:
    assert len(set(_TEXTS)) == len(_TEXTS)


@pytest.mark.parametrize("case", _CASES, ids=map(repr, _TEXTS))
def test_a_text_is_divided_as_written_by_hand(engine: Engine, case: Case) -> None:
    text = text_of(case)
    assert spans_of(text, engine.split_statements(text)) == list(case)


@pytest.mark.parametrize("case", _CASES, ids=map(repr, _TEXTS))
def test_statements_and_spans_have_their_places(engine: Engine, case: Case) -> None:
    text = text_of(case)
    statements, spans, _ = engine.split_statements(text)
    for _, start, _, line, column, _ in spans:
        assert (line, column) == place_of(text, start)
    for index, (_, _, _, start, end, line, column, is_terminated, fingerprint) in enumerate(statements):
        pieces = [span for span in spans if span[0] == "statement" and span[5] == index]
        assert (start, end) == (pieces[0][1], pieces[-1][2])
        assert (line, column) == place_of(text, start)
        assert fingerprint == ""
        if is_terminated and not text.encode()[start:end].endswith(b";"):
            following = next(span for span in spans if span[1] >= end and span[0] == "psql")
            assert text.encode()[following[1] : following[2]].startswith(
                tuple(b"\\" + n.encode() for n in _SENDERS)
            )


_UNMARKED = [text for text in _TEXTS if not text.startswith("\ufeff")]


@pytest.mark.parametrize("text", _UNMARKED, ids=map(repr, _UNMARKED))
def test_a_byte_order_mark_moves_offsets_and_nothing_else(engine: Engine, text: str) -> None:
    statements, spans, left_open = engine.split_statements(text)
    marked_statements, marked_spans, marked_open = engine.split_statements("\ufeff" + text)
    assert marked_open == left_open
    assert [(*s[:3], s[3] + 3, s[4] + 3, *s[5:]) for s in statements] == marked_statements
    if spans and spans[0][0] == "gap":
        spans = [("gap", 0, *spans[0][2:]), *spans[1:]]
        spans = [(s[0], s[1] + 3 if number else 0, s[2] + 3, *s[3:]) for number, s in enumerate(spans)]
    else:
        spans = [("gap", 0, 3, 1, 1, -1), *[(s[0], s[1] + 3, s[2] + 3, *s[3:]) for s in spans]]
    assert spans == marked_spans


# psql.


@pytest.fixture(scope="module")
def recorder(server: Server) -> Iterator[Recorder]:
    name = server.create_database("statement_ends")
    with server.connect(name, autocommit=True) as connection:
        connection.execute('CREATE TABLE t (a text); CREATE TABLE u (a text); CREATE TABLE "a;b" (a text)')
        connection.execute("CREATE TABLE stdin (a text); CREATE SCHEMA s; CREATE TABLE s.t (a text)")
    return Recorder(server, name)


def commented(text: str) -> list[bool]:
    """Whether each character of a text is one of a comment."""
    depth, at = 0, 0
    found: list[bool] = []
    while at < len(text):
        length = 1
        if text.startswith("/*", at) or (depth and text.startswith("*/", at)):
            length = 2
            depth += 1 if text[at] == "/" else -1
            found += [True] * 2
        elif depth:
            found.append(True)
        elif dashes := re.match(r"--[^\r\n]*", text[at:]):
            length = len(dashes[0])
            found += [True] * length
        else:
            quoted = re.match(
                r"""(?s)[eE]'(?:[^\\']|\\.|'')*'|'[^']*'|"[^"]*"|(\$(?:[^\W\d]\w*)?\$).*?\1|\w[\w$]*""",
                text[at:],
            )
            length = len(quoted[0]) if quoted else 1
            found += [False] * length
        at += length
    return found


def squashed(query: str) -> str:
    r"""A query without comments and white space, which psql sends or not, and without ``;`` at its ends.

    Nor has it the backslash of a ``\;`` or ``\:``, wherever it stands.
    """
    kept = "".join(c for c, is_comment in zip(query, commented(query), strict=True) if not is_comment)
    return re.sub(r"\s+|\\(?=[;:])", "", kept).strip(";").removeprefix("\ufeff")


def without_end(data: str) -> str:
    return re.sub(r"(^|\n)\\\.\r?\n?$", r"\1", data)


def compared(sent: Sent) -> tuple[list[str], list[str]]:
    """What was sent, as it is compared."""
    queries = [squashed(query.decode()) for query in sent.queries]
    return [query for query in queries if query], [
        d for d in (without_end(d.decode()) for d in sent.data) if d
    ]


def expected_of(text: str, split: SqlText) -> tuple[list[str], list[str]]:
    """What psql sends if a text is divided like this."""
    statements, spans, _ = split
    octets = text.encode()
    queries: list[str] = []
    data: list[str] = []
    buffer = previous = ""
    for kind, start, end, *_, index in spans:
        piece = octets[start:end].decode()
        if kind == "data":
            data.append(without_end(piece))
        elif kind == "psql":
            name = re.match(r"\\([^\s\\]*)", piece)
            assert name is not None
            if name[1] in _SENDERS:
                previous = buffer if squashed(buffer) else previous
                queries.append(previous)
                buffer = ""
            elif name[1] in ("r", "reset"):
                buffer = ""
            elif name[1].lower() == "copy" and re.search("""['"]stdin""", piece) is None:
                queries.append("COPY" + re.sub("(?i)(from|to) p?(std)", r"\1 \2", piece[5:]).upper())
        elif kind == "discarded":
            buffer += piece
        elif kind == "gap":
            marked = commented(piece)
            for place, character in enumerate(piece):
                buffer += character
                if character == ";" and not marked[place] and piece[place - 1 : place] != "\\":
                    previous = buffer if squashed(buffer) else previous
                    queries.append(buffer)
                    buffer = ""
        else:
            terminated = statements[index][7] and statements[index][4] == end
            buffer += piece
            if terminated and piece.endswith(";") and not piece.endswith("\\;"):
                previous = buffer
                queries.append(buffer)
                buffer = ""
    queries.append(buffer)
    found = [squashed(query) for query in queries]
    return [query for query in found if query], [block for block in data if block]


def folded(sent: tuple[list[str], list[str]]) -> tuple[list[str], list[str]]:
    r"""With the queries that psql makes of a ``\copy`` in the case in which we make them."""
    return [q.upper() if q.upper().startswith("COPY") else q for q in sent[0]], sent[1]


def split_of(case: Case) -> SqlText:
    """A case as an engine would give it, as far as it matters here."""
    statements: list[list[Any]] = []
    spans: list[tuple[str, int, int, int, int, int]] = []
    offset = 0
    for kind, text in case:
        start, offset = offset, offset + len(text.encode())
        if kind in "su":
            statements.append([None, (), "", start, offset, 0, 0, kind == "s", ""])
        if kind in "su+":
            statements[-1][4] = offset
        index = len(statements) - 1 if kind in "su+" else -1
        spans.append(("statement" if kind in "su+" else kind, start, offset, 0, 0, index))
    return [tuple(statement) for statement in statements], spans, None  # type: ignore[misc]


_PSQL_CASES = [case for cases in FOR_PSQL for case in cases]


@pytest.mark.parametrize("case", _PSQL_CASES, ids=map(repr, map(text_of, _PSQL_CASES)))
def test_psql_sends_what_is_written_by_hand(recorder: Recorder, case: Case) -> None:
    text = text_of(case)
    assert folded(expected_of(text, split_of(case))) == folded(compared(recorder.send(text)))


_queries = st.sampled_from(
    [
        *[
            "SELECT 1",
            "select 'a;b'",
            "SELECT $$;$$",
            "SELECT E'\\';'",
            'SELECT 1 AS ";"',
            "SELECT (1;2)",
            "()",
        ],
        *[
            "SELECT $a$ $$;\n $a$",
            "SELECT 1 /* c; */ , 2",
            "SELECT 1 -- d ;\n, 2",
            "SELECT 'x\ny;'",
            "é",
            "a$b$",
        ],
        *[
            "CREATE RULE r AS ON INSERT TO u DO ALSO (SELECT 1; SELECT 2)",
            "SELECT (",
            ")",
            "( ( )",
            "BEGIN",
            "END",
        ],
        *["SELECT a[1:2]", "SELECT :'x", "SELECT 1::text", "SELECT :nothing", "SELECT /* /* ; */ ; */ 3"],
        *[
            "SELECT U&'\\0061;'",
            "COPY t TO STDOUT",
            "COPY t FROM 'stdin'",
            "SELECT 'it''s'",
            "E'\\\\'",
            "N';'",
        ],
    ]
)
_ends = st.sampled_from(
    [
        *[
            ";",
            ";",
            ";",
            ";\n",
            ";\n",
            " ;",
            ";;",
            "\\;",
            "\\; ",
            "\\;\n",
            " \\g\n",
            "\\g\n",
            " \\gx\n",
            " \\gdesc\n",
        ],
        *[
            " \\r\n",
            "\n\\reset\n",
            " \\gset\n",
            " \\g \\\\",
            "\n\\g\n",
            " \\echo x\n",
            " \\echo 'a;\\\\' \\\\ ",
            "\n",
        ],
        *["; -- d ;\n", " /* c; */;", ";\r\n", "\r", "\\r \\\\ ", "", "; \\echo x \\echo y\n", "; \\r\n"],
    ]
)
_copy = st.sampled_from(
    [
        *[
            "COPY t FROM STDIN",
            "copy u (a) from stdin",
            "COPY t FROM STDIN WITH (FORMAT csv)",
            "COPY t FROM/* c; */stdin",
        ],
        *["COPY t FROM STDIN -- d ;\n", "COPY s.t FROM STDIN WHERE a <> ';'", "COPY t\nFROM\nSTDIN"],
    ]
)
_copy_ends = st.sampled_from(
    [";\n", ";", "; ", "\\; ", " \\g\n", "\n\\g\n", ";\r\n", "; -- d ;\n", " \\r\n", "\\;\n"]
)
_data = st.sampled_from(
    ["", "a\n", "1;\n\\x\n", "it's\n", "\\\\.\n", " \\.\n", "$$\n/*\n", "COPY t FROM STDIN;\n"]
)
_data_ends = st.sampled_from(["\n\\.\n", "\\.\n", "\\.\n", "\\.\n\n", "\\.\r\n", "\n\\.\n\\.\n"])
_statement = st.builds("".join, st.tuples(_queries, _ends))
_copying = st.builds("".join, st.tuples(_copy, _copy_ends))
_block = st.builds("".join, st.tuples(_data, _data_ends))
_meta_copy = st.builds("\n\\copy t from stdin\n{}".format, _block)
_script = st.lists(
    st.one_of(_statement, _statement, _copying, _block, st.tuples(_copying, _block).map("".join), _meta_copy),
    max_size=8,
).map("".join)


@examples(250)
@given(text=_script)
def test_psql_sends_what_is_found_in_any_script(recorder: Recorder, text: str) -> None:
    sent = recorder.send(text)
    # A query that the server refuses for another of its statements asks for no data.
    copies = sum(squashed(query.decode()).upper().count("FROMSTDIN") for query in sent.queries)
    assume(copies == len(sent.data))
    # psql throws away the rest of a line with a command that it does not know.
    assume("invalid command" not in sent.errors)
    queries, data = folded(compared(sent))
    for engine in LOADED.values():
        assert folded(expected_of(text, engine.split_statements(text))) == (queries, data)
