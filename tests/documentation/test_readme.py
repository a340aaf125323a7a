"""The commands of pages that need a project or a server beside them: README.md and some of ``docs/``."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from documentation.terminal import ROOT, Command, Terminal, is_shown, steps

if TYPE_CHECKING:
    from confiture._interface import Engine
    from postgres import Server

_USERS = """\
-- Who may log in.
--
--
--
--
--
--

CREATE TABLE app.users (
    id bigint PRIMARY KEY,


    -- As they are called.
    name text NOT NUL
);
"""

_LOANS = """\
CREATE VIEW app.loans AS
-- What is lent.
SELECT l.loan_idea,
    l.id
FROM app.loan AS l;
"""


def _commands(page: str, *beginnings: str) -> list[Command]:
    """The commands of a page that begin in one of these ways."""
    found = [step for step in steps(page) if isinstance(step, Command)]
    return [command for command in found if command.line.startswith(beginnings)]


def _project(terminal: Terminal, files: dict[str, str]) -> None:
    for name, text in {"environments/local.yaml": "include_dirs: [db/schema]\n", **files}.items():
        path = terminal.directory / "db" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _reach(server: Server, terminal: Terminal) -> None:
    """Let psql of the terminal find a server with the database ``shop``."""
    server.create_database("shop")
    address = urlsplit(server.uri("shop"))
    terminal.variables["PGHOST"] = parse_qs(address.query)["host"][0]
    terminal.variables["PGUSER"] = str(address.username)
    terminal.provide("psql", f'exec {server.program("psql")} -X "$@"')


#: Commands of the README that find something.
_FINDING = (
    "confiture check",
    "confiture diff --from git:HEAD --to env:local",
    "confiture verify",
    "confiture build --check",
)


def test_the_commands_of_the_readme_run(engine: Engine, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    # The server of the tests lacks the extension that a started project has.
    terminal.provide("psql", 'test "$2" = ON_ERROR_STOP=1 && test "$3" = -f && test -s "$4"')
    ran = [step for step in steps("README.md") if isinstance(step, Command) and step.line[:4] != "make"]
    assert len(ran) == 15
    for command in ran:
        if command.line.startswith("confiture lineage circulation"):
            # What follows is about the example.
            terminal.run(f"cp -r {ROOT}/examples/library ../library && cd ../library")
        code, printed = terminal.run(command.line)
        assert code == (command.line.partition("  #")[0].rstrip() in _FINDING), f"{command.line}\n{printed}"
        shown = re.sub(r"(?m)^(  (?:engine|time)  ).*$", r"\1…", command.printed)
        assert not shown or is_shown(printed, shown), f"{command.line}\n{printed}"


def test_the_readme_shows_what_make_run_prints(engine: Engine, tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```\n(Built .*?)```", text, re.DOTALL)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (options,) = re.findall(r"^run: .*\n\t@\$\(BIN\)/confiture (.*)$", makefile, re.MULTILINE)
    terminal = Terminal(tmp_path)
    library = Path("examples", "library")
    ignored = shutil.ignore_patterns("generated")
    shutil.copytree(ROOT / library, terminal.directory / library, ignore=ignored)

    code, printed = terminal.run(f"confiture {options}")

    assert code == 0, printed
    assert is_shown(printed, re.sub(r"(?m)^(  (?:engine|time)  ).*$", r"\1…", shown)), printed


def test_the_readme_calls_targets_that_there_are() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    ran = [command for page in ("README.md", "docs/artifacts.md") for command in _commands(page, "make")]
    assert len(ran) == 3
    for command in ran:
        assert f"\n{command.line.split()[1]}: " in makefile


def test_the_commands_about_artifacts_run(engine: Engine, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    shutil.copytree(ROOT / "examples" / "shop" / "db", terminal.directory / "db")
    for command in _commands("docs/artifacts.md", "confiture"):
        code, printed = terminal.run(command.line)
        assert code == 0, printed


def test_a_place_in_a_bundle_comes_from_where_the_page_says(engine: Engine, tmp_path: Path) -> None:
    build, locate = _commands("docs/source-map.md", "confiture")
    line = int(re.findall(r"sql (\d+):", locate.line)[0])
    terminal = Terminal(tmp_path)
    _project(terminal, {"schema/10_start.sql": "--\n", "schema/30_tables/10_users.sql": _USERS})
    terminal.run(build.line)
    bundle = (terminal.directory / "db/generated/schema_local.sql").read_text(encoding="utf-8")
    missing = line - 1 - bundle.splitlines().index("    name text NOT NUL")
    _project(terminal, {"schema/10_start.sql": "--\n" * (1 + missing)})

    assert terminal.run(build.line)[0] == 0
    assert terminal.run(locate.line) == (0, locate.printed)


def test_an_error_of_psql_comes_from_where_the_page_says(server: Server, tmp_path: Path) -> None:
    (command,) = _commands("docs/source-map.md", "psql")
    terminal = Terminal(tmp_path)
    _reach(server, terminal)
    tables = "CREATE SCHEMA app;\nCREATE TABLE app.loan (id bigint, loan_id bigint);\n"
    _project(terminal, {"schema/40_loan.sql": tables, "schema/70_views/40_loans.sql": _LOANS})
    assert terminal.run(_commands("docs/source-map.md", "confiture")[0].line)[0] == 0

    printed = terminal.run(command.line)[1]

    assert printed.endswith(command.printed), printed


def test_verify_shows_what_the_page_shows(tmp_path: Path) -> None:
    (command,) = _commands("docs/verify.md", "confiture")
    terminal = Terminal(tmp_path)
    tables = "CREATE SCHEMA app;\nCREATE TABLE app.loan (id bigint, loan_id bigint);\n"
    _project(terminal, {"schema/40_loan.sql": tables, "schema/70_views/40_loans.sql": _LOANS})

    assert terminal.run(command.line) == (1, command.printed)
