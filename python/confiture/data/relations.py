"""Relations of a warehouse: found by their names, with their columns and their primary key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from confiture.data.dialects import Dialect
from confiture.data.failures import relation_missing
from confiture.data.families import family_of
from confiture.data.names import NamePart, parse_relation_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture.warehouse.connections import Warehouse

__all__ = ["Column", "Relation", "Side", "find_relation"]


class Column(NamedTuple):
    """A column.

    Attributes:
        name: Its name, as the warehouse has it.
        type: Its type, as the warehouse calls it.
        is_nullable: Whether it may be NULL, as far as the warehouse says.
        family: The family of its type.
    """

    name: str
    type: str
    is_nullable: bool
    family: str


class Relation(NamedTuple):
    """A table or view.

    Attributes:
        name: Its name in SQL of the warehouse.
        columns: Its columns in their order.
        primary_key: The columns of its primary key; empty if it has none.
    """

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]


class Side(NamedTuple):
    """A relation where it is.

    Attributes:
        warehouse: The connection.
        dialect: How SQL is spelled there.
        relation: The relation.
        where: A condition that its rows have to meet.
    """

    warehouse: Warehouse
    dialect: Dialect
    relation: Relation
    where: str | None = None

    @property
    def source(self) -> str:
        """The relation, or the rows of it that are compared, as it may stand in FROM."""
        if self.where is None:
            return self.relation.name
        # A condition may end in a comment.
        return f"(SELECT * FROM {self.relation.name} WHERE ({self.where}\n))"

    def rows(self, sql: str, timeout: float | None) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.warehouse.execute(sql, timeout=timeout).rows


_DUCKDB_RELATIONS = """\
SELECT database_name, schema_name, name,
    CASE WHEN database_name = 'temp' THEN 0
        WHEN schema_name = current_schema() AND database_name = current_database() THEN 1
        WHEN database_name = current_database() THEN 2 ELSE 3 END
        AS distance, NULL
FROM (
    SELECT database_name, schema_name, table_name AS name, internal FROM duckdb_tables()
    UNION ALL SELECT database_name, schema_name, view_name AS name, internal FROM duckdb_views()
) relations
WHERE NOT internal"""

_POSTGRESQL_RELATIONS = """\
SELECT current_database(), n.nspname, c.relname, CASE WHEN pg_table_is_visible(c.oid) THEN 0 ELSE 2 END,
    c.oid
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND has_schema_privilege(n.oid, 'USAGE')
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"""

#: Those of one name: folded names are compared here, as a database can have very many.
_DUCKDB_NAMED = "AND lower(name) IN (lower(:name), :folded)"
_POSTGRESQL_NAMED = "AND c.relname IN (:name, :folded)"

_DUCKDB_COLUMNS = """\
SELECT column_name, data_type, is_nullable FROM duckdb_columns()
WHERE database_name = :database AND schema_name = :schema AND table_name = :name ORDER BY column_index"""

_POSTGRESQL_COLUMNS = """\
SELECT a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
    CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) WHEN 'e' THEN 'text' END
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = :oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"""

_DUCKDB_KEY = """\
SELECT unnest(constraint_column_names) FROM duckdb_constraints()
WHERE constraint_type = 'PRIMARY KEY' AND database_name = :database AND schema_name = :schema
    AND table_name = :name"""

_POSTGRESQL_KEY = """\
SELECT a.attname FROM pg_catalog.pg_index i
    CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, position)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
