"""What can be compared: files, directories, environments, revisions and databases."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from confiture._backend import load_engine
from confiture._failures import display_path
from confiture.diffing.annotations import annotated_renames
from confiture.diffing.parsing import PlacedText, parse_texts
from confiture.exceptions import DifferError, SchemaError
from confiture.servers.urls import SCHEMES, DatabaseUrl

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._interface import Progress
    from confiture.artifacts.encoded import EncodedModel
    from confiture.core.builder import SchemaBuilder
    from confiture.diffing.matching import Rename

__all__ = ["Side", "directory_builder", "nothing_at", "place_prefix", "read_sides"]

#: A line in front of a file, with both digests.
_HEADER = ("-- ", " ", "\n")


class Side(NamedTuple):
    """A schema to compare.

    Attributes:
        called: What was asked for, without passwords.
        text: Its text.
        model: Its model.
        renames: What its text says was renamed.
        dumped: The major version of the server that it was dumped from, if pg_dump wrote it.
    """

    called: str
    text: str
    model: EncodedModel
    renames: list[Rename]
    dumped: int | None


def read_sides(
    old: str, new: str, project_dir: str | None, schema_only: bool, progress: Progress | None = None
) -> tuple[Side, Side]:
    """Read two schemas.

    Args:
        old: A SQL file, a directory, ``env:NAME``, ``git:REV``, ``git:REV:NAME``, or the URL of a database.
        new: Another one.
        project_dir: Directory of the project; default: the current directory.
        schema_only: Whether seeds are left out.
        progress: Told now and then how many files are done, of how many.

    Raises:
        DifferError: There is no such file, directory or revision.
        DatabaseError: The database cannot be reached or read.
        SchemaError: The files cannot be built.
        ConfigurationError: There is no such environment, or it says something that cannot be meant.
    """
    from confiture.core.differ import dumped_version

    names = [_called(asked) for asked in (old, new)]
    texts = [_read(asked, project_dir, schema_only, progress) for asked in (old, new)]
    before, after = (
        Side(called, one.body, model, annotated_renames(one.body), dumped_version(one.body))
        for called, one, model in zip(names, texts, parse_texts(*texts), strict=True)
    )
    return before, after


def _called(asked: str) -> str:
    return DatabaseUrl.read(asked).shown if asked.startswith(SCHEMES) else display_path(asked)


def _read(asked: str, project_dir: str | None, schema_only: bool, progress: Progress | None) -> PlacedText:
    try:
        return _text_of(asked, project_dir, schema_only, progress)
    except (SchemaError, DifferError) as error:
        error.context.setdefault("compared", _called(asked))
        raise


def _text_of(asked: str, project_dir: str | None, schema_only: bool, progress: Progress | None) -> PlacedText:
    if asked.startswith(SCHEMES):
        from confiture.diffing.databases import dump_of

        return PlacedText(dump_of(asked), name=DatabaseUrl.read(asked).shown)
    kind, _, rest = asked.partition(":")
    if kind == "env" and rest:
        return _of_environment(rest, project_dir, schema_only, progress)
    if kind == "git" and rest:
        import tempfile

        from confiture.diffing.revisions import tree_of_revision

        revision, _, environment = rest.partition(":")
        with tempfile.TemporaryDirectory(prefix="confiture-diff-") as directory:
            project = tree_of_revision(revision, project_dir, directory)
            return _of_environment(
                environment or "local", project, schema_only, progress, lambda file: f"{revision}:{file}"
            )
    if os.path.isdir(asked):
        return _of_directory(asked, schema_only, progress)
    if os.path.exists(asked):
        return _of_file(asked)
    raise nothing_at(asked)


def nothing_at(asked: str) -> DifferError:
    """There is no such file or directory."""
    return DifferError(
        f"There is nothing to compare at {display_path(asked)}.",
        error_code="DIFFER_002",
        context={"file": display_path(asked)},
        resolution_hint="Name a .sql file, a directory, env:NAME, git:REVISION, git:REVISION:NAME or "
        "postgresql://user@host/database.",
    )


def _of_environment(
    name: str,
    project_dir: str | None,
    schema_only: bool,
    progress: Progress | None,
    shown: Callable[[str], str] | None = None,
) -> PlacedText:
    from confiture.core.builder import SchemaBuilder

    builder = SchemaBuilder(name, project_dir)
    if shown is None:
        prefix = place_prefix(os.fspath(builder.base_dir))
    else:
        prefix = shown(place_prefix(os.path.relpath(os.fspath(builder.base_dir), project_dir)))
    return _of_builder(builder, schema_only, progress, prefix)


def _of_directory(directory: str, schema_only: bool, progress: Progress | None) -> PlacedText:
    builder = directory_builder(directory)
    return _of_builder(builder, schema_only, progress, place_prefix(directory))


def directory_builder(directory: str) -> SchemaBuilder:
    """The build of a directory, as of a project that has it as its include directory."""
    from confiture.config.environment import Environment
    from confiture.core.builder import SchemaBuilder

    path = os.path.abspath(directory)
    return SchemaBuilder(Environment(name="directory", include_dirs=[path], project_dir=path))


def _of_builder(
    builder: SchemaBuilder, schema_only: bool, progress: Progress | None, prefix: str
) -> PlacedText:
    text, origins, files = builder.text_with_origins(schema_only, progress)
    return PlacedText(text, origins=origins, files=[prefix + file for file in files])


def _of_file(file: str) -> PlacedText:
    path = os.path.abspath(file)
    base_dir, name = os.path.split(path)
    text, written = load_engine().build_schema(
        base_dir, [name], _HEADER, ["\n"], fatal=None, include_dir=os.getcwd(), segments=True
    )
    prefix = place_prefix(os.path.dirname(file))
    files = [prefix + found for found in (name, *written[4])]
    return PlacedText(text, origins=written[5][0], files=files, head=text.index("\n") + 1)


def place_prefix(directory: str) -> str:
    """What stands in front of a file of this directory, as a person would write it from here."""
    if directory in ("", "."):
        return ""
    try:
        relative = os.path.relpath(directory)
    except (OSError, ValueError):
        relative = directory
    shown = directory if relative.startswith("..") else relative
    return "" if shown == "." else shown.rstrip("/") + "/"
