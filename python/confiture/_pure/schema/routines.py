"""Functions, procedures and aggregates."""

from __future__ import annotations

from confiture._pure.normalizing import normalized_tokens, resolved_tokens
from confiture._pure.schema.catalog import SYSTEM_SCHEMAS
from confiture._pure.schema.edges import add_reference, add_references
from confiture._pure.schema.objects import identity_types, read_parameter, resolved
from confiture._pure.schema.privileges import made
from confiture._pure.schema.reading import (
    NUMBER,
    STRING,
    Name,
    Reader,
    RefusedError,
    UnmodelledError,
    read_tokens,
    unquoted,
)
from confiture._pure.schema.records import Parameter, Routine, Settings, TypeRef
from confiture._pure.schema.references import Reference
from confiture._pure.schema.roles import change_settings, read_setting
from confiture._pure.schema.settings import value_text
from confiture._pure.schema.state import State
from confiture._pure.schema.text import expression_text, text_of
from confiture._pure.schema.types import read_type

__all__ = ["alter_options", "create_aggregate", "create_routine"]

#: What an option sets: attribute and value, by its words.
_SIMPLE: tuple[tuple[tuple[str, ...], str, object], ...] = (
    (("immutable",), "volatility", "immutable"),
    (("stable",), "volatility", "stable"),
    (("volatile",), "volatility", "volatile"),
    (("strict",), "is_strict", True),
    (("returns", "null", "on", "null", "input"), "is_strict", True),
    (("called", "on", "null", "input"), "is_strict", False),
    (("external", "security", "definer"), "is_security_definer", True),
    (("external", "security", "invoker"), "is_security_definer", False),
    (("security", "definer"), "is_security_definer", True),
    (("security", "invoker"), "is_security_definer", False),
    (("not", "leakproof"), "is_leakproof", False),
    (("leakproof",), "is_leakproof", True),
    (("window",), "is_window", True),
)
#: Words that start an option.
_OPTION_WORDS_TEXT = """
    language transform window immutable stable volatile strict returns called external security not
    leakproof parallel cost rows support set as return begin with
"""
_OPTION_WORDS = frozenset(_OPTION_WORDS_TEXT.split())
_KNOWN_LANGUAGES = ("sql", "plpgsql")
#: Options of aggregates that name functions.
_AGGREGATE_FUNCTIONS = (
    *("sfunc", "finalfunc", "combinefunc", "serialfunc", "deserialfunc", "msfunc", "minvfunc", "mfinalfunc"),
    *("sfunc1", "initcond1"),
)


def create_routine(state: State, reader: Reader, form: str) -> None:
    """``CREATE [OR REPLACE] FUNCTION | PROCEDURE``."""
    reader.expect("create")
    is_replacing = reader.take("or", "replace")
    kind = reader.take_any("function", "procedure")
    name = reader.name()
    routine = Routine(kind=kind, statement=state.statement)
    parameters: list[Parameter] = []
    defaults: list[Reader] = []
    for item in reader.group().items():
        parameters.append(_parameter(item, defaults))
    if kind == "function" and reader.take("returns"):
        if reader.take("table"):
            routine.returns_set = True
            for item in reader.group().items():
                column = item.identifier()
                parameters.append(Parameter(name=column, mode="table", type=read_type(item)))
                item.expect_end()
        else:
            routine.returns_set = reader.take("setof")
            routine.returns = read_type(reader)
    body = _read_options(state, reader, routine)
    outputs = [parameter for parameter in parameters if parameter.mode in ("out", "inout", "table")]
    if kind == "function" and routine.returns is None:
        if not outputs:
            raise UnmodelledError("it does not say what it returns")
        routine.returns = outputs[0].type if len(outputs) == 1 else TypeRef(base="record")
    routine.parameters = tuple(parameters)
    schema = state.schema_of(name)
    routine.schema, routine.name = schema, name.name
    for parameter in parameters:
        resolved(state, parameter.type)
    routine = _enter(state, routine, is_replacing=is_replacing)
    for parameter in parameters:
        state.resolve(parameter.type, routine)
    if routine.returns is not None and all(routine.returns is not output.type for output in outputs):
        state.resolve(routine.returns, routine)
    for ref in routine.transforms:
        state.resolve(ref, routine)
    for tokens in defaults:
        add_references(state, routine, tokens, "default")
    if body is not None:
        is_text = routine.sql_body is None
        add_references(state, routine, body, "body", is_body=is_text, is_tracked=not is_text)


def _parameter(item: Reader, defaults: list[Reader]) -> Parameter:
    parameter = read_parameter(item)
    if item.take("default") or item.take_sign("=") or item.take_sign(":="):
        tokens = item.part(item.at, item.end)
        if tokens.is_done:
            raise item.refused("an expression")
        parameter.default = expression_text(tokens)
        defaults.append(tokens)
        item.at = item.end
    item.expect_end()
    return parameter


