"""The program: ``confiture``, or ``python -m confiture``."""

import gc
import sys
from typing import NoReturn

__all__ = ["run"]


def run() -> NoReturn:
    """Run the command of this process and exit with its code.

    A command is over before garbage is worth collecting, but looking for it, while modules are imported
    and when the interpreter ends, would take a seventh of a short command's time.
    """
    gc.disable()
    from confiture.cli.main import main

    code = main()
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    run()
