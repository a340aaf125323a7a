"""The columns of whole projects: dbt's, a schema tree's; and what is kept of their queries."""

from __future__ import annotations

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
from confiture.column_lineage.shaping import shape_of
from confiture.dbt import DbtCatalog, DbtManifest
from confiture.exceptions import ArtifactError, SchemaError
from confiture.models.column_lineage import ColumnLineage, NodeColumns

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
