"""What a store meets: writers and readers at once, tables of others, contents that nobody expects."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from confiture.exceptions import ConfiturError, DatabaseError
from confiture.models.dbt import DbtColumn, DbtEdge, DbtExtraction
from confiture.warehouse import MetadataStore, Warehouse, run_writing
from confiture.warehouse.cursors import PushCursor
from warehouse.support import assert_whole, chain, many, resource, row_counts, source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from warehouse.support import Place


def test_pushes_prunes_and_comparisons_at_once_leave_the_store_whole(place: Place, tmp_path: Path) -> None:
    failures: list[Any] = []

    def push(store: MetadataStore, chance: random.Random) -> None:
        cursor = PushCursor(tmp_path, ("here", place.schema), "shop", str(chance.randrange(2)))
        run = many(chance.randrange(8, 12), mark=str(chance.randrange(3)))
        store.push(run, cursor=cursor if chance.random() < 0.7 else None)

    def prune(store: MetadataStore, chance: random.Random) -> None:
        store.prune(keep=chance.randrange(3))

    def compare(store: MetadataStore, _: random.Random) -> None:
        runs = store.runs(limit=2)
        try:
            if len(runs) == 2:
                store.diff(*runs)
                store.read(runs[0])
        except DatabaseError as error:
            # A run that was pruned meanwhile is not there any more, and none is called damaged.
            if error.error_code != "DATABASE_022":
                raise

    def repeat(seed: int, act: Callable[[MetadataStore, random.Random], None]) -> None:
        chance = random.Random(seed)
        try:
            with Warehouse.from_url(place.url) as warehouse:
                for _ in range(6):
                    act(MetadataStore(warehouse, place.schema), chance)
        except (ConfiturError, AssertionError) as error:
            failures.append(error)

    with Warehouse.from_url(place.url) as warehouse:
        MetadataStore(warehouse, place.schema).push(many(3))
    acts = [push, push, prune, compare]
    threads = [threading.Thread(target=repeat, args=(seed, act)) for seed, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Warehouse.from_url(place.url) as warehouse:
        assert_whole(MetadataStore(warehouse, place.schema))


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE {}.runs (x int)"],
        ["CREATE TABLE {}.store (version text)", "INSERT INTO {}.store VALUES ('abc')"],
        ["CREATE TABLE {}.store (name text)"],
        ["CREATE TABLE {}.store (version int)"],
        ["CREATE TABLE {}.store (version int)", "INSERT INTO {}.store VALUES (-3)"],
    ],
    ids=["runs", "text version", "no version", "no row", "negative version"],
)
def test_tables_of_somebody_else_are_left_alone(store: MetadataStore, statements: list[str]) -> None:
    schema = store.warehouse.quote(store.schema)
    store.warehouse.execute(f"CREATE SCHEMA {schema}")
    for statement in statements:
        store.warehouse.execute(statement.replace("{}", schema))

    with pytest.raises(DatabaseError, match=r"has tables of somebody else: (runs|store)") as caught:
        store.push(many(3))

    assert caught.value.error_code == "DATABASE_030"
    found = store.warehouse.execute(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = :schema",
        {"schema": store.schema},
    )
    assert found.rows == [(1,)]


def test_large_wide_and_foreign_contents_are_read_as_they_were_pushed(store: MetadataStore) -> None:
    name = "ü日本\u202e\U0001f600" * 30
    wide = resource(
        "wide", columns=tuple(DbtColumn(name=f"c{number}", index=number) for number in range(1, 5001))
    )
    strange = resource("strange", unique_id=f"model.shop.{name}", config={"enabled": False})
    edges = (
        DbtEdge(parent="model.gone", child="model.nowhere"),
        DbtEdge(parent=wide.unique_id, child=wide.unique_id),
    )
    pushed = source(DbtExtraction(nodes=(strange, wide), edges=edges))
    contents = pushed.contents()
    contents = replace(contents, code={**contents.code, wide.unique_id: "select '\n\t\\ü'" * 70_000})

    run = store.push(pushed._replace(contents=lambda: contents)).run

    assert store.read(run) == contents
    assert row_counts(store)["columns"] == 5002
    assert_whole(store)


def test_text_that_no_database_takes_is_an_error(store: MetadataStore) -> None:
    store.push(many(3))
    before = row_counts(store)

    for ask in (lambda: store.run("\ud800"), lambda: store.push(_of_dataset("a\ud800b"))):
        with pytest.raises(DatabaseError) as caught:
            ask()
        assert caught.value.error_code == "DATABASE_027"
    assert row_counts(store) == before


def _of_dataset(name: str) -> Any:
    run = many(3)
    return run._replace(about=run.about._replace(dataset=name))


def test_runs_are_of_one_clock_whatever_zone_somebody_is_in(store: MetadataStore) -> None:
    if store.warehouse.dialect == "postgresql":
        store.warehouse.execute("SET TimeZone = 'Pacific/Kiritimati'")
    start = datetime.now(UTC)
    run = store.push(many(3)).run
    found = store.run()

    assert found == run
    assert start <= found.created_at <= datetime.now(UTC)
    # The same moment, said in another zone.
    before = found.created_at.astimezone(timezone(timedelta(hours=-11)))
    assert store.prune(before=before).runs == ()
    with pytest.raises(ValueError, match="time zone"):
        store.prune(before=datetime(2020, 1, 1))
    assert store.prune(before=before + timedelta(microseconds=1)).runs == (found,)


def test_a_clock_that_goes_back_mixes_up_no_contents(
    store: MetadataStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = store.push(many(3)).run

    class Earlier(datetime):
        @classmethod
        def now(cls, zone: Any = None) -> datetime:
            return late.created_at - timedelta(days=1)

    monkeypatch.setattr(run_writing, "datetime", Earlier)
    early = store.push(source(chain(resource("other")))).run

    assert [run.id for run in store.runs()] == [late.id, early.id]
    assert store.read(early).dbt == chain(resource("other"))
    assert_whole(store)


def test_a_prune_between_the_queries_of_a_reader_is_told_as_what_it_is(
    store: MetadataStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (store.push(many(number)).run for number in (3, 4))
    rows = store.rows
    asked = 0

    def prune_first(query: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked == 2:
            monkeypatch.setattr(store, "rows", rows)
            store.prune(keep=0)
        return rows(query)

    monkeypatch.setattr(store, "rows", prune_first)
    with pytest.raises(DatabaseError, match=f"There is no run '{second.id}'"):
        store.read(second)
    with pytest.raises(DatabaseError, match="There is no run"):
        store.diff(first, second)
