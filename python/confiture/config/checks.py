"""Checks of single values, for structs to make of themselves when they are created.

Each raises `Refusal`; `path` is the key the value stands under, seen from the struct.
"""

from __future__ import annotations

import os

from confiture.config.failures import (
    ENVIRONMENT_NAME_REFUSED,
    PATTERN_REFUSED,
    TEMPLATE_REFUSED,
    VALUE_REFUSED,
    WRONG_TYPE,
    KeyPath,
    refusal,
    shown,
)
from confiture.exceptions import ConfigurationError

#: What nearly every entry has, and need not be checked again and again.
_USUAL_PATTERN = "**/*.sql"


def check_name(name: object) -> None:
    """Refuse a name that is no plain file name, or that would break a bundle's header.

    Raises:
        ConfigurationError: ``CONFIG_002``.
    """
    if not isinstance(name, str):
        raise refusal(
            WRONG_TYPE, ("name",), f"expected a string, got {type(name).__name__}", "Write a string."
        )
    if not name:
        reason = "is empty"
    elif name.startswith("."):
        reason = "starts with a dot"
    elif "/" in name or "\\" in name:
        reason = "contains a path separator"
    elif not name.isprintable() or name != name.strip():
        reason = "contains white space at an end, or a character that cannot be printed"
    else:
        return
    raise refusal(
        ENVIRONMENT_NAME_REFUSED,
        (),
        f"the environment name {shown(name)} {reason}",
        "Give the name of a file in db/environments, without '.yaml'.",
    )


def check_pattern(pattern: str, path: KeyPath) -> None:
    """Refuse a pattern that no engine takes.

    Raises:
        ConfigurationError: ``CONFIG_010``.
    """
    if pattern == _USUAL_PATTERN:
        return
    from confiture._backend import load_engine

    compile_pattern = load_engine().compile_pattern
    try:
        compile_pattern(pattern)
    except ConfigurationError as error:
        reason = error.message.removesuffix(".")
        raise refusal(PATTERN_REFUSED, path, reason, error.resolution_hint or "") from None


def check_closed(template: str, path: KeyPath) -> None:
    """Refuse a separator's template that leaves a comment or quote open.

    Raises:
        ConfigurationError: ``CONFIG_013``.
    """
    from confiture._backend import load_engine
    from confiture._failures import OPEN_CONSTRUCTS
    from confiture.config.templates import parse_template

    still_open = load_engine().find_open_construct("file.sql".join(parse_template(template)) + "\n")
    if still_open is not None:
        name, closing = OPEN_CONSTRUCTS[still_open[0]]
        raise refusal(
            TEMPLATE_REFUSED,
            path,
            f"the separator opens a {name} and does not close it with {closing}",
            "Make it a whole comment, such as '-- {file_path}'.",
        )


def check_struct(value: object, struct: type, path: KeyPath) -> None:
    """Refuse what is no `struct`."""
    if not isinstance(value, struct):
        name = struct.__name__
        raise refusal(
            WRONG_TYPE, path, f"expected {name}, got {type(value).__name__}", f"In Python, write {name}(...)."
        )


def check_list(value: object, path: KeyPath) -> None:
    """Refuse what is no list: a string would count as a list of its characters."""
    if not isinstance(value, (list, tuple)):
        raise refusal(WRONG_TYPE, path, "expected a list", "Write a list, even of one item.")


def check_text(value: object, path: KeyPath) -> None:
    """Refuse what is no string of valid Unicode."""
    if not isinstance(value, str):
        raise refusal(WRONG_TYPE, path, f"expected a string, got {type(value).__name__}", "Write a string.")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise refusal(
                VALUE_REFUSED, path, "the text is not valid Unicode", "Write it as valid Unicode text."
            ) from None


def check_path(value: object, path: KeyPath) -> None:
    """Refuse what cannot be the path of a directory."""
    if not isinstance(value, str):
        raise refusal(
            WRONG_TYPE,
            path,
            f"expected a path as a string, got {type(value).__name__}",
            "Write the path as a string; in Python, DirectoryConfig(path=...) carries further settings.",
        )
    if not value:
        raise refusal(VALUE_REFUSED, path, "the path is empty", "Write '.' for the project's own directory.")
    if "\0" in value:
        raise refusal(VALUE_REFUSED, path, "the path contains a NUL", "Remove it.")
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        raise refusal(
            VALUE_REFUSED,
            path,
            "the path cannot be written in the file system's encoding",
            "Rename the directory, or set a UTF-8 locale.",
        ) from None


def check_choice(value: str, choices: tuple[str, ...], path: KeyPath) -> None:
    """Refuse what is none of `choices`, and suggest the nearest."""
    if value not in choices:
        from confiture.config.suggestions import did_you_mean, listed

        raise refusal(
            VALUE_REFUSED,
            path,
            f"{shown(str(value))} is none of {listed(choices, 'and')}",
            did_you_mean(str(value), choices, f"Choose {listed(choices)}."),
        )
