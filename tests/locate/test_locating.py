"""Places of bundles and the source places they come from."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from bundles import Source, take_apart
from confiture.core.locating import MappedBundle
from confiture.core.psql_messages import PsqlMessage, read_messages
from confiture.exceptions import ArtifactError, SchemaError
from example.library import PROJECT

from .support import map_of, write_mapped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confiture._interface import Engine

SOURCES = [
    Source("a.sql", b"SELECT 1;\nSELECT 2"),
    Source("empty.sql", b""),
    Source("dir/b.sql", "\ufeff-- é表\r\n\r\nSELECT 'é', 3;\r\n".encode()),
]

PLANTED = 1000


def planted(seed: int) -> tuple[list[Source], dict[str, tuple[str, int, int]]]:
    """The example's files with marks at random places, and the path, line and column of each."""
    random_ = random.Random(seed)
    root = PROJECT / "db"
    files = (path.relative_to(root) for path in root.rglob("*.sql"))
    paths = sorted(path.as_posix() for path in files if path.parts[0] != "generated")
    texts = {path: (root / path).read_text(encoding="utf-8") for path in paths}
    marks: dict[str, list[int]] = {path: [] for path in paths}
    for path in random_.choices(paths, k=PLANTED):
        marks[path].append(random_.randint(0, len(texts[path])))
    expected = {}
    sources = []
    for path in paths:
        text = texts[path]
        for number, at in enumerate(sorted(marks[path], reverse=True)):
            text = f"{text[:at]}<{path}:{number}>{text[at:]}"
        for number in range(len(marks[path])):
            before = text[: text.index(f"<{path}:{number}>")]
            place = before.count("\n") + 1, len(before) - before.rfind("\n")
            expected[f"<{path}:{number}>"] = (path, *place)
        sources.append(Source(path, text.encode()))
    return sources, expected


def find_all(bundle: MappedBundle, content: str, marks: dict[str, Any]) -> dict[str, tuple[str, int, int]]:
    found = {}
    for mark in marks:
        before = content[: content.index(mark)]
        location = bundle.locate(before.count("\n") + 1, len(before) - before.rfind("\n"))
        assert location.kind == "source"
        found[mark] = (location.path, location.line, location.column)
    return found  # type: ignore[return-value]


def test_a_thousand_planted_marks_are_found_again(tmp_path: Path, engine: Engine) -> None:
    sources, expected = planted(1)
    path = write_mapped(tmp_path, sources)
    assert len(expected) == PLANTED

    found = find_all(MappedBundle(engine, path), path.read_text(encoding="utf-8"), expected)

    assert found == {mark: (f"src/{file}", line, column) for mark, (file, line, column) in expected.items()}


def test_every_line_is_of_the_header_a_separator_or_a_file(tmp_path: Path, engine: Engine) -> None:
    path = write_mapped(tmp_path, SOURCES)
    bundle = MappedBundle(engine, path)
    lines = path.read_bytes().split(b"\n")[:-1]

    places = []
    for number in range(1, len(lines) + 1):
        location = bundle.locate(number)
        places.append((location.kind, location.path, location.line))

    a, empty, b = "src/a.sql", "src/empty.sql", "src/dir/b.sql"
    assert empty not in {path for _, path, _ in places}
    assert places == [
        *[("header", None, None)] * 12,
        *[("separator", a, None)] * 5,
        ("source", a, 1),
        ("source", a, 2),
        *[("separator", b, None)] * 11,
        ("source", b, 1),
        ("source", b, 2),
        ("source", b, 3),
    ]


@pytest.mark.parametrize(
    ("line", "column", "statement"),
    [
        (18, 1, 1),
        (18, 9, 1),
        (18, 10, None),
        (19, 1, 2),
        (31, 1, None),
        (33, 1, 3),
        (33, 14, 3),
        (33, None, 3),
    ],
)
def test_the_statement_around_a_place_is_told(
    tmp_path: Path, engine: Engine, line: int, column: int | None, statement: int | None
) -> None:
    location = MappedBundle(engine, write_mapped(tmp_path, SOURCES)).locate(line, column)

    if statement is None:
        assert location.statement is None
    else:
        assert location.statement is not None
        assert location.statement.kind == "SELECT"
        assert location.statement.line == {1: 1, 2: 2, 3: 3}[statement]


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        (0, None, "it has 33 lines"),
        (34, None, "it has 33 lines"),
        (10**8, 1, "it has 33 lines"),
        (18, 11, "that line has 9 characters"),
        (33, 16, "that line has 14 characters"),
        (18, 0, "that line has 9 characters"),
    ],
)
def test_a_place_that_is_not_there_is_an_error(
    tmp_path: Path, engine: Engine, line: int, column: int | None, says: str
) -> None:
    bundle = MappedBundle(engine, write_mapped(tmp_path, SOURCES))

    with pytest.raises(SchemaError, match=says) as caught:
        bundle.locate(line, column)
    assert caught.value.error_code == "SCHEMA_018"


def test_the_place_behind_a_line_is_one(tmp_path: Path, engine: Engine) -> None:
    location = MappedBundle(engine, write_mapped(tmp_path, SOURCES)).locate(33, 15)

    assert (location.line, location.column, location.excerpt_column) == (3, 15, 15)
    assert location.excerpt == "SELECT 'é', 3;"


