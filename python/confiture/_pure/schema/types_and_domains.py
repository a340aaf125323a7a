"""``CREATE`` and ``ALTER`` of types and domains."""

from __future__ import annotations

from confiture._pure.schema.columns import collation_of, default_expression
from confiture._pure.schema.constraint_specs import ConstraintSpec, read_attributes, read_table_constraint
from confiture._pure.schema.constraints import forget_name, take_name
from confiture._pure.schema.dropping import drop, drop_column
from confiture._pure.schema.edges import add_reference, add_references, need_collation
from confiture._pure.schema.implied import constraint_name
from confiture._pure.schema.labels import relabel
from confiture._pure.schema.mentions import names_in_string
from confiture._pure.schema.privileges import made
from confiture._pure.schema.reading import Name, Reader, UnmodelledError, shown
from confiture._pure.schema.records import (
    Attribute,
    Column,
    Constraint,
    Domain,
    Part,
    Settings,
    Table,
    Type,
)
from confiture._pure.schema.references import Reference
from confiture._pure.schema.settings import value_text
from confiture._pure.schema.state import State
from confiture._pure.schema.text import bare, expression_text, quoted_name
from confiture._pure.schema.types import read_type

__all__ = ["alter_domain", "alter_type", "create_domain", "create_type", "spell_multiranges"]

#: The option of a range that names its multirange.
_MULTIRANGE = "multirange_type_name"

#: Options of types that name functions.
_FUNCTIONS = (
    *("input", "output", "receive", "send", "typmod_in", "typmod_out", "analyze", "subscript"),
    *("canonical", "subtype_diff"),
)


def create_type(state: State, reader: Reader, form: str) -> None:
    """``CREATE TYPE`` in all its forms."""
    reader.expect("create", "type")
    name = reader.name()
    schema = state.schema_of(name)
    record = Type(kind="type", form="shell", schema=schema, name=name.name, statement=state.statement)
    definition: list[tuple[str, Reader]] = []
    if reader.take("as"):
        if reader.take("enum"):
            record.form = "enum"
            record.labels = tuple(_labels(reader.group()))
        elif reader.take("range"):
            record.form = "range"
            definition = _definition(reader.group())
        else:
            record.form = "composite"
            for item in reader.group().items():
                attribute = _attribute(item)
                if attribute.name in record.attributes:
                    raise UnmodelledError(f"attribute {shown(attribute.name)} is defined twice")
                record.attributes[attribute.name] = attribute
    elif reader.is_group():
        record.form = "base"
        definition = _definition(reader.group())
    reader.expect_end()
    record.options = {key: None if tokens.is_done else value_text(tokens) for key, tokens in definition}
    record = _enter(state, record)
    for attribute in record.attributes.values():
        state.resolve(attribute.type, record, part=attribute)
        need_collation(state, record, attribute.collation, "type", attribute)
    _refer(state, record, definition)
    if record.form == "range":
        _add_multirange(state, record)


def _labels(group: Reader) -> list[str]:
    labels: list[str] = []
    for item in group.items():
        labels.append(item.string())
        item.expect_end()
    if len(set(labels)) < len(labels):
        raise UnmodelledError("a label is there twice")
    return labels


def _definition(group: Reader) -> list[tuple[str, Reader]]:
    found: list[tuple[str, Reader]] = []
    for item in group.items():
        name = item.identifier()
        if not item.take_sign("="):
            item.expect_end()
        found.append((name, item.part(item.at, item.end)))
    return found


def _attribute(item: Reader) -> Attribute:
    attribute = Attribute(name=item.identifier(), type=read_type(item))
    if item.take("collate"):
        attribute.collation = collation_of(item)
    item.take_any("cascade", "restrict")
    item.expect_end()
    return attribute


def _enter(state: State, record: Type) -> Type:
    key = (record.schema, record.name)
    known = state.types.get(key)
    if isinstance(known, Type) and known.form == "shell" and record.form == "base":
        state.change(known, form="base", options=record.options, statement=state.statement)
        return known
    if known is not None:
        raise UnmodelledError("it is defined already")
    if record.form == "composite":
        state.add_relation(record, is_type=True)
    else:
        state.put(state.types, key, record)
    made(state, record)
    return record


