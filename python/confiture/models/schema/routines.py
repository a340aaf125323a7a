"""Routines, and what calls them by itself: triggers. Policies and rules, which belong to tables too."""

from __future__ import annotations

from confiture.artifacts import Artifact
from confiture.models.schema.parts import QualifiedName, SchemaObject, Setting

__all__ = ["Aggregate", "Argument", "EventTrigger", "Policy", "Routine", "Rule", "Trigger"]


class Argument(Artifact, frozen=True, kw_only=True):
    """An argument of a routine or an aggregate.

    Attributes:
        name: Its name, without quotes; None if it has none.
        mode: ``in``, ``out``, ``inout``, ``variadic`` or ``table``.
        type: Its type as PostgreSQL spells it, as a column's without its modifiers.
        default: The expression of its default.
    """

    name: str | None = None
    mode: str = "in"
    type: str
    default: str | None = None


class Routine(SchemaObject, frozen=True, kw_only=True):
    """A function or a procedure.

    Attributes:
        is_procedure: Whether it is a procedure.
        arguments: Its arguments, those that it returns included.
        returns: The type it returns, as a column's; None for a procedure, and ``record`` where its
            arguments say what it returns.
        returns_set: Whether it returns any number of rows.
        language: Its language, in lower case unless it was quoted otherwise.
        body: Its body: of the languages ``sql`` and ``plpgsql`` without comments and white space, as
            ``docs/statements.md`` has it; of others as it is.
        library: The object file of a C function, if it has one; `body` is then the symbol in it.
        sql_body: The body of a function that has it as statements: ``begin atomic … end`` or ``return …``.
        volatility: ``volatile``, ``stable`` or ``immutable``.
        is_strict: Whether it returns null on null input.
        is_security_definer: Whether it runs as its owner.
        is_leakproof: Whether it tells nothing of its arguments.
        is_window: Whether it is a window function.
        parallel: ``unsafe``, ``restricted`` or ``safe``.
        cost: Its cost as written, if the text says so.
        rows: The rows it returns as written, if the text says so.
        support: Its planner support function, as written.
        transforms: The types that ``TRANSFORM FOR TYPE`` names.
        settings: What it runs with, by name.
        depends_on: Extensions that it goes away with.
    """

    is_procedure: bool = False
    arguments: tuple[Argument, ...] = ()
    returns: str | None = None
    returns_set: bool = False
    language: str = "sql"
    body: str | None = None
    library: str | None = None
    sql_body: str | None = None
    volatility: str = "volatile"
    is_strict: bool = False
    is_security_definer: bool = False
    is_leakproof: bool = False
    is_window: bool = False
    parallel: str = "unsafe"
    cost: str | None = None
    rows: str | None = None
    support: str | None = None
    transforms: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    depends_on: tuple[str, ...] = ()


class Aggregate(SchemaObject, frozen=True, kw_only=True):
    """An aggregate.

    Attributes:
        arguments: Its arguments; of an ordered-set aggregate the direct ones.
        ordered_arguments: What an ordered-set aggregate sorts by; None for any other.
        options: What it is defined by, such as ``sfunc``, by name.
    """

    arguments: tuple[Argument, ...] = ()
    ordered_arguments: tuple[Argument, ...] | None = None
    options: tuple[Setting, ...] = ()


class Trigger(SchemaObject, frozen=True, kw_only=True):
    """A trigger; its schema is that of its table.

    Attributes:
        table: The table or view.
        timing: ``before``, ``after`` or ``instead of``.
        events: ``insert``, ``update``, ``delete``, ``truncate`` in this order.
        update_columns: The columns that ``UPDATE OF`` names.
        is_for_each_row: Whether it runs once a row; otherwise once a statement.
        when: Its condition.
        function: The function that it calls.
        arguments: What it gives to it.
        is_constraint: Whether it is a constraint trigger.
        references: The table that a constraint trigger is about besides.
        is_deferrable: Whether it can run at the end of the transaction.
        is_deferred: Whether it does, unless told otherwise.
        old_table: The name of the table of rows before.
        new_table: The name of the table of rows after.
        enabled: ``origin``, ``replica``, ``always`` or ``disabled``.
        parent: The partitioned table whose trigger this one is a part of.
        depends_on: Extensions that it goes away with.
    """

    table: str
    timing: str
    events: tuple[str, ...]
    update_columns: tuple[str, ...] = ()
    is_for_each_row: bool = False
    when: str | None = None
    function: QualifiedName
    arguments: tuple[str, ...] = ()
    is_constraint: bool = False
    references: QualifiedName | None = None
    is_deferrable: bool = False
    is_deferred: bool = False
    old_table: str | None = None
    new_table: str | None = None
    enabled: str = "origin"
    parent: QualifiedName | None = None
    depends_on: tuple[str, ...] = ()


class EventTrigger(SchemaObject, frozen=True, kw_only=True):
    """An event trigger.

    Attributes:
        event: The event, such as ``ddl_command_end``.
        tags: The command tags that ``WHEN TAG IN`` names, as written.
        function: The function that it calls.
        enabled: ``origin``, ``replica``, ``always`` or ``disabled``.
    """

    event: str
    tags: tuple[str, ...] = ()
    function: QualifiedName
    enabled: str = "origin"


class Policy(SchemaObject, frozen=True, kw_only=True):
    """A row level security policy; its schema is that of its table.

    Attributes:
        table: The table.
        is_permissive: Whether it allows; otherwise it restricts.
        command: ``all``, ``select``, ``insert``, ``update`` or ``delete``.
        roles: The roles it is for, by name; ``public`` for all.
        using: Which rows are seen.
        check: Which rows may be written.
    """

    table: str
    is_permissive: bool = True
    command: str = "all"
    roles: tuple[str, ...] = ("public",)
    using: str | None = None
    check: str | None = None


class Rule(SchemaObject, frozen=True, kw_only=True):
    """A rewrite rule; its schema is that of its table.

    Attributes:
        table: The table or view.
        event: ``select``, ``insert``, ``update`` or ``delete``.
        is_instead: Whether it replaces the command.
        condition: Its condition.
        actions: Its commands; none for ``NOTHING``.
        enabled: ``origin``, ``replica``, ``always`` or ``disabled``.
    """

    table: str
    event: str
    is_instead: bool = False
    condition: str | None = None
    actions: tuple[str, ...] = ()
    enabled: str = "origin"
