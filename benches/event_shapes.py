"""What it costs to write and read telemetry events as lists or maps, with and without garbage collection.

``docs/artifacts.md`` says what follows from it. Run it on a quiet machine.
"""

from __future__ import annotations

import sys
import time
from functools import partial
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

EVENTS = 100_000
ROUNDS = 25


def event_type(array_like: bool, gc: bool) -> type[msgspec.Struct]:
    """An event for each file, of the fields of `confiture.models.telemetry.FileRead`."""
    return msgspec.defstruct(
        "FileRead",
        [("run", str), ("path", str), ("sha256", str), ("bytes", int | None)],
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
        omit_defaults=True,
        array_like=array_like,
        gc=gc,
        tag_field="artifact",
        tag="telemetry_event/1/file_read",
    )


def milliseconds(call: Callable[[], object]) -> float:
    """The processor time that a call takes."""
    start = time.process_time()
    call()
    return (time.process_time() - start) * 1000


def main() -> None:
    """Print a table of the best of some rounds, in each of which every shape has its turn."""
    shapes = []
    for array_like in (False, True):
        for gc in (True, False):
            kind = event_type(array_like, gc)
            events = [
                kind(run="0" * 16, path=f"schema/{n % 97:02}/{n}.sql", sha256="a" * 64, bytes=n)
                for n in range(EVENTS)
            ]
            for name, codec in (("JSON", msgspec.json), ("MessagePack", msgspec.msgpack)):
                encode, decode = codec.Encoder().encode, codec.Decoder(list[kind]).decode
                row = ("list" if array_like else "map", "yes" if gc else "no", sys.getsizeof(events[0]), name)
                shapes.append((row, partial(encode, events), partial(decode, encode(events))))
    times: list[tuple[list[float], list[float]]] = [([], []) for _ in shapes]
    for _ in range(ROUNDS):
        for (_, write, read), (written, taken) in zip(shapes, times, strict=True):
            written.append(milliseconds(write))
            taken.append(milliseconds(read))
    print("| As | gc | size of one | encoding | bytes of one | write | read |")
    print("|---|---|---:|---|---:|---:|---:|")
    for (row, write, _), (written, taken) in zip(shapes, times, strict=True):
        size = len(write()) / EVENTS
        cells = [*row, f"{size:.1f}", f"{min(written):.1f} ms", f"{min(taken):.1f} ms"]
        print("| " + " | ".join(map(str, cells)) + " |")


if __name__ == "__main__":
    main()
