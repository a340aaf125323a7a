"""Mermaid and DOT: valid whatever objects are called."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from confiture._failures import display_path
from confiture.lineage.document import make_lineage
from confiture.lineage.dot import render_dot
from confiture.lineage.graph import LineageGraph
from confiture.lineage.mermaid import render_mermaid
from lineage.models import SHOP, large
from lineage.names import NASTY_MODEL

SHOP_GRAPH = LineageGraph.of_model(SHOP)
NASTY_GRAPH = LineageGraph.of_model(NASTY_MODEL)

#: What a quoted label may hold: nothing that Mermaid reads as anything but text or a numbered character.
_LABEL = r'"((?:[A-Za-z0-9 ._,()$]|[^\x00-\x7f]|#[0-9]+;)+)"'
_NODE = re.compile(rf"    (n[0-9]+)\[{_LABEL}\](:::(?:focus|undefined))?")
_EDGE = re.compile(rf"    (n[0-9]+) -->\|{_LABEL}\| (n[0-9]+)")
_CLASS = re.compile(r"    classDef [a-z]+ [a-z-]+:[0-9a-z ]+")


def _read_mermaid(text: str) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """Labels by identifier, and edges with their labels."""
    first, *lines = text.splitlines()
    assert first == "flowchart RL"
    nodes: dict[str, str] = {}
    edges = []
    for line in lines:
        if match := _NODE.fullmatch(line):
            nodes[match[1]] = _decoded(match[2])
        elif match := _EDGE.fullmatch(line):
            edges.append((match[1], match[3], _decoded(match[2])))
        else:
            assert _CLASS.fullmatch(line), line
    return nodes, edges


def _decoded(label: str) -> str:
    return re.sub(r"#([0-9]+);", lambda match: chr(int(match[1])), label)


def test_mermaid_shows_a_schema() -> None:
    nodes, edges = _read_mermaid(render_mermaid(make_lineage(SHOP_GRAPH)))

    assert list(nodes.values()) == list(SHOP_GRAPH.objects)
    assert {(nodes[source], nodes[target], how) for source, target, how in edges} == {
        (edge.source, edge.target, edge.kind.replace("_", " ")) for edge in SHOP.edges
    }


def test_mermaid_marks_what_was_asked_for_and_what_is_not_defined() -> None:
    text = render_mermaid(make_lineage(SHOP_GRAPH, "odd"))

    assert '["view app.odd"]:::focus' in text
    assert '["table app.missing"]:::undefined' in text


def test_mermaid_takes_every_name() -> None:
    nodes, edges = _read_mermaid(render_mermaid(make_lineage(NASTY_GRAPH)))

    assert list(nodes.values()) == [display_path(called) for called in NASTY_GRAPH.objects]
    assert len(edges) == len(NASTY_GRAPH.edges)


_needs_graphviz = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")


def _read_dot(text: str) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """What Graphviz makes of a graph: labels by name, and edges with their labels."""
    process = subprocess.run(
        ["dot", "-Tdot_json"], input=text, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert process.stderr == ""
    document = json.loads(process.stdout)
    nodes = {node["name"]: node["label"] for node in document["objects"]}
    names = [node["name"] for node in document["objects"]]
    edges = [(names[edge["tail"]], names[edge["head"]], edge["label"]) for edge in document.get("edges", [])]
    return nodes, edges


def _shown_by_graphviz(label: str) -> str:
    """The text of a label in Graphviz's own output, where entities and escapes are not resolved yet."""
    from html import unescape

    return unescape(re.sub(r"\\(.)", r"\1", label))


@_needs_graphviz
def test_graphviz_reads_a_schema() -> None:
    nodes, edges = _read_dot(render_dot(make_lineage(SHOP_GRAPH)))

    assert [_shown_by_graphviz(label) for label in nodes.values()] == list(SHOP_GRAPH.objects)
    assert {
        (_shown_by_graphviz(nodes[source]), _shown_by_graphviz(nodes[target]), how)
        for source, target, how in edges
    } == {(edge.source, edge.target, edge.kind.replace("_", " ")) for edge in SHOP.edges}


@_needs_graphviz
def test_graphviz_reads_every_name() -> None:
    nodes, edges = _read_dot(render_dot(make_lineage(NASTY_GRAPH)))

    shown = [_shown_by_graphviz(label) for label in nodes.values()]
    assert shown == [display_path(called) for called in NASTY_GRAPH.objects]
    assert len(edges) == len(NASTY_GRAPH.edges)


@_needs_graphviz
def test_graphviz_draws_every_name() -> None:
    drawn = subprocess.run(
        ["dot", "-Tsvg"],
        input=render_dot(make_lineage(NASTY_GRAPH)),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    ).stdout

    from html import unescape

    texts = [unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", drawn)]
    # No-break spaces are how Graphviz keeps white space.
    shown = {text.replace("\xa0", " ") for text in texts}
    for called in NASTY_GRAPH.objects:
        assert display_path(called) in shown


def test_dot_is_made_of_known_lines() -> None:
    label = r'"(?:[^"\\]|\\\\|\\")*"'
    known = re.compile(
        r"digraph lineage \{|\}|    rankdir=RL;|    (?:node|edge) \[.*\];"
        rf'|    n[0-9]+ \[label={label}(?:, style="rounded,dashed")?(?:, penwidth=3)?\];'
        rf"|    n[0-9]+ -> n[0-9]+ \[label={label}\];"
    )

    for graph in (SHOP_GRAPH, NASTY_GRAPH):
        for line in render_dot(make_lineage(graph)).splitlines():
            assert known.fullmatch(line), line


@pytest.mark.parametrize("render", [render_mermaid, render_dot], ids=["mermaid", "dot"])
def test_a_diagram_of_a_large_schema_has_a_line_for_each_object_and_need(render: object) -> None:
    assert callable(render)
    graph = LineageGraph.of_model(large(1_000))

    lines = render(make_lineage(graph)).splitlines()

    assert sum("[" in line and "->" not in line and "--" not in line for line in lines) >= 1_000
    assert sum("->" in line or "-->" in line for line in lines) == len(graph.edges)
