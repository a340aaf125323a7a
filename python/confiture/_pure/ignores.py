"""``.confitureignore`` files: reading them, and finding those that count for a directory."""

from __future__ import annotations

import errno
import os

from confiture import _failures
from confiture._pure.paths import as_prefix, contains, text_path
from confiture._pure.patterns import PatternList, parse_pattern
from confiture._pure.sources import bundle_content, refuse_special
from confiture.exceptions import ConfiturError

IGNORE_FILE = ".confitureignore"

# A named pipe must not make the search wait for a writer.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class IgnoreList:
    """The patterns of one ignore file.

    Attributes:
        patterns: What the file says.
        start: Where, in the text of a path below the file's directory, the part relative to that
            directory starts.
    """

    __slots__ = ("patterns", "start")

    def __init__(self, directory: str, patterns: PatternList) -> None:
        self.patterns = patterns
        self.start = len(text_path(as_prefix(directory)))


#: The ignore files that count for a directory, the nearest last.
IgnoreStack = tuple[IgnoreList, ...]


def ignored(stack: IgnoreStack, name: str, path: str, is_directory: bool) -> bool:
    """Whether a path is ignored; the nearest file that says something about it decides.

    Args:
        stack: The files that count for the path's directory.
        name: Its last component, as text.
        path: Its whole text path.
        is_directory: Whether it is a directory's.
    """
    for ignore_list in reversed(stack):
        verdict = ignore_list.patterns.verdict(name, path[ignore_list.start :], is_directory)
        if verdict is not None:
            return verdict
    return False


def read_ignore_file(path: str) -> IgnoreList | None:
    """The patterns of an ignore file; ``None`` when it is missing or says nothing.

    Raises:
        SchemaError: The file cannot be read, is not UTF-8 or is no regular file.
        ConfigurationError: One of its patterns cannot be meant as written.
    """
    try:
        refuse_special(path, os.stat(path).st_mode)
        descriptor = os.open(path, _OPEN_FLAGS)
    except (FileNotFoundError, NotADirectoryError) as error:
        if os.path.islink(path):
            failure = _failures.broken_link(path, error.errno or errno.ENOENT)
            raise failure from failure.__cause__
        return None
    except OSError as error:
        failure = _failures.file_unreadable(path, error.errno or errno.EIO)
        raise failure from failure.__cause__
    try:
        # Once more, for what may have taken its place since.
        refuse_special(path, os.fstat(descriptor).st_mode)
        content = b"".join(iter(lambda: os.read(descriptor, 1 << 16), b""))
    except OSError as error:
        failure = _failures.file_unreadable(path, error.errno or errno.EIO)
        raise failure from failure.__cause__
    finally:
        os.close(descriptor)
    text = bundle_content(path, content).decode("utf-8")
    patterns = [
        parse_pattern(pattern, path, number)
        for number, line in enumerate(text.split("\n"), 1)
        if not line.startswith("#") and (pattern := _without_trailing_spaces(line.removesuffix("\r")))
    ]
    return IgnoreList(os.path.dirname(path), PatternList(patterns)) if patterns else None


def _without_trailing_spaces(line: str) -> str:
    bare = line.rstrip(" ")
    backslashes = len(bare) - len(bare.rstrip("\\"))
    if bare != line and backslashes % 2:
        return bare + " "
    return bare


class IgnoreFiles:
    """Reads each ignore file above the entries once, whatever the number of entries below it."""

    __slots__ = ("_read", "_root")

    def __init__(self, root: str | None) -> None:
        """`root` is the directory from which ignore files count."""
        self._root = root
        self._read: dict[str, IgnoreList | ConfiturError | None] = {}

    def above(self, directory: str) -> tuple[IgnoreStack, list[tuple[str, ConfiturError]]]:
        """The ignore files from the root down to the parent of `directory`.

        Returns:
            Those that could be read, and ``(path, error)`` of each other.
        """
        stack: list[IgnoreList] = []
        errors: list[tuple[str, ConfiturError]] = []
        for ancestor in self._ancestors(directory):
            path = as_prefix(ancestor) + IGNORE_FILE
            if path not in self._read:
                try:
                    self._read[path] = read_ignore_file(path)
                except ConfiturError as error:
                    self._read[path] = error
            outcome = self._read[path]
            if isinstance(outcome, ConfiturError):
                errors.append((path, outcome))
            elif outcome is not None:
                stack.append(outcome)
        return tuple(stack), errors

    def _ancestors(self, directory: str) -> list[str]:
        """The root and the directories between it and `directory`, which is left out."""
        root = self._root
        if root is None or root == directory or not contains(root, directory):
            return []
        ancestors = [root]
        for name in directory[len(as_prefix(root)) :].split(os.sep)[:-1]:
            ancestors.append(as_prefix(ancestors[-1]) + name)
        return ancestors
