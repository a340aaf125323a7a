"""Comparing two tables: columns, constraints, and what else is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from confiture.diffing.fields import Difference, differences, shown
from confiture.diffing.scopes import Scope
from confiture.diffing.verdicts import Verdict
from confiture.models.diff import UNDECIDED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from confiture.models.diff import Detail
    from confiture.models.schema.parts import Place, Privilege
    from confiture.models.schema.tables import Column, Constraint, Index, Table

__all__ = ["Part", "column_renames", "column_text", "compare_tables", "constraint_text", "table_scope"]


class Part(NamedTuple):
    """A change of a table.

    Attributes:
        type: As in a `SchemaChange`.
        column: The column it is about.
        old: What was.
        new: What is.
        details: More of it.
        place: Where it is defined, if not where the table is.
        comment: Old and new comment, where this is about one.
        privileges: Old and new privileges, where this is about them.
    """

    type: str
    column: str | None = None
    old: str | None = None
    new: str | None = None
    details: dict[str, Detail] | None = None
    place: Place | None = None
    privileges: tuple[tuple[Privilege, ...] | None, tuple[Privilege, ...] | None] | None = None


_COLUMN_TYPES = {
    "type": "CHANGE_COLUMN_TYPE",
    "is_not_null": "CHANGE_COLUMN_NULLABLE",
    "is_virtual": "CHANGE_COLUMN_GENERATED",
    "is_inherited": "CHANGE_COLUMN_INHERITANCE",
    "is_local": "CHANGE_COLUMN_INHERITANCE",
}
_TABLE_TYPES = {
    ("has_row_security", True): "ENABLE_ROW_LEVEL_SECURITY",
    ("has_row_security", False): "DISABLE_ROW_LEVEL_SECURITY",
    ("forces_row_security", True): "FORCE_ROW_LEVEL_SECURITY",
    ("forces_row_security", False): "NO_FORCE_ROW_LEVEL_SECURITY",
}
_TABLE_NOUNS = {
    "partition_by": "PARTITIONING",
    "partition_of": "PARTITION",
    "inherits": "INHERITANCE",
    "clustered_on": "CLUSTERING",
}
_CONSTRAINT_NOUNS = {
    "primary_key": "PRIMARY_KEY",
    "unique": "UNIQUE_CONSTRAINT",
    "check": "CHECK_CONSTRAINT",
    "foreign_key": "FOREIGN_KEY",
    "exclusion": "EXCLUSION_CONSTRAINT",
    "not_null": "NOT_NULL_CONSTRAINT",
}
#: What is no part of a constraint's definition.
_STANDING = ("is_valid", "is_inherited", "is_local", "index_comment")


def table_scope(table: Table, known: Scope) -> Scope:
    """What is known of names in a table's expressions."""
    columns = {column.name: column.type for column in table.columns}
    return known._replace(relation=table.name, columns=columns)


def compare_tables(
    old: Table, new: Table, scope: Scope, renames: Mapping[str, tuple[str, bool]]
) -> Iterator[Part]:
    """What is different in a table that both models have.

    Args:
        old: The old table, whose constraints have the new names of columns.
        new: The new one.
        scope: What is known where its expressions stand.
        renames: What `column_renames` gives.
    """
    yield from _compare_columns(old, new, scope, renames)
    yield from _compare_constraints(old, new, scope)
    for found in differences(old, new, scope, ("columns", "constraints", "is_foreign")):
        value = getattr(new, found.field)
        kind = _TABLE_TYPES.get((found.field, value)) if isinstance(value, bool) else None
        noun = _TABLE_NOUNS.get(found.field, found.field.upper())
        yield _part(kind or f"CHANGE_TABLE_{noun}", found)


def _compare_columns(
    old: Table, new: Table, scope: Scope, renames: Mapping[str, tuple[str, bool]]
) -> Iterator[Part]:
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    renamed = {name: other for name, (other, _) in renames.items()}
    for name, (other_name, is_inferred) in renames.items():
        yield Part("RENAME_COLUMN", other_name, name, other_name, {"inferred": is_inferred})
    for column in old.columns:
        if column.name not in after and column.name not in renamed:
            yield Part("DROP_COLUMN", column.name, old=column_text(column))
    for column in new.columns:
        if column.name not in before and column.name not in renamed.values():
            yield Part("ADD_COLUMN", column.name, new=column_text(column))
    for column in old.columns:
        other = after.get(renamed.get(column.name, column.name))
        if other is not None:
            yield from _compare_column(column, other, scope)
    kept = [renamed.get(column.name, column.name) for column in old.columns]
    order = [name for name in kept if name in after]
    new_order = [column.name for column in new.columns if column.name in order]
    if order != new_order:
        yield Part("CHANGE_COLUMN_ORDER", old=", ".join(order), new=", ".join(new_order))


