"""Mistakes on the command line: exit code 2."""

from __future__ import annotations

from functools import partial

from .support import Mistake

_usage = partial(Mistake, code=2)
_DIGEST = "0" * 64


def _clash(*arguments: str) -> Mistake:
    """Options that do not go together, or would not be heard."""
    options = [argument for argument in arguments if argument.startswith("--")]
    name = "_with_".join(option.strip("-").replace("-", "_") for option in options)
    return _usage(name=f"the_option_{name}", arguments=arguments, says=(options[0],))


USAGE = (
    _usage(name="an_unknown_command", arguments=("bild",), says=("'bild'", "'build'")),
    _usage(name="an_unknown_command_unlike_any_other", arguments=("zzz",), says=("'zzz'", "build", "hash")),
    _usage(name="a_command_in_other_letter_case", arguments=("BUILD",), says=("'BUILD'", "'build'")),
    _usage(name="an_empty_command", arguments=("",), says=("build", "hash")),
    _usage(name="a_command_that_is_not_utf8", arguments=(b"b\xffld",), says=("build",)),
    _usage(name="an_unknown_option", arguments=("build", "--frobnicate"), says=("--frobnicate", "--help")),
    _usage(name="a_misspelt_option", arguments=("build", "--chek"), says=("--chek", "'--check'")),
    _usage(
        name="a_misspelt_option_with_its_value",
        arguments=("build", "--separatorstyle=mysql"),
        says=("--separatorstyle=mysql", "'--separator-style'"),
    ),
    _usage(
        name="an_option_with_a_control_character",
        arguments=("build", "--\x1b[31m"),
        says=(r"--\x1b[31m",),
    ),
    _usage(name="an_option_cut_short", arguments=("hash", "--schema"), says=("--schema", "'--schema-only'")),
    _usage(
        name="a_misspelt_option_before_others",
        arguments=("build", "prod", "--soruce-map", "x.json", "--schema-only"),
        says=("--soruce-map", "'--source-map'"),
    ),
    _usage(name="a_misspelt_option_of_the_program", arguments=("--versoin",), says=("'--version'",)),
    _usage(name="an_option_in_other_letter_case", arguments=("-v",), says=("'-v'", "'-V'")),
    _usage(name="an_argument_too_many", arguments=("build", "prod"), says=("prod",)),
    _usage(name="an_option_without_its_value", arguments=("build", "--env"), says=("--env",)),
    _usage(name="a_digest_that_is_none", arguments=("hash", "--check", "abc"), says=("'abc'", "64")),
    _usage(
        name="a_digest_with_a_letter_too_many",
        arguments=("hash", "--check", _DIGEST + "0"),
        says=("64",),
    ),
    _usage(
        name="a_digest_of_digits_that_are_not_ascii",
        arguments=("hash", "--check", "\N{ARABIC-INDIC DIGIT ZERO}" * 64),
        says=("64",),
    ),
    _usage(name="an_empty_digest", arguments=("hash", "--check", ""), says=("64",)),
    _usage(name="an_empty_output", arguments=("build", "-o", ""), says=("--output",)),
    _usage(name="an_empty_folder_to_split_into", arguments=("build", "--split", ""), says=("--split",)),
    _usage(
        name="an_unknown_separator_style",
        arguments=("build", "--separator-style", "mysq"),
        says=("--separator-style", "'mysq'", "'mysql'"),
    ),
    _usage(
        name="a_separator_style_cut_short",
        arguments=("build", "--separator-style", "line"),
        says=("'line'", "Did you mean 'line_comment'"),
    ),
    _usage(
        name="a_custom_separator_style_without_a_template",
        arguments=("build", "--separator-style", "custom"),
        says=("--separator-template",),
    ),
    _usage(
        name="an_attribute_in_a_template_option",
        arguments=("build", "--separator-template", "{file_path.__class__}", "--separator-style", "custom"),
        says=("--separator-template", "{file_path}"),
    ),
    _usage(
        name="an_open_comment_in_a_template_option",
        arguments=("build", "--separator-template", "/* {file_path}", "--separator-style", "custom"),
        says=("--separator-template", "*/"),
    ),
    _usage(name="an_unknown_format_of_hash", arguments=("hash", "--format", "xml"), says=("xml",)),
    _clash("build", "--output", "x.sql", "--split", "x"),
    _clash("build", "--list-files", "--check"),
    _clash("build", "--list-files", "--output", "x.sql"),
    _clash("build", "--list-files", "--split", "x"),
    _usage(
        name="a_template_option_with_another_style",
        arguments=("build", "--separator-template", "-- {file_path}", "--separator-style", "mysql"),
        says=("--separator-template",),
    ),
)
