"""Objects that are told by their clauses: casts, operators, text search, publications, servers."""

from __future__ import annotations

from confiture._pure.schema.edges import add_reference, add_references
from confiture._pure.schema.implied import joined_names, object_name
from confiture._pure.schema.objects import read_operator_name, resolved
from confiture._pure.schema.privileges import made
from confiture._pure.schema.reading import STRING, Name, Reader, UnmodelledError
from confiture._pure.schema.records import Definition, Relation, Table, TypeRef
from confiture._pure.schema.references import Reference
from confiture._pure.schema.state import Missing, State
from confiture._pure.schema.text import reader_of, text_of
from confiture._pure.schema.types import read_type, type_text

__all__ = ["alter_definition", "copy_statistics", "create_definition", "definition_key"]

#: The kinds, by command tag without its first word.
_KINDS = {
    "ACCESS METHOD": "access_method",
    "CAST": "cast",
    "COLLATION": "collation",
    "CONVERSION": "conversion",
    "DATABASE": "database",
    "FOREIGN DATA WRAPPER": "foreign_data_wrapper",
    "LANGUAGE": "language",
    "OPERATOR": "operator",
    "OPERATOR CLASS": "operator_class",
    "OPERATOR FAMILY": "operator_family",
    "PUBLICATION": "publication",
    "SERVER": "foreign_server",
    "STATISTICS": "statistics",
    "SUBSCRIPTION": "subscription",
    "TABLESPACE": "tablespace",
    "TEXT SEARCH CONFIGURATION": "text_search_configuration",
    "TEXT SEARCH DICTIONARY": "text_search_dictionary",
    "TEXT SEARCH PARSER": "text_search_parser",
    "TEXT SEARCH TEMPLATE": "text_search_template",
    "TRANSFORM": "transform",
    "USER MAPPING": "user_mapping",
}
TAGS = tuple(f"CREATE {words}" for words in _KINDS)
_WITH_SCHEMA = (
    *("collation", "conversion", "operator_class", "operator_family", "statistics"),
    *("text_search_configuration", "text_search_dictionary", "text_search_parser", "text_search_template"),
)
#: Kinds that need no clauses.
_WITHOUT_CLAUSES = ("database", "foreign_data_wrapper", "operator_family", "publication", "user_mapping")
#: Words that a function's name follows.
_BEFORE_FUNCTIONS = ("handler", "inline", "validator")
#: Options of operators and text search that name functions.
_FUNCTION_OPTIONS = (
    *("function", "procedure", "restrict", "join", "start", "gettoken", "end", "headline", "lextypes"),
    *("init", "lexize"),
)


def create_definition(state: State, reader: Reader, form: str, tag: str) -> None:
    """``CREATE`` of such an object."""
    kind = _KINDS[tag.removeprefix("CREATE ")]
    reader.expect("create")
    prefix = _read_prefix(reader, tag)
    reader.take("if", "not", "exists")
    record = Definition(kind=kind, statement=state.statement)
    start = _read_name(state, reader, record)
    clauses = text_of(reader.part(start, reader.end))
    record.clauses = f"{prefix} {clauses}".strip()
    if start >= reader.end and kind not in _WITHOUT_CLAUSES:
        raise reader.refused("what it is")
    if kind == "statistics":
        _name_statistics(state, reader.part(start, reader.end), record)
    if kind in _WITH_SCHEMA:
        _place_in_schema(state, record)
    key = definition_key(record)
    if key in state.others:
        known = state.others[key]
        if form == "if_not_exists":
            return
        if form != "or_replace" or not isinstance(known, Definition):
            raise UnmodelledError("it is defined already")
        state.forget(known)
        state.change(known, clauses=record.clauses, statement=state.statement)
        record = known
    else:
        state.put(state.others, key, record)
        made(state, record)
        if kind == "operator":
            same = state.operators.get(record.name)
            if same is None:
                same = {}
                state.put(state.operators, record.name, same)
            state.put(same, record, None)
    _refer(state, reader.part(start, reader.end), record)
    if kind == "operator_class":
        _add_family(state, record, reader.part(start, reader.end))


def _read_prefix(reader: Reader, tag: str) -> str:
    """Go past the words in front of the name, and those that say something."""
    words: list[str] = []
    reader.take("or", "replace")
    for word in ("default", "trusted", "procedural"):
        if reader.take(word) and word != "procedural":
            words.append(word)
    reader.expect(*tag.removeprefix("CREATE ").lower().split(" "))
    return " ".join(words)


