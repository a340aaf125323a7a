"""What a caller may say of a build, besides its environment."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from confiture.artifacts import Artifact

__all__ = ["BuildOptions"]


class BuildOptions(Artifact, frozen=True, kw_only=True):
    """Options of a build; what is missing is as the environment says.

    Attributes:
        schema_only: Whether seeds are left out.
        order: ``files``, or ``dependencies``: statements are sorted by what they need.
        two_pass: Whether foreign keys are moved behind all tables.
        validate_comments: Whether files are searched for what they leave open.
        separator_style: What kind of separator stands before each file.
        separator_template: The text of a custom one.
    """

    schema_only: bool = False
    order: Annotated[str, Meta(pattern="^(files|dependencies)$")] = "files"
    two_pass: bool | UnsetType = UNSET
    validate_comments: bool | UnsetType = UNSET
    separator_style: str | UnsetType = UNSET
    separator_template: str | UnsetType = UNSET
