"""Runs of a metadata store, and their differences, as text and as Markdown."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import UNSET

from confiture._failures import display_path
from confiture.artifacts import dumps_json
from confiture.cli.diff_markdown import as_code, escaped
from confiture.models.metadata import PruneReport, PushReport, RunDiff, StoredRunContents, StoredRuns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from confiture.artifacts import Document
    from confiture.models.metadata import FieldChange, NodeChange, RunContents, StoredRun
    from confiture.models.sql_changes import SqlReason

__all__ = ["render_markdown", "render_text"]

_SIGNS = {"added": "+", "removed": "-", "modified": "~"}
_LONGEST_VALUE = 60
_SHORT_ID = 8
_HEADINGS = ("run", "pushed", "dataset", "environment", "commit", "nodes", "edges")


def render_text(document: Document) -> str:
    """A report of ``confiture metadata`` for people."""
    if isinstance(document, StoredRuns):
        return _aligned([_HEADINGS, *map(_row, document.runs)]) if document.runs else "no runs\n"
    if isinstance(document, StoredRunContents):
        lines = [_told(document.run), *(f"  {count} {kind}" for kind, count in _kinds(document.contents))]
    elif isinstance(document, PushReport):
        lines = _pushed(document)
    elif isinstance(document, PruneReport):
        lines = _pruned(document)
    else:
        assert isinstance(document, RunDiff)
        lines = [_summary(document)]
        for node in document.nodes:
            verdict = "" if node.sql is None else f"  [{_words(node.sql.verdict)}]"
            called = display_path(f"{node.kind} {node.identity}")
            lines.append(f"{_SIGNS[node.change]} {called}{verdict}")
            lines += [f"    {display_path(_reason(reason))}" for reason in _reasons(node)]
            lines += [f"    {display_path(_field(field))}" for field in node.fields]
        for edge in document.edges:
            needs = f"{edge.source} needs {edge.target} ({edge.kind.replace('_', ' ')})"
            lines.append(f"{_SIGNS[edge.change]} {display_path(needs)}")
        if document.downstream:
            lines.append("downstream:")
            lines += [
                f"  {display_path(one.identity)} ({_steps(one.distance)})" for one in document.downstream
            ]
        if document.columns:
            lines.append("columns downstream of changed ones:")
            lines += [
                f"  {display_path(f'{one.node}.{one.column}')} ({_steps(one.distance)})"
                for one in document.columns
            ]
        lines += [f"note: {note}" for note in document.notes]
    return "\n".join([*lines, ""])


def render_markdown(document: Document) -> str:
    """A report of ``confiture metadata`` for a pull request."""
    if isinstance(document, StoredRuns):
        rows = [_HEADINGS, tuple("---" for _ in _HEADINGS), *map(_row, document.runs)]
        return "".join(f"| {' | '.join(map(_cell, row))} |\n" for row in rows)
    if isinstance(document, StoredRunContents):
        kinds = (f"- {count} {escaped(kind)}" for kind, count in _kinds(document.contents))
        lines = ["### Run", "", escaped(_told(document.run)), "", *kinds]
    elif isinstance(document, PruneReport):
        lines = [*map(escaped, _pruned(document))]
    else:
        assert isinstance(document, RunDiff)
        lines = ["### Changes between two runs", "", escaped(_summary(document)), ""]
        for node in document.nodes:
            verdict = "" if node.sql is None else f": **{_words(node.sql.verdict)}**"
            called = as_code(display_path(node.identity))
            lines.append(f"- {_SIGNS[node.change]} {escaped(display_path(node.kind))} {called}{verdict}")
            lines += [f"  - {escaped(display_path(_reason(reason)))}" for reason in _reasons(node)]
            lines += [f"  - {as_code(display_path(_field(field)))}" for field in node.fields]
        for edge in document.edges:
            source, target = as_code(display_path(edge.source)), as_code(display_path(edge.target))
            lines.append(f"- {_SIGNS[edge.change]} {source} needs {target}")
        if document.downstream:
            reached = [f"  - {as_code(display_path(one.identity))}" for one in document.downstream]
            lines += [f"- downstream: {len(document.downstream)}", *reached]
        if document.columns:
            names = (f"{one.node}.{one.column}" for one in document.columns)
            lines.append(f"- columns downstream of changed ones: {len(document.columns)}")
            lines += [f"  - {as_code(display_path(name))}" for name in names]
        lines += ["", *(escaped(note) for note in document.notes)]
    return "\n".join(lines).rstrip() + "\n"


def _cell(text: str) -> str:
    return text if text == "---" else escaped(text)


def _row(run: StoredRun) -> Sequence[str]:
    commit = "-" if run.git_sha is None else run.git_sha[:_SHORT_ID] + ("+" if run.git_is_modified else "")
    return (
        run.id[:_SHORT_ID],
        f"{run.created_at:%Y-%m-%d %H:%M:%S}",
        display_path(run.dataset),
        display_path(run.environment or "-"),
        commit,
        str(run.nodes),
        str(run.edges),
    )


def _aligned(rows: Iterable[Sequence[str]]) -> str:
    table = list(rows)
    widths = [max(len(row[number]) for row in table) for number in range(len(_HEADINGS))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in table)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _told(run: StoredRun) -> str:
    environment = f" in {display_path(run.environment)}" if run.environment else ""
    return (
        f"run {run.id} of {display_path(run.dataset)}{environment}, "
        f"pushed {run.created_at:%Y-%m-%d %H:%M:%S} UTC: {run.nodes} nodes, {run.edges} edges"
    )


def _kinds(contents: RunContents) -> list[tuple[str, int]]:
    if contents.schema is not None:
        kinds = [item.kind for item in contents.schema.objects]
    else:
        kinds = [node.resource_type for node in contents.dbt.nodes] if contents.dbt is not None else []
    return sorted(Counter(map(display_path, kinds)).items())


def _pushed(report: PushReport) -> list[str]:
    written = (
        f"{report.node_rows} rows of nodes, {report.column_rows} of columns and {report.edge_rows} of edges "
        "written"
        if report.node_rows or report.edge_rows
        else "the store has all of it already"
    )
    return [_told(report.run), f"  {written}"]


def _pruned(report: PruneReport) -> list[str]:
    return [
        f"{len(report.runs)} runs removed, {report.node_rows} rows of nodes and {report.edge_rows} of edges"
    ]


def _summary(report: RunDiff) -> str:
    names = f"{report.old.id[:_SHORT_ID]} -> {report.new.id[:_SHORT_ID]}"
    if report.ok:
        return f"{names}: no changes"
    counts = Counter(node.change for node in report.nodes)
    nodes = ", ".join(f"{counts[change]} {change}" for change in _SIGNS if counts[change]) or "none changed"
    verdicts = Counter(node.sql.verdict for node in report.nodes if node.sql is not None)
    if verdicts:
        told = ", ".join(f"{verdicts[verdict]} {_words(verdict)}" for verdict in sorted(verdicts))
        nodes += f" (queries: {told})"
    return f"{names}: nodes: {nodes}; edges: {len(report.edges)} changed; {len(report.downstream)} downstream"


def _words(name: str) -> str:
    """A word of an artifact as people write it."""
    return name.replace("_", "-") if name.endswith("breaking") else name.replace("_", " ")


def _reasons(node: NodeChange) -> Sequence[SqlReason]:
    return node.sql.reasons if node.sql is not None else ()


def _reason(reason: SqlReason) -> str:
    """One reason in words: ``column b removed``, ``filter added``."""
    what = reason.what
    if what.startswith("column_") and reason.name is not None:
        told = f"column {reason.name}: {what.removeprefix('column_')}"
    else:
        told = _words(what)
    return f"{told}: {reason.detail}" if reason.detail else told


def _field(field: FieldChange) -> str:
    if field.old is UNSET:
        return f"+ {field.path}: {_value(field.new)}"
    if field.new is UNSET:
        return f"- {field.path}: {_value(field.old)}"
    return f"~ {field.path}: {_value(field.old)} -> {_value(field.new)}"


def _value(value: object) -> str:
    text = dumps_json(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _steps(distance: int) -> str:
    return "1 step" if distance == 1 else f"{distance} steps"