WHERE i.indrelid = :oid AND i.indisprimary AND k.position <= i.indnkeyatts ORDER BY k.position"""


class _Found(NamedTuple):
    database: str
    schema: str
    name: str
    distance: int
    oid: int | None


def find_relation(
    warehouse: Warehouse, name: str | Sequence[NamePart], *, any_database: bool = False
) -> tuple[Dialect, Relation]:
    """A relation by its name, whose parts need quotes only where they are not plain.

    Args:
        warehouse: The connection.
        name: The name, as it is written or in parts.
        any_database: Whether the database in the name says nothing, as the connection decides that.

    Raises:
        ConfigurationError: ``CONFIG_050``: this is no name of a relation.
        DatabaseError: ``DATABASE_040``: there is no such relation.
    """
    parts = list(parse_relation_name(name) if isinstance(name, str) else name)
    if any_database and warehouse.dialect in ("duckdb", "postgresql"):
        parts = parts[-2:]
    dialect = Dialect(warehouse.dialect, warehouse.quote)
    if dialect.name == "duckdb":
        return dialect, _in_duckdb(dialect, warehouse, parts)
    if dialect.name == "postgresql":
        return dialect, _in_postgresql(dialect, warehouse, parts)
    return dialect, _elsewhere(dialect, warehouse, parts)


def _in_duckdb(dialect: Dialect, warehouse: Warehouse, parts: list[NamePart]) -> Relation:
    # Names are those of the relation whatever their letters' size, quoted or not.
    found = _chosen(
        warehouse, (_DUCKDB_RELATIONS, _DUCKDB_NAMED), parts, folds=lambda part: part.text.casefold()
    )
    place = {"database": found.database, "schema": found.schema, "name": found.name}
    columns = tuple(
        Column(name, kind, bool(is_nullable), family_of(kind, "duckdb"))
        for name, kind, is_nullable in warehouse.execute(_DUCKDB_COLUMNS, place).rows
    )
    key = tuple(row[0] for row in warehouse.execute(_DUCKDB_KEY, place).rows)
    return Relation(_written(dialect, found), columns, key)


def _in_postgresql(dialect: Dialect, warehouse: Warehouse, parts: list[NamePart]) -> Relation:
    found = _chosen(warehouse, (_POSTGRESQL_RELATIONS, _POSTGRESQL_NAMED), parts, folds=None)
    place = {"oid": found.oid}
    columns = tuple(
        Column(name, kind, bool(is_nullable), family_of(base or kind, "postgresql"))
        for name, kind, is_nullable, base in warehouse.execute(_POSTGRESQL_COLUMNS, place).rows
    )
    key = tuple(row[0] for row in warehouse.execute(_POSTGRESQL_KEY, place).rows)
    return Relation(_written(dialect, found._replace(database="")), columns, key)


def _written(dialect: Dialect, found: _Found) -> str:
    return ".".join(dialect.quote(part) for part in (found.database, found.schema, found.name) if part)


def _chosen(warehouse: Warehouse, sql: tuple[str, str], parts: list[NamePart], folds: Any) -> _Found:
    """The relation that a name means: one spelled so before one that is spelled so when it is folded."""
    every, named = sql
    last = parts[-1].text
    asked = warehouse.execute(f"{every} {named}", {"name": last, "folded": last.lower()})

    def same(part: NamePart, name: str) -> int | None:
        if part.text == name:
            return 0
        if folds is not None:
            return 1 if folds(part) == name.casefold() else None
        # PostgreSQL folds what is not quoted to small letters.
        return 1 if not part.is_quoted and part.text.lower() == name else None

    fitting = []
    for one in (_Found(*row) for row in asked.rows):
        names = (one.database, one.schema, one.name)[-len(parts) :]
        ranks = [same(part, name) for part, name in zip(parts, names, strict=True)]
        known = [rank for rank in ranks if rank is not None]
        if len(known) == len(ranks) and (len(parts) > 1 or one.distance < 2):
            fitting.append((one.distance, sum(known), one))
    if not fitting:
        raise _missing(warehouse, parts, [_Found(*row) for row in warehouse.execute(every).rows])
    return min(fitting, key=lambda each: each[:2])[2]


def _missing(warehouse: Warehouse, parts: list[NamePart], relations: list[_Found]) -> Exception:
    schemas = {one.schema.casefold() for one in relations}
    asked = parts[-2].text.casefold() if len(parts) > 1 else None
    near = [one for one in relations if asked is None or one.schema.casefold() == asked] or relations
    is_in_schema = asked in schemas and len(parts) == 2
    known = sorted(
        {f"{parts[-2].text}.{one.name}" if is_in_schema else f"{one.schema}.{one.name}" for one in near}
    )
    if len(parts) == 1:
        known = sorted({one.name for one in relations if one.distance < 2} or known)
    return relation_missing(".".join(part.text for part in parts), warehouse.shown, known)


def _elsewhere(dialect: Dialect, warehouse: Warehouse, parts: list[NamePart]) -> Relation:
    """A relation of a warehouse that is asked by the views of the SQL standard."""
    sql, values = columns_query(dialect, parts)
    rows = warehouse.execute(sql, values).rows
    exact = [part.text for part in parts]
    chosen = min(
        {tuple(row[:3]) for row in rows},
        key=lambda names: sum(a != b for a, b in zip(names[-len(exact) :], exact, strict=True)),
        default=None,
    )
    if chosen is None:
        raise relation_missing(".".join(exact), warehouse.shown, ())
    columns = tuple(
        Column(row[3], row[4], str(row[5]).upper() != "NO", family_of(row[4], dialect.name))
        for row in rows
        if tuple(row[:3]) == chosen
    )
    name = ".".join(dialect.quote(part) for part in chosen if part)
    return Relation(name, columns, ())


def columns_query(dialect: Dialect, parts: Sequence[NamePart]) -> tuple[str, dict[str, str]]:
    """What asks a warehouse for the columns of a relation, and the values of its parameters."""
    folds = dialect.name == "snowflake"
    spelled = [part.text.upper() if folds and not part.is_quoted else part.text for part in parts]
    written = [dialect.quote(name).replace(":", "\\:") for name in spelled]
    view = "information_schema.columns"
    values = {"name": parts[-1].text.lower()}
    conditions = ["lower(table_name) = :name"]
    if dialect.name == "bigquery":
        # It has such a view in each dataset.
        view = ".".join([*written[:-1], "INFORMATION_SCHEMA.COLUMNS"])
    else:
        if len(parts) == 3:
            view = f"{written[0]}.{view}"
        if len(parts) > 1:
            conditions.append("lower(table_schema) = :schema")
            values["schema"] = parts[-2].text.lower()
    names = "table_catalog, table_schema, table_name"
    sql = (
        f"SELECT {names}, column_name, data_type, is_nullable FROM {view} "
        f"WHERE {' AND '.join(conditions)} ORDER BY {names}, ordinal_position"
    )
    return sql, values
