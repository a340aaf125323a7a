"""Work that goes on beside other work."""

from __future__ import annotations

# The module `threading` takes its time to be imported, and has nothing that is wanted here.
import _thread
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Background"]

T = TypeVar("T")


class Background(Generic[T]):
    """A task that runs in a thread of its own; one that nobody waits for ends with the process.

    Args:
        task: What is to be done. It should leave the interpreter to others while it works.
    """

    def __init__(self, task: Callable[[], T]) -> None:
        self._task = task
        self._results: list[T] = []
        self._failure: BaseException | None = None
        self._is_done = _thread.allocate_lock()
        self._is_done.acquire()
        _thread.start_new_thread(self._run, ())

    def result(self) -> T:
        """What the task gives, once it is done.

        Raises:
            BaseException: Whatever the task raised.
        """
        with self._is_done:
            pass
        if self._failure is not None:
            raise self._failure
        return self._results[0]

    def _run(self) -> None:
        try:
            self._results.append(self._task())
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
            self._failure = error
        finally:
            self._is_done.release()
