"""YAML text to plain values, and the place of each value in the text.

What most configurations are written in is read here, without PyYAML, whose import would take longer than all
of a small build; anything else is `confiture.config.composing`'s. The two agree where both read a text.
"""

from __future__ import annotations

import re
from typing import Any

from confiture.config.failures import KeyPath, Source

__all__ = ["Document", "Marks", "read_document", "read_plain"]

#: Where a container's children stand: key or index to the offsets of the key and of the value.
Marks = dict[Any, tuple[int, int]]

#: What PyYAML reads as something else than text, in small letters.
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null"})
_BOOLEANS = {"true": True, "false": False}

#: ``key: value``, ``- value`` or ``- key: value``; a value has no spaces, or is in quotes or brackets.
_LINE = re.compile(
    r"""(\ *)(-\ +)?(?:([A-Za-z_]\w*):(?=\ |$)\ *)?
    (?:(\[[^\[\]]*\]|\{\})|"([^"\\]*)"|'([^']*)'|(0|[1-9]\d{0,8})
    |((?:[A-Za-z_/$]|\.\.?/)(?:[\w./$@{}*+~=%?&,()-]|:(?=[^\ :]))*))?
    (?:\ +\#.*|\ *)""",
    re.VERBOSE | re.ASCII,
)
#: Groups of a line: what its value may be.
_FIRST_VALUE = _IN_BRACKETS = 4
_QUOTED = (5, 6)
_NUMBER = 7
_PLAIN = 8
#: Length of a pair of brackets, and a group of an item.
_BRACKETS = 2
_PLAIN_ITEM = 3

#: YAML limits the length of keys, and depth is limited here.
_LONGEST = 1000
_DEEPEST = 50

#: An item of a list in brackets.
_ITEM = re.compile(r"""\ *(?:"([^"\\]*)"|'([^']*)'|([A-Za-z_/$][\w./$@*+~%-]*))\ *""", re.VERBOSE | re.ASCII)

_BLANK = re.compile(r" *(?:#.*)?")


class Document:
    """One YAML document.

    Attributes:
        source: The text it was read from.
        value: Its value, of dicts, lists and scalars, without cycles; None if there is no document.
            Aliases share their values.
    """

    __slots__ = ("_containers", "_marks", "_start", "source", "value")

    def __init__(
        self, source: Source, value: Any, start: int, marks: dict[int, Marks], containers: list[Any]
    ) -> None:
        self.source = source
        self.value = value
        self._start = start
        self._marks = marks
        # Marks are found by id, so no container may die before the document does.
        self._containers = containers

    def offset(self, path: KeyPath, *, at_key: bool = False) -> int:
        """Offset of the value under `path`, or of its key; of what encloses it if it is missing."""
        found = self._start
        value = self.value
        for step in path:
            marks = self._marks.get(id(value), {}).get(step)
            if marks is None:
                break
            found = marks[0] if at_key else marks[1]
            value = value[step]
        return found


def read_document(source: Source) -> Document:
    """Read the document in `source`.

    Raises:
        ConfigurationError: The text is no YAML that is supported here (``CONFIG_005``), or gives a key
            twice (``CONFIG_007``).
    """
    document = read_plain(source)
    if document is not None:
        return document
    from confiture.config.composing import compose

    return compose(source)


def read_plain(source: Source) -> Document | None:
    """The document in `source`, if it consists of mappings and lists in lines of their own.

    Nothing with a meaning of its own in YAML is read: no anchor, tag, flow, block of text, null or number
    other than a plain one, no key that is given twice, and no character that is not printable ASCII.
    """
    text = source.text
    if not text.isascii() or not text.replace("\n", "").isprintable():
        return None
    reader = _PlainReader()
    offset = 0
    for line in text.split("\n"):
        if not _BLANK.fullmatch(line):
            found = _LINE.fullmatch(line) if len(line) <= _LONGEST else None
            if found is None or not reader.take(found, offset):
                return None
        offset += len(line) + 1
    root = reader.root
    if root is None or reader.is_waiting:
        return None
    return Document(source, root, reader.start, reader.marks, reader.containers)


