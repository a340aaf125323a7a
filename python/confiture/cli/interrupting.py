"""Work in databases that an interrupt ends at once, also where a driver does not hear of it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from confiture.exceptions import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from confiture.warehouse.connections import Warehouse

    T = TypeVar("T")

__all__ = ["run_interruptibly"]

#: Seconds after which a query that began just after an interrupt is stopped too.
_AGAIN = 0.2


def run_interruptibly(work: Callable[[], T], *warehouses: Warehouse) -> T:
    """What `work` gives; an interrupt stops the queries that it runs.

    It runs in a thread of its own: while a query runs in DuckDB, the thread that asked hears no interrupt.

    Args:
        work: Does it, and is called once.
        warehouses: The connections that it uses.

    Raises:
        KeyboardInterrupt: It was interrupted; no query of these connections runs any more, unless queries of
            such a warehouse cannot be stopped from here.
    """
    made: list[T] = []
    raised: list[BaseException] = []
    # A thread whose join is interrupted counts as ended in some versions of Python.
    is_done = threading.Event()

    def run() -> None:
        try:
            made.append(work())
        except BaseException as error:  # noqa: BLE001
            # It is raised where the work was asked for.
            raised.append(error)
        finally:
            is_done.set()

    threading.Thread(target=run, daemon=True).start()
    try:
        is_done.wait()
    except KeyboardInterrupt:
        _stop(is_done, warehouses)
        raise
    if raised:
        raise raised[0]
    return made[0]


def _stop(is_done: threading.Event, warehouses: tuple[Warehouse, ...]) -> None:
    while not is_done.is_set():
        for warehouse in warehouses:
            try:
                warehouse.cancel()
            except DatabaseError:
                # Such a query goes on in the warehouse, without anybody who waits for it.
                return
        is_done.wait(_AGAIN)
