"""Pushes that are killed: a process that starts one after the other, and a process for each.

``python killed.py URL SCHEMA COUNT SECONDS`` prints how many of them had ended before they were killed.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time

from confiture.warehouse import MetadataStore, Warehouse
from warehouse.support import many


def _push(url: str, schema: str, number: int) -> None:
    with Warehouse.from_url(url) as warehouse:
        MetadataStore(warehouse, schema).push(many(400, mark=str(number)))


def main(url: str, schema: str, count: int, seconds: float) -> int:
    """Push and kill; the moments are anywhere in the time that a push takes."""
    ended = 0
    moments = random.Random(8)
    for number in range(count):
        child = os.fork()
        if not child:
            _push(url, schema, number)
            os._exit(0)
        time.sleep(moments.uniform(0, seconds))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        ended += os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0
    return ended


if __name__ == "__main__":
    print(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
