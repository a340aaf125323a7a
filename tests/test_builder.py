"""`SchemaBuilder`: what it selects, what it reports, what it writes."""

from __future__ import annotations

import contextlib
import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import bundles
from bundles import Source
from confiture.config.environment import (
    BuildConfig,
    CommentValidationConfig,
    DirectoryConfig,
    Environment,
    SeparatorConfig,
)
from confiture.core import builder as builder_module
from confiture.core.builder import SchemaBuilder
from confiture.exceptions import ConfigurationError, SchemaError
from engines import ENGINES
from outcomes import using

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._interface import Engine

    MakeProject = Callable[..., Path]

FILES = {
    "db/schema/10_tables/b.sql": "CREATE TABLE b (i int);\n",
    "db/schema/10_tables/a.sql": "CREATE TABLE a (i int);",
    "db/schema/00_roles.sql": "CREATE ROLE r;\n",
    "db/seeds/users.sql": "INSERT INTO a VALUES (1);\n",
}


def paths(files: list[Path], directory: Path) -> list[str]:
    return [str(file.relative_to(directory.resolve())) for file in files]


def sources_of(directory: Path, files: list[Path]) -> list[Source]:
    """Files as sources of a bundle, by their paths from a base directory."""
    return [Source(str(file.relative_to(directory.resolve())), file.read_bytes()) for file in files]


# Where it looks.


def test_an_environment_is_loaded_by_name(engine: Engine, make_project: MakeProject) -> None:
    project = make_project({**FILES, "db/environments/prod.yaml": "include_dirs: [db/seeds]\n"})
    assert SchemaBuilder("prod", project).env_config.name == "prod"
    assert SchemaBuilder("prod", str(project)).find_sql_files() == [project.resolve() / "db/seeds/users.sql"]


def test_without_a_project_the_current_directory_is_taken(
    engine: Engine, make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(FILES)
    monkeypatch.chdir(project)
    builder = SchemaBuilder("local")
    monkeypatch.chdir("/")
    assert len(builder.find_sql_files()) == 3


def test_a_ready_environment_may_have_relative_paths(engine: Engine, make_project: MakeProject) -> None:
    project = make_project(FILES)
    environment = Environment(name="made", include_dirs=["db/schema", DirectoryConfig(path="db/seeds")])
    builder = SchemaBuilder(environment, project)
    assert builder.include_dirs == [project.resolve() / "db/schema", project.resolve() / "db/seeds"]
    assert len(builder.find_sql_files()) == 4
    assert environment.project_dir == ""


def test_an_environment_is_not_built_in_another_project(engine: Engine, make_project: MakeProject) -> None:
    project = make_project(FILES)
    environment = Environment(name="made", include_dirs=["db/schema"], project_dir=str(project))
    assert SchemaBuilder(environment, project).base_dir == project.resolve() / "db/schema"
    with pytest.raises(ConfigurationError) as caught:
        SchemaBuilder(environment, "/")
    assert caught.value.error_code == "CONFIG_038"


def test_nothing_is_looked_at_before_a_method_is_called(engine: Engine, tmp_path: Path) -> None:
    environment = Environment(name="made", include_dirs=["later"], project_dir=str(tmp_path))
    builder = SchemaBuilder(environment)
    with pytest.raises(SchemaError) as caught:
        builder.find_sql_files()
    assert caught.value.error_code == "SCHEMA_001"
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "a.sql").touch()
    assert paths(builder.find_sql_files(), tmp_path) == ["later/a.sql"]
    (tmp_path / "later" / "b.sql").touch()
    assert paths(builder.find_sql_files(), tmp_path) == ["later/a.sql", "later/b.sql"]


def test_without_include_directories_there_is_no_builder() -> None:
    with pytest.raises(ConfigurationError) as caught:
        SchemaBuilder(Environment(name="made"))
    assert caught.value.error_code == "CONFIG_011"


def test_include_directories_are_in_the_order_of_their_order(make_project: MakeProject) -> None:
    project = make_project(FILES)
    entries = [
        DirectoryConfig(path="db/seeds", order=5),
        DirectoryConfig(path="db/schema/10_tables"),
        "db/schema",
    ]
    builder = SchemaBuilder(Environment(name="made", include_dirs=entries, project_dir=str(project)))
    names = [path.name for path in builder.include_dirs]
    assert names == ["10_tables", "schema", "seeds"]


