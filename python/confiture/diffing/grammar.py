"""Words of expressions: of the grammar, and what PostgreSQL's own functions give."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ANY_FROM",
    "ARGUMENTS",
    "CASTS",
    "GRAMMAR",
    "OF_ONE_TYPE",
    "OF_ROWS",
    "OF_TEXT",
    "RESERVED",
    "TYPES",
    "TYPE_WORDS",
    "VALUES",
]

_RESERVED = """
    all and any array as asc between by case cast check collate cross desc distinct do else end except
    exists false for from full group having ilike in inner intersect into is isnull join lateral left
    like limit natural not notnull null offset on only or order outer over overlaps right row select
    set similar some then to true union unique using values when where window with
"""
_GRAMMAR = """
    abs all and any array as asc at between both by case cast coalesce collate cross current_catalog
    current_date current_role current_schema current_time current_timestamp current_user desc distinct
    else end except exists extract false fetch filter first following for from full greatest group
    having ilike in inner intersect interval into is isnull join last lateral leading least left like
    limit localtime localtimestamp materialized natural next not notnull null nullif nulls of offset
    on only or order ordinality outer over overlaps overlay partition placing position preceding range
    recursive row rows select session_user set similar some substring symmetric table then ties to
    trailing trim true unbounded union unknown user using values varying when where window with within
    without zone bigint bit bool boolean bpchar char character date dec decimal double float float4
    float8 int int2 int4 int8 integer json jsonb numeric precision real smallint text time timestamp
    timestamptz timetz uuid varbit varchar year month day hour minute second name old new excluded
    pg_catalog public btrim ltrim rtrim timezone like_escape similar_to_escape escape date_part
"""
_OF_TEXT = """
    lower upper btrim ltrim rtrim trim substr substring replace regexp_replace concat concat_ws left
    right lpad rpad md5 to_char jsonb_typeof json_typeof split_part initcap reverse repeat translate
    encode format quote_ident quote_literal array_to_string chr overlay
"""

_OF_ONE_TYPE = """
    abs avg btrim ceil ceiling char_length date_trunc floor initcap left length lower lpad ltrim max md5 min
    mod octet_length power regexp_match regexp_matches regexp_replace replace reverse right round rpad rtrim
    split_part sqrt starts_with string_agg strpos substr substring sum to_char to_date to_number to_timestamp
    translate trim trunc upper
"""
_OF_VALUES = """
    current_date current_time current_timestamp localtime localtimestamp current_role current_user user
    session_user system_user current_catalog current_schema
"""
_OF_ROWS = """
    generate_series unnest regexp_split_to_table string_to_table generate_subscripts jsonb_object_keys
    json_object_keys websearch_to_tsquery to_tsquery plainto_tsquery phraseto_tsquery now
"""

#: Words at which no operand starts, and which are no names without quotes.
RESERVED = frozenset(_RESERVED.split())

#: Words that the server adds, leaves out, or writes in another way.
GRAMMAR = frozenset(_GRAMMAR.split())

#: PostgreSQL's own functions that give text.
OF_TEXT = frozenset(_OF_TEXT.split())

#: Functions that take what is cast to `text` or from a domain as what it is cast to: none takes any type.
OF_ONE_TYPE = frozenset(_OF_ONE_TYPE.split())

#: Functions that take anything, from which argument on: a literal has no type there.
ANY_FROM = {
    "concat": 0,
    "concat_ws": 1,
    "format": 1,
    "jsonb_build_object": 0,
    "jsonb_build_array": 0,
    "jsonb_object_agg": 0,
    "num_nulls": 0,
    "num_nonnulls": 0,
    "count": 0,
    "pg_typeof": 0,
}

#: The types that the server's own functions take, where there is no other function of that name and number
#: of arguments; an empty text for what is not told.
ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "int4range": ("integer", "integer", "text"),
    "int8range": ("bigint", "bigint", "text"),
    "daterange": ("date", "date", "text"),
    "numrange": ("numeric", "numeric", "text"),
    "tsrange": ("timestamp without time zone", "timestamp without time zone", "text"),
    "tstzrange": ("timestamp with time zone", "timestamp with time zone", "text"),
    "setweight": ("", '"char"'),
    **dict.fromkeys(
        ("to_tsvector", "to_tsquery", "plainto_tsquery", "phraseto_tsquery", "websearch_to_tsquery"),
        ("regconfig",),
    ),
}

#: What is written like a column's name and is none (``SQLValueFunction``).
VALUES = frozenset(_OF_VALUES.split())

#: The server's own functions that give one column, which is called like the function.
OF_ROWS = frozenset(_OF_ROWS.split())

#: Types under the names that the grammar gives them (``SystemTypeName`` in ``gram.y``).
TYPES = {
    "int": "integer",
    "int4": "integer",
    "int8": "bigint",
    "int2": "smallint",
    "bool": "boolean",
    "float8": "double precision",
    "float4": "real",
    "float": "double precision",
    "decimal": "numeric",
    "dec": "numeric",
    "varchar": "character varying",
    "char": "character",
    "bpchar": "character",
    "timestamptz": "timestamp with time zone",
    "timestamp": "timestamp without time zone",
    "timetz": "time with time zone",
    "time": "time without time zone",
    "varbit": "bit varying",
}

#: Names of types that stand in front of one argument as a function's name does.
CASTS = frozenset(
    (*TYPES, *TYPES.values(), "numeric", "text", "date", "interval", "name", "json", "jsonb", "uuid", "bytea")
)

#: What may follow the first word of a type.
TYPE_WORDS = {
    "double": ("precision",),
    "character": ("varying",),
    "char": ("varying",),
    "bit": ("varying",),
    "timestamp": ("without", "with", "time", "zone"),
    "time": ("without", "with", "time", "zone"),
    "interval": ("year", "month", "day", "hour", "minute", "second", "to"),
}
