"""Reading the words of a text one by one, and the names and types in it."""

from __future__ import annotations

from confiture.diffing.grammar import TYPE_WORDS, TYPES
from confiture.diffing.words import Word, words_of

__all__ = ["UnknownError", "WordReader", "type_name"]


class UnknownError(Exception):
    """The text is beyond what is understood here."""


def type_name(text: str) -> str:
    """A type's name as PostgreSQL spells it; the text itself, where it is none."""
    reader = WordReader(words_of(text))
    try:
        name = reader.type_name()
    except UnknownError:
        return text
    return text if reader.here() is not None else name


class WordReader:
    """A place in a text, which moves on word by word.

    Args:
        words: The words of the text.
    """

    def __init__(self, words: list[Word]) -> None:
        self._words = words
        self._at = 0
        self._depth = 0

    def here(self) -> Word | None:
        """The word that is next; None at the end."""
        return self._words[self._at] if self._at < len(self._words) else None

    def rest(self) -> list[Word]:
        """The words that are not read yet."""
        return self._words[self._at :]

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
            raise UnknownError

    def _next(self) -> Word:
        word = self.here()
        if word is None:
            raise UnknownError
        self._at += 1
        return word

    def _name(self) -> tuple[str, ...]:
        parts = [self._next().text]
        while self._take("."):
            parts.append(self._next().text)
        return tuple(parts[1:] if len(parts) > 1 and parts[0] == "pg_catalog" else parts)

    def type_name(self) -> str:
        """A type, spelt as the model spells types."""
        first = self._next()
        if first.kind not in ("word", "quoted"):
            raise UnknownError
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
