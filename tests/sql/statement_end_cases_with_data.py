"""Texts with data among the statements, written by hand like those of `statement_end_cases`."""

from __future__ import annotations

from .statement_spans import BLANK as _BLANK
from .statement_spans import BREAK as _N
from .statement_spans import FIRST as _S
from .statement_spans import SECOND as _T
from .statement_spans import Case

DATA: list[Case] = [
    (("s", "COPY t FROM STDIN;"), _N, ("data", "\\.\n")),
    (("s", "COPY t FROM STDIN;"), _N, ("data", "\\.")),
    (("s", "COPY t FROM STDIN;"), _N, ("data", "a\n\\.\n"), _S),
    (("s", "copy t from stdin;"), _N, ("data", "it's;\n\"$$/*\n--\n\\.\n"), _S),
    (("s", "CoPy t (a) fRoM StDiN;"), _N, ("data", "a\n\\.\n"), _S),
    (("s", "COPY t FROM STDIN WITH (FORMAT csv, DELIMITER ';');"), _N, ("data", "a\n\\.\n"), _S),
    (("s", "COPY t FROM STDIN csv;"), _N, ("data", "a\n\\.\n"), _S),
    (("s", "COPY t FROM STDIN WHERE a IS NULL;"), _N, ("data", "a\n\\.\n"), _S),
    (("s", "COPY t FROM/* ; */STDIN--;\n;"), _N, ("data", "a\n\\.\n"), _S),
    (("s", "COPY t\nFROM\nSTDIN\n;"), _N, ("data", "a\n\\.\n"), _S),
    (("s", "COPY t FROM STDIN;"), ("gap", " \t-- x ;\n"), ("data", "a\n\\.\n"), _S),
    (("s", "COPY t FROM STDIN;"), ("gap", " /* x ; */\n"), ("data", "a\n\\.\n"), _S),
    (("s", "COPY t FROM STDIN;"), ("gap", " /* x\n"), ("data", "a\n\\.\n"), ("gap", "*/"), _S),
    (("s", "COPY t FROM STDIN;"), ("gap", "\r\n"), ("data", "a\r\n\\.\r\n"), _S),
    (("s", "COPY t FROM STDIN;"), _N, ("data", "\\\\.\n \\.\n\\. \n\\\n\\.\n"), _S),
    (("s", "COPY t FROM STDIN;"), _N, ("data", "\n\n\\.\n"), _S),
    (("s", "COPY t FROM STDIN;"), _N, ("data", "COPY t FROM STDIN;\nSELECT 1;\n\\echo x\n\\.\n"), _S),
    (("s", "COPY t FROM STDIN;"), _N, ("data", "a")),
    (("s", "COPY t FROM STDIN;"), _N, ("data", "a\n")),
    (("s", "COPY t FROM STDIN;"),),
    (("s", "COPY t FROM STDIN;"), _N),
    (("s", "COPY t FROM STDIN;"), ("gap", " ; \n"), ("data", "a\n\\.\n"), _S),
    # More than one in a line, and more statements in the line.
    (
        *(("s", "COPY t FROM STDIN;"), _BLANK, ("s", "COPY t FROM STDIN;"), _N),
        *(("data", "a\n\\.\n"), ("data", "b\n\\.\n"), _S),
    ),
    (("s", "COPY t FROM STDIN;"), _BLANK, _S, _N, ("data", "a\n\\.\n"), _T),
    (_S, _BLANK, ("s", "COPY t FROM STDIN;"), _BLANK, _T, ("gap", "--\n"), ("data", "a\n\\.\n"), _S),
    (("s", "COPY t FROM STDIN;"), _BLANK, ("s", "SELECT 1\n"), ("data", "a\n\\.\n"), ("+", ", 2;"), _S),
    (("s", "COPY t FROM STDIN;"), _BLANK, ("s", "SELECT 'x\n"), ("data", "a'\n\\.\n"), ("+", "y;';"), _S),
    (
        ("s", "COPY t FROM STDIN;"),
        _BLANK,
        ("s", 'SELECT 1 AS "x\n'),
        ("data", 'a"\n\\.\n'),
        ("+", 'y;";'),
        _S,
    ),
    (("s", "COPY t FROM STDIN;"), _BLANK, ("s", "SELECT $$x\n"), ("data", "a$$\n\\.\n"), ("+", "y;$$;"), _S),
    (("s", "COPY t FROM STDIN;"), _BLANK, ("s", "SELECT (1\n"), ("data", "a)\n\\.\n"), ("+", ";2);"), _S),
    (
        *(
            ("s", "COPY t FROM STDIN;"),
            _BLANK,
            ("s", "COPY t\n"),
            ("data", "a\n\\.\n"),
            ("+", "FROM STDIN;"),
            _N,
        ),
        *(("data", "b\n\\.\n"), _S),
    ),
    (("s", "COPY t FROM STDIN;"), _BLANK, ("u", 'SELECT 1 AS "x\n'), ("data", 'a"\n\\.\n')),
    (("s", "COPY t FROM STDIN;"), _BLANK, ("u", "SELECT $$x\n"), ("data", "a$$")),
    (
        *(("s", "COPY t FROM STDIN;"), _BLANK, ("s", "COPY u FROM STDIN;"), _BLANK, ("u", "SELECT E'\\'\n")),
        *(("data", "a\n\\.\n"), ("data", "b\n\\.\n")),
    ),
    (
        *(("s", "COPY t FROM STDIN;"), _BLANK, ("u", "SELECT 'x\n"), ("data", "a\n\\.\n")),
        ("+", "y"),
    ),
    # With the query in parts: the data comes after the line on which all of it is sent.
    (("s", "COPY t FROM STDIN\\;"), _BLANK, _S, _N, ("data", "a\n\\.\n"), _T),
    (("s", "COPY t FROM STDIN\\;"), _N, _S, _N, ("data", "a\n\\.\n"), _T),
    (("s", "SELECT 1\\;"), _BLANK, ("s", "COPY t FROM STDIN;"), _N, ("data", "a\n\\.\n"), _T),
    (
        *(("s", "COPY t FROM STDIN\\;"), _BLANK, ("s", "COPY t FROM STDIN;"), _N),
        *(("data", "a\n\\.\n"), ("data", "b\n\\.\n"), _T),
    ),
    (
        *(
            ("s", "COPY t FROM STDIN\\;"),
            _BLANK,
            ("s", "COPY t FROM STDIN;"),
            _BLANK,
            ("s", "COPY t FROM STDIN;"),
        ),
        *(_N, ("data", "a\n\\.\n"), ("data", "b\n\\.\n"), ("data", "c\n\\.\n"), _T),
    ),
    (("s", "COPY t FROM STDIN\\;"), ("gap", ";\n"), ("data", "a\n\\.\n"), _S),
    # Sent by a psql command.
    (("s", "COPY t FROM STDIN"), _BLANK, ("psql", "\\g"), _N, ("data", "a\n\\.\n"), _S),
    (("s", "COPY t FROM STDIN"), _N, ("psql", "\\g"), _N, ("data", "a\n\\.\n"), _S),
    (
        ("s", "COPY t FROM STDIN\\;"),
        _BLANK,
        ("s", "SELECT 1"),
        _BLANK,
        ("psql", "\\g"),
        _N,
        ("data", "a\n\\.\n"),
        _S,
    ),
    (("s", "COPY t FROM STDIN"), ("psql", "\\gx"), _N, ("data", "a\n\\.\n"), _S),
    # What copies nothing in.
    (("s", "COPY t TO STDOUT;"), _N, _S),
    (("s", "COPY t FROM 'stdin';"), _N, _S),
    (("s", 'COPY t FROM "stdin";'), _N, _S),
    (("s", "COPY t FROM PROGRAM 'cat stdin';"), _N, _S),
    (("s", "COPY t FROM '/dev/stdin';"), _N, _S),
    (("s", "COPY (SELECT a FROM stdin) TO STDOUT;"), _N, _S),
    (("s", 'COPY "FROM STDIN" TO STDOUT;'), _N, _S),
    (("s", "COPY t TO STDOUT /* FROM STDIN */;"), _N, _S),
    (("s", "SELECT 'COPY t FROM STDIN;';"), _N, _S),
    (("s", "EXPLAIN COPY t FROM STDIN;"), _N, _S),
    (("s", '"COPY" t FROM STDIN;'), _N, _S),
    (("s", "COPYING t FROM STDIN;"), _N, _S),
    (("s", "COPY t FROM STDINX;"), _N, _S),
    (("s", "COPY t FROM $$STDIN$$;"), _N, _S),
    (("discarded", "COPY t FROM STDIN"), _BLANK, ("psql", "\\r"), _N, _S),
    (("u", "COPY t FROM STDIN"), _N),
]