@pytest.mark.parametrize(
    ("directories", "base"),
    [
        (["db/schema"], "db/schema"),
        (["db/schema", "db/seeds"], "db"),
        (["db/schema", "db/schema/10_tables"], "db/schema"),
        (["db/schema/10_tables", "db/schema"], "db/schema"),
        (["db/sch", "db/schema"], "db"),
        (["db/schema", "db/schema"], "db/schema"),
        (["db/schema/../seeds"], "db/seeds"),
        (["db/schema", "."], "."),
        (["db", "../elsewhere"], ".."),
    ],
)
def test_the_base_directory_is_the_lowest_that_contains_all(
    make_project: MakeProject, directories: list[str], base: str
) -> None:
    project = make_project(FILES)
    environment = Environment(name="made", include_dirs=list(directories), project_dir=str(project))
    assert SchemaBuilder(environment).base_dir == (project / base).resolve()


def test_has_rust_tells_whether_the_native_engine_is_installed() -> None:
    is_installed = importlib.util.find_spec("confiture._core") is not None
    assert builder_module.HAS_RUST is is_installed
    assert "HAS_RUST" in builder_module.__all__
    with pytest.raises(AttributeError):
        _ = builder_module.HAS_GO  # type: ignore[attr-defined]


# What it selects.


def test_files_are_absolute_and_in_build_order(engine: Engine, make_project: MakeProject) -> None:
    project = make_project(FILES)
    files = SchemaBuilder("local", project).find_sql_files()
    assert all(file.is_absolute() for file in files)
    assert paths(files, project / "db/schema") == ["00_roles.sql", "10_tables/a.sql", "10_tables/b.sql"]


def test_the_selection_report_says_why_a_file_is_in_the_build(
    engine: Engine, make_project: MakeProject
) -> None:
    project = make_project(FILES)
    schema, seeds = project.resolve() / "db/schema", project.resolve() / "db/seeds"
    entries = [
        DirectoryConfig(path="db/seeds", order=9, include=["*.csv", "users.*", "*.sql"]),
        DirectoryConfig(path="db/schema", include=["0*", "10_tables/", "!b.sql"]),
        DirectoryConfig(path="db/none"),
    ]
    builder = SchemaBuilder(Environment(name="made", include_dirs=entries, project_dir=str(project)))
    (schema / "linked").symlink_to(seeds)
    report = builder.selection_report()
    assert (report.environment, report.base_dir) == ("made", str(project.resolve() / "db"))
    assert len(report) == 3
    assert [(str(file.path), file.entry, file.order, file.pattern) for file in report] == [
        (str(schema / "00_roles.sql"), str(schema), 0, "0*"),
        (str(schema / "10_tables/a.sql"), str(schema), 0, "10_tables/"),
        (str(seeds / "users.sql"), str(seeds), 9, "users.*"),
    ]
    assert [(skipped.path, skipped.reason) for skipped in report.skipped] == [
        (str(project.resolve() / "db/none"), "missing_directory"),
        (str(schema / "linked"), "linked_directory"),
    ]


def test_the_selection_report_can_leave_seeds_out(engine: Engine, make_project: MakeProject) -> None:
    project = make_project(FILES)
    entries: list[str | DirectoryConfig] = ["db/seeds", "db/schema"]
    builder = SchemaBuilder(Environment(name="made", include_dirs=entries, project_dir=str(project)))
    names = [file.path.name for file in builder.selection_report(schema_only=True)]
    assert names == ["00_roles.sql", "a.sql", "b.sql"]


SEEDS = {
    "seed.sql": True,
    "seeds.sql": True,
    "SEED.sql": True,
    "SeedS.sql": True,
    "20_seed_users.sql": True,
    "users-seeds.sql": True,
    "seed-data.sql": True,
    "_seed.sql": True,
    "a/seeds/b.sql": True,
    "10_seeds/a/b.sql": True,
    "x-SEED-y/b.sql": True,
    "seedlings.sql": False,
    "reseed.sql": False,
    "seeded.sql": False,
    "seed1.sql": False,
    "1seed.sql": False,
    "my seed.sql": False,
    "seed.users.sql": False,
    "a.seed/b.sql": False,
    "seed.d/b.sql": False,
    "proceeds/b.sql": False,
    "séed.sql": False,
}


