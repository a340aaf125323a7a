"""Names, values and relations that are not plain."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from confiture.data import ComparisonOptions, compare_relations
from confiture.data.comparing import AskedPair, compare_pairs
from confiture.data.names import parse_relation_name
from confiture.data.options import KINDS
from confiture.data.relations import find_relation
from confiture.exceptions import ConfigurationError, ConfiturError, DatabaseError, DifferError
from confiture.warehouse import Warehouse

if TYPE_CHECKING:
    from pathlib import Path

_ALL = ComparisonOptions(kinds=KINDS, limit=5, top=5, bins=3)

_HOSTILE = (
    'a"b',
    "a.b",
    "select",
    "Ünï ✓",
    "'; DROP TABLE victim; --",
    "%s %(a)s :b $1 ?",
    "back\\slash",
    "A",
    "two  spaces",
    "`tick`",
    "v0",
    "h",
)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@pytest.mark.parametrize("is_merged", [False, True], ids=["joined", "merged"])
def test_hostile_names_are_names(is_merged: bool, warehouse: Warehouse, second: Warehouse) -> None:
    schema, columns = _quoted('sch"ema.1'), ", ".join(f"{_quoted(name)} integer" for name in _HOSTILE)
    warehouse.execute("CREATE TABLE victim (id integer)")
    warehouse.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    names = []
    for number, name in enumerate(_HOSTILE[:2]):
        names.append(f"{schema}.{_quoted(name + str(number))}")
        warehouse.execute(f"DROP TABLE IF EXISTS {names[-1]}")
        warehouse.execute(f"CREATE TABLE {names[-1]} ({columns})")
        values = ", ".join(str(number + column) for column in range(len(_HOSTILE)))
        warehouse.execute(f"INSERT INTO {names[-1]} VALUES ({values})")
    options = _ALL._replace(key=(_HOSTILE[0],))
    other = second if is_merged else warehouse
    diff = compare_relations(warehouse, names[0], other, names[1], options)
    assert diff.values is not None
    assert (diff.values.key, diff.values.only_old_rows, diff.values.only_new_rows) == ((_HOSTILE[0],), 1, 1)
    assert diff.profile is not None
    assert [one.column for one in diff.profile] == list(_HOSTILE)
    assert warehouse.execute("SELECT count(*) FROM victim").rows == [(0,)]


@pytest.mark.parametrize("is_merged", [False, True], ids=["joined", "merged"])
def test_hostile_values_are_values(is_merged: bool, warehouse: Warehouse, second: Warehouse) -> None:
    huge = "x" * 3_000_000
    for table, mark in (("old_side", "1"), ("new_side", "2")):
        warehouse.execute(f"CREATE TABLE {table} (k varchar(100) PRIMARY KEY, v varchar)")
        for value in _HOSTILE:
            warehouse.execute(f"INSERT INTO {table} VALUES (:k, :v)", {"k": value, "v": value})
        warehouse.execute(f"INSERT INTO {table} VALUES ('huge', :v)", {"v": huge + mark})
    diff = compare_relations(warehouse, "old_side", second if is_merged else warehouse, "new_side", _ALL)
    assert diff.values is not None
    ((row,), (cell,)) = diff.values.changed, diff.values.changed[0].cells
    assert row.key == ("huge",)
    assert cell.old != cell.new
    assert cell.old is not None
    assert cell.old.startswith("x" * 200 + "… 3000001 characters, md5 ")
    assert diff.values.common_rows == len(_HOSTILE) + 1
    assert diff.top is not None
    assert {value.value for value in diff.top[0].values} <= {*_HOSTILE, "huge"}


def test_a_wide_table_takes_several_queries(warehouse: Warehouse, second: Warehouse) -> None:
    # PostgreSQL has 1,600 columns in a table at most; DuckDB has more.
    count = 1_700 if warehouse.dialect == "duckdb" else 1_500
    columns = ", ".join(f"{number} AS c{number}" for number in range(count))
    warehouse.execute(f"CREATE TABLE old_side AS SELECT {columns}")
    warehouse.execute("CREATE TABLE new_side AS SELECT * FROM old_side")
    warehouse.execute(f"UPDATE new_side SET c7 = -1, c{count - 1} = NULL")
    options = ComparisonOptions(key=("c0",), kinds=("values",))
    # The two ways are not both taken in both databases: planning such statements takes DuckDB seconds.
    others = (warehouse,) if warehouse.dialect == "duckdb" else (warehouse, second)
    for other in others:
        diff = compare_relations(warehouse, "old_side", other, "new_side", options)
        assert diff.values is not None
        told = {one.column: (one.changed, one.became_null) for one in diff.values.columns if one.differing}
        assert told == {"c7": (1, 0), f"c{count - 1}": (0, 1)}
        assert diff.values.changed_rows == 1
    profiled = tuple(f"c{number}" for number in range(101))
    options = ComparisonOptions(columns=profiled, kinds=("profile",))
    diff = compare_relations(warehouse, "old_side", warehouse, "new_side", options)
    assert diff.profile is not None
    assert [one.column for one in diff.profile] == list(profiled)
    assert [one.column for one in diff.profile if not one.is_equal] == ["c7"]


def test_tables_without_rows_or_values_or_common_columns(warehouse: Warehouse, second: Warehouse) -> None:
    warehouse.execute("CREATE TABLE empty_side (id integer PRIMARY KEY, n integer, t varchar, d date)")
    warehouse.execute("CREATE TABLE null_side (id integer PRIMARY KEY, n integer, t varchar, d date)")
    warehouse.execute("INSERT INTO null_side (id) VALUES (1), (2)")
    warehouse.execute("CREATE TABLE other_side (x integer)")
    for other in (warehouse, second):
        for name in ("empty_side", "null_side"):
            assert compare_relations(warehouse, name, other, name, _ALL).ok
        diff = compare_relations(warehouse, "empty_side", other, "null_side", _ALL)
        assert diff.values is not None
        assert (diff.values.common_rows, diff.values.only_new_rows) == (0, 2)
        assert diff.histograms is not None
        assert [one.column for one in diff.histograms if not one.bins] == ["n", "d"]
        nothing = compare_relations(
            warehouse, "empty_side", other, "other_side", _ALL._replace(kinds=("rows", "schema", "profile"))
        )
        assert nothing.schema is not None
        assert sorted(change.change for change in nothing.schema) == ["added"] + ["removed"] * 4
        assert nothing.profile == ()
        with pytest.raises(DifferError) as caught:
            compare_relations(warehouse, "empty_side", other, "other_side", _ALL)
        assert caught.value.error_code == "DIFFER_021"


def test_a_key_that_is_none_is_an_error(warehouse: Warehouse, second: Warehouse) -> None:
    warehouse.execute("CREATE TABLE old_side (a integer, b varchar, c integer)")
    warehouse.execute("INSERT INTO old_side VALUES (1, 'x', 1), (1, 'y', 2), (2, NULL, 3), (2, 'z', 4)")
    for other in (warehouse, second):

        def compare(*key: str, other: Warehouse = other) -> str:
            with pytest.raises(DifferError) as caught:
                compare_relations(warehouse, "old_side", other, "old_side", ComparisonOptions(key=key))
            return f"{caught.value.error_code} {caught.value.message}"

        assert "2 values are there more than once, such as 1, 2" in compare("a")
        assert compare("b").startswith("DIFFER_022")
        assert "1 row has NULL" in compare("a", "b")
        assert compare("nope").startswith("DIFFER_020")
        assert compare_relations(warehouse, "old_side", other, "old_side", ComparisonOptions(key=("C",))).ok


def test_types_that_differ_are_compared_if_they_are_of_one_family(
    warehouse: Warehouse, second: Warehouse
) -> None:
    warehouse.execute(
        "CREATE TABLE old_side (id integer, n integer, d decimal(10, 1), f integer, t varchar(5), x integer, "
        "m decimal(38, 0), s decimal(2, 2))"
    )
    warehouse.execute(
        "CREATE TABLE new_side (id bigint, n decimal(5, 2), d decimal(30, 20), f real, t varchar, x varchar, "
        "m bigint, s integer)"
    )
    for table in ("old_side", "new_side"):
        warehouse.execute(f"INSERT INTO {table} VALUES (1, 5, 1.5, 3, 'a', '7', 9007199254740993, 0)")
    warehouse.execute(
        "INSERT INTO old_side VALUES (2, 6, 2, 4, 'b', 8, 99999999999999999999999999999999999999, 0)"
    )
    warehouse.execute("INSERT INTO new_side VALUES (2, 6.5, 2, 4.5, 'c', '8', 9223372036854775807, 0)")
    for other in (warehouse, second):
        diff = compare_relations(warehouse, "old_side", other, "new_side", ComparisonOptions(key=("id",)))
        assert diff.values is not None
        told = {one.column: one.changed for one in diff.values.columns if one.is_compared}
        assert told == {"n": 1, "d": 0, "f": 1, "t": 1, "m": 1, "s": 0}
        assert any(note.startswith("x is not compared") for note in diff.notes)
        with pytest.raises(DifferError) as caught:
            compare_relations(warehouse, "old_side", other, "new_side", ComparisonOptions(key=("x",)))
        assert caught.value.error_code == "DIFFER_023"


def test_a_tolerance_is_for_floating_point_numbers(warehouse: Warehouse, second: Warehouse) -> None:
    values = ("1.0", "1e308", "'inf'", "'nan'", "NULL")
    others = ("1.05", "-1e308", "'-inf'", "1", "1")
    for table, cells in (("old_side", values), ("new_side", others)):
        warehouse.execute(f"CREATE TABLE {table} (id integer PRIMARY KEY, f double precision)")
        for number, cell in enumerate(cells):
            warehouse.execute(f"INSERT INTO {table} VALUES ({number}, CAST({cell} AS double precision))")
    for other in (warehouse, second):
        for tolerance, changed in ((0.0, 4), (0.1, 3)):
            diff = compare_relations(
                warehouse, "old_side", other, "new_side", ComparisonOptions(tolerance=tolerance)
            )
            assert diff.values is not None
            assert (diff.values.columns[0].changed, diff.values.columns[0].was_null) == (changed, 1)


def test_collations_have_no_say(warehouse: Warehouse, second: Warehouse) -> None:
    # One takes small and capital letters for the same; two that differ cannot be compared as they are.
    collations = {"duckdb": ("nocase", "nocase"), "postgresql": ('"C"', '"POSIX"')}[warehouse.dialect]
    for table, value, collation in zip(("old_side", "new_side"), ("a", "A"), collations, strict=True):
        warehouse.execute(
            f"CREATE TABLE {table} (k varchar COLLATE {collation}, v varchar COLLATE {collation})"
        )
        warehouse.execute(f"INSERT INTO {table} VALUES ('k', '{value}'), ('K', '{value}'), ('é', 'é')")
    for other in (warehouse, second):
        diff = compare_relations(warehouse, "old_side", other, "new_side", _ALL._replace(key=("k",)))
        assert diff.values is not None
        assert (diff.values.common_rows, diff.values.changed_rows) == (3, 2)
        assert [row.key[0] for row in sorted(diff.values.changed, key=lambda row: row.key)] == ["K", "k"]
        assert diff.top is not None
        assert [len(top.values) for top in diff.top] == [3, 3]


def test_columns_that_moved_are_as_few_as_can_be(warehouse: Warehouse) -> None:
    warehouse.execute("CREATE TABLE old_side (a integer NOT NULL, b integer, c integer, d integer)")
    warehouse.execute("CREATE TABLE new_side (d varchar, a integer, b integer, e integer)")
    diff = compare_relations(
        warehouse, "old_side", warehouse, "new_side", ComparisonOptions(kinds=("schema",))
    )
    told = {(change.change, change.column) for change in diff.schema or ()}
    assert told == {("removed", "c"), ("added", "e"), ("retyped", "d"), ("moved", "d"), ("nullability", "a")}


@pytest.mark.parametrize("name", ["", ".", "a.", ".a", "a.b.c.d", '"a', '"a"b', '""', "a\0b"])
def test_what_names_no_relation_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_relation_name(name)
    assert caught.value.error_code == "CONFIG_050"


def test_a_relation_that_is_missing_is_told_with_what_is_there(warehouse: Warehouse) -> None:
    warehouse.execute("CREATE TABLE orders (id integer)")
    with pytest.raises(DatabaseError, match="There is no relation ordres") as caught:
        compare_relations(warehouse, "orders", warehouse, "ordres")
    assert caught.value.error_code == "DATABASE_040"
    assert "Did you mean 'orders'?" in str(caught.value)


def test_a_relation_is_that_which_the_database_would_take(tmp_path: Path) -> None:
    with Warehouse.from_url(f"duckdb:///{tmp_path / 'here.duckdb'}") as warehouse:
        warehouse.execute(f"ATTACH '{tmp_path / 'a.duckdb'}' AS a_other")
        for database in ("a_other", "here"):
            warehouse.execute(f"CREATE SCHEMA {database}.prod")
            warehouse.execute(f"CREATE TABLE {database}.prod.orders (of_{database} integer)")
        warehouse.execute("CREATE TABLE orders (of_main integer)")
        warehouse.execute("CREATE TEMPORARY TABLE orders (of_temp integer)")
        for name in ("prod.orders", "orders", "main.orders", "a_other.prod.orders", "PROD.Orders"):
            _, relation = find_relation(warehouse, name)
            assert [column.name for column in relation.columns] == warehouse.execute(
                f"SELECT * FROM {name}"
            ).columns


def test_only_relations_of_the_name_are_asked_for(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        warehouse.execute(f"CREATE TABLE t{number} (id integer PRIMARY KEY)")
    most = 0
    execute = warehouse.execute

    def count(*arguments: Any, **named: Any) -> Any:
        nonlocal most
        result = execute(*arguments, **named)
        most = max(most, len(result.rows))
        return result

    monkeypatch.setattr(warehouse, "execute", count)
    assert compare_relations(warehouse, "t1", warehouse, "T2").ok
    assert most == 1


def test_a_condition_that_goes_on_is_refused_before_it_is_run(warehouse: Warehouse) -> None:
    warehouse.execute("CREATE TABLE side (id integer PRIMARY KEY)")
    warehouse.execute("CREATE TABLE victim (id integer)")
    where = "true)); DROP TABLE victim; SELECT 1 FROM (SELECT 1 WHERE (true"
    options = ComparisonOptions(where=where)
    pairs = [AskedPair("side", "side")]
    for compare in (
        lambda: compare_relations(warehouse, "side", warehouse, "side", options),
        lambda: compare_pairs(warehouse, warehouse, pairs, options),
    ):
        with pytest.raises(ConfigurationError) as caught:
            compare()
        assert caught.value.error_code == "CONFIG_051"
    assert warehouse.execute("SELECT count(*) FROM victim").rows == [(0,)]


def test_the_connection_can_write_again_when_it_was_compared(warehouse: Warehouse) -> None:
    if warehouse.dialect == "postgresql":
        warehouse.execute("SET datestyle = 'SQL, DMY'")
    warehouse.execute("CREATE TABLE side (id integer PRIMARY KEY, d date)")
    warehouse.execute("INSERT INTO side VALUES (1, '2024-02-01')")
    assert compare_relations(warehouse, "side", warehouse, "side").ok
    warehouse.execute("INSERT INTO side VALUES (2, '2024-02-01')")
    assert compare_relations(warehouse, "side", warehouse, "side", ComparisonOptions(where="id = 2")).ok
    if warehouse.dialect == "postgresql":
        assert warehouse.execute("SHOW datestyle").rows == [("SQL, DMY",)]


def test_one_relation_on_both_sides_is_told(warehouse: Warehouse, second: Warehouse) -> None:
    warehouse.execute("CREATE TABLE side (id integer PRIMARY KEY)")
    assert compare_relations(warehouse, "side", warehouse, "SIDE").notes == (
        "Both sides are the same relation.",
    )
    assert compare_relations(warehouse, "side", second, "side").notes == ()


@pytest.mark.parametrize("is_merged", [False, True], ids=["joined", "merged"])
def test_without_a_key_json_is_the_same_whatever_the_order_of_its_keys(
    is_merged: bool, warehouse: Warehouse, second: Warehouse
) -> None:
    kind = "json" if warehouse.dialect == "duckdb" else "jsonb"
    for table, texts in (
        ("old_side", ('{"a": 1, "b": [2]}', '{"a": 1}')),
        ("new_side", ('{"b": [2], "a": 1}', '{"a": 1}')),
        ("other_side", ('{"b": [2], "a": 3}', '{"a": 1}')),
    ):
        warehouse.execute(f"CREATE TABLE {table} (j {kind})")
        for text in texts:
            warehouse.execute(f"INSERT INTO {table} VALUES (CAST(:text AS {kind}))", {"text": text})
        warehouse.execute(f"INSERT INTO {table} VALUES (NULL)")
    pairs = [AskedPair("old_side", name, f"model.{name}") for name in ("new_side", "other_side")]
    report = compare_pairs(warehouse, second if is_merged else warehouse, pairs, ComparisonOptions())
    assert [one.ok for one in report.relations] == [True, False]


def test_columns_that_are_beside_a_primary_key_are_none_of_it(data_database: str) -> None:
    with Warehouse.from_url(data_database) as warehouse:
        for table, value in (("old_beside", "1"), ("new_beside", "NULL")):
            warehouse.execute(f"CREATE TABLE {table} (id integer, v integer, PRIMARY KEY (id) INCLUDE (v))")
            warehouse.execute(f"ALTER TABLE {table} ALTER v DROP NOT NULL")
            warehouse.execute(f"INSERT INTO {table} VALUES (1, {value})")
        diff = compare_relations(warehouse, "old_beside", warehouse, "new_beside")
    assert diff.values is not None
    assert (diff.values.key, diff.values.columns[0].became_null) == (("id",), 1)


@pytest.mark.parametrize("is_merged", [False, True], ids=["joined", "merged"])
def test_types_of_one_family_that_a_database_cannot_compare(is_merged: bool, tmp_path: Path) -> None:
    types = {
        "moment": ("TIMESTAMP", "TIMESTAMP_NS", "'9999-01-01'", "'2024-01-01'", "'2024-01-01 00:00:00.5'"),
        "list": ("INTEGER[]", "VARCHAR[]", "[1]", "['1']", "NULL"),
        "numbers": ("INTEGER[]", "BIGINT[]", "[1]", "[2]", "[3]"),
        "record": (
            "STRUCT(a INTEGER)",
            "STRUCT(a INTEGER, b INTEGER)",
            "{'a': 1}",
            "{'a': 1, 'b': 2}",
            "NULL",
        ),
    }
    url = f"duckdb:///{tmp_path / 'types.duckdb'}"
    with Warehouse.from_url(url) as old, Warehouse.from_url(url) as other:
        for side, place in (("old_side", 0), ("new_side", 1)):
            columns = ", ".join(f"{name} {told[place]}" for name, told in types.items())
            old.execute(f"CREATE TABLE {side} (id integer PRIMARY KEY, {columns})")
            for number, values in ((1, 2 + place), (2, 4)):
                row = ", ".join(told[values] for told in types.values())
                old.execute(f"INSERT INTO {side} VALUES ({number}, {row})")
        values_of = compare_relations(old, "old_side", other if is_merged else old, "new_side").values
    assert values_of is not None
    assert {one.column: one.changed for one in values_of.columns} == dict.fromkeys(types, 1)


def test_without_rights_a_comparison_says_so(data_database: str) -> None:
    separator = "&" if "?" in data_database else "?"
    url = f"{data_database}{separator}options=-crole%3Dreader_of_nothing"
    with Warehouse.from_url(data_database) as warehouse:
        warehouse.execute("DROP ROLE IF EXISTS reader_of_nothing")
        warehouse.execute("CREATE ROLE reader_of_nothing LOGIN")
        warehouse.execute("CREATE TABLE public.secret_side (id integer PRIMARY KEY)")
        with Warehouse.from_url(url) as reader, pytest.raises(DatabaseError) as caught:
            compare_relations(reader, "public.secret_side", reader, "public.secret_side")
        assert caught.value.error_code == "DATABASE_014"
        warehouse.execute("DROP TABLE public.secret_side")
        warehouse.execute("DROP ROLE reader_of_nothing")


def test_nothing_can_be_written_while_it_compares(data_database: str) -> None:
    with Warehouse.from_url(data_database) as warehouse:
        warehouse.execute("CREATE TABLE read_side (id integer PRIMARY KEY)")
        warehouse.execute("CREATE TABLE witness (id integer)")
        warehouse.execute(
            "CREATE FUNCTION noted(n integer) RETURNS boolean LANGUAGE sql AS "
            "'INSERT INTO witness VALUES (n); SELECT true'"
        )
        warehouse.execute("INSERT INTO read_side VALUES (1)")
        options = ComparisonOptions(where="noted(id)")
        with pytest.raises(ConfiturError, match="read-only"):
            compare_relations(warehouse, "read_side", warehouse, "read_side", options)


def _slow(warehouse: Warehouse) -> None:
    if warehouse.dialect == "duckdb":
        warehouse.execute("CREATE VIEW slow AS SELECT a.range AS id FROM range(10000000) a, range(100000) b")
    else:
        warehouse.execute("CREATE VIEW slow AS SELECT length(pg_sleep(60)::text) AS id")


def test_a_timeout_ends_the_query(warehouse: Warehouse) -> None:
    _slow(warehouse)
    options = ComparisonOptions(timeout=0.3, kinds=("rows", "values"), key=("id",))
    start = time.monotonic()
    with pytest.raises(DatabaseError) as caught:
        compare_relations(warehouse, "slow", warehouse, "slow", options)
    assert caught.value.error_code == "DATABASE_011"
    assert time.monotonic() - start < 20


def test_another_thread_can_cancel_it(warehouse: Warehouse) -> None:
    _slow(warehouse)
    timer = threading.Timer(0.5, warehouse.cancel)
    timer.start()
    with pytest.raises(DatabaseError) as caught:
        compare_relations(warehouse, "slow", warehouse, "slow", ComparisonOptions(key=("id",)))
    timer.join()
    assert caught.value.error_code == "DATABASE_012"
