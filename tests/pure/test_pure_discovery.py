"""What the pure engine selects, what it reports, and which of several errors it raises."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from confiture import _failures
from confiture._pure import find_sql_files
from confiture._pure.ordering import alphabetical_key, hex_key
from confiture.exceptions import ConfigurationError, ConfiturError, SchemaError


class Entry:
    def __init__(
        self,
        path: Path,
        *,
        include: Sequence[str] = ("**/*.sql",),
        exclude: Sequence[str] = (),
        recursive: bool = True,
        auto_discover: bool = False,
        order: int = 0,
    ) -> None:
        self.path = str(path)
        self.include = include
        self.exclude = exclude
        self.recursive = recursive
        self.auto_discover = auto_discover
        self.order = order


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return Path(os.path.realpath(tmp_path))


def plant(base: Path, *paths: str) -> None:
    """Create files, and directories for paths that end in ``/``."""
    for path in paths:
        if path.endswith("/"):
            (base / path).mkdir(parents=True, exist_ok=True)
        else:
            (base / path).parent.mkdir(parents=True, exist_ok=True)
            (base / path).write_text(path)


def raised(base: Path, entries: Sequence[Entry], **options: object) -> ConfiturError:
    with pytest.raises(ConfiturError) as caught:
        find_sql_files(str(base), entries, **options)  # type: ignore[arg-type]
    return caught.value


def same(error: ConfiturError, expected: ConfiturError) -> None:
    assert type(error) is type(expected)
    assert error.to_dict() == expected.to_dict()


def test_only_included_regular_files_are_selected(base: Path) -> None:
    plant(base, "b.sql", "a/c.sql", "a/readme.md", "a/empty/", ".hidden/d.sql")
    assert find_sql_files(str(base), [Entry(base)]) == (
        [".hidden/d.sql", "a/c.sql", "b.sql"],
        [0] * 3,
        [0] * 3,
        [],
    )


def test_search_without_recursion_is_one_level_deep(base: Path) -> None:
    plant(base, "b.sql", "a/c.sql")
    (base / "link").symlink_to(base / "a")
    assert find_sql_files(str(base), [Entry(base, recursive=False)])[::3] == (["b.sql"], [])


def test_last_include_pattern_decides_and_first_positive_one_is_named(base: Path) -> None:
    plant(base, "x.txt", "a.sql", "keep/b.sql", "keep/c.txt", "drop/d.sql", "drop/e.sql")
    entry = Entry(base, include=("*.sql", "keep/", "!drop", "drop/e.sql"))
    assert find_sql_files(str(base), [entry])[::2] == (
        ["a.sql", "drop/e.sql", "keep/b.sql", "keep/c.txt"],
        [0, 0, 0, 1],
    )


def test_nothing_comes_back_from_below_an_excluded_directory(base: Path) -> None:
    plant(base, "drop/a.sql", "drop/keep.sql", "b.sql", "c.sql")
    entry = Entry(base, exclude=("drop/", "!drop/keep.sql", "?.sql", "!b.sql"))
    assert find_sql_files(str(base), [entry])[0] == ["b.sql"]


def test_excluded_directory_is_not_listed(base: Path) -> None:
    plant(base, "drop/.confitureignore", "out/.confitureignore", "a.sql")
    (base / "drop/.confitureignore").write_text("[")
    (base / "out/.confitureignore").write_text("[")
    found = find_sql_files(
        str(base), [Entry(base, exclude=("drop",)), Entry(base / "out")], exclude_dirs=[str(base / "out")]
    )
    assert found[0] == ["a.sql"]


def test_exclude_directory_covers_entries_below_it(base: Path) -> None:
    plant(base, "x/y/a.sql", "xy/b.sql")
    entries = [Entry(base / "x/y"), Entry(base / "xy")]
    assert find_sql_files(str(base), entries, exclude_dirs=[str(base / "x")])[0] == ["xy/b.sql"]


def test_never_files_are_not_input_under_any_name(base: Path) -> None:
    plant(base, "a.sql", "out.sql")
    (base / "link.sql").symlink_to("out.sql")
    assert find_sql_files(str(base), [Entry(base)], never=[str(base / "out.sql")])[0] == ["a.sql"]


def test_ignore_files_count_from_the_root_down_and_the_nearest_wins(base: Path) -> None:
    plant(base, "project/db/schema/a.sql", "project/db/schema/b.sql", "project/db/schema/x/b.sql")
    plant(base, "project/db/schema/x/c.sql")
    (base / ".confitureignore").write_text("a.sql\n")
    (base / "project/.confitureignore").write_text("/db\nb.sql\n")
    (base / "project/db/.confitureignore").write_text("schema/x/c.sql\n")
    (base / "project/db/schema/x/.confitureignore").write_text("!b.sql\n")
    entry = Entry(base / "project/db/schema")
    found = find_sql_files(str(base), [entry], ignore_root=str(base / "project"))[0]
    assert found == ["project/db/schema/a.sql", "project/db/schema/x/b.sql"]
    assert len(find_sql_files(str(base), [entry])[0]) == 4


@pytest.mark.parametrize(
    ("line", "ignored"),
    [
        ("a ", ["a"]),
        ("a\\ ", ["a "]),
        ("a\\  ", ["a "]),
        ("a\\\\ ", ["a\\"]),
        ("a\r", ["a"]),
        ("a \r", ["a"]),
        ("#a", []),
        ("\\#a", ["#a"]),
        ("  ", []),
        ("\r", []),
        ("\ufeffa", ["a"]),
        (" a", [" a"]),
    ],
)
def test_lines_of_an_ignore_file(base: Path, line: str, ignored: list[str]) -> None:
    names = ["a", "a ", "#a", " a"]
    plant(base, *names)
    (base / ".confitureignore").write_bytes(line.encode())
    entry = Entry(base, include=("*", "!.confitureignore"))
    assert set(names) - set(find_sql_files(str(base), [entry])[0]) == set(ignored) & set(names)


def test_file_belongs_to_the_lowest_order_then_the_first_entry(base: Path) -> None:
    plant(base, "x/a.sql", "x/y/b.sql", "z/c.sql")
    (base / "z/a.sql").symlink_to("../x/a.sql")
    entries = [Entry(base / "x", order=2), Entry(base / "x/y", order=1), Entry(base / "z", order=1)]
    assert find_sql_files(str(base), entries)[:2] == (["x/y/b.sql", "z/a.sql", "z/c.sql"], [1, 2, 2])


def test_entries_of_one_order_are_merged_by_path(base: Path) -> None:
    plant(base, "b/a.sql", "a/b.sql")
    assert find_sql_files(str(base), [Entry(base / "b"), Entry(base / "a")])[:2] == (
        ["a/b.sql", "b/a.sql"],
        [1, 0],
    )


def test_of_two_links_the_first_path_is_built(base: Path) -> None:
    plant(base, "target/z.sql")
    (base / "2_b.sql").symlink_to("target/z.sql")
    (base / "10_a.sql").symlink_to("target/z.sql")
    assert find_sql_files(str(base), [Entry(base)], sort_mode="hex")[0] == ["10_a.sql"]


def test_linked_directories_and_missing_ones_are_reported(base: Path) -> None:
    plant(base, "real/a.sql", "other/")
    (base / "real/link").symlink_to("../other")
    (base / "real/quiet").symlink_to("../other")
    entries = [Entry(base / "real", exclude=("quiet/",)), Entry(base / "gone", auto_discover=True)]
    assert find_sql_files(str(base), entries) == (
        ["real/a.sql"],
        [0],
        [0],
        [(str(base / "gone"), "missing_directory"), (str(base / "real/link"), "linked_directory")],
    )


def test_missing_directory_and_file_as_directory(base: Path) -> None:
    plant(base, "a.sql")
    same(raised(base, [Entry(base / "gone")]), _failures.missing_directory(str(base / "gone")))
    same(raised(base, [Entry(base / "a.sql")]), _failures.not_a_directory(str(base / "a.sql")))


def test_directory_named_like_a_file(base: Path) -> None:
    plant(base, "a/x.sql/", "a/y.txt/")
    same(raised(base, [Entry(base)]), _failures.directory_named_like_file(str(base / "a/x.sql")))
    assert find_sql_files(str(base), [Entry(base, exclude=("x.sql",))])[0] == []
    assert find_sql_files(str(base), [Entry(base, include=("a.sql",))])[0] == []
    (base / "a/x.sql").rename(base / "real")
    (base / "link.sql").symlink_to("real")
    same(raised(base, [Entry(base)]), _failures.directory_named_like_file(str(base / "link.sql")))


def test_broken_links_are_errors_when_selected(base: Path) -> None:
    (base / "a.txt").symlink_to("nowhere")
    assert find_sql_files(str(base), [Entry(base)])[0] == []
    (base / "b.sql").symlink_to("nowhere")
    same(raised(base, [Entry(base)]), _failures.broken_link(str(base / "b.sql"), 2))
    (base / "a.sql").symlink_to("a.sql")
    assert "symbolic link" in raised(base, [Entry(base)]).message


def test_special_files_are_errors_when_selected(base: Path) -> None:
    os.mkfifo(base / "pipe")
    assert find_sql_files(str(base), [Entry(base)])[0] == []
    (base / "pipe").rename(base / "pipe.sql")
    same(raised(base, [Entry(base)]), _failures.special_file(str(base / "pipe.sql"), "named pipe"))
    (base / "pipe.sql").unlink()
    (base / "null.sql").symlink_to("/dev/null")
    same(raised(base, [Entry(base)]), _failures.special_file(str(base / "null.sql"), "character device"))
    (base / "null.sql").unlink()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(base / "s.sql"))
        same(raised(base, [Entry(base)]), _failures.special_file(str(base / "s.sql"), "socket"))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (b"a\nb", "a newline"),
        (b"a\rb", "a carriage return"),
        (b"a\\b", "a backslash"),
        (b"\\\r\n", "a newline"),
        (b"\n\xff", "bytes that are not UTF-8"),
        (b"\xed\xa0\x80", "bytes that are not UTF-8"),
    ],
)
def test_selected_path_that_no_digest_line_can_hold(base: Path, name: bytes, reason: str) -> None:
    folder = os.fsencode(base) + b"/" + name
    os.mkdir(folder)
    assert find_sql_files(str(base), [Entry(base)])[0] == []
    for file in (b"/b.sql", b"/a.sql"):
        with open(folder + file, "wb"):
            pass
    same(raised(base, [Entry(base)]), _failures.path_refused(os.fsdecode(folder + b"/a.sql"), reason))
    assert find_sql_files(os.fsdecode(folder), [Entry(Path(os.fsdecode(folder)))])[0] == ["a.sql", "b.sql"]


def test_names_are_matched_by_character_and_with_replacement(base: Path) -> None:
    plant(base, "é.sql", "ab.sql")
    with open(os.fsencode(base) + b"/x\xff\xfe.sql", "wb"):
        pass
    entry = Entry(base, include=("?.sql", "x??.sql", "!x\ufffd\ufffd.sql"))
    assert find_sql_files(str(base), [entry])[0] == ["é.sql"]


def test_unreadable_directory_and_ignore_file(ordinary_user: Path) -> None:
    base = ordinary_user
    plant(base, "a/", "b/.confitureignore")
    (base / "a").chmod(0)
    (base / "b/.confitureignore").chmod(0)
    same(raised(base, [Entry(base)]), _failures.directory_unreadable(str(base / "a"), 13))
    (base / "a").chmod(0o700)
    same(raised(base, [Entry(base)]), _failures.file_unreadable(str(base / "b/.confitureignore"), 13))


def test_odd_ignore_files(base: Path) -> None:
    ignore_file = base / "a/.confitureignore"
    ignore_file.parent.mkdir()
    ignore_file.write_bytes(b"\xef\xbb\xbfab\n\xc3\x28")
    same(raised(base, [Entry(base)]), _failures.invalid_utf8(str(ignore_file), 6))
    ignore_file.write_bytes(b"# x\r\n\r\na[ \r\n..")
    same(
        raised(base, [Entry(base)]),
        _failures.invalid_pattern("a[", "has a [ that is never closed", str(ignore_file), 3),
    )
    ignore_file.unlink()
    ignore_file.mkdir()
    same(raised(base, [Entry(base)]), _failures.file_unreadable(str(ignore_file), 21))
    ignore_file.rmdir()
    os.mkfifo(ignore_file)
    same(raised(base, [Entry(base)]), _failures.special_file(str(ignore_file), "named pipe"))


def test_first_problem_in_path_order_is_raised(base: Path) -> None:
    plant(base, "x.sql/", "x/.confitureignore", "w/")
    (base / "x/.confitureignore").write_text("[")
    (base / "w/b.sql").symlink_to("gone")
    entries = [Entry(base / "x"), Entry(base / "w"), Entry(base)]
    assert raised(base, entries).error_code == "CONFIG_010"
    assert raised(base, entries[1:]).error_code == "SCHEMA_007"
    assert raised(base, entries[2:]).error_code == "SCHEMA_007"
    (base / "w/b.sql").unlink()
    # "x" comes before "x.sql", and all that is below "x" too.
    assert raised(base, entries[2:]).error_code == "CONFIG_010"
    (base / ".confitureignore").write_text("!")
    assert raised(base, entries, ignore_root=str(base)).context["line"] == 1
    assert raised(base, [entries[1]], ignore_root=str(base)).context["file"] == str(base / ".confitureignore")


def test_patterns_of_all_entries_are_checked_before_any_search(base: Path) -> None:
    error = raised(base, [Entry(base / "gone"), Entry(base, include=("*",), exclude=("a\\", "["))])
    assert isinstance(error, ConfigurationError)
    same(error, _failures.invalid_pattern("a\\", "ends in a lone backslash", None, 0))
    error = raised(base, [Entry(base, exclude=("[",)), Entry(base, include=("",))])
    assert error.context == {"pattern": "["}


def test_hex_order() -> None:
    names = ["z", "10_a", "0A_b", "9_z", "010_a", "a_1", "A1_x", "1", "a1x_", "_1", "ff_", "0_"]
    assert sorted(names, key=hex_key) == [
        *("0_", "9_z", "0A_b", "010_a", "10_a", "A1_x"),
        *("1", "_1", "a1x_", "a_1", "ff_", "z"),
    ]
    assert sorted(["1_b/2_a", "01_c/1_a", "1_b", "01_c"], key=hex_key) == [
        "01_c",
        "01_c/1_a",
        "1_b",
        "1_b/2_a",
    ]


def test_alphabetical_order_is_that_of_components_as_bytes() -> None:
    generator = random.Random(1)
    paths = [
        "/".join(
            "".join(generator.choices("ab.-_ \x01é\ue000😀", k=3)) for _ in range(generator.randint(1, 3))
        )
        for _ in range(500)
    ]
    assert sorted(paths, key=alphabetical_key) == sorted(paths, key=lambda path: path.encode().split(b"/"))


def test_unknown_sort_mode_is_a_mistake_of_the_caller(base: Path) -> None:
    with pytest.raises(ValueError, match="sort_mode"):
        find_sql_files(str(base), [Entry(base)], sort_mode="random")


def test_base_may_be_the_root_directory(base: Path) -> None:
    plant(base, "a.sql")
    assert find_sql_files("/", [Entry(base)])[0] == [str(base / "a.sql")[1:]]


def test_errors_are_schema_errors(base: Path) -> None:
    assert isinstance(raised(base, [Entry(base / "gone")]), SchemaError)
