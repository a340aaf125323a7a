"""What values of artifacts have to be, beyond their types."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

__all__ = ["Bytes", "Count", "Digest", "EngineName", "Number", "Seconds", "Severity"]

#: A SHA-256: 64 lowercase hexadecimal digits.
Digest = Annotated[
    str, Meta(pattern="^[0-9a-f]{64}$", description="SHA-256, 64 lowercase hexadecimal digits")
]

#: How many there are of something.
Count = Annotated[int, Meta(ge=0)]

#: A size in bytes.
Bytes = Annotated[int, Meta(ge=0, description="bytes")]

#: A line or a column, from 1.
Number = Annotated[int, Meta(ge=1)]

#: A duration.
Seconds = Annotated[float, Meta(ge=0, description="seconds")]

#: Which engine did the work.
EngineName = Annotated[str, Meta(pattern="^(rust|python)$")]

#: How much a finding matters.
Severity = Annotated[str, Meta(pattern="^(error|warning|note)$")]
