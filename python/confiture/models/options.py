"""What a caller may say of a build, besides its environment."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from confiture.artifacts import Artifact, convert
from confiture.artifacts.missing import said

__all__ = ["BuildOptions", "build_options"]


class BuildOptions(Artifact, frozen=True, kw_only=True):
    """Options of a build; what is missing is as the environment says.

    Attributes:
        bundles: How many are written: 3 if they are split for superusers.
        schema_only: Whether seeds are left out.
        order: ``files``, or ``dependencies``: statements are sorted by what they need.
        two_pass: Whether foreign keys are moved behind all tables.
        validate_comments: Whether files are searched for what they leave open.
        separator_style: What kind of separator stands before each file.
        separator_template: The text of a custom one.
    """

    bundles: Annotated[int, Meta(ge=1, le=3)] = 1
    schema_only: bool = False
    order: Annotated[str, Meta(pattern="^(files|dependencies)$")] = "files"
    two_pass: bool | UnsetType = UNSET
    validate_comments: bool | UnsetType = UNSET
    separator_style: str | UnsetType = UNSET
    separator_template: str | UnsetType = UNSET


def build_options(options: object) -> BuildOptions:
    """The options of a build, of which those that nobody said are missing.

    Args:
        options: A dict, or an object with attributes such as what a parser of command lines gives. Attributes
            that are None were not said; others than those of `BuildOptions` are passed over.

    Raises:
        ArtifactError: ``ARTIFACT_007``: a value is of another type.
    """
    return convert(said(options, BuildOptions.__struct_fields__), BuildOptions)
