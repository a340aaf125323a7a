"""The engine: discovery, digest, bundle and statements.

``confiture._core`` (Rust) and ``confiture._pure`` (Python) have these functions, and for the same
arguments and the same files they return equal values or raise equal errors (class, code, message,
context). ``docs/selection.md``, ``docs/digest.md``, ``docs/bundle.md`` and ``docs/statements.md`` specify
what they do.

A path is *relative* when it leads from ``base_dir`` to a file, with ``/`` between components. Paths of
directories are absolute and free of symbolic links, ``.`` and ``..``.
"""

from collections.abc import Sequence

from confiture._interface import (
    Header,
    IncludeDirectory,
    Part,
    Progress,
    Segment,
    Selected,
    SqlFile,
    SqlFingerprints,
    SqlText,
    Written,
)

__all__ = [
    "INTERFACE",
    "build_schema",
    "compile_pattern",
    "find_open_construct",
    "find_sql_files",
    "fingerprint_sql",
    "hash_files",
    "normalize_statements",
    "parse_sql",
    "pattern_matches",
    "split_files",
    "split_statements",
    "write_schema",
]

#: Number of this interface. The package refuses a native module that has another one.
INTERFACE: int

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

    Raises:
        SchemaError: A directory is missing or unreadable; or a selected path is no regular file, is a
            broken link, or cannot be written in the digest's lines.
        ConfigurationError: A pattern cannot be meant as written.
    """

def hash_files(
    base_dir: str,
    paths: Sequence[str],
    *,
    include_dir: str | None = None,
    never: Sequence[str] = (),
    progress: Progress | None = None,
) -> tuple[str, str]:
    r"""Digest of the files' bytes and paths: ``(tree_digest, lines)``.

    Args:
        base_dir: Directory the relative paths start from.
        paths: Relative paths in build order.
        include_dir: Directory that the paths of ``\i`` start from; included files are then covered too.
            ``None``: nothing is included.
        never: Files that are never included: those that builds write.
        progress: Told now and then how many files are done.

    Raises:
        SchemaError: A file cannot be read or included.
    """

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

    Raises:
        SchemaError: A file cannot be read or included, is not UTF-8 or holds a NUL byte (the first such file
            in order of parts and paths); a file leaves a fatal construct open (all are listed); an
            output cannot be written.
    """

def compile_pattern(pattern: str) -> None:
    """Check a glob.

    Raises:
        ConfigurationError: It cannot be meant as written.
    """

def pattern_matches(pattern: str, path: str, is_dir: bool) -> bool:
    """Whether a glob, its negation aside, matches this relative path itself (not a parent of it).

    Raises:
        ConfigurationError: The pattern cannot be meant as written.
    """

def find_open_construct(text: str) -> tuple[str, int, int] | None:
    """The construct that is still open where the SQL text ends: ``(kind, line, column)``."""

def split_statements(text: str, *, fingerprints: bool = False, spans: bool = True) -> SqlText:
    """The statements of a text, the spans that all its bytes belong to, and what it leaves open.

    Args:
        text: The text, perhaps with a byte order mark.
        fingerprints: Whether each statement's fingerprint is worked out.
        spans: Whether the spans are given; without, there are none in the result.
    """

def split_files(base_dir: str, paths: Sequence[str], *, progress: Progress | None = None) -> list[SqlFile]:
    """The statements of files, with fingerprints, and how many bytes each kind of span has.

    Args:
        base_dir: Directory the relative paths start from.
        paths: Relative paths.
        progress: Told now and then how many files are done.

    Raises:
        SchemaError: A file cannot be read, is not UTF-8 or holds a NUL byte (the first such file).
    """

def normalize_statements(text: str) -> list[str]:
    """The normalised text of each statement of a text."""

def parse_sql(
    text: str, *, file: str | None = None, origins: Sequence[Segment] = (), files: Sequence[str] = ()
) -> bytes:
    """The model of what a text defines, as a MessagePack document of a ``SchemaModel``.

    Args:
        text: The text, perhaps with a byte order mark.
        file: What places call the file, if there are no origins.
        origins: Where the lines of a bundle come from, as ``build_schema`` says with ``segments``.
        files: What places call these files, by their index.
    """

def fingerprint_sql(
    text: str,
    *,
    document: bool = False,
    file: str | None = None,
    origins: Sequence[Segment] = (),
    files: Sequence[str] = (),
) -> SqlFingerprints:
    """The semantic fingerprints of what a text defines, and perhaps its model.

    Args:
        text: The text, perhaps with a byte order mark.
        document: Whether the model is wanted too, as ``parse_sql`` gives it.
        file: As for ``parse_sql``.
        origins: As for ``parse_sql``.
        files: As for ``parse_sql``.
    """
