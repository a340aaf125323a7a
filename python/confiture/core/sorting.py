"""The order in which statements can run, found by the models of their texts (``docs/bundle.md``).

Statements that need nothing of each other come in an order that only their words decide. Where a text in that
order says something else than in the given one, the statements that say it keep the given one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from confiture.artifacts.meanings import DEFAULT_SCHEMA, Meaning, subjects_of
from confiture.artifacts.schema import decode_model
from confiture.core.foreign_keys import move_foreign_keys
from confiture.core.needs import Needs
from confiture.core.ordering import (
    Order,
    Sortable,
    UnsortableError,
    check_privileges,
    is_about_all,
    leaves_bodies,
    order_of_needs,
    sorted_by_words,
    topological,
)
from confiture.core.pieces import Piece
from confiture.lineage.objects import objects_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from confiture._interface import Engine
    from confiture.artifacts.meanings import Subject
    from confiture.models.schema.model import SchemaModel
    from confiture.models.statement import Identity

__all__ = ["sorted_pieces"]

#: How often the order is worked out anew: a statement tells all that it needs only when it comes behind it.
_ROUNDS = 5
#: How often it is worked out anew with more statements that keep their order.
_ATTEMPTS = 5

#: What gives all columns: `*` that is no factor, and joins by common names.
_STAR = re.compile(r"\* (?:,|from\b|;|$|\))|\. \*|\.\*|\bnatural\b|\b(?:as|\() table\b")

#: What statements set that the model says nothing of; a string follows the label's object.
_SET = re.compile(
    r"(?P<what>alter (?:system|(?:database|role|user) (?:[^\s\"]|\"(?:[^\"]|\"\")+\")+(?: in database \S+)?))"
    r" (?:re)?set (?P<setting>\S+)|(?P<label>security label .*?) is (?='|null)"
)

_TAKEN = "it is defined already"
#: Kinds of constraints that have an index of their name.
_WITH_INDEXES = ("primary_key", "unique", "exclusion")
_DEFAULTS = "ALTER DEFAULT PRIVILEGES"


def sorted_pieces(engine: Engine, definitions: Sequence[Piece]) -> list[Piece]:
    """Definitions in the order of what they need, which say the same as in the given order if that works.

    Raises:
        UnsortableError: Statements need each other, define one thing twice, or depend on an order that
            nothing tells.
    """
    sorting = _Sorting(engine, _by_words(definitions))
    order = sorting.order()
    if order.groups:
        sorting = _Sorting(engine, _by_words(_without_keys(engine, sorting.pieces, order.groups)))
        order = sorting.order()
        if order.groups:
            raise _need_each_other(sorting.pieces, order.groups[0])
    numbers = {id(piece): index for index, piece in enumerate(sorting.pieces)}
    wanted = [index for piece in definitions if (index := numbers.get(id(piece))) is not None]
    if len(wanted) < len(numbers) or not sorting.works(wanted, order):
        sorting.check_default_privileges(order)
        check_privileges(piece.sortable for piece in definitions)
        wanted = sorting.order_by_kind(order)
    return [sorting.pieces[index] for index in sorting.with_the_meaning_of(wanted, order)]


class _Sorting:
    """Pieces that are put in order.

    Args:
        engine: The engine in use.
        pieces: The definitions, in the order that decides where nothing else does.
    """

    def __init__(self, engine: Engine, pieces: list[Piece]) -> None:
        self.pieces = pieces
        self._engine = engine
        self._statements = [piece.sortable for piece in pieces]
        self._subjects = [
            {subject for touched in item.statement[1] for subject in subjects_of(touched)}
            for item in self._statements
        ]
        # As settings come first, it holds for all.
        self._checks_bodies = not any(map(leaves_bodies, self._statements))
        self._completing = [item.is_completing for item in self._statements]
        self._needs: list[set[int]] = []
        self._meanings: dict[tuple[int, ...], Meaning] = {}
        self._documents: dict[tuple[int, ...], tuple[bytes, dict[int, int]]] = {}
        #: Statements that name what others would take as a name of their own making.
        self._names_first: set[tuple[int, int]] = set()

    def order(self, kept: Collection[tuple[int, int]] = (), start: list[int] | None = None) -> Order:
        """What each piece comes after, by the models of the texts that they make.

        Args:
            kept: Pairs of pieces of which the first comes before the second.
            start: The pieces in an order that is nearly right.
        """
        wanted = list(range(len(self.pieces))) if start is None else start
        for _ in range(_ROUNDS):
            before = wanted
            order = self._order(wanted, kept)
            wanted = self._by_words(order)
            if order.groups or wanted == before:
                break
        return order

    def works(self, wanted: list[int], order: Order) -> bool:
        """Whether each piece comes after what it cannot do without, in an order that is given."""
        place_of = {index: place for place, index in enumerate(wanted)}
        if any(place_of[other] > place_of[index] for index in wanted for other in order.needed[index]):
            return False
        return not self._meaning(wanted).understands_less(self._meaning(self._by_words(order)))

    def order_by_kind(self, order: Order) -> list[int]:
        """The pieces in an order that works, in which those of a kind come as they stand in the text."""
        keys = [(piece.sortable.key[:-1], piece.place) for piece in self.pieces]
        places = [0] * len(keys)
        for place, index in enumerate(sorted(range(len(keys)), key=keys.__getitem__)):
            places[index] = place
        for _ in range(_ROUNDS):
            found = topological(order.before, places)
            known = len(self._names_first)
            document, lines = self._document(found)
            self._look_at_names(decode_model(document), lines)
            if len(self._names_first) == known:
                break
            order = self.order()
        by_words = self._by_words(order)
        return by_words if self._meaning(found).understands_less(self._meaning(by_words)) else found

    def check_default_privileges(self, order: Order) -> None:
        """Refuse privileges of which only an order that works could tell what they are for.

        Raises:
            UnsortableError: It makes a difference where they stand.
        """
        places = [
            -1 if item.statement[0] == _DEFAULTS else index for index, item in enumerate(self._statements)
        ]
        if -1 not in places:
            return
        first, last = topological(order.before, places), self._by_words(order)
        if self._meaning(first).differences(self._meaning(last)):
            raise _unsortable(
                self.pieces[places.index(-1)],
                "what is made after it gets its privileges, and the statements stand in an order "
                "that does not work, so nothing tells what that is",
            )

    def with_the_meaning_of(self, wanted: list[int], order: Order) -> list[int]:
        """The pieces in their order, but with the same meaning as in another one that works.

        Args:
            wanted: The pieces in the other order.
            order: What each piece comes after.
        """
        meant = self._meaning(wanted)
        differing: set[Subject] = set()
        fixed = self._before_columns(wanted) | self._set_again(wanted)
        if fixed:
            order = self.order(fixed)
            if order.groups:
                return wanted
        for _ in range(_ATTEMPTS):
            found = self._by_words(order)
            meaning = self._meaning(found)
            new = meant.differences(meaning)
            if not new:
                return found
            is_wide = new <= differing
            differing |= new
            makers = meant.made(differing) | meaning.made(differing)
            concerned = self._concerned(differing, makers, is_wide=is_wide)
            kept = [index for index in wanted if index in concerned]
            order = self.order({*pairwise(kept), *fixed}, found)
            if order.groups:
                break
        return wanted

    def _before_columns(self, wanted: list[int]) -> set[tuple[int, int]]:
        """Queries that may give all columns of something, each with what changes these only after it."""
        place_of = {index: place for place, index in enumerate(wanted)}
        changes: defaultdict[int, list[int]] = defaultdict(list)
        for index in wanted:
            if self._completing[index]:
                for maker in self._needs[index]:
                    changes[maker].append(index)
        pairs: set[tuple[int, int]] = set()
        for index in wanted:
            if not _STAR.search(self._statements[index].words):
                continue
            seen, waiting = {index}, [index]
            while waiting:
                new = self._needs[waiting.pop()] - seen
                seen |= new
                waiting += new
            pairs |= {
                (index, one) for maker in seen for one in changes[maker] if place_of[index] < place_of[one]
            }
        return pairs

    def _set_again(self, wanted: list[int]) -> set[tuple[int, int]]:
        """What the model has no place for and a later statement replaces, each with that one."""
        pairs: set[tuple[int, int]] = set()
        last: dict[tuple[str | None, ...], int] = {}
        settings: defaultdict[str, list[int]] = defaultdict(list)
        for index in wanted:
            found = _SET.match(self._statements[index].words)
            if found is None:
                continue
            key = (found["label"], found["what"], found["setting"])
            before = {last.get(key)}
            if found["what"] is not None:
                before.add(last.get((None, found["what"], "all")))
                if found["setting"] == "all":
                    before.update(settings.pop(found["what"], ()))
                settings[found["what"]].append(index)
            pairs |= {(other, index) for other in before if other is not None}
            last[key] = index
        return pairs

    def _concerned(self, subjects: set[Subject], makers: set[int], *, is_wide: bool) -> set[int]:
        """The statements that may have a part in what is said of some objects."""
        found = makers | {
            index
            for index, item in enumerate(self._statements)
            if not subjects.isdisjoint(self._subjects[index]) or is_about_all(item.statement[0], item.words)
        }
        if not is_wide:
            return found
        needed = {other for index in found for other in self._needs[index]}
        wider = subjects.union(*(self._subjects[index] for index in found | needed))
        return self._concerned(wider, found | needed, is_wide=False)

    def _by_words(self, order: Order) -> list[int]:
        return topological(order.before, range(len(self.pieces)))

    def _order(self, wanted: list[int], kept: Collection[tuple[int, int]]) -> Order:
        document, lines = self._document(wanted)
        model = decode_model(document)
        self._look_at_names(model, lines)
        needs = Needs(model, lines, checks_bodies=self._checks_bodies)
        needed = needs.of(self._statements)
        touched = needs.touched(self._statements)
        softly = (needs.copied(self._statements), needs.wishes(self._statements))
        order = order_of_needs(
            *(self._completing, needs.made_by, needed, touched, *softly),
            self._names_first.union(kept),
        )
        self._needs = order.needed
        return order

    def _look_at_names(self, model: SchemaModel, lines: Mapping[int, int]) -> None:
        """Notice which statements name what others have taken.

        Raises:
            UnsortableError: Both name it.
        """
        taken = [
            (lines[opaque.place.line], opaque.identity)
            for opaque in model.opaque
            if opaque.reason == _TAKEN and opaque.identity is not None and opaque.place is not None
        ]
        if not taken:
            return
        holders: defaultdict[Subject, set[int]] = defaultdict(set)
        for item in objects_of(model).values():
            if item.place is not None and not item.is_opaque:
                holders[item.schema or DEFAULT_SCHEMA, item.name].add(lines[item.place.line])
        for table in model.tables:
            for constraint in table.constraints:
                if constraint.kind in _WITH_INDEXES and constraint.place is not None:
                    holders[table.schema or "", constraint.name].add(lines[constraint.place.line])
        for index, identity in taken:
            subject = (identity.schema or DEFAULT_SCHEMA, identity.name or "")
            for holder in holders[subject] - {index}:
                if self._names(holder, subject):
                    raise _defined_twice(self.pieces[index], self.pieces[holder], identity)
                self._names_first.add((index, holder))

    def _names(self, index: int, subject: Subject) -> bool:
        """Whether a statement says itself what it makes is called."""
        kind, objects, form, *_ = self._statements[index].statement
        is_plain = (kind or "").startswith("CREATE ") and form != "if_not_exists"
        return is_plain and subject in subjects_of(objects[0])[:1]

    def _meaning(self, wanted: list[int]) -> Meaning:
        key = tuple(wanted)
        if key not in self._meanings:
            self._meanings[key] = Meaning(*self._document(wanted))
        return self._meanings[key]

    def _document(self, wanted: list[int]) -> tuple[bytes, dict[int, int]]:
        """The model of pieces in an order, and which of them starts in a line of its text."""
        key = tuple(wanted)
        if key not in self._documents:
            text, lines = self._text(wanted)
            self._documents[key] = self._engine.parse_sql(text), lines
        return self._documents[key]

    def _text(self, wanted: list[int]) -> tuple[str, dict[int, int]]:
        """The text of pieces in an order, and which of them starts in a line."""
        lines: dict[int, int] = {}
        texts: list[str] = []
        line = 1
        for index in wanted:
            lines[line] = index
            texts.append(f"{self.pieces[index].statement}\n")
            line += texts[-1].count("\n")
        return "".join(texts), lines


def _by_words(pieces: Iterable[Piece]) -> list[Piece]:
    by_identity = {id(piece.sortable): piece for piece in pieces}
    return [
        by_identity[id(sortable)]
        for sortable in sorted_by_words(piece.sortable for piece in by_identity.values())
    ]


def _without_keys(engine: Engine, pieces: list[Piece], groups: list[list[int]]) -> list[Piece]:
    """The pieces, with the foreign keys of tables that need each other as statements of their own."""
    inside = {index for group in groups for index in group}
    result: list[Piece] = []
    for index, piece in enumerate(pieces):
        if index not in inside or piece.sortable.statement[0] != "CREATE TABLE":
            result.append(piece)
            continue
        moved = move_foreign_keys(engine, piece.statement)
        if not moved.line:
            result.append(piece)
            continue
        statements = engine.split_statements(moved.text, spans=False)[0]
        words = engine.normalize_statements(moved.text)
        content = moved.text.encode()
        _, _, _, _, _, line, column, *_ = piece.sortable.statement
        for number, (statement, text) in enumerate(zip(statements, words, strict=True)):
            kind, objects, form, start, end, _, _, is_terminated, fingerprint = statement
            own = (kind, objects, form, start, end, line, column, is_terminated, fingerprint)
            written = content[start:end].decode()
            if number:
                result.append(Piece(Sortable(own, text), "", written, "", piece.place))
            else:
                result.append(piece._replace(sortable=Sortable(own, text), statement=written))
    return result


def _unsortable(piece: Piece, reason: str, other: Piece | None = None) -> UnsortableError:
    """That a piece cannot be sorted, for a reason in which another one may have a part."""
    kind, _, _, _, _, line, column, *_ = piece.sortable.statement
    other_place = None if other is None else other.sortable.statement[5:7]
    return UnsortableError(kind or "", (line, column), reason, other_place)


def _need_each_other(pieces: Sequence[Piece], group: Sequence[int]) -> UnsortableError:
    others = len(group) - 1
    reason = f"it and {others} other statement{'s' * (others > 1)} need each other"
    return _unsortable(pieces[group[0]], reason, pieces[group[1]])


def _defined_twice(piece: Piece, other: Piece, identity: Identity) -> UnsortableError:
    first, second = sorted((piece, other), key=lambda one: one.sortable.statement[5:7])
    return _unsortable(second, f"{identity} is defined twice", first)
