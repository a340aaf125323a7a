"""The servers of the model's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from model.conftest import postgres, servers

if TYPE_CHECKING:
    from model.conftest import Postgres

__all__ = ["on_a_server", "postgres", "servers"]


@pytest.fixture
def on_a_server(servers: dict[int, Postgres]) -> tuple[str, str]:
    """Options for a server that all tests share: to start one takes longer than to load most texts."""
    return "--server", servers[18].server.uri("postgres")
