"""What the engine knows of objects while statements are applied.

The model's structs name what they refer to; these hold the object itself, so that who is renamed, moved or
dropped is so everywhere. ``encoding.py`` makes the one of the other.
"""

from __future__ import annotations

from msgspec import Struct, field

__all__ = [
    "Acl",
    "Attribute",
    "Column",
    "Constraint",
    "Defaults",
    "Definition",
    "Domain",
    "Index",
    "Key",
    "Need",
    "Parameter",
    "Part",
    "Policy",
    "Record",
    "Relation",
    "Role",
    "Routine",
    "Rule",
    "Sequence",
    "Settings",
    "Table",
    "Trigger",
    "Type",
    "TypeRef",
    "Unknown",
    "View",
]

#: Privileges by grantee (None is the owner) and privilege, and whether they can be granted.
Acl = dict[tuple[str | None, str], bool]
#: Names and values, in the order of their names once they are encoded.
Settings = dict[str, str | None]


class Need(Struct, eq=False, kw_only=True):
    """That an object needs another one.

    Attributes:
        target: What is needed; None if nothing defines it.
        missing: What it is called then.
        kind: As in an edge.
        part: The column or constraint that needs it, or a domain's default; None for the whole.
        is_tracked: Whether PostgreSQL knows of it, so that ``DROP … CASCADE`` follows it.
        is_late: Whether the target was found only at the end.
        is_void: Whether it is no more.
    """

    source: Record
    target: Record | None
    missing: str = ""
    kind: str
    part: Part | None = None
    is_tracked: bool = True
    statement: int = -1
    is_late: bool = False
    is_void: bool = False


class Part(Struct, eq=False, kw_only=True):
    """Base of what belongs to an object and is needed, or needs, on its own."""


class Record(Struct, eq=False, kw_only=True):
    """Base of every object.

    Attributes:
        kind: As in an identity.
        statement: Number of the statement that defines it; -1 for none.
    """

    kind: str
    schema: str | None = None
    name: str = ""
    owner: str | None = None
    comment: str | None = None
    privileges: Acl | None = None
    statement: int = -1
    is_dropped: bool = False
    needs: list[Need] = []
    dependents: list[Need] = []


class TypeRef(Struct, eq=False, kw_only=True):
    """A type where it is used.

    Attributes:
        base: The name of a type of ``pg_catalog``.
        known: A type, domain or relation of the text.
        written: The name of any other type, as it is written.
        modifiers: What stands behind the name: ``(10,2)``, or the fields of an interval.
        is_array: Whether it is an array.
        name: The parts of the name that is to be looked up.
        of_column: Whether that is the name of a column, of which it is the type.
    """

    base: str = ""
    known: Record | None = None
    written: str = ""
    modifiers: str = ""
    is_array: bool = False
    name: tuple[str, ...] = ()
    of_column: bool = False


class Column(Part, eq=False, kw_only=True):
    """A column.

    Attributes:
        default_sequence: The sequence of ``serial``, which the default names.
        inherited: How many parents have it.
    """

    name: str
    type: TypeRef
    collation: str | None = None
    is_not_null: bool = False
    default: str | None = None
    default_sequence: Sequence | None = None
    identity: str | None = None
    generated: str | None = None
    is_virtual: bool = False
    storage: str | None = None
    compression: str | None = None
    statistics: int | None = None
    options: Settings = {}
    inherited: int = 0
    is_local: bool = True
    comment: str | None = None
    privileges: Acl | None = None


class Key(Struct, eq=False, kw_only=True):
    """A key of an index or exclusion constraint."""

    expression: str
    column: str | None = None
    collation: str | None = None
    operator_class: str | None = None
    is_descending: bool = False
    nulls_first: bool = False
    operator: str | None = None


class Constraint(Part, eq=False, kw_only=True):
    """A constraint.

    Attributes:
        referenced: The table of a foreign key; None if nothing defines it.
        referenced_name: What it is called then.
        index: The index of a primary key, unique or exclusion constraint.
        parent: The constraint of the partitioned table that it is a part of.
        inherited: How many parents have it.
    """

    name: str
    kind: str
    columns: tuple[str, ...] = ()
    expression: str | None = None
    referenced: Table | None = None
    referenced_name: tuple[str | None, str] = (None, "")
    referenced_columns: tuple[str, ...] = ()
    match: str = "simple"
    on_delete: str = "no action"
    on_update: str = "no action"
    on_delete_columns: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    method: str | None = None
    include: tuple[str, ...] = ()
    where: str | None = None
    nulls_not_distinct: bool = False
    is_period: bool = False
    options: Settings = {}
    tablespace: str | None = None
    is_deferrable: bool = False
    is_deferred: bool = False
    is_valid: bool = True
    is_enforced: bool = True
    is_inheritable: bool = True
    inherited: int = 0
    is_local: bool = True
    comment: str | None = None
    statement: int = -1
    index: Index | None = None
    parent: Constraint | None = None


class Relation(Record, eq=False, kw_only=True):
    """What others belong to by name: a table or a view."""

    indexes: dict[Index, None] = {}
    triggers: dict[str, Trigger] = {}
    rules: dict[str, Rule] = {}
    clustered_on: Index | None = None
    persistence: str = "permanent"
    tablespace: str | None = None
    access_method: str | None = None
    options: Settings = {}


