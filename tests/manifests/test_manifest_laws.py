"""Laws of manifests: whatever is changed in one, the engines agree and nothing is lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from confiture._pure.dbt import reading
from confiture.dbt import DbtCatalog, DbtManifest, extract
from confiture.exceptions import ManifestError
from engines import LOADED
from manifests.documents import MANIFESTS, encoded, models, small_manifest

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._interface import DbtDocument

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(st.characters(), max_size=8)
    | st.sampled_from(["\ud800", "a\udc00b", "\U0001f600", "nodes", "model.a.b"])
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
_KEYS = st.text(max_size=6) | st.sampled_from(["unique_id", "resource_type", "depends_on", "name", "nodes"])

_PARSED = [json.loads(path.read_bytes()) for path in MANIFESTS if path.stat().st_size < 100_000]


def _objects(document: Any) -> list[Any]:
    """All objects and lists of a document; its nesting is dbt's."""
    found = [document]
    for item in document.values() if isinstance(document, dict) else document:
        if isinstance(item, dict | list):
            found += _objects(item)
    return found


@st.composite
def _mutated(draw: st.DrawFn) -> Any:
    """A real manifest with members that were added, dropped, replaced or moved."""
    document = json.loads(json.dumps(_PARSED[draw(st.integers(0, len(_PARSED) - 1))]))
    if draw(st.booleans()):
        document["metadata"]["dbt_version"] = "2.0.0"
    for _ in range(draw(st.integers(1, 3))):
        objects = _objects(document)
        target = objects[draw(st.integers(0, len(objects) - 1))]
        action = draw(st.sampled_from(["add", "drop", "replace", "move"]))
        if isinstance(target, list):
            if action == "add" or not target:
                target.append(draw(_VALUES))
            elif action == "replace":
                target[draw(st.integers(0, len(target) - 1))] = draw(_VALUES)
            else:
                target.pop()
        elif action == "add" or not target:
            target[draw(_KEYS)] = draw(_VALUES)
        else:
            key = list(target)[draw(st.integers(0, len(target) - 1))]
            value = target.pop(key)
            if action == "replace":
                target[key] = draw(_VALUES)
            elif action == "move":
                target[key] = value
    return document


def _outcome(load: Callable[..., DbtDocument], content: bytes, strict: bool) -> Any:
    """Everything that a manifest answers, or everything in its error."""
    try:
        document = load(content, strict=strict)
    except ManifestError as error:
        return error.to_dict()
    rows = document.resources()
    ids = [row[0] for row in rows]
    try:
        order: object = document.topological_order()
    except ManifestError as error:
        order = error.to_dict()
    nodes = [document.node(number) for number in range(len(rows))]
    return {
        "kept": document.to_json(),
        "compact": document.to_json("compact"),
        "dbt": document.to_json("dbt"),
        "rows": rows,
        "disabled": document.disabled(),
        "version": document.version,
        # A NaN is unequal to itself.
        "nodes": repr(nodes),
        "fields": [document.fields(number) for number in range(len(rows))],
        "columns": repr(document.rows(("name", "depends_on", "name"))),
        "configs": repr(document.told_configs()),
        "sections": repr([document.section(name) for name in document.sections()]),
        "dependencies": [document.dependencies(unique_id) for unique_id in ids],
        "dependents": [document.dependents(unique_id) for unique_id in ids],
        "ancestors": [document.ancestors(unique_id) for unique_id in ids],
        "order": order,
        "cycle": document.find_cycle(),
        "dangling": document.dangling(),
        "extraction": _extraction(document),
    }


def _extraction(document: DbtDocument, catalog: DbtDocument | None = None) -> str:
    """What is extracted with the order of all keys, or everything in the error."""
    try:
        extraction = extract(DbtManifest(document), None if catalog is None else DbtCatalog(catalog))
    except ManifestError as error:
        return repr(error.to_dict())
    return repr(extraction)


def _agreed(content: bytes, strict: bool = False) -> Any:
    outcomes = [_outcome(engine.load_dbt, content, strict) for engine in LOADED.values()]
    assert all(outcome == outcomes[0] for outcome in outcomes)
    return outcomes[0]


_SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@_SLOW
@given(_mutated(), st.booleans(), st.sampled_from([None, 1]), st.booleans())
def test_a_changed_manifest_is_written_back_as_it_is_or_refused_with_a_place(
    document: Any, strict: bool, indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    content = text.encode(errors="backslashreplace")

    outcome = _agreed(content, strict)

    if "error_code" in outcome:
        assert outcome["error_code"].startswith("MANIFEST_0")
        assert "offset" in outcome["context"]
    else:
        assert outcome["kept"] == content
        parsed = json.loads(content)
        assert repr(json.loads(outcome["dbt"])) == repr(json.loads(outcome["compact"])) == repr(parsed)


_WRECKS = st.lists(
    st.tuples(
        st.integers(0, 10**6),
        st.integers(0, 4),
        st.sampled_from([*b'"\\{}[],:0-.eEntfNI \n\x00\xff\xc3', 0x7F]),
    ),
    min_size=1,
    max_size=3,
)


@_SLOW
@given(st.integers(0, len(_PARSED) - 1), _WRECKS, st.booleans())
def test_a_wrecked_text_is_refused_alike(number: int, wrecks: list[tuple[int, int, int]], cut: bool) -> None:
    content = bytearray(encoded(_PARSED[number]))
    for place, length, byte in wrecks:
        start = place % len(content)
        content[start : start + length] = bytes([byte])
    if cut:
        del content[wrecks[0][0] % len(content) :]

    _agreed(bytes(content))


_NUMBERS = st.from_regex(r"-?[0-9]{1,25}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
_TOKENS = st.sampled_from(
    ['"', '\\"', "\\\\", "\\u0041", "\\ud800", "a", "é", ":", ",", "{", "}", "[", "]", "1", " "]
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        _NUMBERS,
        st.lists(_TOKENS, max_size=12).map("".join),
        st.lists(_TOKENS, max_size=6).map(lambda tokens: f'"{"".join(tokens)}"'),
        _VALUES.map(json.dumps),
        st.lists(st.tuples(_KEYS, _VALUES), max_size=4).map(
            lambda pairs: (
                "{" + ",".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in pairs) + "}"
            )
        ),
    )
)
def test_what_the_twin_reads_quickly_is_what_json_reads_with_care(text: str) -> None:
    content = b'{"a": ' + text.encode() + b"}"
    try:
        found = repr(reading._quickly(content))
    except (reading.Doubtful, msgspec.DecodeError):
        return

    assert found == repr(json.loads(content, object_pairs_hook=reading._object))


@pytest.mark.parametrize(
    ("text", "is_quick"),
    [
        (rb'{"a": [1, "\\\"", -0.0], "b": {"a": 18446744073709551616}}', True),
        (b'{"a": NaN}', False),
        (rb'{"a": "\ud800"}', False),
        (b'{"a": 1e400}', False),
        (b'{"a": 0.' + b"1" * 4298 + b"}", False),
    ],
)
def test_documents_that_the_quick_reader_refuses_are_read_all_the_same(text: bytes, is_quick: bool) -> None:
    quick = True
    try:
        reading._quickly(text)
    except msgspec.DecodeError:
        quick = False

    assert quick is is_quick
    assert repr(reading.parsed(text)) == repr(json.loads(text))


@pytest.mark.parametrize(
    "text",
    [b'{"a": 1, "a": 1}', b'{"a": {"b": "\\"", "\\u0062": 1}}', b'{"a": 0.' + b"1" * 4300 + b"}", b"[]"],
)
def test_a_key_twice_and_too_long_a_number_are_doubtful(text: bytes) -> None:
    with pytest.raises(reading.Doubtful):
        reading.parsed(text)


_GRAPHS = st.integers(1, 12).flatmap(
    lambda size: st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size)), max_size=30).map(
        lambda edges: (size, edges)
    )
)


@settings(max_examples=100, deadline=None)
@given(_GRAPHS)
def test_graphs_answer_as_a_plain_search_does(graph: tuple[int, list[tuple[int, int]]]) -> None:
    size, edges = graph
    parents: dict[str, list[str]] = {f"m{number}": [] for number in range(size)}
    for node, parent in edges:
        parents[f"m{node}"].append(f"m{parent}")
    named = {
        f"model.p.{name}": [f"model.p.{one}" for one in dict.fromkeys(of)] for name, of in parents.items()
    }

    outcome = _agreed(encoded(small_manifest(nodes=models(**parents))))

    assert outcome["dependencies"] == list(named.values())
    for unique_id, ancestors in zip(named, outcome["ancestors"], strict=True):
        reached: set[str] = set()
        pending = list(named[unique_id])
        while pending:
            one = pending.pop()
            if one not in reached:
                reached.add(one)
                pending += named.get(one, [])
        assert set(ancestors) == reached
        assert len(ancestors) == len(reached)
    cycle = outcome["cycle"]
    if cycle is None:
        order = outcome["order"]
        places = {unique_id: place for place, unique_id in enumerate(order)}
        assert sorted(order) == sorted(named)
        for unique_id, of in named.items():
            assert all(places[parent] < places[unique_id] for parent in of if parent in named)
    else:
        assert all(after in named[before] for before, after in zip(cycle, cycle[1:] + cycle[:1], strict=True))


