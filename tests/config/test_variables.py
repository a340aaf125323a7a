"""References to environment variables in values."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from confiture.config.variables import expand
from confiture.exceptions import ConfigurationError

from .conftest import Project


def test_a_reference_is_replaced_wherever_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A", "1")
    monkeypatch.setenv("_b2", "two")

    assert expand("${A}", ()) == "1"
    assert expand("x${A}y${_b2}${A}z", ()) == "x1ytwo1z"


def test_a_variable_that_is_set_but_empty_expands_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPTY", "")

    assert expand("[${EMPTY}]", ()) == "[]"


@pytest.mark.parametrize("text", ["", "plain", "$", "$$", "$A", "a$", "$$A", "{A}", "$ {A}", "}", "$1"])
def test_a_dollar_without_a_brace_means_itself(text: str) -> None:
    assert expand(text, ()) == text


def test_a_dollar_is_no_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A", "1")

    assert expand("$${A}", ()) == "$1"


def test_what_a_variable_holds_is_not_expanded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A", "${B} $ ${")

    assert expand("${A}", ()) == "${B} $ ${"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("${}", "names no variable"),
        ("${A", "no '}' after it"),
        ("${", "no '}' after it"),
        ("x${A} ${B", "no '}' after it"),
        ("${A:-secret}", "more than a name"),
        ("${A-secret}", "more than a name"),
        ("${A?secret}", "more than a name"),
        ("${1A}", "no variable name"),
        ("${ A }", "no variable name"),
        ("${é}", "no variable name"),
        ("${${A}}", "inside another"),
        ("${A${A}}", "inside another"),
        ("${A.b}", "no variable name"),
    ],
)
def test_a_malformed_reference_is_refused_without_showing_it(
    text: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A", "1")

    with pytest.raises(ConfigurationError) as caught:
        expand(text, ("build", "sort_mode"))

    assert caught.value.error_code == "CONFIG_015"
    assert caught.value.message.startswith("build.sort_mode: ")
    assert reason in caught.value.message
    assert "secret" not in str(caught.value)


@given(text=st.text())
def test_text_without_references_is_unchanged(text: str) -> None:
    if "${" not in text:
        assert expand(text, ()) == text


environment_text = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@given(before=st.text(), held=environment_text, after=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_reference_becomes_the_variable_and_nothing_else_changes(
    before: str, held: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "${" in before + "$" or "${" in after:
        return
    monkeypatch.setenv("HELD", held)

    assert expand(before + "${HELD}" + after, ()) == before + held + after


ALL_READ = """\
include_dirs:
  - ${D}/a
  - {path: "${D}/b", include: ["${D}*.sql"], exclude: ["${D}"]}
exclude_dirs: ["${D}/c"]
superuser_dirs: ["${D}/d", {path: "${D}/e"}]
superuser_post_dirs: ["${D}/f"]
build:
  sort_mode: ${MODE}
  separators: {style: "${STYLE}", custom_template: "-- ${D} {file_path}"}
"""


def test_references_expand_in_all_that_is_read(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("D", "db")
    monkeypatch.setenv("MODE", "hex")
    monkeypatch.setenv("STYLE", "custom")
    literal = ALL_READ.replace("${D}", "db").replace("${MODE}", "hex").replace("${STYLE}", "custom")

    assert project.load(ALL_READ) == project.load(literal)


@pytest.mark.parametrize(
    ("text", "line", "column", "key"),
    [
        ("include_dirs: ['${UNSET_X}']\n", 1, 16, "include_dirs[0]"),
        ("include_dirs:\n- path: db\n  exclude: [a, '${UNSET_X}']\n", 3, 16, "include_dirs[0].exclude[1]"),
        (
            "include_dirs: [a]\nbuild:\n  separators:\n    style: ${UNSET_X}\n",
            4,
            12,
            "build.separators.style",
        ),
    ],
)
def test_an_unset_variable_is_named_with_its_place(
    project: Project, text: str, line: int, column: int, key: str
) -> None:
    error = project.refused_at(text, line, column, "CONFIG_014")

    assert "UNSET_X is not set" in error.message
    assert error.context["key"] == key
    assert f": {key}: " in error.message
    assert "Set UNSET_X" in str(error.resolution_hint)


def test_a_malformed_reference_is_named_with_its_place(project: Project) -> None:
    project.refused_at("include_dirs: [db]\nexclude_dirs:\n- ${A:-x}\n", 3, 3, "CONFIG_015")


@pytest.mark.parametrize(
    "left_alone",
    [
        "seed: {x: '${UNSET_X}', y: '${'}\n",
        "migration: ['${UNSET_X}']\n",
        "build: {lint: {rules: ['${UNSET_X}']}}\n",
        "database_url: postgresql://${UNSET_X}@h/d\n",
        "name: ${UNSET_X}\n",
    ],
)
def test_references_are_left_alone_where_this_tool_does_not_read(project: Project, left_alone: str) -> None:
    assert project.load("include_dirs: [db]\n" + left_alone)


def test_keys_are_not_expanded(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "include_dirs")

    project.refused_at("${KEY}: [db]\n", 1, 1, "CONFIG_008")


def test_an_expanded_value_counts_as_text_and_no_other_type(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YES", "true")

    error = project.refused_at("include_dirs: [{path: db, recursive: '${YES}'}]\n", 1, 38, "CONFIG_009")

    assert "variable" in str(error.resolution_hint)


def test_a_variable_that_is_empty_does_not_silently_select_the_project(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMPTY", "")

    project.refused_at("include_dirs: ['${EMPTY}']\n", 1, 16, "CONFIG_012")