def _refer(state: State, record: Type, definition: list[tuple[str, Reader]]) -> None:
    for option, tokens in definition:
        if tokens.is_done or not tokens.is_name():
            continue
        tokens = tokens.part(tokens.at, tokens.end)
        if option in _FUNCTIONS:
            add_reference(state, record, Reference("routine", tokens.name()), "definition", is_body=True)
        elif option in ("subtype", "element", "like"):
            state.resolve(read_type(tokens), record)


def _add_multirange(state: State, record: Type) -> None:
    written = record.options.get(_MULTIRANGE)
    name = None if written is None else names_in_string(written)[0]
    if name is None:
        name = Name(record.schema, multirange_name(record.name))
    key = (state.schema_of(name), name.name)
    multirange = Type(
        kind="type", form="multirange", schema=key[0], name=name.name, statement=state.statement
    )
    if key in state.types:
        raise UnmodelledError("the name of its multirange is taken")
    state.put(state.types, key, multirange)
    record.multirange = multirange
    state.need(multirange, record, "type")


def spell_multiranges(state: State) -> None:
    """Say in the options of ranges what multiranges are called, where PostgreSQL would not call them so.

    They keep their names and schemas when ranges are renamed and moved.
    """
    for record in state.types.values():
        if not isinstance(record, Type) or record.multirange is None:
            continue
        made = record.multirange
        if (made.schema, made.name) == (record.schema, multirange_name(record.name)):
            record.options.pop(_MULTIRANGE, None)
        else:
            record.options[_MULTIRANGE] = f"{quoted_name(made.schema or '')}.{quoted_name(made.name)}"


def multirange_name(name: str) -> str:
    """The name of a range's multirange (``makeMultirangeTypeName``)."""
    from confiture._pure.schema.implied import cut_name

    if "range" in name:
        before, _, after = name.partition("range")
        return cut_name(f"{before}multirange{after}")
    return cut_name(f"{name[: 63 - 11]}_multirange")


def alter_type(state: State, reader: Reader, record: Type) -> None:
    """What ``ALTER TYPE`` says besides name, schema and owner."""
    if reader.take("add", "value"):
        _add_label(state, reader, record)
    elif reader.take("rename", "value"):
        old = reader.string()
        reader.expect("to")
        new = reader.string()
        reader.expect_end()
        if old not in record.labels or new in record.labels:
            raise UnmodelledError("there is no such label")
        place = record.labels.index(old)
        state.change(record, labels=(*record.labels[:place], new, *record.labels[place + 1 :]))
        relabel(state, record, old, new)
    elif reader.take("rename", "attribute"):
        _rename_attribute(state, reader, record)
    elif reader.take("set"):
        changed: Settings = dict(record.options)
        definition = _definition(reader.group())
        for option, tokens in definition:
            changed[option] = None if tokens.is_done else value_text(tokens)
        reader.expect_end()
        state.change(record, options=changed)
    else:
        for action in reader.items():
            _change_attribute(state, action, record)
        _change_typed_tables(state, record)


def _add_label(state: State, reader: Reader, record: Type) -> None:
    may_exist = reader.take("if", "not", "exists")
    label = reader.string()
    labels = list(record.labels)
    place = len(labels)
    where = reader.take_any("before", "after")
    if where:
        other = reader.string()
        if other not in labels:
            raise UnmodelledError(f"there is no label {shown(other)}")
        place = labels.index(other) + (where == "after")
    reader.expect_end()
    if record.form != "enum":
        raise UnmodelledError("it is no enum")
    if label in labels:
        if may_exist:
            return
        raise UnmodelledError("there is such a label already")
    labels.insert(place, label)
    state.change(record, labels=tuple(labels))


