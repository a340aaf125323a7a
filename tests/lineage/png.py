"""Reading the pictures that a browser takes."""

from __future__ import annotations

import struct
import zlib
from collections import Counter

__all__ = ["colours_of"]

_CHANNELS = {2: 3, 6: 4}


def colours_of(picture: bytes) -> Counter[bytes]:
    """How many pixels of each colour, as red, green and blue, a PNG of 8 bits a channel has."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    content = b""
    position = 8
    width = height = channels = 0
    while position < len(picture):
        length, kind = struct.unpack_from(">I4s", picture, position)
        data = picture[position + 8 : position + 8 + length]
        position += 12 + length
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", data)
            assert (depth, interlace) == (8, 0)
            channels = _CHANNELS[colour]
        elif kind == b"IDAT":
            content += data
    rows = zlib.decompress(content)
    stride = width * channels
    above = bytearray(stride)
    counts: Counter[bytes] = Counter()
    for row in range(height):
        start = row * (stride + 1)
        line = bytearray(rows[start + 1 : start + 1 + stride])
        _unfilter(rows[start], line, above, channels)
        counts.update(bytes(line[at : at + 3]) for at in range(0, stride, channels))
        above = line
    return counts


def _unfilter(kind: int, line: bytearray, above: bytearray, channels: int) -> None:
    """Undo the filter of a row in place (PNG specification, section 9)."""
    if kind == 0:
        return
    for at in range(len(line)):
        left = line[at - channels] if at >= channels else 0
        up = above[at]
        corner = above[at - channels] if at >= channels else 0
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = up
        elif kind == 3:
            guess = (left + up) // 2
        else:
            distances = [abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)]
            guess = (left, up, corner)[distances.index(min(distances))]
        line[at] = (line[at] + guess) & 255
