"""YAML to plain values: what is composed, what is refused and where."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from confiture.config import documents
from confiture.config.documents import MAX_ALIASED, MAX_DEPTH, Document, read_document
from confiture.config.failures import Source
from confiture.exceptions import ConfigurationError

from .conftest import Project

pytestmark = pytest.mark.usefixtures("each_parser")

per_parser = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def read(text: str) -> Document:
    return read_document(Source("f.yaml", text))


def value_of(text: str) -> Any:
    return read(text).value


def refused(text: str, code: str = "CONFIG_005") -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        read(text)
    assert caught.value.error_code == code
    return caught.value


def place(error: ConfigurationError) -> tuple[int, int]:
    return error.context["line"], error.context["column"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment\n",
        "---\n...\n",
        "a: 1\nb: [x, 'y', \"z\"]\nc: {d: ~, e: yes, f: 1.5}\n",
        "when: 2020-01-01\n",
        "x: !!str 1\ny: !!int '2'\nz: !!map {}\n",
        "a: |\n  text\n  more\nb: >-\n  folded\n  text\n",
        "'<<': 1\n",
        "1: a\n2: b\n~: c\n",
        "a: &x [1, 2]\nb: *x\n",
        "&k key: v\nother: *k\n",
        "<<: {a: 1}\nb: 2\n",
        "base: &b {a: 1, b: 2}\nc: {<<: *b, b: 3}\n",
        "x: &x {a: 1}\ny: &y {a: 2, b: 2}\nz: {<<: [*x, *y]}\n",
        "x: &x {a: 1}\ny: &y {<<: *x, b: 2}\nz: {c: 3, <<: *y}\n",
        "%YAML 1.1\n---\na: 1\n",
    ],
)
def test_values_are_those_of_pyyaml(text: str) -> None:
    assert value_of(text) == yaml.safe_load(text)


@pytest.mark.parametrize("text", ["=", "a: ="])
def test_an_equals_sign_is_text(text: str) -> None:
    assert value_of(text) in ("=", {"a": "="})


def test_a_merge_sign_that_is_no_key_is_text() -> None:
    assert value_of("[<<, {a: <<}]") == ["<<", {"a": "<<"}]


def test_an_anchor_may_be_given_again() -> None:
    """YAML 1.1, 3.2.2.2: an alias refers to the last anchor of its name before it."""
    assert value_of("a: &x 1\nb: &x 2\nc: *x\n")["c"] == 2


def test_aliases_share_their_value() -> None:
    value = value_of("a: &x [1]\nb: *x\n")

    assert value["a"] is value["b"]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a: b: c\n", (1, 5)),
        ("ok: 1\na: 'open\n", (2, 4)),
        ("ok: 1\na: [1, 2\n", (2, 4)),
        ("a: @x\n", (1, 4)),
        ("é: [é, @x]\n", (1, 8)),
        ("- a\nb: c\n", (2, 1)),
    ],
)
def test_broken_yaml_is_refused_at_its_place(text: str, where: tuple[int, int]) -> None:
    error = refused(text)

    assert place(error) == where
    assert "this is not valid YAML (" in error.message


def test_broken_yaml_is_told_in_pyyaml_s_words() -> None:
    assert "mapping values are not allowed" in refused("a: b: c\n").message


@pytest.mark.parametrize("text", ["a:\n\tb: 1\n", "a: 1\n\t b: 2\n"])
def test_a_tab_in_the_indentation_is_named(text: str) -> None:
    assert "tab" in str(refused(text).resolution_hint)


@pytest.mark.parametrize("text", ["a: [${X}]\n", "a: {b: ${X}/c}\n", "- ok\n- [x, ${X}]\n"])
def test_a_reference_between_brackets_is_told_to_be_quoted(text: str) -> None:
    assert "${NAME} in quotes" in str(refused(text).resolution_hint)


@pytest.mark.parametrize("character", ["\0", "\x01", "\x7f", "\ufffe"])
def test_a_character_that_yaml_excludes_is_refused_at_its_place(character: str) -> None:
    error = refused(f"é: 1\nb: é{character}\n")

    assert place(error) == (2, 5)
    assert f"U+{ord(character):04X}" in error.message


def test_a_second_document_is_refused_where_it_starts() -> None:
    assert place(refused("a: 1\n---\nb: 2\n")) == (2, 1)


@pytest.mark.parametrize("text", ["a: *nowhere\n", "a: *a\nb: &a 1\n"])
def test_an_alias_without_an_anchor_before_it_is_refused(text: str) -> None:
    assert place(refused(text)) == (1, 4)


@pytest.mark.parametrize("text", ["&a [*a]", "&a {x: *a}", "a: &a {b: [1, {c: *a}]}", "&a {<<: *a}"])
def test_a_value_that_contains_itself_is_refused(text: str) -> None:
    assert "never end" in refused(text).message


@pytest.mark.parametrize(
    ("text", "where", "first"),
    [
        ("a: 1\nb: 2\na: 3\n", (3, 1), 1),
        ("x:\n  y: 1\n  y: 1\n", (3, 3), 2),
        ("- {k: 1, k: 2}\n", (1, 10), 1),
        ("1: a\n0x1: b\n", (2, 1), 1),
        ("yes: a\non: b\n", (2, 1), 1),
        ("b: &b {a: 1}\nc:\n  <<: *b\n  <<: *b\n", (4, 3), 3),
    ],
)
def test_a_key_given_twice_is_refused_with_both_lines(text: str, where: tuple[int, int], first: int) -> None:
    error = refused(text, "CONFIG_007")

    assert place(error) == where
    assert error.context["first_line"] == first
    assert f"line {first}" in error.message


def test_a_merged_key_may_be_given_again() -> None:
    assert value_of("b: &b {a: 1}\nc: {<<: *b, a: 2}\n")["c"] == {"a": 2}


@pytest.mark.parametrize("text", ["<<: 1", "<<: [1]", "a: &a x\nb: {<<: *a}"])
def test_merging_what_is_no_mapping_is_refused(text: str) -> None:
    assert "merges mappings" in refused(text).message


@pytest.mark.parametrize("text", ["[a]: 1", "{a: 1}: 2", "? - a\n: b\n", "k: &k [1]\n*k : 2\n"])
def test_a_list_or_mapping_as_key_is_refused(text: str) -> None:
    assert "cannot be a key" in refused(text).message


@pytest.mark.parametrize(
    "text", ["a: !vault x", "a: !!python/object:os.system x", "a: !!set {x}", "a: !x [1]", "a: !!omap [x: 1]"]
)
def test_an_unknown_tag_is_refused_at_its_place(text: str) -> None:
    assert place(refused(text)) == (1, 4)


@pytest.mark.parametrize(
    "text",
    [
        "a: 2001-99-99",
        "a: !!int x",
        "a: !!int ''",
        "a: !!bool x",
        "a: !!float x",
        "a: !!timestamp x",
        "a: " + "9" * 5000,
    ],
)
def test_a_scalar_that_does_not_fit_its_tag_is_refused_at_its_place(text: str) -> None:
    error = refused(text)

    assert place(error) == (1, 4)
    assert "quotes" in str(error.resolution_hint)


@pytest.mark.parametrize("text", ["[" * 5000, "- " * 5000 + "x", "{a: " * 5000, "? " * 5000])
def test_deep_nesting_is_refused(text: str) -> None:
    assert f"more than {MAX_DEPTH} levels" in refused(text).message


def test_depth_counts_through_aliases() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, MAX_DEPTH)]

    assert f"more than {MAX_DEPTH} levels" in refused("\n".join(lines)).message


def test_the_deepest_nesting_allowed_is_read() -> None:
    assert value_of("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 50)]
    start = time.perf_counter()

    error = refused("\n".join(lines))

    assert time.perf_counter() - start < 5
    assert f"more than {MAX_ALIASED} values" in error.message


def test_a_bomb_of_merge_keys_is_refused_at_once() -> None:
    lines = ["a0: &a0 {x: 1, y: 2}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, 50)]

    assert f"more than {MAX_ALIASED} values" in refused("\n".join(lines)).message


def test_many_harmless_aliases_are_read() -> None:
    assert len(value_of("a: &a x\nb:\n" + "- *a\n" * 5000)["b"]) == 5000


def test_each_value_has_its_place() -> None:
    text = "a: 1\nb:\n  - x\n  - {c: y}\nbase: &base\n  k: v\nd:\n  <<: *base\n  l: 1\n"
    document = read(text)

    def at(*path: str | int, at_key: bool = False) -> tuple[int, int]:
        return document.source.line_and_column(document.offset(path, at_key=at_key))

    assert at() == (1, 1)
    assert at("a") == (1, 4)
    assert at("a", at_key=True) == (1, 1)
    assert at("b", 0) == (3, 5)
    assert at("b", 1, "c") == (4, 9)
    assert at("b", 1, "c", at_key=True) == (4, 6)
    assert at("d", "k") == (6, 6)
    assert at("d", "missing") == at("d")
    assert at("missing") == (1, 1)


#: PyYAML's writer leaves these line ends as they are, and its reader turns them into spaces.
plain_text = st.text(st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029"), max_size=20)
plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | plain_text,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(plain_text, children, max_size=4),
    max_leaves=15,
)


@given(value=plain_values, flow=st.booleans())
@per_parser
def test_what_pyyaml_writes_is_read_back(value: Any, flow: bool) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=flow)

    assert value_of(text) == value


YAML_TOKENS = (
    "a|b|: |- |\n|  |[|]|{|}|, |&a |*a|<<|'|#|? |!!str |!x |1|1.5|yes|~|2001-01-01|---\n|...\n|%|\t|é|="
)
yaml_like = st.lists(st.sampled_from([*YAML_TOKENS.split("|"), '"', "|"]), max_size=30).map("".join)


def outcome_of(text: str) -> Document | ConfigurationError:
    try:
        return read(text)
    except ConfigurationError as error:
        return error


@given(text=st.text() | yaml_like)
@example(text="a: &a {<<: *a}")
@example(text="? ")
@example(text="a: !!timestamp 2001-01-01T00:00:00+99:99")
@per_parser
def test_any_text_is_read_as_by_pyyaml_or_refused(text: str) -> None:
    outcome = outcome_of(text)
    if isinstance(outcome, Document):
        try:
            expected = yaml.load(text, documents._Loader)
        except yaml.YAMLError:
            assert "<<" in text or "=" in text or text.count("&") > 1
        else:
            assert outcome.value == expected


def test_environments_load_alike_with_both_parsers(project: Project) -> None:
    environment = project.load("base: &d [db/schema]\ninclude_dirs: *d\n".replace("base", "options"))

    assert environment.include_dirs == [str(project.root / "db/schema")]
