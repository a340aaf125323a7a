"""The rows of a model's routines, and of what calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.parts import QualifiedName
    from confiture.models.schema.routines import Argument, Routine, Trigger

    from .catalogue import Row, Rows

__all__ = ["input_types", "routine_rows"]

_INPUTS = ("in", "inout", "variadic")


def input_types(arguments: Iterable[Argument]) -> str:
    """What tells routines of a name apart."""
    return ", ".join(argument.type for argument in arguments if argument.mode in _INPUTS)


def routine_rows(model: SchemaModel, user: str) -> Rows:
    """Functions, procedures and aggregates; triggers and event triggers, policies and rules."""
    return {
        "routine": {
            (one.schema, one.name, input_types(one.arguments)): _routine(one) for one in model.routines
        },
        "aggregate": {
            (one.schema, one.name, input_types((*one.arguments, *_ordered(one.ordered_arguments)))): {
                "arguments": _arguments(one.arguments),
                "ordered_arguments": None
                if one.ordered_arguments is None
                else _arguments(one.ordered_arguments),
            }
            for one in model.aggregates
        },
        "trigger": {(one.schema, one.table, one.name): _trigger(one) for one in model.triggers},
        "policy": {
            (one.schema, one.table, one.name): {
                "is_permissive": one.is_permissive,
                "command": one.command,
                "roles": tuple(sorted(user if role == "current_user" else role for role in one.roles)),
                "has_using": one.using is not None,
                "has_check": one.check is not None,
            }
            for one in model.policies
        },
        "rule": {
            (one.schema, one.table, one.name): {
                "event": one.event,
                "is_instead": one.is_instead,
                "enabled": one.enabled,
                "has_condition": one.condition is not None,
                "has_actions": bool(one.actions),
            }
            for one in model.rules
        },
        "event_trigger": {
            (one.name,): {
                "event": one.event,
                "tags": tuple(sorted(tag.upper() for tag in one.tags)),
                "function": _pair(one.function),
                "enabled": one.enabled,
            }
            for one in model.event_triggers
        },
    }


def _pair(name: QualifiedName | None) -> tuple[str | None, str] | None:
    return None if name is None else (name.schema, name.name)


def _ordered(arguments: tuple[Argument, ...] | None) -> tuple[Argument, ...]:
    return arguments or ()


def _arguments(arguments: Iterable[Argument]) -> tuple[tuple[str | None, str, str], ...]:
    return tuple((argument.name, argument.mode, argument.type) for argument in arguments)


def _routine(routine: Routine) -> Row:
    return {
        "is_procedure": routine.is_procedure,
        "is_window": routine.is_window,
        "arguments": _arguments(routine.arguments),
        "default_count": sum(argument.default is not None for argument in routine.arguments),
        "returns": routine.returns,
        "returns_set": routine.returns_set,
        "language": routine.language,
        "volatility": routine.volatility,
        "is_strict": routine.is_strict,
        "is_security_definer": routine.is_security_definer,
        "is_leakproof": routine.is_leakproof,
        "parallel": routine.parallel,
        "settings": {setting.name for setting in routine.settings},
        "body": routine.body,
        "library": routine.library,
        "has_sql_body": routine.sql_body is not None,
    }


def _trigger(trigger: Trigger) -> Row:
    return {
        "timing": trigger.timing,
        "is_for_each_row": trigger.is_for_each_row,
        "events": trigger.events,
        "update_columns": trigger.update_columns,
        "has_condition": trigger.when is not None,
        "function": _pair(trigger.function),
        "arguments": trigger.arguments,
        "is_constraint": trigger.is_constraint,
        "references": _pair(trigger.references),
        "is_deferrable": trigger.is_deferrable,
        "is_deferred": trigger.is_deferred,
        "old_table": trigger.old_table,
        "new_table": trigger.new_table,
        "enabled": trigger.enabled,
        "parent": _pair(trigger.parent),
        "depends_on": tuple(sorted(trigger.depends_on)),
    }
