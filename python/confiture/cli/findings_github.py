"""Findings as workflow commands, which GitHub shows beside the lines they are about."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from confiture.cli.findings_paths import below_root

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confiture.core.findings import Rule
    from confiture.models.check import CheckReport, Finding
    from confiture.models.verify_report import VerifyReport

__all__ = ["commands", "workflow_command"]

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def commands(report: CheckReport | VerifyReport, rules: Mapping[str, Rule]) -> list[str]:
    """One command for each finding."""
    return [_command(report, finding, rules[finding.code]) for finding in report.findings]


def _command(report: CheckReport | VerifyReport, finding: Finding, rule: Rule) -> str:
    def shown(file: str) -> str:
        path = os.path.join(report.base_dir, file)
        return below_root(path) or path

    message = finding.message
    if finding.related is not None:
        related = finding.related
        message += f"; see {shown(related.file)}:{related.line}:{related.column}"
    properties = {
        "file": shown(finding.file),
        "line": str(finding.line),
        "col": str(finding.column),
        "title": f"{finding.code} {rule.name}",
    }
    return workflow_command(_COMMANDS[finding.severity], properties, f"{message}. {finding.hint}")


def workflow_command(level: str, properties: Mapping[str, str], message: str) -> str:
    """A command that shows a message: ``error``, ``warning`` or ``notice``."""
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
