"""What the module ``dbt_confiture`` gives dbt: the manifest in the engine, and runs in a metadata store.

Nothing here may stop dbt, unless ``CONFITURE_DBT_STRICT`` is ``1``: what fails is a warning.
"""

from __future__ import annotations

import logging
import os
import tempfile
import time
from typing import Any

__all__ = ["found_plugins", "synchronise"]


def found_plugins() -> list[type]:
    """The plugin as a class of dbt's; nothing where dbt has no plugins."""
    try:
        from dbt.plugins.manager import dbt_hook, dbtPlugin
    except ImportError:
        return []

    class ConfiturePlugin(dbtPlugin):  # type: ignore[misc]
        """Keeps the manifest that dbt parsed in Confiture's engine, and pushes what dbt built."""

        def initialize(self) -> None:
            """Nothing is needed."""

        @dbt_hook  # type: ignore[untyped-decorator]
        def get_manifest_artifacts(self, manifest: Any) -> dict[str, Any]:
            """What dbt calls once after it parsed and wrote the manifest; adds no artifact."""
            synchronise(manifest)
            return {}

    return [ConfiturePlugin]


def synchronise(manifest: Any) -> None:
    """Make what dbt parsed the current manifest, and tell dbt's log; a push is left to the command's end.

    Args:
        manifest: dbt's own manifest.

    Raises:
        Exception: It fails, and ``CONFITURE_DBT_STRICT`` is ``1``.
    """
    start = time.perf_counter()
    try:
        from confiture.dbt.current import make_current

        loaded = _loaded(manifest)
        make_current(loaded)
        milliseconds = (time.perf_counter() - start) * 1000
        _tell(f"Confiture: {loaded.node_count} nodes synced in {milliseconds:.0f} ms")
        if os.environ.get("CONFITURE_METADATA_URL"):
            from confiture.dbt.pushing import push_at_end

            path = _target_path()
            target_dir = None if path is None else os.path.dirname(path)
            push_at_end(loaded, target_dir, _tell, is_strict=_is_strict())
    except Exception as error:
        if _is_strict():
            raise
        _tell(f"Confiture: the manifest was not synced: {error}", warns=True)


def _is_strict() -> bool:
    return os.environ.get("CONFITURE_DBT_STRICT") == "1"


def _loaded(manifest: Any) -> Any:
    """The manifest as dbt wrote it just now; where that is not found, dbt writes it once more."""
    from confiture.dbt.manifest import DbtManifest

    path = _target_path()
    if path is not None and os.path.isfile(path):
        written = DbtManifest.load(path)
        told = written.metadata
        ours = manifest.metadata
        if told.get("invocation_id") == ours.invocation_id and _is_of(
            told.get("generated_at"), ours.generated_at
        ):
            return written
    with tempfile.TemporaryDirectory(prefix="confiture-dbt-") as directory:
        path = os.path.join(directory, "manifest.json")
        manifest.writable_manifest().write(path)
        return DbtManifest.load(path)


def _is_of(written: object, moment: Any) -> bool:
    """Whether a time is written as one that dbt holds, which has no zone or that of UTC."""
    return (
        isinstance(written, str)
        and written.removesuffix("Z")[:26] == moment.replace(tzinfo=None).isoformat()[:26]
    )


def _target_path() -> str | None:
    """Where dbt writes the manifest; the project's file may say so, which is not among the flags."""
    from dbt.adapters.factory import FACTORY
    from dbt.flags import get_flags

    for adapter in FACTORY.adapters.values():
        directory = getattr(adapter.config, "project_target_path", None)
        if directory is not None:
            return os.path.join(str(directory), "manifest.json")
    flags = get_flags()
    project = getattr(flags, "PROJECT_DIR", None)
    target = getattr(flags, "TARGET_PATH", None) or "target"
    return None if project is None else os.path.join(str(project), str(target), "manifest.json")


def _tell(message: str, *, warns: bool = False) -> None:
    """Log as dbt logs; as Python does where dbt's own way is another one."""
    try:
        from dbt_common.events.base_types import EventLevel
        from dbt_common.events.functions import fire_event
        from dbt_common.events.types import Note
    except ImportError:
        logging.getLogger("confiture.dbt").log(logging.WARNING if warns else logging.INFO, message)
        return
    fire_event(Note(msg=message), level=EventLevel.WARN if warns else EventLevel.INFO)
