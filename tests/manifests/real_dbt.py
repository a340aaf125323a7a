"""A dbt that is installed elsewhere, as the scripts that make test data run it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping

__all__ = ["run_dbt", "version_of"]


def version_of(dbt: str) -> tuple[int, int]:
    """Major and minor version of a dbt; without one, the script ends."""
    said = subprocess.run([dbt, "--version"], capture_output=True, text=True, check=True).stdout
    match = re.search(r"installed:\s+(\d+)\.(\d+)", said)
    if match is None:
        sys.exit(f"{dbt} does not tell its version.")
    return int(match[1]), int(match[2])


def run_dbt(
    dbt: str, arguments: list[str], directory: str, environment: Mapping[str, str] | None = None
) -> None:
    """Run a command of dbt in a project that has its profiles beside it; if it fails, the script ends.

    Args:
        dbt: The executable.
        arguments: The command and its options.
        directory: The project.
        environment: Variables beside those of this process.
    """
    done = subprocess.run(
        [dbt, *arguments, "--profiles-dir", "."],
        cwd=directory,
        env={**os.environ, **(environment or {}), "DBT_SEND_ANONYMOUS_USAGE_STATS": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
