"""Records in which order servers run the files of the corpora, and which definitions they refuse.

Run it from ``tests``: ``python -m model.ledger.record``, with the names of corpora for these alone.
PostgreSQL's own suite is run by the test server, which has the suite's version. Everything else is run by
Debian's older one, which brings the extensions that packages ask for.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from engines import LOADED
from sql.corpora import FOLDERS, corpus_files

from ..servers import newer_server, older_server
from .ordering import runs_of
from .recorded import Outcome, Run, Runs, load, store
from .session import Session
from .texts import is_definition, source_of

if TYPE_CHECKING:
    from postgres import Server

    from .session import Refusal
    from .texts import Source

_ENGINE = next(iter(LOADED.values()))

#: The order of the suite: later lines rely on what earlier ones have made.
_SCHEDULE = Path(__file__).with_name("schedule.txt")

#: What the suite's own driver sets for its database.
_SETTINGS = (
    "ALTER DATABASE recorded SET lc_messages TO 'C'",
    "ALTER DATABASE recorded SET timezone TO 'America/Los_Angeles'",
    "ALTER DATABASE recorded SET datestyle TO 'Postgres, MDY'",
)


def package_of(corpus: str, path: str) -> str:
    """Which files of a corpus belong together."""
    if corpus != "postgresql":
        return path.partition("/")[0]
    folder = path.rpartition("/")[0]
    return folder.removesuffix("/sql")


def _outcome(source: Source, refusals: list[Refusal | None]) -> Outcome:
    refused = frozenset(
        number
        for number, (statement, refusal) in enumerate(zip(source.statements, refusals, strict=True))
        if refusal is not None and is_definition(statement.kind)
    )
    return Outcome(len(source.statements), refused)


@contextmanager
def _without_new_roles(server: Server) -> Iterator[None]:
    """Roles belong to all databases: those of a run are dropped with its database."""

    def roles() -> set[str]:
        with server.connect("postgres") as connection:
            return {name for (name,) in connection.execute("SELECT rolname::text FROM pg_roles")}

    known = roles()
    yield
    server.create_database("recorded")
    with server.connect("postgres", autocommit=True) as connection:
        for name in roles() - known:
            connection.execute(f'DROP ROLE "{name}"'.encode())


def _package(server: Server, sources: list[Source]) -> list[Run]:
    def new_database() -> str:
        server.create_database("recorded")
        return server.uri("recorded")

    with _without_new_roles(server):
        orders = runs_of(sources, new_database)
    recorded = []
    for order in orders:
        with _without_new_roles(server):
            session = Session(new_database(), installs=True)
            recorded.append({source.path: _outcome(source, session.run(source)) for source in order})
            session.close()
    return recorded


def _suite(server: Server) -> list[Run]:
    files = {file.path.removesuffix(".sql"): file for file in corpus_files("regression")}
    server.create_database("recorded")
    with server.connect("postgres", autocommit=True) as connection:
        for setting in _SETTINGS:
            connection.execute(setting.encode())
    session = Session(server.uri("recorded"), installs=False)
    run: Run = {}
    for name in _SCHEDULE.read_text(encoding="utf-8").split():
        source = source_of(_ENGINE, files.pop(name))
        run[source.path] = _outcome(source, session.run(source))
    session.close()
    assert not files, f"not in the schedule: {sorted(files)}"
    return [run]


def main(*names: str) -> None:
    """Record all corpora, or those of some names."""
    corpora = names or tuple(FOLDERS)
    assert all(FOLDERS[corpus] for corpus in corpora), "a corpus is not here: run `make corpora`"
    runs: Runs = load()
    for corpus in corpora:
        with newer_server() if corpus == "regression" else older_server() as server:
            if corpus == "regression":
                runs[corpus] = {"regression": _suite(server)}
            else:
                runs[corpus] = dict(_packages(server, corpus))
        store({known: runs[known] for known in FOLDERS if known in runs})


def _packages(server: Server, corpus: str) -> Iterator[tuple[str, list[Run]]]:
    packages: dict[str, list[Source]] = {}
    for file in corpus_files(corpus):
        packages.setdefault(package_of(corpus, file.path), []).append(source_of(_ENGINE, file))
    for package, sources in packages.items():
        recorded = _package(server, sources)
        if recorded:
            refused = sum(len(outcome.refused) for run in recorded for outcome in run.values())
            print(f"{corpus}/{package}: {len(recorded)} runs, {refused} refused", file=sys.stderr)
            yield package, recorded


if __name__ == "__main__":
    main(*sys.argv[1:])
