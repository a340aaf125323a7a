"""Mistakes in the schema tree: exit code 4."""

from __future__ import annotations

import os
import socket
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from .processes import OBEY_PERMISSIONS
from .support import Mistake

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = "db/schema"

_in_the_tree = partial(Mistake, code=4)


def _at(path: str, make: Callable[[Path], object]) -> Callable[[Path], object]:
    def prepare(root: Path) -> None:
        make(root / path)

    return prepare


def _write(name: bytes, content: bytes = b"SELECT 1;\n") -> Callable[[Path], object]:
    """Write a file whose name no string literal holds."""

    def write(root: Path) -> None:
        path = Path(os.fsdecode(os.fsencode(root / SCHEMA) + b"/" + name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    return write


def _bind(path: Path) -> None:
    """Make a socket; its address may be no longer than about a hundred bytes."""
    folder = os.open(path.parent, os.O_RDONLY)
    here = os.open(".", os.O_RDONLY)
    try:
        os.fchdir(folder)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.fchdir(here)
        os.close(folder)
        os.close(here)


def _two_links(root: Path) -> None:
    (root / SCHEMA / "a.sql").symlink_to("b.sql")
    (root / SCHEMA / "b.sql").symlink_to("a.sql")


def _close_folder(root: Path) -> None:
    (root / SCHEMA / "sub").chmod(0o000)


def _unsearchable_folder(root: Path) -> None:
    (root / SCHEMA / "sub").chmod(0o444)


def _named(name: str, path: bytes, reason: str) -> Mistake:
    return _in_the_tree(
        name=f"a_path_with_{name}", prepare=_write(path), says=(reason, "ab", "Rename"), code=4
    )


def _ignore_file(name: str, make: Callable[[Path], object], reason: str) -> Mistake:
    path = "db/schema/.confitureignore"
    return _in_the_tree(
        name=f"an_ignore_file_that_is_{name}", prepare=_at(path, make), place=path, says=(reason,)
    )


def _superusers(key: str) -> Mistake:
    """What a superuser has to run would be left to the application's user."""
    return Mistake(
        name=f"a_directory_of_{key}_that_does_not_exist",
        code=5,
        arguments=("build", "--split", "deploy"),
        environment=f"include_dirs: [db/schema]\n{key}: [db/schema/nowhere]\n",
        place="db/schema/nowhere",
        says=(key,),
    )


SUPERUSERS = (_superusers("superuser_dirs"), _superusers("superuser_post_dirs"))

IGNORE_FILES = (
    _ignore_file("a_directory", Path.mkdir, "directory"),
    _ignore_file("a_named_pipe", os.mkfifo, "pipe"),
    _ignore_file("an_endless_device", lambda path: path.symlink_to("/dev/zero"), "device"),
    _ignore_file("a_link_to_nothing", lambda path: path.symlink_to("gone"), "link"),
    _ignore_file("a_link_to_itself", lambda path: path.symlink_to(path.name), "link"),
    _ignore_file("not_utf8", lambda path: path.write_bytes(b"a\nb\xff\n"), "UTF-8"),
    _ignore_file("no_text", lambda path: path.write_bytes(b"a\0b\n"), "NUL"),
)

DIRECTORIES = (
    _in_the_tree(
        name="an_include_directory_that_does_not_exist",
        environment="include_dirs: [db/schema, db/nowhere]\n",
        place="db/nowhere",
        says=("does not exist", "auto_discover"),
    ),
    _in_the_tree(
        name="an_include_directory_that_is_a_file",
        environment="include_dirs: [db/schema, db/schema/ok.sql]\n",
        place="db/schema/ok.sql",
        says=("not a directory",),
    ),
    _in_the_tree(
        name="an_auto_discovered_directory_that_is_a_file",
        environment="include_dirs: [db/schema, {path: db/schema/ok.sql, auto_discover: true}]\n",
        place="db/schema/ok.sql",
        says=("not a directory",),
    ),
    _in_the_tree(
        name="an_include_directory_that_is_a_link_to_nothing",
        environment="include_dirs: [db/schema, db/link]\n",
        prepare=_at("db/link", lambda link: link.symlink_to("nowhere")),
        place="db/link",
    ),
    _in_the_tree(
        name="an_include_directory_that_is_a_link_to_itself",
        environment="include_dirs: [db/schema, db/link]\n",
        prepare=_at("db/link", lambda link: link.symlink_to("link")),
        place="db/link",
    ),
    _in_the_tree(
        name="nothing_selected_in_an_empty_directory",
        environment="include_dirs: [db/empty]\n",
        prepare=_at("db/empty", Path.mkdir),
        place="db/empty",
        says=("include",),
    ),
    _in_the_tree(
        name="nothing_selected_by_the_patterns",
        environment="include_dirs: [{path: db/schema, include: ['*.ddl']}]\n",
        place="db/schema",
        says=("include",),
    ),
    _in_the_tree(
        name="nothing_selected_below_excluded_directories",
        environment="include_dirs: [db/schema]\nexclude_dirs: [db]\n",
        place="db/schema",
        says=("exclude",),
    ),
    _in_the_tree(
        name="nothing_selected_because_all_is_ignored",
        files={"db/schema/.confitureignore": "*\n"},
        place="db/schema",
        says=(".confitureignore",),
    ),
    _in_the_tree(
        name="nothing_but_seeds_without_seeds",
        arguments=("build", "--schema-only"),
        environment="include_dirs: [db/seeds]\n",
        files={"db/seeds/a.sql": "SELECT 1;\n"},
        place="db/seeds",
    ),
    _in_the_tree(
        name="nothing_selected_in_an_auto_discovered_directory_that_does_not_exist",
        environment="include_dirs: [{path: db/nowhere, auto_discover: true}]\n",
        place="db/nowhere",
    ),
    _in_the_tree(
        name="a_directory_that_may_not_be_listed",
        files={"db/schema/sub/a.sql": "SELECT 1;\n"},
        prepare=_close_folder,
        before=OBEY_PERMISSIONS,
        place="db/schema/sub",
        says=("ermission denied",),
    ),
    _in_the_tree(
        name="a_directory_that_may_be_listed_but_not_entered",
        files={"db/schema/sub/a.sql": "SELECT 1;\n"},
        prepare=_unsearchable_folder,
        before=OBEY_PERMISSIONS,
        says=("db/schema/sub", "ermission denied"),
    ),
    _in_the_tree(
        name="an_include_directory_that_may_not_be_listed",
        environment="include_dirs: [db/schema/sub]\n",
        files={"db/schema/sub/a.sql": "SELECT 1;\n"},
        prepare=_close_folder,
        before=OBEY_PERMISSIONS,
        place="db/schema/sub",
        says=("ermission denied",),
    ),
    Mistake(
        name="a_line_of_an_ignore_file_left_open",
        code=5,
        files={"db/schema/.confitureignore": "# old\nold/\n[ab\n"},
        place="db/schema/.confitureignore",
        line=3,
        says=("[ab",),
    ),
    Mistake(
        name="a_line_of_an_ignore_file_that_climbs_out",
        code=5,
        files={"db/schema/deep/.confitureignore": "../ok.sql\n", "db/schema/deep/a.sql": ""},
        place="db/schema/deep/.confitureignore",
        line=1,
        says=("..",),
    ),
    _in_the_tree(
        name="an_ignore_file_that_may_not_be_read",
        files={"db/schema/.confitureignore": "old/\n"},
        prepare=_at("db/schema/.confitureignore", lambda path: path.chmod(0)),
        before=OBEY_PERMISSIONS,
        place="db/schema/.confitureignore",
        says=("ermission denied",),
    ),
)

ENTRIES = (
    _in_the_tree(
        name="a_directory_named_like_a_file",
        files={"db/schema/x.sql/y.sql": "SELECT 1;\n"},
        place="db/schema/x.sql",
        says=("directory",),
    ),
    _in_the_tree(
        name="an_empty_directory_named_like_a_file",
        prepare=_at("db/schema/deep.sql", Path.mkdir),
        place="db/schema/deep.sql",
        says=("directory",),
    ),
    _in_the_tree(
        name="a_link_to_a_directory_named_like_a_file",
        prepare=_at("db/schema/up.sql", lambda link: link.symlink_to("..")),
        place="db/schema/up.sql",
        says=("directory",),
    ),
    _in_the_tree(
        name="a_named_pipe",
        prepare=_at("db/schema/a.sql", os.mkfifo),
        place="db/schema/a.sql",
        says=("pipe",),
    ),
    _in_the_tree(
        name="a_link_to_a_named_pipe",
        prepare=lambda root: (
            os.mkfifo(root / "pipe"),
            (root / "db/schema/a.sql").symlink_to("../../pipe"),
        ),
        place="db/schema/a.sql",
        says=("pipe",),
    ),
    _in_the_tree(
        name="a_socket", prepare=_at("db/schema/a.sql", _bind), place="db/schema/a.sql", says=("socket",)
    ),
    _in_the_tree(
        name="a_link_to_an_endless_device",
        prepare=_at("db/schema/a.sql", lambda link: link.symlink_to("/dev/zero")),
        place="db/schema/a.sql",
        says=("device",),
    ),
    _in_the_tree(
        name="a_link_to_itself",
        prepare=_at("db/schema/a.sql", lambda link: link.symlink_to("a.sql")),
        place="db/schema/a.sql",
        says=("link",),
    ),
    _in_the_tree(name="two_links_in_a_circle", prepare=_two_links, place="db/schema/a.sql", says=("link",)),
    _in_the_tree(
        name="a_link_to_nothing",
        prepare=_at("db/schema/a.sql", lambda link: link.symlink_to("gone.sql")),
        place="db/schema/a.sql",
        says=("link",),
    ),
    _in_the_tree(
        name="a_link_below_a_file",
        prepare=_at("db/schema/a.sql", lambda link: link.symlink_to("ok.sql/gone.sql")),
        place="db/schema/a.sql",
        says=("link",),
    ),
    _in_the_tree(
        name="a_file_that_may_not_be_read",
        files={"db/schema/a.sql": "SELECT 1;\n"},
        prepare=_at("db/schema/a.sql", lambda path: path.chmod(0)),
        before=OBEY_PERMISSIONS,
        place="db/schema/a.sql",
        says=("ermission denied",),
    ),
    _in_the_tree(
        name="a_file_that_may_not_be_read_for_its_digest",
        arguments=("hash",),
        files={"db/schema/a.sql": "SELECT 1;\n"},
        prepare=_at("db/schema/a.sql", lambda path: path.chmod(0)),
        before=OBEY_PERMISSIONS,
        place="db/schema/a.sql",
        says=("ermission denied",),
    ),
    _named("a_newline", b"ab\nc.sql", "newline"),
    _named("a_carriage_return", b"ab\rc.sql", "carriage return"),
    _named("a_backslash", b"ab\\c.sql", "backslash"),
    _named("a_byte_that_is_not_utf8", b"ab\xffc.sql", "UTF-8"),
    _named("half_a_surrogate_pair", b"ab\xed\xa0\x80c.sql", "UTF-8"),
    _named("a_newline_in_a_directory", b"ab\nc/d.sql", "newline"),
    _named("a_byte_that_is_not_utf8_in_a_directory", b"ab\xff/d.sql", "UTF-8"),
)

CONTENTS = (
    _in_the_tree(
        name="content_in_latin_1",
        files={"db/schema/b.sql": b"SELECT 'caf\xe9';\n"},
        place="db/schema/b.sql",
        says=("UTF-8", "11"),
    ),
    _in_the_tree(
        name="content_in_utf16",
        files={"db/schema/b.sql": "SELECT 1;".encode("utf-16")},
        place="db/schema/b.sql",
        says=("UTF-8",),
    ),
    _in_the_tree(
        name="content_cut_in_a_character",
        files={"db/schema/b.sql": b"SELECT '\xe2\x82"},
        place="db/schema/b.sql",
        says=("UTF-8", "8"),
    ),
    _in_the_tree(
        name="content_with_an_overlong_character",
        files={"db/schema/b.sql": b"SELECT \xc0\xaf;"},
        place="db/schema/b.sql",
        says=("UTF-8", "7"),
    ),
    _in_the_tree(
        name="content_with_a_surrogate",
        files={"db/schema/b.sql": b"-- \xed\xa0\x80\n"},
        place="db/schema/b.sql",
        says=("UTF-8", "3"),
    ),
    _in_the_tree(
        name="content_beyond_unicode",
        files={"db/schema/b.sql": b"-- \xf4\x90\x80\x80\n"},
        place="db/schema/b.sql",
        says=("UTF-8", "3"),
    ),
    _in_the_tree(
        name="content_with_a_nul_byte",
        files={"db/schema/b.sql": b"SELECT 1;\0\n"},
        place="db/schema/b.sql",
        says=("NUL", "9"),
    ),
    _in_the_tree(
        name="content_with_a_nul_byte_after_its_mark",
        files={"db/schema/b.sql": b"\xef\xbb\xbfSELECT 1;\0\n"},
        place="db/schema/b.sql",
        says=("NUL", "12"),
    ),
    _in_the_tree(
        name="content_with_a_nul_byte_before_a_wrong_one",
        files={"db/schema/b.sql": b"--\0\xff\n"},
        place="db/schema/b.sql",
        says=("NUL", "2"),
    ),
    _in_the_tree(
        name="content_with_a_nul_byte_after_a_wrong_one",
        files={"db/schema/b.sql": b"--\xff\0\n"},
        place="db/schema/b.sql",
        says=("UTF-8", "2"),
    ),
    _in_the_tree(
        name="content_with_a_nul_byte_far_into_it",
        files={"db/schema/b.sql": b"SELECT 1;\n" * 100_000 + b"\0"},
        place="db/schema/b.sql",
        says=("NUL", "1000000"),
    ),
    _in_the_tree(
        name="content_cut_far_into_it",
        files={"db/schema/b.sql": "é".encode() * 500_000 + b"\xc3"},
        place="db/schema/b.sql",
        says=("UTF-8", "1000000"),
    ),
    _in_the_tree(
        name="the_first_of_two_wrong_files",
        files={"db/schema/n.sql": b"\0", "db/schema/c.sql": b"\xff"},
        place="db/schema/c.sql",
        says=("UTF-8", "0"),
    ),
    _in_the_tree(
        name="an_open_comment",
        files={"db/schema/b.sql": "SELECT 1;\n  /* open\n"},
        place="db/schema/b.sql",
        line=2,
        column=3,
        says=("*/",),
    ),
    _in_the_tree(
        name="an_open_comment_inside_a_comment",
        files={"db/schema/b.sql": "/* a /* b */\nSELECT 1;\n"},
        place="db/schema/b.sql",
        line=1,
        column=1,
    ),
    _in_the_tree(
        name="an_open_string_after_wide_characters",
        files={"db/schema/b.sql": "\ufeffSELECT 'é', 'open;\n"},
        place="db/schema/b.sql",
        line=1,
        column=13,
    ),
    _in_the_tree(
        name="an_open_dollar_quote",
        files={"db/schema/sub/b.sql": "\nDO $body$ BEGIN $$ END;\n"},
        place="db/schema/sub/b.sql",
        line=2,
        column=4,
    ),
    _in_the_tree(
        name="open_copy_data",
        files={"db/schema/b.sql": "COPY t FROM stdin;\n1\n"},
        place="db/schema/b.sql",
        line=1,
        column=1,
        says=("COPY",),
    ),
    _in_the_tree(
        name="all_of_several_open_constructs",
        files={"db/schema/b.sql": "'open", "db/schema/c.sql": '\n"open'},
        place="db/schema/b.sql",
        line=1,
        column=1,
        says=("c.sql:2:1",),
    ),
    _in_the_tree(
        name="an_open_construct_when_compared",
        arguments=("build", "--check"),
        files={"db/schema/b.sql": "'open"},
        place="db/schema/b.sql",
        line=1,
        column=1,
    ),
    _in_the_tree(
        name="an_open_construct_of_a_split_build",
        arguments=("build", "--split", "deploy"),
        environment="include_dirs: [db/schema]\nsuperuser_post_dirs: [db/schema/roles]\n",
        files={"db/schema/roles/b.sql": "'open"},
        place="db/schema/roles/b.sql",
        line=1,
        column=1,
    ),
)

SEPARATORS = (
    _in_the_tree(
        name="a_name_that_ends_the_separators_comment",
        files={"db/schema/a*/b.sql": "SELECT 1;\n"},
        place="db/schema/a*/b.sql",
        says=("comment", "line_comment"),
    ),
    _in_the_tree(
        name="a_name_that_opens_a_comment_in_the_separator",
        files={"db/schema/a/*b.sql": "SELECT 1;\n"},
        place="db/schema/a/*b.sql",
        says=("comment", "line_comment"),
    ),
    _in_the_tree(
        name="a_name_that_ends_and_opens_the_separators_comment",
        files={"db/schema/*/; DROP TABLE t; /*.sql": "SELECT 1;\n"},
        place="db/schema/*/; DROP TABLE t; /*.sql",
        says=("comment",),
    ),
    _in_the_tree(
        name="a_name_that_ends_the_comment_of_a_template",
        environment="include_dirs: [db/schema]\n"
        "build: {separators: {style: custom, custom_template: '/* {file_path} */'}}\n",
        files={"db/schema/a*/ DROP TABLE t; /*b.sql": "SELECT 1;\n"},
        place="db/schema/a*/ DROP TABLE t; /*b.sql",
        says=("comment",),
    ),
)
