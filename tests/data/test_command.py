"""``confiture data diff``: from options to a report."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from confiture.artifacts import loads_json
from confiture.cli.main import main
from confiture.exceptions import DatabaseError
from confiture.models.data_diff import DataDiff
from confiture.warehouse import MetadataStore, Warehouse

if TYPE_CHECKING:
    from collections.abc import Callable

    from postgres import Server

_TESTS = Path(__file__).parents[1]


class Outcome:
    """What a command did."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def report(self) -> DataDiff:
        """The artifact that was printed."""
        return loads_json(self.out, DataDiff)


@pytest.fixture
def diff(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Outcome]:
    """Run ``confiture data diff``."""

    def run(*arguments: str | Path) -> Outcome:
        code = main(["data", "diff", *map(str, arguments)])
        out, err = capfdbinary.readouterr()
        return Outcome(code, out.decode(), err.decode())

    return run


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The URL of a DuckDB file with two schemas."""
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(path) as connection:
        for schema, amount in (
            ("prod", "id"),
            ("dev", "CASE WHEN id = 3 THEN NULL WHEN id = 4 THEN 0 ELSE id END"),
        ):
            connection.execute(f"CREATE SCHEMA {schema}")
            connection.execute(
                f"CREATE TABLE {schema}.orders (id integer PRIMARY KEY, amount double, note varchar)"
            )
            connection.execute(
                f"INSERT INTO {schema}.orders SELECT id, {amount}, 'a|b' FROM range(10) AS r(id)"
            )
            connection.execute(f"CREATE VIEW {schema}.report AS SELECT amount FROM {schema}.orders")
        connection.execute("DELETE FROM dev.orders WHERE id = 9")
        connection.execute("INSERT INTO dev.orders VALUES (20, 1, 'new')")
    return f"duckdb:///{path}"


def _write_manifest(directory: Path, schema: str, **changes: str) -> Path:
    """A manifest of dbt, with three models in a schema."""
    document: dict[str, Any] = json.loads(
        (_TESTS / "manifests" / "fixtures" / "manifest_1.12.json").read_text(encoding="utf-8")
    )
    model = document["nodes"]["model.library.stg_books"]
    nodes = {}
    for name, needs in (("orders", ()), ("report", ("orders",)), ("same", ())):
        nodes[f"model.library.{name}"] = {
            **model,
            "unique_id": f"model.library.{name}",
            "name": name,
            "alias": name,
            "fqn": ["library", name],
            "schema": schema,
            "relation_name": f'"shop"."{schema}"."{name}"',
            "raw_code": changes.get(name, "select 1"),
            "checksum": {"name": "sha256", "checksum": changes.get(name, "x")},
            "depends_on": {"macros": [], "nodes": [f"model.library.{one}" for one in needs]},
            "config": {**model["config"], "unique_key": "id" if name == "orders" else None},
        }
    document["nodes"] = nodes
    for part in (
        "sources",
        "exposures",
        "metrics",
        "semantic_models",
        "saved_queries",
        "unit_tests",
        "disabled",
    ):
        document[part] = {}
    document["parent_map"] = {name: node["depends_on"]["nodes"] for name, node in nodes.items()}
    document["child_map"] = {
        name: [one for one in nodes if name in nodes[one]["depends_on"]["nodes"]] for name in nodes
    }
    directory.mkdir()
    (directory / "manifest.json").write_text(json.dumps(document), encoding="utf-8")
    return directory


def test_two_tables_as_text_markdown_and_json(diff: Callable[..., Outcome], database: str) -> None:
    names = ("--url", database, "--old", "prod.orders", "--new", "dev.orders")
    text = diff(*names)
    assert text.code == 1
    assert text.out.splitlines()[0].endswith("10 rows; by id: 2 changed, 1 added, 1 removed")
    assert "    amount  1        1            0         7\n" in text.out
    markdown = diff(*names, "-f", "markdown", "--kind", "values", "--kind", "top", "--kind", "histogram")
    assert "### Changes of data\n\n1 relation compared, 1 with differences\n" in markdown.out
    assert "| amount | 1 | 1 | 0 | 7 |\n" in markdown.out
    assert "| a\\|b |" in markdown.out
    report = diff(*names, "-f", "json").report
    values = report.relations[0].values
    assert values is not None
    assert [row.key for row in values.changed] == [("3",), ("4",)]
    assert report.relations[0].schema == ()
    profiled = diff(*names, "--kind", "profile", "--columns", "amount,note")
    assert "profile of amount, which differs" in profiled.out
    equal = diff(*names, "--where", "id < 3 -- few", "--key", "id")
    assert (equal.code, equal.out.count("\n")) == (0, 1)
    assert diff(*names, "--exclude-columns", "amount", "--where", "id < 9").code == 0
    assert diff("--url", database, "--old", "prod.orders").code == 0
    limited = diff(*names, "--limit", "1", "-f", "json").report.relations[0].values
    assert limited is not None
    assert (len(limited.changed), limited.changed_rows) == (1, 2)


def test_two_connections_and_profiles(diff: Callable[..., Outcome], database: str, tmp_path: Path) -> None:
    told = diff(
        "--old-url",
        database,
        "--new-url",
        database,
        "--old",
        "prod.orders",
        "--new",
        "dev.orders",
        "-f",
        "json",
    )
    values = told.report.relations[0].values
    assert values is not None
    assert (values.method, values.changed_rows, values.only_old_rows, values.only_new_rows) == (
        "checksums",
        2,
        1,
        1,
    )
    outputs = {name: {"type": "duckdb", "path": database.removeprefix("duckdb:///")} for name in ("a", "b")}
    profiles = {"shop": {"target": "a", "outputs": outputs}}
    (tmp_path / "profiles.yml").write_text(json.dumps(profiles), encoding="utf-8")
    options = (
        "--profiles-dir",
        tmp_path,
        "--profile",
        "shop",
        "--old",
        "prod.orders",
        "--new",
        "dev.orders",
        "-f",
        "json",
    )
    for more, method in (((), "join"), (("--old-target", "a", "--new-target", "b"), "checksums")):
        values = diff(*options, *more).report.relations[0].values
        assert values is not None
        assert (values.method, values.changed_rows) == (method, 2)


def test_nodes_of_two_folders_and_of_two_stored_runs(
    diff: Callable[..., Outcome], database: str, tmp_path: Path
) -> None:
    old = _write_manifest(tmp_path / "old", "prod")
    new = _write_manifest(tmp_path / "new", "dev", orders="select 2")
    with duckdb.connect(database.removeprefix("duckdb:///")) as connection:
        connection.execute("CREATE TABLE prod.same AS SELECT 1 AS id")
    told = diff("--url", database, "--from", old, new, "-f", "json")
    (orders,) = told.report.relations
    assert (told.code, orders.identity) == (1, "model.library.orders")
    assert orders.values is not None
    assert (orders.values.key, orders.values.changed_rows) == (("id",), 2)
    wider = diff("--url", database, "--from", old, new, "--downstream", "-f", "json").report
    assert [one.identity for one in wider.relations] == ["model.library.orders", "model.library.report"]
    # The view has no key: only as a whole can it be compared.
    assert wider.relations[1].values is None
    assert "not the same" in wider.relations[1].notes[0]
    assert wider.relations[1].ok is False
    missing = diff("--url", database, "--from", old, new, "-s", "orders same", "-f", "json")
    failures = {one.identity: one.failure and one.failure.code for one in missing.report.relations}
    assert failures == {"model.library.orders": None, "model.library.same": "DATABASE_040"}
    assert missing.code == 1
    assert (
        "not compared: There is no relation" in diff("--url", database, "--from", old, new, "-s", "same").out
    )
    nodes = diff(
        "--old-url", database, "--new-url", database, "--target-dir", new, "-s", "orders", "-f", "json"
    ).report.relations
    assert [one.ok for one in nodes] == [True]

    store = f"duckdb:///{tmp_path / 'store.duckdb'}"
    for directory in (old, new):
        assert main(["metadata", "push", "--url", store, "--target-dir", str(directory)]) == 0
    diff("--url", database, "--old", "prod.orders")
    runs = diff(
        "--url", database, "--metadata-url", store, "--from", "latest~1", "latest", "-f", "json"
    ).report
    assert [(one.identity, one.ok) for one in runs.relations] == [("model.library.orders", False)]
    assert runs.relations[0].values == orders.values


def test_the_run_before_is_one_of_the_same_project(
    diff: Callable[..., Outcome], database: str, tmp_path: Path
) -> None:
    old = _write_manifest(tmp_path / "old", "prod")
    new = _write_manifest(tmp_path / "new", "dev", orders="select 2")
    store = f"duckdb:///{tmp_path / 'store.duckdb'}"
    (tmp_path / "db" / "schema").mkdir(parents=True)
    (tmp_path / "db" / "environments").mkdir()
    (tmp_path / "db" / "schema" / "a.sql").write_text("CREATE TABLE a (id int);\n")
    (tmp_path / "db" / "environments" / "local.yaml").write_text("include_dirs: [db/schema]\n")
    for source in (
        ("--target-dir", str(old)),
        ("--target-dir", str(old), "--dataset", "other"),
        ("--project-dir", str(tmp_path), "--dataset", "library"),
        ("--target-dir", str(new)),
        ("--project-dir", str(tmp_path)),
    ):
        assert main(["metadata", "push", "--url", store, *source]) == 0
    with Warehouse.from_url(store, read_only=True) as warehouse:
        schema_runs = [run.id for run in MetadataStore(warehouse).runs() if run.source == "schema"]
    # What the pushes said.
    diff("--url", database, "--old", "prod.orders")
    asked = ("--url", database, "--metadata-url", store, "-f", "json")
    report = diff(*asked, "--from", "latest~1", "latest").report
    assert [one.identity for one in report.relations] == ["model.library.orders"]
    refused = diff(*asked, "--from", *schema_runs)
    assert refused.code == 5
    assert json.loads(refused.out)["error"]["code"] == "DIFFER_024"


def test_a_file_of_another_process_is_waited_for_once(
    diff: Callable[..., Outcome], database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = _write_manifest(tmp_path / "old", "prod"), _write_manifest(tmp_path / "new", "dev")
    waited: list[str] = []

    def wait(warehouse: Warehouse) -> None:
        waited.append(warehouse.shown)
        raise DatabaseError(
            "It is in use.", error_code="DATABASE_016", resolution_hint="End the other process."
        )

    monkeypatch.setattr(Warehouse, "_connected", wait)
    told = diff("--url", database, "--from", old, new, "--select", "orders report same")
    assert (told.code, len(waited)) == (3, 1)
    assert "It is in use." in told.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "says what is compared"),
        (("--old", "a", "--from", "x", "y"), 2, "says what is compared"),
        (("--target-dir", "x"), 2, "--target-dir needs --select"),
        (("--old", "a", "--select", "x"), 2, "--select selects nodes"),
        (("--old", "a", "--downstream"), 2, "--downstream is for --from"),
        (("--old", "a", "--profile", "x"), 2, "--profile and URLs"),
        (("--old", "a", "--old-url", "x"), 2, "Either --url"),
        (("--old", "a", "--target", "x"), 2, "Targets are those of --profile"),
        (("--old", "a", "--limit", "-1"), 2, "--limit"),
        (("--old", "a", "--bins", "0"), 2, "--bins"),
        (("--old", "a", "--tolerance", "nan"), 2, "--tolerance"),
        (("--old", "a", "--timeout", "0"), 2, "--timeout"),
        (("--old", "a", "--key", ","), 2, "--key"),
        (("--from", "nowhere", "here"), 2, "no folder nowhere"),
        (("--old", "prod.order"), 3, "There is no relation prod.order "),
        (("--old", 'prod."'), 5, "a quote is not closed"),
        (("--old", "prod.orders", "--key", "note"), 5, "is no key"),
        (("--old", "prod.orders", "--key", "notes"), 5, "has no column 'notes'"),
        (("--old", "prod.orders", "--exclude-columns", "notes"), 5, "has no column 'notes'"),
        (("--old", "prod.report"), 5, "cannot be told apart"),
        (("--old", "prod.orders", "--where", "1 = 1) OR (1 = 1"), 5, "not one condition"),
        (("--old", "prod.orders", "--where", "true; DROP TABLE prod.orders"), 5, "not one condition"),
        (("--old", "prod.orders", "--where", "nothing = 1"), 3, "nothing"),
    ],
)
def test_mistakes_are_one_error_each(
    arguments: tuple[str, ...], code: int, words: str, diff: Callable[..., Outcome], database: str
) -> None:
    outcome = diff("--url", database, *arguments)
    assert outcome.code == code
    assert words in outcome.err
    assert outcome.out == ""
    assert "hint:" in outcome.err


def test_no_password_is_told(
    diff: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    monkeypatch.setenv("CONFITURE_DATA_URL", "postgresql://u:hidden@localhost:1/d")
    outcome = diff("--old", "a")
    assert outcome.code == 3
    assert "hidden" not in outcome.err
    monkeypatch.delenv("CONFITURE_DATA_URL")
    assert "CONFITURE_OLD_URL" in diff("--old", "a").err
    monkeypatch.setenv("CONFITURE_OLD_URL", database)
    monkeypatch.setenv("CONFITURE_NEW_URL", database)
    assert diff("--old", "prod.orders").code == 0


def test_a_file_that_is_not_there_is_not_made(diff: Callable[..., Outcome], tmp_path: Path) -> None:
    assert diff("--url", f"duckdb:///{tmp_path / 'none.duckdb'}", "--old", "a").code == 3
    assert list(tmp_path.iterdir()) == []


def _interrupted(url: str, wait: Callable[[], object]) -> None:
    """Start a comparison that never ends, and interrupt it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "confiture", "data", "diff", "--old", "endless", "--key", "id"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "CONFITURE_DATA_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, out) == (130, "")
    assert "Interrupted" in err
    assert "Traceback" not in err


