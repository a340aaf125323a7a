"""The bundle; ``docs/bundle.md`` specifies its bytes.

Each source file is read once and may be held in memory whole. The tree never is, unless
`build_schema` is asked for its text.
"""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from confiture import _failures
from confiture._pure.body import Body
from confiture._pure.digest import digest_line, digest_of_lines
from confiture._pure.lexer import locate_open_construct
from confiture._pure.output import FileOutput, Output
from confiture._pure.paths import as_prefix, native_path
from confiture._pure.progress import report, report_end
from confiture._pure.sources import bundle_content, source_chunks

if TYPE_CHECKING:
    from confiture._interface import Finding, Header, Part, Progress, Segment, Written
    from confiture._pure.includes import Includer, Scanned

#: What stands in every file that includes another.
_INCLUDE_MARK = b"\\i"
#: Stands where a digest will: it has a digest's width.
_PLACEHOLDER = "0" * 64


def _filled(header: Header, tree_digest: str, body_digest: str) -> bytes:
    return "".join((header[0], tree_digest, header[1], body_digest, header[2])).encode("utf-8")


class _Tree:
    """The files of a build, as they are read one after the other."""

    def __init__(
        self,
        base_dir: str,
        paths: Sequence[str],
        separator: Sequence[str],
        fatal: Sequence[str] | None,
        include_dir: str | None,
        never: Sequence[str],
        forbidden: Sequence[str],
        progress: Progress | None,
    ) -> None:
        """The arguments are those of `write_schema`."""
        self._base_dir = base_dir
        self._prefix = as_prefix(base_dir)
        self._paths = paths
        self._separator = separator
        if unknown := set(fatal or ()) - set(_failures.OPEN_CONSTRUCTS):
            raise ValueError(f"unknown construct {min(unknown)!r}")
        self._fatal = fatal
        self._include_dir = include_dir
        self._never = never
        self._forbidden = forbidden
        self._includer: Includer | None = None
        self._progress = progress
        self._lines = [""] * len(paths)
        self._opened: dict[int, tuple[str, int, int]] = {}
        self._done = 0
        self._source_bytes = 0
        # Files that are included and not selected have the numbers after those of the paths, as they come.
        self._numbers: dict[str, int] = {}
        self._digests: dict[str, str] = {}

    def write_body(self, indices: Sequence[int], body: Body) -> tuple[int, int]:
        """Write the body of a bundle.

        Args:
            indices: The files it holds.
            body: Takes their text.

        Returns:
            Number of files, and the bytes of all that was read for them.
        """
        self._source_bytes = 0
        for index in indices:
            path = self._paths[index]
            native = native_path(self._prefix, path)
            source = b"".join(source_chunks(native))
            self._source_bytes += len(source)
            self._lines[index] = digest_line(self._digest(native, source), path)
            content = bundle_content(native, source)
            body.add_text(path.join(self._separator))
            self._add_file(body, [native], path, index, content)
            body.flush()
            self._done += 1
            report(self._progress, self._done, len(self._paths))
        return len(indices), self._source_bytes

    def _digest(self, native: str, source: bytes) -> str:
        digest = hashlib.sha256(source).hexdigest()
        if self._include_dir is not None and self._digests.setdefault(native, digest) != digest:
            # What stands in the bundle is to be what its digest covers.
            failure = _failures.file_unreadable(native, errno.ESTALE)
            raise failure from failure.__cause__
        return digest

    def _add_file(self, body: Body, chain: list[str], path: str, number: int, content: bytes) -> bool:
        """Add a file with what it includes, and whether its last statement is left for psql to send."""
        scanned: Scanned | None = None
        if self._include_dir is not None and (len(chain) > 1 or _INCLUDE_MARK in content):
            from confiture._pure.includes import scan

            scanned = scan(content)
        if self._fatal is not None:
            opened = locate_open_construct(content) if scanned is None else scanned.open
            if opened is not None:
                self._opened[number] = opened
        if scanned is None or not scanned.includes:
            body.add_content(content, number, 1, 1)
            if not content.endswith(b"\n"):
                body.add_text(b"\n")
            return scanned is not None and scanned.is_unfinished
        position = 0
        line = column = 1
        for include in scanned.includes:
            native = self._resolver().resolve(chain, include)
            body.add_content(content[position : include.start], number, line, column)
            if include.column != 1:
                body.add_text(b"\n")
            self._include(body, [*chain, native], native)
            body.add_text(path.join(self._separator))
            position, line, column = include.end, include.end_line, include.end_column
        rest = content[position:]
        body.add_content(rest, number, line, column)
        if rest and not rest.endswith(b"\n"):
            body.add_text(b"\n")
        return scanned.is_unfinished

    def _resolver(self) -> Includer:
        if self._includer is None:
            from confiture._pure.includes import Includer

            self._includer = Includer(
                self._base_dir, self._include_dir or "", self._paths, self._never, self._forbidden
            )
        return self._includer

    def _include(self, body: Body, chain: list[str], native: str) -> None:
        """Add an included file."""
        resolver = self._resolver()
        source = b"".join(source_chunks(native))
        self._source_bytes += len(source)
        self._digest(native, source)
        number = resolver.selected_index(native)
        if number < 0:
            number = self._numbers.setdefault(native, len(self._paths) + len(self._numbers))
        path = resolver.relative(native)
        body.add_text(path.join(self._separator))
        if self._add_file(body, chain, path, number, bundle_content(native, source)):
            body.add_text(b";\n")
        # No more is held than a file's text, and what includes it.
        body.flush()

    def finish(self) -> tuple[str, str, list[Finding], list[str], dict[int, int]]:
        """What is known once all files were read.

        Returns:
            Tree digest, its lines, the findings, the paths of the included files, and for each of their
            numbers so far the one that it has in the order of the lines.

        Raises:
            SchemaError: A file leaves a fatal construct open.
        """
        report_end(self._progress, len(self._paths))
        count = len(self._paths)
        included: dict[str, None] = {}
        rows: list[str] = []
        # The digest's lines are those of which files.
        order: list[int] = []
        for index, line in enumerate(self._lines):
            rows.append(line)
            order.append(index)
            if self._includer is None:
                continue
            for native in self._includer.needed_by(index):
                if native not in included:
                    order.append(count + len(included))
                    included[native] = None
                    rows.append(digest_line(self._digests[native], self._includer.relative(native)))
        natives = [native_path(self._prefix, path) for path in self._paths] if self._opened else []
        natives += included
        numbers = {self._numbers[native]: count + place for place, native in enumerate(included)}
        opened = {numbers.get(number, number): found for number, found in self._opened.items()}
        findings = [(number, *opened[number]) for number in order if number in opened]
        fatal = self._fatal or ()
        unclosed = [
            (natives[number], kind, line, column) for number, kind, line, column in findings if kind in fatal
        ]
        if unclosed:
            raise _failures.unclosed(unclosed)
        lines = "".join(rows)
        paths = [] if self._includer is None else list(map(self._includer.relative, included))
        return digest_of_lines(lines), lines, findings, paths, numbers


