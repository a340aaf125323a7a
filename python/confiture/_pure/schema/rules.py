"""Rewrite rules."""

from __future__ import annotations

from confiture._pure.schema.edges import add_references
from confiture._pure.schema.reading import Reader, UnmodelledError
from confiture._pure.schema.records import Relation, Rule, View
from confiture._pure.schema.state import Missing, State
from confiture._pure.schema.text import expression_text, text_of

__all__ = ["alter_rule", "create_rule", "drop_rule"]


def create_rule(state: State, reader: Reader, form: str) -> None:
    """``CREATE [OR REPLACE] RULE name AS ON event TO table [WHERE …] DO …``."""
    reader.expect("create")
    reader.take("or", "replace")
    reader.expect("rule")
    name = reader.identifier()
    reader.expect("as", "on")
    event = reader.take_any("select", "insert", "update", "delete")
    if not event:
        raise reader.refused("an event")
    reader.expect("to")
    written = reader.name()
    condition = reader.until("do") if reader.take("where") else None
    reader.expect("do")
    is_instead = reader.take_any("also", "instead") == "instead"
    actions: list[Reader] = []
    if not (reader.take("nothing") and reader.is_done):
        inner = reader.part(reader.at, reader.end)
        reader.at = reader.end
        if inner.is_group() and inner.closings[inner.at] == inner.end - 1 and not _is_query(inner):
            inner = inner.group()
        while not inner.is_done:
            action = inner.until(";")
            if not action.is_done:
                actions.append(action)
            inner.take_sign(";")
    table = state.relation(written)
    if not isinstance(table, Relation):
        raise Missing
    if isinstance(table, View) and event == "select" and name == "_RETURN" and len(actions) == 1:
        # The query of a view is a rule.
        state.forget(table, "query")
        state.change(table, query=expression_text(actions[0]), statement=state.statement)
        add_references(state, table, actions[0], "query")
        return
    known = table.rules.get(name)
    if known is not None and form != "or_replace":
        raise UnmodelledError("it is defined already")
    rule = Rule(
        kind="rule",
        schema=table.schema,
        name=name,
        table=table,
        event=event,
        is_instead=is_instead,
        condition=None if condition is None else expression_text(condition),
        actions=tuple(text_of(action) for action in actions),
        statement=state.statement,
    )
    if known is not None:
        rule.comment, rule.enabled = known.comment, known.enabled
        drop_rule(state, known)
    state.put(table.rules, name, rule)
    state.need(rule, table, "rule")
    for tokens in (condition, *actions):
        if tokens is not None:
            add_references(state, rule, tokens, "rule")


def _is_query(inner: Reader) -> bool:
    return inner.is_sign("(", 1)


def alter_rule(state: State, reader: Reader, form: str) -> None:
    """``ALTER RULE name ON table RENAME TO new``."""
    reader.expect("alter", "rule")
    name = reader.identifier()
    reader.expect("on")
    table = state.relation(reader.name())
    reader.expect("rename", "to")
    new = reader.identifier()
    reader.expect_end()
    rule = table.rules.get(name) if isinstance(table, Relation) else None
    if rule is None or not isinstance(table, Relation):
        raise Missing
    if new in table.rules:
        raise UnmodelledError("it is defined already")
    state.remove(table.rules, name)
    state.put(table.rules, new, rule)
    state.change(rule, name=new)


def drop_rule(state: State, rule: Rule) -> None:
    """Take a rule from its table."""
    state.remove(rule.table.rules, rule.name)
    state.forget(rule)
    state.change(rule, is_dropped=True)
