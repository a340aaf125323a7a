"""Two states of a project differ by what was changed in it, and by nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from confiture.artifacts import dumps_json, loads_json
from confiture.dbt import DbtManifest, compare
from confiture.dbt.text_differences import differing_lines
from confiture.models.dbt_changes import CATEGORIES, DbtChanges
from manifests.documents import TWICE, encoded, models, name_of, small_manifest
from manifests.recorded import STATES, recorded, recorded_manifest, recording
from manifests.states.changes import CHANGES, NO_CHANGES

if TYPE_CHECKING:
    from pathlib import Path

    from confiture._interface import Engine

_IDS = [path.name.split(".json")[0] for path in STATES]


def _told(changes: DbtChanges) -> dict[str, list[tuple[str, str]]]:
    """What is told of each resource, as `CHANGES` has it."""
    return {
        change.unique_id: [(change.type, "")] * (change.type != "changed")
        + [(difference.category, difference.key) for difference in change.differences]
        for change in changes.changes
    }


def _compared(path: Path, name: str, engine: Engine) -> DbtChanges:
    return compare(recorded_manifest(path, "before", engine), recorded_manifest(path, name, engine))


def test_two_versions_are_recorded() -> None:
    assert _IDS == ["states_1.12", "states_1.8"]
    assert all(set(recording(path)) == {"before", *NO_CHANGES, *CHANGES} for path in STATES)


@pytest.mark.parametrize("path", STATES, ids=_IDS)
@pytest.mark.parametrize("name", NO_CHANGES)
def test_where_and_when_dbt_wrote_makes_no_difference(path: Path, name: str, engine: Engine) -> None:
    before, now = recording(path)["before"], recording(path)[name]
    # The manifests themselves do differ, in every model.
    assert all(
        before["nodes"][key] != now["nodes"][key] for key in before["nodes"] if key.startswith("model.")
    )

    changes = _compared(path, name, engine)

    assert (_told(changes), changes.ok, changes.counts) == ({}, True, {})


@pytest.mark.parametrize("path", STATES, ids=_IDS)
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told_of_the_resources_that_it_changes(path: Path, name: str, engine: Engine) -> None:
    changes = _compared(path, name, engine)

    assert _told(changes) == CHANGES[name].expected
    assert not changes.ok
    assert all(category in (*CATEGORIES, "added", "removed") for category in changes.counts)
    assert loads_json(dumps_json(changes), DbtChanges) == changes


def _only(changes: DbtChanges, unique_id: str) -> Any:
    (change,) = [change for change in changes.changes if change.unique_id == unique_id]
    return change.differences[0]


def test_a_difference_has_both_values(engine: Engine) -> None:
    path = STATES[0]
    model = "model.library.popular_books.v1"

    difference = _only(_compared(path, "config", engine), model)
    assert (difference.old, difference.new) == ("table", "incremental")

    difference = _only(_compared(path, "tags", engine), model)
    assert (difference.old, difference.new) == (["nightly"], ["weekly"])

    difference = _only(_compared(path, "source", engine), "source.library.desk.loans")
    assert difference.old["warn_after"]["count"] == 12
    assert difference.new["warn_after"]["count"] == 6


def test_a_body_is_told_by_its_lines(engine: Engine) -> None:
    difference = _only(_compared(STATES[0], "body", engine), "model.library.stg_books")

    assert difference.lines == (
        "@ 1",
        "- select book_id, title, price from {{ ref('books') }}",
        "+ select book_id, title, price + 0 as price from {{ ref('books') }}",
    )


def test_a_macro_that_others_call_is_told_with_the_way_to_it(engine: Engine) -> None:
    changes = _compared(STATES[0], "macro", engine)

    assert _only(changes, "model.library.popular_books.v2").via == ()
    assert _only(changes, "model.library.counted").via == ("macro.library.outer",)


@pytest.mark.parametrize("path", STATES, ids=_IDS)
def test_both_engines_tell_the_same(path: Path, both_engines: tuple[Engine, Engine]) -> None:
    names = ["again", *CHANGES]
    told = []
    for engine in both_engines:
        documents = {name: json.dumps(recording(path)[name]).encode() for name in ["before", *names]}
        loaded = {name: DbtManifest(engine.load_dbt(text)) for name, text in documents.items()}
        told.append([dumps_json(compare(loaded["before"], loaded[name])) for name in names])

    assert told[0] == told[1]


def test_what_a_newer_dbt_adds_is_no_change(engine: Engine) -> None:
    old, new = (recorded_manifest(path, "before", engine) for path in reversed(STATES))

    assert _told(compare(old, new)) == {}
    assert _told(compare(new, old)) == {}


def _pair(old: dict[str, Any], new: dict[str, Any]) -> DbtChanges:
    manifests = []
    for fields in (old, new):
        nodes = models(a=[])
        nodes["model.p.a"].update(fields)
        manifests.append(DbtManifest.load(encoded(small_manifest(nodes=nodes))))
    return compare(*manifests)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"tags": ["a", "b"]}, {"tags": ["b", "a", "a"]}),
        ({"group": None}, {"group": ""}),
        ({"meta": {}}, {}),
        ({"meta": {"a": 1, "b": 2}}, {"meta": {"b": 2, "a": 1}}),
        (
            {"columns": {"a": {"name": "a"}, "b": {"name": "b"}}},
            {"columns": {"b": {"name": "b"}, "a": {"name": "a"}}},
        ),
        ({"compiled_code": "a"}, {"compiled_code": "b"}),
        (
            {"config": {"x": "dev"}, "unrendered_config": {"x": "{{ t }}"}},
            {"config": {"x": "prod"}, "unrendered_config": {"x": "{{ t }}"}},
        ),
        ({"schema": "dev"}, {"schema": "prod"}),
        ({"meta": {"x": float("nan")}}, {"meta": {"x": float("nan")}}),
    ],
)
def test_the_same_said_otherwise_is_no_change(
    old: dict[str, Any], new: dict[str, Any], engine: Engine
) -> None:
    assert _told(_pair(old, new)) == {}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({"meta": {"a": 1}}, {"meta": {"a": 1.5}}, ("meta", "meta")),
        ({"meta": {"a": 1}}, {"meta": {"a": True}}, ("meta", "meta")),
        ({"meta": {"a": [1, 2]}}, {"meta": {"a": [2, 1]}}, ("meta", "meta")),
        ({"unknown": 1}, {"unknown": 2}, ("other", "unknown")),
        ({"unknown": 1}, {}, ("other", "unknown")),
        ({"config": {"x": 1}}, {"config": {"x": 1, "y": [2]}}, ("config", "config.y")),
        ({"config": {"access": "public"}}, {"config": {"access": "private"}}, ("access", "access")),
        (
            {"config": {"schema": "a"}, "schema": "d_a"},
            {"config": {"schema": "b"}, "schema": "d_b"},
            ("relation", "config.schema"),
        ),
        ({"columns": {"a": {"name": "a"}}}, {"columns": {}}, ("column", "columns.a")),
        (
            {"checksum": {"name": "sha256", "checksum": "1"}},
            {"checksum": {"name": "sha256", "checksum": "2"}},
            ("body", "checksum"),
        ),
        (
            {"depends_on": {"nodes": []}},
            {"depends_on": {"nodes": ["model.p.b"]}},
            ("dependency", "depends_on.nodes"),
        ),
        (
            {"contract": {"enforced": True, "new": 1}},
            {"contract": {"enforced": True, "new": 2}},
            ("contract", "contract.new"),
        ),
        ({"deprecation_date": None}, {"deprecation_date": "2030-01-01"}, ("version", "deprecation_date")),
    ],
)
def test_what_is_said_anew_is_a_change(
    old: dict[str, Any], new: dict[str, Any], told: tuple[str, str], engine: Engine
) -> None:
    assert _told(_pair(old, new)) == {"model.p.a": [told]}
    assert _told(_pair(new, old)) == {"model.p.a": [told]}


def test_the_large_project_before_and_now_differs_where_it_was_changed(engine: Engine) -> None:
    path = recorded("orchard")
    changes = compare(recorded_manifest(path, "before", engine), recorded_manifest(path, "now", engine))

    told = _told(changes)
    assert told["model.orchard.stg_059"] == [("added", "")]
    assert told["model.orchard.mart_022"] == [("access", "access")]
    assert told["seed.orchard.seed_1"] == [("body", "checksum")]
    assert told["macro.orchard.rounded"] == [("body", "macro_sql")]
    assert "macro.orchard.cents" not in told
    assert ("macro", "macro.orchard.rounded") in told["model.orchard.stg_000"]
    # What dbt finds another body or configuration in is told, too.
    answers = {" ".join(arguments): answer for arguments, answer in recording(path)["answers"]}
    for state in ("body", "configs", "contract", "macros", "persisted_descriptions"):
        answer = answers[f"--select state:modified.{state} --indirect-selection empty"]
        assert answer
        assert set(answer) <= set(told)


@pytest.mark.parametrize("pair", TWICE, ids=lambda pair: name_of(pair[0]))
def test_the_same_state_is_the_same_at_another_time(pair: tuple[Path, Path], engine: Engine) -> None:
    old, new = map(DbtManifest.load, pair)

    assert _told(compare(old, new)) == {}


def test_values_that_no_artifact_can_hold_are_written_out(engine: Engine) -> None:
    old = {"meta": {"x": float("nan"), "\ud800": 1}, "raw_code": "a\n\udfff"}
    changes = _pair(old, {"meta": {"x": 1}, "raw_code": "a"})

    assert loads_json(dumps_json(changes), DbtChanges) == changes
    body, meta = changes.changes[0].differences
    assert body.lines == ("@ 1", "  a", "- \\udfff")
    assert meta.old == {"x": "nan", "\\ud800": 1}


def test_lines_that_differ_are_told_with_their_neighbours() -> None:
    assert differing_lines("a\nb\nc\nd", "a\nb\nx\nd") == ["@ 2", "  b", "- c", "+ x", "  d"]
    assert differing_lines("a", "a\nb") == ["@ 1", "  a", "+ b"]
    assert differing_lines("", "a") == ["@ 1", "- ", "+ a"]


def test_long_texts_are_told_in_part() -> None:
    old, new = (("\n".join(f"{word} {number}" for number in range(5000))) for word in ("old", "new"))

    lines = differing_lines(old, new)

    assert len(lines) == 61
    assert lines[:2] == ["@ 1", "- old 0"]
    assert lines[-1] == "@ 9941 more lines"
