"""Transactions: what is taken back, and what ends with them or with the session.

The changes of a transaction are kept only if it may be taken back: a text that is one transaction from its
start to its end costs no more than without it.
"""

from __future__ import annotations

from collections.abc import Sequence

from confiture._pure.schema.dropping import drop
from confiture._pure.schema.reading import Reader
from confiture._pure.schema.state import State

__all__ = ["FOLLOWED", "follow_transaction", "rollbacks"]

_STARTS = ("BEGIN", "START TRANSACTION")
_ENDS = ("COMMIT", "PREPARE TRANSACTION", "ROLLBACK")
#: What is followed, by command tag.
FOLLOWED = (*_STARTS, *_ENDS, "SAVEPOINT", "RELEASE", "DISCARD ALL", "DISCARD TEMP")


def rollbacks(kinds: Sequence[str | None]) -> list[bool]:
    """For each statement, whether the next end of a transaction after it is one that takes back."""
    found = []
    is_next = False
    for kind in reversed(kinds):
        found.append(is_next)
        if kind in _ENDS:
            is_next = kind == "ROLLBACK"
    return found[::-1]


def follow_transaction(state: State, kind: str, reader: Reader, *, may_roll_back: bool) -> None:
    """Follow a statement of those that are followed.

    `may_roll_back`: whether the next end of a transaction is one that takes back.
    """
    if kind in _STARTS:
        state.start_transaction(keeps=may_roll_back)
    elif kind == "DISCARD TEMP":
        _discard_temporary(state)
    elif kind == "DISCARD ALL":
        _discard_temporary(state)
        state.set_lasting(path=("public",), role=None, session_role=None)
    elif kind == "SAVEPOINT":
        reader.expect("savepoint")
        state.save(reader.identifier())
    elif kind == "RELEASE":
        reader.expect("release")
        reader.take("savepoint")
        state.release(reader.identifier())
    elif kind == "PREPARE TRANSACTION":
        state.end_transaction()
    else:
        _end(state, kind, reader, may_roll_back=may_roll_back)


def _end(state: State, kind: str, reader: Reader, *, may_roll_back: bool) -> None:
    reader.at += 1
    reader.take_any("work", "transaction")
    if kind == "ROLLBACK" and reader.take("to"):
        reader.take("savepoint")
        state.roll_back_to(reader.identifier())
        return
    if kind == "ROLLBACK":
        state.roll_back()
    else:
        dropped = [table for table in state.ending if not table.is_dropped]
        drop(state, dropped, is_cascading=True)
    state.end_transaction()
    if reader.take("and", "chain"):
        state.start_transaction(keeps=may_roll_back)


def _discard_temporary(state: State) -> None:
    temporary = [record for record in state.temporary if not record.is_dropped]
    state.change(state, temporary=[])
    drop(state, temporary, is_cascading=True)
