"""Mistakes in choosing and writing an environment: exit code 5."""

from __future__ import annotations

import os
import socket
from functools import partial
from typing import TYPE_CHECKING

from .processes import OBEY_PERMISSIONS
from .support import ANY, ENVIRONMENT, Mistake

if TYPE_CHECKING:
    from pathlib import Path

_configuration = partial(Mistake, code=5)
_in_the_file = partial(Mistake, code=5, place=ENVIRONMENT)

_SEPARATORS = "include_dirs: [db/schema]\nbuild:\n  separators:\n    style: custom\n    custom_template: "


def _replace(make: str) -> object:
    """Put something else in the place of the environment's file."""

    def prepare(root: Path) -> None:
        path = root / ENVIRONMENT
        path.unlink()
        match make:
            case "directory":
                path.mkdir()
            case "pipe":
                os.mkfifo(path)
            case "device":
                path.symlink_to("/dev/zero")
            case "socket":
                with socket.socket(socket.AF_UNIX) as server:
                    folder = os.open(path.parent, os.O_RDONLY)
                    server.bind(f"/proc/self/fd/{folder}/{path.name}")
                    os.close(folder)
            case "link to nothing":
                path.symlink_to("gone.yaml")
            case "link to itself":
                path.symlink_to(path.name)

    return prepare


def _remove_environments(root: Path) -> None:
    (root / ENVIRONMENT).unlink()
    (root / ENVIRONMENT).parent.rmdir()


def _template(name: str, template: str) -> Mistake:
    return _in_the_file(
        name=f"template_with_{name}",
        environment=f"{_SEPARATORS}'{template}'\n",
        line=5,
        column=22,
        says=("{file_path}",),
    )


def _wrong_type(name: str, environment: str, line: int, column: int, key: str) -> Mistake:
    return _in_the_file(
        name=f"wrong_type_{name}", environment=environment, line=line, column=column, says=(key,)
    )


CHOOSING = (
    _configuration(
        name="an_environment_that_does_not_exist",
        arguments=("build", "-e", "prodution"),
        files={"db/environments/production.yaml": "", "db/environments/staging.yaml": ""},
        place="db/environments/prodution.yaml",
        says=("'prodution'", "local", "production", "staging", "Did you mean 'production'?"),
    ),
    _configuration(
        name="an_environment_of_hash_that_does_not_exist",
        arguments=("hash", "--env", "prod"),
        place="db/environments/prod.yaml",
        says=("'prod'", "local"),
    ),
    _configuration(
        name="an_environment_with_a_name_in_other_letter_case",
        arguments=("build", "-e", "LOCAL"),
        place="db/environments/LOCAL.yaml",
        says=("'LOCAL'", "Did you mean 'local'?"),
    ),
    _configuration(
        name="an_environment_given_with_its_suffix",
        arguments=("build", "-e", "local.yaml"),
        says=("local.yaml", "'local'"),
    ),
    _configuration(
        name="an_environment_name_that_climbs_out",
        arguments=("build", "-e", "../secrets"),
        files={"db/secrets.yaml": "include_dirs: [db/schema]\n"},
        says=("../secrets", "db/environments"),
    ),
    _configuration(
        name="an_environment_name_that_climbs_out_later",
        arguments=("build", "-e", "x/../../secrets"),
        files={"db/secrets.yaml": "include_dirs: [db/schema]\n", "db/environments/x/y": ""},
        says=("x/../../secrets", "db/environments"),
    ),
    _configuration(
        name="an_absolute_environment_name",
        arguments=("build", "-e", "/etc/passwd"),
        says=("/etc/passwd", "db/environments"),
    ),
    _configuration(
        name="an_empty_environment_name", arguments=("build", "-e", ""), says=("db/environments",)
    ),
    _configuration(
        name="an_environment_name_with_a_newline", arguments=("build", "-e", "lo\ncal"), says=("lo\\ncal",)
    ),
    _configuration(
        name="an_environment_name_with_an_escape_code",
        arguments=("build", "-e", "\x1b[31mlocal"),
        says=("local",),
    ),
    _configuration(
        name="an_environment_name_that_is_not_utf8", arguments=("build", "-e", b"lo\xffcal"), says=("lo",)
    ),
    _configuration(
        name="an_environment_name_too_long_for_a_file",
        arguments=("build", "-e", "x" * 300),
        says=("x" * 300,),
    ),
    _configuration(
        name="an_environment_name_with_markup",
        arguments=("build", "-e", "[red]x[-red]"),
        says=("[red]x[-red]",),
    ),
    _configuration(
        name="a_project_directory_that_does_not_exist",
        arguments=("build", "--project-dir", "nowhere"),
        says=("nowhere", "directory of the project"),
    ),
    _configuration(
        name="a_project_directory_that_is_a_file",
        arguments=("build", "--project-dir", "db/schema/ok.sql"),
        says=("db/schema/ok.sql",),
    ),
    _configuration(
        name="a_project_directory_that_is_not_utf8",
        arguments=("build", "--project-dir", b"no\xffwhere"),
        says=("where",),
    ),
    _configuration(
        name="an_empty_project_directory",
        arguments=("hash", "--project-dir", "db/schema"),
        says=("db/schema", "confiture init"),
    ),
    _configuration(name="no_environments_at_all", prepare=_remove_environments, says=("confiture init",)),
    _in_the_file(
        name="an_environment_that_is_a_directory", prepare=_replace("directory"), says=("directory",)
    ),
    _in_the_file(name="an_environment_that_is_a_named_pipe", prepare=_replace("pipe"), says=("pipe",)),
    _in_the_file(name="an_environment_that_is_a_socket", prepare=_replace("socket"), says=("socket",)),
    _in_the_file(name="an_environment_that_is_an_endless_device", prepare=_replace("device")),
    _in_the_file(
        name="an_environment_that_is_a_link_to_nothing", prepare=_replace("link to nothing"), says=("link",)
    ),
    _in_the_file(
        name="an_environment_that_is_a_link_to_itself", prepare=_replace("link to itself"), says=("link",)
    ),
    _in_the_file(
        name="an_environment_that_may_not_be_read",
        prepare=lambda root: (root / ENVIRONMENT).chmod(0),
        before=OBEY_PERMISSIONS,
        says=("ermission denied",),
    ),
)

