"""Expressions in one way of writing, as far as that can be told without a server.

The server keeps an expression as a tree and writes it anew: with parentheses around every operation, ``IN``
as ``= ANY (ARRAY[…])``, ``BETWEEN`` as two comparisons, literals with their types. Here such texts become
trees too, in which these differences are gone (``ruleutils.c``, ``parse_expr.c``; precedence as in
``gram.y``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confiture.diffing.grammar import CASTS, RESERVED
from confiture.diffing.intervals import FIELDS, interval_text
from confiture.diffing.literals import Canonical
from confiture.diffing.trees import (
    Tree,
    array_elements,
    cast_tree,
    flattened,
    is_constant,
    is_too_deep,
    negative_number,
    number_tree,
)
from confiture.diffing.word_reader import UnknownError, WordReader
from confiture.diffing.words import Word, words_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ExpressionReader", "tree_of"]

#: Nothing deeper is read: such a text is equal to another one only if both are the same text. Each level of
#: parentheses takes seventeen calls.
_DEEPEST = 36

_COMPARISONS = ("<", ">", "=", "<=", ">=", "<>")

_OPERATORS_OF_WORDS = {
    ("like", False): "~~",
    ("like", True): "!~~",
    ("ilike", False): "~~*",
    ("ilike", True): "!~~*",
}


def tree_of(text: str) -> Tree | None:
    """The tree of an expression; None for what is not understood, such as one with a subquery."""
    reader = ExpressionReader(words_of(text))
    try:
        tree = reader.expression()
    except UnknownError:
        return None
    return None if reader.here() is not None or is_too_deep(tree) else tree


class ExpressionReader(WordReader):
    """Reads expressions as trees."""

    def query(self) -> Tree:
        """A query in an expression, up to the parenthesis behind it: beyond this reader."""
        raise UnknownError

    def _is_query(self) -> bool:
        return self._is("select", "with", "values")

    def _query_inside(self) -> Tree:
        """A query and the parenthesis behind it."""
        tree = self.query()
        self._need(")")
        return tree

    def expression(self) -> Tree:
        """An expression, up to what cannot be a part of it.

        Raises:
            UnknownError: There is something in it that is not understood here.
        """
        self.go_deeper()
        tree = self._joined("or", lambda: self._joined("and", self._negated))
        self._depth -= 1
        return tree

    def go_deeper(self) -> None:
        """Count a level more; whoever is back from it takes it away.

        Raises:
            UnknownError: There are too many.
        """
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnknownError

    def _joined(self, word: str, part: Callable[[], Tree]) -> Tree:
        """Parts with ``and`` or ``or`` between them, with those of the first one (``makeAndExpr``)."""
        first = part()
        if not self._is(word):
            return first
        parts = flattened(word, first)
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
                    tree = self._distinct(tree, self._compared(), negation)
                elif self._is("null", "true", "false", "unknown"):
                    tree = ("is", negation + self._next().text, tree)
                else:
                    raise UnknownError
            else:
                return tree

    @staticmethod
    def _distinct(left: Tree, right: Tree, negation: str) -> Tree:
        for tree, other in ((left, right), (right, left)):
            if other == ("constant", "null"):
                # The server makes a test of it (`transformAExprDistinct`).
                return ("is", "null" if negation else "not null", tree)
        return ("not", ("distinct", left, right)) if negation else ("distinct", left, right)

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
            if self._is_query():
                query = self._query_inside()
                # So the server writes it.
                is_in = (operator, which) == ("=", "any")
                return ("among", left, query) if is_in else ("each of", operator, which, left, query)
            array = self.expression()
            self._need(")")
            return ("each", operator, which, left, array_elements(array))
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
                    raise UnknownError
                signs = ("<", ">", "or") if negated else (">=", "<=", "and")
                tree = (
                    signs[2],
                    (("operator", signs[0], tree, low), ("operator", signs[1], tree, high)),
                )
            elif self._is("like", "ilike"):
                operator = _OPERATORS_OF_WORDS[self._next().text, negated]
                tree = self._with_operator(operator, tree, self._operated)
                if self._is("escape"):
                    raise UnknownError
            else:
                return tree

    def _among(self, tree: Tree, *, negated: bool) -> Tree:
        self._need("(")
        if self._is_query():
            among = ("among", tree, self._query_inside())
            return ("not", among) if negated else among
        parts = self._list(")")
        operator, which = ("<>", "all") if negated else ("=", "any")
        if all(is_constant(part) for part in parts):
            # The server makes an array of constants; what is no constant is compared one by one.
            if len(parts) == 1:
                return ("operator", operator, tree, parts[0])
            return ("listed", operator, which, tree, ("array", tuple(parts)))
        compared = [("operator", operator, tree, part) for part in parts]
        return compared[0] if len(compared) == 1 else ("and" if negated else "or", tuple(compared))

    def _operated(self) -> Tree:
        tree = self._summed()
        while (word := self.here()) is not None:
            if self._is("operator") and self._is_after(1, "("):
                self._at += 2
                name = ".".join(self._name())
                self._need(")")
                tree = self._with_operator(name, tree, self._summed)
                continue
            if word.kind != "operator" or word.text in (*_COMPARISONS, "!=", "+", "-", "*", "/", "%", "^"):
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
            self.go_deeper()
            start = self._at
            operand = self._signed()
            self._depth -= 1
            # The grammar takes the sign of a number for a part of it, but not that of a cast.
            is_number = all(
                one.kind in ("number", "operator", "sign") for one in self._words[start : self._at]
            )
            is_number = is_number and not any(one.text == "::" for one in self._words[start : self._at])
            number = negative_number(operand) if word.text == "-" and is_number else None
            return number or ("sign", word.text, operand)
        return self._followed(self._operand())

    def _followed(self, tree: Tree) -> Tree:
        """An operand with the casts, subscripts and fields behind it."""
        while True:
            if self._take("::"):
                tree = cast_tree(self.type_name(), tree)
            elif self._take("["):
                parts = [self.expression()] if not self._is(":") else [()]
                if self._take(":"):
                    parts.append(self.expression() if not self._is("]") else ())
                self._need("]")
                tree = ("element", tree, tuple(parts))
            elif self._is("."):
                self._at += 1
                tree = ("field", tree, self._next().text)
            else:
                return tree

    def _operand(self) -> Tree:
        word = self._next()
        if word.kind == "string":
            return ("string", word.text)
        if word.kind == "number":
            return number_tree(word.text.lower().replace("_", ""))
        if word.kind == "parameter":
            return ("name", (word.text,))
        if word.kind == "sign" and word.text == "(":
            return self._group()
        if word.kind == "quoted":
            return self._named(word)
        if word.kind != "word":
            raise UnknownError
        return self._worded(word)

    def _group(self) -> Tree:
        if self._is_query():
            return ("subquery", self._query_inside())
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
            return cast_tree(kind, tree)
        if text in ("exists", "array") and self._take("("):
            return ("exists" if text == "exists" else "array of", self._query_inside())
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
            if literal.kind != "string":
                raise UnknownError
            if kind == "interval" and self._is(*FIELDS):
                return self._interval(literal.text)
            return cast_tree(kind, ("string", literal.text))
        if text in ("timestamp", "time") and self._is("with", "without"):
            self._at -= 1
            kind = self.type_name()
            literal = self._next()
            if literal.kind != "string":
                raise UnknownError
            return cast_tree(kind, ("string", literal.text))
        if text in RESERVED:
            raise UnknownError
        return self._named(word)

    def _interval(self, number: str) -> Tree:
        """An interval of a number and a field behind it."""
        field = self._next().text
        text = interval_text(f"{number} {field}", Canonical) if number.isdigit() else None
        if text is None or self._is("to", "("):
            raise UnknownError
        return ("cast", f"interval {field}", ("string", text))

    def _named(self, word: Word) -> Tree:
        parts = [word.text]
        while self._is("."):
            self._at += 1
            part = self._next()
            if part.kind not in ("word", "quoted") and part.text != "*":
                raise UnknownError
            parts.append(part.text)
        if not self._take("("):
            return ("name", tuple(parts))
        if parts[-1] in ("extract", "position", "substring", "overlay", "trim", "treat", "normalize") or (
            parts[-1].startswith(("xml", "json_"))
        ):
            # Their arguments may have words between them.
            return ("call", tuple(parts), self._loose_arguments(is_of_field=parts[-1] == "extract"), ())
        is_single = len(parts) == 1 and parts[0] in CASTS
        extras: list[Tree] = []
        if self._take("variadic"):
            extras.append(("variadic",))
        if self._take("distinct"):
            extras.append(("unique",))
        else:
            self._take("all")
        arguments = [] if self._is("order") else self._list(")", is_call=True, is_open=True)
        if self._is("order"):
            extras.append(("sorted", self.sorted_by()))
        self._need(")")
        if self._is("within"):
            raise UnknownError
        if self._take("filter"):
            self._need("(")
            self._need("where")
            extras.append(("filtered", self.expression()))
            self._need(")")
        if self._take("over"):
            extras.append(("windowed", self.window() if self._take("(") else ("window", self._next().text)))
        if is_single and len(arguments) == 1:
            # It may be a cast to the type of this name.
            raise UnknownError
        name = parts[1:] if len(parts) > 1 and parts[0] == "pg_catalog" else parts
        return ("call", tuple(name), tuple(arguments), tuple(extras))

    def sorted_by(self) -> Tree:
        """What stands behind ``ORDER BY``: keys with their directions, as the server would say them."""
        self._need("order")
        self._need("by")
        keys = []
        while True:
            key = self.expression()
            if self._is("using"):
                raise UnknownError
            direction = "desc" if self._is("desc") else "asc"
            self._take("asc", "desc")
            nulls = "first" if direction == "desc" else "last"
            if self._take("nulls"):
                nulls = self._next().text
            keys.append(("key", key, direction, nulls))
            if not self._take(","):
                return tuple(keys)

    def window(self) -> Tree:
        """What a window is, behind its parenthesis: the one it is made from, its parts, order and frame."""
        base = "" if self._is("partition", "order", "range", "rows", "groups", ")") else self._next().text
        parts: list[Tree] = []
        if self._take("partition"):
            self._need("by")
            parts.append(self.expression())
            while self._take(","):
                parts.append(self.expression())
        keys = self.sorted_by() if self._is("order") else ()
        frame = []
        while not self._take(")"):
            word = self._next()
            if word.kind not in ("word", "number"):
                raise UnknownError
            frame.append(word.text)
        return ("spec", base, tuple(parts), keys, " ".join(frame))

    def _loose_arguments(self, *, is_of_field: bool) -> Tree:
        """Arguments with words between them; the first one may be a word too, which is a text."""
        parts: list[Any] = [("string", self._next().text.lower())] if is_of_field else []
        while not self._take(")"):
            if self._is("from", "for", "in", "placing", "leading", "trailing", "both"):
                parts.append(self._next().text)
            elif self._is(","):
                self._at += 1
                parts.append(",")
            else:
                parts.append(self._summed())
        return tuple(parts)

    def _list(self, end: str, *, is_call: bool = False, is_open: bool = False) -> list[Tree]:
        """Expressions between commas, up to what ends them; that is still to be read if this is open."""
        parts: list[Tree] = []
        if self._is(end):
            self._at += not is_open
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
            if not is_open:
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
