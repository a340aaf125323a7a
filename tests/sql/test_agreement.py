"""Boundaries and command tags of real SQL are those of PostgreSQL's own grammar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pglast import scan, split
from pglast.parser import ParseError

from engines import LOADED
from sql import oracle
from sql.corpora import corpus_files, each_corpus

if TYPE_CHECKING:
    from confiture._interface import SqlText

_SHOWN = 10


def pieces(content: bytes, account: SqlText) -> list[tuple[str, str | None]]:
    """Text and kind of each statement, without its terminator and with a space for what interrupts it."""
    statements, spans, _ = account
    texts = [bytearray() for _ in statements]
    last = -1
    for kind, start, end, _, _, index in spans:
        if index >= 0:
            texts[index] += content[start:end]
            last = index
        elif kind == "psql" and last >= 0:
            texts[last] += b" "
    return [
        (without_terminator(bytes(text).decode()) if statement[7] else bytes(text).decode(), statement[0])
        for text, statement in zip(texts, statements, strict=True)
    ]


def without_terminator(text: str) -> str:
    text = text.rstrip(" ")
    return text.removesuffix(";").removesuffix("\\")


def is_blank(text: str) -> bool:
    """Whether there are only white space, comments and semicolons."""
    return all(token.name in ("ASCII_59", "SQL_COMMENT", "C_COMMENT") for token in scan(text))


def boundary_faults(text: str, ours: SqlText, theirs: list[oracle.Place]) -> list[str]:
    """Where the statements of an accepted text differ from the grammar's."""
    content = text.encode()
    faults = []
    statements = ours[0]
    for statement, place in zip(statements, theirs, strict=False):
        kind, _, _, start, end, line, _, is_terminated, _ = statement
        tail = content[place.end : end].decode(errors="replace")
        agrees = start == place.start and (is_blank(tail) if is_terminated else not tail)
        if not agrees or kind != place.tag:
            faults.append(f"line {line}: ours {(start, end, kind)}, theirs {tuple(place)}")
    if len(statements) != len(theirs):
        faults.append(f"{len(statements)} statements, theirs are {len(theirs)}")
    return faults


def is_torn(text: str, following: str) -> bool:
    """Whether a text that the grammar refuses would be accepted with other boundaries."""
    if oracle.accepts(f"{text};{following}") is not None:
        return True
    try:
        parts = split(text, with_parser=False)
    except ParseError:
        return False
    return len(parts) > 1 and all(oracle.accepts(part) is not None for part in parts)


@each_corpus
def test_boundaries_and_tags_are_those_of_the_grammar(corpus: str) -> None:
    faults = []
    agreed = 0
    for file in corpus_files(corpus):
        text = file.text
        if "\0" in text:
            continue
        account, *others = (engine.split_statements(text) for engine in LOADED.values())
        assert all(other == account for other in others), file.path
        place = f"{file.corpus}/{file.path}"
        theirs = oracle.statements(text)
        if theirs is not None:
            found = boundary_faults(text, account, theirs)
            faults += [f"{place}: {fault}" for fault in found]
            agreed += len(theirs)
            continue
        every = pieces(text.encode(), account)
        for index, (piece, kind) in enumerate(every):
            tag = oracle.accepts(piece)
            if tag is None:
                following = every[index + 1][0] if index + 1 < len(every) else ""
                if following and is_torn(piece, following):
                    faults.append(f"{place}: torn: {piece[:200]!r}")
            elif tag != kind:
                faults.append(f"{place}: ours {kind}, theirs {tag}: {piece[:200]!r}")
            else:
                agreed += 1
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:_SHOWN])
    assert agreed > 500
