"""Two schemas as one lineage that shows how they differ."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from confiture.artifacts.missing import missing_if_none
from confiture.artifacts.schema import decode_model
from confiture.core.differ import SchemaDiffer
from confiture.diffing.parsing import parse_text
from confiture.diffing.sides import read_sides
from confiture.lineage.changes import ChangedField, LineageChanges, ObjectMark, compare_graphs
from confiture.lineage.graph import LineageGraph

if TYPE_CHECKING:
    from confiture._interface import Progress
    from confiture.models.diff import SchemaChange
    from confiture.models.schema.model import SchemaModel

__all__ = ["compared_schemas"]


def compared_schemas(
    old: str, new: str, project_dir: str | None, schema_only: bool, progress: Progress | None = None
) -> tuple[LineageGraph, LineageChanges, SchemaModel]:
    """One graph of two schemas, what is different in it, and the model of the second one.

    Arguments and errors are those of ``confiture.diffing.sides.read_sides``.
    """
    before, now = read_sides(old, new, project_dir, schema_only, progress)
    dumped = min((side.dumped for side in (before, now) if side.dumped is not None), default=None)
    diff = SchemaDiffer().compare_models(before.model, now.model, now.renames, dumped=dumped)
    model = decode_model(parse_text(now.text))
    graphs = LineageGraph.of_model(decode_model(parse_text(before.text))), LineageGraph.of_model(model)
    marks = {
        called: _mark(called, list(group), *graphs)
        for called, group in groupby(diff.changes, key=lambda change: change.object)
    }
    both, changes = compare_graphs(
        *graphs, marks, names=(before.called, now.called), notes=_notes(diff.undecided())
    )
    return both, changes, model


def _mark(called: str, changes: list[SchemaChange], old: LineageGraph, new: LineageGraph) -> ObjectMark:
    if called not in old.objects:
        return ObjectMark(change="added")
    if called not in new.objects:
        return ObjectMark(change="removed")
    fields = (
        ChangedField(
            path=" ".join(filter(None, (change.type.replace("_", " ").lower(), change.column))),
            old=missing_if_none(change.old_value),
            new=missing_if_none(change.new_value),
        )
        for change in changes
    )
    return ObjectMark(change="modified", fields=tuple(fields))


def _notes(undecided: tuple[SchemaChange, ...]) -> tuple[str, ...]:
    if not undecided:
        return ()
    count = len(undecided)
    return (f"{count} of the changes {'is' if count == 1 else 'are'} undecided: only a server could tell.",)
