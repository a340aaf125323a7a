"""Processes that clean up whatever becomes of this one.

A guard waits for the end of its input, which comes when this process closes it or ends, in whatever way: also
when it is interrupted or killed. It has a session of its own, so that an interrupt from the terminal does not
reach it.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Guard"]

#: How long a server may take to end, or to drop a database, in seconds.
_PATIENCE = 60


class Guard:
    """A process that cleans up.

    Args:
        script: What ``/bin/sh`` runs; it reads its input to the end before it cleans up.
        arguments: Its arguments, ``$1`` and so on.
        environment: Its environment.
        settings: Further settings of `subprocess.Popen`, such as the user.
    """

    def __init__(
        self,
        script: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", script, "sh", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env=dict(environment),
            **(settings or {}),
        )

    def tell(self, text: str) -> None:
        """Give it a line to keep until it cleans up."""
        if self._process.stdin is not None:
            self._process.stdin.write(text.encode() + b"\n")
            self._process.stdin.flush()

    def clean_up(self) -> str:
        """Let it clean up, and wait until it has; returns what it complains of.

        An interrupt meanwhile ends the waiting and not the cleaning.
        """
        try:
            # This closes its input, and reads what it says meanwhile.
            _, told = self._process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            return "it takes too long"
        return bytes(told).decode("utf-8", "replace").strip()
