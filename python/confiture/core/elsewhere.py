"""What may define an object besides the statements that a model follows."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from confiture.core.extension_kinds import WITH_OWN_TYPE, extension_kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture.artifacts.checked import CheckedModel
    from confiture.core.sources import Sources
    from confiture.models.statement import Identity

__all__ = ["OF_RELATIONS", "Elsewhere", "Target", "is_own_type"]

#: The schema of what has none, and of an extension that names none.
_DEFAULT_SCHEMA = "public"

#: Kinds of what belongs to a relation, which is the parent in an identity.
OF_RELATIONS = ("column", "constraint", "index", "policy", "rule", "trigger")

#: What edges call objects of other kinds.
_KINDS = {
    **dict.fromkeys(("view", "materialized_view", "foreign_table", "sequence", "index"), "table"),
    **dict.fromkeys(("procedure", "routine", "aggregate"), "function"),
    "domain": "type",
}

#: The name in what an object is called, after its kind: in its schema, and before its arguments.
_CALLED = re.compile(r"""(\w+) (?:("(?:[^"]|"")+"|[^".(\s]+)\.)?("(?:[^"]|"")+"|[^".(\s]+)""")

#: Statements whose code is run while the bundle is, and those whose code may be.
_RUN = ("DO",)
_CODE = ("CREATE FUNCTION", "CREATE PROCEDURE")

_WORD = re.compile(r"\w+")
_CREATE = re.compile(r"\bcreate\b", re.IGNORECASE)


class Target(NamedTuple):
    """An object that is needed: its kind, as edges call it, and its name."""

    kind: str
    schema: str | None
    name: str

    @classmethod
    def called(cls, called: str) -> Target:
        """The object that an edge calls so."""
        found = _CALLED.match(called)
        if found is None:
            return cls("", None, called)
        kind, schema, name = found.groups()
        return cls(kind, schema and _unquoted(schema), _unquoted(name))

    @classmethod
    def of(cls, identity: Identity) -> Target:
        """What a statement is about: the relation, if it is about something of one."""
        if identity.kind in OF_RELATIONS and identity.parent is not None:
            return cls("table", identity.schema, identity.parent)
        return cls(_KINDS.get(identity.kind, identity.kind), identity.schema, identity.name or "")


def is_own_type(target: Target) -> bool:
    """Whether an object is the type that an extension of PostgreSQL itself is named after."""
    return target.kind == "type" and target.name in WITH_OWN_TYPE


class Elsewhere:
    """What may define an object besides the statements that a model follows.

    Args:
        model: The model.
        sources: The files of the bundle.
    """

    def __init__(self, model: CheckedModel, sources: Sources) -> None:
        self._model = model
        self._sources = sources

    def defines(self, target: Target) -> bool:
        """Whether the files define an object in a way that the model does not follow.

        They do in a statement that it keeps as it is, in code, with ``IMPORT FOREIGN SCHEMA``, and by the
        extension that a type is named after.
        """
        if is_own_type(target) and target.name in self._names:
            return True
        schema = target.schema or _DEFAULT_SCHEMA
        is_kept = (target.schema, target.name) in self._kept or (None, target.name) in self._kept
        if is_kept or schema in self._imported or (target.schema is None and self._imported):
            return True
        return target.name.lower() in self._made_by_code

    def extensions(self, target: Target) -> frozenset[str]:
        """The extensions that may define an object, as far as nobody knows whether they do."""
        if is_own_type(target):
            return frozenset()
        schema = target.schema
        is_open = schema is None or schema not in self._schemas
        return self._extensions.get((target.kind, None if is_open else schema), frozenset())

    @cached_property
    def _names(self) -> set[str]:
        return {extension.name for extension in self._model.extensions}

    @cached_property
    def _schemas(self) -> set[str]:
        return set(self._model.schemas)

    @cached_property
    def _extensions(self) -> dict[tuple[str, str | None], frozenset[str]]:
        """The extensions by the kinds that they may define and by their schemas; in all by None."""
        found: defaultdict[tuple[str, str | None], set[str]] = defaultdict(set)
        for extension in self._model.extensions:
            for kind in extension_kinds(extension.name):
                found[kind, None].add(extension.name)
                found[kind, extension.schema or _DEFAULT_SCHEMA].add(extension.name)
        return {key: frozenset(names) for key, names in found.items()}

    @cached_property
    def _kept(self) -> set[tuple[str | None, str]]:
        """What the statements make that are kept as they are; without a schema, it may be in any."""
        identities = (
            opaque.identity for opaque in self._model.opaque if (opaque.kind or "").startswith("CREATE ")
        )
        return {
            (identity.schema, identity.name)
            for identity in identities
            if identity is not None and identity.name is not None and identity.kind not in OF_RELATIONS
        }

    @cached_property
    def _imported(self) -> set[str]:
        """The schemas into which foreign tables are imported."""
        return {
            statement[1][0][2] or ""
            for statements, *_ in self._sources.files
            for statement in statements
            if statement[0] == "IMPORT FOREIGN SCHEMA" and statement[1]
        }

    @cached_property
    def _made_by_code(self) -> set[str]:
        """Words of code in which something is made that may be its name; in small letters."""
        words: set[str] = set()
        for text in self._texts(_RUN):
            if _CREATE.search(text):
                words.update(_WORD.findall(text.lower()))
        for text in self._texts(_CODE):
            # What follows the first is the statement itself.
            for made in _CREATE.split(text)[2:]:
                words.update(_WORD.findall(made.partition(";")[0].lower()))
        return words

    def _texts(self, kinds: tuple[str, ...]) -> Iterator[str]:
        for file, (statements, *_) in enumerate(self._sources.files):
            ranges = [(statement[3], statement[4]) for statement in statements if statement[0] in kinds]
            if ranges:
                for piece in self._sources.texts.read_all(file, ranges):
                    yield piece.decode("utf-8", "replace")


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
