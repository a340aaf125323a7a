"""A dbt manifest in the engine's memory."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast

from confiture._manifest_failures import unknown_resource
from confiture.dbt.loading import checked_depth, is_encodable, load_document
from confiture.dbt.node import DbtNode
from confiture.dbt.references import References

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from confiture._interface import DbtDocument
    from confiture.dbt.rendering import Renderer
    from confiture.dbt.selection.resources import Resources
    from confiture.exceptions import ManifestError

__all__ = ["DbtManifest"]


class DbtManifest:
    """What dbt wrote to ``target/manifest.json``, held as it was read.

    Schema versions from v9 (dbt 1.5) on are read. Every known field is checked for its type; fields and
    resource types that no known version has are kept. Nothing changes a manifest, so threads can share one.
    """

    def __init__(self, document: DbtDocument) -> None:
        self._document = document
        #: By the project's directory.
        self._renderers: dict[str | None, Renderer] = {}

    @classmethod
    def load(cls, source: str | os.PathLike[str] | bytes, *, strict: bool = False) -> DbtManifest:
        """Load a manifest.

        Args:
            source: The path of the file, or its content.
            strict: Whether fields and schema versions that are not known, and dependencies on what the
                manifest does not have, are errors.

        Raises:
            ManifestError: It cannot be read, is no manifest, or has a value of a wrong type.
        """
        return cls(load_document(source, "manifest", strict=strict))

    @property
    def schema_version(self) -> int:
        """The version of the manifest's schema, such as 12."""
        return self._document.version

    @property
    def size(self) -> int:
        """How many bytes the manifest has."""
        return self._document.size

    @property
    def metadata(self) -> dict[str, Any]:
        """The manifest's ``metadata``."""
        return cast("dict[str, Any]", self._document.section("metadata"))

    @property
    def dbt_version(self) -> str | None:
        """The dbt that wrote it."""
        return self.metadata.get("dbt_version")

    @property
    def sections(self) -> list[str]:
        """The manifest's keys, in its order."""
        return self._document.sections()

    def section(self, name: str) -> Any:
        """The value of one of the manifest's keys, such as ``selectors``.

        Raises:
            KeyError: It has no such key.
        """
        return self._document.section(name)

    @cached_property
    def _rows(self) -> list[tuple[str, str, str]]:
        return self._document.resources()

    @cached_property
    def _references(self) -> References:
        return References(self._document, self._rows, self.metadata.get("project_name"))

    @cached_property
    def _selectable(self) -> Resources:
        from confiture.dbt.selection.resources import Resources

        return Resources(self)

    @cached_property
    def node_count(self) -> int:
        """How many nodes there are under ``nodes``: models, seeds, snapshots, tests and the like."""
        return sum(row[2] == "nodes" for row in self._rows)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many resources there are of each type, in the manifest's order."""
        return dict(Counter(row[1] for row in self._rows))

    def __len__(self) -> int:
        return len(self._document)

    def __contains__(self, unique_id: object) -> bool:
        return isinstance(unique_id, str) and self._number(unique_id) is not None

    def _number(self, unique_id: str) -> int | None:
        return self._document.number(unique_id) if is_encodable(unique_id) else None

    def _asked(self, unique_id: str) -> str:
        if not is_encodable(unique_id):
            raise self._unknown(unique_id)
        return unique_id

    def _unknown(self, unique_id: str) -> ManifestError:
        return unknown_resource(unique_id, [row[0] for row in self._rows])

    def __iter__(self) -> Iterator[DbtNode]:
        return self.resources()

    def __getitem__(self, unique_id: str) -> DbtNode:
        node = self.get(unique_id)
        if node is None:
            raise self._unknown(unique_id)
        return node

    def get(self, unique_id: str) -> DbtNode | None:
        """The resource with a unique id, of whatever type; None if there is none."""
        number = self._number(unique_id)
        return None if number is None else DbtNode(self._document, number, self._rows[number])

    def resources(self, resource_type: str | None = None) -> Iterator[DbtNode]:
        """The resources in the manifest's order: all, or those of a type such as ``model``."""
        for number, row in enumerate(self._rows):
            if resource_type is None or row[1] == resource_type:
                yield DbtNode(self._document, number, row)

    def disabled(self) -> list[DbtNode]:
        """The resources that are disabled; their unique ids need not be unique."""
        rows = self._document.disabled()
        return [DbtNode(self._document, -1 - index, row) for index, row in enumerate(rows)]

    def dependencies(self, unique_id: str) -> list[str]:
        """What a resource depends on directly, in the order of its ``depends_on``.

        Raises:
            ManifestError: There is no such resource; so for all questions about one.
        """
        return self._document.dependencies(self._asked(unique_id))

    def dependents(self, unique_id: str) -> list[str]:
        """What depends on a resource directly, in the manifest's order."""
        return self._document.dependents(self._asked(unique_id))

    def ancestors(self, unique_id: str, depth: int | None = None) -> list[str]:
        """All that a resource depends on, at most `depth` steps away, in the manifest's order.

        Raises:
            TypeError: `depth` is no integer.
            ValueError: It is negative.
        """
        return self._document.ancestors(self._asked(unique_id), checked_depth(depth))

    def descendants(self, unique_id: str, depth: int | None = None) -> list[str]:
        """All that depends on a resource; `depth` and errors as with `ancestors`."""
        return self._document.descendants(self._asked(unique_id), checked_depth(depth))

    def dangling(self) -> list[str]:
        """The unique ids that resources depend on and that the manifest does not have."""
        return self._document.dangling()

    def topological_order(self) -> list[str]:
        """All resources but macros, docs and groups, each behind what it depends on.

        Of those that could come next, the first in the manifest does.

        Raises:
            ManifestError: There is a cycle.
        """
        return self._document.topological_order()

    def find_cycle(self) -> list[str] | None:
        """Resources of which each depends on the next and the last on the first; None if there are none."""
        return self._document.find_cycle()

    def subgraph(self, unique_ids: Iterable[str]) -> dict[str, list[str]]:
        """The dependencies of some resources on each other, by unique id in the given order.

        Raises:
            ManifestError: One of them is not there.
        """
        wanted = dict.fromkeys(unique_ids)
        return {
            unique_id: [parent for parent in self.dependencies(unique_id) if parent in wanted]
            for unique_id in wanted
        }

    def resolve_ref(
        self,
        name: str,
        package: str | None = None,
        version: str | float | None = None,
        *,
        within: str | None = None,
    ) -> DbtNode:
        """What ``ref`` leads to: a model, seed or snapshot.

        Without a package, those of the package that refers (`within`) come first, then the project's own,
        then others. Without a version, a versioned model's latest version is meant.

        Raises:
            ManifestError: There is none, or more than one.
        """
        return self[self._references.ref(name, package, version, within)]

    def resolve_source(
        self, source_name: str, table_name: str, package: str | None = None, *, within: str | None = None
    ) -> DbtNode:
        """What ``source`` leads to; packages as with `resolve_ref`.

        Raises:
            ManifestError: There is none, or more than one.
        """
        return self[self._references.source(source_name, table_name, package, within)]

    def renderer(self, project_dir: str | None = None) -> Renderer:
        """What renders templates; `confiture.dbt.render` asks it.

        Args:
            project_dir: The directory of ``dbt_project.yml``, whose variables are read once.

        Raises:
            ManifestError: The project's file cannot be used.
        """
        from confiture.dbt.rendering import Renderer

        known = self._renderers.get(project_dir)
        if known is None:
            known = self._renderers[project_dir] = Renderer(self, project_dir)
        return known

    def to_json(self, layout: Literal["kept", "dbt", "compact"] = "kept") -> bytes:
        """The manifest as JSON.

        Args:
            layout: ``"kept"``: the bytes that were read; ``"dbt"``: the white space and the escapes that dbt
                writes; ``"compact"``: no white space. Values, order and the spelling of numbers are the same.
        """
        return self._document.to_json(layout)
