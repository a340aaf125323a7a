"""How much is undecided of a schema and its own dump, and the page that says so: docs/fidelity.md.

``PYTHONPATH=tests python -m diff.fidelity`` writes the page.
"""

from __future__ import annotations

import re
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from confiture.core.builder import SchemaBuilder
from confiture.core.differ import SchemaDiffer
from confiture.core.mapped_texts import MappedText
from confiture.diffing.exact import compare_exactly
from confiture.diffing.loadable_sides import loadable_side
from confiture.models.diff import UNDECIDED
from model.servers import newer_server, older_server
from model.test_library import PROJECT
from model.test_packaged_schemas import SCHEMAS, WITH_EXTENSIONS
from sql.corpora import FOLDERS

if TYPE_CHECKING:
    from confiture.models.diff import SchemaChange
    from postgres import Server

__all__ = [
    "EXAMPLE",
    "PAGE",
    "VERSIONS",
    "documented",
    "dumped",
    "exact_changes",
    "names",
    "offline_changes",
    "text_of",
]

PAGE = Path(__file__).parents[2] / "docs" / "fidelity.md"
VERSIONS = (18, 15)
EXAMPLE = "examples/library"

#: What the example makes by code, where the server has what it takes.
_BY_CODE = ("extension pg_trgm", "index title_trigram on catalogue.title")

_ROW = re.compile(r"^\| `(?P<name>[^`]+)` \|(?P<cells>[^\n]+)\|$", re.MULTILINE)

_HEAD = """\
# How far a comparison without a server goes

A schema is loaded into a server, dumped by `pg_dump`, and compared with its own dump. That is the hardest
comparison there is: the server writes every expression, query and definition anew, in its own words. Nothing
is different then, on PostgreSQL 18 and on 15; what can be undecided are view and rule bodies and expressions.
`--exact` settles these: the last columns count what it leaves.

The schemas are the example of this repository and those of the packaged applications that `make corpora`
fetches. The tests check each number of the table, and `PYTHONPATH=tests python -m diff.fidelity` writes it.

| schema | undecided on 18 | undecided on 15 | `--exact` on 18 | `--exact` on 15 |
|---|---|---|---|---|
"""

_FOOT = "\n\n– is for a schema that needs extensions which the server of the tests does not have.\n"


def names(version: int) -> list[str]:
    """The schemas that a server of a version loads."""
    files = [file for file in SCHEMAS if version != 18 or not file.startswith(WITH_EXTENSIONS)]
    return [EXAMPLE, *files]


def text_of(name: str) -> str:
    """The SQL of a schema."""
    if name == EXAMPLE:
        return SchemaBuilder("local", PROJECT).build()
    folder = FOLDERS["schemas"]
    assert folder is not None
    return (folder / name).read_text(encoding="utf-8")


def dumped(server: Server, text: str) -> str:
    """What pg_dump writes of a text; nothing of it is left on the server."""
    roles = "SELECT quote_ident(rolname) FROM pg_roles"
    name = server.create_database("dumped")
    with server.connect("postgres", autocommit=True) as connection:
        known = set(connection.execute(roles))
        server.load(name, text)
        dump = server.dump(name, "--schema-only")
        connection.execute("DROP DATABASE dumped")
        for (role,) in set(connection.execute(roles)) - known:
            connection.execute(f"DROP ROLE {role}".encode())
    assert len(dump) > 100
    return dump


def offline_changes(text: str, dump: str) -> list[SchemaChange]:
    """What is different between a text and its dump, without a server, but for what it makes by code."""
    changes = SchemaDiffer().compare(text, dump).changes
    assert len(changes) == len(SchemaDiffer().compare(dump, text).changes)
    return [change for change in changes if change.object not in _BY_CODE]


def exact_changes(server: Server, text: str, dump: str) -> list[SchemaChange]:
    """What is different between a text and its dump, as the server says."""
    old, new = (
        loadable_side(name, MappedText.of_text(sql, name)) for name, sql in (("text", text), ("dump", dump))
    )
    found = compare_exactly(old, new, server=server.uri("postgres"), may_make_roles=True)
    return list(found.changes)


def documented(name: str, version: int) -> tuple[str, str]:
    """What the page says of a schema and a version: how much is undecided, and what ``--exact`` leaves."""
    cells = {row["name"]: row["cells"].split("|") for row in _ROW.finditer(PAGE.read_text(encoding="utf-8"))}
    index = VERSIONS.index(version)
    return cells[_called(name)][index].strip(), cells[_called(name)][index + len(VERSIONS)].strip()


def _called(name: str) -> str:
    return name if name == EXAMPLE else name.partition("/")[0] + "/" + name.rpartition("/")[2]


def write_page() -> None:
    """Measure everything anew and write the page."""
    rows: dict[str, list[str]] = {_called(name): ["–"] * 2 * len(VERSIONS) for name in names(15)}
    for index, version in enumerate(VERSIONS):
        with ExitStack() as stack:
            server = stack.enter_context(newer_server() if version == 18 else older_server())
            for name in names(version):
                text = text_of(name)
                dump = dumped(server, text)
                undecided = sum(change.type == UNDECIDED for change in offline_changes(text, dump))
                cells = rows[_called(name)]
                cells[index] = str(undecided)
                cells[index + len(VERSIONS)] = str(len(exact_changes(server, text, dump)))
                print(version, name, cells, file=sys.stderr)
    lines = [f"| `{name}` | {' | '.join(cells)} |" for name, cells in rows.items()]
    PAGE.write_text(_HEAD + "\n".join(lines) + _FOOT, encoding="utf-8")


if __name__ == "__main__":
    write_page()
