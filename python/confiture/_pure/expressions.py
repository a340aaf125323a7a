"""The expressions that SQL text is read with; all work on UTF-8.

The rules are those of ``src/backend/parser/scan.l`` and of psql's ``psqlscan.l``.
"""

from __future__ import annotations

import re

from confiture._pure.possessive import compiled

SPACE = rb" \t\n\r\f\v"
SPACES = b" \t\n\r\f\v"
LETTER = rb"A-Za-z_\x80-\xff"
WORD_BYTES = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz" + bytes(range(0x80, 0x100))
DIGITS = b"0123456789"

# Alternatives of one character each: only such a pattern is searched for fast.
OPENERS = rb"'|\"|\$|\\|--|/\*"
#: What can open a construct.
OPENER = re.compile(OPENERS)
#: Parentheses with nothing in them that matters, passed over at once.
PLAIN_GROUP = rb"\((?:[^'\"$\\;()/-]++|-(?!-)|/(?!\*)|(?<![eE])'[^'\\]*+'(?=[,)]))*+\)"
#: The same, and what the end of a statement depends on.
STOP = compiled(OPENERS + b"|;|" + PLAIN_GROUP + rb"|\(|\)")
#: The same, and the word BEGIN unless it goes on before.
STOP_OR_BEGIN = compiled(
    OPENERS
    + b"|;|"
    + PLAIN_GROUP
    + rb"|\(|\)|b[eE][gG][iI][nN](?![%b0-9$])|B[eE][gG][iI][nN](?![%b0-9$])" % (LETTER, LETTER)
)
IDENTIFIER = rb"(?:[%b][%b0-9$]*+)" % (LETTER, LETTER)
DECIMAL = rb"[0-9]++(?:_[0-9]++)*+"
WORD_TAIL = rb"[%b0-9]*+" % LETTER
#: A number, with the letters directly after it that make it one the server refuses. To this expression,
#: hexadecimal digits and exponents without a sign are such letters too.
NUMBER = (
    (
        rb"(?:{0}(?:\.(?!\.)(?:{0})?+)?+|\.{0})[eE][+-]{0}{1}"
        rb"|(?:{0})?+\.(?!\.){0}{1}"
        rb"|{0}\.(?!\.)(?:[eE]{0}{1}(?!\$))?+"
        rb"|[0-9]{1}"
    )
    .replace(b"{0}", DECIMAL)
    .replace(b"{1}", WORD_TAIL)
)
#: A parameter, with such letters.
PARAMETER = rb"\$[0-9]" + WORD_TAIL
#: A psql variable.
VARIABLE = rb":(?:[%b0-9]++|'[%b0-9]++'|\"[%b0-9]++\"|\{\?[%b0-9]++\})" % ((LETTER,) * 4)
#: Any token, or the start of one.
TOKEN = compiled(rb"--|/\*|%b|%b|[^%b]" % (IDENTIFIER, NUMBER, SPACE))
#: The same with variables, which end otherwise than what they look like.
TOKEN_OR_VARIABLE = compiled(rb"--|/\*|%b|%b|::|:=|%b|[^%b]" % (IDENTIFIER, NUMBER, VARIABLE, SPACE))
#: What is read otherwise if it is a variable: more of what follows, or a word that counts.
DOUBTFUL = re.compile(
    rb":(?:[%b0-9]++\$|[eE]?'|\"[%b0-9]++\"\"|[fF][rR][oO][mM]|[bB][eE][gG][iI][nN])" % (LETTER, LETTER)
)

STRING_GAP = compiled(rb"(?:[%b]++|--[^\r\n]*+)*+" % SPACE)
LINE_BREAK = re.compile(rb"\r|\n")
COMMENT_DELIMITER = re.compile(rb"/\*|\*/")
QUOTES = re.compile(rb"'++")
QUOTES_OR_BACKSLASHES = re.compile(rb"'++|\\++")
DOUBLE_QUOTES = re.compile(rb"\"++")
NO_WORD_BYTE = re.compile(rb"[^%b0-9$]" % LETTER)
PARAMETER_TOKEN = re.compile(PARAMETER)
DOLLAR_DELIMITER = compiled(rb"\$(?:[%b][%b0-9]*+)?+\$" % (LETTER, LETTER))
DATA_END = re.compile(rb"\n\\\.\r?(?:\n|\Z)")
COPY_WORD = re.compile(rb"(?<![%b$])copy(?![%b0-9$])" % (LETTER, LETTER))
