"""Mistakes in choosing where a bundle goes, and outputs that cannot be written: exit code 4."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from .processes import OBEY_PERMISSIONS
from .support import ENVIRONMENT, OLD_BUNDLE, OUTPUT, Mistake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Lets no file of a process grow beyond 200 KB.
FULL_DISK = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))"
_LARGE = {"db/schema/large.sql": b"SELECT 1;\n" * 50_000}


def _out(path: str | bytes) -> tuple[str | bytes, ...]:
    return ("build", "--output", path)


def _link(link: str, target: str) -> Callable[[Path], object]:
    return lambda root: (root / link).symlink_to(target)


_output = partial(Mistake, code=4)

OUTPUTS = (
    _output(
        name="an_output_that_is_a_source_file",
        arguments=_out("db/schema/ok.sql"),
        place="db/schema/ok.sql",
        says=("db/schema",),
    ),
    _output(
        name="an_output_that_would_become_a_source_file",
        arguments=_out("db/schema/sub/out.sql"),
        place="db/schema/sub/out.sql",
        says=("db/schema",),
    ),
    _output(
        name="an_output_that_is_a_link_to_a_source_file",
        arguments=_out("out.sql"),
        prepare=_link("out.sql", "db/schema/ok.sql"),
        place="db/schema/ok.sql",
    ),
    _output(
        name="an_output_in_a_linked_include_directory",
        arguments=_out("link/out.sql"),
        prepare=_link("link", "db/schema"),
        place="db/schema/out.sql",
    ),
    _output(
        name="an_output_that_climbs_into_an_include_directory",
        arguments=_out("db/generated/../schema/out.sql"),
        place="db/schema/out.sql",
    ),
    _output(
        name="an_output_that_is_the_target_of_a_source_link",
        arguments=_out("elsewhere/real.sql"),
        files={"elsewhere/real.sql": "SELECT 2;\n"},
        prepare=_link("db/schema/link.sql", "../../elsewhere/real.sql"),
        place="elsewhere/real.sql",
    ),
    _output(
        name="an_output_that_is_the_environment",
        arguments=_out(ENVIRONMENT),
        place=ENVIRONMENT,
    ),
    _output(
        name="an_output_that_is_an_ignore_file",
        arguments=_out("db/schema/.confitureignore"),
        files={"db/schema/.confitureignore": "old/\n"},
        place="db/schema/.confitureignore",
    ),
    _output(
        name="a_split_into_an_include_directory",
        arguments=("build", "--split", "db/schema/deploy"),
        says=("db/schema/deploy",),
    ),
    _output(name="an_output_that_is_a_directory", arguments=_out("db"), place="db", says=("directory",)),
    _output(
        name="an_output_that_is_a_named_pipe",
        arguments=_out("out.sql"),
        prepare=lambda root: os.mkfifo(root / "out.sql"),
        place="out.sql",
        says=("pipe",),
    ),
    _output(
        name="an_output_that_is_a_device",
        arguments=_out("/dev/null"),
        place="/dev/null",
        says=("device", "--stdout"),
    ),
    _output(
        name="an_output_that_ends_like_a_directory",
        arguments=_out("new/"),
        says=("new/", "directory"),
    ),
    _output(
        name="an_output_that_is_the_standard_output",
        arguments=_out("/dev/stdout"),
        place="/dev/stdout",
        says=("--stdout",),
    ),
    _output(
        name="an_output_that_is_a_link_to_itself",
        arguments=_out("out.sql"),
        prepare=_link("out.sql", "out.sql"),
        place="out.sql",
        says=("link",),
    ),
    _output(
        name="an_output_below_a_file",
        arguments=_out("db/schema/ok.sql/out.sql"),
        place="db/schema/ok.sql/out.sql",
        says=("directory",),
    ),
    _output(
        name="an_output_deep_below_a_file",
        arguments=_out("db/schema/ok.sql/far/down/out.sql"),
        place="db/schema/ok.sql/far/down/out.sql",
        says=("directory",),
    ),
    _output(
        name="an_output_with_a_name_too_long",
        arguments=_out("x" * 256),
        place="x" * 256,
        says=("too long",),
    ),
    _output(
        name="a_split_into_a_file",
        arguments=("build", "--split", "db/schema/ok.sql"),
        says=("db/schema/ok.sql", "irectory"),
    ),
    _output(
        name="a_folder_that_may_not_be_written",
        prepare=lambda root: (root / OUTPUT).parent.chmod(0o555),
        before=OBEY_PERMISSIONS,
        place=OUTPUT,
        says=("ermission denied",),
    ),
    _output(
        name="a_folder_that_may_not_be_created",
        arguments=_out("closed/sub/out.sql"),
        prepare=lambda root: (root / "closed").mkdir(0o555),
        before=OBEY_PERMISSIONS,
        place="closed/sub/out.sql",
        says=("ermission denied",),
    ),
    _output(
        name="an_earlier_output_that_may_not_be_read",
        arguments=("build", "--check"),
        prepare=lambda root: (root / OUTPUT).chmod(0),
        before=OBEY_PERMISSIONS,
        place=OUTPUT,
        says=("ermission denied",),
    ),
    _output(
        name="a_full_disk",
        files=_LARGE,
        before=FULL_DISK,
        place=OUTPUT,
        says=("File too large",),
    ),
    _output(
        name="a_full_disk_in_a_new_folder",
        arguments=_out("new/out.sql"),
        files=_LARGE,
        before=FULL_DISK,
        place="new/out.sql",
        says=("File too large",),
    ),
    _output(
        name="a_disk_that_is_full_after_one_of_three_parts",
        arguments=("build", "--split", "deploy"),
        environment="include_dirs: [db/schema]\nsuperuser_post_dirs: [db/schema/post]\n",
        files={
            "db/schema/post/large.sql": _LARGE["db/schema/large.sql"],
            "deploy/schema_local_superuser_pre.sql": OLD_BUNDLE,
            "deploy/schema_local_app.sql": OLD_BUNDLE,
            "deploy/schema_local_superuser_post.sql": OLD_BUNDLE,
        },
        before=FULL_DISK,
        place="deploy/schema_local_superuser_post.sql",
        says=("File too large",),
    ),
    _output(
        name="a_split_of_which_one_output_is_a_directory",
        arguments=("build", "--split", "deploy"),
        files={
            "deploy/schema_local_superuser_pre.sql": OLD_BUNDLE,
            "deploy/schema_local_app.sql": OLD_BUNDLE,
            "deploy/schema_local_superuser_post.sql/file": "",
        },
        place="deploy/schema_local_superuser_post.sql",
        says=("directory",),
    ),
)
