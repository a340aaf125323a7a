"""The plugin that dbt finds by this module's name: after dbt parsed, Confiture holds the manifest.

dbt imports every top-level module whose name starts with ``dbt_``, at each command, so this one imports
nothing; what `plugins` needs is imported when dbt asks for it. ``docs/dbt.md`` says what the plugin does.

A Confiture that cannot be imported does not stop dbt, unless ``CONFITURE_DBT_STRICT`` is ``1``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["plugins"]  # noqa: F822


def __getattr__(name: str) -> Any:
    if name != "plugins":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from confiture.dbt.plugin import found_plugins

        made = found_plugins()
    except Exception as error:
        import logging
        import os

        if os.environ.get("CONFITURE_DBT_STRICT") == "1":
            raise
        logging.getLogger("confiture.dbt").warning("Confiture: the plugin cannot be loaded: %s", error)
        made = []
    globals()["plugins"] = made
    return made
