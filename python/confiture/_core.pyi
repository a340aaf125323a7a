"""The engine: discovery, digest, bundle and statements.

``confiture._core`` (Rust) and ``confiture._pure`` (Python) have these functions, and for the same
arguments and the same files they return equal values or raise equal errors (class, code, message,
context). ``docs/selection.md``, ``docs/digest.md``, ``docs/bundle.md`` and ``docs/statements.md`` specify
what they do.

A path is *relative* when it leads from ``base_dir`` to a file, with ``/`` between components. Paths of
directories are absolute and free of symbolic links, ``.`` and ``..``.
"""

from collections.abc import Sequence
from typing import Any, final

from confiture._interface import (
    DbtResourceRow,
    DbtTemplateHost,
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
    "DbtDocument",
    "DbtTemplates",
    "build_schema",
    "check_contents",
    "check_sql",
    "compile_pattern",
    "find_open_construct",
    "find_sql_files",
    "fingerprint_sql",
    "hash_files",
    "load_dbt",
    "normalize_statements",
    "parse_sql",
    "pattern_matches",
    "read_files",
    "split_contents",
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

def read_files(base_dir: str, paths: Sequence[str], *, progress: Progress | None = None) -> list[bytes]:
    """The contents of files.

    Args:
        base_dir: Directory the relative paths start from.
        paths: Relative paths.
        progress: Told now and then how many files are done.

    Raises:
        SchemaError: A file cannot be read, is not UTF-8 or holds a NUL byte (the first such file).
    """

def split_contents(contents: Sequence[bytes]) -> list[SqlFile]:
    """The statements of contents, with fingerprints, and how many bytes each kind of span has.

    Args:
        contents: What ``read_files`` gives.
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

def check_sql(text: str, origins: Sequence[Segment], files: Sequence[str]) -> bytes:
    """What a check looks at of the model of a bundle, as a MessagePack document of a ``CheckedModel``.

    Args:
        text: The bundle.
        origins: As in ``parse_sql``.
        files: As in ``parse_sql``.
    """

def check_contents(contents: Sequence[bytes], files: Sequence[str]) -> bytes:
    """The same of the files of a bundle that include no others.

    Args:
        contents: What ``read_files`` gives.
        files: What places call the files.
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

def load_dbt(source: bytes | str, *, artifact: str = "manifest", strict: bool = False) -> DbtDocument:
    """Read a dbt manifest or catalog; ``docs/dbt.md`` specifies what is accepted.

    Args:
        source: The content, or the path of the file.
        artifact: ``"manifest"`` or ``"catalog"``.
        strict: Whether fields and schema versions that are not known, and dependencies on what the manifest
            does not have, are errors.

    Raises:
        ManifestError: The file cannot be read, or is no such document.
    """

@final
class DbtDocument:
    """A dbt manifest or catalog, held as its text.

    Resources have numbers in the document's order from 0 on, disabled ones from -1 down. Values are those
    that ``json.loads`` makes of the text, and the caller's own.
    """

    @property
    def version(self) -> int:
        """The schema version, such as 12."""
    @property
    def size(self) -> int:
        """The document's length in bytes."""
    def __len__(self) -> int:
        """How many resources there are; disabled ones do not count."""
    def sections(self) -> list[str]:
        """The document's keys in their order."""
    def section(self, name: str) -> object:
        """The value of one of the document's keys.

        Raises:
            KeyError: There is no such key.
        """
    def resources(self) -> list[DbtResourceRow]:
        """The resources: unique id, type, and the document's key they stand under."""
    def disabled(self) -> list[DbtResourceRow]:
        """The disabled resources, as `resources`."""
    def number(self, unique_id: str) -> int | None:
        """The number of a resource."""
    def fields(self, number: int) -> list[str]:
        """The names of a resource's fields in their order.

        Raises:
            IndexError: There is no such resource; so for all that take a number.
        """
    def value(self, number: int, field: str) -> object:
        """The value of a resource's field.

        Raises:
            KeyError: It has no such field.
        """
    def places(self, number: int) -> dict[str, Any]:
        """Where a resource's values are, by the names of its fields: what `value_at` takes, and no more."""
    def value_at(self, place: Any) -> object:
        """The value at a place of this document."""
    def rows(self, fields: Sequence[str]) -> list[list[Any]]:
        """The values of some fields of each resource, None for those it does not have."""
    def told_configs(self) -> list[dict[str, Any]]:
        """What each resource's config says that is neither a default nor null nor empty."""
    def extraction(self, catalog: DbtDocument | None = None) -> bytes | None:
        """What ``confiture.dbt.extract`` makes of the document, as MessagePack.

        None if something in it has to be looked at, as it is not as dbt writes it; and in the twin, which is
        no quicker than that function itself.

        Args:
            catalog: A catalog of the same engine.
        """
    def node(self, number: int) -> object:
        """A whole resource."""
    def dependencies(self, unique_id: str) -> list[str]:
        """What a resource depends on directly, in the order of its ``depends_on.nodes``.

        Raises:
            ManifestError: There is no such resource; so for all that take a unique id.
        """
    def dependents(self, unique_id: str) -> list[str]:
        """What depends on a resource directly, in the document's order."""
    def ancestors(self, unique_id: str, steps: int | None = None) -> list[str]:
        """All that a resource depends on, at most so many steps away, in the document's order."""
    def descendants(self, unique_id: str, steps: int | None = None) -> list[str]:
        """All that depends on a resource, as `ancestors`."""
    def topological_order(self) -> list[str]:
        """All resources but macros, docs and groups, each behind what it depends on.

        Raises:
            ManifestError: There is a cycle.
        """
    def find_cycle(self) -> list[str] | None:
        """Resources of which each depends on the next and the last on the first."""
    def dangling(self) -> list[str]:
        """The unique ids that resources depend on and that are no resource's."""
    def differing(self, other: DbtDocument, ignored: Sequence[str]) -> list[tuple[str, list[str]]]:
        """The fields that may have other values than in another manifest, by unique id.

        Told are the resources that both have, and of their fields those that are written otherwise or that
        one of them alone has, but for the names in `ignored`. What is written otherwise may mean the same.
        """
    def to_json(self, layout: str = "kept") -> bytes:
        """The document ``"kept"`` as it was read, as ``"dbt"`` writes it, or ``"compact"``."""

@final
class DbtTemplates:
    """Templates of dbt's models, each read once.

    They are read by a library of Jinja and evaluated as Python would; ``docs/dbt.md`` says what is supported.
    """

    def __new__(cls) -> DbtTemplates: ...
    def render(self, text: str, host: DbtTemplateHost) -> str:
        """What a template makes.

        Args:
            text: The template.
            host: What its names mean. What the engine refuses is raised as its ``refuse`` says: the kind,
                the line from 1 or 0, and what the message names.
        """
