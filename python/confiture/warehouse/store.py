"""The store of metadata in a warehouse: writing runs, and reading them back (``docs/metadata.md``)."""

from __future__ import annotations

import random
import threading
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from confiture.exceptions import ArtifactError, DatabaseError
from confiture.models.metadata import PushReport, RunContents, StoredRun
from confiture.warehouse.bodies import edges_digest, from_rows, node_digest, nodes_digest, to_rows
from confiture.warehouse.failures import DUPLICATE_KEY, REFUSED, WRITE_CONFLICT
from confiture.warehouse.making import check_version, make_ready, store_version
from confiture.warehouse.run_writing import write_known_run, write_run
from confiture.warehouse.store_failures import (
    DAMAGED,
    ambiguous_run,
    damaged_store,
    name_unusable,
    no_run,
)
from confiture.warehouse.tables import STORE_VERSION, StoreTables, has_keys, make_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    from sqlalchemy import Executable

    from confiture._interface import Progress
    from confiture.column_lineage.cache import ShapeCache
    from confiture.models.metadata import PruneReport, RunDiff
    from confiture.warehouse.bodies import RunRows
    from confiture.warehouse.connections import Warehouse
    from confiture.warehouse.cursors import PushCursor
    from confiture.warehouse.sources import RunSource

    T = TypeVar("T")

__all__ = ["DEFAULT_SCHEMA", "MetadataStore"]

DEFAULT_SCHEMA = "confiture_metadata"

#: PostgreSQL would cut longer names off, and two stores would become one.
_LONGEST_NAME = 63

#: A DuckDB file is of one process, but not of one thread: a prune would not see what a push counts on.
_WRITER_OF_DUCKDB = threading.Lock()

#: How often what two writers were in each other's way of is done again.
_ATTEMPTS = 8

LATEST = "latest"

#: The first version of the tables that has what queries were rendered to.
_WITH_TEXTS = 2

#: How many names one query asks for.
_AT_ONCE = 500


