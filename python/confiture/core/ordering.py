"""The order in which statements can run, by what they need and say alone (``docs/bundle.md``).

Where statements stand and what their files are called does not count.
"""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from confiture.core.groups import strongly_connected

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from confiture._interface import SqlObject, SqlStatement

__all__ = [
    "Order",
    "Sortable",
    "UnsortableError",
    "check_contradictions",
    "check_privileges",
    "check_sortable",
    "is_about_all",
    "is_row_statement",
    "is_temporary",
    "leaves_bodies",
    "order_of_needs",
    "sorted_by_words",
    "topological",
]

#: Statements about rows, which keep their order and come behind all definitions.
_ABOUT_ROWS = frozenset(
    {
        *("ANALYZE", "CALL", "CHECKPOINT", "CLUSTER", "COPY", "DEALLOCATE", "DELETE", "DO"),
        *("EXECUTE", "EXPLAIN", "INSERT", "LOCK TABLE", "MERGE", "PREPARE", "REFRESH MATERIALIZED VIEW"),
        *("REINDEX", "SELECT", "SELECT INTO", "TRUNCATE TABLE", "UPDATE", "VACUUM"),
    }
)

#: Statements whose meaning depends on where they stand.
_UNSORTABLE = frozenset(
    {
        *("BEGIN", "START TRANSACTION", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"),
        *("PREPARE TRANSACTION", "COMMIT PREPARED", "ROLLBACK PREPARED", "SET CONSTRAINTS"),
        *("DISCARD ALL", "DISCARD"),
    }
)

#: Settings that change how a text is run, and nothing that it defines: they may come first.
_HARMLESS = frozenset(
    {
        *("check_function_bodies", "client_encoding", "client_min_messages", "deadlock_timeout"),
        *("idle_in_transaction_session_timeout", "lock_timeout", "maintenance_work_mem", "row_security"),
        *("standard_conforming_strings", "statement_timeout", "transaction_timeout", "work_mem", "xmloption"),
    }
)

#: The place of each kind of statement among those that need nothing of each other. What is not here is a
#: definition without a place of its own, and comes after the types.
_RANKS = {
    "CREATE ROLE": 1,
    "ALTER ROLE": 2,
    "GRANT ROLE": 2,
    "CREATE TABLESPACE": 2,
    "CREATE SCHEMA": 3,
    "CREATE EXTENSION": 4,
    "CREATE LANGUAGE": 5,
    "CREATE COLLATION": 5,
    "CREATE TYPE": 6,
    "CREATE DOMAIN": 6,
    "CREATE SEQUENCE": 8,
    "CREATE FUNCTION": 9,
    "CREATE PROCEDURE": 9,
    "CREATE TABLE": 10,
    "CREATE FOREIGN TABLE": 10,
    "CREATE INDEX": 14,
    "CREATE VIEW": 15,
    "CREATE MATERIALIZED VIEW": 15,
    "CREATE STATISTICS": 16,
    "CREATE TRIGGER": 17,
    "CREATE EVENT TRIGGER": 30,
    "CREATE POLICY": 18,
    "CREATE RULE": 18,
    "CREATE PUBLICATION": 20,
    "CREATE SUBSCRIPTION": 20,
    "REVOKE": 23,
    "GRANT": 25,
    "REVOKE ROLE": 25,
    "ALTER DEFAULT PRIVILEGES": 29,
    "COMMENT": 27,
    "SECURITY LABEL": 27,
}
_DEFINITION = 7
_WIDE = 24
_NARROWING = 26
_ALTER = 12
_LATER_ALTER = 22

#: What can be replaced by what comes later.
_REPLACEABLE = frozenset(
    {
        *("CREATE AGGREGATE", "CREATE FUNCTION", "CREATE PROCEDURE", "CREATE RULE", "CREATE TRIGGER"),
        "CREATE VIEW",
    }
)
#: What a relation or column has one of: the last one that is set counts.
_SETTING = re.compile(
    r" (?:enable|disable) (?P<what>row level security)"
    r"| (?:no )?(?P<forced>force row level security)"
    r"| (?P<identity>replica identity)\b"
    r"| (?P<cluster>cluster on|set without cluster)\b"
    r'| alter (?:column )?(?P<column>"(?:[^"]|"")+"|\S+) (?:set data |set |drop )?'
    r"(?P<of_column>default|not null|statistics|storage|compression|type)\b"
)
_RELATIONS = frozenset({"table", "view", "materialized_view", "sequence", "index", "foreign_table"})

#: First words of what ``ALTER`` does that others may need: these come before whatever needs the object.
_COMPLETING = frozenset({"add", "alter", "attach", "as", "set"})
#: What of it is never needed by others.
_LATE = frozenset({"owner", "enable", "disable", "force", "validate", "cluster", "replica", "depends"})
#: What cannot be sorted, as it depends on what was there before.
_UNDOING = frozenset({"rename", "detach", "drop"})


class UnsortableError(Exception):
    """A statement's meaning depends on where it stands.

    Attributes:
        kind: Its command tag.
        place: Its line and column.
        reason: Why it cannot be sorted.
        other_place: Line and column of another statement that has a part in it.
    """

    def __init__(
        self, kind: str, place: tuple[int, int], reason: str, other_place: tuple[int, int] | None = None
    ) -> None:
        super().__init__(kind, place, reason, other_place)
        self.kind = kind
        self.place = place
        self.reason = reason
        self.other_place = other_place


class Sortable(NamedTuple):
    """A statement that can be sorted.

    Attributes:
        statement: What the engine says of it.
        words: Its normalised text.
    """

    statement: SqlStatement
    words: str

    @property
    def key(self) -> tuple[int, int, str, bool, str]:
        """By what it is sorted when nothing else decides: its rank, its kind, its words.

        What has a name comes before that to which PostgreSQL gives one that is free.
        """
        kind = self.statement[0] or ""
        has_no_name = kind == "CREATE INDEX" and self.statement[1][0][2] is None
        rest = (kind, has_no_name, self.words)
        return rank(kind, self.words), 0 if kind.startswith("CREATE") else 1, *rest

    @property
    def is_completing(self) -> bool:
        """Whether it adds something to an object that others may need."""
        kind = self.statement[0] or ""
        return kind.startswith("ALTER") and rank(kind, self.words) == _ALTER


def is_row_statement(kind: str | None, words: str) -> bool:
    """Whether a statement is about rows, and keeps its order behind all definitions."""
    if kind == "DO":
        # What it makes has to be there for others.
        return not any(made in words for made in ("create role", "create user", "create extension"))
    return kind in _ABOUT_ROWS


def is_temporary(words: str) -> bool:
    """Whether a statement makes something that goes away with the session."""
    return words.startswith(("create temp ", "create temporary ", "create or replace temp"))


def is_about_all(kind: str | None, words: str) -> bool:
    """Whether a statement is about all that is there, or about all that will be."""
    return kind == "ALTER DEFAULT PRIVILEGES" or (kind in ("GRANT", "REVOKE") and " on all " in words)


_OFF = re.compile(r"check_function_bodies (?:=|to) '?(?:off?|fa?l?s?e?|no?|0)\b")


def leaves_bodies(sortable: Sortable) -> bool:
    """Whether a statement says that bodies of routines are not to be checked."""
    return sortable.statement[0] == "SET" and _OFF.search(sortable.words) is not None


def rank(kind: str, words: str) -> int:
    """The place of a statement among those that need nothing of each other."""
    if kind == "SET":
        return -1
    if kind == "DO":
        return 0
    if kind.startswith("ALTER") and kind not in _RANKS:
        action = _action(words)
        if "foreign key" in words or " references " in words or action in _LATE:
            return _LATER_ALTER
        return _ALTER if action in _COMPLETING else _LATER_ALTER
    if kind == "REVOKE" and not words.startswith("revoke all "):
        # What is taken of what others gave comes after it.
        return _NARROWING
    if kind == "GRANT" and " on all " in words:
        return _WIDE
    return _RANKS.get(kind, _DEFINITION)


def _action(words: str) -> str:
    """The first word of what ``ALTER`` does."""
    for word in words.split()[2:]:
        if word in _COMPLETING or word in _LATE or word in _UNDOING:
            return word
    return ""


def check_sortable(statement: SqlStatement, words: str) -> None:
    """Refuse a statement whose meaning depends on where it stands.

    Raises:
        UnsortableError: It is such a statement.
    """
    kind, objects, _, _, _, line, column, *_ = statement
    reason = ""
    if kind == "SET" and objects and objects[0][2] in _HARMLESS:
        return
    if kind is None:
        reason = "it is no statement that PostgreSQL knows"
    elif kind in _UNSORTABLE:
        reason = "a transaction is a matter of order"
    elif kind.startswith("DROP"):
        reason = "what it removes may have been needed before"
    elif kind == "REASSIGN OWNED":
        reason = "what is made after it has another owner"
    elif kind.startswith("ALTER") and _undoes(words):
        reason = "it changes what others find under a name"
    elif kind in ("SET", "RESET"):
        reason = "the statements that it is meant for may come before it"
    if reason:
        raise UnsortableError(kind or "", (line, column), reason)


def check_contradictions(statements: Iterable[Sortable]) -> None:
    """Refuse statements of which the last one counts, as nothing would tell which that is.

    Raises:
        UnsortableError: There are two with different words.
    """
    said: dict[tuple[object, ...], tuple[Sortable, str]] = {}
    for sortable in statements:
        for subject, value in _sayings(sortable):
            other, other_value = said.setdefault(subject, (sortable, value))
            is_replaced = "or_replace" in (sortable.statement[2], other.statement[2])
            if other is sortable or value == other_value or (subject[0] == "definition" and not is_replaced):
                continue
            kind, _, _, _, _, line, column, *_ = sortable.statement
            raise UnsortableError(
                kind or "",
                (line, column),
                "another statement says something else of the same object",
                other.statement[5:7],
            )


def check_privileges(statements: Iterable[Sortable]) -> None:
    """Refuse what is granted and taken in an order in which it is not sorted.

    Args:
        statements: Statements in their own order, of which nothing tells that it is the one that is meant.

    Raises:
        UnsortableError: There is such a statement.
    """
    last: dict[tuple[object, ...], Sortable] = {}
    for sortable in statements:
        kind, objects, _, _, _, line, column, *_ = sortable.statement
        if kind not in _UNDONE_BY or is_about_all(kind, sortable.words):
            continue
        for subject in _granted(sortable.words, objects):
            other = last.get((_UNDONE_BY[kind], *subject))
            if other is not None and other.key > sortable.key:
                reason = "another statement before it is about the same privileges, and would come behind it"
                raise UnsortableError(kind, (line, column), reason, other.statement[5:7])
            known = last.setdefault((kind, *subject), sortable)
            if sortable.key > known.key:
                last[kind, *subject] = sortable


_UNDONE_BY = {"GRANT": "REVOKE", "REVOKE": "GRANT"}
_TO_WHOM = re.compile(r".* (?:to|from) (.*?)(?: with grant option| granted by .*| cascade| restrict)*\Z")


def _granted(words: str, objects: Iterable[SqlObject]) -> Iterator[tuple[object, ...]]:
    """Each object of which something is granted or taken, with each role that it concerns."""
    found = _TO_WHOM.match(words)
    roles = [] if found is None else found[1].split(" , ")
    for what, schema, name, arguments, _ in objects:
        for role in roles:
            place = "relation" if what in _RELATIONS else what
            yield (place, schema or "public", name, arguments, role.removeprefix("group "))


def _sayings(sortable: Sortable) -> Iterator[tuple[tuple[object, ...], str]]:
    """What a statement says of what others that come later can say something else of."""
    kind, objects, *_ = sortable.statement
    words = sortable.words
    if kind is None or len(objects) != 1 or objects[0][2] is None:
        return
    ((what, schema, name, arguments, parent),) = objects
    # A view can be called a table.
    place = ("relation" if what in _RELATIONS else what, schema or "public", name, arguments, parent)
    if kind == "COMMENT":
        yield ("comment", *place), words
    elif kind == "CREATE RULE" and name == "_RETURN":
        # It is what its view says.
        yield ("definition", "relation", schema or "public", parent, None, None), words
    elif kind in _REPLACEABLE:
        yield ("definition", *place), words
    elif kind.startswith("ALTER ") and _action(words) == "owner":
        yield ("owner", *place), words.partition(" owner to ")[2]
    elif kind.startswith("ALTER ") and what in _RELATIONS:
        for found in _SETTING.finditer(words):
            value = words[found.start() :].partition(" ,")[0]
            yield (found["column"], _slot(found), *place), value


def _slot(found: re.Match[str]) -> str:
    """Which of the settings it is."""
    return str(found["of_column"] or next(name for name, text in found.groupdict().items() if text))


def _undoes(words: str) -> bool:
    if _action(words) == "rename" or " set schema " in words or _action(words) == "detach":
        return True
    return _action(words) == "drop" and words.startswith(("alter table", "alter foreign", "alter type"))


def sorted_by_words(statements: Iterable[Sortable]) -> list[Sortable]:
    """The statements in an order that says nothing of what they need, but is always the same."""
    return sorted(statements, key=lambda sortable: sortable.key)


class Order(NamedTuple):
    """What each statement comes after.

    Attributes:
        before: The indices of the statements that it comes after.
        needed: Those of them that make what it cannot do without.
        groups: The statements that need each other, in which what they need of each other was not looked at.
    """

    before: list[set[int]]
    needed: list[set[int]]
    groups: list[list[int]]


def order_of_needs(
    completing: Sequence[bool],
    made_by: Mapping[str, int],
    needs: Sequence[set[str]],
    touched: Sequence[set[str]],
    copied: Sequence[set[int]],
    wishes: Sequence[set[str]],
    kept: Collection[tuple[int, int]] = (),
) -> Order:
    """What each statement comes after, by what it needs.

    Args:
        completing: Whether each statement adds something to an object that others may need.
        made_by: The index of the statement that makes each object.
        needs: What each statement needs.
        touched: What each statement names as what it is about.
        copied: The statements of which each would take over less if they came later.
        wishes: What each statement may need only when it is used.
        kept: Pairs of statements of which the first comes before the second, whatever they need.
    """
    completed_by: defaultdict[int, set[int]] = defaultdict(set)
    needed: list[set[int]] = []
    for index, is_completing in enumerate(completing):
        named = needs[index] | touched[index]
        needed.append({made_by[name] for name in named if name in made_by} - {index})
        if is_completing:
            for name in touched[index] & made_by.keys():
                completed_by[made_by[name]].add(index)
    completed = [
        others | (more - {index}) for index, (others, more) in enumerate(zip(needed, copied, strict=True))
    ]
    for index, is_completing in enumerate(completing):
        if not is_completing:
            for maker in needed[index]:
                completed[index] |= completed_by[maker] - {index}
    for first, second in kept:
        needed[second].add(first)
        completed[second].add(first)
    before = [
        others | ({made_by[name] for name in names if name in made_by} - {index})
        for index, (others, names) in enumerate(zip(completed, wishes, strict=True))
    ]
    groups = _groups(before)
    # There may be an order without the wishes, and one without what completes the others or is copied.
    for wanted in (completed, needed):
        for group in groups:
            inside = set(group)
            for index in group:
                before[index] -= inside - wanted[index]
        groups = groups and _groups(before, groups)
    for group in groups:
        inside = set(group)
        for index in group:
            before[index] -= {
                other for other in before[index] & inside if completing[other] and (other, index) not in kept
            }
    groups = groups and _groups(before, groups)
    for group in groups:
        inside = set(group)
        for index in group:
            before[index] -= inside
    return Order(before, needed, groups)


def _groups(before: Sequence[set[int]], among: Iterable[Iterable[int]] | None = None) -> list[list[int]]:
    """The statements that need each other.

    Args:
        before: What each statement comes after.
        among: Groups that have been found, if less is needed now: there are no others outside of them.
    """
    if among is None:
        # Nearly all have an order.
        left = set(range(len(before))).difference(topological(before, range(len(before))))
    else:
        left = set().union(*among)
    needs = {str(index): [str(other) for other in sorted(before[index] & left)] for index in sorted(left)}
    return [sorted(map(int, group)) for group in strongly_connected(needs) if len(group) > 1]


def topological(before: Sequence[set[int]], places: Sequence[int]) -> list[int]:
    """Indices in an order in which each comes after the others before it; their places decide the rest.

    Those that need each other are left out, and so is what comes after them.
    """
    total = len(before)
    waiting = [len(others) for others in before]
    after: list[list[int]] = [[] for _ in before]
    for index, others in enumerate(before):
        for other in others:
            after[other].append(index)
    # A place and an index in one number.
    ready = [places[index] * total + index for index, count in enumerate(waiting) if not count]
    heapq.heapify(ready)
    order: list[int] = []
    while ready:
        index = heapq.heappop(ready) % total
        order.append(index)
        for other in after[index]:
            waiting[other] -= 1
            if not waiting[other]:
                heapq.heappush(ready, places[other] * total + other)
    return order
