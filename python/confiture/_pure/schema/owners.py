"""``OWNER TO``, ``REASSIGN OWNED`` and ``DROP OWNED``."""

from __future__ import annotations

from collections.abc import Iterator

from confiture._pure.schema.privileges import read_role
from confiture._pure.schema.reading import Reader
from confiture._pure.schema.records import Acl, Record, Sequence, Table, View
from confiture._pure.schema.state import State

__all__ = ["all_records", "drop_owned", "reassign_owned", "set_owner"]


def all_records(state: State) -> Iterator[Record]:
    """All objects that have names of their own."""
    yield from state.relations.values()
    for key, record in state.types.items():
        if state.relations.get(key) is not record:
            yield record
    for overloads in state.routines.values():
        yield from overloads.values()
    yield from state.others.values()


def set_owner(state: State, record: Record, owner: str | None) -> None:
    """Give an object, and the sequences that its columns own, to a role."""
    work = [record]
    while work:
        each = work.pop()
        if each.privileges is not None:
            state.change(each, privileges=_given(each.privileges, owner))
        state.change(each, owner=owner)
        if isinstance(each, Table):
            work += [
                need.source for need in each.dependents if _is_owned(need.source, each) and not need.is_void
            ]


def _is_owned(source: Record, table: Table) -> bool:
    return isinstance(source, Sequence) and source.owner_table is table and not source.is_dropped


def _given(acl: Acl, owner: str | None) -> Acl:
    """Privileges once the owner is another one (``aclnewowner``)."""
    given: Acl = {}
    for (grantee, privilege), is_grantable in acl.items():
        is_owner = grantee is None or grantee == owner
        key = (None if is_owner else grantee, privilege)
        given[key] = given.get(key, False) or is_grantable
    return given


def reassign_owned(state: State, reader: Reader, form: str) -> None:
    """``REASSIGN OWNED BY role, … TO role``."""
    reader.expect("reassign", "owned", "by")
    owners = [read_role(state, reader)]
    while reader.take_sign(","):
        owners.append(read_role(state, reader))
    reader.expect("to")
    owner = read_role(state, reader)
    reader.expect_end()
    for record in list(all_records(state)):
        if record.owner is not None and record.owner in owners:
            set_owner(state, record, owner)


def drop_owned(state: State, reader: Reader, form: str) -> None:
    """``DROP OWNED BY role, … [CASCADE]``."""
    from confiture._pure.schema.dropping import drop

    reader.expect("drop", "owned", "by")
    owners = [read_role(state, reader)]
    while reader.take_sign(","):
        owners.append(read_role(state, reader))
    is_cascading = reader.take_any("cascade", "restrict") == "cascade"
    reader.expect_end()
    names = {owner for owner in owners if owner is not None}
    owned = [record for record in all_records(state) if record.owner in names and record.kind != "role"]
    drop(state, owned, is_cascading=is_cascading)
    for record in all_records(state):
        if record.privileges is not None:
            state.change(record, privileges=_without(record.privileges, names))
        if isinstance(record, Table):
            for column in record.columns.values():
                if column.privileges:
                    state.change(column, privileges=_without(column.privileges, names) or None)
        elif isinstance(record, View) and record.column_privileges:
            kept = {name: _without(acl, names) for name, acl in record.column_privileges.items()}
            state.change(record, column_privileges={name: acl for name, acl in kept.items() if acl})


def _without(acl: Acl, names: set[str]) -> Acl:
    return {key: value for key, value in acl.items() if key[0] not in names}