def test_an_interrupt_ends_the_query_on_the_server(data_database: str, server: Server) -> None:
    with server.connect("data", autocommit=True) as connection:
        connection.execute(
            "CREATE OR REPLACE VIEW public.endless AS SELECT length(pg_sleep(600)::text) AS id"
        )
        running = (
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE query LIKE '%endless%' AND state = 'active' AND pid <> pg_backend_pid()"
        )

        def wait_for(count: int) -> None:
            end = time.monotonic() + 60
            while connection.execute(running).fetchone() != (count,):
                assert time.monotonic() < end
                time.sleep(0.05)

        _interrupted(data_database, lambda: wait_for(1))
        wait_for(0)


def test_an_interrupt_ends_a_query_of_duckdb(tmp_path: Path) -> None:
    path = tmp_path / "endless.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute(
            "CREATE VIEW endless AS SELECT a.range AS id FROM range(10000000) a, range(100000) b"
        )

    def wait_until_it_is_open() -> None:
        end = time.monotonic() + 60
        is_open = False
        while not is_open:
            assert time.monotonic() < end
            time.sleep(0.05)
            try:
                duckdb.connect(path).close()
            except duckdb.IOException:
                is_open = True
        # What comes before the endless query takes a tenth of this.
        time.sleep(1)

    _interrupted(f"duckdb:///{path}", wait_until_it_is_open)


