"""dbt's ``profiles.yml``: how it says to connect, with the variables that it takes from the environment."""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING, Any

from confiture._failures import display_path
from confiture.artifacts.failures import library_missing
from confiture.config.suggestions import did_you_mean, listed
from confiture.exceptions import ConfigurationError
from confiture.warehouse.addresses import DIALECTS, Address, read_url
from confiture.warehouse.failures import profile_unusable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["read_profile"]

#: Marks what a filter has given a type, in the text that a template becomes.
_MARK = "\0"
_MOST_NAMES = 8

_FILTERS = ("as_text", "as_bool", "as_number", "as_native")


def read_profile(
    path: str | os.PathLike[str],
    profile: str,
    target: str | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    read_only: bool = False,
) -> Address:
    """The address that an output of a profile stands for.

    Only the output that is asked for is rendered: what others need may be missing.

    Args:
        path: A ``profiles.yml``.
        profile: The name of the profile in it.
        target: The name of the output; None for the profile's own, or ``default``.
        environment: The variables; default: those of this process.
        read_only: Whether a DuckDB file is opened to be read alone.

    Raises:
        ConfigurationError: ``CONFIG_041``: the file does not say how to connect; ``CONFIG_014``: a variable
            is not set.
        ArtifactError: ``ARTIFACT_009``: a library is not installed.
    """
    file = os.fspath(path)
    render = _renderer(file, os.environ if environment is None else environment)
    found = _member(file, _document(file), profile, "profile")
    outputs = found.get("outputs")
    if not isinstance(outputs, dict):
        raise profile_unusable(
            file,
            f"the profile '{display_path(profile)}' has no outputs",
            "Add them, as dbt's documentation of profiles has it.",
        )
    told = target if target is not None else render(found.get("target", "default"), "target")
    output = {
        str(key): render(value, str(key))
        for key, value in _member(file, outputs, str(told), "target").items()
    }
    kind = str(output.get("type", ""))
    make = _MAKERS.get(kind)
    if make is None:
        raise profile_unusable(
            file,
            f"the target '{display_path(str(told))}' is of the type '{display_path(kind)}'",
            f"Types that can be connected to are {', '.join(_MAKERS)}.",
        )
    return make(_Output(file, str(told), output, read_only=read_only))


def _document(file: str) -> Mapping[str, Any]:
    import yaml

    reason = None
    try:
        with open(file, encoding="utf-8") as stream:
            document = yaml.safe_load(stream)
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        reason = f"it cannot be read ({getattr(error, 'strerror', None) or 'it is not UTF-8'})"
    except yaml.YAMLError as error:
        # What the parser quotes may be a password.
        mark = getattr(error, "problem_mark", None)
        reason = "it is no YAML" + ("" if mark is None else f" (line {mark.line + 1})")
    if reason is None and not isinstance(document, dict):
        reason = "it is no mapping of profiles"
    if reason is not None:
        raise profile_unusable(file, reason, "Name a profiles.yml that dbt reads.")
    return {str(key): value for key, value in document.items()}


def _member(file: str, members: Mapping[str, Any], name: str, what: str) -> Mapping[str, Any]:
    value = members.get(name)
    if not isinstance(value, dict):
        names = sorted(str(one) for one in members)
        shown = listed(map(display_path, names), "and", at_most=_MOST_NAMES) if names else "none"
        raise profile_unusable(
            file,
            f"there is no {what} '{display_path(name)}'",
            did_you_mean(name, names, f"It has: {shown}."),
        )
    return value


