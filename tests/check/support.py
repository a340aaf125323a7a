"""Projects to check, and what is found in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.core.builder import SchemaBuilder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from confiture.models.check import CheckReport

    Make = Callable[..., Path]


#: Codes of what the model of a bundle tells.
OF_MODELS = ("CHECK_013", "CHECK_014", "CHECK_015", "CHECK_016", "CHECK_017")


def check(
    make_project: Make,
    files: Mapping[str, str | bytes],
    *,
    ignore: Sequence[str] = OF_MODELS,
    **others: str | bytes,
) -> CheckReport:
    """The report of a project with these files below ``db/schema``, and others with ``/`` as ``__``."""
    placed = {f"db/schema/{name}": content for name, content in files.items()}
    placed |= {name.replace("__", "/"): content for name, content in others.items()}
    return SchemaBuilder("local", make_project(placed)).check_statements(ignore=ignore)


def brief(report: CheckReport) -> list[str]:
    """Each finding in one line: severity, code and place, and the other place."""
    return [
        f"{finding.severity} {finding.code} {finding.file}:{finding.line}:{finding.column}"
        + ("" if finding.related is None else f" {finding.related.file}:{finding.related.line}")
        for finding in report.findings
    ]