def column_renames(old: Table, new: Table, annotated: Mapping[str, str]) -> dict[str, tuple[str, bool]]:
    """The new names of renamed columns by their old ones, and whether that is inferred.

    Args:
        old: The old table.
        new: The new one.
        annotated: New names of columns that the text says were renamed, by their old ones.
    """
    before = {column.name for column in old.columns}
    after = {column.name for column in new.columns}
    gone = [column for column in old.columns if column.name not in after]
    come = [column for column in new.columns if column.name not in before]
    renames: dict[str, tuple[str, bool]] = {}
    for column in gone:
        if annotated.get(column.name) in [one.name for one in come]:
            renames[column.name] = (annotated[column.name], False)
            continue
        match = _only_match(column, old, new, gone, come)
        if match is not None and match not in annotated.values():
            renames[column.name] = (match, True)
    return renames


def _only_match(column: Column, old: Table, new: Table, gone: list[Column], come: list[Column]) -> str | None:
    """The added column that stands where this one stood and is defined as it was, if there is no other."""
    place = [one.name for one in old.columns].index(column.name)
    same = [one for one in come if _nameless(one) == _nameless(column)]
    rivals = [one for one in gone if _nameless(one) == _nameless(column)]
    if len(same) != 1 or len(rivals) != 1 or len(old.columns) != len(new.columns):
        return None
    return same[0].name if new.columns[place].name == same[0].name else None


def _nameless(column: Column) -> Column:
    default = "nextval" if (column.default or "").startswith("nextval('") else column.default
    return replace(column, name="", default=default, comment=None, privileges=None)


def _compare_column(old: Column, new: Column, scope: Scope) -> Iterator[Part]:
    found = differences(old, new, scope._replace(wanted=new.type))
    seen = set()
    for one in found:
        kind = _COLUMN_TYPES.get(one.field, f"CHANGE_COLUMN_{one.field.upper()}")
        if kind in seen:
            continue
        seen.add(kind)
        shown_one = one
        if one.field == "is_not_null":
            shown_one = one._replace(old=_nullable(old), new=_nullable(new))
        yield _part(kind, shown_one, new.name)
    if old.comment != new.comment:
        yield Part("CHANGE_COMMENT", new.name, old.comment, new.comment)
    if old.privileges != new.privileges:
        yield Part("GRANT", new.name, privileges=(old.privileges, new.privileges))


def _nullable(column: Column) -> str:
    return "not null" if column.is_not_null else "null"


def column_text(column: Column) -> str:
    """A column's definition, as a reader would write it."""
    words = [column.type]
    if column.collation:
        words.append(f"collate {column.collation}")
    if column.default is not None:
        words.append(f"default {column.default}")
    if column.generated is not None:
        words.append(
            f"generated always as ({column.generated}) {'virtual' if column.is_virtual else 'stored'}"
        )
    if column.identity:
        words.append(f"generated {column.identity} as identity")
    if column.is_not_null:
        words.append("not null")
    return " ".join(words)


def _compare_constraints(old: Table, new: Table, scope: Scope) -> Iterator[Part]:
    constraints = old.constraints
    before = {one.name: one for one in constraints}
    after = {one.name: one for one in new.constraints}
    gone = [one for one in constraints if one.name not in after or after[one.name].kind != one.kind]
    come = [one for one in new.constraints if one.name not in before or before[one.name].kind != one.kind]
    matched: dict[str, str] = {}
    for one in gone:
        same = [other for other in come if _is_same(one, other, scope)]
        rivals = [other for other in gone if _is_same(other, one, scope)]
        if len(same) == 1 and len(rivals) == 1:
            matched[one.name] = same[0].name
            details: dict[str, Detail] = {"name": same[0].name, "inferred": True}
            yield Part(
                "RENAME_CONSTRAINT", old=one.name, new=same[0].name, details=details, place=same[0].place
            )
    for one in gone:
        if one.name not in matched and not _tells_nothing(one, old, new):
            yield _dropped(one)
    for one in come:
        if one.name not in matched.values() and not _tells_nothing(one, new, old):
            yield _added(one)
    for one in constraints:
        other = after.get(matched.get(one.name, one.name))
        if other is not None and other.kind == one.kind:
            yield from _compare_constraint(one, other, scope)


def _is_same(old: Constraint, new: Constraint, scope: Scope) -> bool:
    return old.kind == new.kind and not differences(old, new, scope, _STANDING)


