"""The documents that ``confiture build`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict, replace

from confiture.artifacts.missing import missing_if_none
from confiture.cli.output import encodable
from confiture.models.build import SplitBuildReport
from confiture.models.documents import BuildDocument, BundlePart, SelectionDocument, SplitBuildDocument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture.models.build import BuildReport, BundleReport, SelectionReport

__all__ = ["build_document", "selection_document"]


def build_document(
    report: BuildReport | SplitBuildReport, is_current: bool | None = None
) -> BuildDocument | SplitBuildDocument:
    """The document of a build, or of a comparison with what would be built.

    Args:
        report: The report.
        is_current: Whether the bundle is what would be built; None if it was built.
    """
    facts: dict[str, Any] = {
        "ok": is_current is not False,
        "up_to_date": missing_if_none(is_current),
        "environment": report.environment,
        "tree_digest": report.tree_digest,
        "engine": report.engine,
        "seconds": report.seconds,
        "included": [encodable(path) for path in report.included],
        "warnings": report.warnings,
        "skipped": report.skipped,
    }
    if isinstance(report, SplitBuildReport):
        return SplitBuildDocument(
            superuser_pre=BundlePart(**_bundle(report.superuser_pre)),
            app=BundlePart(**_bundle(report.app)),
            superuser_post=BundlePart(**_bundle(report.superuser_post)),
            **facts,
        )
    source_map = None if report.source_map is None else encodable(report.source_map)
    return BuildDocument(source_map=missing_if_none(source_map), **_bundle(report.bundle), **facts)


def selection_document(
    report: SelectionReport, included: Sequence[str] | None, warnings: list[str]
) -> SelectionDocument:
    """The document of a selection; `included` is None if it is not known."""
    return SelectionDocument(
        ok=True,
        environment=report.environment,
        base_dir=encodable(report.base_dir),
        files=[replace(file, file=encodable(file.file), entry=encodable(file.entry)) for file in report],
        included=None if included is None else [encodable(path) for path in included],
        warnings=warnings,
        skipped=report.skipped,
    )


def _bundle(report: BundleReport) -> dict[str, Any]:
    return {**asdict(report), "output": None if report.output is None else encodable(report.output)}
