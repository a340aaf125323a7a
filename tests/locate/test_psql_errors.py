"""What a real psql says of a bundle leads to the source."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from bundles import Source
from confiture.core.locating import MappedBundle
from confiture.core.psql_messages import read_messages

from .support import write_mapped

if TYPE_CHECKING:
    from pathlib import Path

    from confiture._interface import Engine
    from confiture.models.source_map import Location
    from postgres import Server

#: Each statement that fails has its mistake at ``«``, which is not in the file.
MISTAKES = {
    "the first statement of a file": "SELECT «nope;\n",
    "after a comment that psql leaves out": "-- one\n-- two\n\nSELECT 1,\n  «nope;\n",
    "after a comment that psql keeps": "/* one\n\ntwo */\n\n-- three\n\nSELECT 1,\n\n\n  «nope;\n",
    "after another statement on its line": "SELECT 1; SELECT\n\n  «nope;\n",
    "the second of two that fail on one line": "SELECT 1 AS a; SELECT «nope;\n",
    "without an end": "SELECT 1;\nSELECT «nope",
    "with blank lines in a quote": "SELECT 'a\n\n\nb',\n\n 'c\n\n', «nope;\n",
    "in a function": "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n\nSELECT\n  «nope $$;\n",
    "a syntax error at the end": "CREATE TABLE t (\n  a int,\n«);\n",
    "behind tabs": "SELECT\t1,\n\t\t«nope;\n",
    "behind wide characters": "SELECT '表表é', 'e\u0301' || «nope;\n",
    "with Windows line ends": "SELECT 1,\r\n\r\n  «nope;\r\n",
    "after a byte order mark": "\ufeffSELECT «nope;\n",
    "far into a long line": "SELECT " + "1 + " * 300 + "«nope" + " + 1" * 300 + ";\n",
    "among equal lines": "SELECT 1\n" + " + 1\n" * 50 + " + «nope\n" + " + 1\n" * 50 + ";\n",
    "in data": "CREATE TEMP TABLE d (a int);\nCOPY d FROM stdin;\n1\n2\n«x\n4\n\\.\nSELECT 1;\n",
    "one without a place": "CREATE TEMP TABLE u (a int);\n\n«ALTER TABLE missing\n  ADD COLUMN a int;\n",
    "a statement that ends inside of a line": "«ALTER TABLE missing\n  ADD COLUMN a int; SELECT 1;\n",
}


@pytest.fixture(scope="module")
def database(server: Server) -> str:
    return server.create_database("psql_errors")


def _locate_all(server: Server, database: str, bundle: Path, engine: Engine, path: str) -> list[Location]:
    with bundle.open("rb") as stdin:
        ran = subprocess.run(
            [server.program("psql"), "-X", "-q", "-d", server.uri(database), "-f", path],
            cwd=bundle.parent,
            stdin=stdin,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    assert "ERROR" in ran.stderr
    mapped = MappedBundle(engine, bundle)
    return [mapped.locate_message(message) for message in read_messages(ran.stderr.split("\n"), mapped.path)]


def _place(text: str) -> tuple[int, int]:
    before = text[: text.index("«")].removeprefix("\ufeff")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _sources(texts: list[str]) -> list[Source]:
    return [Source(f"{number:02}.sql", text.replace("«", "").encode()) for number, text in enumerate(texts)]


@pytest.mark.parametrize("text", MISTAKES.values(), ids=MISTAKES)
@pytest.mark.parametrize("path", ["bundle.sql", "-"])
def test_the_place_of_a_mistake_is_found(
    tmp_path: Path, server: Server, database: str, engine: Engine, text: str, path: str
) -> None:
    bundle = write_mapped(tmp_path, _sources(["SELECT 1;\n", text]))

    (location,) = _locate_all(server, database, bundle, engine, path)

    assert location.message is not None
    assert location.message.startswith("ERROR:")
    assert (location.path, location.line, location.column) == ("src/01.sql", *_place(text))


def test_every_message_of_a_bundle_is_found(
    tmp_path: Path, server: Server, database: str, engine: Engine
) -> None:
    texts = [text for name, text in MISTAKES.items() if name != "without an end"]
    bundle = write_mapped(tmp_path, _sources(texts))

    found = _locate_all(server, database, bundle, engine, "bundle.sql")

    assert [(location.path, location.line, location.column) for location in found] == [
        (f"src/{number:02}.sql", *_place(text)) for number, text in enumerate(texts)
    ]
    assert all(location.statement is not None for location in found)
