"""Templates of all kinds: both engines do the same, and what they do is what Jinja itself does."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

import jinja2
import jinja2.sandbox
import pytest
from hypothesis import given

from manifests.template_texts import templates
from strategies import examples

if TYPE_CHECKING:
    from confiture._interface import Engine

_VALUES: dict[str, Any] = {
    "x": 3,
    "y": -2.5,
    "items": [1, "two", None, 2.5, True],
    "table": {"a": 1, "b": [1, 2], "items": "hidden"},
    "text": " Some text, é ",
    "rows": [{"a": 1, "b": "z"}, {"a": 3}, {"a": 2, "b": None}],
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


@examples(150)
@given(text=templates)
def test_both_engines_do_the_same(both_engines: tuple[Engine, Engine], text: str) -> None:
    rust, python = both_engines

    assert outcome(rust, text) == outcome(python, text)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")  # jinja2 writes Python for what makes no sense
@examples(150)
@given(text=templates)
def test_what_is_made_is_what_jinja_makes(text: str) -> None:
    from confiture import _pure

    made = outcome(_pure, text)  # type: ignore[arg-type]

    if made[0] == "made":
        environment = jinja2.sandbox.SandboxedEnvironment(
            extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], keep_trailing_newline=True
        )
        environment.filters["as_text"] = lambda value: value
        assert made[1] == _rendered(environment, text)


def _rendered(environment: jinja2.Environment, text: str) -> str:
    """What jinja2 makes of a template; filters and tests that it misses must not be reached."""

    def reached(*_: Any, **__: Any) -> None:
        raise AssertionError("what is not known was not refused")

    while True:
        try:
            template = environment.from_string(text)
        except jinja2.TemplateAssertionError as error:
            missed = re.fullmatch(r"No (filter|test) named '([\w.]+)'\.", str(error.message))
            if missed is None:
                raise
            known = environment.filters if missed[1] == "filter" else environment.tests
            known[missed[2]] = reached
        else:
            return template.render(copy.deepcopy(_VALUES))


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
        "{{ (\n0 + 'a'\n, 0\n, 0) }}",
        "{% if ((\n1 + 'a', 2), 3) == x %}{% endif %}",
        "{% block a %}{% endblock %}\n\n{% block\n a %}{% endblock %}\n{% set loop = 1 %}",
        "{% block block %}{% block a %}{% endblock %}{% endblock %}",
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
        "{% set in = 1 %}{% set in %}a{% endset %}",
        "{{ x.1 }}{{ items.0 }}",
        "{{ 1_000 }}{{ 0x1f }}{{ 1e3 }}",
        "{{ not 0 is defined is defined }}",
        "{{ x is eq(1) is defined }}{{ x is eq 3 is true }}{{ (x is defined) is true }}",
        "{{ not nothing|float }}",
        "{{ nothing|int(7) }}",
        "{{ x is defined - 1 }}",
        "{{ x[(1, 2)] }}{{ items[('a', 1)] }}",
        "{{ (-items[0])[0] }}{{ (-x.y).z }}",
        "{{ -(-items[0])[0] }}",
        "{{ --(-items[0])[0] }}",
        "{{ -(-(-items[0])[0])[0] }}",
        "{{ -((-x.y).z) }}",
        "{{ -(-table.b[0])|abs }}{{ -(-(table).b[0]) }}",
        "{{ items[] }}",
        "{{ dict [0] }}",
        "{{ text.nothing_such }}{{ items.nothing_such is defined }}",
        "{% for i in [1] %}{% break %}{% else %}b{% endfor %}",
        "{% for i in [1] %}{% continue %}{% else %}b{% endfor %}",
        "{% for i, in [[1]] %}{% endfor %}",
        "{% for in [[1]] %}{% endfor %}",
        "{% set %}a{% endset %}",
        "{{ 012 }}",
        "{{ 1.real }}",
        "{{ x\xa0}}",
        "{{ x +}}",
        "a\n{% print x %}",
        "{% if (x ** 'line\nline') is not false %}{% endif %}",
        "{{ x(*[1]) }}",
        "{{ nosuch(**x) }}",
        "{{ x(*[1], 2) }}",
        "{{ x(**{}, a=1) }}",
        "{{ x(a=1, *[1]) }}",
        "{% raw +%}a{% endraw %}",
        "{{ x|upper . lower }}",
        "{{ dict(a=1, a=2) }}",
        "{{ text|join(x=1, x=2) }}",
        "{% if false %}{% do x %}{% endif %}",
        "{% if false %}\n{{ text|join(a=1,\nb=2,\na=3) }}{% endif %}",
        "{{ dict(a=1, b=dict(a=1)) }}",
        "{{ x(*[1],\n 2) }}",
        "{{ x(\na=1,\n2) }}",
        "{{ x(**{},\n\n*[1],) }}",
        "{{ x(*[1], *[2]\n) }}",
        "\n{{ text|join(*[1]\n, 2) }}",
        "{{ x is eq(a=1,\n 2) }}",
        "{{ (*[1],\n 2) }}",
        "{{ x(*[1], a=2, **{}) }}{{ x(a=1, *[2]) }}",
        "{% macro m(a=1,\n b) %}{% endmacro %}",
        "{{ text.upper == text.upper }}",
        "{{ [1e308 * 10 - 1e308 * 10]|sort }}",
        "{{ -1e308 * 10 // 3 }}",
        "{{ '\\ud83d\\ude00' }}",
        "{{ '\ud7ff\U0001f600'|length }}{{ ['\U0001f600'] }}",
    ],
    ids=lambda text: text[:40].encode("unicode_escape").decode(),
)
def test_both_engines_refuse_the_same(both_engines: tuple[Engine, Engine], text: str) -> None:
    rust, python = both_engines

    assert outcome(rust, text) == outcome(python, text)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("{% set k = table.keys() %}{% do table.update({'z': 1}) %}{{ k|join(' ') }}", "a b items z"),
        ("{% set v = table.values() %}{% do table.pop('b') %}{{ v|list }} {{ v|length }}", "[1, 'hidden'] 2"),
        ("{% set i = {'a': 1}.items() %}{{ i|list }}{{ 'full' if i }}", "[('a', 1)]full"),
        ("{{ {'a': 1, 'b': 2}.keys() == {'b': 0, 'a': 0}.keys() }}", "True"),
        ("{{ {'a': 1}.keys() == {'b': 1}.keys() }}", "False"),
        ("{{ {'a': [1], 'b': 2}.items() == {'b': 2, 'a': [1]}.items() }}", "True"),
        ("{{ {'a': [1]}.items() == {'a': [2]}.items() }}", "False"),
        ("{{ 'a'.upper == 1 }}", "False"),
        ("{{ 1152921504606846976 == 1152921504606846976.0 }}", "True"),
        ("{{ {1152921504606846976: 'found'}[1152921504606846976.0] }}", "found"),
        ("{{ 1152921504606846977 == 1152921504606846976.0 }}", "False"),
        ("{% for i in [1, 2] %}a{% set b %}c{% break %}{% endset %}d{% endfor %}e", "ae"),
        ("{% for i in [1, 2] %}a{% filter upper %}c{% continue %}{% endfilter %}d{% endfor %}e", "aae"),
    ],
    ids=lambda text: text[:40],
)
def test_values_are_those_of_python(both_engines: tuple[Engine, Engine], text: str, made: str) -> None:
    environment = jinja2.sandbox.SandboxedEnvironment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])

    assert [outcome(engine, text) for engine in both_engines] == [("made", made)] * 2
    assert _rendered(environment, text) == made
