"""Objects as the structs of ``confiture.models.schema``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

from confiture._pure.schema import records
from confiture._pure.schema.indexes import key_text
from confiture._pure.schema.objects import identity_types
from confiture._pure.schema.records import Acl, Record, Settings
from confiture._pure.schema.state import State
from confiture._pure.schema.types import is_no_default, qualified, type_text
from confiture.models.schema import others, parts, routines, tables, types
from confiture.models.statement import Identity

__all__ = ["Encoder", "PlaceOf", "T", "called", "sort_key", "struct_of"]


T = TypeVar("T", bound=msgspec.Struct)


PlaceOf = Callable[[int], "parts.Place | None"]


def struct_of(kind: type[T], /, **fields: object) -> T:
    """A struct in which what equals its default is its default, so that it is left out."""
    defaults = dict(zip(reversed(kind.__struct_fields__), reversed(kind.__struct_defaults__), strict=False))
    kept = {
        name: value
        for name, value in fields.items()
        if name not in defaults or type(value) is not type(defaults[name]) or value != defaults[name]
    }
    return kind(**kept)


def called(record: Record) -> str:
    """What an edge calls an object."""
    kind, arguments, parent = record.kind, None, None
    schema: str | None = record.schema
    if isinstance(record, records.Routine):
        arguments = identity_types(record)
    elif isinstance(record, records.Definition):
        parent = record.parent
        if record.types is not None:
            arguments = tuple(
                "none" if ref is None else type_text(ref, has_modifiers=False) for ref in record.types
            )
    elif isinstance(record, records.Type) and record.form == "multirange":
        kind = "type"
    elif isinstance(record, (records.Trigger, records.Policy, records.Rule)) and record.table is not None:
        parent, schema = record.table.name, record.table.schema
    elif record.kind == "extension":
        schema = None
    return str(Identity(kind=kind, schema=schema, name=record.name, arguments=arguments, parent=parent))


def _bytes(text: str | None) -> bytes:
    return b"" if text is None else text.encode("utf-8")


def sort_key(*texts: str | None) -> tuple[tuple[bool, bytes], ...]:
    """What sorts names as UTF-8 bytes, none first."""
    return tuple((text is not None, _bytes(text)) for text in texts)


def _settings(settings: Settings) -> tuple[parts.Setting, ...]:
    return tuple(
        struct_of(parts.Setting, name=name, value=value)
        for name, value in sorted(settings.items(), key=lambda item: item[0].encode("utf-8"))
    )


def _privileges(acl: Acl | None) -> tuple[parts.Privilege, ...] | None:
    if acl is None:
        return None
    ordered = sorted(acl.items(), key=lambda item: sort_key(item[0][0], item[0][1]))
    return tuple(
        struct_of(parts.Privilege, grantee=grantee, privilege=privilege, is_grantable=is_grantable)
        for (grantee, privilege), is_grantable in ordered
    )


class Encoder:
    def __init__(self, state: State, place: PlaceOf) -> None:
        self.state = state
        self.place = place

    def base(self, record: Record) -> dict[str, Any]:
        """What all objects have."""
        return {
            "schema": record.schema,
            "name": record.name,
            "owner": record.owner,
            "comment": record.comment,
            "privileges": _privileges(record.privileges),
            "place": self.place(record.statement),
        }

    def name(self, record: Record) -> parts.QualifiedName:
        return struct_of(parts.QualifiedName, schema=record.schema, name=record.name)

    def written(self, record: Record | None, name: tuple[str | None, str]) -> parts.QualifiedName:
        if record is not None:
            return self.name(record)
        return struct_of(parts.QualifiedName, schema=name[0], name=name[1])

    def key(self, key: records.Key) -> tables.IndexKey:
        return struct_of(
            tables.IndexKey,
            expression=key_text(key),
            is_column=key.column is not None,
            collation=key.collation,
            operator_class=key.operator_class,
            is_descending=key.is_descending,
            nulls_first=key.nulls_first,
            operator=key.operator,
        )

    def column(self, column: records.Column) -> tables.Column:
        default = column.default
        if default is not None and is_no_default(default, column.type):
            default = None
        if column.default_sequence is not None and not column.default_sequence.is_dropped:
            name = qualified(column.default_sequence).replace("'", "''")
            default = f"nextval('{name}'::regclass)"
        return struct_of(
            tables.Column,
            name=column.name,
            type=type_text(column.type),
            collation=column.collation,
            is_not_null=column.is_not_null,
            default=default,
            identity=column.identity,
            generated=column.generated,
            is_virtual=column.is_virtual,
            storage=column.storage,
            compression=column.compression,
            statistics=column.statistics,
            options=_settings(column.options),
            is_inherited=column.inherited > 0,
            is_local=column.is_local,
            comment=column.comment,
            privileges=_privileges(column.privileges),
        )

    def constraint(self, made: records.Constraint) -> tables.Constraint:
        is_key = made.kind == "foreign_key"
        return struct_of(
            tables.Constraint,
            name=made.name,
            kind=made.kind,
            columns=made.columns,
            expression=made.expression,
            references=self.written(made.referenced, made.referenced_name) if is_key else None,
            referenced_columns=made.referenced_columns,
            match=made.match,
            on_delete=made.on_delete,
            on_update=made.on_update,
            on_delete_columns=made.on_delete_columns,
            keys=tuple(map(self.key, made.keys)),
            method=made.method,
            include=made.include,
            where=made.where,
            nulls_not_distinct=made.nulls_not_distinct,
            is_period=made.is_period,
            options=_settings(made.options),
            tablespace=made.tablespace,
            is_deferrable=made.is_deferrable,
            is_deferred=made.is_deferred,
            is_valid=made.is_valid,
            is_enforced=made.is_enforced,
            is_inheritable=made.is_inheritable,
            is_inherited=made.inherited > 0,
            is_local=made.is_local,
            comment=made.comment,
            index_comment=None if made.index is None else made.index.comment,
            place=self.place(made.statement),
        )

    def constraints(self, made: Iterable[records.Constraint]) -> tuple[tables.Constraint, ...]:
        return tuple(map(self.constraint, sorted(made, key=lambda each: each.name.encode("utf-8"))))

    def table(self, table: records.Table) -> tables.Table:
        parent = table.parents[0] if table.bound is not None and table.parents else None
        partition_of = None
        if parent is not None and table.bound is not None:
            partition_of = struct_of(tables.PartitionOf, parent=self.name(parent), bound=table.bound)
        identity = table.replica_identity
        return struct_of(
            tables.Table,
            **self.base(table),
            columns=tuple(map(self.column, table.columns.values())),
            constraints=self.constraints(table.constraints.values()),
            is_foreign=table.kind == "foreign_table",
            persistence=table.persistence,
            partition_by=table.partition_by,
            partition_of=partition_of,
            inherits=() if table.bound is not None else tuple(map(self.name, table.parents)),
            of_type=None if table.of_type is None else self.name(table.of_type),
            has_row_security=table.has_row_security,
            forces_row_security=table.forces_row_security,
            replica_identity=identity if isinstance(identity, str) else identity.name,
            clustered_on=None if table.clustered_on is None else table.clustered_on.name,
            access_method=table.access_method,
            tablespace=table.tablespace,
            options=_settings(table.options),
            server=table.server,
        )

    def index(self, index: records.Index) -> tables.Index:
        return struct_of(
            tables.Index,
            **{**self.base(index), "owner": index.table.owner},
            table=index.table.name,
            keys=tuple(map(self.key, index.keys)),
            method=index.method,
            is_unique=index.is_unique,
            nulls_not_distinct=index.nulls_not_distinct,
            include=index.include,
            where=index.where,
            is_only=index.is_only,
            parent=None if index.parent is None else self.name(index.parent),
            options=_settings(index.options),
            tablespace=index.tablespace,
            statistics=_settings(index.statistics),
        )

    def sequence(self, sequence: records.Sequence) -> tables.Sequence:
        table, column = sequence.owner_table, sequence.owner_column
        return struct_of(
            tables.Sequence,
            **self.base(sequence),
            type=sequence.type,
            start=sequence.start,
            increment=sequence.increment,
            minimum=sequence.minimum,
            maximum=sequence.maximum,
            cache=sequence.cache,
            cycles=sequence.cycles,
            persistence=sequence.persistence,
            owned_by=None if table is None else self.name(table),
            owned_by_column=None if column is None else column.name,
            is_identity=sequence.is_identity,
        )

    def view(self, view: records.View) -> tables.View:
        by_column = sorted(view.column_privileges.items(), key=lambda item: item[0].encode("utf-8"))
        return struct_of(
            tables.View,
            **self.base(view),
            query=view.query,
            columns=view.columns,
            is_materialized=view.kind == "materialized_view",
            is_recursive=view.is_recursive,
            persistence=view.persistence,
            check_option=view.check_option,
            has_data=view.has_data,
            access_method=view.access_method,
            tablespace=view.tablespace,
            clustered_on=None if view.clustered_on is None else view.clustered_on.name,
            options=_settings(view.options),
            column_settings=_settings(view.column_settings),
            column_comments=_settings(dict(view.column_comments)),
            column_privileges=tuple((name, _privileges(acl) or ()) for name, acl in by_column),
        )

    def type(self, record: records.Type) -> types.Type:
        attributes = tuple(
            struct_of(
                types.Attribute,
                name=attribute.name,
                type=type_text(attribute.type),
                collation=attribute.collation,
                comment=attribute.comment,
            )
            for attribute in record.attributes.values()
        )
        return struct_of(
            types.Type,
            **self.base(record),
            kind=record.form,
            labels=record.labels,
            attributes=attributes,
            options=_settings(record.options),
        )

    def domain(self, domain: records.Domain) -> types.Domain:
        return struct_of(
            types.Domain,
            **self.base(domain),
            type=type_text(domain.type),
            collation=domain.collation,
            is_not_null=domain.is_not_null,
            default=None
            if domain.default is None or is_no_default(domain.default, domain.type)
            else domain.default,
            constraints=self.constraints(domain.constraints.values()),
        )

    def argument(self, parameter: records.Parameter) -> routines.Argument:
        return struct_of(
            routines.Argument,
            name=parameter.name,
            mode=parameter.mode,
            type=type_text(parameter.type, has_modifiers=False),
            default=parameter.default,
        )

    def routine(self, routine: records.Routine) -> routines.Routine:
        returns = routine.returns
        return struct_of(
            routines.Routine,
            **self.base(routine),
            is_procedure=routine.kind == "procedure",
            arguments=tuple(map(self.argument, routine.parameters)),
            returns=None if returns is None else type_text(returns, has_modifiers=False),
            returns_set=routine.returns_set,
            language=routine.language,
            body=routine.body,
            library=routine.library,
            sql_body=routine.sql_body,
            volatility=routine.volatility,
            is_strict=routine.is_strict,
            is_security_definer=routine.is_security_definer,
            is_leakproof=routine.is_leakproof,
            is_window=routine.is_window,
            parallel=routine.parallel,
            cost=routine.cost,
            rows=routine.rows,
            support=routine.support,
            transforms=tuple(type_text(ref, has_modifiers=False) for ref in routine.transforms),
            settings=_settings(routine.settings),
            depends_on=_names(routine.depends_on),
        )

    def aggregate(self, routine: records.Routine) -> routines.Aggregate:
        ordered = routine.ordered
        return struct_of(
            routines.Aggregate,
            **self.base(routine),
            arguments=tuple(map(self.argument, routine.parameters)),
            ordered_arguments=None if ordered is None else tuple(map(self.argument, ordered)),
            options=_settings(routine.definition),
        )

    def trigger(self, trigger: records.Trigger) -> routines.Trigger:
        table = trigger.table
        parent = None if trigger.parent is None else trigger.parent.table
        referenced = trigger.referenced_name
        return struct_of(
            routines.Trigger,
            **self.base(trigger),
            table="" if table is None else table.name,
            timing=trigger.timing,
            events=trigger.events,
            update_columns=trigger.update_columns,
            is_for_each_row=trigger.is_for_each_row,
            when=trigger.when,
            function=self.written(trigger.function, trigger.function_name),
            arguments=trigger.arguments,
            is_constraint=trigger.is_constraint,
            references=None if referenced is None else self.written(trigger.referenced, referenced),
            is_deferrable=trigger.is_deferrable,
            is_deferred=trigger.is_deferred,
            old_table=trigger.old_table,
            new_table=trigger.new_table,
            enabled=trigger.enabled,
            parent=None if parent is None else self.name(parent),
            depends_on=_names(trigger.depends_on),
        )

    def event_trigger(self, trigger: records.Trigger) -> routines.EventTrigger:
        return struct_of(
            routines.EventTrigger,
            **self.base(trigger),
            event=trigger.event,
            tags=trigger.tags,
            function=self.written(trigger.function, trigger.function_name),
            enabled=trigger.enabled,
        )

    def policy(self, policy: records.Policy) -> routines.Policy:
        return struct_of(
            routines.Policy,
            **self.base(policy),
            table=policy.table.name,
            is_permissive=policy.is_permissive,
            command=policy.command,
            roles=policy.roles,
            using=policy.using,
            check=policy.check,
        )

    def rule(self, rule: records.Rule) -> routines.Rule:
        return struct_of(
            routines.Rule,
            **self.base(rule),
            table=rule.table.name,
            event=rule.event,
            is_instead=rule.is_instead,
            condition=rule.condition,
            actions=rule.actions,
            enabled=rule.enabled,
        )

    def role(self, role: records.Role) -> others.Role:
        return struct_of(
            others.Role,
            **self.base(role),
            can_login=role.can_login,
            options=_settings(role.options),
            member_of=_settings(role.member_of),
            settings=_settings(role.settings),
        )

    def extension(self, extension: records.Extension) -> others.Extension:
        return struct_of(
            others.Extension,
            **self.base(extension),
            version=extension.version,
            members=_names(extension.members),
        )

    def definition(self, record: records.Definition) -> others.Definition:
        arguments = None
        if record.types is not None:
            arguments = tuple(
                "none" if ref is None else type_text(ref, has_modifiers=False) for ref in record.types
            )
        return struct_of(
            others.Definition,
            **self.base(record),
            kind=record.kind,
            arguments=arguments,
            parent=record.parent,
            clauses=record.clauses,
            changes=record.changes,
        )

    def defaults(self, defaults: records.Defaults) -> others.DefaultPrivileges:
        return struct_of(
            others.DefaultPrivileges,
            role=defaults.role,
            schema=defaults.schema,
            objects=defaults.objects,
            granted=_privileges(defaults.granted) or (),
            revoked=_privileges(defaults.revoked) or (),
            place=self.place(defaults.statement),
        )


def _names(names: dict[str, None]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: name.encode("utf-8")))
