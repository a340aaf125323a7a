"""From the name of an environment to the environment: the file, its text, its values."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from msgspec.structs import replace

from confiture.config.checks import check_name
from confiture.config.documents import read_document
from confiture.config.environment import NOT_KEYS, DirectoryConfig, Environment
from confiture.config.failures import (
    FILE_UNREADABLE,
    MISSING_KEY,
    NOT_UTF8,
    VALUE_REFUSED,
    Source,
    file_error,
    refusal,
)
from confiture.config.structure import read_struct
from confiture.exceptions import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

_BYTE_ORDER_MARK = "\ufeff"

#: Keys that an existing project may have here although their place is another.
_ELSEWHERE = {
    "migration_table": "Write it as migration.tracking_table.",
    "tenancy": "It describes the schema, not one environment: move it to db/project.yaml.",
}


def load_environment(env: str, project_dir: Path | str | None) -> Environment:
    """`Environment.load`."""
    check_name(env)
    project = _absolute_project(project_dir)
    file = os.path.join(project, "db", "environments", f"{env}.yaml")
    try:
        source = read_source(file)
    except ConfigurationError as error:
        if isinstance(error.__cause__, (FileNotFoundError, NotADirectoryError)):
            from confiture.config.missing import environment_not_found

            raise environment_not_found(env, project, file) from error.__cause__
        raise
    document = read_document(source)
    environment = read_struct(
        document,
        Environment,
        given={"name": env, "project_dir": project, "config_file": file},
        internal=NOT_KEYS,
        verbatim=(("name",), ("database_url",)),
        elsewhere=_ELSEWHERE,
    )
    if not environment.include_dirs:
        key = "include_dirs"
        missing = key not in document.value
        raise refusal(
            MISSING_KEY,
            (key,),
            "this key is missing" if missing else "the list is empty, so there is nothing to build from",
            "List the directories that hold the schema, as in 'include_dirs: [db/schema]'.",
        ).in_file(source, document.offset((key,)))
    return replace(
        environment,
        include_dirs=_resolved(environment, environment.include_dirs),
        exclude_dirs=environment.excluded_directories(),
        superuser_dirs=_resolved(environment, environment.superuser_dirs),
        superuser_post_dirs=_resolved(environment, environment.superuser_post_dirs),
    )


def read_source(file: str) -> Source:
    """The text of a regular file that is UTF-8, without a byte order mark.

    Raises:
        ConfigurationError: It is not there, is something else or cannot be read (``CONFIG_003``), or
            is not UTF-8 (``CONFIG_004``).
    """
    try:
        mode = os.stat(file).st_mode
        if not stat.S_ISREG(mode):
            kind = "a directory" if stat.S_ISDIR(mode) else "a device, a pipe or a socket"
            raise file_error(
                FILE_UNREADABLE,
                file,
                f"this is {kind}, not a regular file",
                "Put the environment's settings into a regular file of this name.",
            )
        with open(file, "rb", buffering=0) as stream:
            content = stream.readall()
    except OSError as error:
        raise file_error(
            FILE_UNREADABLE,
            file,
            f"the file cannot be read: {error.strerror or 'unknown reason'}",
            "Check that it exists and that you may read it.",
        ) from error
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        valid = Source(file, content[: error.start].decode().removeprefix(_BYTE_ORDER_MARK))
        raise valid.error(
            NOT_UTF8, len(valid.text), "the file is not valid UTF-8 from here on", "Save the file as UTF-8."
        ) from error
    return Source(file, text.removeprefix(_BYTE_ORDER_MARK))


def _absolute_project(project_dir: Path | str | None) -> str:
    try:
        given = os.getcwd() if project_dir is None else os.fspath(project_dir)
        return os.path.realpath(given)
    except (OSError, ValueError) as error:
        raise refusal(
            VALUE_REFUSED,
            (),
            "the project's directory cannot be used as a path, or the current directory is gone",
            "Give the path of the directory that has db/environments in it.",
        ) from error


def _resolved(
    environment: Environment, directories: list[str | DirectoryConfig]
) -> list[str | DirectoryConfig]:
    return [
        replace(entry, path=environment.resolve(entry.path))
        if isinstance(entry, DirectoryConfig)
        else environment.resolve(entry)
        for entry in directories
    ]
