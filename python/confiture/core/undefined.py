"""What statements are about that no file defines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.core.elsewhere import Elsewhere, Target, is_own_type
from confiture.core.kept_statements import NOT_DEFINED
from confiture.core.statement_needs import late_edge
from confiture.models.statement import Identity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confiture.artifacts.checked import CheckedEdge, CheckedModel
    from confiture.core.model_checks import PlacedFindings
    from confiture.core.sources import Sources
    from confiture.core.statement_needs import StatementNeeds
    from confiture.models.schema.parts import Place

__all__ = ["look_at_undefined"]

#: How many names are shown at most where there may be many.
_NAMES_SHOWN = 12

_DEFINE = "Define it, or correct the name."


def look_at_undefined(
    model: CheckedModel,
    sources: Sources,
    needs: StatementNeeds,
    schemas: Iterable[tuple[str, str, Place, Place | None]],
    findings: PlacedFindings,
) -> list[CheckedEdge]:
    """Say what no file defines.

    Args:
        model: The model of the bundle.
        sources: The files of the bundle.
        needs: What its statements need.
        schemas: What ``needs`` tells of schemas that are not there.
        findings: Where it goes.

    Returns:
        What statements need that is defined only later.
    """
    undefined = _Undefined(model, sources, findings)
    late: list[CheckedEdge] = []
    in_schemas: set[Place] = set()
    for called, schema, place, defined in schemas:
        in_schemas.add(place)
        if defined is None:
            undefined.look_at_schema(called, schema, place)
        else:
            late.append(late_edge(called, str(Identity(kind="schema", name=schema)), place, defined))
    for opaque in model.opaque:
        is_meant = opaque.reason == NOT_DEFINED and not opaque.is_refused
        if not (is_meant and opaque.kind and opaque.identity and opaque.place):
            continue
        if opaque.place in in_schemas:
            continue
        edge = needs.late(opaque.kind, opaque.identity, opaque.place)
        if edge is not None:
            late.append(edge)
        else:
            undefined.look_at_statement(opaque.kind, opaque.identity, opaque.place)
    for edge in model.edges:
        if edge.place is not None:
            undefined.look_at_edge(edge, edge.place)
    undefined.tell_extensions()
    return late


class _Undefined:
    def __init__(self, model: CheckedModel, sources: Sources, findings: PlacedFindings) -> None:
        self._elsewhere = Elsewhere(model, sources)
        self._schemas = set(model.schemas)
        self._findings = findings
        self._told: set[tuple[str, str]] = set()
        #: What extensions may define, with the first place that needs it, and the extensions.
        self._extended: dict[str, Place] = {}
        self._extensions: set[frozenset[str]] = set()

    def look_at_statement(self, kind: str, identity: Identity, place: Place) -> None:
        """Look at a statement of a kind that is about something undefined."""
        if identity.kind == "role":
            self._tell_role(kind, identity, place)
        elif kind.startswith("CREATE "):
            self._look_at_definition(identity, place)
        else:
            target = Target.of(identity)
            is_drop = kind.startswith("DROP ")
            self._tell(
                target,
                str(identity),
                f"{kind} is about something that no file defines: {identity}",
                "Add IF EXISTS, remove the statement, or correct the name." if is_drop else _DEFINE,
                place,
            )

    def look_at_schema(self, called: str, schema: str, place: Place) -> None:
        """Look at something in a schema that no statement makes."""
        needed = str(Identity(kind="schema", name=schema))
        message = f"{called} needs {needed}, which no file defines"
        if schema not in self._schemas:
            self._tell(Target("schema", None, schema), needed, message, _DEFINE, place)

    def look_at_edge(self, edge: CheckedEdge, place: Place) -> None:
        """Look at what an object needs."""
        # An object may need another one in several ways.
        if edge.status not in ("missing", "dropped") or (edge.source, edge.target) in self._told:
            return
        self._told.add((edge.source, edge.target))
        if edge.status == "missing":
            message = f"{edge.source} needs {edge.target}, which no file defines"
            self._tell(Target.called(edge.target), edge.target, message, _DEFINE, place)
        else:
            self._findings.add(
                ("CHECK_014", "warning"),
                f"{edge.source} needs {edge.target}, which a later statement drops",
                "Change it so that it does not need that any more, or drop it as well.",
                place,
            )

    def tell_extensions(self) -> None:
        """Say in one finding what extensions may define."""
        if not self._extended:
            return
        names = sorted(self._extended)
        shown = ", ".join(names[:_NAMES_SHOWN]) + (", …" if len(names) > _NAMES_SHOWN else "")
        verb = "is" if len(names) == 1 else "are"
        extensions = sorted(frozenset().union(*self._extensions))
        what = f"the extension{'' if len(extensions) == 1 else 's'} {', '.join(extensions)}"
        self._findings.add(
            ("CHECK_014", "note"),
            f"{shown} {verb} defined by no file, but perhaps by {what}",
            "Nothing is to be done if that is so.",
            min(self._extended.values(), key=self._findings.order),
        )

    def _tell_role(self, kind: str, identity: Identity, place: Place) -> None:
        # Roles belong to the cluster, and are often made elsewhere.
        called = str(identity)
        if self._elsewhere.defines(Target.of(identity)):
            return
        if (called, called) not in self._told:
            self._told.add((called, called))
            message = f"{kind} is about something that no file defines: {called}"
            self._findings.add(("CHECK_014", "note"), message, _DEFINE, place)

    def _look_at_definition(self, identity: Identity, place: Place) -> None:
        """Look at a definition that needs its schema, the table it is on, or what it is made from."""
        schema = identity.schema
        if schema is not None and schema not in self._schemas:
            self.look_at_schema(str(identity), schema, place)
            return
        table = Target.of(identity)
        is_on_table = table.name != identity.name or table.kind != identity.kind
        self._tell(
            table if is_on_table else Target(table.kind, None, ""),
            f"what {identity} needs",
            f"{identity} needs something that no file defines",
            _DEFINE,
            place,
        )

    def _tell(self, target: Target, called: str, message: str, hint: str, place: Place) -> None:
        if self._elsewhere.defines(target):
            return
        extensions = self._elsewhere.extensions(target)
        if not extensions:
            if is_own_type(target):
                hint = f"CREATE EXTENSION {target.name} defines it."
            self._findings.add(("CHECK_014", "warning"), message, hint, place)
            return
        self._extensions.add(extensions)
        first = self._extended.setdefault(called, place)
        self._extended[called] = min(first, place, key=self._findings.order)
