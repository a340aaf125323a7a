"""A project with contracts, and changes of them."""

from __future__ import annotations

from typing import NamedTuple

_PROPERTIES = """\
models:
  - name: priced
    latest_version: 2
    config: {contract: {enforced: true}, materialized: table}
    constraints:
      - {type: check, name: positive, expression: "id > 0"}
    columns:
      - {name: id, data_type: integer, constraints: [{type: not_null}]}
      - {name: name, data_type: varchar(10)}
    versions:
      - v: 1
      - v: 2
"""

#: The files of the project: a model with versions, and the same model without any.
FILES = {
    "dbt_project.yml": 'name: ledger\nversion: "1.0"\nconfig-version: 2\nprofile: ledger\n',
    "profiles.yml": "ledger:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: ledger.duckdb}\n",
    "models/priced_v1.sql": "select 1 as id, 'a' as name\n",
    "models/priced_v2.sql": "select 2 as id, 'b' as name\n",
    "models/plain.sql": "select 3 as id, 'c' as name\n",
    "models/kept.sql": "select 4 as id\n",
    "models/priced.yml": _PROPERTIES,
    "models/plain.yml": _PROPERTIES.replace("priced", "plain")
    .partition("    versions:")[0]
    .replace("    latest_version: 2\n", ""),
}


class Case(NamedTuple):
    """A change of the project.

    Attributes:
        replaced: What stands in the properties of both models, before and now.
        removed: Files that are gone.
        before: What stands in the properties before the change, instead of what stands there else.
        reason: What is said of the versioned model; None if its contract is not broken.
        since: The first version of dbt in which it is broken.
        until: The first version in which it is not broken any more.
    """

    replaced: tuple[str, str] = ("", "")
    removed: tuple[str, ...] = ()
    before: tuple[str, str] = ("", "")
    reason: str | None = None
    since: tuple[int, int] = (1, 5)
    until: tuple[int, int] = (9, 9)


_LAST = "      - v: 1\n"

CASES = {
    "nothing": Case(),
    "unenforced": Case(("enforced: true", "enforced: false"), reason="its contract is no longer enforced"),
    "column_gone": Case(
        ("      - {name: name, data_type: varchar(10)}\n", ""), reason="the column name is gone"
    ),
    "column_added": Case(("    columns:\n", "    columns:\n      - {name: more, data_type: integer}\n")),
    "type": Case(("integer", "bigint"), reason="the type of the column id was integer and is bigint"),
    "size": Case(
        ("varchar(10)", "VARCHAR (20)"),
        reason="the type of the column name was varchar(10) and is VARCHAR (20)",
        until=(1, 11),
    ),
    "column_constraint": Case(
        (", constraints: [{type: not_null}]", ""),
        reason="the constraint not_null of the column id is gone",
    ),
    "constraint": Case(("id > 0", "id > 1"), reason="the constraint positive is gone"),
    "view": Case(
        ("materialized: table", "materialized: view"),
        reason="it was materialized as table with constraints, and is as view",
    ),
    "view_of_column_constraints": Case(
        ("materialized: table", "materialized: view"),
        before=('    constraints:\n      - {type: check, name: positive, expression: "id > 0"}\n', ""),
        reason="it was materialized as table with constraints, and is as view",
    ),
    "disabled": Case(
        (_LAST, "      - v: 1\n        config: {enabled: false}\n"), reason="it is disabled", since=(1, 9)
    ),
    "gone": Case((_LAST, ""), ("models/priced_v1.sql",), reason="it is gone", since=(1, 9)),
    "announced": Case(
        (_LAST, ""),
        ("models/priced_v1.sql",),
        before=(_LAST, "      - v: 1\n        deprecation_date: 2020-01-01\n"),
    ),
    "plain_gone": Case(removed=("models/plain.sql", "models/plain.yml")),
}

#: What is asked of each.
ASKED = (
    "state:modified",
    "state:unmodified",
    "state:modified.contract",
    "state:modified.body",
    "state:modified.configs",
    "state:new",
)


def files(name: str, *, is_before: bool) -> dict[str, str]:
    """The files of the project before or after a change."""
    case = CASES[name]
    written = {}
    for path, text in FILES.items():
        if path.endswith(".yml") and path.startswith("models/"):
            text = text.replace(*case.before) if is_before or case.before[0] != case.replaced[0] else text
            text = text if is_before else text.replace(*case.replaced)
        if is_before or path not in case.removed:
            written[path] = text
    return written
