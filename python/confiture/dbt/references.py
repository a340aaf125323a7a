"""What ``ref`` and ``source`` lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._manifest_failures import ambiguous_reference, unresolved_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from confiture._interface import DbtDocument

__all__ = ["References"]

_REFERABLE = ("model", "seed", "snapshot")


class References:
    """The names of a manifest's models, seeds, snapshots and sources.

    Args:
        document: The engine's handle.
        rows: Unique id, type and collection of each resource.
        project: The name of the project, whose resources come before those of packages; dbt 1.5 does not
            write it.
    """

    def __init__(
        self, document: DbtDocument, rows: Sequence[tuple[str, str, str]], project: str | None
    ) -> None:
        self._project = project
        #: ``(package, version, latest version, unique id)`` by name.
        self._nodes: dict[str, list[tuple[str, str | None, str | None, str]]] = {}
        self._sources: dict[tuple[str, str], list[tuple[str, str]]] = {}
        names = ("name", "package_name", "version", "latest_version", "source_name")
        told = document.rows(names)
        for (unique_id, kind, collection), fields in zip(rows, told, strict=True):
            name, package, version, latest, source = fields
            if collection == "nodes" and kind in _REFERABLE:
                row = (str(package), _version(version), _version(latest), unique_id)
                self._nodes.setdefault(str(name), []).append(row)
            elif collection == "sources":
                self._sources.setdefault((str(source), str(name)), []).append((str(package), unique_id))

    def ref(
        self, name: str, package: str | None, version: str | float | None, within: str | None = None
    ) -> str:
        """The unique id of what a ``ref`` leads to; `within` is the package that refers."""
        arguments = [repr(argument) for argument in (package, name) if argument is not None]
        if version is not None:
            arguments.append(f"version={version}")
        wanted = _version(version)
        found = [
            (of, unique_id)
            for of, own, latest, unique_id in self._nodes.get(name, ())
            if package in (None, of) and (own == wanted if wanted is not None else own in (None, latest))
        ]
        return self._chosen(f"ref({', '.join(arguments)})", found, lambda: self._nodes, name, within)

    def source(
        self, source_name: str, table_name: str, package: str | None, within: str | None = None
    ) -> str:
        """The unique id of what a ``source`` leads to; `within` is the package that refers."""
        found = [
            (of, unique_id)
            for of, unique_id in self._sources.get((source_name, table_name), ())
            if package in (None, of)
        ]
        call = f"source({source_name!r}, {table_name!r})"
        wanted = f"{source_name}.{table_name}"
        return self._chosen(call, found, lambda: map(".".join, self._sources), wanted, within)

    def _chosen(
        self,
        call: str,
        found: list[tuple[str, str]],
        names: Callable[[], Iterable[str]],
        wanted: str,
        within: str | None,
    ) -> str:
        unique_ids = [unique_id for package, unique_id in found if package == within]
        unique_ids = unique_ids or [unique_id for package, unique_id in found if package == self._project]
        unique_ids = unique_ids or [unique_id for _, unique_id in found]
        if len(unique_ids) == 1:
            return unique_ids[0]
        if unique_ids:
            raise ambiguous_reference(call, unique_ids)
        raise unresolved_reference(call, list(names()), wanted)


def _version(version: object) -> str | None:
    return None if version is None else str(version)
