"""Both engines give the same results and the same errors, whatever they are given."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from confiture import _backend
from confiture.config.environment import DirectoryConfig
from confiture.core.builder import SchemaBuilder
from engines import ENGINES, LOADED
from outcomes import Raised, on_both, outcome, using
from sql_strategies import sql_soups
from strategies import examples
from trees import IGNORE_FILE, File, Link, Special, directories_of, paths_of, plant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from confiture._interface import Engine
    from strategies import Project
    from trees import Node, Tree

HEADER = ("-- a ", "\n-- b ", "\n")
SEPARATOR = ["\n-- ", "\n"]


needs_both = pytest.mark.skipif(len(ENGINES) < 2, reason="there is only one engine to compare")


@contextmanager
def planted(tree: Tree) -> Iterator[Path]:
    """A directory with this tree in it, free of symbolic links above."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory).resolve() / "project"
        plant(root, tree)
        yield root


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def all_outcomes(project: Project, root: Path, outputs: Path) -> Iterator[object]:
    """What everything that can be asked of a project comes to, with the files it leaves."""
    builder = SchemaBuilder(project.environment(str(root)))
    yield outcome(builder.selection_report)
    yield outcome(builder.selection_report, schema_only=True)
    yield outcome(builder.categorize_sql_files)
    yield outcome(builder.digest)
    yield outcome(builder.build_text)
    yield outcome(builder.build, schema_only=True)
    yield outcome(builder.write, outputs / "bundle.sql")
    yield outcome(builder.check, outputs / "bundle.sql")
    yield outcome(builder.build_split, outputs)
    yield outcome(builder.check_split, outputs)
    yield contents(outputs)


def check_engines_agree(project: Project) -> None:
    with planted(project.tree) as root:
        answers = []
        for engine in ENGINES:
            # One place for both, so that their errors name the same files.
            outputs = root.parent.parent / f"{root.parent.name}-outputs"
            outputs.mkdir()
            try:
                with using(engine):
                    answers.append(list(all_outcomes(project, root, outputs)))
            finally:
                for path in outputs.iterdir():
                    path.unlink()
                outputs.rmdir()
    for native, twin in zip(*answers, strict=True):
        assert native == twin


@needs_both
@examples(100)
@given(strategies.tame_projects)
def test_projects_that_can_be_built_are_built_alike(project: Project) -> None:
    check_engines_agree(project)


@needs_both
@examples(150)
@given(strategies.wild_projects)
def test_projects_with_anything_wrong_in_them_fail_alike(project: Project) -> None:
    check_engines_agree(project)


class Entry(NamedTuple):
    """An entry that nobody has checked."""

    path: str
    include: list[str]
    exclude: list[str]
    auto_discover: bool
    recursive: bool
    order: int


def _absolute(root: Path, path: str) -> str:
    return os.path.realpath(root / path)


@needs_both
@examples(150)
@given(st.data())
def test_searches_agree_on_any_arguments_of_the_engine(data: st.DataObject) -> None:
    tree = data.draw(strategies.wild_trees)
    plain = st.sampled_from([".", "none", *directories_of(tree)])
    paths = st.sampled_from([".", *paths_of(tree)])
    patterns = st.lists(strategies.any_patterns, max_size=2)
    drawn = data.draw(
        st.lists(
            st.tuples(plain, patterns, patterns, st.booleans(), st.booleans(), st.integers(-1, 1)),
            min_size=1,
            max_size=3,
        )
    )
    never, excluded = data.draw(st.tuples(*[st.lists(paths, max_size=3)] * 2))
    ignore_root = data.draw(st.none() | plain)
    sort_mode = data.draw(st.sampled_from(["alphabetical", "hex"]))
    with planted(tree) as root:
        entries = [
            Entry(_absolute(root, path), ["*.sql", *include], exclude, *rest)
            for path, include, exclude, *rest in drawn
        ]
        native, twin = [
            outcome(
                engine.find_sql_files,
                str(root),
                entries,
                exclude_dirs=[_absolute(root, path) for path in excluded],
                never=[str(root / path) for path in never],
                ignore_root=None if ignore_root is None else _absolute(root, ignore_root),
                sort_mode=sort_mode,
            )
            for engine in LOADED.values()
        ]
    assert native == twin


@needs_both
@examples(60)
@given(st.data())
def test_reading_agrees_on_any_list_of_paths(data: st.DataObject) -> None:
    tree = data.draw(strategies.wild_trees)
    listed = [path for path in paths_of(tree) if path.isprintable() and not _is_special(tree, path)]
    paths = data.draw(st.lists(st.sampled_from([*listed, "none", "none/x.sql", "."]), max_size=6))
    fatal = data.draw(st.none() | st.lists(st.sampled_from(["block_comment", "string", "copy_data"])))
    with planted(tree) as root:
        for native, twin in (
            [outcome(engine.hash_files, str(root), paths) for engine in LOADED.values()],
            [
                outcome(engine.build_schema, str(root), paths, HEADER, SEPARATOR, fatal=fatal)
                for engine in LOADED.values()
            ],
        ):
            assert native == twin


def _is_special(tree: Tree, path: str) -> bool:
    """Whether opening a path could wait for ever."""
    node: Node | None = tree
    for name in path.split("/"):
        node = node.get(name) if isinstance(node, dict) else None
    return isinstance(node, (Special, Link))


