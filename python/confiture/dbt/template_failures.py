"""What can be wrong with a template, worded once for both engines.

Each function returns the exception; the caller raises it. Engines name what they refuse by a kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from confiture._failures import display_path
from confiture.exceptions import ManifestError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Place",
    "access_refused",
    "argument_refused",
    "file_refused",
    "jinja_missing",
    "no_template",
    "raised_by_template",
    "secret_refused",
    "target_untold",
    "template_refused",
    "text_unreadable",
    "unsupported_macro",
    "variable_missing",
    "without_relation",
]


class Place(NamedTuple):
    """Where in which template something is."""

    #: The resource, or None for a text that is no resource's.
    unique_id: str | None
    file: str | None
    line: int

    def shown(self) -> str:
        """The place as it begins a message."""
        file = "the template" if self.file is None else display_path(self.file)
        return f"{file}:{self.line}" if self.line else file

    def context(self) -> dict[str, object]:
        """The place as an error's context."""
        told: dict[str, object] = {"unique_id": self.unique_id, "file": self.file, "line": self.line or None}
        return {key: value for key, value in told.items() if value is not None}


#: The code, the message and the hint of each kind that engines refuse.
_KINDS = {
    "syntax": (
        "MANIFEST_040",
        "the template breaks the grammar of Jinja.",
        "Look at this line's tag and at those before: is each one closed, and every string and bracket?",
    ),
    "nesting": (
        "MANIFEST_040",
        "the template, or a value in it, is nested too deep.",
        "Nest brackets at most 30 and values at most 60 levels deep.",
    ),
    "length": (
        "MANIFEST_040",
        "the template has more than 1,000,000 characters.",
        "Make a seed of data, and templates of code.",
    ),
    "escape": (
        "MANIFEST_040",
        "a string has an escape that readers of Jinja take for different things.",
        "Double the backslash.",
    ),
    "statement": (
        "MANIFEST_041",
        "{% {detail} %} is not supported.",
        "Render it with dbt compile.",
    ),
    "filter": ("MANIFEST_041", "the filter {detail} is not supported.", "Render it with dbt compile."),
    "test": ("MANIFEST_041", "the test {detail} is not supported.", "Render it with dbt compile."),
    "method": ("MANIFEST_041", "{detail} is not supported.", "Render it with dbt compile."),
    "splat": (
        "MANIFEST_041",
        "* and ** in arguments are not supported.",
        "Write the arguments out, or render it with dbt compile.",
    ),
    "value": (
        "MANIFEST_041",
        "a value of the kind {detail} cannot be written or given to a function here.",
        "Make a list or a text of it first.",
    ),
    "undefined": (
        "MANIFEST_042",
        "{detail} is not defined.",
        "Is it misspelt, or set in an inner block? Test it with 'is defined', or give it a default.",
    ),
    "callable": (
        "MANIFEST_042",
        "{detail} is no function.",
        "Only functions, macros and methods are called.",
    ),
    "operands": (
        "MANIFEST_043",
        "{detail} has no meaning.",
        "Convert a value with the filters int, float or string.",
    ),
    "zero": ("MANIFEST_043", "this divides by zero.", "Test the divisor first."),
    "number": (
        "MANIFEST_043",
        "a number is too large, undefined (NaN), or written in a way that is not supported.",
        "Integers have at most 64 bits, and at most 53 where they become floats.",
    ),
    "iterable": ("MANIFEST_043", "a value of the kind {detail} has no items.", "Is it what it should be?"),
    "unpacking": (
        "MANIFEST_043",
        "there are not as many values as names.",
        "Give each value a name.",
    ),
    "namespace": (
        "MANIFEST_043",
        "{detail} is no namespace, so its attributes cannot be set.",
        "Make it with namespace().",
    ),
    "key": ("MANIFEST_043", "a value of the kind {detail} is no key.", "Use a text or a number."),
    "slice": ("MANIFEST_043", "there is no such slice of a value of the kind {detail}.", "Use integers."),
    "argument": (
        "MANIFEST_044",
        "the arguments of {detail} are none that it takes here.",
        "See what Jinja's or dbt's documentation says of it, or render it with dbt compile.",
    ),
    "range": (
        "MANIFEST_045",
        "a range has more than 100,000 numbers.",
        "dbt refuses it too: make rows with SQL.",
    ),
    "fuel": (
        "MANIFEST_045",
        "the template takes more than 1,000,000 steps.",
        "Does a loop go on for too long? Make rows with SQL.",
    ),
}


def _failed(place: Place, code: str, message: str, hint: str, **context: object) -> ManifestError:
    return ManifestError(
        f"{place.shown()}: {message}",
        error_code=code,
        context={**place.context(), **context},
        resolution_hint=hint,
    )


