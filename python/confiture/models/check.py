"""What checking a schema's statements gives."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from confiture.artifacts import Artifact, Document
from confiture.models.build import SkippedPath
from confiture.models.constraints import Bytes, Count, EngineName, Number, Severity
from confiture.models.schema.others import LedgerEntry

__all__ = ["CheckReport", "Finding", "Ledger", "Place"]


class Place(Artifact, frozen=True, kw_only=True):
    """A place in a file.

    Attributes:
        file: Path from the report's ``base_dir``, with ``/`` between components.
        line: Line, from 1.
        column: Column in characters, from 1.
    """

    file: str
    line: Number
    column: Number


class Finding(Artifact, frozen=True, kw_only=True):
    """Something that a reader should look at (``docs/findings.md``).

    Attributes:
        code: Its stable code, ``CHECK_001`` …
        severity: ``error``: the bundle does not load, or not as it is meant; ``warning``: it loads, but
            something is hidden in it; ``note``: worth knowing.
        message: The reason, without a full stop.
        hint: The way out.
        file: Path from the report's ``base_dir``, with ``/`` between components.
        line: Line, from 1.
        column: Column in characters, from 1.
        related: The other place, if there are two.
        excerpt: The source line, or what is around the place in a long one, with ``…`` for what is left out.
        excerpt_column: Column of the place in `excerpt`, in characters, from 1.
    """

    code: Annotated[str, Meta(pattern="^[A-Z]+_[0-9]{3}$")]
    severity: Severity
    message: str
    hint: str
    file: str
    line: Number
    column: Number
    related: Place | None = None
    excerpt: str = ""
    excerpt_column: Number = 1


class Ledger(Artifact, frozen=True, kw_only=True):
    """Where every byte of the files is.

    Attributes:
        files: Number of selected files.
        included_files: Number of further files, which selected ones include.
        bytes: Bytes of all of them on disk; the sum of the following five.
        statement_bytes: Bytes in statements.
        gap_bytes: Bytes in white space, comments and the like.
        psql_bytes: Bytes in psql commands.
        data_bytes: Bytes in data after ``COPY … FROM STDIN``.
        discarded_bytes: Bytes in queries that psql drops.
        statements: Number of statements by kind, in the order of the kinds.
        unnamed: Places of the statements that are of no known kind.
        discarded: Number of queries that psql drops; they are not in `statements`.
        psql_commands: Number of psql commands by name, in the order of the names.
        data_blocks: Number of blocks of data.
        model: What became of the bundle's statements in its model, by kind (``docs/model.md``): a file that
            the bundle holds twice counts twice.
    """

    files: Count
    included_files: Count
    bytes: Bytes
    statement_bytes: Bytes
    gap_bytes: Bytes
    psql_bytes: Bytes
    data_bytes: Bytes
    discarded_bytes: Bytes
    statements: dict[str, Count]
    unnamed: list[Place]
    discarded: Count
    psql_commands: dict[str, Count]
    data_blocks: Count
    model: tuple[LedgerEntry, ...] = ()


class CheckReport(Document, frozen=True, kw_only=True, tag="check_report/1"):
    """A check of all statements of a build.

    Attributes:
        ok: Whether there is no error and no warning among the findings.
        environment: Name of the environment.
        base_dir: Absolute path of the directory that the paths of files start from.
        findings: What was found, in the order of files, lines and columns.
        ledger: Where every byte is.
        engine: ``rust`` or ``python``.
        skipped: What was left aside, by path.
    """

    ok: bool
    environment: str
    base_dir: str
    findings: list[Finding]
    ledger: Ledger
    engine: EngineName
    skipped: list[SkippedPath]
