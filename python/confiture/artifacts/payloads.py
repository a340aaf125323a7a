"""Payloads of other programs inside of artifacts."""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["RawMessagePack"]


class RawMessagePack:
    """A value that somebody else encoded, kept as MessagePack until it is asked for.

    It is written into MessagePack as it is, and into JSON as the value that it holds. Two are equal if they
    are the same bytes. What is read has the keys of maps sorted and the shortest headers, as all that
    `confiture.artifacts` writes: a payload that `dumps_msgpack` made comes back as the same bytes.

    Args:
        content: One value as MessagePack. It is not looked into before `value` is called.
    """

    __slots__ = ("content",)

    def __init__(self, content: bytes) -> None:
        self.content = content

    def value(self) -> Any:
        """The value in plain lists, dicts, text and numbers.

        Raises:
            ValueError: The content is no MessagePack.
        """
        return msgspec.msgpack.decode(self.content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RawMessagePack) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)

    def __repr__(self) -> str:
        return f"RawMessagePack(<{len(self.content)} bytes>)"