def template_refused(place: Place, kind: str, detail: str) -> ManifestError:
    """An engine refuses a template."""
    code, message, hint = _KINDS[kind]
    shown = display_path(detail) or "this"
    return _failed(place, code, message.replace("{detail}", shown), hint)


def unsupported_macro(place: Place, name: str, *, is_known: bool, close: Sequence[str]) -> ManifestError:
    """A macro is called, or something of dbt's that only a run of dbt has.

    Args:
        place: Where.
        name: Its dotted name.
        is_known: Whether the project or dbt has such a thing.
        close: What else may be meant.
    """
    shown = display_path(name)
    if is_known:
        message = f"{shown} is a macro or a part of dbt that is not supported."
        hint = "Render it with dbt compile."
    else:
        message = f"{shown} is not defined; macros are not supported."
        hint = (
            f"Did you mean {' or '.join(close)}?"
            if close
            else "Render templates that call macros with dbt compile."
        )
    return _failed(place, "MANIFEST_041" if is_known else "MANIFEST_042", message, hint, macro=name)


def argument_refused(place: Place, function: str, reason: str) -> ManifestError:
    """A function of dbt's does not take its arguments."""
    return _failed(place, "MANIFEST_044", f"{function}: {reason}.", "See dbt's documentation of it.")


def variable_missing(place: Place, kind: str, name: str) -> ManifestError:
    """A variable of the project's or the environment's is not set and has no default."""
    shown = display_path(name)
    if kind == "var":
        hint = f"Set it: --vars '{{{shown}: …}}', in dbt_project.yml, or give var() a default."
        return _failed(place, "MANIFEST_046", f"the variable {shown} is not set.", hint, variable=name)
    hint = "Set it, or give env_var() a default."
    return _failed(
        place, "MANIFEST_047", f"the environment variable {shown} is not set.", hint, variable=name
    )


def target_untold(place: Place, name: str) -> ManifestError:
    """The manifest does not tell a fact of the target."""
    shown = display_path(name)
    fact = shown.removeprefix("target.")
    hint = f"Give it: --target '{{{fact}: …}}', or target={{'{fact}': …}} in Python."
    return _failed(place, "MANIFEST_046", f"{shown} is not in the manifest.", hint, variable=name)


def secret_refused(place: Place, name: str) -> ManifestError:
    """A secret would be rendered. Its value is nowhere in the error."""
    return _failed(
        place,
        "MANIFEST_048",
        f"the environment variable {display_path(name)} is a secret, which templates must not render.",
        "dbt allows names that start with DBT_ENV_SECRET in profiles.yml and packages.yml alone.",
        variable=name,
    )


def without_relation(place: Place, unique_id: str) -> ManifestError:
    """A relation cannot be written."""
    return _failed(
        place,
        "MANIFEST_049",
        f"the manifest does not tell how {display_path(unique_id)} is written in SQL.",
        "It has neither a relation_name, nor an adapter_type that is known: write it with dbt compile.",
    )


def access_refused(place: Place, unique_id: str, target: str, access: str) -> ManifestError:
    """A model refers to one that is not for it."""
    return _failed(
        place,
        "MANIFEST_053",
        f"{display_path(unique_id)} refers to {display_path(target)}, which is {display_path(access)}.",
        "Make it public, or put both into one group and package.",
        target=target,
    )


def raised_by_template(place: Place, message: str) -> ManifestError:
    """A template stops by ``exceptions.raise_compiler_error``."""
    return _failed(
        place,
        "MANIFEST_054",
        f"the template stops: {display_path(message)}",
        "The message is the template's own.",
    )


def no_template(unique_id: str, reason: str) -> ManifestError:
    """A resource has no template to render."""
    return ManifestError(
        f"{display_path(unique_id)} has no template: {reason}.",
        error_code="MANIFEST_050",
        context={"unique_id": unique_id},
        resolution_hint="Models, analyses, snapshots and singular tests in SQL can be rendered.",
    )


def file_refused(path: str, reason: str) -> ManifestError:
    """A file of the project cannot be used."""
    return ManifestError(
        f"{display_path(path)} cannot be used: {reason}.",
        error_code="MANIFEST_051",
        context={"file": display_path(path)},
        resolution_hint="Variables of the project are read from dbt_project.yml.",
    )


def text_unreadable(offset: int) -> ManifestError:
    """A template that is read from the standard input is no text."""
    return ManifestError(
        f"The template is not valid UTF-8 (offset {offset}).",
        error_code="MANIFEST_051",
        context={"offset": offset},
        resolution_hint="Convert it to UTF-8.",
    )


def jinja_missing() -> ManifestError:
    """The Python engine has no jinja2."""
    return ManifestError(
        "jinja2 is not installed, which the Python engine needs to render templates.",
        error_code="MANIFEST_052",
        resolution_hint="Install the extra: pip install 'confiture[dbt]'; or use the native engine.",
    )
