"""The tokens of a statement; ``docs/statements.md`` lists them.

The rules are those of ``src/backend/parser/scan.l`` and, of psql's variables, ``src/fe_utils/psqlscan.l``.
What a statement is, ``lexer.py`` knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from confiture._pure.expressions import COMMENT_DELIMITER, LETTER, SPACE
from confiture._pure.expressions import NUMBER as _NUMBER
from confiture._pure.expressions import PARAMETER as _PARAMETER
from confiture._pure.expressions import VARIABLE as _VARIABLE
from confiture._pure.possessive import compiled

if TYPE_CHECKING:
    from confiture._pure.lexer import Cut

#: A kind and its text in UTF-8.
Token = tuple[int, bytes]

# The kinds are the numbers of the expression's groups.
(
    WORD,
    STRING,
    ESCAPES_STRING,
    LETTER_STRING,
    UNICODE_STRING,
    QUOTED_NAME,
    UNICODE_NAME,
    NUMBER,
    VARIABLE,
    OPERATOR,
    PUNCTUATION,
    DOLLAR_QUOTE,
    PARAMETER,
    ESCAPED,
    COMMENT,
    UNCLOSED,
    OTHER,
) = range(1, 18)

#: A quote whose start and middle are given goes on after white space and comments with a line break.
_GAP = rb"(?=[ \t\f\v]*+(?:--[^\r\n]*+)?+[\r\n])(?:[" + SPACE + rb"]++|--[^\r\n]*+)*+'"
_CONTINUED = rb"(?:" + _GAP + rb"%b')*+"
_NEXT_PIECE = compiled(_GAP)
_PLAIN = rb"[^']*+(?:''[^']*+)*+"
_ESCAPING = rb"[^'\\]*+(?:(?:''|\\[\s\S])[^'\\]*+)*+"
_QUOTED = rb"\"[^\"]*+(?:\"\"[^\"]*+)*+\""
_STRING = b"'" + _PLAIN + b"'" + _CONTINUED % _PLAIN

_SKIPPED = rb"(?:[%b]++|--[^\r\n]*+|/\*(?:[^*/]++|\*(?!/)|/(?!\*))*+\*/)*+" % SPACE
_WHITE_SPACE = compiled(_SKIPPED)
_TOKEN = compiled(
    _SKIPPED
    + b"(?:"
    + b"|".join(
        [
            rb"((?![eEbBxXnN]'|[uU]&['\"])[%b][%b0-9$]*+)" % (LETTER, LETTER),
            rb"(%b)" % _STRING,
            rb"([eE]'%b'%b)" % (_ESCAPING, _CONTINUED % _ESCAPING),
            rb"([bBxXnN]%b)" % _STRING,
            rb"([uU]&%b)" % _STRING,
            rb"(%b)" % _QUOTED,
            rb"([uU]&%b)" % _QUOTED,
            rb"(%b)" % _NUMBER,
            rb"(%b)" % _VARIABLE,
            rb"((?:[+*<>=~!@#%^&|?`]|-(?!-)|/(?!\*))++)",
            rb"(::|\.\.|:=|[,()\[\].;:])",
            rb"(\$(?:[%b][%b0-9]*+)?+\$)" % (LETTER, LETTER),
            rb"(%b)" % _PARAMETER,
            rb"(\\[;:])",
            rb"(/\*)",
            rb"((?:[eEbBxXnN]|[uU]&)?+'|(?:[uU]&)?+\")",
            rb"([\s\S])",
        ]
    )
    + b")"
)
_STRINGS = frozenset((STRING, ESCAPES_STRING, LETTER_STRING, UNICODE_STRING))
_SPECIAL = re.compile(rb"[~!@#%^&|?`]")

#: What a colon stands directly after in a slice.
_BEFORE_SLICE = frozenset(
    (
        WORD,
        STRING,
        ESCAPES_STRING,
        LETTER_STRING,
        UNICODE_STRING,
        QUOTED_NAME,
        UNICODE_NAME,
        DOLLAR_QUOTE,
        NUMBER,
        PARAMETER,
    )
)


def tokens(content: bytes, position: int, end: int, *, is_body: bool = False) -> Iterator[Token]:
    r"""The tokens of a part of a text.

    Args:
        content: The text, without psql commands and data in the part.
        position: Where the part starts, between two tokens.
        end: Where it ends.
        is_body: Whether it is a routine's body, in which psql does nothing: a backslash and a colon are
            characters.

    Returns:
        Kinds and texts. A comment that is left open is the last one's kind and text.
    """
    before = 0
    is_before_slice = False
    brackets = 0
    read = _TOKEN.match
    while (found := read(content, position, end)) is not None:
        kind = found.lastindex or 0
        start, position = found.span(kind)
        text = content[start:position]
        if kind == PUNCTUATION:
            if text == b"[":
                brackets += 1
            elif text == b"]" and brackets:
                brackets -= 1
            yield kind, text
            before = kind
            is_before_slice = text == b")" or text == b"]"
            continue
        if kind == VARIABLE:
            is_operand = before in _BEFORE_SLICE or (before == PUNCTUATION and is_before_slice)
            if is_body or (brackets and is_operand):
                kind, text, position = PUNCTUATION, b":", start + 1
                is_before_slice = False
        elif kind == OPERATOR:
            if text[-1] in b"+-" and position - start > 1 and _SPECIAL.search(text) is None:
                kept = max(len(text.rstrip(b"+-")), 1)
                yield kind, text[:kept]
                # Each of the signs is an operator of its own.
                for sign in text[kept:]:
                    yield kind, bytes((sign,))
                before = kind
                continue
        elif kind == DOLLAR_QUOTE:
            closing = content.find(text, position, end)
            if closing < 0:
                yield UNCLOSED, content[start:end]
                return
            position = closing + len(text)
            text = content[start:position]
        elif kind == ESCAPED:
            if is_body:
                kind, text, position = OTHER, b"\\", start + 1
            else:
                kind, text = PUNCTUATION, text[1:]
                is_before_slice = False
        elif kind == COMMENT:
            position = _comment_end(content, position, end)
            if position < 0:
                yield kind, text
                return
            continue
        elif kind == UNCLOSED or (kind in _STRINGS and _NEXT_PIECE.match(content, position, end) is not None):
            # The last piece of a string may be the one that is left open.
            yield UNCLOSED, content[start:end]
            return
        yield kind, text
        before = kind


def _comment_end(content: bytes, position: int, end: int) -> int:
    """The end of a nested comment whose opening ended at `position`, or -1."""
    depth = 1
    for found in COMMENT_DELIMITER.finditer(content, position, end):
        if found.group() == b"/*":
            depth += 1
        elif depth == 1:
            return found.end()
        else:
            depth -= 1
    return -1


def skipped(content: bytes, position: int, end: int) -> int:
    """Where the white space and the comments end that start at a position."""
    while (found := _WHITE_SPACE.match(content, position, end)) is not None:
        position = found.end()
        if not content.startswith(b"/*", position, end):
            break
        after = _comment_end(content, position + 2, end)
        if after < 0:
            break
        position = after
    return position


def joined(content: bytes, start: int, end: int, cuts: Sequence[Cut]) -> bytes:
    """A part of a text without the psql commands and data in it.

    A space stands for a psql command: to the server, which gets none, it parts tokens and no strings.
    """
    pieces: list[bytes] = []
    for kind, cut_start, cut_end in cuts:
        if cut_start >= end:
            break
        pieces.append(content[start:cut_start])
        if kind == "psql":
            pieces.append(b" ")
        start = cut_end
    pieces.append(content[start:end])
    return b"".join(pieces)
