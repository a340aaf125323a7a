"""Which engines the tests run on."""

from __future__ import annotations

import importlib
import os
from typing import cast

from confiture._interface import Engine

#: Both, unless the caller knows that there is no native one to be had.
ENGINES = tuple(os.environ.get("CONFITURE_TEST_ENGINES", "rust,python").split(","))

_MODULES = {"rust": "confiture._core", "python": "confiture._pure"}

#: The engines themselves, for tests that call them directly.
LOADED = {name: cast("Engine", importlib.import_module(_MODULES[name])) for name in ENGINES}