#: The server refuses these, and asks for no data; or they say what is copied in another way.
DATA_OF_NOTHING: list[Case] = [
    (("s", "COPY stdin FROM STDIN;"), _N, ("data", "a\n\\.\n"), _S),
    (("s", 'COPY "a;b" FROM STDIN;'), _N, ("data", "a\n\\.\n"), _S),
    (("s", "COPY s.t FROM STDIN;"), _N, ("data", "a\n\\.\n"), _S),
    (("s", "COPY ) FROM STDIN;"), _N, ("data", "a\n\\.\n"), _S),
]

META_DATA: list[Case] = [
    (("psql", "\\copy t from stdin"), _N, ("data", "a\n\\.\n"), _S),
    (("psql", "\\copy t from stdin "), _N, ("data", "a\n\\.\n"), _S),
    (("psql", "\\copy t (a) FROM STDIN with (format csv)"), _N, ("data", "it's;\n\\.\n"), _S),
    (("psql", "\\copy t from stdin;"), _N, ("data", "a\n\\.\n"), _S),
    (("psql", "\\copy t from 'stdin'"), _N, _S),
    (("psql", '\\copy t from "stdin"'), _N, _S),
    (("psql", "\\copy t to stdout"), _N, _S),
    (("psql", "\\copy (select a from t) to stdout"), _N, _S),
    (("psql", "\\copy (select ';' from t) to stdout"), _N, _S),
    (("psql", "\\copy t from pstdin"), _N, _S),
    (
        ("s", "SELECT 1\n"),
        ("psql", "\\copy t from stdin"),
        ("+", "\n"),
        ("data", "a\n\\.\n"),
        ("+", ", 2;"),
        _S,
    ),
    (_S, _BLANK, ("psql", "\\copy t from stdin"), _N, ("data", "a\n\\.\n"), _S),
    (
        *(("s", "COPY t FROM STDIN;"), _BLANK, ("psql", "\\copy t from stdin"), _N),
        *(("data", "a\n\\.\n"), ("data", "b\n\\.\n"), _S),
    ),
    (("psql", "\\copy t from stdin\r"), _N, ("data", "a\r\n\\.\r\n"), _S),
]
