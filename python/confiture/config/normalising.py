"""Environments from values that a program has already: dicts, dataclasses, objects with attributes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec.structs import replace

from confiture.artifacts import convert
from confiture.config.environment import (
    BuildConfig,
    CommentValidationConfig,
    DirectoryConfig,
    Environment,
    SeparatorConfig,
)
from confiture.config.failures import MISSING_KEY, UNKNOWN_KEY, WRONG_TYPE
from confiture.config.suggestions import did_you_mean
from confiture.exceptions import ArtifactError, ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["environment_of"]

_STRUCTS = (Environment, BuildConfig, CommentValidationConfig, DirectoryConfig, SeparatorConfig)


def environment_of(value: object, project_dir: Path | str | None = None) -> Environment:
    """`Environment.of`."""
    if isinstance(value, Environment):
        environment = value
    else:
        try:
            environment = convert(value, Environment)
        except ArtifactError as error:
            raise _refusal(error) from error
    return environment if project_dir is None else replace(environment, project_dir=os.fspath(project_dir))


def _refusal(error: ArtifactError) -> ConfigurationError:
    path = str(error.context.get("path", "$")).removeprefix("$").removeprefix(".")
    reason = error.message.partition(": ")[2].rstrip(".")
    code, hint = WRONG_TYPE, "Give a value of that type."
    if "no such field" in reason:
        keys = {name for struct in _STRUCTS for name in struct.__struct_fields__}
        code, reason = UNKNOWN_KEY, "there is no such key"
        hint = did_you_mean(path.rpartition(".")[2], keys, "docs/configuration.md lists all keys.")
    elif "is missing" in reason:
        code, reason = MISSING_KEY, "this key is missing"
        hint = "Give it a value."
    return ConfigurationError(
        f"{path}: {reason}." if path else f"An environment cannot be made of it: {reason}.",
        error_code=code,
        context={"key": path} if path else None,
        resolution_hint=hint,
    )
