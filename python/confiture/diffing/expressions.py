"""Expressions in one way of writing, as far as that can be told without a server.

The server keeps an expression as a tree and writes it anew: with parentheses around every operation, ``IN``
as ``= ANY (ARRAY[…])``, ``BETWEEN`` as two comparisons, literals with their types. Here such texts become
trees too, in which these differences are gone (``ruleutils.c``, ``parse_expr.c``; precedence as in
``gram.y``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from confiture.diffing.grammar import RESERVED, TYPE_WORDS, TYPES
from confiture.diffing.words import Word, words_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Tree", "tree_of", "type_name"]

#: A tree: a label and its parts, which are trees, texts or tuples of trees.
Tree = tuple[Any, ...]

#: Nothing deeper is read: such a text is equal to another one only if both are the same text.
_DEEPEST = 60

_COMPARISONS = ("<", ">", "=", "<=", ">=", "<>")
_TEMPORAL_WORDS = ("interval", "timestamp", "date", "time", "timestamptz", "timetz")

_OPERATORS_OF_WORDS = {
    ("like", False): "~~",
    ("like", True): "!~~",
    ("ilike", False): "~~*",
    ("ilike", True): "!~~*",
}

_NUMBER = re.compile(r"\s*-?\d+(\.\d*)?\s*")
_GREATEST = 2**31 - 1
_GREATEST_BIG = 2**63 - 1


class _UnknownError(Exception):
    """The text is beyond what is understood here."""


def tree_of(text: str) -> Tree | None:
    """The tree of an expression; None for what is not understood, such as one with a subquery."""
    reader = _Reader(words_of(text))
    try:
        tree = reader.expression()
        if reader.here() is not None:
            return None
    except _UnknownError:
        return None
    return tree


def type_name(text: str) -> str:
    """A type's name as PostgreSQL spells it; the text itself, where it is none."""
    reader = _Reader(words_of(text))
    try:
        name = reader.type_name()
    except _UnknownError:
        return text
    return text if reader.here() is not None else name


