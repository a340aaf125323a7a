"""What the statements of a bundle define, in their order, and which of them get in each other's way.

A `Books` object follows ``CREATE`` and ``DROP`` by their names alone, which costs next to nothing. Only where
two statements seem to clash it reads their texts, and those of what was done to the object in between, to see
whether they really do. ``docs/findings.md`` says what it knows of PostgreSQL and what it does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.core.namespaces import NAMESPACES, ROW_TYPED, TEMPORARY, key_of, table_key
from confiture.core.search_paths import EMPTYING_CALLS, SearchPath

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from confiture._interface import SqlObject, SqlStatement
    from confiture.core.findings import Findings, Record
    from confiture.core.namespaces import Key

__all__ = ["Books"]

_REMOVE = "Remove one of the two, or give one of them another name."
_ONE_PLACE = "Keep one definition and remove the other, so that nobody edits the one that does not count."

#: Kinds whose repetition is said, beside all that start with ``ALTER``.
_REPEATABLE = ("COMMENT", "IMPORT FOREIGN SCHEMA", "SECURITY LABEL")

_CHANGES_OF_PRIVILEGES = ("GRANT", "GRANT ROLE", "REVOKE", "REVOKE ROLE")

_UNDONE_BY_KIND = {
    "GRANT": "REVOKE",
    "REVOKE": "GRANT",
    "GRANT ROLE": "REVOKE ROLE",
    "REVOKE ROLE": "GRANT ROLE",
}

#: Words of an ``ALTER``, and those of another one on the same object that undo it.
_UNDONE_BY_WORD = {
    "add": {"drop", "rename"},
    "attach": {"detach"},
    "cluster": {"cluster", "without"},
    "detach": {"attach"},
    "disable": {"enable"},
    "drop": {"add", "rename", "set"},
    "enable": {"disable"},
    "force": {"no"},
    "grant": {"revoke"},
    "inherit": {"no"},
    "no": {"force", "inherit"},
    "owner": {"owner"},
    "rename": {"rename"},
    "replica": {"replica"},
    "reset": {"set"},
    "revoke": {"grant"},
    "set": {"drop", "reset", "set"},
}

#: How many statements in between are read to see whether one of them undoes the first.
_LOOKED_AT = 100


class Books:
    """What exists after each statement of a bundle.

    Args:
        findings: Where clashes go.
        text_of: Normalised text of a statement.
    """

    def __init__(self, findings: Findings, text_of: Callable[[Record], str]) -> None:
        self._findings = findings
        self._text_of = text_of
        self._path = SearchPath()
        self._order = 0
        self._defined: dict[Key, Record] = {}
        self._on_table: dict[Key, list[Key]] = {}
        self._removed: dict[Key, int] = {}
        self._changed: dict[SqlObject, list[Record]] = {}
        self._renamings: dict[SqlObject, tuple[int, int]] = {}
        self._seen: dict[object, Record] = {}
        self._drops: list[Record] = []
        self._drops_read = 0
        self._last_cascade = -1
        self._overloads: dict[tuple[str | None, str | None], list[Key]] = {}
        self._handlers: dict[str, Callable[[Record], None] | None] = {
            **dict.fromkeys(_REPEATABLE, self._repeat),
            **dict.fromkeys(_CHANGES_OF_PRIVILEGES, self._change),
            "SET": self._set,
            "RESET": self._reset,
            "DISCARD ALL": self._reset_all,
            "SELECT": self._select,
            "BEGIN": self._begin,
            "START TRANSACTION": self._begin,
            "COMMIT": self._end,
            "ROLLBACK": self._end,
            "PREPARE TRANSACTION": self._end,
        }

    def follow(self, file: int, statements: list[SqlStatement]) -> None:
        """Follow statements of one file, which psql runs one after the other."""
        handlers = self._handlers
        order = self._order
        for statement in statements:
            kind = statement[0]
            if kind is None:
                continue
            try:
                handler = handlers[kind]
            except KeyError:
                handler = handlers[kind] = self._handler(kind)
            if handler is not None:
                order += 1
                handler((order, file, statement))
        self._order = order

    def _handler(self, kind: str) -> Callable[[Record], None] | None:
        if kind.startswith("CREATE "):
            return self._create
        if kind.startswith("ALTER "):
            return self._change
        if kind.startswith("DROP ") and kind != "DROP OWNED":
            return self._drop
        return None

    # Settings

    def _set(self, record: Record) -> None:
        objects = record[2][1]
        if objects and objects[0][2] == "search_path":
            self._path.assign(self._text_of(record))

    def _reset(self, record: Record) -> None:
        objects = record[2][1]
        if objects and objects[0][2] in ("search_path", "all"):
            self._path.reset()

    def _reset_all(self, _record: Record) -> None:
        self._path.reset()

    def _select(self, record: Record) -> None:
        if record[2][8] in EMPTYING_CALLS:
            self._path.empty()

    def _begin(self, _record: Record) -> None:
        self._path.begin()

    def _end(self, _record: Record) -> None:
        self._path.end()

    # Definitions

    def _create(self, record: Record) -> None:
        objects = record[2][1]
        if not objects or (objects[0][2] is None and objects[0][3] is None):
            self._repeat(record)
            return
        touched = objects[0]
        schemas = self._path.schemas
        key = key_of(touched, schemas, self._defined)
        old = self._holder(key, touched[0])
        if old is not None:
            self._clash(key, old, record)
            return
        self._defined[key] = record
        if key[0] == "routine":
            self._overloads.setdefault(key[1:3], []).append(key)
        elif touched[4] is not None:
            table = table_key(touched, schemas, self._defined)
            if table is not None:
                self._on_table.setdefault(table, []).append(key)

    def _holder(self, key: Key, kind: str) -> Record | None:
        """The definition that has taken a name."""
        defined = self._defined
        holder = defined.get(key)
        if holder is None:
            if key[0] == "type":
                holder = defined.get(("relation", *key[1:]))
                if holder is not None and holder[2][1][0][0] not in ROW_TYPED:
                    holder = None
            elif kind in ROW_TYPED:
                holder = defined.get(("type", *key[1:]))
        return holder

    def _clash(self, key: Key, old: Record, new: Record) -> None:
        """Two statements define one name: say what comes of it, unless something in between freed it."""
        new_text = self._text_of(new)
        if key[0] == "relation" and key[1] != TEMPORARY:
            temporary = ("relation", TEMPORARY, *key[2:])
            is_lasting = not _is_temporary(self._text_of(old))
            if not is_lasting:
                self._defined[temporary] = self._defined.pop(key)
            if _is_temporary(new_text):
                holder = self._defined.get(temporary)
                if holder is None:
                    self._defined[temporary] = new
                else:
                    self._clash(temporary, holder, new)
                return
            if not is_lasting:
                self._defined[key] = new
                return
        if self._is_gone(key, old) or self._was_shell(old, new):
            self._defined[key] = new
            return
        self._tell_clash(key, old, new, new_text)

    def _tell_clash(self, key: Key, old: Record, new: Record, new_text: str) -> None:
        form = new[2][2]
        is_same_kind = old[2][1][0][0] == new[2][1][0][0]
        if old[2][8] == new[2][8] or (is_same_kind and _essence(self._text_of(old)) == _essence(new_text)):
            self._tell_repeat(old, new)
            if form == "or_replace":
                self._defined[key] = new
            return
        touched = _called(new[2][1][0])
        if form == "if_not_exists":
            self._findings.add_statement(
                "CHECK_006",
                "warning",
                f"{touched} exists already, so that IF NOT EXISTS passes over this other definition",
                _ONE_PLACE,
                new,
                old,
            )
        elif form == "or_replace" and is_same_kind:
            self._findings.add_statement(
                "CHECK_005",
                "note" if old[1] == new[1] else "warning",
                f"this replaces {touched}; the order of the files decides which definition counts",
                _ONE_PLACE,
                new,
                old,
            )
            self._defined[key] = new
        else:
            what = f"{touched} is defined already"
            if not is_same_kind:
                kind = old[2][1][0][0].replace("_", " ")
                what = f"{touched} cannot be defined: there is a {kind} of this name"
            self._findings.add_statement("CHECK_004", "error", what, _REMOVE, new, old)

    def _was_shell(self, old: Record, new: Record) -> bool:
        """Whether the first statement announces a base type that the second one then defines."""
        if old[2][1][0][0] != "type" or new[2][1][0][0] != "type" or old[2][8] == new[2][8]:
            return False
        name = self._text_of(old).removeprefix("create type ")
        return not any(mark in name for mark in ("(", " as "))

    def _drop(self, record: Record) -> None:
        self._drops.append(record)
        schemas = self._path.schemas
        for touched in record[2][1]:
            key = key_of(touched, schemas, self._defined)
            if touched[1] is None and key[0] in ("relation", "type", "routine"):
                key = self._found(key, schemas)
            if touched[0] == "schema":
                self._remove_schema(touched)
            if key[0] == "routine" and key[3] is None:
                for overload in self._overloads.pop(key[1:3], ()):
                    self._remove(overload, record[0])
            self._remove(key, record[0])

    def _found(self, key: Key, schemas: tuple[str, ...]) -> Key:
        """The first of the keys that a name may lead to which exists."""
        for schema in (TEMPORARY, *schemas):
            there = (key[0], schema, *key[2:])
            if there in self._defined:
                return there
        return key

    def _remove(self, key: Key, order: int) -> None:
        self._defined.pop(key, None)
        self._removed[key] = order
        for dependent in self._on_table.pop(key, ()):
            self._defined.pop(dependent, None)
            self._removed[dependent] = order

    def _remove_schema(self, touched: SqlObject) -> None:
        for key in [key for key in self._defined if key[1] == touched[2]]:
            del self._defined[key]

    # Repetition

    def _repeat(self, record: Record) -> None:
        seen = self._seen
        # One text means two things if names lead elsewhere.
        same = (record[2][8], self._path.schemas)
        old = seen.get(same)
        seen[same] = record
        if old is not None and not self._is_undone(old, record):
            self._tell_repeat(old, record)

    def _change(self, record: Record) -> None:
        changed = self._changed
        for touched in record[2][1]:
            listed = changed.get(touched)
            if listed is None:
                changed[touched] = [record]
            else:
                listed.append(record)
        self._repeat(record)

    def _is_undone(self, old: Record, new: Record) -> bool:
        """Whether a statement between two equal ones makes the second one necessary."""
        kind, objects = new[2][:2]
        if self._has_cascade_since(old[0]):
            return True
        for touched in objects:
            key = key_of(touched, self._path.schemas, self._defined)
            table = table_key(touched, self._path.schemas, self._defined)
            schema = ("schema", None, key[1], None, None)
            for gone in (key, table, schema):
                if gone is not None and self._removed.get(gone, -1) > old[0]:
                    return True
        if kind in _UNDONE_BY_KIND:
            return self._is_undone_by_kind(old, new, _UNDONE_BY_KIND[kind])
        if kind is not None and kind.startswith("ALTER "):
            return self._is_undone_by_word(old, new)
        return False

    def _is_undone_by_kind(self, old: Record, new: Record, kind: str) -> bool:
        for touched in new[2][1]:
            in_schema = ("schema", None, touched[1], None, None)
            for place in (touched, in_schema):
                for order, _, statement in reversed(self._changed.get(place, ())):
                    if order <= old[0]:
                        break
                    if statement[0] == kind:
                        return True
        return False

    def _is_undone_by_word(self, old: Record, new: Record) -> bool:
        undoing = set[str]()
        for word in self._text_of(new).split():
            undoing |= _UNDONE_BY_WORD.get(word, set())
        for touched in new[2][1]:
            for between in reversed(self._changed.get(touched, ())[-_LOOKED_AT:]):
                if between[0] <= old[0]:
                    break
                if between[2][8] == new[2][8]:
                    continue
                if not undoing.isdisjoint(self._text_of(between).split()):
                    return True
        return False

    def _tell_repeat(self, old: Record, new: Record) -> None:
        kind, objects, form, *_ = new[2]
        touched = f" of {_called(objects[0])}" if objects else ""
        hint = "Remove one of the two."
        if form == "if_not_exists":
            severity = "note"
        elif kind is not None and kind.startswith("CREATE ") and form == "" and _is_named(objects):
            severity = "error"
        else:
            severity = "warning"
        self._findings.add_statement(
            "CHECK_007", severity, f"the same {kind}{touched} stands in the bundle already", hint, new, old
        )

    # What happened in between

    def _is_gone(self, key: Key, old: Record) -> bool:
        """Whether something may have removed or renamed an object since its definition."""
        if self._has_cascade_since(old[0]):
            return True
        return any(self._last_renaming(place) > old[0] for place in _callings(key, old[2][1][0]))

    def _last_renaming(self, place: SqlObject) -> int:
        """Number of the last statement that took away a name; -1 if there is none."""
        changes = self._changed.get(place, ())
        read, last = self._renamings.get(place, (0, -1))
        for record in changes[read:]:
            if record[2][0] in _CHANGES_OF_PRIVILEGES:
                continue
            words = self._text_of(record)
            if " rename to " in words or " set schema " in words:
                last = record[0]
        self._renamings[place] = (len(changes), last)
        return last

    def _has_cascade_since(self, order: int) -> bool:
        for record in self._drops[self._drops_read :]:
            if self._text_of(record).endswith(" cascade"):
                self._last_cascade = record[0]
        self._drops_read = len(self._drops)
        return self._last_cascade > order


def _called(touched: SqlObject) -> str:
    """An object as a person would call it."""
    from confiture.core.statements import identity_of

    return str(identity_of(touched))


def _callings(key: Key, touched: SqlObject) -> Iterator[SqlObject]:
    """What an ``ALTER`` that takes an object's name away may call it, or its schema."""
    kind, _, name, arguments, parent = touched
    namespace = NAMESPACES.get(kind)
    kinds = [other for other, its in NAMESPACES.items() if its == namespace] if namespace else [kind]
    for schema in (key[1], None):
        for other in kinds:
            yield other, schema, name, arguments, None if namespace else parent
            if arguments is not None:
                yield other, schema, name, None, None
    yield "schema", None, key[1], None, None


def _is_temporary(text: str) -> bool:
    """Whether a definition's normalised text makes something that lasts as long as the session."""
    for word in text.split(" ", 6):
        if word not in ("create", "or", "replace", "global", "local"):
            return word in ("temp", "temporary")
    return False


def _essence(text: str) -> str:
    """A definition's normalised text without the words that say what to do if there is one."""
    return text.replace(" or replace ", " ", 1).replace(" if not exists ", " ", 1)


def _is_named(objects: tuple[SqlObject, ...]) -> bool:
    return bool(objects) and (objects[0][2] is not None or objects[0][3] is not None)
