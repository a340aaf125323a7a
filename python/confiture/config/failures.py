"""How this package refuses something: the codes, the place, the wording around them.

A struct that refuses a value knows the key but not the file, so it raises a `Refusal`; whoever read
the value from a file adds the place. Text from a file is shown through `shown`, which keeps
credentials out of messages.
"""

from __future__ import annotations

from confiture._failures import display_path
from confiture.exceptions import ConfigurationError

ENVIRONMENT_NOT_FOUND = "CONFIG_001"
ENVIRONMENT_NAME_REFUSED = "CONFIG_002"
FILE_UNREADABLE = "CONFIG_003"
NOT_UTF8 = "CONFIG_004"
INVALID_YAML = "CONFIG_005"
NOT_A_MAPPING = "CONFIG_006"
DUPLICATE_KEY = "CONFIG_007"
UNKNOWN_KEY = "CONFIG_008"
WRONG_TYPE = "CONFIG_009"
#: An engine's own code for a pattern that cannot be meant (``confiture._failures``).
PATTERN_REFUSED = "CONFIG_010"
MISSING_KEY = "CONFIG_011"
VALUE_REFUSED = "CONFIG_012"
TEMPLATE_REFUSED = "CONFIG_013"
VARIABLE_UNSET = "CONFIG_014"
REFERENCE_MALFORMED = "CONFIG_015"
DATABASE_URL_UNUSABLE = "CONFIG_017"

#: Keys and list indices from the top of a document to a value.
KeyPath = tuple[object, ...]

_LONGEST_SHOWN = 60


class Refusal(ConfigurationError):
    """A value that cannot be meant, before its place in a file is known.

    Attributes:
        path: The key it stands under, seen from the struct that refused it.
        reason: What is wrong, without the key and without a full stop.
        at_key: Whether the key itself is what is wrong, not its value.
    """

    path: KeyPath = ()
    reason: str = ""
    at_key: bool = False

    def below(self, prefix: KeyPath) -> Refusal:
        """The same refusal seen from further up, where the struct stands under `prefix`."""
        return refusal(
            self.error_code,
            (*prefix, *self.path),
            self.reason,
            self.resolution_hint or "",
            at_key=self.at_key,
        )

    def in_file(self, source: Source, offset: int) -> ConfigurationError:
        """The error to show: this refusal at the character `offset` of `source`."""
        return source.error(
            self.error_code,
            offset,
            _statement(dotted(self.path), self.reason),
            self.resolution_hint or "",
            **self.context,
        )


def refusal(code: str, path: KeyPath, reason: str, hint: str, *, at_key: bool = False) -> Refusal:
    """A `Refusal` of the value under `path`; `reason` has neither the key in it nor a full stop."""
    key = dotted(path)
    statement = _statement(key, reason)
    error = Refusal(
        f"{statement if key else statement[:1].upper() + statement[1:]}.",
        error_code=code,
        context={"key": key} if key else None,
        resolution_hint=hint,
    )
    error.path = path
    error.reason = reason
    error.at_key = at_key
    return error


def _statement(key: str, reason: str) -> str:
    return f"{key}: {reason}" if key else reason


class Source:
    """A file's text under the file's name."""

    __slots__ = ("file", "text")

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of the character at `offset`; lines end as editors end them."""
        before = self.text[:offset].replace("\r\n", "\n").replace("\r", "\n")
        return before.count("\n") + 1, len(before) - before.rfind("\n")

    def error(
        self, code: str, offset: int | None, reason: str, hint: str, **facts: object
    ) -> ConfigurationError:
        """An error at the character `offset` of this file, or about the file where there is none."""
        if offset is None:
            return file_error(code, self.file, reason, hint, **facts)
        line, column = self.line_and_column(offset)
        return file_error(code, self.file, reason, hint, line=line, column=column, **facts)


def file_error(code: str, file: str, reason: str, hint: str, **facts: object) -> ConfigurationError:
    """An error in `file`; ``line`` and ``column`` among the facts become part of the message."""
    shown_file = display_path(file)
    place = ":".join(str(part) for part in (shown_file, facts.get("line"), facts.get("column")) if part)
    return ConfigurationError(
        f"{place}: {reason}.",
        error_code=code,
        context={"file": shown_file, **facts},
        resolution_hint=hint,
    )


def dotted(path: KeyPath) -> str:
    """A key path as people write it: ``include_dirs[0].recursive``."""
    text = ""
    for step in path:
        if isinstance(step, int) and not isinstance(step, bool):
            text += f"[{step}]"
        else:
            word = str(step)
            name = word if word.isidentifier() and len(word) <= _LONGEST_SHOWN else shown(word)
            text += f".{name}" if text else name
    return text


def shown(text: str) -> str:
    """`text` in quotes if it is short and no URL, which may hold a password; else only its length."""
    if len(text) > _LONGEST_SHOWN or "://" in text or "@" in text:
        return f"(a text of {len(text)} characters)"
    printable = display_path(text)
    return f"'{printable}'" if printable.isprintable() else ascii(text)
