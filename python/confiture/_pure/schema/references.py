"""What a query, an expression or a routine's body refers to, as its tokens tell (``docs/model.md``)."""

from __future__ import annotations

from typing import NamedTuple

from confiture._pure.schema.catalog import RESERVED
from confiture._pure.schema.mentions import names_in_string
from confiture._pure.schema.reading import (
    OPERATOR,
    PUNCTUATION,
    QUOTED_NAME,
    STRING,
    WORD,
    Name,
    Reader,
    string_of,
)
from confiture.models.sql_names import RESERVED as KEYWORDS

__all__ = ["Located", "Reference", "is_read_late", "located_references"]


class Reference(NamedTuple):
    """A name that something of the schema may have.

    Attributes:
        kind: ``relation``, ``routine``, ``type``, ``operator``, or a kind of definition.
        arity: The number of a routine's arguments; -1 if it cannot be told.
    """

    kind: str
    name: Name
    arity: int = -1


class Located(NamedTuple):
    """A reference in a text.

    Attributes:
        start: The first of the tokens that name it: a name, or a string that holds one.
        end: What follows them.
        is_from: Whether it is called where a relation stands.
    """

    reference: Reference
    start: int
    end: int
    is_from: bool = False


_NAMES = (WORD, QUOTED_NAME)
#: Functions with ``FROM`` among their arguments.
_WITH_FROM = frozenset(("extract", "substring", "trim", "overlay", "position"))
#: What ends the relations after ``FROM``.
_AFTER_FROM_TEXT = """
    where group having order limit offset fetch window union intersect except returning set select
"""
_AFTER_FROM = frozenset(_AFTER_FROM_TEXT.split())
#: What ``UPDATE`` stands after when no relation follows.
_BEFORE_UPDATE = frozenset(("for", "key", "on", "do", "or", "before", "after", "of", "then"))
_SEQUENCE_FUNCTIONS = frozenset(("nextval", "currval", "setval"))
#: Functions of which the first one of several arguments can be a text search configuration.
_SEARCHING = frozenset(
    (
        *("to_tsvector", "to_tsquery", "plainto_tsquery", "phraseto_tsquery", "websearch_to_tsquery"),
        *("ts_headline", "json_to_tsvector", "jsonb_to_tsvector"),
    )
)
_OF_STRINGS = {
    "regconfig": "text_search_configuration",
    "regdictionary": "text_search_dictionary",
    "regcollation": "collation",
    "regclass": "relation",
    "regproc": "routine",
    "regprocedure": "routine",
    "regtype": "type",
}
#: Types that the grammar has names for.
_GRAMMAR_TYPES_TEXT = """
    int integer smallint bigint real float double decimal dec numeric boolean bit character char
    nchar national varchar time timestamp interval json setof
"""
_GRAMMAR_TYPES = frozenset(_GRAMMAR_TYPES_TEXT.split())
#: What the grammar has names for where a relation stands.
_FROM_GRAMMAR = ("unnest", "json_table", "xmltable")
#: Words of the grammar that a parenthesis follows and that are no routines.
_NO_ROUTINES = KEYWORDS - {"left", "right", "overlaps"} | {
    *("cube", "filter", "json_table", "over", "rollup", "sets", "values", "within", "xmltable"),
}


#: The tokens that name a routine, and whether it is called where a relation stands.
_Named = tuple[int, int, bool]
_UNNAMED: _Named = (0, 0, False)


