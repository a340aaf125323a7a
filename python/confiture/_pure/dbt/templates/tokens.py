"""What a template's tokens tell before it is parsed.

Here is refused what jinja2 and minijinja would read to different things, and what one of them alone reads. It
comes before all that parsing refuses, in both engines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from confiture._pure.dbt.templates.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2 import Environment

__all__ = ["check_tokens"]

#: How deep brackets may be nested in a tag, and how many signs may stand before a value.
_DEEPEST_BRACKETS = 30
_MOST_SIGNS = 100

#: A backslash and what follows it in a string, as far as jinja2 and minijinja agree.
_ESCAPE = re.compile(r"\\(?:u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\"\\'nrtbf]|(.))", re.S)

_NUMBER = re.compile(
    r"0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+"
    r"|(?:0|[1-9](?:_?[0-9])*)(?:\.[0-9](?:_?[0-9])*)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?"
)
_INDEX = re.compile("0|[1-9][0-9]*")

#: What with an index and a point before it would be a number.
_EXPONENT = re.compile("[eE](?:[0-9].*)?")

#: The largest number that minijinja reads, and how many characters one of such a size has at most.
_LARGEST = 2**128 - 1
_LONGEST_NUMBER = 300

#: What is no white space in tags for minijinja.
_OTHER_SPACE = re.compile(r"[^ \t\n\r\x0c]")

#: Between two values; elsewhere they are names.
_OPERATORS = ("and", "else", "elif", "if", "in", "is", "not", "or")
#: Operators behind which `not` is a name, as it binds less than they do.
_ABOVE_NOT = ("+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", "<=", ">", ">=", "in")

#: What is no argument of a test without parentheses.
_BEHIND_TESTS = ("and", "else", "or")

#: What is no name of an argument.
_CONSTANTS = ("False", "None", "True", "false", "none", "not", "true")

#: What no argument stands behind, by what it is: a value, one with a name, a list of values or of names.
_NOT_BEHIND = {
    "value": ("named", "*", "**"),
    "named": ("**",),
    "*": ("*", "**"),
    "**": ("**",),
}

#: What nothing is assigned to.
_RESERVED = ("False", "None", "True", "false", "in", "loop", "none", "self", "true")

#: The tags in which no comma stands outside of brackets.
_WITHOUT_TUPLES = ("do", "elif", "if", "with")


def check_tokens(text: str, environment: Environment) -> None:
    """Refuse what the engines would not read alike.

    Raises:
        Refusal: With its line.
    """
    check: _Tag | None = None
    #: Whether a number stands directly before, and whether it is the index behind a point.
    is_behind_number = is_behind_index = False
    blocks: set[str] = set()
    for line, kind, value in _tokens(text, environment):
        if kind in ("variable_begin", "block_begin"):
            check = _Tag(None if kind == "block_begin" else "")
            is_behind_number = is_behind_index = False
        elif check is None:
            continue
        elif kind in ("variable_end", "block_end"):
            if is_behind_index:
                raise Refusal("syntax", "", line)
            check.end(line)
            check = None
        elif kind == "whitespace":
            other = _OTHER_SPACE.search(value)
            if other is not None:
                raise Refusal("syntax", "", line + value.count("\n", 0, other.start()))
            if is_behind_index:
                raise Refusal("syntax", "", line)
            is_behind_number = is_behind_index = False
        elif kind in ("integer", "float"):
            is_index = check.before == "."
            if is_behind_number or is_behind_index:
                raise Refusal("syntax", "", line)
            _check_number(value, line, is_index=is_index)
            is_behind_number = True
            check.take(kind, "0", line)
            check.is_index = is_index
        else:
            is_part = is_behind_number and (kind == "name" or (value == "." and not check.is_index))
            is_no_name = is_behind_index and (kind != "name" or _EXPONENT.fullmatch(value))
            if is_part or is_no_name:
                raise Refusal("syntax", "", line)
            is_behind_index = is_behind_number and value == "."
            is_behind_number = False
            if kind == "name" and check.names_block:
                if value in blocks:
                    raise Refusal("syntax", "", line)
                blocks.add(value)
            check.take(kind, "'" if kind == "string" else value, line)
            if kind == "string":
                _check_escapes(value, line)


def _tokens(text: str, environment: Environment) -> Iterator[tuple[int, str, str]]:
    """The tokens that jinja2 reads; what is opened and never closed is refused where it is opened."""
    from jinja2 import TemplateSyntaxError

    opened = 0
    try:
        for token in environment.lexer.tokeniter(text, None):
            if token[1] in ("raw_begin", "comment_begin"):
                opened = token[0]
            elif token[1] in ("raw_end", "comment_end"):
                opened = 0
            yield token
    except TemplateSyntaxError as error:
        raise Refusal("syntax", "", opened or error.lineno) from None
    if opened:
        raise Refusal("syntax", "", opened)


def _check_number(written: str, line: int, *, is_index: bool) -> None:
    if not (_INDEX if is_index else _NUMBER).fullmatch(written):
        raise Refusal("syntax", "", line)
    if any(mark in written for mark in ".eE") and written[:2].lower() != "0x":
        return
    digits = written.replace("_", "")
    if len(digits) > _LONGEST_NUMBER or int(digits, 10 if is_index else 0) > _LARGEST:
        raise Refusal("number", "", line)


def _check_escapes(written: str, line: int) -> None:
    if "\\" in written:
        for escape in _ESCAPE.finditer(written, 1, len(written) - 1):
            if escape[1] is not None:
                raise Refusal("escape", "", line)


class _Arguments:
    """What stands within a bracket, as far as it may be arguments."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._names: set[str] = set()
        #: What the one is that is read, a key of `_NOT_BEHIND`, and its line; nothing between two of them.
        self._kind = ""
        self._line = 0

    def begin(self, value: str, line: int) -> None:
        """An argument begins."""
        self._kind = value if value in ("*", "**") else "value"
        self._line = line

    def take_name(self, name: str) -> None:
        """It has a name, which no other one has."""
        if name in self._names:
            raise Refusal("syntax", "", self._line)
        self._names.add(name)
        self._kind = "named"

    def end(self) -> None:
        """It ends, if there is one."""
        if not self._seen.isdisjoint(_NOT_BEHIND.get(self._kind, ())):
            raise Refusal("syntax", "", self._line)
        self._seen.add(self._kind)
        self._kind = ""


