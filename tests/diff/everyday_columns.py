"""Columns and their defaults as people write them, in several spellings each.

Some spellings of a line are one to a server and others are not: the server says which.
"""

from __future__ import annotations

__all__ = ["COLUMNS", "DEFAULTS", "TABLE", "spelt"]

#: A table that others are about.
TABLE = "CREATE TABLE t (id int PRIMARY KEY, a text, b text, n numeric, at timestamptz, d date, f bool);"


def spelt(template: str, *choices: str) -> tuple[str, ...]:
    """A text for each of the choices, which stands where the template has ``<?>``."""
    return tuple(template.replace("<?>", choice) for choice in choices)


def _column(*types: str) -> tuple[str, ...]:
    return spelt("CREATE TABLE t (a <?>);", *types)


def _default(kind: str, *defaults: str) -> tuple[str, ...]:
    return spelt(f"CREATE TABLE t (a {kind} DEFAULT <?>);", *defaults)


#: Types of columns.
COLUMNS: dict[str, tuple[str, ...]] = {
    "integer": _column("int", "integer", "int4", "pg_catalog.int4", "bigint", "int8"),
    "smallint": _column("smallint", "int2", "SMALLINT NULL", "smallint NOT NULL"),
    "varchar": _column("varchar(10)", "character varying(10)", "varchar (10)", "varchar(11)", "varchar"),
    "char": _column("char", "char(1)", "character", "character(1)", "bpchar", '"char"', "char(2)"),
    "national": _column("nchar(3)", "national character(3)", "char(3)", "national character varying(3)"),
    "bit": _column("bit", "bit(1)", "bit(2)", "bit varying", "varbit", "bit varying(2)", "varbit(2)"),
    "numeric": _column(
        "numeric", "decimal", "dec", "numeric(10)", "numeric(10,0)", "numeric(10, 2)", "decimal(10,2)"
    ),
    "float": _column("float", "float8", "double precision", "float(53)", "float(24)", "real", "float4"),
    "boolean": _column("boolean", "bool", "pg_catalog.bool", "text"),
    "timestamp": _column(
        "timestamp",
        "timestamp without time zone",
        "timestamp(3)",
        "timestamp (3) without time zone",
        "timestamptz(3)",
        "timestamp(3) with time zone",
        "timestamptz",
    ),
    "time": _column(
        "time", "time without time zone", "timetz", "time with time zone", "time(2)", "timetz(2)"
    ),
    "interval": _column(
        "interval",
        "interval year to month",
        "interval(3)",
        "interval second(3)",
        "interval day to second",
        "interval day to second(3)",
        "interval year",
    ),
    "array": _column("int[]", "int[3]", "int[][]", "integer ARRAY", "int ARRAY[3]", "int4[]", "bigint[]"),
    "array of lengths": _column("varchar(3)[]", "character varying(3)[3]", "varchar(3) ARRAY", "varchar[]"),
    "serial": _column("serial", "serial4", "SERIAL NOT NULL", "bigserial", "serial8", "smallserial"),
    "serial written out": (
        "CREATE TABLE t (a serial);",
        "CREATE SEQUENCE t_a_seq AS integer; CREATE TABLE t (a int NOT NULL DEFAULT nextval('t_a_seq'));"
        " ALTER SEQUENCE t_a_seq OWNED BY t.a;",
        "CREATE SEQUENCE t_a_seq AS integer; CREATE TABLE t (a int NOT NULL DEFAULT nextval('t_a_seq'));",
        "CREATE SEQUENCE t_a_seq; CREATE TABLE t (a int NOT NULL DEFAULT nextval('t_a_seq'::regclass));"
        " ALTER SEQUENCE t_a_seq OWNED BY t.a;",
    ),
    "collation": spelt(
        "CREATE TABLE t (a text <?>);", "", 'COLLATE "default"', 'COLLATE "C"', 'COLLATE pg_catalog."C"'
    ),
    "storage": spelt(
        "CREATE TABLE t (a text); ALTER TABLE t ALTER a SET STORAGE <?>;", "EXTENDED", "extended", "MAIN"
    ),
    "statistics": (
        "CREATE TABLE t (a text);",
        "CREATE TABLE t (a text); ALTER TABLE t ALTER COLUMN a SET STATISTICS -1;",
        "CREATE TABLE t (a text); ALTER TABLE t ALTER a SET STATISTICS 200;",
        "CREATE TABLE t (a text); ALTER TABLE t ALTER a SET (n_distinct = 5);",
        "CREATE TABLE t (a text); ALTER TABLE t ALTER a SET (n_distinct = '5');",
    ),
    "identity": spelt(
        "CREATE TABLE t (a int GENERATED <?>);",
        "ALWAYS AS IDENTITY",
        "ALWAYS AS IDENTITY (START WITH 1)",
        "ALWAYS AS IDENTITY (START 1 INCREMENT 1 MINVALUE 1 MAXVALUE 2147483647 CACHE 1 NO CYCLE)",
        "ALWAYS AS IDENTITY NOT NULL",
        "BY DEFAULT AS IDENTITY",
        "ALWAYS AS IDENTITY (START WITH 2)",
        "ALWAYS AS IDENTITY (SEQUENCE NAME t_a_seq)",
        "ALWAYS AS IDENTITY (SEQUENCE NAME numbers)",
    ),
    "identity later": (
        "CREATE TABLE t (a int NOT NULL); ALTER TABLE t ALTER a ADD GENERATED ALWAYS AS IDENTITY;",
        "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);",
        "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY); ALTER TABLE t ALTER a SET START 5;",
        "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (START 5));",
        "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY); ALTER TABLE t ALTER a DROP IDENTITY;",
        "CREATE TABLE t (a int NOT NULL);",
    ),
    "generated": spelt(
        "CREATE TABLE t (a int, b text, c int GENERATED ALWAYS AS (<?>) STORED);",
        "a + 1",
        "(a + 1)",
        "a+1",
        "a + '1'",
        "t.a + 1",
        "1 + a",
        "length(b)",
        "pg_catalog.length(b)",
        "a * 2::int",
    ),
}

