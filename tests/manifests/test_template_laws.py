"""Templates of all kinds: both engines do the same, and what they do is what Jinja itself does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jinja2
import jinja2.sandbox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from confiture._interface import Engine

_NAMES = ("x", "y", "items", "table", "nothing", "text")

_VALUES: dict[str, Any] = {
    "x": 3,
    "y": -2.5,
    "items": [1, "two", None, 2.5, True],
    "table": {"a": 1, "b": [1, 2], "items": "hidden"},
    "text": " Some text, é ",
}


class _Refused(Exception):
    """What an engine refuses."""


class _Host:
    def value(self, name: str) -> tuple[Any] | None:
        return (_VALUES[name],) if name in _VALUES else None

    def call(self, name: str, line: int, given: list[Any], named: dict[str, Any]) -> Any:
        raise AssertionError(name)

    def refuse(self, kind: str, line: int, detail: str) -> Exception:
        return _Refused(kind, line, detail)


def outcome(engine: Engine, text: str) -> tuple[Any, ...]:
    """What an engine makes of a template, or why it does not."""
    try:
        return ("made", engine.DbtTemplates().render(text, _Host()))
    except _Refused as refused:
        return ("refused", *refused.args)


_constants = st.one_of(
    st.integers(-3, 12).map(str),
    st.sampled_from(["1.5", "0.1", "1e16", "1e-7", "2.0", "9223372036854775807", "9007199254740993"]),
    st.sampled_from(["true", "false", "none", "'a'", "'it''s'", '"q\\"x\\n"', "''", "'é'", "[]", "{}", "()"]),
    st.sampled_from(_NAMES),
)

_BINARY = (
    "+",
    "-",
    "*",
    "/",
    "//",
    "%",
    "**",
    "~",
    "and",
    "or",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "in",
    "not in",
)

_FILTERS = (
    "upper",
    "lower",
    "trim",
    "length",
    "first",
    "last",
    "string",
    "int",
    "float",
    "list",
    "reverse",
    "sort",
    "abs",
    "unique",
    "sum",
    "min",
    "max",
    "join(', ')",
    "default('d')",
    "default('d', true)",
    "replace('a', 'bb')",
    "map('string')",
    "map(attribute='a')",
    "select",
    "reject('none')",
    "select('number')",
    "items",
    "as_text",
)

_TESTS = (
    "defined",
    "undefined",
    "none",
    "string",
    "number",
    "integer",
    "float",
    "boolean",
    "mapping",
    "sequence",
    "iterable",
    "odd",
    "even",
    "divisibleby(2)",
    "in([1, 'a'])",
    "eq(1)",
    "ge(2)",
    "true",
)

_METHODS = (
    "a",
    "items",
    "items()",
    "keys()",
    "get('a', 5)",
    "upper()",
    "split(',')",
    "strip()",
    "replace('e', '')",
    "append(1)",
    "pop()",
    "startswith('S')",
    "nothing_such",
    "nothing_such()",
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from(_BINARY), inner).map(" ".join),
        st.tuples(inner, st.sampled_from(_BINARY), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda each: f"-{each}"),
        inner.map(lambda each: f"not {each}"),
        st.tuples(inner, st.sampled_from(_FILTERS)).map("|".join),
        st.tuples(inner, st.sampled_from(_TESTS)).map(" is ".join),
        st.tuples(inner, st.sampled_from(_TESTS)).map(" is not ".join),
        st.tuples(inner, st.sampled_from(_METHODS)).map(".".join),
        st.tuples(inner, inner).map(lambda two: f"{two[0]}[{two[1]}]"),
        st.tuples(inner, inner, inner).map(lambda three: f"{three[0]}[{three[1]}:{three[2]}]"),
        st.tuples(inner, inner, inner).map(lambda three: f"{three[0]} if {three[1]} else {three[2]}"),
        st.lists(inner, max_size=3).map(lambda many: f"[{', '.join(many)}]"),
        st.lists(inner, min_size=2, max_size=3).map(lambda many: f"({', '.join(many)})"),
        st.lists(st.tuples(inner, inner), max_size=2).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
        ),
        st.lists(inner, min_size=1, max_size=3).map(lambda many: f"range({', '.join(many)})"),
    )


expressions = st.recursive(_constants, _larger, max_leaves=6)

_texts = st.sampled_from(["a", "\n", "  ", " b\n", ""])

_outputs = st.tuples(st.sampled_from(["{{", "{{-"]), expressions, st.sampled_from(["}}", "-}}"])).map(
    " ".join
)


#: Blocks set names that no expression reads: of one that reads its own name, jinja2 takes it for undefined.
def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(expressions, inner, inner).map(
            lambda three: f"{{% if {three[0]} %}}{three[1]}{{% else -%}}{three[2]}{{% endif %}}"
        ),
        st.tuples(st.sampled_from(["i", "x", "i, j"]), expressions, inner, inner).map(
            lambda four: (
                f"{{% for {four[0]} in {four[1]} %}}{four[2]}{{{{ loop.index }}}}"
                f"{{% else %}}{four[3]}{{% endfor %}}"
            )
        ),
        st.tuples(st.sampled_from(_NAMES), expressions).map(lambda two: f"{{% set {two[0]} = {two[1]} %}}"),
        st.tuples(st.sampled_from(["block", "other"]), inner).map(
            lambda two: f"{{% set {two[0]} %}}{two[1]}{{% endset -%}}"
        ),
        st.tuples(expressions, inner).map(lambda two: f"{{% with y = {two[0]} %}}{two[1]}{{% endwith %}}"),
        inner.map(lambda each: f"{{%- filter upper %}}{each}{{% endfilter %}}"),
        st.sampled_from(["{# hidden #}", "{%- do items.append(1) %}", "{% raw %}{{ x }}{% endraw %}"]),
    )


templates = st.recursive(st.one_of(_texts, _outputs), _blocks, max_leaves=6)

_search = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


#: Open (docs/dbt.md): jinja2 refuses `a is b is c`, which the native engine reads; `not nothing|float` is not
#: what jinja2 makes of it. A run may find neither, so that passing is no error.
_UNEQUAL = pytest.mark.xfail(strict=False, reason="open: chained tests, and filters of undefined names")


@_UNEQUAL
@_search
@given(text=templates)
def test_both_engines_do_the_same(both_engines: tuple[Engine, Engine], text: str) -> None:
    rust, python = both_engines

    assert outcome(rust, text) == outcome(python, text)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")  # jinja2 writes Python for what makes no sense
@_UNEQUAL
@_search
@given(text=templates)
def test_what_is_made_is_what_jinja_makes(text: str) -> None:
    from confiture import _pure

    made = outcome(_pure, text)  # type: ignore[arg-type]

    if made[0] == "made":
        environment = jinja2.sandbox.SandboxedEnvironment(
            extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], keep_trailing_newline=True
        )
        environment.filters["as_text"] = lambda value: value
        values = {**_VALUES, "items": list(_VALUES["items"])}
        assert made[1] == environment.from_string(text).render(values)


@pytest.mark.parametrize(
    "text",
    [
        "{{",
        "{{ }}",
        "a\n{{ 1 + }}",
        "{% if x %}\nb",
        "{% if x %}\n{% endfor %}",
        "\n\n{% endif %}",
        "{{ 'open }}",
        "{% nosuch %}",
        "a\n{% for x %}{% endfor %}",
        "{{ x y }}",
        "{% set = 1 %}",
        "{# open",
        "{% raw %}a",
        "{% for i in [1] %}{% endfor %}{% continue %}",
        "{{ -x.real }}{{ -items[0] }}{{ --range(3)[1] }}{{ (-x)[0] }}",
        "{% if x, y %}{% endif %}",
        "{{ (1 }}",
        "{{ [1, 2 }}",
        "\n{{ {'a' 1} }}",
        "{% break %}",
        "{% macro m() %}a{% endmacro %}\n{{ m() }}",
        "a\n{% include 'x' %}",
        "{{ x | nosuch }}",
        "\n{{ x is nosuch }}",
        "{{ nosuch() }}",
        "{{ nosuch.deep.call(1) }}",
        "\n\n{{ nosuch.deep }}",
        "{{ x() }}",
        "{{ 'a\\d' }}",
        "{{ 'a\\x41' }}{{ '\\u00e9' }}",
        "{{ '\\N{DASH}' }}",
        "{{ 99999999999999999999 }}",
        "{{ 1 / 0 }}",
        "{{ 1 % 0.0 }}",
        "{{ 'a' * 100000000 }}",
        "{{ range(10**9) }}",
        "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
        "{{ " + "(" * 40 + "1" + ")" * 40 + " }}",
        "{{ " + "not " * 120 + "1 }}",
        "{{ 1" + " + 1" * 20_000 + " }}",
        "{{ 'a'" + " ~ 'a'" * 2_000 + " }}",
        "{% if x %}" * 120 + "{% endif %}" * 120,
        "{% set l = [] %}{% do l.append(l) %}{{ l }}",
        "{{ items.sort() }}",
        "{{ text.format(1) }}",
        "{% set x.y = 1 %}",
        "{% set a, b = 1 %}",
        "{% for a, b in [[1, 2, 3]] %}{% endfor %}",
        "{% set n = namespace(a=1) %}{% set n.a = 2 %}{{ n.a }}{{ n.b }}{{ n }}",
        "{{ x(*[1]) }}{{ range(*[1]) }}",
        "{{ {[]: 1} }}",
        "{{ none + 1 }}",
        "{{ text['__class__'] }}",
        "{{ 1, 2 }}",
        "{% set a = 1, 2 %}{{ a }}",
        "{% for i in 1, 2 %}{% endfor %}",
        "a" * 1_000_001,
        "{% autoescape true %}{% endautoescape %}",
        "{% for i in [1] recursive %}{% endfor %}",
        "{{ +1 }}",
        "{{ x[] }}",
        "{{ x[1, 2] }}",
        "{{ -not [] }}",
        "{{ 'a' if }}",
        "{% do 1 + 1 %}",
        "{{ loop }}",
        "{% set loop = 1 %}",
        "{{ x.1 }}{{ items.0 }}",
        "{{ 1_000 }}{{ 0x1f }}{{ 1e3 }}",
        "{{ '\ud7ff\U0001f600'|length }}{{ ['\U0001f600'] }}",
    ],
    ids=lambda text: text[:40].encode("unicode_escape").decode(),
)
def test_both_engines_refuse_the_same(both_engines: tuple[Engine, Engine], text: str) -> None:
    rust, python = both_engines

    assert outcome(rust, text) == outcome(python, text)
