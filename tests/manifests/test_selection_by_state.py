"""Selections by contracts that were broken, and by sources that were loaded since."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from confiture.dbt import DbtManifest, compare, select
from confiture.dbt.selection import PreviousState
from confiture.exceptions import ManifestError
from manifests.contracts.cases import ASKED, CASES
from manifests.documents import encoded, small_manifest
from manifests.recorded import recorded, recorded_manifest, recording

if TYPE_CHECKING:
    from confiture._interface import Engine

CONTRACTS = sorted(Path(__file__).parent.glob("contracts/*.json.xz"))


def _broken_in(name: str, path: Path) -> bool:
    version = tuple(map(int, path.name.split("_")[1].split(".")[:2]))
    case = CASES[name]
    return case.reason is not None and case.since <= version < case.until


def test_all_changes_of_contracts_are_recorded_from_two_versions() -> None:
    assert [path.name for path in CONTRACTS] == ["contracts_1.12.json.xz", "contracts_1.8.json.xz"]
    for path in CONTRACTS:
        assert list(recording(path)) == list(CASES)
        refused = [
            name for name, told in recording(path).items() if told["answers"]["state:modified"] is None
        ]
        assert refused == [name for name in CASES if _broken_in(name, path)]


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.name.split(".json")[0])
@pytest.mark.parametrize("name", CASES)
def test_a_contract_counts_as_it_does_for_dbt(name: str, path: Path, engine: Engine) -> None:
    told = recording(path)[name]
    before, now = (DbtManifest.load(json.dumps(told[state]).encode()) for state in ("before", "now"))
    state = PreviousState(before)

    for asked in ASKED:
        answer = told["answers"][asked]
        if answer is not None:
            assert list(select(now, asked, state=state)) == answer
            continue
        with pytest.raises(ManifestError) as caught:
            select(now, asked, state=state)
        assert caught.value.error_code == "SELECTOR_010"
        assert caught.value.context["unique_id"] == "model.ledger.priced.v1"
        assert CASES[name].reason in caught.value.context["reasons"]
        assert str(CASES[name].reason) in caught.value.message
        assert asked in caught.value.message


def test_all_that_breaks_a_contract_is_told(engine: Engine) -> None:
    path = CONTRACTS[0]
    before, now = (
        DbtManifest.load(json.dumps(recording(path)[name][state]).encode())
        for name, state in (("nothing", "before"), ("column_gone", "now"))
    )
    fields = json.loads(now.to_json())
    node = fields["nodes"]["model.ledger.priced.v1"]
    node["columns"]["id"]["data_type"] = "text"
    node["columns"]["id"]["constraints"] = []
    node["config"]["materialized"] = "ephemeral"

    with pytest.raises(ManifestError) as caught:
        select(DbtManifest.load(encoded(fields)), "state:unmodified", state=before)

    assert caught.value.context["reasons"] == [
        "the type of the column id was integer and is text",
        "the constraint not_null of the column id is gone",
        "the column name is gone",
        "it was materialized as table with constraints, and is as ephemeral",
    ]


@pytest.mark.parametrize("where", ["state", "target"])
@pytest.mark.parametrize("content", ["{", "[]", '{"results": [7]}', '{"results": [{"max_loaded_at": "x"}]}'])
def test_freshness_that_cannot_be_read_is_refused(
    content: str, where: str, engine: Engine, tmp_path: Path
) -> None:
    manifest = recorded_manifest(recorded("shopco"), "now", engine)
    for name in ("state", "target"):
        (tmp_path / name).mkdir()
        text = content if name == where else '{"results": []}'
        (tmp_path / name / "sources.json").write_text(text)

    with pytest.raises(ManifestError) as caught:
        select(manifest, "source_status:fresher", state=tmp_path / "state", target=tmp_path / "target")

    assert caught.value.error_code == "SELECTOR_005"
    assert f"{where}/sources.json cannot be read as the freshness of sources." in caught.value.message


def test_freshness_is_told_of_two_moments(engine: Engine, tmp_path: Path) -> None:
    manifest = recorded_manifest(recorded("shopco"), "now", engine)
    (tmp_path / "sources.json").write_text('{"results": []}')

    with pytest.raises(ManifestError, match=r"needs the sources\.json of now"):
        select(manifest, "source_status:fresher", state=tmp_path, target=tmp_path / "nowhere")
    with pytest.raises(ManifestError, match=r"needs the sources\.json of before"):
        select(manifest, "source_status:fresher", state=PreviousState(manifest), target=tmp_path)


def test_a_status_that_finds_nothing_is_told(engine: Engine, tmp_path: Path) -> None:
    manifest = recorded_manifest(recorded("shopco"), "now", engine)
    (tmp_path / "sources.json").write_text('{"results": []}')

    for text in ("source_status:stale", "source_status:fresher"):
        selection = select(manifest, text, state=tmp_path, target=tmp_path)
        assert (list(selection), [part.text for part in selection.unmatched]) == ([], [text])
        assert (selection.unmatched[0].hint is None) == text.endswith("fresher")


def test_a_moment_without_a_zone_is_one_of_utc(engine: Engine, tmp_path: Path) -> None:
    source = {"resource_type": "source", "name": "t", "source_name": "s", "package_name": "p", "fqn": ["p"]}
    manifest = DbtManifest.load(encoded(small_manifest(sources={"source.p.s.t": source})))
    moments = {
        "state": "2024-01-01T02:00:00+02:00",
        "same": "2024-01-01T00:00:00",
        "later": "2024-01-01T00:00:01",
    }
    for name, moment in moments.items():
        (tmp_path / name).mkdir()
        results = [{"unique_id": "source.p.s.t", "max_loaded_at": moment}]
        (tmp_path / name / "sources.json").write_text(json.dumps({"results": results}))

    found = {
        name: list(
            select(manifest, "source_status:fresher", state=tmp_path / "state", target=tmp_path / name)
        )
        for name in ("same", "later")
    }

    assert found == {"same": [], "later": ["source.p.s.t"]}


def _with_macros(
    calls: dict[str, list[str]], texts: dict[str, str], models: dict[str, list[str]]
) -> DbtManifest:
    macros = {
        f"macro.p.{name}": {
            "resource_type": "macro",
            "name": name,
            "macro_sql": texts.get(name, ""),
            "depends_on": {"macros": [f"macro.p.{called}" for called in called]},
        }
        for name, called in calls.items()
    }
    nodes = {
        f"model.p.{name}": {
            "resource_type": "model",
            "name": name,
            "depends_on": {"nodes": [], "macros": [f"macro.p.{called}" for called in called]},
        }
        for name, called in models.items()
    }
    return DbtManifest.load(encoded(small_manifest(nodes=nodes, macros=macros)))


def test_a_changed_macro_is_reached_through_any_number_of_others(engine: Engine) -> None:
    last = 5000
    calls = {f"m{number}": [f"m{number + 1}"] for number in range(last)} | {f"m{last}": ["m0"], "aside": []}
    models = {"first": ["m0"], "middle": ["aside", f"m{last // 2}"], "other": ["aside"]}
    before, now = (_with_macros(calls, {f"m{last}": text}, models) for text in ("old", "new"))

    assert list(select(now, "state:modified.macros", state=before)) == ["model.p.first", "model.p.middle"]
    assert list(select(before, "state:modified", state=before)) == []


def test_the_shortest_way_to_a_changed_macro_is_told(engine: Engine) -> None:
    calls = {
        "a": ["far", "near"],
        "far": ["nearer"],
        "near": ["changed"],
        "nearer": ["changed"],
        "changed": ["a"],
    }
    models = {"x": ["far", "a"], "y": ["a"], "z": ["near", "changed"]}
    before, now = (_with_macros(calls, {"changed": text}, models) for text in ("old", "new"))

    told = {change.unique_id: change.differences[0] for change in compare(before, now).changes}

    assert {name: told[f"model.p.{name}"].via for name in models} == {
        "x": ("macro.p.far", "macro.p.nearer"),
        "y": ("macro.p.a", "macro.p.near"),
        "z": (),
    }
