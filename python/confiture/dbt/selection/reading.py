"""Results of dbt's commands, read from the files that it writes beside the manifest."""

from __future__ import annotations

from typing import Any

from confiture.exceptions import ArtifactError

__all__ = ["results_in"]


def results_in(path: str) -> list[dict[str, Any]]:
    """The ``results`` of ``run_results.json`` or ``sources.json``.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is no such document.
    """
    from confiture.artifacts import loads_json

    with open(path, "rb") as file:
        content = file.read()
    try:
        document = loads_json(content)
    except ArtifactError as error:
        raise ValueError(str(error)) from error
    results = document.get("results") if isinstance(document, dict) else None
    if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
        raise ValueError("it has no results")
    return results
