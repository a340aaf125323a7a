"""Large files and many files give the bytes that small ones do, in bounded memory.

The native engine reads a file in pieces of 64 KiB and streams a large one in pieces of 1 MiB; where a
piece ends must make no difference.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import bundles
from bundles import Source
from confiture.config.environment import Environment
from confiture.core.builder import SchemaBuilder
from confiture.exceptions import SchemaError
from engines import ENGINES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture._interface import Engine

KIB = 1 << 10
MIB = 1 << 20
#: A file of more bytes than the native engine holds at once.
STREAMED = 9 * MIB

_LINE = b"SELECT 1 AS one_column_of_many, 2 AS another;\n"
_FILLER = _LINE * (MIB // len(_LINE) + 1)


@pytest.fixture
def directory() -> Iterator[Path]:
    """A directory that is removed at once: pytest would keep hundreds of megabytes."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name).resolve()


def filler(size: int) -> bytes:
    """SQL of this many bytes with nothing open in it; it ends with a newline if it is long enough."""
    lines = size // len(_LINE)
    return (_FILLER * (size // len(_FILLER) + 1))[: lines * len(_LINE)] + b" " * (size - lines * len(_LINE))


def straddling(cuts: list[tuple[bytes, int]], piece: int) -> bytes:
    """A text in which each fragment is cut, after so many bytes, by the end of a piece."""
    text = bytearray()
    for number, (fragment, cut) in enumerate(cuts, 1):
        text += filler(number * piece - cut - len(text)) + fragment
    return bytes(text) + b"\n" + filler(max(STREAMED - len(text), 100))


def builder(tree: Path) -> SchemaBuilder:
    return SchemaBuilder(Environment(name="local", include_dirs=["."], project_dir=str(tree)))


def write_sources(tree: Path, sources: list[Source]) -> None:
    for path, content in sources:
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(content)


def check_build(directory: Path, sources: list[Source]) -> None:
    """Check that these files, in build order, are built to a file and hashed as they should be."""
    write_sources(directory / "tree", sources)
    output = directory / "out" / "bundle.sql"
    report = builder(directory / "tree").write(output)
    assert bundles.same_bytes(output.read_bytes(), bundles.bundle_of("local", sources))
    assert report.tree_digest == bundles.tree_digest(sources)
    assert report.bundle.source_bytes == sum(len(content) for _, content in sources)
    assert report.bundle.bundle_bytes == output.stat().st_size
    assert report.warnings == []
    assert builder(directory / "tree").compute_hash() == report.tree_digest
    output.unlink()


def finding(directory: Path, content: bytes) -> tuple[int, int]:
    """Line and column of what a build finds open in a file."""
    write_sources(directory / "tree", [Source("a.sql", content)])
    with pytest.raises(SchemaError) as caught:
        builder(directory / "tree").write(directory / "out" / "bundle.sql")
    assert caught.value.error_code == "SCHEMA_012"
    assert list((directory / "out").iterdir()) == []
    return caught.value.context["line"], caught.value.context["column"]


def place(content: bytes, offset: int) -> tuple[int, int]:
    """Line and column of an offset."""
    start = content.rfind(b"\n", 0, offset) + 1
    return content.count(b"\n", 0, offset) + 1, len(content[start:offset].decode()) + 1


def cuts_of(fragment: bytes) -> list[tuple[bytes, int]]:
    """Where to cut a fragment: everywhere but inside its words."""
    cuts = range(1, len(fragment))
    return [(fragment, cut) for cut in cuts if not fragment[cut - 1 : cut + 1].isalnum()]


#: Each is closed in itself, and means something else when it is read in two halves that know nothing
#: of each other.
FRAGMENTS = [
    "é日😀".encode(),
    b"'a''b'",
    b"E'\\'\\\\';",
    b"E'a'\n'\\'';",
    b"/*/**/*/",
    b"/***/--'\n",
    b"--\r''\r\n",
    b'"a""b"',
    b"$t$'$$t$",
    "$é$'$é$".encode(),
    b"a$b$'';",
    b"typE'\\';",
    b"\\echo '\\\\' \\\\'';",
    b"COPY t FROM STDIN;\n'\n\\.\r\n",
    b"\\copy t from stdin\n\\.x\n\\.\n",
    b"\xef\xbb\xbf",
]
_CUTS = [cut for fragment in FRAGMENTS for cut in cuts_of(fragment)]
#: As many cuts to a file as fit in one of 24 MiB.
_GROUPS = {start: _CUTS[start : start + 23] for start in range(0, len(_CUTS), 23)}


@pytest.mark.parametrize("start", _GROUPS)
def test_what_the_end_of_a_piece_cuts_in_two_is_read_as_one(
    engine: Engine, directory: Path, start: int
) -> None:
    closed = straddling(_GROUPS[start], MIB) + "é ".encode()
    source = Source("a.sql", closed + b"'")
    assert len(source.content) > STREAMED
    write_sources(directory, [source])
    parts = [(None, ("", "\n", "\n"), None)]
    rule = bundles.separator("").decode().split("File: ")
    separator = [f"{rule[0]}File: ", rule[1]]
    written = engine.write_schema(str(directory), ["a.sql"], parts, separator, fatal=[])
    digest, _, findings, facts = written[:4]
    assert digest == bundles.tree_digest([source])
    assert facts[0][3] == hashlib.sha256(bundles.body_of([source])).hexdigest()
    assert findings == [(0, "string", *place(source.content, len(closed)))]


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=repr)
def test_what_the_end_of_a_small_buffer_cuts_in_two_is_read_as_one(
    engine: Engine, directory: Path, fragment: bytes
) -> None:
    cuts = range(len(fragment) + 1)
    check_build(directory, [Source(f"{cut:03}.sql", filler(64 * KIB - cut) + fragment) for cut in cuts])


OPENERS = [b"/* ", b"'", b"E'\\", b'"', b"$tag$ $tag", "$é$".encode(), b"COPY t FROM STDIN;\n\\. \n"]


@pytest.mark.parametrize("opener", OPENERS, ids=repr)
def test_what_is_left_open_at_the_end_of_a_piece_is_found_at_its_place(
    engine: Engine, directory: Path, opener: bytes
) -> None:
    delimiter = 1 if opener.startswith(b"E'") else 0
    for cut, tail in ((1, 0), (len(opener) // 2, MIB), (len(opener), 0)):
        before = filler(STREAMED - cut - 8) + "\né日; ".encode()
        content = before + opener + b"x" * tail
        assert finding(directory, content) == place(content, len(before) + delimiter)


@pytest.mark.parametrize("limit", [64 * KIB, MIB, 8 * MIB, 9 * MIB])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a mark"])
def test_files_around_the_size_of_a_buffer_are_built_whole(
    engine: Engine, directory: Path, limit: int, start: bytes
) -> None:
    sources = []
    for difference in (-1, 0, 1):
        for name, end in (("a", b"x"), ("b", b"\n"), ("c", b"\r\n"), ("d", "é".encode())):
            content = start + filler(limit + difference - len(start) - len(end)) + end
            assert len(content) == limit + difference
            sources.append(Source(f"{name}{difference + 1}.sql", content))
            if limit > MIB:
                break
    check_build(directory, sorted(sources))


@pytest.mark.parametrize("limit", [64 * KIB, STREAMED])
@pytest.mark.parametrize("bad", [b"\x00", b"\xff", b"\xc3", b"\xe2\x82", b"\xe2\x82x", b"\xf0\x9f\x98\x00"])
def test_what_cannot_stand_in_a_bundle_is_found_at_its_offset(
    engine: Engine, directory: Path, limit: int, bad: bytes
) -> None:
    for cut in range(len(bad) + 1):
        tail = b"" if cut % 2 else b"y" * 10 + b"\x00\xff"
        write_sources(directory / "tree", [Source("a.sql", filler(limit - cut) + bad + tail)])
        with pytest.raises(SchemaError) as caught:
            builder(directory / "tree").write(directory / "out" / "bundle.sql")
        assert caught.value.context["offset"] == limit - cut
        assert caught.value.error_code == ("SCHEMA_010" if bad == b"\x00" else "SCHEMA_009")
        assert list((directory / "out").iterdir()) == []


def test_a_large_file_stands_between_small_ones(engine: Engine, directory: Path) -> None:
    sources = [
        Source("1.sql", b"SELECT 1;"),
        Source("2.sql", filler(21 * MIB) + b"x"),
        Source("3.sql", b"\xef\xbb\xbfSELECT 3;\n"),
        *(Source(f"4/{index:03}.sql", filler(index * 997)) for index in range(60)),
        Source("5.sql", b"\xef\xbb\xbf" + filler(9 * MIB)),
        Source("6.sql", filler(10 * MIB)),
        Source("7.sql", b""),
    ]
    check_build(directory, sources)


def test_files_that_fill_many_batches_are_built_in_order(engine: Engine, directory: Path) -> None:
    sources = [Source(f"{index:03}.sql", filler(600 * KIB + index) + b"\n") for index in range(60)]
    check_build(directory, sources)


def test_thousands_of_small_files_are_built_in_order(engine: Engine, directory: Path) -> None:
    sources = [
        Source(f"{index // 100:03}_d/{index % 100:02}.sql", b"SELECT %d;%s" % (index, b"\n" * (index % 3)))
        for index in range(5_300)
    ]
    check_build(directory, sources)
    text = builder(directory / "tree").build()
    assert bundles.same_bytes(text.encode(), bundles.bundle_of("local", sources))


# Memory.

_MEASURED = """
import resource, sys
from pathlib import Path
from confiture.config.environment import Environment
from confiture.core.builder import SchemaBuilder

tree, output = sys.argv[1:]
builder = SchemaBuilder(Environment(name="local", include_dirs=["."], project_dir=tree))
digest = builder.write(output).bundle.body_sha256
status = Path("/proc/self/status")
if status.exists():
    # Unlike what getrusage gives, this does not count the parent before the program was started.
    peak = int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(digest, peak)
"""

_MEMORY_LIMIT = 96 * MIB


def peak_memory(tree: Path, output: Path) -> tuple[str, int]:
    """The body's SHA-256 of a build in a process of its own, and the most memory it held."""
    result = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(tree), str(output)],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    digest, peak = result.stdout.split()
    return digest, int(peak)


@pytest.mark.parametrize("size", [128 * KIB, MIB])
def test_memory_does_not_grow_with_the_number_of_files(engine: Engine, directory: Path, size: int) -> None:
    sources = [Source(f"{index:04}.sql", filler(size)) for index in range(300 * MIB // size)]
    write_sources(directory / "tree", sources)
    digest, peak = peak_memory(directory / "tree", directory / "bundle.sql")
    assert peak < _MEMORY_LIMIT
    expected = hashlib.sha256()
    for source in sources:
        expected.update(bundles.body_of([source]))
    assert digest == expected.hexdigest()


@pytest.mark.skipif("rust" not in ENGINES, reason="the Python engine holds one file at a time")
def test_memory_of_the_native_engine_does_not_grow_with_the_size_of_a_file(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFITURE_ENGINE", "rust")
    write_sources(directory / "tree", [Source("a.sql", filler(100 * MIB))])
    _, peak = peak_memory(directory / "tree", directory / "bundle.sql")
    assert peak < _MEMORY_LIMIT