def _rename_attribute(state: State, reader: Reader, record: Type) -> None:
    old = reader.identifier()
    reader.expect("to")
    new = reader.identifier()
    reader.take_any("cascade", "restrict")
    reader.expect_end()
    attribute = record.attributes.get(old)
    if attribute is None or new in record.attributes:
        raise UnmodelledError("there is no such attribute")
    state.change(
        record,
        attributes={new if name == old else name: value for name, value in record.attributes.items()},
    )
    state.change(attribute, name=new)
    from confiture._pure.schema.renaming import rename_column

    for need in list(record.dependents):
        table = need.source
        if not need.is_void and isinstance(table, Table) and table.of_type is record and old in table.columns:
            rename_column(state, table, table.columns[old], new)


def _change_typed_tables(state: State, record: Type) -> None:
    """Give the tables of a type its attributes as columns."""
    for need in list(record.dependents):
        table = need.source
        if need.is_void or not isinstance(table, Table) or table.of_type is not record or table.is_dropped:
            continue
        for name in [name for name in table.columns if name not in record.attributes]:
            more = drop_column(state, table, table.columns[name], is_cascading=True)
            drop(state, more, is_cascading=True)
        for attribute in record.attributes.values():
            column = table.columns.get(attribute.name)
            if column is None:
                state.put(
                    table.columns,
                    attribute.name,
                    Column(name=attribute.name, type=attribute.type, collation=attribute.collation),
                )
            else:
                state.change(column, type=attribute.type, collation=attribute.collation)


def _change_attribute(state: State, action: Reader, record: Type) -> None:
    if record.form != "composite":
        raise UnmodelledError("it is no composite type")
    if action.take("add", "attribute"):
        attribute = _attribute(action)
        if attribute.name in record.attributes:
            raise UnmodelledError("there is such an attribute already")
        state.put(record.attributes, attribute.name, attribute)
        state.resolve(attribute.type, record, part=attribute)
    elif action.take("drop", "attribute"):
        may_miss = action.take("if", "exists")
        name = action.identifier()
        action.take_any("cascade", "restrict")
        action.expect_end()
        known = record.attributes.get(name)
        if known is None:
            if may_miss:
                return
            raise UnmodelledError("there is no such attribute")
        state.remove(record.attributes, name, is_ordered=True)
        state.forget(record, part=known)
    elif action.take("alter", "attribute"):
        known = record.attributes.get(action.identifier())
        if known is None:
            raise UnmodelledError("there is no such attribute")
        action.take("set", "data")
        action.expect("type")
        ref = read_type(action)
        collation = collation_of(action) if action.take("collate") else None
        action.take_any("cascade", "restrict")
        action.expect_end()
        state.forget(record, part=known)
        state.change(known, type=ref, collation=collation)
        state.resolve(ref, record, part=known)
    else:
        raise action.refused("an action")


def create_domain(state: State, reader: Reader, form: str) -> None:
    """``CREATE DOMAIN name [AS] type …``."""
    reader.expect("create", "domain")
    name = reader.name()
    reader.take("as")
    schema = state.schema_of(name)
    domain = Domain(
        kind="domain", schema=schema, name=name.name, type=read_type(reader), statement=state.statement
    )
    domain.default_part = Part()
    specs: list[ConstraintSpec] = []
    default: Reader | None = None
    while not reader.is_done:
        given = reader.identifier() if reader.take("constraint") else ""
        if reader.take("collate"):
            domain.collation = collation_of(reader)
        elif reader.take("default"):
            default = default_expression(reader)
        elif reader.take("not", "null"):
            specs.append(ConstraintSpec(constraint=Constraint(name=given, kind="not_null")))
        elif reader.take("null"):
            pass
        elif reader.take("check"):
            spec = ConstraintSpec(constraint=Constraint(name=given, kind="check"))
            spec.expression = bare(reader.group())
            specs.append(spec)
        elif not specs or not read_attributes(reader, specs[-1].constraint):
            raise reader.refused("a constraint")
    key = (schema, name.name)
    if key in state.types:
        raise UnmodelledError("it is defined already")
    state.put(state.types, key, domain)
    made(state, domain)
    state.resolve(domain.type, domain)
    need_collation(state, domain, domain.collation, "type")
    if default is not None:
        _set_default(state, domain, default)
    for spec in specs:
        _add_constraint(state, domain, spec)


