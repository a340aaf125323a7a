"""Indexes: their keys, their names, and the statements about them."""

from __future__ import annotations

from confiture._pure.schema.catalog import RESERVED
from confiture._pure.schema.edges import add_references, need_collation
from confiture._pure.schema.implied import column_names, expression_name, joined_names, relation_name
from confiture._pure.schema.reading import QUOTED_NAME, Reader, UnmodelledError, shown
from confiture._pure.schema.records import Index, Key, Relation, Table, View
from confiture._pure.schema.settings import read_parameters
from confiture._pure.schema.state import Missing, State
from confiture._pure.schema.text import bare, expression_text, quoted_name, text_of
from confiture._pure.schema.type_defaults import forget_usual_classes

__all__ = ["create_index", "index_name", "key_name", "read_key"]

_NO_CLASSES = ("asc", "desc", "nulls", "with")


def read_key(reader: Reader) -> Key:
    """Go past a key of an index, without what an exclusion constraint says of it."""
    if reader.is_group():
        key = _key_in_parentheses(bare(reader.group()))
    else:
        start = reader.at
        written = reader.parts()
        if reader.is_group():
            reader.skip()
            key = Key(expression=text_of(reader.part(start, reader.at)))
        elif len(written) > 1:
            raise reader.refused("'('")
        else:
            key = Key(expression="", column=written[0])
    if reader.take("collate"):
        key.collation = _collation(reader)
    if reader.is_name() and reader.word() not in _NO_CLASSES:
        start = reader.at
        reader.parts()
        if reader.is_group():
            reader.skip()
        key.operator_class = text_of(reader.part(start, reader.at))
    key.is_descending = key.nulls_first = reader.take_any("asc", "desc") == "desc"
    if reader.take("nulls"):
        order = reader.take_any("first", "last")
        if not order:
            raise reader.refused("FIRST or LAST")
        key.nulls_first = order == "first"
    return key


def _collation(reader: Reader) -> str | None:
    from confiture._pure.schema.columns import collation_of

    return collation_of(reader)


def _key_in_parentheses(inner: Reader) -> Key:
    """A key that is written as an expression; a column is one still, with a collation or without."""
    from confiture._pure.schema.columns import collation_of

    start = inner.part(inner.at, inner.end)
    is_name = start.is_name() and (start.kind() == QUOTED_NAME or start.word() not in RESERVED)
    if is_name and start.end - start.at == 1:
        return Key(expression="", column=start.identifier())
    if is_name and start.word(1) == "collate":
        column = start.identifier()
        start.take("collate")
        collation = collation_of(start)
        if start.is_done:
            return Key(expression="", column=column, collation=collation)
    return Key(expression=expression_text(inner))


def key_name(key: Key, tokens: Reader | None) -> str:
    """The name of an index's column."""
    if key.column is not None:
        return key.column
    if tokens is None:
        from confiture._pure.schema.text import reader_of

        tokens = reader_of(key.expression)
    start = tokens.part(tokens.at, tokens.end)
    if start.is_group():
        start = bare(start.group())
    else:
        begin = start.at
        start.parts()
        start.skip()
        start = start.part(begin, start.at)
    return expression_name(start) or "expr"


def index_name(
    state: State, table: Relation, keys: list[Key], tokens: list[Reader | None], include: tuple[str, ...]
) -> str:
    """The name that an index without one gets."""
    names = [key_name(key, read) for key, read in zip(keys, tokens, strict=True)]
    joined = joined_names(column_names([*names, *include]))
    return relation_name(state, table.name, joined, "idx", table.schema or "public")


def create_index(state: State, reader: Reader, form: str) -> None:
    """``CREATE [UNIQUE] INDEX …``."""
    from confiture._pure.schema.partitions import index_partitions

    reader.expect("create")
    is_unique = reader.take("unique")
    reader.expect("index")
    reader.take("concurrently")
    reader.take("if", "not", "exists")
    name = "" if reader.word() == "on" else reader.identifier()
    reader.expect("on")
    is_only = reader.take("only")
    relation_written = reader.name()
    reader.take_sign("*")
    method = reader.identifier() if reader.take("using") else "btree"
    keys: list[Key] = []
    tokens: list[Reader | None] = []
    for item in reader.group().items():
        tokens.append(item.part(item.at, item.end))
        keys.append(read_key(item))
        item.expect_end()
    if not keys:
        raise reader.refused("a key")
    include = _included(reader) if reader.take("include") else ()
    nulls_not_distinct = False
    if reader.take("nulls"):
        nulls_not_distinct = reader.take("not")
        reader.expect("distinct")
    options = read_parameters(reader.group()) if reader.take("with") else {}
    tablespace = reader.identifier() if reader.take("tablespace") else None
    where = None
    if reader.take("where"):
        where = reader.until()
        if where.is_done:
            raise reader.refused("a condition")
    reader.expect_end()
    table = state.relation(relation_written)
    if not isinstance(table, Relation):
        raise Missing
    for key in keys:
        if key.column is not None and isinstance(table, Table) and key.column not in table.columns:
            raise UnmodelledError(f"there is no column {shown(key.column)}")
    forget_usual_classes(table, method, keys)
    schema = table.schema
    if name and (schema, name) in state.relations and form:
        return
    if not name:
        name = index_name(state, table, keys, tokens, include)
    index = Index(
        kind="index",
        schema=schema,
        name=name,
        owner=table.owner,
        table=table,
        keys=tuple(keys),
        method=method,
        is_unique=is_unique,
        nulls_not_distinct=nulls_not_distinct,
        include=include,
        where=None if where is None else expression_text(where),
        is_only=is_only and isinstance(table, Table) and table.partition_by is not None,
        options=options,
        tablespace=tablespace,
        statement=state.statement,
    )
    add_index(state, index)
    for read in (*tokens, where):
        if read is not None:
            add_references(state, index, _key_tokens(read) if read is not where else read, "index")
    if isinstance(table, Table) and table.partition_by is not None and not is_only:
        index_partitions(state, index)


def _key_tokens(read: Reader) -> Reader:
    """The expression of a key alone, as what follows it is no part of it."""
    start = read.part(read.at, read.end)
    begin = start.at
    if not start.is_group():
        start.parts()
    if start.is_group():
        start.skip()
    return start.part(begin, start.at)


def _included(reader: Reader) -> tuple[str, ...]:
    names: list[str] = []
    for item in reader.group().items():
        names.append(item.identifier())
    return tuple(names)


def add_index(state: State, index: Index) -> None:
    """Make an index known."""
    state.add_relation(index)
    state.put(index.table.indexes, index, None)
    state.need(index, index.table, "index")
    if index.parent is not None:
        state.need(index, index.parent, "partition")
    for key in index.keys:
        need_collation(state, index, key.collation, "index")


def has_columns(table: Relation) -> bool:
    """Whether it is known what columns a relation has."""
    return isinstance(table, Table) or (isinstance(table, View) and table.output is not None)


def key_text(key: Key) -> str:
    """The expression of a key."""
    return key.expression if key.column is None else quoted_name(key.column)
