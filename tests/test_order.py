"""Files are built in the order of ``docs/selection.md``, however the file system lists them."""

from __future__ import annotations

import tempfile
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confiture.config.environment import BuildConfig, DirectoryConfig, Environment
from confiture.core.builder import SchemaBuilder
from engines import ENGINES
from outcomes import using
from strategies import examples
from trees import File, plant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from confiture._interface import Engine
    from trees import Tree


def tree_of(paths: Iterable[str]) -> Tree:
    """A tree of these files, their names in the order given."""
    tree: Tree = {}
    for path in paths:
        *parents, name = path.split("/")
        directory = tree
        for parent in parents:
            child = directory.setdefault(parent, {})
            assert isinstance(child, dict)
            directory = child
        directory[name] = File(path.encode())
    return tree


def order_of(root: Path, sort_mode: str = "alphabetical") -> list[str]:
    """The order in which the files of a directory are built, by their paths from there."""
    environment = Environment(
        name="local", include_dirs=["."], project_dir=str(root), build=BuildConfig(sort_mode=sort_mode)
    )
    base = root.resolve()
    return [path.relative_to(base).as_posix() for path in SchemaBuilder(environment).find_sql_files()]


#: Orders that must never change: a bundle's bytes depend on them.
ALPHABETICAL = {
    "components are compared before what is around them": [
        "a/z.sql",
        "a b.sql",
        "a!b.sql",
        "a-b/c.sql",
        "a.sql",
        "a0.sql",
        "ab.sql",
    ],
    "a directory comes before names that go on with any character": [
        "x/a/z.sql",
        "x/a\x01.sql",
        "x/a\t.sql",
        "x/a .sql",
        "x/a-/a.sql",
        "x/a.sql",
    ],
    "bytes and not letters are compared": ["A.sql", "Z.sql", "_.sql", "a.sql", "z.sql", "~.sql", "ä.sql"],
    "characters are in the order of their UTF-8 bytes, not of UTF-16": [
        "e.sql",
        "e\u0301.sql",
        "z.sql",
        "é.sql",
        "日.sql",
        "\ue000.sql",
        "\uffee.sql",
        "\U00010000.sql",
        "\U0001f600.sql",
    ],
    "numbers are text": ["010_a.sql", "0a_b.sql", "10_c.sql", "2_d.sql", "9_e.sql", "a_f.sql"],
    "hidden files come where their dot puts them": ["-.sql", "..sql.sql", ".a/b.sql", ".sql", "0.sql"],
}

HEX = {
    "numbers are compared as numbers": ["1_a.sql", "2_a.sql", "9_a.sql", "10_a.sql", "100_a.sql"],
    "leading zeros do not count": ["0_z.sql", "01_a.sql", "1_b.sql", "002_a.sql", "2_b.sql"],
    "equal numbers are compared as bytes": [
        "0001_b.sql",
        "001_b.sql",
        "01_a.sql",
        "01_b.sql",
        "1_a.sql",
    ],
    "a letter makes the directory hexadecimal": ["9_a.sql", "0a_a.sql", "0B_a.sql", "0f_a.sql", "10_a.sql"],
    "letters of either case are the same digit": [
        "0A_x.sql",
        "0a_x.sql",
        "0A1_x.sql",
        "0a2_x.sql",
        "0A3_x.sql",
    ],
    "a prefix without a decimal digit is no number": ["1_a.sql", "add_a.sql", "b_a.sql", "f_a.sql"],
    "a prefix with another character is no number": [
        "2_a.sql",
        "+1_a.sql",
        "-1_a.sql",
        "0x1_a.sql",
        "1 _a.sql",
        "1.5_a.sql",
        "1g_a.sql",
    ],
    "only ASCII digits are digits": ["7_a.sql", "\u00b2_a.sql", "\u0661_a.sql", "\uff11_a.sql"],
    "the first underscore ends the prefix": ["1_0.sql", "1_9_a.sql", "2_1.sql", "_1_a.sql", "__1.sql"],
    "without an underscore there is no number": ["3_a.sql", "1.sql", "10.sql", "1a.sql", "2-a.sql"],
    "unnumbered names come last, as bytes": ["99_a.sql", "B.sql", "a.sql", "a_1.sql", "é.sql"],
    "directories are ordered as files are": [
        "2_a/10_x.sql",
        "2_a.sql",
        "10_a/9_x.sql",
        "10_a/10_x.sql",
        "10_b.sql",
        "z/1_a.sql",
    ],
    "each component is compared by itself": ["01_b/1_x.sql", "1_a/9_x.sql", "1_a/a.sql", "2_a/1_x.sql"],
    "directories with equal numbers do not mix": [
        "01_a/1_x.sql",
        "01_a/3_x.sql",
        "1_a/2_x.sql",
        "1_a/4_x.sql",
    ],
    "numbers may have any length": [f"{'9' * 30}_a.sql", f"1{'0' * 30}_a.sql", f"{'f' * 31}0_a.sql"],
}

TABLE = [
    pytest.param(sort_mode, order, id=f"{sort_mode}: {name}")
    for sort_mode, table in (("alphabetical", ALPHABETICAL), ("hex", HEX))
    for name, order in table.items()
]


@pytest.mark.parametrize(("sort_mode", "order"), TABLE)
@pytest.mark.parametrize("backwards", [False, True], ids=["created in order", "created backwards"])
def test_the_order_is_that_of_the_table(
    engine: Engine, tmp_path: Path, sort_mode: str, order: list[str], backwards: bool
) -> None:
    plant(tmp_path, tree_of(order), backwards=backwards)
    assert order_of(tmp_path, sort_mode) == order


