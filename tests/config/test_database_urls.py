"""The database URL: needed late, expanded late, never shown."""

from __future__ import annotations

import pytest

from confiture.config.environment import Environment
from confiture.exceptions import ConfigurationError

from .conftest import Project

LOADED = "include_dirs: [db]\ndatabase_url: {}\n"


def refused(environment: Environment) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        environment.require_database_url()
    error = caught.value
    assert error.exit_code == 5
    assert error.resolution_hint
    for text in (str(error), str(error.to_dict())):
        assert "hunter2" not in text
    return error


@pytest.mark.parametrize(
    "url", ["postgresql://u:p@h/d", "postgres://h/d", "postgresql:///d", "postgresql://"]
)
def test_a_postgresql_url_is_handed_out(project: Project, url: str) -> None:
    assert project.load(LOADED.format(url)).require_database_url() == url


def test_references_are_expanded_when_the_url_is_asked_for(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = project.load(LOADED.format("postgresql://u:${PASSWORD_X}@h/d"))
    monkeypatch.setenv("PASSWORD_X", "hunter2")

    assert environment.database_url == "postgresql://u:${PASSWORD_X}@h/d"
    assert environment.require_database_url() == "postgresql://u:hunter2@h/d"


def test_a_whole_url_may_come_from_a_variable(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("URL_X", "postgres://h/d")

    assert project.load(LOADED.format("${URL_X}")).require_database_url() == "postgres://h/d"


def test_an_unset_variable_is_named_with_its_place(project: Project) -> None:
    error = refused(project.load(LOADED.format("postgresql://u:${UNSET_X}@hunter2/d")))

    assert error.error_code == "CONFIG_014"
    assert "UNSET_X" in error.message
    assert error.context == {"file": str(project.file()), "line": 2, "column": 15, "key": "database_url"}
    assert error.message.startswith(f"{project.file()}:2:15: database_url: ")


@pytest.mark.parametrize("url", ["postgresql://${}hunter2", "postgresql://${A:-hunter2}", "'${hunter2'"])
def test_a_malformed_reference_is_refused(project: Project, url: str) -> None:
    assert refused(project.load(LOADED.format(url))).error_code == "CONFIG_015"


@pytest.mark.parametrize(
    "url",
    [
        "mysql://hunter2",
        "hunter2",
        "host=h password=hunter2",
        "' postgresql://hunter2'",
        "POSTGRESQL://hunter2",
    ],
)
def test_another_url_is_refused_and_not_shown(project: Project, url: str) -> None:
    error = refused(project.load(LOADED.format(url)))

    assert error.error_code == "CONFIG_017"
    assert (error.context["line"], error.context["column"]) == (2, 15)


def test_a_line_break_from_a_variable_is_refused(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("URL_X", "postgresql://hunter2\n")

    error = refused(project.load(LOADED.format("${URL_X}")))

    assert error.error_code == "CONFIG_017"
    assert "line break" in error.message


@pytest.mark.parametrize("text", ["include_dirs: [db]\n", LOADED.format("~"), LOADED.format("''")])
def test_a_missing_url_is_refused_only_when_asked_for(project: Project, text: str) -> None:
    error = refused(project.load(text))

    assert error.error_code == "CONFIG_017"
    assert "'local' has no database URL" in error.message


def test_a_database_section_is_told_not_to_count(project: Project) -> None:
    error = refused(project.load("include_dirs: [db]\ndatabase: {host: h, password: hunter2}\n"))

    assert "'database' is not read" in str(error.resolution_hint)


def test_a_made_environment_has_a_url_but_no_place() -> None:
    assert Environment(name="x", database_url="postgresql://h").require_database_url() == "postgresql://h"
    assert "file" not in refused(Environment(name="x", database_url="hunter2")).context


def test_the_place_is_that_of_the_file_when_it_can_no_longer_be_read(project: Project) -> None:
    environment = project.load(LOADED.format("hunter2"))
    project.file().unlink()

    error = refused(environment)

    assert error.error_code == "CONFIG_017"
    assert error.context["file"] == str(project.file())
    assert "line" not in error.context


def test_no_url_is_shown_when_the_yaml_around_it_is_broken(project: Project) -> None:
    error = project.refusal("database_url: postgresql://u:hunter2@h/d: x: [\ninclude_dirs: [db]\n")

    assert "hunter2" not in str(error)
    assert "hunter2" not in str(error.to_dict())
