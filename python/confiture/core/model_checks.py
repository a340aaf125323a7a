"""What a bundle's model tells: what is needed and not there, or not yet (``docs/findings.md``)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from confiture.core.file_orders import working_order
from confiture.core.groups import strongly_connected

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from confiture.artifacts.checked import CheckedModel
    from confiture.core.findings import Findings
    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.others import Edge
    from confiture.models.schema.parts import Place

__all__ = ["look_at_model"]

#: Why a statement is kept as it is whose object the text does not define: a word of the engines.
_NOT_DEFINED = "the text does not define it"

#: Codes of what makes a statement reach into the next one.
_UNFINISHED = ("CHECK_001", "CHECK_002")

#: How many files are named at most where an order of files is told.
_FILES_SHOWN = 12
#: How many objects of a cycle are named at most.
_OBJECTS_SHOWN = 6

#: Edges that nothing asks for before the routine runs.
_AT_RUN_TIME = "body"


def look_at_model(
    model: CheckedModel, whole: Callable[[], SchemaModel], paths: Sequence[str], findings: Findings
) -> None:
    """Add what is to be said of a model.

    Args:
        model: Of the model of a bundle, what is always looked at.
        whole: Gives the whole model.
        paths: The files as the model names them, by which findings number them.
        findings: Where it goes.
    """
    numbers = {path: number for number, path in enumerate(paths)}
    _look_at_opaque(model, findings, numbers)
    edges = [edge for edge in model.edges if edge.kind != _AT_RUN_TIME and edge.place is not None]
    _look_at_undefined(model, findings, numbers)
    late = [edge for edge in edges if edge.is_late]
    if late:
        from confiture.lineage.objects import objects_of

        objects = objects_of(whole())
        defined = {called: item.place for called, item in objects.items() if item.place is not None}
        _look_at_late(edges, late, defined, findings, numbers)


def _look_at_opaque(model: CheckedModel, findings: Findings, numbers: Mapping[str, int]) -> None:
    for opaque in model.opaque:
        # What has no kind is CHECK_003.
        if opaque.kind is None or opaque.place is None:
            continue
        if opaque.reason == _NOT_DEFINED and opaque.identity is not None:
            # Roles belong to the cluster, and are often made elsewhere.
            severity = "note" if opaque.identity.kind == "role" else "warning"
            _add(
                findings,
                numbers,
                ("CHECK_014", severity),
                f"{opaque.kind} is about something that no file defines: {opaque.identity}",
                "Define it, or correct the name.",
                opaque.place,
            )
        elif opaque.is_refused and not findings.has(
            numbers.get(opaque.place.file or "", -1), _UNFINISHED, opaque.place.line
        ):
            _add(
                findings,
                numbers,
                ("CHECK_013", "error"),
                f"{opaque.kind} cannot be understood: {opaque.reason}",
                "Correct the statement; if the server takes it, please report it.",
                opaque.place,
            )


def _look_at_undefined(model: CheckedModel, findings: Findings, numbers: Mapping[str, int]) -> None:
    schemas = {schema.name for schema in model.schemas}
    extended = {extension.schema for extension in model.extensions if extension.name != "plpgsql"}
    seen: set[tuple[str, str]] = set()
    for edge in model.edges:
        if edge.is_defined or edge.place is None or (edge.source, edge.target) in seen:
            continue
        seen.add((edge.source, edge.target))
        schema = _schema_of(edge.target)
        # An extension may have made it.
        may_be_extensions = bool(extended) and (schema is None or schema not in schemas or schema in extended)
        _add(
            findings,
            numbers,
            ("CHECK_014", "note" if may_be_extensions else "warning"),
            f"{edge.source} needs {edge.target}, which no file defines",
            "Define it, or correct the name."
            if not may_be_extensions
            else "Nothing is to be done if an extension defines it.",
            edge.place,
        )


def _schema_of(called: str) -> str | None:
    """The schema in what an object is called, if it has one."""
    name = called.split(" ", 1)[-1].split("(", 1)[0]
    schema, dot, _ = name.partition(".")
    return schema.strip('"') if dot else None


def _look_at_late(
    edges: Sequence[Edge],
    late: Sequence[Edge],
    defined: Mapping[str, Place],
    findings: Findings,
    numbers: Mapping[str, int],
) -> None:
    needs: defaultdict[str, list[str]] = defaultdict(list)
    for edge in edges:
        needs[edge.source].append(edge.target)
    group_of: dict[str, int] = {}
    for number, group in enumerate(strongly_connected(needs)):
        if len(group) > 1:
            group_of.update(dict.fromkeys(group, number))
    told: set[int] = set()
    order = working_order(edges, defined, list(numbers))
    for edge in sorted(late, key=lambda edge: _place_key(edge, numbers)):
        source_group = group_of.get(edge.source, -1)
        place = edge.place
        if place is None:
            continue
        if source_group >= 0 and source_group == group_of.get(edge.target):
            if source_group not in told:
                told.add(source_group)
                members = [name for name, group in group_of.items() if group == source_group]
                _tell_cycle(members, edges, edge, place, defined, findings, numbers)
            continue
        _add(
            findings,
            numbers,
            ("CHECK_015", "error"),
            f"{edge.source} needs {edge.target}, which is defined only later",
            _order_hint(edge, place, defined, order),
            place,
            defined.get(edge.target),
        )


def _tell_cycle(
    members: Sequence[str],
    edges: Sequence[Edge],
    edge: Edge,
    place: Place,
    defined: Mapping[str, Place],
    findings: Findings,
    numbers: Mapping[str, int],
) -> None:
    inside = {*members}
    late = [other for other in edges if other.is_late and {other.source, other.target} <= inside]
    is_of_keys = all(other.kind == "foreign_key" for other in late)
    shown = ", ".join(sorted(members)[:_OBJECTS_SHOWN]) + (", …" if len(members) > _OBJECTS_SHOWN else "")
    hint = (
        "Add a foreign key with ALTER TABLE when both tables are there, or build with --two-pass."
        if is_of_keys
        else "Make one of them without the other first, and complete it when both are there."
    )
    _add(
        findings,
        numbers,
        ("CHECK_016", "error"),
        f"{edge.source} needs {edge.target}, which needs it too, so that no order works: {shown}",
        hint,
        place,
        defined.get(edge.target),
    )


def _order_hint(edge: Edge, place: Place, defined: Mapping[str, Place], order: Sequence[str] | None) -> str:
    target = defined.get(edge.target)
    if target is not None and target.file == place.file:
        return "Move the definition before the statement that needs it."
    if order is None:
        return "No order of the files works: move the statement behind the definition."
    shown = ", ".join(order[:_FILES_SHOWN]) + (", …" if len(order) > _FILES_SHOWN else "")
    return f"Rename files so that the definition comes first; this order works: {shown}."


def _place_key(edge: Edge, numbers: Mapping[str, int]) -> tuple[int, int, int, str]:
    place = edge.place
    if place is None:
        return 0, 0, 0, edge.target
    return numbers.get(place.file or "", 0), place.line, place.column, edge.target


def _add(
    findings: Findings,
    numbers: Mapping[str, int],
    rule: tuple[str, str],
    message: str,
    hint: str,
    place: Place,
    other: Place | None = None,
) -> None:
    file = numbers.get(place.file or "")
    if file is None:
        return
    code, severity = rule
    related = None
    if other is not None and (other_file := numbers.get(other.file or "")) is not None:
        related = (other_file, other.line, other.column)
    findings.add(
        code, severity, message, hint, file=file, line=place.line, column=place.column, related=related
    )
