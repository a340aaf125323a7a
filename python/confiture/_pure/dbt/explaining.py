"""What is wrong with a document, if something is, and where."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from confiture._pure.dbt import fields
from confiture._pure.dbt.scanning import Scanner, decoded, has_surrogates
from confiture._pure.dbt.walking import Problem, Stopped, problem_at, walk

if TYPE_CHECKING:
    from confiture._pure.dbt.walking import Place

__all__ = ["KNOWN_VERSIONS", "NEWEST_PRINTED", "explain", "is_of_later_dbt"]

#: The schema versions whose fields are known.
KNOWN_VERSIONS = (9, 10, 11, 12, 20)
_OLDEST_VERSION = 9

#: The newest schema version that the table's schemas are those of.
NEWEST_PRINTED = 12

#: The newest major version of dbt that prints its schemas.
_NEWEST_PRINTING = 1

_LARGEST_VERSION = 2**32 - 1
_VERSION_KEY = "metadata.dbt_schema_version"


def explain(content: bytes, artifact: str, strict: bool) -> Problem | None:
    """The problem that the native engine finds in a text of UTF-8; None if it finds none."""
    try:
        walked = walk(content, fields.record(artifact), strict)
        version = _schema_version(content, walked.sections, artifact, strict)
    except Stopped as stopped:
        return stopped.problem
    is_printed = version <= NEWEST_PRINTED and not is_of_later_dbt(_dbt_version(content, walked.sections))
    problems = (
        walked.repeated,
        walked.wrong_type if is_printed or strict else None,
        walked.null if is_printed else None,
    )
    found = [problem for problem in problems if problem is not None]
    if found:
        return min(found, key=lambda problem: problem.offset)
    if not any(name == "nodes" for name, _ in walked.sections):
        return problem_at(content, "not_this", 0, expected="nodes")
    ids: dict[str, Place] = {}
    for place in walked.places:
        problem = _add(content, place, ids)
        if problem is not None:
            return problem
    if strict and walked.unknown_count:
        paths = "\n".join(path for _, path in walked.unknown)
        count = str(walked.unknown_count)
        return problem_at(content, "unknown_fields", walked.unknown[0][0], path=paths, found=count)
    return _dangling(content, ids) if strict else None


def is_of_later_dbt(version: object) -> bool:
    """Whether a dbt of this version prints no schemas, so that the table is not that one's."""
    major = version.split(".", 1)[0] if isinstance(version, str) else ""
    digits = major.lstrip("0")
    return bool(re.fullmatch("[0-9]+", major)) and (len(digits) > 1 or digits > str(_NEWEST_PRINTING))


def _dbt_version(content: bytes, sections: list[tuple[str, int]]) -> str | None:
    metadata = next((offset for name, offset in sections if name == "metadata"), None)
    return _text(content, _member(content, metadata, "dbt_version"))


def _text(content: bytes, offset: int | None) -> str | None:
    """The string at an offset, if there is one without unpaired surrogates."""
    if offset is None or content[offset : offset + 1] != b'"':
        return None
    scanner = Scanner(content)
    scanner.position = offset
    text = decoded(content, scanner.string())
    return None if has_surrogates(text) else text


def _add(content: bytes, place: Place, ids: dict[str, Place]) -> Problem | None:
    offset = place.key.start - 1
    if place.is_unknown and _text(content, place.slots.get("resource_type")) is None:
        return None
    unique_id = decoded(content, place.key)
    if has_surrogates(unique_id):
        return problem_at(
            content,
            "wrong_type",
            offset,
            path=content[place.key.start : place.key.end].decode(),
            expected="a unique id without them",
            found="unpaired surrogates",
        )
    own = _text(content, place.slots.get("unique_id"))
    if own is not None and own != unique_id:
        offset = place.slots["unique_id"]
        return problem_at(content, "other_id", offset, expected=unique_id, found=own)
    if place.is_disabled:
        return None
    if unique_id in ids:
        return problem_at(content, "duplicate_id", offset, found=unique_id)
    ids[unique_id] = place
    return None


def _dangling(content: bytes, ids: dict[str, Place]) -> Problem | None:
    for unique_id, place in ids.items():
        for offset, parent in _depended_on(content, place):
            if parent not in ids:
                return problem_at(content, "dangling", offset, path=unique_id, found=parent)
    return None


def _depended_on(content: bytes, place: Place) -> list[tuple[int, str]]:
    """The ids in ``depends_on.nodes``, and where they stand."""
    offset = _member(content, place.slots.get("depends_on"), "nodes")
    if offset is None or content[offset : offset + 1] != b"[":
        return []
    found = []
    scanner = Scanner(content)
    scanner.position = offset + 1
    while (byte := scanner.next_token()) in (b'"', b","):
        if byte == b",":
            scanner.position += 1
            continue
        start = scanner.position
        text = decoded(content, scanner.string())
        if not has_surrogates(text):
            found.append((start, text))
    return found


def _member(content: bytes, offset: int | None, name: str) -> int | None:
    """Where the value of a member of the object at an offset starts; None if there is no such."""
    if offset is None or content[offset : offset + 1] != b"{":
        return None
    scanner = Scanner(content)
    scanner.position = offset + 1
    decoder = json.JSONDecoder()
    while scanner.next_token() == b'"':
        key = decoded(content, scanner.string())
        scanner.next_token()
        scanner.position += 1
        scanner.next_token()
        if key == name:
            return scanner.position
        # The value is skipped as text, whose length in bytes may be another.
        rest = content[scanner.position :].decode()
        _, end = decoder.raw_decode(rest)
        scanner.position += len(rest[:end].encode())
        if scanner.next_token() == b",":
            scanner.position += 1
    return None


def _schema_version(content: bytes, sections: list[tuple[str, int]], artifact: str, strict: bool) -> int:
    def not_this(offset: int, found: str) -> Stopped:
        return Stopped(problem_at(content, "not_this", offset, expected=_VERSION_KEY, found=found))

    metadata = next((offset for name, offset in sections if name == "metadata"), None)
    if metadata is None:
        raise not_this(0, "")
    if content[metadata : metadata + 1] != b"{":
        return NEWEST_PRINTED
    offset = _member(content, metadata, "dbt_schema_version")
    if offset is None:
        raise not_this(metadata, "")
    schema = _text(content, offset)
    if schema is None:
        raise not_this(offset, "")
    start = f"https://schemas.getdbt.com/dbt/{artifact}/v"
    if not (schema.startswith(start) and schema.endswith(".json")) or len(schema) < len(start) + 5:
        raise not_this(offset, schema)
    number = schema[len(start) : -5]
    version = int(number) if re.fullmatch(r"[0-9]{1,4000}", number) else None
    if version is not None and version > _LARGEST_VERSION:
        version = None
    if artifact != "manifest":
        if version is None:
            raise not_this(offset, schema)
        return version
    if version in KNOWN_VERSIONS or (version is not None and version >= _OLDEST_VERSION and not strict):
        return version
    known = ", ".join(f"v{version}" for version in KNOWN_VERSIONS)
    raise Stopped(problem_at(content, "schema_version", offset, expected=known, found=f"v{number}"))
