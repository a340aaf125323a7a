"""What the two engines have in common, as types.

Imported by type checkers alone. ``_core.pyi`` documents the functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, Self


class IncludeDirectory(Protocol):
    """One ``include_dirs`` entry; ``confiture.config.environment.DirectoryConfig`` is one."""

    @property
    def path(self) -> str: ...
    @property
    def recursive(self) -> bool: ...
    @property
    def include(self) -> Sequence[str]: ...
    @property
    def exclude(self) -> Sequence[str]: ...
    @property
    def auto_discover(self) -> bool: ...
    @property
    def order(self) -> int: ...


#: Files done so far and files in total. Raise from it to stop the work; nothing is left behind.
Progress = Callable[[int, int], object]

#: ``(paths, entries, patterns, skipped)``: relative paths in build order; for each, the index of the
#: entry that owns it and the index of that entry's include pattern that selected it; and what was
#: left aside and deserves a word: ``(absolute path, reason)``, sorted by path, with reason
#: ``"missing_directory"`` or ``"linked_directory"``.
Selected = tuple[list[str], list[int], list[int], list[tuple[str, str]]]

#: ``(index of the file, kind, line, column)`` of a construct that a file leaves open, in the order of the
#: digest's lines; the index is one into ``paths`` or, from their number on, into the included files.
#: Kind is ``"block_comment"``, ``"string"``, ``"quoted_name"``, ``"dollar_quote"`` or ``"copy_data"``;
#: line and column count from 1, columns in characters.
Finding = tuple[int, str, int, int]

#: The bundle's header, to be joined as ``header[0] + tree digest + header[1] + body SHA-256 + header[2]``.
Header = tuple[str, str, str]

#: One bundle of a build: where it goes (``None``: nowhere, only its digests are wanted), its header
#: and the indices into ``paths`` of the files it holds, ascending (``None``: all).
Part = tuple[str | None, Header, Sequence[int] | None]

#: ``(bundle line, index of the file, line, column)``: from the start of this line of the bundle on, its
#: text is that of the file from this place on, until the next segment. Lines and columns count from 1,
#: the bundle's with its header; the index is as in `Finding`, or -1, with line and column 0, for text that
#: is no file's. The first segment is ``(1, -1, 0, 0)``, the header. Segments ascend; none is without
#: text, a file's content counting without the newline that the build adds, and no two neighbours are -1.
Segment = tuple[int, int, int, int]

#: ``(tree_digest, lines, findings, parts, included, segments)``: the tree digest; the lines it is the
#: SHA-256 of; what was found open; per part ``(files, source bytes, bundle bytes, body SHA-256)``; the
#: paths of included files that are not selected themselves, in the order of their lines; and per part its
#: segments, if they were asked for, else nothing.
Written = tuple[str, str, list[Finding], list[tuple[int, int, int, str]], list[str], list[list[Segment]]]

#: An object that a statement touches: ``(kind, schema, name, arguments, parent)``, each but the kind
#: perhaps ``None``; `docs/statements.md` says what they are.
SqlObject = tuple[str, str | None, str | None, tuple[str, ...] | None, str | None]

#: ``(kind, objects, form, start, end, line, column, is_terminated, fingerprint)``: the command tag or
#: ``None``; the objects; which words stood in front of the name, ``"or_replace"``, ``"if_not_exists"``,
#: ``"if_exists"`` or ``""``; offsets in bytes of the first byte and after the last one, the terminator
#: included; the place of the first one; whether there is a terminator; 64 hexadecimal digits, or ``""`` if
#: they were not asked for.
SqlStatement = tuple[str | None, tuple[SqlObject, ...], str, int, int, int, int, bool, str]

#: ``(kind, start, end, line, column, statement)``: kind is ``"statement"``, ``"gap"``, ``"psql"``,
#: ``"data"`` or ``"discarded"``; offsets in bytes; the place of the first byte; the index of the statement
#: of which this is a piece, or -1.
SqlSpan = tuple[str, int, int, int, int, int]

#: ``(kind, line, column)`` of what a text leaves open: a kind of `Finding`, or ``"parenthesis"`` (the
#: first that is never closed) or ``"routine_body"`` (the word ``BEGIN``); of these two, only if nothing
#: else is open, and the parenthesis if both are.
SqlOpen = tuple[str, int, int]

#: ``(statements, spans, open)`` of a text, in its order.
SqlText = tuple[list[SqlStatement], list[SqlSpan], SqlOpen | None]

#: ``(statements, spans, open, sizes)`` of a file: of the spans, those that are psql commands, data or
#: discarded; and the number of bytes in each kind of span, in the order statement, gap, psql, data,
#: discarded.
SqlFile = tuple[list[SqlStatement], list[SqlSpan], SqlOpen | None, tuple[int, int, int, int, int]]

#: ``(fingerprint, lines, opaque, document)``: 64 hexadecimal digits; the lines that they are the SHA-256 of,
#: for each object its fingerprint, two spaces and what it is called; the number of statements that are kept
#: as they are; and a model's document, or ``b""`` if it was not asked for.
SqlFingerprints = tuple[str, str, int, bytes]


#: ``(unique id, resource type, key of the manifest that it stands under)``.
DbtResourceRow = tuple[str, str, str]


class DbtTemplateHost(Protocol):
    """What the names in a template mean.

    Values are those of JSON, with integers of 64 bits, and tuples: ``("function", name)``, ``("object", name,
    {attribute: value})``, of which everything else is refused, and ``("relation", as it is written, database,
    schema, identifier)``.
    """

    def value(self, name: str) -> tuple[Any] | None:
        """The value of a name, or None if it has none."""

    def call(self, name: str, line: int, given: list[Any], named: dict[str, Any]) -> Any:
        """What a function returns; ``config`` and ``var`` have attributes that are functions, too."""

    def refuse(self, kind: str, line: int, detail: str) -> Exception:
        """The exception for what the engine refuses."""


class DbtTemplates(Protocol):
    """Templates that an engine read; ``_core.pyi`` documents it."""

    def render(self, text: str, host: DbtTemplateHost) -> str: ...


class DbtDocument(Protocol):
    """A dbt manifest or catalog in an engine's memory; ``_core.pyi`` documents it."""

    @property
    def version(self) -> int: ...
    @property
    def size(self) -> int: ...
    def __len__(self) -> int: ...
    def sections(self) -> list[str]: ...
    def section(self, name: str) -> object: ...
    def resources(self) -> list[DbtResourceRow]: ...
    def disabled(self) -> list[DbtResourceRow]: ...
    def number(self, unique_id: str) -> int | None: ...
    def fields(self, number: int) -> list[str]: ...
    def value(self, number: int, field: str) -> object: ...
    def places(self, number: int) -> dict[str, Any]: ...
    def value_at(self, place: Any) -> object: ...
    def rows(self, fields: Sequence[str]) -> list[list[Any]]: ...
    def told_configs(self) -> list[dict[str, Any]]: ...
    def extraction(self, catalog: Any = None) -> bytes | None: ...
    def node(self, number: int) -> object: ...
    def dependencies(self, unique_id: str) -> list[str]: ...
    def dependents(self, unique_id: str) -> list[str]: ...
    def ancestors(self, unique_id: str, steps: int | None = None) -> list[str]: ...
    def descendants(self, unique_id: str, steps: int | None = None) -> list[str]: ...
    def topological_order(self) -> list[str]: ...
    def find_cycle(self) -> list[str] | None: ...
    def dangling(self) -> list[str]: ...
    def differing(self, other: Self, ignored: Sequence[str]) -> list[tuple[str, list[str]]]: ...
    def to_json(self, layout: str = "kept") -> bytes: ...