@pytest.mark.parametrize("sort_mode", ["alphabetical", "hex"])
def test_the_order_of_entries_comes_before_the_order_of_paths(
    engine: Engine, tmp_path: Path, sort_mode: str
) -> None:
    plant(tmp_path, tree_of(["a/1_x.sql", "b/1_x.sql", "c/1_x.sql", "c/0_x.sql", "d/1_x.sql"]))
    orders = {"d": -5, "c": 0, "a": 0, "b": 7}
    for listed in permutations(orders):
        entries = [DirectoryConfig(path=str(tmp_path / name), order=orders[name]) for name in listed]
        paths, *_ = engine.find_sql_files(str(tmp_path), entries, sort_mode=sort_mode)
        assert paths == ["d/1_x.sql", "a/1_x.sql", "c/0_x.sql", "c/1_x.sql", "b/1_x.sql"]


def test_the_largest_and_the_smallest_order_are_compared(engine: Engine, tmp_path: Path) -> None:
    plant(tmp_path, tree_of(["a/x.sql", "b/x.sql", "c/x.sql"]))
    orders = {"a": 2**63 - 1, "b": 0, "c": -(2**63)}
    entries = [DirectoryConfig(path=str(tmp_path / name), order=order) for name, order in orders.items()]
    assert engine.find_sql_files(str(tmp_path), entries)[0] == ["c/x.sql", "b/x.sql", "a/x.sql"]


def test_an_unknown_sort_mode_is_refused(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        engine.find_sql_files(str(tmp_path), [], sort_mode="natural")


# Laws on random trees.


def alphabetical_key(path: str) -> list[bytes]:
    return [component.encode() for component in path.split("/")]


def hex_key(path: str) -> list[tuple[int, int, bytes]]:
    """The order of ``docs/selection.md``, with the base of each prefix's directory always 16."""
    keys = []
    for component in path.split("/"):
        prefix, underscore, _ = component.partition("_")
        numbered = (
            underscore and set(prefix) <= set("0123456789abcdefABCDEF") and set(prefix) & set("0123456789")
        )
        keys.append((0 if numbered else 1, int(prefix, 16) if numbered else 0, component.encode()))
    return keys


KEYS = {"alphabetical": alphabetical_key, "hex": hex_key}

_prefixes = st.one_of(
    st.text(st.sampled_from("0129afAF"), max_size=4),
    st.sampled_from(["00", "x", "+1", "\u0661", "1 ", ".", "-"]),
)
_stems = st.builds(
    "".join,
    st.tuples(
        _prefixes, st.sampled_from(["_", "", "__", "-"]), st.text(st.sampled_from("ab!.é~"), max_size=2)
    ),
)
_paths = st.builds(
    lambda parents, name: "/".join([*(f"{parent}d" for parent in parents), f"{name}.sql"]),
    st.lists(_stems, max_size=2),
    _stems,
)
path_lists = st.lists(_paths, min_size=1, max_size=12, unique=True)


def orders(paths: Sequence[str], sort_mode: str) -> list[list[str]]:
    """The order of these files on each engine, the tree created both ways round."""
    found = []
    for backwards in (False, True):
        with tempfile.TemporaryDirectory() as directory:
            plant(Path(directory), tree_of(paths), backwards=backwards)
            for engine in ENGINES:
                with using(engine):
                    found.append(order_of(Path(directory), sort_mode))
    return found


@examples(60)
@given(path_lists, st.sampled_from(["alphabetical", "hex"]))
def test_the_order_is_that_of_the_model_and_not_that_of_creation(paths: list[str], sort_mode: str) -> None:
    expected = sorted(paths, key=KEYS[sort_mode])
    for order in orders(paths, sort_mode):
        assert order == expected


@examples(30)
@given(path_lists, st.data(), st.sampled_from(["alphabetical", "hex"]))
def test_other_files_do_not_change_the_order_of_two(
    paths: list[str], data: st.DataObject, sort_mode: str
) -> None:
    some = data.draw(st.lists(st.sampled_from(paths), unique=True, min_size=1))
    for whole, part in zip(orders(paths, sort_mode), orders(some, sort_mode), strict=True):
        assert [path for path in whole if path in some] == part


@examples(30)
@given(path_lists, st.sampled_from(["alphabetical", "hex"]))
def test_a_directory_is_built_without_a_break(paths: list[str], sort_mode: str) -> None:
    for order in orders(paths, sort_mode):
        tops = [path.partition("/")[0] for path in order]
        runs = [top for index, top in enumerate(tops) if index == 0 or top != tops[index - 1]]
        assert len(runs) == len(set(runs))


@given(
    st.lists(
        st.text(st.sampled_from("0123456789"), min_size=1, max_size=5), unique=True, min_size=2, max_size=6
    )
)
@examples(30)
def test_decimal_prefixes_have_one_order_in_base_10_and_in_base_16(prefixes: list[str]) -> None:
    by_base = [sorted(prefixes, key=lambda prefix: (int(prefix, base), f"{prefix}_")) for base in (10, 16)]
    assert by_base[0] == by_base[1]
    names = [f"{prefix}_.sql" for prefix in by_base[0]]
    for hexadecimal in ([], ["0f_.sql"]):
        for order in orders(names + hexadecimal, "hex"):
            assert [name for name in order if name in names] == names