def test_a_seed_is_a_whole_word_of_a_component(engine: Engine, make_project: MakeProject) -> None:
    project = make_project({f"db/schema/{path}": "" for path in SEEDS})
    schema, seeds = SchemaBuilder("local", project).categorize_sql_files()
    base = project / "db/schema"
    assert sorted(paths(seeds, base)) == sorted(path for path, is_seed in SEEDS.items() if is_seed)
    assert sorted(paths(schema, base)) == sorted(path for path, is_seed in SEEDS.items() if not is_seed)
    assert sorted(schema + seeds) == sorted(SchemaBuilder("local", project).find_sql_files())


@pytest.mark.parametrize(("base", "is_seed"), [("seeds", True), ("my-seed", True), ("seedy", False)])
def test_the_name_of_the_base_directory_counts_for_seeds(
    engine: Engine, make_project: MakeProject, base: str, is_seed: bool
) -> None:
    project = make_project({f"seeds/{base}/a.sql": ""})
    environment = Environment(name="made", include_dirs=[f"seeds/{base}"], project_dir=str(project))
    schema, seeds = SchemaBuilder(environment).categorize_sql_files()
    assert (len(schema), len(seeds)) == ((0, 1) if is_seed else (1, 0))


@pytest.mark.parametrize("include", [".", ".."])
def test_a_base_directory_that_is_not_inside_the_project_does_not_count_for_seeds(
    engine: Engine, tmp_path: Path, include: str
) -> None:
    project = tmp_path / "seeds" / "seed"
    project.mkdir(parents=True)
    (project / "a.sql").touch()
    environment = Environment(name="made", include_dirs=[include], project_dir=str(project))
    _, seeds = SchemaBuilder(environment).categorize_sql_files()
    assert paths(seeds, tmp_path) == ([] if include == "." else ["seeds/seed/a.sql"])


def test_both_categories_are_in_build_order(engine: Engine, make_project: MakeProject) -> None:
    names = ["2_a.sql", "10_b.sql", "1_seed_c.sql", "30_seed_d.sql", "4_seed_e.sql"]
    project = make_project({f"db/schema/{name}": "" for name in names})
    environment = Environment(
        name="made",
        include_dirs=["db/schema"],
        project_dir=str(project),
        build=BuildConfig(sort_mode="hex"),
    )
    schema, seeds = SchemaBuilder(environment).categorize_sql_files()
    assert [file.name for file in schema] == ["2_a.sql", "10_b.sql"]
    assert [file.name for file in seeds] == ["1_seed_c.sql", "4_seed_e.sql", "30_seed_d.sql"]


def test_an_empty_selection_is_an_error(engine: Engine, make_project: MakeProject) -> None:
    project = make_project({"db/schema/seed.sql": "", "db/empty/a.txt": ""})
    builder = SchemaBuilder("local", project)
    assert len(builder.find_sql_files()) == 1
    calls: list[Callable[[], object]] = [
        lambda: builder.build(schema_only=True),
        lambda: builder.selection_report(schema_only=True),
        lambda: builder.build_split(project / "split", schema_only=True),
        SchemaBuilder(
            Environment(name="made", include_dirs=["db/empty"], project_dir=str(project))
        ).compute_hash,
    ]
    for call in calls:
        with pytest.raises(SchemaError) as caught:
            call()
        assert caught.value.error_code == "SCHEMA_014"


def test_no_file_of_an_environment_is_an_output(engine: Engine, make_project: MakeProject) -> None:
    project = make_project({**FILES, "db/environments/prod.yaml": "include_dirs: [db]\n"})
    builder = SchemaBuilder("local", project)
    for name in ("local", "prod", "new"):
        with pytest.raises(SchemaError) as caught:
            builder.write(project / f"db/environments/{name}.yaml")
        assert caught.value.error_code == "SCHEMA_015"
    assert (project / "db/environments/prod.yaml").read_bytes() == b"include_dirs: [db]\n"
    assert not (project / "db/environments/new.yaml").exists()


