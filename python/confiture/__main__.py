"""The program: ``confiture``, or ``python -m confiture``."""

import gc
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

__all__ = ["run"]

_INTERRUPTED_EXIT = 130


def run() -> NoReturn:
    """Run the command of this process and exit with its code.

    A command is over before garbage is worth collecting, but looking for it, while modules are imported
    and when the interpreter ends, would take a seventh of a short command's time.
    """
    gc.disable()
    _open_streams()
    signal.signal(signal.SIGTERM, _terminate)
    try:
        from confiture.cli.main import main

        code = main()
    except KeyboardInterrupt:
        # Between the commands' own care for it and the start of Python.
        code = _INTERRUPTED_EXIT
    _ignore_signals()
    gc.freeze()
    sys.exit(code)


def _open_streams() -> None:
    """Give a process that was started without an error stream one that leads nowhere."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def _ignore_signals() -> None:
    """Let no signal that comes when the work is done change how the process ends."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _terminate(number: int, _frame: FrameType | None) -> NoReturn:
    """End as a signal would, but remove temporary files first."""
    sys.exit(128 + number)


if __name__ == "__main__":
    run()
