"""Cursors of pushes: they save queries, and nothing that stands in one is believed."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from confiture.artifacts.documents import read_artifact
from confiture.core.builder import SchemaBuilder
from confiture.exceptions import DatabaseError, SchemaError
from confiture.warehouse import MetadataStore, Warehouse
from confiture.warehouse.cursors import PushCursor
from confiture.warehouse.sources import RunSource, dbt_source, schema_source
from confiture.warehouse.tables import STORE_VERSION
from warehouse.support import MANIFESTS, assert_whole, many, row_counts, write_target

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return write_target(tmp_path / "target", json.loads((MANIFESTS / "manifest_1.8.json").read_text()))


@pytest.fixture
def statements(store: MetadataStore, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the store says from now on, by the first word."""
    said: list[str] = []
    execute, has_table = store.warehouse.execute, store.warehouse.has_table

    def count(sql: Any, *arguments: Any, **named: Any) -> Any:
        said.append(str(sql).split()[0])
        return execute(sql, *arguments, **named)

    def count_tables(*arguments: Any) -> bool:
        said.append("SELECT")
        return has_table(*arguments)

    monkeypatch.setattr(store.warehouse, "execute", count)
    monkeypatch.setattr(store.warehouse, "has_table", count_tables)
    return said


def _push(store: MetadataStore, source: RunSource) -> Any:
    return store.push(source, cursor=source.cursor(store))


def _cursor(store: MetadataStore, target: Path) -> Path:
    cursor = dbt_source(target).cursor(store)
    assert cursor is not None
    return Path(cursor.path)


def _unasked() -> Any:
    raise AssertionError("it is extracted again")


def test_an_unchanged_project_is_pushed_with_one_query_and_one_row(
    store: MetadataStore, target: Path, statements: list[str]
) -> None:
    first = _push(store, dbt_source(target))
    statements.clear()
    second = _push(store, dbt_source(target)._replace(contents=_unasked))

    locks = ["LOCK"] if store.warehouse.dialect == "postgresql" else []
    assert statements == [*locks, "SELECT", "INSERT"]
    assert (second.node_rows, second.column_rows, second.edge_rows) == (0, 0, 0)
    assert second.run.id != first.run.id
    assert second.run.digest == first.run.digest
    assert_whole(store)


def test_the_cursor_is_an_artifact_beside_the_project_that_git_leaves_alone(
    store: MetadataStore, target: Path
) -> None:
    report = _push(store, dbt_source(target))

    path = _cursor(store, target)
    document = read_artifact(str(path)).documents[0]
    assert path.parent == target.parent / ".confiture"
    assert (path.parent / ".gitignore").read_text() == "*\n"
    assert document.dataset == report.run.dataset
    assert document.last_version == report.run.id
    assert document.last_digest == report.run.digest
    assert sorted(each.name for each in path.parent.iterdir()) == [".gitignore", path.name]


def test_each_dataset_environment_and_store_has_its_own(store: MetadataStore, target: Path) -> None:
    source = dbt_source(target)
    other = MetadataStore(store.warehouse, "other")
    places = {
        each.path
        for each in (
            source.cursor(store),
            source.cursor(other),
            dbt_source(target, environment="prod").cursor(store),
            dbt_source(target, environment="").cursor(store),
            dbt_source(target, dataset="other").cursor(store),
        )
        if each is not None
    }

    assert len(places) == 5


