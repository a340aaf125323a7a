"""Tables with their columns and constraints, indexes, sequences and views."""

from __future__ import annotations

from confiture.artifacts import Artifact
from confiture.models.schema.parts import Place, Privilege, QualifiedName, SchemaObject, Setting

__all__ = ["Column", "Constraint", "Index", "IndexKey", "PartitionOf", "Sequence", "Table", "View"]


class Column(Artifact, frozen=True, kw_only=True):
    """A column of a table.

    Attributes:
        name: Its name, without quotes.
        type: Its type as PostgreSQL spells it, such as ``character varying(10)``; types that are not
            PostgreSQL's own with their schema.
        collation: Its collation, with its schema if that is not ``pg_catalog``; None for its type's.
        is_not_null: Whether it refuses nulls, for whatever reason.
        default: The expression of its default; that of ``serial`` is ``nextval('s.t_c_seq'::regclass)``.
        identity: ``always`` or ``by default``; None if it is no identity column.
        generated: The expression that it is worked out from.
        is_virtual: Whether that happens when it is read; otherwise when it is written.
        storage: ``plain``, ``external``, ``extended`` or ``main``, if that is not its type's.
        compression: The compression method, if the text says so.
        statistics: The statistics target, if the text says so.
        options: Attribute options, and those of a foreign table's column, by name.
        is_inherited: Whether a parent has it too.
        is_local: Whether the table itself defines it; not only a parent.
        comment: The comment on it.
        privileges: What was granted on it alone.
    """

    name: str
    type: str
    collation: str | None = None
    is_not_null: bool = False
    default: str | None = None
    identity: str | None = None
    generated: str | None = None
    is_virtual: bool = False
    storage: str | None = None
    compression: str | None = None
    statistics: int | None = None
    options: tuple[Setting, ...] = ()
    is_inherited: bool = False
    is_local: bool = True
    comment: str | None = None
    privileges: tuple[Privilege, ...] | None = None


class IndexKey(Artifact, frozen=True, kw_only=True):
    """A key of an index or of an exclusion constraint.

    Attributes:
        expression: A column's name in quotes where it needs them, or an expression.
        is_column: Whether it is a column.
        collation: The collation, if the text says so.
        operator_class: The operator class as written, with its parameters; None for its type's own.
        is_descending: Whether it sorts backwards.
        nulls_first: Whether nulls come first: by default, if it sorts backwards.
        operator: The operator of an exclusion constraint.
    """

    expression: str
    is_column: bool = False
    collation: str | None = None
    operator_class: str | None = None
    is_descending: bool = False
    nulls_first: bool = False
    operator: str | None = None


class Constraint(Artifact, frozen=True, kw_only=True):
    """A constraint of a table or of a domain.

    Attributes:
        name: Its name, or the one that PostgreSQL gives it.
        kind: ``primary_key``, ``unique``, ``check``, ``foreign_key``, ``exclusion`` or ``not_null``.
        columns: The columns it is on, in its order; of a check those that it mentions are not listed.
        expression: The condition of a check.
        references: The table of a foreign key.
        referenced_columns: Its columns, as PostgreSQL fills them in: those of the primary key.
        match: ``simple`` or ``full``.
        on_delete: ``no action``, ``restrict``, ``cascade``, ``set null`` or ``set default``.
        on_update: The same.
        on_delete_columns: The columns that ``ON DELETE SET …`` names.
        keys: What an exclusion constraint compares.
        method: The access method of an exclusion constraint's index, if it is not ``gist``… as written;
            None for ``btree``.
        include: Columns that the index holds besides.
        where: The predicate of an exclusion constraint.
        nulls_not_distinct: Whether two nulls are the same to it.
        is_period: Whether the last column is compared by ``WITHOUT OVERLAPS`` or ``PERIOD``.
        options: Storage parameters of its index, by name.
        tablespace: The tablespace of its index.
        is_deferrable: Whether it can be checked at the end of the transaction.
        is_deferred: Whether it is, unless told otherwise.
        is_valid: Whether rows that were there before are known to satisfy it.
        is_enforced: Whether it is checked at all.
        is_inheritable: Whether tables that inherit get it too.
        is_inherited: Whether a parent has it too.
        is_local: Whether the table itself defines it; not only a parent.
        comment: The comment on it.
        index_comment: The comment on its index.
        place: Where it is defined.
    """

    name: str
    kind: str
    columns: tuple[str, ...] = ()
    expression: str | None = None
    references: QualifiedName | None = None
    referenced_columns: tuple[str, ...] = ()
    match: str = "simple"
    on_delete: str = "no action"
    on_update: str = "no action"
    on_delete_columns: tuple[str, ...] = ()
    keys: tuple[IndexKey, ...] = ()
    method: str | None = None
    include: tuple[str, ...] = ()
    where: str | None = None
    nulls_not_distinct: bool = False
    is_period: bool = False
    options: tuple[Setting, ...] = ()
    tablespace: str | None = None
    is_deferrable: bool = False
    is_deferred: bool = False
    is_valid: bool = True
    is_enforced: bool = True
    is_inheritable: bool = True
    is_inherited: bool = False
    is_local: bool = True
    comment: str | None = None
    index_comment: str | None = None
    place: Place | None = None


