"""Globs, one rule at a time."""

from __future__ import annotations

import pytest

from confiture._interface import Engine
from confiture.exceptions import ConfigurationError
from engines import LOADED

pytestmark = pytest.mark.parametrize("engine", LOADED.values(), ids=LOADED)

# pattern, paths it matches, paths it does not; a path that ends in / is a directory's.
TABLE = [
    ("a.sql", ["a.sql", "x/a.sql", "a.sql/"], ["A.sql", "a.sql/x", "ba.sql"]),
    ("*.sql", [".sql", "a.sql", "x/y/a.sql"], ["a.sqlx", "a.sql/x"]),
    ("a*", ["a", "ab", "x/ab"], ["ba"]),
    ("*", ["a", "x/a"], []),
    ("**", ["a", "x/a"], []),
    ("a?c", ["abc", "aéc", "a😀c"], ["ac", "abbc"]),
    ("/a", ["a", "a/"], ["x/a"]),
    ("a/b", ["a/b"], ["x/a/b", "a/b/c"]),
    ("a/*", ["a/b"], ["a/b/c", "a"]),
    ("a/*b*c", ["a/bc", "a/xbxc"], ["a/cb", "a/b/c"]),
    ("a/", ["a/", "x/a/"], ["a", "a/b"]),
    ("/a/", ["a/"], ["a", "x/a/"]),
    ("**/a", ["a", "x/a", "x/y/a"], ["a/x"]),
    ("**/a/b", ["a/b", "x/a/b"], ["a/x/b"]),
    ("a/**", ["a/b", "a/b/c"], ["a", "a/", "x/a/b"]),
    ("a/**/", ["a/b/"], ["a/b", "a/"]),
    ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/xb"]),
    ("a/**/b/**/c", ["a/b/c", "a/x/b/b/y/c", "a/b/b/c"], ["a/c/b", "a/b"]),
    ("a/**/b/c/**/b/d", ["a/b/c/b/d", "a/b/b/c/x/b/d"], ["a/b/c/d", "a/b/c/b/x/d"]),
    ("/**", ["a", "a/b"], []),
    ("***/a", ["a", "x/y/a"], []),
    ("a**/b", ["a/b", "ax/b"], ["a/x/b"]),
    ("/a**b", ["ab", "axb"], ["a/b"]),
    ("**\\/a", ["x/a", "x/y/a"], ["a"]),
    ("a\\/b", ["a/b"], ["x/a/b"]),
    ("\\*", ["*"], ["a"]),
    ("\\!a", ["!a"], ["a"]),
    ("!a", ["a"], ["!a"]),
    ("!!a", ["!a"], ["a"]),
    ("#a", ["#a"], []),
    (" a ", [" a "], ["a"]),
    ("[a-c]", ["a", "b", "c"], ["d", "-", "A"]),
    ("[!a-c]", ["d", "é"], ["a"]),
    ("[^a]", ["b", "^"], ["a"]),
    ("[a^!]", ["a", "^", "!"], ["b"]),
    ("[]a]", ["]", "a"], ["b"]),
    ("[!]a]", ["b"], ["]", "a"]),
    ("[a-]", ["a", "-"], ["b"]),
    ("[-a]", ["a", "-"], ["b"]),
    ("[a-c-e]", ["a", "c", "-", "e"], ["d"]),
    ("[z-a]", ["z"], ["a", "m", "-"]),
    ("[!z-a]", ["a", "m"], ["z"]),
    ("[\\]]", ["]"], ["\\"]),
    ("[\\a-c]", ["b"], ["\\"]),
    ("[a\\-c]", ["a", "-", "c"], ["b"]),
    ("[a-\\c]", ["b"], ["\\"]),
    ("[à-ü]", ["é"], ["e"]),
    ("[[:digit:]]", ["1"], ["a", "١"]),
    ("[[:alpha:]_]", ["a", "_"], ["1", "é"]),
    ("[![:space:]]", ["a", "\x85"], [" ", "\t", "\v"]),
    ("[[:digit:]-z]", ["1", "-", "z"], ["a"]),
    ("[[:a]", ["[", ":", "a"], ["b"]),
    ("[[:]", ["[", ":"], []),
    ("a[/]b", [], ["a/b"]),
    ("a[!x]b", ["acb"], ["a/b"]),
    ("[a/]", ["a"], ["x/a"]),
    ("a//b", [], ["a/b"]),
    ("a//", [], ["a/"]),
    ("été*", ["été.sql"], ["ete.sql"]),
]


@pytest.mark.parametrize(("pattern", "yes", "no"), TABLE)
def test_pattern_matches(engine: Engine, pattern: str, yes: list[str], no: list[str]) -> None:
    def matches(path: str) -> bool:
        return engine.pattern_matches(pattern, path.removesuffix("/"), path.endswith("/"))

    assert [path for path in yes if not matches(path)] == []
    assert [path for path in no if matches(path)] == []


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("", "is empty"),
        ("!", "is empty"),
        ("/", "is empty"),
        ("!//", "is empty"),
        ("..", "contains '..'"),
        ("!a/../b", "contains '..'"),
        ("../[", "contains '..'"),
        ("a\\", "ends in a lone backslash"),
        ("a\\\\\\", "ends in a lone backslash"),
        ("a\\/", "ends in a lone backslash"),
        ("[a\\", "ends in a lone backslash"),
        ("a[", "has a [ that is never closed"),
        ("[]", "has a [ that is never closed"),
        ("[!]", "has a [ that is never closed"),
        ("[\\]", "has a [ that is never closed"),
        ("[[:alpha:]", "has a [ that is never closed"),
        ("[[:foo:]][", "has a [ that is never closed"),
        ("[[:foo:]]", "names the unknown class [:foo:]"),
        ("[[::]]", "names the unknown class [::]"),
        ("[[:Alpha:][:foo:]]", "names the unknown class [:Alpha:]"),
    ],
)
def test_pattern_is_refused(engine: Engine, pattern: str, reason: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        engine.compile_pattern(pattern)
    assert caught.value.message == f"the pattern {pattern!r} {reason}."
    assert caught.value.context == {"pattern": pattern}
    with pytest.raises(ConfigurationError):
        engine.pattern_matches(pattern, "a", False)


@pytest.mark.parametrize(
    "pattern", ["a\\\\", "a..b", "...", "..a", "a]", "]", "[\\\\]", "\\[", "a-b", "{a,b}"]
)
def test_odd_pattern_is_accepted(engine: Engine, pattern: str) -> None:
    engine.compile_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 40 + "b", "a" * 4000),
        ("*?" * 40 + "b", "a" * 4000),
        ("*[ab]" * 40 + "c", "ab" * 2000),
        ("x/" + "**/a/" * 40 + "b", "x/" + "a/" * 1500 + "a"),
        ("x/" + "**/*a*/" * 40 + "b", "x/" + "aa/" * 1500 + "a"),
    ],
)
def test_stars_do_not_take_exponential_time(engine: Engine, pattern: str, path: str) -> None:
    assert not engine.pattern_matches(pattern, path, False)
