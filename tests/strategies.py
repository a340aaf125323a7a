"""Random trees, environments, patterns and SQL for the property tests.

``CONFITURE_TEST_EXAMPLES`` multiplies the number of examples of every property.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from confiture import _backend
from confiture.config.environment import (
    BuildConfig,
    CommentValidationConfig,
    DirectoryConfig,
    Environment,
    SeparatorConfig,
)
from confiture.exceptions import ConfigurationError
from trees import IGNORE_FILE, File, Link, Special, directories_of, paths_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from trees import Node, Tree

_MULTIPLIER = int(os.environ.get("CONFITURE_TEST_EXAMPLES", "1"))


def examples(count: int) -> settings:
    """Settings with this many examples, times ``CONFITURE_TEST_EXAMPLES``."""
    return settings(
        max_examples=count * _MULTIPLIER,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )


# Names.

_PLAIN_NAMES = [
    *["a", "b", "ab", "schema", "seeds", "db", "x.sql", "y_seed"],
    *["a.sql", "b.sql", "ab.sql", "1_a.sql", "2_b.sql", "10_c.sql", "seed.sql", "20_seed_users.sql"],
    *["0a_x.sql", "0A_x.sql", "00a_x.sql", "1f_y.sql", "9_z.sql", "add_x.sql", "_1.sql", "1e3_x.sql"],
]
_ODD_NAMES = [
    *["a!b.sql", "a-b", "a b.sql", " .sql", ".sql", ".hidden.sql", "a.SQL", "a.sql.sql", "a.sql ", "-.sql"],
    *["--x.sql", "*.sql", "x*", "[a].sql", "{file_path}.sql", "{}.sql", "$$.sql", "$a$.sql", "'.sql"],
    *[
        '".sql',
        "#a.sql",
        "!a.sql",
        ";.sql",
        "\t.sql",
        "\x01.sql",
        "\x7f.sql",
        "a\x0bb.sql",
        "~.sql",
        "%s.sql",
    ],
    *["é.sql", "e\u0301.sql", "日本.sql", "\u2028.sql", "\ufeff.sql", "\ufffd.sql", "\U0001f600.sql", "ß"],
    *["\ue000.sql", "\U00010000.sql", "\u0661_x.sql", "\u00b2_x.sql", "1\u0301_x.sql", "f" * 200 + "1_x.sql"],
    *[
        "Z.sql",
        "z.sql",
        "%s.sql",
        "a.",
        "a..sql",
        "...",
        "SEEDS",
        "no-seed-x.sql",
        "seedlings.sql",
        "x.sql.d",
    ],
]
_ILLEGAL_NAMES = [
    *["a\nb.sql", "a\rb.sql", "a\\b.sql", "\\", "\n", "\r.sql", "a\\"],
    *map(os.fsdecode, [b"\xff.sql", b"a\xe2\x82.sql", b"\xed\xa0\x80.sql", b"\xc0\xaf", b"\x80_1.sql"]),
]

_random_names = st.text(
    st.characters(exclude_characters="/\0\n\r\\", exclude_categories=["Cs"]), min_size=1, max_size=8
).map(lambda stem: f"{stem}.sql")

_file_names = st.one_of(
    st.sampled_from([name for name in _PLAIN_NAMES if name.endswith(".sql")]),
    st.sampled_from([name for name in _PLAIN_NAMES if name.endswith(".sql")]),
    st.sampled_from([name for name in _ODD_NAMES if name.endswith(".sql")]),
    _random_names,
)
_directory_names = st.one_of(
    st.sampled_from([name.removesuffix(".sql") for name in _PLAIN_NAMES]),
    st.sampled_from([name.removesuffix(".sql") for name in _ODD_NAMES if name != ".sql"]),
).filter(lambda name: name != "a.sql")
_any_names = st.one_of(
    _file_names, _file_names, _directory_names, st.sampled_from(_ODD_NAMES), st.sampled_from(_ILLEGAL_NAMES)
)

#: Names that git takes byte by byte as Confiture takes them character by character.
ascii_names = st.sampled_from(
    [
        *["a", "b", "ab", "ba", "c", "1", "A", "a.sql", "b.sql", "ab.sql", "c-d.sql", "-", "]", "a]", "[a]"],
        *["!a", "#a", " a", "a ", "a b", "*", "**", "?", "^", ".a", "a.", "ba.sql", "1.sql", "\t", "a\t"],
    ]
)

# Contents.

_CLOSED = [
    b"",
    b"SELECT 1;",
    b"SELECT 1;\n",
    b"SELECT 1;\r\nSELECT 2;\r\n",
    b"\n",
    b"\r",
    b"\xef\xbb\xbf",
    b"\xef\xbb\xbfSELECT 1;\n",
    b"\xef\xbb\xbf\xef\xbb\xbf-- two marks\n",
    b"CREATE TABLE t (a text DEFAULT 'it''s');\n-- it's\n",
    "SELECT 'Grüße', \"日本\" /* ✓ */;".encode(),
    b"COPY t FROM stdin;\n1\t'\n\\.\n",
    b"SELECT $a$ ' $b$ $a$;\n",
    b"x" * 65_535,
    b"x" * 65_535 + "é".encode() + b"\n",
]
_OPEN = [
    b"/* never closed",
    b"SELECT 1;\n  SELECT 'x\n",
    'SELECT "é" || "x'.encode(),
    "é $tag$ x".encode(),
    b"\xef\xbb\xbf'",
    b"COPY t FROM stdin;\n1\n",
    b"SELECT 1; \\copy t from stdin\n\\. \n",
]
_REFUSED = [
    b"\xff",
    b"SELECT '\x00';",
    b"a\x00\xff",
    b"a\xff\x00",
    b"\xef\xbb",
    b"\xef\xbb\xbf\xed\xa0\x80",
    b"\xc3",
]

_closed_files = st.sampled_from(_CLOSED).map(File)
_any_files = st.one_of(
    _closed_files,
    _closed_files,
    st.sampled_from(_OPEN).map(File),
    st.sampled_from(_REFUSED).map(File),
    st.binary(max_size=8).map(File),
)

# Patterns.

_ASCII_FRAGMENTS = [
    *[
        "*",
        "*",
        "**",
        "?",
        "/",
        "/",
        "a",
        "b",
        "ab",
        "c",
        ".",
        ".sql",
        "-",
        "1",
        "A",
        " ",
        "!",
        "#",
        "]",
        "^",
    ],
    *["[ab]", "[!a]", "[^b]", "[a-c]", "[]a]", "[a-]", "[!]]", "[--0]", "[[:alpha:]]", "[[:digit:].]"],
    *["[![:space:]]", "[\\]]", "[a\\-c]", "[[]", "[[:upper:]-z]", "[b-a]", "\\a", "\\*", "\\ ", "\\!", "\\#"],
    *["/**", "**/", "/**/", "*.sql", "**/*.sql", "a/", "\\[", "\\?", "[*]", "[?]", "[A-Z]", "\t"],
]
_WILD_FRAGMENTS = [
    *["[", "[:", ":]", "[[:foo:]]", "[[:a", "\\", "..", "/..", "é", "日", "[é-ü]", "[!é]", "[/]", "[!/]"],
    *[
        "[.-0]",
        "[[:alpha:",
        "[a-\\",
        "[\\",
        "\\/",
        "***",
        "\ufffd",
        "\U0001f600",
        "[\ue000-\U00010000]",
        "//",
    ],
    *["[[:print:]]", "[[:cntrl:]]", "[[:punct:]]", "[[:]", "[[:]a:]]", "[:alpha:]", "\x7f", "{", "$", "x*"],
]
_USUAL = [
    "**/*.sql",
    "*.sql",
    "*",
    "**",
    "/*.sql",
    "a/**",
    "a/",
    "!a",
    "!*.sql",
    "/a/*",
    "seed*",
    "**/seed*/**",
]


def _joined(fragments: list[str]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(fragments), min_size=1, max_size=6).map("".join)


#: Patterns that git and Confiture read alike: of ASCII, so that a byte is a character.
ascii_patterns = st.one_of(st.sampled_from(_USUAL), _joined(_ASCII_FRAGMENTS))
wild_patterns = st.one_of(
    _joined(_ASCII_FRAGMENTS + _WILD_FRAGMENTS), st.text(max_size=6).filter(lambda text: "\0" not in text)
)
any_patterns = st.one_of(st.sampled_from(_USUAL), ascii_patterns, wild_patterns)


def _is_taken(pattern: str) -> bool:
    """Whether an environment may have this pattern."""
    try:
        _backend.load_engine().compile_pattern(pattern)
    except ConfigurationError:
        return False
    return True


pattern_subjects = st.lists(
    st.one_of(st.sampled_from(_PLAIN_NAMES), ascii_names, st.sampled_from(_ODD_NAMES)), min_size=1, max_size=5
).map("/".join)


def _ignore_content(lines: list[str], ending: str, mark: bool, last: bool) -> bytes:
    text = ending.join(lines) + (ending if last else "")
    return (b"\xef\xbb\xbf" if mark else b"") + text.encode()


def ignore_contents(patterns: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    """Contents of ignore files whose lines are mostly such patterns."""
    other = st.sampled_from(
        ["", "# a", "#", "   ", "a ", "a\\ ", "a \\ ", "b\\\\ ", "!a  ", "\\#a", "\\!a", " a"]
    )
    lines = st.lists(
        st.one_of(patterns, patterns, patterns.map(lambda text: f"!{text}"), other), min_size=1, max_size=4
    )
    return st.builds(_ignore_content, lines, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans())


_bad_ignore_files = st.one_of(
    ignore_contents(wild_patterns).map(File),
    st.sampled_from([File(b"a\xff"), File(b"a\n\xff\n["), File(b"a\0"), {}, Special("fifo")]),
    st.sampled_from([Link("nowhere"), Link("."), Link("a.sql"), Link(IGNORE_FILE)]),
)

# Trees.


def _directory(files: Tree, directories: Tree, ignore_file: Node | None) -> Tree:
    own = {} if ignore_file is None else {IGNORE_FILE: ignore_file}
    return {**files, **directories, **own}


def _trees(
    file_names: st.SearchStrategy[str],
    directory_names: st.SearchStrategy[str],
    leaves: st.SearchStrategy[Node],
    ignore_files: st.SearchStrategy[Node],
) -> st.SearchStrategy[Tree]:
    """Trees of at most four levels."""
    files = st.dictionaries(file_names, leaves, max_size=4)
    ignored = st.one_of(st.none(), st.none(), st.none(), ignore_files)
    tree = st.builds(_directory, files, st.just({}), ignored)
    for _ in range(3):
        tree = st.builds(_directory, files, st.dictionaries(directory_names, tree, max_size=2), ignored)
    return tree


_SIBLINGS = ["a.sql", "b.sql", "1_a.sql", "../a.sql", "../b/a.sql", "a/a.sql", "seed.sql", "../1_a.sql"]
_OTHERS = ["a", "b", ".", "..", "../a", "x.sql", "missing", "x.sql/x.sql", "/dev/null", "/nonexistent/x"]
_links = st.sampled_from(
    [*_SIBLINGS, *_OTHERS, "db/generated/schema_local.sql", "../db/generated/schema_local.sql"]
).map(Link)
_specials = st.sampled_from(["fifo", "socket"]).map(Special)

_good_ignore_files = ignore_contents(st.sampled_from(["*.sql", "!*.sql", "a*", "/b", "!b/", "**/1_*"])).map(
    File
)
_odd_ignore_files = ignore_contents(ascii_patterns).map(File)

#: Trees that can mostly be built.
tame_trees = _trees(_file_names, _directory_names, _closed_files, _good_ignore_files)
#: Trees with everything that a file system can hold.
wild_trees = _trees(
    _any_names,
    _any_names,
    st.one_of(_any_files, _any_files, _any_files, _links, _links, _specials),
    st.one_of(_odd_ignore_files, _bad_ignore_files),
)
#: Trees with links among files of fit names.
linked_trees = _trees(
    _file_names, _directory_names, st.one_of(_closed_files, _links, _links), _good_ignore_files
)
#: Trees of plain files, as git sees them.
git_trees = _trees(ascii_names, ascii_names, st.just(File(b"SELECT 1;\n")), _odd_ignore_files)

_OUTPUT_TREE: Tree = {"generated": {"schema_local.sql": File(b"-- an old bundle\n")}}


# Environments.


def _entries(
    paths: st.SearchStrategy[str], patterns: st.SearchStrategy[str]
) -> st.SearchStrategy[str | DirectoryConfig]:
    includes = st.one_of(
        st.just(["**/*.sql"]),
        st.just(["*"]),
        st.lists(patterns, min_size=1, max_size=4),
        st.lists(patterns, max_size=3).map(lambda more: ["*.sql", *more]),
    )
    return st.one_of(
        paths,
        st.builds(
            DirectoryConfig,
            path=paths,
            recursive=st.sampled_from([True, True, True, False]),
            include=includes,
            exclude=st.one_of(st.just([]), st.lists(patterns, max_size=3)),
            auto_discover=st.booleans(),
            order=st.one_of(st.just(0), st.integers(-2, 2), st.sampled_from([-(2**63), 2**63 - 1])),
        ),
    )


_templates = [
    *["-- {file_path}", "", "/* {file_path} {file_path} */", "-- {{x}}\n-- é", "\n\n", "-- {file_path}\r"],
    *["SELECT '{file_path}';", "\\echo {file_path}\\\\", "$a${file_path}$a$", "{file_path}", '"{file_path}"'],
]
_separators = st.one_of(
    st.sampled_from([SeparatorConfig(style=style) for style in ("block_comment", "line_comment", "mysql")]),
    st.sampled_from([SeparatorConfig(style="custom", custom_template=text) for text in _templates]),
)
_validations = st.builds(
    CommentValidationConfig,
    enabled=st.sampled_from([True, True, True, False]),
    fail_on_unclosed_blocks=st.booleans(),
    fail_on_spillover=st.booleans(),
)


@dataclass(frozen=True)
class Project:
    """A tree and an environment whose paths lead into it."""

    tree: Tree
    environment: Callable[[str], Environment]

    def __repr__(self) -> str:
        return f"Project({self.tree!r}, {self.environment('')!r})"


@st.composite
def _projects(draw: st.DrawFn, trees: st.SearchStrategy[Tree], patterns: st.SearchStrategy[str]) -> Project:
    tree = draw(trees)
    if draw(st.booleans()):
        tree = {**tree, "db": _OUTPUT_TREE}
    directories = [".", *directories_of(tree)]
    existing = st.sampled_from(directories)
    odd = st.sampled_from([*paths_of(tree), "none", ".."])
    listed = st.one_of([existing, existing, existing, odd]) if draw(st.booleans()) else existing
    entries = st.lists(_entries(listed, patterns), min_size=1, max_size=4)
    directory_lists = st.one_of(st.just([]), st.just([]), st.lists(listed, max_size=2))
    values = draw(
        st.fixed_dictionaries(
            {
                "include_dirs": entries,
                "exclude_dirs": directory_lists,
                "superuser_dirs": directory_lists,
                "superuser_post_dirs": directory_lists,
                "build": st.builds(
                    BuildConfig,
                    sort_mode=st.sampled_from(["alphabetical", "hex"]),
                    validate_comments=_validations,
                    separators=st.one_of(st.just(SeparatorConfig()), _separators),
                ),
            }
        )
    )
    return Project(tree, lambda directory: Environment(name="local", project_dir=directory, **values))


tame_projects = _projects(st.one_of(tame_trees, linked_trees), st.sampled_from(_USUAL))
wild_projects = _projects(wild_trees, any_patterns.filter(_is_taken))
