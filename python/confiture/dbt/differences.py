"""How one resource differs from what it was: which keys, with their values, and what each is about.

What differs from machine to machine or from run to run is no difference: times, absolute paths, what was
compiled, the database and schema that a target gives. Neither is what only follows from something else that
is told, such as the checksum of a body, or the references in it.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import UNSET

from confiture.dbt.text_differences import differing_lines
from confiture.models.dbt_changes import DbtDifference

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

__all__ = ["NOISE", "Target", "differences"]

_Fields = dict[str, Any]

#: Fields that say where and when a manifest was written, or what was made of a resource since.
NOISE = (
    "_event_status",
    "_pre_injected_sql",
    "build_path",
    "compiled",
    "compiled_code",
    "compiled_path",
    "created_at",
    "deferred",
    "defer_relation",
    "extra_ctes",
    "extra_ctes_injected",
    # Of semantic models; the model tells it.
    "node_relation",
    "previous_batch_results",
    "root_path",
)

#: Fields that follow from others; they are told only where nothing else is.
_FOLLOWING = (
    "checksum",
    "doc_blocks",
    "metrics",
    "refs",
    "relation_name",
    "sources",
    "unrendered_config",
    "unrendered_database",
    "unrendered_schema",
)

#: Lists in which neither order nor repetition means anything.
_SETS = (
    "tags",
    "config.tags",
    "depends_on.nodes",
    "depends_on.macros",
    "config.packages",
    "supported_languages",
)

_CATEGORIES = {
    "access": "access",
    "alias": "relation",
    "checksum": "body",
    "columns": "column",
    "config": "config",
    "constraints": "contract",
    "contract": "contract",
    "database": "relation",
    "depends_on": "dependency",
    "deprecation_date": "version",
    "description": "description",
    "doc_blocks": "description",
    "block_contents": "description",
    "fqn": "path",
    "group": "group",
    "identifier": "relation",
    "language": "body",
    "latest_version": "version",
    "macro_sql": "body",
    "meta": "meta",
    "original_file_path": "path",
    "package_name": "path",
    "patch_path": "path",
    "path": "path",
    "raw_code": "body",
    "refs": "dependency",
    "relation_name": "relation",
    "schema": "relation",
    "sources": "dependency",
    "metrics": "dependency",
    "tags": "tags",
    "unrendered_config": "config",
    "version": "version",
}

#: What the keys of a config are about, where that is not the config.
_OF_CONFIG = {
    "access": "access",
    "alias": "relation",
    "contract": "contract",
    "database": "relation",
    "freshness": "source",
    "group": "group",
    "loaded_at_field": "source",
    "loaded_at_query": "source",
    "meta": "meta",
    "schema": "relation",
    "tags": "tags",
}

#: Keys of a config that are fields of the resource, too, or were in another version of dbt.
_REPEATED = ("access", "group", "meta", "tags", "contract", "freshness", "loaded_at_field", "loaded_at_query")

#: What is in a source's own words.
_OF_SOURCES = (
    "external",
    "freshness",
    "loaded_at_field",
    "loaded_at_query",
    "loader",
    "quoting",
    "source_description",
    "source_meta",
    "source_name",
)

#: Types of resources whose other fields are what they are defined by.
_DEFINED = (
    "exposure",
    "function",
    "group",
    "macro",
    "metric",
    "saved_query",
    "semantic_model",
    "test",
    "unit_test",
)

_RELATION = ("database", "schema", "alias")

#: Where what is configured for a source's relation is written.
_UNRENDERED = {"database": "unrendered_database", "schema": "unrendered_schema"}


class Target(NamedTuple):
    """Where a manifest's relations are if nothing is configured for them.

    Attributes:
        database: The target's database; None if that is not known.
        schema: The target's schema.
    """

    database: str | None
    schema: str | None


def differences(
    kind: str,
    new: _Fields,
    old: _Fields,
    names: Collection[str],
    *,
    targets: Callable[[], tuple[Target, Target]],
    is_one_version: bool,
) -> list[DbtDifference]:
    """What differs in a resource, by category and key.

    Args:
        kind: Its type.
        new: The resource now.
        old: The resource before.
        names: The fields that may differ.
        targets: Gives the targets of now and before.
        is_one_version: Whether one version of dbt wrote both. Else, a field that one side alone has says
            nothing about the project.
    """
    found: list[DbtDifference] = []
    comparison = _Comparison(kind, new, old, targets, is_one_version)
    for is_following in (False, True):
        if found and is_following:
            break
        for name in names:
            if name not in NOISE and (name in _FOLLOWING) == is_following:
                found += comparison.field(name)
    return sorted(found, key=lambda difference: (difference.category, difference.key))


class _Comparison:
    """A resource, before and now."""

    def __init__(
        self,
        kind: str,
        new: _Fields,
        old: _Fields,
        targets: Callable[[], tuple[Target, Target]],
        is_one_version: bool,
    ) -> None:
        self._kind = kind
        self._targets = targets
        self._new = new
        self._old = old
        self._is_one_version = is_one_version

    def _is_same(self, path: str, new: object, old: object) -> bool:
        return _is_same(path, new, old, is_partial=not self._is_one_version)

    def field(self, name: str) -> Iterator[DbtDifference]:
        """What differs in a field."""
        new, old = self._new.get(name), self._old.get(name)
        if name == "exports":
            new, old = _exports_as_configured(new, old, self._targets())
        if self._is_of_one_version(name, self._new, self._old) or self._is_same(name, new, old):
            return
        if not self._is_one_version and (
            name == "unrendered_config" or (self._kind == "macro" and name == "arguments")
        ):
            # Versions of dbt take them from other places.
            return
        if name in ("config", "depends_on") and isinstance(new, dict) and isinstance(old, dict):
            yield from self._members(name, new, old)
        elif name == "columns" and isinstance(new, dict) and isinstance(old, dict):
            yield from self._columns(new, old)
        elif name == "contract" and isinstance(new, dict) and isinstance(old, dict):
            yield from self._contract(new, old)
        elif not self._is_told_elsewhere(name):
            yield _difference(self._category(name), name, new, old)

    def _is_of_one_version(self, name: str, new: _Fields, old: _Fields) -> bool:
        """Whether a field is only there as another version of dbt wrote it."""
        return not self._is_one_version and (name not in new or name not in old)

    def _category(self, name: str) -> str:
        if self._kind == "source" and name in _OF_SOURCES:
            return "source"
        return _CATEGORIES.get(name) or ("definition" if self._kind in _DEFINED else "other")

    def _is_told_elsewhere(self, name: str) -> bool:
        """Whether a field's difference is the environment's, or that of a key of the config."""
        if name in _RELATION:
            configs = [_object(fields.get("config")) for fields in (self._new, self._old)]
            is_in_config = self._kind != "source" and not self._is_same(
                name, *(config.get(name) for config in configs)
            )
            return is_in_config or not self._is_configured_otherwise(name)
        if name == "relation_name":
            return not any(map(self._is_configured_otherwise, _RELATION)) and not self._has_another(
                "identifier"
            )
        if name in ("fqn", "path"):
            return self._has_another("original_file_path")
        # That of a file with code changes with whatever else is in the file: snapshots, the project.
        return name == "checksum" and bool(self._new.get("raw_code") and self._old.get("raw_code"))

    def _has_another(self, name: str) -> bool:
        return not self._is_same(name, self._new.get(name), self._old.get(name))

    def _is_configured_otherwise(self, name: str) -> bool:
        """Whether a part of a relation's name is another one by what the project says.

        A target has a database and a schema of its own, and a person their own schema.
        """
        if self._kind == "source":
            unrendered = _UNRENDERED.get(name, name)
            if unrendered in self._new and unrendered in self._old:
                return self._has_another(unrendered) or self._is_default_of_source(name)
            if name == "database":
                values = self._new.get(name), self._old.get(name)
                if values == tuple(target.database for target in self._targets()):
                    return False
            return self._has_another(name)
        told = [_object(fields.get("unrendered_config")) for fields in (self._new, self._old)]
        return not self._is_same(name, told[0].get(name), told[1].get(name))

    def _is_default_of_source(self, name: str) -> bool:
        """Whether a source's schema is its name, as nothing else is configured, and another one."""
        unrendered = _UNRENDERED[name]
        return name == "schema" and self._new[unrendered] is None and self._has_another(name)

    def _members(self, name: str, new: _Fields, old: _Fields) -> Iterator[DbtDifference]:
        unrendered = [_object(fields.get("unrendered_config")) for fields in (self._new, self._old)]
        for key in (*new, *(key for key in old if key not in new)):
            path = f"{name}.{key}"
            if self._is_of_one_version(key, new, old) or self._is_same(path, new.get(key), old.get(key)):
                continue
            if name == "config" and _is_rendered_otherwise(key, *unrendered):
                continue
            category = self._category(name) if name != "config" else _OF_CONFIG.get(key, "config")
            if path == "depends_on.macros":
                # What is called follows from the body, and what a macro's text does is told by the macro.
                continue
            if path == "depends_on.nodes" and self._has_another("raw_code"):
                continue
            is_repeated = name == "config" and key in _REPEATED
            if is_repeated and key in self._new and key in self._old and self._has_another(key):
                continue
            shown = key if is_repeated else path
            yield _difference(category, shown, new.get(key, UNSET), old.get(key, UNSET))

    def _contract(self, new: _Fields, old: _Fields) -> Iterator[DbtDifference]:
        for key in (*new, *(key for key in old if key not in new)):
            if self._is_of_one_version(key, new, old) or self._is_same(key, new.get(key), old.get(key)):
                continue
            if key == "checksum" and new.get("enforced") != old.get("enforced"):
                continue
            yield _difference("contract", f"contract.{key}", new.get(key), old.get(key))

    def _columns(self, new: _Fields, old: _Fields) -> Iterator[DbtDifference]:
        for key in (*new, *(key for key in old if key not in new)):
            path = f"columns.{key}"
            if key not in old or key not in new:
                yield _difference("column", path, new.get(key, UNSET), old.get(key, UNSET))
                continue
            mine, others = new[key], old[key]
            if not isinstance(mine, dict) or not isinstance(others, dict):
                if not self._is_same(path, mine, others):
                    yield _difference("column", path, mine, others)
                continue
            for field in (*mine, *(field for field in others if field not in mine)):
                if field == "doc_blocks" or self._is_of_one_version(field, mine, others):
                    continue
                if field == "config" and any(
                    not self._is_same(key, mine.get(key), others.get(key)) for key in ("meta", "tags")
                ):
                    # It repeats them.
                    continue
                if not self._is_same(field, mine.get(field), others.get(field)):
                    yield _difference(
                        "column", f"{path}.{field}", mine.get(field, UNSET), others.get(field, UNSET)
                    )


