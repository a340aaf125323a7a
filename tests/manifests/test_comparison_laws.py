"""Whatever is said otherwise in a manifest is told as a change of that resource, unless it is noise."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from confiture.dbt import DbtManifest, compare
from confiture.dbt.differences import NOISE
from manifests.documents import COLLECTIONS, NEWEST, OLDEST, encoded

if TYPE_CHECKING:
    from pathlib import Path

    from confiture._interface import Engine

#: What a target gives, or follows from the code, where nothing that is configured differs.
_NOT_TOLD = {*NOISE, "alias", "checksum", "database", "relation_name", "schema"}
#: What is told all the same, by resource type.
_TOLD = {
    "seed": {"checksum"},
    "semantic_model": {"alias"},
    "unit_test": {"checksum", "database"},
}
#: What older versions of dbt do not tell the configured value of.
_TOLD_BEFORE = {**_TOLD, "source": {"schema"}}
_IDENTITY = ("unique_id", "resource_type")


def _otherwise(value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return f"{value}, said otherwise"
    if isinstance(value, list):
        return [*value, "more"]
    if isinstance(value, dict):
        return {**value, "more": "more"}
    return "something"


def _of_each_type(document: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """By resource type: under which key of the manifest a resource of it is, and its unique id."""
    found: dict[str, tuple[str, str]] = {}
    for section in (*COLLECTIONS, "groups"):
        for unique_id, resource in document.get(section, {}).items():
            found.setdefault(resource["resource_type"], (section, unique_id))
    return found


@pytest.mark.parametrize(
    ("path", "exceptions"), [(NEWEST, _TOLD), (OLDEST, _TOLD_BEFORE)], ids=["new", "old"]
)
def test_a_field_that_is_said_otherwise_is_told_of_its_resource(
    path: Path, exceptions: dict[str, set[str]], engine: Engine
) -> None:
    content = path.read_bytes()
    document = json.loads(content)
    before = DbtManifest.load(content)
    places = _of_each_type(document)
    fields = {
        kind: [name for name in document[section][unique_id] if name not in _IDENTITY]
        for kind, (section, unique_id) in places.items()
    }
    wrong, told_of = [], 0
    for number in range(max(map(len, fields.values()))):
        changed = json.loads(content)
        asked = {kind: names[number] for kind, names in fields.items() if number < len(names)}
        for kind, name in asked.items():
            section, unique_id = places[kind]
            resource = changed[section][unique_id]
            resource[name] = _otherwise(resource[name])
        now = DbtManifest.load(_with_schema(changed))
        for pair in ((before, now), (now, before)):
            told = {change.unique_id for change in compare(*pair).changes}
            expected = {
                places[kind][1]
                for kind, name in asked.items()
                if name not in _NOT_TOLD or name in exceptions.get(kind, ())
            }
            told_of += len(told)
            if told != expected:
                wrong.append((asked, sorted(told - expected), sorted(expected - told)))

    assert wrong == []
    assert told_of > 200


def _with_schema(document: dict[str, Any]) -> bytes:
    """The document as a version of dbt would write it whose types of fields are not known."""
    schema = "https://schemas.getdbt.com/dbt/manifest/v20.json"
    return encoded({**document, "metadata": {**document["metadata"], "dbt_schema_version": schema}})
