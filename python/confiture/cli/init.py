"""``confiture init``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from confiture._failures import display_path
from confiture.cli import output
from confiture.cli.options import not_empty
from confiture.exceptions import ConfigurationError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

DESCRIPTION = """\
The project has an environment, a first table with an index, and a seed. Nothing that exists is
overwritten."""

EXAMPLES = """\
examples:
  confiture init                start a project in the current folder
  confiture init shop           start one in the folder shop
  cd shop && confiture build    write its bundle
"""

_FILES = {
    "db/environments/local.yaml": """\
# The environment "local": what `confiture build` builds when no other is named.
include_dirs:
  - path: db/schema
    order: 0
  - path: db/seeds
    order: 10

# Only commands that connect to a database need this.
# database_url: ${DATABASE_URL}

build:
  sort_mode: alphabetical
""",
    "db/schema/00_types/email_address.sql": """\
CREATE DOMAIN email_address AS text
    CHECK (VALUE LIKE '%_@_%');
""",
    "db/schema/10_tables/10_customer.sql": """\
CREATE TABLE customer (
    customer_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email       email_address NOT NULL UNIQUE,
    name        text NOT NULL CHECK (name <> ''),
    created_at  timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE customer IS 'Everybody who has ever bought something.';
""",
    "db/schema/20_indexes/customer_created_at.sql": """\
CREATE INDEX customer_created_at_idx ON customer (created_at);
""",
    "db/seeds/10_customer.sql": """\
INSERT INTO customer (email, name)
VALUES ('ada@example.com', 'Ada'),
       ('grace@example.com', 'Grace')
ON CONFLICT (email) DO NOTHING;
""",
    "db/generated/.gitignore": """\
*
!.gitignore
""",
}


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "path",
        nargs="?",
        default=".",
        type=not_empty,
        metavar="PATH",
        help="folder (default: this one)",
    )


def run(options: Namespace) -> int:
    """Run the command; returns the exit code."""
    written = _create(options.path)
    project = display_path(os.path.abspath(options.path))
    place = "" if options.path == "." else f" --project-dir {_typed(options.path)}"
    lines = [f"Started a project in {project}:", *(f"  {path}" for path in written)]
    output.note("\n".join([*lines, f"Now run: confiture build{place}", ""]))
    return 0


def _typed(path: str) -> str:
    """A path as it is typed as an argument of ``--project-dir``."""
    from shlex import quote

    return quote(display_path(f"./{path}" if path.startswith("-") else path))


def _create(project: str) -> list[str]:
    existing = [path for path in _FILES if os.path.lexists(os.path.join(project, path))]
    if existing:
        path = display_path(os.path.join(project, existing[0]))
        raise ConfigurationError(
            f"{path} exists already, and init overwrites nothing.",
            error_code="CONFIG_035",
            context={"file": path},
            resolution_hint="Choose another folder, or run 'confiture build' in this one.",
        )
    made: list[str] = []
    try:
        for path, content in _FILES.items():
            target = os.path.join(project, path)
            _make_directories(os.path.dirname(target), made)
            with open(target, "x", encoding="utf-8", newline="\n") as file:
                made.append(target)
                file.write(content)
    except BaseException as error:
        for path in reversed(made):
            (os.rmdir if os.path.isdir(path) else os.unlink)(path)
        if not isinstance(error, (OSError, ValueError)):
            raise
        reason = getattr(error, "strerror", None) or error
        if isinstance(error, OSError) and error.filename:
            reason = f"{display_path(str(error.filename))}: {reason}"
        raise ConfigurationError(
            f"The project cannot be started in {display_path(project)}: {reason}.",
            error_code="CONFIG_036",
            context={"file": display_path(project)},
            resolution_hint="Check that the folder's path holds no file and that you may write there.",
        ) from error
    return list(_FILES)


def _make_directories(path: str, made: list[str]) -> None:
    """Make a directory and those above it that are missing, and note them."""
    missing = []
    while path and not os.path.isdir(path):
        missing.append(path)
        path = os.path.dirname(path)
    for directory in reversed(missing):
        os.mkdir(directory)
        made.append(directory)
