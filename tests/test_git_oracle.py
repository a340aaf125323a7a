"""Globs and ignore files, compared with git's own on random input.

git differs in three known ways, which the generators avoid: it takes patterns that can never match,
it compares bytes, and (up to 2.51) it reads ``a**/b`` like ``a`` before a real ``**/`` because
``match_pathname`` hands only what follows the literal prefix to ``wildmatch``.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from confiture._interface import Engine
from confiture.exceptions import ConfigurationError
from engines import LOADED

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="git is the oracle"),
    pytest.mark.parametrize("engine", LOADED.values(), ids=LOADED),
]

PIECES = [
    "a",
    "b",
    "c",
    "1",
    ".",
    "*",
    "*",
    "**",
    "?",
    "[",
    "[!",
    "[^",
    "]",
    "-",
    "\\",
    "/",
    "/",
    "**/",
    "/**",
]
PIECES += ["ab", ":", "[ab]", "[!b]", "[[:digit:]]", "[:", "a-c", "z-a", "!"]
DIRECTORIES = ["a", "a/a", "a/b", "a/b/c", "a/b/c/a", "a.b", "ab", "ab/a", "ab/a/b", "b", "b/b", "b/b/b", "c"]
DIRECTORIES += ["c/1", "c/1/a", "-", "-/]", ":", ":/a", "[", "[/b", "!a", "!a/b"]
NAMES = [
    "a",
    "b",
    "c",
    "ab",
    "abc",
    "a.b",
    "1",
    "-",
    "]",
    "[",
    ":",
    "!",
    "\\",
    "^",
    "*",
    "a-b",
    "aa",
    "bab",
    "ca",
]
GIT_READS_OTHERWISE = re.compile(r"/?[^*?\[\\]*[^/*?\[\\]\*\*+(/|\\/|$)")


def git(directory: Path, *arguments: str, stdin: str | None = None) -> list[str]:
    """What git prints, without an exit code for "nothing found"."""
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", "-C", str(directory), *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.split("\0")[:-1]


def matches_path_or_parent(engine: Engine, pattern: str, path: str, is_directory: bool) -> bool:
    names = path.split("/")
    parents = ["/".join(names[:length]) for length in range(1, len(names))]
    return any(engine.pattern_matches(pattern, parent, True) for parent in parents) or engine.pattern_matches(
        pattern, path, is_directory
    )


@pytest.mark.parametrize("seed", range(4))
def test_patterns_match_what_git_matches(engine: Engine, tmp_path: Path, seed: int) -> None:
    git(tmp_path, "init", "-q")
    generator = random.Random(seed)
    files = [f"{parent}{name}" for parent in ["", *(f"{d}/" for d in DIRECTORIES)] for name in NAMES]
    files = [file for file in files if file not in DIRECTORIES]
    questions: list[tuple[str, str, bool]] = []
    for number in range(150):
        pattern = "".join(generator.choices(PIECES, k=generator.randint(1, 7)))
        if pattern.startswith("!") or ("/" in pattern[:-1] and GIT_READS_OTHERWISE.match(pattern)):
            continue
        folder = tmp_path / str(number)
        for directory in DIRECTORIES:
            (folder / directory).mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text(pattern + "\n")
        questions += [(pattern, f"{number}/{directory}", True) for directory in DIRECTORIES]
        questions += [(pattern, f"{number}/{file}", False) for file in generator.sample(files, 60)]
    answers = git(
        tmp_path,
        *("check-ignore", "--no-index", "--stdin", "-z", "--verbose", "--non-matching"),
        stdin="".join(f"{path}\0" for _, path, _ in questions),
    )
    different: list[tuple[str, str, bool]] = []
    for (pattern, path, is_directory), source in zip(questions, answers[::4], strict=True):
        try:
            matched = matches_path_or_parent(engine, pattern, path.partition("/")[2], is_directory)
        except ConfigurationError:
            matched = False
        if matched != bool(source):
            different.append((pattern, path, is_directory))
    assert different == []


class Everything:
    """An entry that selects every file but git's own."""

    recursive = True
    include = ("**",)
    exclude = ("/.git",)
    auto_discover = False
    order = 0

    def __init__(self, path: str) -> None:
        self.path = path


def random_ignore_file(generator: random.Random) -> str:
    lines = ["\ufeff# a comment" if generator.random() < 0.2 else "", ""]
    for _ in range(generator.randint(1, 4)):
        pieces = ["a", "b", "c", "x", "*", "**", "/", "/", ".sql", "?", "**/", "/**", "a/", "\\ "]
        pattern = "".join(generator.choices(pieces, k=generator.randint(1, 4)))
        if pattern.strip("/") and not GIT_READS_OTHERWISE.match(pattern):
            negation = "!" if generator.random() < 0.35 else ""
            lines.append(negation + pattern + generator.choice(["", "", "\r", "  "]))
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(60))
def test_ignore_files_leave_what_git_leaves(engine: Engine, tmp_path: Path, seed: int) -> None:
    generator = random.Random(seed)
    git(tmp_path, "init", "-q")
    for _ in range(generator.randint(5, 25)):
        folder = tmp_path.joinpath(*generator.choices(["a", "b", "c", "ab"], k=generator.randint(0, 3)))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / generator.choice(["a.sql", "b.sql", "c.sql", "x", "x "])).touch()
    for folder in [tmp_path, *tmp_path.rglob("*")]:
        if folder.is_dir() and ".git" not in folder.parts and generator.random() < 0.5:
            (folder / ".confitureignore").write_bytes(random_ignore_file(generator).encode())
    left = git(tmp_path, "ls-files", "--others", "-z", "--exclude-per-directory=.confitureignore")
    base = os.path.realpath(tmp_path)
    assert sorted(engine.find_sql_files(base, [Everything(base)], ignore_root=base)[0]) == sorted(left)
