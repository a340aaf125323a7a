"""Findings as SARIF 2.1.0, the OASIS format for the results of static analysis."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import confiture
from confiture.artifacts import dumps_json
from confiture.cli.findings_paths import below_root

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confiture.core.findings import Rule
    from confiture.models.check import CheckReport, Finding
    from confiture.models.verify_report import VerifyReport

__all__ = ["render"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "SRCROOT"


def render(report: CheckReport | VerifyReport, command: str, rules: Mapping[str, Rule]) -> str:
    """The findings as a SARIF log with one run. Nothing in it depends on the machine or the time."""
    seen: Counter[str] = Counter()
    run = {
        "tool": {
            "driver": {
                "name": "confiture",
                "version": confiture.__version__,
                "rules": _rules(rules, "findings" if command == "check" else command),
            }
        },
        "automationDetails": {"id": f"confiture/{command}/{report.environment}"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the checkout."}}},
        "results": [_result(report, finding, seen, rules) for finding in report.findings],
    }
    return dumps_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _rules(rules: Mapping[str, Rule], page: str) -> list[dict[str, Any]]:
    return [
        {
            "id": code,
            "name": rule.name,
            "shortDescription": {"text": rule.summary},
            "fullDescription": {"text": rule.description},
            "defaultConfiguration": {"level": rule.severity},
            "help": {"text": f"{rule.description} See docs/{page}.md, {code}."},
        }
        for code, rule in rules.items()
    ]


def _result(
    report: CheckReport | VerifyReport, finding: Finding, seen: Counter[str], rules: Mapping[str, Rule]
) -> dict[str, Any]:
    message = finding.message
    related = finding.related
    if related is not None:
        message += f"; see [{_text(f'{related.file}:{related.line}')}](1)"
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": list(rules).index(finding.code),
        "level": finding.severity,
        "message": {"text": f"{message}. {finding.hint}"},
        "locations": [_location(report, finding.file, finding.line, finding.column)],
        "partialFingerprints": {"confitureFinding/v1": _fingerprint(finding, seen)},
    }
    if related is not None:
        location = _location(report, related.file, related.line, related.column)
        result["relatedLocations"] = [{"id": 1, **location}]
    return result


def _location(report: CheckReport | VerifyReport, file: str, line: int, column: int) -> dict[str, Any]:
    path = os.path.join(report.base_dir, file)
    relative = below_root(path)
    if relative is None:
        artifact = {"uri": "file://" + quote(os.fsencode(path))}
    else:
        artifact = {"uri": quote(os.fsencode(relative)), "uriBaseId": _ROOT}
    return {
        "physicalLocation": {
            "artifactLocation": artifact,
            "region": {"startLine": line, "startColumn": column},
        }
    }


def _fingerprint(finding: Finding, seen: Counter[str]) -> str:
    """What stays when lines move: the code, the file, the reason, and the number among equals."""
    what = f"{finding.code}\0{finding.file}\0{finding.message}"
    seen[what] += 1
    return hashlib.sha256(f"{what}\0{seen[what]}".encode()).hexdigest()


def _text(text: str) -> str:
    r"""Text as it stands in a SARIF message, in which brackets make links."""
    for character in "\\[]":
        text = text.replace(character, "\\" + character)
    return text
