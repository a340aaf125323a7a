"""Projects that a real dbt built twice: comparisons say what it says, rendered code makes the same tables."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from confiture.artifacts import loads_json
from confiture.cli.main import main
from confiture.data import ComparisonOptions, compare_relations
from confiture.data.nodes import of_manifest
from confiture.dbt import DbtManifest, render
from confiture.exceptions import ManifestError
from confiture.models.data_diff import DataDiff
from confiture.warehouse import Warehouse

_ROOT = Path(__file__).parents[2]
_ENVIRONMENTS = Path(os.environ.get("CONFITURE_DBT_ENVIRONMENTS", _ROOT / ".cache" / "dbt"))
_FIXTURE = _ROOT / "tests" / "manifests" / "project" / "base"
_REAL = os.environ.get("CONFITURE_DBT_DATA")


class Project(NamedTuple):
    """A project, and what happens to it between the two builds.

    Attributes:
        source: Its folder.
        profile: The name of its profile.
        tables: SQL of the tables that it reads.
        changes: Files, and what is replaced in them by what.
        compared: Relations in the schemas that begin as the targets, with their key and other columns.
    """

    source: Path
    profile: str
    tables: tuple[str, ...]
    changes: dict[str, tuple[str, str]]
    compared: dict[str, tuple[str, str, tuple[str, ...]]]


_LIBRARY = Project(
    _FIXTURE,
    "library",
    (
        "CREATE TABLE raw_loans AS SELECT * FROM (VALUES (10, 1, '2024-01-02'), (11, 2, '2024-02-03'), "
        "(12, 2, '2024-02-04')) t(loan_id, book_id, due)",
    ),
    {
        "seeds/books.csv": ("2,Émile,8", "2,Émile,\n3,Other,7.25"),
        "models/stg_books.sql": ("price from", "price + 1 as price from"),
        "models/marts/popular_books_v1.sql": ("count(*)", "2 * count(*)"),
    },
    {
        "seed.library.books": ("{}.books", "book_id", ("title", "price")),
        "model.library.stg_books": ("{}.stg_books", "book_id", ("title", "price")),
        "model.library.popular_books.v1": ("{}.popular_books_v1", "book_id", ("title", "loans")),
        "model.library.popular_books.v2": ("{}.popular_books_v2", "book_id", ("title", "loans", "rounded")),
    },
)

_SHOPCO_BASE = Path(_REAL or ".") / "project" / "base"

_SHOPCO = Project(
    _SHOPCO_BASE,
    "shopco",
    (
        "CREATE TABLE src_orders AS SELECT *, now()::timestamp AS loaded_at FROM (VALUES "
        "(1, 1, date '2020-02-01', 'placed'), (2, 2, date '2020-02-02', 'shipped'), "
        "(3, 1, date '2020-02-03', 'returned'), (4, 1, date '2020-02-03', 'placed')) "
        "t(order_id, customer_id, order_date, status)",
        "CREATE TABLE src_payments AS SELECT * FROM (VALUES (10, 1, 1000), (11, 2, 2550), (12, 3, 300)) "
        "t(payment_id, order_id, amount_cents)",
        "CREATE TABLE src_leads AS SELECT * FROM (VALUES (1, 'ann@example.com')) t(lead_id, email)",
    ),
    {
        "seeds/raw_customers.csv": (
            "2,Bob,Burr,US,bob@example.com",
            "2,Bob,Burr,DE,\n5,Eve,Eade,US,eve@example.com",
        ),
        "macros/add_tax.sql": ("(1 +", "(1.1 +"),
    },
    {
        "seed.shopco.raw_customers": (
            "{}.raw_customers",
            "id",
            ("first_name", "last_name", "country", "email"),
        ),
        "model.shopco.dim_customers.v2": (
            "{}.dim_customers_v2",
            "customer_id",
            ("first_name", "last_name", "country_name", "email"),
        ),
        "model.shopco.fct_orders": (
            "{}.fct_orders",
            "order_id",
            ("customer_id", "order_date", "amount", "gross"),
        ),
        "model.shopco.fct_daily": ("{}.fct_daily", "date_day", ("n_orders", "revenue")),
    },
)


#: A project for each dbt: one is that of ``CONFITURE_DBT_DATA``, if there is one.
_CASES = [("1.12", _LIBRARY), ("1.8", _SHOPCO if _REAL else _LIBRARY)]


class Built(NamedTuple):
    """A project that was built twice, and what dbt said."""

    project: Project
    directory: Path
    database: Path
    answers: dict[str, list[list[str]]]
    written: dict[str, dict[str, int]]


@pytest.fixture(scope="module", params=_CASES, ids=lambda case: f"{case[0]}-{case[1].profile}")
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A project, built, changed and built again by one dbt, in two schemas of one file."""
    version, project = request.param
    python = _ENVIRONMENTS / version / "bin" / "python"
    if not python.exists():
        pytest.fail(f"There is no dbt {version} in {_ENVIRONMENTS}: 'make dbt' installs it.")
    directory = tmp_path_factory.mktemp(f"dbt-{version}") / "project"
    shutil.copytree(project.source, directory)
    if (directory / "local_packages").exists():
        shutil.copytree(directory / "local_packages", directory / "dbt_packages")
    database = directory / "built.duckdb"
    outputs = {name: {"type": "duckdb", "path": str(database), "schema": name} for name in ("old", "new")}
    profiles = {project.profile: {"target": "new", "outputs": outputs}}
    (directory / "profiles.yml").write_text(json.dumps(profiles), encoding="utf-8")
    with duckdb.connect(database) as connection:
        for sql in project.tables:
            connection.execute(sql)
    changes = {}
    for name, (before, after) in project.changes.items():
        text = (directory / name).read_text(encoding="utf-8")
        assert before in text
        changes[name] = text.replace(before, after)
    queries = {name: _plain_sql(*told) for name, told in project.compared.items()}
    done = subprocess.run(
        [python, Path(__file__).with_name("dbt_session.py"), json.dumps(changes), json.dumps(queries)],
        cwd=directory,
        env={
            **{
                key: value
                for key, value in os.environ.items()
                if not key.startswith(("CONFITURE", "DBT", "PYTHON"))
            },
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "0",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    return Built(project, directory, database, told["answers"], told["written"])


def _plain_sql(relation: str, key: str, columns: tuple[str, ...]) -> str:
    """Rows of both sides, rows that both have, and differing values of each column, as anyone would ask."""
    old, new = (relation.format(target) for target in ("old", "new"))
    joined = f"{old} o join {new} n on o.{key} = n.{key}"
    counts = [f"(select count(*) from {side})" for side in (old, new)]
    counts.append(f"(select count(*) from {joined})")
    counts += [f"(select count(*) from {joined} where o.{one} is distinct from n.{one})" for one in columns]
    return f"select {', '.join(f'{count} as c{number}' for number, count in enumerate(counts))}"


def _diff(built: Built, capfd: pytest.CaptureFixture[str], *arguments: str) -> DataDiff:
    capfd.readouterr()
    main(
        [
            *("data", "diff", "--profiles-dir", str(built.directory), "--profile", built.project.profile),
            *(
                "-f",
                "json",
                "--from",
                str(built.directory / "target_old"),
                str(built.directory / "target_new"),
            ),
            *arguments,
        ]
    )
    return loads_json(capfd.readouterr().out, DataDiff)


@pytest.mark.parametrize("is_merged", [False, True], ids=["joined", "merged"])
def test_a_comparison_of_two_builds_says_what_dbt_says(
    is_merged: bool, built: Built, capfd: pytest.CaptureFixture[str]
) -> None:
    # One target is one connection; two are two.
    targets = ("--old-target", "old", "--new-target", "new") if is_merged else ()
    report = _diff(built, capfd, "--downstream", *targets)
    found = {one.identity: one for one in report.relations}
    assert not [one.failure for one in report.relations if one.failure]
    for name, (_, key, columns) in built.project.compared.items():
        values = found[name].values
        if values is None:
            # Nothing says what its key is.
            assert found[name].notes
            (values,) = (
                one.values for one in _diff(built, capfd, "-s", name.split(".", 2)[2], "--key", key).relations
            )
        assert values is not None
        assert values.key == (key,)
        by_column = {one.column: one.differing for one in values.columns}
        counted = [values.old_rows, values.new_rows, values.common_rows, *(by_column[one] for one in columns)]
        assert built.answers[name] == [[str(count) for count in counted]]
        rows = found[name].rows
        assert rows is not None
        for target, count in (("old", rows.old), ("new", rows.new)):
            assert built.written[target].get(name, count) == count
    assert sum(not found[name].ok for name in built.project.compared) >= 3


def test_what_is_the_same_in_both_builds_has_no_difference(built: Built) -> None:
    with Warehouse.from_url(f"duckdb:///{built.database}", read_only=True) as warehouse:
        for relation, key, _ in built.project.compared.values():
            name = relation.format("new")
            assert compare_relations(warehouse, name, warehouse, name, ComparisonOptions(key=(key,))).ok


def test_rendered_code_makes_the_tables_that_dbt_made(built: Built) -> None:
    path = built.directory / "target_new" / "manifest.json"
    manifest = DbtManifest.load(path)
    relations = of_manifest(manifest)
    models = [node for node in manifest.resources("model") if node.unique_id in relations]
    # Names of relations have the name of the file.
    rendered = built.directory / "rendered" / built.database.name
    rendered.parent.mkdir()
    shutil.copy(built.database, rendered)
    with duckdb.connect(rendered) as connection:
        connection.execute("CREATE SCHEMA rendered")
        for node in list(models):
            try:
                code = render(
                    manifest,
                    node.unique_id,
                    project_dir=built.directory,
                    target={"name": "new", "schema": "new"},
                )
            except ManifestError:
                # What dbt alone can render says so: it calls a macro.
                assert node["depends_on"]["macros"]
                models.remove(node)
                continue
            connection.execute(f'CREATE TABLE rendered."{node.unique_id}" AS {code}')
    options = ComparisonOptions(kinds=("rows", "values", "profile"))
    with Warehouse.from_url(f"duckdb:///{rendered}", read_only=True) as warehouse:
        for node in models:
            made = ".".join(f'"{part.text}"' for part in relations[node.unique_id].name[-2:])
            columns = warehouse.execute(f"SELECT * FROM {made} LIMIT 0").columns
            diff = compare_relations(
                warehouse,
                made,
                warehouse,
                f'rendered."{node.unique_id}"',
                options._replace(key=(columns[0],)),
            )
            assert diff.ok, node.unique_id
            assert diff.rows is not None
    assert len(models) >= 2