class PartitionOf(Artifact, frozen=True, kw_only=True):
    """Which part of a partitioned table a table is.

    Attributes:
        parent: The partitioned table.
        bound: Its bound, such as ``for values from (1) to (10)`` or ``default``.
    """

    parent: QualifiedName
    bound: str


class Table(SchemaObject, frozen=True, kw_only=True):
    """A table, partitioned or not, or a foreign table.

    Attributes:
        columns: Its columns in their order, those of its parents included.
        constraints: Its constraints by name, those of its parents included.
        is_foreign: Whether it is a foreign table.
        persistence: ``permanent``, ``unlogged`` or ``temporary``.
        partition_by: How it is partitioned, such as ``range (created_at)``; None if it is not.
        partition_of: What it is a partition of.
        inherits: The tables it inherits from, in their order; a partition's parent is not among them.
        of_type: The composite type that it has the columns of.
        has_row_security: Whether row level security is enabled.
        forces_row_security: Whether its owner is subject to it too.
        replica_identity: ``default``, ``full``, ``nothing``, or the name of an index.
        clustered_on: The index it is clustered on.
        access_method: Its access method, if the text says so.
        tablespace: Its tablespace, if the text says so.
        options: Storage parameters, and options of a foreign table, by name.
        server: The server of a foreign table.
    """

    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    is_foreign: bool = False
    persistence: str = "permanent"
    partition_by: str | None = None
    partition_of: PartitionOf | None = None
    inherits: tuple[QualifiedName, ...] = ()
    of_type: QualifiedName | None = None
    has_row_security: bool = False
    forces_row_security: bool = False
    replica_identity: str = "default"
    clustered_on: str | None = None
    access_method: str | None = None
    tablespace: str | None = None
    options: tuple[Setting, ...] = ()
    server: str | None = None


class Index(SchemaObject, frozen=True, kw_only=True):
    """An index that is not that of a constraint.

    Attributes:
        table: The table or materialised view, which is in the same schema.
        keys: What it sorts by.
        method: Its access method.
        is_unique: Whether it refuses equal keys.
        nulls_not_distinct: Whether two nulls are the same to it.
        include: Columns that it holds besides.
        where: Its predicate.
        is_only: Whether it is made ``ON ONLY`` a partitioned table.
        parent: The index of the partitioned table that this one is a part of.
        options: Storage parameters, by name.
        tablespace: Its tablespace, if the text says so.
        statistics: Statistics targets as ``ALTER COLUMN n`` gives them, by the key's number.
    """

    table: str
    keys: tuple[IndexKey, ...] = ()
    method: str = "btree"
    is_unique: bool = False
    nulls_not_distinct: bool = False
    include: tuple[str, ...] = ()
    where: str | None = None
    is_only: bool = False
    parent: QualifiedName | None = None
    options: tuple[Setting, ...] = ()
    tablespace: str | None = None
    statistics: tuple[Setting, ...] = ()


class Sequence(SchemaObject, frozen=True, kw_only=True):
    """A sequence, defined by a statement, by ``serial`` or by an identity column.

    Attributes:
        type: ``smallint``, ``integer`` or ``bigint``.
        start: Its first value.
        increment: Its step.
        minimum: Its least value.
        maximum: Its greatest value.
        cache: How many values a session takes at once.
        cycles: Whether it starts anew after its last value.
        persistence: ``permanent``, ``unlogged`` or ``temporary``.
        owned_by: The table it goes away with.
        owned_by_column: The column of that table.
        is_identity: Whether it is that of an identity column.
    """

    type: str = "bigint"
    start: int = 1
    increment: int = 1
    minimum: int = 1
    maximum: int = 9223372036854775807
    cache: int = 1
    cycles: bool = False
    persistence: str = "permanent"
    owned_by: QualifiedName | None = None
    owned_by_column: str | None = None
    is_identity: bool = False


class View(SchemaObject, frozen=True, kw_only=True):
    """A view or a materialised view.

    Attributes:
        query: Its query.
        columns: The names that the text gives its columns.
        is_materialized: Whether it keeps its rows.
        is_recursive: Whether it is made by ``CREATE RECURSIVE VIEW``.
        persistence: ``permanent``, ``unlogged`` or ``temporary``.
        check_option: ``local`` or ``cascaded``.
        has_data: Whether a materialised view is filled.
        access_method: The access method of a materialised view, if the text says so.
        tablespace: The tablespace of a materialised view, if the text says so.
        clustered_on: The index a materialised view is clustered on.
        options: Options such as ``security_barrier`` and storage parameters, by name.
        column_settings: What ``ALTER … COLUMN`` says of its columns: ``default``, ``statistics``,
            ``storage``, ``compression``, named ``column.setting``.
        column_comments: The comments on its columns, by column.
        column_privileges: What was granted on columns alone, as ``column`` and its privileges.
    """

    query: str
    columns: tuple[str, ...] = ()
    is_materialized: bool = False
    is_recursive: bool = False
    persistence: str = "permanent"
    check_option: str | None = None
    has_data: bool = True
    access_method: str | None = None
    tablespace: str | None = None
    clustered_on: str | None = None
    options: tuple[Setting, ...] = ()
    column_settings: tuple[Setting, ...] = ()
    column_comments: tuple[Setting, ...] = ()
    column_privileges: tuple[tuple[str, tuple[Privilege, ...]], ...] = ()