def _renumbered(segments: Sequence[Segment] | None, numbers: dict[int, int]) -> list[Segment]:
    return [(start, numbers.get(file, file), line, column) for start, file, line, column in segments or ()]


class _Bundle:
    """One part of a build.

    Attributes:
        facts: ``(files, source bytes, bundle bytes, body SHA-256)``, once it is written.
        segments: Where its text comes from, if that is asked for.
    """

    __slots__ = ("_has_segments", "_header", "facts", "output", "segments")

    def __init__(self, path: str | None, header: Header, has_segments: bool) -> None:
        self._header = header
        self._has_segments = has_segments
        self.segments: list[Segment] | None = None
        self.output = Output() if path is None else FileOutput(path)
        self.facts = (0, 0, 0, "")

    def open(self) -> None:
        """Create the output and write the header, with blanks for the digests."""
        self.output.open()
        self.output.write(_filled(self._header, _PLACEHOLDER, _PLACEHOLDER))

    def write(self, tree: _Tree, indices: Sequence[int]) -> None:
        """Write the body."""
        head = _filled(self._header, _PLACEHOLDER, _PLACEHOLDER)
        body = Body(self.output.write, head if self._has_segments else None)
        files, source_bytes = tree.write_body(indices, body)
        self.facts = (files, source_bytes, len(head) + body.length, body.digest())
        self.segments = body.segments

    def finish(self, tree_digest: str) -> None:
        """Write the digests."""
        self.output.finish(_filled(self._header, tree_digest, self.facts[3]))


