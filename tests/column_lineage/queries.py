"""Queries that DuckDB runs, of many shapes, over three small tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TABLES", "queries"]

#: The tables and their columns, all of integers.
TABLES = {"t": ("a", "b", "c"), "u": ("a", "d"), "w": ("Id", "b", "e")}

_AGGREGATES = ("sum", "min", "max", "count")


class _Writer:
    """Writes one query; names of columns are its only memory."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self._draw = draw
        self._number = 0
        self._common: dict[str, list[str]] = {}

    def _pick(self, *options: Any) -> Any:
        return self._draw(st.sampled_from(options))

    def _chance(self, one_in: int) -> bool:
        return bool(self._draw(st.integers(0, one_in - 1)) == 0)

    def _name(self) -> str:
        self._number += 1
        return f"x{self._number}"

    def query(self, depth: int, outer: tuple[tuple[str, list[str]], ...] = ()) -> tuple[str, list[str]]:
        kind = self._draw(st.integers(0, 11)) if depth else 0
        if kind == 9:
            return self._combined(depth)
        if kind == 10:
            return self._with(depth)
        if kind == 11:
            return self._recursive(depth)
        return self._select(depth, outer)

    def _select(self, depth: int, outer: tuple[tuple[str, list[str]], ...]) -> tuple[str, list[str]]:
        text, sources, merged = self._from(depth)
        seen = (*sources, *outer)
        if not merged and self._chance(6):
            return self._starred(text, sources)
        names: list[str] = []
        parts: list[str] = []
        grouped = self._chance(3)
        keys: list[str] = []
        for _ in range(self._draw(st.integers(1, 3))):
            name = self._name()
            if grouped and (parts and self._chance(2)):
                expression = f"{self._pick(*_AGGREGATES)}({self._scalar(seen, depth)})"
                if self._chance(4):
                    expression += f" filter (where {self._condition(sources, 0)})"
            elif grouped:
                expression = self._column(sources)
                keys.append(str(len(parts) + 1))
            elif self._chance(6):
                expression = self._window(sources)
            else:
                expression = self._scalar(seen, depth)
            parts.append(f"{expression} as {name}")
            names.append(name)
        distinct = "distinct " if not grouped and self._chance(6) else ""
        sql = f"select {distinct}{', '.join(parts)} from {text}"
        if self._chance(2):
            sql += f" where {self._condition(seen, depth)}"
        if grouped and keys:
            sql += " group by " + self._pick("all", ", ".join(keys))
            if self._chance(3):
                sql += f" having {self._pick(*_AGGREGATES)}({self._column(sources)}) > 1"
        if self._chance(6):
            order = ", ".join(str(number + 1) for number in range(len(names)))
            sql += f" order by {order} limit 3"
        return sql, names

    def _starred(self, text: str, sources: list[tuple[str, list[str]]]) -> tuple[str, list[str]]:
        alias, columns = sources[0]
        if len(sources) > 1:
            return f"select {alias}.* from {text}", list(columns)
        kind = self._draw(st.integers(0, 2))
        if kind == 0 or len(columns) < 2:
            return f"select * from {text}", list(columns)
        if kind == 1:
            gone = columns[0]
            return f"select * exclude ({gone}) from {text}", list(columns[1:])
        return f"select * replace ({columns[1]} + 1 as {columns[0]}) from {text}", list(columns)

    def _relation(self, depth: int) -> tuple[str, list[str]]:
        if depth and self._chance(3):
            sql, names = self.query(depth - 1)
            return f"({sql})", names
        if self._common and self._chance(2):
            name = self._pick(*sorted(self._common))
            return name, list(self._common[name])
        name = self._pick("t", "u", "w", "T")
        return name, list(TABLES[name.lower()])

    def _from(self, depth: int) -> tuple[str, list[tuple[str, list[str]]], list[str]]:
        relation, columns = self._relation(depth)
        alias = self._name()
        text = f"{relation} as {alias}"
        sources = [(alias, columns)]
        merged: list[str] = []
        for _ in range(self._draw(st.integers(0, 2 if depth else 1))):
            other = self._name()
            kind = self._draw(st.integers(0, 6))
            if kind == 5:
                value = self._column(sources)
                text += f" cross join lateral (select {value} + 1 as {other}y) as {other}"
                sources.append((other, [f"{other}y"]))
                continue
            if kind == 6:
                text += f" cross join unnest([{self._column(sources)}, 1]) as {other}({other}z)"
                sources.append((other, [f"{other}z"]))
                continue
            joined, names = self._relation(max(depth - 1, 0))
            shared = [name for name in names if any(name in columns for _, columns in sources)]
            once = [name for name in shared if sum(name in columns for _, columns in sources) == 1]
            if kind == 4 and once and not merged:
                side = self._pick("", "left ", "full ", "right ")
                text += f" {side}join {joined} as {other} using ({once[0]})"
                merged.append(once[0])
                sources = [(a, [c for c in columns if c != once[0]]) for a, columns in sources]
                sources.append((other, [name for name in names if name != once[0]]))
                sources.append(("", [once[0]]))
                continue
            side = self._pick("", "left ", "full ", "semi ", "anti ")
            seen = [*sources, (other, names)]
            condition = f"{self._column(sources)} {self._pick('=', '<')} {self._column([(other, names)])}"
            text += f" {side}join {joined} as {other} on {condition}"
            if side not in ("semi ", "anti "):
                sources = seen
        return text, [source for source in sources if source[1]], merged

    def _column(self, sources: Any) -> str:
        alias, columns = self._pick(*[source for source in sources if source[1]])
        name = self._pick(*columns)
        spelt = self._pick(name, name.upper(), f'"{name}"')
        return f"{alias}.{spelt}" if alias else spelt

    def _scalar(self, sources: Any, depth: int) -> str:
        kind = self._draw(st.integers(0, 8))
        one = self._column(sources)
        if kind < 3:
            return one
        if kind == 3:
            return f"({one} + {self._column(sources)})"
        if kind == 4:
            return f"case when {self._condition(sources, 0)} then {one} else {self._column(sources)} end"
        if kind == 5:
            return f"coalesce({one}, {self._column(sources)}, 0)"
        if kind == 6 and depth:
            table = self._pick(*sorted(TABLES))
            name = self._name()
            return (
                f"(select max({name}.{TABLES[table][1]}) from {table} as {name} "
                f"where {name}.{TABLES[table][0]} >= {one})"
            )
        if kind == 7:
            return f"list_sum(list_transform([1, 2], lambda k: k + {one}))::integer"
        return f"abs({one})::integer"

    def _window(self, sources: Any) -> str:
        function = self._pick("sum", "min", "max")
        partition = f"partition by {self._column(sources)}" if self._chance(2) else ""
        # Rows that are equal in their order are taken together: the answer does not depend on places.
        order = f" order by {self._column(sources)}" if self._chance(2) else ""
        return f"{function}({self._column(sources)}) over ({partition}{order})::integer"

    def _condition(self, sources: Any, depth: int) -> str:
        one = self._column(sources)
        kind = self._draw(st.integers(0, 4 if depth else 2))
        if kind == 3:
            inner, names = self.query(depth - 1)
            return f"{one} in (select {names[0]} from ({inner}))"
        if kind == 4:
            table = self._pick(*sorted(TABLES))
            name = self._name()
            return f"exists (select 1 from {table} as {name} where {name}.{TABLES[table][1]} = {one})"
        if kind == 2:
            return f"({one} > 1 or {self._column(sources)} is null)"
        return f"{one} {self._pick('>', '<', '<>')} {self._pick('2', self._column(sources))}"

    def _combined(self, depth: int) -> tuple[str, list[str]]:
        first, names = self.query(depth - 1)
        second, others = self.query(depth - 1)
        count = min(len(names), len(others))
        operation = self._pick("union all", "union", "except", "intersect", "except all")
        one = f"select {', '.join(names[:count])} from ({first})"
        other = f"select {', '.join(others[:count])} from ({second})"
        return f"{one} {operation} {other}", names[:count]

    def _with(self, depth: int) -> tuple[str, list[str]]:
        # A name that hides a table, or a new one.
        name = self._pick("u", self._name())
        before = dict(self._common)
        sql, names = self.query(depth - 1)
        renamed = [self._name() for _ in names] if self._chance(2) else names
        columns = f"({', '.join(renamed)})" if renamed is not names else ""
        tables = TABLES.pop(name, None)
        self._common[name] = renamed
        try:
            body, found = self._over(name, renamed, depth)
        finally:
            self._common = before
            if tables is not None:
                TABLES[name] = tables
        return f"with {name}{columns} as ({sql}) {body}", found

    def _over(self, name: str, columns: list[str], depth: int) -> tuple[str, list[str]]:
        alias = self._name()
        sources = [(alias, columns)]
        made = [self._name() for _ in range(2)]
        parts = ", ".join(f"{self._scalar(sources, 0)} as {each}" for each in made)
        sql = f"select {parts} from {name} as {alias}"
        if self._chance(2):
            sql += f" where {self._condition(sources, 0)}"
        return sql, made

    def _recursive(self, depth: int) -> tuple[str, list[str]]:
        name, one, two = self._name(), self._name(), self._name()
        start, names = self.query(depth - 1)
        first = f"select {names[0]}, {names[-1]} from ({start})"
        step = f"select {two}, {one} + 1 from {name} where {one} < {self._pick('2', two)} and {two} < 3"
        sql = f"with recursive {name}({one}, {two}) as ({first} union {step}) select {one}, {two} from {name}"
        return sql, [one, two]


@st.composite
def queries(draw: Callable[[Any], Any]) -> tuple[str, list[str]]:
    """A query and the names of its columns."""
    return _Writer(draw).query(2)
