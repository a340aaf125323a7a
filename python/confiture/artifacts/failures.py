"""What can go wrong with artifacts, worded once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from confiture._failures import display_path
from confiture.exceptions import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "file_missing",
    "file_unreadable",
    "in_stream",
    "library_missing",
    "not_an_artifact",
    "other_file",
    "path_of",
    "unknown_kind",
    "unknown_version",
    "unreadable",
    "unwritable",
]

#: What msgspec says of a value that does not fit, and where.
_MISFIT = re.compile(r"(?P<reason>.*?)(?: - at `(?P<path>[^`]*)`)?", re.DOTALL)

_UNKNOWN_FIELD = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING_FIELD = re.compile(r"Object missing required field `(.*)`", re.DOTALL)

#: Where msgspec says that it stopped to understand.
_OFFSET = re.compile(r" \(byte (\d+)\)\Z")


def path_of(error: msgspec.ValidationError) -> str:
    """Where in a document a value does not fit; items of lists are ``[...]``."""
    match = _MISFIT.fullmatch(str(error))
    return (match and match["path"]) or "$"


def unreadable(
    error: ValueError | RecursionError, what: str, exact_path: Callable[[str], str]
) -> ArtifactError:
    """A document, or a value in it, is not what it should be.

    Args:
        error: What the decoder raised.
        what: ``JSON``, ``MessagePack`` or ``value``.
        exact_path: The path with what `path_of` leaves out.
    """
    if isinstance(error, ArtifactError):
        return error
    if isinstance(error, msgspec.ValidationError):
        return _misfit(error, exact_path)
    context: dict[str, object] = {}
    if isinstance(error, RecursionError):
        reason = "it is nested too deeply"
    elif isinstance(error, UnicodeDecodeError):
        reason = "a text in it is not valid UTF-8"
    else:
        reason = str(error)
        found = _OFFSET.search(reason)
        if found is not None:
            context["offset"] = int(found[1])
            reason = f"{reason[: found.start()].rpartition(': ')[2]} at byte {found[1]}"
        elif "truncated" in reason:
            reason = "it ends too early"
    return ArtifactError(
        f"The document is no {what}: {reason}.",
        error_code="ARTIFACT_004",
        context=context,
        resolution_hint="Write it again: it is damaged, or not what it was taken for.",
    )


def _misfit(error: msgspec.ValidationError, exact_path: Callable[[str], str]) -> ArtifactError:
    match = _MISFIT.fullmatch(str(error))
    reason = str(error) if match is None else match["reason"]
    path = path_of(error)
    if "[...]" in path:
        path = exact_path(path)
    hint = "Correct the value there, or write the document again with this version."
    unknown = _UNKNOWN_FIELD.fullmatch(reason)
    missing = _MISSING_FIELD.fullmatch(reason)
    if unknown is not None:
        path += f".{unknown[1]}"
        reason = "there is no such field"
        hint = "Remove the field, or read the document with the version that wrote it."
    elif missing is not None:
        path += f".{missing[1]}"
        reason = "the field is missing"
    else:
        reason = reason[:1].lower() + reason[1:]
    return ArtifactError(
        f"{display_path(path)}: {reason}.",
        error_code="ARTIFACT_007",
        context={"path": display_path(path)},
        resolution_hint=hint,
    )


def unwritable(error: Exception) -> ArtifactError:
    """A value cannot be encoded."""
    if isinstance(error, ArtifactError):
        return error
    if isinstance(error, UnicodeEncodeError):
        reason = "a text in it is not valid Unicode"
    elif isinstance(error, RecursionError):
        reason = "it is nested too deeply, or holds itself"
    else:
        reason = str(error).rstrip(".")
    return ArtifactError(
        f"The value cannot be written: {reason}.",
        error_code="ARTIFACT_008",
        resolution_hint="Artifacts hold structs, dicts with text as keys, lists, text, numbers of 64 bits, "
        "bytes, paths and datetimes.",
    )


def not_an_artifact(reason: str) -> ArtifactError:
    """A document does not say what it is."""
    return ArtifactError(
        f"The document is no artifact: {reason}.",
        error_code="ARTIFACT_004",
        resolution_hint="Name a file that Confiture wrote: its first member is 'artifact', and says what it "
        "is.",
    )


def unknown_kind(name: str, known: Iterable[str]) -> ArtifactError:
    """A kind of artifact that there is none of."""
    from confiture.config.suggestions import did_you_mean

    kinds = sorted(known)
    return ArtifactError(
        f"There is no kind of artifact called {display_path(name)!r}.",
        error_code="ARTIFACT_005",
        resolution_hint=did_you_mean(name, kinds, f"The kinds are {', '.join(kinds)}."),
    )


def unknown_version(name: str, version: str, known: int) -> ArtifactError:
    """An artifact of a version that this program does not know."""
    return ArtifactError(
        f"The document is a {name} of version {display_path(version)}, but this Confiture knows version "
        f"{known}.",
        error_code="ARTIFACT_006",
        resolution_hint="Read it with the Confiture that wrote it, or write it again with this one.",
    )


def in_stream(error: ArtifactError, number: int, offset: int) -> ArtifactError:
    """The same error, with the value of a stream that it is about; `number` counts from 1."""
    return ArtifactError(
        f"Value {number}, at byte {offset}: {error.message[:1].lower()}{error.message[1:]}",
        error_code=error.error_code,
        context={**error.context, "number": number, "offset": offset},
        resolution_hint=error.resolution_hint,
    )


def other_file(error: ArtifactError, path: str) -> ArtifactError:
    """The same error, with the file that it is about."""
    shown = display_path(path)
    return ArtifactError(
        f"{shown}: {error.message[:1].lower()}{error.message[1:]}",
        error_code=error.error_code,
        context={"file": shown, **error.context},
        resolution_hint=error.resolution_hint,
    )


def file_missing(path: str) -> ArtifactError:
    """There is no such file."""
    return ArtifactError(
        f"There is no file {display_path(path)}.",
        error_code="ARTIFACT_001",
        context={"file": display_path(path)},
        resolution_hint="Name a file that Confiture wrote.",
    )


def file_unreadable(path: str, reason: str) -> ArtifactError:
    """A file cannot be read."""
    return ArtifactError(
        f"The file {display_path(path)} cannot be read: {reason}.",
        error_code="ARTIFACT_002",
        context={"file": display_path(path)},
        resolution_hint="Name a file that you may read.",
    )


def library_missing(library: str, purpose: str, extra: str) -> ArtifactError:
    """A library is not installed that is not needed otherwise."""
    return ArtifactError(
        f"{library} is not installed, which {purpose} needs.",
        error_code="ARTIFACT_009",
        resolution_hint=f"Install it with: pip install 'confiture[{extra}]'",
    )