def _exports_as_configured(new: object, old: object, targets: tuple[Target, Target]) -> tuple[object, object]:
    """Exports of a saved query now and before, without where the targets put them."""
    if not isinstance(new, list) or not isinstance(old, list):
        return new, old
    pairs = [
        _export_as_configured(*pair, targets) if all(isinstance(export, dict) for export in pair) else pair
        for pair in zip(new, old, strict=False)
    ]
    return (
        [pair[0] for pair in pairs] + new[len(pairs) :],
        [pair[1] for pair in pairs] + old[len(pairs) :],
    )


def _export_as_configured(
    new: _Fields, old: _Fields, targets: tuple[Target, Target]
) -> tuple[_Fields, _Fields]:
    if "unrendered_config" in new and "unrendered_config" in old:
        mine, others = (
            {key: value for key, value in export.items() if key != "config"} for export in (new, old)
        )
        return mine, others
    # Older versions of dbt tell what became of the configuration alone.
    given = [{"database": target.database, "schema_name": target.schema} for target in targets]
    configs = [_object(export.get("config")) for export in (new, old)]
    aside = {
        key for key in given[0] if [config.get(key) for config in configs] == [one[key] for one in given]
    }
    mine, others = (
        {**export, "config": {key: value for key, value in config.items() if key not in aside}}
        for export, config in zip((new, old), configs, strict=True)
    )
    return mine, others


