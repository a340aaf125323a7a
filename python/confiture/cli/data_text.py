"""Comparisons of tables as text and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._failures import display_path
from confiture.cli.diff_markdown import as_code, escaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from confiture.models.data_diff import (
        ColumnChange,
        ColumnProfile,
        DataDiff,
        Profile,
        RelationDiff,
        RowCounts,
        ValueDiff,
    )

__all__ = ["render_markdown", "render_text"]

_SIGNS = {"added": "+", "removed": "-", "compared": "~"}
_LONGEST_VALUE = 60
_WIDEST_BAR = 20

#: What a table has: its title, its headings, its rows.
_Table = tuple[str, "Sequence[str]", "Sequence[Sequence[str]]"]


def render_text(report: DataDiff) -> str:
    """A comparison for people."""
    lines = []
    for relation in report.relations:
        lines.append(
            f"{'=' if relation.ok else _SIGNS[relation.change]} {_title(relation)}: {_summary(relation)}"
        )
        if relation.failure is not None and relation.failure.hint:
            lines.append(f"    hint: {relation.failure.hint}")
        for title, headings, rows in _tables(relation):
            lines.append(f"  {title}")
            lines += [f"    {line}" for line in _aligned([headings, *rows])]
        lines += [f"  note: {display_path(note)}" for note in relation.notes]
    if not report.relations:
        lines.append("nothing to compare")
    if len(report.relations) > 1:
        lines.append(_total(report))
    lines += [f"note: {display_path(note)}" for note in report.notes]
    return "\n".join([*lines, ""])


def render_markdown(report: DataDiff) -> str:
    """A comparison for a pull request."""
    lines = ["### Changes of data", "", escaped(_total(report)), ""]
    for relation in report.relations:
        sign = "=" if relation.ok else _SIGNS[relation.change]
        lines += [f"- {sign} {as_code(_title(relation))}: {escaped(_summary(relation))}"]
    for relation in report.relations:
        tables = list(_tables(relation))
        if not tables and not relation.notes:
            continue
        lines += ["", "<details>", f"<summary>{_html(_title(relation))}</summary>", ""]
        for title, headings, rows in tables:
            lines += [
                escaped(title),
                "",
                f"| {' | '.join(map(escaped, headings))} |",
                f"|{'---|' * len(headings)}",
            ]
            lines += [f"| {' | '.join(escaped(cell) for cell in row)} |" for row in rows]
            lines.append("")
        lines += [escaped(display_path(note)) for note in relation.notes]
        lines += ["", "</details>"]
    lines += ["", *(escaped(display_path(note)) for note in report.notes)]
    return "\n".join(lines).rstrip() + "\n"


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _title(relation: RelationDiff) -> str:
    if relation.identity is not None:
        return display_path(relation.identity)
    names = dict.fromkeys(display_path(name) for name in (relation.old, relation.new) if name is not None)
    return " -> ".join(names)


def _total(report: DataDiff) -> str:
    differing = sum(not one.ok for one in report.relations)
    return _counted(len(report.relations), "relation", f"compared, {differing} with differences")


def _counted(count: int, what: str, more: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'} {more}".rstrip()


def _summary(relation: RelationDiff) -> str:
    if relation.failure is not None:
        return f"not compared: {relation.failure.message}"
    if relation.change != "compared":
        return relation.change
    parts = []
    if relation.rows is not None:
        parts.append(_row_counts(relation.rows))
    if relation.values is not None:
        parts.append(_value_counts(relation.values))
    if relation.schema:
        parts.append(_counted(len(relation.schema), "change", "of columns"))
    profiled = sum(not one.is_equal for one in relation.profile or ())
    if profiled:
        parts.append(_counted(profiled, "column", "with another profile"))
    if relation.ok:
        parts.append("no differences")
    return "; ".join(parts) or "differences"


def _row_counts(rows: RowCounts) -> str:
    if rows.old == rows.new:
        return f"{rows.new:,} rows"
    return f"{rows.old:,} -> {rows.new:,} rows"


def _value_counts(values: ValueDiff) -> str:
    counts = (
        (values.changed_rows, "changed"),
        (values.only_new_rows, "added"),
        (values.only_old_rows, "removed"),
    )
    told = [f"{count:,} {what}" for count, what in counts if count]
    return f"by {', '.join(map(display_path, values.key))}: {', '.join(told) or 'all equal'}"


def _tables(relation: RelationDiff) -> Iterator[_Table]:
    if relation.schema:
        yield "columns", ("change", "column", "old", "new"), [_change(one) for one in relation.schema]
    if relation.values is not None:
        yield from _value_tables(relation.values)
    if relation.profile is not None:
        yield from _profile_tables(relation.profile)
    for top in relation.top or ():
        rows = [(_shown(one.value), f"{one.old:,}", f"{one.new:,}") for one in top.values]
        if rows:
            yield f"most frequent values of {display_path(top.column)}", ("value", "old", "new"), rows
    for histogram in relation.histograms or ():
        most = max((max(one.old, one.new) for one in histogram.bins), default=0)
        bars = [
            (one.start, f"{one.old:,}", f"{one.new:,}", _bar(one.old, most), _bar(one.new, most))
            for one in histogram.bins
        ]
        if bars:
            title = (
                f"{display_path(histogram.column)} from {histogram.bins[0].start} to {histogram.bins[-1].end}"
            )
            yield title, ("from", "old", "new", "old", "new"), bars


def _bar(count: int, most: int) -> str:
    # What is there is seen, however little it is.
    return "#" * (-(-count * _WIDEST_BAR // most) if most else 0)


def _change(change: ColumnChange) -> Sequence[str]:
    return change.change, display_path(change.column), _shown(change.old, "-"), _shown(change.new, "-")


def _value_tables(values: ValueDiff) -> Iterator[_Table]:
    rows: list[Sequence[str]] = [
        (
            display_path(one.column),
            f"{one.changed:,}" if one.is_compared else "not compared",
            f"{one.became_null:,}",
            f"{one.was_null:,}",
            f"{one.equal:,}",
        )
        for one in values.columns
        if one.differing or not one.is_compared
    ]
    if rows:
        yield "values by column", ("column", "changed", "became NULL", "was NULL", "equal"), rows
    key = ", ".join(map(display_path, values.key))
    changed = [
        (_key(row.key), display_path(cell.column), _shown(cell.old), _shown(cell.new))
        for row in values.changed
        for cell in row.cells
    ]
    if changed:
        title = f"{len(values.changed)} of {_counted(values.changed_rows, 'changed row', '')}"
        yield title, (key, "column", "old", "new"), changed
    for what, sample, count in (
        ("added", values.only_new, values.only_new_rows),
        ("removed", values.only_old, values.only_old_rows),
    ):
        if sample:
            title = f"{len(sample)} of {_counted(count, f'{what} row', '')}"
            yield title, (key,), [(_key(row.key),) for row in sample]


def _profile_tables(profiles: Iterable[ColumnProfile]) -> Iterator[_Table]:
    for one in profiles:
        was, now = dict(_statistics(one.old)), dict(_statistics(one.new))
        rows = [(name, was.get(name, "-"), now.get(name, "-")) for name in {**was, **now}]
        sign = "" if one.is_equal else ", which differs"
        yield f"profile of {display_path(one.column)}{sign}", ("", "old", "new"), rows


def _statistics(profile: Profile) -> Iterator[tuple[str, str]]:
    yield "nulls", f"{profile.nulls:,}"
    if profile.distinct is not None:
        yield "distinct", f"{profile.distinct:,}"
    if profile.minimum is not None:
        yield "minimum", _shown(profile.minimum)
        yield "maximum", _shown(profile.maximum)
    numbers = (("mean", profile.mean), ("stddev", profile.stddev))
    quartiles = zip(("quarter", "median", "three quarters"), profile.quantiles, strict=False)
    for name, number in (*numbers, *quartiles):
        if number is not None:
            yield name, f"{number:.6g}"
    if profile.longest is not None:
        yield "characters", f"{profile.shortest:,} to {profile.longest:,}"
    if profile.true_share is not None:
        yield "true", f"{profile.true_share:.2%}"


def _key(key: Sequence[str | None]) -> str:
    return ", ".join(_shown(part) for part in key)


def _shown(text: str | None, nothing: str = "NULL") -> str:
    if text is None:
        return nothing
    shown = display_path(text)
    return shown if len(shown) <= _LONGEST_VALUE else f"{shown[:_LONGEST_VALUE]}…"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[number]) for row in rows) for number in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
