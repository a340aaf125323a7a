"""The program: ``confiture``, or ``python -m confiture``.

What this module imports, it imports where an interrupt is heard: that takes as long as a short command.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

__all__ = ["run"]

_INTERRUPTED_EXIT = 130


def run() -> NoReturn:
    """Run the command of this process and exit with its code."""
    try:
        code = _run()
    except KeyboardInterrupt:
        # While modules were loaded: commands see to it themselves.
        code = _INTERRUPTED_EXIT
    _ignore_signals()
    sys.exit(code)


def _run() -> int:
    """Run the command.

    A command is over before garbage is worth collecting, but looking for it, while modules are imported
    and when the interpreter ends, would take a seventh of a short command's time.
    """
    import gc
    import signal

    gc.disable()
    _open_streams()
    signal.signal(signal.SIGTERM, _terminate)
    from confiture.cli.main import main

    code = main()
    if "_duckdb" not in sys.modules:
        # DuckDB's driver complains on the error stream about everything of its own that is left in the end.
        gc.freeze()
    return code


def _open_streams() -> None:
    """Give a process that was started without an error stream one that leads nowhere."""
    if sys.stderr is None:
        import os

        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def _ignore_signals() -> None:
    """Let no signal that comes when the work is done change how the process ends."""
    import signal

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _terminate(number: int, _frame: FrameType | None) -> NoReturn:
    """End as a signal would, but remove temporary files first."""
    sys.exit(128 + number)


if __name__ == "__main__":
    run()