def _is_rendered_otherwise(key: str, new: _Fields, old: _Fields) -> bool:
    """Whether a template that did not change gives another value now, as an environment does."""
    told = new.get(key)
    return told is not None and "{{" in str(told) and _is_same(key, told, old.get(key))


def _difference(category: str, key: str, new: Any, old: Any) -> DbtDifference:
    if isinstance(new, str) and isinstance(old, str) and ("\n" in new or "\n" in old or category == "body"):
        lines = tuple(map(_holdable, differing_lines(old, new)))
        return DbtDifference(category=category, key=_holdable(key), lines=lines)
    return DbtDifference(category=category, key=_holdable(key), old=_holdable(old), new=_holdable(new))


def _holdable(value: Any) -> Any:
    """A value that an artifact can hold: numbers that are none and surrogates are written out."""
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {_holdable(key): _holdable(item) for key, item in value.items()}
    return [_holdable(item) for item in value] if isinstance(value, list) else value


def _is_same(path: str, new: object, old: object, *, is_partial: bool = False) -> bool:
    """Whether two values say the same: nothing is nothing, however it is written.

    Args:
        path: The path of the key.
        new: The value now.
        old: The value before.
        is_partial: Whether keys that one of them alone has do not count.
    """
    if path in _SETS and isinstance(new, list | str | None) and isinstance(old, list | str | None):
        new, old = ([value] if isinstance(value, str) else value or [] for value in (new, old))
        texts = [sorted({str(item) for item in value}) for value in (new, old)]
        return texts[0] == texts[1]
    if _is_nothing(new) and _is_nothing(old):
        return True
    return _is_equal(new, old, is_partial)


def _is_nothing(value: object) -> bool:
    return value is None or value is UNSET or value in ("", [], {})


def _is_equal(new: object, old: object, is_partial: bool) -> bool:
    """Whether two values of JSON are equal; true is not 1. They are nested at most 200 levels deep."""
    if isinstance(new, bool) or isinstance(old, bool):
        return new is old
    if isinstance(new, dict) and isinstance(old, dict):
        keys = new.keys() & old.keys()
        has_same_keys = is_partial or len(keys) == len(new) == len(old)
        return has_same_keys and all(_is_equal(new[key], old[key], is_partial) for key in keys)
    if isinstance(new, list) and isinstance(old, list):
        return len(new) == len(old) and all(
            _is_equal(*pair, is_partial) for pair in zip(new, old, strict=True)
        )
    # What is no number is not equal to itself.
    return new == old or (new != new and old != old)


def _object(value: object) -> _Fields:
    """The value if it is an object, else an empty one: what later versions of dbt write is not checked."""
    return value if isinstance(value, dict) else {}
