"""Rendering of templates: what dbt would compile them to, without dbt."""

from __future__ import annotations

import os
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from confiture._backend import load_engine
from confiture._manifest_failures import manifest_cycle, unknown_resource
from confiture.dbt import template_failures as failures
from confiture.dbt.common_table_expressions import with_expressions
from confiture.dbt.loading import is_encodable
from confiture.dbt.project_variables import ProjectVariables
from confiture.dbt.relations import Relation, quoting_of, rendered_relation
from confiture.dbt.template_scope import Settings, TemplateScope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confiture._interface import DbtTemplates
    from confiture.dbt.manifest import DbtManifest
    from confiture.dbt.template_failures import Place

__all__ = ["RenderedNode", "Renderer", "render"]

#: A unique id, not a template: one word with at least two points that starts with a type.
_UNIQUE_ID = re.compile(
    r"(?:model|analysis|snapshot|test|operation|sql_operation|seed|source)(?:\.[^\s{}()'\"]+){2,}"
)

#: The first versions of dbt that put a space behind the expressions of ephemeral models, name these after
#: the models' aliases, and quote sources whatever the project says.
_SPACED, _ALIASED, _SOURCES_ON_THEIR_OWN = (1, 6), (1, 8), (1, 9)


def render(
    manifest: DbtManifest,
    template: str,
    *,
    vars: Mapping[str, Any] | None = None,  # noqa: A002
    env: Mapping[str, str] | None = None,
    target: Mapping[str, Any] | None = None,
    is_incremental: bool = False,
    project_dir: str | os.PathLike[str] | None = None,
) -> str:
    """What dbt compiles a resource's template, or any text, to.

    Args:
        manifest: The project.
        template: The unique id of a model, analysis, snapshot or singular test; or a text.
        vars: Variables that come before the project's, as ``--vars``.
        env: The environment variables; by default those of this process.
        target: The facts of the target, such as ``{"name": "dev", "schema": "main"}``; the adapter's type
            is known from the manifest.
        is_incremental: What ``is_incremental()`` is in an incremental model.
        project_dir: The directory of ``dbt_project.yml``, whose variables are read.

    Raises:
        ManifestError: There is no such resource; the template is wrong, does what is not supported, or takes
            too long; a name leads to nothing; a variable is not set.
    """
    directory = None if project_dir is None else os.fspath(project_dir)
    renderer = manifest.renderer(directory)
    return renderer.render(template, Settings(vars, env, target, is_incremental))


class RenderedNode:
    """What rendering needs of a resource."""

    def __init__(self, members: dict[str, Any], unique_id: str, resource_type: str) -> None:
        config = members.get("config")
        self.unique_id = unique_id
        self.resource_type = resource_type
        self.config: dict[str, Any] = config if isinstance(config, dict) else {}
        self.package = _text(members.get("package_name"))
        self.file = _text(members.get("original_file_path"))
        self.name = _text(members.get("name"))
        self.database = _text(members.get("database"))
        self.schema = _text(members.get("schema"))
        self.identifier = _text(members.get("alias")) or _text(members.get("identifier")) or self.name
        self.relation_name = _text(members.get("relation_name"))
        self.quoting = members.get("quoting") or self.config.get("quoting")
        self.language = _text(members.get("language")) or "sql"
        self.code = _text(members.get("raw_code"))
        self.access = _text(members.get("access")) or _text(self.config.get("access"))
        self.group = _text(members.get("group")) or _text(self.config.get("group"))
        self.is_ephemeral = resource_type == "model" and self.config.get("materialized") == "ephemeral"


