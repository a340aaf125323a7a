"""Names that are unusual but allowed: nothing is lost, changed, or taken for something else."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .processes import Ran, run
from .support import OUTPUT, assert_orderly, picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from confiture._backend import Engine

NAMES = {
    "spaces": " a  b .sql",
    "single_quote": "it's.sql",
    "double_quote": 'a"b.sql',
    "shell": "$(touch pwned);`touch pwned`&|>x.sql",
    "dash_first": "-rf.sql",
    "option": "--output=x.sql",
    "dot_first": ".hidden.sql",
    "only_the_suffix": ".sql",
    "two_suffixes": "a.sql.sql",
    "placeholder": "{file_path}.sql",
    "braces": "{{x}}{0}{.sql",
    "format": "%s%n%(x)s.sql",
    "markup": "[bold]x[-bold] [red].sql",
    "closing_markup": "[blue][",
    "emoji_code": ":warning:.sql",
    "variable": "${HOME}.sql",
    "tab": "a\tb.sql",
    "escape_code": "\x1b[31mred\x1b[0m.sql",
    "bell_and_delete": "\x07\x7f.sql",
    "c1_control": "a\x9b31mb.sql",
    "next_line": "a\x85b.sql",
    "line_separator": "a\u2028b.sql",
    "right_to_left": "a\u202ebc.sql",
    "byte_order_mark": "\ufeffa.sql",
    "wide": "数据库テスト.sql",
    "emoji": "🍓👩‍👩‍👧.sql",
    "composed": unicodedata.normalize("NFC", "é.sql"),
    "decomposed": unicodedata.normalize("NFD", "é.sql"),
    "longest": "x" * 251 + ".sql",
    "longest_in_bytes": "é" * 125 + "x.sql",
    "sql_comment": "a--b;DROP TABLE t.sql",
    "comment_star": "a*b.sql",
    "hash": "#a.sql",
    "glob": "[a-z]*?.sql",
    "negation": "!a.sql",
    "upper_case_suffix_in_a_folder.SQL": "X.SQL/a.sql",
}
NAMES["closing_markup"] += "/bold].sql"  # a directory and a file: "[blue][" and "bold].sql"


@pytest.fixture
def named(make_project: Callable[..., Path]) -> Path:
    """A project with a file of each name; its content is the name, told apart by the key."""
    files = {f"db/schema/{name}": f"SELECT $name${key}$name$;\n" for key, name in NAMES.items()}
    project = make_project(files)
    found = sum(len(names) for _, _, names in os.walk(project / "db/schema"))
    if found < len(NAMES):
        pytest.skip("this file system takes two of the names for one")
    return project


def _expected(name: str) -> bytes:
    return hashlib.sha256((Path(name)).read_bytes()).hexdigest().encode()


def test_every_name_is_in_the_digest_as_coreutils_write_it(named: Path, engine: Engine) -> None:
    ran = run("hash", "--files", cwd=named)

    paths = sorted(NAMES.values(), key=lambda name: [part.encode() for part in name.split("/")])
    lines = [f"{_expected(str(named / 'db/schema' / path)).decode()}  {path}\n" for path in paths]
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.stdout == "".join(lines)
    checked = subprocess.run(
        ["sha256sum", "--", *paths], cwd=named / "db/schema", capture_output=True, check=True
    )
    assert ran.stdout.encode() == checked.stdout


@pytest.mark.parametrize("style", ["block_comment", "line_comment", "mysql"])
def test_every_name_is_in_the_bundle_with_its_content(named: Path, engine: Engine, style: str) -> None:
    ran = run("build", "--separator-style", style, cwd=named)

    assert_orderly(ran)
    assert ran.code == 0
    bundle = (named / OUTPUT).read_bytes().decode()
    for key, name in NAMES.items():
        at = bundle.index(f" File: {name}\n")
        content = f"SELECT $name${key}$name$;\n"
        assert bundle[at:].split("\n", 3)[3].startswith(content)
        assert bundle.count(content) == 1
    assert not list(named.rglob("pwned"))


def test_a_template_is_filled_in_once(make_project: Callable[..., Path], engine: Engine) -> None:
    project = make_project({"db/schema/{file_path}{{.sql": "SELECT 1;\n"})

    ran = run(
        "build",
        "--stdout",
        "--separator-style",
        "custom",
        "--separator-template",
        "-- {{{file_path}}} {file_path}",
        cwd=project,
    )

    assert ran.code == 0
    assert "\n-- {{file_path}{{.sql} {file_path}{{.sql\nSELECT 1;\n" in ran.stdout


def test_a_name_cannot_leave_the_string_of_a_template(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    """The path is data in the template's SQL, as it is in a comment."""
    project = make_project({"db/schema/a'; DROP TABLE t; --.sql": "SELECT 1;\n"})
    template = ("--separator-style", "custom", "--separator-template", "SELECT '{file_path}';")

    ran = run("build", *template, cwd=project)

    assert_orderly(ran)
    assert ran.code in (4, 5)
    assert "a'; DROP TABLE t; --.sql" in ran.stderr
    assert not (project / OUTPUT).exists()


