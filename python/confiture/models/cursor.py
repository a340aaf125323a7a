"""How far somebody has come with a data set that grows."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from confiture.artifacts import Document
from confiture.models.constraints import Digest

__all__ = ["IncrementalCursor"]


class IncrementalCursor(Document, frozen=True, kw_only=True, tag="incremental_cursor/1"):
    """The last version of a data set that was worked on, for the next run to go on from.

    Attributes:
        dataset: Name of the data set.
        last_version: Its last version: a number that grows, or a text such as a digest; null if it had none
            when it was looked at, missing if it was never looked at.
        last_digest: SHA-256 of what was made of it, if anything was.
        updated_at: When the cursor was moved.
    """

    dataset: Annotated[str, Meta(min_length=1)]
    last_version: Annotated[int, Meta(ge=0)] | Annotated[str, Meta(min_length=1)] | UnsetType | None = UNSET
    last_digest: Digest | None = None
    updated_at: Annotated[datetime, Meta(tz=True)] | None = None
