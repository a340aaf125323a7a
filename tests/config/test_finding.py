"""Finding an environment's file and reading its text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from confiture.config.environment import Environment
from confiture.exceptions import ConfigurationError

from .conftest import Project

MINIMAL = "include_dirs: [db/schema]\n"


def test_a_missing_environment_is_told_with_those_that_exist_and_the_nearest(project: Project) -> None:
    project.write(MINIMAL, "local")
    project.write(MINIMAL, "production")
    (project.folder / "notes.txt").touch()
    (project.folder / ".hidden.yaml").touch()

    error = project.refusal(env="prodution")

    assert error.error_code == "CONFIG_001"
    assert "there are: local and production." in error.message
    assert "Did you mean 'production'?" in str(error)
    assert error.context == {"file": str(project.file("prodution")), "environment": "prodution"}


def test_a_missing_environment_unlike_any_other_gets_no_suggestion(project: Project) -> None:
    project.write(MINIMAL, "local")

    assert "Did you mean" not in str(project.refusal(env="zzz"))


def test_an_environments_folder_without_environments_is_told(project: Project) -> None:
    error = project.refusal(env="local")

    assert error.error_code == "CONFIG_001"
    assert "there are: none." in error.message
    assert "confiture init" in str(error)


def test_an_environments_folder_that_cannot_be_listed_changes_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.listdir", refuse)

    assert project.refusal(env="local").error_code == "CONFIG_001"


def test_a_project_without_environments_is_pointed_to_init(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no environments") as caught:
        Environment.load("local", tmp_path)

    assert caught.value.error_code == "CONFIG_001"
    assert "confiture init" in str(caught.value)


def test_a_missing_project_is_told_apart_from_one_without_environments(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no directory .*nowhere") as caught:
        Environment.load("local", tmp_path / "nowhere")

    assert caught.value.error_code == "CONFIG_001"


def test_a_file_where_a_folder_should_be_means_no_environments(tmp_path: Path) -> None:
    (tmp_path / "db").touch()

    with pytest.raises(ConfigurationError, match="no environments"):
        Environment.load("local", tmp_path)


def test_a_yml_file_is_told_to_be_renamed(project: Project) -> None:
    (project.folder / "local.yml").write_text(MINIMAL)

    error = project.refusal(env="local")

    assert error.error_code == "CONFIG_001"
    assert "there is local.yml" in error.message
    assert error.resolution_hint == "Rename local.yml to local.yaml."


@pytest.mark.parametrize("name", ["qa.yaml", "qa.yml"])
def test_a_file_name_given_for_a_name_is_told_to_lose_its_ending(project: Project, name: str) -> None:
    project.write(MINIMAL, "qa")

    assert project.refusal(env=name).resolution_hint == "Give the name without its ending: 'qa'."


def test_many_environments_are_not_all_listed(project: Project) -> None:
    for number in range(30):
        project.write(MINIMAL, f"env{number:02}")

    message = project.refusal(env="other").message

    assert message.endswith("env19 and 10 more.")
    assert "env20" not in message


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        ".hidden",
        "../other",
        "a/b",
        "a\\b",
        "/etc/passwd",
        "a\0b",
        "a\nDROP TABLE x;",
        "a\u2028b",
        " a",
        "a ",
        "\ud800",
    ],
)
def test_a_name_that_is_no_plain_file_name_is_refused(project: Project, name: str) -> None:
    error = project.refusal(env=name)

    assert error.error_code == "CONFIG_002"
    assert error.message.isprintable()


@pytest.mark.parametrize("name", ["local", "prod-eu_1", "été", "a b", "a.b", "-x"])
def test_a_plain_name_is_an_environment(project: Project, name: str) -> None:
    assert project.load(MINIMAL, name).name == name


def test_a_name_too_long_for_the_file_system_is_refused(project: Project) -> None:
    assert project.refusal(env="x" * 5000).error_code == "CONFIG_003"


def test_the_file_names_the_environment_whatever_it_says(project: Project) -> None:
    assert project.load("name: production\n" + MINIMAL, "staging").name == "staging"


def test_the_current_directory_is_the_default_project(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write(MINIMAL)
    monkeypatch.chdir(project.root)

    assert Environment.load("local") == Environment.load("local", project.root)


def test_a_project_may_be_given_as_text(project: Project) -> None:
    project.write(MINIMAL)

    assert Environment.load("local", str(project.root)) == Environment.load("local", project.root)


def test_a_project_path_that_is_no_path_is_refused() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Environment.load("local", "a\0b")

    assert caught.value.error_code == "CONFIG_012"


def test_a_current_directory_that_is_gone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    with pytest.raises(ConfigurationError, match="current directory"):
        Environment.load("local")


def test_a_directory_in_place_of_the_file_is_refused(project: Project) -> None:
    project.file().mkdir()

    error = project.refusal()

    assert error.error_code == "CONFIG_003"
    assert "a directory, not a regular file" in error.message


def test_a_pipe_in_place_of_the_file_is_refused_and_not_waited_for(project: Project) -> None:
    os.mkfifo(project.file())

    assert project.refusal().error_code == "CONFIG_003"


def test_a_link_to_nowhere_is_told(project: Project) -> None:
    project.file().symlink_to("nowhere.yaml")

    error = project.refusal()

    assert error.error_code == "CONFIG_003"
    assert "symbolic link" in error.message


def test_a_link_in_a_circle_is_told(project: Project) -> None:
    project.file().symlink_to(project.file())

    assert project.refusal().error_code == "CONFIG_003"


def test_a_link_to_a_file_is_read(project: Project) -> None:
    project.write(MINIMAL, "local")
    project.file("linked").symlink_to("local.yaml")

    assert project.load(env="linked").name == "linked"


def test_an_unreadable_file_is_told_with_the_system_s_reason(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write(MINIMAL)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    error = project.refusal()

    assert error.error_code == "CONFIG_003"
    assert "Permission denied" in error.message
    assert isinstance(error.__cause__, PermissionError)


def test_a_file_that_is_not_utf8_is_refused_at_its_first_bad_byte(project: Project) -> None:
    project.refused_at("name: été\n# caf".encode() + b"\xe9\n" + MINIMAL.encode(), 2, 6, "CONFIG_004")


def test_a_utf16_file_is_refused_as_no_utf8(project: Project) -> None:
    project.refused_at(MINIMAL.encode("utf-16"), 1, 1, "CONFIG_004")


def test_a_byte_order_mark_is_dropped_and_counts_as_no_column(project: Project) -> None:
    mark = b"\xef\xbb\xbf"

    assert project.load(mark + MINIMAL.encode()).name == "local"
    project.refused_at(mark + b"x: 1\n", 1, 1, "CONFIG_008")
    project.refused_at(mark + b"x: \xff\n", 1, 4, "CONFIG_004")


def test_windows_line_ends_count_as_one(project: Project) -> None:
    project.refused_at("name: x\r\n\r\nx: 1\r\n", 3, 1, "CONFIG_008")
