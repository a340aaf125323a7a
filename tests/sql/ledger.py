"""What is true of the spans and statements of any text, whatever it is."""

from __future__ import annotations

import hashlib
import re
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from confiture._interface import Engine, SqlText

#: Commands of psql that send the query.
SENDERS = re.compile(rb"\\(g|gx|gset|gexec|gdesc|crosstabview|watch|parse|sendpipeline)(?![^\s\\])")

#: What `find_open_construct` finds, too.
SWALLOWING = {"block_comment", "string", "quoted_name", "dollar_quote", "copy_data"}

_KINDS = {"statement", "gap", "psql", "data", "discarded"}
_SPACE = b" \t\n\r\f\v"


def check_spans(text: str, split: SqlText) -> None:
    """Every byte is in exactly one span, and every span is what it should be."""
    _, spans, _ = split
    octets = text.encode()
    end, line, line_start = 0, 1, 0
    # Data may stand inside a comment.
    is_uninterrupted = all(span[0] != "data" for span in spans)
    if octets.startswith(b"\xef\xbb\xbf"):
        line_start = 3
    for number, (kind, start, span_end, span_line, span_column, index) in enumerate(spans):
        assert kind in _KINDS
        assert start == end
        assert span_end > start
        piece = octets[start:span_end]
        column = len(octets[line_start:start].decode()) + 1
        assert (span_line, span_column) == (line, column)
        breaks = piece.count(b"\n")
        if breaks:
            line += breaks
            line_start = start + piece.rindex(b"\n") + 1
        end = span_end
        assert (index >= 0) == (kind == "statement")
        if number and kind in ("gap", "statement") and spans[number - 1][0] == kind:
            assert kind == "statement"
            assert spans[number - 1][5] == index - 1
        if kind == "psql":
            assert piece.startswith(b"\\")
            assert b"\n" not in piece
        elif kind == "data":
            assert octets[start - 1 : start] == b"\n"
        elif kind == "gap" and is_uninterrupted and b"/*" not in piece and b"--" not in piece:
            assert not piece.strip(_SPACE + b";\\\xef\xbb\xbf")
    assert end == len(octets)


def check_statements(text: str, split: SqlText, normalised: list[str]) -> None:
    """Statements are their pieces, in order, and have the fingerprints of their normalised texts."""
    statements, spans, _ = split
    octets = text.encode()
    assert len(normalised) == len(statements)
    pieces: list[list[tuple[int, int, int, int]]] = [[] for _ in statements]
    last = -1
    for kind, start, end, line, column, index in spans:
        if kind == "statement":
            assert index in (last, last + 1)
            last = index
            pieces[index].append((start, end, line, column))
    for statement, own, its_text in zip(statements, pieces, normalised, strict=True):
        kind, objects, form, start, end, line, column, is_terminated, fingerprint = statement
        assert own
        assert (start, line, column) == (own[0][0], own[0][2], own[0][3])
        assert end == own[-1][1]
        assert octets[start] not in _SPACE
        assert fingerprint == hashlib.sha256(its_text.encode()).hexdigest()
        assert form in ("", "or_replace", "if_not_exists", "if_exists")
        assert objects == () or kind is not None
        for found_kind, schema, name, arguments, parent in objects:
            assert re.fullmatch("[a-z_]+", found_kind)
            for part in (schema, name, parent):
                if part is not None and not part.startswith(":"):
                    assert len(part.encode()) <= 63
            assert arguments is None or isinstance(arguments, tuple)
        if is_terminated and octets[end - 1 : end] != b";":
            following = takewhile(lambda span: span[0] != "statement", (s for s in spans if s[1] >= end))
            assert any(SENDERS.match(octets[s[1] : s[2]]) for s in following if s[0] == "psql")


def check(engine: Engine, text: str) -> SqlText:
    """Check everything that one engine says of a text."""
    split = engine.split_statements(text, fingerprints=True)
    check_spans(text, split)
    check_statements(text, split, engine.normalize_statements(text))
    left_open = engine.find_open_construct(text)
    found = split[2]
    if found is not None and found[0] in SWALLOWING:
        assert left_open == found
    else:
        assert left_open is None
        assert found is None or found[0] in ("parenthesis", "routine_body")
    plain, spans, _ = engine.split_statements(text)
    assert spans == split[1]
    assert plain == [(*statement[:-1], "") for statement in split[0]]
    return split
