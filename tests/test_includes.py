r"""``\i`` and ``\ir`` in the files of a build, by ``docs/bundle.md``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from confiture import _failures
from confiture._interface import Engine, Written
from confiture.core.builder import SchemaBuilder
from confiture.exceptions import SchemaError

HEADER = ("-- ", "\n-- ", "\n")
SEPARATOR = ("\n-- ", "\n\n")


@pytest.fixture
def project(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    def make(files: Mapping[str, str]) -> Path:
        root = tmp_path.resolve() / "project"
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode())
        return root

    return make


def built(engine: Engine, root: Path, *paths: str, **options: object) -> tuple[str, Written]:
    text, written = engine.build_schema(
        str(root / "s"),
        paths,
        HEADER,
        SEPARATOR,
        fatal=[],
        include_dir=str(root),
        **options,  # type: ignore[arg-type]
    )
    return text.split("\n", 2)[2], written


def test_the_file_stands_in_place_of_the_command(
    engine: Engine, project: Callable[[Mapping[str, str]], Path]
) -> None:
    root = project(
        {"s/a.sql": "A;\n\\i x/b.sql ignored\nC; \\ir ../x/d.sql \\\\ E", "x/b.sql": "\ufeffB", "x/d.sql": ""}
    )
    text, written = built(engine, root, "a.sql", segments=True)
    assert text == (
        "\n-- a.sql\n\nA;\n\n-- ../x/b.sql\n\nB\n;\n"
        "\n-- a.sql\n\nC; \n\n-- ../x/d.sql\n\n\n\n-- a.sql\n\n E\n"
    )
    lines = "".join(
        f"{hashlib.sha256((root / 's' / path).read_bytes()).hexdigest()}  {path}\n"
        for path in ("a.sql", "../x/b.sql", "../x/d.sql")
    )
    assert written[:2] == (hashlib.sha256(lines.encode()).hexdigest(), lines)
    assert engine.hash_files(str(root / "s"), ["a.sql"], include_dir=str(root)) == written[:2]
    assert written[4] == ["../x/b.sql", "../x/d.sql"]
    none = (-1, 0, 0)
    places = [
        (1, *none),
        (6, 0, 1, 1),
        (7, *none),
        (10, 1, 1, 1),
        (11, *none),
        (15, 0, 3, 1),
        (16, *none),
        (23, 0, 3, 21),
    ]
    assert written[5] == [places]


def test_without_a_directory_nothing_is_included(
    engine: Engine, project: Callable[[Mapping[str, str]], Path]
) -> None:
    root = project({"s/a.sql": "\\i none.sql\n"})
    text, written = engine.build_schema(str(root / "s"), ["a.sql"], HEADER, SEPARATOR, fatal=None)
    assert text.endswith("\n\n\\i none.sql\n")
    assert written[4:] == ([], [])


def test_files_have_one_line_each_after_the_first_that_needs_them(
    engine: Engine, project: Callable[[Mapping[str, str]], Path]
) -> None:
    root = project(
        {
            "s/a.sql": "\\i s/c.sql\n",
            "s/b.sql": "\\i x/e.sql\n\\i x/d.sql\n\\i x/e.sql\n",
            "s/c.sql": "\\i x/d.sql\n'",
            "x/d.sql": "/*",
            "x/e.sql": "SELECT 1;",
        }
    )
    base, paths = str(root / "s"), ["a.sql", "b.sql", "c.sql"]
    parts = [(None, HEADER, [2, 1]), (None, HEADER, [0])]
    written = engine.write_schema(
        base, paths, parts, SEPARATOR, fatal=[], include_dir=str(root), segments=True
    )
    listed = [line.split("  ")[1] for line in written[1].splitlines()]
    assert listed == ["a.sql", "../x/d.sql", "b.sql", "../x/e.sql", "c.sql"]
    assert engine.hash_files(base, paths, include_dir=str(root)) == written[:2]
    assert written[4] == ["../x/d.sql", "../x/e.sql"]
    assert written[2] == [(3, "block_comment", 1, 1), (2, "string", 2, 1)]
    assert [[file for _, file, _, _ in segments if file >= 0] for segments in written[5]] == [
        [3, 2, 4, 3, 4],
        [3, 2],
    ]


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("\\i x/f.sql", "x/f.sql"),
        ("\\include  x/./y/../f.sql;; x", "x/f.sql"),
        ("\\ir ../x/f.sql", "x/f.sql"),
        ("\\include_relative '../x/f.sql'", "x/f.sql"),
        ("\\i 'x'/f.sql", "x/f.sql"),
        ("\\i 'x/\\146\\x2es''\\q'", "x/f.s'q"),
        ("\\i 'x/f.sql;'", "x/f.sql;"),
        ('\\i x/"f g.sql"', 'x/"f g.sql"'),
        ("\\i x/a:-b", "x/a:-b"),
        ("\\i x/f.sql\\echo", "x/f.sql"),
        # The data follows the rest of the line.
        ("\\i x/f.sql \\\\ COPY t FROM STDIN;\n1\n\\.\n", "x/f.sql"),
        ("COPY t FROM STDIN;\n1\n\\.\n\\i x/f.sql", "x/f.sql"),
    ],
)
def test_paths_are_read_as_psql_does(
    engine: Engine, project: Callable[[Mapping[str, str]], Path], command: str, path: str
) -> None:
    root = project({"s/a.sql": command, path: "SELECT 'here';"})
    assert "SELECT 'here';\n\n-- a.sql\n\n" in built(engine, root, "a.sql")[0]


@pytest.mark.parametrize(
    ("text", "line", "column", "reason", "path"),
    [
        ("é \\i x/no.sql", 1, 3, "in_statement", "x/no.sql"),
        (";\n \\i x/no.sql", 2, 2, "missing", "{root}/x/no.sql"),
        ("\\i x/f.sql/", 1, 1, "cycle", ""),
        ("\\ir ../x", 1, 1, "not_regular", "{root}/x"),
        ("\\i s/a.sql", 1, 1, "cycle", "{root}/s/a.sql"),
        ("\\i /x/f.sql z", 1, 1, "absolute", "/x/f.sql"),
        ("\\i '~/f.sql'", 1, 1, "home", "'~/f.sql'"),
        ("\\i \\echo", 1, 1, "no_path", ""),
        ("\\i ''", 1, 1, "no_path", "''"),
        ("\\i 'x/f.sql", 1, 1, "no_path", "'x/f.sql"),
        ("\\i x/:f", 1, 1, "variable", "x/:f"),
        ("\\i :'f' x", 1, 1, "variable", ":'f'"),
        ("\\i `f`", 1, 1, "command", "`f`"),
        ("SELECT 1 \\i x/f.sql\n;", 1, 10, "in_statement", "x/f.sql"),
        ("SELECT 1\\; \\i x/f.sql\n;", 1, 12, "in_statement", "x/f.sql"),
        ("COPY t FROM STDIN; \\i x/f.sql\n\\.\n", 1, 20, "in_statement", "x/f.sql"),
    ],
)
def test_includes_that_cannot_be_are_refused(
    engine: Engine,
    project: Callable[[Mapping[str, str]], Path],
    text: str,
    line: int,
    column: int,
    reason: str,
    path: str,
) -> None:
    root = project({"s/a.sql": text, "x/f.sql": "\\i s/a.sql"})
    chain = [str(root / "s/a.sql")]
    if not path and reason == "cycle":
        # Directly or not.
        chain.append(str(root / "x/f.sql"))
        path = chain[0]
    expected = _failures.include_refused(chain, line, column, reason, path.format(root=root))
    for attempt in (
        lambda: built(engine, root, "a.sql"),
        lambda: engine.hash_files(str(root / "s"), ["a.sql"], include_dir=str(root)),
    ):
        with pytest.raises(SchemaError) as caught:
            attempt()
        assert caught.value.to_dict() == expected.to_dict()
    assert caught.value.error_code == "SCHEMA_017"
    assert caught.value.exit_code == 4


def test_a_hundred_files_may_be_inside_of_each_other(
    engine: Engine, project: Callable[[Mapping[str, str]], Path]
) -> None:
    files = {f"s/{number}.sql": f"\\ir {number + 1}.sql\n" for number in range(1, 100)}
    root = project({**files, "s/100.sql": "SELECT 'deepest';"})
    assert "deepest" in built(engine, root, "1.sql")[0]
    (root / "s/0.sql").write_text("\\ir 1.sql\n")
    chain = [str(root / f"s/{number}.sql") for number in range(100)]
    expected = _failures.include_refused(chain, 1, 1, "depth", str(root / "s/100.sql"))
    for attempt in (
        lambda: built(engine, root, "1.sql", "0.sql"),
        lambda: engine.hash_files(str(root / "s"), ["1.sql", "0.sql"], include_dir=str(root)),
    ):
        with pytest.raises(SchemaError) as caught:
            attempt()
        assert caught.value.to_dict() == expected.to_dict()


def test_files_included_many_times_are_hashed_once(
    engine: Engine, project: Callable[[Mapping[str, str]], Path]
) -> None:
    files = {f"x/{number}.sql": f"\\ir {number + 1}.sql\n" * 2 for number in range(60)}
    root = project({**files, "x/60.sql": "", "s/a.sql": "\\i x/0.sql\n"})
    lines = engine.hash_files(str(root / "s"), ["a.sql"], include_dir=str(root))[1]
    assert lines.count("\n") == 62


def test_reports_name_what_was_included(engine: Engine, make_project: Callable[..., Path]) -> None:
    root = make_project({"db/schema/a.sql": "\\i db/x/b.sql\n", "db/x/b.sql": "SELECT 1;"}).resolve()
    builder = SchemaBuilder("local", root)
    text, report = builder.build_text()
    assert "SELECT 1;" in text
    assert report.included == [str(root / "db/x/b.sql")]
    digest = builder.digest()
    assert digest.tree_digest == report.tree_digest
    assert digest.files == 2


@pytest.mark.parametrize(
    "include",
    ["db/generated/schema_local.sql", "./db/generated/../generated/schema_local.sql", "db/links/bundle.sql"],
)
def test_what_builds_write_is_never_included(
    engine: Engine, make_project: Callable[..., Path], include: str
) -> None:
    root = make_project({"db/schema/a.sql": "SELECT 1;\n"}).resolve()
    builder = SchemaBuilder("local", root)
    output = Path(builder.write().bundle.output or "")
    (root / "db/links").mkdir()
    (root / "db/links/bundle.sql").symlink_to(output)
    standing = output.read_bytes()
    (root / "db/schema/a.sql").write_text(f"\\i {include}\n")
    for ask in (builder.build, builder.write, builder.check, builder.digest, builder.check_statements):
        with pytest.raises(SchemaError, match="is what a build writes") as caught:
            ask()
        assert caught.value.error_code == "SCHEMA_017"
    assert output.read_bytes() == standing


def test_another_output_is_not_included_either(engine: Engine, make_project: Callable[..., Path]) -> None:
    root = make_project(
        {"db/schema/a.sql": "SELECT 1;\n\\i out/b.sql\n", "out/b.sql": "SELECT 2;\n"}
    ).resolve()
    builder = SchemaBuilder("local", root)
    with pytest.raises(SchemaError, match="is what a build writes"):
        builder.write(root / "out/b.sql")
    assert (root / "out/b.sql").read_text() == "SELECT 2;\n"
    assert builder.write(root / "out/c.sql").included == [str(root / "out/b.sql")]


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="the system does not count what is read")
def test_every_file_is_read_once(engine: Engine, project: Callable[[Mapping[str, str]], Path]) -> None:
    filling = "-- what is read twice would show\n" * 1_500
    files = {f"s/{index}.sql": f"{filling}\\i x/{index}.sql\n" for index in range(40)}
    inner = {f"x/{index}.sql": filling for index in range(40)}
    root = project(files | inner)
    paths = sorted(name.removeprefix("s/") for name in files)
    size = sum(len(content) for content in (files | inner).values())

    def read() -> int:
        counted = Path("/proc/self/io").read_text(encoding="ascii")
        return int(counted.split("rchar: ", 1)[1].split(maxsplit=1)[0])

    before = read()
    built(engine, root, *paths)
    between = read()
    engine.hash_files(str(root / "s"), paths, include_dir=str(root))
    # What the interpreter and the system read besides is a small part of a file each.
    assert size <= between - before < size * 1.05
    assert size <= read() - between < size * 1.05


@pytest.mark.parametrize(("forbidden", "directory"), [(["/*", "*/"], "a*"), (["'"], "it's")])
def test_a_path_that_its_separator_cannot_hold_is_refused(
    engine: Engine,
    project: Callable[[Mapping[str, str]], Path],
    forbidden: list[str],
    directory: str,
) -> None:
    name = f"{directory}/b.sql"
    written = name.replace("'", "''")
    root = project({"s/a.sql": f"\\i 'x/{written}'\n", f"x/{name}": "B;"})
    built(engine, root, "a.sql")
    engine.hash_files(str(root / "s"), ["a.sql"], include_dir=str(root))
    with pytest.raises(SchemaError) as caught:
        built(engine, root, "a.sql", forbidden=forbidden)
    assert caught.value.error_code == "SCHEMA_013"
    assert str(root / "x" / name) in str(caught.value)
    output = root / "bundle.sql"
    with pytest.raises(SchemaError):
        engine.write_schema(
            str(root / "s"),
            ["a.sql"],
            [(str(output), HEADER, None)],
            SEPARATOR,
            fatal=[],
            include_dir=str(root),
            forbidden=forbidden,
        )
    assert not output.exists()
