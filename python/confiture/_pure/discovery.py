"""Finds the files of a build; ``docs/selection.md`` specifies which and in which order.

No file is opened here but ``.confitureignore``.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence
from typing import TYPE_CHECKING

from confiture import _failures
from confiture._pure.ignores import (
    IGNORE_FILE,
    IgnoreFiles,
    IgnoreStack,
    ignored,
    read_ignore_file,
)
from confiture._pure.ordering import alphabetical_key, path_key
from confiture._pure.paths import as_prefix, contains, native_order, path_refusal, text_of, text_path
from confiture._pure.patterns import PatternList, parse_pattern
from confiture.exceptions import ConfiturError

if TYPE_CHECKING:
    from confiture._interface import IncludeDirectory, Selected

_FILE_SUFFIX = ".sql"


class _Candidate:
    """A selected path; several may lead to one file."""

    __slots__ = ("entry", "file", "order", "path", "pattern")

    def __init__(self, order: int, entry: int, pattern: int, path: str, file: str) -> None:
        self.order = order
        self.entry = entry
        self.pattern = pattern
        self.path = path
        #: Native path free of links: two candidates with one `file` are the same file.
        self.file = file


class _Directory:
    """A directory to list.

    Attributes:
        native: Native path.
        text: Text path, with a ``/`` at its end.
        relative: Text path from the base directory, empty or with a ``/`` at its end.
        valid: Whether `relative` is what the file system has, rather than what it stands in for.
        included: Bit set of the include patterns that match this directory or one above it.
        ignores: The ignore files of the directories above it.
    """

    __slots__ = ("ignores", "included", "native", "relative", "text", "valid")

    def __init__(
        self, native: str, text: str, relative: str, valid: bool, included: int, ignores: IgnoreStack
    ) -> None:
        self.native = native
        self.text = text
        self.relative = relative
        self.valid = valid
        self.included = included
        self.ignores = ignores


class _Child:
    """What a directory holds under one name.

    Attributes:
        native: Native path.
        name: Name as text.
        text: Text path.
        parent: The directory it stands in.
        valid: Whether its path from the base directory is what the file system has.
        is_directory: Whether it is a directory, or a link to one.
        target: What it leads to, or why it leads nowhere, when it is a link.
    """

    __slots__ = ("_found", "is_directory", "name", "native", "parent", "target", "text", "valid")

    def __init__(self, parent: _Directory, found: os.DirEntry[str]) -> None:
        self._found = found
        self.parent = parent
        self.native = as_prefix(parent.native) + found.name
        self.name, valid = text_of(found.name)
        self.text = parent.text + self.name
        self.valid = valid and parent.valid
        self.target: os.stat_result | OSError | None = None
        if found.is_symlink():
            try:
                self.target = os.stat(self.native)
            except OSError as error:
                self.target = error
            self.is_directory = isinstance(self.target, os.stat_result) and stat.S_ISDIR(self.target.st_mode)
        else:
            self.is_directory = found.is_dir(follow_symlinks=False)

    def problem(self) -> ConfiturError | None:
        """Why it cannot be read as a file."""
        if isinstance(self.target, OSError):
            return _failures.broken_link(self.native, self.target.errno or errno.EIO)
        if self.target is None and self._found.is_file(follow_symlinks=False):
            return None
        mode = (self.target or self._found.stat(follow_symlinks=False)).st_mode
        return None if stat.S_ISREG(mode) else _failures.special_file(self.native, _failures.file_kind(mode))

    def file(self) -> str:
        """Native path, free of links, of the file that it is or leads to."""
        # Directories are never entered through a link, so only the last component can be one.
        return self.native if self.target is None else os.path.realpath(self.native)


class _Gathered:
    """What the searches of all entries have found so far."""

    __slots__ = ("_first_problem", "candidates", "skipped")

    def __init__(self) -> None:
        self.candidates: list[_Candidate] = []
        self.skipped: set[tuple[str, str]] = set()
        self._first_problem: tuple[int, bytes, ConfiturError] | None = None

    def add_problem(self, entry: int, path: str, error: ConfiturError) -> None:
        """Note an error; only that of the first entry, and in it of the first path, is kept."""
        problem = (entry, native_order(path), error)
        if self._first_problem is None or problem[:2] < self._first_problem[:2]:
            self._first_problem = problem

    def raise_first_problem(self) -> None:
        if self._first_problem is not None:
            raise self._first_problem[2]


class _Search:
    """The search of one entry's directory."""

    def __init__(
        self,
        index: int,
        entry: IncludeDirectory,
        base_dir: str,
        exclude_dirs: Sequence[str],
        never: frozenset[str],
        gathered: _Gathered,
    ) -> None:
        """Compile the entry's patterns.

        Raises:
            ConfigurationError: A pattern cannot be meant as written.
        """
        self._index = index
        self._entry = entry
        self._include = [parse_pattern(pattern) for pattern in entry.include]
        self._exclude = PatternList([parse_pattern(pattern) for pattern in entry.exclude])
        self._root = as_prefix(entry.path)
        self._text_start = len(text_path(self._root))
        self._base_length = len(as_prefix(base_dir))
        self._exclude_dirs = exclude_dirs
        self._left_out = never.union(exclude_dirs)
        self._never = never
        self._gathered = gathered

    def run(self, ignore_files: IgnoreFiles) -> None:
        """Add what the directory holds to what was gathered."""
        path = self._entry.path
        if any(contains(directory, path) for directory in self._exclude_dirs):
            return
        try:
            mode = os.stat(path).st_mode
        except (FileNotFoundError, NotADirectoryError):
            if self._entry.auto_discover:
                self._gathered.skipped.add((path, "missing_directory"))
            else:
                self._add_problem(path, _failures.missing_directory(path))
            return
        except OSError as error:
            self._add_problem(path, _failures.directory_unreadable(path, error.errno or errno.EIO))
            return
        if not stat.S_ISDIR(mode):
            self._add_problem(path, _failures.not_a_directory(path))
            return
        ignores, errors = ignore_files.above(path)
        for ignore_file, failure in errors:
            self._add_problem(ignore_file, failure)
        relative, valid = text_of(self._root[self._base_length :])
        if os.sep != "/":
            relative = relative.replace(os.sep, "/")
        pending = [_Directory(path, text_path(self._root), relative, valid, 0, ignores)]
        while pending:
            directory = pending.pop()
            try:
                with os.scandir(directory.native) as listing:
                    children = [_Child(directory, found) for found in listing]
                self._search(directory, children, pending)
            except OSError as error:
                failure = _failures.directory_unreadable(directory.native, error.errno or errno.EIO)
                self._add_problem(directory.native, failure)

    def _search(self, directory: _Directory, children: list[_Child], pending: list[_Directory]) -> None:
        """Sort the children of a directory into candidates, directories to search and problems."""
        ignores = directory.ignores + self._ignores_of(children)
        for child in children:
            if child.native in self._left_out:
                continue
            if self._is_excluded(child, ignores):
                continue
            if not child.is_directory:
                self._add_file(child)
            elif child.name.endswith(_FILE_SUFFIX) and self._selects(self._included(child, False)):
                self._add_problem(child.native, _failures.directory_named_like_file(child.native))
            elif not self._entry.recursive:
                continue
            elif child.target is not None:
                self._gathered.skipped.add((child.native, "linked_directory"))
            else:
                relative = directory.relative + child.name + "/"
                included = self._included(child, True)
                pending.append(
                    _Directory(child.native, child.text + "/", relative, child.valid, included, ignores)
                )

    def _ignores_of(self, children: list[_Child]) -> IgnoreStack:
        """What the ignore file among the children of a directory says."""
        for child in children:
            if child.name == IGNORE_FILE:
                try:
                    ignore_list = read_ignore_file(child.native)
                except ConfiturError as error:
                    self._add_problem(child.native, error)
                else:
                    return () if ignore_list is None else (ignore_list,)
        return ()

    def _add_file(self, child: _Child) -> None:
        """Make a child that is no directory a candidate, or a problem, if it is selected."""
        included = self._included(child, False)
        if not self._selects(included):
            return
        relative = child.parent.relative + child.name
        error = child.problem()
        file = "" if error is not None else child.file()
        if file in self._never:
            return
        if error is None and (reason := path_refusal(relative, child.valid)) is not None:
            error = _failures.path_refused(child.native, reason)
        if error is not None:
            self._add_problem(child.native, error)
            return
        pattern = next(
            number
            for number, pattern in enumerate(self._include)
            if included >> number & 1 and not pattern.negated
        )
        self._gathered.candidates.append(_Candidate(self._entry.order, self._index, pattern, relative, file))

    def _is_excluded(self, child: _Child, ignores: IgnoreStack) -> bool:
        path = child.text[self._text_start :]
        if self._exclude.verdict(child.name, path, child.is_directory):
            return True
        return ignored(ignores, child.name, child.text, child.is_directory)

    def _included(self, child: _Child, is_directory: bool) -> int:
        """Bit set of the include patterns that match a child or a directory above it."""
        included = child.parent.included
        path = child.text[self._text_start :]
        for number, pattern in enumerate(self._include):
            if pattern.matches(child.name, path, is_directory):
                included |= 1 << number
        return included

    def _selects(self, included: int) -> bool:
        """Whether the last of these include patterns is one that selects."""
        return included != 0 and not self._include[included.bit_length() - 1].negated

    def _add_problem(self, path: str, error: ConfiturError) -> None:
        self._gathered.add_problem(self._index, path, error)