class _Frame:
    """What is known between two parentheses.

    Attributes:
        opener: The word before the parenthesis.
        routine: The routine that is called.
        named: Where it is named.
        commas: How many commas were there.
        is_from: Whether a comma is followed by a relation.
        wants: What is to come: ``relation``, ``cte``, ``type`` or nothing.
        command: The first word of the query.
        tables: The names that ``WITH`` gave.
        cte: The name that the next query in parentheses gets.
    """

    __slots__ = (
        "at_start",
        "command",
        "commas",
        "cte",
        "has_ctes",
        "is_from",
        "is_recursive",
        "named",
        "opened",
        "opener",
        "routine",
        "tables",
        "wants",
    )

    @property
    def has_columns(self) -> bool:
        """Whether ``COLUMNS`` is a word of the grammar here, as in ``JSON_TABLE``."""
        return self.routine is None and self.opener in ("json_table", "columns")

    def __init__(
        self,
        opener: str,
        routine: Name | None,
        wants: str,
        opened: int,
        named: _Named = _UNNAMED,
    ) -> None:
        self.opener = opener
        self.routine = routine
        self.named = named
        self.commas = 0
        self.is_from = wants == "relation"
        self.wants = wants
        self.command = ""
        self.tables: list[str] = []
        self.cte: str | None = None
        self.has_ctes = False
        self.is_recursive = False
        self.opened = opened
        self.at_start = True


