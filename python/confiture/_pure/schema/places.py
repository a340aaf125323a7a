"""Where statements start: in a file, or in one of the files that a bundle was made of."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence

from confiture.models.schema.parts import Place

__all__ = ["Places"]


class Places:
    """Places in a text.

    Args:
        file: What the file is called, if there are no origins.
        origins: ``(bundle line, file, line, column)``, ascending.
        files: What the files are called.
    """

    def __init__(
        self, file: str | None, origins: Sequence[tuple[int, int, int, int]], files: Sequence[str]
    ) -> None:
        self._file = file
        self._origins = origins
        self._starts = [origin[0] for origin in origins]
        self._files = files

    def of(self, starts: list[tuple[int, int]]) -> Callable[[int], Place | None]:
        """The places of statements by their numbers, whose lines and columns are given."""

        def place(number: int) -> Place | None:
            return None if number < 0 else self._place(*starts[number])

        return place

    def _place(self, line: int, column: int) -> Place:
        if not self._origins:
            return Place(file=self._file, line=line, column=column)
        start, file, first_line, first_column = self._origins[max(bisect_right(self._starts, line) - 1, 0)]
        if file < 0:
            return Place(file=None, line=line, column=column)
        # What follows an include command starts in the middle of its line.
        shift = first_column - 1 if line == start else 0
        return Place(file=self._files[file], line=first_line + line - start, column=column + shift)
