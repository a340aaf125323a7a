"""``confiture build``: what it writes, where to, and what it says."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

import pytest

from bad_input.processes import run
from bad_input.support import OUTPUT, assert_orderly, picture
from confiture.core.builder import SchemaBuilder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confiture._backend import Engine

FILES = {
    "db/schema/10_tables/customer.sql": "CREATE TABLE customer (name text);\n",
    "db/schema/00_schemas/shop.sql": "CREATE SCHEMA shop;",
    "db/schema/20_é.sql": "\ufeffCOMMENT ON TABLE customer IS 'Käufer';\r\n",
    "db/seeds/customer.sql": "INSERT INTO customer VALUES ('Ada');\n",
    "db/environments/local.yaml": "include_dirs: [db/schema, db/seeds]\n",
    "db/environments/prod.yaml": "include_dirs: [db/schema]\nbuild: {separators: {style: line_comment}}\n",
}
ORDER = [
    "schema/00_schemas/shop.sql",
    "schema/10_tables/customer.sql",
    "schema/20_é.sql",
    "seeds/customer.sql",
]

#: Bytes in, bytes out: what the process thinks of text changes nothing.
LOCALES = {
    "c": {"LC_ALL": "C"},
    "ascii": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "latin_1": {"PYTHONIOENCODING": "latin-1"},
}
each_locale = pytest.mark.parametrize("locale", LOCALES.values(), ids=LOCALES)


@pytest.fixture
def project(make_project: Callable[..., Path]) -> Path:
    return make_project(FILES)


def _paths(bundle: str) -> list[str]:
    return re.findall(r"^(?: \*|--) File: (.*)$", bundle, re.MULTILINE)


def test_the_bundle_stands_where_it_is_said_to(project: Path, engine: Engine) -> None:
    ran = run("build", cwd=project)

    assert_orderly(ran)
    assert (ran.code, ran.stderr) == (0, "")
    assert OUTPUT in ran.stdout
    assert _paths((project / OUTPUT).read_text()) == ORDER


def test_both_engines_write_the_same_bundle_and_say_the_same(project: Path, both_engines: object) -> None:
    written = []
    for name in ("rust", "python"):
        for options in ((), ("-f", "json"), ("--show-hash",), ("--schema-only",)):
            ran = run("build", *options, cwd=project, environment={"CONFITURE_ENGINE": name})
            said = re.sub(r'(engine +|"engine":")\w+', r"\1", ran.stdout)
            said = re.sub(r'(time +|"seconds":)[\d.e-]+', r"\1", said)
            written.append((said.splitlines(), ran.stderr, (project / OUTPUT).read_bytes()))

    assert written[:4] == written[4:]


def test_content_is_kept_as_the_bundle_document_says(project: Path, engine: Engine) -> None:
    run("build", cwd=project)

    bundle = (project / OUTPUT).read_bytes()
    rule = b"=" * 42
    for path, content in (
        ("schema/00_schemas/shop.sql", b"CREATE SCHEMA shop;\n"),
        ("schema/20_é.sql", "COMMENT ON TABLE customer IS 'Käufer';\r\n".encode()),
    ):
        assert b"\n/* %s\n * File: %s\n * %s */\n\n%s" % (rule, path.encode(), rule, content) in bundle
    assert b"\xef\xbb\xbf" not in bundle
    head, body = bundle[: bundle.index(b"\n\n/* ") + 1], bundle[bundle.index(b"\n\n/* ") + 1 :]
    assert len(head.splitlines()) == 12
    assert f"-- Body SHA-256: {hashlib.sha256(body).hexdigest()}\n".encode() in head
    assert b"-- Environment: local\n-- Files Included: 4\n" in head


def test_an_environment_is_chosen(project: Path, engine: Engine) -> None:
    for option in (("-e", "prod"), ("--env", "prod"), ("--env=prod",)):
        ran = run("build", *option, cwd=project)
        assert ran.code == 0
        assert "db/generated/schema_prod.sql" in ran.stdout
    bundle = (project / "db/generated/schema_prod.sql").read_text()
    assert "-- Environment: prod\n" in bundle
    assert _paths(bundle) == [path.removeprefix("schema/") for path in ORDER[:3]]


def test_the_project_may_lie_elsewhere_and_the_output_is_named_from_here(
    tmp_path: Path, project: Path, engine: Engine
) -> None:
    here = tmp_path / "here"
    here.mkdir()

    assert run("build", "--project-dir", "../project", cwd=here).code == 0
    assert run("build", "--project-dir", project, "-o", "out.sql", cwd=here).code == 0

    assert (here / "out.sql").read_bytes() == (project / OUTPUT).read_bytes()
    assert run("build", "--project-dir", "../project", "--check", "-o", "out.sql", cwd=here).code == 0


def test_a_project_that_is_reached_by_a_link_gives_the_same_bundle(
    tmp_path: Path, project: Path, engine: Engine
) -> None:
    (tmp_path / "link").symlink_to(project)
    assert run("build", "--stdout", cwd=project) == run("build", "--stdout", cwd=tmp_path / "link")
    assert run("build", cwd=tmp_path / "link").code == 0
    assert (project / OUTPUT).exists()


def test_missing_folders_of_the_output_are_made(project: Path, engine: Engine) -> None:
    assert run("build", "-o", "a/b/c/out.sql", cwd=project).code == 0
    assert (project / "a/b/c/out.sql").is_file()


def test_an_output_that_is_a_link_stays_one(project: Path, engine: Engine) -> None:
    (project / "real").mkdir()
    (project / "out.sql").symlink_to("real/out.sql")

    assert run("build", "-o", "out.sql", cwd=project).code == 0
    assert (project / "out.sql").is_symlink()
    assert (project / "real/out.sql").read_text().endswith("('Ada');\n")

    assert run("build", "--schema-only", "-o", "out.sql", cwd=project).code == 0
    assert (project / "out.sql").is_symlink()
    assert "Ada" not in (project / "real/out.sql").read_text()


def test_an_output_that_is_another_name_of_a_source_file_takes_nothing_from_it(
    project: Path, engine: Engine
) -> None:
    source = project / "db/schema/10_tables/customer.sql"
    (project / "out.sql").hardlink_to(source)

    run("build", "-o", "out.sql", cwd=project)

    assert source.read_text() == FILES["db/schema/10_tables/customer.sql"]


def test_the_permissions_of_an_output_are_those_of_any_new_file(project: Path, engine: Engine) -> None:
    run("build", cwd=project)
    (project / "plain").touch()
    assert (project / OUTPUT).stat().st_mode == (project / "plain").stat().st_mode


def test_the_permissions_of_an_output_stay(project: Path, engine: Engine) -> None:
    run("build", cwd=project)
    (project / OUTPUT).chmod(0o640)
    run("build", "--schema-only", cwd=project)
    assert (project / OUTPUT).stat().st_mode & 0o777 == 0o640


def test_seeds_are_left_out(project: Path, engine: Engine) -> None:
    ran = run("build", "--schema-only", cwd=project)

    assert ran.code == 0
    assert _paths((project / OUTPUT).read_text()) == ORDER[:3]
    assert run("build", "--check", "--schema-only", cwd=project).code == 0
    assert run("build", "--check", cwd=project).code == 1


@pytest.mark.parametrize("options", [(), ("--schema-only",), ("-e", "prod"), ("--separator-style", "mysql")])
def test_the_standard_output_gets_the_bundle_byte_for_byte(
    project: Path, engine: Engine, options: tuple[str, ...]
) -> None:
    printed = run("build", "--stdout", *options, cwd=project)
    assert not (project / "db/generated").exists()
    assert run("build", "-o", "out.sql", *options, cwd=project).code == 0

    assert (printed.code, printed.stderr) == (0, "")
    assert printed.stdout.encode("utf-8", "surrogateescape") == (project / "out.sql").read_bytes()


@each_locale
def test_a_bundle_does_not_depend_on_the_locale(
    project: Path, engine: Engine, locale: dict[str, str]
) -> None:
    assert run("build", cwd=project).code == 0
    expected = (project / OUTPUT).read_bytes()

    printed = run("build", "--stdout", cwd=project, environment=locale)
    built = run("build", cwd=project, environment=locale)

    assert (printed.code, printed.stderr) == (0, "")
    assert printed.stdout.encode("utf-8", "surrogateescape") == expected
    assert built.code == 0
    assert (project / OUTPUT).read_bytes() == expected


@each_locale
def test_digests_and_documents_do_not_depend_on_the_locale(
    project: Path, engine: Engine, locale: dict[str, str]
) -> None:
    for arguments in (("hash", "--files"), ("hash", "--files", "-f", "json")):
        assert run(*arguments, cwd=project, environment=locale) == run(*arguments, cwd=project)


@each_locale
def test_an_error_is_told_in_any_locale(project: Path, engine: Engine, locale: dict[str, str]) -> None:
    (project / "db/schema/20_é.sql").write_bytes(b"\xff")

    text = run("build", cwd=project, environment=locale)
    document = run("build", "-f", "json", cwd=project, environment=locale)

    for ran in (text, document):
        assert "Traceback" not in ran.stderr
        assert ran.code == 4
    assert "schema/20_" in json.loads(document.stdout)["error"]["file"]
    listed = run("build", "--list-files", cwd=project, environment=locale)
    assert (listed.code, listed.stderr) == (0, "")


def test_the_selection_is_listed_in_the_order_of_the_bundle(project: Path, engine: Engine) -> None:
    before = picture(project)

    text = run("build", "--list-files", cwd=project)
    document = run("build", "--list-files", "-f", "json", cwd=project)

    assert (text.code, document.code) == (0, 0)
    lines = [line.split()[0] for line in text.stdout.splitlines() if ".sql" in line.split()[0]]
    assert lines == [f"db/{path}" for path in ORDER]
    files = json.loads(document.stdout)["files"]
    assert [entry["file"] for entry in files] == [str(project / "db" / path) for path in ORDER]
    assert picture(project) == before


def test_included_files_are_listed_after_the_selection(project: Path, engine: Engine) -> None:
    (project / "db/shared").mkdir()
    (project / "db/shared/one.sql").write_text("\\ir two.sql\n")
    (project / "db/shared/two.sql").write_text("SELECT 2;\n")
    (project / "db/schema/90_last.sql").write_text(f"\\i db/shared/one.sql\n\\i db/{ORDER[0]}\n")
    expected = [str(project / "db/shared" / name) for name in ("one.sql", "two.sql")]

    text = run("build", "--list-files", cwd=project)
    document = json.loads(run("build", "--list-files", "-f", "json", cwd=project).stdout)

    assert (text.code, text.stderr) == (0, "")
    assert [line.split() for line in text.stdout.splitlines()[-2:]] == [
        [f"db/shared/{name}", "-", "-", "(included)"] for name in ("one.sql", "two.sql")
    ]
    assert (document["included"], document["warnings"]) == (expected, [])
    assert [str(path) for path in SchemaBuilder("local", project).included_files()] == expected


def test_a_selection_is_listed_even_if_an_include_leads_nowhere(project: Path, engine: Engine) -> None:
    (project / "db/schema/90_last.sql").write_text("\\i nowhere.sql\n")

    text = run("build", "--list-files", cwd=project)
    document = json.loads(run("build", "--list-files", "-f", "json", cwd=project).stdout)

    assert text.code == 0
    assert "db/schema/90_last.sql " in text.stdout
    assert "90_last.sql:1:1" in text.stderr
    assert document["included"] is None
    assert "nowhere.sql does not exist" in document["warnings"][0]


def test_a_list_is_not_cut_to_the_width_of_a_terminal(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    name = "x" * 200
    project = make_project({f"db/schema/{name}/{name}.sql": "SELECT 1;\n"})

    ran = run("build", "--list-files", cwd=project, environment={"COLUMNS": "20"})

    assert any(line.startswith(f"db/schema/{name}/{name}.sql ") for line in ran.stdout.splitlines())


def test_an_error_is_not_cut_to_the_width_of_a_terminal(project: Path, engine: Engine) -> None:
    narrow = run("build", "-e", "nowhere", cwd=project, environment={"COLUMNS": "20"})
    assert narrow == run("build", "-e", "nowhere", cwd=project)


def test_hashes_are_shown_and_are_those_of_the_bundle(project: Path, engine: Engine) -> None:
    ran = run("build", "--show-hash", cwd=project)
    document = json.loads(run("build", "--show-hash", "-f", "json", cwd=project).stdout)

    header = (project / OUTPUT).read_text()
    tree = re.search(r"Tree Digest: (\w{64})", header)
    body = re.search(r"Body SHA-256: (\w{64})", header)
    assert tree
    assert body
    for digest in (tree[1], body[1]):
        assert digest in ran.stdout
    assert (document["tree_digest"], document["body_sha256"]) == (tree[1], body[1])
    assert run("hash", cwd=project).stdout == f"{tree[1]}\n"


@pytest.mark.parametrize("other", ["--list-files", "--check", "--stdout"])
def test_hashes_that_are_asked_for_are_shown_or_refused(project: Path, engine: Engine, other: str) -> None:
    """They are never passed over in silence."""
    digest = run("hash", cwd=project).stdout.strip()
    run("build", cwd=project)

    ran = run("build", "--show-hash", other, cwd=project)

    assert_orderly(ran)
    if ran.code == 2:
        assert "--show-hash" in ran.stderr
    else:
        assert ran.code == 0
        assert digest in (ran.stderr if other == "--stdout" else ran.stdout + ran.stderr)


@pytest.mark.parametrize(
    ("style", "separator"),
    [
        ("block_comment", "/* RULE\n * File: PATH\n * RULE */"),
        ("line_comment", "-- RULE\n-- File: PATH\n-- RULE"),
        ("mysql", "# RULE\n# File: PATH\n# RULE"),
    ],
)
def test_a_separator_style_can_be_chosen(project: Path, engine: Engine, style: str, separator: str) -> None:
    ran = run("build", "-e", "prod", "--stdout", "--separator-style", style, cwd=project)

    expected = separator.replace("RULE", "=" * 42).replace("PATH", "00_schemas/shop.sql")
    assert f"\n{expected}\n\nCREATE SCHEMA shop;\n" in ran.stdout


def test_a_separator_template_can_be_given(project: Path, engine: Engine) -> None:
    options = ("--separator-style", "custom", "--separator-template", "-- {{<{file_path}|{file_path}>}}")

    ran = run("build", "--stdout", *options, cwd=project)

    path = "schema/00_schemas/shop.sql"
    assert f"\n-- {{<{path}|{path}>}}\nCREATE SCHEMA shop;\n" in ran.stdout


def test_a_separator_template_alone_is_used_or_refused(project: Path, engine: Engine) -> None:
    """It is never passed over in silence."""
    ran = run("build", "--stdout", "--separator-template", "-- here: {file_path}", cwd=project)

    assert ran.code in (0, 2)
    if ran.code == 0:
        assert "\n-- here: schema/00_schemas/shop.sql\n" in ran.stdout
    else:
        assert "--separator-style" in ran.stderr


def test_open_constructs_are_looked_for_or_not_as_asked(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    lenient = "include_dirs: [db/schema]\nbuild: {validate_comments: {enabled: false}}\n"
    project = make_project({"db/schema/a.sql": "/* open", "db/environments/lenient.yaml": lenient})

    assert run("build", cwd=project).code == 4
    assert run("build", "-e", "lenient", "--validate-comments", cwd=project).code == 4
    assert run("build", "--no-validate-comments", cwd=project).code == 0
    assert run("build", "-e", "lenient", cwd=project).code == 0


def test_a_warning_does_not_stop_the_build(make_project: Callable[..., Path], engine: Engine) -> None:
    environment = "include_dirs: [db/schema]\nbuild: {validate_comments: {fail_on_spillover: false}}\n"
    files = {"db/schema/a.sql": "SELECT 1;\n 'open", "db/environments/local.yaml": environment}
    project = make_project(files)

    text = run("build", cwd=project)
    document = run("build", "-f", "json", cwd=project)
    printed = run("build", "--stdout", cwd=project)

    for ran in (text, document, printed):
        assert_orderly(ran)
        assert ran.code == 0
        assert "db/schema/a.sql:2:2" in ran.stderr
    assert "db/schema/a.sql:2:2" in json.dumps(json.loads(document.stdout)["warnings"])
    assert printed.stdout == (project / OUTPUT).read_text()


def test_a_missing_auto_discovered_directory_is_reported(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    environment = "include_dirs: [db/schema, {path: db/later, auto_discover: true}]\n"
    project = make_project({"db/schema/a.sql": "", "db/environments/local.yaml": environment})

    ran = run("build", cwd=project)
    document = run("build", "-f", "json", cwd=project)

    assert (ran.code, document.code) == (0, 0)
    assert "db/later" in ran.stderr
    assert "db/later" in json.dumps(json.loads(document.stdout)["skipped"])


def test_what_one_environment_builds_is_no_input_of_another(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    """Both search a directory that holds the folder of the default outputs."""
    environment = "include_dirs: [db]\n"
    names = ("local", "prod")
    files = {f"db/environments/{name}.yaml": environment for name in names}
    project = make_project({"db/schema/a.sql": "SELECT 1;\n", **files})
    digests = [run("hash", "-e", name, cwd=project).stdout for name in names]

    for _ in range(2):
        for name in names:
            assert run("build", "-e", name, cwd=project).code == 0

    assert [run("hash", "-e", name, cwd=project).stdout for name in names] == digests


def test_a_current_directory_that_is_gone_hinders_no_build_elsewhere(
    tmp_path: Path, project: Path, engine: Engine
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    leave = "import os; os.rmdir(os.getcwd())"

    ran = run("build", "--project-dir", project, cwd=gone, before=leave)

    assert_orderly(ran)
    assert (ran.code, ran.stderr) == (0, "")
    assert (project / OUTPUT).exists()


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_a_current_directory_that_is_gone_hinders_no_check_elsewhere(
    tmp_path: Path, project: Path, engine: Engine, form: str
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    (project / "db/schema/zz.sql").write_text("nonsense;\n")

    ran = run(
        *("check", "-f", form, "--project-dir", project),
        cwd=gone,
        before="import os; os.rmdir(os.getcwd())",
    )

    assert_orderly(ran)
    assert (ran.code, ran.stderr) == (1, "")
    assert "zz.sql" in ran.stdout


def test_a_current_directory_that_is_gone_is_a_clear_error(
    tmp_path: Path, project: Path, engine: Engine
) -> None:
    elsewhere = ("build", "--project-dir", str(project), "-o", "here.sql")
    for command in (("build",), ("hash", "-f", "json"), ("init",), elsewhere):
        gone = tmp_path / "gone"
        gone.mkdir()

        ran = run(*command, cwd=gone, before="import os; os.rmdir(os.getcwd())")

        assert_orderly(ran)
        assert ran.code in (4, 5)


def test_few_open_files_are_enough(make_project: Callable[..., Path], engine: Engine) -> None:
    files = {f"db/schema/{'d/' * depth}a.sql": f"SELECT {depth};\n" for depth in range(60)}
    project = make_project(files)
    few = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))"

    ran = run("build", cwd=project, before=few)

    assert (ran.code, ran.stderr) == (0, "")
    assert "-- Files Included: 60\n" in (project / OUTPUT).read_text()


def test_nothing_is_left_open_and_nothing_is_deprecated(project: Path, engine: Engine) -> None:
    """Python's development mode has nothing to say."""
    strict = {"PYTHONDEVMODE": "1", "PYTHONWARNINGS": "error"}
    for command in (("build",), ("build", "--check"), ("build", "--stdout"), ("hash", "--files")):
        ran = run(*command, cwd=project, environment=strict)

        assert (ran.code, ran.stderr) == (0, "")