class Engine(Protocol):
    """What both engines offer."""

    @property
    def INTERFACE(self) -> int: ...  # noqa: N802

    def find_sql_files(
        self,
        base_dir: str,
        entries: Sequence[IncludeDirectory],
        *,
        exclude_dirs: Sequence[str] = (),
        never: Sequence[str] = (),
        ignore_root: str | None = None,
        sort_mode: str = "alphabetical",
    ) -> Selected: ...

    def hash_files(
        self,
        base_dir: str,
        paths: Sequence[str],
        *,
        include_dir: str | None = None,
        never: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> tuple[str, str]: ...

    def build_schema(
        self,
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
    ) -> tuple[str, Written]: ...

    def write_schema(
        self,
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
    ) -> Written: ...

    def compile_pattern(self, pattern: str) -> None: ...

    def pattern_matches(self, pattern: str, path: str, is_dir: bool) -> bool: ...

    def find_open_construct(self, text: str) -> tuple[str, int, int] | None: ...

    def split_statements(self, text: str, *, fingerprints: bool = False, spans: bool = True) -> SqlText: ...

    def read_files(
        self, base_dir: str, paths: Sequence[str], *, progress: Progress | None = None
    ) -> list[bytes]: ...

    def split_contents(self, contents: Sequence[bytes]) -> list[SqlFile]: ...

    def normalize_statements(self, text: str) -> list[str]: ...

    def parse_sql(
        self,
        text: str,
        *,
        file: str | None = None,
        origins: Sequence[Segment] = (),
        files: Sequence[str] = (),
    ) -> bytes: ...

    def check_sql(self, text: str, origins: Sequence[Segment], files: Sequence[str]) -> bytes: ...

    def check_contents(self, contents: Sequence[bytes], files: Sequence[str]) -> bytes: ...

    def fingerprint_sql(
        self,
        text: str,
        *,
        document: bool = False,
        file: str | None = None,
        origins: Sequence[Segment] = (),
        files: Sequence[str] = (),
    ) -> SqlFingerprints: ...

    def load_dbt(
        self, source: bytes | str, *, artifact: str = "manifest", strict: bool = False
    ) -> DbtDocument: ...

    def DbtTemplates(self) -> DbtTemplates: ...  # noqa: N802
