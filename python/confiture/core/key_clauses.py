"""What foreign keys are made of, in tokens: clauses, lists, names."""

from __future__ import annotations

from confiture.core.located_tokens import Located, Reader

__all__ = ["implied_name", "last_part", "listed_items", "only_constraint", "pass_reference", "tables_inside"]


def implied_name(table: str, definition: bytes) -> str:
    """The name that PostgreSQL gives a key that has none."""
    columns = definition.decode().partition("(")[2].partition(")")[0]
    names = [last_part(column.strip().encode()) for column in columns.split(",")]
    return "_".join([table, *names, "fkey"])


def last_part(name: bytes) -> str:
    """The last part of a name with dots, in lower case and without quotes."""
    return name.decode().rsplit(".", 1)[-1].strip().strip('"').replace('""', '"').lower()


def only_constraint(tokens: list[Located]) -> str:
    """The constraint that ``ALTER TABLE`` validates, alters or drops, and does nothing else."""
    reader = Reader([token for token in tokens if token.text != b";"], 0)
    while not reader.is_at_end():
        if reader.word() in (b"validate", b"alter", b"drop") and reader.word(1) == b"constraint":
            reader.at += 2
            reader.take(b"if", b"exists")
            name = last_part(reader.text())
            return "" if any(token.text == b"," for token in reader.rest()) else name
        if reader.text() == b",":
            return ""
        reader.at += 1
    return ""


def listed_items(tokens: list[Located]) -> tuple[list[list[Located]], list[Located]]:
    """What commas part, outside parentheses and brackets, and these commas."""
    items: list[list[Located]] = [[]]
    commas: list[Located] = []
    depth = 0
    for token in tokens:
        if token.text in (b"(", b"["):
            depth += 1
        elif token.text in (b")", b"]"):
            depth -= 1
        if token.text == b"," and depth == 0:
            commas.append(token)
            items.append([])
        else:
            items[-1].append(token)
    if [] in items:
        # No such list is one to the server, which shall say so.
        return [], []
    return items, commas


def tables_inside(tokens: list[Located]) -> list[int]:
    """Where ``CREATE … TABLE`` starts in ``CREATE SCHEMA``."""
    starts: list[int] = []
    depth = 0
    for index, token in enumerate(tokens):
        if token.text == b"(":
            depth += 1
        elif token.text == b")":
            depth -= 1
        elif index and not depth and token.is_word(b"create"):
            ahead = index + 1
            while ahead < len(tokens) and tokens[ahead].text.lower() in (b"unlogged", b"local", b"global"):
                ahead += 1
            if ahead < len(tokens) and tokens[ahead].is_word(b"table"):
                starts.append(index)
    return starts


def pass_reference(reader: Reader) -> bytes:
    """Go past ``REFERENCES`` and all that belongs to it; the table that it names."""
    reader.at += 1
    target = reader.qualified_name()
    reader.group()
    while True:
        if reader.take(b"match"):
            reader.at += 1
        elif reader.word() == b"on" and reader.word(1) in (b"delete", b"update"):
            reader.at += 2
            if reader.word() in (b"no", b"set"):
                reader.at += 1
            reader.at += 1
            reader.group()
        elif reader.word() == b"initially":
            reader.at += 2
        elif reader.word() in (b"deferrable", b"enforced"):
            reader.at += 1
        elif reader.word() == b"not" and reader.word(1) in (b"deferrable", b"enforced", b"valid"):
            reader.at += 2
        else:
            return target