WRITING = (
    _in_the_file(
        name="yaml_indented_with_a_tab",
        environment="include_dirs: [db/schema]\nbuild:\n\tsort_mode: hex\n",
        line=3,
        column=1,
        says=("tab", "spaces"),
    ),
    _in_the_file(
        name="yaml_with_two_colons_in_a_line",
        environment="include_dirs: [db/schema]\nname: a: b\n",
        line=2,
        column=8,
    ),
    _in_the_file(
        name="yaml_with_a_bracket_left_open",
        environment="name: x\ninclude_dirs: [db/schema\nbuild: {}\n",
        line=ANY,
        column=ANY,
        says=("YAML",),
    ),
    _in_the_file(
        name="yaml_with_a_quote_left_open",
        environment="include_dirs: [db/schema]\nname: 'x\n",
        line=ANY,
        column=ANY,
        says=("YAML",),
    ),
    _in_the_file(
        name="yaml_that_is_not_utf8",
        environment=b"include_dirs: [db/schema]\n# caf\xe9\n",
        line=2,
        column=6,
        says=("UTF-8",),
    ),
    _in_the_file(
        name="yaml_with_a_nul_byte",
        environment=b"include_dirs: [db/schema]\nname: a\0b\n",
        line=2,
        column=8,
    ),
    _in_the_file(name="yaml_that_is_a_list", environment="- db/schema\n", line=1, column=1, says=("list",)),
    _in_the_file(
        name="yaml_that_is_a_word", environment="db/schema\n", line=1, column=1, says=("include_dirs",)
    ),
    _in_the_file(name="yaml_that_is_empty", environment="", line=ANY, column=ANY, says=("include_dirs",)),
    _in_the_file(
        name="yaml_that_is_all_comment", environment="# later\n", line=ANY, column=ANY, says=("include_dirs",)
    ),
    _in_the_file(
        name="yaml_with_a_key_twice",
        environment="include_dirs: [db/schema]\nname: a\ninclude_dirs: [db/other]\n",
        line=3,
        column=1,
        says=("include_dirs", "second"),
    ),
    _in_the_file(
        name="yaml_of_two_documents",
        environment="include_dirs: [db/schema]\n---\ninclude_dirs: [db/other]\n",
        line=ANY,
        column=1,
        says=("document",),
    ),
    _in_the_file(
        name="yaml_that_asks_for_code",
        environment="include_dirs: [db/schema]\nname: !!python/object/apply:os.system ['touch pwned']\n",
        line=2,
        column=7,
        says=("tag",),
    ),
    _in_the_file(
        name="yaml_nested_without_end",
        environment="include_dirs: " + "[" * 100_000 + "\n",
        line=1,
        column=ANY,
        says=("nested",),
    ),
    _in_the_file(
        name="yaml_of_aliases_that_multiply",
        environment="a: &a ["
        + "x, " * 10
        + "]\n"
        + "".join(
            f"{new}: &{new} [{f'*{old}, ' * 10}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
        )
        + "include_dirs: *i\n",
        line=ANY,
        column=ANY,
    ),
    _in_the_file(
        name="yaml_with_an_alias_of_itself", environment="include_dirs: &a [*a]\n", line=1, column=19
    ),
    _in_the_file(
        name="a_misspelt_key",
        environment="include_dir: [db/schema]\n",
        line=1,
        column=1,
        says=("include_dir", "Did you mean 'include_dirs'?"),
    ),
    _in_the_file(
        name="a_misspelt_key_beside_the_right_ones",
        environment="include_dirs: [db/schema]\nexclude_dir: [db/schema/old]\n",
        line=2,
        column=1,
        says=("Did you mean 'exclude_dirs'?",),
    ),
    _in_the_file(
        name="a_key_in_other_letter_case",
        environment="Include_Dirs: [db/schema]\n",
        line=1,
        column=1,
        says=("Did you mean 'include_dirs'?",),
    ),
    _in_the_file(
        name="a_key_unlike_any_other",
        environment="include_dirs: [db/schema]\nzzzzzz: 1\n",
        line=2,
        column=1,
        says=("zzzzzz", "include_dirs", "exclude_dirs"),
    ),
    _in_the_file(
        name="a_misspelt_key_of_build",
        environment="include_dirs: [db/schema]\nbuild:\n  sort_mod: hex\n",
        line=3,
        column=3,
        says=("sort_mod", "Did you mean 'sort_mode'?"),
    ),
    _in_the_file(
        name="a_misspelt_key_of_separators",
        environment="include_dirs: [db/schema]\nbuild:\n  separators:\n    stile: mysql\n",
        line=4,
        column=5,
        says=("stile", "Did you mean 'style'?"),
    ),
    _in_the_file(
        name="a_misspelt_key_of_validate_comments",
        environment="include_dirs: [db/schema]\nbuild:\n  validate_comments:\n    fail_on_spilover: false\n",
        line=4,
        column=5,
        says=("Did you mean 'fail_on_spillover'?",),
    ),
    _in_the_file(
        name="a_misspelt_key_of_an_include_directory",
        environment="include_dirs:\n  - db/schema\n  - path: db/more\n    recursiv: false\n",
        line=4,
        column=5,
        says=("recursiv", "Did you mean 'recursive'?"),
    ),
    _in_the_file(
        name="a_misspelt_sort_mode",
        environment="include_dirs: [db/schema]\nbuild:\n  sort_mode: alphabetic\n",
        line=3,
        column=14,
        says=("'alphabetic'", "Did you mean 'alphabetical'?", "hex"),
    ),
    _in_the_file(
        name="a_sort_mode_in_other_letter_case",
        environment="include_dirs: [db/schema]\nbuild: {sort_mode: HEX}\n",
        line=2,
        column=20,
        says=("'HEX'", "Did you mean 'hex'?"),
    ),
    _in_the_file(
        name="a_misspelt_separator_style",
        environment="include_dirs: [db/schema]\nbuild:\n  separators:\n    style: line_coment\n",
        line=4,
        column=12,
        says=("'line_coment'", "Did you mean 'line_comment'?", "block_comment", "mysql", "custom"),
    ),
    _in_the_file(
        name="a_custom_style_without_a_template",
        environment="include_dirs: [db/schema]\nbuild:\n  separators:\n    style: custom\n",
        line=4,
        column=ANY,
        says=("custom_template", "{file_path}"),
    ),
    _wrong_type("string_for_list", "include_dirs: db/schema\n", 1, 15, "include_dirs"),
    _wrong_type("number_for_directory", "include_dirs: [db/schema, 5]\n", 1, 27, "include_dirs"),
    _wrong_type("nothing_for_directory", "include_dirs: [db/schema, ~]\n", 1, 27, "include_dirs"),
    _wrong_type("nothing_for_list", "name: x\ninclude_dirs:\n", 2, ANY, "include_dirs"),
    _wrong_type(
        "string_for_boolean",
        "include_dirs:\n  - path: db/schema\n    recursive: 'false'\n",
        3,
        16,
        "recursive",
    ),
    _wrong_type(
        "number_for_boolean",
        "include_dirs:\n  - path: db/schema\n    auto_discover: 1\n",
        3,
        20,
        "auto_discover",
    ),
    _wrong_type("word_for_number", "include_dirs:\n  - path: db/schema\n    order: first\n", 3, 12, "order"),
    _wrong_type("fraction_for_number", "include_dirs:\n  - {path: db/schema, order: 1.5}\n", 2, 30, "order"),
    _wrong_type(
        "string_for_patterns", "include_dirs:\n  - {path: db/schema, exclude: x}\n", 2, 32, "exclude"
    ),
    _wrong_type("list_for_section", "include_dirs: [db/schema]\nbuild: [hex]\n", 2, 8, "build"),
    _wrong_type(
        "list_for_choice", "include_dirs: [db/schema]\nbuild: {sort_mode: [hex]}\n", 2, 20, "sort_mode"
    ),
    _wrong_type("string_for_excluded", "include_dirs: [db/schema]\nexclude_dirs: x\n", 2, 15, "exclude_dirs"),
    _in_the_file(
        name="an_order_beyond_all_machines",
        environment=f"include_dirs:\n  - path: db/schema\n    order: {'9' * 40}\n",
        line=3,
        column=12,
        says=("order",),
    ),
    _in_the_file(
        name="no_include_directories",
        environment="name: local\n",
        line=ANY,
        column=ANY,
        says=("include_dirs",),
    ),
    _in_the_file(
        name="an_empty_list_of_include_directories",
        environment="name: local\ninclude_dirs: []\n",
        line=2,
        column=15,
        says=("include_dirs",),
    ),
    _in_the_file(
        name="an_include_directory_without_a_path",
        environment="include_dirs:\n  - order: 1\n",
        line=2,
        column=5,
        says=("path",),
    ),
    _in_the_file(
        name="an_unset_variable",
        environment="include_dirs:\n  - ${SCHEMA_FOLDER_OF_NOBODY}/schema\n",
        line=2,
        column=5,
        says=("SCHEMA_FOLDER_OF_NOBODY", "not set"),
    ),
    _in_the_file(
        name="an_unset_variable_inside_an_entry",
        environment="include_dirs:\n  - path: db/schema\n    exclude: ['${NOBODYS_PATTERN}']\n",
        line=3,
        column=15,
        says=("NOBODYS_PATTERN", "not set"),
    ),
    _in_the_file(
        name="a_variable_left_open",
        environment="include_dirs: ['${HOME/schema']\n",
        line=1,
        column=16,
        says=("${",),
    ),
    _in_the_file(
        name="an_include_pattern_that_climbs_out",
        environment="include_dirs:\n  - path: db/schema\n    include: ['*.sql', '../*.sql']\n",
        line=3,
        column=24,
        says=("../*.sql", ".."),
    ),
    _in_the_file(
        name="an_exclude_pattern_left_open",
        environment="include_dirs:\n  - path: db/schema\n    exclude: ['[ab']\n",
        line=3,
        column=15,
        says=("[ab",),
    ),
    _in_the_file(
        name="an_empty_include_pattern",
        environment="include_dirs:\n  - path: db/schema\n    include: ['']\n",
        line=3,
        column=15,
        says=("empty",),
    ),
    _template("another_placeholder", "-- {file}"),
    _template("a_misspelt_placeholder", "-- {file_pth}"),
    _template("a_placeholder_with_spaces", "-- { file_path }"),
    _template("an_empty_placeholder", "-- {}"),
    _template("a_numbered_placeholder", "-- {0}"),
    _template("an_attribute", "-- {file_path.__class__}"),
    _template("a_chain_of_attributes", "-- {file_path.__init__.__globals__[os].environ}"),
    _template("an_item", "-- {file_path[0]}"),
    _template("a_conversion", "-- {file_path!r}"),
    _template("a_format", "-- {file_path:>999999999999}"),
    _template("a_nested_placeholder", "-- {file_path:{file_path}}"),
    _template("a_placeholder_left_open", "-- {file_path"),
    _template("a_brace_too_many", "-- {file_path}}"),
    _in_the_file(
        name="template_with_a_nul",
        environment=f'{_SEPARATORS}"-- \\0 {{file_path}}"\n',
        line=5,
        column=22,
        says=("NUL",),
    ),
    _in_the_file(
        name="template_that_leaves_a_comment_open",
        environment=f"{_SEPARATORS}'/* {{file_path}}'\n",
        line=5,
        column=22,
        says=("*/",),
    ),
    _in_the_file(
        name="template_that_leaves_a_string_open",
        environment=f'{_SEPARATORS}"SELECT \'{{file_path}}"\n',
        line=5,
        column=22,
        says=("'",),
    ),
    _in_the_file(
        name="template_that_leaves_a_dollar_quote_open",
        environment=f"{_SEPARATORS}'DO $x$ {{file_path}}'\n",
        line=5,
        column=22,
        says=("$",),
    ),
)