def _read_name(state: State, reader: Reader, record: Definition) -> int:
    """Go past the name; where the clauses start."""
    kind = record.kind
    if kind == "cast":
        group = reader.group()
        source = read_type(group)
        group.expect("as")
        target = read_type(group)
        group.expect_end()
        record.types = (resolved(state, source), resolved(state, target))
    elif kind == "transform":
        reader.expect("for")
        record.types = (resolved(state, read_type(reader)),)
        reader.expect("language")
        record.name = reader.identifier()
    elif kind == "user_mapping":
        reader.expect("for")
        record.name = reader.identifier()
        reader.expect("server")
        record.parent = reader.identifier()
    elif kind == "operator":
        name = read_operator_name(reader)
        record.schema, record.name = state.schema_of(name), name.name
        start = reader.at
        _read_operands(state, reader.group(), record)
        reader.expect_end()
        return start
    elif kind == "statistics" and (reader.word() == "on" or reader.is_group()):
        pass
    elif kind in _WITH_SCHEMA:
        name = reader.name()
        record.schema, record.name = name.schema, name.name
        if kind in ("operator_class", "operator_family"):
            start = reader.at
            reader.until("using")
            reader.expect("using")
            record.parent = reader.identifier()
            return start if kind == "operator_class" else reader.at
    elif kind == "language" and reader.kind() == STRING:
        record.name = reader.string()
    else:
        record.name = reader.identifier()
    return reader.at


def _read_operands(state: State, group: Reader, record: Definition) -> None:
    operands: dict[str, TypeRef | None] = {"leftarg": None, "rightarg": None}
    for item in group.items():
        name = item.identifier()
        if item.take_sign("=") and name in operands and item.word() != "none":
            operands[name] = resolved(state, read_type(item))
    record.types = tuple(operands.values())


def _place_in_schema(state: State, record: Definition) -> None:
    record.schema = state.schema_of(Name(record.schema, record.name))


def definition_key(record: Definition) -> tuple[object, ...]:
    """What tells it from others of its kind."""
    types = tuple(
        "none" if ref is None else type_text(ref, has_modifiers=False) for ref in record.types or ()
    )
    if record.kind == "cast":
        return ("cast", *types)
    if record.kind == "transform":
        return ("transform", *types, record.name)
    if record.kind == "user_mapping":
        return ("user_mapping", record.name, record.parent)
    if record.kind == "operator":
        return ("operator", record.schema, record.name, *types)
    if record.kind in ("operator_class", "operator_family"):
        return (record.kind, record.schema, record.name, record.parent)
    if record.kind in _WITH_SCHEMA:
        return (record.kind, record.schema, record.name)
    return (record.kind, record.name)


def _name_statistics(state: State, clauses: Reader, record: Definition) -> None:
    """Give statistics their table's schema and a name, if they have none (``CreateStatistics``)."""
    clauses.until("on")
    clauses.expect("on")
    expressions = clauses.until("from").items()
    clauses.expect("from")
    table = state.relation(clauses.name())
    if not isinstance(table, Relation):
        raise Missing
    if record.name:
        return
    names = [
        item.identifier() if item.end - item.at == 1 and item.is_name() else "expr" for item in expressions
    ]
    record.schema = table.schema
    record.name = _statistics_name(state, table, joined_names(names))


def _statistics_name(state: State, table: Relation, columns: str) -> str:
    number = 0
    while True:
        name = object_name(table.name, columns, f"stat{number or ''}")
        if ("statistics", table.schema, name) not in state.others:
            return name
        number += 1


def copy_statistics(state: State, statistics: Definition, table: Table) -> None:
    """Give a table statistics like those of another one (``LIKE … INCLUDING STATISTICS``)."""
    reader = reader_of(statistics.clauses)
    before = reader.until("from")
    columns = before.part(before.at, before.end)
    columns.until("on")
    columns.take("on")
    names = [
        item.identifier() if item.end - item.at == 1 and item.is_name() else "expr"
        for item in columns.items()
    ]
    from confiture._pure.schema.types import qualified

    record = Definition(
        kind="statistics",
        schema=table.schema,
        name=_statistics_name(state, table, joined_names(names)),
        clauses=f"{text_of(before)} from {qualified(table)}",
        comment=statistics.comment,
        statement=state.statement,
    )
    state.put(state.others, definition_key(record), record)
    state.need(record, table, "definition")


def _refer(state: State, clauses: Reader, record: Definition) -> None:
    """Say what it needs."""
    for ref in record.types or ():
        if ref is not None:
            state.resolve(ref, record)
    kind = record.kind
    if kind in ("publication", "statistics"):
        _refer_to_tables(state, clauses, record)
        return
    if kind in ("subscription", "database", "tablespace", "collation"):
        return
    if kind == "user_mapping":
        _need_other(state, record, "foreign_server", record.parent)
        return
    if kind == "foreign_server":
        clauses.until("foreign")
        if clauses.take("foreign", "data", "wrapper"):
            _need_other(state, record, "foreign_data_wrapper", clauses.identifier())
        return
    if kind == "operator" or kind.startswith("text_search"):
        _refer_to_options(state, clauses, record)
        return
    if kind == "conversion":
        clauses.until("from")
        if clauses.take("from"):
            add_reference(state, record, Reference("routine", clauses.name()), "definition")
        return
    if kind in ("access_method", "foreign_data_wrapper", "language"):
        _refer_to_handlers(state, clauses, record)
    else:
        add_references(state, record, clauses, "definition")