def _renderer(file: str, environment: Mapping[str, str]) -> Callable[[Any, str], Any]:
    """A function that renders a value as dbt does (``ProfileRenderer`` and ``clients/jinja.py`` of dbt)."""
    try:
        from jinja2.sandbox import SandboxedEnvironment
    except ModuleNotFoundError:
        sandbox = None
    else:
        sandbox = SandboxedEnvironment()
    if sandbox is None:
        raise library_missing("jinja2", "a profile of dbt", "warehouse")
    from jinja2 import StrictUndefined

    sandbox.undefined = StrictUndefined
    # What a profile renders to is a setting; there is no page that could be escaped for.
    sandbox.globals = {"env_var": _EnvironmentVariables(file, environment)}
    for name in _FILTERS:
        sandbox.filters[name] = _marking(name)

    def render(value: Any, key: str) -> Any:
        if not isinstance(value, str) or not ("{{" in value or "{%" in value or "{#" in value):
            return value
        failed = False
        try:
            rendered = sandbox.from_string(value).render()
        except ConfigurationError:
            raise
        except Exception:  # noqa: BLE001
            # What a template raises can be anything, and may hold a password.
            failed = True
        if failed:
            raise profile_unusable(
                file,
                f"the template of '{display_path(key)}' cannot be rendered",
                "Templates may use env_var and the filters as_text, as_bool, as_number and as_native.",
            )
        return _typed(file, key, rendered)

    return render


class _EnvironmentVariables:
    """The function ``env_var`` of templates."""

    def __init__(self, file: str, environment: Mapping[str, str]) -> None:
        self._file = file
        self._environment = environment

    def __call__(self, name: str, default: object = None) -> str:
        value = self._environment.get(name)
        if value is not None:
            return value.replace(_MARK, "")
        if default is not None:
            return str(default)
        raise profile_unusable(
            self._file,
            f"the variable '{display_path(str(name))}' is not set",
            f"Set it, or write a default: env_var('{display_path(str(name))}', 'value').",
            "CONFIG_014",
        )


def _marking(name: str) -> Callable[[object], str]:
    return lambda value: f"{_MARK}{name}{_MARK}{value}"


def _typed(file: str, key: str, rendered: str) -> Any:
    """What a rendered text stands for: a text, unless a filter gave all of it another type."""
    _, mark, rest = rendered.partition(_MARK)
    name, _, text = rest.partition(_MARK)
    if not mark:
        return rendered
    if rendered[0] != _MARK or _MARK in text:
        for one in _FILTERS:
            rendered = rendered.replace(f"{_MARK}{one}{_MARK}", "")
        return rendered
    if name == "as_text":
        return text
    try:
        # dbt's own code does this; both `true` and `True` are a truth value.
        value = ast.literal_eval(text.strip().capitalize() if name == "as_bool" else text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = text
    kinds: dict[str, tuple[type, ...]] = {"as_bool": (bool,), "as_number": (int, float)}
    wanted = kinds.get(name)
    is_number = name == "as_number" and isinstance(value, bool)
    if wanted is not None and (is_number or not isinstance(value, wanted)):
        raise profile_unusable(
            file,
            f"the value of '{display_path(key)}' is not what the filter {name} asks for",
            "Correct the variable, or the filter.",
        )
    return value


class _Output:
    """The settings of an output of a profile."""

    def __init__(self, file: str, target: str, settings: Mapping[str, Any], *, read_only: bool) -> None:
        self.read_only = read_only
        self.file = file
        self.target = target
        self._settings = settings

    def text(self, *names: str) -> str | None:
        """The first of these settings that has a value."""
        name = next((name for name in names if self._settings.get(name) is not None), None)
        if name is None:
            return None
        found = self._settings[name]
        if isinstance(found, (dict, list)):
            raise profile_unusable(
                self.file,
                f"the setting '{name}' of the target '{display_path(self.target)}' is no single value",
                "Write a text or a number.",
            )
        return str(found)

    def required(self, *names: str, may_be_empty: bool = False) -> str:
        """As `text`; an error if there is none."""
        value = self.text(*names)
        if value is None or not (value or may_be_empty):
            raise profile_unusable(
                self.file,
                f"the target '{display_path(self.target)}' has no '{names[0]}'",
                "Add it, as dbt's documentation of the adapter has it.",
            )
        return value

    def refuse(self, *names: str) -> None:
        """Refuse ways to sign in that cannot be followed, rather than to try another one."""
        for name in names:
            if self._settings.get(name):
                raise profile_unusable(
                    self.file,
                    f"'{name}' of the target '{display_path(self.target)}' is a way to sign in that is not "
                    "supported",
                    "Connect with a URL instead.",
                )


def _address(dialect: str, *, read_only: bool = False, **parts: Any) -> Address:
    try:
        from sqlalchemy import URL
    except ModuleNotFoundError:
        url = None
    else:
        drivername = DIALECTS[dialect][0]
        query = {key: str(value) for key, value in parts.pop("query", {}).items() if value is not None}
        url = URL.create(drivername, query=query, **parts).render_as_string(hide_password=False)
        if dialect == "postgresql":
            # libpq knows no plus sign that stands for a space.
            place, mark, options = url.partition("?")
            url = f"{place}{mark}{options.replace('+', '%20')}"
    if url is None:
        raise library_missing("SQLAlchemy", "a warehouse", "warehouse")
    return read_url(url, read_only=read_only)


def _port(output: _Output, default: int) -> int:
    text = output.text("port")
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65536):
        raise profile_unusable(
            output.file, f"the port of the target '{display_path(output.target)}' is none", "Correct it."
        )
    return int(text)


