"""Random SQL for the property tests: much to a lexer, nothing to a server."""

from __future__ import annotations

from hypothesis import strategies as st

_SQL_FRAGMENTS = [
    *["'", "'", "''", "E'", "e'", "U&'", "N'", "B'", "x'", "1E'", "typE'", '"', '""', 'U&"', "`"],
    *[
        "$",
        "$$",
        "$a$",
        "$a",
        "a$",
        "1$",
        "$1",
        "$1$",
        "$é$",
        "$A$",
        "$_1$",
        "é",
        "_",
        "e",
        "E",
        "a",
        "1",
        "x",
    ],
    *[
        "\\",
        "\\\\",
        "\\.",
        "\n\\.\n",
        "\\.\r\n",
        "\n\\.",
        "\\!",
        "\\copy ",
        "\\COPY ",
        "\\copy(",
        "\\copyx ",
        "\\e",
    ],
    *[
        "\\;",
        "\\:",
        "\\g",
        "\\g\n",
        "\\gx\n",
        "\\gset ",
        "\\gdesc",
        "\\watch 1 ",
        "\\r",
        "\\reset\n",
        "\\rx",
        "\\G",
    ],
    *[
        "\\echo ",
        "\\set x '",
        "\\echo a \\\\ ",
        '\\echo "',
        "\\echo `",
        "\\i ",
        "\\crosstabview ",
        "\\gexec\n",
    ],
    *["\n", "\n", "\r", "\r\n", " ", " ", "\t", "\v", "\f", "\u00a0", "\u2028", "\ufeff", "\0", "\x1f", "😀"],
    *[
        "--",
        "-",
        "/*",
        "*/",
        "/",
        "*",
        "+",
        "-- it's\n",
        "/* it's */",
        ";",
        ";",
        "(",
        ")",
        ",",
        ".",
        "[",
        "]",
    ],
    *["COPY ", "copy", " from ", "FROM", "STDIN", "stdin", " stdin;\n", "copy t from stdin;\n", "to stdout"],
    *[
        "COPY t (a) FROM STDIN WITH (FORMAT csv);\n",
        "\\copy t from stdin\n",
        "\\copy (select ')') ",
        "pstdin",
    ],
]

_soup = st.lists(st.sampled_from(_SQL_FRAGMENTS), max_size=30).map("".join)
_copies = st.builds(
    "".join,
    st.tuples(
        _soup,
        st.sampled_from(
            ["COPY t FROM STDIN;\n", "COPY t FROM STDIN", "\\copy t from stdin\n", "\\copy t", "copy"]
        ),
        _soup,
        st.sampled_from(["", "\n\\.\n", "\\.", "\n\\.\r", "\\. \n"]),
        _soup,
    ),
)
#: Text that means much to a lexer and nothing to a server.
sql_soups = st.one_of(_soup, _copies)