def _refer_to_handlers(state: State, clauses: Reader, record: Definition) -> None:
    while not clauses.is_done:
        if clauses.take_any(*_BEFORE_FUNCTIONS) and clauses.is_name():
            add_reference(state, record, Reference("routine", clauses.name()), "definition")
        else:
            clauses.skip()


def _need_other(state: State, record: Definition, kind: str, name: str | None) -> None:
    found = state.others.get((kind, name))
    if found is not None:
        state.need(record, found, "definition")


def _refer_to_options(state: State, clauses: Reader, record: Definition) -> None:
    if not clauses.is_group():
        return
    for item in clauses.group().items():
        option = item.identifier()
        if item.take_sign("=") and option in _FUNCTION_OPTIONS and item.is_name():
            add_reference(state, record, Reference("routine", item.name()), "definition")
        elif option in ("template", "parser", "copy") and item.is_name():
            name = item.name()
            kind = f"text_search_{'configuration' if option == 'copy' else option}"
            for schema in [name.schema] if name.schema is not None else state.path:
                _need_exact(state, record, (kind, schema, name.name))


def _need_exact(state: State, record: Definition, key: tuple[object, ...]) -> None:
    found = state.others.get(key)
    if found is not None:
        state.need(record, found, "definition")


def _need_dictionary(state: State, record: Definition, name: Name) -> None:
    for schema in [name.schema] if name.schema is not None else state.path:
        _need_exact(state, record, ("text_search_dictionary", schema, name.name))


def _refer_to_tables(state: State, clauses: Reader, record: Definition) -> None:
    if record.kind == "statistics":
        start = clauses.at
        clauses.until("from")
        add_references(state, record, clauses.part(start, clauses.at), "definition")
        clauses.expect("from")
        add_reference(state, record, Reference("relation", clauses.name()), "definition")
        return
    for name in _published_tables(clauses):
        add_reference(state, record, Reference("relation", name), "definition")


def _published_tables(clauses: Reader) -> list[Name]:
    """Go past the clauses of a publication, and the tables that they name."""
    names: list[Name] = []
    while not clauses.is_done:
        if clauses.take("table"):
            while True:
                clauses.take("only")
                is_enclosed = clauses.is_group()
                if is_enclosed:
                    break
                names.append(clauses.name())
                clauses.take_sign("*")
                if clauses.is_group():
                    clauses.skip()
                if clauses.take("where"):
                    clauses.group()
                if not clauses.is_sign(",") or clauses.word(1) in ("table", "tables"):
                    break
                clauses.at += 1
        else:
            clauses.skip()
    return names


def _add_family(state: State, record: Definition, clauses: Reader) -> None:
    """Make the family that a class without one gets (``DefineOpClass``)."""
    clauses.until("as", "family")
    if clauses.word() == "family":
        return
    family = Definition(
        kind="operator_family",
        schema=record.schema,
        name=record.name,
        parent=record.parent,
        owner=record.owner,
        statement=state.statement,
    )
    key = definition_key(family)
    if key not in state.others:
        state.put(state.others, key, family)
        state.need(record, family, "definition")


def _change_publication(state: State, rest: Reader, record: Definition) -> None:
    """What a publication needs after a change of it."""
    verb = rest.take_any("add", "set", "drop")
    if rest.is_group():
        return
    if verb == "set":
        state.forget(record, "definition")
    if verb == "drop":
        for name in _published_tables(rest):
            table = state.relation(name)
            for need in record.needs:
                if need.target is table and table is not None:
                    state.change(need, is_void=True)
    else:
        _refer_to_tables(state, rest, record)


def alter_definition(state: State, reader: Reader, record: Definition) -> None:
    """What ``ALTER`` says of such an object besides name, schema and owner."""
    if reader.is_done:
        raise reader.refused("an action")
    rest = reader.part(reader.at, reader.end)
    state.change(record, changes=(*record.changes, text_of(rest)))
    if record.kind == "publication":
        _change_publication(state, rest, record)
    elif record.kind == "text_search_configuration":
        rest.until("with")
        while not rest.is_done:
            rest.at += 1
            if rest.is_name():
                _need_dictionary(state, record, rest.name())
            rest.until(",", "with")
    elif record.kind == "operator_family":
        add_references(state, record, rest, "definition")
