"""Which keys and values an environment's file may have, and how others are refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from confiture.config.environment import (
    NOT_KEYS,
    BuildConfig,
    CommentValidationConfig,
    DirectoryConfig,
    Environment,
    SeparatorConfig,
)
from confiture.exceptions import ConfigurationError

from .conftest import Project

FULL = """\
name: local
database_url: postgresql://u:p@h/d
include_dirs:
  - db/schema
  - path: db/seeds
    recursive: false
    include: ["*.sql", "!x.sql"]
    exclude: ["*.bak"]
    auto_discover: false
    order: -20
exclude_dirs:
  - db/schema/old
superuser_dirs: [db/roles]
superuser_post_dirs:
  - path: db/grants
build:
  sort_mode: hex
  two_pass: false
  validate_comments:
    enabled: true
    fail_on_unclosed_blocks: false
    fail_on_spillover: off
  separators:
    style: custom
    custom_template: "-- {file_path}"
  lint: {enabled: true}
"""


def test_every_key_is_read(project: Project) -> None:
    environment = project.load(FULL)
    root = str(project.root)

    assert environment == Environment(
        name="local",
        database_url="postgresql://u:p@h/d",
        include_dirs=[
            f"{root}/db/schema",
            DirectoryConfig(
                path=f"{root}/db/seeds",
                recursive=False,
                include=["*.sql", "!x.sql"],
                exclude=["*.bak"],
                auto_discover=False,
                order=-20,
            ),
        ],
        exclude_dirs=[f"{root}/db/schema/old"],
        superuser_dirs=[f"{root}/db/roles"],
        superuser_post_dirs=[DirectoryConfig(path=f"{root}/db/grants")],
        build=BuildConfig(
            sort_mode="hex",
            validate_comments=CommentValidationConfig(fail_on_unclosed_blocks=False, fail_on_spillover=False),
            separators=SeparatorConfig(style="custom", custom_template="-- {file_path}"),
            lint={"enabled": True},
        ),
        project_dir=root,
        config_file=str(project.file()),
    )


def test_include_dirs_is_all_that_is_needed(project: Project) -> None:
    environment = project.load("include_dirs: [db]\n")

    assert environment.database_url is None
    assert environment.exclude_dirs == []
    assert environment.build == BuildConfig()


def test_anchors_aliases_and_merge_keys_work(project: Project) -> None:
    text = "options: &d {path: db, order: 5}\ninclude_dirs:\n- *d\n- {<<: *d, path: other}\n"
    first, second = project.load(text).include_entries()

    assert (first.path, first.order) == (str(project.root / "db"), 5)
    assert (second.path, second.order) == (str(project.root / "other"), 5)


WIDER_SECTIONS = [
    "migration",
    "seed",
    "infrastructure",
    "drift",
    "ssh_tunnel",
    "acls",
    "acls_lint_enabled",
    "ownership",
    "function_coverage",
    "security_lint",
    "lint",
    "database",
    "notifications",
    "apply_as",
    "locking",
    "rebuild",
    "options",
    "auto_backup",
    "require_confirmation",
]


@pytest.mark.parametrize("section", WIDER_SECTIONS)
@pytest.mark.parametrize("value", [None, 5, "text", [1, {"x": "${"}], {"unknown": {"deep": [1.5, True]}}])
def test_sections_of_the_wider_tool_are_left_alone(project: Project, section: str, value: Any) -> None:
    environment = project.load(yaml.safe_dump({"include_dirs": ["db"], section: value}))

    assert getattr(environment, section) == value


def test_every_field_is_a_key_of_the_file_or_known_not_to_be_one(project: Project) -> None:
    fields = {field.name for field in msgspec.structs.fields(Environment)}
    own = {"name", "database_url", "include_dirs", "exclude_dirs"}
    own |= {"superuser_dirs", "superuser_post_dirs", "build"}

    assert fields == own | set(WIDER_SECTIONS) | set(NOT_KEYS)


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n", "~\n"])
def test_an_empty_file_is_refused(project: Project, text: str) -> None:
    error = project.refusal(text)

    assert error.error_code == "CONFIG_006"
    assert "empty" in error.message
    assert error.context["file"] == str(project.file())


@pytest.mark.parametrize(
    ("text", "got"), [("- a\n", "a list"), ("text\n", "a string"), ("5\n", "a whole number")]
)
def test_a_file_without_keys_is_refused(project: Project, text: str, got: str) -> None:
    assert f"got {got}" in project.refused_at(text, 1, 1, "CONFIG_006").message


def test_several_documents_are_refused(project: Project) -> None:
    project.refused_at("include_dirs: [db]\n---\ninclude_dirs: [x]\n", 2, 1, "CONFIG_005")


def test_a_key_given_twice_is_refused(project: Project) -> None:
    error = project.refused_at("include_dirs: [a]\nname: x\ninclude_dirs: [b]\n", 3, 1, "CONFIG_007")

    assert error.context["first_line"] == 1


@pytest.mark.parametrize("text", ["name: x\n", "# c\n\nbuild: {}\n"])
def test_a_file_without_include_dirs_is_refused(project: Project, text: str) -> None:
    error = project.refusal(text)

    assert error.error_code == "CONFIG_011"
    assert "include_dirs: this key is missing" in error.message


def test_an_empty_include_dirs_is_refused(project: Project) -> None:
    project.refused_at("name: x\ninclude_dirs: []\n", 2, 15, "CONFIG_011")


@pytest.mark.parametrize(
    ("text", "line", "column", "hint"),
    [
        ("include_dir: [db]\n", 1, 1, "Did you mean 'include_dirs'?"),
        ("Include-Dirs: [db]\n", 1, 1, "Did you mean 'include_dirs'?"),
        ("include_dirs: [db]\nmigrations: {}\n", 2, 1, "Did you mean 'migration'?"),
        ("include_dirs: [db]\nbuild:\n  sort_mod: hex\n", 3, 3, "Did you mean 'sort_mode'?"),
        (
            "include_dirs: [db]\nbuild:\n  validate_comments: {enable: true}\n",
            3,
            23,
            "Did you mean 'enabled'?",
        ),
        ("include_dirs: [db]\nbuild:\n  separators: {styl: mysql}\n", 3, 16, "Did you mean 'style'?"),
        ("include_dirs:\n- path: db\n  recursiv: true\n", 3, 3, "Did you mean 'recursive'?"),
        ("superuser_dirs:\n- pth: db\n", 2, 3, "Did you mean 'path'?"),
        ("include_dirs: [db]\nsort_mode: hex\n", 2, 1, "Write it as build.sort_mode."),
        ("include_dirs: [db]\nbuild: {custom_template: x}\n", 2, 9, "build.separators.custom_template"),
        ("include_dirs: [db]\nbuild:\n  zzz: 1\n", 3, 3, "Known keys here: sort_mode, two_pass"),
        ("include_dirs: [db]\nmigration_table: x\n", 2, 1, "migration.tracking_table"),
        ("include_dirs: [db]\ntenancy: {}\n", 2, 1, "db/project.yaml"),
        ("include_dirs: [db]\nproject_dir: /\n", 2, 1, ""),
        ("include_dirs: [db]\nconfig_file: /\n", 2, 1, ""),
        ("include_dirs: [db]\non: 1\n", 2, 1, ""),
        ("include_dirs: [db]\n5: 1\n", 2, 1, ""),
        ("include_dirs: [db]\n~: 1\n", 2, 1, ""),
        ("include_dirs: [db]\n2001-01-01: 1\n", 2, 1, ""),
    ],
)
def test_an_unknown_key_is_refused_with_what_was_meant(
    project: Project, text: str, line: int, column: int, hint: str
) -> None:
    error = project.refused_at(text, line, column, "CONFIG_008")

    assert hint in str(error.resolution_hint)


def test_a_key_that_yaml_takes_for_something_else_is_told_to_be_so(project: Project) -> None:
    assert "YAML reads it as true or false" in project.refusal("on: 1\n").message


def test_an_unknown_key_among_merged_ones_is_refused_where_it_is_written(project: Project) -> None:
    text = "options: &o\n  path: db\n  oops: 1\ninclude_dirs:\n- <<: *o\n"

    project.refused_at(text, 3, 3, "CONFIG_008")


def test_a_key_that_looks_like_a_url_is_not_shown(project: Project) -> None:
    error = project.refusal("postgresql://u:hunter2@h/d: x\n")

    assert "hunter2" not in str(error)
    assert "hunter2" not in str(error.to_dict())


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        (
            "include_dirs: [db]\nbuild:\n  validate_comments:\n    enabled: 'true'\n",
            4,
            14,
            "build.validate_comments.enabled: expected true or false, got a string.",
        ),
        ("include_dirs: db\n", 1, 15, "include_dirs: expected a list, got a string."),
        ("include_dirs: {path: db}\n", 1, 15, "include_dirs: expected a list, got a mapping."),
        ("include_dirs:\n", 1, 14, "include_dirs: expected a list, got nothing (null)."),
        ("include_dirs: [2024]\n", 1, 16, "[0]: expected a string or a mapping, got a whole number."),
        ("include_dirs: [[db]]\n", 1, 16, "[0]: expected a string or a mapping, got a list."),
        ("include_dirs: [~]\n", 1, 16, "[0]: expected a string or a mapping, got nothing (null)."),
        ("include_dirs: [2024-01-01]\n", 1, 16, "[0]: expected a string or a mapping, got a date."),
        ("include_dirs: [2024-01-01 10:00:00]\n", 1, 16, "got a date."),
        ("include_dirs: [1.5]\n", 1, 16, "got a decimal number."),
        ("include_dirs: [!!binary YQ==]\n", 1, 16, "got binary data."),
        ("include_dirs: [on]\n", 1, 16, "got true or false."),
        ("include_dirs: [{path: 5}]\n", 1, 23, "include_dirs[0].path: expected a string, got a whole"),
        ("include_dirs: [{path: a, order: '1'}]\n", 1, 33, "order: expected a whole number, got a string."),
        ("include_dirs: [{path: a, order: true}]\n", 1, 33, "order: expected a whole number, got true or f"),
        ("include_dirs: [{path: a, order: 1.0}]\n", 1, 33, "order: expected a whole number, got a decimal"),
        ("include_dirs: [{path: a, recursive: 1}]\n", 1, 37, "recursive: expected true or false, got a who"),
        ("include_dirs: [{path: a, include: x}]\n", 1, 35, "include: expected a list, got a string."),
        ("include_dirs: [{path: a, exclude: [7]}]\n", 1, 36, "exclude[0]: expected a string, got a whole"),
        ("exclude_dirs: [{path: a}]\n", 1, 16, "exclude_dirs[0]: expected a string, got a mapping."),
        ("superuser_dirs: [5]\n", 1, 18, "superuser_dirs[0]: expected a string or a mapping"),
        ("build: hex\n", 1, 8, "build: expected a mapping, got a string."),
        ("build:\n", 1, 7, "build: expected a mapping, got nothing (null)."),
        ("build: {sort_mode: 5}\n", 1, 20, "build.sort_mode: expected a string, got a whole number."),
        ("build: {separators: {custom_template: 1}}\n", 1, 39, "custom_template: expected a string, got a"),
        ("name: 5\n", 1, 7, "name: expected a string, got a whole number."),
        ("name: no\n", 1, 7, "name: expected a string, got true or false."),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(
    project: Project, text: str, line: int, column: int, message: str
) -> None:
    assert message in project.refused_at(text, line, column, "CONFIG_009").message


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("include_dirs: [2024]\n", "quotes"),
        ("include_dirs: [2024-01-01]\n", "quotes"),
        ("include_dirs: db\n", "'- item'"),
        ("include_dirs:\n", "remove the key"),
        ("include_dirs: [{path: a, recursive: 'yes'}]\n", "without quotes"),
        ("build: x\n", "indented"),
    ],
)
def test_a_wrong_type_comes_with_the_way_to_write_it(project: Project, text: str, hint: str) -> None:
    assert hint in str(project.refusal(text).resolution_hint)


def test_a_database_url_of_the_wrong_type_is_not_shown(project: Project) -> None:
    error = project.refused_at("database_url: [postgresql://u:hunter2@h/d]\n", 1, 15, "CONFIG_009")

    assert "hunter2" not in str(error)
    assert "hunter2" not in str(error.to_dict())


def test_a_directory_without_a_path_is_refused(project: Project) -> None:
    error = project.refused_at("include_dirs:\n- order: 5\n", 2, 3, "CONFIG_011")

    assert "include_dirs[0].path: this key is missing" in error.message


@pytest.mark.parametrize(
    ("text", "line", "column", "key"),
    [
        ("include_dirs: ['']\n", 1, 16, "include_dirs[0]"),
        ('include_dirs: [db, "a\\0b"]\n', 1, 20, "include_dirs[1]"),
        ("include_dirs: [{path: ''}]\n", 1, 23, "include_dirs[0].path"),
        ("include_dirs: [{path: db, include: []}]\n", 1, 36, "include_dirs[0].include"),
        ("include_dirs: [{path: db, order: 9223372036854775808}]\n", 1, 34, "include_dirs[0].order"),
        ("exclude_dirs: ['']\n", 1, 16, "exclude_dirs[0]"),
        ("superuser_dirs: ['']\n", 1, 18, "superuser_dirs[0]"),
        ("superuser_post_dirs: [a, {path: ''}]\n", 1, 33, "superuser_post_dirs[1].path"),
        ("build: {sort_mode: hexx}\n", 1, 20, "build.sort_mode"),
        ("build: {separators: {style: sql}}\n", 1, 29, "build.separators.style"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(
    project: Project, text: str, line: int, column: int, key: str
) -> None:
    error = project.refused_at(text, line, column, "CONFIG_012")

    assert error.context["key"] == key
    assert f": {key}: " in error.message


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("build: {sort_mode: alphabetic}\n", "Did you mean 'alphabetical'? Choose alphabetical or hex."),
        ("build: {sort_mode: HEX}\n", "Did you mean 'hex'?"),
        ("build: {separators: {style: block-comment}}\n", "Did you mean 'block_comment'?"),
        ("build: {separators: {style: zzz}}\n", "Choose block_comment, line_comment, mysql or custom."),
    ],
)
def test_an_unknown_choice_is_refused_with_what_was_meant(project: Project, text: str, hint: str) -> None:
    assert str(project.refusal(text).resolution_hint).startswith(hint)


def test_a_custom_style_without_a_template_is_refused(project: Project) -> None:
    error = project.refused_at("build:\n  separators:\n    style: custom\n", 3, 5, "CONFIG_013")

    assert "build.separators.custom_template: style 'custom' needs a template" in error.message


@pytest.mark.parametrize("template", ["'{x}'", "'{'", '"a\\0"', "'{file_path!r}'"])
def test_a_template_that_cannot_be_meant_is_refused_at_its_place(project: Project, template: str) -> None:
    text = f"build:\n  separators:\n    custom_template: {template}\n"

    project.refused_at(text, 3, 22, "CONFIG_013")


def test_a_long_value_is_not_repeated_in_the_message(project: Project) -> None:
    assert len(project.refusal(f"build: {{sort_mode: {'x' * 10_000}}}\n").message) < 500


def test_the_first_mistake_in_the_file_is_the_one_reported(project: Project) -> None:
    project.refused_at("include_dirs: [5]\nbuild: 6\noops: 7\n", 1, 16, "CONFIG_009")


KEYS = [field.name for field in msgspec.structs.fields(Environment)]
KEYS += ["path", "recursive", "include", "exclude", "order", "sort_mode", "separators", "style", "enabled"]
KEYS += ["custom_template", "validate_comments", "two_pass", "oops"]
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-5, 2**65)
    | st.floats()
    | st.dates()
    | st.binary(max_size=3)
    | st.sampled_from(["db", "hex", "custom", "{file_path}", "${", "${UNSET_X}", "", "a\0b"])
)
trees = st.recursive(
    scalars,
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.integers(), children, max_size=4)
    ),
    max_leaves=20,
)


@given(value=st.dictionaries(st.sampled_from(KEYS), trees, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
def test_any_values_are_read_or_refused_with_their_place(project: Project, value: Any) -> None:
    outcome = outcome_of(project, yaml.safe_dump(value))
    if isinstance(outcome, ConfigurationError):
        assert {"file", "line", "column"} <= set(outcome.context)
        assert outcome.resolution_hint
    else:
        assert outcome.include_entries()
        assert msgspec.convert(msgspec.to_builtins(outcome.build), BuildConfig) == outcome.build


def outcome_of(project: Project, text: str) -> Environment | ConfigurationError:
    try:
        return project.load(text)
    except ConfigurationError as error:
        return error
