"""Checking the statements of all files of a build, without a database (``docs/findings.md``)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from confiture import _failures
from confiture.core.background import Background
from confiture.core.definitions import Books
from confiture.core.file_checks import look_at_files
from confiture.core.findings import Findings
from confiture.core.ledger import count
from confiture.core.run_order import follow_bundle
from confiture.core.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture._interface import Engine, Progress
    from confiture.core.findings import Record
    from confiture.models.check import Finding, Ledger
    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.others import LedgerEntry

__all__ = ["check_files"]

_TEXTS_KEPT = 1024

#: Pieces of a header that are comments with the digests between them.
_COMMENT_HEADER = ("-- ", "\n-- ", "\n")


def check_files(
    engine: Engine,
    base_dir: str,
    include_dir: str,
    paths: Sequence[str],
    *,
    never: Sequence[str] = (),
    with_model: bool = False,
    progress: Progress | None = None,
) -> tuple[list[Finding], Ledger]:
    r"""What is to be said of files, and what they consist of.

    Args:
        engine: The engine in use.
        base_dir: Absolute path of the directory the relative paths start from.
        include_dir: Absolute path of the directory that psql's ``\i`` starts from.
        paths: Relative paths of the selected files, in build order.
        never: Files that are never included: those that builds write.
        with_model: Whether the bundle's model is looked at too: what statements need of each other.
        progress: Told now and then how many files are done, of how many.

    Returns:
        The findings in the order of their places, and the ledger.

    Raises:
        SchemaError: A file cannot be read, is no UTF-8 text or holds a NUL byte; or an include command
            cannot be followed (``docs/bundle.md``).
    """
    parsing: Background[tuple[bytes, list[str]]] | None = None
    if with_model:
        # The engine needs no interpreter for it, so that the other checks go on meanwhile.
        parsing = Background(lambda: _parse(engine, base_dir, include_dir, paths, never))
    sources = Sources(engine, base_dir, include_dir, paths, never=never, progress=progress)
    findings = Findings(sources.paths, sources.texts)

    @lru_cache(_TEXTS_KEPT)
    def normalised(file: int, start: int, end: int) -> str:
        text = sources.texts.read(file, start, end).decode("utf-8", "replace")
        return "".join(engine.normalize_statements(text)[:1])

    def text_of(record: Record) -> str:
        return normalised(record[1], record[2][3], record[2][4])

    unknown = look_at_files(sources, findings)
    follow_bundle(sources, Books(findings, text_of), findings)
    modelled = () if parsing is None else _look_at_model(parsing, sources, base_dir, findings)
    discarded = sum(map(len, sources.discarded.values()))
    ledger = count(sources.files, sources.selected, sources.commands, unknown, discarded, modelled)
    return findings.gather(), ledger


def _look_at_model(
    parsing: Background[tuple[bytes, list[str]]], sources: Sources, base_dir: str, findings: Findings
) -> tuple[LedgerEntry, ...]:
    """Say what the bundle's model tells; what became of the statements of each kind."""
    from confiture.artifacts.checked import decode_checked
    from confiture.core.model_checks import look_at_model

    document, files = parsing.result()
    if files != sources.paths:
        # What a file includes has changed since it was read.
        raise _failures.file_changed(base_dir)
    model = decode_checked(document)
    look_at_model(model, lambda: _whole(document), files, findings)
    return model.ledger


def _whole(document: bytes) -> SchemaModel:
    # Few checks need all of it, and its types take their time to be made.
    from confiture.artifacts.schema import decode_model

    return decode_model(document)


def _parse(
    engine: Engine, base_dir: str, include_dir: str, paths: Sequence[str], never: Sequence[str]
) -> tuple[bytes, list[str]]:
    """The document of the bundle's model, and the files of the bundle."""
    text, written = engine.build_schema(
        base_dir,
        paths,
        _COMMENT_HEADER,
        ["\n"],
        fatal=None,
        include_dir=include_dir,
        never=never,
        segments=True,
    )
    files = [*paths, *written[4]]
    return engine.parse_sql(text, origins=written[5][0], files=files), files
