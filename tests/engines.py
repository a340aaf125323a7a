"""Which engines the tests run on."""

from __future__ import annotations

import os

#: Both, unless the caller knows that there is no native one to be had.
ENGINES = tuple(os.environ.get("CONFITURE_TEST_ENGINES", "rust,python").split(","))
