"""Reading templates with jinja2, and what both engines refuse to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confiture._pure.dbt.templates.evaluating import Evaluation
from confiture._pure.dbt.templates.refusal import Refusal
from confiture._pure.dbt.templates.tokens import check_tokens

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

    from confiture._interface import DbtTemplateHost

__all__ = ["DbtTemplates"]

#: How deep what is read may be nested.
_DEEPEST = 100

#: How many arguments minijinja reads.
_MOST_ARGUMENTS = 2_000

#: A template's length in characters.
_LONGEST = 1_000_000


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
        check_tokens(text, environment)
        template = environment.parse(text)
    except TemplateSyntaxError as error:
        raise Refusal("syntax", "", error.lineno) from None
    except RecursionError:
        raise Refusal("nesting", "", 1) from None
    _check_tree(template)
    return template


def _check_tree(template: nodes.Template) -> None:
    """Refuse what minijinja does not read, and what is nested too deep."""
    from jinja2 import nodes

    wrong_lines: list[int] = []
    deepest = 0
    pending: list[tuple[Any, int, bool]] = [(template, 0, False)]
    while pending:
        node, depth, in_loop = pending.pop()
        deepest = max(deepest, depth)
        if isinstance(node, nodes.Break | nodes.Continue):
            is_wrong = not in_loop
        elif isinstance(node, nodes.ExprStmt):
            is_wrong = not isinstance(node.node, nodes.Call)
        elif isinstance(node, nodes.Call | nodes.Filter | nodes.Test):
            is_wrong = len(node.args) + len(node.kwargs) > _MOST_ARGUMENTS
        else:
            is_name = isinstance(node, nodes.Name) and node.ctx in ("store", "param")
            is_wrong = (is_name or isinstance(node, nodes.NSRef)) and node.name in ("loop", "self")
        if is_wrong:
            wrong_lines.append(node.lineno)
        if isinstance(node, nodes.Macro | nodes.CallBlock | nodes.Block):
            in_loop = False
        in_loop = in_loop or isinstance(node, nodes.For)
        pending += [(child, depth + 1, in_loop) for child in node.iter_child_nodes()]
    if wrong_lines:
        raise Refusal("syntax", "", min(wrong_lines))
    if deepest > _DEEPEST:
        raise Refusal("nesting", "", 1)
