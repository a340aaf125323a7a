"""Globs with the rules of ``.gitignore``; ``docs/selection.md`` lists them.

Nothing here touches the file system: a pattern is matched against a relative path and the knowledge
whether that is a directory.
"""

from __future__ import annotations

from collections.abc import Sequence

from confiture import _failures
from confiture._pure.wildcards import ANY_CHARACTER, STAR, Bracket, Predicate, anything, predicate


class _PatternError(Exception):
    """A pattern cannot be meant as written; the argument says why."""


class Pattern:
    """One glob.

    Attributes:
        negated: It starts with ``!``.
    """

    __slots__ = ("_directories_only", "_name", "_path", "negated")

    def __init__(self, written: str) -> None:
        """Compile what is written; `parse_pattern` makes `_PatternError` a proper error."""
        self.negated = written.startswith("!")
        body = written[1:] if self.negated else written
        self._directories_only = body.endswith("/")
        if self._directories_only:
            body = body[:-1]
        if not body.removeprefix("/"):
            raise _PatternError("is empty")
        if ".." in body.split("/"):
            raise _PatternError("contains '..'")
        if (len(body) - len(body.rstrip("\\"))) % 2:
            raise _PatternError("ends in a lone backslash")
        self._path = _PathMatcher(_components(body.removeprefix("/")))
        #: What a name must be at any depth; without it, the whole path is matched.
        self._name = self._path.name_at_any_depth() if "/" in body else self._path.tail[-1]

    def matches(self, name: str, path: str, is_directory: bool) -> bool:
        """Whether it matches a path itself, whatever the ``!``.

        Args:
            name: The path's last component.
            path: The path from the pattern's own directory.
            is_directory: Whether the path is a directory's.
        """
        if self._directories_only and not is_directory:
            return False
        return self._path.match(path) if self._name is None else self._name(name)


class _PathMatcher:
    """Components around the ``**`` of a pattern.

    As in a component, what stands between two ``**`` may be put at the first place where it matches.
    """

    __slots__ = ("deep", "head", "middles", "tail")

    def __init__(self, runs: list[list[Predicate]]) -> None:
        """`runs` are the components before, between and after each ``**``."""
        self.deep = len(runs) > 1
        self.head = runs[0] if self.deep else []
        self.middles = [run for run in runs[1:-1] if run]
        self.tail = runs[-1]

    def name_at_any_depth(self) -> Predicate | None:
        """The predicate on the name that ``**/`` and one component come to."""
        if self.deep and not self.head and not self.middles and len(self.tail) == 1:
            return self.tail[0]
        return None

    def match(self, path: str) -> bool:
        names = path.split("/")
        tail_start = len(names) - len(self.tail)
        if not self.deep and tail_start:
            return False
        position = len(self.head)
        if position > tail_start or not _all_match(self.head, names, 0):
            return False
        for middle in self.middles:
            last = tail_start - len(middle)
            while position <= last and not _all_match(middle, names, position):
                position += 1
            if position > last:
                return False
            position += len(middle)
        return position <= tail_start and _all_match(self.tail, names, tail_start)


def _all_match(components: list[Predicate], names: list[str], start: int) -> bool:
    return all(component(names[index]) for index, component in enumerate(components, start))


def _components(body: str) -> list[list[Predicate]]:
    """The components of a pattern, in runs that ``**`` separates."""
    runs: list[list[Predicate]] = [[]]
    tokens: list[str] = []
    unknown_class: str | None = None
    position = 0
    while position < len(body):
        character = body[position]
        if character == "[":
            bracket = Bracket(body, position)
            if bracket.end < 0:
                raise _PatternError("has a [ that is never closed")
            unknown_class = unknown_class or bracket.unknown_class
            tokens.append(bracket.token)
            position = bracket.end
            continue
        if character == "*":
            end = position
            while body[end : end + 1] == "*":
                end += 1
            if end - position > 1 and _stands_alone(body, position, end):
                if body[end : end + 1] == "\\":
                    # wildmatch.c takes an escaped slash after ** for a slash that must be there.
                    runs[-1].append(anything)
                    end += 1
                runs.append([])
                if end == len(body):
                    tokens.append(STAR)
                position = end + 1
            else:
                tokens.append(STAR)
                position = end
            continue
        position += 1
        if character == "?":
            tokens.append(ANY_CHARACTER)
            continue
        if character == "\\":
            character = body[position]
            position += 1
        if character == "/":
            runs[-1].append(predicate(tokens))
            tokens = []
        else:
            tokens.append(character)
    if unknown_class is not None:
        raise _PatternError(f"names the unknown class {unknown_class}")
    runs[-1].append(predicate(tokens))
    return runs


def _stands_alone(body: str, start: int, end: int) -> bool:
    """Whether the asterisks from `start` to `end` are a whole component."""
    return (start == 0 or body[start - 1] == "/") and (
        end == len(body) or body[end] == "/" or body.startswith("\\/", end)
    )


def parse_pattern(written: str, file: str | None = None, line: int = 0) -> Pattern:
    """The pattern that `written` means.

    Args:
        written: The glob.
        file: Native path of the ignore file it stands in.
        line: Its line there, from 1.

    Raises:
        ConfigurationError: It cannot be meant as written.
    """
    try:
        return Pattern(written)
    except _PatternError as error:
        raise _failures.invalid_pattern(written, str(error), file, line) from None


class PatternList:
    """Patterns that count for one directory and what is below it; the last one that matches decides."""

    __slots__ = ("_latest_first",)

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._latest_first = tuple(reversed(patterns))

    def verdict(self, name: str, path: str, is_directory: bool) -> bool | None:
        """Whether the path is meant; ``None`` when no pattern matches it.

        The arguments are those of `Pattern.matches`.
        """
        for pattern in self._latest_first:
            if pattern.matches(name, path, is_directory):
                return not pattern.negated
        return None


def compile_pattern(pattern: str) -> None:
    """Check a glob.

    Raises:
        ConfigurationError: It cannot be meant as written.
    """
    parse_pattern(pattern)


def pattern_matches(pattern: str, path: str, is_dir: bool) -> bool:
    """Whether a glob, its negation aside, matches this relative path itself (not a parent of it).

    Raises:
        ConfigurationError: The pattern cannot be meant as written.
    """
    return parse_pattern(pattern).matches(path.rpartition("/")[2], path, is_dir)
