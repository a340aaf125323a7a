"""What the type of a column decides where a text says nothing, and what is as good as nothing therefore."""

from __future__ import annotations

from confiture._pure.schema.catalog import catalog
from confiture._pure.schema.records import Column, Domain, Key, Record, Table, Type, TypeRef, View
from confiture._pure.schema.state import State
from confiture._pure.schema.text import quoted_name, reader_of, text_of

__all__ = ["forget_usual_classes", "forget_usual_partition_classes", "forget_usual_storage"]

#: What the catalogue calls types that a text defines.
_FORMS = {"enum": "anyenum", "range": "anyrange", "composite": "record"}


def _catalogued(ref: TypeRef) -> str:
    """What the catalogue calls a type; nothing if it is not known."""
    if isinstance(ref.known, Domain) and not ref.is_array:
        ref = ref.known.type
    if ref.is_array:
        return "anyarray"
    known = ref.known
    if known is None:
        return ref.base
    if isinstance(known, Type):
        return _FORMS.get(known.form, "")
    return "record" if isinstance(known, Table | View) else ""


def forget_usual_storage(state: State, column: Column) -> None:
    """Make a column say no storage that its type has anyway."""
    if column.storage is not None and column.storage == catalog().storages.get(_catalogued(column.type)):
        state.change(column, storage=None)


def forget_usual_classes(table: Record, method: str, keys: list[Key]) -> None:
    """Make keys of a new index say no operator class that their columns' types have anyway.

    So the server does (``get_opclass_name`` in ``src/backend/utils/adt/ruleutils.c``).
    """
    for key in keys:
        if key.operator_class is None or key.column is None or not isinstance(table, Table):
            continue
        column = table.columns.get(key.column)
        usual = "" if column is None else catalog().classes.get((method, _catalogued(column.type)), "")
        if usual and key.operator_class in (usual, f"pg_catalog.{usual}"):
            key.operator_class = None


def forget_usual_partition_classes(state: State, table: Table) -> None:
    """Make what a new table is partitioned by say no such operator class either."""
    if table.partition_by is None:
        return
    reader = reader_of(table.partition_by)
    strategy = reader.text()
    reader.at += 1
    items: list[str] = []
    for item in reader.group().items():
        items.append(text_of(item))
        if item.is_name():
            column = item.identifier()
            key = Key(expression="", column=column, operator_class=text_of(item))
            forget_usual_classes(table, "hash" if strategy == "hash" else "btree", [key])
            if key.operator_class is None:
                items[-1] = quoted_name(column)
    state.change(table, partition_by=f"{strategy} ({', '.join(items)})")
