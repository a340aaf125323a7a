"""Files that hold any number of values, one after the other.

They are lines of JSON, or MessagePack without anything between. A value that was written in part, as when a
program is killed, is an error that says where it starts; those before it can be read all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.exceptions import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["split_lines", "split_message_pack"]

#: Bytes of a value after its first byte, where that alone tells: nil, true, numbers, and fixed extensions
#: with their type.
_SIZES = {
    0xC0: 0,
    0xC2: 0,
    0xC3: 0,
    0xCA: 4,
    0xCB: 8,
    0xCC: 1,
    0xCD: 2,
    0xCE: 4,
    0xCF: 8,
    0xD0: 1,
    0xD1: 2,
    0xD2: 4,
    0xD3: 8,
    0xD4: 2,
    0xD5: 3,
    0xD6: 5,
    0xD7: 9,
    0xD8: 17,
}

#: Bytes of the length that follows, and bytes besides: binary, extensions with their type, text.
_LENGTHS = {
    0xC4: (1, 0),
    0xC5: (2, 0),
    0xC6: (4, 0),
    0xC7: (1, 1),
    0xC8: (2, 1),
    0xC9: (4, 1),
    0xD9: (1, 0),
    0xDA: (2, 0),
    0xDB: (4, 0),
}

#: Bytes of the number of items that follows, and values for each: lists and maps.
_COUNTS = {0xDC: (2, 1), 0xDD: (4, 1), 0xDE: (2, 2), 0xDF: (4, 2)}


def split_lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines of a text that are not empty, each with its offset."""
    offset = 0
    for line in content.split(b"\n"):
        if line.strip():
            yield offset, line
        offset += len(line) + 1


def split_message_pack(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The values of MessagePack that stand one after the other, each with its offset.

    Raises:
        ArtifactError: ``ARTIFACT_004``: one ends too early, or starts with a byte that starts none.
    """
    offset = 0
    while offset < len(content):
        end = _end_of_value(content, offset)
        yield offset, content[offset:end]
        offset = end


def _end_of_value(content: bytes, start: int) -> int:
    offset, pending = start, 1
    while pending:
        if offset >= len(content):
            raise _cut_off(start)
        pending -= 1
        code = content[offset]
        offset += 1
        if code < 0x80 or code >= 0xE0:
            continue
        if code < 0xA0:
            pending += (code & 15) * (2 if code < 0x90 else 1)
        elif code < 0xC0:
            offset += code & 31
        elif code in _SIZES:
            offset += _SIZES[code]
        elif code in _LENGTHS:
            width, besides = _LENGTHS[code]
            offset += width + besides + int.from_bytes(content[offset : offset + width])
        elif code in _COUNTS:
            width, values = _COUNTS[code]
            pending += values * int.from_bytes(content[offset : offset + width])
            offset += width
        else:
            raise ArtifactError(
                f"The document is no MessagePack: no value starts with the byte at {offset - 1}.",
                error_code="ARTIFACT_004",
                context={"offset": offset - 1},
                resolution_hint="Write it again: it is damaged, or not what it was taken for.",
            )
    if offset > len(content):
        raise _cut_off(start)
    return offset


def _cut_off(start: int) -> ArtifactError:
    return ArtifactError(
        f"The document is no MessagePack: the value at byte {start} ends too early.",
        error_code="ARTIFACT_004",
        context={"offset": start},
        resolution_hint="Cut it off there, or write the document again.",
    )