class _Tag:
    """What of a tag was looked at.

    Args:
        name: What kind of a tag it is; None before that is known, empty for an expression.
    """

    def __init__(self, name: str | None) -> None:
        self._name = name
        #: The open brackets; ``a`` for those of a filter's or a test's arguments, ``s`` for a subscript's.
        self._brackets: list[str] = []
        self._arguments: list[_Arguments] = []
        #: The last tokens.
        self.before = self._before_that = ""
        self._kind_before = ""
        #: Whether the last token ends a value, so that a sign behind it stands between two.
        self._ends_value = False
        #: Whether the last bracket ends the arguments of a filter or test.
        self._ends_arguments = False
        #: Where the name of a test or a filter is expected (``is``, ``is not``, ``|``) or was read.
        self._word = ""
        self._signs = 0
        self._takes_comma = False
        #: Whether names are read that something is assigned to, and what stands between them: a point for
        #: an attribute, a comma for several names.
        self._is_target = False
        self._between = ""
        self.is_index = False

    @property
    def names_block(self) -> bool:
        """Whether the next token is the name of a block."""
        return self._name == "block" and (self._before_that, self.before) == ("", "block")

    def take(self, kind: str, value: str, line: int) -> None:
        """Look at one more token: a name, a string, a number or an operator."""
        if self._is_target:
            self._take_target(kind, value, line)
        if self._is_among_arguments and self.before in ("(", ",") and value != ")":
            self._arguments[-1].begin(value, line)
        if kind == "name":
            self._take_name(value, line)
        elif kind == "operator":
            self._take_operator(value, line)
        else:
            self._ends_value, self._ends_arguments = True, False
            self._word, self._signs = "", 0
        self._before_that, self.before, self._kind_before = self.before, value, kind

    @property
    def _is_among_arguments(self) -> bool:
        return bool(self._brackets) and self._brackets[-1] in ("(", "a")

    def _take_target(self, kind: str, value: str, line: int) -> None:
        """Look at a token of what something is assigned to."""
        ends = {"for": ("in",), "set": ("=", "|"), "with": ("=",)}[self._name or ""]
        if value in ends and not self._brackets:
            self._is_target = False
            is_right = self.before not in ("for", ",")
        elif value in (".", ",") and not self._brackets:
            is_right = self._between in ("", ",") if value == "," else self._between == ""
            is_right = is_right and (value == "," or self._name == "set")
            self._between = value
        elif kind == "name":
            is_right = self.before == "." or value not in _RESERVED
        else:
            is_right = value in ("(", ")", ",")
        if not is_right:
            raise Refusal("syntax", "", line)

    def end(self, line: int) -> None:
        """The tag ends."""
        is_sign = self._name == "" and self.before == "+"
        if is_sign or (self._name == "set" and self._before_that == "" and self.before == "set"):
            raise Refusal("syntax", "", line)

    def _take_name(self, name: str, line: int) -> None:
        if not name.isascii():
            raise Refusal("syntax", "", line)
        self._ends_arguments = False
        word, self._word = self._word, ""
        if self._name is None:
            self._begin(name, line)
        elif word in ("is", "is not"):
            self._word = "is not" if (word, name) == ("is", "not") else "test"
            self._ends_value = True
        elif word == "|":
            self._word = "filter"
            self._ends_value = True
        elif word == "test" and name == "is":
            raise Refusal("syntax", "", line)
        elif word == "test" and name not in _BEHIND_TESTS:
            # Whatever it is called, it is the test's argument.
            self._ends_value = True
        elif name == "is" and self._ends_value:
            self._word = "is"
        elif name == "not" and not self._ends_value and self.before not in _ABOVE_NOT:
            self._sign(line)
            return
        else:
            if self._name == "for" and name == "in" and not self._brackets:
                self._takes_comma = False
            is_between = self._ends_value or (self.before, name) == ("not", "in")
            self._ends_value = self.before == "." or not (is_between and name in _OPERATORS)
        self._signs = 0

    def _begin(self, name: str, line: int) -> None:
        self._name = name
        if name == "print":
            raise Refusal("statement", name, line)
        if name == "raw":
            # It is written with a sign that it cannot have, or with more than its name.
            raise Refusal("syntax", "", line)
        self._takes_comma = name not in _WITHOUT_TUPLES
        self._is_target = name in ("for", "set", "with")
        if name == "filter":
            self._word = "|"

    def _sign(self, line: int) -> None:
        self._signs += 1
        if self._signs > _MOST_SIGNS:
            raise Refusal("nesting", "", line)

    def _take_operator(self, operator: str, line: int) -> None:
        word, self._word = self._word, ""
        ended_arguments, self._ends_arguments = self._ends_arguments, False
        is_sign = operator in ("+", "-") and not self._ends_value
        if (operator in ("+", "-") and word == "test") or (is_sign and operator == "+"):
            raise Refusal("syntax", "", line)
        if operator in ("(", "[", "{"):
            if operator == "(" and ended_arguments:
                raise Refusal("syntax", "", line)
            self._open(operator, word, line)
        elif operator in (")", "]", "}"):
            # jinja2 itself refuses a bracket that closes another one.
            if self._is_among_arguments:
                self._arguments[-1].end()
            closed = self._brackets.pop()
            self._arguments.pop()
            if closed == "s" and self.before == "[":
                raise Refusal("syntax", "", line)
            self._ends_arguments = closed == "a"
        elif operator == ".":
            self._word = {"test": "is not", "filter": "|"}.get(word, "")
        elif operator == "|":
            self._word = "|"
        elif operator in (",", ":", "="):
            self._divide(operator, line)
        self._ends_value = operator in (")", "]", "}")
        if is_sign:
            self._sign(line)
        else:
            self._signs = 0

    def _open(self, operator: str, word: str, line: int) -> None:
        if len(self._brackets) == _DEEPEST_BRACKETS:
            raise Refusal("nesting", "", line)
        if operator == "(" and word in ("test", "filter"):
            operator = "a"
        elif operator == "[" and self._ends_value and word != "test":
            operator = "s"
        self._brackets.append(operator)
        self._arguments.append(_Arguments())

    def _divide(self, operator: str, line: int) -> None:
        """Look at what stands between parts."""
        inner = self._brackets[-1] if self._brackets else ""
        if not inner:
            if operator == ":" or (operator == "," and not self._takes_comma):
                raise Refusal("syntax", "", line)
            if self._name == "with":
                self._takes_comma = operator == "="
                self._is_target, self._between = operator == ",", ""
        else:
            is_name_before = self._kind_before == "name" and self.before not in _CONSTANTS
            names_argument = is_name_before and inner in ("(", "a") and self._before_that in ("(", ",")
            is_wrong = inner == "s" if operator == "," else operator == "=" and not names_argument
            if is_wrong:
                raise Refusal("syntax", "", line)
            if operator == "=":
                self._arguments[-1].take_name(self.before)
            elif operator == "," and self._is_among_arguments:
                self._arguments[-1].end()
