"""dbt's manifests and catalogs: the twin of the native engine's."""

from __future__ import annotations

from confiture._pure.dbt.document import DbtDocument, load_dbt

__all__ = ["DbtDocument", "load_dbt"]
