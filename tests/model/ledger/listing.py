"""The list of the definitions that a server executes and the model keeps as they are.

Run it from ``tests``: ``python -m model.ledger.listing``. The list may only shrink; what a change of the
model adds to it is to be mended instead.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engines import LOADED
from sql.corpora import FOLDERS, corpus_files

from .accounts import account_of
from .recorded import load
from .texts import source_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture._interface import Engine

    from .accounts import Account
    from .recorded import Runs
    from .texts import Source

__all__ = ["LIST", "accounts", "kept", "listed"]

LIST = Path(__file__).with_name("opaque.txt")


def accounts(engine: Engine, runs: Runs, corpus: str) -> Iterator[tuple[Account, list[Source]]]:
    """What the model makes of each run of a corpus.

    Raises:
        AssertionError: Files have changed since their runs were recorded, or one is in no run.
    """
    sources = {file.path: source_of(engine, file) for file in corpus_files(corpus)}
    seen: set[str] = set()
    for packages in runs[corpus].values():
        for run in packages:
            files = [sources[path] for path in run]
            changed = [file.path for file in files if len(file.statements) != run[file.path].count]
            assert not changed, f"these files have changed since their runs were recorded: {changed}"
            seen.update(run)
            yield account_of(engine, files, run), files
    missed = [path for path, source in sources.items() if source.has_definitions and path not in seen]
    assert not missed, f"these files are in no run: {missed}"


def kept(account: Account, corpus: str) -> list[str]:
    """The lines of the list that a run gives."""
    return [
        f"{corpus}/{definition}"
        for definition in account.definitions
        if definition.is_executed and definition.opaque is not None
    ]


def listed(corpus: str) -> list[str]:
    """The lines of the list that are about a corpus."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith(f"{corpus}/")]


def main() -> None:
    """Write the list."""
    engine = next(iter(LOADED.values()))
    runs = load()
    lines = []
    for corpus in FOLDERS:
        found = [line for account, _ in accounts(engine, runs, corpus) for line in kept(account, corpus)]
        lines += found
    LIST.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
