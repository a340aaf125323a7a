"""What the statements of a text need of each other, by the text's model."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from confiture.artifacts.meanings import DEFAULT_SCHEMA
from confiture.lineage.objects import objects_of
from confiture.models.sql_names import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from confiture._interface import SqlObject
    from confiture.core.ordering import Sortable
    from confiture.models.schema.model import SchemaModel

__all__ = ["Needs"]

_OF_RELATIONS = frozenset({"column", "constraint", "index", "trigger", "policy", "rule"})
_ROUTINES = frozenset({"function", "procedure", "routine", "aggregate"})

_PART = r'("(?:[^"]|"")+"|[^\s(),"]+)'
_NAME = rf"(?:{_PART} \. )?{_PART}"
_INDEX = re.compile(rf"\b(?:index|attach partition) {_NAME}")
#: What a table takes its columns from: without that, there is no table, and nothing more to be seen.
_PARENT = re.compile(rf"\b(?:partition of|like|of) {_NAME}")
#: What takes from a table what others say of it.
_LIKE = re.compile(rf"\blike {_NAME}(?P<options>(?: (?:including|excluding) \w+)+)")
_OPTION = re.compile(r"(including|excluding) (\w+)")
_FROM_TABLE = re.compile(rf" from {_NAME}\Z")
#: The table of the column that owns a sequence.
_OWNER = re.compile(rf"\bowned by {_NAME} \. ")
_PARENTS = re.compile(r"\binherits \( ([^()]*) \)")
_ONE_NAME = re.compile(_NAME)


class Needs:
    """What statements make, and what they need.

    Args:
        model: The model of a text in which each statement starts a line.
        lines: The index of the statement that starts in a line, for each that does.
        checks_bodies: Whether bodies in SQL are checked when their routine is made.

    Attributes:
        made_by: The index of the statement that makes each object, by what the object is called.
    """

    def __init__(self, model: SchemaModel, lines: Mapping[int, int], *, checks_bodies: bool = True) -> None:
        self.made_by: dict[str, int] = {}
        self._named: dict[tuple[str | None, str], list[str]] = defaultdict(list)
        self._on: dict[tuple[str | None, str, str], str] = {}
        self._indexed: dict[tuple[str | None, str], str] = {}
        self._roles: dict[str, str] = {}
        for called, item in objects_of(model).items():
            if item.place is None or (index := lines.get(item.place.line)) is None:
                continue
            self.made_by[called] = index
            if item.table is None or item.kind == "index":
                self._named[item.schema, item.name].append(called)
            if item.kind == "role":
                self._roles[quoted(item.name)] = called
            if item.kind == "index" and item.table is not None:
                self._indexed[item.schema, item.name] = item.table
            if item.table is not None:
                self._on[item.schema, item.table, item.name] = called
        self._by_edges: defaultdict[int, set[str]] = defaultdict(set)
        self._wishes: defaultdict[int, set[str]] = defaultdict(set)
        run_later = {
            str_of
            for routine in model.routines
            if routine.language != "sql" or (not checks_bodies and routine.sql_body is None)
            for str_of in self._named.get((routine.schema, routine.name), ())
        }
        for edge in model.edges:
            index = None if edge.place is None else lines.get(edge.place.line)
            if index is None:
                continue
            # An index takes over the one of a partition that is there, and makes it otherwise.
            maker = self.made_by.get(edge.source)
            if maker not in (None, index) and self.made_by.get(edge.target) == index:
                continue
            if edge.kind == "body" and edge.source in run_later:
                self._wishes[index].add(edge.target)
            else:
                self._by_edges[index] |= {edge.source, edge.target}

    def of(self, statements: Sequence[Sortable]) -> list[set[str]]:
        """What each statement needs besides what it is about."""
        return [self._by_edges[index] | self._by_names(item) for index, item in enumerate(statements)]

    def wishes(self, statements: Sequence[Sortable]) -> list[set[str]]:
        """What the bodies of routines need that are read when they run."""
        return [self._wishes[index] for index in range(len(statements))]

    def touched(self, statements: Sequence[Sortable]) -> list[set[str]]:
        """What each statement is about."""
        return [
            {
                called
                for touched in item.statement[1]
                for called in self._touched(touched)
                # What has the name of what it makes is about something else.
                if not _makes(item, touched) or self.made_by.get(called) == index
            }
            for index, item in enumerate(statements)
        ]

    def copied(self, statements: Sequence[Sortable]) -> list[set[int]]:
        """The statements about another table that each statement takes over as they are when it runs."""
        said: defaultdict[tuple[str, str, str], set[int]] = defaultdict(set)
        for index, item in enumerate(statements):
            for option, schema, table in self._said_of_tables(item):
                said[option, schema or DEFAULT_SCHEMA, table].add(index)
        return [
            {
                other
                for option, schema, table in _taken_over(item)
                for other in said.get((option, schema or DEFAULT_SCHEMA, table), ())
            }
            for item in statements
        ]

    def _by_names(self, sortable: Sortable) -> set[str]:
        kind, objects, *_ = sortable.statement
        needed: set[str] = set()
        for touched in objects:
            schema = touched[1] or DEFAULT_SCHEMA
            needed |= {
                called for called in self._named.get((None, schema), ()) if called.startswith("schema ")
            }
            if kind is not None and kind.startswith("ALTER"):
                needed |= self._mentioned(_INDEX.finditer(sortable.words), schema)
        if kind == "CREATE SEQUENCE":
            needed |= self._mentioned(_OWNER.finditer(sortable.words), DEFAULT_SCHEMA)
        if kind == "CREATE ROLE":
            # What stands there and is a role's name is one.
            needed |= {self._roles[word] for word in sortable.words.split() if word in self._roles}
        if kind in ("CREATE TABLE", "CREATE FOREIGN TABLE"):
            needed |= self._mentioned(_PARENT.finditer(sortable.words), DEFAULT_SCHEMA)
            for parents in _PARENTS.finditer(sortable.words):
                needed |= self._mentioned(_ONE_NAME.finditer(parents.group(1)), DEFAULT_SCHEMA)
        return needed

    def _said_of_tables(self, sortable: Sortable) -> Iterator[tuple[str, str | None, str]]:
        """What a statement says of a table that others can take over, and the table's schema and name."""
        kind, objects, *_ = sortable.statement
        if not objects:
            return
        what, schema, name, _, parent = objects[0]
        if kind == "CREATE INDEX" and parent is not None:
            yield "indexes", schema, parent
        elif kind == "CREATE STATISTICS" and (found := _FROM_TABLE.search(sortable.words)) is not None:
            yield "statistics", *_parts(found)
        elif kind == "COMMENT":
            table = self._indexed.get((schema or DEFAULT_SCHEMA, name or "")) if what == "index" else parent
            if table is not None:
                yield "comments", schema, table

    def _mentioned(self, found: Iterable[re.Match[str]], default: str) -> set[str]:
        """What names in normalised text mean."""
        needed: set[str] = set()
        for one in found:
            schema, name = _parts(one)
            needed.update(self._named.get((schema or default, name), ()))
        return needed

    def _touched(self, touched: SqlObject) -> set[str]:
        kind, schema, name, _, parent = touched
        needed: set[str] = set()
        for in_schema in {schema or DEFAULT_SCHEMA, schema}:
            if kind in _OF_RELATIONS and parent is not None:
                needed.update(self._named.get((in_schema, parent), ()))
                if (called := self._on.get((in_schema, parent, name or ""))) is not None:
                    needed.add(called)
            elif name is not None:
                found = self._named.get((in_schema, name), ())
                needed.update(item for item in found if _may_be(kind, item))
        return needed


