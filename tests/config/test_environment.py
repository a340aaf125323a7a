"""Environments as Python objects: made by hand or loaded, and what they answer."""

from __future__ import annotations

import copy
import dataclasses
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from confiture.config.environment import (
    BuildConfig,
    CommentValidationConfig,
    DirectoryConfig,
    Environment,
    SeparatorConfig,
)
from confiture.exceptions import ConfigurationError

from .conftest import Project

if TYPE_CHECKING:
    from confiture._interface import IncludeDirectory

    def engine_entry() -> IncludeDirectory:
        """The type checker's proof that the engine takes what is configured."""
        return DirectoryConfig(path="/db")


def test_defaults_are_those_of_the_documentation() -> None:
    assert msgspec.structs.asdict(DirectoryConfig(path="db")) == {
        "path": "db",
        "recursive": True,
        "include": ["**/*.sql"],
        "exclude": [],
        "auto_discover": True,
        "order": 0,
    }
    assert BuildConfig() == BuildConfig(
        sort_mode="alphabetical",
        two_pass=False,
        validate_comments=CommentValidationConfig(
            enabled=True, fail_on_unclosed_blocks=True, fail_on_spillover=True
        ),
        separators=SeparatorConfig(style="block_comment", custom_template=None),
        lint=None,
    )


def test_a_name_is_all_that_a_made_environment_needs() -> None:
    assert Environment(name="local").build == BuildConfig()


def test_environments_are_frozen() -> None:
    environment = Environment(name="local")

    with pytest.raises(AttributeError):
        environment.name = "other"  # type: ignore[misc]


def test_environments_made_alike_are_equal_and_can_be_copied() -> None:
    environment = Environment(name="local", include_dirs=["a", DirectoryConfig(path="b")])

    assert copy.deepcopy(environment) == environment
    assert pickle.loads(pickle.dumps(environment)) == environment


def test_string_entries_must_exist_and_others_say_themselves(tmp_path: Path) -> None:
    environment = Environment(
        name="local", include_dirs=["a", DirectoryConfig(path="b", order=3)], project_dir=str(tmp_path)
    )

    assert environment.include_entries() == [
        DirectoryConfig(path=str(tmp_path.resolve() / "a"), auto_discover=False),
        DirectoryConfig(path=str(tmp_path.resolve() / "b"), auto_discover=True, order=3),
    ]


def test_all_directories_of_a_made_environment_start_from_its_project(tmp_path: Path) -> None:
    environment = Environment(
        name="local",
        exclude_dirs=["x", "/abs"],
        superuser_dirs=["s"],
        superuser_post_dirs=[DirectoryConfig(path="t")],
        project_dir=str(tmp_path),
    )
    root = str(tmp_path.resolve())

    assert environment.excluded_directories() == [f"{root}/x", "/abs"]
    assert [entry.path for entry in environment.superuser_entries()] == [f"{root}/s"]
    assert [entry.path for entry in environment.superuser_post_entries()] == [f"{root}/t"]


def test_a_made_environment_without_a_project_starts_from_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = Environment(name="local", include_dirs=["a"])
    monkeypatch.chdir(tmp_path)

    assert environment.include_entries()[0].path == str(tmp_path.resolve() / "a")


def test_an_environment_without_include_dirs_has_no_entries_to_give() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Environment(name="local").include_entries()

    assert caught.value.error_code == "CONFIG_011"


def test_loaded_directories_are_absolute_and_free_of_links_and_dots(project: Project) -> None:
    (project.root / "real" / "schema").mkdir(parents=True)
    (project.root / "link").symlink_to("real")
    text = """\
include_dirs: [link/schema, {path: ./link/../link/schema}, ../outside, /]
exclude_dirs: [link]
superuser_dirs: [link]
superuser_post_dirs: [{path: link}]
"""
    environment = project.load(text)
    root = str(project.root)

    assert environment.include_dirs == [
        f"{root}/real/schema",
        DirectoryConfig(path=f"{root}/real/schema"),
        str(project.root.parent / "outside"),
        "/",
    ]
    assert environment.exclude_dirs == [f"{root}/real"]
    assert environment.superuser_dirs == [f"{root}/real"]
    assert environment.superuser_post_dirs == [DirectoryConfig(path=f"{root}/real")]
    assert [entry.path for entry in environment.include_entries()][:2] == [f"{root}/real/schema"] * 2


