"""A password is never printed, whatever goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .processes import run
from .support import OUTPUT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confiture._backend import Engine

PASSWORD = "hunter2"
URL = f"postgresql://jam:{PASSWORD}@db.example.org:5432/shop?sslmode=require"

#: The second half of an environment that starts with include_dirs. Not all of them are wrong.
ENVIRONMENTS = {
    "right": f"database_url: {URL}\n",
    "quoted": f"database_url: '{URL}'\n",
    "from_the_process": "database_url: ${DATABASE_URL}\n",
    "partly_from_the_process": "database_url: ${DATABASE_URL}/${UNSET_DATABASE}\n",
    "misspelt_key": f"databse_url: {URL}\n",
    "misspelt_key_of_a_section": f"build: {{database_url: '{URL}'}}\n",
    "unknown_key": f"dsn: {URL}\n",
    "as_a_key": f"{URL}: shop\n",
    "as_a_key_with_a_value_from_the_process": "? ${DATABASE_URL}\n: shop\n",
    "in_a_list": f"database_url: ['{URL}']\n",
    "as_a_mapping": f"database_url: {{password: {PASSWORD}}}\n",
    "twice": f"database_url: {URL}\ndatabase_url: {URL}\n",
    "as_a_name": f"name: ['{URL}']\n",
    "as_a_sort_mode": f"build: {{sort_mode: '{URL}'}}\n",
    "as_a_sort_mode_from_the_process": "build: {sort_mode: '${DATABASE_URL}'}\n",
    "as_a_style": f"build: {{separators: {{style: '{URL}'}}}}\n",
    "as_a_section": f"build: {URL}\n",
    "as_a_boolean": f"build: {{validate_comments: {{enabled: '{URL}'}}}}\n",
    "as_a_list": f"exclude_dirs: {URL}\n",
    "in_broken_yaml": f"database_url: {URL}: x\n",
    "before_broken_yaml": f"database_url: {URL}\n\tname: x\n",
    "in_an_open_quote": f"database_url: '{URL}\n",
    "in_an_open_bracket": f"database_url: [{URL}\n",
    "as_an_alias": f"database_url: *{URL}\n",
    "as_an_anchor": f"database_url: &{PASSWORD}\n",
    "as_a_tag": f"database_url: !{PASSWORD} x\n",
    "as_a_directive": f"--- {URL}\n",
    "with_a_wrong_byte": f"database_url: {URL}\x00\n",
    "as_an_unset_variable_with_a_default": f"database_url: ${{DATABASE_URL:-{URL}}}\n",
    "as_a_variable_left_open": f"exclude_dirs: ['${{{URL}']\n",
    "as_a_placeholder": f"build: {{separators: {{style: custom, custom_template: '-- {{{PASSWORD}}}'}}}}\n",
}

COMMANDS = (("build",), ("hash",), ("build", "--list-files", "--format", "json"))


@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_no_environment_brings_a_password_to_light(
    make_project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, environment: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    text = f"include_dirs: [db/schema]\n{environment}"
    project = make_project({"db/schema/a.sql": "SELECT 1;\n", "db/environments/local.yaml": text})

    for arguments in COMMANDS:
        ran = run(*arguments, cwd=project)
        assert PASSWORD not in ran.stdout
        assert PASSWORD not in ran.stderr
        assert "Traceback" not in ran.stderr
    if (project / OUTPUT).exists():
        assert PASSWORD not in (project / OUTPUT).read_text()


@pytest.mark.parametrize(
    "include",
    [
        "include_dirs: ['${DATABASE_URL}']",
        "include_dirs: [{path: '${DATABASE_URL}'}]",
        "include_dirs: [{path: db/schema, include: ['${DATABASE_URL}[']}]",
        "include_dirs: [{path: db/schema, exclude: ['${DATABASE_URL}/..']}]",
        "include_dirs: [{path: db/schema, order: '${DATABASE_URL}'}]",
    ],
    ids=["directory", "path", "include", "exclude", "order"],
)
def test_a_password_among_the_include_directories_is_not_printed(
    make_project: Callable[..., Path], engine: Engine, include: str
) -> None:
    project = make_project({"db/schema/a.sql": "SELECT 1;\n", "db/environments/local.yaml": f"{include}\n"})
    for form in ((), ("--format", "json")):
        ran = run("build", *form, cwd=project, environment={"DATABASE_URL": URL})

        assert ran.code in (4, 5)
        assert PASSWORD not in ran.stdout + ran.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", URL),
        ("build", "--env", URL),
        ("build", f"--database-url={URL}"),
        ("build", "--database-url", URL),
        (URL,),
    ],
    ids=["argument", "environment", "option", "option_and_value", "command"],
)
@pytest.mark.parametrize("form", [(), ("--format", "json")], ids=["text", "json"])
def test_a_password_on_the_command_line_is_not_printed(
    make_project: Callable[..., Path], arguments: tuple[str, ...], form: tuple[str, ...]
) -> None:
    project = make_project({"db/schema/a.sql": "SELECT 1;\n"})

    ran = run(*arguments, *form, cwd=project)

    assert ran.code in (2, 5)
    assert PASSWORD not in ran.stdout + ran.stderr


@pytest.mark.parametrize("command", [("build",), ("build", "--check"), ("build", "--stdout"), ("hash",)])
def test_a_database_that_is_not_named_hinders_no_command_that_does_not_connect(
    make_project: Callable[..., Path], engine: Engine, command: tuple[str, ...]
) -> None:
    """The URL's variable is unset on the machine that builds."""
    environment = "include_dirs: [db/schema]\ndatabase_url: postgresql://jam:${PASSWORD_OF_NOBODY}@db/shop\n"
    project = make_project({"db/schema/a.sql": "SELECT 1;\n", "db/environments/local.yaml": environment})
    if "--check" in command:
        assert run("build", cwd=project).code == 0

    ran = run(*command, cwd=project)

    assert (ran.code, ran.stderr) == (0, "")