def _parts(found: re.Match[str]) -> tuple[str | None, str]:
    """The schema and the name that a match of a name ends with."""
    schema, name = (part and part.strip('"').replace('""', '"') for part in found.groups()[:2])
    return schema, name or ""


def _taken_over(sortable: Sortable) -> Iterator[tuple[str, str | None, str]]:
    """What a statement takes over from a table, and the table's schema and name."""
    if sortable.statement[0] != "CREATE TABLE":
        return
    for found in _LIKE.finditer(sortable.words):
        schema, table = _parts(found)
        taken: dict[str, bool] = {}
        for including, option in _OPTION.findall(found["options"]):
            options = ("comments", "indexes", "statistics") if option == "all" else (option,)
            taken.update(dict.fromkeys(options, including == "including"))
        for option, is_taken in taken.items():
            if is_taken:
                yield option, schema, table


def _makes(sortable: Sortable, touched: SqlObject) -> bool:
    kind, objects, *_ = sortable.statement
    return (kind or "").startswith("CREATE ") and touched[4] is None and touched == objects[0]


def _may_be(kind: str, called: str) -> bool:
    """Whether an object that is called so can be meant by a name of a kind."""
    words = called.split(" ", 2)
    is_routine = words[0] in _ROUTINES
    return is_routine == (kind in _ROUTINES)