class _Scan:
    """One pass over the tokens; parentheses are a stack, so that nothing recurs."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.found: list[Located] = []
        self.frame = _Frame("", None, "", reader.at)
        self.stack: list[_Frame] = []
        self.scope: dict[str, int] = {}
        self.before = ""

    def run(self) -> list[Located]:
        """All that is referred to, in its order; what is named twice, twice."""
        reader = self.reader
        while not reader.is_done:
            kind, text = reader.kind(), reader.text()
            if kind == PUNCTUATION:
                self._sign(text)
            elif kind == STRING:
                self._string(text)
            elif kind in _NAMES:
                if self.frame.wants:
                    self._wanted()
                elif kind == WORD:
                    self._word(text)
                else:
                    self._name()
            else:
                if self.frame.wants == "relation":
                    self.frame.wants = ""
                reader.at += 1
                if kind == OPERATOR:
                    self._add(Reference("operator", Name(None, text)), reader.at - 1)
            self.before = reader.texts[reader.at - 1]
        return self.found

    def _add(self, reference: Reference, start: int) -> None:
        """Note what the tokens before the next one refer to."""
        self.found.append(Located(reference, start, self.reader.at))

    def _open(self, opener: str, routine: Name | None, wants: str, named: _Named = _UNNAMED) -> None:
        self.stack.append(self.frame)
        self.reader.at += 1
        self.frame = _Frame(opener, routine, wants, self.reader.at, named)

    def _leave(self) -> None:
        frame = self.frame
        for name in frame.tables:
            self.scope[name] -= 1
        if frame.routine is not None:
            is_empty = self.reader.at == frame.opened
            count = 0 if is_empty else frame.commas + 1
            self.found.append(Located(Reference("routine", frame.routine, count), *frame.named))
        self.frame = self.stack.pop()
        outer = self.frame
        if outer.cte is not None and frame.opener == "with":
            self._define(outer, outer.cte)
            outer.cte = None

    def _define(self, frame: _Frame, name: str) -> None:
        frame.tables.append(name)
        self.scope[name] = self.scope.get(name, 0) + 1

    def _sign(self, text: str) -> None:
        frame, reader = self.frame, self.reader
        if text == "(":
            if frame.cte is not None and self.before in ("as", "materialized"):
                self._open("with", None, "")
                return
            wants = frame.wants
            if wants == "relation":
                frame.wants = ""
                inner = reader.word(1)
                is_query = inner in ("select", "with", "values", "table", "insert", "update", "delete")
                self._open("", None, "" if is_query else "relation")
                return
            frame.wants = ""
            self._open(self.before, None, "")
            return
        if text == ")":
            if self.stack:
                self._leave()
            reader.at += 1
            return
        reader.at += 1
        if text == ",":
            frame.commas += 1
            if frame.is_from:
                frame.wants = "relation"
            elif frame.has_ctes and not frame.command:
                frame.wants = "cte"
        elif text == ";" and not self.stack:
            for name in frame.tables:
                self.scope[name] -= 1
            self.frame = _Frame("", None, "", reader.at)
        elif text == "::":
            frame.wants = "type"
        elif text == "[":
            frame.commas += 0

    def _string(self, text: str) -> None:
        reader = self.reader
        reader.at += 1
        cast = reader.is_sign("::") and _OF_STRINGS.get(_cast_type(reader))
        if cast:
            self._named_in(text, cast)
        elif self.frame.opener in _SEQUENCE_FUNCTIONS and self.frame.opened == reader.at - 1:
            self._named_in(text, "relation")
        elif self.frame.opener in _SEARCHING and self.frame.opened == reader.at - 1 and reader.is_sign(","):
            self._named_in(text, "text_search_configuration")

    def _named_in(self, text: str, kind: str) -> None:
        value = string_of(text)
        if value is None:
            return
        name, count = names_in_string(value)
        if name is not None:
            self._add(Reference(kind, name, count), self.reader.at - 1)

    def _wanted(self) -> None:
        frame, reader = self.frame, self.reader
        word = reader.word()
        if frame.wants == "cte":
            if word == "recursive" and reader.is_name(1) and reader.word(1) != "as":
                frame.is_recursive = True
                reader.at += 1
            name = reader.identifier()
            frame.wants = ""
            if reader.is_group():
                reader.skip()
            if not reader.are_words("as"):
                return
            if frame.is_recursive:
                self._define(frame, name)
            else:
                frame.cte = name
            return
        if frame.wants == "type":
            frame.wants = ""
            self._type()
            return
        if word in ("only", "lateral", "if", "exists", "not", "concurrently"):
            reader.at += 1
            return
        frame.wants = ""
        if word == "rows" and reader.word(1) == "from":
            reader.at += 2
            return
        if word in RESERVED or word in _FROM_GRAMMAR:
            self._word(word)
            return
        start = reader.at
        relation, parts = self._parts()
        if reader.is_group() and frame.command != "insert":
            self._call(relation, parts, start, is_from=True)
        elif not (relation.schema is None and self.scope.get(relation.name)):
            self._add(Reference("relation", relation), start)
        self._alias()

    def _alias(self) -> None:
        """Go past an alias with the names of columns, which looks as a call does."""
        reader = self.reader
        if reader.take("as"):
            if reader.is_name() and not reader.is_sign(".", 1):
                reader.at += 1
            if reader.is_group():
                reader.skip()
        elif reader.is_name() and reader.is_sign("(", 1) and reader.word() not in _NO_ROUTINES:
            reader.at += 1
            reader.skip()

    def _parts(self) -> tuple[Name, list[str]]:
        parts = self.reader.parts()
        return Name(parts[-2] if len(parts) > 1 else None, parts[-1]), parts

    def _call(self, name: Name, parts: list[str], start: int, *, is_from: bool = False) -> None:
        self.before = parts[-1]
        if (name.schema is None and name.name in _SEQUENCE_FUNCTIONS) or name.schema == "pg_catalog":
            self._open(name.name, None, "")
        else:
            self._open(name.name, name, "", (start, self.reader.at, is_from))

    def _type(self) -> None:
        reader = self.reader
        if reader.word() == "setof":
            reader.at += 1
        word = reader.word()
        if word in _GRAMMAR_TYPES and not reader.is_sign(".", 1):
            reader.at += 1
            reader.take_any("precision", "varying", "character", "char")
            if word == "national":
                reader.take("varying")
        elif reader.is_name():
            start = reader.at
            name, _ = self._parts()
            self._add(Reference("type", name), start)
        if reader.is_group():
            reader.skip()

    def _word(self, word: str) -> None:
        frame, reader = self.frame, self.reader
        is_qualified = reader.is_sign(".", 1)
        if is_qualified:
            self._name()
            return
        at_start, frame.at_start = frame.at_start, False
        reader.at += 1
        if word in ("select", "insert", "update", "delete", "merge", "values", "table") and (
            not frame.command or at_start or self.before in (";", "begin", "then", "else", "loop", "as")
        ):
            frame.command = word
        if word in ("fetch", "move") and at_start:
            frame.command = word
        if word == "operator" and reader.is_group():
            start = reader.at
            self._operator(reader.group(), start)
            return
        if word == "collate" and reader.is_name():
            start = reader.at
            self._add(Reference("collation", reader.name()), start)
            return
        if word in _AFTER_FROM:
            frame.is_from = False
        if word == "from":
            self._from()
        elif word == "join":
            frame.wants, frame.is_from = "relation", True
        elif word == "into":
            if self.before in ("insert", "merge"):
                frame.command = self.before
                frame.wants = "relation"
        elif word == "update":
            if self.before not in _BEFORE_UPDATE and reader.word() != "of":
                frame.wants = "relation"
        elif word == "using":
            if frame.command in ("delete", "merge") and not reader.is_sign("("):
                frame.wants, frame.is_from = "relation", frame.command == "delete"
            elif frame.command == "merge":
                frame.wants = "relation"
        elif word in ("table", "references"):
            if reader.is_name() or reader.is_sign("("):
                frame.wants = "relation" if reader.is_name() else ""
        elif word == "with":
            self._with()
        elif word == "as":
            self._as()
        elif reader.is_group() and word not in _NO_ROUTINES and not (word == "columns" and frame.has_columns):
            if self._is_after_relation():
                reader.skip()
            else:
                self._call(Name(None, word), [word], reader.at - 1)

    def _operator(self, group: Reader, start: int) -> None:
        schema: str | None = None
        while group.is_name() and group.is_sign(".", 1):
            schema = group.identifier()
            group.at += 1
        self._add(Reference("operator", Name(schema, group.text())), start)

    def _from(self) -> None:
        frame = self.frame
        if frame.opener in _WITH_FROM and not frame.command:
            return
        if self.before == "distinct" or frame.command in ("fetch", "move"):
            return
        frame.wants, frame.is_from = "relation", frame.command != "delete"

    def _with(self) -> None:
        frame, reader = self.frame, self.reader
        ahead = 1 if reader.word() == "recursive" and reader.is_name(1) and reader.word(1) != "as" else 0
        if not reader.is_name(ahead) or self.before == ")":
            return
        following = ahead + 1
        if reader.is_sign("(", following):
            following = reader.closings[reader.at + following] + 1 - reader.at
        if reader.word(following) != "as":
            return
        frame.has_ctes = True
        frame.is_recursive = False
        frame.command = ""
        frame.wants = "cte"

    def _as(self) -> None:
        frame, reader = self.frame, self.reader
        if frame.opener in ("cast", "treat") and not frame.command:
            frame.wants = "type"
        elif reader.is_name() and reader.is_sign("(", 1) and frame.is_from:
            # The columns of an alias, perhaps with their types.
            reader.at += 1
            reader.skip()

    def _name(self) -> None:
        """Read a quoted or qualified name: that of a routine, if it is called."""
        start = self.reader.at
        name, parts = self._parts()
        self.frame.at_start = False
        if self.reader.is_group() and len(parts) < 3:
            if self._is_after_relation():
                self.reader.skip()
            else:
                self._call(name, parts, start)

    def _is_after_relation(self) -> bool:
        """Whether a name is the alias of what is in the parentheses before it."""
        return self.frame.is_from and self.before == ")"


def is_read_late(reader: Reader, located: Located) -> bool:
    """Whether a string names something, and is read as a name at run time only, as ``'…'::text`` is."""
    if reader.kinds[located.start] != STRING:
        return False
    rest = reader.part(located.end, reader.end)
    return rest.is_sign("::") and _cast_type(rest) not in _OF_STRINGS


def _cast_type(reader: Reader) -> str:
    """The type that a string is cast to, if it is one of PostgreSQL's."""
    ahead = 1
    if reader.word(1) == "pg_catalog" and reader.is_sign(".", 2):
        ahead = 3
    return reader.word(ahead)


def located_references(reader: Reader, tables: tuple[str, ...] = ()) -> list[Located]:
    """What the tokens that are left refer to, in their order; `tables` are names that mean no relations."""
    scan = _Scan(reader.part(reader.at, reader.end))
    scan.scope.update(dict.fromkeys(tables, 1))
    return scan.run()