class MetadataStore:
    """Runs in a schema of a warehouse.

    Args:
        warehouse: The warehouse.
        schema: The schema that the store is in; nothing else may be in it.

    Raises:
        ConfigurationError: ``CONFIG_042``: no schema can be called so.
    """

    def __init__(self, warehouse: Warehouse, schema: str = DEFAULT_SCHEMA) -> None:
        if (
            not schema
            or not schema.isprintable()
            or "." in schema
            or len(schema.encode(errors="surrogatepass")) > _LONGEST_NAME
            or (not has_keys(warehouse.dialect) and not (schema.isascii() and schema.isidentifier()))
        ):
            raise name_unusable(schema)
        self.warehouse = warehouse
        self.schema = schema
        self.tables: StoreTables = make_tables(schema, warehouse.dialect)

    def __repr__(self) -> str:
        return f"MetadataStore({self.warehouse!r}, {self.schema!r})"

    def push(
        self, source: RunSource, *, cursor: PushCursor | None = None, progress: Progress | None = None
    ) -> PushReport:
        """Write a run, as a whole or, after any error, not at all.

        What other runs have already is not written again. Made is the store too, if it is not there.

        Args:
            source: The run (``confiture.warehouse.sources``).
            cursor: Names the run that is looked at first: if the store has it, the new one is written as what
                differs from it, in fewer queries. It is moved to the new one.
            progress: Told now and then how many rows are written, of how many.

        Raises:
            DatabaseError: It cannot be written; ``DATABASE_020``: the store is of a newer version.
            ArtifactError: ``ARTIFACT_008``: something in it is no valid text.
        """
        rows: RunRows | None = None
        is_looking = False

        def write(last_id: str | None) -> PushReport:
            nonlocal rows, is_looking
            is_looking = last_id is not None
            last = None if last_id is None else self._locked_run(last_id)
            is_looking = False
            if last is None:
                make_ready(self)
                self._lock_runs("ROW EXCLUSIVE")
            if last is not None and last.source_digest == source.source_digest is not None:
                known: StoredRun | None = last
            else:
                known = self._with_source(source.source_digest)
            if known is None:
                if rows is None:
                    rows = to_rows(source.contents())
                if last is None or (last.source, last.digest) != (rows.source, rows.digest):
                    return write_run(self, source, rows, last, progress)
                known = last
            return write_known_run(self, source, known)

        report = None
        last_id = None if cursor is None else cursor.run_id()
        if last_id is not None:
            try:
                report = self._in_transaction(lambda: write(last_id))
            except DatabaseError as error:
                # Where there is no store, or one of another version, there are no such tables to ask.
                if not is_looking or error.error_code != REFUSED:
                    raise
        if report is None:
            report = self._in_transaction(lambda: write(None))
        if cursor is not None:
            cursor.move(report.run)
        return report

    def runs(
        self, *, dataset: str | None = None, environment: str | None = None, limit: int | None = None
    ) -> tuple[StoredRun, ...]:
        """The runs, the latest first.

        Args:
            dataset: Only those of this dataset.
            environment: Only those of this environment.
            limit: How many at most.

        Raises:
            DatabaseError: ``DATABASE_021``: there is no store; ``DATABASE_020``: it is of a newer version.
        """
        check_version(self)
        return self._runs(dataset=dataset, environment=environment, limit=limit)

    def run(self, name: str = LATEST, *, dataset: str | None = None, source: str | None = None) -> StoredRun:
        """A run.

        Args:
            name: Its id, or the beginning of one that no other has; ``latest``, or ``latest~2`` for the one
                two runs before.
            dataset: The dataset that ``latest`` is of; None for any.
            source: The source that ``latest`` is of, ``dbt`` or ``schema``; None for any.

        Raises:
            DatabaseError: ``DATABASE_022``: there is none, or several could be meant; or as `runs`.
        """
        check_version(self)
        latest, mark, steps = name.partition("~")
        if latest == LATEST and (steps.isdecimal() and len(steps) < 6 if mark else True):
            number = int(steps or "0")
            found = self._runs(dataset=dataset, source=source, limit=number + 1)
            if len(found) > number:
                return found[number]
            raise no_run(name, len(found))
        runs = self.tables.runs
        # Ids have neither of the pattern's own characters.
        matching = self._selected(
            runs.c.id.like(f"{name}%")
            if name and all(c in "0123456789abcdef-" for c in name)
            else runs.c.id == name
        )
        exact = [run for run in matching if run.id == name]
        if exact:
            return exact[0]
        if len(matching) > 1:
            raise ambiguous_run(name, [run.id for run in matching])
        if not matching:
            raise no_run(name, None)
        return matching[0]

    def read(self, run: StoredRun) -> RunContents:
        """What a run consists of: the same as what was pushed.

        Raises:
            DatabaseError: ``DATABASE_023``: rows are missing or changed; or as `runs`.
        """
        tables = self.tables
        nodes, members = tables.nodes, tables.set_nodes
        found = self.rows(
            select(
                members.c.identity,
                members.c.location,
                nodes.c.digest,
                nodes.c.body,
                nodes.c.config,
                nodes.c.columns,
                nodes.c.code,
            )
            .join_from(members, nodes, members.c.node_digest == nodes.c.digest)
            .where(members.c.set_digest == run.nodes_digest)
            .order_by(members.c.position)
        )
        edges = tables.edges
        needs = self.rows(
            select(edges.c.source, edges.c.target, edges.c.kind, edges.c.body)
            .where(edges.c.set_digest == run.edges_digest)
            .order_by(edges.c.position)
        )
        sets = tables.node_sets
        header = self.rows(select(sets.c.header).where(sets.c.digest == run.nodes_digest))
        texts = self.texts(run)
        is_whole = (
            len(header) == 1
            and all(node_digest(run.source, row[0], *row[3:6]) == row[2] for row in found)
            and nodes_digest(run.source, header[0][0], [row[:3] for row in found], texts) == run.nodes_digest
            and edges_digest(needs) == run.edges_digest
        )
        if not is_whole:
            raise self._damaged(run)
        failure = None
        try:
            contents = from_rows(
                run.source,
                header[0][0],
                ((row[1], *row[3:6]) for row in found),
                ((row[0], row[1], row[3]) for row in needs),
                {row[0]: row[6] for row in found if row[6] is not None},
                texts,
            )
        except ArtifactError:
            # It was written by a version that knew more.
            failure = self._damaged(run)
        if failure is not None:
            raise failure
        return contents

    def texts(self, run: StoredRun, identities: Sequence[str] | None = None) -> dict[str, str]:
        """What the queries of a run were rendered to, by identity; stores of version 1 have none.

        Args:
            run: The run.
            identities: Only those of these nodes.

        Raises:
            DatabaseError: As `runs`.
        """
        if (store_version(self) or 0) < _WITH_TEXTS:
            return {}
        texts, members = self.tables.texts, self.tables.set_texts
        query = (
            select(members.c.identity, texts.c.text)
            .join_from(members, texts, members.c.text_digest == texts.c.digest)
            .where(members.c.set_digest == run.nodes_digest)
        )
        if identities is None:
            return {row[0]: row[1] for row in self.rows(query)}
        found = {}
        for start in range(0, len(identities), _AT_ONCE):
            some = identities[start : start + _AT_ONCE]
            rows = self.rows(query.where(members.c.identity.in_(some)))
            found.update({row[0]: row[1] for row in rows})
        return found

    def codes(self, run: StoredRun, identities: Sequence[str]) -> dict[str, str]:
        """The code of nodes of a run before it was rendered, by identity, where it is known."""
        nodes, members = self.tables.nodes, self.tables.set_nodes
        query = (
            select(members.c.identity, nodes.c.code)
            .join_from(members, nodes, members.c.node_digest == nodes.c.digest)
            .where(members.c.set_digest == run.nodes_digest, nodes.c.code.is_not(None))
        )
        found = {}
        for start in range(0, len(identities), _AT_ONCE):
            some = identities[start : start + _AT_ONCE]
            found.update({row[0]: row[1] for row in self.rows(query.where(members.c.identity.in_(some)))})
        return found

    def diff(
        self,
        old: StoredRun,
        new: StoredRun,
        *,
        with_columns: bool = False,
        cache: ShapeCache | None = None,
    ) -> RunDiff:
        """How two runs differ.

        Arguments and errors are those of ``confiture.warehouse.comparing.compare_runs``.
        """
        from confiture.warehouse.comparing import compare_runs

        gone = None
        try:
            return compare_runs(self, old, new, with_columns=with_columns, cache=cache)
        except DatabaseError as error:
            if error.error_code != DAMAGED:
                raise
            gone = next((run for run in (old, new) if not self._has(run)), None)
            if gone is None:
                raise
        raise no_run(gone.id, None)

    def _has(self, run: StoredRun) -> bool:
        return bool(self._selected(self.tables.runs.c.id == run.id))

    def _damaged(self, run: StoredRun) -> DatabaseError:
        """The error of a run whose rows are not there: a prune may have been between two queries."""
        return damaged_store(self.schema, run.id) if self._has(run) else no_run(run.id, None)

    def prune(
        self,
        *,
        keep: int | None = None,
        before: datetime | None = None,
        dataset: str | None = None,
        progress: Progress | None = None,
    ) -> PruneReport:
        """Remove runs, and the nodes and edges that no run has any more; as a whole or not at all.

        A run goes if all that is said holds for it.

        Args:
            keep: How many runs of each dataset and environment stay, the latest ones.
            before: Runs that were pushed at this time or later stay.
            dataset: Runs of other datasets stay.
            progress: Told after each table how many are done, of how many.

        Raises:
            DatabaseError: As `runs`, or the store cannot be written.
            ValueError: Neither `keep` nor `before` is given: all would go; or `before` has no time zone.
        """
        from confiture.warehouse.pruning import prune_store

        if keep is None and before is None:
            raise ValueError("keep or before has to be given")
        if before is not None and before.tzinfo is None:
            raise ValueError("before has to have a time zone")

        def remove() -> PruneReport:
            check_version(self)
            make_ready(self)
            # No push may count on rows that go.
            self._lock_runs("SHARE ROW EXCLUSIVE")
            runs = self._runs(dataset=dataset)
            return prune_store(self, runs, keep=keep, before=before, progress=progress)

        return self._in_transaction(remove)

    def rows(self, query: Executable) -> list[tuple[Any, ...]]:
        """The rows of a query of the store's tables."""
        return self.warehouse.execute(query).rows

    def _runs(
        self,
        *,
        dataset: str | None = None,
        environment: str | None = None,
        source: str | None = None,
        limit: int | None = None,
    ) -> tuple[StoredRun, ...]:
        runs = self.tables.runs
        wanted = [
            column == value
            for column, value in (
                (runs.c.dataset, dataset),
                (runs.c.environment, environment),
                (runs.c.source, source),
            )
            if value is not None
        ]
        return self._selected(*wanted, limit=limit)

    def _selected(self, *wanted: Any, limit: int | None = None) -> tuple[StoredRun, ...]:
        runs = self.tables.runs
        query = select(runs).where(*wanted).order_by(runs.c.created_at.desc(), runs.c.id.desc())
        if limit is not None:
            query = query.limit(limit)
        names = [column.name for column in runs.columns]
        found = []
        for row in self.rows(query):
            values = dict(zip(names, row, strict=True))
            created = values.pop("created_at").replace(tzinfo=UTC)
            found.append(StoredRun(created_at=created, **values))
        return tuple(found)

    def _with_source(self, digest: str | None) -> StoredRun | None:
        """A run that was read from the same files."""
        if digest is None:
            return None
        found = self._selected(self.tables.runs.c.source_digest == digest, limit=1)
        return found[0] if found else None

    def _locked_run(self, run_id: str) -> StoredRun | None:
        """A run of a store of this version, which stays until the transaction ends; None if there is none."""
        self._lock_runs("ROW EXCLUSIVE")
        tables = self.tables
        version = select(func.max(tables.store.c.version)).scalar_subquery()
        found = self._selected(tables.runs.c.id == run_id, version == STORE_VERSION)
        return found[0] if len(found) == 1 else None

    def _in_transaction(self, work: Callable[[], T]) -> T:
        """Do it as a whole; again, if another writer was in the way."""
        with _WRITER_OF_DUCKDB if self.warehouse.dialect == "duckdb" else nullcontext():
            return self._attempted(work)

    def _attempted(self, work: Callable[[], T]) -> T:
        for attempt in range(1, _ATTEMPTS + 1):
            failure: DatabaseError | None = None
            try:
                with self.warehouse.transaction():
                    made = work()
            except DatabaseError as error:
                # The store's own rows are the same under the same key: another push has just written them.
                if error.error_code not in (WRITE_CONFLICT, DUPLICATE_KEY) or attempt == _ATTEMPTS:
                    raise
                failure = error
            if failure is None:
                return made
            time.sleep(random.uniform(0.02, 0.1) * attempt)
        raise AssertionError("the last attempt returns or raises")

    def _lock_runs(self, mode: str) -> None:
        """Let pushes be at once, but none beside a prune, where one writer does not lock out others."""
        if self.warehouse.dialect == "postgresql":
            quote = self.warehouse.quote
            self.warehouse.execute(f"LOCK TABLE {quote(self.schema)}.{quote('runs')} IN {mode} MODE")