class _PlainReader:
    """Makes values of lines.

    Attributes:
        root: The value of the document, once there is a line.
        start: Where it starts.
        is_waiting: Whether the last line was a key without a value.
    """

    def __init__(self) -> None:
        self.root: dict[str, Any] | None = None
        self.start = 0
        self.marks: dict[int, Marks] = {}
        self.containers: list[Any] = []
        self.is_waiting = False
        #: The containers that are open, each with its indentation.
        self._open: list[tuple[int, Any]] = []
        self._key = ""
        self._key_start = 0

    def take(self, line: re.Match[str], offset: int) -> bool:
        """Read a line that starts at an offset; whether it is plain."""
        indent, dash, key = len(line[1]), line[2], line[3]
        if _is_special(line[_PLAIN]) or _items(line[_IN_BRACKETS] or "") is None:
            return False
        if not self._enter(indent, offset + indent, is_item=dash is not None):
            return False
        container = self._open[-1][1]
        if key is None:
            return dash is not None and self._put_value(container, len(container), None, line, offset)
        key_start = offset + line.start(3)
        if dash is not None:
            item: dict[str, Any] = {}
            self._put(container, len(container), key_start, key_start, item)
            self._open.append((indent + len(dash), item))
            container = item
        if key.lower() in _WORDS or key in container:
            return False
        if not self._put_value(container, key, key_start, line, offset):
            self.is_waiting, self._key, self._key_start = True, key, key_start
        return True

    def _enter(self, indent: int, at: int, *, is_item: bool) -> bool:
        """Open or close containers, so that the last one is that of a line; whether there is one."""
        if not self._open:
            self.root = {}
            self.start = at
            self._hold(self.root)
            self._open.append((0, self.root))
            return indent == 0 and not is_item
        if self.is_waiting:
            outer, container = self._open[-1]
            self.is_waiting = False
            inner: Any = [] if is_item else {}
            self._put(container, self._key, self._key_start, at, inner)
            self._open.append((indent, inner))
            # A list may stand right below its key.
            is_inside = indent > outer or (indent == outer and is_item)
            return is_inside and len(self._open) <= _DEEPEST
        while self._open and self._is_left(indent, is_item=is_item):
            self._open.pop()
        if not self._open:
            return False
        known, container = self._open[-1]
        return indent == known and isinstance(container, list) == is_item

    def _is_left(self, indent: int, *, is_item: bool) -> bool:
        known, container = self._open[-1]
        return indent < known or (indent == known and isinstance(container, list) and not is_item)

    def _hold(self, container: Any) -> None:
        self.containers.append(container)
        self.marks[id(container)] = {}

    def _put_value(
        self, container: Any, key: Any, key_start: int | None, line: re.Match[str], at: int
    ) -> bool:
        """Put the value of a line; whether it has one."""
        group = line.lastindex or 0
        if group < _FIRST_VALUE:
            return False
        start = at + line.start(group) - (group in _QUOTED)
        self._put(
            container,
            key,
            start if key_start is None else key_start,
            start,
            value := _value(group, line[group]),
        )
        for item_start, item in _items(line[_IN_BRACKETS] or "") or ():
            self._put(value, len(value), start + item_start, start + item_start, item)
        return True

    def _put(self, container: Any, key: Any, key_start: int, start: int, value: Any) -> None:
        if isinstance(container, list):
            container.append(value)
        else:
            container[key] = value
        if isinstance(value, (dict, list)):
            self._hold(value)
        self.marks[id(container)][key] = (key_start, start)


def _is_special(word: str | None) -> bool:
    return word is not None and word not in _BOOLEANS and word.lower() in _WORDS


def _items(text: str) -> list[tuple[int, str]] | None:
    """The items of a list in brackets with their places; None if they are not all text."""
    items: list[tuple[int, str]] = []
    if len(text) <= _BRACKETS:
        return items
    at = 1
    while (found := _ITEM.match(text, at, len(text) - 1)) is not None:
        group = found.lastindex or 0
        if group == _PLAIN_ITEM and found[group].lower() in _WORDS:
            return None
        items.append((found.start(group) - (group != _PLAIN_ITEM), found[group]))
        at = found.end() + 1
        if found.end() == len(text) - 1:
            return items
        if text[found.end()] != ",":
            return None
    return None


def _value(group: int, text: str) -> Any:
    if group == _IN_BRACKETS:
        return {} if text == "{}" else []
    if group == _NUMBER:
        return int(text)
    return _BOOLEANS.get(text, text) if group == _PLAIN else text
