"""The columns of whole projects: dbt's, a schema tree's; and what is kept of their queries."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from confiture.artifacts import loads_json
from confiture.cli.main import main
from confiture.column_lineage.cache import ShapeCache, default_directory
from confiture.column_lineage.dbt_project import dbt_project
from confiture.column_lineage.project import Body, Project, trace_project
from confiture.column_lineage.queries import column_lineage
from confiture.column_lineage.reading import shapes_of
from confiture.column_lineage.rendering import (
    render_column_dot,
    render_column_mermaid,
    render_column_table,
    render_column_tree,
)
from confiture.column_lineage.schema_project import schema_project, table_queries
from confiture.column_lineage.shaping import shape_of
from confiture.column_lineage.stored_project import stored_project
from confiture.core.schema_models import parse_sql
from confiture.dbt import DbtCatalog, DbtManifest, extract
from confiture.dbt.rendered_texts import rendered_texts
from confiture.exceptions import ArtifactError, SchemaError
from confiture.models.column_lineage import ColumnLineage, NodeColumns
from confiture.models.metadata import RunContents, StoredRun
from manifests.documents import encoded, models, small_manifest

if TYPE_CHECKING:
    from collections.abc import Callable

_FIXTURES = Path(__file__).parents[1] / "manifests" / "fixtures"
_LIBRARY = Path(__file__).parents[2] / "examples" / "library"
_VERSIONS = ("1.5", "1.6", "1.7", "1.8", "1.12")


def _body(name: str, query: str | None = None, **fields: object) -> Body:
    return Body(
        identity=name,
        kind="table" if query is None else "view",
        query=query,
        names=(("main", name),),
        **fields,
    )  # type: ignore[arg-type]


_RAW = _body("raw", columns=("id", "amount", "state"), is_complete=True)
_PROJECT = Project(
    "schema",
    "shop",
    "duckdb",
    (
        _body("totals", "select id, sum(amount) as total from orders where state = 'open' group by id"),
        _body("orders", "select * from raw"),
        _RAW,
        _body("copy", "select total as Sum from main.totals"),
    ),
)


def _nodes(project: Project) -> dict[str, NodeColumns]:
    return {node.identity: node for node in trace_project(project, processes=1)}


def _told(node: NodeColumns) -> dict[str, list[str]]:
    return {
        column.name: [f"{o.node}.{o.column} {o.use} {o.confidence}" for o in column.origins]
        for column in node.columns
    }


def test_columns_of_queries_on_queries_are_traced_in_their_order() -> None:
    nodes = _nodes(_PROJECT)
    assert _told(nodes["orders"]) == {
        "id": ["raw.id identity certain"],
        "amount": ["raw.amount identity certain"],
        "state": ["raw.state identity certain"],
    }
    assert _told(nodes["totals"]) == {
        "id": ["orders.id identity certain"],
        "total": ["orders.amount aggregated certain"],
    }
    assert [(o.node, o.column, o.use) for o in nodes["totals"].rows] == [
        ("orders", "id", "grouping"),
        ("orders", "state", "filter"),
    ]
    assert all(node.is_complete and not node.gaps for node in nodes.values())


@pytest.mark.parametrize(
    ("column", "options", "reached"),
    [
        (
            "amount",
            {},
            [
                ("copy", "Sum", None, 3, True),
                ("orders", "amount", None, 1, True),
                ("totals", "total", None, 2, True),
            ],
        ),
        ("amount", {"depth": 1}, [("orders", "amount", None, 1, True)]),
        ("amount", {"direction": "upstream"}, []),
        ("STATE", {}, [("orders", "state", None, 1, True)]),
        (
            "state",
            {"with_indirect": True},
            [
                ("copy", "Sum", None, 3, False),
                ("orders", "state", None, 1, True),
                ("totals", "id", None, 2, False),
                ("totals", "total", None, 2, False),
            ],
        ),
    ],
)
def test_columns_downstream_are_reached(
    column: str, options: dict[str, object], reached: list[object]
) -> None:
    nodes = trace_project(_PROJECT)
    found = column_lineage(_PROJECT, nodes, node="raw", column=column, **options)  # type: ignore[arg-type]
    assert [(o.node, o.column, o.upstream, o.downstream, o.is_direct) for o in found.reached] == reached


def test_columns_upstream_are_reached() -> None:
    found = column_lineage(_PROJECT, trace_project(_PROJECT), node="copy", column="sum", direction="upstream")
    assert found.column == "Sum"
    assert [(o.node, o.column, o.upstream) for o in found.reached] == [
        ("orders", "amount", 2),
        ("raw", "amount", 3),
        ("totals", "total", 1),
    ]
    assert [node.identity for node in found.nodes] == ["copy", "orders", "raw", "totals"]


def test_a_column_that_is_not_there_is_an_error_that_names_those_that_are() -> None:
    with pytest.raises(
        SchemaError, match=r"'copy' has no column 'nope'.\nHint: Its columns are 'Sum'"
    ) as caught:
        column_lineage(_PROJECT, trace_project(_PROJECT), node="copy", column="nope")
    assert caught.value.error_code == "LINEAGE_003"


def test_what_cannot_be_followed_is_told_and_keeps_its_place_in_the_graph() -> None:
    bodies = (
        _RAW,
        _body("broken", "select from", columns=("x",), is_complete=True, needs=("raw",)),
        _body("python", gap=("python_model", "it is written in python"), columns=("y",), needs=("raw",)),
        _body("open", "select * from elsewhere"),
        _body("mine", "select told(id) as s from raw"),
    )
    project = Project("schema", "shop", "duckdb", bodies, frozenset({("told",)}))
    nodes = _nodes(project)
    assert {name: [gap.code for gap in node.gaps] for name, node in nodes.items() if node.gaps} == {
        "broken": ["unparseable"],
        "python": ["python_model"],
        "open": ["unknown_columns"],
        "mine": ["function"],
    }
    assert _told(nodes["broken"]) == {"x": ["raw.* unknown unknown"]}
    assert nodes["elsewhere"].kind == "relation"
    found = column_lineage(project, tuple(nodes.values()), node="raw", column="id", with_indirect=True)
    assert {(o.node, o.column) for o in found.reached} == {("broken", "x"), ("python", "y"), ("mine", "s")}


def test_relations_that_read_each_other_end() -> None:
    bodies = (
        _body("a", "select x from b", columns=("x",)),
        _body("b", "select x from a"),
        _body("c", "select * from c"),
    )
    nodes = _nodes(Project("schema", "shop", "duckdb", bodies))
    assert _told(nodes["a"])["x"] == ["b.x identity certain"]
    assert [gap.code for gap in nodes["c"].gaps] == ["unknown_columns"]


@pytest.mark.parametrize("version", _VERSIONS)
def test_projects_of_all_versions_of_dbt_are_followed(version: str) -> None:
    manifest = DbtManifest.load(_FIXTURES / f"manifest_{version}.json")
    catalog = DbtCatalog.load(_FIXTURES / f"catalog_{version}.json")
    nodes = trace_project(dbt_project(manifest, catalog))
    assert {node.kind for node in nodes} >= {"model", "seed"}
    known = {node.identity: {column.name.lower() for column in node.columns} for node in nodes}
    followed = 0
    for node in nodes:
        told = [column["name"].lower() for column in catalog.columns(node.identity)]
        if node.kind == "model" and told and not node.gaps:
            followed += 1
            assert [column.name.lower() for column in node.columns] == told
        needed = set(manifest.dependencies(node.identity)) | {node.identity}
        for origin in (*node.rows, *(o for column in node.columns for o in column.origins)):
            if not node.gaps:
                assert origin.node in needed
                assert origin.column == "*" or origin.column.lower() in known[origin.node]
    assert followed >= 3


def test_processes_give_the_shapes_that_one_gives() -> None:
    texts = [f"select a{number} as x from t{number} -- {'long ' * 2000}" for number in range(60)]
    here = shapes_of(texts, "duckdb", processes=1)
    assert shapes_of(texts, "duckdb", processes=2) == here
    assert here[texts[3]] == shape_of(texts[3], "duckdb")


def test_what_is_kept_is_used_and_what_is_damaged_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = ShapeCache(str(tmp_path / "cache"))
    texts = [f"select a{number} from t" for number in range(4)]
    made = shapes_of(texts, "duckdb", cache=cache)
    files = sorted(path for path in (tmp_path / "cache").rglob("*") if path.is_file())
    assert len(files) == len(texts)
    files[0].write_bytes(b"")
    content = bytearray(files[1].read_bytes())
    content[-1] ^= 1
    files[1].write_bytes(content)
    assert len(cache.read(texts, "duckdb")) == 2
    assert cache.read(texts, "postgres") == {}
    assert shapes_of(texts, "duckdb", cache=cache) == made
    assert cache.read(texts, "duckdb") == made

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("it is kept")

    monkeypatch.setattr("confiture.column_lineage.shaping.shape_of", fail)
    assert shapes_of(texts, "duckdb", cache=cache) == made


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = ShapeCache(str(tmp_path / "file" / "cache"))
    assert shapes_of(["select 1 as a"], "duckdb", cache=cache).keys() == {"select 1 as a"}


def test_the_cache_is_where_the_user_keeps_caches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_directory() == str(tmp_path / "confiture" / "column-lineage")


def test_without_sqlglot_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.delitem(sys.modules, "confiture.column_lineage.shaping", raising=False)
    monkeypatch.setitem(sys.modules, "sqlglot", None)
    with pytest.raises(ArtifactError, match=r"confiture\[trees\]"):
        shapes_of(["select 1"], "duckdb", processes=1)


def test_diagrams_and_trees_show_the_columns_around_one() -> None:
    found = column_lineage(_PROJECT, trace_project(_PROJECT), node="totals", column="total")
    assert render_column_tree(found) == (
        "totals.total\n"
        "comes from:\n"
        "    orders.amount  aggregated\n"
        "      raw.amount  identity\n"
        "goes into:\n"
        "    copy.Sum  identity\n"
    )
    assert render_column_mermaid(found) == (
        "flowchart RL\n"
        '    subgraph g0["copy"]\n        c0["Sum"]\n    end\n'
        '    subgraph g1["orders"]\n        c1["amount"]\n    end\n'
        '    subgraph g2["raw"]\n        c2["amount"]\n    end\n'
        '    subgraph g3["totals"]\n        c3["total"]\n    end\n'
        '    c0 -->|"identity"| c3\n    c1 -->|"identity"| c2\n    c3 -->|"aggregated"| c1\n'
    )
    assert 'c3 -> c1 [label="aggregated"];' in render_column_dot(found)
    whole = render_column_table(column_lineage(_PROJECT, trace_project(_PROJECT)))
    assert "view totals\n  id     orders.id (identity)\n  total  orders.amount (aggregated)\n" in whole
    assert whole.endswith("9 columns of 4 relations.\n")


def test_long_chains_of_relations_are_followed_and_drawn() -> None:
    bodies = [_body(f"v{number}", f"select a from v{number + 1}") for number in range(400)]
    project = Project("schema", "s", "duckdb", (*bodies, _body("v400", columns=("a",), is_complete=True)))
    found = column_lineage(project, trace_project(project), node="v0", column="a")
    assert len(found.reached) == 400
    tree = render_column_tree(found)
    assert tree.count("\n") > 400
    assert max(map(len, tree.splitlines())) < 200


@pytest.fixture
def command(capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main([*arguments])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return run


def test_the_commands_show_columns(command: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    manifest = str(_FIXTURES / "manifest_1.12.json")
    options = ("--manifest", manifest, "--cache", str(tmp_path / "kept"))
    code, out, _ = command("dbt", "lineage", *options, "--columns", "-f", "json")
    whole = loads_json(out, ColumnLineage)
    assert (code, whole.source, whole.dialect) == (0, "dbt", "duckdb")
    node = next(node for node in whole.nodes if node.kind == "model" and node.columns[0].origins)
    name = node.columns[0].name
    code, out, _ = command("dbt", "lineage", node.identity, *options, "--column", name)
    assert (code, out.splitlines()[0]) == (0, f"{node.identity}.{name}")
    assert any((tmp_path / "kept").iterdir())

    library = ("--project-dir", str(_LIBRARY), "--no-cache")
    code, out, _ = command(
        "lineage", "reporting.title_popularity", *library, "--column", "loans", "--upstream"
    )
    assert (code, out) == (
        0,
        "materialized view reporting.title_popularity.loans\n"
        "comes from:\n"
        "    table circulation.loan_history.history_id  aggregated\n",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--column", "id"), "--column is a column of something"),
        (("x", "--column", "id", "-f", "html", "-o", "x.html"), "Columns are not drawn as HTML"),
        (("x", "--indirect"), "Columns are followed from one of them"),
        (("x", "--no-cache"), "--cache and --no-cache are about columns"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    arguments: tuple[str, ...], message: str, command: Callable[..., tuple[int, str, str]]
) -> None:
    code, _, err = command("lineage", *arguments)
    assert code == 2
    assert message in err


_TREE = """
CREATE TABLE raw (id int, amount int, state text);
CREATE TABLE kept AS SELECT id, amount AS total FROM raw WHERE state = 'open';
CREATE UNLOGGED TABLE summed (key, sum) WITH (fillfactor=70) AS
    SELECT id, sum(amount) FROM raw GROUP BY id WITH NO DATA;
