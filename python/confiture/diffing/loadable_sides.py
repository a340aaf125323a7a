"""What is compared, as text that a server can load, with the place of each line in its source."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from confiture.core.layout import header_pieces
from confiture.core.mapped_texts import MappedText
from confiture.diffing.sides import Side, read_side
from confiture.models.schema.model import SchemaModel

if TYPE_CHECKING:
    from confiture._interface import Progress
    from confiture.core.builder import SchemaBuilder

__all__ = ["LoadableSide", "loadable_side", "read_loadable_side"]

#: A schema to load and to compare.
LoadableSide = Side[MappedText, SchemaModel]


class _MappedTexts(NamedTuple):
    """Reads texts to load."""

    schema_only: bool
    progress: Progress | None

    def of_dump(self, dump: str, called: str) -> MappedText:
        return MappedText.of_text(dump, called)

    def of_builder(self, builder: SchemaBuilder, prefix: str) -> MappedText:
        return builder.mapped_text(self.schema_only, self.progress, prefix=prefix)

    def of_file(self, base_dir: str, name: str, prefix: str) -> MappedText:
        from confiture._backend import load_engine

        text, written = load_engine().build_schema(
            base_dir,
            [name],
            header_pieces("file", 1),
            ["\n"],
            fatal=None,
            include_dir=os.getcwd(),
            segments=True,
        )
        return MappedText(text, [prefix + found for found in (name, *written[4])], written[5][0])


def loadable_side(called: str, text: MappedText) -> LoadableSide:
    """The side of a text."""
    return Side.of(called, text, text.parse())


def read_loadable_side(
    asked: str, project_dir: str | None, schema_only: bool, progress: Progress | None = None
) -> LoadableSide:
    """Read a schema as it is to be loaded.

    Arguments and errors are those of `confiture.diffing.sides.read_sides`.
    """
    called, text = read_side(asked, project_dir, _MappedTexts(schema_only, progress))
    return loadable_side(called, text)
