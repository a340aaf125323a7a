"""A made schema to measure the parser on: areas of 30 tables, with all that belongs to them.

The same number of areas gives the same text. It loads into PostgreSQL, needs nothing outside itself but
what is there from the start, and has something of each common kind of statement. An area has a schema of
its own and refers to the one before, as parts of a real system do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Statements of one area.
STATEMENTS_PER_AREA = 106

_AREAS = ("sales", "billing", "stock", "shipping", "support", "people", "catalogue", "planning")
_NOUNS = (
    *("account", "address", "agreement", "article", "batch", "category", "channel", "claim", "contact"),
    *("contract", "delivery", "device", "discount", "document", "entry", "invoice", "item", "label"),
    *("location", "measure", "member", "message", "order_line", "package", "payment", "person"),
    *("price", "project", "region", "request"),
)
#: Columns that tables take in turn, beside their key and references.
_COLUMNS = (
    "name text NOT NULL",
    "code varchar(12) NOT NULL UNIQUE",
    "amount numeric(12,2) NOT NULL DEFAULT 0 CHECK (amount >= 0)",
    "is_active boolean NOT NULL DEFAULT true",
    "created_at timestamptz NOT NULL DEFAULT now()",
    "note text",
    "quantity integer DEFAULT 1 CHECK (quantity BETWEEN 1 AND 10000)",
    "state {area}.state NOT NULL DEFAULT 'draft'",
    "email {area}.email",
    "tags text[] NOT NULL DEFAULT '{{}}'::text[]",
    "valid_from date NOT NULL DEFAULT CURRENT_DATE",
    "details jsonb",
    "total numeric(14,4) GENERATED ALWAYS AS (1.21 * 100) STORED",
)


def make_schema(statements: int) -> str:
    """The text of so many statements, each with its terminator and followed by an empty line."""
    pieces: list[str] = []
    area = 0
    while len(pieces) < statements:
        pieces += _statements_of_area(area)
        area += 1
    return "\n\n".join(pieces[:statements]) + "\n"


def _statements_of_area(number: int) -> Iterator[str]:
    area = f"{_AREAS[number % len(_AREAS)]}_{number:03}"
    before = f"{_AREAS[(number - 1) % len(_AREAS)]}_{number - 1:03}" if number else area
    tables = [f"{area}.{noun}" for noun in _NOUNS]
    yield f"-- Everything about {area}.\nCREATE SCHEMA {area};"
    yield f"GRANT USAGE ON SCHEMA {area} TO PUBLIC;"
    yield f"CREATE TYPE {area}.state AS ENUM ('draft', 'open', 'held', 'closed');"
    yield f"CREATE TYPE {area}.span AS (first_day date, last_day date);"
    yield f"CREATE DOMAIN {area}.email AS text CHECK (VALUE ~ '^[^@]+@[^@]+$');"
    yield f"CREATE SEQUENCE {area}.document_number START WITH 1000 INCREMENT BY 10 CACHE 5;"
    yield f"CREATE SEQUENCE {area}.ticket_number AS integer MAXVALUE 999999 CYCLE;"
    for index, table in enumerate(tables):
        parent = f"{before}.{_NOUNS[index * 7 % 30]}" if number else None
        yield _table(area, table, index, tables[index // 2] if index else parent)
    for index, table in enumerate(tables[:22]):
        yield _index(table, index)
    for index in range(6):
        referring, column = tables[index * 5], f"{_NOUNS[index * 5 + 1]}_id"
        yield (
            f"ALTER TABLE {referring}\n    ADD COLUMN {column} bigint REFERENCES {tables[index * 5 + 1]} (id)"
            " ON DELETE SET NULL;"
        )
    yield from _routines_and_views(area, tables)
    for index in range(2):
        yield f"ALTER TABLE {tables[index]} ENABLE ROW LEVEL SECURITY;"
    for index, command in enumerate(("SELECT", "UPDATE", "DELETE")):
        yield (
            f"CREATE POLICY own_rows_{index} ON {tables[index % 2]} FOR {command}\n"
            f"    USING (label = CURRENT_USER AND id > {index});"
        )
    for table in tables[:10]:
        yield f"GRANT SELECT, INSERT, UPDATE ON {table} TO PUBLIC;"
    for table in tables[:10]:
        yield f"COMMENT ON TABLE {table} IS 'What {area} knows of it.';"
    for table in tables[:4]:
        yield f"COMMENT ON COLUMN {table}.label IS 'What people call it; it''s not unique.';"


def _table(area: str, table: str, index: int, parent: str | None) -> str:
    key = "id bigserial PRIMARY KEY" if index % 2 else "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
    lines = [key, "label text NOT NULL"]
    if parent:
        lines.append(f"parent_id bigint REFERENCES {parent}" + " ON DELETE CASCADE" * (index % 3 == 0))
    # A step that is prime to the number of columns gives each table others.
    for step in range((index + 1) % 4):
        lines.append(_COLUMNS[(index * 4 + step) % len(_COLUMNS)].format(area=area))
    if index % 6 == 0:
        lines.append(f"CONSTRAINT {table.partition('.')[2]}_label_check CHECK (length(label) > 1)")
    if index % 10 == 3:
        lines.append("UNIQUE (label, parent_id)")
    return f"CREATE TABLE {table} (\n    " + ",\n    ".join(lines) + "\n);"


def _index(table: str, index: int) -> str:
    name = f"{table.partition('.')[2]}_by_label"
    if index % 4 == 1:
        return f"CREATE INDEX ON {table} (lower(label));"
    if index % 4 == 2:
        return f"CREATE UNIQUE INDEX {name} ON {table} (label, id) WHERE label <> '';"
    return f"CREATE INDEX {name} ON {table} (label);"


def _routines_and_views(area: str, tables: list[str]) -> Iterator[str]:
    yield (
        f"CREATE FUNCTION {area}.label_of(wanted bigint) RETURNS text LANGUAGE sql STABLE AS $$\n"
        f"    SELECT label FROM {tables[0]} WHERE id = wanted;\n$$;"
    )
    yield (
        f"CREATE FUNCTION {area}.tidy() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n"
        "    NEW.label := trim(NEW.label);\n    RETURN NEW;\nEND;\n$$;"
    )
    yield (
        f"CREATE FUNCTION {area}.count_of(first_id bigint, last_id bigint DEFAULT 10) RETURNS bigint\n"
        f"LANGUAGE sql AS 'SELECT count(*) FROM {tables[1]} WHERE id BETWEEN first_id AND last_id';"
    )
    for index in range(4):
        first, second = tables[index + 1], tables[(index + 1) // 2]
        yield (
            f"CREATE VIEW {first}_listing AS\n"
            "SELECT f.id, f.label, s.label AS parent_label,\n    count(*) AS uses\n"
            f"FROM {first} AS f\nLEFT JOIN {second} AS s ON s.id = f.parent_id\n"
            "WHERE f.label <> '' AND (s.id IS NULL OR s.id < 1000)\nGROUP BY f.id, f.label, s.label;"
        )
    yield (
        f"CREATE MATERIALIZED VIEW {area}.labels AS\nSELECT label FROM {tables[0]}\nUNION\n"
        f"SELECT label FROM {tables[1]};"
    )
    for table in tables[:4]:
        yield (
            f"CREATE TRIGGER tidy BEFORE INSERT OR UPDATE ON {table}\n"
            f"    FOR EACH ROW EXECUTE FUNCTION {area}.tidy();"
        )
