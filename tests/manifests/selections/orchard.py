"""A project of 300 models, the same on every run, with everything that selections can ask for.

`write_orchard` writes it as it is, or as it was before some changes, for selections by state.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

_STAGING, _INTERMEDIATE, _MARTS = 60, 100, 140
_AREAS = ("apples", "pears", "plums", "quinces")
_SOURCES = 20

_PROJECT = """\
name: orchard
version: '1.0.0'
config-version: 2
profile: orchard
model-paths: [models]
seed-paths: [seeds]
test-paths: [tests]
snapshot-paths: [snapshots]
macro-paths: [macros]
analysis-paths: [analyses]
flags:
  send_anonymous_usage_stats: false
models:
  orchard:
    +meta: {{owner: growers, priority: 1}}
    staging:
      +materialized: view
      +tags: [daily, staged]
    intermediate:
      +materialized: ephemeral
      +tags: [hourly]
    marts:
      +materialized: table
      +persist_docs: {{relation: true, columns: true}}
      quinces:
        +schema: {schema}
        +enabled: true
seeds:
  orchard:
    +quote_columns: false
"""

_PROFILES = """\
orchard:
  target: dev
  outputs:
    dev: {type: duckdb, path: orchard.duckdb, schema: main, threads: 1}
"""

_TOOLS_PROJECT = """\
name: orchard_tools
version: '1.0.0'
config-version: 2
model-paths: [models]
macro-paths: [macros]
models:
  orchard_tools:
    +tags: [tools]
"""

_SELECTORS = """\
selectors:
  - name: all_apples
    description: All about apples.
    definition:
      union:
        - 'path:models/marts/apples'
        - method: tag
          value: apples
        - exclude:
            - 'resource_type:test'
  - name: staged_pears
    definition:
      intersection:
        - method: path
          value: models/staging
        - 'tag:pears'
  - name: around_a_mart
    definition:
      method: fqn
      value: mart_005
      parents: true
      parents_depth: 2
      children: true
      indirect_selection: cautious
  - name: whole_family
    definition:
      method: fqn
      value: int_003
      childrens_parents: true
      exclude:
        - method: config.materialized
          value: ephemeral
  - name: by_key
    definition:
      tag: hourly
  - name: inherited
    definition:
      union:
        - method: selector
          value: staged_pears
        - method: selector
          value: by_key
        - exclude:
            - 'int_01*'
  - name: cautious_staging
    definition:
      method: path
      value: models/staging
      indirect_selection: cautious
  - name: buildable_mart
    definition:
      method: fqn
      value: mart_010
      parents: true
      indirect_selection: buildable
  - name: bare_staging
    definition:
      method: fqn
      value: 'stg_00*'
      indirect_selection: empty
  - name: with_family
    definition:
      method: selector
      value: staged_pears
      children: true
      children_depth: 1
  - name: without_some
    definition:
      intersection:
        - method: selector
          value: by_key
        - 'path:models/intermediate'
        - exclude:
            - method: selector
              value: inherited
              parents: true
            - 'stg_000+'
  - name: odd_exclusion
    definition:
      union:
        - 'tag:apples'
        - method: tag
          value: pears
          exclude:
            - 'path:models/marts'
  - name: any_steps
    definition:
      method: fqn
      value: mart_010
      parents: true
      parents_depth: 0
  - name: no_step
    definition:
      union:
        - '0+mart_010'
        - 'mart_011+0'
  - name: by_state
    definition:
      union:
        - 'state:modified.body+1'
        - 'source_status:fresher+1'
        - method: selector
          value: odd_exclusion
