"""What needs the vendors' own libraries: dialects that compile the store's SQL, and the drivers.

``make vendors`` installs them, apart from all else; `warehouse.test_vendors` runs these tests there.
"""

from __future__ import annotations

import importlib
import tempfile

import fakesnow
import pytest
import sqlglot

from confiture.warehouse import MetadataStore, Warehouse
from confiture.warehouse.stopping import label_jobs
from warehouse.recording import all_statements
from warehouse.support import many

#: The modules and classes of the dialects.
_DIALECTS = {
    "snowflake": ("snowflake.sqlalchemy.snowdialect", "SnowflakeDialect"),
    "bigquery": ("sqlalchemy_bigquery", "BigQueryDialect"),
    "redshift": ("sqlalchemy_redshift.dialect", "RedshiftDialect_psycopg2"),
    "databricks": ("databricks.sqlalchemy", "DatabricksDialect"),
}

#: What is used of each driver, by its module.
_DOCUMENTED = [
    ("snowflake.connector", "SnowflakeConnection", "session_id"),
    ("snowflake.connector.cursor", "SnowflakeCursor", "fetch_arrow_all"),
    ("google.cloud.bigquery", "Client", "list_jobs"),
    ("google.cloud.bigquery", "Client", "default_query_job_config"),
    ("google.cloud.bigquery", "QueryJobConfig", "labels"),
    ("google.cloud.bigquery", "QueryJob", "cancel"),
    ("google.cloud.bigquery", "QueryJob", "labels"),
    ("google.cloud.bigquery", "QueryJob", "state"),
    ("google.cloud.bigquery", "QueryJob", "to_arrow"),
    ("google.cloud.bigquery.dbapi", "Cursor", "query_job"),
    ("databricks.sql.client", "Cursor", "cancel"),
    ("databricks.sql.client", "Cursor", "fetchall_arrow"),
    ("psycopg2.extensions", "connection", "get_backend_pid"),
]


@pytest.mark.parametrize("kind", _DIALECTS)
def test_all_statements_of_the_store_are_sql_of_the_warehouse(kind: str) -> None:
    module, name = _DIALECTS[kind]
    dialect = getattr(importlib.import_module(module), name)(paramstyle="named")
    statements = all_statements(kind)
    seen = set()
    for statement in statements:
        compiled = str(statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}))
        assert "drop table" not in compiled
        parsed = sqlglot.parse(compiled, read=kind, error_level=sqlglot.ErrorLevel.RAISE)
        assert len(parsed) == 1, compiled
        assert parsed[0] is not None
        assert not isinstance(parsed[0], sqlglot.exp.Command), compiled
        seen.add(type(parsed[0]).__name__)
    assert seen >= {"Create", "Insert", "Select", "Delete"}


@pytest.mark.parametrize(("module", "name", "attribute"), _DOCUMENTED)
def test_the_drivers_have_what_is_imitated(module: str, name: str, attribute: str) -> None:
    assert hasattr(getattr(importlib.import_module(module), name), attribute)


def test_labels_of_jobs_of_bigquery_are_those_of_the_client() -> None:
    library = importlib.import_module("google.cloud.bigquery")
    credentials = importlib.import_module("google.auth.credentials").AnonymousCredentials()
    client = library.Client(project="p", credentials=credentials)
    label_jobs(client, "1")
    label_jobs(client, "2")

    assert client.default_query_job_config.labels == {"confiture_connection": "2"}


# What its libraries warn of is not about keys.
@pytest.mark.filterwarnings("ignore")
def test_bigquerys_dialect_is_told_of_the_key_file(monkeypatch: pytest.MonkeyPatch) -> None:
    library = importlib.import_module("google.cloud.bigquery")
    credentials = importlib.import_module("google.auth.credentials").AnonymousCredentials()
    base = importlib.import_module("sqlalchemy_bigquery.base")
    told: dict[str, object] = {}

    def create(**named: object) -> object:
        told.update(named)
        return library.Client(project="p", credentials=credentials)

    monkeypatch.setattr(base._helpers, "create_bigquery_client", create)
    with Warehouse.from_url("bigquery://p/d?credentials_path=/key.json&location=EU") as warehouse:
        warehouse._made_engine().connect().close()
        assert warehouse.shown == "bigquery://p/d"
    assert (told["credentials_path"], told["location"], told["project_id"]) == ("/key.json", "EU", "p")


# What its libraries warn of is not about the store.
@pytest.mark.filterwarnings("ignore")
def test_a_store_on_an_imitation_of_snowflake() -> None:
    with (
        tempfile.TemporaryDirectory() as directory,
        fakesnow.patch(db_path=directory),
        Warehouse.from_url("snowflake://user:password@account/db/public") as warehouse,
    ):
        store = MetadataStore(warehouse)
        first = store.push(many(5)).run
        assert store.push(many(5)).node_rows == 0
        assert store.read(first).dbt == many(5).contents().dbt
        second = store.push(many(6)).run
        assert [node.identity for node in store.diff(first, second).nodes] == ["model.shop.m00005"]
        assert len(store.prune(keep=1).runs) == 2