class Table(Relation, eq=False, kw_only=True):
    """A table, partitioned or not, or a foreign table.

    Attributes:
        parents: The tables it inherits from, a partitioned one too.
        bound: Its bound, if it is a partition.
        children: The tables that inherit from it, and its partitions.
    """

    columns: dict[str, Column] = {}
    constraints: dict[str, Constraint] = {}
    policies: dict[str, Policy] = {}
    partition_by: str | None = None
    bound: str | None = None
    parents: list[Table] = []
    children: dict[Table, None] = {}
    of_type: Type | None = None
    has_row_security: bool = False
    forces_row_security: bool = False
    replica_identity: str | Index = "default"
    server: str | None = None


class View(Relation, eq=False, kw_only=True):
    """A view or a materialised view.

    Attributes:
        output: The names of its columns, if they can be told; None otherwise.
    """

    query: str = ""
    columns: tuple[str, ...] = ()
    output: tuple[str, ...] | None = None
    is_recursive: bool = False
    check_option: str | None = None
    has_data: bool = True
    column_settings: Settings = {}
    column_comments: dict[str, str] = {}
    column_privileges: dict[str, Acl] = {}


class Index(Record, eq=False, kw_only=True):
    """An index; that of a constraint, if it has one."""

    table: Relation
    keys: tuple[Key, ...] = ()
    method: str = "btree"
    is_unique: bool = False
    nulls_not_distinct: bool = False
    include: tuple[str, ...] = ()
    where: str | None = None
    is_only: bool = False
    parent: Index | None = None
    options: Settings = {}
    tablespace: str | None = None
    statistics: Settings = {}
    constraint: Constraint | None = None


class Sequence(Record, eq=False, kw_only=True):
    """A sequence."""

    type: str = "bigint"
    start: int = 1
    increment: int = 1
    minimum: int = 1
    maximum: int = 9223372036854775807
    cache: int = 1
    cycles: bool = False
    persistence: str = "permanent"
    owner_table: Table | None = None
    owner_column: Column | None = None
    is_identity: bool = False


class Attribute(Part, eq=False, kw_only=True):
    """An attribute of a composite type."""

    name: str
    type: TypeRef
    collation: str | None = None
    comment: str | None = None


class Type(Record, eq=False, kw_only=True):
    """A type.

    Attributes:
        form: ``enum``, ``composite``, ``range``, ``base``, ``shell`` or ``multirange``.
        multirange: The multirange of a range.
        array: Whether the type is the array of `known`.
    """

    form: str
    labels: tuple[str, ...] = ()
    attributes: dict[str, Attribute] = {}
    options: Settings = {}
    multirange: Type | None = None


class Domain(Record, eq=False, kw_only=True):
    """A domain; a need of its default has the part `default_part`."""

    type: TypeRef
    collation: str | None = None
    is_not_null: bool = False
    default: str | None = None
    default_part: Part = field(default_factory=Part)
    constraints: dict[str, Constraint] = {}


class Parameter(Struct, eq=False, kw_only=True):
    """An argument of a routine."""

    name: str | None = None
    mode: str = "in"
    type: TypeRef
    default: str | None = None


class Routine(Record, eq=False, kw_only=True):
    """A function, procedure or aggregate.

    Attributes:
        ordered: The arguments that an ordered-set aggregate sorts by.
        definition: What an aggregate is defined by.
    """

    parameters: tuple[Parameter, ...] = ()
    ordered: tuple[Parameter, ...] | None = None
    definition: Settings = {}
    returns: TypeRef | None = None
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
    transforms: tuple[TypeRef, ...] = ()
    settings: Settings = {}
    depends_on: dict[str, None] = {}


class Trigger(Record, eq=False, kw_only=True):
    """A trigger, or an event trigger (which has no table)."""

    table: Relation | None = None
    timing: str = ""
    events: tuple[str, ...] = ()
    update_columns: tuple[str, ...] = ()
    is_for_each_row: bool = False
    when: str | None = None
    function: Routine | None = None
    function_name: tuple[str | None, str] = (None, "")
    arguments: tuple[str, ...] = ()
    is_constraint: bool = False
    referenced: Table | None = None
    referenced_name: tuple[str | None, str] | None = None
    is_deferrable: bool = False
    is_deferred: bool = False
    old_table: str | None = None
    new_table: str | None = None
    enabled: str = "origin"
    parent: Trigger | None = None
    depends_on: dict[str, None] = {}
    event: str = ""
    tags: tuple[str, ...] = ()


class Policy(Record, eq=False, kw_only=True):
    """A policy."""

    table: Table
    is_permissive: bool = True
    command: str = "all"
    roles: tuple[str, ...] = ("public",)
    using: str | None = None
    check: str | None = None


class Rule(Record, eq=False, kw_only=True):
    """A rule."""

    table: Relation
    event: str
    is_instead: bool = False
    condition: str | None = None
    actions: tuple[str, ...] = ()
    enabled: str = "origin"


class Role(Record, eq=False, kw_only=True):
    """A role."""

    can_login: bool = False
    options: Settings = {}
    member_of: Settings = {}
    settings: Settings = {}


class Extension(Record, eq=False, kw_only=True):
    """An extension."""

    version: str | None = None
    members: dict[str, None] = {}


class Definition(Record, eq=False, kw_only=True):
    """An object told by its clauses."""

    types: tuple[TypeRef | None, ...] | None = None
    parent: str | None = None
    clauses: str = ""
    changes: tuple[str, ...] = ()


class Unknown(Record, eq=False, kw_only=True):
    """A relation of which nothing but the name is known, as the statement that makes it is opaque."""


class Defaults(Struct, eq=False, kw_only=True):
    """Default privileges."""

    role: str | None
    schema: str | None
    objects: str
    granted: Acl = {}
    revoked: Acl = {}
    statement: int = -1
