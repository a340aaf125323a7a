"""Row level security policies."""

from __future__ import annotations

from confiture._pure.schema.edges import add_references
from confiture._pure.schema.privileges import read_role
from confiture._pure.schema.reading import Name, Reader, UnmodelledError
from confiture._pure.schema.records import Policy, Table
from confiture._pure.schema.state import Missing, State
from confiture._pure.schema.text import expression_text

__all__ = ["alter_policy", "create_policy", "drop_policy"]

_COMMANDS = ("all", "select", "insert", "update", "delete")


def _table(state: State, name: Name) -> Table:
    table = state.relation(name)
    if not isinstance(table, Table):
        raise Missing
    return table


def create_policy(state: State, reader: Reader, form: str) -> None:
    """``CREATE POLICY name ON table …``."""
    reader.expect("create", "policy")
    name = reader.identifier()
    reader.expect("on")
    written = reader.name()
    is_permissive, command = True, "all"
    if reader.take("as"):
        mode = reader.take_any("permissive", "restrictive")
        if not mode:
            raise reader.refused("PERMISSIVE")
        is_permissive = mode == "permissive"
    if reader.take("for"):
        command = reader.take_any(*_COMMANDS)
        if not command:
            raise reader.refused("a command")
    roles, using, check = _read_rest(state, reader)
    table = _table(state, written)
    if name in table.policies:
        raise UnmodelledError("it is defined already")
    policy = Policy(
        kind="policy",
        schema=table.schema,
        name=name,
        table=table,
        is_permissive=is_permissive,
        command=command,
        roles=roles or ("public",),
        statement=state.statement,
    )
    state.put(table.policies, name, policy)
    _set_conditions(state, policy, using, check)


def _read_rest(state: State, reader: Reader) -> tuple[tuple[str, ...], Reader | None, Reader | None]:
    roles: tuple[str, ...] = ()
    if reader.take("to"):
        words = [reader.word()]
        named = [read_role(state, reader)]
        while reader.take_sign(","):
            words.append(reader.word())
            named.append(read_role(state, reader))
        found = {role if role is not None else word for role, word in zip(named, words, strict=True)}
        roles = tuple(sorted(found, key=lambda role: role.encode("utf-8")))
        if "public" in roles:
            roles = ("public",)
    using = reader.group() if reader.take("using") else None
    check = reader.group() if reader.take("with", "check") else None
    reader.expect_end()
    return roles, using, check


def _set_conditions(state: State, policy: Policy, using: Reader | None, check: Reader | None) -> None:
    if using is not None:
        state.change(policy, using=expression_text(using))
    if check is not None:
        state.change(policy, check=expression_text(check))
    state.need(policy, policy.table, "policy")
    for tokens in (using, check):
        if tokens is not None:
            add_references(state, policy, tokens, "policy")


def alter_policy(state: State, reader: Reader, form: str) -> None:
    """``ALTER POLICY name ON table (RENAME TO new | [TO roles] [USING …] [WITH CHECK …])``."""
    reader.expect("alter", "policy")
    reader.take("if", "exists")
    name = reader.identifier()
    reader.expect("on")
    table = state.relation(reader.name())
    policy = table.policies.get(name) if isinstance(table, Table) else None
    if policy is None or not isinstance(table, Table):
        if form:
            reader.at = reader.end
            return
        raise Missing
    if reader.take("rename", "to"):
        new = reader.identifier()
        reader.expect_end()
        if new in table.policies:
            raise UnmodelledError("it is defined already")
        state.remove(table.policies, name)
        state.put(table.policies, new, policy)
        state.change(policy, name=new)
        return
    roles, using, check = _read_rest(state, reader)
    if roles:
        state.change(policy, roles=roles)
    if using is not None and check is not None:
        state.forget(policy)
    _set_conditions(state, policy, using, check)


def drop_policy(state: State, policy: Policy) -> None:
    """Take a policy from its table."""
    state.remove(policy.table.policies, policy.name)
    state.forget(policy)
    state.change(policy, is_dropped=True)
