"""What is compared, as text that a server can load, with the place of each line in its source."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from confiture._failures import display_path
from confiture.core.layout import header_pieces
from confiture.core.mapped_texts import MappedText
from confiture.diffing.annotations import annotated_renames
from confiture.exceptions import DifferError, SchemaError
from confiture.servers.urls import SCHEMES, DatabaseUrl

if TYPE_CHECKING:
    from confiture._interface import Progress
    from confiture.diffing.matching import Rename
    from confiture.models.schema.model import SchemaModel

__all__ = ["LoadableSide", "read_loadable_side"]


class LoadableSide(NamedTuple):
    """A schema to load and to compare.

    Attributes:
        called: What was asked for, without passwords.
        mapped: Its text.
        model: Its model.
        renames: What its text says was renamed.
        dumped: The major version of the server that it was dumped from, if pg_dump wrote it.
    """

    called: str
    mapped: MappedText
    model: SchemaModel
    renames: list[Rename]
    dumped: int | None

    @classmethod
    def of(cls, called: str, mapped: MappedText) -> LoadableSide:
        """The side of a text."""
        from confiture.core.differ import dumped_version

        body = mapped.body
        return cls(called, mapped, mapped.parse(), annotated_renames(body), dumped_version(body))


def read_loadable_side(
    asked: str, project_dir: str | None, schema_only: bool, progress: Progress | None = None
) -> LoadableSide:
    """Read a schema as it is to be loaded.

    Args:
        asked: As for `read_side`.
        project_dir: Directory of the project; default: the current directory.
        schema_only: Whether seeds are left out.
        progress: Told now and then how many files are done, of how many.

    Raises:
        DifferError: There is no such file, directory or revision.
        DatabaseError: The database cannot be reached or read.
        SchemaError: The files cannot be built.
        ConfigurationError: There is no such environment, or it says something that cannot be meant.
    """
    called = DatabaseUrl.read(asked).shown if asked.startswith(SCHEMES) else display_path(asked)
    try:
        return LoadableSide.of(called, _mapped(asked, called, project_dir, schema_only, progress))
    except (SchemaError, DifferError) as error:
        error.context.setdefault("compared", called)
        raise


def _mapped(
    asked: str, called: str, project_dir: str | None, schema_only: bool, progress: Progress | None
) -> MappedText:
    from confiture.core.builder import SchemaBuilder
    from confiture.diffing.sides import directory_builder, nothing_at, place_prefix

    if asked.startswith(SCHEMES):
        from confiture.diffing.databases import dump_of

        return MappedText.of_text(dump_of(asked), called)
    kind, _, rest = asked.partition(":")
    if kind == "env" and rest:
        builder = SchemaBuilder(rest, project_dir)
        return builder.mapped_text(schema_only, progress, prefix=place_prefix(os.fspath(builder.base_dir)))
    if kind == "git" and rest:
        from confiture.diffing.revisions import tree_of_revision

        revision, _, environment = rest.partition(":")
        with tempfile.TemporaryDirectory(prefix="confiture-diff-") as directory:
            project = tree_of_revision(revision, project_dir, directory)
            builder = SchemaBuilder(environment or "local", project)
            base_dir = os.path.relpath(os.fspath(builder.base_dir), project)
            return builder.mapped_text(schema_only, progress, prefix=f"{revision}:{place_prefix(base_dir)}")
    if os.path.isdir(asked):
        return directory_builder(asked).mapped_text(schema_only, progress, prefix=place_prefix(asked))
    if os.path.exists(asked):
        return _of_file(asked)
    raise nothing_at(asked)


def _of_file(file: str) -> MappedText:
    from confiture._backend import load_engine

    base_dir, name = os.path.split(os.path.abspath(file))
    text, written = load_engine().build_schema(
        base_dir, [name], header_pieces("file", 1), ["\n"], fatal=None, include_dir=os.getcwd(), segments=True
    )
    from confiture.diffing.sides import place_prefix

    prefix = place_prefix(os.path.dirname(file))
    return MappedText(text, [prefix + found for found in (name, *written[4])], written[5][0])