def test_directories_need_not_exist_to_be_loaded(project: Project) -> None:
    assert project.load("include_dirs: [nowhere]\n").include_entries()[0].auto_discover is False


def test_a_project_reached_through_a_link_is_the_one_behind_it(project: Project, tmp_path: Path) -> None:
    project.write("include_dirs: [db]\n")
    (tmp_path / "link").symlink_to(project.root)

    assert Environment.load("local", tmp_path / "link") == Environment.load("local", project.root)


def test_a_loaded_environment_knows_where_it_comes_from(project: Project) -> None:
    environment = project.load("include_dirs: [db]\n")

    assert environment.project_dir == str(project.root)
    assert environment.config_file == str(project.file())


def test_printing_an_environment_shows_no_secret(project: Project) -> None:
    text = """\
include_dirs: [db]
database_url: postgresql://u:hunter2@h/d
database: {password: hunter3}
ownership: {bootstrap_connection_url: "postgresql://hunter4"}
"""
    environment = project.load(text)

    for printed in (repr(environment), str(environment), f"{environment}", str(environment.__rich_repr__())):
        assert "hunter" not in printed
        assert "postgresql" not in printed
        assert "name" in printed
        assert "include_dirs" in printed


@pytest.mark.parametrize(
    ("struct", "values", "code", "key"),
    [
        (Environment, {"name": ""}, "CONFIG_002", None),
        (Environment, {"name": "a\nb"}, "CONFIG_002", None),
        (Environment, {"name": 5}, "CONFIG_009", "name"),
        (Environment, {"name": "x", "include_dirs": "db"}, "CONFIG_009", "include_dirs"),
        (Environment, {"name": "x", "include_dirs": [Path("db")]}, "CONFIG_009", "include_dirs[0]"),
        (Environment, {"name": "x", "include_dirs": [{"path": "db"}]}, "CONFIG_009", "include_dirs[0]"),
        (Environment, {"name": "x", "include_dirs": ["a", ""]}, "CONFIG_012", "include_dirs[1]"),
        (Environment, {"name": "x", "exclude_dirs": ["\ud800"]}, "CONFIG_012", "exclude_dirs[0]"),
        (Environment, {"name": "x", "superuser_dirs": ["a\0"]}, "CONFIG_012", "superuser_dirs[0]"),
        (Environment, {"name": "x", "build": {"sort_mode": "hex"}}, "CONFIG_009", "build"),
        (Environment, {"name": "x", "database_url": 5}, "CONFIG_009", "database_url"),
        (BuildConfig, {"sort_mode": "x"}, "CONFIG_012", "sort_mode"),
        (BuildConfig, {"sort_mode": ["x"]}, "CONFIG_012", "sort_mode"),
        (BuildConfig, {"separators": "mysql"}, "CONFIG_009", "separators"),
        (BuildConfig, {"validate_comments": False}, "CONFIG_009", "validate_comments"),
        (SeparatorConfig, {"style": "x"}, "CONFIG_012", "style"),
        (SeparatorConfig, {"style": "custom"}, "CONFIG_013", "custom_template"),
        (SeparatorConfig, {"custom_template": "{"}, "CONFIG_013", "custom_template"),
        (SeparatorConfig, {"custom_template": 5}, "CONFIG_009", "custom_template"),
        (SeparatorConfig, {"custom_template": "\ud800"}, "CONFIG_012", "custom_template"),
        (DirectoryConfig, {"path": ""}, "CONFIG_012", "path"),
        (DirectoryConfig, {"path": Path("db")}, "CONFIG_009", "path"),
        (DirectoryConfig, {"path": "db", "include": []}, "CONFIG_012", "include"),
        (DirectoryConfig, {"path": "db", "include": "*.sql"}, "CONFIG_009", "include"),
        (DirectoryConfig, {"path": "db", "exclude": [5]}, "CONFIG_009", "exclude[0]"),
        (DirectoryConfig, {"path": "db", "exclude": ["\ud800"]}, "CONFIG_012", "exclude[0]"),
        (DirectoryConfig, {"path": "db", "order": True}, "CONFIG_009", "order"),
        (DirectoryConfig, {"path": "db", "order": 2**63}, "CONFIG_012", "order"),
    ],
)
def test_values_made_in_python_are_checked_too(
    struct: type, values: dict[str, Any], code: str, key: str | None
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        struct(**values)

    assert caught.value.error_code == code
    assert caught.value.context.get("key") == key
    assert caught.value.resolution_hint


def test_an_unknown_field_is_refused_in_python_as_well() -> None:
    with pytest.raises(TypeError):
        Environment(name="x", oops=1)  # type: ignore[call-arg]


def test_a_refusal_survives_pickling() -> None:
    with pytest.raises(ConfigurationError) as caught:
        BuildConfig(sort_mode="x")

    again = pickle.loads(pickle.dumps(caught.value))

    assert str(again) == str(caught.value)
    assert again.error_code == "CONFIG_012"


@pytest.mark.parametrize(
    "module",
    ["yaml", "difflib", "dataclasses", "pathlib", "json", "confiture.config.loading"],
)
def test_importing_environments_does_not_import(module: str) -> None:
    """What msgspec itself imports is not counted: it differs between its versions."""
    code = (
        "import sys, msgspec; before = set(sys.modules)\n"
        "import confiture.config.environment\n"
        f"sys.exit({module!r} in set(sys.modules) - before)"
    )

    assert subprocess.run([sys.executable, "-c", code], env=_with_package(), check=False).returncode == 0


@pytest.mark.parametrize("module", ["difflib", "dataclasses", "pathlib", "json", "confiture.config.missing"])
def test_loading_an_environment_does_not_import(project: Project, module: str) -> None:
    project.write("include_dirs: [db]\nbuild: {separators: {style: custom, custom_template: x}}\n")
    code = (
        "import sys, msgspec, yaml; before = set(sys.modules)\n"
        "from confiture.config.environment import Environment; Environment.load('local')\n"
        f"sys.exit({module!r} in set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=project.root, env=_with_package(), check=False)

    assert done.returncode == 0


def _with_package() -> dict[str, str]:
    import confiture

    return {**os.environ, "PYTHONPATH": str(Path(confiture.__file__).parent.parent)}


@dataclasses.dataclass
class GivenDirectory:
    path: str
    order: int = 0


class GivenEnvironment:
    name = "here"
    include_dirs = ("db/schema", GivenDirectory("db/seeds", 10))
    more = "passed over"

    class build:  # noqa: N801
        sort_mode = "hex"


def test_environments_are_taken_from_dicts_and_objects() -> None:
    wanted = Environment(
        name="here",
        include_dirs=["db/schema", DirectoryConfig(path="db/seeds", order=10)],
        build=BuildConfig(sort_mode="hex"),
    )
    plain = {
        "name": "here",
        "include_dirs": ["db/schema", {"path": "db/seeds", "order": 10}],
        "build": {"sort_mode": "hex"},
    }

    assert Environment.of(plain) == wanted
    assert Environment.of(GivenEnvironment()) == wanted
    assert Environment.of(wanted) is wanted
    assert Environment.of(plain, "/project").project_dir == "/project"


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        ({}, "CONFIG_011", "name: "),
        (3, "CONFIG_009", "expected `object`"),
        ({"name": "a", "include_dir": []}, "CONFIG_008", "Did you mean 'include_dirs'?"),
        (
            {"name": "a", "include_dirs": ["a", {"path": "b", "ordr": 1}]},
            "CONFIG_008",
            "include_dirs[1].ordr: ",
        ),
        ({"name": "a", "include_dirs": [3]}, "CONFIG_009", "include_dirs[0]: "),
        ({"name": "a", "build": {"two_pass": "yes"}}, "CONFIG_009", "build.two_pass: "),
        ({"name": "a", "build": {"sort_mode": "hx"}}, "CONFIG_012", "Did you mean 'hex'?"),
        ({"name": "../a"}, "CONFIG_002", "starts with a dot"),
    ],
)
def test_what_an_environment_cannot_be_made_of_is_an_error(given: object, code: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Environment.of(given)

    assert caught.value.error_code == code
    assert says in str(caught.value)
