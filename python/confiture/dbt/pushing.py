"""The dbt plugin's push: when dbt has built something, the run goes to the metadata store.

dbt calls plugins after it parsed, when nothing is built yet. So the plugin listens to dbt's events for the
one that each command ends with, ``CommandCompleted``. Listeners are what ``dbtRunner(callbacks=…)``
documents, and dbt forgets them when its next command begins.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from confiture.exceptions import ConfigurationError, ConfiturError

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture.dbt.manifest import DbtManifest
    from confiture.models.metadata import PushReport
    from confiture.warehouse.addresses import Address

__all__ = ["PUSHING_COMMANDS", "URL_VARIABLE", "connect_arguments", "push_at_end"]

#: The variable with the URL of the store, that of ``confiture metadata`` too.
URL_VARIABLE = "CONFITURE_METADATA_URL"

#: The variable with the seconds that a push may take.
WAIT_VARIABLE = "CONFITURE_METADATA_WAIT"

#: dbt's commands that build something.
PUSHING_COMMANDS = ("build", "clone", "retry", "run", "seed", "snapshot")

_SECONDS = 5.0
_LONGEST_NUMBER = 6
_LATE = "DATABASE_011"


def push_at_end(
    manifest: DbtManifest, target_dir: str | None, tell: Callable[..., None], *, is_strict: bool
) -> None:
    """Have the run pushed when dbt's command ends, if it is one that builds something.

    Args:
        manifest: What dbt parsed.
        target_dir: The folder with dbt's catalog, if there is one; None if it is not known.
        tell: Logs a message, as a warning with ``warns=True``.
        is_strict: Whether dbt's command fails if the push does.
    """
    from dbt.flags import get_flags
    from dbt_common.events.event_manager_client import add_callback_to_manager

    if getattr(get_flags(), "WHICH", None) not in PUSHING_COMMANDS:
        return
    # An error that is handled while dbt runs as a part of another program is none of dbt's.
    handled = sys.exc_info()[1]
    is_over = False

    def listen(event: Any) -> None:
        nonlocal is_over
        if is_over or event.info.name != "CommandCompleted":
            return
        is_over = True
        if sys.exc_info()[1] is not handled:
            # dbt was interrupted, or broke off.
            return
        failure = _push(manifest, target_dir, tell)
        if failure is not None and is_strict:
            raise _dbt_error(failure)

    add_callback_to_manager(listen)


def _push(manifest: DbtManifest, target_dir: str | None, tell: Callable[..., None]) -> str | None:
    """Push and tell; returns what went wrong."""
    start = time.perf_counter()
    seconds = _SECONDS
    try:
        seconds = _seconds()
        report = _pushed(manifest, target_dir, os.environ[URL_VARIABLE], seconds)
    except ConfiturError as error:
        late = error.error_code == _LATE
        reason = f"it was not done within {seconds:g} seconds ({WAIT_VARIABLE})." if late else str(error)
    except Exception as error:  # noqa: BLE001
        # Whatever it is, dbt's own work is done. Its text may hold what nobody should see.
        reason = f"{type(error).__name__}."
    else:
        milliseconds = (time.perf_counter() - start) * 1000
        tell(f"Confiture: pushed run {report.run.id} in {milliseconds:.0f} ms")
        return None
    failure = f"Confiture: the run was not pushed: {reason}"
    tell(failure, warns=True)
    return failure


def _pushed(manifest: DbtManifest, target_dir: str | None, url: str, seconds: float) -> PushReport:
    from confiture.warehouse.addresses import read_url, refuse_memory
    from confiture.warehouse.connections import Warehouse
    from confiture.warehouse.sources import manifest_source

    refuse_memory(url)
    deadline = time.monotonic() + seconds
    with ExitStack() as used:
        address = _address_in_dbt(url, used) or read_url(url, connect_arguments(url, seconds))
        warehouse = used.enter_context(Warehouse(address, wait=seconds, deadline=deadline))

        from confiture.warehouse.store import MetadataStore

        manifest = _as_it_was_built(manifest, target_dir)
        source = manifest_source(manifest, target_dir, environment=_target_name(), project_dir=_project_dir())
        store = MetadataStore(warehouse)
        return store.push(source, cursor=source.cursor(store))


def connect_arguments(url: str, seconds: float) -> dict[str, int]:
    """What keeps the driver from waiting longer than that for a server that does not answer."""
    from confiture.servers.urls import SCHEMES
    from confiture.warehouse.addresses import CONNECT_SECONDS

    if not url.startswith(SCHEMES):
        return {}
    # The driver takes 0 for as long as it likes.
    return {"connect_timeout": max(1, min(int(seconds), CONNECT_SECONDS))}


def _as_it_was_built(manifest: DbtManifest, target_dir: str | None) -> DbtManifest:
    """The manifest with what dbt compiled, which it writes when nodes have run; else what it parsed."""
    from confiture.dbt.manifest import DbtManifest as Manifest

    path = None if target_dir is None else os.path.join(target_dir, "manifest.json")
    if path is None or not os.path.isfile(path):
        return manifest
    written = Manifest.load(path)
    names = ("invocation_id", "project_name")
    is_of_this_run = all(written.metadata.get(name) == manifest.metadata.get(name) for name in names)
    return written if is_of_this_run else manifest


def _address_in_dbt(url: str, used: ExitStack) -> Address | None:
    """The file of the URL as dbt has it open in this process, where dbt builds into the same file.

    dbt keeps it open until the process ends, and DuckDB opens no file twice with different settings.
    """
    from dbt.adapters.factory import FACTORY

    from confiture.warehouse.addresses import duckdb_file, opened_duckdb

    path = duckdb_file(url)
    if path is None:
        return None
    for adapter in FACTORY.adapters.values():
        built = getattr(adapter.config.credentials, "path", None)
        if adapter.type() == "duckdb" and built and os.path.realpath(built) == os.path.realpath(path):
            used.enter_context(adapter.connection_named("confiture"))
            # A cursor of DuckDB's is another connection to the same database, and ends with the first.
            cursor = adapter.connections.get_thread_connection().handle.cursor()
            return opened_duckdb(cursor.cursor, path)
    return None


def _target_name() -> str | None:
    """The name of the target that dbt builds in."""
    from dbt.adapters.factory import FACTORY

    names = {getattr(adapter.config, "target_name", None) for adapter in FACTORY.adapters.values()}
    return names.pop() if len(names) == 1 else None


def _project_dir() -> str:
    from dbt.flags import get_flags

    return str(getattr(get_flags(), "PROJECT_DIR", None) or os.curdir)


def _seconds() -> float:
    told = os.environ.get(WAIT_VARIABLE)
    if not told:
        return _SECONDS
    if not (told.isascii() and told.isdigit() and len(told) < _LONGEST_NUMBER):
        raise ConfigurationError(
            f"{WAIT_VARIABLE} is no number of seconds.",
            error_code="CONFIG_043",
            resolution_hint=f"Set it to how long dbt may wait for a push, or not at all for {_SECONDS:g}.",
        )
    return float(told)


def _dbt_error(failure: str) -> Exception:
    """What ends dbt's command as a failed one."""
    from dbt.cli.exceptions import ExceptionExit
    from dbt_common.exceptions import DbtRuntimeError

    error: Exception = ExceptionExit(DbtRuntimeError(failure))
    return error
