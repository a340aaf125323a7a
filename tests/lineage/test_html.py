"""The page as text: safe, whole and the same everywhere."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from confiture.lineage import html
from confiture.lineage.document import make_lineage
from confiture.lineage.graph import LineageGraph
from confiture.lineage.html import render_html
from lineage.models import SHOP, large
from lineage.names import NASTY_MODEL

_GRAPHS = {"shop": LineageGraph.of_model(SHOP), "nasty": LineageGraph.of_model(NASTY_MODEL)}

#: Bytes that a page has besides its data.
_LIMIT = 560_000


class _Reader(HTMLParser):
    """What a page consists of."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[int, str] = {}
        self._is_open = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._is_open = True

    def handle_endtag(self, tag: str) -> None:
        self._is_open = False

    def handle_data(self, data: str) -> None:
        if self._is_open:
            index = len(self.tags) - 1
            self.texts[index] = self.texts.get(index, "") + data

    def contents(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [
            (attributes, self.texts.get(index, ""))
            for index, (name, attributes) in enumerate(self.tags)
            if name == tag
        ]


def _page(name: str) -> str:
    return render_html(make_lineage(_GRAPHS[name], environment="local", base_dir="/secret", engine="rust"))


@pytest.mark.parametrize("name", _GRAPHS)
def test_the_page_holds_its_data_in_one_element_that_no_name_can_leave(name: str) -> None:
    reader = _Reader(_page(name))

    scripts = reader.contents("script")
    assert [attributes.get("type") for attributes, _ in scripts] == ["application/json", None, None, None]
    data = scripts[0][1]
    assert "<" not in data
    document = json.loads(data)
    assert [item["called"] for item in document["objects"]] == list(_GRAPHS[name].objects)
    assert len(document["edges"]) == len(_GRAPHS[name].edges)


@pytest.mark.parametrize("name", _GRAPHS)
def test_the_policy_allows_what_is_in_the_page_and_nothing_else(name: str) -> None:
    reader = _Reader(_page(name))

    (policy,) = [
        attributes["content"] or ""
        for attributes, _ in reader.contents("meta")
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert set(rules) == {"default-src", "script-src", "style-src", "img-src", "base-uri", "form-action"}
    run = [text for attributes, text in reader.contents("script") if "type" not in attributes]
    assert rules["script-src"].split() == [_source(text) for text in run]
    assert rules["style-src"].split() == [_source(text) for _, text in reader.contents("style")]


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_page_refers_to_nothing_outside_of_it() -> None:
    reader = _Reader(_page("nasty"))

    for tag, attributes in reader.tags:
        assert tag not in ("iframe", "img", "object", "embed", "base", "a"), tag
        for name in ("src", "href", "action", "style"):
            assert attributes.get(name, "data:,") == "data:,"
        assert not any(name.startswith("on") for name in attributes)
    assert "@import" not in reader.contents("style")[0][1]
    assert "url(" not in reader.contents("style")[0][1]
    assert "sourceMappingURL" not in _page("shop")


def test_the_title_is_text() -> None:
    focus = next(called for called in _GRAPHS["nasty"].objects if "<script>alert" in called)

    reader = _Reader(render_html(make_lineage(_GRAPHS["nasty"], focus, environment="local")))

    assert reader.contents("title")[0][1] == f"Lineage of {focus} · local"
    assert reader.contents("h1")[0][1].strip() == f"Lineage of {focus} · local"


def test_the_page_is_the_same_from_both_engines_and_on_every_machine() -> None:
    graph = _GRAPHS["shop"]

    pages = {
        render_html(make_lineage(graph, environment="local", base_dir=base_dir, engine=engine))
        for base_dir, engine in (("/here", "rust"), ("/there", "python"))
    }

    assert len(pages) == 1
    assert "/here" not in pages.pop()


def test_the_page_is_small() -> None:
    assert len(_page("shop").encode()) < _LIMIT
    graph = LineageGraph.of_model(large(3_000))
    assert len(render_html(make_lineage(graph)).encode()) < _LIMIT + 600 * 3_000


def test_the_libraries_are_named_with_their_licences() -> None:
    page = _page("shop")

    assert re.search(r"Copyright \(c\) 2016-\d+, The Cytoscape Consortium", page)
    assert "Copyright (c) 2012-2014 Chris Pettitt" in page


def test_the_libraries_are_the_files_that_the_notice_names() -> None:
    folder = Path(html.__file__).with_name("page") / "libraries"
    rows = [
        [cell.strip(" `") for cell in line.split("|")[1:-1]]
        for line in (folder / "NOTICE.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]

    assert {row[0] for row in rows} == {path.name for path in folder.glob("*.js")}
    for name, *_, digest in rows:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
        assert (folder / name.replace(".min.js", ".LICENSE")).read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in folder.glob("*.js")) <= 500_000
