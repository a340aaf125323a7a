"""Templates that would take forever, fill the memory or break a stack: both engines refuse them alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from manifests.test_template_laws import outcome

if TYPE_CHECKING:
    from confiture._interface import Engine

_NESTED = "{% set n = namespace(v=[1]) %}{% for i in range(COUNT) %}{% set n.v = [n.v, n.v] %}{% endfor %}"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{{ " + "(" * 10_000 + "1" + ")" * 10_000 + " }}", "nesting"),
        ("{% if x %}" * 10_000 + "{% endif %}" * 10_000, "nesting"),
        ("{{ text" + "|upper" * 10_000 + " }}", "nesting"),
        ("{{ " + "-" * 900_000 + "x }}", "nesting"),
        ("{{ " + "not " * 200_000 + "x }}", "nesting"),
        ("{{ x" + "()" * 10_000 + " }}", "nesting"),
        ("{{ " + "1 if 1 else " * 680 + "1 }}", "nesting"),
        ("{{ 'a' * 10**9 }}", "fuel"),
        ("{{ '%1000000000d' % 1 }}", "operands"),
        ("{{ 'a'|center(1000000000) }}", "filter"),
        ("{{ range(1000000000)|list }}", "range"),
        ("{{ range(100000)|join('a' * 100000) }}", "fuel"),
        (_NESTED.replace("COUNT", "20") + "{{ n.v }}", "fuel"),
        (_NESTED.replace("COUNT", "100") + "{{ n.v }}", "nesting"),
        (_NESTED.replace("COUNT", "20") + "{{ nothing or dict(a=n.v) == dict(a=n.v) }}", "fuel"),
        ("{% set t = 'a' * 10000000 %}{% for i in range(90000) %}{{ t|length }}{% endfor %}", "fuel"),
        ("{% set t = 'a' * 10000000 %}{{ [t, t, t] | sort | length }}", "fuel"),
        ("{% set t = 'a' * 4000000 %}{{ t ~ t ~ t ~ t ~ t }}", "fuel"),
        ("{% set l = range(100000)|list %}{% for i in l %}{{ i in l }}{% endfor %}", "fuel"),
        ("{% set l = range(100000)|list %}{% for i in l %}{{ l[1:2] }}{% endfor %}", "fuel"),
        ("{% set t = 'a' * 4000000 %}{{ t.strip(t) }}", "fuel"),
        ("{{ ('z' * 4000000)|trim('a' * 3999999 ~ 'z') }}", "fuel"),
        ("\n" * 70_000 + "{{ x y }}", "syntax"),
        ("{{ range(" + ",".join(["1"] * 2_500) + ") }}", "syntax"),
        ("{{ " + "1" * 5_000 + " }}", "number"),
        ("{# " * 300_000, "syntax"),
        ("{{ " * 300_000, "nesting"),
    ],
    ids=lambda value: value[:40].encode("unicode_escape").decode(),
)
def test_what_would_not_end_is_refused(both_engines: tuple[Engine, Engine], text: str, kind: str) -> None:
    rust, python = both_engines

    refused = outcome(rust, text)

    assert refused[:2] == ("refused", kind)
    assert refused == outcome(python, text)


def test_a_long_row_of_branches_is_read_and_its_last_one_taken(both_engines: tuple[Engine, Engine]) -> None:
    for count in (800, 80_000):
        text = "{% if 0 %}" + "{%elif 0%}" * count + "{% else %}last{% endif %}"
        assert [outcome(engine, text) for engine in both_engines] == [("made", "last")] * 2


def test_an_error_far_behind_has_its_line(both_engines: tuple[Engine, Engine]) -> None:
    for engine in both_engines:
        assert outcome(engine, "\n" * 70_000 + "{{ x y }}")[2] == 70_001


def test_steps_are_counted_alike(both_engines: tuple[Engine, Engine]) -> None:
    rust, python = both_engines
    text = (
        "{% for i in rows %}{{ i ~ [i.a, text[1:3]] }}{{ i.a in items }}{{ text|upper == text }}"
        "{{ {text: i}[text] }}{{ items|map('string')|sort|join(text) }}{% endfor %}"
    )
    least, most = 0, 16_000_000
    while most - least > 1:
        length = (least + most) // 2
        is_made = outcome(rust, f"{{% set a = 'a' * {length} %}}{text}")[0] == "made"
        least, most = (length, most) if is_made else (least, length)

    assert outcome(python, f"{{% set a = 'a' * {least} %}}{text}")[0] == "made"
    assert outcome(python, f"{{% set a = 'a' * {most} %}}{text}")[:2] == ("refused", "fuel")
