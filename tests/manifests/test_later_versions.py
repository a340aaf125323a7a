"""What dbt 2 (Fusion) writes, and what nobody has written yet, is read, kept and extracted.

dbt 2 publishes no schema. Its manifests have the schema version v20, later also v12, and differ from those of
dbt 1 in what `_as_dbt_2` does to one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from confiture.artifacts import dumps_json
from confiture.dbt import DbtManifest, extract
from confiture.exceptions import ManifestError
from engines import LOADED
from manifests.documents import COLLECTIONS, FIXTURES, encoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture._interface import Engine

_V20 = "https://schemas.getdbt.com/dbt/manifest/v20.json"

#: What dbt 2 has in the place of code.
_PLACEHOLDER = "--placeholder--"


def _newest() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FIXTURES / "manifest_1.12.json").read_bytes())
    return document


def _as_dbt_2(document: dict[str, Any], schema: str = _V20) -> bytes:
    """A manifest of dbt 1 as dbt 2 writes it: sorted, compact, with nulls and empty maps, without code."""
    document["metadata"] |= {"dbt_schema_version": schema, "dbt_version": "2.0.0-preview.42"}
    document["parent_map"] = document["child_map"] = {}
    for collection in COLLECTIONS:
        for node in document[collection].values():
            config = node.get("config")
            if config is not None:
                config |= {"meta": config.get("meta") or None, "static_analysis": None}
                # Those of the project have nothing else than the defaults in the first two.
                for name in ("docs", "contract", "grants", "quoting", "tags"):
                    if name in ("docs", "contract") or not config.get(name):
                        config[name] = None
            if collection == "nodes":
                node["primary_key"] = []
                node["refs"] = [{"name": ref["name"]} for ref in node.get("refs", ())]
                parents = node["depends_on"].get("nodes", [])
                located = [[parent, {"line": 1, "col": 6, "expanded": None}] for parent in parents]
                node["depends_on"]["nodes_with_ref_location"] = located
            if node.get("raw_code"):
                node["raw_code"] = _PLACEHOLDER
            if isinstance(node.get("checksum"), dict) and node["checksum"]["name"] == "sha256":
                node["checksum"]["name"] = "SHA256"
            if collection == "sources":
                node["loaded_at_query"] = ""
            for name in [name for name, value in node.items() if value is None]:
                del node[name]
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@pytest.mark.parametrize("schema", [_V20, _V20.replace("v20", "v12")])
def test_what_dbt_2_writes_is_extracted_as_what_dbt_1_writes(schema: str, engine: Engine) -> None:
    content = _as_dbt_2(_newest(), schema)

    manifest = DbtManifest.load(content)

    assert manifest.to_json() == content
    found, expected = extract(manifest), extract(DbtManifest.load(FIXTURES / "manifest_1.12.json"))
    assert found.edges == expected.edges
    assert any(edge.child.startswith("model.") for edge in found.edges)
    for node, known in zip(found.nodes, expected.nodes, strict=True):
        facts = {name: getattr(node, name) for name in node.__struct_fields__}
        # dbt 2 does not write the code.
        wanted = {name: getattr(known, name) for name in known.__struct_fields__} | {"code_sha256": None}
        assert facts == wanted


def test_references_of_dbt_2_name_no_package_and_no_version(engine: Engine) -> None:
    manifest = DbtManifest.load(_as_dbt_2(_newest()))

    assert manifest.resolve_ref("popular_books").unique_id == "model.library.popular_books.v2"
    assert manifest.dependents("model.library.stg_books")
    assert manifest.topological_order()


def test_strictness_names_what_dbt_2_adds(engine: Engine) -> None:
    with pytest.raises(ManifestError) as raised:
        DbtManifest.load(_as_dbt_2(_newest()), strict=True)

    assert raised.value.error_code == "MANIFEST_012"
    fields = raised.value.context["fields"]
    assert isinstance(fields, list)
    assert any(path.endswith("depends_on.nodes_with_ref_location") for path in fields)


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """All objects of a document, the innermost first; its nesting is dbt's."""
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, dict | list):
            yield from _objects(item)
    if isinstance(value, dict):
        yield value


def _is_of_names(document: dict[str, Any], value: dict[str, Any]) -> bool:
    """Whether an object has other things' names as keys, where a member would be one of those."""
    return any(value is section for name, section in document.items() if name != "metadata")


def test_a_field_that_nobody_knows_is_kept_wherever_it_stands(engine: Engine) -> None:
    document = _newest()
    objects = [value for value in _objects(document) if not _is_of_names(document, value)]
    for number, value in enumerate(objects):
        value[f"unknown_{number}"] = {"number": number, "list": [1.0, None, {}]}
    document["things"] = {
        "thing.library.a": {"resource_type": "thing", "depends_on": {"nodes": ["seed.x.y"]}}
    }
    document["metadata"]["dbt_schema_version"] = _V20
    content = encoded(document)

    manifest = DbtManifest.load(content)

    assert manifest.to_json() == manifest.to_json("dbt") == content
    assert {node.unique_id: node.to_dict() for node in manifest if node.collection == "nodes"} == document[
        "nodes"
    ]
    assert manifest.dangling() == ["seed.x.y"]
    assert len(objects) > 300


_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from(["", "a", "model.library.stg_books", 1.5])
)
_ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.integers(0), st.text(max_size=3), _ANYTHING), min_size=1, max_size=4), st.booleans()
)
def test_a_manifest_of_dbt_2_may_have_anything_anywhere(
    changes: list[tuple[int, str, Any]], is_of_unknown_type: bool
) -> None:
    document = json.loads(_as_dbt_2(_newest()))
    if is_of_unknown_type:
        node = document["nodes"].pop("model.library.stg_books")
        document["nodes"]["flux.library.stg_books"] = node | {
            "unique_id": "flux.library.stg_books",
            "resource_type": "flux",
        }
    objects = [value for value in _objects(document) if not _is_of_names(document, value)]
    for place, key, value in changes:
        target = objects[place % len(objects)]
        # Half of the changes replace what is there.
        known = list(target)
        target[known[place % len(known)] if known and place % 2 else key] = value
    content = encoded(document)

    outcomes = [_outcome(engine, content) for engine in LOADED.values()]

    assert all(outcome == outcomes[0] for outcome in outcomes)


def _outcome(engine: Engine, content: bytes) -> str:
    """What is extracted, or everything in the error; whatever is loaded is kept."""
    try:
        document = engine.load_dbt(content)
    except ManifestError as error:
        return repr(error.to_dict())
    assert document.to_json("dbt") == content
    try:
        return dumps_json(extract(DbtManifest(document)))
    except ManifestError as error:
        return repr(error.to_dict())