"""

_MACROS = {
    "cents.sql": "{% macro cents(column) %}round({{ rounded(column) }} / 100.0, 2){% endmacro %}\n",
    "rounded.sql": "{{% macro rounded(column) %}}floor({{{{ column }}}}{term}){{% endmacro %}}\n",
    "unused.sql": "{% macro unused() %}1{% endmacro %}\n",
    "positive.sql": "{% test positive(model, column_name) %}\nselect * from {{ model }} "
    "where {{ column_name }} <= 0\n{% endtest %}\n",
}


def write_orchard(directory: Path, *, is_before: bool = False) -> None:
    """Write the project.

    Args:
        directory: Where to.
        is_before: Whether as it was before some changes.
    """
    files = _files(is_before)
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _files(is_before: bool) -> dict[str, str]:
    files = {
        "dbt_project.yml": _PROJECT.format(schema="quince" if is_before else "quinces"),
        "profiles.yml": _PROFILES,
        "packages.yml": "packages:\n  - local: packages/tools\n",
        "selectors.yml": _SELECTORS,
        "packages/tools/dbt_project.yml": _TOOLS_PROJECT,
    }
    for name, text in _MACROS.items():
        term = " + 1" if is_before else ""
        files[f"macros/{name}"] = text.format(term=term) if name == "rounded.sql" else text
    for number in range(5):
        files[f"packages/tools/models/helper/tool_{number}.sql"] = f"select {number} as id\n"
    files["packages/tools/models/helper/tools.yml"] = _properties(
        "tool_0", columns=["- {name: id, data_tests: [unique]}"]
    )
    files |= _models(is_before)
    files |= _staging_properties(is_before)
    files |= _mart_properties(is_before)
    files |= _others(is_before)
    return files


def _models(is_before: bool) -> dict[str, str]:
    files = {}
    for number in range(_STAGING):
        area = _AREAS[number % 4]
        config = f"{{{{ config(tags=['{area}'], meta={{'tier': {number % 3}}}) }}}}\n"
        amount = "{{ cents('amount') }}" if number % 10 == 0 else "amount"
        wanted = " -- more" if is_before and number == 7 else ""
        source = f"{{{{ source('src_{number % 5}', 'tbl_{number % _SOURCES:02d}') }}}}"
        text = f"{config}select id, {amount} as amount from {source}{wanted}\n"
        if not (is_before and number == 59):
            files[f"models/staging/{area}/stg_{number:03d}.sql"] = text
    for number in range(_INTERMEDIATE):
        parents = sorted({number % (_STAGING - 1), (number * 7 + 3) % (_STAGING - 1)})
        text = " union all ".join(f"select id, amount from {{{{ ref('stg_{p:03d}') }}}}" for p in parents)
        folder = "joined" if number % 2 else "plain"
        files[f"models/intermediate/{folder}/int_{number:03d}.sql"] = text + "\n"
    for number in range(_MARTS):
        area = _AREAS[number % 4]
        parents = [f"int_{(number * 3) % _INTERMEDIATE:03d}"]
        if number >= 40:
            parents.append(f"mart_{number - 40:03d}" if (number - 40) % 25 else "versioned_0")
        if number % 20 == 0:
            parents.append("tool_1")
        text = " union all ".join(f"select id, amount from {{{{ ref('{parent}') }}}}" for parent in parents)
        config = ""
        if number % 25 == 0:
            continue
        if number % 9 == 0:
            config = "{{ config(materialized='incremental', unique_key='id', tags='nightly') }}\n"
        elif number == 13:
            config = f"{{{{ config(alias='thirteen{'_old' if is_before else ''}') }}}}\n"
        elif number == 17:
            config = f"{{{{ config(persist_docs={{'relation': {not is_before}}}) }}}}\n"
        files[f"models/marts/{area}/mart_{number:03d}.sql"] = config + text + "\n"
    for number in range(3):
        for version in (1, 2, 3):
            name = f"models/marts/versioned/versioned_{number}_v{version}.sql"
            files[name] = f"select id, amount, {version} as v from {{{{ ref('int_{number:03d}') }}}}\n"
    files["models/marts/retired.sql"] = "{{ config(enabled=false) }}\nselect 1 as id\n"
    files["models/marts/blank.sql"] = "\n"
    files["models/metricflow_time_spine.sql"] = (
        "{{ config(materialized='table') }}\nselect cast('2024-01-01' as date) as date_day\n"
    )
    return files


def _properties(name: str, *, columns: list[str] | None = None, lines: list[str] | None = None) -> str:
    text = [f"version: 2\nmodels:\n  - name: {name}", *(f"    {line}" for line in lines or [])]
    if columns:
        text += ["    columns:", *(f"      {column}" for column in columns)]
    return "\n".join(text) + "\n"


def _staging_properties(is_before: bool) -> dict[str, str]:
    lines = ["version: 2", "sources:"]
    for source in range(5):
        schema = "raw_old" if is_before and source == 4 else "raw"
        lines += [f"  - name: src_{source}", f"    schema: {schema}", f"    tags: [raw, src{source}]"]
        lines += ["    meta: {owner: loaders}", "    tables:"]
        for table in range(source, _SOURCES, 5):
            hours = 6 if is_before and table == 3 else 12
            lines += [f"      - name: tbl_{table:02d}", f"        description: Table {table}."]
            if table == 3:
                lines.append(f"        freshness: {{warn_after: {{count: {hours}, period: hour}}}}")
                lines.append("        loaded_at_field: loaded")
            lines += ["        columns:", "          - {name: id, data_tests: [not_null]}"]
    models = ["version: 2", "models:"]
    for number in range(0, _STAGING - 1, 2):
        text = "Old words." if is_before and number == 4 else f"Staging {number}."
        models += [f"  - name: stg_{number:03d}", f"    description: {text}", "    columns:"]
        tests = "[unique, not_null]" if number % 4 else "[unique]"
        models += [f"      - {{name: id, data_tests: {tests}}}"]
        if number % 6 == 0:
            severity = "warn" if not (is_before and number == 12) else "error"
            models += ["      - name: amount", "        data_tests:", "          - positive:"]
            models += [f"              config: {{severity: {severity}, tags: [strict]}}"]
    return {
        "models/staging/sources.yml": "\n".join(lines) + "\n",
        "models/staging/staging.yml": "\n".join(models) + "\n",
    }


def _mart_properties(is_before: bool) -> dict[str, str]:
    lines = ["version: 2", "groups:"]
    for group in ("pickers", "pressers"):
        lines += [f"  - name: {group}", f"    owner: {{name: {group}, email: {group}@example.com}}"]
    lines.append("models:")
    for number in range(_MARTS):
        if number % 25 == 0:
            continue
        name = f"mart_{number:03d}"
        if number % 10 == 1:
            lines += [f"  - name: {name}", "    columns:", "      - name: id", "        data_tests:"]
            parent = f"int_{(number * 3) % _INTERMEDIATE:03d}"
            lines += [
                f"          - relationships: {{to: ref('{parent}'), field: id, name: known_{number:03d}}}"
            ]
        elif number % 10 == 2:
            group = "pickers" if number % 20 == 2 else "pressers"
            access = "private" if number > 100 else "protected"
            if is_before and number == 22:
                access = "public"
            if is_before and number == 32:
                group = "pickers"
            lines += [f"  - name: {name}", f"    access: {access}", f"    config: {{group: {group}}}"]
        elif number % 10 == 3:
            described = "Was." if is_before and number == 23 else f"Mart {number}."
            lines += [f"  - name: {name}", f"    description: {described}", "    columns:"]
            column = "Old." if is_before and number == 33 else "The key."
            lines += [f"      - {{name: id, description: {column}}}"]
        elif number in (6, 16, 26):
            enforced = "false" if is_before and number == 6 else "true"
            lines += [f"  - name: {name}", f"    config: {{contract: {{enforced: {enforced}}}}}"]
            kind = "bigint" if is_before and number == 16 else "integer"
            lines += [
                "    columns:",
                f"      - {{name: id, data_type: {kind}}}",
                "      - {name: amount, data_type: double}",
            ]
        elif number % 10 == 8:
            tags = "[old]" if is_before and number == 28 else f"[nightly, area_{number % 4}]"
            owner = "nobody" if is_before and number == 38 else "pressers"
            lines += [f"  - name: {name}", f"    config: {{tags: {tags}, meta: {{owner: {owner}}}}}"]
    for number, latest in ((0, 3), (1, 2), (2, 1)):
        if is_before and number == 1:
            latest = 3
        lines += [f"  - name: versioned_{number}", f"    latest_version: {latest}", "    access: public"]
        lines += ["    columns:", "      - {name: id, data_tests: [unique]}", "    versions:"]
        lines += [f"      - v: {version}" for version in (1, 2, 3)]
    return {"models/marts/marts.yml": "\n".join(lines) + "\n"}


def _others(is_before: bool) -> dict[str, str]:
    files = {}
    for number in range(4):
        rows = "id,name\n1,a\n" + ("2,b\n" if is_before and number == 1 else "2,c\n")
        files[f"seeds/{'big/' if number == 3 else ''}seed_{number}.csv"] = rows
    files["seeds/seeds.yml"] = (
        "version: 2\nseeds:\n  - name: seed_2\n    config: {tags: [daily]}\n"
        "    columns:\n      - {name: id, data_tests: [unique]}\n"
    )
    for number in range(3):
        config = "target_schema='kept', unique_key='id', strategy='check', check_cols=['amount']"
        files[f"snapshots/kept_{number}.sql"] = (
            f"{{% snapshot kept_{number} %}}\n{{{{ config({config}) }}}}\n"
            f"select * from {{{{ ref('mart_{number + 1:03d}') }}}}\n{{% endsnapshot %}}\n"
        )
        files[f"tests/singular/no_negative_{number}.sql"] = (
            f"select * from {{{{ ref('mart_{number + 1:03d}') }}}} where amount < 0\n"
        )
    files["tests/two_parents.sql"] = textwrap.dedent("""\
        {{ config(tags=['strict'], severity='warn') }}
        select a.id from {{ ref('mart_004') }} a join {{ ref('mart_005') }} b on a.id = b.id where a.id < 0
    """)
    files["tests/seeds_match.sql"] = (
        "select 1 from {{ ref('seed_0') }} join {{ ref('stg_003') }} using (id) where false\n"
    )
    files["analyses/how_many.sql"] = "select count(*) from {{ ref('mart_001') }}\n"
    files["models/exposures.yml"] = _exposures(is_before)
    files["models/semantics.yml"] = _semantics(is_before)
    files["models/units.yml"] = _units(is_before)
    return files


def _exposures(is_before: bool) -> str:
    lines = ["version: 2", "exposures:"]
    for number, name in enumerate(("board", "harvest", "press_report")):
        url = "https://example.com/old" if is_before and number == 0 else f"https://example.com/{number}"
        lines += [f"  - name: {name}", "    type: dashboard", "    maturity: high", f"    url: {url}"]
        lines += [
            f"    config: {{tags: [shown, board{number}]}}",
            "    owner: {name: Eve, email: eve@example.com}",
        ]
        lines += [
            "    depends_on:",
            f"      - ref('mart_{number + 10:03d}')",
            "      - source('src_1', 'tbl_01')",
        ]
    return "\n".join(lines) + "\n"


def _semantics(is_before: bool) -> str:
    described = "As it was." if is_before else "Harvests."
    label = "Old label" if is_before else "Weight"
    return textwrap.dedent(f"""\
        version: 2
        semantic_models:
          - name: harvests
            description: {described}
            model: ref('mart_007')
            defaults: {{agg_time_dimension: picked_on}}
            entities:
              - {{name: harvest, type: primary, expr: id}}
            dimensions:
              - name: picked_on
                type: time
                type_params: {{time_granularity: day}}
            measures:
              - {{name: weight, agg: sum, expr: amount}}
              - {{name: crates, agg: count, expr: id}}
        metrics:
          - name: weight
            label: {label}
            type: simple
            type_params: {{measure: weight}}
            config: {{group: pickers}}
          - name: crates
            label: Crates
            type: simple
            type_params: {{measure: crates}}
          - name: weight_of_crate
            label: Weight of a crate
            type: ratio
            type_params: {{numerator: weight, denominator: crates}}
        saved_queries:
          - name: weights_by_day
            description: Weights.
            query_params:
              metrics: [weight]
              group_by: ["TimeDimension('harvest__picked_on', 'day')"]
            exports:
              - name: weights_export
                config: {{export_as: table, alias: weights_table}}
    """)


def _units(is_before: bool) -> str:
    amount = 2 if is_before else 1
    return textwrap.dedent(f"""\
        version: 2
        unit_tests:
          - name: adds_nothing
            model: mart_001
            given:
              - input: ref('int_003')
                rows:
                  - {{id: 1, amount: {amount}}}
            expect:
              rows:
                - {{id: 1, amount: {amount}}}
            config: {{tags: [quick]}}
          - name: unions_both
            model: mart_041
            given:
              - input: ref('int_023')
                rows:
                  - {{id: 1, amount: 2}}
              - input: ref('mart_001')
                rows: []
            expect:
              rows:
                - {{id: 1, amount: 2}}
    """)
