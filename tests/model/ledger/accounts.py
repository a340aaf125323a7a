"""What the model makes of a run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from confiture.artifacts.schema import decode_model
from sql import oracle

from .texts import is_definition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture._interface import Engine
    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.others import Opaque

    from .recorded import Run
    from .texts import Source

__all__ = ["Account", "Definition", "account_of", "joined"]

#: The end of a session, and what it leaves open; a semicolon ends a statement that the file does not end.
_END = "\n;ROLLBACK;DISCARD ALL;\n"

#: What the grammar has said, as both engines ask.
_TAGS: dict[str, str | None] = {}
_TAGS_OF_FILES: dict[tuple[str, str], list[str | None]] = {}
#: Statements that may name nothing: what they make stands in a query, or they are about all roles.
_NAMELESS = ("SELECT INTO", "ALTER ROLE")


class Definition(NamedTuple):
    """A statement that the grammar accepts and that defines or changes something.

    Attributes:
        is_executed: Whether the server executes it.
        opaque: What the model keeps of it, if it does not model it.
    """

    path: str
    line: int
    column: int
    tag: str
    is_executed: bool
    opaque: Opaque | None

    def __str__(self) -> str:
        reason = "modelled" if self.opaque is None else self.opaque.reason
        return f"{self.path}:{self.line}:{self.column} {self.tag}: {reason}"


class Account(NamedTuple):
    """The definitions of a run.

    Attributes:
        faults: Statements that the model does not account for, or not as it should.
    """

    definitions: list[Definition]
    faults: list[str]


def joined(sources: Sequence[Source]) -> tuple[str, list[int]]:
    """The text of a run, and the line that each file starts on."""
    starts: list[int] = []
    line = 1
    for source in sources:
        starts.append(line)
        line += source.text.count("\n") + _END.count("\n")
    return "".join(f"{source.text}{_END}" for source in sources), starts


def _accepted(text: str) -> str | None:
    """The command tag of a statement, if the server's grammar accepts it."""
    if text not in _TAGS:
        _TAGS[text] = oracle.accepts(text)
    return _TAGS[text]


def tags_of(source: Source) -> list[str | None]:
    """The command tag of each statement of a file as the server's grammar has it, none where that refuses it.

    Raises:
        AssertionError: The grammar finds other statements in the file than there are.
    """
    key = source.path, source.text
    if key not in _TAGS_OF_FILES:
        places = None if source.reconnections else oracle.statements(source.text)
        if places is not None:
            assert len(places) == len(source.statements), source.path
            _TAGS_OF_FILES[key] = [place.tag for place in places]
        else:
            _TAGS_OF_FILES[key] = [_accepted(statement.bare) for statement in source.statements]
    return _TAGS_OF_FILES[key]


def account_of(engine: Engine, sources: Sequence[Source], run: Run) -> Account:
    """What the model makes of the definitions of a run."""
    text, starts = joined(sources)
    model = decode_model(engine.parse_sql(text))
    kept = {(opaque.place.line, opaque.place.column): opaque for opaque in model.opaque if opaque.place}
    definitions: list[Definition] = []
    for source, start in zip(sources, starts, strict=True):
        refused = run[source.path].refused
        for number, (statement, tag) in enumerate(zip(source.statements, tags_of(source), strict=True)):
            if tag is None or not is_definition(tag):
                continue
            opaque = kept.get((start + statement.line - 1, statement.column))
            is_executed = number not in refused
            definitions.append(
                Definition(source.path, statement.line, statement.column, tag, is_executed, opaque)
            )
    return Account(definitions, list(_faults(model, sources, definitions)))


def _faults(model: SchemaModel, sources: Sequence[Source], definitions: list[Definition]) -> list[str]:
    faults = []
    there = Counter(statement.kind for source in sources for statement in source.statements)
    there["ROLLBACK"] += len(sources)
    there["DISCARD ALL"] += len(sources) + sum(source.reconnections for source in sources)
    counted = {
        entry.kind: entry.modelled + entry.opaque + entry.refused + entry.passed for entry in model.ledger
    }
    if counted != there:
        faults.append(f"{counted} statements are accounted for, {dict(there)} are there")
    kept = Counter(opaque.kind for opaque in model.opaque)
    if kept != {
        entry.kind: entry.opaque + entry.refused for entry in model.ledger if entry.opaque + entry.refused
    }:
        faults.append("what is kept is not what the ledger counts")
    for definition in definitions:
        opaque = definition.opaque
        if opaque is not None and opaque.kind != definition.tag:
            faults.append(f"{definition}: kept as {opaque.kind}")
        if opaque is not None and opaque.identity is None and definition.tag not in _NAMELESS:
            faults.append(f"{definition}: kept without an identity")
    return faults
