"""One manifest for the whole process, for who asks for that."""

from __future__ import annotations

from confiture._manifest_failures import nothing_loaded
from confiture.dbt.manifest import DbtManifest

__all__ = [
    "current_manifest",
    "get_node_count",
    "get_node_dependencies",
    "load_manifest",
    "make_current",
]

_current: DbtManifest | None = None


def load_manifest(json: str | bytes) -> DbtManifest:
    """Load a manifest from its JSON and make it the current one.

    Raises:
        ManifestError: It is no manifest; the current one stays.
    """
    content = json.encode(errors="surrogatepass") if isinstance(json, str) else json
    manifest = DbtManifest.load(content)
    make_current(manifest)
    return manifest


def make_current(manifest: DbtManifest) -> None:
    """Make a manifest that was loaded the current one; dbt's plugin does so after dbt parsed."""
    global _current
    _current = manifest


def current_manifest() -> DbtManifest:
    """The current manifest.

    Raises:
        ManifestError: None was loaded.
    """
    return _loaded()


def get_node_count() -> int:
    """How many nodes the current manifest has under ``nodes``.

    Raises:
        ManifestError: None was loaded.
    """
    return _loaded().node_count


def get_node_dependencies(unique_id: str) -> list[str]:
    """What a resource of the current manifest depends on directly.

    Raises:
        ManifestError: None was loaded, or it has no such resource.
    """
    return _loaded().dependencies(unique_id)


def _loaded() -> DbtManifest:
    if _current is None:
        raise nothing_loaded()
    return _current
