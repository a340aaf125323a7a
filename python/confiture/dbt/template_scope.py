"""What the names in a template mean, as dbt has it while it compiles."""

from __future__ import annotations

import datetime
import difflib
import hashlib
import itertools
import json
import os
from typing import TYPE_CHECKING, Any

from confiture.dbt import template_failures as failures
from confiture.dbt.loading import is_encodable
from confiture.dbt.template_failures import Place
from confiture.exceptions import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from confiture.dbt.rendering import RenderedNode, Renderer

__all__ = ["Settings", "TemplateScope"]

#: Environment variables that start so are never rendered, as in dbt.
_SECRET = "DBT_ENV_SECRET"

#: What is supported.
_FUNCTIONS = frozenset(
    (
        "config",
        "env_var",
        "fromjson",
        "is_incremental",
        "local_md5",
        "log",
        "print",
        "ref",
        "source",
        "tojson",
        "var",
    )
)

#: The supported functions that are parts of others or of objects.
_PARTS = frozenset(
    ("config.get", "config.require", "exceptions.raise_compiler_error", "exceptions.warn", "var.has_var")
)

_EXCEPTIONS = ("raise_compiler_error", "warn")

#: What dbt has besides, and only a run of dbt can tell.
_OF_RUNS = frozenset(
    (
        "_sql_results",
        "adapter",
        "adapter_macro",
        "api",
        "column",
        "compiled_code",
        "context",
        "context_macro_stack",
        "cwd",
        "dbt_metadata_envs",
        "defer_relation",
        "diff_of_two_dicts",
        "doc",
        "env",
        "flags",
        "function",
        "fromyaml",
        "graph",
        "invocation_args_dict",
        "invocation_id",
        "load_agate_table",
        "load_result",
        "metric",
        "micro_batch",
        "modules",
        "otel_span_id",
        "otel_trace_id",
        "post_hooks",
        "pre_hooks",
        "render",
        "return",
        "run_query",
        "run_started_at",
        "sbt",
        "selected_resources",
        "set",
        "set_strict",
        "sql",
        "sql_now",
        "statement",
        "store_raw_result",
        "store_result",
        "submit_python_job",
        "thread_id",
        "toyaml",
        "try_or_compiler_error",
        "validation",
        "write",
        "zip",
        "zip_strict",
    )
)

_DEEPEST = 60

#: How many values one value may consist of: a few lines of YAML can repeat each other without end.
_MOST = 1_000_000

_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


class Settings:
    """What a rendering is told besides the manifest.

    Args:
        variables: As ``--vars``: they come before the project's.
        environment: The environment variables.
        target: The facts of the target, or None.
        is_incremental: What ``is_incremental()`` is in incremental models.
    """

    def __init__(
        self,
        variables: Mapping[str, Any] | None,
        environment: Mapping[str, str] | None,
        target: Mapping[str, Any] | None,
        is_incremental: bool,
    ) -> None:
        self.variables = dict(variables or {})
        self.environment = os.environ if environment is None else environment
        self.target = None if target is None else dict(target)
        self.is_incremental = is_incremental


