"""The process beside the one that asks: reads queries and gives their shapes, both as MessagePack."""

from __future__ import annotations

import gc
import sys

__all__ = ["main"]


def main() -> None:
    """Answer what stands at the standard input: a dialect, and queries of it."""
    from confiture.artifacts import dumps_msgpack, loads_msgpack
    from confiture.column_lineage.shaping import shape_of

    # A short life: what is never collected costs less than looking for it.
    gc.disable()
    dialect, texts = loads_msgpack(sys.stdin.buffer.read(), tuple[str, list[str]])
    shapes = [shape_of(text, dialect) for text in texts]
    sys.stdout.buffer.write(dumps_msgpack(shapes))
