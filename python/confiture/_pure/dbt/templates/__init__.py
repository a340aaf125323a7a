"""Templates of dbt's models: the twin of the native engine's.

jinja2 reads them; they are evaluated here, as Python itself would, so that both engines count the same steps
and tell the same places. ``docs/dbt.md`` says what is supported.
"""

from __future__ import annotations

from confiture._pure.dbt.templates.parsing import DbtTemplates

__all__ = ["DbtTemplates"]
