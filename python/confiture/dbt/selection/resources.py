"""The resources that can be selected, with those of their fields that selections ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from confiture.dbt.manifest import DbtManifest

__all__ = ["Resource", "Resources", "dbt_version"]

#: Collections whose resources depend on nothing and that nothing depends on.
_ASIDE = ("macros", "docs", "groups")

#: What nearly every selection needs, read in one pass.
_IDENTITY = ("name", "package_name", "fqn", "version", "original_file_path", "source_name")


class Resource:
    """A resource: what identifies it, and its other fields once they are asked for."""

    __slots__ = (
        "_resources",
        "collection",
        "fqn",
        "kind",
        "name",
        "number",
        "package",
        "path",
        "source",
        "unique_id",
        "version",
    )

    def __init__(
        self, resources: Resources, number: int, row: tuple[str, str, str], told: Sequence[Any]
    ) -> None:
        self._resources = resources
        self.number = number
        self.unique_id, self.kind, self.collection = row
        name, package, fqn, self.version, path, source = told
        self.name = name if isinstance(name, str) else ""
        self.package = package if isinstance(package, str) else ""
        self.fqn = [part for part in fqn if isinstance(part, str)] if isinstance(fqn, list) else []
        self.path = path if isinstance(path, str) else ""
        self.source = source if isinstance(source, str) else ""

    @property
    def is_versioned(self) -> bool:
        """Whether it is one version of a model."""
        return self.kind == "model" and self.version is not None

    @property
    def is_blank(self) -> bool:
        """Whether it has no code, although it could."""
        code = self.get("raw_code") if self.collection == "nodes" and self.kind != "seed" else None
        return isinstance(code, str) and not code.strip()

    def get(self, field: str) -> Any:
        """The value of a field; None if it has none."""
        return self._resources.column(field)[self.number]


class Resources:
    """All resources of a manifest but macros, docs, groups and what is disabled.

    Args:
        manifest: The manifest.
        has_blank: Whether with those that have no code, although they could.
    """

    def __init__(self, manifest: DbtManifest, *, has_blank: bool = True) -> None:
        self.manifest = manifest
        self._document = manifest._document
        self._columns: dict[str, list[Any]] = {}
        told = self._document.rows(_IDENTITY)
        rows = self._document.resources()
        self.by_id = {
            row[0]: Resource(self, number, row, told[number])
            for number, row in enumerate(rows)
            if row[2] not in _ASIDE
        }
        if not has_blank:
            blank = [resource.unique_id for resource in self if resource.is_blank]
            for unique_id in blank:
                del self.by_id[unique_id]
        self.version = dbt_version(manifest)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.by_id.values())

    def of(self, *collections: str) -> Iterator[Resource]:
        """Those that stand under some of the manifest's keys."""
        return (resource for resource in self if resource.collection in collections)

    def column(self, field: str) -> list[Any]:
        """A field of all resources of the manifest, by number; None where it is missing."""
        if field not in self._columns:
            self._columns[field] = [row[0] for row in self._document.rows((field,))]
        return self._columns[field]

    def parents(self, unique_id: str) -> list[str]:
        """What a resource depends on, of what can be selected."""
        return [parent for parent in self._document.dependencies(unique_id) if parent in self.by_id]

    def children(self, unique_id: str) -> list[str]:
        """What depends on a resource."""
        return [child for child in self._document.dependents(unique_id) if child in self.by_id]

    def above(self, unique_ids: Iterable[str], steps: int) -> set[str]:
        """What resources depend on, at most so many steps away; themselves only if they are among it."""
        return _reached(self.parents, unique_ids, steps)

    def below(self, unique_ids: Iterable[str], steps: int) -> set[str]:
        """What depends on resources, as `above`."""
        return _reached(self.children, unique_ids, steps)


def _reached(neighbours: Any, unique_ids: Iterable[str], steps: int) -> set[str]:
    found: set[str] = set()
    border = set(unique_ids)
    while border and steps > 0:
        border = {other for unique_id in border for other in neighbours(unique_id)} - found
        found |= border
        steps -= 1
    return found


def dbt_version(manifest: DbtManifest) -> tuple[int, int]:
    """Major and minor version of the dbt that wrote a manifest; the newest known if it does not say."""
    parts = str(manifest.dbt_version or "").split(".")
    if len(parts) < 2 or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts[:2]):
        return (1, 12)
    return int(parts[0]), int(parts[1])
