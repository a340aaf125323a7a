"""Parsing the texts of both sides, at the same time."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from confiture._backend import engine_name, load_engine
from confiture.artifacts.encoded import EncodedModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture._interface import Segment

__all__ = ["PlacedText", "parse_text", "parse_texts"]


class PlacedText(NamedTuple):
    """A text with what tells where its lines are from.

    Attributes:
        text: The text.
        name: What to name as the file of each place; where there are `origins`, these tell.
        origins: Which lines are from which file.
        files: The files, as they are shown.
        head: How many characters in front are none of the files'.
    """

    text: str
    name: str | None = None
    origins: Sequence[Segment] = ()
    files: Sequence[str] = ()
    head: int = 0

    @property
    def body(self) -> str:
        """The text of the files."""
        return self.text[self.head :]


def parse_texts(old: PlacedText, new: PlacedText) -> tuple[EncodedModel, EncodedModel]:
    """The models of two texts.

    The native engine works without the interpreter, so that a thread of its own parses one of them.
    """
    if engine_name() != "rust":
        return _parse(old), _parse(new)
    parsed: list[EncodedModel] = []

    def parse_new() -> None:
        # What cannot be parsed raises its error below, in the thread that can tell it.
        with suppress(Exception):
            parsed.append(_parse(new))

    thread = threading.Thread(target=parse_new, daemon=True)
    thread.start()
    model = _parse(old)
    thread.join()
    return model, parsed[0] if parsed else _parse(new)


def parse_text(placed: PlacedText) -> bytes:
    """The model of a text, as the engine encodes it."""
    return load_engine().parse_sql(placed.text, file=placed.name, origins=placed.origins, files=placed.files)


def _parse(placed: PlacedText) -> EncodedModel:
    return EncodedModel(parse_text(placed))
