"""Counting what files consist of, down to the last byte."""

from __future__ import annotations

from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING

from confiture.models.check import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from confiture._interface import SqlFile, SqlSpan
    from confiture.models.check import Place
    from confiture.models.schema.others import LedgerEntry

__all__ = ["count"]

_kind = itemgetter(0)


def count(
    files: Sequence[SqlFile],
    selected: int,
    commands: Mapping[int, Iterable[tuple[str, SqlSpan]]],
    unnamed: list[Place],
    discarded: int,
    modelled: Sequence[LedgerEntry],
) -> Ledger:
    """The ledger of files.

    Args:
        files: What an engine says of them: the selected ones, then those which they include.
        selected: How many are selected.
        commands: Names and spans of the psql commands of each file that has some, by its number.
        unnamed: Places of the statements that are of no known kind.
        discarded: Number of queries that psql drops.
        modelled: What became of the statements in the bundle's model, by kind.
    """
    kinds: Counter[str | None] = Counter()
    statement_bytes = gap_bytes = psql_bytes = data_bytes = discarded_bytes = 0
    for statements, _, _, sizes in files:
        kinds.update(map(_kind, statements))
        statement_bytes += sizes[0]
        gap_bytes += sizes[1]
        psql_bytes += sizes[2]
        data_bytes += sizes[3]
        discarded_bytes += sizes[4]
    names = Counter(name for listed in commands.values() for name, _ in listed)
    return Ledger(
        files=selected,
        included_files=len(files) - selected,
        bytes=statement_bytes + gap_bytes + psql_bytes + data_bytes + discarded_bytes,
        statement_bytes=statement_bytes,
        gap_bytes=gap_bytes,
        psql_bytes=psql_bytes,
        data_bytes=data_bytes,
        discarded_bytes=discarded_bytes,
        statements={kind: kinds[kind] for kind in sorted(filter(None, kinds))},
        unnamed=unnamed,
        discarded=discarded,
        psql_commands={name: names[name] for name in sorted(names)},
        model=tuple(modelled),
        data_blocks=sum(span[0] == "data" for _, spans, _, _ in files for span in spans),
    )