_TEXTS = st.sampled_from([None, "", "a", "B", "ERROR", "none", "ÄÖ\u0130", "\u1e9e\u03a3", "\ud800"])
_TAGS = st.none() | _TEXTS | st.lists(st.sampled_from(["a", "b"]), max_size=2)
_META = st.none() | st.dictionaries(st.sampled_from(["a", "b", "c"]), _SCALARS, max_size=3)
_LIMITS = st.none() | st.just({}) | st.just({"count": 1, "period": None}) | st.just(3)
_ABOUT = st.fixed_dictionaries(
    {}, optional={"name": _TEXTS, "description": _TEXTS, "data_type": _TEXTS, "tags": _TAGS, "meta": _META}
)
_NAMES_OF_COLUMNS = st.sampled_from(["a", "A", "b", "ä", "Ä", "\u03a3", "c c"])
_TOLD = {
    "name": _TEXTS,
    "fqn": st.none() | st.lists(st.sampled_from(["a", "b"]), max_size=2),
    "identifier": _TEXTS,
    "alias": _TEXTS,
    "description": _TEXTS,
    "version": st.sampled_from([None, 2, -0.0, 1.5, 2**70, 1e16, 1e-5, float("nan"), "3", True]),
    "access": _TEXTS,
    "group": _TEXTS,
    "owner": _META,
    "tags": _TAGS,
    "meta": _META,
    "source_meta": _META,
    "checksum": _TEXTS | st.fixed_dictionaries({"name": _TEXTS}, optional={"checksum": _TEXTS}),
    "raw_code": _TEXTS,
    "columns": st.none() | st.dictionaries(_NAMES_OF_COLUMNS, _ABOUT, max_size=4),
    "freshness": st.none() | st.dictionaries(st.sampled_from(["warn_after", "filter"]), _LIMITS, max_size=2),
    "loaded_at_field": _TEXTS,
    "config": st.fixed_dictionaries(
        {},
        optional={
            "access": _TEXTS,
            "group": _TEXTS,
            "materialized": _TEXTS,
            "tags": _TAGS,
            "meta": _META,
            "severity": st.sampled_from([None, "error", "Warn", "ERROR", "wärn"]),
            "docs": st.sampled_from([None, {}, {"show": True}, {"show": False, "ours": None}]),
            "loaded_at_field": _TEXTS,
            "freshness": _LIMITS,
            "ours": _VALUES,
        },
    ),
}
_IN_CATALOG = st.fixed_dictionaries(
    {},
    optional={"name": _TEXTS, "type": _TEXTS, "comment": _TEXTS, "index": st.sampled_from([None, 0, 1, 2])},
)


@_SLOW
@given(
    st.lists(st.fixed_dictionaries({}, optional=_TOLD), max_size=2),
    st.sampled_from(["model", "source", "test", "flux"]),
    st.dictionaries(_NAMES_OF_COLUMNS, _IN_CATALOG, max_size=4) | st.none(),
)
def test_whatever_a_resource_says_is_extracted_alike(
    told: list[dict[str, Any]], kind: str, columns: dict[str, Any] | None
) -> None:
    collection = "sources" if kind == "source" else "nodes"
    resources = {f"{kind}.p.{number}": {"resource_type": kind, **one} for number, one in enumerate(told)}
    document = small_manifest() | {collection: resources}
    # What a dbt writes that prints no schemas is not checked when it is loaded.
    document["metadata"]["dbt_version"] = "2.0.0"
    schema = {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json", "dbt_version": "2.0.0"}
    catalog = {"metadata": schema, "nodes": {f"{kind}.p.0": {"columns": columns}}, "sources": {}}

    found = [
        _extraction(engine.load_dbt(encoded(document)), engine.load_dbt(encoded(catalog), artifact="catalog"))
        for engine in LOADED.values()
    ]

    assert all(one == found[0] for one in found)


@pytest.mark.parametrize("length", [0, 1, 2, 7, 8, 9, 15, 16, 17, 31])
def test_strings_of_all_lengths_and_places_are_read_alike(length: int) -> None:
    for special in ('"', "\\", "\n", "\x7f", "é", "\x1f", " "):
        for place in range(length + 1):
            text = "a" * place + special + "b" * (length - place)
            node = {"unique_id": "model.p.m", "resource_type": "model", "description": text}
            outcome = _agreed(encoded(small_manifest(nodes={"model.p.m": node})))
            assert outcome["nodes"] == repr([node])
            raw = b'{"metadata": "' + text.encode() + b'"}'
            _agreed(raw)