def test_an_interrupt_that_the_database_does_not_hear_of_ends_the_command(
    diff: Callable[..., Outcome], database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, has_begun = threading.Event(), threading.Event()

    def endless(*_: object) -> None:
        with Warehouse.transaction(compared[0]):
            has_begun.set()
            assert may_end.wait(60)

    compared: list[Warehouse] = []

    def connect(url: str, **options: Any) -> Warehouse:
        compared.append(from_url(url, **options))
        return compared[-1]

    def cancel(_: Warehouse) -> None:
        raise DatabaseError("It does not answer.", error_code="DATABASE_018", resolution_hint="Wait.")

    def interrupt() -> None:
        has_begun.wait()
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    from_url = Warehouse.from_url
    monkeypatch.setattr(Warehouse, "from_url", connect)
    monkeypatch.setattr(Warehouse, "cancel", cancel)
    monkeypatch.setattr("confiture.data.comparing.compare_relations", endless)
    interrupting = threading.Thread(target=interrupt)
    interrupting.start()
    releasing = threading.Timer(30, may_end.set)
    releasing.start()
    told = diff("--url", database, "--old", "prod.orders")
    assert not may_end.is_set()
    assert (told.code, "Interrupted" in told.err) == (130, True)
    may_end.set()
    releasing.cancel()
    interrupting.join()
