"""What is pushed to a store is read back, whole, and written once."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.schema import DropTable

import confiture
from confiture.core.builder import SchemaBuilder
from confiture.dbt import DbtCatalog, DbtManifest, extract
from confiture.exceptions import ConfigurationError, DatabaseError
from confiture.lineage.graph import LineageGraph
from confiture.lineage.objects import objects_of
from confiture.models.dbt import DbtExtraction
from confiture.models.metadata import StoredRun
from confiture.warehouse import MetadataStore, Warehouse, making
from confiture.warehouse.cursors import PushCursor
from confiture.warehouse.sources import dbt_source, schema_source, stored_source
from confiture.warehouse.tables import STORE_VERSION
from warehouse.support import MANIFESTS, assert_whole, chain, many, resource, row_counts, source

if TYPE_CHECKING:
    from postgres import Server
    from warehouse.support import Place

_LIBRARY = Path(__file__).parents[2] / "examples" / "library"


def _target(directory: Path, version: str) -> Path:
    directory.mkdir()
    for name in ("manifest", "catalog"):
        (directory / f"{name}.json").write_bytes((MANIFESTS / f"{name}_{version}.json").read_bytes())
    return directory


@pytest.mark.parametrize("version", ["1.5", "1.6", "1.7", "1.8", "1.12"])
def test_a_dbt_run_is_read_as_it_was_pushed(version: str, store: MetadataStore, tmp_path: Path) -> None:
    report = store.push(dbt_source(_target(tmp_path / "target", version), environment="prod"))
    run = store.run()
    expected = extract(
        DbtManifest.load(MANIFESTS / f"manifest_{version}.json"),
        DbtCatalog.load(MANIFESTS / f"catalog_{version}.json"),
    )
    contents = store.read(run)
    assert contents.dbt == expected
    document = json.loads((MANIFESTS / f"manifest_{version}.json").read_text(encoding="utf-8"))
    told = {**document["nodes"], **document.get("functions", {})}
    assert contents.code == {
        node.unique_id: told[node.unique_id]["raw_code"]
        for node in expected.nodes
        if told.get(node.unique_id, {}).get("raw_code")
    }
    assert run == report.run
    assert (run.source, run.environment, run.has_catalog) == ("dbt", "prod", True)
    assert run.dbt_version == document["metadata"]["dbt_version"]
    assert run.tool_version == confiture.__version__
    assert (run.nodes, run.edges) == (len(expected.nodes), len(expected.edges))


def test_a_schema_is_read_as_it_was_pushed_with_its_lineage(store: MetadataStore) -> None:
    builder = SchemaBuilder("local", _LIBRARY)
    store.push(schema_source(builder))
    read = store.read(store.run()).schema
    assert read is not None
    assert read.manifest == builder.manifest()
    model = builder.parse()
    assert {item.called: item for item in read.objects} == objects_of(model)
    graph, expected = LineageGraph(read.objects, read.manifest.edges), LineageGraph.of_model(model)
    assert (graph.objects, graph.edges) == (expected.objects, expected.edges)
    assert (store.run().dataset, store.run().environment) == ("library", "local")


def test_the_columns_can_be_asked_for_by_sql(store: MetadataStore) -> None:
    store.push(source(chain(resource("orders"))))
    nodes, columns = store.tables.nodes, store.tables.columns
    rows = store.rows(
        select(nodes.c.name, nodes.c.kind, nodes.c.package, nodes.c.code, columns.c.name, columns.c.data_type)
        .join_from(nodes, columns, nodes.c.digest == columns.c.node_digest)
        .order_by(columns.c.position)
    )
    about = ("orders", "model", "shop", "select 'orders'")
    assert rows == [(*about, "id", "integer"), (*about, "amount", None)]


def test_the_same_run_pushed_again_writes_no_nodes(store: MetadataStore) -> None:
    first = store.push(many(50))
    before = row_counts(store)
    second = store.push(many(50))
    assert (first.node_rows, first.column_rows, first.edge_rows) == (50, 100, 49)
    assert (second.node_rows, second.column_rows, second.edge_rows) == (0, 0, 0)
    assert row_counts(store) == {**before, "runs": 2}
    assert first.run.id != second.run.id
    assert first.run.digest == second.run.digest


def test_the_same_files_are_not_extracted_again(store: MetadataStore, tmp_path: Path) -> None:
    target = _target(tmp_path / "target", "1.12")
    store.push(dbt_source(target))
    made: list[str] = []
    again = dbt_source(target, environment="prod")
    report = store.push(again._replace(contents=lambda: made.append("contents") or again.contents()))
    assert (made, report.node_rows, report.run.environment) == ([], 0, "prod")
    assert store.read(report.run) == again.contents()


def test_only_what_changed_is_written(store: MetadataStore) -> None:
    nodes = [resource(f"m{number}") for number in range(20)]
    store.push(source(chain(*nodes)))
    nodes[7] = resource("m7", description="new")
    report = store.push(source(chain(*nodes)))
    assert (report.node_rows, report.column_rows, report.edge_rows) == (1, 2, 0)
    assert_whole(store)


def test_another_place_of_the_same_nodes_writes_none(store: MetadataStore) -> None:
    store.push(source(chain(resource("a"), resource("b"))))
    moved = chain(resource("a", schema="prod"), resource("b", database="prod", relation_name="x"))
    report = store.push(source(moved))
    assert report.node_rows == 0
    assert store.read(report.run).dbt == moved


def test_an_empty_project_is_a_run(store: MetadataStore) -> None:
    report = store.push(source(DbtExtraction()))
    assert store.read(report.run).dbt == DbtExtraction()


@pytest.mark.parametrize(
    "name",
    ['"; drop table runs; --', "'; drop table runs; --", "%s %(a)s :name $1 {x} \\", "a\nb\tc", "ünï 💥"],
)
def test_a_hostile_name_is_a_name(name: str, store: MetadataStore) -> None:
    extraction = chain(resource(name, unique_id=name, description=name), resource("b"))
    report = store.push(source(extraction, environment=name, git_branch=name))
    assert store.read(report.run).dbt == extraction
    assert store.runs(environment=name) == (report.run,)
    assert report.run.git_branch == name
    for wanted in (name, f"{name}%", "%"):
        with pytest.raises(DatabaseError) as caught:
            store.run(wanted)
        assert caught.value.error_code == "DATABASE_022"
    assert_whole(store)


def test_a_null_character_is_refused_or_kept_and_never_halved(store: MetadataStore) -> None:
    store.push(many(2))
    before = row_counts(store)
    extraction = chain(resource("nul\0l"), resource("b"))
    try:
        report = store.push(source(extraction))
    except DatabaseError as error:
        assert error.error_code == "DATABASE_027"  # noqa: PT017
        assert row_counts(store) == before
    else:
        assert store.read(report.run).dbt == extraction
    assert_whole(store)


def test_a_long_text_is_kept(store: MetadataStore) -> None:
    long = "x'\"" * 1_000_000
    extraction = chain(resource("a", description=long), resource("b"))
    report = store.push(source(extraction))
    assert store.read(report.run).dbt == extraction


def test_runs_are_found_by_their_names(store: MetadataStore) -> None:
    pushed = [store.push(many(number, mark=str(number))).run for number in (1, 2, 3)]
    assert store.runs() == tuple(reversed(pushed))
    assert store.runs(limit=1) == (pushed[2],)
    assert [store.run(name) for name in ("latest", "latest~0", "latest~2")] == [
        pushed[2],
        pushed[2],
        pushed[0],
    ]
    assert store.run(pushed[1].id) == pushed[1]
    assert store.run(pushed[1].id[:13]) == pushed[1]
    assert store.runs(dataset="other") == ()
    for name in ("latest~3", "latest~", "latest~x", "nothing", "zzzz"):
        with pytest.raises(DatabaseError, match="There is no run"):
            store.run(name)
    with pytest.raises(DatabaseError, match="There is no run"):
        store.run("latest", dataset="other")


def test_the_beginning_of_several_ids_names_none(store: MetadataStore) -> None:
    store.push(many(1))
    runs = store.tables.runs
    for last in "12":
        identifier = f"{'0' * 35}{last}"
        store.warehouse.execute(runs.update().where(runs.c.id.not_like("0000%")).values(id=identifier))
        store.push(many(1))
    with pytest.raises(DatabaseError, match="2 runs have ids that begin with '0000'"):
        store.run("0000")
    assert store.run(f"{'0' * 35}1").id.endswith("1")


def test_a_run_of_another_store_is_pushed_with_what_it_says_of_itself(
    store: MetadataStore, tmp_path: Path
) -> None:
    report = store.push(source(chain(resource("a"), resource("b")), "prod", git_sha="abc", adapter="duckdb"))
    with Warehouse.from_url(f"duckdb:///{tmp_path / 'copy.duckdb'}") as warehouse:
        copy = MetadataStore(warehouse)
        copied = copy.push(stored_source(store, report.run)).run
        assert copy.read(copied) == store.read(report.run)
    assert (copied.digest, copied.environment, copied.git_sha) == (report.run.digest, "prod", "abc")


def test_a_pruned_store_has_what_is_left_and_nothing_else(store: MetadataStore) -> None:
    runs = [store.push(many(number, mark="same")).run for number in (10, 20, 30)]
    other = store.push(source(chain(resource("other")), "prod")).run
    report = store.prune(keep=1)
    assert {run.id for run in report.runs} == {runs[0].id, runs[1].id}
    assert store.runs() == (other, runs[2])
    # What the largest run has too stays.
    assert report.node_rows == 0
    assert_whole(store)
    report = store.prune(before=other.created_at)
    assert (report.runs, report.node_rows, report.edge_rows) == ((runs[2],), 30, 29)
    assert_whole(store)
    assert store.read(other).dbt is not None
    assert store.prune(keep=0, dataset="another").runs == ()
    assert store.push(many(10, mark="same")).node_rows == 10
    with pytest.raises(ValueError, match="keep or before"):
        store.prune()


def test_without_a_store_there_is_nothing_to_read(store: MetadataStore) -> None:
    for ask in (store.runs, store.run, lambda: store.prune(keep=1)):
        with pytest.raises(DatabaseError, match="has no store in the schema") as caught:
            ask()
        assert caught.value.error_code == "DATABASE_021"


def test_a_newer_store_is_left_alone(store: MetadataStore) -> None:
    store.push(many(3))
    run = store.run()
    before = row_counts(store)
    store.warehouse.execute(store.tables.store.update().values(version=STORE_VERSION + 1))
    for ask in (lambda: store.push(many(4)), store.runs, store.run, lambda: store.prune(keep=0)):
        with pytest.raises(
            DatabaseError,
            match=f"is of version {STORE_VERSION + 1}, but this Confiture knows version {STORE_VERSION}",
        ) as caught:
            ask()
        assert caught.value.error_code == "DATABASE_020"
    assert row_counts(store) == before
    assert isinstance(run, StoredRun)


def test_an_older_store_is_migrated_once(store: MetadataStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.push(many(3))
    migrated: list[MetadataStore] = []
    monkeypatch.setattr(making, "STORE_VERSION", STORE_VERSION + 1)
    monkeypatch.setattr(making, "_MIGRATIONS", (*making._MIGRATIONS, migrated.append))
    store.push(many(4))
    store.push(many(5))
    assert migrated == [store]
    assert store.rows(select(store.tables.store.c.version)) == [(STORE_VERSION + 1,)]


def test_a_store_of_the_first_version_is_brought_up_by_the_next_push(
    store: MetadataStore, tmp_path: Path
) -> None:
    cursor = PushCursor(tmp_path, ("here", store.schema), "shop", None)
    first = store.push(many(3), cursor=cursor).run
    for table in (store.tables.set_texts, store.tables.texts):
        store.warehouse.execute(DropTable(table))
    store.warehouse.execute(store.tables.store.update().values(version=1))
    assert store.read(first) == many(3).contents()

    store.push(many(4), cursor=cursor)

    assert store.rows(select(store.tables.store.c.version)) == [(STORE_VERSION,)]
    assert_whole(store)


def test_a_store_of_the_first_version_can_be_pruned(store: MetadataStore) -> None:
    store.push(many(3))
    kept = store.push(many(4)).run
    for table in (store.tables.set_texts, store.tables.texts):
        store.warehouse.execute(DropTable(table))
    store.warehouse.execute(store.tables.store.update().values(version=1))
    told: list[tuple[int, int]] = []

    store.prune(keep=1, progress=lambda done, total: told.append((done, total)))

    assert store.runs() == (kept,)
    # All tables but those of the store itself and of the runs.
    most = len(store.tables) - 2
    assert told == [(number, most) for number in range(1, most + 1)]
    assert_whole(store)


def test_what_somebody_else_removed_is_an_error(store: MetadataStore) -> None:
    run = store.push(many(3)).run
    store.warehouse.execute(store.tables.edges.delete())
    with pytest.raises(DatabaseError, match="missing or changed") as caught:
        store.read(run)
    assert caught.value.error_code == "DATABASE_023"


@pytest.mark.parametrize("column", ["body", "columns"])
def test_what_somebody_else_changed_is_an_error(column: str, store: MetadataStore) -> None:
    run = store.push(many(3)).run
    store.warehouse.execute(store.tables.nodes.update().values({column: '{"surprise": 1}'}))
    with pytest.raises(DatabaseError, match="missing or changed"):
        store.read(run)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("nodes", "columns", '[{"name": "other"}]'),
        ("nodes", "config", '{"enabled": false}'),
        ("set_nodes", "identity", "model.shop.other"),
        ("set_nodes", "location", '{"schema": "other"}'),
        ("edges", "target", "model.shop.m00002"),
        ("edges", "kind", "other"),
        ("node_sets", "header", "{}"),
        ("texts", "text", "select 2"),
        ("set_texts", "identity", "model.shop.m00001"),
    ],
)
def test_rows_that_say_something_else_than_what_was_pushed_are_an_error(
    table: str, column: str, value: object, store: MetadataStore
) -> None:
    pushed = many(3)
    contents = replace(pushed.contents(), rendered={"model.shop.m00000": "select 1"})
    run = store.push(pushed._replace(contents=lambda: contents)).run
    assert store.read(run) == contents
    changed = getattr(store.tables, table)
    store.warehouse.execute(changed.update().values({column: value}))
    with pytest.raises(DatabaseError, match="missing or changed"):
        store.read(run)


def test_texts_that_are_missing_are_an_error(store: MetadataStore) -> None:
    pushed = many(3)
    contents = replace(pushed.contents(), rendered={"model.shop.m00000": "select 1"})
    run = store.push(pushed._replace(contents=lambda: contents)).run
    store.warehouse.execute(store.tables.texts.delete())
    with pytest.raises(DatabaseError, match="missing or changed"):
        store.read(run)


def test_a_file_that_is_called_as_the_schema_is_refused_with_the_way_out(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'Confiture_metadata.duckdb'}"
    with Warehouse.from_url(url) as warehouse:
        with pytest.raises(ConfigurationError, match="a DuckDB file that is called so too") as caught:
            MetadataStore(warehouse).push(many(3))
        assert caught.value.error_code == "CONFIG_042"
        assert MetadataStore(warehouse, "metadata").push(many(3)).node_rows == 3


def test_a_schema_that_somebody_made_for_the_user_is_enough(metadata_database: str, server: Server) -> None:
    with server.connect("metadata", autocommit=True) as connection:
        connection.execute("CREATE ROLE pusher")
        connection.execute('CREATE SCHEMA "made : before" AUTHORIZATION pusher')
    with Warehouse.from_url(f"{metadata_database}&options=-crole%3Dpusher") as warehouse:
        store = MetadataStore(warehouse, "made : before")
        assert store.push(many(3)).node_rows == 3
        with pytest.raises(DatabaseError, match="may not be written"):
            MetadataStore(warehouse, "not made before").push(many(3))
    with server.connect("metadata", autocommit=True) as connection:
        connection.execute("DROP OWNED BY pusher")
        connection.execute("DROP ROLE pusher")


def test_a_prune_reads_each_table_once(metadata_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Warehouse.from_url(metadata_database) as warehouse:
        store = MetadataStore(warehouse, "read once")
        store.push(many(3))
        asked: list[Any] = []
        execute = warehouse.execute
        with monkeypatch.context() as patch:
            patch.setattr(warehouse, "execute", lambda sql, *more: asked.append(sql) or execute(sql, *more))
            store.prune(keep=0)
        plans = [
            execute(f"EXPLAIN {sql.compile(dialect=warehouse._made_engine().dialect)}").rows
            for sql in asked
            if "EXISTS" in str(sql) or " IN (SELECT" in str(sql)
        ]
    assert len(plans) >= 8
    # A plan below a plan is made for each row, unless what it gives is small.
    assert [plan for plan in plans if "SubPlan" in str(plan)] == []


def test_two_stores_in_one_database_know_nothing_of_each_other(store: MetadataStore) -> None:
    other = MetadataStore(store.warehouse, f"{store.schema}2")
    store.push(many(3))
    assert other.push(many(3)).node_rows == 3
    assert len(store.runs()) == len(other.runs()) == 1


@pytest.mark.parametrize("schema", ["", "a.b", "a\nb", "x" * 64, "ü" * 32, "\udc80"])
def test_a_name_that_no_schema_can_have_is_refused(schema: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        MetadataStore(Warehouse.from_url("duckdb:///:memory:"), schema)
    assert caught.value.error_code == "CONFIG_042"


def test_pushes_at_once_all_end_whole(place: Place) -> None:
    def push(number: int) -> None:
        # Half of all nodes are those of every run.
        nodes = [resource(f"m{index}", description=str(number * (index % 2))) for index in range(60)]
        with Warehouse.from_url(place.url) as warehouse:
            try:
                MetadataStore(warehouse, place.schema).push(source(chain(*nodes)))
            except DatabaseError as error:
                failures.append(error)

    failures: list[DatabaseError] = []
    threads = [threading.Thread(target=push, args=(number % 3,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Warehouse.from_url(place.url) as warehouse:
        store = MetadataStore(warehouse, place.schema)
        assert len(store.runs()) == 6
        assert len({run.digest for run in store.runs()}) == 3
        assert_whole(store)
