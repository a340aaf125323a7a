"""Comparing two schemas by what a server makes of them: nothing is undecided then (``docs/diff.md``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from confiture.core.mapped_texts import MappedText
from confiture.diffing.comparison import compare
from confiture.diffing.kinds import entries_of
from confiture.exceptions import SchemaError
from confiture.models.diff import UNDECIDED, SchemaChange, SchemaDiff
from confiture.servers.foreign import ForeignServer
from confiture.servers.guards import Guard
from confiture.servers.loading import LoadFailure, load
from confiture.servers.own import OwnServer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confiture.diffing.loadable_sides import LoadableSide
    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.parts import Place, SchemaObject
    from confiture.models.source_map import Location
    from confiture.servers.loading import Loaded

__all__ = ["compare_exactly"]

#: Kinds of definitions that no database holds, and no dump tells of.
_OF_CLUSTERS = ("tablespace", "database")


def compare_exactly(
    old: LoadableSide, new: LoadableSide, *, server: str | None = None, may_make_roles: bool = False
) -> SchemaDiff:
    """What is different between what a server makes of two texts, in its own spelling.

    Roles, tablespaces and databases, which no dump tells of, are compared as the texts define them.

    Args:
        old: What was.
        new: What is.
        server: The URL of a server to use; None for a throwaway one.
        may_make_roles: Whether roles may be made on that server; they are dropped afterwards.

    Raises:
        SchemaError: A text does not load; the error names the place.
        DatabaseError: The server cannot be reached, lacks something, or gives no right.
        ConfigurationError: There are no programs of PostgreSQL, or the URL is none.
    """
    with Guard() as guard:
        # Two servers start at the same time.
        own = None if server is not None else [OwnServer(guard) for _ in (old, new)]
        loader = _Loader(guard, own, server, may_make_roles=may_make_roles)
        first = [loader.load(index, side) for index, side in enumerate((old, new))]
        changes = _compare(old, new, first)
        if changes and _may_be_spelling(old, new, first):
            # What a server writes of an expression can be read as another tree, which then stays.
            again = [loader.load_again(index, one) for index, one in enumerate(first)]
            if all(again):
                changes = _compare(old, new, [one for one in again if one is not None])
    return SchemaDiff(changes=tuple(_Places(old.model, new.model).located(changes)))


class _Loader:
    """Loads the two sides, each on a server of our own, or one after the other on another one.

    Roles of one text are then gone before the other one is loaded.
    """

    def __init__(
        self, guard: Guard, own: list[OwnServer] | None, server: str | None, *, may_make_roles: bool
    ) -> None:
        self._guard = guard
        self._own = own
        self._server = server
        self._may_make_roles = may_make_roles

    def load(self, index: int, side: LoadableSide) -> Loaded:
        found = self._load(index, side.text, side.model)
        if isinstance(found, LoadFailure):
            raise _unloadable(side, found)
        return found

    def load_again(self, index: int, loaded: Loaded) -> Loaded | None:
        """What comes of a dump; None if it does not load."""
        found = self._load(index, MappedText.of_text(loaded.dump, "dump"), loaded.model)
        return None if isinstance(found, LoadFailure) else found

    def _load(self, index: int, mapped: MappedText, model: SchemaModel) -> Loaded | LoadFailure:
        if self._own is not None:
            return load(self._own[index], mapped, model)
        with ForeignServer(self._guard, self._server or "") as foreign:
            return load(foreign, mapped, model, may_make_roles=self._may_make_roles)


def _compare(
    old: LoadableSide, new: LoadableSide, loaded: list[Loaded], *, is_exact: bool = True
) -> list[SchemaChange]:
    dumped = _dumped(old, new, loaded)
    before, after = (
        _with_cluster(one.model, side.model) for one, side in zip(loaded, (old, new), strict=True)
    )
    if dumped is not None:
        before, after = _with_own_versions(before, old.model), _with_own_versions(after, new.model)
    return compare(before, after, new.renames, dumped=dumped, is_exact=is_exact)


def _may_be_spelling(old: LoadableSide, new: LoadableSide, loaded: list[Loaded]) -> bool:
    """Whether some of the changes are none, or undecided, without regard to how expressions are spelt."""
    lenient = _compare(old, new, loaded, is_exact=False)
    strict = _compare(old, new, loaded)
    return len(lenient) < len(strict) or any(change.type == UNDECIDED for change in lenient)


def _dumped(old: LoadableSide, new: LoadableSide, loaded: list[Loaded]) -> int | None:
    versions = [side.dumped for side in (old, new) if side.dumped is not None]
    return min([*versions, *(one.version for one in loaded)]) if versions else None


def _with_cluster(dumped: SchemaModel, source: SchemaModel) -> SchemaModel:
    """The model of a dump, with what the text defines outside of the database."""
    definitions = [one for one in source.definitions if one.kind in _OF_CLUSTERS]
    opaque = [one for one in source.opaque if one.identity is not None and one.identity.kind in _OF_CLUSTERS]
    return replace(
        dumped,
        roles=source.roles,
        definitions=(*dumped.definitions, *definitions),
        opaque=(*dumped.opaque, *opaque),
    )


def _with_own_versions(dumped: SchemaModel, source: SchemaModel) -> SchemaModel:
    """The model of a dump, with the versions of extensions that the text leaves to the server left open."""
    open_ones = {one.name for one in source.extensions if one.version is None}
    extensions = (replace(one, version=None) if one.name in open_ones else one for one in dumped.extensions)
    return replace(dumped, extensions=tuple(extensions))


class _Places:
    """Where the texts define what the dumps tell of."""

    def __init__(self, old: SchemaModel, new: SchemaModel) -> None:
        self._old = _items_by_name(old)
        self._new = _items_by_name(new)

    def located(self, changes: list[SchemaChange]) -> list[SchemaChange]:
        return [replace(change, location=self._place_of(change)) for change in changes]

    def _place_of(self, change: SchemaChange) -> Place | None:
        order = (self._old, self._new) if change.type.startswith("DROP_") else (self._new, self._old)
        for items in order:
            item = items.get(change.object)
            if item is not None and item.place is not None:
                name = (change.details or {}).get("name")
                parts = (one.place for one in getattr(item, "constraints", ()) if one.name == name)
                return next(parts, None) or item.place
        return None


def _items_by_name(model: SchemaModel) -> Mapping[str, SchemaObject]:
    return {str(entry.identity): entry.item for entry in entries_of(model)}


def _unloadable(side: LoadableSide, failure: LoadFailure) -> SchemaError:
    where = failure.location
    place = {} if where is None else {"file": where.path, "line": where.line, "column": where.column}
    lead = f"{_shown(where)}: " if _shown(where) else ""
    noticed = f"; see {_shown(failure.noticed)}" if _shown(failure.noticed) else ""
    return SchemaError(
        f"{lead}{side.called} does not load: {failure.message}{noticed}.",
        error_code="SCHEMA_026",
        context={"compared": side.called, **place},
        resolution_hint="Mend it; without --exact, schemas that no server loads are compared as well.",
    )


def _shown(where: Location | None) -> str:
    """``file:line:column``, or nothing."""
    return "" if where is None or where.line is None else f"{where.path}:{where.line}:{where.column}"