def test_the_default_output_is_never_an_input(engine: Engine, make_project: MakeProject) -> None:
    project = make_project({**FILES, "db/generated/other.sql": "SELECT 1;\n"})
    builder = SchemaBuilder(Environment(name="local", include_dirs=["db"], project_dir=str(project)))
    assert builder.default_output == str(project.resolve() / "db/generated/schema_local.sql")
    first = builder.write()
    second = builder.write()
    assert first.tree_digest == second.tree_digest
    assert first.bundle == second.bundle
    assert (first.bundle.output, first.bundle.files) == (builder.default_output, 5)


def test_the_default_output_of_another_environment_is_never_an_input(
    engine: Engine, make_project: MakeProject
) -> None:
    project = make_project({**FILES, "db/environments/prod.yaml": "include_dirs: [db]\n"})
    local = SchemaBuilder(Environment(name="local", include_dirs=["db"], project_dir=str(project)))
    before = local.compute_hash()
    written = SchemaBuilder("prod", project).write()
    assert written.bundle.output == str(project.resolve() / "db/generated/schema_prod.sql")
    assert local.compute_hash() == before == written.tree_digest


# What it builds.


def test_a_build_is_the_bundle_of_the_selected_files(
    engine: Engine, make_project: MakeProject, tmp_path: Path
) -> None:
    project = make_project(FILES)
    builder = SchemaBuilder("local", project)
    expected = bundles.bundle_of("local", sources_of(project / "db/schema", builder.find_sql_files()))
    assert builder.build().encode() == expected
    assert builder.build(tmp_path / "new" / "out.sql").encode() == expected
    assert (tmp_path / "new" / "out.sql").read_bytes() == expected
    assert builder.build(str(tmp_path / "out.sql")).encode() == expected


def test_carriage_returns_survive_the_text_of_a_build(
    engine: Engine, make_project: MakeProject, tmp_path: Path
) -> None:
    project = make_project({"db/schema/a.sql": b"\xef\xbb\xbfSELECT 1;\r\nSELECT 2;\r"})
    builder = SchemaBuilder("local", project)
    for text in (builder.build(), builder.build(tmp_path / "out.sql")):
        assert text.endswith(" */\n\nSELECT 1;\r\nSELECT 2;\r\n")