def find_sql_files(
    base_dir: str,
    entries: Sequence[IncludeDirectory],
    *,
    exclude_dirs: Sequence[str] = (),
    never: Sequence[str] = (),
    ignore_root: str | None = None,
    sort_mode: str = "alphabetical",
) -> Selected:
    """Select the files of a build.

    Args:
        base_dir: Directory at or above every entry, which the returned paths start from.
        entries: Directories to search.
        exclude_dirs: Directories to leave out with everything below them.
        never: Files that are not input whatever the patterns say, such as the default output.
        ignore_root: Directory from which ``.confitureignore`` files count, down to each entry.
        sort_mode: ``"alphabetical"`` or ``"hex"``.

    Returns:
        ``(paths, entries, patterns, skipped)``: relative paths in build order, the index of each
        one's entry and of the include pattern that selected it, and what was left aside.

    Raises:
        SchemaError: A directory is missing or unreadable; or a selected path is no regular file, is a
            broken link, or cannot be written in the digest's lines.
        ConfigurationError: A pattern cannot be meant as written.
    """
    sort_key = path_key(sort_mode)
    gathered = _Gathered()
    never_paths = frozenset(never)
    searches = [
        _Search(index, entry, base_dir, exclude_dirs, never_paths, gathered)
        for index, entry in enumerate(entries)
    ]
    ignore_files = IgnoreFiles(ignore_root)
    for search in searches:
        search.run(ignore_files)
    gathered.raise_first_problem()

    owned: dict[str, _Candidate] = {}
    for candidate in sorted(
        gathered.candidates, key=lambda found: (found.order, found.entry, alphabetical_key(found.path))
    ):
        owned.setdefault(candidate.file, candidate)
    files = sorted(owned.values(), key=lambda found: (found.order, sort_key(found.path)))
    return (
        [file.path for file in files],
        [file.entry for file in files],
        [file.pattern for file in files],
        sorted(gathered.skipped, key=lambda skip: (native_order(skip[0]), skip[1])),
    )
