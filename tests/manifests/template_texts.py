"""Templates of all kinds for the property tests: what Jinja has, whether or not it is supported."""

from __future__ import annotations

from hypothesis import strategies as st

__all__ = ["expressions", "templates"]

_NAMES = ("x", "y", "items", "table", "nothing", "text", "rows")

_CONSTANTS = (
    *("1.5", "0.1", "1e16", "1e-7", "2.0", "1_000", "0x1f", "0b1_0", "0o17", "1E3", "0.5e1_0"),
    *("9223372036854775807", "9007199254740993", "99999999999999999999", "1" * 45, "012", "1.", "00"),
    *("true", "false", "none", "True", "None", "'a'", "'it''s'", '"q\\"x\\n"', "''", "'é'", "'%s'"),
    *("'\\u00e9'", "'\\x41'", "'\\d'", "'\\ud83d'", "'a' 'b'", "'{{ x }}'", "'%}'", "'line\nline'"),
    *("1152921504606846976", "1152921504606846976.0", "9007199254740992.0", "1e308", "text.upper"),
    *("table.keys()", "table.items()", "table.values()", "{'a': 1}.keys()", "{'a': 1}.items()"),
    *("[]", "{}", "()", "(1,)", "{'a': 1}", "[3, 1, 2]", "['b', 'A', 'c']", "'b,a'", "é", "loop", "range"),
)

_constants = st.one_of(
    st.integers(-3, 12).map(str),
    st.sampled_from(_CONSTANTS),
    st.sampled_from(_NAMES),
    st.sampled_from(_NAMES),
)

_BINARY = (
    *("+", "-", "*", "/", "//", "%", "**", "~", "and", "or"),
    *("==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", ",", "|"),
)

_FILTERS = (
    *("upper", "lower", "trim", "length", "first", "last", "string", "int", "float", "list", "reverse"),
    *("sort", "sort(reverse=true)", "sort(true)", "abs", "unique", "sum", "min", "max", "items", "count"),
    *("join(', ')", "join", "join(d='-')", "default('d')", "default('d', true)", "d(boolean=true)"),
    *("replace('a', 'bb')", "replace('a', 'b', 1)", "replace(old='e', new='')", "trim('S')", "int(7)"),
    *("map('string')", "map(attribute='a')", "map(attribute='a', default=0)", "map('default', 'z')"),
    *("select", "reject('none')", "select('number')", "select('gt', 1)", "rejectattr('a')"),
    *("selectattr('a', 'eq', 1)", "selectattr('a')", "as_text", "float(default=1)", "default(x=1)"),
    *(
        "round",
        "title",
        "groupby('a')",
        "format(1)",
        "tojson",
        "nosuch",
        "upper()(1)",
        "a . b",
        "join(x=1, x=2)",
    ),
)

