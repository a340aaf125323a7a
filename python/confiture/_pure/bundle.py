"""The bundle; ``docs/bundle.md`` specifies its bytes.

Each source file is read once and may be held in memory whole. The tree never is, unless
`build_schema` is asked for its text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from confiture import _failures
from confiture._pure.digest import digest_line, digest_of_lines
from confiture._pure.lexer import locate_open_construct
from confiture._pure.output import FileOutput, Output
from confiture._pure.paths import as_prefix, native_path
from confiture._pure.progress import report, report_end
from confiture._pure.sources import bundle_content, source_chunks

if TYPE_CHECKING:
    from confiture._interface import Finding, Header, Part, Progress, Written

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
        progress: Progress | None,
    ) -> None:
        """The arguments are those of `write_schema`."""
        self._prefix = as_prefix(base_dir)
        self._paths = paths
        self._separator = separator
        if unknown := set(fatal or ()) - set(_failures.OPEN_CONSTRUCTS):
            raise ValueError(f"unknown construct {min(unknown)!r}")
        self._fatal = fatal
        self._progress = progress
        self._lines = [""] * len(paths)
        self._findings: list[Finding] = []
        self._done = 0

    def write_body(
        self, indices: Sequence[int], write: Callable[[bytes], object]
    ) -> tuple[int, int, int, str]:
        """Write the body of a bundle.

        Args:
            indices: The files it holds.
            write: Takes the body's bytes, in order.

        Returns:
            Number of files, their bytes, the body's bytes and its SHA-256.
        """
        digest = hashlib.sha256()
        source_bytes = body_bytes = 0
        for index in indices:
            path = self._paths[index]
            native = native_path(self._prefix, path)
            source = b"".join(source_chunks(native))
            source_bytes += len(source)
            self._lines[index] = digest_line(hashlib.sha256(source).hexdigest(), path)
            content = bundle_content(native, source)
            if self._fatal is not None and (found := locate_open_construct(content)) is not None:
                self._findings.append((index, *found))
            end = b"" if content.endswith(b"\n") else b"\n"
            chunk = b"".join((path.join(self._separator).encode("utf-8"), content, end))
            body_bytes += len(chunk)
            digest.update(chunk)
            write(chunk)
            self._done += 1
            report(self._progress, self._done, len(self._paths))
        return len(indices), source_bytes, body_bytes, digest.hexdigest()

    def finish(self) -> tuple[str, str, list[Finding]]:
        """Tree digest, its lines and the findings, once all files were read.

        Raises:
            SchemaError: A file leaves a fatal construct open.
        """
        report_end(self._progress, len(self._paths))
        self._findings.sort()
        fatal = self._fatal or ()
        unclosed = [
            (native_path(self._prefix, self._paths[index]), kind, line, column)
            for index, kind, line, column in self._findings
            if kind in fatal
        ]
        if unclosed:
            raise _failures.unclosed(unclosed)
        lines = "".join(self._lines)
        return digest_of_lines(lines), lines, self._findings


class _Bundle:
    """One part of a build.

    Attributes:
        facts: ``(files, source bytes, bundle bytes, body SHA-256)``, once it is written.
    """

    __slots__ = ("_header", "facts", "output")

    def __init__(self, path: str | None, header: Header) -> None:
        self._header = header
        self.output = Output() if path is None else FileOutput(path)
        self.facts = (0, 0, 0, "")

    def open(self) -> None:
        """Create the output and write the header, with blanks for the digests."""
        self.output.open()
        self.output.write(_filled(self._header, _PLACEHOLDER, _PLACEHOLDER))

    def write(self, tree: _Tree, indices: Sequence[int]) -> None:
        """Write the body."""
        head = _filled(self._header, _PLACEHOLDER, _PLACEHOLDER)
        files, source_bytes, body_bytes, body_digest = tree.write_body(indices, self.output.write)
        self.facts = (files, source_bytes, len(head) + body_bytes, body_digest)

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
    progress: Progress | None = None,
) -> tuple[str, Written]:
    """The bundle of all `paths` as text, with the facts that `write_schema` returns.

    Arguments and errors are those of `write_schema`.
    """
    tree = _Tree(base_dir, paths, separator, fatal, progress)
    chunks: list[bytes] = []
    files, source_bytes, body_bytes, body_digest = tree.write_body(range(len(paths)), chunks.append)
    tree_digest, lines, findings = tree.finish()
    head = _filled(header, tree_digest, body_digest)
    part = (files, source_bytes, len(head) + body_bytes, body_digest)
    return b"".join((head, *chunks)).decode("utf-8"), (tree_digest, lines, findings, [part])


def write_schema(
    base_dir: str,
    paths: Sequence[str],
    parts: Sequence[Part],
    separator: Sequence[str],
    *,
    fatal: Sequence[str] | None,
    progress: Progress | None = None,
) -> Written:
    """Write bundles straight to their files, reading each source file once, in bounded memory.

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
        progress: Told now and then how many files are done.

    Returns:
        The tree digest, its lines, what was found open, and per part ``(files, source bytes, bundle
        bytes, body SHA-256)``.

    Raises:
        SchemaError: A file cannot be read, is not UTF-8 or holds a NUL byte (the first such file in
            order of parts and paths); a file leaves a fatal construct open (all are listed); an
            output cannot be written.
        ValueError: The parts do not hold each path once.
    """
    selections = [range(len(paths)) if indices is None else indices for _, _, indices in parts]
    if sorted(index for indices in selections for index in indices) != list(range(len(paths))):
        raise ValueError("the parts do not hold each path once")
    tree = _Tree(base_dir, paths, separator, fatal, progress)
    bundles = [_Bundle(path, header) for path, header, _ in parts]
    try:
        for bundle in bundles:
            bundle.open()
        for bundle, indices in zip(bundles, selections, strict=True):
            bundle.write(tree, indices)
        tree_digest, lines, findings = tree.finish()
        for bundle in bundles:
            bundle.finish(tree_digest)
        for bundle in bundles:
            bundle.output.replace()
    finally:
        for bundle in bundles:
            bundle.output.discard()
    return tree_digest, lines, findings, [bundle.facts for bundle in bundles]