SELECT state INTO states FROM raw;
ALTER TABLE kept ADD COLUMN note text, ADD PRIMARY KEY (id);
CREATE VIEW shown AS SELECT total, note FROM kept;
"""


def test_tables_that_queries_make_have_the_columns_of_these() -> None:
    model = parse_sql(_TREE)
    queries = table_queries(_TREE, model)
    nodes = _nodes(schema_project(model, "local", queries))
    assert set(queries) == {"table public.kept", "table public.summed", "table public.states"}
    assert _told(nodes["table public.kept"]) == {
        "id": ["table public.raw.id identity certain"],
        "total": ["table public.raw.amount identity certain"],
        "note": ["table public.raw.* unknown unknown"],
    }
    assert [gap.code for gap in nodes["table public.kept"].gaps] == ["altered"]
    assert [(o.column, o.use) for o in nodes["table public.kept"].rows] == [("state", "filter")]
    assert _told(nodes["table public.summed"]) == {
        "key": ["table public.raw.id identity certain"],
        "sum": ["table public.raw.amount aggregated certain"],
    }
    assert _told(nodes["table public.states"]) == {"state": ["table public.raw.state identity certain"]}
    assert _told(nodes["view public.shown"])["total"] == ["table public.kept.total identity certain"]
    assert not any(nodes[name].gaps for name in nodes if name != "table public.kept")


_BEYOND = """
CREATE TABLE raw (id int);
CREATE TABLE public.counted AS SELECT unknown_function(id) AS n FROM raw;
ALTER TABLE counted ADD COLUMN note text;
CREATE VIEW shown AS SELECT n FROM counted;
CREATE TEMPORARY TABLE passing ON COMMIT DROP AS SELECT id FROM raw;
"""


def test_what_queries_make_beyond_the_model_is_followed_or_told(caplog: pytest.LogCaptureFixture) -> None:
    model = parse_sql(_BEYOND)
    nodes = _nodes(schema_project(model, "local", table_queries(_BEYOND, model)))
    assert not caplog.records
    assert sorted(nodes) == [
        "table pg_temp.passing",
        "table public.counted",
        "table public.raw",
        "view public.shown",
    ]
    assert _told(nodes["table public.counted"]) == {"n": ["table public.raw.id transformed certain"]}
    assert [gap.code for gap in nodes["table public.counted"].gaps] == ["altered"]
    assert _told(nodes["view public.shown"]) == {"n": ["table public.counted.n identity certain"]}
    assert _told(nodes["table pg_temp.passing"]) == {"id": ["table public.raw.* unknown unknown"]}
    assert [gap.code for gap in nodes["table pg_temp.passing"].gaps] == ["not_understood"]


def test_the_command_follows_tables_that_queries_make(
    command: Callable[..., tuple[int, str, str]], make_project: Callable[..., Path]
) -> None:
    project = make_project({"db/schema/a.sql": _TREE})
    options = ("--project-dir", str(project), "--no-cache")
    code, out, _ = command("lineage", "raw", *options, "--column", "amount", "--downstream")
    assert (code, out) == (
        0,
        "table public.raw.amount\n"
        "goes into:\n"
        "    table public.kept.total  identity\n"
        "      view public.shown.total  identity\n"
        "    table public.summed.sum  aggregated\n"
        "table public.kept\n"
        "  gap: it has been changed since: its query does not make note (altered)\n",
    )


def test_a_report_does_not_overwrite_what_it_is_made_of(
    command: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    manifest, catalog = tmp_path / "manifest.json", tmp_path / "catalog.json"
    for path in (manifest, catalog):
        path.write_bytes((_FIXTURES / f"{path.stem}_1.12.json").read_bytes())
    for path in (manifest, catalog):
        before = path.read_bytes()
        options = ("--manifest", str(manifest), "--no-cache", "-o", str(path))
        code, _, err = command("dbt", "lineage", *options, "--columns")
        assert (code, path.read_bytes()) == (4, before)
        assert "is one of the files that it is made of." in err


@pytest.mark.parametrize("adapter", ["duckdb", "postgres", "snowflake"])
def test_ephemeral_models_and_snapshots_are_followed_whatever_becomes_of_names(adapter: str) -> None:
    queries = {
        "Rows": "select id from raw",
        "whole": "with __dbt__cte__Rows as (select id from raw) select id as Top from __dbt__cte__Rows",
        "kept": "select id from raw",
        "valid": 'select dbt_valid_to from "d"."s"."kept"',
    }
    nodes = models(Rows=[], whole=["Rows"], kept=[], valid=["kept"])
    for name, query in queries.items():
        nodes[f"model.p.{name}"].update(
            compiled_code=query, raw_code=query, language="sql", alias=name, relation_name=f'"d"."s"."{name}"'
        )
    nodes["model.p.Rows"] |= {"config": {"materialized": "ephemeral"}, "relation_name": None}
    snapshot = nodes.pop("model.p.kept") | {"unique_id": "snapshot.p.kept", "resource_type": "snapshot"}
    nodes["snapshot.p.kept"] = snapshot | {"config": {"unique_key": "id", "updated_at": "at"}}
    nodes["model.p.valid"]["depends_on"]["nodes"] = ["snapshot.p.kept"]
    document = small_manifest(nodes=nodes)
    document["metadata"] |= {"adapter_type": adapter}
    manifest = DbtManifest.load(encoded(document))
    extraction = extract(manifest)
    run = StoredRun(
        id="1",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        source="dbt",
        dataset="p",
        tool_version="1",
        adapter=adapter,
        **dict.fromkeys(("digest", "nodes_digest", "edges_digest"), "0" * 64),
        nodes=4,
        edges=2,
    )
    stored = stored_project(run, RunContents(dbt=extraction, code={}, rendered=rendered_texts(manifest)))
    for project in (dbt_project(manifest), stored):
        found = _nodes(project)
        (top,) = found["model.p.whole"].columns
        (valid,) = found["model.p.valid"].columns
        assert [(o.node, o.column.lower(), o.use) for o in top.origins] == [
            ("model.p.Rows", "id", "identity")
        ]
        assert [o.node for o in valid.origins] == ["snapshot.p.kept"]
        assert not found["model.p.valid"].gaps


def test_all_columns_of_wide_relations_that_decide_all_rows_are_reached() -> None:
    columns = tuple(f"c{number}" for number in range(3_000))
    bodies = (
        _body("raw", columns=columns, is_complete=True),
        _body("once", "select distinct * from raw"),
        _body("again", "select distinct c7 from once"),
    )
    project = Project("schema", "shop", "duckdb", bodies)
    nodes = trace_project(project)
    found = column_lineage(
        project, nodes, node="raw", column="c0", with_indirect=True, direction="downstream"
    )
    reached = {(one.node, one.column): (one.downstream, one.is_direct) for one in found.reached}
    assert len(reached) == 3_001
    assert reached["once", "c0"] == (1, True)
    assert reached["once", "c1"] == (1, False)
    assert reached["again", "c7"] == (2, False)
    back = column_lineage(project, nodes, node="again", column="c7", with_indirect=True, direction="upstream")
    assert len(back.reached) == 3_001
    assert {one.column for one in back.reached if one.is_direct} == {"c7"}