def test_of_a_changed_project_only_what_changed_is_sent(
    store: MetadataStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor = PushCursor(tmp_path, ("place", store.schema), "shop", None)
    store.push(many(30), cursor=cursor)
    sent: list[int] = []
    from confiture.warehouse import run_writing as module

    insert = module.insert_rows

    def count(warehouse: Any, table: Any, rows: Any, *arguments: Any) -> Any:
        if table.name == "nodes":
            sent.append(len(rows))
        return insert(warehouse, table, rows, *arguments)

    monkeypatch.setattr(module, "insert_rows", count)
    report = store.push(many(31), cursor=cursor)

    assert sent == [1]
    assert report.node_rows == 1
    assert store.read(report.run) == many(31).contents()
    assert_whole(store)


def _lie(store: MetadataStore, path: Path, told: Any) -> None:
    document = json.loads(path.read_text())
    path.write_text(json.dumps({**document, "last_version": told}))


def _of_another_run(store: MetadataStore, path: Path) -> None:
    _lie(store, path, store.push(many(3)).run.id)


def _of_a_pruned_run(store: MetadataStore, path: Path) -> None:
    store.prune(keep=0)


def _of_a_run_whose_nodes_are_gone(store: MetadataStore, path: Path) -> None:
    store.warehouse.execute(store.tables.runs.update().values(source_digest="0" * 64))
    store.warehouse.execute(store.tables.nodes.delete())
    store.warehouse.execute(store.tables.set_nodes.delete())
    store.warehouse.execute(store.tables.node_sets.delete())
    store.warehouse.execute(store.tables.edge_sets.delete())
    store.warehouse.execute(store.tables.edges.delete())
    store.warehouse.execute(store.tables.columns.delete())
    store.warehouse.execute(store.tables.texts.delete())
    store.warehouse.execute(store.tables.set_texts.delete())
    store.warehouse.execute(store.tables.runs.delete().where(store.tables.runs.c.id != _named(path)))
    store.warehouse.execute(store.tables.runs.update().values(digest="0" * 64, nodes_digest="0" * 64))


def _named(path: Path) -> str:
    return str(json.loads(path.read_text())["last_version"])


def _write(content: bytes) -> Callable[[MetadataStore, Path], None]:
    return lambda _, path: path.write_bytes(content) and None


def _truncate(_: MetadataStore, path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def _put_a_pipe(_: MetadataStore, path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _put_a_directory(_: MetadataStore, path: Path) -> None:
    path.unlink()
    path.mkdir()


def _dangle(_: MetadataStore, path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parent / "nowhere" / "else")


_DAMAGES: dict[str, Callable[[MetadataStore, Path], None]] = {
    "missing": lambda _, path: path.unlink(),
    "folder missing": lambda _, path: shutil.rmtree(path.parent),
    "empty": _write(b""),
    "truncated": _truncate,
    "binary": _write(b"\x93\xff\x00" * 50),
    "huge": _write(b" " * 20_000_000),
    "nested": _write(b"[" * 9_000),
    "other artifact": _write(b'{"artifact": "catalog/1", "relations": []}'),
    "later version": _write(b'{"artifact": "incremental_cursor/2", "dataset": "library"}'),
    "unknown field": _write(b'{"artifact": "incremental_cursor/1", "dataset": "library", "more": 1}'),
    "number": lambda store, path: _lie(store, path, 7),
    "null": lambda store, path: _lie(store, path, None),
    "unknown run": lambda store, path: _lie(store, path, "00000000-0000-4000-8000-000000000000"),
    "pattern": lambda store, path: _lie(store, path, "%"),
    "statement": lambda store, path: _lie(store, path, "'; drop table runs; --"),
    "other run": _of_another_run,
    "pruned run": _of_a_pruned_run,
    "pipe": _put_a_pipe,
    "directory": _put_a_directory,
    "dangling link": _dangle,
    "emptied store": _of_a_run_whose_nodes_are_gone,
}


def test_a_damaged_or_lying_cursor_changes_nothing_of_what_is_pushed(
    store: MetadataStore, target: Path
) -> None:
    pushed = dbt_source(target).contents()
    path = _cursor(store, target)
    for damage, do in _DAMAGES.items():
        _push(store, dbt_source(target))
        do(store, path)

        report = _push(store, dbt_source(target))

        assert store.read(report.run) == pushed, damage
        if not path.is_dir():
            assert read_artifact(str(path)).documents[0].last_version == report.run.id, damage
        if path.is_dir():
            path.rmdir()
    # The run that was damaged itself.
    store.warehouse.execute(store.tables.runs.delete().where(store.tables.runs.c.digest == "0" * 64))
    assert_whole(store)


def test_edited_digests_in_the_cursor_are_not_looked_at(store: MetadataStore, target: Path) -> None:
    _push(store, dbt_source(target))
    path = _cursor(store, target)
    document = json.loads(path.read_text())
    path.write_text(json.dumps({**document, "last_digest": "0" * 64, "dataset": "other"}))
    changed = json.loads((target / "manifest.json").read_text())
    changed["nodes"]["model.library.stg_books"]["description"] = "otherwise"
    write_target(target, changed)

    report = _push(store, dbt_source(target))

    assert report.node_rows == 1
    assert store.read(report.run) == dbt_source(target).contents()


def test_a_cursor_of_a_store_that_is_not_there_any_more(store: MetadataStore, target: Path) -> None:
    _push(store, dbt_source(target))
    quoted = store.warehouse.quote(store.schema)
    store.warehouse.execute(text(f"DROP SCHEMA {quoted.replace(':', chr(92) + ':')} CASCADE"))

    report = _push(store, dbt_source(target))

    assert report.node_rows > 0
    assert_whole(store)


def test_a_cursor_of_a_store_of_a_newer_version_is_an_error_as_without(
    store: MetadataStore, target: Path
) -> None:
    _push(store, dbt_source(target))
    store.warehouse.execute(store.tables.store.update().values(version=STORE_VERSION + 1))
    before = row_counts(store)

    with pytest.raises(DatabaseError) as caught:
        _push(store, dbt_source(target))

    assert caught.value.error_code == "DATABASE_020"
    assert row_counts(store) == before


def test_a_folder_that_cannot_be_written_costs_the_cursor_alone(store: MetadataStore, target: Path) -> None:
    (target.parent / ".confiture").write_text("a file")

    for _ in range(2):
        assert store.read(_push(store, dbt_source(target)).run) == dbt_source(target).contents()

    assert (target.parent / ".confiture").read_text() == "a file"


def test_a_push_that_fails_leaves_the_cursor(
    store: MetadataStore, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _push(store, dbt_source(target))

    def fail() -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _push(store, dbt_source(target)._replace(source_digest="1" * 64, contents=fail))
    assert read_artifact(str(_cursor(store, target))).documents[0].last_version == first.run.id


def test_an_unchanged_schema_tree_is_not_read_as_sql_again(
    make_project: Callable[..., Path], tmp_path: Path
) -> None:
    project = make_project({"db/schema/a.sql": "CREATE TABLE a (id int);\n"})
    with Warehouse.from_url(f"duckdb:///{tmp_path / 'x.duckdb'}") as warehouse:
        store = MetadataStore(warehouse)
        first = _push(store, schema_source(SchemaBuilder("local", project)))
        second = _push(store, schema_source(SchemaBuilder("local", project))._replace(contents=_unasked))
        assert second.run.digest == first.run.digest
        (project / "db/schema/a.sql").write_text("CREATE TABLE a (id bigint);\n")
        third = _push(store, schema_source(SchemaBuilder("local", project)))
        assert third.run.digest != first.run.digest
        (project / "db/schema/a.sql").write_text("CREATE TABLE a (id smallint);\n")
        late = schema_source(SchemaBuilder("local", project))
        (project / "db/schema/a.sql").write_text("CREATE TABLE a (id text);\n")
        with pytest.raises(SchemaError, match="changed while"):
            _push(store, late)
        assert len(store.runs()) == 3
