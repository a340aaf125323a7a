"""The state of the database that statements lead to: objects by their names, and what a failure undoes.

An object is never copied: whoever refers to it holds it. All changes go through `change`, `put` and `remove`,
which a statement that fails half-way is taken back by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from confiture._pure.schema import records
from confiture._pure.schema.catalog import SYSTEM_SCHEMAS, catalog
from confiture._pure.schema.reading import Name, UnmodelledError
from confiture._pure.schema.records import Need, Part, Record, TypeRef

__all__ = ["Missing", "State"]

K = TypeVar("K")
V = TypeVar("V")

Key = tuple[str | None, str]


def _restore(names: dict[K, V], copy: dict[K, V]) -> None:
    names.clear()
    names.update(copy)


class Missing(UnmodelledError):
    """The text does not define what a statement is about."""

    def __init__(self) -> None:
        super().__init__("the text does not define it")


class State:
    """All objects so far.

    Attributes:
        relations: Tables, views, sequences, indexes and composite types, by schema and name.
        types: Types, domains, and relations with columns, in the same way.
        routines: Functions, procedures and aggregates by schema and name, and then by their types.
        others: What has names of its own, by kind and what identifies it.
        constraint_names: How many constraints of a schema have a name.
        defaults: Default privileges by role, schema and objects.
        path: The search path.
        role: The role that statements run as, if they say so.
        lasting: Path and roles after the transaction, which `SET LOCAL` leaves alone.
        temporary: What the session has made for itself, and some of it that is gone.
        ending: Tables that are dropped when the transaction ends.
        operators: Operators by their names alone.
        statement: Number of the statement.
        late: What is looked up again once all statements have run.
        numbers: From which number on names are free; nothing is known once one was given up.
    """

    def __init__(self) -> None:
        self.relations: dict[Key, Record] = {}
        self.types: dict[Key, Record] = {}
        self.routines: dict[Key, dict[tuple[str, ...], records.Routine]] = {}
        self.others: dict[tuple[object, ...], Record] = {}
        self.constraint_names: dict[Key, int] = {}
        self.defaults: dict[tuple[str | None, str | None, str], records.Defaults] = {}
        self.path: tuple[str, ...] = ("public",)
        self.role: str | None = None
        self.session_role: str | None = None
        self.lasting: dict[str, object] = {"path": self.path, "role": None, "session_role": None}
        self.temporary: list[Record] = []
        self.ending: list[Record] = []
        self.operators: dict[str, dict[Record, None]] = {}
        #: Views of all columns of a table, and some that are so no more.
        self.starred: dict[records.Table, list[records.View]] = {}
        self.statement = -1
        self.late: list[Callable[[State], None]] = []
        self._undo: list[Callable[[], object]] = []
        #: The ids of the dictionaries that the statement has a copy of, which lives as long.
        self._copied: set[int] = set()
        self._undone_to = 0
        self._savepoints: list[tuple[str, int]] | None = None
        self._saved: dict[str, list[int]] = {}
        self.numbers: dict[tuple[object, ...], int] = {}
        public = Record(kind="schema", name="public")
        self.others[("schema", "public")] = public

    # Changes

    def begin(self, statement: int) -> None:
        """Be ready for a statement."""
        self.statement = statement
        self._copied.clear()
        if self._savepoints is None:
            self._undo.clear()
        self._undone_to = len(self._undo)

    def undo(self) -> None:
        """Take back what the statement has changed."""
        self._undo_to(self._undone_to)

    def _undo_to(self, length: int) -> None:
        while len(self._undo) > length:
            self._undo.pop()()
        self._copied.clear()
        self.numbers.clear()

    # Transactions

    def start_transaction(self, *, keeps: bool) -> None:
        """Be in a transaction; `keeps`: it may be taken back."""
        if keeps and self._savepoints is None:
            self._undo.clear()
            self._savepoints = []

    def save(self, name: str) -> None:
        """Remember a place that a transaction can be taken back to."""
        if self._savepoints is not None:
            self._saved.setdefault(name, []).append(len(self._savepoints))
            self._savepoints.append((name, len(self._undo)))

    def release(self, name: str) -> None:
        """Forget such a place, and those after it."""
        if self._savepoints is not None and self._saved.get(name):
            self._forget_savepoints(self._saved[name][-1])

    def roll_back_to(self, name: str) -> None:
        """Take back what was changed after such a place."""
        if self._savepoints is not None and self._saved.get(name):
            at = self._saved[name][-1]
            self._undo_to(self._savepoints[at][1])
            self._forget_savepoints(at + 1)

    def _forget_savepoints(self, first: int) -> None:
        while self._savepoints is not None and len(self._savepoints) > first:
            name, _ = self._savepoints.pop()
            self._saved[name].pop()

    def roll_back(self) -> None:
        """Take back what the transaction has changed."""
        if self._savepoints is not None:
            self._undo_to(0)

    def end_transaction(self) -> None:
        """Be in no transaction any more."""
        self._savepoints = None
        self._saved = {}
        self.ending = []
        self.change(self, **self.lasting)

    def set_lasting(self, **settings: object) -> None:
        """Change path or roles for longer than the transaction."""
        self.change(self, **settings, lasting={**self.lasting, **settings})

    def set_local(self, **settings: object) -> None:
        """Change path or roles until the transaction ends."""
        self.change(self, **settings)

    def change(self, target: object, /, **values: object) -> None:
        """Set attributes of an object."""
        for name, value in values.items():
            before = getattr(target, name)
            self._undo.append(lambda name=name, before=before: setattr(target, name, before))  # type: ignore[misc]
            setattr(target, name, value)

    def put(self, names: dict[K, V], key: K, value: V) -> None:
        """Set an entry of a dictionary."""
        if key in names:
            before = names[key]
            self._undo.append(lambda: names.__setitem__(key, before))
        else:
            self._undo.append(lambda: names.pop(key, None))
        names[key] = value

    def remove(self, names: dict[K, V], key: K, *, is_ordered: bool = False) -> None:
        """Remove an entry of a dictionary, if it is there; `is_ordered`: its place in it matters."""
        if key in names:
            self.numbers.clear()
            if is_ordered:
                # The first copy that a statement makes brings everything back.
                if id(names) not in self._copied:
                    copy = dict(names)
                    self._copied.add(id(names))
                    self._undo.append(lambda: _restore(names, copy))
            else:
                before = names[key]
                self._undo.append(lambda: names.__setitem__(key, before))
            del names[key]

    def append(self, values: list[V], value: V) -> None:
        """Add to a list."""
        self._undo.append(values.pop)
        values.append(value)

    def later(self, again: Callable[[State], None]) -> None:
        """Do something once all statements have run."""
        self.append(self.late, again)

    # Names

    def schema_of(self, name: Name, *, is_temporary: bool = False) -> str:
        """The schema in which something with a name is made."""
        if name.schema is not None:
            return name.schema
        if is_temporary:
            return "pg_temp"
        for schema in self.path:
            if self.has_schema(schema):
                return schema
        if self.path:
            return self.path[0]
        raise UnmodelledError("no schema is there to make it in")

    def has_schema(self, schema: str) -> bool:
        """Whether the text defines a schema."""
        return ("schema", schema) in self.others or schema == "pg_temp"

    def _searched(self, name: Name, path: Iterable[str] | None) -> list[str]:
        if name.schema is not None:
            return [name.schema]
        return ["pg_temp", *(self.path if path is None else path)]

    def relation(self, name: Name, path: Iterable[str] | None = None) -> Record | None:
        """A relation by its name; None if the text does not define it."""
        if name.schema is None and name.name in catalog().relations:
            return None
        for schema in self._searched(name, path):
            found = self.relations.get((schema, name.name))
            if found is not None:
                return found
        return None

    def type(self, name: Name, path: Iterable[str] | None = None) -> Record | None:
        """A type, domain or relation with columns by its name."""
        for schema in self._searched(name, path):
            found = self.types.get((schema, name.name))
            if found is not None:
                return found
        return None

    def overloads(self, name: Name, path: Iterable[str] | None = None) -> list[records.Routine]:
        """The routines that a name can mean."""
        found: list[records.Routine] = []
        signatures: set[tuple[str, ...]] = set()
        for schema in self._searched(name, path):
            for signature, routine in self.routines.get((schema, name.name), {}).items():
                if signature not in signatures:
                    signatures.add(signature)
                    found.append(routine)
        return found

    def is_system(self, kind: str, name: Name) -> bool:
        """Whether PostgreSQL itself has a ``relation``, ``type`` or ``routine`` with a name."""
        if name.schema is not None:
            return name.schema in SYSTEM_SCHEMAS
        known = catalog()
        names = {"relation": known.relations, "type": known.types, "routine": known.routines}[kind]
        return name.name in names or name.name.startswith("pg_toast_")

    def add_relation(self, record: Record, *, is_type: bool = False) -> None:
        """Make a relation known.

        Raises:
            UnmodelledError: There is one with its name.
        """
        key = (record.schema, record.name)
        if key in self.relations or (is_type and key in self.types):
            raise UnmodelledError("it is defined already")
        self.put(self.relations, key, record)
        if is_type:
            self.put(self.types, key, record)

    def rename(self, record: Record, schema: str | None, name: str) -> None:
        """Give a relation, type or domain another schema or name, or both."""
        old, new = (record.schema, record.name), (schema, name)
        if old == new:
            return
        for names in (self.relations, self.types):
            if names.get(old) is record:
                if new in names:
                    raise UnmodelledError("it is defined already")
                self.remove(names, old)
                self.put(names, new, record)
        self.change(record, schema=schema, name=name)

    # What needs what

    def need(
        self,
        source: Record,
        target: Record | None,
        kind: str,
        *,
        part: Part | None = None,
        missing: str = "",
        is_tracked: bool = True,
        is_late: bool = False,
    ) -> None:
        """Say that an object needs another one, or one that nothing defines."""
        if target is source and part is None:
            return
        need = Need(
            source=source,
            target=target,
            missing=missing,
            kind=kind,
            part=part,
            is_tracked=is_tracked,
            is_late=is_late,
            statement=self.statement,
        )
        self.append(source.needs, need)
        if target is not None:
            self.append(target.dependents, need)

    def forget(self, source: Record, *kinds: str, part: Part | None = None) -> None:
        """Take back what an object needs: all of some kinds, or of a part."""
        kept = []
        for need in source.needs:
            if need.is_void:
                continue
            if (not kinds or need.kind in kinds) and (part is None or need.part is part):
                self.change(need, is_void=True)
            else:
                kept.append(need)
        self.change(source, needs=kept)

    # Types

    def resolve(self, ref: TypeRef, source: Record, kind: str = "type", part: Part | None = None) -> None:
        """Find the type that a name means, now or once all statements have run, and the edge to it."""
        if not ref.name:
            if ref.known is not None:
                self.need(source, ref.known, kind, part=part)
            return
        from confiture._pure.schema.edges import is_gone

        path = self.path
        statement = self.statement
        if self._find_type(ref, path):
            self.need(source, ref.known, kind, part=part) if ref.known is not None else None
            return

        def again(state: State) -> None:
            if source.is_dropped or (part is not None and is_gone(source, part)):
                return
            state.statement = statement
            if ref.name and not state._find_type(ref, path):
                if not ref.of_column and state._is_foreign_name(ref.name):
                    state.need(source, None, kind, part=part, missing=f"type {ref.written}")
            elif ref.known is not None:
                state.need(source, ref.known, kind, part=part, is_late=True)

        self.later(again)

    @staticmethod
    def _is_foreign_name(name: tuple[str, ...]) -> bool:
        return len(name) < 2 or name[-2] not in SYSTEM_SCHEMAS

    def _find_type(self, ref: TypeRef, path: tuple[str, ...]) -> bool:
        parts = ref.name
        if ref.of_column:
            if len(parts) < 2:
                return False
            schema = parts[-3] if len(parts) > 2 else None
            table = self.relation(Name(schema, parts[-2]), path)
            column = table.columns.get(parts[-1]) if isinstance(table, records.Table) else None
            if column is None or (column.type.name and not column.type.known):
                return False
            found = column.type
            self.change(
                ref,
                base=found.base,
                known=found.known,
                written=found.written,
                modifiers=found.modifiers,
                is_array=found.is_array or ref.is_array,
                name=(),
                of_column=False,
            )
            return True
        name = Name(parts[-2] if len(parts) > 1 else None, parts[-1])
        known = self.type(name, path)
        if known is None and name.name.startswith("_"):
            known = self.type(Name(name.schema, name.name[1:]), path)
            if known is not None:
                self.change(ref, is_array=True)
        if known is None:
            return False
        self.change(ref, known=known, name=())
        return True