def build_schema(
    base_dir: str,
    paths: Sequence[str],
    header: Header,
    separator: Sequence[str],
    *,
    fatal: Sequence[str] | None,
    include_dir: str | None = None,
    never: Sequence[str] = (),
    forbidden: Sequence[str] = (),
    segments: bool = False,
    progress: Progress | None = None,
) -> tuple[str, Written]:
    """The bundle of all `paths` as text, with the facts that `write_schema` returns.

    Arguments and errors are those of `write_schema`.
    """
    tree = _Tree(base_dir, paths, separator, fatal, include_dir, never, forbidden, progress)
    chunks: list[bytes] = []
    body = Body(chunks.append, _filled(header, _PLACEHOLDER, _PLACEHOLDER) if segments else None)
    files, source_bytes = tree.write_body(range(len(paths)), body)
    tree_digest, lines, findings, included, numbers = tree.finish()
    head = _filled(header, tree_digest, body.digest())
    part = (files, source_bytes, len(head) + body.length, body.digest())
    pieces = [_renumbered(body.segments, numbers)] if segments else []
    text = b"".join((head, *chunks)).decode("utf-8")
    return text, (tree_digest, lines, findings, [part], included, pieces)


def write_schema(
    base_dir: str,
    paths: Sequence[str],
    parts: Sequence[Part],
    separator: Sequence[str],
    *,
    fatal: Sequence[str] | None,
    include_dir: str | None = None,
    never: Sequence[str] = (),
    forbidden: Sequence[str] = (),
    segments: bool = False,
    progress: Progress | None = None,
) -> Written:
    r"""Write bundles straight to their files, reading each source file once, in bounded memory.

    Each bundle goes to a temporary file beside its output; all of them take their outputs' places
    only when every part is complete, so an error or a kill leaves the old files.

    Args:
        base_dir: Directory the relative paths start from.
        paths: Relative paths in build order; the tree digest covers them all.
        parts: The bundles; together they hold each path once.
        separator: Pieces between which a file's path is put to make its separator, whole: the line
            breaks around it are part of the pieces.
        fatal: Kinds of open constructs that make the build fail after all files were read; others
            are only returned. ``None``: the files are not searched for open constructs.
        include_dir: Directory that the paths of ``\i`` start from. ``None``: nothing is included, and
            psql's commands stay as they are.
        never: Files that are never included: those that builds write.
        forbidden: What the path of no included file contains, as its separator could not hold it.
        segments: Whether it is told where the text of the bundles comes from.
        progress: Told now and then how many files are done.

    Returns:
        The tree digest, its lines, what was found open, per part ``(files, source bytes, bundle bytes,
        body SHA-256)``, the paths of included files, and per part its segments.

    Raises:
        SchemaError: A file cannot be read or included, is not UTF-8 or holds a NUL byte (the first such file
            in order of parts and paths); a file leaves a fatal construct open (all are listed); an
            output cannot be written.
        ValueError: The parts do not hold each path once.
    """
    selections = [range(len(paths)) if indices is None else indices for _, _, indices in parts]
    if sorted(index for indices in selections for index in indices) != list(range(len(paths))):
        raise ValueError("the parts do not hold each path once")
    tree = _Tree(base_dir, paths, separator, fatal, include_dir, never, forbidden, progress)
    bundles = [_Bundle(path, header, segments) for path, header, _ in parts]
    try:
        for bundle in bundles:
            bundle.open()
        for bundle, indices in zip(bundles, selections, strict=True):
            bundle.write(tree, indices)
        tree_digest, lines, findings, included, numbers = tree.finish()
        for bundle in bundles:
            bundle.finish(tree_digest)
        for bundle in bundles:
            bundle.output.replace()
    finally:
        for bundle in bundles:
            bundle.output.discard()
    facts = [bundle.facts for bundle in bundles]
    pieces = [_renumbered(bundle.segments, numbers) for bundle in bundles] if segments else []
    return tree_digest, lines, findings, facts, included, pieces
