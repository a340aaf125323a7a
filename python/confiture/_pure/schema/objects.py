"""Objects by what a statement calls them: their kind, name and argument types."""

from __future__ import annotations

from confiture._pure.schema.reading import OPERATOR, Name, Reader, UnmodelledError
from confiture._pure.schema.records import (
    Domain,
    Index,
    Parameter,
    Record,
    Relation,
    Routine,
    Sequence,
    Table,
    TypeRef,
    Unknown,
    View,
)
from confiture._pure.schema.state import Missing, State
from confiture._pure.schema.types import read_type, type_text

__all__ = [
    "KINDS",
    "find",
    "find_named",
    "find_routine",
    "read_kind",
    "read_parameter",
    "signature",
]

#: The words that name a kind of object, the longest first.
KINDS: tuple[tuple[tuple[str, ...], str], ...] = tuple(
    (tuple(words.split(" ")), kind or words.replace(" ", "_"))
    for words, kind in (
        ("text search configuration", ""),
        ("text search dictionary", ""),
        ("text search parser", ""),
        ("text search template", ""),
        ("foreign data wrapper", ""),
        ("materialized view", ""),
        ("procedural language", "language"),
        ("operator family", ""),
        ("operator class", ""),
        ("access method", ""),
        ("event trigger", ""),
        ("foreign server", ""),
        ("foreign table", ""),
        ("large object", ""),
        ("user mapping", ""),
        ("aggregate", ""),
        ("cast", ""),
        ("collation", ""),
        ("column", ""),
        ("constraint", ""),
        ("conversion", ""),
        ("database", ""),
        ("domain", ""),
        ("extension", ""),
        ("function", ""),
        ("group", "role"),
        ("index", ""),
        ("language", ""),
        ("operator", ""),
        ("parameter", ""),
        ("policy", ""),
        ("procedure", ""),
        ("publication", ""),
        ("role", ""),
        ("routine", ""),
        ("rule", ""),
        ("schema", ""),
        ("sequence", ""),
        ("server", "foreign_server"),
        ("statistics", ""),
        ("subscription", ""),
        ("table", ""),
        ("tablespace", ""),
        ("transform", ""),
        ("trigger", ""),
        ("type", ""),
        ("user", "role"),
        ("view", ""),
    )
)
_ROUTINES = ("function", "procedure", "aggregate", "routine")
_OF_TABLES = ("trigger", "policy", "rule")
#: Kinds whose names have a schema.
_IN_SCHEMAS = (
    *("collation", "conversion", "statistics", "text_search_configuration", "text_search_dictionary"),
    *("text_search_parser", "text_search_template"),
)
_MODES = ("in", "out", "inout", "variadic")
#: Second words of types, by the first one; the first is then no parameter's name.
_SECOND_WORDS = {
    "double": ("precision",),
    **dict.fromkeys(("character", "char", "nchar", "bit"), ("varying",)),
    "national": ("character", "char"),
    **dict.fromkeys(("timestamp", "time"), ("with", "without")),
    "interval": ("year", "month", "day", "hour", "minute", "second"),
}


def read_kind(reader: Reader) -> str:
    """Go past the words that name a kind of object; nothing if there are none."""
    for words, kind in KINDS:
        if reader.take(*words):
            return kind
    return ""


def find(state: State, kind: str, reader: Reader) -> Record | None:
    """Go past what names an object, and the object; None if the text does not define it."""
    if kind in _ROUTINES:
        return find_routine(state, kind, reader)
    if kind == "operator":
        return _find_operator(state, reader)
    if kind in ("operator_class", "operator_family"):
        name = reader.name()
        reader.expect("using")
        return _in_schema(state, kind, name, reader.identifier())
    if kind == "cast":
        return state.others.get(("cast", *_cast(state, reader)))
    if kind == "transform":
        reader.expect("for")
        ref = resolved(state, read_type(reader))
        reader.expect("language")
        return state.others.get(("transform", type_text(ref, has_modifiers=False), reader.identifier()))
    if kind == "user_mapping":
        reader.expect("for")
        user = reader.identifier()
        reader.expect("server")
        return state.others.get(("user_mapping", user, reader.identifier()))
    if kind in _OF_TABLES:
        own = reader.identifier()
        reader.expect("on")
        table = state.relation(reader.name())
        return find_on(table, kind, own)
    return find_named(state, kind, reader.name())


def find_on(table: Record | None, kind: str, name: str) -> Record | None:
    """A trigger, policy or rule of a table."""
    if not isinstance(table, Relation):
        return None
    if kind == "trigger":
        return table.triggers.get(name)
    if kind == "rule":
        return table.rules.get(name)
    return table.policies.get(name) if isinstance(table, Table) else None


def find_named(state: State, kind: str, name: Name) -> Record | None:
    """An object that has its name for itself.

    Raises:
        UnmodelledError: Something of another kind has the name.
    """
    if kind in ("table", "foreign_table", "view", "materialized_view", "sequence", "index"):
        relation = state.relation(name)
        if relation is None:
            return None
        if not _is_of_kind(relation, kind):
            raise UnmodelledError(f"it is no {kind.replace('_', ' ')}")
        return relation
    if kind in ("type", "domain"):
        found = state.type(name)
        if kind == "domain" and found is not None and not isinstance(found, Domain):
            raise UnmodelledError("it is no domain")
        return found
    if kind in _IN_SCHEMAS:
        return _in_schema(state, kind, name)
    return state.others.get((kind, name.name))


def _is_of_kind(relation: Record, kind: str) -> bool:
    if isinstance(relation, Unknown):
        return relation.kind == kind
    if kind == "table":
        return isinstance(relation, Table) and relation.kind == "table"
    if kind == "foreign_table":
        return isinstance(relation, Table) and relation.kind == "foreign_table"
    if kind in ("view", "materialized_view"):
        return isinstance(relation, View) and relation.kind == kind
    return isinstance(relation, Sequence if kind == "sequence" else Index)


