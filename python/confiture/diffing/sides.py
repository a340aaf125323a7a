"""What can be compared: files, directories, environments, revisions and databases."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

from confiture._backend import load_engine
from confiture._failures import display_path
from confiture.diffing.annotations import annotated_renames
from confiture.diffing.parsing import PlacedText, parse_texts
from confiture.exceptions import ConfiturError, DifferError, SchemaError
from confiture.servers.urls import SCHEMES, DatabaseUrl

if TYPE_CHECKING:
    from confiture._interface import Progress
    from confiture.artifacts.encoded import EncodedModel
    from confiture.core.builder import SchemaBuilder
    from confiture.diffing.matching import Rename

__all__ = ["Reader", "Side", "place_prefix", "read_side", "read_sides", "side_builder"]

#: A line in front of a file, with both digests.
_HEADER = ("-- ", " ", "\n")


class _WithBody(Protocol):
    @property
    def body(self) -> str:
        """The text of the files."""


Text = TypeVar("Text", bound=_WithBody)
TextCo = TypeVar("TextCo", bound=_WithBody, covariant=True)
Model = TypeVar("Model")


class Side(NamedTuple, Generic[Text, Model]):
    """A schema to compare.

    Attributes:
        called: What was asked for, without passwords.
        text: Its text.
        model: Its model.
        renames: What its text says was renamed.
        dumped: The major version of the server that it was dumped from, if pg_dump wrote it.
    """

    called: str
    text: Text
    model: Model
    renames: list[Rename]
    dumped: int | None

    @classmethod
    def of(cls, called: str, text: Text, model: Model) -> Side[Text, Model]:
        """The side of a text."""
        from confiture.core.differ import dumped_version

        body = text.body
        return cls(called, text, model, annotated_renames(body), dumped_version(body))


class Reader(Protocol[TextCo]):
    """Makes a text of what was asked for."""

    def of_dump(self, dump: str, called: str) -> TextCo:
        """The text of a database."""

    def of_builder(self, builder: SchemaBuilder, prefix: str) -> TextCo:
        """The text of a build, in whose places the prefix stands in front of the files."""

    def of_file(self, base_dir: str, name: str, prefix: str) -> TextCo:
        """The text of a file with those that it includes, as `of_builder`."""


class _PlacedTexts(NamedTuple):
    """Reads texts to parse."""

    schema_only: bool
    progress: Progress | None

    def of_dump(self, dump: str, called: str) -> PlacedText:
        return PlacedText(dump, name=called)

    def of_builder(self, builder: SchemaBuilder, prefix: str) -> PlacedText:
        text, origins, files = builder.text_with_origins(self.schema_only, self.progress)
        return PlacedText(text, origins=origins, files=[prefix + file for file in files])

    def of_file(self, base_dir: str, name: str, prefix: str) -> PlacedText:
        text, written = load_engine().build_schema(
            base_dir, [name], _HEADER, ["\n"], fatal=None, include_dir=os.getcwd(), segments=True
        )
        files = [prefix + found for found in (name, *written[4])]
        return PlacedText(text, origins=written[5][0], files=files, head=text.index("\n") + 1)


def read_sides(
    old: str, new: str, project_dir: str | None, schema_only: bool, progress: Progress | None = None
) -> tuple[Side[PlacedText, EncodedModel], Side[PlacedText, EncodedModel]]:
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
    reader = _PlacedTexts(schema_only, progress)
    (old_name, old_text), (new_name, new_text) = (
        read_side(asked, project_dir, reader) for asked in (old, new)
    )
    old_model, new_model = parse_texts(old_text, new_text)
    return Side.of(old_name, old_text, old_model), Side.of(new_name, new_text, new_model)


def read_side(asked: str, project_dir: str | None, reader: Reader[Text]) -> tuple[str, Text]:
    """What a side is called, and its text.

    Args:
        asked: As for `read_sides`.
        project_dir: Directory of the project; default: the current directory.
        reader: What makes the text.

    Raises:
        ConfiturError: As `read_sides`.
    """
    called = DatabaseUrl.read(asked).shown if asked.startswith(SCHEMES) else display_path(asked)
    try:
        return called, _text_of(asked, called, project_dir, reader)
    except (SchemaError, DifferError) as error:
        error.context.setdefault("compared", called)
        raise


def side_builder(asked: str, project_dir: str | None) -> SchemaBuilder | None:
    """What builds a side that is an environment or a directory; None if it is neither.

    Args:
        asked: As for `read_sides`.
        project_dir: Directory of the project; default: the current directory.

    Raises:
        ConfigurationError: There is no such environment, or it says something that cannot be meant.
    """
    kind, _, rest = asked.partition(":")
    if kind == "env" and rest:
        from confiture.core.builder import SchemaBuilder

        return SchemaBuilder(rest, project_dir)
    is_elsewhere = asked.startswith(SCHEMES) or (kind == "git" and rest)
    return None if is_elsewhere or not os.path.isdir(asked) else _directory_builder(asked)


def _text_of(asked: str, called: str, project_dir: str | None, reader: Reader[Text]) -> Text:
    if asked.startswith(SCHEMES):
        from confiture.diffing.databases import dump_of

        return reader.of_dump(dump_of(asked), called)
    kind, _, rest = asked.partition(":")
    if kind == "git" and rest:
        return _text_of_revision(rest, project_dir, reader)
    builder = side_builder(asked, project_dir)
    if builder is not None:
        directory = os.fspath(builder.base_dir) if kind == "env" and rest else asked
        return reader.of_builder(builder, place_prefix(directory))
    if os.path.exists(asked):
        base_dir, name = os.path.split(os.path.abspath(asked))
        return reader.of_file(base_dir, name, place_prefix(os.path.dirname(asked)))
    raise _nothing_at(asked)


def _text_of_revision(asked: str, project_dir: str | None, reader: Reader[Text]) -> Text:
    import tempfile

    from confiture.core.builder import SchemaBuilder
    from confiture.diffing.revisions import tree_of_revision

    revision, _, environment = asked.partition(":")
    with tempfile.TemporaryDirectory(prefix="confiture-diff-") as directory:
        project = tree_of_revision(revision, project_dir, directory)
        try:
            builder = SchemaBuilder(environment or "local", project)
            base_dir = os.path.relpath(os.fspath(builder.base_dir), project)
            return reader.of_builder(builder, f"{revision}:{place_prefix(base_dir)}")
        except ConfiturError as error:
            # The files were never where they have been read.
            there = display_path(os.path.join(project, ""))
            error.message = error.message.replace(there, f"{display_path(revision)}:")
            if "file" in error.context:
                error.context["file"] = error.context["file"].replace(there, f"{display_path(revision)}:")
            raise


def _nothing_at(asked: str) -> DifferError:
    return DifferError(
        f"There is nothing to compare at {display_path(asked)}.",
        error_code="DIFFER_002",
        context={"file": display_path(asked)},
        resolution_hint="Name a .sql file, a directory, env:NAME, git:REVISION, git:REVISION:NAME or "
        "postgresql://user@host/database.",
    )


def _directory_builder(directory: str) -> SchemaBuilder:
    """The build of a directory, as of a project that has it as its include directory."""
    from confiture.config.environment import Environment
    from confiture.core.builder import SchemaBuilder

    path = os.path.abspath(directory)
    return SchemaBuilder(Environment(name="directory", include_dirs=[path], project_dir=path))


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