def _duckdb(output: _Output) -> Address:
    output.refuse("secrets", "attach", "is_ducklake", "remote")
    return _address("duckdb", database=output.text("path") or ":memory:", read_only=output.read_only)


def _postgres(output: _Output) -> Address:
    query = {name: output.text(name) for name in ("sslmode", "sslcert", "sslkey", "sslrootcert")}
    query["connect_timeout"] = output.text("connect_timeout")
    # A host can be the directory of a socket, which no place in a URL but the query can name.
    query |= {"host": output.required("host"), "port": str(_port(output, 5432))}
    session = {"search_path": output.text("search_path"), "role": output.text("role")}
    given = [f"-c{name}={_escaped(value)}" for name, value in session.items() if value]
    query["options"] = " ".join(given) or None
    return _address(
        "postgresql",
        username=output.required("user"),
        password=output.required("password", "pass", may_be_empty=True),
        database=output.required("dbname", "database"),
        query=query,
    )


def _escaped(value: str) -> str:
    """A value of a session as PostgreSQL takes it among its options, where a space ends it."""
    return value.replace("\\", "\\\\").replace(" ", "\\ ")


def _redshift(output: _Output) -> Address:
    if output.text("method") not in (None, "database"):
        output.refuse("method")
    return _address(
        "redshift",
        host=output.required("host"),
        port=_port(output, 5439),
        username=output.required("user"),
        password=output.required("password", "pass"),
        database=output.required("dbname", "database"),
        query={"sslmode": output.text("sslmode")},
    )


def _snowflake(output: _Output) -> Address:
    output.refuse("private_key", "private_key_path", "oauth_client_id", "token")
    database, schema = output.required("database"), output.text("schema")
    return _address(
        "snowflake",
        host=output.required("account"),
        username=output.required("user"),
        password=output.text("password"),
        database=database if schema is None else f"{database}/{schema}",
        query={name: output.text(name) for name in ("warehouse", "role", "authenticator")},
    )


def _bigquery(output: _Output) -> Address:
    output.refuse("keyfile_json", "token", "refresh_token", "impersonate_service_account")
    return _address(
        "bigquery",
        host=output.required("project", "database"),
        database=output.text("dataset", "schema"),
        query={
            "credentials_path": output.text("keyfile"),
            "location": output.text("location"),
        },
    )


def _databricks(output: _Output) -> Address:
    output.refuse("client_secret", "azure_client_secret")
    return _address(
        "databricks",
        host=output.required("host"),
        port=443,
        username="token",
        password=output.required("token"),
        query={
            "http_path": output.required("http_path"),
            "catalog": output.text("catalog", "database"),
            "schema": output.text("schema"),
        },
    )


_MAKERS: Mapping[str, Callable[[_Output], Address]] = {
    "duckdb": _duckdb,
    "postgres": _postgres,
    "redshift": _redshift,
    "snowflake": _snowflake,
    "bigquery": _bigquery,
    "databricks": _databricks,
}
