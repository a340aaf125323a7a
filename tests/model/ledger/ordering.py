"""The order in which a server takes the files of a package.

What makes a schema comes before what upgrades it, and versions in their order. A file whose definitions
the server refuses waits until others have been run; what is never taken as a whole is tried in a database of
its own, with others of that kind (there are schemas in several forms), and stands at the end if that fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .session import Session
from .texts import Source

__all__ = ["runs_of"]

_LAST = re.compile(r"revert|drop|reset|uninstall|verify")
_UPGRADE = re.compile(
    r"upgrade|update|patch|migration|convert|legacy|diff|/v\d+-v\d+/|postgres/\d{8}|\d+-\d+\.sql|-to-|_to_"
    r"|--.*--"
)
#: A folder of an upgrade, whose own folders are run in an order of theirs.
_STEP = re.compile(r"/v\d+-v\d+/")
_PARTS = ("superuser", "static", "dynamic", "fixups")


def _natural(text: str) -> list[tuple[bool, int, str]]:
    return [
        (not word.isdecimal(), int(word) if word.isdecimal() else 0, word)
        for word in re.split(r"(\d+)", text)
    ]


def _rank(path: str) -> int:
    return 2 if _LAST.search(path) else 1 if _UPGRADE.search(path) else 0


def _key(source: Source) -> tuple[object, ...]:
    path = source.path
    step = _STEP.search(path)
    if step is None:
        return (_rank(path), _natural(path))
    rest = path[step.end() :]
    part = rest.partition("/")[0]
    return (
        _rank(path),
        _natural(path[: step.end()]),
        _PARTS.index(part) if part in _PARTS else 9,
        _natural(rest),
    )


def _stage(source: Source) -> tuple[int, str]:
    """What is tried together until nothing more of it is taken."""
    path = source.path
    step = _STEP.search(path)
    if step is not None:
        return _rank(path), path[: step.end()]
    return _rank(path), path if _rank(path) else path.rpartition("/")[0]


def runs_of(sources: list[Source], new_database: Callable[[], str]) -> list[list[Source]]:
    """The files of a package that define something, as texts that are run in one database each.

    Args:
        sources: The files.
        new_database: Makes an empty database, and gives its address.
    """
    rest = sorted((source for source in sources if source.has_definitions), key=_key)
    runs: list[list[Source]] = []
    while rest:
        session = Session(new_database(), installs=True)
        taken = _taken(session, rest)
        session.close()
        if not taken:
            break
        runs.append(taken)
        rest = [source for source in rest if source not in taken]
    if rest:
        first, *others = runs or [[]]
        runs = [first + rest, *others]
    return runs


def _taken(session: Session, sources: list[Source]) -> list[Source]:
    stages: dict[object, list[Source]] = {}
    for source in sources:
        stages.setdefault(_stage(source), []).append(source)
    taken: list[Source] = []
    for stage in (*stages.values(), sources):
        waiting = [source for source in stage if source not in taken]
        is_progress = True
        while is_progress:
            found = [source for source in waiting if session.takes(source)]
            taken += found
            waiting = [source for source in waiting if source not in found]
            is_progress = bool(found)
    return taken
