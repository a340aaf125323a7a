"""dbt's profiles: rendered as dbt does, and turned into a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from confiture.exceptions import ConfigurationError
from confiture.warehouse import Warehouse, addresses
from confiture.warehouse import profiles as profiles_module
from confiture.warehouse.profiles import read_profile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from postgres import Server


def _file(directory: Path, output: Mapping[str, Any], **profile: Any) -> Path:
    path = directory / "profiles.yml"
    document = {"shop": {"target": "dev", "outputs": {"dev": dict(output)}, **profile}}
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


def test_a_duckdb_profile_connects(tmp_path: Path) -> None:
    file = tmp_path / "shop.duckdb"
    path = _file(tmp_path, {"type": "duckdb", "path": "{{ env_var('WHERE') }}/shop.duckdb", "threads": 4})
    with Warehouse.from_dbt_profile(path, "shop", environment={"WHERE": str(tmp_path)}) as warehouse:
        warehouse.execute("CREATE TABLE t (a int)")
    assert file.exists()
    assert warehouse.shown == str(file)


def test_a_postgres_profile_connects(tmp_path: Path, metadata_database: str, server: Server) -> None:
    directory = server.uri("postgres").partition("host=")[2]
    output = {
        "type": "postgres",
        "host": directory,
        "user": "postgres",
        "password": "{{ env_var('DBT_ENV_SECRET_PASSWORD') }}",
        "port": "{{ env_var('PORT', '5432') | as_number }}",
        "dbname": "metadata",
        "schema": "public",
    }
    path = _file(tmp_path, output)
    environment = {"DBT_ENV_SECRET_PASSWORD": "s3cr3t"}
    with Warehouse.from_dbt_profile(path, "shop", "dev", environment=environment) as warehouse:
        assert warehouse.execute("SELECT current_database()").rows == [("metadata",)]
        assert "s3cr3t" not in repr(warehouse)
    assert "/metadata?" in metadata_database


def test_a_postgres_profile_connects_with_the_session_that_dbt_would_have(
    tmp_path: Path, metadata_database: str, server: Server
) -> None:
    with server.connect("metadata", autocommit=True) as connection:
        connection.execute('CREATE ROLE "the reader"')
    output = {
        "type": "postgres",
        "host": server.uri("postgres").partition("host=")[2],
        "user": "postgres",
        "password": "",
        "dbname": "metadata",
        "search_path": '"of \\ dbt", public',
        "role": "the reader",
        "sslrootcert": str(tmp_path / "with a space" / "root+1.crt"),
    }
    path = _file(tmp_path, output)
    with Warehouse.from_dbt_profile(path, "shop") as warehouse:
        assert warehouse.execute("SELECT current_user::text, current_setting('search_path')").rows == [
            ("the reader", '"of \\ dbt", public')
        ]
        assert warehouse._connection is not None
        given = warehouse._connection.connection.driver_connection.info.get_parameters()
        assert given["sslrootcert"] == str(tmp_path / "with a space" / "root+1.crt")
    assert metadata_database
    with server.connect("metadata", autocommit=True) as connection:
        connection.execute('DROP ROLE "the reader"')


def _rendered(tmp_path: Path, text: object, environment: Mapping[str, str]) -> object:
    """What the setting of an output becomes."""
    found: list[object] = []

    def make(output: Any) -> Any:
        found.append(output._settings["x"])

    makers = {**profiles_module._MAKERS, "duckdb": make}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(profiles_module, "_MAKERS", makers)
        read_profile(_file(tmp_path, {"type": "duckdb", "x": text}), "shop", None, environment)
    return found[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        (5432, 5432),
        (True, True),
        ("{{ env_var('A') }}", "one"),
        ("x-{{ env_var('A') }}-{{ env_var('B', 'two') }}", "x-one-two"),
        ("{{ env_var('N') }}", "5432"),
        ("{{ env_var('N') | as_number }}", 5432),
        ("{{ env_var('N') | as_native }}", 5432),
        ("{{ env_var('N') | as_text }}", "5432"),
        ("{{ env_var('F') | as_number }}", 0.5),
        ("{{ env_var('T') | as_bool }}", True),
        ("{{ 'False' | as_bool }}", False),
        ("{{ env_var('L') | as_native }}", ["a", "b"]),
        ("{{ env_var('A') | as_native }}", "one"),
        ("port {{ env_var('N') | as_number }}", "port 5432"),
        ("{{ env_var('MISSING', '') }}", ""),
        ("{{ env_var('A') if env_var('T') == 'true' else 'no' }}", "one"),
        ("{{ env_var('TEMPLATE') }}", "{{ 1 + 1 }}"),
    ],
)
def test_values_are_rendered_as_dbt_does(text: object, expected: object, tmp_path: Path) -> None:
    environment = {
        "A": "one",
        "N": "5432",
        "F": "0.5",
        "T": "true",
        "L": "['a', 'b']",
        "TEMPLATE": "{{ 1 + 1 }}",
    }
    rendered = _rendered(tmp_path, text, environment)
    assert (type(rendered), rendered) == (type(expected), expected)


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("{{ env_var('MISSING') }}", "CONFIG_014", "the variable 'MISSING' is not set"),
        ("{{ env_var('SECRET') | as_number }}", "CONFIG_041", "not what the filter as_number asks for"),
        ("{{ env_var('SECRET') | as_bool }}", "CONFIG_041", "not what the filter as_bool asks for"),
        ("{{ 'True' | as_number }}", "CONFIG_041", "not what the filter as_number asks for"),
        ("{{ env_var( }}", "CONFIG_041", "cannot be rendered"),
        ("{{ env_var('SECRET').nothing }}", "CONFIG_041", "cannot be rendered"),
        ("{{ ''.__class__.__mro__ }}", "CONFIG_041", "cannot be rendered"),
        ("{{ var('x') }}", "CONFIG_041", "cannot be rendered"),
        ("{% include 'x' %}", "CONFIG_041", "cannot be rendered"),
    ],
)
def test_what_cannot_be_rendered_is_an_error_that_shows_no_value(
    text: str, code: str, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match=reason) as caught:
        _rendered(tmp_path, text, {"SECRET": "s3cr3t"})
    assert caught.value.error_code == code
    assert "s3cr3t" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (
            {"type": "redshift", "host": "h", "user": "u", "password": "p/w", "port": 5439, "dbname": "d"},
            "redshift+psycopg2://u:***@h:5439/d",
        ),
        (
            {
                "type": "snowflake",
                "account": "abc.eu",
                "user": "u",
                "password": "p/w",
                "database": "d",
                "schema": "s",
                "warehouse": "w",
            },
            "snowflake://u:***@abc.eu/d/s",
        ),
        (
            {"type": "bigquery", "method": "oauth", "project": "p", "dataset": "d", "location": "EU"},
            "bigquery://p/d",
        ),
        (
            {"type": "databricks", "host": "h", "http_path": "/sql/1", "token": "p/w", "catalog": "c"},
            "databricks://token:***@h:443",
        ),
    ],
)
def test_profiles_of_other_warehouses_become_addresses(
    output: Mapping[str, Any], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the address needs of a driver is that it is there.
    there = {name: (scheme, extra, "sqlalchemy") for name, (scheme, extra, _) in addresses.DIALECTS.items()}
    monkeypatch.setattr(addresses, "DIALECTS", there)
    address = read_profile(_file(tmp_path, output), "shop")
    assert address.shown == expected
    assert address.secrets.hidden_in("p/w p%2Fw") == ("*** ***" if "***" in expected else "p/w p%2Fw")


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ({"type": "oracle"}, "is of the type 'oracle'"),
        ({}, "is of the type ''"),
        ({"type": "postgres", "host": "h"}, "has no 'user'"),
        ({"type": "postgres", "host": "h", "port": "x"}, "port of the target 'dev' is none"),
        ({"type": "postgres", "host": ["h"]}, "setting 'host' of the target 'dev' is no single value"),
        ({"type": "postgres", "host": "h", "user": "u"}, "has no 'password'"),
        ({"type": "redshift", "method": "iam"}, "'method' of the target 'dev' is a way to sign in"),
        ({"type": "snowflake", "private_key_path": "/k"}, "'private_key_path' of the target"),
        ({"type": "bigquery", "keyfile_json": {"a": 1}}, "'keyfile_json' of the target"),
    ],
)
def test_what_does_not_say_how_to_connect_is_an_error(
    output: Mapping[str, Any], reason: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match=reason) as caught:
        read_profile(_file(tmp_path, output), "shop")
    assert caught.value.error_code == "CONFIG_041"
    assert "profiles.yml" in str(caught.value)


def test_a_profile_or_target_that_is_not_there_suggests_the_right_one(tmp_path: Path) -> None:
    path = _file(tmp_path, {"type": "duckdb"})
    with pytest.raises(ConfigurationError, match="no profile 'shpo'") as caught:
        read_profile(path, "shpo")
    assert "shop" in str(caught.value.resolution_hint)
    with pytest.raises(ConfigurationError, match="no target 'prod'"):
        read_profile(path, "shop", "prod")
    with pytest.raises(ConfigurationError, match="has no outputs"):
        read_profile(_file(tmp_path, {"type": "duckdb"}, outputs=[]), "shop")


@pytest.mark.parametrize(
    "content", [b"- a\n", b"a: [\n", b"", b"\xff\xfe\x00", b"a: !!python/object:x.y {}\n"]
)
def test_a_file_that_is_no_profiles_is_an_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "profiles.yml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        read_profile(path, "shop")
    assert caught.value.error_code == "CONFIG_041"
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_profile(tmp_path / "missing.yml", "shop")


def test_another_target_is_not_rendered(tmp_path: Path) -> None:
    outputs = {"dev": {"type": "duckdb"}, "prod": {"type": "duckdb", "path": "{{ env_var('MISSING') }}"}}
    path = _file(tmp_path, {}, outputs=outputs, target="{{ env_var('TARGET', 'dev') }}")
    assert read_profile(path, "shop", None, {}).shown == ":memory:"
    with pytest.raises(ConfigurationError, match="MISSING"):
        read_profile(path, "shop", None, {"TARGET": "prod"})
