"""The table of fields: every known field is read, and checked for its type."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from confiture._pure.dbt import fields
from confiture._pure.dbt.fields import BOOLEAN, FLOAT, INTEGER, LIST, NULL, OBJECT, TEXT
from confiture.dbt import DbtCatalog, DbtManifest
from confiture.exceptions import ManifestError
from manifests.documents import MANIFESTS, encoded, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture._interface import Engine
    from confiture._pure.dbt.fields import Record, Shape

_SAMPLES: dict[int, Any] = {
    NULL: None,
    BOOLEAN: True,
    INTEGER: 7,
    FLOAT: 1.5,
    TEXT: "x",
    LIST: [],
    OBJECT: {},
}

#: The resource types that dbt 1.5 to 1.12 write, and the collection of each.
_TYPES = {
    **dict.fromkeys(
        ("analysis", "test", "operation", "model", "rpc", "sql operation", "snapshot", "seed"), "nodes"
    ),
    "source": "sources",
    "macro": "macros",
    "doc": "docs",
    "exposure": "exposures",
    "metric": "metrics",
    "group": "groups",
    "saved_query": "saved_queries",
    "semantic_model": "semantic_models",
    "unit_test": "unit_tests",
    "function": "functions",
}


def _sample(shape: Shape) -> Any:
    """A value of a shape with all that can be in it; records are not nested in themselves."""
    if shape.kinds & OBJECT and shape.record is not None:
        return {name: _sample(field) for name, field in shape.record.fields.items()}
    if shape.kinds & OBJECT and shape.kinds != 127:
        return {"key": _sample(shape.values)}
    if shape.kinds & LIST and shape.kinds != 127:
        return [_sample(shape.element)]
    return next(value for kind, value in reversed(_SAMPLES.items()) if kind & shape.kinds)


def _resource(kind: str) -> dict[str, Any]:
    sample: dict[str, Any] = _sample(fields.resource_shape(kind))
    unique_id = f"{kind}.p.x"
    if "depends_on" in sample and "nodes" in sample["depends_on"]:
        sample["depends_on"]["nodes"] = []
    return {**sample, "unique_id": unique_id, "resource_type": kind}


def _whole_manifest() -> dict[str, Any]:
    """A manifest that has every field of every resource type."""
    root = fields.record("manifest")
    document: dict[str, Any] = {}
    for name, shape in root.fields.items():
        kinds = [kind for kind, collection in _TYPES.items() if collection == name]
        if kinds:
            document[name] = {f"{kind}.p.x": _resource(kind) for kind in kinds}
        elif name == "disabled":
            document[name] = {f"{kind}.p.x": [_resource(kind)] for kind in _TYPES}
        else:
            document[name] = _sample(shape)
    schema = "https://schemas.getdbt.com/dbt/manifest/v12.json"
    document["metadata"]["dbt_schema_version"] = schema
    return document


def _whole_catalog() -> dict[str, Any]:
    document = {name: _sample(shape) for name, shape in fields.record("catalog").fields.items()}
    document["metadata"]["dbt_schema_version"] = "https://schemas.getdbt.com/dbt/catalog/v1.json"
    for section in ("nodes", "sources"):
        table = document[section].pop("key")
        document[section][f"{section}.p.x"] = {**table, "unique_id": f"{section}.p.x"}
    return document


def test_the_table_has_every_resource_type() -> None:
    for kind in _TYPES:
        record = fields.resource_shape(kind).record
        assert record is not None
        assert {"name", "unique_id", "resource_type"} <= record.fields.keys()
    assert len(fields.resource_shape("model").record.fields) > 44  # type: ignore[union-attr]


def test_the_structs_of_the_crate_are_those_of_the_table() -> None:
    root = Path(__file__).parents[2]
    script = runpy.run_path(str(root / "build_support" / "dbt_fields.py"))
    table = (root / "python/confiture/_pure/dbt/fields.txt").read_text(encoding="utf-8")
    written = (root / "rust/core/src/dbt/records/structs.rs").read_text(encoding="utf-8")

    assert script["structs"](table) == written, "python build_support/dbt_fields.py structs writes them anew."
    known = sum(line.startswith("  ") for line in table.splitlines())
    of_documents = sum(len(fields.record(name).fields) for name in ("manifest", "catalog"))
    assert written.count("\n        ") == known - of_documents


def test_a_manifest_with_every_field_of_the_table_is_read_strictly(engine: Engine) -> None:
    document = _whole_manifest()

    manifest = DbtManifest.load(encoded(document), strict=True)

    assert manifest.counts == dict.fromkeys(_TYPES, 1) | {}
    for kind in _TYPES:
        assert manifest[f"{kind}.p.x"].to_dict() == document[_TYPES[kind]][f"{kind}.p.x"]
    assert len(manifest.disabled()) == len(_TYPES)


def test_a_catalog_with_every_field_of_the_table_is_read_strictly(engine: Engine) -> None:
    assert DbtCatalog.load(encoded(_whole_catalog()), strict=True).unique_ids == ["nodes.p.x", "sources.p.x"]


def _places(value: Any, record: Record, path: str = "") -> Iterator[tuple[dict[str, Any], str, str, Shape]]:
    """Every known field in a sample: the object that has it, its name, its path and its shape."""
    for name, shape in record.fields.items():
        inner = f"{path}.{name}" if name.isidentifier() else f'{path}["{name}"]'
        yield value, name, inner, shape
        held = value[name]
        if isinstance(held, list) and held and shape.element.record is not None:
            held, shape, inner = held[0], shape.element, f"{inner}[0]"
        elif isinstance(held, dict) and "key" in held and shape.record is None and shape.values.record:
            held, shape, inner = held["key"], shape.values, f"{inner}.key"
        if isinstance(held, dict) and shape.record is not None:
            yield from _places(held, shape.record, inner)


@pytest.mark.parametrize("kind", _TYPES)
def test_every_field_of_every_resource_type_is_checked_for_its_type(kind: str, engine: Engine) -> None:
    document = _whole_manifest()
    resource = document[_TYPES[kind]][f"{kind}.p.x"]
    record = fields.resource_shape(kind).record
    assert record is not None
    kept = {"metadata": document["metadata"], "nodes": {}, _TYPES[kind]: {f"{kind}.p.x": resource}}
    checked = 0
    for holder, name, path, shape in list(_places(resource, record)):
        right = holder[name]
        # Two of the wrong types, one of them a container where that is wrong.
        wrongs = [wrong for bit, wrong in _SAMPLES.items() if not shape.kinds & bit]
        for wrong in {repr(wrong): wrong for wrong in (*wrongs[:1], *wrongs[-1:])}.values():
            holder[name] = wrong
            with pytest.raises(ManifestError) as raised:
                engine.load_dbt(encoded(kept))
            assert raised.value.error_code == "MANIFEST_008"
            assert raised.value.context["path"] == f'{_TYPES[kind]}["{kind}.p.x"]{path}'
            checked += 1
        holder[name] = right
    assert checked > len(record.fields)


@pytest.mark.parametrize("path", MANIFESTS, ids=name_of)
def test_the_table_says_which_versions_have_the_fields_of_a_real_manifest(path: Path) -> None:
    document = json.loads(path.read_bytes())
    major, minor = map(int, document["metadata"]["dbt_version"].split(".")[:2])
    for collection, of_type in (("nodes", None), ("sources", "source"), ("metrics", "metric")):
        for unique_id, resource in document[collection].items():
            record = fields.resource_shape(of_type or unique_id).record
            assert record is not None
            for name in resource:
                assert any(
                    first <= (major, minor) <= last for first, last in _spans(record.versions[name])
                ), (unique_id, name)


def _spans(versions: str) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    for span in versions.split(","):
        first, _, last = span.partition("-")
        yield tuple(map(int, first.split("."))), tuple(map(int, (last or first).split(".")))