class Renderer:
    """What is known of a manifest's templates; they are read once.

    Args:
        manifest: The project.
        directory: The directory of its ``dbt_project.yml``, or None.
    """

    def __init__(self, manifest: DbtManifest, directory: str | None) -> None:
        self._manifest = manifest
        metadata = manifest.metadata
        self.project = metadata.get("project_name")
        self.adapter_type = metadata.get("adapter_type")
        self.dbt_version = metadata.get("dbt_version")
        self._told_quoting = metadata.get("quoting")
        match = re.match(r"(\d{1,9})\.(\d{1,9})", str(self.dbt_version))
        #: What tells no version behaves as the newest.
        self._version = (1 << 30, 0) if match is None else (int(match[1]), int(match[2]))
        self.project_variables = ProjectVariables(directory)
        self._nodes: dict[str, RenderedNode] = {}
        self._referred: dict[tuple[Any, ...], RenderedNode] = {}

    @cached_property
    def _templates(self) -> DbtTemplates:
        try:
            return load_engine().DbtTemplates()
        except ModuleNotFoundError as error:
            if error.name != "jinja2":
                raise
            raise failures.jinja_missing() from None

    @cached_property
    def _macros(self) -> list[tuple[str, str]]:
        """The package and the name of each macro."""
        ids = [node.unique_id.split(".", 2) for node in self._manifest.resources("macro")]
        return [(parts[1], parts[2]) for parts in ids if len(parts) == 3]

    @cached_property
    def macro_names(self) -> frozenset[str]:
        """The names of all macros."""
        return frozenset(name for _, name in self._macros)

    @cached_property
    def macro_packages(self) -> frozenset[str]:
        """The packages that have macros."""
        return frozenset(package for package, _ in self._macros)

    @cached_property
    def own_macros(self) -> frozenset[str]:
        """The names of the project's own macros, which hide what dbt has by the same names."""
        return frozenset(name for package, name in self._macros if package == self.project)

    @cached_property
    def _quoting(self) -> object:
        """The project's quoting: older versions of dbt do not write it, but relations that follow it."""
        if isinstance(self._told_quoting, dict):
            return self._told_quoting
        for node in self._manifest.resources("model"):
            found = self._node(node.unique_id)
            if found.relation_name is not None and found.package == self.project:
                parts = {"database": found.database, "schema": found.schema, "identifier": found.identifier}
                return quoting_of(self.adapter_type, found.relation_name, parts)
        return None

    def members(self, unique_id: str) -> dict[str, Any]:
        """All of a resource."""
        return self._manifest[unique_id].to_dict()

    def _node(self, unique_id: str) -> RenderedNode:
        node = self._nodes.get(unique_id)
        if node is None:
            found = self._manifest[unique_id]
            node = self._nodes[unique_id] = RenderedNode(found.to_dict(), unique_id, found.resource_type)
        return node

    def referred(
        self, name: str, package: str | None, version: str | float | None, within: str | None
    ) -> RenderedNode:
        """What a ``ref`` in a package leads to."""
        key = (name, package, version, type(version), within)
        node = self._referred.get(key)
        if node is None:
            node = self._node(self._manifest.resolve_ref(name, package, version, within=within).unique_id)
            self._referred[key] = node
        return node

    def source(self, source_name: str, table_name: str, within: str | None) -> RenderedNode:
        """What a ``source`` in a package leads to."""
        key = ("source", source_name, table_name, within)
        node = self._referred.get(key)
        if node is None:
            found = self._manifest.resolve_source(source_name, table_name, within=within)
            node = self._referred[key] = self._node(found.unique_id)
        return node

    def check_access(self, node: RenderedNode, target: RenderedNode, place: Place) -> None:
        """Refuse a ``ref`` to a private model of another group, or to one that its package keeps.

        So does dbt where it parses. What no package's file is known of does not restrict access.
        """
        if target.resource_type != "model":
            return
        is_restricted = node.package != target.package and self.project_variables.restricts_access(
            target.package
        )
        is_stranger = not node.group or node.group != target.group
        if target.access == "private" and (is_stranger or is_restricted):
            raise failures.access_refused(
                place, node.unique_id, target.unique_id, f"private to the group {target.group}"
            )
        if target.access == "protected" and is_restricted:
            raise failures.access_refused(
                place, node.unique_id, target.unique_id, f"protected in the package {target.package}"
            )

    def _expression_name(self, node: RenderedNode) -> str:
        return f"__dbt__cte__{node.identifier if self._version >= _ALIASED else node.name}"

    def relation(self, node: RenderedNode, place: Place, *, as_expression: bool = False) -> Relation:
        """A resource as it is written in SQL; an ephemeral one as the expression that it becomes."""
        if as_expression and node.is_ephemeral:
            name = self._expression_name(node)
            return Relation("relation", name, None, None, name)
        is_on_its_own = node.resource_type == "source" and self._version >= _SOURCES_ON_THEIR_OWN
        rendered = None if is_on_its_own else node.relation_name
        if rendered is None:
            parts = {"database": node.database, "schema": node.schema, "identifier": node.identifier}
            quoting = None if is_on_its_own else self._quoting
            rendered = (
                rendered_relation(self.adapter_type, parts, quoting, node.quoting) or node.relation_name
            )
        if rendered is None or not is_encodable(rendered):
            raise failures.without_relation(place, node.unique_id)
        return Relation("relation", rendered, node.database, node.schema, node.identifier)

    def render(self, template: str, settings: Settings) -> str:
        """A resource's template, or a text, with the ephemeral models that it refers to."""
        if not is_encodable(template):
            raise failures.template_refused(
                failures.Place(None, None, 0), "value", "str with unpaired surrogates"
            )
        if template in self._manifest:
            node = self._node(template)
            body, expressions = self._body(node, settings)
            return self._with_expressions(body, self._inlined(node.unique_id, expressions, settings))
        if _UNIQUE_ID.fullmatch(template):
            raise unknown_resource(template, [each.unique_id for each in self._manifest])
        scope = TemplateScope(self, settings, None)
        body = self._rendered(template, scope)
        return self._with_expressions(body, self._inlined(None, list(scope.expressions), settings))

    def _with_expressions(self, body: str, expressions: list[str]) -> str:
        return with_expressions(body, expressions, spaced=self._version >= _SPACED)

    def _rendered(self, text: str, scope: TemplateScope) -> str:
        # What jinja2 does to every text it reads.
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return self._templates.render(text.removesuffix("\n"), scope)

    def _body(self, node: RenderedNode, settings: Settings) -> tuple[str, list[str]]:
        """What a resource's own template makes, and the ephemeral models that it refers to."""
        if node.language != "sql":
            raise failures.no_template(node.unique_id, f"its language is {node.language}")
        if not node.code:
            raise failures.no_template(node.unique_id, f"a {node.resource_type} is no code")
        scope = TemplateScope(self, settings, node)
        return self._rendered(node.code, scope), list(scope.expressions)

    def _inlined(self, root: str | None, expressions: list[str], settings: Settings) -> list[str]:
        """The common table expressions of a resource, each behind those that it needs itself."""
        made: dict[str, str] = {}
        open_ids: dict[str, None] = {} if root is None else {root: None}
        pending: list[tuple[str | None, list[str], str]] = [(root, expressions[::-1], "")]
        while pending:
            unique_id, needed, body = pending[-1]
            if needed:
                needed_id = needed.pop()
                if needed_id in open_ids:
                    listed = list(open_ids)
                    raise manifest_cycle(listed[listed.index(needed_id) :])
                if needed_id not in made:
                    node = self._node(needed_id)
                    body, deeper = self._body(node, settings)
                    open_ids[needed_id] = None
                    pending.append((needed_id, deeper[::-1], body))
                continue
            pending.pop()
            if pending and unique_id is not None:
                del open_ids[unique_id]
                name = self._expression_name(self._node(unique_id))
                made[unique_id] = f" {name} as (\n{body}\n)"
        return list(made.values())


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and is_encodable(value) else None
