"""What can be wrong with dbt's manifests and catalogs, worded once for both engines.

The native engine calls these functions by name and the pure one calls them directly, as with
`confiture._failures`. Each returns the exception; the caller raises it.
"""

from __future__ import annotations

import difflib
import os
from typing import TYPE_CHECKING

from confiture._failures import display_path
from confiture.exceptions import ManifestError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "ambiguous_reference",
    "manifest_cycle",
    "manifest_refused",
    "manifest_unreadable",
    "nothing_loaded",
    "unknown_resource",
    "unresolved_reference",
    "wrong_field",
]

#: ``(offset in bytes, line, column, path to the value)``.
_Place = tuple[int, int, int, str]

_WRITERS = {
    "manifest": "dbt parse, or any other command that parses the project, writes target/manifest.json.",
    "catalog": "dbt docs generate writes target/catalog.json.",
}

#: The code, the message and the hint of each kind of problem. ``{it}`` names the document.
_PROBLEMS = {
    "empty": ("MANIFEST_002", "{it} is empty.", "{writer}"),
    "invalid_utf8": (
        "MANIFEST_003",
        "{it} is not valid UTF-8: see the byte {found} at offset {offset} (line {line}).",
        "It was changed or cut by something else than dbt: write it again. {writer}",
    ),
    "syntax": (
        "MANIFEST_004",
        "{it} is not valid JSON: at offset {offset} (line {line}, column {column}) {expected} was expected, "
        "not {found}.",
        "It is cut or was changed by hand: write it again. {writer}",
    ),
    "depth": (
        "MANIFEST_005",
        "{it} is nested more than 200 levels deep at offset {offset} (line {line}, column {column}).",
        "No dbt writes such a document: write it again. {writer}",
    ),
    "not_this": ("MANIFEST_006", "{it} is no dbt {artifact}: {reason}.", "{writer}"),
    "schema_version": (
        "MANIFEST_007",
        "{it} has the schema version {found}; known are {expected}.",
        "dbt 1.5 and later write what can be read; what is newer than known is read unless strict.",
    ),
    "wrong_type": (
        "MANIFEST_008",
        "{it} has {found} at {path} (offset {offset}), where {expected} is expected.",
        "dbt writes no such value there: find out what changed the file, or write it again.",
    ),
    "duplicate_key": (
        "MANIFEST_009",
        "{it} has the key {path} twice in one object (again at offset {offset}).",
        "Remove one of them: which value counts cannot be told.",
    ),
    "duplicate_id": (
        "MANIFEST_010",
        "{it} has two resources with the unique id {found} (the second at offset {offset}).",
        "Unique ids start with the resource type: find out what changed the file, or write it again.",
    ),
    "other_id": (
        "MANIFEST_011",
        "{it} has a resource under the key {expected} whose unique_id is {found} (offset {offset}).",
        "Keys and unique ids are the same: find out what changed the file, or write it again.",
    ),
    "unknown_fields": (
        "MANIFEST_012",
        "{it} has {count} in no schema of dbt 1.5 to 1.12: {listed}.",
        "Load it without strict to keep them.",
    ),
    "dangling": (
        "MANIFEST_013",
        "{it} has a dependency of {path} on {found} (offset {offset}), which it does not have.",
        "Load it without strict to keep the dependency.",
    ),
    "too_long": ("MANIFEST_014", "{it} is longer than 4 GiB.", "Load a smaller one."),
}

_LISTED = 3


def _called(path: str | None, artifact: str) -> str:
    return f"The {artifact}" if path is None else f"The {artifact} {display_path(path)}"


def manifest_unreadable(path: str, errno: int, artifact: str) -> ManifestError:
    """A file cannot be opened or read."""
    error = ManifestError(
        f"The {artifact} {display_path(path)} cannot be read: {os.strerror(errno)}.",
        error_code="MANIFEST_001",
        context={"file": display_path(path)},
        resolution_hint=_WRITERS[artifact],
    )
    error.__cause__ = OSError(errno, os.strerror(errno), path)
    return error


