"""Pairs of expressions that may mean the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

__all__ = ["TABLE", "Pair", "pairs"]

#: The table whose columns the expressions are about.
TABLE = """
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN name_text AS text;
CREATE TABLE subject (
    i int, x bigint, s smallint, n numeric(10, 2), f double precision, t text, v varchar(20), c char(3),
    b boolean, d date, ts timestamp, tz timestamptz, iv interval, j jsonb, a int[], ta text[], e mood,
    dn name_text
);
"""

Node = tuple[str, ...]

_LITERALS = {
    "i": ("0", "1", "42", "-1"),
    "x": ("0", "3000000000", "-5"),
    "s": ("1", "7"),
    "n": ("0", "1.5", "10.00", "1e3"),
    "f": ("0.5", "2", "1e-3"),
    "t": ("'x'", "'it''s'", "'A%'", "''"),
    "v": ("'x'", "'abc'"),
    "c": ("'abc'", "'x'"),
    "d": ("'2020-01-01'", "CURRENT_DATE", "'2020-12-31'"),
    "ts": ("'2020-01-01 00:00:00'", "LOCALTIMESTAMP"),
    "tz": ("now()", "CURRENT_TIMESTAMP"),
    "iv": ("'1 day'", "'2 hours'"),
    "e": ("'sad'", "'ok'"),
    "dn": ("'x'", "'y'"),
}
_TYPES = {
    "i": ("integer", "int4", "int"),
    "x": ("bigint", "int8"),
    "s": ("smallint", "int2"),
    "n": ("numeric", "numeric(10,2)", "decimal"),
    "f": ("double precision", "float8"),
    "t": ("text",),
    "v": ("varchar", "character varying", "varchar(20)", "text"),
    "c": ("char(3)", "bpchar", "text"),
    "d": ("date", "timestamp"),
    "ts": ("timestamp", "timestamp without time zone"),
    "tz": ("timestamptz", "timestamp with time zone"),
    "iv": ("interval",),
    "e": ("mood", "text"),
    "dn": ("name_text", "text"),
}
_NUMBERS = ("i", "x", "s", "n", "f")
_STRINGS = ("t", "v", "c", "dn")
_COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")


class Pair(NamedTuple):
    """Two expressions of a boolean type.

    Attributes:
        kind: What was done to the one to make the other.
        old: The one.
        new: The other one.
    """

    kind: str
    old: str
    new: str


class _Writer:
    """Writes an expression; what is chosen of two spellings does not depend on what is said."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def condition(self, depth: int) -> str:
        chance = self._chance
        if depth and chance.random() < 0.5:
            kind = chance.choice(("AND", "OR", "AND", "NOT", "CASE", "COALESCE"))
            one, other = self.condition(depth - 1), self.condition(depth - 1)
            if kind == "NOT":
                return f"NOT ({one})"
            if kind == "CASE":
                return f"CASE WHEN {one} THEN {other} ELSE b END"
            if kind == "COALESCE":
                return f"COALESCE({one}, false)"
            return f"({one}) {kind} ({other})"
        column = chance.choice(tuple(_LITERALS))
        literal = chance.choice(_LITERALS[column])
        other = chance.choice(_LITERALS[column])
        forms = [
            f"{column} {chance.choice(_COMPARISONS)} {literal}",
            f"{column} IN ({literal}, {other})",
            f"{column} NOT IN ({literal}, {other})",
            f"{column} BETWEEN {literal} AND {other}",
            f"{column} NOT BETWEEN {literal} AND {other}",
            f"{column} IS NOT NULL",
            f"{column} IS DISTINCT FROM {literal}",
            f"{column} = ANY (ARRAY[{literal}, {other}]::{_TYPES[column][0]}[])",
            f"NULLIF({column}, {literal}) IS NULL",
        ]
        if column in _NUMBERS:
            second = chance.choice(_NUMBERS)
            operator = chance.choice("+-*/")
            forms += [
                f"{column} {operator} {literal} > {other}",
                f"{column} - ({second} - {literal}) > 0",
                f"{column} - {second} - {literal} > 0",
                f"abs({column}) {chance.choice(_COMPARISONS)} {literal}",
                f"{column} + {second} * {literal} > {other}",
                f"({column} + {second}) * {literal} > {other}",
                f"- {column} < {literal}",
                f"{column} > {second}",
                f"greatest({column}, {second}) > 0",
            ]
        if column in _STRINGS:
            forms += [
                f"{column} LIKE {literal}",
                f"{column} NOT LIKE {literal}",
                f"{column} ILIKE 'a%'",
                f"{column} ~ '^[a-z]+$'",
                f"{column} !~* 'x'",
                f"length({column}) > 3",
                f"char_length({column}) > 3",
                f"lower({column}) = {literal}",
                f"lower({column}::text) = {literal}",
                f"{column} || 'x' <> {literal}",
                f"substring({column} from 1 for 2) = 'ab'",
                f"position('a' in {column}) > 0",
                f"trim({column}) <> ''",
                f"btrim({column}) <> ''",
            ]
        if column in ("d", "ts", "tz"):
            forms += [
                f"{column} + interval '1 day' > {literal}",
                f"{column} > {literal}::{_TYPES[column][0]} - '1 day'::interval",
                f"extract(year from {column}) > 2000",
                f"date_part('year', {column}) > 2000",
                f"{column} AT TIME ZONE 'UTC' IS NOT NULL",
            ]
        forms += [
            "b",
            "b IS TRUE",
            "b = true",
            "j ? 'x'",
            "j->>'k' = 'v'",
            "j @> '{\"a\": 1}'",
            "(j->'k')::text <> ''",
            "a[1] > 0",
            "1 = ANY (a)",
            "'x' = ANY (ta)",
            "array_length(a, 1) > 0",
            "cardinality(ta) < 3",
            "a @> ARRAY[1, 2]",
            "(i, x) = (1, 2)",
            "ROW(i, t) IS NOT NULL",
        ]
        return chance.choice(forms)