def _in_schema(state: State, kind: str, name: Name, *rest: str) -> Record | None:
    for schema in [name.schema] if name.schema is not None else ["pg_temp", *state.path]:
        found = state.others.get((kind, schema, name.name, *rest))
        if found is not None:
            return found
    return None


def resolved(state: State, ref: TypeRef) -> TypeRef:
    """The type with what its name means now, without the edge to it."""
    if ref.name:
        state._find_type(ref, state.path)
    return ref


def signature(parameters: tuple[Parameter, ...] | list[Parameter]) -> tuple[str, ...]:
    """The types that tell a routine from others of its name."""
    return tuple(
        type_text(parameter.type, has_modifiers=False)
        for parameter in parameters
        if parameter.mode in ("in", "inout", "variadic")
    )


def read_parameter(reader: Reader) -> Parameter:
    """Go past an argument, up to its default."""
    mode = _mode(reader)
    name: str | None = None
    if _starts_with_name(reader):
        name = reader.identifier()
        mode = mode or _mode(reader)
    reader.take("setof")
    return Parameter(name=name, mode=mode or "in", type=read_type(reader))


def _mode(reader: Reader) -> str:
    if reader.are_words("in", "out") and not reader.is_sign(".", 1):
        reader.at += 2
        return "inout"
    word = reader.word()
    if word in _MODES and reader.is_name(1):
        reader.at += 1
        return word
    return ""


def _starts_with_name(reader: Reader) -> bool:
    if not reader.is_name() or not reader.is_name(1):
        return False
    first, second = reader.word(), reader.word(1)
    if second in ("array", "default"):
        return False
    return second not in _SECOND_WORDS.get(first, ())


def find_routine(state: State, kind: str, reader: Reader) -> Routine | None:
    """Go past a routine's name and argument types, and the routine.

    Raises:
        UnmodelledError: Several routines have the name, and no types are given.
    """
    name = reader.name()
    found = [routine for routine in state.overloads(name) if kind in ("routine", routine.kind)]
    if kind == "routine" or kind == "function":
        found = [routine for routine in state.overloads(name) if _is_routine_kind(routine, kind)]
    if not reader.is_group():
        if len(found) > 1:
            raise UnmodelledError("several have its name")
        return found[0] if found else None
    parameters: list[Parameter] = []
    ordered: list[Parameter] | None = None
    group = reader.group()
    if group.is_sign("*"):
        group.at += 1
        group.expect_end()
    elif not group.is_done:
        direct = group.until("order")
        parameters = [_bare_parameter(item) for item in direct.items()]
        if group.take("order", "by"):
            ordered = [_bare_parameter(item) for item in group.items()]
    wanted = tuple(
        _spelt(state, parameter) for parameter in parameters if parameter.mode in ("in", "inout", "variadic")
    )
    every = tuple(_spelt(state, parameter) for parameter in parameters)
    wanted += tuple(_spelt(state, parameter) for parameter in ordered or ())
    for types in (wanted, every):
        for routine in found:
            if types == identity_types(routine):
                return routine
    # `DROP PROCEDURE p(int, int)` may name the types of all arguments (`LookupFuncWithArgs`).
    for routine in found:
        if routine.kind == "procedure" and every == tuple(
            type_text(parameter.type, has_modifiers=False) for parameter in routine.parameters
        ):
            return routine
    return None


def _is_routine_kind(routine: Routine, kind: str) -> bool:
    return kind == "routine" or routine.kind in ("function", "aggregate")


def _bare_parameter(item: Reader) -> Parameter:
    parameter = read_parameter(item)
    item.expect_end()
    return parameter


def _spelt(state: State, parameter: Parameter) -> str:
    return type_text(resolved(state, parameter.type), has_modifiers=False)


def identity_types(routine: Routine) -> tuple[str, ...]:
    """The argument types of a routine, those included that an aggregate sorts by."""
    types = signature(routine.parameters)
    if routine.ordered is None:
        return types
    ordered = signature(routine.ordered)
    is_same = bool(types) and routine.parameters[-1].mode == "variadic" and types[-1:] == ordered
    return types if is_same else types + ordered


def _cast(state: State, reader: Reader) -> tuple[str, str]:
    group = reader.group()
    source = resolved(state, read_type(group))
    group.expect("as")
    target = resolved(state, read_type(group))
    group.expect_end()
    return type_text(source, has_modifiers=False), type_text(target, has_modifiers=False)


def read_operator_name(reader: Reader) -> Name:
    """Go past the name of an operator."""
    parts: list[str] = []
    while reader.is_name() and reader.is_sign(".", 1):
        parts.append(reader.identifier())
        reader.at += 1
    if reader.kind() != OPERATOR:
        raise reader.refused("an operator")
    text = reader.text()
    reader.at += 1
    return Name(parts[-1] if parts else None, text)


def read_operand(state: State, reader: Reader) -> str:
    """Go past the type of an operator's argument; ``none`` for none."""
    if reader.take("none"):
        return "none"
    return type_text(resolved(state, read_type(reader)), has_modifiers=False)


def _find_operator(state: State, reader: Reader) -> Record | None:
    name = read_operator_name(reader)
    group = reader.group()
    left = read_operand(state, group)
    group.expect_sign(",")
    right = read_operand(state, group)
    group.expect_end()
    return _in_schema(state, "operator", name, left, right)


def require(record: Record | None) -> Record:
    """The object that a name means.

    Raises:
        Missing: There is none.
    """
    if record is None:
        raise Missing
    return record
