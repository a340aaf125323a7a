"""YAML text to plain values, and the place of each value in the text.

PyYAML scans, parses and resolves scalars (YAML 1.1). Values are composed here, from its events and
without recursion, because its own composer accepts what a configuration cannot mean (a key given
twice: the last one silently wins) and what is an attack (values that contain themselves, or that
grow exponentially through aliases). Merge keys (``<<``) work.

What the values mean is not judged here.
"""

from __future__ import annotations

from typing import Any

import yaml

from confiture.config.failures import DUPLICATE_KEY, INVALID_YAML, KeyPath, Source, shown
from confiture.exceptions import ConfigurationError

#: Levels of lists and mappings inside each other, aliases followed.
MAX_DEPTH = 100
#: Values that all aliases together may stand for.
MAX_ALIASED = 100_000

_Loader: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset({_TAG + "str", _TAG + "value"})
_SCALAR_TAGS = frozenset(_TAG + name for name in ("null", "bool", "int", "float", "timestamp", "binary"))
_MERGE_TAG = _TAG + "merge"

#: Where a container's children stand: key or index to the offsets of the key and of the value.
_Marks = dict[Any, tuple[int, int]]


class Document:
    """One YAML document.

    Attributes:
        source: The text it was read from.
        value: Its value, of dicts, lists and scalars, without cycles; None if there is no document.
            Aliases share their values.
    """

    __slots__ = ("_containers", "_marks", "_start", "source", "value")

    def __init__(
        self, source: Source, value: Any, start: int, marks: dict[int, _Marks], containers: list[Any]
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
    """Compose the document in `source`.

    Raises:
        ConfigurationError: The text is no YAML that is supported here (``CONFIG_005``), or gives a key
            twice (``CONFIG_007``).
    """
    try:
        loader = _Loader(source.text)
        try:
            return _Composer(source, loader).compose()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(source, error) from error
    except yaml.reader.ReaderError as error:
        unprintable = yaml.reader.Reader.NON_PRINTABLE.search(source.text)
        raise source.error(
            INVALID_YAML,
            unprintable.start() if unprintable else None,
            f"YAML allows no character U+{ord(unprintable.group()):04X}"
            if unprintable
            else "YAML allows no control characters",
            "Remove it, or save the file as UTF-8 text again.",
        ) from error


def _syntax_error(source: Source, error: yaml.MarkedYAMLError) -> ConfigurationError:
    text = source.text
    mark = error.problem_mark or error.context_mark
    # What is never closed is noticed at the end of the text, but has to be mended where it opens.
    if mark and error.context_mark and not text[mark.index :].strip():
        mark = error.context_mark
    offset = mark.index if mark else None
    hint = "Correct the YAML there: check indentation, quotes and brackets on this line and the one above."
    if offset is not None and _has_tab(text, offset):
        hint = "Indent with spaces: YAML allows no tab there."
    elif offset is not None and "${" in text[text.rfind("\n", 0, offset) + 1 : offset + 1]:
        hint = "Put a value with ${NAME} in quotes: inside of [ ] and { } its braces are YAML's own."
    elif error.problem and error.problem.startswith("mapping values are not allowed"):
        hint = "Put a value that contains ': ' in quotes, and check the indentation of this line."
    problem = ": ".join(part for part in (error.context, error.problem) if part)
    return source.error(INVALID_YAML, offset, f"this is not valid YAML ({problem})", hint)


def _has_tab(text: str, offset: int) -> bool:
    """Whether there is a tab at `offset` or in the indentation of its line."""
    line = text[text.rfind("\n", 0, offset) + 1 :]
    indentation = line[: len(line) - len(line.lstrip(" \t"))]
    return "\t" in indentation or text[offset : offset + 1] == "\t"


class _Merge:
    """Stands for the key ``<<`` while its mapping is composed."""


_MERGE = _Merge()
_NO_KEY = _Merge()


class _Node:
    """A value, where it stands, how many values it holds and how deep it goes."""

    __slots__ = ("height", "is_open", "start", "value", "weight")

    def __init__(self, value: Any, start: int, weight: int = 1, height: int = 0) -> None:
        self.value = value
        self.start = start
        self.weight = weight
        self.height = height
        self.is_open = False


class _Frame:
    """A list or mapping whose end has not been reached."""

    __slots__ = ("key", "key_start", "marks", "merged", "node")

    def __init__(self, node: _Node) -> None:
        self.node = node
        self.marks: _Marks = {}
        self.key: Any = _NO_KEY
        self.key_start = 0
        self.merged: list[dict[Any, Any]] = []


class _Composer:
    def __init__(self, source: Source, loader: Any) -> None:
        self._source = source
        self._loader = loader
        self._frames: list[_Frame] = []
        self._anchors: dict[str, _Node] = {}
        self._marks: dict[int, _Marks] = {}
        self._containers: list[Any] = []
        self._aliased = 0
        self._root: _Node | None = None

    def compose(self) -> Document:
        started = False
        event: Any
        while not isinstance(event := self._loader.get_event(), yaml.StreamEndEvent):
            if isinstance(event, yaml.ScalarEvent):
                self._add(self._scalar(event))
            elif isinstance(event, yaml.AliasEvent):
                self._add(self._alias(event))
            elif isinstance(event, yaml.CollectionStartEvent):
                self._open(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close()
            elif isinstance(event, yaml.DocumentStartEvent):
                if started:
                    raise self._second_document(event)
                started = True
        root = self._root or _Node(None, 0)
        return Document(self._source, root.value, root.start, self._marks, self._containers)

    def _add(self, node: _Node) -> None:
        if not self._frames:
            self._root = node
            return
        frame = self._frames[-1]
        parent = frame.node
        parent.weight += node.weight
        parent.height = max(parent.height, node.height + 1)
        if isinstance(parent.value, list):
            frame.marks[len(parent.value)] = (node.start, node.start)
            parent.value.append(node.value)
        elif frame.key is _NO_KEY:
            self._take_key(frame, node)
        else:
            if frame.key is _MERGE:
                self._take_merged(frame, node)
            else:
                parent.value[frame.key] = node.value
            frame.marks[frame.key] = (frame.key_start, node.start)
            frame.key = _NO_KEY

    def _take_key(self, frame: _Frame, node: _Node) -> None:
        if isinstance(node.value, (dict, list)):
            raise self._error(
                node.start, "a list or mapping cannot be a key", "Put what was meant as a value in quotes."
            )
        if node.value in frame.marks:
            first_line, _ = self._source.line_and_column(frame.marks[node.value][0])
            name = "'<<'" if node.value is _MERGE else shown(str(node.value))
            raise self._source.error(
                DUPLICATE_KEY,
                node.start,
                f"the key {name} is given a second time: it already stands in line {first_line}",
                "Merge more than one mapping with a list: '<<: [*a, *b]'."
                if node.value is _MERGE
                else "Keep one of the two; YAML would silently drop the first.",
                first_line=first_line,
            )
        frame.key = node.value
        frame.key_start = node.start

    def _take_merged(self, frame: _Frame, node: _Node) -> None:
        merged = node.value if isinstance(node.value, list) else [node.value]
        if not all(isinstance(mapping, dict) for mapping in merged):
            raise self._error(
                node.start,
                "'<<' merges mappings, and this is something else",
                "Write '<<: *anchor' with the anchor of a mapping, or put the key '<<' in quotes.",
            )
        frame.merged = merged

    def _open(self, event: Any) -> None:
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        if event.tag not in (None, "!", _TAG + ("map" if is_mapping else "seq")):
            raise self._unknown_tag(event)
        start = event.start_mark.index
        if len(self._frames) >= MAX_DEPTH:
            raise self._too_deep(start)
        node = self._anchor(event, _Node({} if is_mapping else [], start))
        node.is_open = True
        frame = _Frame(node)
        self._frames.append(frame)
        self._containers.append(node.value)
        self._marks[id(node.value)] = frame.marks

    def _close(self) -> None:
        frame = self._frames.pop()
        node = frame.node
        for mapping in frame.merged:
            marks = self._marks[id(mapping)]
            for key, value in mapping.items():
                if key not in node.value:
                    node.value[key] = value
                    frame.marks[key] = marks[key]
        node.is_open = False
        self._add(node)

    def _anchor(self, event: Any, node: _Node) -> _Node:
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _alias(self, event: Any) -> _Node:
        start = event.start_mark.index
        target = self._anchors.get(event.anchor)
        if target is None:
            raise self._error(
                start,
                "there is no anchor of this alias's name before it",
                "Define it with '&name' first; put a value that starts with '*' in quotes.",
            )
        if target.is_open:
            raise self._error(
                start,
                "this alias stands inside the value it names, which would never end",
                "Write the inner value out.",
            )
        self._aliased += target.weight
        if self._aliased > MAX_ALIASED:
            raise self._error(
                start,
                f"the aliases up to here stand for more than {MAX_ALIASED} values",
                "Use fewer aliases inside of aliased values.",
            )
        if len(self._frames) + target.height > MAX_DEPTH:
            raise self._too_deep(start)
        return _Node(target.value, start, target.weight, target.height)

    def _scalar(self, event: Any) -> _Node:
        return self._anchor(event, _Node(self._scalar_value(event), event.start_mark.index))

    def _scalar_value(self, event: Any) -> Any:
        tag = event.tag
        if tag is None or tag == "!":
            tag = self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag in _TEXT_TAGS:
            return event.value
        if tag == _MERGE_TAG:
            frame = self._frames[-1] if self._frames else None
            is_key = frame and frame.key is _NO_KEY and isinstance(frame.node.value, dict)
            return _MERGE if is_key else event.value
        if tag not in _SCALAR_TAGS:
            raise self._unknown_tag(event)
        try:
            node = yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark)
            return self._loader.construct_object(node)
        # What PyYAML's constructors let out for a text that does not fit the tag, as in 2001-99-99.
        except (yaml.YAMLError, ValueError, LookupError, AttributeError, OverflowError):
            raise self._error(
                event.start_mark.index,
                f"YAML reads this as {tag.removeprefix(_TAG)}, but it is no valid one",
                "Put it in quotes if it is meant as text.",
            ) from None

    def _second_document(self, event: Any) -> ConfigurationError:
        return self._error(
            event.start_mark.index,
            "a second YAML document starts here",
            "Keep one document in the file, and remove the '---' line.",
        )

    def _unknown_tag(self, event: Any) -> ConfigurationError:
        return self._error(
            event.start_mark.index,
            "tags of this kind are not supported",
            "Remove the tag; put a value that starts with '!' in quotes.",
        )

    def _too_deep(self, start: int) -> ConfigurationError:
        return self._error(
            start,
            f"lists and mappings are nested more than {MAX_DEPTH} levels deep here",
            "Write the values less deeply nested.",
        )

    def _error(self, offset: int, reason: str, hint: str) -> ConfigurationError:
        return self._source.error(INVALID_YAML, offset, reason, hint)