def _set_default(state: State, domain: Domain, tokens: Reader) -> None:
    state.change(domain, default=expression_text(tokens))
    add_references(state, domain, tokens, "default", part=domain.default_part)


def _add_constraint(state: State, domain: Domain, spec: ConstraintSpec) -> None:
    constraint = spec.constraint
    label = "not_null" if constraint.kind == "not_null" else "check"
    if constraint.kind == "not_null":
        if domain.is_not_null:
            return
        state.change(domain, is_not_null=True)
    if not constraint.name:
        constraint.name = constraint_name(state, domain.name, None, label, domain.schema)
    if constraint.name in domain.constraints:
        raise UnmodelledError("it is defined already")
    if spec.expression is not None:
        constraint.expression = expression_text(spec.expression)
        add_references(state, domain, spec.expression, "check", part=constraint)
    constraint.statement = state.statement
    state.put(domain.constraints, constraint.name, constraint)
    take_name(state, domain.schema, constraint.name)


def alter_domain(state: State, reader: Reader, domain: Domain) -> None:
    """What ``ALTER DOMAIN`` says besides name, schema and owner."""
    if reader.take("set", "default"):
        state.forget(domain, part=domain.default_part)
        tokens = reader.part(reader.at, reader.end)
        if tokens.is_done:
            raise reader.refused("an expression")
        _set_default(state, domain, tokens)
        return
    if reader.take("drop", "default"):
        state.forget(domain, part=domain.default_part)
        state.change(domain, default=None)
    elif reader.take("set", "not", "null"):
        _add_constraint(state, domain, ConstraintSpec(constraint=Constraint(name="", kind="not_null")))
    elif reader.take("drop", "not", "null"):
        _drop_not_null(state, domain)
    elif reader.take("add"):
        tokens = reader.part(reader.at, reader.end)
        reader.at = reader.end
        _add_constraint(state, domain, _read_constraint(tokens))
    elif reader.take("drop", "constraint"):
        may_miss = reader.take("if", "exists")
        name = reader.identifier()
        reader.take_any("cascade", "restrict")
        known = domain.constraints.get(name)
        if known is None:
            if not may_miss:
                raise UnmodelledError("there is no such constraint")
        elif known.kind == "not_null":
            _drop_not_null(state, domain)
        else:
            _drop_constraint(state, domain, known)
    elif reader.take("rename", "constraint"):
        known = domain.constraints.get(reader.identifier())
        reader.expect("to")
        new = reader.identifier()
        if known is None or new in domain.constraints:
            raise UnmodelledError("there is no such constraint")
        rename_constraint(state, domain, known, new)
    elif reader.take("validate", "constraint"):
        known = domain.constraints.get(reader.identifier())
        if known is None:
            raise UnmodelledError("there is no such constraint")
        state.change(known, is_valid=True)
    else:
        raise reader.refused("an action")
    reader.expect_end()


def _read_constraint(tokens: Reader) -> ConstraintSpec:
    start = tokens.part(tokens.at, tokens.end)
    name = start.identifier() if start.take("constraint") else ""
    if start.take("not", "null"):
        start.expect_end()
        return ConstraintSpec(constraint=Constraint(name=name, kind="not_null"))
    return read_table_constraint(tokens)


def _drop_not_null(state: State, domain: Domain) -> None:
    for constraint in list(domain.constraints.values()):
        if constraint.kind == "not_null":
            _drop_constraint(state, domain, constraint)
    state.change(domain, is_not_null=False)


def _drop_constraint(state: State, domain: Domain, constraint: Constraint) -> None:
    state.remove(domain.constraints, constraint.name)
    forget_name(state, domain.schema, constraint.name)
    state.forget(domain, part=constraint)


def rename_constraint(state: State, owner: Domain | Table, constraint: Constraint, new: str) -> None:
    """Give a constraint another name."""
    old = constraint.name
    state.change(
        owner,
        constraints={new if name == old else name: value for name, value in owner.constraints.items()},
    )
    forget_name(state, owner.schema, old)
    take_name(state, owner.schema, new)
    state.change(constraint, name=new)