class TemplateScope:
    """The host of one template: engines ask it for values, call its functions, and tell what they refuse.

    Args:
        renderer: What is known of the manifest.
        settings: What the rendering was told.
        node: The resource, or None for a text that is no resource's.
    """

    def __init__(self, renderer: Renderer, settings: Settings, node: RenderedNode | None) -> None:
        self._renderer = renderer
        self._settings = settings
        self._node = node
        self._variables: dict[str, Any] | None = None
        self._given: dict[str, Any] = {}
        #: The unique ids of the ephemeral models that were referred to, in order.
        self.expressions: dict[str, None] = {}

    def place(self, line: int) -> Place:
        """A line of the template."""
        node = self._node
        return Place(None, None, line) if node is None else Place(node.unique_id, node.file, line)

    # What engines call.

    def value(self, name: str) -> tuple[Any] | None:
        """The value of a name, or None if it has none."""
        if name in self._renderer.own_macros:
            return (("function", name),)
        if name in _FUNCTIONS or name in _OF_RUNS:
            return (("function", name),)
        if name == "execute":
            return (True,)
        if name == "this" and self._node is not None:
            return (self._renderer.relation(self._node, self.place(0)),)
        if name == "model" and self._node is not None:
            return (self._told(self._renderer.members(self._node.unique_id), 0),)
        if name == "builtins":
            functions = {each: ("function", each) for each in ("ref", "source", "config")}
            return (("object", name, functions),)
        if name == "exceptions":
            return (("object", name, {each: ("function", f"{name}.{each}") for each in _EXCEPTIONS}),)
        if name == "target":
            return (self._target(),)
        if name in ("database", "schema") and self._node is not None:
            return (self._told(getattr(self._node, name), 0),)
        if name == "project_name":
            return (self._told(self._renderer.project, 0),)
        if name == "dbt_version":
            return (self._told(self._renderer.dbt_version, 0),)
        if name in self._renderer.macro_names or name in self._renderer.macro_packages:
            return (("function", name),)
        return None

    def call(self, name: str, line: int, given: list[Any], named: dict[str, Any]) -> Any:
        """What a function returns."""
        is_hidden = name.split(".", 1)[0] in self._renderer.own_macros
        if is_hidden or (name not in _FUNCTIONS and name not in _PARTS):
            raise self.refuse("unsupported", line, name)
        function = getattr(self, f"_call_{name.replace('.', '_')}")
        try:
            return function(line, given, named)
        except _Unfit as unfit:
            raise failures.argument_refused(self.place(line), name, str(unfit)) from None
        except ManifestError as error:
            if "line" not in error.context:
                raise self._placed(error, line) from None
            raise

    def refuse(self, kind: str, line: int, detail: str) -> ManifestError:
        """The exception for what an engine refuses."""
        if kind not in ("call", "unsupported"):
            return failures.template_refused(self.place(line), kind, detail)
        name = detail.rsplit(".", 1)[-1]
        if detail.startswith("target."):
            return failures.target_untold(self.place(line), detail)
        names = self._renderer.macro_names
        root = detail.split(".", 1)[0]
        is_known = kind == "unsupported" or name in names or root in _OF_RUNS
        close = [] if is_known else difflib.get_close_matches(name, [*_FUNCTIONS, *names], n=3, cutoff=0.75)
        return failures.unsupported_macro(self.place(line), detail, is_known=is_known, close=close)

    def _placed(self, error: ManifestError, line: int) -> ManifestError:
        place = self.place(line)
        return ManifestError(
            f"{place.shown()}: {error.message}",
            error_code=error.error_code,
            context={**place.context(), **error.context},
            resolution_hint=error.resolution_hint,
        )

    # Values.

    def _told(self, value: Any, line: int) -> Any:
        """A value that both engines take; dates are told as they are printed."""
        return self._checked(value, line, 0, itertools.count(1))

    def _checked(self, value: Any, line: int, depth: int, count: Iterator[int]) -> Any:
        if depth > _DEEPEST:
            raise self.refuse("nesting", line, "")
        if next(count) > _MOST:
            raise self.refuse("fuel", line, "")
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, str):
            if not is_encodable(value):
                raise self.refuse("value", line, "str with unpaired surrogates")
            return value
        if isinstance(value, int):
            if not _SMALLEST <= value <= _LARGEST:
                raise self.refuse("number", line, "")
            return value
        if isinstance(value, datetime.date):
            return str(value)
        if isinstance(value, list | tuple):
            return [self._checked(item, line, depth + 1, count) for item in value]
        if isinstance(value, dict) and all(isinstance(key, str) and is_encodable(key) for key in value):
            return {key: self._checked(item, line, depth + 1, count) for key, item in value.items()}
        raise self.refuse("value", line, type(value).__name__)

    def _target(self) -> Any:
        known: dict[str, Any] = {}
        if isinstance(self._renderer.adapter_type, str):
            known["type"] = self._renderer.adapter_type
        known.update(self._settings.target or {})
        if "name" in known:
            known.setdefault("target_name", known["name"])
        return ("object", "target", self._told(known, 0))

    # Functions.

    def _call_ref(self, line: int, given: list[Any], named: dict[str, Any]) -> Any:
        if not 1 <= len(given) <= 2:
            raise _Unfit(f"it takes one or two names, not {len(given)}")
        if not all(isinstance(name, str) for name in given):
            raise _Unfit("names are texts")
        if not named.keys() <= {"version", "v"}:
            raise _Unfit("besides names, it takes a version")
        version = named.get("version") or named.get("v")
        if version is not None and (isinstance(version, bool) or not isinstance(version, str | int | float)):
            raise _Unfit("a version is a number or a text")
        package = given[0] if len(given) == 2 else None
        target = self._renderer.referred(given[-1], package, version, self._package())
        if self._node is not None:
            self._renderer.check_access(self._node, target, self.place(line))
        if target.is_ephemeral:
            self.expressions[target.unique_id] = None
        return self._renderer.relation(target, self.place(line), as_expression=True)

    def _call_source(self, line: int, given: list[Any], named: dict[str, Any]) -> Any:
        if len(given) != 2 or named or not all(isinstance(name, str) for name in given):
            raise _Unfit("it takes the names of a source and of one of its tables")
        target = self._renderer.source(given[0], given[1], self._package())
        return self._renderer.relation(target, self.place(line))

    def _package(self) -> str | None:
        return None if self._node is None else self._node.package

    def _call_var(self, line: int, given: list[Any], named: dict[str, Any]) -> Any:
        values = _arguments(given, named, ("var_name", "default"))
        name = values.get("var_name")
        if not isinstance(name, str):
            raise _Unfit("it takes the name of a variable")
        variables = self._all_variables()
        if name in variables:
            return self._told(variables[name], line)
        if "default" in values:
            return values["default"]
        raise failures.variable_missing(self.place(line), "var", name)

    def _call_var_has_var(self, line: int, given: list[Any], named: dict[str, Any]) -> Any:
        name = _arguments(given, named, ("var_name",)).get("var_name")
        return isinstance(name, str) and name in self._all_variables()

    def _all_variables(self) -> dict[str, Any]:
        if self._variables is None:
            package = self._package() or self._renderer.project
            told = self._renderer.project_variables.of(package if isinstance(package, str) else None)
            self._variables = {**told, **self._settings.variables}
        return self._variables

    def _call_env_var(self, line: int, given: list[Any], named: dict[str, Any]) -> Any:
        values = _arguments(given, named, ("var", "default"))
        name = values.get("var")
        if not isinstance(name, str) or not name or "\0" in name:
            raise _Unfit("it takes the name of an environment variable")
        if name.startswith(_SECRET):
            raise failures.secret_refused(self.place(line), name)
        found = self._settings.environment.get(name)
        if found is not None:
            return self._told(found, line)
        if values.get("default") is None:
            raise failures.variable_missing(self.place(line), "env_var", name)
        return values["default"]

    def _call_config(self, line: int, given: list[Any], named: dict[str, Any]) -> Any:
        if given and (len(given) > 1 or named or not isinstance(given[0], dict)):
            raise _Unfit("it takes named values")
        self._given.update(given[0] if given else named)
        return ""

    def _config(self) -> dict[str, Any]:
        told = {} if self._node is None else self._node.config
        return {**self._given, **told}

    def _call_config_get(self, line: int, given: list[Any], named: dict[str, Any]) -> Any:
        values = _arguments(given, named, ("name", "default"))
        if not isinstance(values.get("name"), str):
            raise _Unfit("it takes the name of a config")
        return self._told(self._config().get(values["name"], values.get("default")), line)

    def _call_config_require(self, line: int, given: list[Any], named: dict[str, Any]) -> Any:
        name = _arguments(given, named, ("name",)).get("name")
        config = self._config()
        if not isinstance(name, str) or name not in config:
            raise _Unfit(f"there is no config {name}")
        return self._told(config[name], line)

    def _call_is_incremental(self, line: int, given: list[Any], named: dict[str, Any]) -> Any:
        if given or named:
            raise _Unfit("it takes no arguments")
        is_such = self._node is None or self._node.config.get("materialized") == "incremental"
        return self._settings.is_incremental and is_such

    def _call_log(self, line: int, given: list[Any], named: dict[str, Any]) -> Any:
        return ""

    _call_print = _call_exceptions_warn = _call_log

    def _call_exceptions_raise_compiler_error(
        self, line: int, given: list[Any], named: dict[str, Any]
    ) -> Any:
        message = _arguments(given, named, ("msg", "node")).get("msg")
        raise failures.raised_by_template(self.place(line), str(message))

    def _call_local_md5(self, line: int, given: list[Any], named: dict[str, Any]) -> Any:
        value = _arguments(given, named, ("value",)).get("value")
        if not isinstance(value, str):
            raise _Unfit("it takes a text")
        return hashlib.md5(value.encode("utf-8"), usedforsecurity=False).hexdigest()

    def _call_tojson(self, line: int, given: list[Any], named: dict[str, Any]) -> Any:
        values = _arguments(given, named, ("value", "default", "sort_keys"))
        if "value" not in values or _has_relation(values["value"]):
            raise _Unfit("it takes a value that JSON has")
        return json.dumps(values["value"], sort_keys=bool(values.get("sort_keys")))

    def _call_fromjson(self, line: int, given: list[Any], named: dict[str, Any]) -> Any:
        values = _arguments(given, named, ("string", "default"))
        if not isinstance(values.get("string"), str):
            raise _Unfit("it takes a text")
        try:
            read = json.loads(values["string"])
        except (ValueError, RecursionError):
            return values.get("default")
        return self._told(read, line)


class _Unfit(Exception):
    """A function does not take its arguments."""


def _arguments(given: list[Any], named: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    if len(given) > len(names) or not named.keys() <= set(names[len(given) :]):
        raise _Unfit(f"its arguments are {', '.join(names)}")
    return {**dict(zip(names, given, strict=False)), **named}


def _has_relation(value: Any) -> bool:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, tuple):
            return True
        if isinstance(item, list):
            pending += item
        elif isinstance(item, dict):
            pending += item.values()
    return False
