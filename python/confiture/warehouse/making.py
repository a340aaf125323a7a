"""Making the tables of a store, and bringing older ones to the version that this program knows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.schema import CreateSchema, CreateTable

import confiture
from confiture.exceptions import DatabaseError
from confiture.warehouse.failures import REFUSED
from confiture.warehouse.store_failures import foreign_tables, name_of_database, newer_store, no_store
from confiture.warehouse.tables import STORE_VERSION, has_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from confiture.warehouse.store import MetadataStore
    from confiture.warehouse.tables import StoreTables

__all__ = ["check_version", "make_ready", "making_statements", "store_version"]

#: Who makes the tables of a store waits for who does so already: a key of PostgreSQL's advisory locks.
_MAKING_LOCK = 0x636F6E66


def store_version(store: MetadataStore) -> int | None:
    """The version of the store's tables; None if there is no store.

    Raises:
        DatabaseError: ``DATABASE_030``: there is a table that is none of a store.
    """
    if not store.warehouse.has_table(store.schema, "store"):
        return None
    failure = None
    try:
        found = store.rows(select(func.max(store.tables.store.c.version)))
    except DatabaseError as error:
        if error.error_code != REFUSED:
            raise
        failure = foreign_tables(store.schema, ["store"])
    if failure is None:
        version = found[0][0] if found else None
        if version is None or (isinstance(version, int) and version > 0):
            return version
        failure = foreign_tables(store.schema, ["store"])
    raise failure


def check_version(store: MetadataStore) -> None:
    """Refuse to read what is no store, or one of a newer version.

    Raises:
        DatabaseError: ``DATABASE_021``: there is no store; ``DATABASE_020``: it is of a newer version;
            ``DATABASE_030``: its tables are those of somebody else.
    """
    version = store_version(store)
    if version is None:
        raise no_store(store.schema, store.warehouse.shown)
    if version > STORE_VERSION:
        raise newer_store(store.schema, version)


def make_ready(store: MetadataStore) -> None:
    """Make the tables, or those that later versions have, inside of the transaction that needs them.

    Raises:
        DatabaseError: As `check_version`, but that there need not be a store.
    """
    version = store_version(store)
    if version is None and store.warehouse.dialect == "postgresql":
        store.warehouse.execute(select(func.pg_advisory_xact_lock(_MAKING_LOCK)))
        version = store_version(store)
    if version is not None and version > STORE_VERSION:
        raise newer_store(store.schema, version)
    if version is None and store.warehouse.dialect == "duckdb":
        _refuse_name_of_database(store)
    if version is None and has_keys(store.warehouse.dialect):
        # Elsewhere a push that was killed while it made tables may have left some.
        _refuse_foreign_tables(store)
    for number, migrate in enumerate(_MIGRATIONS, 1):
        if version is None or version < number:
            migrate(store)
    if version is not None and version < STORE_VERSION:
        store.warehouse.execute(store.tables.store.update().values(version=STORE_VERSION))


def _refuse_name_of_database(store: MetadataStore) -> None:
    """Refuse a schema that is called as its database: names of tables in it could not be told apart."""
    if store.rows(select(func.current_database()))[0][0].casefold() == store.schema.casefold():
        raise name_of_database(store.schema)


def _refuse_foreign_tables(store: MetadataStore) -> None:
    found = [table.name for table in store.tables if store.warehouse.has_table(store.schema, table.name)]
    if found:
        raise foreign_tables(store.schema, found)


def _make_tables(store: MetadataStore) -> None:
    make_schema, *make_tables = making_statements(store.schema, store.tables)
    if not _has_schema(store):
        store.warehouse.execute(make_schema)
    for statement in make_tables:
        store.warehouse.execute(statement)
    row = {
        "version": STORE_VERSION,
        "created_at": datetime.now(UTC).replace(tzinfo=None),
        "created_by": f"confiture {confiture.__version__}",
    }
    store.warehouse.execute(store.tables.store.insert().values(**row))


def _has_schema(store: MetadataStore) -> bool:
    """Whether the schema is known to be there: PostgreSQL asks for rights before it looks whether it is."""
    from sqlalchemy import column, table

    if store.warehouse.dialect != "postgresql":
        return False
    schemas = table("pg_namespace", column("nspname"), schema="pg_catalog")
    return bool(store.rows(select(schemas.c.nspname).where(schemas.c.nspname == store.schema)))


def _make_text_tables(store: MetadataStore) -> None:
    # Stores that are made now have them.
    for table in (store.tables.texts, store.tables.set_texts):
        store.warehouse.execute(CreateTable(table, if_not_exists=True))


def making_statements(schema: str, tables: StoreTables) -> Sequence[Any]:
    """The statements that make the schema and the tables of a store, where they are not there."""
    from sqlalchemy.sql.elements import quoted_name

    return [
        CreateSchema(quoted_name(schema, True), if_not_exists=True),
        *(CreateTable(table, if_not_exists=True) for table in tables),
    ]


#: What makes the tables of each version from those of the one before.
_MIGRATIONS: tuple[Callable[[MetadataStore], None], ...] = (
    _make_tables,
    _make_text_tables,
)
