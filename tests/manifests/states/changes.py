"""Changes of the project beside this folder, one of each kind, and what they change in a manifest."""

from __future__ import annotations

from typing import NamedTuple

#: Files that the project has more for these states.
MORE_FILES = {
    "macros/outer.sql": "{% macro outer(column) %}{{ rounded(column) }} + 1{% endmacro %}\n",
    "models/counted.sql": "select book_id, {{ outer('price') }} as price from {{ ref('stg_books') }}\n",
    "models/counted.yml": """\
version: 2
groups:
  - name: front
    owner: {name: The front desk, email: front@example.org}
models:
  - name: counted
    description: Counted.
    config: {contract: {enforced: true}, materialized: table, meta: {kept: 1}}
    columns:
      - {name: book_id, data_type: integer, constraints: [{type: not_null}]}
      - {name: price, data_type: double}
""",
}

#: ``(category, key)`` of the differences of each resource that changes; `ADDED` and `REMOVED` stand alone.
Expected = dict[str, list[tuple[str, str]]]

ADDED, REMOVED = ("added", ""), ("removed", "")


class Change(NamedTuple):
    """A change.

    Attributes:
        file: The file that it is in.
        old: What stands there; nothing if the file is written anew.
        new: What stands there then; None if the file is removed.
        expected: What it changes.
        moved_to: Where the file goes.
    """

    file: str
    old: str
    new: str | None
    expected: Expected
    moved_to: str | None = None


_V1, _V2 = "model.library.popular_books.v1", "model.library.popular_books.v2"
_SOURCE = "source.library.desk.loans"
_COUNTED = "model.library.counted"
_BOOKS = "model.library.stg_books"


def _both(category: str, key: str) -> Expected:
    return {_V1: [(category, key)], _V2: [(category, key)]}


CHANGES = {
    "body": Change(
        "models/stg_books.sql", "price from", "price + 0 as price from", {_BOOKS: [("body", "raw_code")]}
    ),
    "body of a seed": Change(
        "seeds/books.csv", "12.5", "12.6", {"seed.library.books": [("body", "checksum")]}
    ),
    "body of a test": Change(
        "tests/no_negative_price.sql",
        "price < 0",
        "price <= 0",
        {"test.library.no_negative_price": [("body", "raw_code")]},
    ),
    "config": Change(
        "dbt_project.yml",
        "+materialized: table",
        "+materialized: incremental",
        _both("config", "config.materialized"),
    ),
    "config in a body": Change(
        "snapshots/books.sql",
        "check_cols=['price']",
        "check_cols=['title']",
        {"snapshot.library.books_over_time": [("body", "raw_code"), ("config", "config.check_cols")]},
    ),
    "description": Change(
        "models/counted.yml",
        "description: Counted.",
        "description: All.",
        {_COUNTED: [("description", "description")]},
    ),
    "description in a block": Change(
        "models/docs.md",
        "of the library",
        "on a shelf",
        {
            "doc.library.book": [("description", "block_contents")],
            _BOOKS: [("description", "description")],
        },
    ),
    "description of a source": Change(
        "models/schema.yml", "One row per loan.", "A loan.", {_SOURCE: [("description", "description")]}
    ),
    "column": Change(
        "models/schema.yml",
        "The number on its back",
        "Its number",
        {_BOOKS: [("column", "columns.book_id.description")]},
    ),
    "column's meta": Change(
        "models/schema.yml",
        "meta: {shown: true}",
        "meta: {shown: false}",
        {_BOOKS: [("column", "columns.title.meta")]},
    ),
    "column added": Change(
        "models/schema.yml",
        "      - name: book_id\n    versions:",
        "      - name: book_id\n      - name: title\n    versions:",
        _both("column", "columns.title"),
    ),
    "contract": Change(
        "models/counted.yml",
        "data_type: double",
        "data_type: float",
        {_COUNTED: [("column", "columns.price.data_type"), ("contract", "contract.checksum")]},
    ),
    "contract given up": Change(
        "models/counted.yml",
        "enforced: true",
        "enforced: false",
        {_COUNTED: [("contract", "contract.enforced")]},
    ),
    "macro": Change(
        "macros/rounded.sql",
        ", 1)",
        ", 2)",
        {
            "macro.library.rounded": [("body", "macro_sql")],
            _V2: [("macro", "macro.library.rounded")],
            _COUNTED: [("macro", "macro.library.rounded")],
        },
    ),
    "source": Change("models/schema.yml", "count: 12", "count: 6", {_SOURCE: [("source", "freshness")]}),
    "source's loader": Change(
        "models/schema.yml", "loader: by hand", "loader: by post", {_SOURCE: [("source", "loader")]}
    ),
    "relation": Change(
        "dbt_project.yml",
        "      +tags: [nightly]",
        "      +tags: [nightly]\n      +schema: shelves",
        _both("relation", "config.schema"),
    ),
    "relation of a source": Change(
        "models/schema.yml",
        "identifier: raw_loans",
        "identifier: loans",
        {_SOURCE: [("relation", "identifier")]},
    ),
    "tags": Change("dbt_project.yml", "[nightly]", "[weekly]", _both("tags", "tags")),
    "meta": Change("models/counted.yml", "kept: 1", "kept: 2", {_COUNTED: [("meta", "meta")]}),
    "version": Change(
        "models/schema.yml",
        "latest_version: 2",
        "latest_version: 1",
        {
            **_both("version", "latest_version"),
            "analysis.library.how_many": [("dependency", "depends_on.nodes")],
        },
    ),
    "group": Change("models/schema.yml", "group: desk", "group: front", _both("group", "group")),
    "access": Change("models/schema.yml", "access: public", "access: protected", _both("access", "access")),
    "exposure": Change(
        "models/schema.yml",
        "example.org/shelves",
        "example.org/racks",
        {"exposure.library.shelf_plan": [("definition", "url")]},
    ),
    "metric": Change(
        "models/semantic.yml",
        "label: Loans",
        "label: Lent",
        {"metric.library.loan_count": [("definition", "label")]},
    ),
    "path": Change(
        "models/stg_loans.sql",
        "",
        "",
        {"model.library.stg_loans": [("path", "original_file_path")]},
        moved_to="models/lent/stg_loans.sql",
    ),
    "added": Change("models/more.sql", "", "select 1 as one\n", {"model.library.more": [ADDED]}),
    "removed": Change("analyses/how_many.sql", "", None, {"analysis.library.how_many": [REMOVED]}),
    "disabled": Change(
        "tests/no_negative_price.sql",
        "select",
        "{{ config(enabled=false) }} select",
        {"test.library.no_negative_price": [REMOVED, ("config", "config.enabled")]},
    ),
}

#: Changes that are none: another folder and time, another target, the results of compiling.
NO_CHANGES = ("again", "target", "compiled")
