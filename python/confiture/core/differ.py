"""Comparing two schemas without a server (``docs/diff.md``)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from confiture.artifacts.encoded import EncodedModel
from confiture.diffing.annotations import annotated_renames
from confiture.diffing.comparison import NEWEST, compare
from confiture.diffing.parsing import PlacedText, parse_texts
from confiture.exceptions import DifferError
from confiture.models.diff import SchemaDiff

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confiture.diffing.matching import Rename
    from confiture.models.schema.model import SchemaModel

__all__ = ["SchemaDiffer", "dumped_version"]

#: What pg_dump writes at the start of a dump, behind a line of dashes and before one.
_DUMP = "PostgreSQL database dump"
_HEAD = 1000
_VERSION = re.compile(r"^-- Dumped from database version (\d+)", re.MULTILINE)


def dumped_version(text: str) -> int | None:
    """The major version of the server from which pg_dump has the text; None if pg_dump did not write it.

    A dump tells nothing of roles and other databases, it names an owner for every object, and what a version
    does not know is not in it.
    """
    head = text[:_HEAD]
    if not head.lstrip("-\r\n ").startswith(_DUMP):
        return None
    version = _VERSION.search(head)
    return NEWEST if version is None else int(version[1])


class SchemaDiffer:
    """Compares schemas.

    Examples:
        >>> old = "CREATE TABLE users (id int PRIMARY KEY, name text);"
        >>> new = "CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, age smallint);"
        >>> for change in SchemaDiffer().compare(old, new).changes:
        ...     print(change.type, change.table, change.column, change.old_value, change.new_value)
        ADD_COLUMN users age None smallint
        CHANGE_COLUMN_NULLABLE users name null not null
    """

    def compare(self, old_sql: str, new_sql: str) -> SchemaDiff:
        """What is different between the schemas that two SQL texts define.

        Args:
            old_sql: What was: any text of DDL, such as a bundle or what pg_dump writes.
            new_sql: What is.

        Raises:
            DifferError: A statement breaks the rules of the grammar, so that nothing can be said of what it
                defines; the error names the text and the place.
            ConfigurationError: There is no engine as ``CONFITURE_ENGINE`` wants it.
        """
        old, new = parse_texts(PlacedText(old_sql, name="old"), PlacedText(new_sql, name="new"))
        versions = [dumped_version(old_sql), dumped_version(new_sql)]
        dumped = min((version for version in versions if version is not None), default=None)
        return self.compare_models(old, new, annotated_renames(new_sql), dumped=dumped)

    def compare_exact(
        self, old_sql: str, new_sql: str, *, server: str | None = None, may_make_roles: bool = False
    ) -> SchemaDiff:
        """What is different between what a server makes of two SQL texts: nothing is undecided.

        Both are loaded into empty databases, which are dropped afterwards, and compared in the server's own
        spelling. They are run: they may do whatever a superuser of that server may.

        Args:
            old_sql: What was: any text that psql takes.
            new_sql: What is.
            server: The URL of a server on which databases may be made; default: a throwaway one, which the
                extra ``confiture[postgres]`` brings along.
            may_make_roles: Whether roles that the texts mention may be made on that server; they are dropped
                afterwards.

        Raises:
            SchemaError: A text does not load, or does what is not run; the error names text and place.
            DatabaseError: The server cannot be reached, lacks something, or gives no right.
            ConfigurationError: There is no server and no URL of one.
        """
        from confiture.core.mapped_texts import MappedText
        from confiture.diffing.exact import compare_exactly
        from confiture.diffing.loadable_sides import loadable_side

        old, new = (
            loadable_side(name, MappedText.of_text(text, name))
            for name, text in (("old", old_sql), ("new", new_sql))
        )
        return compare_exactly(old, new, server=server, may_make_roles=may_make_roles)

    def compare_models(
        self,
        old: SchemaModel | EncodedModel,
        new: SchemaModel | EncodedModel,
        renames: Iterable[Rename] = (),
        *,
        dumped: int | None = None,
    ) -> SchemaDiff:
        """What is different between two models.

        Args:
            old: The model of what was.
            new: The model of what is.
            renames: What the new text says was renamed.
            dumped: The major version of the server that one of them was dumped from, the lower one of two:
                what a dump of that version cannot tell is left out.

        Raises:
            DifferError: A model has a statement that breaks the rules of the grammar.
        """
        models = EncodedModel.of(old), EncodedModel.of(new)
        for model in models:
            _refuse_broken(model)
        return SchemaDiff(changes=tuple(compare(*models, renames, dumped=dumped)))


def _refuse_broken(model: EncodedModel) -> None:
    for opaque in model.opaque:
        if opaque.is_refused:
            place = opaque.place
            where = f"{place.file or 'text'}:{place.line}:{place.column}: " if place else ""
            raise DifferError(
                f"{where}{opaque.kind or 'a statement'} cannot be read: {opaque.reason}.",
                error_code="DIFFER_001",
                context={"file": place.file, "line": place.line, "column": place.column} if place else {},
                resolution_hint="Mend it, or leave it out: 'confiture check' shows all of them.",
            )
