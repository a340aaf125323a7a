"""What was probably meant by something that selects nothing."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from confiture.config.suggestions import listed
from confiture.dbt.selection.criteria import parse_criterion
from confiture.dbt.selection.freshness import FRESHER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confiture.dbt.selection.criteria import Criterion
    from confiture.dbt.selection.methods import Methods
    from confiture.dbt.selection.resources import Resource, Resources

__all__ = ["hint_for"]

_WILDCARDS = frozenset("*?[]")

#: Methods whose values are names of resources that stand under a key of the manifest.
_NAMED = {
    "exposure": "exposures",
    "metric": "metrics",
    "saved_query": "saved_queries",
    "semantic_model": "semantic_models",
    "unit_test": "unit_tests",
}


def hint_for(text: str, resources: Resources, methods: Methods) -> str | None:
    """What to write instead of a part that selects nothing; None if nothing is like it.

    Args:
        text: The part: criteria with commas between them.
        resources: The resources of the manifest.
        methods: What criteria find.
    """
    if not text:
        return "Write what to select, as in +customers or tag:nightly."
    parts = [parse_criterion(part) for part in text.split(",")]
    missing = [part for part in parts if part.method != "selector" and not methods.found(part)]
    if not missing:
        return (
            "Each of its parts selects something, but nothing is in all of them." if len(parts) > 1 else None
        )
    criterion = missing[0]
    value = str(criterion.value)
    if criterion.method == "source_status":
        return None if value == FRESHER else f"Only source_status:{FRESHER} finds anything."
    if _WILDCARDS & {*value} or criterion.method in (
        "state",
        "result",
        "version",
        "resource_type",
        "test_type",
    ):
        return None
    owners = _owners(criterion, resources, methods)
    disabled = [
        node.unique_id
        for node in resources.manifest.disabled()
        if value in (node.get("name"), node.unique_id)
    ]
    if disabled:
        return f"It is disabled: {disabled[0]}."
    if value in resources.by_id:
        return f"Write {_selector_of(resources.by_id[value])} for {value}."
    near = get_close_matches(value, owners, n=3, cutoff=0.6)
    return f"Did you mean {listed(near)}?" if near else None


def _selector_of(resource: Resource) -> str:
    if resource.kind == "source":
        return f"source:{resource.source}.{resource.name}"
    if resource.kind in _NAMED:
        return f"{resource.kind}:{resource.name}"
    return ".".join(resource.fqn)


def _owners(criterion: Criterion, resources: Resources, methods: Methods) -> list[str]:
    """The values that the method would find something by."""
    values: Iterable[str]
    if criterion.method == "fqn":
        values = (name for resource in resources if resource.kind != "test" for name in _names(resource))
    elif criterion.method == "tag":
        values = (tag for resource in resources for tag in methods.tags(resource))
    elif criterion.method == "source":
        sources = list(resources.of("sources"))
        values = [source.source for source in sources] + [
            f"{source.source}.{source.name}" for source in sources
        ]
    elif criterion.method in _NAMED:
        values = (resource.name for resource in resources.of(_NAMED[criterion.method]))
    elif criterion.method == "package":
        values = (resource.package for resource in resources)
    elif criterion.method == "file":
        values = (resource.path.rpartition("/")[2] for resource in resources)
    elif criterion.method == "path":
        values = (resource.path for resource in resources)
    elif criterion.method == "group":
        configs = (resource.get("config") for resource in resources)
        groups = (config.get("group") for config in configs if isinstance(config, dict))
        values = (group for group in groups if isinstance(group, str))
    else:
        values = ()
    return sorted({*values})


def _names(resource: Resource) -> list[str]:
    if resource.kind == "source":
        return [f"source:{resource.source}.{resource.name}"]
    return [resource.name, *resource.fqn[:-1], ".".join(resource.fqn)]
