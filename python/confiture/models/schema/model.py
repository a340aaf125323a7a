"""The state of a database that a text of DDL leads to (``docs/model.md``)."""

from __future__ import annotations

from confiture.artifacts import Artifact
from confiture.models.schema.others import (
    DefaultPrivileges,
    Definition,
    Edge,
    Extension,
    LedgerEntry,
    Opaque,
    Role,
    Schema,
)
from confiture.models.schema.routines import Aggregate, EventTrigger, Policy, Routine, Rule, Trigger
from confiture.models.schema.tables import Index, Sequence, Table, View
from confiture.models.schema.types import Domain, Type

__all__ = ["SchemaModel", "SchemaModelDocument"]


class SchemaModel(Artifact, frozen=True, kw_only=True):
    """The objects that a text of DDL defines, once all of its statements have run.

    Objects of a kind are sorted by schema, table, name and argument types, as UTF-8 bytes.

    Attributes:
        schemas: Schemas; ``public``, if the text says something of it.
        extensions: Extensions.
        roles: Roles.
        types: Types but domains.
        domains: Domains.
        sequences: Sequences, those of ``serial`` and identity columns included.
        tables: Tables, partitioned tables and foreign tables.
        indexes: Indexes but those of constraints.
        views: Views and materialised views.
        routines: Functions and procedures.
        aggregates: Aggregates.
        triggers: Triggers.
        event_triggers: Event triggers.
        policies: Policies.
        rules: Rules but those of views.
        definitions: Objects of the other kinds.
        default_privileges: What objects that are made later are granted.
        opaque: Statements that are kept as they are, in their order.
        edges: What needs what, sorted by source, target and kind, each once.
        ledger: What became of the statements, by kind; those without one last.
    """

    schemas: tuple[Schema, ...] = ()
    extensions: tuple[Extension, ...] = ()
    roles: tuple[Role, ...] = ()
    types: tuple[Type, ...] = ()
    domains: tuple[Domain, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    tables: tuple[Table, ...] = ()
    indexes: tuple[Index, ...] = ()
    views: tuple[View, ...] = ()
    routines: tuple[Routine, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    event_triggers: tuple[EventTrigger, ...] = ()
    policies: tuple[Policy, ...] = ()
    rules: tuple[Rule, ...] = ()
    definitions: tuple[Definition, ...] = ()
    default_privileges: tuple[DefaultPrivileges, ...] = ()
    opaque: tuple[Opaque, ...] = ()
    edges: tuple[Edge, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()


class SchemaModelDocument(SchemaModel, frozen=True, kw_only=True, tag_field="artifact", tag="schema_model/1"):
    """A schema model as an artifact of its own: the same fields, and what it is in front.

    What engines hand over has no such member: it never leaves the process.
    """

    @classmethod
    def of(cls, model: SchemaModel) -> SchemaModelDocument:
        """The document of a model; its parts are shared."""
        return cls(**{name: getattr(model, name) for name in model.__struct_fields__})
