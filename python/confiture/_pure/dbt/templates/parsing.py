"""Reading templates with jinja2, and what both engines refuse to read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from confiture._pure.dbt.templates.evaluating import Evaluation
from confiture._pure.dbt.templates.refusal import Refusal

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

    from confiture._interface import DbtTemplateHost

__all__ = ["DbtTemplates"]

#: How deep brackets may be nested in a tag, and how deep what is read may be.
_DEEPEST_BRACKETS = 30
_DEEPEST = 100

#: A template's length in characters.
_LONGEST = 1_000_000

#: A backslash and what follows it in a string, as far as jinja2 and minijinja agree.
_OTHER_ESCAPE = re.compile(r"\\(?:[^\"\\'nrtbfux0-7]|$)", re.S)
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\"\\'nrtbf]|(.))", re.S)

_SURROGATES = re.compile("[\ud800-\udfff]")


class DbtTemplates:
    """Templates that were read, by their text; ``_core.pyi`` documents it."""

    def __init__(self) -> None:
        self._read: dict[str, nodes.Template] = {}
        self._environment = _environment()

    def render(self, text: str, host: DbtTemplateHost) -> str:
        try:
            template = self._read.get(text)
            if template is None:
                template = self._read[text] = _parsed(text, self._environment)
            return Evaluation(host).render(template)
        except Refusal as refusal:
            raise host.refuse(refusal.kind, refusal.line, refusal.detail) from None


def _environment() -> Environment:
    import jinja2

    return jinja2.Environment(
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], keep_trailing_newline=True, autoescape=False
    )


def _parsed(text: str, environment: Environment) -> nodes.Template:
    from jinja2 import TemplateSyntaxError

    if len(text) > _LONGEST:
        raise Refusal("length", "", 1)
    try:
        _check_tokens(text, environment)
        template = environment.parse(text)
    except TemplateSyntaxError as error:
        raise Refusal("syntax", "", error.lineno) from None
    except RecursionError:
        raise Refusal("nesting", "", 1) from None
    _check_tree(template)
    return template


def _check_tokens(text: str, environment: Environment) -> None:
    depth = 0
    #: Whether a comma may stand outside of brackets: minijinja reads no tuples there.
    takes_comma = True
    tag: str | None = None
    for line, kind, value in environment.lexer.tokeniter(text, None):
        if kind == "operator" and value in "([{":
            depth += 1
            if depth > _DEEPEST_BRACKETS:
                raise Refusal("nesting", "", line)
        elif kind == "operator" and value in ")]}":
            depth -= 1
        elif kind == "string" and "\\" in value:
            for escape in _ESCAPE.finditer(value, 1, len(value) - 1):
                if escape[1] is not None:
                    raise Refusal("escape", "", line)
        elif kind == "operator" and value == "," and depth == 0 and not takes_comma:
            raise Refusal("syntax", "", line)
        elif kind in ("variable_begin", "block_begin"):
            depth = 0
            takes_comma = False
            tag = None if kind == "block_begin" else ""
        elif kind == "name" and tag is None:
            tag = value
            takes_comma = value not in ("if", "elif", "do")
        elif kind == "name" and tag == "for" and value == "in" and depth == 0:
            takes_comma = False


def _check_tree(template: nodes.Template) -> None:
    """Refuse what is nested too deep, and what minijinja does not read."""
    from jinja2 import nodes

    pending: list[tuple[Any, int, bool]] = [(template, 0, False)]
    while pending:
        node, depth, in_loop = pending.pop()
        if depth > _DEEPEST:
            raise Refusal("nesting", "", 1)
        if isinstance(node, nodes.Break | nodes.Continue) and not in_loop:
            raise Refusal("syntax", "", node.lineno)
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Tuple):
            raise Refusal("syntax", "", node.lineno)
        is_assigned = isinstance(node, nodes.NSRef) or (isinstance(node, nodes.Name) and node.ctx == "store")
        if is_assigned and node.name in ("loop", "self"):
            raise Refusal("syntax", "", node.lineno)
        in_loop = in_loop or isinstance(node, nodes.For)
        pending += [(child, depth + 1, in_loop) for child in node.iter_child_nodes()]
