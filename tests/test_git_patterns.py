"""Ignore files and patterns mean what git takes them for, on both engines.

git differs in two known ways, which the strategies keep away from: it compares bytes, and, where a
pattern begins with plain characters, it hands what follows them to its matcher as if it were a pattern
of its own, so that the ``**/`` of ``a**/b`` counts although it does not follow a slash.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import strategies
from confiture.config.environment import DirectoryConfig
from confiture.exceptions import ConfigurationError
from engines import LOADED
from strategies import examples
from trees import IGNORE_FILE, File, directories_of, paths_of, plant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from confiture._interface import Engine
    from trees import Node, Tree

_PLAIN_BEFORE_ASTERISKS = re.compile(r"!?/?[^*?\[\\]*[^/*?\[\\]\*\*+(/|\\/|$)")

#: Names that the fragments of patterns are likely to match.
_NAMES = ["a", "b", "ab", "c", "1", "A", "]", "-", "a.sql", "b.sql", "1.sql", "ab.sql", "#a", "!a", "*", "a "]


def read_otherwise_by_git(pattern: str) -> bool:
    """Whether git is known to read a pattern in another way than its manual says."""
    return "/" in pattern.rstrip("/") and _PLAIN_BEFORE_ASTERISKS.match(pattern) is not None


def is_refused(pattern: str) -> bool:
    try:
        for engine in LOADED.values():
            engine.compile_pattern(pattern)
    except ConfigurationError:
        return True
    return False


def git(directory: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """What git prints; exit code 1 says that nothing was found."""
    result = subprocess.run(
        ["git", *arguments],
        cwd=directory,
        input=stdin,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
        capture_output=True,
        check=False,
    )
    assert result.returncode in (0, 1), result.stderr
    return result.stdout


def ignored_by_git(root: Path, paths: Iterable[str]) -> set[str]:
    """Those of these paths that git ignores, each ignore file taken as a ``.gitignore``."""
    with tempfile.TemporaryDirectory() as directory:
        repository = Path(directory)
        git(repository, "init", "-q")
        for ignore_file in root.rglob(IGNORE_FILE):
            copy = repository / ignore_file.relative_to(root).with_name(".gitignore")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(ignore_file.read_bytes())
        for path in paths:
            (repository / path).parent.mkdir(parents=True, exist_ok=True)
            (repository / path).touch()
        question = b"".join(os.fsencode(path) + b"\0" for path in paths)
        answer = git(repository, "check-ignore", "--no-index", "--stdin", "-z", stdin=question)
    return {os.fsdecode(path) for path in answer.split(b"\0")[:-1]}


def left_by_each_engine(root: Path, entry: str = ".", **settings: list[str]) -> Iterator[set[str]]:
    """The files below an entry that each engine selects, by their paths from the root."""
    base = root.resolve()
    directory = DirectoryConfig(path=str((base / entry).resolve()), **{"include": ["*"], **settings})
    for engine in LOADED.values():
        yield set(engine.find_sql_files(str(base), [directory], ignore_root=str(base))[0])


def files_of(tree: Tree) -> list[str]:
    directories = directories_of(tree)
    return [path for path in paths_of(tree) if path not in directories]


def lines_of(tree: Tree) -> Iterator[str]:
    for name, node in tree.items():
        if isinstance(node, dict):
            yield from lines_of(node)
        elif name == IGNORE_FILE and isinstance(node, File):
            yield from node.content.decode("utf-8-sig").replace("\r", "").split("\n")


def trimmed(line: str) -> str:
    """A line without the spaces at its end, but with an escaped one."""
    bare = line.rstrip(" ")
    escapes = len(bare) - len(bare.rstrip("\\"))
    return f"{bare} " if escapes % 2 and bare != line else bare


def are_read_alike(lines: Iterable[str]) -> bool:
    """Whether git and Confiture are meant to agree on these lines."""
    patterns = [trimmed(line) for line in lines if not line.startswith("#")]
    return not any(
        pattern and (read_otherwise_by_git(pattern) or is_refused(pattern)) for pattern in patterns
    )


def with_directories_renamed(tree: Tree) -> Tree:
    """The tree without directories whose names are those of selected files."""
    renamed: Tree = {}
    for name, node in tree.items():
        if isinstance(node, dict):
            renamed[name.replace(".sql", ".d")] = with_directories_renamed(node)
        else:
            renamed[name] = node
    return renamed


@examples(60)
@given(strategies.git_trees.map(with_directories_renamed))
def test_ignore_files_at_any_level_leave_what_git_leaves(tree: Tree) -> None:
    assume(files_of(tree))
    assume(are_read_alike(lines_of(tree)))
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        plant(root, tree)
        files = files_of(tree)
        expected = set(files) - ignored_by_git(root, files)
        for left in left_by_each_engine(root):
            assert left == expected


def _forest() -> Tree:
    """A tree of three levels with each name as a file or a directory in each of them."""
    leaves: Tree = {name: File(b"") for name in _NAMES}
    level: Tree = leaves
    for _ in range(2):
        level = {**leaves, "a": level, "b": dict(leaves), "]": {"a": File(b""), "-": File(b"")}}
    return level


FOREST = _forest()
FILES = files_of(FOREST)


@pytest.fixture(scope="module")
def forest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("forest")
    plant(root, FOREST)
    git(root, "init", "-q")
    return root


def ignored_in(forest: Path, content: bytes) -> set[str]:
    (forest / ".gitignore").write_bytes(content)
    question = "".join(f"{path}\0" for path in FILES).encode()
    answer = git(forest, "check-ignore", "--no-index", "--stdin", "-z", stdin=question)
    return set(answer.decode().split("\0")[:-1])


@examples(150)
@given(content=strategies.ignore_contents(strategies.ascii_patterns))
def test_any_ignore_file_leaves_what_git_leaves(forest: Path, content: bytes) -> None:
    assume(are_read_alike(content.decode("utf-8-sig").replace("\r", "").split("\n")))
    (forest / IGNORE_FILE).write_bytes(content)
    expected = set(FILES) - ignored_in(forest, content)
    for left in left_by_each_engine(forest, exclude=["/.git", "/.gitignore", IGNORE_FILE]):
        assert left == expected


@examples(80)
@given(patterns=st.lists(strategies.ascii_patterns, min_size=1, max_size=3))
def test_exclude_patterns_leave_what_git_leaves(forest: Path, patterns: list[str]) -> None:
    lines = [pattern for pattern in patterns if pattern.strip(" ") == pattern and pattern]
    lines = [f"\\{line}" if line.startswith("#") else line for line in lines]
    assume(lines)
    assume(are_read_alike(lines))
    (forest / IGNORE_FILE).unlink(missing_ok=True)
    expected = set(FILES) - ignored_in(forest, "\n".join(lines).encode())
    for left in left_by_each_engine(forest, exclude=[*lines, "/.git", "/.gitignore"]):
        assert left == expected


_fragments = st.sampled_from(["a", "*", "**/", "[ab]", "/", "?", "!", ".sql", "]", "-", "\\a", " "])
_refused_patterns = st.builds(
    "{}{}{}".format,
    st.lists(_fragments, max_size=3).map("".join),
    st.sampled_from(["[", "\\", "[[:foo:]]", "[a-", "[]", "[!]", "../", "[[:a", "[\\]"]),
    st.lists(_fragments, max_size=2).map("".join),
)


@examples(80)
@given(pattern=_refused_patterns)
def test_git_matches_nothing_with_a_pattern_that_is_refused(forest: Path, pattern: str) -> None:
    assume(not pattern.startswith("#") and is_refused(trimmed(pattern)))
    assert ignored_in(forest, pattern.encode()) == set()


@examples(150)
@given(pattern=strategies.ascii_patterns)
def test_a_single_pattern_matches_what_git_matches(forest: Path, pattern: str) -> None:
    pattern = pattern.strip(" ").removeprefix("!")
    assume(pattern and not pattern.startswith(("#", "!")) and are_read_alike([pattern]))
    expected = ignored_in(forest, pattern.encode())
    for engine in LOADED.values():
        assert {path for path in FILES if matches_at_or_above(engine, pattern, path)} == expected


def matches_at_or_above(engine: Engine, pattern: str, path: str) -> bool:
    matches = engine.pattern_matches
    names = path.split("/")
    above = ("/".join(names[:length]) for length in range(1, len(names)))
    return matches(pattern, path, False) or any(matches(pattern, parent, True) for parent in above)


def test_ignore_files_between_the_project_and_the_entry_are_read(tmp_path: Path) -> None:
    files = ["keep.sql", "one.sql", "two.sql", "three.sql", "deep/one.sql", "deep/two.sql"]
    entry: Node = {
        **{name: File(b"") for name in files[:4]},
        "deep": {"one.sql": File(b""), "two.sql": File(b""), IGNORE_FILE: File(b"!one.sql\n")},
        IGNORE_FILE: File(b"three.sql\n!two.sql\n"),
    }
    tree: Tree = {
        "db": {"schema": entry, IGNORE_FILE: File(b"two.sql\n")},
        IGNORE_FILE: File(b"one.sql\n"),
    }
    plant(tmp_path, tree)
    inside = [f"db/schema/{name}" for name in files]
    expected = set(inside) - ignored_by_git(tmp_path, inside)
    assert expected == {
        f"db/schema/{name}" for name in ("keep.sql", "two.sql", "deep/one.sql", "deep/two.sql")
    }
    for left in left_by_each_engine(tmp_path, "db/schema", include=["*.sql"]):
        assert left == expected


@pytest.mark.parametrize("line", ["db", "db/", "/db/schema", "schema/", "db/schema/"])
def test_an_entry_is_entered_though_a_line_matches_it_or_a_directory_above(tmp_path: Path, line: str) -> None:
    plant(tmp_path, {"db": {"schema": {"a.sql": File(b"")}}, IGNORE_FILE: File(line.encode())})
    for left in left_by_each_engine(tmp_path, "db/schema"):
        assert left == {"db/schema/a.sql"}


def test_ignore_files_above_the_project_are_not_read(tmp_path: Path) -> None:
    plant(tmp_path, {"project": {"a.sql": File(b"")}, IGNORE_FILE: File(b"*\n")})
    for left in left_by_each_engine(tmp_path / "project"):
        assert left == {"a.sql"}


@pytest.mark.parametrize("pattern", ["a**/b", "a**", "a/b**/c", "/a**/b"])
def test_asterisks_that_are_no_whole_component_do_not_cross_a_slash(engine: Engine, pattern: str) -> None:
    assert not engine.pattern_matches(pattern, "a/x/b", False)
    assert not engine.pattern_matches(pattern, "a/b/x/c", False)
