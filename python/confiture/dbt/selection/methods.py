"""What each method selects by (https://docs.getdbt.com/reference/node-selection/methods)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from confiture.dbt.selection.failures import invalid_value, state_missing
from confiture.dbt.selection.freshness import fresher_sources
from confiture.dbt.selection.paths import KnownPaths, parts_of
from confiture.dbt.selection.patterns import is_pattern, pattern_of
from confiture.dbt.selection.state import STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from confiture.dbt.selection.criteria import Criterion
    from confiture.dbt.selection.resources import Resource, Resources
    from confiture.dbt.selection.state import PreviousState

__all__ = ["RESOURCE_TYPES", "Methods"]

#: What resources can be, and be selected by.
RESOURCE_TYPES = (
    "analysis",
    "doc",
    "exposure",
    "fixture",
    "function",
    "group",
    "macro",
    "metric",
    "model",
    "operation",
    "rpc",
    "saved_query",
    "seed",
    "semantic_model",
    "snapshot",
    "source",
    "sql_operation",
    "test",
    "unit_test",
)

#: The version of dbt from which on there are types; the others are as old as any that is read.
_TYPES_SINCE = {
    "fixture": (1, 8),
    "function": (1, 11),
    "saved_query": (1, 7),
    "semantic_model": (1, 6),
    "unit_test": (1, 8),
}

_TEST_TYPES = ("data", "generic", "schema", "singular", "unit")
_VERSIONS = ("latest", "none", "old", "prerelease")

#: The version of dbt from which on all methods go through saved queries, too.
_ALL_COLLECTIONS_SINCE = (1, 9)
#: The version from which on a wildcard without a dot also matches the last part of a longer name.
_LEAVES_SINCE = (1, 11)


class Methods:
    """What criteria find among the resources of a manifest.

    Args:
        resources: The resources.
        state: What to compare with; None if it was not given.
        target: The directory that the freshness of sources is told in now; None if it was not given.
    """

    def __init__(
        self,
        resources: Resources,
        state: PreviousState | None,
        target: str | os.PathLike[str] | None = None,
    ) -> None:
        self._resources = resources
        self._state = state
        self._target = target
        self._paths: KnownPaths | None = None
        self._has_all = resources.version >= _ALL_COLLECTIONS_SINCE
        self._has_leaves = resources.version >= _LEAVES_SINCE

    def found(self, criterion: Criterion) -> set[str]:
        """The unique ids of what a criterion selects itself, without relatives.

        Raises:
            ManifestError: The method does not take the value, or needs a state that was not given.
        """
        search: Callable[[Criterion], Iterable[Resource]] = getattr(self, f"_by_{criterion.method}")
        return {resource.unique_id for resource in search(criterion)}

    def _all(self) -> Iterator[Resource]:
        """What dbt goes through for most methods."""
        if self._has_all:
            return iter(self._resources)
        return (resource for resource in self._resources if resource.collection != "saved_queries")

    def _by_fqn(self, criterion: Criterion) -> Iterator[Resource]:
        matches = _name_matcher(str(criterion.value), has_leaves=self._has_leaves)
        for resource in self._resources:
            if resource.collection != "sources" and (
                matches(resource, resource.fqn) or matches(resource, resource.fqn[1:])
            ):
                yield resource

    def _by_tag(self, criterion: Criterion) -> Iterator[Resource]:
        matches = pattern_of(str(criterion.value))
        return (resource for resource in self._all() if any(map(matches, self.tags(resource))))

    @staticmethod
    def tags(resource: Resource) -> list[str]:
        """The tags of a resource; a unit test has them in its config alone."""
        tags = resource.get("tags")
        if resource.kind == "unit_test":
            tags = _config(resource).get("tags")
        tags = [tags] if isinstance(tags, str) else tags
        return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []

    def _by_group(self, criterion: Criterion) -> Iterator[Resource]:
        matches = pattern_of(str(criterion.value))
        for resource in self._resources.of("nodes", "metrics"):
            group = _config(resource).get("group")
            if group and isinstance(group, str) and matches(group):
                yield resource

    def _by_access(self, criterion: Criterion) -> Iterator[Resource]:
        return (model for model in self._models() if model.get("access") == criterion.value)

    def _models(self) -> Iterator[Resource]:
        return (resource for resource in self._resources.of("nodes") if resource.kind == "model")

    def _by_source(self, criterion: Criterion) -> Iterator[Resource]:
        value = str(criterion.value)
        parts = value.split(".")
        if len(parts) > 3:
            raise invalid_value(
                criterion.text, value, "a source is SOURCE, SOURCE.TABLE or PACKAGE.SOURCE.TABLE"
            )
        package, source, table = ("*", *parts, "*") if len(parts) == 1 else ("*", *parts)[-3:]
        fits = pattern_of(package), pattern_of(source), pattern_of(table)
        for resource in self._resources.of("sources"):
            if all(
                fit(name)
                for fit, name in zip(fits, (resource.package, resource.source, resource.name), strict=True)
            ):
                yield resource

    def _named(self, criterion: Criterion, collection: str) -> Iterator[Resource]:
        value = str(criterion.value)
        parts = value.split(".")
        if len(parts) > 2:
            words = criterion.method.replace("_", " ")
            raise invalid_value(criterion.text, value, f"the name of a {words} is NAME or PACKAGE.NAME")
        package, name = ("*", *parts)[-2:]
        is_package, is_name = pattern_of(package), pattern_of(name)
        for resource in self._resources.of(collection):
            if is_package(resource.package) and is_name(resource.name):
                yield resource

    def _by_exposure(self, criterion: Criterion) -> Iterator[Resource]:
        return self._named(criterion, "exposures")

    def _by_metric(self, criterion: Criterion) -> Iterator[Resource]:
        return self._named(criterion, "metrics")

    def _by_semantic_model(self, criterion: Criterion) -> Iterator[Resource]:
        return self._named(criterion, "semantic_models")

    def _by_saved_query(self, criterion: Criterion) -> Iterator[Resource]:
        return self._named(criterion, "saved_queries")

    def _by_unit_test(self, criterion: Criterion) -> Iterator[Resource]:
        return self._named(criterion, "unit_tests")

    def _by_path(self, criterion: Criterion) -> Iterator[Resource]:
        value = str(criterion.value)
        if value.startswith("/"):
            raise invalid_value(criterion.text, value, "paths start in the project's directory")
        if any("**" in part and part != "**" for part in parts_of(value)):
            raise invalid_value(criterion.text, value, "** stands alone between slashes")
        if self._paths is None:
            self._paths = KnownPaths(self._project_files())
        wanted = self._paths.matching(value)
        if not wanted:
            return
        for resource in self._all():
            parts = parts_of(resource.path)
            patch = resource.get("patch_path")
            patched = parts_of(patch.partition("://")[2]) if isinstance(patch, str) else None
            if patched in wanted or any(parts[:length] in wanted for length in range(len(parts) + 1)):
                yield resource

    def _project_files(self) -> Iterator[str]:
        """The files that the project itself has, told by all that comes from them."""
        manifest = self._resources.manifest
        project = manifest.metadata.get("project_name")
        columns = (
            self._resources.column(name) for name in ("package_name", "original_file_path", "patch_path")
        )
        for package, path, patch in zip(*columns, strict=True):
            if isinstance(path, str) and project in (None, package):
                yield path
            if isinstance(patch, str) and (project is None or patch.startswith(f"{project}://")):
                yield patch.partition("://")[2]
        for node in manifest.disabled():
            path = node.get("original_file_path")
            if isinstance(path, str) and project in (None, node.get("package_name")):
                yield path

    def _by_file(self, criterion: Criterion) -> Iterator[Resource]:
        matches = pattern_of(str(criterion.value))
        for resource in self._all():
            name = resource.path.replace("\\", "/").rpartition("/")[2]
            stem = name.rpartition(".")[0] if name.rfind(".") > 0 else name
            if matches(name) or matches(stem):
                yield resource

    def _by_package(self, criterion: Criterion) -> Iterator[Resource]:
        value = criterion.value
        if value == "this":
            value = self._resources.manifest.metadata.get("project_name") or value
        matches = pattern_of(str(value))
        return (resource for resource in self._all() if matches(resource.package))

    def _by_config(self, criterion: Criterion) -> Iterator[Resource]:
        if not criterion.arguments:
            raise invalid_value(
                criterion.text,
                str(criterion.value),
                "config is followed by a key, as in config.materialized:table",
            )
        is_severity = criterion.arguments == ("severity",)
        for resource in self._resources.of("nodes", "sources"):
            value: Any = _config(resource)
            for key in criterion.arguments:
                value = value[key] if isinstance(value, dict) and key in value else _Missing
            if value is not _Missing and _is_as_wanted(value, criterion.value, is_severity):
                yield resource

    def _by_resource_type(self, criterion: Criterion) -> Iterator[Resource]:
        version = self._resources.version
        known = [kind for kind in RESOURCE_TYPES if _TYPES_SINCE.get(kind, version) <= version]
        if criterion.value not in known:
            wanted = "there is no such type"
            if criterion.value in RESOURCE_TYPES:
                wanted = f"dbt {version[0]}.{version[1]}, which wrote the manifest, has no such type"
            raise invalid_value(criterion.text, str(criterion.value), wanted, known)
        return (resource for resource in self._all() if resource.kind == criterion.value)

    def _by_test_name(self, criterion: Criterion) -> Iterator[Resource]:
        matches = pattern_of(str(criterion.value))
        for resource in self._resources.of("nodes", "unit_tests"):
            metadata = resource.get("test_metadata") if resource.kind == "test" else None
            name = metadata.get("name") if isinstance(metadata, dict) else None
            if resource.kind == "unit_test":
                name = resource.name
            if isinstance(name, str) and matches(name):
                yield resource

    def _by_test_type(self, criterion: Criterion) -> Iterator[Resource]:
        if criterion.value not in _TEST_TYPES:
            raise invalid_value(
                criterion.text, str(criterion.value), "there is no such type of tests", _TEST_TYPES
            )
        for resource in self._resources.of("nodes", "unit_tests"):
            kind = "unit" if resource.kind == "unit_test" else None
            if resource.kind == "test":
                kind = "generic" if isinstance(resource.get("test_metadata"), dict) else "singular"
            if kind is not None and (
                kind == criterion.value
                or (criterion.value == "schema" and kind == "generic")
                or (criterion.value == "data" and kind != "unit")
            ):
                yield resource

    def _by_version(self, criterion: Criterion) -> Iterator[Resource]:
        if criterion.value not in _VERSIONS:
            raise invalid_value(
                criterion.text, str(criterion.value), "there is no such kind of version", _VERSIONS
            )
        for model in self._models():
            latest = model.get("latest_version")
            if criterion.value == "none":
                is_found = model.version is None
            elif criterion.value == "latest":
                is_found = model.version is not None and model.version == latest
            elif not model.version or not latest:
                is_found = False
            else:
                earlier, later = (
                    (model.version, latest) if criterion.value == "old" else (latest, model.version)
                )
                is_found = _is_before(earlier, later)
            if is_found:
                yield model

    def _by_state(self, criterion: Criterion) -> Iterable[Resource]:
        if criterion.value not in STATES:
            raise invalid_value(criterion.text, str(criterion.value), "there is no such state", STATES)
        if self._state is None:
            way_out = "Give the directory that its manifest.json is in: --state DIR."
            raise state_missing(criterion.text, "a manifest to compare with", way_out)
        return self._state.changed(self._resources, self._all(), criterion)

    def _by_result(self, criterion: Criterion) -> Iterator[Resource]:
        results = None if self._state is None else self._state.results()
        if results is None:
            way_out = "Give the directory that its run_results.json is in: --state DIR. dbt run writes it."
            raise state_missing(criterion.text, "the results of a run", way_out)
        wanted = {unique_id for unique_id, status in results if status == criterion.value}
        return (resource for resource in self._all() if resource.unique_id in wanted)

    def _by_source_status(self, criterion: Criterion) -> Iterator[Resource]:
        before = None if self._state is None else self._state.sources_path
        now = None if self._target is None else os.path.join(self._target, "sources.json")
        fresher = fresher_sources(criterion, before, now if now and os.path.exists(now) else None)
        return (resource for resource in self._all() if resource.unique_id in fresher)


class _Missing:
    """Stands for a config that does not have a key."""


def _config(resource: Resource) -> dict[str, Any]:
    config = resource.get("config")
    return config if isinstance(config, dict) else {}


def _is_as_wanted(value: object, wanted: object, is_severity: bool) -> bool:
    """Whether a value of a config is the one that is selected by, or a list that has it.

    Texts are no numbers, as in dbt: ``config.meta.priority:1`` does not find the number 1.
    """
    values = value if isinstance(value, list) else [value]
    word = str(wanted).upper()
    for one in values:
        if isinstance(one, bool):
            if word == str(one).upper():
                return True
        elif (type(one) is type(wanted) and one == wanted) or (
            is_severity and isinstance(one, str) and one.upper() == word
        ):
            return True
    return False


def _is_before(earlier: object, later: object) -> bool:
    try:
        return float(str(earlier)) < float(str(later))
    except ValueError:
        return str(earlier) < str(later)


def _name_matcher(value: str, *, has_leaves: bool) -> Callable[[Resource, list[str]], bool]:
    """Whether a qualified name, with its package or without, is what a value of ``fqn:`` means."""
    wanted = value.split(".")
    first_wildcard = next((index for index, part in enumerate(wanted) if is_pattern(part)), None)
    plain = wanted if first_wildcard is None else wanted[:first_wildcard]
    fits_rest = None if first_wildcard is None else pattern_of(".".join(wanted[first_wildcard:]))
    fits_leaf = pattern_of(value) if has_leaves and fits_rest is not None and len(wanted) == 1 else None
    last_two = "_".join(wanted[-2:])

    def matches(resource: Resource, fqn: list[str]) -> bool:
        if not fqn:
            return False
        leaf = fqn[-1]
        if resource.is_versioned and len(fqn) > 1:
            leaf = fqn[-2]
            if "_".join(fqn[-2:]) == last_two:
                return True
        if leaf == value:
            return True
        # Dots in names count as those between them.
        flat = ".".join(fqn).split(".")
        if len(flat) < len(wanted) or flat[: len(plain)] != plain:
            return False
        if fits_rest is None or fits_rest(".".join(flat[len(plain) :])):
            return True
        return fits_leaf is not None and fits_leaf(leaf)

    return matches
