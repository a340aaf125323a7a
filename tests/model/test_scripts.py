"""The model of a small text is what a server has after running it, rule by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .comparing import agreed, compared
from .script import SCRIPTS

if TYPE_CHECKING:
    from .conftest import Postgres
    from .script import Script

VERSIONS = (18, 15)

each_script_and_version = pytest.mark.parametrize(
    ("postgres", "script"),
    [
        pytest.param(
            version,
            script,
            id=f"{script.name}-{version}",
            marks=[pytest.mark.xfail(reason=script.deviation)] if script.deviation else [],
        )
        for version in VERSIONS
        for script in SCRIPTS
        if script.since <= version
    ],
    indirect=["postgres"],
)


@each_script_and_version
def test_a_model_is_what_a_server_has(postgres: Postgres, script: Script) -> None:
    model = agreed(script.sql)
    assert not [(one.kind, one.reason) for one in model.opaque]
    known_roles = postgres.roles()
    with postgres.loaded(script.sql) as connection:
        found = compared(model, connection, known_roles=known_roles, path=script.path, stale=script.stale)
    assert found == [], "\n".join(found)


def test_scripts_have_names_of_their_own() -> None:
    assert len({script.name for script in SCRIPTS}) == len(SCRIPTS) >= 250
