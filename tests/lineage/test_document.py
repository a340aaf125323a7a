"""The artifact of a lineage: its JSON, and the schema of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from confiture.artifacts import dumps_json, loads_json
from confiture.lineage.document import make_lineage
from confiture.lineage.graph import LineageGraph
from confiture.models.lineage import Lineage
from lineage.models import SHOP
from lineage.names import NASTY_MODEL

GRAPH = LineageGraph.of_model(SHOP)
PUBLISHED = Path(__file__).parents[2] / "docs" / "lineage.schema.json"


@pytest.mark.parametrize("model", [SHOP, NASTY_MODEL], ids=["shop", "nasty"])
def test_documents_obey_the_published_schema_and_survive_a_round_trip(model: object) -> None:
    assert isinstance(model, type(SHOP))
    lineage = make_lineage(LineageGraph.of_model(model), environment="local", base_dir="/p", engine="rust")

    text = dumps_json(lineage)

    Draft202012Validator(json.loads(PUBLISHED.read_text(encoding="utf-8"))).validate(json.loads(text))
    assert loads_json(text.encode(), Lineage) == lineage


def test_the_document_says_what_was_asked_for() -> None:
    lineage = make_lineage(GRAPH, "totals", direction="upstream", depth=2, kinds=["table", "view"])

    assert (lineage.focus, lineage.direction, lineage.depth) == (
        "materialized view app.totals",
        "upstream",
        2,
    )
    assert lineage.kinds == ("table", "view")
    assert {item.called: item.upstream for item in lineage.objects} == {
        "materialized view app.totals": 0,
        "table app.orders": 1,
        "table app.users": 2,
        "view app.active_users": 1,
    }
    assert all(item.downstream is None for item in lineage.objects)
