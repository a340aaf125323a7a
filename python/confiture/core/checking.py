"""Checking the statements of all files of a build, without a database (``docs/findings.md``)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from confiture import _failures
from confiture._backend import engine_name, load_engine
from confiture.core.background import Background
from confiture.core.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from confiture._interface import Engine, Progress
    from confiture.core.findings import Record
    from confiture.core.inputs import Inputs
    from confiture.models.check import CheckReport, Finding, Ledger

__all__ = ["check_files", "check_report"]

_TEXTS_KEPT = 1024

#: How every psql command starts that includes a file.
_INCLUDE = b"\\i"

#: Codes of what makes a statement reach into the next file, so that the bundle has other statements.
_UNFINISHED = ("CHECK_001", "CHECK_002")

#: Pieces of a header that are comments with the digests between them.
_COMMENT_HEADER = ("-- ", "\n-- ", "\n")


def check_report(
    environment: str, inputs: Inputs, schema_only: bool, progress: Progress | None, ignore: Collection[str]
) -> CheckReport:
    """The report on the files of an environment, without findings of the codes in `ignore`."""
    from confiture.models.check import CheckReport

    selection = inputs.select(schema_only)
    findings, ledger = check_files(
        load_engine(),
        inputs.base_dir,
        inputs.project_dir,
        selection.paths,
        never=inputs.default_outputs(),
        progress=progress,
    )
    findings = [finding for finding in findings if finding.code not in ignore]
    return CheckReport(
        ok=all(finding.severity == "note" for finding in findings),
        environment=environment,
        base_dir=inputs.base_dir,
        findings=findings,
        ledger=ledger,
        engine=engine_name(),
        skipped=selection.skipped,
    )


def check_files(
    engine: Engine,
    base_dir: str,
    include_dir: str,
    paths: Sequence[str],
    *,
    never: Sequence[str] = (),
    progress: Progress | None = None,
) -> tuple[list[Finding], Ledger]:
    r"""What is to be said of files, and what they consist of.

    Args:
        engine: The engine in use.
        base_dir: Absolute path of the directory the relative paths start from.
        include_dir: Absolute path of the directory that psql's ``\i`` starts from.
        paths: Relative paths of the selected files, in build order.
        never: Files that are never included: those that builds write.
        progress: Told now and then how many files are done, of how many.

    Returns:
        The findings in the order of their places, and the ledger.

    Raises:
        SchemaError: A file cannot be read, is no UTF-8 text or holds a NUL byte; or an include command
            cannot be followed (``docs/bundle.md``).
    """
    contents = engine.read_files(base_dir, paths, progress=progress)
    may_include = any(_INCLUDE in content for content in contents)
    # The engine needs no interpreter for the model, so that all else goes on meanwhile: even imports.
    modelling = None if may_include else Background(lambda: engine.check_contents(contents, paths))
    sources = Sources(engine, base_dir, include_dir, paths, contents, never=never)
    if modelling is None:
        modelling = Background(lambda: _checked_bundle(sources, contents, base_dir, include_dir, never))

    from confiture.artifacts.checked import decode_checked
    from confiture.core.definitions import Books
    from confiture.core.file_checks import look_at_files
    from confiture.core.findings import Findings
    from confiture.core.ledger import count
    from confiture.core.model_checks import look_at_model
    from confiture.core.run_order import follow_bundle
    from confiture.core.statement_needs import FollowedStatements, StatementNeeds

    findings = Findings(sources.paths, sources.texts)

    @lru_cache(_TEXTS_KEPT)
    def normalised(file: int, start: int, end: int) -> str:
        text = sources.texts.read(file, start, end).decode("utf-8", "replace")
        return "".join(engine.normalize_statements(text)[:1])

    def text_of(record: Record) -> str:
        return normalised(record[1], record[2][3], record[2][4])

    unknown = look_at_files(sources, findings)
    followed = FollowedStatements(Books(findings, text_of))
    follow_bundle(sources, followed, findings)
    model = decode_checked(modelling.result())
    if not findings.has_errors(_UNFINISHED):
        look_at_model(model, sources, StatementNeeds(followed, sources), findings)
    discarded = sum(map(len, sources.discarded.values()))
    ledger = count(sources.files, sources.selected, sources.commands, unknown, discarded, model.ledger)
    return findings.gather(), ledger


def _checked_bundle(
    sources: Sources, contents: Sequence[bytes], base_dir: str, include_dir: str, never: Sequence[str]
) -> bytes:
    """What is looked at of the model of a bundle with files that may include others, as a document."""
    if not sources.includes:
        return sources.engine.check_contents(contents, sources.paths)
    selected = sources.paths[: sources.selected]
    text, written = sources.engine.build_schema(
        base_dir,
        selected,
        _COMMENT_HEADER,
        ["\n"],
        fatal=None,
        include_dir=include_dir,
        never=never,
        segments=True,
    )
    if [*selected, *written[4]] != sources.paths:
        # What a file includes has changed since it was read.
        raise _failures.file_changed(base_dir)
    return sources.engine.check_sql(text, written[5][0], sources.paths)
