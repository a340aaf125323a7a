"""A slow lexer written straight from ``docs/bundle.md``, character by character, to compare with."""

from __future__ import annotations

SPACE = " \t\n\r\f\v"
Open = tuple[str, int]


def starts_word(character: str) -> bool:
    return character == "_" or character >= "\x80" or (character.isascii() and character.isalpha())


def is_digit(character: str) -> bool:
    return character in "0123456789"


class ReferenceLexer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.tokens: list[tuple[str, int]] = []
        self.depths: list[int] = []
        self.depth = 0

    def peek(self, length: int = 1) -> str:
        return self.text[self.at : self.at + length]

    def line_end(self, start: int) -> int:
        end = self.text.find("\n", start)
        return len(self.text) if end < 0 else end

    def add(self, token: str, start: int) -> None:
        if token == ")":
            self.depth = max(0, self.depth - 1)
        self.tokens.append((token, start))
        self.depths.append(self.depth)
        if token == "(":
            self.depth += 1

    def run(self) -> Open | None:
        while self.at < len(self.text):
            found = self.step()
            if found is not None:
                return found
        return None

    def step(self) -> Open | None:
        start = self.at
        character = self.peek()
        if character in SPACE:
            self.at += 1
        elif self.peek(2) == "--":
            self.line_comment()
        elif self.peek(2) == "/*":
            return self.block_comment()
        elif character == "\\":
            return self.command()
        elif character == "'":
            return self.string(start, escapes=False)
        elif character == '"':
            return self.quoted_name()
        elif character == "$":
            return self.dollar()
        elif starts_word(character):
            while self.at < len(self.text) and (
                starts_word(self.peek()) or is_digit(self.peek()) or self.peek() == "$"
            ):
                self.at += 1
            word = self.text[start : self.at]
            self.add(word.lower() if word.isascii() else word, start)
            if word in ("E", "e") and self.peek() == "'":
                return self.string(self.at, escapes=True)
        elif is_digit(character):
            self.number()
            self.add("0", start)
        elif character == ";" and self.depth == 0:
            self.at += 1
            return self.end_statement()
        else:
            self.at += 1
            self.add(character, start)
        return None

    def number(self) -> None:
        while self.at < len(self.text) and (starts_word(self.peek()) or is_digit(self.peek())):
            self.at += 1

    def line_comment(self) -> None:
        while self.at < len(self.text) and self.peek() not in "\r\n":
            self.at += 1

    def block_comment(self) -> Open | None:
        start, depth = self.at, 0
        while self.at < len(self.text):
            if self.peek(2) == "/*":
                depth += 1
                self.at += 2
            elif self.peek(2) == "*/":
                depth -= 1
                self.at += 2
                if depth == 0:
                    return None
            else:
                self.at += 1
        return "block_comment", start

    def string(self, start: int, *, escapes: bool) -> Open | None:
        self.add("'", start)
        self.at = start + 1
        while self.at < len(self.text):
            if (escapes and self.peek() == "\\") or self.peek(2) == "''":
                self.at += 2
            elif self.peek() != "'":
                self.at += 1
            else:
                self.at += 1
                closed = self.at
                line_breaks = 0
                while self.at < len(self.text):
                    if self.peek() in SPACE:
                        line_breaks += self.peek() in "\r\n"
                        self.at += 1
                    elif self.peek(2) == "--":
                        self.line_comment()
                    else:
                        break
                if not (line_breaks and self.peek() == "'"):
                    self.at = closed
                    return None
                self.at += 1
        return "string", start

    def quoted_name(self) -> Open | None:
        start = self.at
        self.add('"', start)
        self.at += 1
        while self.at < len(self.text):
            if self.peek(2) == '""':
                self.at += 2
            elif self.peek() == '"':
                self.at += 1
                return None
            else:
                self.at += 1
        return "quoted_name", start

    def dollar(self) -> Open | None:
        start = self.at
        self.add("$", start)
        self.at += 1
        if self.peek() and is_digit(self.peek()):
            self.number()
            return None
        end = self.at
        while end < len(self.text) and (
            starts_word(self.text[end]) or (end > self.at and is_digit(self.text[end]))
        ):
            end += 1
        if self.text[end : end + 1] != "$":
            return None
        delimiter = self.text[start : end + 1]
        closing = self.text.find(delimiter, end + 1)
        if closing < 0:
            return "dollar_quote", start
        self.at = closing + len(delimiter)
        return None

    def end_statement(self) -> Open | None:
        tokens, depths = self.tokens, self.depths
        self.tokens, self.depths = [], []
        if tokens and tokens[0][0] == "copy" and from_stdin(tokens, depths):
            return self.data(("copy_data", tokens[0][1]))
        return None

    def data(self, opened: Open) -> Open | None:
        self.at = self.line_end(self.at)
        while self.at < len(self.text):
            start = self.at + 1
            self.at = self.line_end(start)
            if self.text[start : self.at].removesuffix("\r") == "\\.":
                return None
        return opened

    def command(self) -> Open | None:
        start = self.at
        self.at += 1
        if self.peek() in (";", ":"):
            self.at += 1
            self.add("\\", start)
            return None
        end = self.line_end(self.at)
        name_start = self.at
        while self.at < end and self.peek() not in SPACE + "\\":
            self.at += 1
        name = self.text[name_start : self.at]
        if name.startswith("!"):
            self.at = end
            return None
        if name.lower() == "copy" and name.isascii():
            reads = self.copy_arguments(end)
            self.at = end
            return self.data(("copy_data", start)) if reads else None
        if name in ("g", "gx", "gset", "gexec", "gdesc", "crosstabview", "watch"):
            tokens, self.depth = self.tokens, 0
            is_copy = bool(tokens) and tokens[0][0] == "copy" and from_stdin(tokens, self.depths)
            self.tokens, self.depths = [], []
            if is_copy:
                return self.data(("copy_data", tokens[0][1]))
        elif name in ("r", "reset"):
            self.tokens, self.depths, self.depth = [], [], 0
        while self.at < end:
            if self.peek(2) == "\\\\":
                self.at += 2
                return None
            if self.peek() == "\\":
                return None
            if self.peek() in "'\"`":
                self.command_quote(end)
            else:
                self.at += 1
        return None

    def copy_arguments(self, end: int) -> bool:
        arguments = ReferenceLexer("")
        while self.at < end:
            if self.peek() in SPACE:
                self.at += 1
            elif self.peek() in "'\"`":
                arguments.add("'", 0)
                self.command_quote(end)
            else:
                word_start = self.at
                while self.at < end and (
                    starts_word(self.peek())
                    or (self.at > word_start and (is_digit(self.peek()) or self.peek() == "$"))
                ):
                    self.at += 1
                if self.at == word_start:
                    self.at += 1
                word = self.text[word_start : self.at]
                alone = self.at == end or self.peek() in SPACE + ";"
                is_other = not word.isascii() or (word.lower() == "stdin" and not alone)
                arguments.add("." if is_other else word.lower(), 0)
        return from_stdin(arguments.tokens, arguments.depths)

    def command_quote(self, end: int) -> None:
        quote = self.peek()
        self.at += 1
        while self.at < end:
            if self.peek() == quote:
                self.at += 1
                return
            self.at += 2 if self.peek() == "\\" and quote == "'" else 1
        self.at = end


def from_stdin(tokens: list[tuple[str, int]], depths: list[int]) -> bool:
    return any(
        tokens[i][0] == "from" and tokens[i + 1][0] == "stdin" and depths[i] == depths[i + 1] == 0
        for i in range(len(tokens) - 1)
    )


def reference_open_construct(text: str) -> tuple[str, int, int] | None:
    text = text.removeprefix("\ufeff")
    found = ReferenceLexer(text).run()
    if found is None:
        return None
    kind, offset = found
    before = text[:offset]
    return kind, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