class _Reader:
    def __init__(self, words: list[Word]) -> None:
        self._words = words
        self._at = 0
        self._depth = 0

    def here(self) -> Word | None:
        return self._words[self._at] if self._at < len(self._words) else None

    def _is(self, *texts: str) -> bool:
        """Whether one of these words, signs or operators is here."""
        word = self.here()
        return word is not None and word.kind in ("word", "sign", "operator") and word.text in texts

    def _is_after(self, distance: int, *texts: str) -> bool:
        index = self._at + distance
        return index < len(self._words) and (
            self._words[index].kind in ("word", "sign", "operator") and self._words[index].text in texts
        )

    def _take(self, *texts: str) -> bool:
        if self._is(*texts):
            self._at += 1
            return True
        return False

    def _need(self, text: str) -> None:
        if not self._take(text):
            raise _UnknownError

    def _next(self) -> Word:
        word = self.here()
        if word is None:
            raise _UnknownError
        self._at += 1
        return word

    def expression(self) -> Tree:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _UnknownError
        tree = self._joined("or", lambda: self._joined("and", self._negated))
        self._depth -= 1
        return tree

    def _joined(self, word: str, part: Callable[[], Tree]) -> Tree:
        """Parts with ``and`` or ``or`` between them, with those of the first one (``makeAndExpr``)."""
        first = part()
        if not self._is(word):
            return first
        parts = _flat(word, first)
        while self._take(word):
            parts.append(part())
        return (word, tuple(parts))

    def _negated(self) -> Tree:
        count = 0
        while self._take("not"):
            count += 1
        tree = self._tested()
        for _ in range(count):
            tree = ("not", tree)
        return tree

    def _tested(self) -> Tree:
        tree = self._compared()
        while True:
            if self._take("isnull"):
                tree = ("is", "null", tree)
            elif self._take("notnull"):
                tree = ("is", "not null", tree)
            elif self._take("is"):
                negation = "not " if self._take("not") else ""
                if self._take("distinct"):
                    self._need("from")
                    tree = ("distinct", negation, tree, self._compared())
                elif self._is("null", "true", "false", "unknown"):
                    tree = ("is", negation + self._next().text, tree)
                else:
                    raise _UnknownError
            else:
                return tree

    def _compared(self) -> Tree:
        tree = self._matched()
        if self._is(*_COMPARISONS) or self._is("!="):
            operator = self._next().text
            operator = "<>" if operator == "!=" else operator
            return self._with_operator(operator, tree, self._matched)
        return tree

    def _with_operator(self, operator: str, left: Tree, operand: Callable[[], Tree]) -> Tree:
        """What an operator makes of its left side and what comes now."""
        if self._is("any", "some", "all") and self._is_after(1, "("):
            which = "all" if self._next().text == "all" else "any"
            self._need("(")
            array = self.expression()
            self._need(")")
            return ("each", operator, which, left, _elements(array))
        return ("operator", operator, left, operand())

    def _matched(self) -> Tree:
        tree = self._operated()
        while True:
            negated = self._is("not") and self._is_after(1, "in", "between", "like", "ilike")
            if negated:
                self._at += 1
            if self._take("in"):
                tree = self._among(tree, negated=negated)
            elif self._take("between"):
                symmetric = self._take("symmetric")
                low = self._operated()
                self._need("and")
                high = self._operated()
                if symmetric:
                    raise _UnknownError
                signs = ("<", ">", "or") if negated else (">=", "<=", "and")
                tree = (
                    signs[2],
                    (("operator", signs[0], tree, low), ("operator", signs[1], tree, high)),
                )
            elif self._is("like", "ilike"):
                operator = _OPERATORS_OF_WORDS[self._next().text, negated]
                tree = self._with_operator(operator, tree, self._operated)
                if self._is("escape"):
                    raise _UnknownError
            else:
                return tree

    def _among(self, tree: Tree, *, negated: bool) -> Tree:
        self._need("(")
        if self._is("select", "with", "values"):
            raise _UnknownError
        parts = self._list(")")
        operator, which = ("<>", "all") if negated else ("=", "any")
        if all(_is_constant(part) for part in parts):
            # The server makes an array of constants; what is no constant is compared one by one.
            if len(parts) == 1:
                return ("operator", operator, tree, parts[0])
            return ("each", operator, which, tree, ("array", tuple(parts)))
        compared = [("operator", operator, tree, part) for part in parts]
        return compared[0] if len(compared) == 1 else ("and" if negated else "or", tuple(compared))

    def _operated(self) -> Tree:
        tree = self._summed()
        while (word := self.here()) is not None and word.kind == "operator" and word.text not in _COMPARISONS:
            if word.text in ("!=", "+", "-", "*", "/", "%", "^"):
                return tree
            self._at += 1
            tree = self._with_operator(word.text, tree, self._summed)
        return tree

    def _summed(self) -> Tree:
        tree = self._multiplied()
        while self._is("+", "-"):
            tree = self._with_operator(self._next().text, tree, self._multiplied)
        return tree

    def _multiplied(self) -> Tree:
        tree = self._raised()
        while self._is("*", "/", "%"):
            tree = self._with_operator(self._next().text, tree, self._raised)
        return tree

    def _raised(self) -> Tree:
        tree = self._placed()
        while self._is("^"):
            tree = self._with_operator(self._next().text, tree, self._placed)
        return tree

    def _placed(self) -> Tree:
        tree = self._signed()
        while True:
            if self._is("at") and self._is_after(1, "time"):
                self._at += 2
                self._need("zone")
                tree = ("zone", tree, self._signed())
            elif self._take("collate"):
                tree = ("collate", self._name(), tree)
            else:
                return tree

    def _signed(self) -> Tree:
        word = self.here()
        if word is not None and word.kind == "operator":
            self._at += 1
            self._depth += 1
            if self._depth > _DEEPEST:
                raise _UnknownError
            operand = self._signed()
            self._depth -= 1
            number = _negative(operand) if word.text == "-" else None
            return number or ("sign", word.text, operand)
        return self._followed(self._operand())

    def _followed(self, tree: Tree) -> Tree:
        """An operand with the casts, subscripts and fields behind it."""
        while True:
            if self._take("::"):
                tree = _cast(self.type_name(), tree)
            elif self._take("["):
                parts = [self.expression()] if not self._is(":") else [()]
                if self._take(":"):
                    parts.append(self.expression() if not self._is("]") else ())
                self._need("]")
                tree = ("element", tree, tuple(parts))
            elif self._is(".") and tree[0] not in ("name",):
                self._at += 1
                tree = ("field", tree, self._next().text)
            else:
                return tree

    def _operand(self) -> Tree:
        word = self._next()
        if word.kind == "string":
            return ("string", word.text)
        if word.kind == "number":
            return _number(word.text.lower().replace("_", ""))
        if word.kind == "parameter":
            return ("name", (word.text,))
        if word.kind == "sign" and word.text == "(":
            return self._group()
        if word.kind == "quoted":
            return self._named(word)
        if word.kind != "word":
            raise _UnknownError
        return self._worded(word)

    def _group(self) -> Tree:
        if self._is("select", "with", "values"):
            raise _UnknownError
        parts = self._list(")")
        return parts[0] if len(parts) == 1 else ("row", tuple(parts))

    def _worded(self, word: Word) -> Tree:
        text = word.text
        if text in ("null", "true", "false"):
            return ("constant", text)
        if text == "case":
            return self._case()
        if text == "cast" and self._take("("):
            tree = self.expression()
            self._need("as")
            kind = self.type_name()
            self._need(")")
            return _cast(kind, tree)
        if text == "array" and self._take("["):
            return ("array", tuple(self._list("]")))
        if text == "row" and self._take("("):
            return ("row", tuple(self._list(")")))
        following = self.here()
        if following is not None and following.kind == "string" and text not in RESERVED:
            # A type in front of a literal.
            self._at -= 1
            kind = self.type_name()
            literal = self._next()
            if literal.kind != "string" or (kind == "interval" and self._is(*TYPE_WORDS["interval"])):
                raise _UnknownError
            return _cast(kind, ("string", literal.text))
        if text in _TEMPORAL_WORDS and self._is("with", "without"):
            raise _UnknownError
        if text in RESERVED:
            raise _UnknownError
        return self._named(word)

    def _named(self, word: Word) -> Tree:
        parts = [word.text]
        while self._is("."):
            self._at += 1
            part = self._next()
            if part.kind not in ("word", "quoted") and part.text != "*":
                raise _UnknownError
            parts.append(part.text)
        if not self._take("("):
            return ("name", tuple(parts))
        if parts[-1] in ("extract", "position", "substring", "overlay", "trim", "treat", "normalize") or (
            parts[-1].startswith(("xml", "json_"))
        ):
            # Their arguments may have words between them.
            return ("call", tuple(parts), self._loose_arguments(), ())
        self._take("variadic")
        if self._is("distinct", "all"):
            raise _UnknownError
        arguments = self._list(")", is_call=True)
        if self._is("over", "filter", "within"):
            raise _UnknownError
        name = parts[1:] if len(parts) > 1 and parts[0] == "pg_catalog" else parts
        return ("call", tuple(name), tuple(arguments), ())

    def _loose_arguments(self) -> Tree:
        parts: list[Any] = []
        while not self._take(")"):
            if self._is("from", "for", "in", "placing", "leading", "trailing", "both"):
                parts.append(self._next().text)
            elif self._is(","):
                self._at += 1
                parts.append(",")
            else:
                parts.append(self._summed())
        return tuple(parts)

    def _list(self, end: str, *, is_call: bool = False) -> list[Tree]:
        parts: list[Tree] = []
        if self._take(end):
            return parts
        while True:
            if is_call and self._is("*"):
                self._at += 1
                parts.append(("constant", "*"))
            elif is_call and self._is_after(1, "=>", ":="):
                name = self._next().text
                self._at += 1
                parts.append(("argument", name, self.expression()))
            else:
                parts.append(self.expression())
            if self._take(","):
                continue
            self._need(end)
            return parts

    def _case(self) -> Tree:
        subject = None if self._is("when") else self.expression()
        branches = []
        while self._take("when"):
            condition = self.expression()
            self._need("then")
            branches.append((condition, self.expression()))
        # The server writes an ELSE that is not there as one of NULL.
        otherwise = self.expression() if self._take("else") else ("constant", "null")
        self._need("end")
        if otherwise[:2] == ("cast", otherwise[1]) and otherwise[2] == ("constant", "null"):
            otherwise = ("constant", "null")
        return ("case", subject or (), tuple(branches), otherwise)

    def _name(self) -> tuple[str, ...]:
        parts = [self._next().text]
        while self._take("."):
            parts.append(self._next().text)
        return tuple(parts[1:] if len(parts) > 1 and parts[0] == "pg_catalog" else parts)

    def type_name(self) -> str:
        """A type, spelt as the model spells types."""
        first = self._next()
        if first.kind not in ("word", "quoted"):
            raise _UnknownError
        name = '"char"' if first == Word("quoted", "char") else first.text
        if self._is("."):
            parts = [name]
            while self._take("."):
                parts.append(self._next().text)
            name = ".".join(parts[1:] if parts[0] == "pg_catalog" else parts)
        words = [name]
        modifier = ""
        if first.kind == "word" and "." not in name:
            following = TYPE_WORDS.get(name, ())
            if self._is("("):
                modifier = self._modifier()
            while self._is(*following):
                if self._is("with") and not self._is_after(1, "time"):
                    break
                words.append(self._next().text)
        if not modifier and self._is("("):
            modifier = self._modifier()
        name = " ".join(words)
        name = TYPES.get(name, name) if first.kind == "word" else name
        if name == "character" and not modifier and first.text != "bpchar":
            modifier = "(1)"
        head, _, tail = name.partition(" ")
        if modifier and head in ("timestamp", "time"):
            name = f"{head}{modifier} {tail}"
        else:
            name += modifier
        while self._is("[") and (self._is_after(1, "]") or self._is_after(2, "]")):
            while not self._take("]"):
                self._at += 1
            if not name.endswith("[]"):
                name += "[]"
        return name

    def _modifier(self) -> str:
        self._need("(")
        parts = []
        while not self._take(")"):
            parts.append(self._next().text)
        return f"({''.join(parts)})"


