"""URLs of databases: what programs get of them, and what nobody sees."""

from __future__ import annotations

import pytest

from confiture.exceptions import ConfigurationError
from confiture.servers.urls import DatabaseUrl


@pytest.mark.parametrize(
    ("url", "bare", "password"),
    [
        ("postgresql://u:pw@h:1/db", "postgresql://u@h:1/db", "pw"),
        ("postgresql://u:pa#SECRET@h/db", "postgresql://u@h/db", "pa#SECRET"),
        ("postgresql://u:pa?SECRET@h/db", "postgresql://u@h/db", "pa?SECRET"),
        ("postgresql://u:SEC[RET@h/db", "postgresql://u@h/db", "SEC[RET"),
        ("postgresql://u:a%2Fb@[::1]:1/db", "postgresql://u@[::1]:1/db", "a/b"),
        ("postgresql://u@h/db?pass%77ord=SECRET", "postgresql://u@h/db", "SECRET"),
        ("postgresql://u:a@h/db?password=b&x=1&password=c", "postgresql://u@h/db?x=1", "c"),
        ("postgresql://h?user=u&password=SEC#RET", "postgresql://h?user=u", "SEC#RET"),
        ("postgresql:///db?host=/run/postgresql", "postgresql:///db?host=/run/postgresql", None),
        ("postgresql://u@h/db?options=-c%20a%3Db", "postgresql://u@h/db?options=-c%20a%3Db", None),
        ("postgresql://h:1/db?user=a@b", "postgresql://h:1/db?user=a@b", None),
        ("postgresql://u:@h/db", "postgresql://u@h/db", ""),
    ],
)
def test_a_password_is_taken_out_as_libpq_reads_it(url: str, bare: str, password: str | None) -> None:
    assert DatabaseUrl.read(url) == (bare, password)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:SEC/RET@h/db",
        "postgresql://u:SEC/RE?T@h/db",
        "postgresql://u:a@SECRET@h/db",
        "postgresql://u:SECRET%00@h/db",
        "postgresql://u:SECRET@h/d\0b",
        "postgresql://u@h/db?sslpassword=SECRET",
        "postgresql://u@h/db?ssl%70assword=SECRET",
        "postgresql://u@h/db?oauth_client_secret=SECRET",
        "mysql://u:SECRET@h/db",
    ],
)
def test_a_refused_url_is_not_shown(url: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        DatabaseUrl.read(url)
    assert error.value.error_code == "DIFFER_006"
    assert "SEC" not in str(error.value)
    assert "***" not in str(error.value)


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("postgresql:///db?host=/run&dbname=x", "postgresql:///o%2Fther?host=/run"),
        ("postgresql://u@h", "postgresql://u@h/o%2Fther"),
        ("postgresql://h?user=u&db%6Eame=x", "postgresql://h/o%2Fther?user=u"),
    ],
)
def test_another_database_of_the_server_has_its_url(url: str, other: str) -> None:
    assert DatabaseUrl.read(url).of_database("o/ther").bare == other