@needs_both
@examples(1500)
@given(sql_soups)
def test_the_search_for_open_constructs_agrees_on_any_text(text: str) -> None:
    native, twin = [engine.find_open_construct(text) for engine in LOADED.values()]
    assert native == twin


@needs_both
@examples(100)
@given(sql_soups, st.sampled_from([65_536, 1 << 20]), st.integers(-40, 3))
def test_the_search_for_open_constructs_agrees_on_text_around_the_size_of_a_buffer(
    soup: str, size: int, shift: int
) -> None:
    text = " " * (size + shift) + soup
    native, twin = [engine.find_open_construct(text) for engine in LOADED.values()]
    assert native == twin


@needs_both
@examples(1500)
@given(strategies.any_patterns, strategies.pattern_subjects, st.booleans())
def test_matching_agrees_on_any_pattern_and_path(pattern: str, path: str, is_directory: bool) -> None:
    native, twin = on_both(_compile, pattern)
    assert native == twin
    if not isinstance(native, Raised):
        native, twin = [engine.pattern_matches(pattern, path, is_directory) for engine in LOADED.values()]
        assert native == twin


def _compile(pattern: str) -> None:
    _backend.load_engine().compile_pattern(pattern)


@needs_both
@examples(300)
@given(st.text(st.sampled_from("*?a/[]!-\\b:"), max_size=12), st.text(st.sampled_from("ab/-]"), max_size=12))
def test_matching_agrees_on_dense_patterns(pattern: str, path: str) -> None:
    native, twin = [outcome(engine.pattern_matches, pattern, path, False) for engine in LOADED.values()]
    assert native == twin


# Cases that random trees reach seldom.


def selected(engine: Engine, root: Path, *paths: str, **options: object) -> list[str]:
    """The files selected below some directories."""
    entries = [DirectoryConfig(path=str(root / path)) for path in paths or ["."]]
    return engine.find_sql_files(str(root), entries, **options)[0]  # type: ignore[arg-type]


@pytest.fixture
def planted_at(tmp_path: Path) -> Callable[[Tree], Path]:
    def make(tree: Tree) -> Path:
        root = tmp_path.resolve() / "tree"
        plant(root, tree)
        return root

    return make


def test_a_link_to_the_default_output_is_no_input(engine: Engine, planted_at: Callable[[Tree], Path]) -> None:
    root = planted_at({"out": {"bundle.txt": File(b"")}, "a.sql": Link("out/bundle.txt"), "b.sql": File(b"")})
    assert selected(engine, root, never=[str(root / "out/bundle.txt")]) == ["b.sql"]


@pytest.mark.parametrize("entry", ["gone", "a/x.sql"])
def test_an_excluded_entry_that_is_no_directory_is_treated_alike(
    both_engines: tuple[Engine, Engine], planted_at: Callable[[Tree], Path], entry: str
) -> None:
    root = planted_at({"a": {"x.sql": File(b"")}, "b.sql": File(b"")})
    entries = [DirectoryConfig(path=str(root / path), auto_discover=False) for path in (".", entry)]
    excluded = [str(root / entry)]
    native, twin = [
        outcome(engine.find_sql_files, str(root), entries, exclude_dirs=excluded) for engine in both_engines
    ]
    assert native == twin


IGNORE_NODES: dict[str, Node] = {
    "a directory": {},
    "a named pipe": Special("fifo"),
    "a link to nowhere": Link("nowhere"),
    "a link to itself": Link(IGNORE_FILE),
    "a link to a directory": Link("."),
    "a link to a file": Link("b.sql"),
    "not UTF-8": File(b"b.sql\n\xff"),
    "with a NUL byte": File(b"b.sql\n\0\n"),
    "empty": File(b""),
    "a mark alone": File(b"\xef\xbb\xbf"),
}


@pytest.mark.parametrize("kind", IGNORE_NODES)
@pytest.mark.parametrize("entry", [".", "below"])
def test_ignore_files_of_any_kind_are_treated_alike(
    both_engines: tuple[Engine, Engine],
    planted_at: Callable[[Tree], Path],
    kind: str,
    entry: str,
) -> None:
    root = planted_at(
        {"b.sql": File(b"a.sql\n"), "below": {"a.sql": File(b"")}, IGNORE_FILE: IGNORE_NODES[kind]}
    )
    native, twin = [outcome(selected, engine, root, entry, ignore_root=str(root)) for engine in both_engines]
    assert native == twin


@pytest.mark.parametrize("undecodable", [b"\xff", b"\xe2\x82", b"\xed\xa0\x80"])
def test_undecodable_names_are_refused_where_a_pattern_selects_them(
    both_engines: tuple[Engine, Engine], planted_at: Callable[[Tree], Path], undecodable: bytes
) -> None:
    name = os.fsdecode(undecodable) + ".sql"
    root = planted_at({name: File(b"")})
    native, twin = [outcome(selected, engine, root) for engine in both_engines]
    assert native == twin
    assert isinstance(native, Raised)
    assert native.code == "SCHEMA_008"


def test_errors_of_the_system_stay_attached_as_the_cause(
    engine: Engine, planted_at: Callable[[Tree], Path]
) -> None:
    root = planted_at({"a.sql": Link("nowhere")})
    failures = []
    for call in (lambda: selected(engine, root), lambda: engine.hash_files(str(root), ["none.sql"])):
        with pytest.raises(Exception, match="cannot be") as caught:
            call()
        failures.append(caught.value.__cause__)
    assert [type(cause) for cause in failures] == [FileNotFoundError, FileNotFoundError]
