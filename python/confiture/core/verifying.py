"""Loading a build into a real server, and comparing what that makes with the model of the files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from confiture._backend import engine_name
from confiture.core.excerpts import SourceTexts
from confiture.core.findings import Rule
from confiture.exceptions import DatabaseError, SchemaError
from confiture.models.check import Finding
from confiture.models.check import Place as FindingPlace
from confiture.models.diff import UNDECIDED
from confiture.models.verify_report import VerifyReport
from confiture.servers.loading import LoadFailure, load, open_server

if TYPE_CHECKING:
    from confiture._interface import Progress
    from confiture.core.builder import SchemaBuilder
    from confiture.core.mapped_texts import MappedText
    from confiture.models.diff import SchemaChange
    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.parts import Place
    from confiture.models.source_map import Location

__all__ = ["RULES", "verify"]

#: All codes of `confiture verify`.
RULES = {
    "VERIFY_001": Rule(
        "does-not-load",
        "error",
        "The server refuses a statement.",
        "The bundle does not load into an empty database of the server; what stands behind the statement was "
        "not tried.",
    ),
    "VERIFY_002": Rule(
        "other-than-the-model",
        "warning",
        "The server has something else than the model of the files.",
        "What is said of the files without a server (check, diff, lineage) leaves this out.",
    ),
}

#: Statements that may define something by code.
_CODE = frozenset(("DO", "SELECT", "CALL", "EXECUTE"))


def verify(
    builder: SchemaBuilder,
    *,
    server: str | None = None,
    may_make_roles: bool = False,
    schema_only: bool = False,
    progress: Progress | None = None,
) -> VerifyReport:
    """Load a build into an empty database, which is dropped afterwards, and compare what is there.

    Args:
        builder: The build.
        server: The URL of a server to use; None for a throwaway one.
        may_make_roles: Whether roles may be made on that server; they are dropped afterwards.
        schema_only: Whether seeds are left out.
        progress: Told now and then how many files are done, of how many.

    Raises:
        SchemaError: The files cannot be built, or do what is not run.
        DatabaseError: The server cannot be reached, lacks something, or gives no right.
        ConfigurationError: There are no programs of PostgreSQL, or the URL is none.
    """
    from confiture.diffing.sides import place_prefix

    base_dir = os.fspath(builder.base_dir)
    with open_server(server) as opened:
        mapped = builder.mapped_text(schema_only, progress)
        model = mapped.parse()
        try:
            found = load(opened, mapped, model, may_make_roles=may_make_roles)
        except (SchemaError, DatabaseError) as error:
            # Places are shown as those of findings are.
            file = error.context.get("file")
            prefix = place_prefix(base_dir)
            if isinstance(file, str) and error.message.startswith(f"{file}:"):
                error.message = prefix + error.message
                error.context["file"] = prefix + file
            raise
    if isinstance(found, LoadFailure):
        findings, undecided, version = [_refused(found, mapped)], 0, None
    else:
        version = found.version
        findings, undecided = _compared(mapped, base_dir, model, found.model, version)
    return VerifyReport(
        ok=all(finding.severity == "note" for finding in findings),
        environment=builder.env_config.name,
        base_dir=base_dir,
        server=version,
        loads=not isinstance(found, LoadFailure),
        findings=findings,
        undecided=undecided,
        engine=engine_name(),
    )


def _refused(failure: LoadFailure, mapped: MappedText) -> Finding:
    where = failure.location
    return Finding(
        code="VERIFY_001",
        severity="error",
        message=failure.message.rstrip("."),
        hint="Mend the statement; what follows it was not tried.",
        file=mapped.files[0] if where is None or where.path is None else where.path,
        line=1 if where is None or where.line is None else where.line,
        column=1 if where is None or where.column is None else where.column,
        related=_place(failure.noticed),
        excerpt="" if where is None else where.excerpt,
        excerpt_column=1 if where is None else where.excerpt_column,
    )


def _place(where: Location | None) -> FindingPlace | None:
    if where is None or where.path is None or where.line is None or where.column is None:
        return None
    return FindingPlace(file=where.path, line=where.line, column=where.column)


def _compared(
    mapped: MappedText, base_dir: str, model: SchemaModel, dumped: SchemaModel, version: int
) -> tuple[list[Finding], int]:
    """What is different, and how much is undecided."""
    from confiture.core.differ import SchemaDiffer
    from confiture.diffing.kinds import entries_of

    differ = SchemaDiffer()
    changes = differ.compare_models(model, dumped, dumped=version).changes
    places = {str(entry.identity): entry.item.place for entry in entries_of(model)}
    severity = "note" if any(entry.kind in _CODE for entry in model.ledger) else "warning"
    texts = SourceTexts(base_dir, mapped.files)
    findings = [
        _different(change, places.get(change.object), texts, mapped, severity=severity)
        for change in changes
        if change.type != UNDECIDED
    ]
    return findings, sum(change.type == UNDECIDED for change in changes)


def _different(
    change: SchemaChange, place: Place | None, texts: SourceTexts, mapped: MappedText, *, severity: str
) -> Finding:
    index = 0 if place is None or place.file is None else list(mapped.files).index(place.file)
    line, column = (1, 1) if place is None else (place.line, place.column)
    excerpt, excerpt_column = texts.excerpt(index, texts.offset(index, line, column))
    words = [change.type.replace("_", " ").lower(), change.column or ""]
    message = f"the server has another {change.object}: {' '.join(word for word in words if word)}"
    values = [value for value in (change.old_value, change.new_value) if value is not None]
    if values:
        message += f": {' -> '.join(values)}"
    return Finding(
        code="VERIFY_002",
        severity=severity,
        message=message,
        hint="Code in the files may have made it (DO, SELECT, CALL)."
        if severity == "note"
        else "Please report it, with the statements that it is about.",
        file=mapped.files[index],
        line=line,
        column=column,
        excerpt=excerpt,
        excerpt_column=excerpt_column,
    )
