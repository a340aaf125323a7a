"""Bytes, digests, errors and clean-up of the pure engine's bundles."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from confiture import _failures
from confiture._pure import build_schema, hash_files, write_schema
from confiture.exceptions import SchemaError

if TYPE_CHECKING:
    from confiture._interface import Part, Written

HEADER = ("-- tree ", "\n-- body ", "\n-- end\n")
SEPARATOR = ("\n-- ", " (", ")\n")


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "a.sql").write_bytes(b"\xef\xbb\xbfSELECT 1;\r\n")
    (folder / "b.sql").write_bytes(b"")
    (folder / "été.sql").write_bytes("SELECT 'é'".encode())
    return folder


PATHS = ["a.sql", "b.sql", "été.sql"]
BODY = "\n-- a.sql (a.sql)\nSELECT 1;\r\n\n-- b.sql (b.sql)\n\n\n-- été.sql (été.sql)\nSELECT 'é'\n".encode()


def expected_lines(tree: Path) -> str:
    return "".join(f"{digest((tree / path).read_bytes())}  {path}\n" for path in PATHS)


def test_hash_covers_bytes_and_paths_as_sha256sum_prints_them(tree: Path) -> None:
    lines = expected_lines(tree)
    assert hash_files(str(tree), PATHS) == (digest(lines.encode()), lines)
    assert hash_files(str(tree), []) == (digest(b""), "")


def test_bundle_is_header_and_body(tree: Path, tmp_path: Path) -> None:
    lines = expected_lines(tree)
    head = "".join((HEADER[0], digest(lines.encode()), HEADER[1], digest(BODY), HEADER[2])).encode()
    source_bytes = sum((tree / path).stat().st_size for path in PATHS)
    written: Written = (
        digest(lines.encode()),
        lines,
        [],
        [(3, source_bytes, len(head + BODY), digest(BODY))],
        [],
        [],
    )
    assert build_schema(str(tree), PATHS, HEADER, SEPARATOR, fatal=()) == ((head + BODY).decode(), written)
    output = tmp_path / "out.sql"
    assert write_schema(str(tree), PATHS, [(str(output), HEADER, None)], SEPARATOR, fatal=()) == written
    assert output.read_bytes() == head + BODY
    assert write_schema(str(tree), PATHS, [(None, HEADER, None)], SEPARATOR, fatal=()) == written
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.sql", "tree"]


def test_parts_hold_their_files_and_the_digest_covers_all(tree: Path, tmp_path: Path) -> None:
    parts = [(str(tmp_path / "1"), HEADER, [1]), (None, HEADER, []), (str(tmp_path / "2"), HEADER, [0, 2])]
    tree_digest, lines, _, written, _, _ = write_schema(str(tree), PATHS, parts, SEPARATOR, fatal=None)
    assert (tree_digest, lines) == hash_files(str(tree), PATHS)
    assert [part[0] for part in written] == [1, 0, 2]
    assert written[1] == (0, 0, len("".join(HEADER)) + 128, digest(b""))
    for name, part in (("1", written[0]), ("2", written[2])):
        content = (tmp_path / name).read_bytes()
        assert len(content) == part[2]
        assert tree_digest.encode() in content
        assert digest(content.partition(b"-- end\n")[2]) == part[3]
    with pytest.raises(ValueError, match="once"):
        write_schema(str(tree), PATHS, parts[:2], SEPARATOR, fatal=None)


def test_output_keeps_its_permissions_and_a_new_one_follows_the_umask(tree: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.sql"
    umask = os.umask(0o027)
    try:
        write_schema(str(tree), PATHS, [(str(output), HEADER, None)], SEPARATOR, fatal=None)
        assert stat.S_IMODE(output.stat().st_mode) == 0o640
        output.chmod(0o606)
        write_schema(str(tree), PATHS, [(str(output), HEADER, None)], SEPARATOR, fatal=None)
        assert stat.S_IMODE(output.stat().st_mode) == 0o606
    finally:
        os.umask(umask)


def test_open_constructs_are_listed_in_build_order(tree: Path, tmp_path: Path) -> None:
    (tree / "a.sql").write_bytes(b"\xef\xbb\xbf/*")
    (tree / "b.sql").write_bytes("\n é '".encode())
    findings = [(0, "block_comment", 1, 1), (1, "string", 2, 4)]
    parts = [(None, HEADER, [1, 2]), (None, HEADER, [0])]
    assert write_schema(str(tree), PATHS, parts, SEPARATOR, fatal=())[2] == findings
    assert write_schema(str(tree), PATHS, parts, SEPARATOR, fatal=None)[2] == []
    for fatal, listed in (
        (("block_comment", "string"), [("a.sql", "block_comment", 1, 1), ("b.sql", "string", 2, 4)]),
        (("string",), [("b.sql", "string", 2, 4)]),
    ):
        with pytest.raises(SchemaError) as caught:
            write_schema(str(tree), PATHS, parts, SEPARATOR, fatal=fatal)
        assert (
            caught.value.to_dict()
            == _failures.unclosed([(str(tree / path), *rest) for path, *rest in listed]).to_dict()
        )


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        (b"\xef\xbb\xbfab\xff\0", lambda path: _failures.invalid_utf8(path, 5)),
        (b"\xef\xbb\xbfab\0\xff", lambda path: _failures.nul_byte(path, 5)),
        (b"\xe2\x82", lambda path: _failures.invalid_utf8(path, 0)),
        (b"\xed\xa0\x80", lambda path: _failures.invalid_utf8(path, 0)),
        (b"a\xf4\x90\x80\x80", lambda path: _failures.invalid_utf8(path, 1)),
        (None, lambda path: _failures.file_unreadable(path, 2)),
    ],
)
def test_file_that_cannot_be_bundled(
    tree: Path, tmp_path: Path, content: bytes | None, failure: Callable[[str], SchemaError]
) -> None:
    output = tmp_path / "out.sql"
    output.write_text("old")
    (tree / "a.sql").write_bytes(b"/*")
    if content is None:
        (tree / "b.sql").unlink()
    else:
        (tree / "b.sql").write_bytes(content)
    with pytest.raises(SchemaError) as caught:
        write_schema(str(tree), PATHS, [(str(output), HEADER, None)], SEPARATOR, fatal=("block_comment",))
    assert caught.value.to_dict() == failure(str(tree / "b.sql")).to_dict()
    assert output.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.sql", "tree"]


def test_directory_in_place_of_a_file(tree: Path) -> None:
    (tree / "c.sql").mkdir()
    for attempt in (
        lambda: hash_files(str(tree), ["c.sql"]),
        lambda: build_schema(str(tree), ["c.sql"], HEADER, SEPARATOR, fatal=None),
    ):
        with pytest.raises(SchemaError) as caught:
            attempt()
        assert caught.value.to_dict() == _failures.file_unreadable(str(tree / "c.sql"), 21).to_dict()
        assert repr(caught.value.__cause__) == repr(IsADirectoryError(21, os.strerror(21)))


@pytest.mark.parametrize(
    ("outputs", "unwritable", "number"),
    [(["kept", "none/out.sql"], "none/out.sql", 2), (["tree", "kept"], "tree", 21)],
)
def test_output_that_cannot_be_written(
    tree: Path, tmp_path: Path, outputs: list[str], unwritable: str, number: int
) -> None:
    parts: list[Part] = [(str(tmp_path / outputs[0]), HEADER, None), (str(tmp_path / outputs[1]), HEADER, [])]
    with pytest.raises(SchemaError) as caught:
        write_schema(str(tree), PATHS, parts, SEPARATOR, fatal=None)
    expected = _failures.output_unwritable(str(tmp_path / unwritable), number)
    assert caught.value.to_dict() == expected.to_dict()
    assert repr(caught.value.__cause__) == repr(expected.__cause__)
    assert [path.name for path in tmp_path.iterdir()] == ["tree"]


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, OSError(5, "stop"), RuntimeError])
def test_interrupted_build_leaves_nothing_behind(
    tree: Path, tmp_path: Path, interrupt: BaseException | type[BaseException]
) -> None:
    def progress(done: int, total: int) -> None:
        assert len(list(tmp_path.glob(".confiture-*.tmp"))) == 1
        raise interrupt

    with pytest.raises(interrupt if isinstance(interrupt, type) else type(interrupt)):
        write_schema(
            str(tree),
            PATHS,
            [(str(tmp_path / "out.sql"), HEADER, None)],
            SEPARATOR,
            fatal=None,
            progress=progress,
        )
    assert [path.name for path in tmp_path.iterdir()] == ["tree"]


@pytest.mark.parametrize("count", [0, 1, 256, 1000])
def test_progress_is_told_rarely_and_once_at_the_end(tmp_path: Path, count: int) -> None:
    (tmp_path / "a.sql").touch()
    told: list[tuple[int, int]] = []
    expected = [(done, count) for done in range(256, count, 256)] + [(count, count)]
    hash_files(str(tmp_path), ["a.sql"] * count, progress=lambda *fact: told.append(fact))
    assert told == expected
    told.clear()
    build_schema(
        str(tmp_path),
        ["a.sql"] * count,
        HEADER,
        SEPARATOR,
        fatal=None,
        progress=lambda *fact: told.append(fact),
    )
    assert told == expected
