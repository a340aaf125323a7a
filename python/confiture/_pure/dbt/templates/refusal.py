"""What stops a template."""

from __future__ import annotations

__all__ = ["Refusal"]


class Refusal(Exception):
    """A template cannot be evaluated; it never leaves the engine.

    Args:
        kind: A key of `confiture._template_failures`.
        line: The line of the template, from 1; 0 where only the evaluator knows it.
        detail: What the message names.
    """

    def __init__(self, kind: str, detail: str = "", line: int = 0) -> None:
        super().__init__(kind)
        self.kind = kind
        self.detail = detail
        self.line = line