def _tells_nothing(constraint: Constraint, table: Table, other: Table) -> bool:
    """Whether the column that it is on tells that it is there or not."""
    if constraint.kind != "not_null":
        return False
    here = {column.name: column.is_not_null for column in table.columns}
    there = {column.name: column.is_not_null for column in other.columns}
    return all(here.get(name) != there.get(name) for name in constraint.columns)


def _compare_constraint(old: Constraint, new: Constraint, scope: Scope) -> Iterator[Part]:
    found = differences(old, new, scope, _STANDING)
    if any(one.verdict is Verdict.DIFFERENT for one in found):
        yield _dropped(old)
        yield _added(new)
    else:
        noun = _CONSTRAINT_NOUNS[old.kind]
        for one in found:
            yield _part(f"CHANGE_{noun}", one, name=new.name, place=new.place)
        told = [
            field for field in old.__struct_fields__ if field not in _STANDING or field == "index_comment"
        ]
        for one in differences(old, new, scope, told):
            yield _part(f"CHANGE_{noun}", one, name=new.name, place=new.place)
    for what, before, after in (
        ("constraint", old.comment, new.comment),
        ("index", old.index_comment, new.index_comment),
    ):
        if before != after:
            details: dict[str, Detail] = {what: new.name}
            yield Part("CHANGE_COMMENT", old=before, new=after, details=details, place=new.place)


def _dropped(one: Constraint) -> Part:
    noun = _CONSTRAINT_NOUNS[one.kind]
    return Part(f"DROP_{noun}", old=constraint_text(one), details={"name": one.name}, place=one.place)


def _added(one: Constraint) -> Part:
    noun = _CONSTRAINT_NOUNS[one.kind]
    return Part(f"ADD_{noun}", new=constraint_text(one), details={"name": one.name}, place=one.place)


def constraint_text(one: Constraint) -> str:
    """A constraint's definition, as a reader would write it."""
    columns = ", ".join(one.columns)
    if one.kind == "check":
        text = f"check ({one.expression})"
    elif one.kind == "foreign_key":
        referenced = ", ".join(one.referenced_columns)
        text = f"foreign key ({columns}) references {shown(one.references)} ({referenced})"
        if one.match != "simple":
            text += f" match {one.match}"
        for event, action in (("delete", one.on_delete), ("update", one.on_update)):
            if action != "no action":
                text += f" on {event} {action}"
        if one.on_delete_columns:
            text += f" ({', '.join(one.on_delete_columns)})"
    elif one.kind == "exclusion":
        keys = ", ".join(f"{key.expression} with {key.operator}" for key in one.keys)
        text = f"exclude using {one.method or 'btree'} ({keys})"
    else:
        text = f"{one.kind.replace('_', ' ')} ({columns})"
    if one.nulls_not_distinct:
        text += " nulls not distinct"
    if one.include:
        text += f" include ({', '.join(one.include)})"
    if one.where is not None:
        text += f" where ({one.where})"
    if one.is_deferrable:
        text += " deferrable initially deferred" if one.is_deferred else " deferrable"
    if not one.is_inheritable:
        text += " no inherit"
    return text if one.is_enforced else f"{text} not enforced"


def index_text(one: Index) -> str:
    """An index's definition, as a reader would write it."""
    keys = []
    for key in one.keys:
        words = [key.expression if key.is_column else f"({key.expression})"]
        if key.collation is not None:
            words.append(f"collate {key.collation}")
        if key.operator_class is not None:
            words.append(key.operator_class)
        if key.is_descending:
            words.append("desc")
        if key.nulls_first != key.is_descending:
            words.append("nulls first" if key.nulls_first else "nulls last")
        keys.append(" ".join(words))
    text = f"{'unique ' if one.is_unique else ''}using {one.method} ({', '.join(keys)})"
    if one.include:
        text += f" include ({', '.join(one.include)})"
    if one.nulls_not_distinct:
        text += " nulls not distinct"
    if one.options:
        text += f" with ({shown(one.options)})"
    if one.tablespace is not None:
        text += f" tablespace {one.tablespace}"
    return text if one.where is None else f"{text} where {one.where}"


def _part(
    kind: str,
    found: Difference,
    column: str | None = None,
    name: str | None = None,
    place: Place | None = None,
) -> Part:
    details: dict[str, Detail] = {} if name is None else {"name": name}
    if found.verdict is Verdict.UNDECIDED:
        details |= {"change": kind, "field": found.field}
        kind = UNDECIDED
    return Part(kind, column, found.old, found.new, details or None, place)
