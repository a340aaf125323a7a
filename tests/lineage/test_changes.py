"""What is different between two lineages: one graph of both, and its page in a browser."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from confiture.cli.main import main
from confiture.lineage.changes import ChangedField, ObjectMark, compare_graphs
from confiture.lineage.document import make_lineage
from confiture.lineage.graph import LineageGraph
from confiture.lineage.html import render_html
from confiture.models.dbt import DbtEdge, DbtExtraction
from confiture.models.lineage import LineageObject
from confiture.models.schema.others import Edge
from confiture.models.sql_changes import SqlChange, SqlReason
from confiture.warehouse import MetadataStore, Warehouse
from confiture.warehouse.drawing import compared_runs
from lineage.browser import CHROMIUM, Browser
from warehouse.support import MANIFESTS, chain, resource, source

if TYPE_CHECKING:
    from pathlib import Path

#: The graph behind the drawing.
_CY = "document.getElementById('graph')._cyreg.cy"

_HOSTILE = 'constructor </script> "__proto__"'


def _graph(names: str, *needs: str) -> LineageGraph:
    objects = [LineageObject(called=f"model {name}", kind="model", name=name) for name in names.split()]
    edges = [Edge(source=f"model {one[0]}", target=f"model {one[1]}", kind="depends_on") for one in needs]
    return LineageGraph(objects, edges)


#: ``b`` needs ``a`` and so on; ``c`` is modified, ``d`` removed, ``n`` added.
_OLD = _graph("a b c d e f x", "ba", "cb", "dc", "ec", "fe")
_NEW = _graph("a b c e f n x", "ba", "cb", "ec", "fe", "nb")
_MARKS = {
    "model c": ObjectMark(
        change="modified",
        fields=(
            ChangedField(path="config.materialized", old="view", new="table"),
            ChangedField(path="raw_code", lines=("- select 1", "+ select 2")),
        ),
        verdict="partly breaking",
        reasons=("column removed amount: no longer selected",),
    )
}


def test_the_graph_of_both_has_what_either_has_and_says_what_is_different() -> None:
    both, changes = compare_graphs(_OLD, _NEW, _MARKS, names=("then", "now"), notes=("a note",))

    assert list(both.objects) == [f"model {name}" for name in "abcdefnx"]
    assert {called: mark.change for called, mark in changes.objects.items()} == {
        "model c": "modified",
        "model d": "removed",
        "model e": "downstream",
        "model f": "downstream",
        "model n": "added",
    }
    assert {called: mark.distance for called, mark in changes.objects.items() if mark.distance} == {
        "model e": 1,
        "model f": 2,
    }
    assert [(edge.source[-1], edge.target[-1], edge.change) for edge in changes.edges] == [
        ("d", "c", "removed"),
        ("n", "b", "added"),
    ]
    assert (changes.old, changes.new, changes.notes) == ("then", "now", ("a note",))


def test_a_cycle_ends_the_search_for_what_is_reached() -> None:
    graph = _graph("a b c", "ab", "bc", "ca")

    _, changes = compare_graphs(graph, graph, {"model a": ObjectMark(change="modified")}, names=("1", "2"))

    assert {called: mark.distance for called, mark in changes.objects.items()} == {
        "model a": None,
        "model b": 2,
        "model c": 1,
    }


def test_graphs_that_are_the_same_have_no_changes() -> None:
    both, changes = compare_graphs(_OLD, _OLD, {}, names=("1", "2"))

    assert both.edges == _OLD.edges
    assert (changes.objects, changes.edges) == ({}, ())


def _page(tmp_path: Path, old: LineageGraph = _OLD, new: LineageGraph = _NEW, marks: Any = None) -> Path:
    graph, changes = compare_graphs(old, new, _MARKS if marks is None else marks, names=("then", "now"))
    path = tmp_path / "page.html"
    path.write_text(render_html(make_lineage(graph, environment="shop"), changes), encoding="utf-8")
    return path


def _shown(browser: Browser) -> set[str]:
    return set(browser.evaluate(f"{_CY}.nodes(':visible').map((node) => node.data('label'))"))


def _text(browser: Browser, selector: str) -> str:
    text: str = browser.evaluate(f"document.querySelector('{selector}').innerText")
    return text


def test_no_name_and_no_value_ends_the_element_that_holds_it(tmp_path: Path) -> None:
    mark = ObjectMark(change="modified", fields=(ChangedField(path=_HOSTILE, old=_HOSTILE, new=None),))
    text = _page(tmp_path, marks={"model c": mark}).read_text(encoding="utf-8")

    (data,) = re.findall(r'<script type="application/json" id="lineage">(.*?)</script>', text, re.DOTALL)

    field = json.loads(data)["diff"]["objects"]["model c"]["fields"][0]
    assert field == {"path": _HOSTILE, "old": _HOSTILE, "new": None}
    assert "Changes of shop · then → now" in text


def test_a_page_without_a_comparison_has_none() -> None:
    assert '"diff"' not in render_html(make_lineage(_OLD)).split('id="lineage">')[1].split("</script>")[0]


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on the PATH")
def test_the_page_shows_what_changed_and_what_is_around_it(tmp_path: Path) -> None:
    with Browser(_page(tmp_path)) as browser:
        # Neither colours alone nor signs alone tell the changes apart.
        assert _shown(browser) == {"~ c", "− d", "↓ e", "↓ f", "+ n", "b"}
        looks = browser.evaluate(
            f"{_CY}.nodes(':visible').map((node) => [node.data('label')[0],"
            " node.style('border-style'), node.style('border-color'), node.style('background-color')])"
        )
        told = {sign: (style, border) for sign, style, border, _ in looks}
        assert {sign: told[sign][0] for sign in "~−↓+"} == {
            "~": "double",
            "−": "dashed",
            "↓": "dotted",
            "+": "solid",
        }
        assert len({told[sign][1] for sign in "~−↓+"}) == 4
        lines = browser.evaluate(
            f"{_CY}.edges('.change-added, .change-removed').map((edge) => edge.style('line-style'))"
        )
        assert sorted(lines) == ["dashed", "solid"]
        assert _text(browser, "#status").startswith(
            "1 added, 1 removed, 1 modified, 2 reached downstream · 8 objects, 6 needs"
        )

        # A browser drops keys that come before its first frame.
        browser.wait_for_frame()
        browser.press("a")
        assert len(_shown(browser)) == 8
        browser.press("a")
        browser.evaluate("document.querySelector('#changes input[value=downstream]').click()")
        assert _shown(browser) == {"~ c", "− d", "+ n", "b"}

        browser.evaluate("location.hash = 'model c'")
        browser.wait_for_frame()
        details = _text(browser, "#details")
        for said in ("modified", "partly breaking", "column removed amount", "config.materialized"):
            assert said in details
        assert "− view" in details
        assert "+ table" in details
        assert "+ select 2" in details
        assert (browser.errors, browser.requests) == ([], [])


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on the PATH")
def test_hostile_names_are_text_and_nothing_changed_is_said(tmp_path: Path) -> None:
    names = ["constructor", "__proto__", "toString"]
    objects = [LineageObject(called=name, kind="model", name=name) for name in names]
    graph = LineageGraph(objects, [])
    with Browser(_page(tmp_path, graph, graph, {})) as browser:
        assert _shown(browser) == set()
        assert _text(browser, "#notice") == "Nothing changed."
        browser.evaluate("document.getElementById('whole').click()")
        assert _shown(browser) == set(names)
        assert (browser.errors, browser.requests) == ([], [])


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on the PATH")
def test_a_large_page_starts_with_what_changed_and_stays_small(tmp_path: Path) -> None:
    names = [f"m{number}" for number in range(2_000)]
    objects = [LineageObject(called=f"model {name}", kind="model", name=name) for name in names]
    edges = [
        Edge(source=f"model m{number}", target=f"model m{number // 2}", kind="depends_on")
        for number in range(1, 2_000)
    ]
    graph = LineageGraph(objects, edges)
    with Browser(_page(tmp_path, graph, graph, {"model m1": ObjectMark(change="modified")})) as browser:
        shown = _shown(browser)
        assert len(shown) == 100
        assert {"~ m1", "m0", "↓ m2", "↓ m3"} <= shown
        assert (browser.errors, browser.requests) == ([], [])


def test_two_runs_of_a_store_are_one_lineage() -> None:
    test = resource("t", unique_id="test.shop.t", resource_type="test")
    old = chain(resource("a"), resource("b"), resource("c"))
    new = chain(resource("a", description="other"), resource("b"), resource("d"))
    with_tests = DbtExtraction(
        nodes=(*new.nodes, test), edges=(*new.edges, DbtEdge(parent="model.shop.b", child="test.shop.t"))
    )
    with Warehouse.from_url("duckdb:///:memory:") as warehouse:
        store = MetadataStore(warehouse)
        runs = [store.push(source(each)).run for each in (old, with_tests)]
        diff = store.diff(*runs)
        lineage, changes = compared_runs(diff, *(store.read(run) for run in runs))

    assert [item.called for item in lineage.objects] == [
        "model shop.a",
        "model shop.b",
        "model shop.c",
        "model shop.d",
        "test shop.t",
    ]
    assert {called: mark.change for called, mark in changes.objects.items()} == {
        "model shop.a": "modified",
        "model shop.b": "downstream",
        "model shop.c": "removed",
        "model shop.d": "added",
        "test shop.t": "added",
    }
    (field,) = changes.objects["model shop.a"].fields
    assert (field.path, field.new) == ("description", "other")
    assert (changes.old, changes.new) == (runs[0].id[:8], runs[1].id[:8])


def test_what_changed_sql_means_is_shown() -> None:
    reasons = (
        SqlReason(verdict="breaking", what="column_removed", name="amount", detail="nothing is called so"),
        SqlReason(verdict="partly_breaking", what="filter"),
    )
    told = SqlChange(verdict="partly_breaking", reasons=reasons)
    with Warehouse.from_url("duckdb:///:memory:") as warehouse:
        store = MetadataStore(warehouse)
        runs = [store.push(source(chain(resource("a", code_sha256=mark * 64)))).run for mark in "12"]
        diff = store.diff(*runs)
        nodes = tuple(replace(node, sql=told) for node in diff.nodes)
        _, changes = compared_runs(replace(diff, nodes=nodes), *(store.read(run) for run in runs))

    mark = changes.objects["model shop.a"]
    assert mark.verdict == "partly breaking"
    assert mark.reasons == ("column removed amount: nothing is called so", "filter")


def _main(*arguments: str) -> int:
    return main(list(arguments))


def test_dbt_lineage_shows_what_is_different_from_another_state(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    manifest = json.loads((MANIFESTS / "manifest_1.8.json").read_text())
    manifest["nodes"]["model.library.stg_books"]["description"] = "otherwise"
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    page = tmp_path / "page.html"
    command = ["dbt", "lineage", "--target-dir", str(tmp_path), "--against"]

    code = _main(*command, str(MANIFESTS / "manifest_1.8.json"), "-f", "html", "-o", str(page))

    assert code == 0
    data = page.read_text(encoding="utf-8").split('id="lineage">')[1].split("</script>")[0]
    diff = json.loads(data)["diff"]
    assert diff["objects"]["model library.stg_books"]["change"] == "modified"
    assert "downstream" in {mark["change"] for mark in diff["objects"].values()}
    capsysbinary.readouterr()
    assert _main(*command, str(MANIFESTS / "manifest_1.8.json"), "-f", "dot") == 2
    assert b"--against shows what is different on a page" in capsysbinary.readouterr().err


def test_lineage_shows_what_is_different_from_another_schema(
    make_project: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(
        {
            "db/schema/a.sql": "CREATE TABLE a (id int, note text);\nCREATE VIEW v AS SELECT id FROM a;\n",
            "old.sql": "CREATE TABLE a (id int);\nCREATE VIEW v AS SELECT id FROM a;\n"
            "CREATE TABLE gone (id int);\n",
        }
    )
    monkeypatch.chdir(project)

    assert _main("lineage", "--against", "old.sql", "-f", "html", "-o", "page.html") == 0

    text = (project / "page.html").read_text(encoding="utf-8")
    objects = json.loads(text.split('id="lineage">')[1].split("</script>")[0])["diff"]["objects"]
    assert {called: mark["change"] for called, mark in objects.items()} == {
        "table public.a": "modified",
        "table public.gone": "removed",
        "view public.v": "downstream",
    }
    assert objects["table public.a"]["fields"][0]["path"] == "add column note"


def test_metadata_diff_writes_a_page(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    url = f"duckdb:///{tmp_path / 'x.duckdb'}"
    with Warehouse.from_url(url) as warehouse:
        store = MetadataStore(warehouse)
        store.push(source(chain(resource("a"), resource("b"))))
        store.push(source(chain(resource("a", description="other"), resource("b"))))
    page = tmp_path / "page.html"

    assert _main("metadata", "diff", "--url", url, "-f", "html", "-o", str(page)) == 1
    assert _main("metadata", "diff", "--url", url, "-f", "html") == 1

    assert page.read_bytes() in capsysbinary.readouterr().out
    assert '"change":"downstream"' in page.read_text(encoding="utf-8")
