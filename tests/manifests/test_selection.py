"""Selections select what ``dbt ls`` lists."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from confiture.dbt import DbtManifest, DbtSelection, compare, select
from confiture.dbt.selection import PreviousState
from confiture.exceptions import ManifestError
from manifests.documents import encoded, models, small_manifest
from manifests.recorded import SELECTIONS, recorded, recorded_manifest, recording
from manifests.selections.expressions import EXPRESSIONS, REFUSED, SINCE

if TYPE_CHECKING:
    from pathlib import Path

    from confiture._interface import Engine


def _asked(arguments: list[str]) -> dict[str, list[str]]:
    """The arguments of ``dbt ls`` by option."""
    options: dict[str, list[str]] = {}
    for argument in arguments:
        if argument.startswith("--"):
            current = options.setdefault(argument, [])
        else:
            current.append(argument)
    return options


def _selected(
    manifest: DbtManifest, arguments: list[str], state: PreviousState, target: Path
) -> DbtSelection:
    options = _asked(arguments)
    return select(
        manifest,
        options.get("--select", ()),
        options.get("--exclude", ()),
        selector=options.get("--selector", [None])[0],
        state=state,
        target=target,
        indirect_selection=options.get("--indirect-selection", ["eager"])[0],
        resource_types=options.get("--resource-type", ()),
        exclude_resource_types=options.get("--exclude-resource-type", ()),
    )


def _state(path: Path, engine: Engine, directory: Path) -> PreviousState:
    """The state before; what there is beside the manifest now is written to the directory as well."""
    document = recording(path)
    names = {"run_results": "run_results", "sources_before": "sources_before", "sources": "sources_now"}
    written = {name: directory / f"{name}.json" for name in names}
    for name, key in names.items():
        written[name].write_text(json.dumps(document[key]))
    before = recorded_manifest(path, "before", engine)
    return PreviousState(before, str(written["run_results"]), str(written["sources_before"]))


@pytest.mark.parametrize("path", SELECTIONS, ids=lambda path: path.name.split(".json")[0])
def test_what_dbt_lists_is_selected_in_its_order(path: Path, engine: Engine, tmp_path: Path) -> None:
    manifest, state = recorded_manifest(path, "now", engine), _state(path, engine, tmp_path)
    answers = recording(path)["answers"]

    wrong = {
        " ".join(arguments): (found, answer)
        for arguments, answer in answers
        if (found := list(_selected(manifest, arguments, state, tmp_path))) != answer
    }

    assert wrong == {}


@pytest.mark.parametrize("path", SELECTIONS, ids=lambda path: path.name.split(".json")[0])
def test_what_dbt_refuses_is_refused(path: Path, engine: Engine, tmp_path: Path) -> None:
    manifest, state = recorded_manifest(path, "now", engine), _state(path, engine, tmp_path)

    for arguments, answer in recording(path)["refused"]:
        assert answer is None
        with pytest.raises(ManifestError) as caught:
            _selected(manifest, arguments, state, tmp_path)
        assert caught.value.error_code.startswith("SELECTOR_")


@pytest.mark.parametrize("path", SELECTIONS, ids=lambda path: path.name.split(".json")[0])
def test_what_is_selected_is_called_as_dbt_calls_it(path: Path, engine: Engine) -> None:
    selection = select(recorded_manifest(path, "now", engine), resource_types=["all"])
    outputs = recording(path)["outputs"]

    assert selection.selectors == outputs["selector"]
    assert selection.names == outputs["name"]
    assert selection.paths == outputs["path"]
    assert selection.json_lines() == outputs["json"]
    assert selection.json_lines(recording(path)["keys"]) == outputs["json_of_keys"]


def test_all_expressions_are_recorded_from_two_versions() -> None:
    by_name = {path.name: recording(path) for path in SELECTIONS}

    assert len(by_name) == 4
    for name, document in by_name.items():
        project, version = name.removeprefix("selections_").removesuffix(".json.xz").split("_")
        number = tuple(map(int, version.split(".")))
        wanted = [
            arguments
            for arguments in EXPRESSIONS[project]
            if all(number >= since or method not in " ".join(arguments) for method, since in SINCE.items())
        ]
        assert [arguments for arguments, _ in document["answers"]] == wanted
        assert [arguments for arguments, _ in document["refused"]] == REFUSED
        # Enough of them have something to say.
        assert sum(0 < len(answer) < 300 for _, answer in document["answers"]) > 60
        assert document["dbt_version"].startswith(f"{version}.")


def _orchard(engine: Engine) -> DbtManifest:
    return recorded_manifest(recorded("orchard"), "now", engine)


@pytest.mark.parametrize(
    ("text", "code", "character", "words"),
    [
        ("tga:nightly", "SELECTOR_002", None, "Did you mean 'tag'?"),
        ("a,,b", "SELECTOR_001", 3, "a criterion is missing"),
        ("tag:nightly,", "SELECTOR_001", 13, "a criterion is missing"),
        ("tag:", "SELECTOR_001", 5, "what to select is missing"),
        ("+", "SELECTOR_001", 2, "what to select is missing"),
        ("tag:x,@stg_000+", "SELECTOR_001", 15, "exclude each other"),
        ("resource_type:modle", "SELECTOR_003", None, "Did you mean 'model'?"),
        ("state:modified.config", "SELECTOR_003", None, "Did you mean 'modified.configs'?"),
        ("state:modified", "SELECTOR_005", None, "--state DIR"),
        ("result:error", "SELECTOR_005", None, "run_results.json"),
        ("source_status:fresher", "SELECTOR_005", None, "--state DIR. dbt source freshness writes"),
        ("path:models/**.sql", "SELECTOR_003", None, "alone between slashes"),
        ("config:table", "SELECTOR_003", None, "config.materialized:table"),
        ("path:/models", "SELECTOR_003", None, "project's directory"),
        ("selector:all_aples", "SELECTOR_004", None, "Did you mean 'all_apples'?"),
    ],
)
def test_a_selection_that_cannot_be_read_says_where(
    text: str, code: str, character: int | None, words: str, engine: Engine
) -> None:
    with pytest.raises(ManifestError) as caught:
        select(_orchard(engine), text)

    error = caught.value
    assert (error.error_code, error.exit_code) == (code, 5)
    assert error.context.get("character") == character
    assert words in f"{error.message} {error.resolution_hint}"


@pytest.mark.parametrize(("version", "is_known"), [("1.8", False), ("1.12", True)])
def test_types_are_those_of_the_dbt_that_wrote_the_manifest(
    version: str, is_known: bool, engine: Engine
) -> None:
    manifest = recorded_manifest(recorded("shopco", version), "now", engine)

    if is_known:
        select(manifest, "resource_type:function")
        return
    with pytest.raises(ManifestError) as caught:
        select(manifest, "resource_type:function")

    assert caught.value.error_code == "SELECTOR_003"
    assert "dbt 1.8, which wrote the manifest, has no such type" in caught.value.message
    assert "function" not in str(caught.value.resolution_hint)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("mart_05", "Did you mean"),
        ("tag:nigtly", "Did you mean nightly?"),
        ("source:src_1.tbl_1", "Did you mean src_1.tbl_"),
        ("model.orchard.mart_005", "Write orchard.marts.pears.mart_005 for model.orchard.mart_005."),
        ("retired", "It is disabled: model.orchard.retired."),
        ("tag:apples,tag:pears", "nothing is in all of them"),
        ("group:picker", "Did you mean pickers?"),
        ("exposure:bord", "Did you mean board?"),
        ("package:orchard_tool", "Did you mean orchard_tools or orchard?"),
        ("file:stg_0000.sql", "Did you mean stg_000.sql"),
        ("no_such_thing_at_all_*", None),
    ],
)
def test_what_selects_nothing_is_told_with_what_was_meant(
    text: str, hint: str | None, engine: Engine
) -> None:
    selection = select(_orchard(engine), [text, "mart_005"], strict=False)

    assert list(selection) == list(select(_orchard(engine), "mart_005"))
    (unmatched,) = selection.unmatched
    assert unmatched.text == text
    assert (unmatched.hint is None) == (hint is None)
    assert (hint or "") in (unmatched.hint or "")
    with pytest.raises(ManifestError, match="selects nothing") as caught:
        select(_orchard(engine), text, strict=True)
    assert caught.value.error_code == "SELECTOR_006"


def test_an_exclusion_that_excludes_nothing_is_told(engine: Engine) -> None:
    selection = select(_orchard(engine), "mart_005", "mart_0005")

    assert [part.text for part in selection.unmatched] == ["mart_0005"]


def _with_selectors(selectors: dict[str, Any]) -> DbtManifest:
    nodes = models(a=[], b=["a"], c=["b"])
    for unique_id, node in nodes.items():
        node["fqn"] = ["p", unique_id[-1]]
    return DbtManifest.load(encoded(small_manifest(nodes=nodes, selectors=selectors)))


def _selector(definition: object, **more: object) -> dict[str, Any]:
    return {"definition": definition, **more}


def test_the_default_selector_counts_where_nothing_is_asked_for(engine: Engine) -> None:
    manifest = _with_selectors({"first": _selector({"method": "fqn", "value": "b"}, default=True)})

    assert list(select(manifest)) == ["model.p.b"]
    assert list(select(manifest, exclude="c")) == ["model.p.a", "model.p.b"]
    assert list(select(manifest, "fqn:*")) == ["model.p.a", "model.p.b", "model.p.c"]


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        (None, "neither a text nor keys"),
        ({"method": "fqn"}, "which is no method"),
        ({"method": "fqn", "parents": True}, "not method and value"),
        ({"union": "a"}, "the value of union is no list"),
        ({"union": [{"exclude": ["a"]}, {"exclude": ["b"]}]}, "more than one exclude"),
        ({"union": [7]}, "neither a text nor keys"),
        ({"method": "fqn", "value": "a", "parents": True, "parents_depth": "x"}, "number of steps"),
        ({"method": "fqn", "value": "a", "indirect_selection": "eagre"}, "Did you mean 'eager'?"),
        ({"method": "selector", "value": "other"}, 'no selector "other"'),
        ({"method": "selector", "value": "oth*"}, 'no selector "oth*"'),
        ({"method": "fqn", "value": "a", "children": True, "childrens_parents": True}, "may not be asked"),
        ({"union": [{"method": "selector", "value": "it"}]}, "defined by each other"),
    ],
)
def test_a_selector_that_cannot_be_read_is_refused(definition: object, words: str, engine: Engine) -> None:
    with pytest.raises(ManifestError) as caught:
        select(_with_selectors({"it": _selector(definition)}), selector="it")

    assert words in f"{caught.value.message} {caught.value.resolution_hint}"


def test_selectors_that_select_each_other_are_refused(engine: Engine) -> None:
    union = {"union": [{"method": "selector", "value": "two"}]}
    manifest = _with_selectors(
        {"one": _selector(union), "two": _selector({"method": "selector", "value": "one"})}
    )

    with pytest.raises(ManifestError) as caught:
        select(manifest, selector="one")

    assert caught.value.error_code == "SELECTOR_008"
    assert caught.value.message == "Selectors are defined by each other: one -> two -> one."


@pytest.mark.parametrize("pattern", ["{}", "*{}*"])
def test_long_chains_of_selectors_are_followed(pattern: str, engine: Engine) -> None:
    last = 5000
    # Each twice: what is found once is kept.
    chain = {
        f"_{number}_": _selector(
            {"union": [{"method": "selector", "value": pattern.format(f"_{number + 1}_")}] * 2}
        )
        for number in range(last if pattern == "{}" else 50)
    }
    chain[f"_{len(chain)}_"] = _selector({"method": "fqn", "value": "b"})
    manifest = _with_selectors(chain)

    assert list(select(manifest, selector="_0_")) == ["model.p.b"]
    assert list(select(manifest, "selector:_0_+1")) == ["model.p.b", "model.p.c"]


def test_relatives_in_a_circle_are_selected_once(engine: Engine) -> None:
    nodes = models(a=["c"], b=["a"], c=["b"], d=["a"])
    for unique_id, node in nodes.items():
        node["fqn"] = ["p", unique_id[-1]]
    manifest = DbtManifest.load(encoded(small_manifest(nodes=nodes)))

    assert list(select(manifest, "+a")) == ["model.p.a", "model.p.b", "model.p.c"]
    assert list(select(manifest, "@a")) == ["model.p.a", "model.p.b", "model.p.c", "model.p.d"]
    assert list(select(manifest, f"{'9' * 5000}+d")) == list(select(manifest, "+d"))


def test_a_manifest_without_what_is_asked_for_selects_nothing(engine: Engine) -> None:
    manifest = DbtManifest.load(encoded(small_manifest(nodes=models(a=[]))))

    for text in ("tag:x", "group:x", "config.a.b:x", "path:x", "file:x", "version:latest", "test_name:x"):
        assert list(select(manifest, text)) == []


def test_arguments_that_are_none_are_refused(engine: Engine) -> None:
    with pytest.raises(ValueError, match="indirect_selection is one of"):
        select(_orchard(engine), indirect_selection="all")
    with pytest.raises(ValueError, match="a resource type is one of"):
        select(_orchard(engine), resource_types=["modle"])


@pytest.mark.parametrize("content", ["{", "[]", '{"results": 1}', '{"results": [{}]}'])
def test_results_that_cannot_be_read_are_refused(content: str, engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "run_results.json"
    path.write_text(content)

    with pytest.raises(ManifestError) as caught:
        select(_orchard(engine), "result:error", state=tmp_path)

    assert caught.value.error_code == "SELECTOR_005"
    assert "run_results.json" in caught.value.message


#: Selections by every method, and what a manifest of a later dbt may have in any field.
_EVERY_METHOD = (
    "fqn:*",
    "tag:*",
    "group:*",
    "access:public",
    "config.materialized:view",
    "config.a.b:x",
    "path:models/*",
    "file:*.sql",
    "package:p",
    "test_type:generic",
    "test_name:*",
    "version:old",
    "version:latest",
    "state:modified",
    "state:modified.configs",
    "state:modified.contract",
    "state:modified.persisted_descriptions",
    "nothing",
)
_ANYTHING = (None, 7, "x", [], {}, [None], [{}], {"a": 1}, True)
_FIELDS = (
    "fqn",
    "name",
    "package_name",
    "original_file_path",
    "patch_path",
    "tags",
    "config",
    "unrendered_config",
    "columns",
    "contract",
    "version",
    "latest_version",
    "test_metadata",
    "description",
    "depends_on",
)


@pytest.mark.parametrize("field", _FIELDS)
def test_fields_that_are_not_checked_may_have_any_value(field: str, engine: Engine) -> None:
    node = {"resource_type": "model", "name": "a", "fqn": ["p", "a"], "version": 1, "latest_version": 2}
    before = DbtManifest.load(_of_later_dbt({**node, "config": {"persist_docs": {"columns": True}}}))
    for value in _ANYTHING:
        manifest = DbtManifest.load(_of_later_dbt({**node, field: value}))

        for text in _EVERY_METHOD:
            assert set(select(manifest, text, state=before)) <= {"model.p.a"}
        assert {change.unique_id for change in compare(before, manifest).changes} <= {"model.p.a"}


def _of_later_dbt(node: dict[str, Any]) -> bytes:
    schema = "https://schemas.getdbt.com/dbt/manifest/v20.json"
    return encoded({"metadata": {"dbt_schema_version": schema}, "nodes": {"model.p.a": node}})


def test_one_state_before_is_compared_with_several_manifests(engine: Engine, tmp_path: Path) -> None:
    path = recorded("orchard")
    state = _state(path, engine, tmp_path)
    before, now = (recorded_manifest(path, name, engine) for name in ("before", "now"))

    assert "model.orchard.mart_013" in select(now, "state:modified", state=state)
    assert list(select(before, "state:modified", state=state)) == []
    assert "model.orchard.mart_013" in select(now, "state:modified", state=state)


def test_a_selection_is_a_sequence_of_unique_ids(engine: Engine) -> None:
    selection = select(_orchard(engine), "1+mart_005", resource_types=["model"])

    assert len(selection) == 2
    assert (selection[0], selection[-1:]) == ("model.orchard.int_015", ["model.orchard.mart_005"])
    assert "model.orchard.mart_005" in selection
    assert selection == select(_orchard(engine), ["mart_005", "int_015"], resource_types=["model"])
    assert selection != select(_orchard(engine), "mart_005")
    assert repr(selection) == "DbtSelection(['model.orchard.int_015', 'model.orchard.mart_005'])"
