"""Comparisons of data with the vendors' own libraries: quotes of names, and an imitation of Snowflake."""

from __future__ import annotations

import importlib
import tempfile

import fakesnow
import pytest

from confiture.data import ComparisonOptions, compare_relations
from confiture.warehouse import Warehouse
from data.test_other_warehouses import DIALECTS, quote


@pytest.mark.parametrize("kind", DIALECTS)
def test_names_are_quoted_as_the_warehouse_has_it(kind: str) -> None:
    module, name, _ = DIALECTS[kind]
    preparer = getattr(importlib.import_module(module), name)().identifier_preparer
    assert (preparer.initial_quote, preparer.final_quote) == tuple(quote(kind)("x").split("x"))


# What its libraries warn of is not about comparisons.
@pytest.mark.filterwarnings("ignore")
def test_a_comparison_on_an_imitation_of_snowflake() -> None:
    with (
        tempfile.TemporaryDirectory() as directory,
        fakesnow.patch(db_path=directory),
        Warehouse.from_url("snowflake://user:password@account/db/public") as warehouse,
    ):
        for table, amount in (("old_side", 1), ("new_side", 2)):
            warehouse.execute(f"CREATE TABLE public.{table} (id integer, amount integer, name varchar)")
            warehouse.execute(f"INSERT INTO public.{table} VALUES (1, {amount}, 'a'), (2, 3, NULL)")
        options = ComparisonOptions(key=("id",), kinds=("rows", "schema", "values", "top"))
        diff = compare_relations(warehouse, "public.old_side", warehouse, "public.new_side", options)
        assert diff.values is not None
        assert (diff.values.common_rows, diff.values.changed_rows) == (2, 1)
        assert diff.schema == ()