def test_a_long_line_is_shown_around_the_place(tmp_path: Path, engine: Engine) -> None:
    line = "SELECT '" + "表" * 5000 + "!" + "é" * 5000 + "';"
    path = write_mapped(tmp_path, [Source("a.sql", line.encode())])
    column = line.index("!") + 1

    location = MappedBundle(engine, path).locate(18, column)

    assert (location.line, location.column) == (1, column)
    assert location.excerpt[location.excerpt_column - 1] == "!"
    assert location.excerpt == "…" + "表" * 60 + "!" + "é" * 99 + "…"


def _break_bundle(directory: Path) -> None:
    path = directory / "bundle.sql"
    path.write_bytes(path.read_bytes().replace(b"SELECT 1", b"SELECT 9"))


def _change(directory: Path, **fields: object) -> None:
    path = directory / "bundle.sql.map.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


STALE = "ARTIFACT_003"
NO_MAP = "ARTIFACT_002"
MISTAKES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no map": (lambda directory: (directory / "bundle.sql.map.json").unlink(), "ARTIFACT_001"),
    "a changed bundle": (_break_bundle, STALE),
    "an empty bundle": (lambda directory: (directory / "bundle.sql").write_bytes(b""), STALE),
    "the map of another bundle": (lambda directory: _change(directory, body_sha256="0" * 64), STALE),
    "a map of more lines": (
        lambda directory: _change(directory, segments=[[1, -1, 0, 0], [18, 0, 1, 1], [99, 1, 1, 1]]),
        STALE,
    ),
    "another version": (lambda directory: _change(directory, version=2), NO_MAP),
    "an unknown field": (lambda directory: _change(directory, sources=[]), NO_MAP),
    "no segments": (lambda directory: _change(directory, segments=[]), NO_MAP),
    "segments that do not ascend": (
        lambda directory: _change(directory, segments=[[1, -1, 0, 0], [1, 0, 1, 1]]),
        NO_MAP,
    ),
    "a file that is not listed": (lambda directory: _change(directory, segments=[[1, 3, 1, 1]]), NO_MAP),
    "a negative line": (lambda directory: _change(directory, segments=[[1, 0, -1, 1]]), NO_MAP),
    "no JSON": (lambda directory: (directory / "bundle.sql.map.json").write_bytes(b"\xff{"), NO_MAP),
    "a directory": (
        lambda directory: [
            (directory / "bundle.sql.map.json").unlink(),
            (directory / "bundle.sql.map.json").mkdir(),
        ],
        NO_MAP,
    ),
}


@pytest.mark.parametrize(("spoil", "code"), MISTAKES.values(), ids=MISTAKES)
def test_a_map_that_does_not_fit_is_an_error(
    tmp_path: Path, engine: Engine, spoil: Callable[[Path], object], code: str
) -> None:
    path = write_mapped(tmp_path, SOURCES)
    spoil(tmp_path)

    with pytest.raises(ArtifactError) as caught:
        MappedBundle(engine, path)
    assert caught.value.error_code == code
    assert "bundle.sql.map.json" in caught.value.message
    assert caught.value.resolution_hint


def test_a_map_may_lie_elsewhere(tmp_path: Path, engine: Engine) -> None:
    path = write_mapped(tmp_path, SOURCES)
    (tmp_path / "maps").mkdir()
    content = path.read_bytes()
    written = json.dumps(map_of("bundle.sql", content, SOURCES, "../src"))
    (tmp_path / "maps/m.json").write_text(written)

    bundle = MappedBundle(engine, path, tmp_path / "maps/m.json")

    assert bundle.map_dir == str(tmp_path / "maps")
    assert bundle.locate(18).path == "../src/a.sql"


def test_messages_about_other_files_are_passed_over() -> None:
    printed = [
        "psql:other.sql:3: ERROR:  x",
        "LINE 1: SELECT",
        "        ^",
        'psql:/a:b/bundle.sql:7: ERROR:  relation "t:1: " does not exist',
        "LINE 2: FROM t",
        "             ^",
        "HINT:  x",
        "bundle.sql:9: ERROR",
        "2026-01-01 psql:bundle.sql:8: FEHLER:  x",
        "ZEILE 3: y",
        "         ^",
        "psql:<stdin>:9: ERROR:  invalid",
        'CONTEXT:  COPY t, line 4, column a: "x"',
        "psql: error: connection lost",
    ]

    assert list(read_messages(printed, "x/bundle.sql")) == [
        PsqlMessage(7, 'ERROR:  relation "t:1: " does not exist', 2, "FROM t", 5),
        PsqlMessage(8, "FEHLER:  x", 3, "y", 0),
        PsqlMessage(9, "ERROR:  invalid", data_line=4),
    ]


@pytest.mark.parametrize(
    "message",
    [
        PsqlMessage(18, "x", 99, "nowhere", 3),
        PsqlMessage(18, "x", 1, "...", 1),
        PsqlMessage(18, "x", 1, "", 0),
        PsqlMessage(1, "x", 1, "y", 0),
        PsqlMessage(14, "x", 1, "y", 0),
        PsqlMessage(31, "x", data_line=7),
    ],
)
def test_a_message_that_fits_nothing_gives_its_line(
    tmp_path: Path, engine: Engine, message: PsqlMessage
) -> None:
    location = MappedBundle(engine, write_mapped(tmp_path, SOURCES)).locate_message(message)

    assert (location.bundle_line, location.bundle_column) == (message.line, 1)


def test_the_map_of_the_tests_is_that_of_the_documents() -> None:
    sources = [Source("a", b"x\n"), Source("b", b"")]
    from bundles import bundle_of

    bundle = bundle_of("local", sources)
    assert map_of("n", bundle, sources, ".")["segments"] == [(1, -1, 0, 0), (18, 0, 1, 1), (19, -1, 0, 0)]
    assert take_apart(bundle).files == 2