_TESTS = (
    *("defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "mapping"),
    *("sequence", "iterable", "odd", "even", "divisibleby(2)", "divisibleby 2", "in([1, 'a'])", "in [1]"),
    *("eq(1)", "eq 'a'", "ge(2)", "lt x", "true", "false", "eq", "nosuch", "sameas(none)", "defined - 1"),
    *("defined is none", "eq(1) is true", "eq 1 is true", "eq items[0]", "a . b", "eq(value=1)"),
)

_METHODS = (
    *("a", "items", "items()", "keys()", "values()", "get('a', 5)", "get('b')", "upper()", "lower()"),
    *("split(',')", "split()", "split('e', 1)", "strip()", "lstrip(' S')", "rstrip()", "replace('e', '')"),
    *("append(1)", "extend([1])", "insert(0, 5)", "pop()", "pop(0)", "copy()", "startswith('S')", "upper"),
    *("endswith('S')", "join(['a', 'b'])", "update({'z': 1})", "update(z=1)", "setdefault('q', 2)", "sort()"),
    *(
        "nothing_such",
        "nothing_such()",
        "format(1)",
        "0",
        "1.0",
        "0.a",
        "__class__",
        "title()",
        "index",
        "real",
    ),
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    comparison = st.sampled_from(("<", "<=", "==", "!=", "in", "not in"))
    return st.one_of(
        st.tuples(inner, st.sampled_from(_BINARY), inner).map(" ".join),
        st.tuples(inner, st.sampled_from(_BINARY), inner).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(inner, comparison, inner, comparison, inner).map(" ".join),
        st.tuples(st.sampled_from(("-", "not ", "- ", "--", "+")), inner).map("".join),
        st.tuples(inner, st.sampled_from(_FILTERS)).map("|".join),
        st.tuples(inner, st.sampled_from(_TESTS)).map(" is ".join),
        st.tuples(inner, st.sampled_from(_TESTS)).map(" is not ".join),
        st.tuples(inner, st.sampled_from(_METHODS)).map(".".join),
        st.tuples(inner, st.sampled_from(_METHODS)).map(lambda two: f"({two[0]}).{two[1]}"),
        st.tuples(inner, inner).map(lambda two: f"{two[0]}[{two[1]}]"),
        st.tuples(inner, inner).map(lambda two: f"{two[0]}[({two[1]}, 1)]"),
        st.tuples(inner, inner, inner).map(lambda three: f"{three[0]}[{three[1]}:{three[2]}]"),
        st.tuples(inner, st.sampled_from(("::2", "::-1", ":", "-2:", ":1", "1, 2", ""))).map(
            lambda two: f"{two[0]}[{two[1]}]"
        ),
        st.tuples(inner, inner, inner).map(lambda three: f"{three[0]} if {three[1]} else {three[2]}"),
        st.tuples(inner, inner).map(" if ".join),
        st.lists(inner, max_size=3).map(lambda many: f"[{', '.join(many)}]"),
        st.lists(inner, min_size=1, max_size=3).map(lambda many: f"({', '.join(many)})"),
        st.lists(st.tuples(inner, inner), max_size=2).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
        ),
        st.lists(inner, min_size=1, max_size=3).map(lambda many: f"range({', '.join(many)})"),
        inner.map(lambda each: f"dict(a={each})"),
        inner.map(lambda each: f"x({each}, *[1], **{{}})"),
        st.lists(st.sampled_from(("1", "a=1", "*[1]", "**{}", "\nx")), max_size=3).map(
            lambda given: f"x({', '.join(given)})"
        ),
    )


expressions = st.recursive(_constants, _larger, max_leaves=6)

_texts = st.sampled_from(("a", "\n", "  ", " b\n", "", "{", "}", "%}", "\xa0", "{ {", "#}"))

_SIGNS = st.sampled_from(("", "", "", "-", "+"))

_outputs = st.tuples(_SIGNS, expressions, st.sampled_from(("", "-"))).map(
    lambda three: f"{{{{{three[0]} {three[1]} {three[2]}}}}}"
)

#: What is refused, and what has no expressions.
_PLAIN = (
    *("{# hidden #}", "{#- hidden -#}", "{#+ {{ x }} +#}", "{%- do items.append(1) %}", "{#"),
    *("{% raw %}{{ x }}{% endraw %}", "{%- raw -%} {% if %} {%- endraw -%}", "{% raw +%}{% endraw %}"),
    *("{% macro m(a, b=1) %}{{ a }}{% endmacro %}", "{% call m() %}a{% endcall %}", "{% include 'a' %}"),
    *("{% import 'a' as b %}", "{% from 'a' import b %}", "{% extends 'a' %}", "{% block a %}{% endblock %}"),
    *(
        "{% print x %}",
        "{% break %}",
        "{% continue %}",
        "{% do x %}",
        "{% do x.a if x else 1 %}",
        "{% nosuch %}",
    ),
    *("{% for a in [1] recursive %}{{ a }}{% endfor %}", "{% set n = namespace(v=0) %}", "{% set n.v = x %}"),
    *(
        "{% set a, c = 1, 2 %}",
        "{% set (a, c) = [1, 2] %}",
        "{% set a, (c, d) = 1, (2, 3) %}",
        "{% set loop = 1 %}",
    ),
    *(
        "{% if x: %}{% endif %}",
        "{% set %}{% endset %}",
        "{% for in x %}{% endfor %}",
        "{% set a | upper %}a{% endset %}",
    ),
    *(
        "{{ loop.index }}",
        "{{ loop.cycle('a', 'b') }}",
        "{{ loop.previtem }}",
        "{{ loop.last }}",
        "{{ n.v }}",
        "{{ a }}",
    ),
    *(
        "{% with %}a{% endwith %}",
        "{% with (a, c) = [1, 2] %}{{ c }}{% endwith %}",
        "{% endif %}",
        "{% if x %}",
    ),
)


#: Blocks whose text is not written as it is.
_CAPTURES = (("set other", "endset"), ("filter upper", "endfilter"))


#: Blocks set names that no expression reads: of one that reads its own name, jinja2 takes it for undefined.
def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(expressions, inner, inner).map(
            lambda three: f"{{% if {three[0]} %}}{three[1]}{{% else -%}}{three[2]}{{% endif %}}"
        ),
        st.tuples(expressions, inner, expressions, inner).map(
            lambda four: f"{{%+ if {four[0]} %}}{four[1]}{{%- elif {four[2]} +%}}{four[3]}{{% endif %}}"
        ),
        st.tuples(st.sampled_from(("i", "x", "i, j", "(i, j)", "i,")), expressions, inner, inner).map(
            lambda four: (
                f"{{% for {four[0]} in {four[1]} %}}{four[2]}{{{{ loop.index }}}}"
                f"{{% else %}}{four[3]}{{% endfor %}}"
            )
        ),
        st.tuples(expressions, expressions, inner).map(
            lambda three: f"{{% for i in {three[0]} if {three[1]} %}}{three[2]}{{{{ i }}}}{{% endfor %}}"
        ),
        st.tuples(inner, expressions, inner, st.sampled_from(("break", "continue"))).map(
            lambda four: (
                f"{{% for i in [1, 2] %}}{four[0]}{{% if {four[1]} %}}{{% {four[3]} %}}{{% endif %}}{four[2]}"
                "{% else %}c{% endfor %}"
            )
        ),
        st.tuples(st.sampled_from(_NAMES), expressions).map(lambda two: f"{{% set {two[0]} = {two[1]} %}}"),
        st.tuples(st.sampled_from(("block", "other")), inner).map(
            lambda two: f"{{% set {two[0]} %}}{two[1]}{{% endset -%}}"
        ),
        st.tuples(expressions, inner).map(lambda two: f"{{% with y = {two[0]} %}}{two[1]}{{% endwith %}}"),
        st.tuples(expressions, expressions, inner).map(
            lambda three: f"{{% with y = {three[0]}, x = {three[1]} %}}{three[2]}{{{{ x }}}}{{% endwith %}}"
        ),
        inner.map(lambda each: f"{{%- filter upper|trim %}}{each}{{% endfilter %}}"),
        st.tuples(inner, st.sampled_from(("break", "continue")), st.sampled_from(_CAPTURES)).map(
            lambda three: (
                f"{{% for i in [1, 2] %}}a{{% {three[2][0]} %}}{three[0]}{{% {three[1]} %}}"
                f"{{% {three[2][1]} %}}c{{% endfor %}}"
            )
        ),
        st.sampled_from(_PLAIN),
    )


templates = st.recursive(st.one_of(_texts, _outputs), _blocks, max_leaves=6)
