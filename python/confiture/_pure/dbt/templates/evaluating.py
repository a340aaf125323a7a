"""Evaluating what jinja2 read, step by step.

Each statement, expression, turn of a loop and piece of text costs fuel, as much as in the native engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import nodes

from confiture._pure.dbt.templates import filters, methods, operators, tests
from confiture._pure.dbt.templates.refusal import Refusal
from confiture._pure.dbt.templates.values import (
    UNDEFINED,
    Function,
    Loop,
    Method,
    Namespace,
    Undefined,
    from_host,
    is_true,
    iterate,
    key_of,
    printed,
    to_host,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from confiture._interface import DbtTemplateHost

__all__ = ["Evaluation"]

#: How many steps a template may take.
_FUEL = 1_000_000

#: Characters of text that cost one step.
_TEXT_PER_STEP = 16

#: The longest range, as in dbt's sandbox.
_LONGEST_RANGE = 100_000

_STATEMENTS: dict[type, str] = {
    nodes.Macro: "macro",
    nodes.CallBlock: "call",
    nodes.Block: "block",
    nodes.Extends: "extends",
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "from",
    nodes.Scope: "autoescape",
    nodes.ScopedEvalContextModifier: "autoescape",
}


class _Break(Exception):
    """A loop ends."""


class _Continue(Exception):
    """A turn of a loop ends."""


class Evaluation:
    """One rendering of a template."""

    def __init__(self, host: DbtTemplateHost) -> None:
        self._host = host
        self._fuel = _FUEL
        self._scopes: list[dict[str, Any]] = [{}]
        self._from_host: dict[str, Any] = {}
        self._output: list[str] = []

    def render(self, template: nodes.Template) -> str:
        self._run(template.body)
        return "".join(self._output)

    def spend(self, steps: int) -> None:
        """Take fuel for what filters and operators make."""
        self._fuel -= steps
        if self._fuel < 0:
            raise Refusal("fuel")

    def spend_text(self, text: str) -> str:
        """Take fuel for a text that was made; returns it."""
        self.spend(len(text) // _TEXT_PER_STEP)
        return text

    def _write(self, text: str) -> None:
        self._output.append(self.spend_text(text))

    # Statements.

    def _run(self, body: Sequence[nodes.Node]) -> None:
        for statement in body:
            run = _RUN.get(type(statement))
            if run is None:
                # The node that jinja2 makes of {% autoescape %} has no line, but the one in it does.
                inner = statement.body[0] if isinstance(statement, nodes.Scope) else statement
                raise Refusal("statement", _STATEMENTS.get(type(statement), "?"), inner.lineno)
            try:
                self.spend(type(statement) is not nodes.Output)
                run(self, statement)
            except Refusal as refusal:
                refusal.line = refusal.line or statement.lineno
                raise

    def _run_output(self, statement: nodes.Output) -> None:
        for part in statement.nodes:
            try:
                self.spend(1)
                text = (
                    part.data if isinstance(part, nodes.TemplateData) else printed(self, self.evaluate(part))
                )
                self._write(text)
            except Refusal as refusal:
                refusal.line = refusal.line or _line(part)
                raise

    def _run_if(self, statement: nodes.If) -> None:
        for branch in (statement, *statement.elif_):
            if self._truth(branch.test):
                self._run(branch.body)
                return
        self._run(statement.else_)

    def _truth(self, test: nodes.Node) -> bool:
        try:
            return is_true(self.evaluate(test))
        except Refusal as refusal:
            refusal.line = refusal.line or _line(test)
            raise

    def _run_for(self, statement: nodes.For) -> None:
        if statement.recursive:
            raise Refusal("statement", "for recursive", statement.lineno)
        items = iterate(self, self.evaluate(statement.iter))
        if statement.test is not None:
            kept = []
            for item in items:
                self._scopes.append({})
                self._assign(statement.target, item)
                if self._truth(statement.test):
                    kept.append(item)
                self._scopes.pop()
            items = kept
        loop = Loop(items)
        #: For jinja2, a turn that `break` or `continue` ends is none as far as `else` is concerned.
        has_turned = False
        for index, item in enumerate(items):
            self.spend(1)
            loop.index0 = index
            self._scopes.append({"loop": loop})
            depth = len(self._scopes)
            self._assign(statement.target, item)
            try:
                self._run(statement.body)
                has_turned = True
            except _Continue:
                pass
            except _Break:
                break
            finally:
                del self._scopes[depth - 1 :]
        if not has_turned:
            self._scoped(statement.else_)

    def _scoped(self, body: Sequence[nodes.Node]) -> None:
        self._scopes.append({})
        self._run(body)
        self._scopes.pop()

    def _assign(self, target: nodes.Node, value: Any) -> None:
        if isinstance(target, nodes.Name):
            self._scopes[-1][target.name] = value
        elif isinstance(target, nodes.NSRef):
            namespace = self._variable(target.name)
            if type(namespace) is not Namespace:
                raise Refusal("namespace", target.name)
            namespace.values[target.attr] = value
        elif isinstance(target, nodes.Tuple):
            items = iterate(self, value)
            if len(items) != len(target.items):
                raise Refusal("unpacking")
            for each, item in zip(target.items, items, strict=True):
                self._assign(each, item)
        else:
            raise Refusal("syntax")

    def _run_assign(self, statement: nodes.Assign) -> None:
        self._assign(statement.target, self.evaluate(statement.node))

    def _captured(self, body: Sequence[nodes.Node]) -> str:
        outer, self._output = self._output, []
        try:
            self._scoped(body)
            return "".join(self._output)
        finally:
            # A turn of a loop may end in here.
            self._output = outer

    def _run_assign_block(self, statement: nodes.AssignBlock) -> None:
        value: Any = self._captured(statement.body)
        if statement.filter is not None:
            value = self._filtered(statement.filter, value)
        self._assign(statement.target, value)

    def _run_filter_block(self, statement: nodes.FilterBlock) -> None:
        self._write(printed(self, self._filtered(statement.filter, self._captured(statement.body))))

    def _run_with(self, statement: nodes.With) -> None:
        values = [self.evaluate(value) for value in statement.values]
        self._scopes.append({})
        for target, value in zip(statement.targets, values, strict=True):
            self._assign(target, value)
        self._run(statement.body)
        self._scopes.pop()

    def _run_do(self, statement: nodes.ExprStmt) -> None:
        if not isinstance(statement.node, nodes.Call):
            raise Refusal("syntax")
        self.evaluate(statement.node)

    def _run_break(self, statement: nodes.Break) -> None:
        raise _Break

    def _run_continue(self, statement: nodes.Continue) -> None:
        raise _Continue

    # Expressions.

    def evaluate(self, expression: nodes.Node | None) -> Any:
        self.spend(1)
        evaluate = _EVALUATE.get(type(expression))
        if evaluate is None:
            raise Refusal("syntax")
        return evaluate(self, expression)

    def _variable(self, name: str) -> Any:
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        if name in self._from_host:
            return self._from_host[name]
        found = self._host.value(name)
        if found is not None:
            value = from_host(found[0])
        elif name in ("range", "dict", "namespace"):
            value = Function(name)
        else:
            value = Undefined(name)
        self._from_host[name] = value
        return value

    def _name(self, expression: nodes.Name) -> Any:
        return self._variable(expression.name)

    def _constant(self, expression: nodes.Const) -> Any:
        if type(expression.value) is str:
            self.spend_text(expression.value)
        return operators.checked(expression.value)

    def _list(self, expression: nodes.List) -> Any:
        return [self.evaluate(item) for item in expression.items]

    def _tuple(self, expression: nodes.Tuple) -> Any:
        return tuple([self.evaluate(item) for item in expression.items])

    def _dict(self, expression: nodes.Dict) -> Any:
        made = {}
        for pair in expression.items:
            key = key_of(self, self.evaluate(pair.key))
            made[key] = self.evaluate(pair.value)
        return made

    def _unary(self, expression: nodes.UnaryExpr) -> Any:
        value = self.evaluate(expression.node)
        return not is_true(value) if isinstance(expression, nodes.Not) else operators.negated(value)

    def _binary(self, expression: nodes.BinExpr) -> Any:
        left = self.evaluate(expression.left)
        right = self.evaluate(expression.right)
        return operators.ARITHMETIC[type(expression)](self, left, right)

    def _and(self, expression: nodes.And) -> Any:
        left = self.evaluate(expression.left)
        return self.evaluate(expression.right) if is_true(left) else left

    def _or(self, expression: nodes.Or) -> Any:
        left = self.evaluate(expression.left)
        return left if is_true(left) else self.evaluate(expression.right)

    def _concat(self, expression: nodes.Concat) -> Any:
        return "".join([self.spend_text(printed(self, self.evaluate(part))) for part in expression.nodes])

    def _compare(self, expression: nodes.Compare) -> Any:
        left = self.evaluate(expression.expr)
        for operand in expression.ops:
            right = self.evaluate(operand.expr)
            if not operators.compare(self, operand.op, left, right):
                return False
            left = right
        return True

    def _condition(self, expression: nodes.CondExpr) -> Any:
        if is_true(self.evaluate(expression.test)):
            return self.evaluate(expression.expr1)
        return UNDEFINED if expression.expr2 is None else self.evaluate(expression.expr2)

    def _attribute(self, expression: nodes.Getattr) -> Any:
        value = self.evaluate(expression.node)
        self.spend_text(expression.attr)
        return methods.attribute(value, expression.attr)

    def _item(self, expression: nodes.Getitem) -> Any:
        value = self.evaluate(expression.node)
        if isinstance(expression.arg, nodes.Slice):
            parts = (expression.arg.start, expression.arg.stop, expression.arg.step)
            bounds = [None if part is None else self.evaluate(part) for part in parts]
            return operators.sliced(self, value, bounds)
        return operators.item(self, value, self.evaluate(expression.arg))

    def _arguments(self, call: nodes.Call | nodes.Filter | nodes.Test) -> tuple[list[Any], dict[str, Any]]:
        if call.dyn_args is not None or call.dyn_kwargs is not None:
            raise Refusal("splat")
        return (
            [self.evaluate(argument) for argument in call.args],
            {str(argument.key): self.evaluate(argument.value) for argument in call.kwargs},
        )

    def _filtered(self, expression: nodes.Filter, inner: Any) -> Any:
        if expression.node is not None:
            inner = (
                self._filtered(expression.node, inner)
                if isinstance(expression.node, nodes.Filter)
                else self.evaluate(expression.node)
            )
        return filters.call(self, expression.name, inner, *self._arguments(expression))

    def _filter(self, expression: nodes.Filter) -> Any:
        value = self.evaluate(expression.node)
        return filters.call(self, expression.name, value, *self._arguments(expression))

    def _test(self, expression: nodes.Test) -> Any:
        value = self.evaluate(expression.node)
        arguments, named = self._arguments(expression)
        if named:
            raise Refusal("argument", expression.name)
        return tests.call(self, expression.name, value, arguments)

    def _call(self, expression: nodes.Call) -> Any:
        path = _path(expression.node)
        if path is not None and type(self._variable(path.split(".", 1)[0])) is Undefined:
            raise Refusal("call", path, _line(expression))
        called = self.evaluate(expression.node)
        arguments, named = self._arguments(expression)
        if type(called) is Method:
            return methods.call(self, called, arguments, named)
        if type(called) is not Function:
            raise Refusal("callable", path or "", _line(expression))
        if called.name == "range":
            return _range(arguments, named)
        if called.name == "dict":
            if arguments:
                raise Refusal("argument", "dict")
            return named
        if called.name == "namespace":
            if arguments:
                raise Refusal("argument", "namespace")
            return Namespace(named)
        given = [to_host(self, argument) for argument in arguments]
        given_named = {name: to_host(self, argument) for name, argument in named.items()}
        return from_host(self._host.call(called.name, _line(expression), given, given_named))


def _range(arguments: list[Any], named: dict[str, Any]) -> range:
    if named or not 1 <= len(arguments) <= 3 or not all(type(each) is int for each in arguments):
        raise Refusal("argument", "range")
    if len(arguments) == 3 and arguments[2] == 0:
        raise Refusal("argument", "range")
    made = range(*arguments)
    try:
        length = len(made)
    except OverflowError:
        length = _LONGEST_RANGE + 1
    if length > _LONGEST_RANGE:
        raise Refusal("range")
    return made


def _path(expression: nodes.Node) -> str | None:
    """The dotted name of what is called, if it has one."""
    names: list[str] = []
    while isinstance(expression, nodes.Getattr):
        names.append(expression.attr)
        expression = expression.node
    if not isinstance(expression, nodes.Name):
        return None
    return ".".join([expression.name, *reversed(names)])


def _line(node: nodes.Node) -> int:
    """The line on which a node starts; jinja2 itself tells that of its operator."""
    lines = []
    while True:
        first = _first(node)
        if isinstance(node, nodes.Not):
            # That of `x is not y` is told as that of `is`, that of `not x` as that of `not`.
            lines.append(node.lineno)
            first = node.node
        if first is None:
            return min([*lines, node.lineno])
        node = first


def _first(node: nodes.Node) -> nodes.Node | None:
    if isinstance(node, nodes.BinExpr):
        return node.left
    if isinstance(node, nodes.Compare):
        return node.expr
    if isinstance(node, nodes.CondExpr):
        return node.expr1
    if isinstance(node, nodes.Concat):
        return node.nodes[0]
    if isinstance(node, nodes.Tuple) and node.items:
        # Its own line is that of its last comma.
        return node.items[0]
    if isinstance(node, nodes.Getattr | nodes.Getitem | nodes.Call | nodes.Filter | nodes.Test):
        return node.node
    return None


_RUN: dict[type, Callable[[Evaluation, Any], None]] = {
    nodes.Output: Evaluation._run_output,
    nodes.If: Evaluation._run_if,
    nodes.For: Evaluation._run_for,
    nodes.Assign: Evaluation._run_assign,
    nodes.AssignBlock: Evaluation._run_assign_block,
    nodes.FilterBlock: Evaluation._run_filter_block,
    nodes.With: Evaluation._run_with,
    nodes.ExprStmt: Evaluation._run_do,
    nodes.Break: Evaluation._run_break,
    nodes.Continue: Evaluation._run_continue,
}

_EVALUATE: dict[type, Callable[[Evaluation, Any], Any]] = {
    nodes.Name: Evaluation._name,
    nodes.Const: Evaluation._constant,
    nodes.List: Evaluation._list,
    nodes.Tuple: Evaluation._tuple,
    nodes.Dict: Evaluation._dict,
    nodes.Not: Evaluation._unary,
    nodes.Neg: Evaluation._unary,
    nodes.And: Evaluation._and,
    nodes.Or: Evaluation._or,
    nodes.Concat: Evaluation._concat,
    nodes.Compare: Evaluation._compare,
    nodes.CondExpr: Evaluation._condition,
    nodes.Getattr: Evaluation._attribute,
    nodes.Getitem: Evaluation._item,
    nodes.Filter: Evaluation._filter,
    nodes.Test: Evaluation._test,
    nodes.Call: Evaluation._call,
    **dict.fromkeys(operators.ARITHMETIC, Evaluation._binary),
}