def _flat(word: str, tree: Tree) -> list[Tree]:
    return list(tree[1]) if tree[0] == word else [tree]


def _negative(tree: Tree) -> Tree | None:
    """A number with a minus in front of it, which is one number (``doNegate`` in ``gram.y``); else None."""
    if tree[0] == "number":
        return ("number", _negated_text(tree[1]))
    if tree[0] == "cast" and tree[1] == "bigint" and tree[2][0] == "string":
        return ("cast", "bigint", ("string", _negated_text(tree[2][1])))
    return None


def _negated_text(number: str) -> str:
    return number[1:] if number.startswith("-") else f"-{number}"


def _is_constant(tree: Tree) -> bool:
    while tree[0] == "cast":
        tree = tree[2]
    return tree[0] in ("string", "number", "constant")


def _cast(kind: str, tree: Tree) -> Tree:
    if tree[0] == "cast" and tree[1] == kind:
        return tree
    if tree[0] == "string" and kind in ("integer", "numeric") and _NUMBER.fullmatch(tree[1]):
        # So is written what is negative: '-1'::integer, '-1.5'::numeric.
        number = tree[1].strip()
        if kind == "integer" or "." in number:
            return ("number", number)
    if kind == "integer" and tree[0] == "number" and tree[1].lstrip("-").isdigit():
        return tree
    return ("cast", kind, tree)


def _number(text: str) -> Tree:
    """A number as the server keeps it: ``0x1F`` is 31, and what is no `integer` a `bigint`."""
    if text.isalnum() and not text.isdigit() and text[:2] in ("0x", "0o", "0b"):
        text = str(int(text, 0))
    if text.isdigit() and _GREATEST < int(text) <= _GREATEST_BIG:
        return ("cast", "bigint", ("string", text))
    return ("number", text)


def _elements(array: Tree) -> Tree:
    """The array of an ``= ANY (…)``, with a cast of the whole given to its elements."""
    kind = ""
    while array[0] == "cast":
        kind = kind or array[1]
        array = array[2]
    if array[0] == "array" and kind.endswith("[]"):
        return ("array", tuple(_cast(kind[:-2], element) for element in array[1]))
    return ("cast", kind, array) if kind else array
