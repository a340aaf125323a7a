"""Runs commands of a real dbt, one after the other, and prints what Confiture's plugin did at each.

It runs in an environment of dbt's, with Confiture on the path: ``python dbt_session.py`` in a project, with
a JSON list of ``[arguments, environment variables]`` on the standard input. dbt logs the arguments of its
process.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def main(steps: str) -> None:
    """Run the steps and print a JSON list of what came of them."""
    from dbt.cli.main import dbtRunner

    told = []
    for arguments, environment in json.loads(steps):
        os.environ.update(environment)
        messages: list[str] = []

        def listen(event: Any, messages: list[str] = messages) -> None:
            if event.info.msg.startswith("Confiture: "):
                messages.append(f"{event.info.level}: {event.info.msg}")

        done = dbtRunner(callbacks=[listen]).invoke([*arguments, "--profiles-dir", ".", "--quiet"])
        for name in environment:
            del os.environ[name]
        told.append(
            {
                "success": done.success,
                "exception": None if done.exception is None else str(done.exception),
                "messages": messages,
                "synced": _synced(),
            }
        )
    sys.stdout.write("\n" + json.dumps(told))


def _synced() -> dict[str, Any] | None:
    """What the engine holds, and what stands in the file that dbt wrote; it holds nothing afterwards."""
    from confiture._backend import engine_name
    from confiture.dbt import current

    held, current._current = current._current, None
    if held is None:
        return None
    with open("target/manifest.json", encoding="utf-8") as file:
        written = json.load(file)
    return {
        "engine": engine_name(),
        "nodes": held.node_count,
        "invocation": held.metadata["invocation_id"] == written["metadata"]["invocation_id"],
        "ids": sorted(written["nodes"])
        == sorted(each.unique_id for each in held if each.collection == "nodes"),
    }


if __name__ == "__main__":
    main(sys.stdin.read())
