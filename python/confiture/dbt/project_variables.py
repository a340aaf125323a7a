"""The variables that a project and its packages define."""

from __future__ import annotations

import os
from typing import Any

from confiture.dbt.template_failures import file_refused

__all__ = ["ProjectVariables"]

_FILE = "dbt_project.yml"


class ProjectVariables:
    """What ``vars`` of ``dbt_project.yml`` and of its packages' files say.

    Args:
        directory: The project's directory, or None for no variables.

    Raises:
        ManifestError: A file cannot be read, or its ``vars`` are no mapping.
    """

    def __init__(self, directory: str | None) -> None:
        self._own: dict[str, Any] = {}
        #: By the package's name.
        self._packages: dict[str, dict[str, Any]] = {}
        self._restricted: set[str] = set()
        if directory is None:
            return
        project = _read(os.path.join(directory, _FILE))
        self._own = _variables(project, directory)
        installed = project.get("packages-install-path")
        below = os.path.join(directory, installed if isinstance(installed, str) else "dbt_packages")
        for name in _listed(below):
            path = os.path.join(below, name, _FILE)
            if os.path.isfile(path):
                package = _read(path)
                package_name = str(package.get("name", name))
                self._packages[package_name] = _variables(package, path)
                if package.get("restrict-access") is True:
                    self._restricted.add(package_name)

    def restricts_access(self, package: str | None) -> bool:
        """Whether a package keeps others from its models that are not public."""
        return package in self._restricted

    def of(self, package: str | None) -> dict[str, Any]:
        """The variables that templates of a package see: the project's own come before the package's."""
        merged: dict[str, Any] = {}
        for variables in (self._packages.get(package or "", {}), self._own):
            merged.update(variables)
            scoped = variables.get(package) if package is not None else None
            if isinstance(scoped, dict):
                merged.update(scoped)
        return merged


def _listed(directory: str) -> list[str]:
    try:
        return sorted(os.listdir(directory)) if os.path.isdir(directory) else []
    except OSError as error:
        raise file_refused(directory, os.strerror(error.errno or 22)) from error


def _read(path: str) -> dict[str, Any]:
    import yaml

    try:
        with open(path, encoding="utf-8") as file:
            content = yaml.safe_load(file)
    except OSError as error:
        raise file_refused(path, os.strerror(error.errno or 22)) from error
    except UnicodeDecodeError as error:
        raise file_refused(path, f"it is not valid UTF-8 (offset {error.start})") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark is not None else ""
        raise file_refused(path, f"it is no YAML{where}") from None
    if not isinstance(content, dict):
        raise file_refused(path, "it is no mapping")
    return content


def _variables(project: dict[str, Any], path: str) -> dict[str, Any]:
    variables = project.get("vars")
    if variables is None:
        return {}
    if not isinstance(variables, dict) or not all(isinstance(name, str) for name in variables):
        raise file_refused(path, "its vars are no mapping of names")
    return variables