def test_every_name_is_listed(named: Path, engine: Engine) -> None:
    text = run("build", "--list-files", cwd=named)
    document = run("build", "--list-files", "-f", "json", cwd=named)

    for ran in (text, document):
        assert_orderly(ran)
        assert ran.code == 0
    listed = {entry["file"] for entry in json.loads(document.stdout)["files"]}
    assert listed == {str(named / "db/schema" / name) for name in NAMES.values()}
    lines = text.stdout.split("\n")
    assert len([line for line in lines if line.startswith("db/schema/")]) == len(NAMES)
    for name in NAMES.values():
        if name.isprintable():
            assert any(line.startswith(f"db/schema/{name}  ") for line in lines)


def test_names_do_not_write_to_the_terminal(named: Path, engine: Engine) -> None:
    """Neither in a list nor in an error, and not with one-byte control characters either."""
    for name in NAMES.values():
        (named / "db/schema" / name).write_bytes(b"\0")
    for arguments in (("build",), ("build", "--list-files")):
        ran = run(*arguments, cwd=named)

        assert_orderly(ran)
        assert not {"\x07", "\x7f", "\x9b", "\x85", "\t"} & set(ran.stdout + ran.stderr)


@pytest.mark.parametrize(
    "key",
    [
        "dash_first",
        "placeholder",
        "format",
        "markup",
        "closing_markup",
        "escape_code",
        "c1_control",
        "next_line",
        "line_separator",
        "longest",
    ],
)
def test_an_error_in_a_file_of_any_name_is_told(
    make_project: Callable[..., Path], engine: Engine, key: str
) -> None:
    project = make_project({f"db/schema/{NAMES[key]}": b"\0"})

    ran = run("build", cwd=project)

    assert_orderly(ran)
    assert ran.code == 4
    assert "NUL" in ran.stderr
    if NAMES[key].isprintable():
        assert NAMES[key] in ran.stderr
    assert ran.stderr.count("\n") == 2


@pytest.mark.parametrize(
    "name",
    ["sp ace's", "[-red]", "{x}", "new\nline", "back\\slash", "\x1b[31m", "-dash", "b\udcff"],
    ids=ascii,
)
def test_a_project_in_a_directory_of_any_name_is_built(
    tmp_path: Path, make_project: Callable[..., Path], engine: Engine, name: str
) -> None:
    project = make_project({"db/schema/a.sql": "SELECT 1;\n"}, name)

    built = run("build", "-f", "json", f"--project-dir={name}", cwd=tmp_path)
    assert_orderly(built)
    assert built.code == 0
    assert json.loads(built.stdout)["ok"] is True
    assert (project / OUTPUT).read_text().endswith("/\n\nSELECT 1;\n")

    checked = run("build", "--check", cwd=project)
    assert_orderly(checked)
    assert checked.code == 0

    missing = run("build", "-e", "nowhere", "-f", "json", f"--project-dir={name}", cwd=tmp_path)
    assert_orderly(missing)
    assert json.loads(missing.stdout)["ok"] is False


