"""What the heads of statements tell of what they need: schemas, and what they are about."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from confiture.artifacts.checked import CheckedEdge
from confiture.core.elsewhere import OF_RELATIONS, Target
from confiture.models.schema.parts import Place
from confiture.models.statement import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture._interface import SqlObject, SqlStatement
    from confiture.core.definitions import Books
    from confiture.core.sources import Sources

__all__ = ["FollowedStatements", "StatementNeeds", "late_edge"]

_DEFAULT_SCHEMA = "public"
_GIVEN = ("public", "information_schema")
_KIND = "statement"

_PART = r'("(?:[^"]|"")+"|[^\s(),"]+)'
_NAME = rf"(?:{_PART} \. )?{_PART}"
#: What a statement names besides what it makes, in normalised text.
_RELATIONS = re.compile(
    rf"(?:\b(?:partition of|like|of|attach partition|from)|\binherits \(|(?<=\s),) {_NAME}"
)
_WITH_PARENTS = ("CREATE TABLE", "CREATE FOREIGN TABLE", "CREATE STATISTICS", "ALTER TABLE", "ALTER INDEX")

_Key = tuple[str, ...]


class FollowedStatements:
    """The statements of a bundle in the order in which psql runs them, shown to its books on the way.

    Attributes:
        statements: Each with the number of its file.
    """

    def __init__(self, books: Books) -> None:
        self.statements: list[tuple[int, SqlStatement]] = []
        self._books = books

    def follow(self, file: int, statements: list[SqlStatement]) -> None:
        """Take in statements of a file."""
        self.statements += [(file, statement) for statement in statements]
        self._books.follow(file, statements)


class _Made(NamedTuple):
    position: int
    called: str
    place: Place


class StatementNeeds:
    """What statements make, and which of them come too late for others.

    Args:
        followed: The statements in the order of their execution.
        sources: The files of the bundle.
    """

    def __init__(self, followed: FollowedStatements, sources: Sources) -> None:
        self._sources = sources
        self._statements = followed.statements

    def schemas(self) -> Iterator[tuple[str, str, Place, Place | None]]:
        """What is made in a schema that is not there: its name, the schema, its place, and the schema's."""
        made: set[str] = set()
        missing: list[tuple[int, SqlStatement, str]] = []
        for file, statement in self._statements:
            kind, objects, *_ = statement
            if kind is None or not kind.startswith("CREATE ") or not objects:
                continue
            what, schema, name, *_ = objects[0]
            if what == "schema":
                made.add(name or "")
            elif schema is not None and schema not in made and what not in OF_RELATIONS:
                missing.append((file, statement, schema))
        for file, statement, schema in missing:
            if schema not in _GIVEN and not schema.startswith("pg_"):
                later = self._made[("schema", schema)][0].place if schema in made else None
                if later is not None or schema not in self._schemas:
                    yield _called(statement[1][0]), schema, self._place(file, statement), later

    def late(self, kind: str, identity: Identity, place: Place) -> CheckedEdge | None:
        """What a statement that cannot be followed needs that only a later one makes."""
        position = self._positions.get(place)
        # What is dropped need not be what is made later.
        if position is None or kind.startswith("DROP "):
            return None
        is_definition = kind.startswith("CREATE ")
        for key in self._keys(kind, identity, position):
            made = self._made.get(key, ())
            if made and made[0].position > position:
                return late_edge(
                    str(identity) if is_definition else kind, made[0].called, place, made[0].place
                )
        return None

    def edges(self) -> Iterator[CheckedEdge]:
        """What statements are about that is there before them."""
        for place, position in self._positions.items():
            for touched in self._statements[position][1][1]:
                for key in dict.fromkeys((_key(touched), _key_of_relation(touched))):
                    made = self._made.get(key, ())
                    if made and made[0].position < position:
                        yield CheckedEdge(
                            source="", target="", kind=_KIND, place=place, defined=made[0].place
                        )

    @cached_property
    def _positions(self) -> dict[Place, int]:
        return {
            self._place(file, statement): position
            for position, (file, statement) in enumerate(self._statements)
        }

    @cached_property
    def _made(self) -> dict[_Key, list[_Made]]:
        found: defaultdict[_Key, list[_Made]] = defaultdict(list)
        for position, (file, statement) in enumerate(self._statements):
            if (statement[0] or "").startswith("CREATE ") and statement[1]:
                made = _Made(position, _called(statement[1][0]), self._place(file, statement))
                found[_key(statement[1][0])].append(made)
        return dict(found)

    @cached_property
    def _schemas(self) -> set[str | None]:
        """Schemas that some statement makes, be it one that is not always executed."""
        return {
            statement[1][0][2]
            for statements, *_ in self._sources.files
            for statement in statements
            if statement[0] == "CREATE SCHEMA" and statement[1]
        }

    def _place(self, file: int, statement: SqlStatement) -> Place:
        return Place(file=self._sources.paths[file], line=statement[5], column=statement[6])

    def _keys(self, kind: str, identity: Identity, position: int) -> Iterator[_Key]:
        touched = (identity.kind, identity.schema, identity.name, None, identity.parent)
        if not kind.startswith("CREATE "):
            yield _key(touched)
        if identity.kind in OF_RELATIONS:
            yield _key_of_relation(touched)
        if kind not in _WITH_PARENTS:
            return
        file, statement = self._statements[position]
        text = self._sources.texts.read(file, statement[3], statement[4]).decode("utf-8", "replace")
        for words in self._sources.engine.normalize_statements(text)[:1]:
            for found in _RELATIONS.finditer(words):
                schema, name = (part and part.strip('"').replace('""', '"') for part in found.groups())
                yield ("table", schema or _DEFAULT_SCHEMA, name or "")


def late_edge(source: str, target: str, place: Place, defined: Place) -> CheckedEdge:
    """That something is needed at a place that is defined only later."""
    return CheckedEdge(source=source, target=target, kind=_KIND, status="late", place=place, defined=defined)


def _key(touched: SqlObject) -> _Key:
    kind, schema, name, _, parent = touched
    if kind == "schema" or kind == "role":
        return (kind, name or "")
    if kind in OF_RELATIONS and kind != "index":
        return (kind, schema or _DEFAULT_SCHEMA, parent or "", name or "")
    target = Target.of(Identity(kind=kind, schema=schema, name=name))
    return (target.kind, schema or _DEFAULT_SCHEMA, target.name)


def _key_of_relation(touched: SqlObject) -> _Key:
    kind, schema, name, _, parent = touched
    target = Target.of(Identity(kind=kind, schema=schema, name=name, parent=parent))
    return (target.kind, schema or _DEFAULT_SCHEMA, target.name)


def _called(touched: SqlObject) -> str:
    kind, schema, name, arguments, parent = touched
    return str(Identity(kind=kind, schema=schema, name=name, arguments=arguments, parent=parent))
