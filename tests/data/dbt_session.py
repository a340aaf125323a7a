"""Builds a project twice in a real dbt, with changes between, and has dbt compare what it built.

It runs in an environment of dbt's: ``python dbt_session.py CHANGES QUERIES`` in a project with the targets
``old`` and ``new``. CHANGES is a JSON object of files and their new texts; QUERIES one of names and SQL.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def main(changes: str, queries: str) -> None:
    """Build, change, build again, and print the rows of the queries, and how many it wrote."""
    from dbt.cli.main import dbtRunner

    def invoke(*arguments: str) -> Any:
        done = dbtRunner().invoke([*arguments, "--profiles-dir", ".", "--quiet", "--no-use-colors"])
        if not done.success:
            raise SystemExit(f"{arguments}: {done.exception or done.result}")
        return done.result

    written: dict[str, dict[str, int]] = {"old": {}, "new": {}}
    for target in ("old", "new"):
        if target == "new":
            for name, text in json.loads(changes).items():
                Path(name).write_text(text, encoding="utf-8")
        options = ("--target", target, "--target-path", f"target_{target}")
        for command in ("seed", "snapshot", "run"):
            for result in invoke(command, *options):
                rows = (result.adapter_response or {}).get("rows_affected")
                if isinstance(rows, int) and rows >= 0:
                    written[target][result.node.unique_id] = rows
    answers = {}
    for name, sql in json.loads(queries).items():
        shown = invoke(
            "show", "--inline", sql, "--limit", "100", "--target", "new", "--target-path", "target_show"
        )
        answers[name] = [[str(value) for value in row] for row in shown.results[0].agate_table.rows]
    sys.stdout.write("\n" + json.dumps({"answers": answers, "written": written}))


if __name__ == "__main__":
    main(*sys.argv[1:])