#: Defaults of columns: values in several spellings.
DEFAULTS: dict[str, tuple[str, ...]] = {
    "integer": _default(
        "int", "10", "'10'", "010", "+10", "10::int", "'10'::integer", "' 10 '", "11", "10.0"
    ),
    "negative": _default("int", "-1", "'-1'", "(-1)", "- 1", "-1::int", "'-1'::int", "1", "(-(1))"),
    "bigint": _default("bigint", "1", "'1'", "1::bigint", "'1'::bigint", "9999999999", "'9999999999'"),
    "smallint": _default("smallint", "1", "'1'", "1::smallint", "'01'", "int2 '1'", "2"),
    "numeric": _default(
        "numeric", "1.0", "1.00", "'1.0'", "'1.00'", "1", "1.", "'1'", "1.0::numeric", "'01.0'", "1e0"
    ),
    "scaled": _default("numeric(5,2)", "1.5", "1.50", "'1.5'", "'1.50'", "1.5::numeric", "1.5::numeric(5,2)"),
    "exponent": _default("numeric", "1e2", "100", "100.0", "'1e2'", "1E2", ".5", "0.5", "'.5'"),
    "float": _default("float8", "1", "1.0", "'1'", "'1.0'", "1e0", "1.5", "'1.5'", "'1.50'", "'15e-1'"),
    "real": _default("real", "0.1", "'0.1'", "'0.10'", "1::real", "0.1::real"),
    "boolean": _default("bool", "true", "TRUE", "'t'", "'true'", "'yes'", "'on'", "'1'", "false", "'f'"),
    "boolean cast": _default("boolean", "'t'::boolean", "'true'::bool", "true", "bool 'yes'", "'no'::bool"),
    "boolean made": _default("boolean", "(1 = 1)", "true", "(NOT false)", "1::boolean", "1::int::bool"),
    "date": _default(
        "date",
        "'2024-01-01'",
        "'2024-1-1'",
        "DATE '2024-01-01'",
        "'20240101'",
        "'January 1, 2024'",
        "'2024-01-01'::date",
        "'2024-01-02'",
        "'2024/01/01'",
    ),
    "endless date": _default("date", "'infinity'", "'Infinity'", "'infinity'::date", "'-infinity'"),
    "timestamp": _default(
        "timestamp",
        "'2024-01-01'",
        "'2024-01-01 00:00:00'",
        "TIMESTAMP '2024-01-01 00:00'",
        "'2024-1-1 0:00'",
        "'2024-01-01T00:00:00'",
        "'2024-01-01 00:00:00.000'",
        "'2024-01-01 00:00:01'",
        "'2024-01-01 00:00:00.5'",
        "'2024-01-01 00:00:00.50'",
    ),
    "timestamptz": _default(
        "timestamptz",
        "'2024-01-01 00:00:00+00'",
        "'2024-01-01 00:00:00Z'",
        "'2024-01-01 00:00:00 UTC'",
        "'2024-01-01 01:00:00+01'",
        "TIMESTAMPTZ '2024-01-01 00:00:00+00:00'",
        "'2024-01-01 00:00:00+01'",
        "timestamp with time zone '2024-01-01 00:00:00+00'",
    ),
    "timestamptz of the session": _default(
        "timestamptz", "'2024-01-01'", "'2024-01-01 00:00:00'", "'2024-01-01 00:00:00+00'", "'2024-02-01'"
    ),
    "time": _default(
        "time", "'08:00'", "'08:00:00'", "'8:00'", "TIME '08:00'", "'08:00 AM'", "'08:00:01'", "'08:00:00.0'"
    ),
    "interval of days": _default(
        "interval",
        "'1 day'",
        "'1 days'",
        "INTERVAL '1 day'",
        "interval '1' day",
        "'24 hours'",
        "'P1D'",
        "'1 DAY'",
        "'@ 1 day'",
        "'1 day'::interval",
    ),
    "interval of hours": _default(
        "interval", "'1 hour'", "'01:00:00'", "'60 minutes'", "'1:00'", "'3600 seconds'", "'1 hour 1 second'"
    ),
    "interval of months": _default(
        "interval", "'1 year'", "'12 months'", "'1 mon'", "'1 month'", "'30 days'", "'1-0'", "'1.5 years'"
    ),
    "interval negative": _default("interval", "'-1 day'", "'1 day ago'", "- interval '1 day'", "'1 day'"),
    "interval fraction": _default("interval", "'1.5 seconds'", "'00:00:01.5'", "'1.5 days'", "'1 day 12:00'"),
    "bytea": _default("bytea", r"'\xAB'", r"'\xab'", r"E'\\xab'", r"'\253'", r"'\xab'::bytea", r"'\xac'"),
    "bytea of text": _default("bytea", "'a'", r"'\x61'", "''", r"'\x'", r"'\x 61'", "'b'"),
    "uuid": _default(
        "uuid",
        "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'",
        "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'",
        "'{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'",
        "'a0eebc999c0b4ef8bb6d6bb9bd380a11'",
        "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid",
        "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12'",
    ),
    "text": _default("text", "'a'", "'a'::text", "('a')", "$$a$$", "E'a'", "'b'", "'a '", "'a'::varchar"),
    "text of number": _default("text", "1", "'1'", "1::text", "'1'::text", "1.0", "true", "'true'"),
    "varchar": _default("varchar(10)", "'a'", "'a'::varchar", "'a'::text", "'a'::character varying(10)"),
    "char": _default("char(3)", "'a'", "'a  '", "'a'::char(3)", "'a'::bpchar", "'b'"),
    "now": _default(
        "timestamptz",
        "now()",
        "CURRENT_TIMESTAMP",
        "pg_catalog.now()",
        "transaction_timestamp()",
        "(now())",
        "CURRENT_TIMESTAMP(3)",
        "now()::timestamptz",
    ),
    "utc": _default(
        "timestamp",
        "(now() AT TIME ZONE 'utc')",
        "timezone('utc', now())",
        "timezone('utc'::text, now())",
        "(now() AT TIME ZONE 'UTC')",
        "now()",
        "LOCALTIMESTAMP",
    ),
    "today": _default("date", "CURRENT_DATE", "now()::date", "('now'::text)::date", "now()"),
    "json": _default("json", "'{}'", "'{}'::json", "'{ }'", "json '{}'"),
    "jsonb": _default("jsonb", "'{}'", "'{}'::jsonb", "'{ }'", "jsonb '{}'", "'[]'", "'{}'::json"),
    "jsonb of keys": _default(
        "jsonb",
        '\'{"a": 1, "b": [true, null]}\'',
        '\'{"a":1,"b":[true,null]}\'',
        '\'{"b": [true, null], "a": 1}\'',
        '\'{"a": 1.0, "b": [true, null]}\'',
        '\'{"a": 1, "b": [null, true]}\'',
        '\'{"a": 1, "b": [true, null], "a": 1}\'',
    ),
    "array": _default(
        "int[]", "'{}'", "'{}'::int[]", "ARRAY[]::int[]", "'{ }'", "ARRAY[]::integer[]", "'{1}'"
    ),
    "array of numbers": _default(
        "int[]", "'{1,2}'", "'{1, 2}'", "ARRAY[1,2]", "'{01,2}'", "'{1,2}'::int[]", "'{2,1}'", "'{{1,2}}'"
    ),
    "array of texts": _default(
        "text[]",
        "'{a,b}'",
        '\'{"a","b"}\'',
        "'{a, b}'",
        "ARRAY['a','b']",
        "ARRAY['a'::text, 'b'::text]",
        "'{a,\"b \"}'",
        "ARRAY['a','b']::text[]",
        "'{NULL}'",
        "'{\"NULL\"}'",
    ),
    "inet": _default("inet", "'10.0.0.1'", "'10.0.0.1/32'", "inet '10.0.0.1'", "'10.0.0.1/24'", "'10.0.0.2'"),
    "null": ("CREATE TABLE t (a text);", *_default("text", "NULL", "NULL::text", "(NULL)", "''")),
    "enum": spelt(
        "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (x mood DEFAULT <?>);",
        "'a'",
        "'a'::mood",
        "mood 'a'",
        "CAST('a' AS mood)",
        "('a')",
        "'b'",
    ),
    "enum of arrays": spelt(
        "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (x mood[] DEFAULT <?>);",
        "'{}'",
        "'{}'::mood[]",
        "'{a}'",
        "ARRAY['a']::mood[]",
        "ARRAY['a'::mood]",
    ),
    "domain": spelt(
        "CREATE DOMAIN price AS numeric(10,2); CREATE TABLE t (x price DEFAULT <?>);",
        "0",
        "'0'",
        "0::price",
        "0.00",
        "0::numeric",
        "'0.00'",
    ),
    "sequence": spelt(
        "CREATE SEQUENCE s; CREATE TABLE t (a bigint DEFAULT <?>);",
        "nextval('s')",
        "nextval('s'::regclass)",
        "nextval(('s'::text)::regclass)",
        "nextval('s'::text)",
    ),
    "function": _default("uuid", "gen_random_uuid()", "pg_catalog.gen_random_uuid()", "(gen_random_uuid())"),
    "calculated": _default("int", "(1 + 2)", "1 + 2", "1+2", "(1)+(2)", "3", "2 + 1"),
    "joined": _default(
        "text", "'a' || 'b'", "'a'||'b'", "('a'::text || 'b'::text)", "'ab'", "concat('a','b')"
    ),
    "user": _default("name", "CURRENT_USER", "current_user", "user", "SESSION_USER", "current_role"),
    "user as text": _default("text", "CURRENT_USER", "(CURRENT_USER)::text", "session_user", "current_user"),
    "random": _default("text", "md5(random()::text)", "md5((random())::text)", "md5(random()::varchar)"),
    "extracted": _default(
        "int", "extract(epoch from now())", "EXTRACT('epoch' FROM now())", "date_part('epoch', now())"
    ),
    "range": _default("int4range", "'[1,5)'", "'[1,4]'", "int4range(1,5)", "'[1,5)'::int4range", "'(0,5)'"),
    "setting": _default(
        "text",
        "current_setting('a.b')",
        "current_setting('a.b', true)",
        "current_setting('a.b'::text, TRUE)",
        "current_setting('a.c')",
    ),
}