def manifest_refused(
    kind: str, path: str | None, artifact: str, place: _Place, expected: str, found: str
) -> ManifestError:
    """A document cannot be what it should be.

    Args:
        kind: A key of `_PROBLEMS`.
        path: The file, or None for bytes.
        artifact: ``"manifest"`` or ``"catalog"``.
        place: Where; the path to the value is empty where there is none. Of unknown fields it is the paths
            of the first ones, a line each.
        expected: What should stand there.
        found: What does; of unknown fields, how many there are.
    """
    offset, line, column, value = place
    code, message, hint = _PROBLEMS[kind]
    context: dict[str, object] = {"offset": offset, "line": line, "column": column}
    if path is not None:
        context["file"] = display_path(path)
    if value and kind != "unknown_fields":
        context["path"] = value
    words = {
        "it": _called(path, artifact),
        "artifact": artifact,
        "writer": _WRITERS[artifact],
        "offset": offset,
        "line": line,
        "column": column,
        "path": value,
        "expected": expected,
        "found": found,
    }
    if kind == "syntax":
        words["found"] = _character(found)
    elif kind == "not_this":
        words["reason"] = _reason(expected, found)
    elif kind == "unknown_fields":
        paths = value.split("\n")
        context["fields"] = paths
        more = f" and {int(found) - _LISTED} more" if int(found) > _LISTED else ""
        words["listed"] = ", ".join(paths[:_LISTED]) + more
        words["count"] = "a field that is" if found == "1" else f"{found} fields that are"
    return ManifestError(
        message.format(**words),
        error_code=code,
        context=context,
        resolution_hint=hint.format(**words),
    )


def _reason(expected: str, found: str) -> str:
    if expected == "metadata.dbt_schema_version":
        return f"its {expected} is {found!r}" if found else f"it has no {expected}"
    return f"it has no {expected}" if expected else f"it is {found}"


def _character(found: str) -> str:
    if not found:
        return "the end of the text"
    if found.isprintable():
        return f"{found!r}" if found != "'" else '"\'"'
    return f"the character U+{ord(found):04X}"


def wrong_field(artifact: str, unique_id: str, path: str, expected: str, found: str) -> ManifestError:
    """A value that is kept as it was read is of another type than what it is used for.

    Args:
        artifact: ``"manifest"`` or ``"catalog"``.
        unique_id: The resource that it belongs to.
        path: The path to the value.
        expected: What should stand there.
        found: What does.
    """
    return ManifestError(
        f"The {artifact} has {found} at {path}, where {expected} is expected.",
        error_code="MANIFEST_008",
        context={"path": path, "unique_id": unique_id},
        resolution_hint="No known version of dbt writes such a value there: find out what changed the file, "
        "or write it again.",
    )


def unknown_resource(unique_id: str, ids: Sequence[str]) -> ManifestError:
    """A unique id is asked for that is not there."""
    return ManifestError(
        f"The manifest has no resource {unique_id}.",
        error_code="MANIFEST_020",
        context={"unique_id": unique_id},
        resolution_hint=_did_you_mean(unique_id, ids)
        or "Unique ids are those of dbt ls --output json: type.package.name.",
    )


def manifest_cycle(cycle: Sequence[str]) -> ManifestError:
    """Resources depend on each other in a circle."""
    listed = list(cycle)
    return ManifestError(
        f"There is a cycle: {' -> '.join([*listed, listed[0]])}.",
        error_code="MANIFEST_021",
        context={"cycle": listed},
        resolution_hint="Each depends on the next; remove one of the references.",
    )


def unresolved_reference(call: str, names: Sequence[str], wanted: str) -> ManifestError:
    """A ``ref`` or ``source`` leads to nothing."""
    return ManifestError(
        f"{call} leads to no resource of the manifest.",
        error_code="MANIFEST_022",
        context={"reference": call},
        resolution_hint=_did_you_mean(wanted, names)
        or "Models, seeds and snapshots that are enabled can be referred to.",
    )


def ambiguous_reference(call: str, ids: Sequence[str]) -> ManifestError:
    """A ``ref`` or ``source`` leads to several resources."""
    return ManifestError(
        f"{call} leads to more than one resource: {', '.join(ids)}.",
        error_code="MANIFEST_023",
        context={"reference": call, "unique_ids": list(ids)},
        resolution_hint="Name the package.",
    )


def nothing_loaded() -> ManifestError:
    """The current manifest is asked for before there is one."""
    return ManifestError(
        "No manifest was loaded.",
        error_code="MANIFEST_024",
        resolution_hint="Call load_manifest(json) first, or use DbtManifest.load.",
    )


def _did_you_mean(wanted: str, names: Sequence[str]) -> str | None:
    close = difflib.get_close_matches(wanted, names, n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(close)}?" if close else None
