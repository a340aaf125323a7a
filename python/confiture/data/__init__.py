"""Comparing what is in tables, where they are (``docs/data-diff.md``).

What is here needs SQLAlchemy (``pip install 'confiture[warehouse]'``), which is imported when a name of this
module is asked for and not before. It reads and never writes.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from confiture.data.comparing import compare_relations
    from confiture.data.options import ComparisonOptions

__all__ = ["ComparisonOptions", "compare_relations"]

_MODULES = {
    "ComparisonOptions": "confiture.data.options",
    "compare_relations": "confiture.data.comparing",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        from importlib import import_module

        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module 'confiture.data' has no attribute {name!r}")
