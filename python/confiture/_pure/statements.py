"""Divides text into statements; ``docs/statements.md`` says how.

Every byte belongs to one span. What a statement is called is worked out in ``naming.py``, what it has in
common with others in ``normalizing.py``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from confiture._pure.lexer import BYTE_ORDER_MARK, Scanner, encoded
from confiture._pure.naming import name_of
from confiture._pure.normalizing import normalized_statement, resolved_tokens
from confiture._pure.paths import as_prefix, native_path
from confiture._pure.progress import report, report_end
from confiture._pure.sources import bundle_content, text_source
from confiture._pure.tokens import joined

if TYPE_CHECKING:
    from confiture._interface import Progress, SqlFile, SqlObject, SqlOpen, SqlSpan, SqlStatement, SqlText
    from confiture._pure.lexer import Cut
    from confiture._pure.tokens import Token

__all__ = [
    "SplitStatement",
    "normalize_statements",
    "read_files",
    "split_contents",
    "split_for_parsing",
    "split_statements",
]

_KINDS = ("statement", "gap", "psql", "data", "discarded")


def split_statements(text: str, *, fingerprints: bool = False, spans: bool = True) -> SqlText:
    """The statements of a text, the spans that all its bytes belong to, and what it leaves open.

    Args:
        text: The text, perhaps with a byte order mark.
        fingerprints: Whether each statement's fingerprint is worked out.
        spans: Whether the spans are given; without, there are none in the result.

    Raises:
        UnicodeEncodeError: The text holds half a surrogate pair.
    """
    shift = len(BYTE_ORDER_MARK) if text.startswith("\ufeff") else 0
    splitter = _Splitter(encoded(text), shift, fingerprints, keeps_spans=spans)
    splitter.run()
    return splitter.finish()


def normalize_statements(text: str) -> list[str]:
    """The normalised text of each statement of a text.

    Raises:
        UnicodeEncodeError: The text holds half a surrogate pair.
    """
    splitter = _Splitter(encoded(text), 0, False, keeps_spans=False, keeps_texts=True)
    splitter.run()
    return [normalized.decode("utf-8") for normalized in splitter.texts]


def read_files(base_dir: str, paths: Sequence[str], *, progress: Progress | None = None) -> list[bytes]:
    """The contents of files.

    Args:
        base_dir: Directory the relative paths start from.
        paths: Relative paths.
        progress: Told now and then how many files are done.

    Raises:
        SchemaError: A file cannot be read, is not UTF-8 or holds a NUL byte.
    """
    prefix = as_prefix(base_dir)
    contents: list[bytes] = []
    for path in paths:
        native = native_path(prefix, path)
        source = text_source(native)
        bundle_content(native, source)
        contents.append(source)
        report(progress, len(contents), len(paths))
    report_end(progress, len(paths))
    return contents


def split_contents(contents: Sequence[bytes]) -> list[SqlFile]:
    """The statements of contents, with fingerprints, and how many bytes each kind of span has.

    Args:
        contents: What ``read_files`` gives.
    """
    files: list[SqlFile] = []
    for source in contents:
        content = source.removeprefix(BYTE_ORDER_MARK)
        splitter = _Splitter(content, len(source) - len(content), True)
        splitter.run()
        statements, spans, opened = splitter.finish()
        sizes = dict.fromkeys(_KINDS, 0)
        for kind, start, end, *_ in spans:
            sizes[kind] += end - start
        kept = [span for span in spans if span[0] not in ("statement", "gap")]
        statement, gap, psql, data, discarded = sizes.values()
        files.append((statements, kept, opened, (statement, gap, psql, data, discarded)))
    return files


class _Splitter(Scanner):
    """Makes statements and spans of what is found.

    Attributes:
        texts: The normalised texts of the statements, if they are kept.
    """

    __slots__ = (
        "_all_cuts",
        "_at",
        "_column",
        "_fingerprints",
        "_keeps_spans",
        "_keeps_texts",
        "_line",
        "_placed",
        "_shift",
        "_spans",
        "_statements",
        "_unsent_span",
        "_unsent_statement",
        "texts",
    )

    def __init__(
        self,
        content: bytes,
        shift: int,
        fingerprints: bool,
        *,
        keeps_spans: bool = True,
        keeps_texts: bool = False,
    ) -> None:
        super().__init__(content)
        self._shift = shift
        self._fingerprints = fingerprints
        self._keeps_spans = keeps_spans
        self._keeps_texts = keeps_texts
        self._statements: list[SqlStatement] = []
        self._spans: list[SqlSpan] = []
        self.texts: list[bytes] = []
        # Spans are made up to here; the cuts are those from here on.
        self._at = -shift
        self._all_cuts: list[Cut] = []
        # The first statement and span that psql has not sent yet.
        self._unsent_statement = 0
        self._unsent_span = 0
        # The place of an offset.
        self._placed = 0
        self._line = 1
        self._column = 1

    def finish(self) -> SqlText:
        """What the text comes to, once it was read."""
        content = self._content
        self._gap(len(content))
        opened: SqlOpen | None = None
        if self.open is not None:
            found: tuple[str, int] | None = self.open
        elif self._depth:
            found = ("parenthesis", self._parenthesis)
        else:
            found = ("routine_body", self._bodies[0]) if self._bodies else None
        if found is not None:
            kind, offset = found
            line_start = content.rfind(b"\n", 0, offset) + 1
            column = len(content[line_start:offset].decode("utf-8")) + 1
            opened = (kind, content.count(b"\n", 0, offset) + 1, column)
        return self._statements, self._spans, opened

    def _on_cut(self, kind: str, start: int, end: int) -> None:
        self._all_cuts.append((kind, start, end))

    def _on_sent(self) -> None:
        self._unsent_statement = len(self._statements)
        self._unsent_span = len(self._spans)

    def _on_dropped(self) -> None:
        if self._start >= 0:
            self._gap(self._start)
            self._pieces(self._token_end, "discarded", -1)
        for index in range(self._unsent_span, len(self._spans)):
            kind, start, end, line, column, _ = self._spans[index]
            if kind == "statement":
                self._spans[index] = ("discarded", start, end, line, column, -1)
        del self._statements[self._unsent_statement :]
        del self.texts[self._unsent_statement :]
        self._on_sent()

    def _on_statement(self, end: int, terminator: int, is_terminated: bool) -> None:
        content, start = self._content, self._start
        self._gap(start)
        line, column = self._place(start)
        text, text_start, text_end = content, start, end - terminator
        if self._cuts and self._cuts[0][1] < end:
            # A string that psql's command breaks may swallow what comes after the last token.
            self._note(text_end)
            text = joined(content, start, self._token_end, self._cuts)
            text_start, text_end = 0, len(text)
        self._on_text(text, text_start, text_end)
        kind, objects, form = name_of(resolved_tokens(text, text_start, text_end))
        fingerprint = ""
        if self._fingerprints or self._keeps_texts:
            source = resolved_tokens(text, text_start, text_end)
            normalized = normalized_statement(kind, source)
            if self._keeps_texts:
                self.texts.append(normalized)
            else:
                fingerprint = hashlib.sha256(normalized).hexdigest()
        shift = self._shift
        self._pieces(end, "statement", len(self._statements))
        self._statements.append(
            (kind, objects, form, start + shift, end + shift, line, column, is_terminated, fingerprint)
        )

    def _on_text(self, text: bytes, start: int, end: int) -> None:
        """The next statement is this part of a text, without its terminator."""

    def _gap(self, end: int) -> None:
        """Make spans of what is between statements, up to an offset."""
        cuts = self._all_cuts
        if cuts:
            for index, cut in enumerate(cuts):
                if cut[1] >= end:
                    del cuts[:index]
                    break
                if cut[1] > self._at:
                    self._span("gap", cut[1], -1)
                self._span(cut[0], cut[2], -1)
            else:
                cuts.clear()
        if end > self._at:
            self._span("gap", end, -1)

    def _pieces(self, end: int, kind: str, statement: int) -> None:
        """Make spans of the rest of a statement."""
        cuts = self._all_cuts
        if cuts:
            kept = [cut for cut in cuts if cut[1] >= end]
            for cut in cuts[: len(cuts) - len(kept)]:
                if cut[1] > self._at:
                    self._span(kind, cut[1], statement)
                self._span(cut[0], cut[2], -1)
            self._all_cuts = kept
        if end > self._at:
            self._span(kind, end, statement)

    def _span(self, kind: str, end: int, statement: int) -> None:
        """Make a span of what comes next."""
        if self._keeps_spans:
            start = self._at
            line, column = self._place(start)
            self._spans.append((kind, start + self._shift, end + self._shift, line, column, statement))
        self._at = end

    def _place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset that is no lower than the one before."""
        placed = self._placed
        if offset > placed:
            content = self._content
            line_breaks = content.count(b"\n", placed, offset)
            if line_breaks:
                self._line += line_breaks
                self._column = 1
                placed = content.rfind(b"\n", placed, offset) + 1
            between = content[placed:offset]
            self._column += len(between) if between.isascii() else len(between.decode("utf-8"))
            self._placed = offset
        return self._line, self._column


