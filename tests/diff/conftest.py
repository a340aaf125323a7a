"""The servers of the model's tests."""

from __future__ import annotations

from model.conftest import postgres, servers

__all__ = ["postgres", "servers"]
