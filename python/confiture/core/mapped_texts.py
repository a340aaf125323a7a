"""Texts for psql of which each place is known in its source."""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from confiture.exceptions import SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture._interface import Segment
    from confiture.core.locating import MappedBundle
    from confiture.models.schema.model import SchemaModel
    from confiture.models.source_map import Location

__all__ = ["LocatedText", "MappedText", "Unfinished"]

_HEADER_LINES = 12
_BUNDLE = "bundle.sql"
_WITH_LAST_LINE = "whole_bundle.sql"
#: What a text leaves open, where an engine calls it otherwise.
_OPEN = {"routine_body": "body of a routine"}


class MappedText(NamedTuple):
    """A bundle with its source map.

    Attributes:
        text: The bundle, header and all.
        files: What its files are called, by their index in the segments.
        segments: As an engine gives them.
    """

    text: str
    files: Sequence[str]
    segments: Sequence[Segment]

    @classmethod
    def of_text(cls, text: str, name: str) -> MappedText:
        """A text that was not built, as if it were a bundle of one file.

        Raises:
            SchemaError: It holds a lone surrogate, which no file can hold.
        """
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise SchemaError(
                f"The text {name} cannot be written as UTF-8: see the character at offset {error.start}.",
                error_code="SCHEMA_009",
                context={"compared": name, "offset": error.start},
                resolution_hint="Decode it as UTF-8, without surrogateescape.",
            ) from error
        header = "--\n" * _HEADER_LINES
        return cls(header + text, [name], [(1, -1, 0, 0), (_HEADER_LINES + 1, 0, 1, 1)])

    @property
    def body(self) -> str:
        """The text without its header."""
        return self.text.split("\n", _HEADER_LINES)[-1]

    def parse(self) -> SchemaModel:
        """The state that it leads to, with places in the sources."""
        from confiture._backend import load_engine
        from confiture.artifacts.schema import decode_model

        document = load_engine().parse_sql(self.text, origins=self.segments, files=self.files)
        return decode_model(document)


class Unfinished(NamedTuple):
    """Something that a text begins and does not end.

    Attributes:
        what: What it is.
        location: Where it begins.
    """

    what: str
    location: Location


class LocatedText:
    """A text in a file of its own, for psql to read.

    Args:
        mapped: The text.
        directory: An empty directory to write it to.

    Attributes:
        path: The file.
    """

    def __init__(self, mapped: MappedText, directory: str) -> None:
        self.path = os.path.join(directory, _BUNDLE)
        self._run_path = self.path
        self._mapped = mapped
        self._bundle: MappedBundle | None = None
        with open(self.path, "wb") as file:
            file.write(mapped.text.encode("utf-8", "surrogateescape"))

    def with_last_line(self, line: str) -> str:
        """Another file with the text and a line behind it,.

        What psql prints of that file is located as if it were `path`.
        """
        self._run_path = os.path.join(os.path.dirname(self.path), _WITH_LAST_LINE)
        with open(self._run_path, "wb") as file:
            file.write(self._mapped.text.encode("utf-8", "surrogateescape") + f"\n{line}\n".encode())
        return self._run_path

    @property
    def ends_in_data(self) -> bool:
        """Whether the text ends inside of data for COPY, to which another line would belong."""
        from confiture._backend import load_engine

        spans = load_engine().split_statements(self._mapped.text)[1]
        if not spans or spans[-1][0] != "data":
            return False
        return self._mapped.text.rstrip().rpartition("\n")[2] != "\\."

    def locate(self, line: int, column: int) -> Location:
        """What stands at a place of the text; paths are what its files are called."""
        return self._named(self._located().locate(line, column))

    def locate_told(self, told: str) -> list[Location]:
        """Where what psql printed of the file comes from, message by message."""
        from confiture.core.psql_messages import read_messages

        bundle = self._located()
        messages = read_messages(told.replace(self._run_path, self.path).split("\n"), self.path)
        # What nothing ends goes on to the line that was put behind the text.
        lines = self._mapped.text.rstrip("\n").count("\n") + 1
        return [
            self._named(bundle.locate_message(message._replace(line=min(message.line, lines))))
            for message in messages
        ]

    def unfinished(self, location: Location) -> Unfinished | None:
        """What is not finished at a location: it is open there, or goes on into a file behind its own.

        Args:
            location: Where the server finds an error of syntax.
        """
        from confiture._backend import load_engine

        statements, _, left_open = load_engine().split_statements(self._mapped.text)
        place = (location.bundle_line, location.bundle_column)
        if left_open is not None and left_open[1:] <= place:
            return Unfinished(_OPEN.get(left_open[0], left_open[0]), self.locate(*left_open[1:]))
        starts = [(line, column) for _, _, _, _, _, line, column, _, _ in statements]
        at = bisect_right(starts, place) - 1
        if at < 0:
            return None
        beginning = self.locate(*starts[at])
        return None if beginning.path == location.path else Unfinished("statement", beginning)

    def _located(self) -> MappedBundle:
        """The text with its map, which is written only if there is something to say."""
        if self._bundle is None:
            from confiture._backend import load_engine
            from confiture.core.locating import MappedBundle
            from confiture.core.source_maps import default_map, make_map

            mapped = self._mapped
            path = default_map(self.path)
            header = sum(len(line) + 1 for line in mapped.text.encode().split(b"\n", _HEADER_LINES)[:-1])
            content = make_map(
                path,
                bundle=self.path,
                body_sha256=hashlib.sha256(mapped.text.encode()[header:]).hexdigest(),
                base_dir=os.path.dirname(path),
                # Names that are no paths, such as those of revisions, survive as their numbers.
                files=[str(number) for number, _ in enumerate(mapped.files)],
                segments=mapped.segments,
            )
            with open(path, "wb") as file:
                file.write(content)
            self._bundle = MappedBundle(load_engine(), self.path)
        return self._bundle

    def _named(self, location: Location) -> Location:
        if location.path is None:
            return location
        return replace(location, path=self._mapped.files[int(os.path.basename(location.path))])