@pytest.mark.parametrize(
    "name", [b"x\xff.sql", b"x\ny.sql", b"x\\y.sql", b"it's.sql", b"-o", "é".encode()], ids=repr
)
@pytest.mark.parametrize("form", [(), ("-f", "json")], ids=["text", "json"])
def test_an_output_of_any_name_is_written(
    make_project: Callable[..., Path], engine: Engine, name: bytes, form: tuple[str, ...]
) -> None:
    project = make_project({"db/schema/a.sql": "SELECT 1;\n"})

    ran = run("build", *form, b"--output=" + name, cwd=project)

    assert_orderly(ran)
    assert ran.code == 0
    assert (project / os.fsdecode(name)).read_text().endswith("\nSELECT 1;\n")
    if form:
        assert json.loads(ran.stdout)["ok"] is True
    checked = run("build", "--check", *form, b"--output=" + name, cwd=project)
    assert_orderly(checked)
    assert checked.code == 0


@pytest.mark.parametrize("length", [200, 240, 250, 255])
def test_an_output_may_have_a_name_as_long_as_any(
    make_project: Callable[..., Path], engine: Engine, length: int
) -> None:
    project = make_project({"db/schema/a.sql": "SELECT 1;\n"})
    name = "x" * length

    ran = run("build", "-o", name, cwd=project)

    assert_orderly(ran)
    assert (ran.code, ran.stderr) == (0, "")
    assert (project / name).read_text().endswith("\nSELECT 1;\n")
    assert {path.name for path in project.iterdir()} == {"db", name}


@pytest.fixture
def deep(make_project: Callable[..., Path]) -> Iterator[Callable[[int, str], Path]]:
    """A project with a file at the bottom of many directories."""
    projects = []

    def make(levels: int, name: str) -> Path:
        project = make_project({"db/schema/a.sql": "SELECT 1;\n"})
        projects.append(project)
        folder = os.open(project / "db/schema", os.O_RDONLY)
        for _ in range(levels):
            os.mkdir(name, dir_fd=folder)
            inner = os.open(name, os.O_RDONLY, dir_fd=folder)
            os.close(folder)
            folder = inner
        with os.fdopen(os.open("b.sql", os.O_WRONLY | os.O_CREAT, dir_fd=folder), "w") as file:
            file.write("SELECT 2;\n")
        os.close(folder)
        return project

    yield make
    for project in projects:
        # Python's own way goes down one function call for each level.
        subprocess.run(["rm", "-rf", project], check=True)


def test_a_thousand_directories_inside_each_other_are_searched(
    deep: Callable[[int, str], Path], engine: Engine
) -> None:
    project = deep(1000, "d")

    ran = run("build", cwd=project)

    assert (ran.code, ran.stderr) == (0, "")
    bundle = (project / OUTPUT).read_text()
    assert f" File: {'d/' * 1000}b.sql\n" in bundle
    assert bundle.endswith("\nSELECT 2;\n")
    assert run("build", "--check", cwd=project).code == 0


def test_a_path_too_long_for_the_system_is_read_or_told_but_never_left_out(
    deep: Callable[[int, str], Path], engine: Engine
) -> None:
    project = deep(1000, "directory")

    ran = run("build", cwd=project)

    assert_orderly(ran)
    if ran.code == 0:
        assert (project / OUTPUT).read_text().endswith("\nSELECT 2;\n")
    else:
        assert ran.code == 4
        assert "db/schema/directory/directory" in ran.stderr
        assert "too long" in ran.stderr
        assert not (project / OUTPUT).exists()


def test_a_path_too_long_for_the_system_is_told_alike_by_both_engines(
    deep: Callable[[int, str], Path], both_engines: object
) -> None:
    project = deep(1000, "directory")

    told = [run("build", cwd=project, environment={"CONFITURE_ENGINE": name}) for name in ("rust", "python")]

    assert told[0].code == told[1].code
    assert told[0].stderr == told[1].stderr


def test_an_ignored_directory_is_not_entered_however_deep_it_is(
    deep: Callable[[int, str], Path], engine: Engine
) -> None:
    project = deep(1000, "directory")
    (project / "db/schema/.confitureignore").write_text("/directory/\n")

    ran = run("hash", "--files", cwd=project)

    assert ran.code == 0
    assert [line[66:] for line in ran.stdout.splitlines()] == ["a.sql"]


def test_what_is_found_in_a_project_is_not_changed_by_looking(named: Path, engine: Engine) -> None:
    before = picture(named)

    for arguments in (("hash",), ("build", "--list-files"), ("build", "--stdout"), ("build", "--check")):
        assert isinstance(run(*arguments, cwd=named), Ran)

    assert picture(named) == before
