"""How each warehouse spells what comparisons ask it: values as text, equality, hashes.

Values leave a warehouse as text, so that drivers have nothing to interpret: a date that Python has no room
for, or a number that it would round, is compared like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LONGEST_TEXT", "Dialect"]

#: Texts that are longer leave a warehouse as their beginning and their hash.
LONGEST_TEXT = 200

#: The same for JSON, which has to be whole to be read.
_LONGEST_JSON = 100_000

_TEXT_TYPES = {
    "duckdb": "VARCHAR",
    "postgresql": "text",
    "snowflake": "VARCHAR",
    "bigquery": "STRING",
    # Without a length it would be 256 bytes.
    "redshift": "VARCHAR(65535)",
    "databricks": "STRING",
}
_DOUBLE_TYPES = {"bigquery": "FLOAT64", "databricks": "DOUBLE", "duckdb": "DOUBLE"}
_HEXADECIMAL = {
    "duckdb": "lower(hex({}))",
    "postgresql": "encode({}, 'hex')",
    "snowflake": "lower(hex_encode({}))",
    "bigquery": "to_hex({})",
    "redshift": "from_varbyte({}, 'hex')",
    "databricks": "lower(hex({}))",
}
_JSON = {
    "duckdb": "CAST(json({}) AS VARCHAR)",
    "postgresql": "CAST(CAST({} AS jsonb) AS text)",
    "snowflake": "to_json({})",
    "bigquery": "to_json_string({})",
    "redshift": "json_serialize({})",
    "databricks": "to_json({})",
}
_NESTED = {
    **_JSON,
    "duckdb": "CAST(to_json({}) AS VARCHAR)",
    "postgresql": "CAST(to_jsonb({}) AS text)",
}
#: Snowflake writes all nine digits of a second, others those that say something.
_SNOWFLAKE_TIME = "rtrim(rtrim(to_varchar({}, 'YYYY-MM-DD HH24:MI:SS.FF9'), '0'), '.')"
_ZONED = {
    "snowflake": _SNOWFLAKE_TIME.format("convert_timezone('UTC', {})"),
    "bigquery": "format_timestamp('%F %H:%M:%E*S', {}, 'UTC')",
    "databricks": "CAST(to_utc_timestamp({}, current_timezone()) AS STRING)",
}
_MD5 = {"postgresql": "md5(convert_to({}, 'UTF8'))", "bigquery": "to_hex(md5({}))"}
#: The number that fifteen hexadecimal digits stand for, in a type whose sums do not overflow.
_NUMBER = {
    "duckdb": "CAST(('0x' || {}) AS BIGINT)",
    "postgresql": "CAST(CAST(('x0' || {}) AS bit(64)) AS bigint)",
    "snowflake": "to_number({}, 'XXXXXXXXXXXXXXX')",
    "bigquery": "CAST(CAST(concat('0x', {}) AS INT64) AS BIGNUMERIC)",
    "redshift": "CAST(strtol({}, 16) AS DECIMAL(38, 0))",
    "databricks": "CAST(conv({}, 16, 10) AS DECIMAL(38, 0))",
}
_PLACE = {
    "snowflake": "position('.', {})",
    "databricks": "instr({}, '.')",
}
_EPOCH = {
    "snowflake": "date_part(epoch_nanosecond, {}) / 1e9",
    "bigquery": "unix_micros(CAST({} AS TIMESTAMP)) / 1e6",
    "databricks": "CAST(CAST({} AS TIMESTAMP) AS DOUBLE)",
    "redshift": "CAST(extract(epoch FROM {}) AS DOUBLE PRECISION)",
}
#: Of arguments that one function takes; PostgreSQL has an end at 100.
_ARGUMENTS = 50


class Dialect:
    """The SQL of a kind of warehouse.

    Args:
        name: The kind, as `Warehouse.dialect` has it.
        quote: Puts a name between quotes.
    """

    def __init__(self, name: str, quote: Callable[[str], str]) -> None:
        self.name = name
        self.quote = quote

    @property
    def has_quantiles(self) -> bool:
        """Whether quantiles can be asked for beside other statistics."""
        return self.name not in ("bigquery", "redshift")

    def as_text(self, value: str) -> str:
        """A value as the warehouse itself writes it."""
        return f"CAST({value} AS {_TEXT_TYPES[self.name]})"

    def as_double(self, value: str) -> str:
        """A value as a number with a floating point."""
        return f"CAST({value} AS {_DOUBLE_TYPES.get(self.name, 'DOUBLE PRECISION')})"

    def bytewise(self, text: str) -> str:
        """A text that is compared and sorted by its bytes, whatever collation its column has."""
        if self.name == "postgresql":
            return f'CAST({text} AS text) COLLATE "C"'
        if self.name == "duckdb":
            return f"encode(CAST({text} AS VARCHAR))"
        return text

    def canonical(self, value: str, family: str) -> str:
        """A value as text: the same for values that are equal in their family.

        Only of the families of `PORTABLE` is it the same in every warehouse.
        """
        name = self.name
        if family == "text":
            return self.as_text(value)
        if family == "boolean":
            return f"CASE WHEN {value} THEN 'true' WHEN NOT {value} THEN 'false' END"
        if family == "decimal":
            text = self.as_text(value)
            if name == "duckdb":
                # It writes no zero before the point if the type has no digits there.
                text = f"regexp_replace({text}, '^(-?)[.]', '\\10.')"
            place = _PLACE.get(name, "strpos({}, '.')").format(text)
            return f"CASE WHEN {place} > 0 THEN rtrim(rtrim({text}, '0'), '.') ELSE {text} END"
        if family == "float":
            # The zero makes one of the two that are equal.
            return self.as_text(f"({self.as_double(value)} + 0)")
        if family == "timestamptz":
            return _ZONED.get(name, self.as_text("({} AT TIME ZONE 'UTC')")).format(value)
        if family == "timestamp" and name == "snowflake":
            return _SNOWFLAKE_TIME.format(value)
        if family == "interval":
            return self._interval(value)
        written = {"binary": _HEXADECIMAL, "json": _JSON, "nested": _NESTED}.get(family)
        return self.as_text(value) if written is None else written[name].format(value)

    def _interval(self, value: str) -> str:
        def part(unit: str) -> str:
            return f"extract({unit} FROM {value})"

        months = f"{part('year')} * 12 + {part('month')}"
        microseconds = f"{part('hour')} * 3600000000 + {part('minute')} * 60000000 + {part('microseconds')}"
        numbers = (months, part("day"), microseconds)
        texts = [self.as_text(f"CAST({number} AS bigint)") for number in numbers]
        written = f"{texts[0]} || ' months ' || {texts[1]} || ' days ' || {texts[2]} || ' us'"
        if self.name == "postgresql":
            # Those without end have no parts.
            return f"CASE WHEN isfinite({value}) THEN {written} ELSE CAST({value} AS text) END"
        return written

    def short(self, value: str, family: str) -> str:
        """As `canonical`; what is long is its beginning, its length and its hash."""
        text = self.canonical(value, family)
        if family not in ("text", "json", "nested", "binary", "other"):
            return text
        longest = _LONGEST_JSON if family in ("json", "nested") else LONGEST_TEXT
        cut = self.joined(
            [
                f"substr({text}, 1, {LONGEST_TEXT})",
                "'… '",
                self.as_text(f"length({text})"),
                "' characters, md5 '",
                self.md5(text),
            ]
        )
        return f"CASE WHEN length({text}) > {longest} THEN {cut} ELSE {text} END"

    def native(self, value: str, family: str) -> str:
        """A value that the warehouse compares by itself as families are compared here."""
        if family == "text":
            return self.bytewise(value)
        if family == "float":
            return self.as_double(value)
        if family in ("interval", "other"):
            return self.canonical(value, family)
        if family == "json":
            if self.name == "postgresql":
                return f"CAST({value} AS jsonb)"
            return self.canonical(value, family)
        if family == "nested" and self.name == "postgresql":
            return f"to_jsonb({value})"
        if family == "nested" and self.name != "duckdb":
            return self.canonical(value, family)
        return value

    def sorted_json(self, value: str) -> str:
        """JSON as text that does not depend on the order of keys; DuckDB has no such type."""
        if self.name != "duckdb":
            return self.canonical(value, "json")
        # Whole numbers are the same with and without a fraction that is zero.
        number = "regexp_replace(CAST(CAST(atom AS DOUBLE) + 0 AS VARCHAR), '[.]0$', '')"
        atom = f"CASE type WHEN 'DOUBLE' THEN {number} ELSE CAST(atom AS VARCHAR) END"
        return (
            f"CAST((SELECT list_sort(list(fullkey || ' ' || coalesce({atom}, type))) "
            f"FROM json_tree({value})) AS VARCHAR)"
        )

    def differ(self, old: str, new: str) -> str:
        """Whether two values are not the same, with NULL being the same as NULL."""
        if self.name == "redshift":
            return f"CASE WHEN {old} = {new} OR ({old} IS NULL AND {new} IS NULL) THEN false ELSE true END"
        return f"{old} IS DISTINCT FROM {new}"

    def beyond(self, old: str, new: str, tolerance: float) -> str:
        """Whether two floating-point numbers are further apart than allowed; a sum cannot overflow here."""
        allowed = f"{self.double(tolerance)}"
        near = f"({old} - {allowed} <= {new} AND {new} <= {old} + {allowed})"
        return f"({self.differ(old, new)} AND NOT coalesce({near}, false))"

    def double(self, number: float) -> str:
        """A number as a floating-point literal."""
        return self.as_double(repr(float(number)))

    def md5(self, text: str) -> str:
        """The MD5 of a text in UTF-8, as hexadecimal digits."""
        return _MD5.get(self.name, "md5({})").format(text)

    def hash_sum(self, hashed: str, start: int) -> str:
        """The sum of what fifteen digits of hashes stand for, from a digit on; as text."""
        number = _NUMBER[self.name].format(f"substr({hashed}, {start}, 15)")
        return self.as_text(f"sum({number})")

    def joined(self, texts: list[str]) -> str:
        """Texts that are not NULL, one behind the other, however many they are."""
        while len(texts) > 1:
            groups = [texts[start : start + _ARGUMENTS] for start in range(0, len(texts), _ARGUMENTS)]
            texts = [f"concat({', '.join(group)})" if len(group) > 1 else group[0] for group in groups]
        return texts[0]

    def framed(self, value: str, family: str, *, sorts_json: bool = False) -> str:
        """A value as text that no two lists of values have in common when they are joined.

        Args:
            value: The value.
            family: Its family.
            sorts_json: Whether JSON is the same whatever the order of its keys, where that takes long.
        """
        text = self.sorted_json(value) if sorts_json and family == "json" else self.canonical(value, family)
        if family in ("text", "json", "nested", "other"):
            size = self.as_text(f"length({text})")
            framed = self.joined([size, "':'", text])
            return f"CASE WHEN {text} IS NULL THEN '~' ELSE {framed} END"
        return f"coalesce({text} || '|', '~')"

    def epoch(self, value: str, family: str) -> str:
        """Seconds since 1970 in UTC of a date or time; NULL for one without end."""
        if self.name in _EPOCH:
            return _EPOCH[self.name].format(value)
        plain = f"({value} AT TIME ZONE 'UTC')" if family == "timestamptz" else value
        found = f"epoch({plain})" if self.name == "duckdb" else f"extract(epoch FROM {plain})"
        return f"CASE WHEN isfinite({value}) THEN {self.as_double(found)} END"