_REWRITINGS: tuple[tuple[str, str, str], ...] = (
    ("operator <", " < ", " <= "),
    ("operator >", " > ", " >= "),
    ("operator =", " = ", " <> "),
    ("and", ") AND (", ") OR ("),
    ("in", " IN (", " NOT IN ("),
    ("not", "NOT (", "("),
    ("not equal", " <> ", " != "),
    ("between", " BETWEEN ", " NOT BETWEEN "),
    ("between symmetric", " BETWEEN ", " BETWEEN SYMMETRIC "),
    ("like", " LIKE ", " ~~ "),
    ("not like", " NOT LIKE ", " !~~ "),
    ("null", " IS NOT NULL", " IS NULL"),
    ("distinct", " IS DISTINCT FROM ", " IS NOT DISTINCT FROM "),
    ("literal 1", "1", "2"),
    ("literal x", "'x'", "'z'"),
    ("length", "length(", "char_length("),
    ("character length", "char_length(", "length("),
    ("trim", "btrim(", "trim("),
    ("now", "now()", "CURRENT_TIMESTAMP"),
    ("minus", " - ", " + "),
    ("case", "ELSE b", "ELSE NULL"),
    ("true", "b = true", "b"),
    ("is true", "b IS TRUE", "b = true"),
    ("lower", "lower(", "upper("),
    ("any", " = ANY (", " = ALL ("),
    ("json", "->>", "->"),
)


def pairs(chance: random.Random, count: int) -> Iterator[Pair]:
    """Pairs of expressions, of which one was made of the other.

    Args:
        chance: What chooses.
        count: How many.
    """
    writer = _Writer(chance)
    found = 0
    while found < count:
        old = writer.condition(chance.choice((0, 0, 1, 2)))
        pair = _changed(old, writer, chance)
        if pair is not None and pair.new != old:
            found += 1
            yield pair


def _changed(old: str, writer: _Writer, chance: random.Random) -> Pair | None:
    kind = chance.choice(
        ("rewritten", "rewritten", "cast", "cast literal", "parentheses", "other", "swapped", "grouped")
    )
    if kind == "rewritten":
        rewriting = chance.choice(_REWRITINGS)
        if rewriting[1] not in old:
            return None
        return Pair(rewriting[0], old, old.replace(rewriting[1], rewriting[2], 1))
    if kind in ("cast", "cast literal"):
        columns = [
            column
            for column in _LITERALS
            if (f"{column} " in f"{old} " if kind == "cast" else any(one in old for one in _LITERALS[column]))
        ]
        if not columns:
            return None
        column = chance.choice(columns)
        kind_of = chance.choice(_TYPES[column])
        if kind == "cast literal":
            literals = [one for one in _LITERALS[column] if one in old and one[0] in "'0123456789"]
            if not literals:
                return None
            literal = chance.choice(literals)
            spelt = chance.choice((f"{literal}::{kind_of}", f"CAST({literal} AS {kind_of})"))
            return Pair(kind, old, old.replace(literal, spelt, 1))
        words = old.split(" ")
        places = [index for index, word in enumerate(words) if word.strip("()") == column]
        if not places:
            return None
        place = chance.choice(places)
        words[place] = words[place].replace(
            column, chance.choice((f"{column}::{kind_of}", f"CAST({column} AS {kind_of})"))
        )
        return Pair(kind, old, " ".join(words))
    if kind == "parentheses":
        return Pair(kind, old, f"(({old}))")
    if kind == "swapped":
        for operator in (" = ", " <> "):
            if old.count(operator) == 1 and not any(word in old for word in ("(", "AND", "OR", "NOT")):
                one, other = old.split(operator)
                return Pair(kind, old, f"{other}{operator}{one}")
        return None
    if kind == "grouped":
        one, other, third = (writer.condition(0) for _ in range(3))
        shapes = (
            f"{one} AND {other} OR {third}",
            f"{one} AND ({other} OR {third})",
            f"({one} AND {other}) OR {third}",
            f"{one} AND {other} AND {third}",
            f"{one} AND ({other} AND {third})",
            f"({one} AND {other}) AND {third}",
        )
        if "BETWEEN" in one + other + third:
            return None
        return Pair(kind, *chance.sample(shapes, 2))
    return Pair(kind, old, writer.condition(1))
