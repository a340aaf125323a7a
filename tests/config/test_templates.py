"""Templates of custom separators."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from confiture.config.templates import parse_template
from confiture.exceptions import ConfigurationError


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", [""]),
        ("-- no placeholder", ["-- no placeholder"]),
        ("{file_path}", ["", ""]),
        ("-- {file_path} --\n", ["-- ", " --\n"]),
        ("{file_path}{file_path}", ["", "", ""]),
        ("{{}}", ["{}"]),
        ("{{file_path}}", ["{file_path}"]),
        ("{{{file_path}}}", ["{", "}"]),
        ("\r\n\t é ${file_path}", ["\r\n\t é $", ""]),
    ],
)
def test_a_template_is_split_at_its_placeholders(text: str, pieces: list[str]) -> None:
    assert parse_template(text) == pieces


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a {", "the '{' at character 3 is never closed"),
        ("a }", "the '}' at character 3 closes nothing"),
        ("{file_path", "is never closed"),
        ("{file_path{file_path}", "is never closed"),
        ("{}", "is not {file_path}"),
        ("{0}", "is not {file_path}"),
        ("{path}", "is not {file_path}"),
        ("{FILE_PATH}", "is not {file_path}"),
        ("{ file_path }", "is not {file_path}"),
        ("{file_path.parent}", "is not {file_path}"),
        ("{file_path[0]}", "is not {file_path}"),
        ("{file_path!r}", "is not {file_path}"),
        ("{file_path:>9}", "is not {file_path}"),
        ("{file_path.__class__}", "is not {file_path}"),
        ("{file_path}}", "the '}' at character 12 closes nothing"),
        ("x\0", "a NUL at character 2"),
    ],
)
def test_anything_else_in_braces_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_template(text)

    assert caught.value.error_code == "CONFIG_013"
    assert reason.lower() in caught.value.message.lower()
    assert caught.value.resolution_hint


templates = st.lists(st.sampled_from(["{", "}", "{file_path}", "file_path", "a", "$", "\n", "é"])).map(
    "".join
)


@given(text=templates | st.text(), path=st.text())
@example(text="{{{{file_path}}}}", path="p")
def test_a_template_means_what_it_means_to_str_format(text: str, path: str) -> None:
    try:
        rendered = path.join(parse_template(text))
    except ConfigurationError:
        return
    assert rendered == text.format(file_path=path)


@given(text=templates)
def test_what_is_refused_means_nothing_else_to_str_format_either(text: str) -> None:
    try:
        text.format(file_path="path")
    except (ValueError, LookupError):
        with pytest.raises(ConfigurationError):
            parse_template(text)
    else:
        parse_template(text)


@given(literal=st.text(st.characters(exclude_characters="\0")), count=st.integers(0, 3))
def test_doubled_braces_bring_any_text_back(literal: str, count: int) -> None:
    doubled = literal.replace("{", "{{").replace("}", "}}")

    assert parse_template("{file_path}".join([doubled] * (count + 1))) == [literal] * (count + 1)