def _enter(state: State, routine: Routine, *, is_replacing: bool) -> Routine:
    """Make a routine known, or give the one of its name and types what is new."""
    key = (routine.schema, routine.name)
    overloads = state.routines.get(key)
    if overloads is None:
        overloads = {}
        state.put(state.routines, key, overloads)
    types = identity_types(routine)
    known = overloads.get(types)
    if known is None:
        state.put(overloads, types, routine)
        made(state, routine)
        return routine
    if not is_replacing or known.kind != routine.kind:
        raise UnmodelledError("it is defined already")
    state.forget(known)
    kept = ("kind", "schema", "name", "owner", "comment", "privileges", "needs", "dependents", "is_dropped")
    names = [name for name in routine.__struct_fields__ if name not in (*kept, "depends_on")]
    state.change(known, **{name: getattr(routine, name) for name in names})
    return known


def _read_options(state: State, reader: Reader, routine: Routine) -> Reader | None:
    """Go past the options of a routine; the tokens of its body, if they can be read."""
    language = ""
    definition: list[str] | None = None
    body: Reader | None = None
    while not reader.is_done:
        if reader.take("language"):
            language = reader.string() if reader.kind() == STRING else reader.identifier()
        elif reader.take("as"):
            definition = [reader.string()]
            if reader.take_sign(","):
                definition.append(reader.string())
        elif reader.word() == "return" or reader.are_words("begin", "atomic"):
            body = _sql_body(reader)
            routine.sql_body = text_of(body)
        elif reader.take("with"):
            for name in (text_of(item) for item in reader.group().items()):
                if name == "isstrict":
                    routine.is_strict = True
                elif name == "iscachable":
                    routine.volatility = "immutable"
        elif not _take_option(state, reader, routine):
            raise reader.refused("an option of a routine")
    language = _lower(language)
    if not language:
        if routine.sql_body is None:
            raise UnmodelledError("it does not say its language")
        language = "sql"
    routine.language = language
    if definition is not None:
        body = _take_definition(routine, definition)
    elif routine.sql_body is None:
        raise UnmodelledError("it has no body")
    return body


def _lower(language: str) -> str:
    return (
        language.lower() if language.isascii() and language.lower() in ("sql", "plpgsql", "c") else language
    )


def _take_definition(routine: Routine, definition: list[str]) -> Reader | None:
    if routine.language.lower() == "c":
        if len(definition) > 1:
            routine.library, routine.body = definition
        else:
            routine.library = definition[0]
        return None
    text = definition[0]
    routine.body = text
    if routine.language not in _KNOWN_LANGUAGES:
        return None
    content = text.encode("utf-8")
    tokens = list(resolved_tokens(content, 0, len(content), is_body=True))
    normal = normalized_tokens(tokens)
    if normal is None:
        return None
    routine.body = normal.decode("utf-8")
    try:
        return read_tokens(tokens)
    except RefusedError:
        return None


def _sql_body(reader: Reader) -> Reader:
    """Go past a body of statements, or a ``RETURN``, which other options may follow."""
    start = reader.at
    if reader.take("return"):
        while not reader.is_done and (reader.at == start + 1 or not _starts_option(reader)):
            reader.skip()
        return reader.part(start, reader.at)
    depth = 0
    while not reader.is_done:
        word = reader.word()
        if word == "case" or reader.are_words("begin", "atomic"):
            depth += 1
        elif word == "end" and reader.texts[reader.at - 1] != ".":
            depth -= 1
            if not depth:
                reader.at += 1
                return reader.part(start, reader.at)
        reader.skip()
    raise reader.refused("END")


def _starts_option(reader: Reader) -> bool:
    word = reader.word()
    if word not in _OPTION_WORDS or reader.texts[reader.at - 1] in (".", "as", "is"):
        return False
    return word in (
        "language",
        "immutable",
        "stable",
        "volatile",
        "strict",
        "parallel",
        "cost",
        "security",
    ) or (word == "set")


def _take_option(state: State, reader: Reader, routine: Routine) -> bool:
    for words, attribute, value in _SIMPLE:
        if reader.take(*words):
            state.change(routine, **{attribute: value})
            return True
    if reader.take("parallel"):
        state.change(routine, parallel=reader.identifier())
    elif reader.word() in ("cost", "rows") and (reader.kind(1) == NUMBER or reader.is_sign("-", 1)):
        attribute = reader.word()
        reader.at += 1
        state.change(routine, **{attribute: reader.number()})
    elif reader.take("support"):
        start = reader.at
        reader.parts()
        state.change(routine, support=text_of(reader.part(start, reader.at)))
    elif reader.take("transform"):
        refs: list[TypeRef] = []
        while reader.take("for", "type"):
            refs.append(read_type(reader))
            if not reader.take_sign(","):
                break
        state.change(routine, transforms=tuple(refs))
    elif reader.word() in ("set", "reset"):
        _change_setting(state, reader, routine)
    else:
        return False
    return True


