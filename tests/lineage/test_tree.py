"""The tree that people read."""

from __future__ import annotations

import re
from itertools import pairwise

from confiture.lineage.document import make_lineage
from confiture.lineage.graph import LineageGraph
from confiture.lineage.tree import render_tree
from confiture.models.lineage import LineageObject
from confiture.models.schema.model import SchemaModel
from lineage.models import SHOP, needs, table

GRAPH = LineageGraph.of_model(SHOP)

AROUND_USERS = """\
table app.users  app/users.sql:1
├── needs
│   ├── domain app.email  type
│   ├── sequence app.users_id_seq  default
│   │   └── table app.users  owned by  (cycle)
│   └── type app."Mood"  type
└── is needed by
    ├── index app.users_email_idx  index
    ├── sequence app.users_id_seq  owned by
    │   └── table app.users  default  (cycle)
    ├── table app.orders  foreign key  app/orders.sql:3
    │   └── materialized view app.totals  query
    ├── trigger audit on app.users  trigger
    └── view app.active_users  query
        └── materialized view app.totals  query

It needs 3 and is needed by 6.
"""

ALL = """\
index app.users_email_idx
└── table app.users  index  app/users.sql:1
    ├── domain app.email  type
    ├── sequence app.users_id_seq  default
    │   └── table app.users  owned by  (cycle)
    └── type app."Mood"  type

materialized view app.totals
├── table app.orders  query  app/orders.sql:3
│   └── table app.users  foreign key  (shown above)
└── view app.active_users  query
    ├── function app.f(integer)  query
    │   └── function app.f(text)  body
    │       └── function app.f(integer)  body  (cycle)
    └── table app.users  query  (shown above)

trigger audit on app.users
├── function app.touch()  trigger function
└── table app.users  trigger  (shown above)

view app.odd  odd.sql:7  opaque
└── table app.missing  query  not defined

without a need, needed by nothing
├── schema app  schema.sql:1
├── table audit.users  audit/users.sql:1
└── type app.address

17 objects, 15 edges. 1 not defined.
"""


def test_an_object_stands_between_what_it_needs_and_what_needs_it() -> None:
    assert render_tree(make_lineage(GRAPH, "app.users")) == AROUND_USERS


def test_the_whole_schema_starts_at_what_nothing_needs() -> None:
    assert render_tree(make_lineage(GRAPH)) == ALL


def test_the_whole_schema_turned_round_starts_at_what_needs_nothing() -> None:
    shown = render_tree(make_lineage(GRAPH, direction="downstream"))

    roots = [line.split("  ")[0] for line in shown.splitlines() if line and line[0] not in "├└│ "]
    assert roots[:4] == ["domain app.email", "function app.touch()", "table app.missing", 'type app."Mood"']


def test_a_depth_ends_every_way() -> None:
    shown = render_tree(make_lineage(GRAPH, "totals", direction="upstream", depth=1))

    assert shown.splitlines() == [
        "materialized view app.totals",
        "├── table app.orders  query  app/orders.sql:3",
        "└── view app.active_users  query",
        "",
        "It needs 2, up to 1 edge away.",
    ]


def test_an_object_with_nothing_around_it_says_so() -> None:
    shown = render_tree(make_lineage(GRAPH, "audit.users"))

    assert "├── needs nothing\n└── is needed by nothing\n" in shown
    assert "It needs 0 and is needed by 0." in shown


def test_colours_change_nothing_but_colours() -> None:
    lineage = make_lineage(GRAPH)

    coloured = render_tree(lineage, is_coloured=True)

    assert coloured != render_tree(lineage)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render_tree(lineage)


def test_every_object_and_every_edge_of_a_schema_is_drawn() -> None:
    lines = [line for line in render_tree(make_lineage(GRAPH)).splitlines() if line]

    for called in GRAPH.objects:
        assert any(re.search(rf"(^|[─ ]){re.escape(called)}(  |$)", line) for line in lines), called
    drawn = sum("── " in line for line in lines)
    # Every need is a line, and so is every object without one.
    assert drawn == len(GRAPH.edges) + 3


def test_a_cycle_that_nothing_leads_to_is_drawn() -> None:
    objects = [LineageObject(called=f"table {name}", kind="table", name=name) for name in "abc"]
    edges = [needs("table a", "table b"), needs("table b", "table c"), needs("table c", "table a")]

    shown = render_tree(make_lineage(LineageGraph(objects, edges)))

    assert shown.splitlines()[:4] == [
        "table a",
        "└── table b  query",
        "    └── table c  query",
        "        └── table a  query  (cycle)",
    ]


def test_a_long_chain_goes_on_at_the_left() -> None:
    names = [f"t{number:05}" for number in range(20_000)]
    model = SchemaModel(
        tables=tuple(table("app", name) for name in names),
        edges=tuple(
            needs(f"table app.{source}", f"table app.{target}") for source, target in pairwise(names)
        ),
    )

    lines = render_tree(make_lineage(LineageGraph.of_model(model), names[0])).splitlines()

    assert max(map(len, lines)) < 300
    for name in names:
        assert any(f"app.{name}" in line for line in lines[int(name[1:]) : int(name[1:]) * 2 + 10]), name


def test_names_cannot_write_to_the_terminal() -> None:
    model = SchemaModel(tables=(table("app", "a\x1b[31mb\nc"),))

    shown = render_tree(make_lineage(LineageGraph.of_model(model)))

    assert "\x1b" not in shown
    assert shown.count("\n") == 5 - 1
