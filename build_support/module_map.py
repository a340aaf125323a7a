"""Writes ``docs/modules.md``: one line for each module of Python and of Rust, from its own first sentence.

``python build_support/module_map.py`` (``make map``) writes it anew; a test holds it to be complete.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "modules.md"

_HEAD = """\
# All modules

One line for each module, which is the first sentence that it says of itself; `make map` writes this page.
`CONTRIBUTING.md` tells how they work together.
"""

#: The folders, in the order in which data flows through them.
_FOLDERS = (
    (
        "rust/core/src",
        "The engine, in Rust: files, statements, models, manifests. It knows nothing of Python.",
    ),
    ("rust/py/src", "The binding: arguments, errors, and the interpreter's lock."),
    ("python", "Where dbt looks for plugins."),
    ("python/confiture", "What both engines are used by, and how one is chosen."),
    ("python/confiture/_pure", "The engine's twin, in Python."),
    ("python/confiture/config", "Environments: what to build."),
    ("python/confiture/core", "Building, hashing, checking, and what else is done with a project."),
    ("python/confiture/models", "Types of everything that is returned or written."),
    ("python/confiture/artifacts", "The one place where types become JSON and MessagePack."),
    ("python/confiture/lineage", "What needs what, and its pictures."),
    ("python/confiture/diffing", "Comparing two models."),
    ("python/confiture/servers", "Throwaway PostgreSQL servers, and others."),
    ("python/confiture/dbt", "Manifests and catalogs of dbt."),
    ("python/confiture/warehouse", "The metadata store."),
    ("python/confiture/cli", "Commands: the only place that prints."),
    ("rust/fuzz", "Targets of cargo-fuzz."),
    ("rust/benches", "What the core is measured with."),
    ("build_support", "Building, checking and publishing."),
)


def modules() -> dict[str, str]:
    """The first sentence of each module by its path in the repository."""
    found = {}
    for top in ("python", "rust", "build_support"):
        for path in sorted((ROOT / top).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix == ".py":
                found[name] = _sentence(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
            elif path.suffix == ".rs" and "/target/" not in name:
                found[name] = _sentence("\n".join(_rust_lines(path.read_text(encoding="utf-8"))))
    return found


def _rust_lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.startswith("//!"):
            yield line.removeprefix("//!").strip()
        elif line and not line.startswith("#!"):
            return


def _sentence(text: str) -> str:
    """The first sentence of a documentation text, in one line of Markdown that fits a table or a list."""
    paragraph = " ".join(text.partition("\n\n")[0].split())
    sentence = re.split(r"(?<=[.!?]) (?=[A-Z`])", paragraph)[0]
    return re.sub(r"\[(`[^`]*`)\]", r"\1", sentence.replace("``", "`"))


def page() -> str:
    """The text of the page."""
    told = modules()
    text = _HEAD
    for folder, about in _FOLDERS:
        inner = [other for other, _ in _FOLDERS if other.startswith(f"{folder}/")]
        names = [
            name
            for name in sorted(told)
            if name.startswith(f"{folder}/") and not name.startswith(tuple(f"{other}/" for other in inner))
        ]
        text += f"\n## `{folder}`\n\n{about}\n\n"
        text += "".join(f"- `{name.removeprefix(folder + '/')}`: {told[name]}\n" for name in names)
    return text


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
