"""What ``state:`` and ``result:`` compare with, and when a resource counts as modified there.

These are the rules by which dbt itself decides (https://docs.getdbt.com/reference/node-selection/methods#state);
``confiture.dbt.compare`` tells more, and why.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from confiture.dbt.manifest import DbtManifest
from confiture.dbt.selection.contracts import refuse_broken_contracts
from confiture.dbt.selection.failures import results_unreadable, state_missing
from confiture.dbt.selection.reading import results_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from confiture.dbt.selection.criteria import Criterion
    from confiture.dbt.selection.resources import Resource, Resources

__all__ = ["STATES", "ModifiedMacros", "PreviousState"]

STATES = (
    "modified",
    "modified.body",
    "modified.configs",
    "modified.contract",
    "modified.macros",
    "modified.persisted_descriptions",
    "modified.relation",
    "new",
    "old",
    "unmodified",
)

#: Those for which dbt looks at contracts.
_WITH_CONTRACTS = ("modified", "modified.contract", "unmodified")

_Fields = dict[str, Any]

#: What no configuration of a node is compared by, as it is a part of its relation, or of no consequence.
_UNCOMPARED = ("alias", "schema", "database", "tags", "group")

#: What alone the configurations of tests are compared by.
_OF_TESTS = (
    "severity",
    "where",
    "limit",
    "fail_calc",
    "warn_if",
    "error_if",
    "store_failures",
    "store_failures_as",
    "sql_header",
)

#: Fields that no comparison asks for and that are other ones in every manifest.
_MEANINGLESS = ("created_at", "root_path", "compiled_path", "build_path", "compiled_code")

_RELATION = ("database", "schema", "alias")

#: By the manifest's key: the fields that count, for what is compared field by field.
_COMPARED = {
    "sources": (
        "fqn",
        "database",
        "schema",
        "identifier",
        "quoting",
        "freshness",
        "loaded_at_field",
        "external",
    ),
    "exposures": ("fqn", "type", "owner", "maturity", "url", "description", "label"),
    "metrics": ("type", "description", "label"),
    "semantic_models": (
        "model",
        "description",
        "defaults",
        "entities",
        "dimensions",
        "measures",
        "config",
        "primary_entity",
        "group",
    ),
    "saved_queries": ("description", "label", "config", "group", "tags"),
    "unit_tests": ("checksum",),
}

#: By type of nodes: the fields that what refers to them depends on.
_REFERRED_TO = {
    "model": ("latest_version", "access", "deprecation_date"),
    "function": ("arguments", "returns"),
}

#: What a resource that was not there before does not count as modified for.
_NEVER_NEW = ("sources", "exposures", "metrics", "semantic_models", "saved_queries")


class PreviousState:
    """What a project was like before.

    Args:
        manifest: Its manifest then; None if there is none.
        results_path: Where the results of a run are; None if nowhere.
        sources_path: Where it is told how fresh sources were; None if nowhere.

    Attributes:
        sources_path: As given.
    """

    def __init__(
        self,
        manifest: DbtManifest | None,
        results_path: str | None = None,
        sources_path: str | None = None,
    ) -> None:
        self._manifest = manifest
        self._results_path = results_path
        self.sources_path = sources_path
        #: What was compared last, and how.
        self._compared: tuple[Resources, _Comparison] | None = None

    @classmethod
    def in_directory(cls, directory: str | os.PathLike[str]) -> PreviousState:
        """The state of a directory that dbt wrote to.

        Raises:
            ManifestError: It has no manifest and nothing else, or the manifest cannot be read.
        """
        manifest, results, sources = (
            os.path.join(directory, name) for name in ("manifest.json", "run_results.json", "sources.json")
        )
        has_manifest, has_results, has_sources = map(os.path.exists, (manifest, results, sources))
        # Where there is nothing, the error is that of loading.
        is_loaded = has_manifest or not (has_results or has_sources)
        return cls(
            DbtManifest.load(manifest) if is_loaded else None,
            results if has_results else None,
            sources if has_sources else None,
        )

    def results(self) -> list[tuple[str, str]] | None:
        """Unique id and status of what was run; None if that is not known.

        Raises:
            ManifestError: They cannot be read.
        """
        if self._results_path is None:
            return None
        try:
            results = results_in(self._results_path)
            return [(str(result["unique_id"]), str(result["status"])) for result in results]
        except (OSError, ValueError, KeyError) as error:
            raise results_unreadable(self._results_path) from error

    def changed(self, now: Resources, among: Iterable[Resource], criterion: Criterion) -> Iterator[Resource]:
        """Those of some resources that are as a value of ``state:``, one of `STATES`, says.

        Raises:
            ManifestError: There is no manifest to compare with, or a versioned model broke its contract.
        """
        if self._manifest is None:
            raise state_missing(
                criterion.text, "a manifest to compare with", "dbt parse writes manifest.json."
            )
        if self._compared is None or self._compared[0] is not now:
            self._compared = now, _Comparison(now.manifest, self._manifest)
        comparison = self._compared[1]
        if criterion.value in _WITH_CONTRACTS:
            comparison.refuse_broken_contracts(criterion.text, now)
        check: Callable[[Resource], bool] = getattr(comparison, f"is_{criterion.value.replace('.', '_')}")
        return (resource for resource in among if check(resource))


class ModifiedMacros:
    """The macros that are not what they were, and what they reach.

    Args:
        now: The manifest.
        before: The manifest that it is compared with.
    """

    def __init__(self, now: DbtManifest, before: DbtManifest) -> None:
        texts = [
            {
                macro.unique_id: macro.get("macro_sql")
                for macro in manifest.resources()
                if macro.collection == "macros"
            }
            for manifest in (before, now)
        ]
        old, new = texts
        #: The unique ids of macros that have another text, or are there on one side alone.
        self.modified = {
            unique_id
            for unique_id in old.keys() | new.keys()
            if old.get(unique_id, 0) != new.get(unique_id, 0)
        }
        #: What macros call directly.
        self._calls: dict[str, list[str]] = {}
        #: How many calls lead from a macro to a modified one at least; of those from which any do.
        self._steps = dict.fromkeys(self.modified, 0)
        if self.modified:
            self._calls = {
                macro.unique_id: called_macros(macro.get("depends_on"))
                for macro in now.resources()
                if macro.collection == "macros"
            }
            self._find_steps()

    def _find_steps(self) -> None:
        callers: dict[str, list[str]] = {}
        for macro, called in self._calls.items():
            for one in called:
                callers.setdefault(one, []).append(macro)
        border = list(self._steps)
        while border:
            following = []
            for macro in border:
                for caller in callers.get(macro, ()):
                    if caller not in self._steps:
                        self._steps[caller] = self._steps[macro] + 1
                        following.append(caller)
            border = following

    def is_called(self, depends_on: object) -> bool:
        """Whether a resource calls a modified macro, itself or through other macros.

        Args:
            depends_on: The resource's ``depends_on``.
        """
        return bool(self._steps) and not self._steps.keys().isdisjoint(called_macros(depends_on))

    def path_from(self, depends_on: object) -> list[str] | None:
        """The shortest way from a resource to a modified macro, through macros that call it; or None.

        Of several that are as short, it is that of the macro that is called first.

        Args:
            depends_on: The resource's ``depends_on``.
        """
        steps = self._steps
        called = [macro for macro in called_macros(depends_on) if macro in steps] if steps else []
        path = []
        while called:
            nearest = min(called, key=steps.__getitem__)
            path.append(nearest)
            if not steps[nearest]:
                return path
            called = [macro for macro in self._calls[nearest] if macro in steps]
        return None


def called_macros(depends_on: object) -> list[str]:
    """The macros in a value of ``depends_on``."""
    macros = depends_on.get("macros") if isinstance(depends_on, dict) else None
    return [macro for macro in macros if isinstance(macro, str)] if isinstance(macros, list) else []


class _Comparison:
    """Which resources are new or modified; the methods are named after the values of ``state:``."""

    def __init__(self, now: DbtManifest, before: DbtManifest) -> None:
        self._now = now
        self._before = before
        self._macros = ModifiedMacros(now, before)
        told = now._document.differing(before._document, _MEANINGLESS)
        #: The unique ids of what is not the same on both sides, field by field.
        self._differing = {unique_id for unique_id, _ in told}

    def refuse_broken_contracts(self, text: str, now: Resources) -> None:
        """Refuse a criterion if a versioned model does not keep the contract that it had."""
        refuse_broken_contracts(text, now, self._before, self._differing)

    def _is_same(self, resource: Resource) -> bool:
        return resource.unique_id not in self._differing and resource.unique_id in self._before

    def _old(self, resource: Resource) -> _Fields | None:
        old = self._before.get(resource.unique_id)
        return None if old is None else old.to_dict()

    def is_new(self, resource: Resource) -> bool:
        return resource.unique_id not in self._before

    def is_old(self, resource: Resource) -> bool:
        return resource.unique_id in self._before

    def is_unmodified(self, resource: Resource) -> bool:
        return not self.is_modified(resource)

    def is_modified(self, resource: Resource) -> bool:
        return self._has_other_content(resource) or self.is_modified_macros(resource)

    def is_modified_macros(self, resource: Resource) -> bool:
        return self._macros.is_called(resource.get("depends_on"))

    def is_modified_body(self, resource: Resource) -> bool:
        return _is_node(resource) and self._differs(resource, _has_other_body)

    def is_modified_configs(self, resource: Resource) -> bool:
        return resource.collection != "unit_tests" and self._differs(resource, _has_other_config)

    def is_modified_persisted_descriptions(self, resource: Resource) -> bool:
        return _is_node(resource) and self._differs(resource, _has_other_persisted_description)

    def is_modified_relation(self, resource: Resource) -> bool:
        is_asked = _is_node(resource) or resource.collection == "sources"
        return is_asked and self._differs(resource, _has_other_relation)

    def is_modified_contract(self, resource: Resource) -> bool:
        return _is_node(resource) and self._differs(resource, _has_other_contract)

    def _differs(self, resource: Resource, compare: Callable[[Resource, _Fields, _Fields], bool]) -> bool:
        if self._is_same(resource):
            return False
        old = self._old(resource)
        return old is None or compare(resource, self._new(resource), old)

    def _new(self, resource: Resource) -> _Fields:
        return self._now[resource.unique_id].to_dict()

    def _has_other_content(self, resource: Resource) -> bool:
        if self._is_same(resource):
            return False
        old = self._old(resource)
        if old is None:
            return resource.collection not in _NEVER_NEW
        new = self._new(resource)
        if not _is_node(resource):
            return _has_other_fields(resource, new, old)
        if resource.kind == "test" and isinstance(new.get("test_metadata"), dict):
            return _has_other_config(resource, new, old) or new.get("fqn") != old.get("fqn")
        return any(compare(resource, new, old) for compare in _OF_NODES)


def _is_node(resource: Resource) -> bool:
    return resource.collection in ("nodes", "functions")


def _has_other_body(resource: Resource, new: _Fields, old: _Fields) -> bool:
    field = "checksum" if resource.kind == "seed" else "raw_code"
    return bool(new.get(field) != old.get(field))


def _has_other_config(resource: Resource, new: _Fields, old: _Fields) -> bool:
    if resource.collection in ("semantic_models", "saved_queries"):
        return bool(new.get("config") != old.get("config"))
    mine, others = (_object(fields, "unrendered_config") for fields in (new, old))
    keys = {*mine, *others}
    if resource.kind == "test":
        keys &= {*_OF_TESTS}
    elif _is_node(resource):
        keys -= {*_UNCOMPARED}
    elif resource.collection == "metrics":
        keys -= {"group"}
    return any(key not in mine or key not in others or mine[key] != others[key] for key in keys)


def _has_other_persisted_description(resource: Resource, new: _Fields, old: _Fields) -> bool:
    persisted = _object(_object(new, "config"), "persist_docs")
    if persisted.get("relation") and new.get("description") != old.get("description"):
        return True
    return bool(persisted.get("columns")) and _column_descriptions(new) != _column_descriptions(old)


def _column_descriptions(fields: _Fields) -> dict[str, Any]:
    columns = _object(fields, "columns")
    return {name: _object(columns, name).get("description") for name in columns}


def _has_other_fqn(resource: Resource, new: _Fields, old: _Fields) -> bool:
    return bool(new.get("fqn") != old.get("fqn"))


def _has_other_relation(resource: Resource, new: _Fields, old: _Fields) -> bool:
    if resource.collection == "sources":
        return any(new.get(name) != old.get(name) for name in ("database", "schema", "identifier"))
    # As configured: what a target makes of it is no change.
    mine, others = (_object(fields, "unrendered_config") for fields in (new, old))
    return any(mine.get(name) != others.get(name) for name in _RELATION)


def _has_other_contract(resource: Resource, new: _Fields, old: _Fields) -> bool:
    if resource.kind != "model":
        return False
    mine, others = (_object(fields, "contract") for fields in (new, old))
    is_enforced, was_enforced = bool(mine.get("enforced")), bool(others.get("enforced"))
    if not is_enforced and not was_enforced:
        return False
    return not (is_enforced and was_enforced and mine.get("checksum") == others.get("checksum"))


def _is_referred_to_otherwise(resource: Resource, new: _Fields, old: _Fields) -> bool:
    names = _REFERRED_TO.get(resource.kind, ())
    return any(new.get(name) != old.get(name) for name in names)


#: What makes a node another one.
_OF_NODES = (
    _has_other_body,
    _has_other_config,
    _has_other_persisted_description,
    _has_other_fqn,
    _has_other_relation,
    _has_other_contract,
    _is_referred_to_otherwise,
)


def _has_other_fields(resource: Resource, new: _Fields, old: _Fields) -> bool:
    names = _COMPARED.get(resource.collection, ())
    if any(new.get(name) != old.get(name) for name in names):
        return True
    if resource.collection in ("sources", "exposures", "metrics") and _has_other_config(resource, new, old):
        return True
    if resource.collection == "exposures":
        return _depended_on(new) != _depended_on(old)
    if resource.collection == "saved_queries":
        return _query_of(new) != _query_of(old)
    return False


def _depended_on(fields: _Fields) -> list[str]:
    nodes = _object(fields, "depends_on").get("nodes")
    return sorted(node for node in nodes if isinstance(node, str)) if isinstance(nodes, list) else []


def _query_of(fields: _Fields) -> list[Any]:
    params = _object(fields, "query_params")
    told = fields.get("exports")
    exports = [export for export in told if isinstance(export, dict)] if isinstance(told, list) else []
    configs = [_object(export, "unrendered_config") for export in exports]
    return [
        [export.get("name") for export in exports],
        [[config.get(key) for key in ("export_as", "schema", "alias")] for config in configs],
        *(params.get(key) for key in ("metrics", "group_by", "where")),
    ]


def _object(fields: _Fields, name: str) -> _Fields:
    """The object that a field has; an empty one if it has none: later versions of dbt are not checked."""
    value = fields.get(name)
    return value if isinstance(value, dict) else {}
