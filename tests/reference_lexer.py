"""A slow lexer written straight from ``docs/bundle.md``, character by character, to compare with.

It takes data out of the text as soon as it knows of it, and remembers where each character stood.
"""

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
        self.places = list(range(len(text)))
        self.at = 0
        self.tokens: list[tuple[str, int]] = []
        self.depths: list[int] = []
        self.depth = 0
        #: What ended at a ``\\;`` and awaits to be sent.
        self.waiting: list[int] = []
        #: Where in the tokens the statement starts, and those that it is a body's statement of.
        self.starts = [0]

    def peek(self, length: int = 1) -> str:
        return self.text[self.at : self.at + length]

    def line_end(self, start: int) -> int:
        end = self.text.find("\n", start)
        return len(self.text) if end < 0 else end

    def add(self, token: str, start: int) -> None:
        if token == ")":
            self.depth = max(0, self.depth - 1)
        self.tokens.append((token, self.places[start]))
        self.depths.append(self.depth)
        if token == "(":
            self.depth += 1
        if self.depth == 0 and token == "atomic" and self.after_begin and self.creates_routine():
            self.starts.append(len(self.tokens))
        elif (
            self.depth == 0
            and token == "end"
            and len(self.starts) > 1
            and self.starts[-1] == len(self.tokens) - 1
        ):
            self.starts.pop()
        self.after_begin = self.depth == 0 and token == "begin"

    after_begin = False

    def creates_routine(self) -> bool:
        words = [token for token, _ in self.tokens[self.starts[-1] :]]
        if words[1:3] == ["or", "replace"]:
            del words[1:3]
        return words[:1] == ["create"] and words[1:2] in (["function"], ["procedure"])

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
            return self.semicolon(sends=True)
        elif self.peek(2) in ("::", ":="):
            self.at += 2
            self.add("::", start)
        elif character == ":" and (name := self.variable()):
            self.at += len(name)
            self.add(":name", start)
        else:
            self.at += 1
            self.add(character, start)
        return None

    def number(self) -> None:
        while self.at < len(self.text) and (starts_word(self.peek()) or is_digit(self.peek())):
            self.at += 1

    def variable(self) -> str:
        """What is a variable where a colon is."""
        for before, after in ((":", ""), (":'", "'"), (':"', '"'), (":{?", "}")):
            if self.peek(len(before)) != before:
                continue
            end = self.at + len(before)
            while end < len(self.text) and (starts_word(self.text[end]) or is_digit(self.text[end])):
                end += 1
            if end > self.at + len(before) and self.text[end:].startswith(after):
                return self.text[self.at : end] + after
        return ""

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
        return "block_comment", self.places[start]

    def string(self, start: int, *, escapes: bool) -> Open | None:
        self.add("'", start)
        place = self.places[start]
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
        return "string", place

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
        return "quoted_name", self.places[start]

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
            return "dollar_quote", self.places[start]
        self.at = closing + len(delimiter)
        self.tokens[-1] = ("'", self.places[start])
        return None

    def semicolon(self, *, sends: bool) -> Open | None:
        if len(self.starts) > 1:
            self.starts[-1] = len(self.tokens)
            self.after_begin = False
            return None
        self.end_statement()
        return self.send() if sends else None

    def end_statement(self) -> None:
        if self.tokens and self.tokens[0][0] == "copy" and from_stdin(self.tokens, self.depths):
            self.waiting.append(self.tokens[0][1])
        self.forget()

    def forget(self) -> None:
        self.tokens, self.depths, self.depth = [], [], 0
        self.starts, self.after_begin = [0], False

    def send(self, *, executes: bool = True) -> Open | None:
        waiting, self.waiting = self.waiting, []
        for place in waiting if executes else []:
            if not self.take_out_data():
                return "copy_data", place
        return None

    def take_out_data(self) -> bool:
        """Take the data after the line out of the text, if it ends there."""
        start = end = self.line_end(self.at) + 1
        while end < len(self.text):
            line_start, end = end, self.line_end(end) + 1
            if self.text[line_start : end - 1].removesuffix("\r") == "\\.":
                self.text = self.text[:start] + self.text[end:]
                self.places = self.places[:start] + self.places[end:]
                return True
        return False

    def command(self) -> Open | None:
        start = self.at
        self.at += 1
        if self.peek() == ";":
            self.at += 1
            if self.depth == 0:
                return self.semicolon(sends=False)
            self.add(";", start)
            return None
        if self.peek() == ":":
            self.at += 1
            self.add(":", start)
            return None
        self.after_begin = False
        end = self.line_end(self.at)
        name_start = self.at
        while self.at < end and self.peek() not in SPACE + "\\":
            self.at += 1
        name = self.text[name_start : self.at]
        if name.lower() == "copy" and name.isascii():
            reads = self.copy_arguments(end)
            self.at = end
            place = self.places[start]
            return ("copy_data", place) if reads and not self.take_out_data() else None
        if name in ("g", "gx", "gset", "gexec", "crosstabview", "watch", "gdesc", "parse", "sendpipeline"):
            self.end_statement()
            found = self.send(executes=name not in ("gdesc", "parse", "sendpipeline"))
            if found is not None:
                return found
        elif name in ("r", "reset"):
            self.waiting = []
            self.forget()
        if self.takes_line(name, end):
            self.at = end
            return None
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

    def takes_line(self, name: str, end: int) -> bool:
        if name in ("", "ef", "ev", "h", "help", "sf", "sf+", "sv", "sv+") or name.startswith("!"):
            return True
        arguments = self.text[self.at : end].lstrip(SPACE)
        return name in ("g", "gx", "o", "out", "w", "write") and arguments.startswith("|")

    def copy_arguments(self, end: int) -> bool:
        arguments = ReferenceLexer(" ")
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