class SplitStatement:
    """A statement that is still to be parsed.

    Attributes:
        kind: Its command tag.
        form: As in a `SqlStatement`.
        line: Line of its first character.
        column: Column of its first character.
    """

    __slots__ = ("_content", "_end", "_objects", "_start", "column", "form", "kind", "line")

    def __init__(self, statement: SqlStatement, content: bytes, start: int, end: int) -> None:
        self.kind, self._objects, self.form = statement[:3]
        self.line, self.column = statement[5:7]
        self._content = content
        self._start = start
        self._end = end

    @property
    def identity(self) -> SqlObject | None:
        """What it touches first."""
        return self._objects[0] if self._objects else None

    def tokens(self) -> Iterable[Token]:
        """Its tokens, without its terminator."""
        return resolved_tokens(self._content, self._start, self._end)

    def fingerprint(self) -> str:
        """SHA-256 of its normalised text."""
        return hashlib.sha256(normalized_statement(self.kind, self.tokens())).hexdigest()


class _Parsed(_Splitter):
    """Keeps where the text of each statement is."""

    __slots__ = ("ranges",)

    def __init__(self, content: bytes, shift: int) -> None:
        super().__init__(content, shift, False, keeps_spans=False)
        self.ranges: list[tuple[bytes, int, int]] = []

    def _on_text(self, text: bytes, start: int, end: int) -> None:
        del self.ranges[len(self._statements) :]
        self.ranges.append((text, start, end))


def split_for_parsing(content: bytes, shift: int) -> list[SplitStatement]:
    """The statements of a text.

    Args:
        content: The text without its byte order mark.
        shift: The bytes of the mark.
    """
    splitter = _Parsed(content, shift)
    splitter.run()
    statements, _, _ = splitter.finish()
    return [
        SplitStatement(statement, *placed)
        for statement, placed in zip(statements, splitter.ranges, strict=False)
    ]