def test_a_build_can_leave_seeds_out(engine: Engine, make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project(FILES)
    environment = Environment(name="made", include_dirs=["db/schema", "db/seeds"], project_dir=str(project))
    builder = SchemaBuilder(environment)
    schema, seeds = builder.categorize_sql_files()
    assert len(seeds) == 1
    expected = bundles.bundle_of("made", sources_of(project / "db", schema))
    assert builder.build(schema_only=True).encode() == expected
    report = builder.write(tmp_path / "out.sql", schema_only=True)
    assert (tmp_path / "out.sql").read_bytes() == expected
    assert report.tree_digest != builder.compute_hash()


def test_the_report_of_a_build_has_its_facts(
    engine: Engine, make_project: MakeProject, tmp_path: Path
) -> None:
    project = make_project(FILES)
    builder = SchemaBuilder("local", project)
    report = builder.write(tmp_path / "out.sql")
    parts = bundles.take_apart((tmp_path / "out.sql").read_bytes())
    assert report.environment == "local"
    assert report.bundle.output == str(tmp_path.resolve() / "out.sql")
    assert report.bundle.files == parts.files == 3
    assert report.bundle.source_bytes == sum(len(text) for path, text in FILES.items() if "schema" in path)
    assert report.bundle.bundle_bytes == (tmp_path / "out.sql").stat().st_size
    assert (report.bundle.body_sha256, report.tree_digest) == (parts.body_sha256, parts.tree_digest)
    assert report.tree_digest == builder.compute_hash() == builder.digest().tree_digest
    assert report.engine == os.environ["CONFITURE_ENGINE"] == builder.digest().engine
    assert report.seconds > 0
    assert (report.warnings, report.skipped) == ([], [])


STYLES = {
    "block_comment": "\n/* {rule}\n * File: {path}\n * {rule} */\n\n",
    "line_comment": "\n-- {rule}\n-- File: {path}\n-- {rule}\n\n",
    "mysql": "\n# {rule}\n# File: {path}\n# {rule}\n\n",
}


@pytest.mark.parametrize("style", STYLES)
def test_separators_have_their_style(engine: Engine, make_project: MakeProject, style: str) -> None:
    project = make_project({"db/schema/a b/c.sql": "x", "db/schema/é.sql": ""})
    build = BuildConfig(separators=SeparatorConfig(style=style))
    environment = Environment(name="made", include_dirs=["db/schema"], project_dir=str(project), build=build)
    text = SchemaBuilder(environment).build()
    bodies = [
        STYLES[style].format(rule="=" * 42, path=path) + content
        for path, content in (("a b/c.sql", "x\n"), ("é.sql", "\n"))
    ]
    assert bundles.take_apart(text.encode()).body.decode() == "".join(bodies)


@pytest.mark.parametrize(
    ("template", "rendered"),
    [
        ("-- {file_path}", "\n-- a.sql\nx\n"),
        ("", "\n\nx\n"),
        ("-- {{{file_path}}}", "\n-- {a.sql}\nx\n"),
        ("/* {file_path}\n{file_path} */", "\n/* a.sql\na.sql */\nx\n"),
        ("-- é {{}}\r", "\n-- é {}\r\nx\n"),
    ],
)
def test_custom_separators_repeat_the_path(
    engine: Engine, make_project: MakeProject, template: str, rendered: str
) -> None:
    project = make_project({"db/schema/a.sql": "x"})
    build = BuildConfig(separators=SeparatorConfig(style="custom", custom_template=template))
    environment = Environment(name="made", include_dirs=["db/schema"], project_dir=str(project), build=build)
    body = bundles.take_apart(SchemaBuilder(environment).build().encode()).body
    assert body.decode() == rendered


OPEN_FILES = {
    "db/schema/a.sql": "é /* open",
    "db/schema/b.sql": "SELECT 1;\n 'open",
    "db/schema/c.sql": "SELECT 1;\n",
    "db/schema/d.sql": 'SELECT "open',
}
OPEN_LINES = [
    "a.sql:1:3: this block comment is never closed with */.",
    "b.sql:2:2: this string is never closed with '.",
    'd.sql:1:8: this quoted name is never closed with ".',
]


@pytest.mark.parametrize("blocks", [True, False])
@pytest.mark.parametrize("spillover", [True, False])
def test_what_is_open_is_fatal_or_a_warning(
    engine: Engine, make_project: MakeProject, tmp_path: Path, blocks: bool, spillover: bool
) -> None:
    project = make_project(OPEN_FILES)
    validation = CommentValidationConfig(fail_on_unclosed_blocks=blocks, fail_on_spillover=spillover)
    environment = Environment(
        name="made",
        include_dirs=["db/schema"],
        project_dir=str(project),
        build=BuildConfig(validate_comments=validation),
    )
    lines = [f"{project.resolve()}/db/schema/{line}" for line in OPEN_LINES]
    fatal = lines[: 1 if blocks else 0] + lines[1 if spillover else 3 :]
    output = tmp_path / "out" / "bundle.sql"
    with contextlib.ExitStack() as stack:
        caught = stack.enter_context(pytest.raises(SchemaError)) if fatal else None
        report = SchemaBuilder(environment).write(output)
        assert report.warnings == lines
        assert output.exists()
    if caught is not None:
        assert caught.value.message == "\n".join(fatal)
        assert caught.value.error_code == "SCHEMA_012"
        assert caught.value.context["file"] == fatal[0].split(":")[0]
        assert list(output.parent.iterdir()) == []


def test_a_search_that_is_switched_off_finds_nothing(engine: Engine, make_project: MakeProject) -> None:
    project = make_project(OPEN_FILES)
    build = BuildConfig(validate_comments=CommentValidationConfig(enabled=False))
    environment = Environment(name="made", include_dirs=["db/schema"], project_dir=str(project), build=build)
    assert SchemaBuilder(environment).build_text()[1].warnings == []


def test_both_engines_are_there_to_be_chosen(make_project: MakeProject) -> None:
    project = make_project(FILES)
    for name in ENGINES:
        with using(name):
            assert SchemaBuilder("local", project).digest().engine == name