def _change_setting(state: State, reader: Reader, routine: Routine) -> None:
    start = reader.at
    is_set = reader.take("set")
    if not is_set:
        reader.expect("reset")
    # The value goes on over commas, up to the next option.
    before_value = reader.at
    if not reader.are_words("time", "zone"):
        reader.parts()
    while not reader.is_done and not (reader.at > before_value + 1 and _ends_setting(reader)):
        reader.skip()
    clause = reader.part(start, reader.at)
    if is_set:
        inner = reader.part(before_value, reader.at)
        name, value, is_default = read_setting(inner)
        settings: Settings = dict(routine.settings)
        if is_default:
            settings.pop(name, None)
        else:
            settings[name] = value
        state.change(routine, settings=settings)
    else:
        state.change(routine, settings=change_settings(dict(routine.settings), clause))


def _ends_setting(reader: Reader) -> bool:
    """Whether an option is next, and no value."""
    before = reader.texts[reader.at - 1]
    if before in ("=", "to", ",", ".", "from"):
        return False
    return reader.word() in _OPTION_WORDS or reader.word() in ("reset", "restrict")


def alter_options(state: State, reader: Reader, routine: Routine) -> None:
    """What ``ALTER FUNCTION`` and its like say of a routine besides its name, owner and schema."""
    if reader.is_done:
        raise reader.refused("an action")
    if reader.are_words("no", "depends") or reader.are_words("depends"):
        depends_on(state, reader, routine)
        return
    while not reader.is_done:
        if reader.take("restrict"):
            break
        if not _take_option(state, reader, routine):
            raise reader.refused("an option of a routine")
    reader.expect_end()


def depends_on(state: State, reader: Reader, record: Routine) -> None:
    """``[NO] DEPENDS ON EXTENSION name``."""
    is_added = not reader.take("no")
    reader.expect("depends", "on", "extension")
    name = reader.identifier()
    reader.expect_end()
    if is_added:
        state.put(record.depends_on, name, None)
    else:
        state.remove(record.depends_on, name)


def create_aggregate(state: State, reader: Reader, form: str) -> None:
    """``CREATE [OR REPLACE] AGGREGATE``, in the old form too."""
    reader.expect("create")
    is_replacing = reader.take("or", "replace")
    reader.expect("aggregate")
    name = reader.name()
    routine = Routine(kind="aggregate", statement=state.statement)
    group = reader.group()
    options: list[tuple[str, Reader]] = []
    if reader.is_group():
        _read_arguments(group, routine)
        group = reader.group()
        options = _read_definition(group)
    else:
        options = _read_definition(group)
        base = [tokens for option, tokens in options if option == "basetype"]
        options = [option for option in options if option[0] != "basetype"]
        if not base:
            raise UnmodelledError("an aggregate has arguments")
        if unquoted(base[0].text()).lower() not in ("'any'", "any", "*"):
            routine.parameters = (Parameter(type=read_type(base[0])),)
    reader.expect_end()
    routine.definition = {
        option: value_text(tokens) if not tokens.is_done else None for option, tokens in options
    }
    routine.schema, routine.name = state.schema_of(name), name.name
    every = [*routine.parameters, *(routine.ordered or ())]
    for parameter in every:
        resolved(state, parameter.type)
    routine = _enter(state, routine, is_replacing=is_replacing)
    for parameter in every:
        state.resolve(parameter.type, routine)
    for option, tokens in options:
        if tokens.is_done or not tokens.is_name():
            continue
        if option in _AGGREGATE_FUNCTIONS:
            parts = tokens.parts()
            function = Name(parts[-2] if len(parts) > 1 else None, parts[-1])
            if function.schema not in SYSTEM_SCHEMAS:
                add_reference(state, routine, Reference("routine", function), "definition")
        elif option in ("stype", "mstype", "stype1"):
            state.resolve(read_type(tokens), routine)


def _read_arguments(group: Reader, routine: Routine) -> None:
    if group.take_sign("*"):
        group.expect_end()
        return
    direct = group.until("order")
    routine.parameters = tuple(map(_bare, direct.items()))
    if group.take("order", "by"):
        routine.ordered = tuple(map(_bare, group.items()))


def _bare(item: Reader) -> Parameter:
    parameter = read_parameter(item)
    item.expect_end()
    return parameter


def _read_definition(group: Reader) -> list[tuple[str, Reader]]:
    found: list[tuple[str, Reader]] = []
    for item in group.items():
        name = item.identifier()
        if not item.take_sign("="):
            item.expect_end()
        found.append((name, item.part(item.at, item.end)))
    if not found:
        raise group.refused("a definition")
    return found
