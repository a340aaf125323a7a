"""A lineage as one HTML page, which holds all that it needs and loads nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from confiture.lineage.changes import LineageChanges
    from confiture.models.lineage import Lineage

__all__ = ["render_html"]

_FOLDER = os.path.join(os.path.dirname(__file__), "page")

#: Libraries; their licences want to go where they go.
_LIBRARIES = ("cytoscape", "dagre")

#: The parts of the page's own script; each uses those before it.
_SCRIPTS = ("data.js", "changes.js", "layout.js", "drawing.js", "panels.js", "page.js")


def render_html(lineage: Lineage, changes: LineageChanges | None = None) -> str:
    """The page: the same bytes for the same objects, on every machine and from both engines.

    Args:
        lineage: The objects.
        changes: What is different in it, to be shown in colours; None where nothing is compared.

    Returns:
        HTML.

    Its content security policy lets nothing run or style it but what is in it, by digest, and nothing be
    loaded from anywhere.
    """
    style = _read("page.css")
    scripts = {name: _library(name) for name in _LIBRARIES}
    own = "\n".join(_read(name) for name in _SCRIPTS)
    scripts["script"] = f'"use strict";\n(() => {{\n{own}\n}})();\n'
    policy = (
        "default-src 'none'; "
        f"script-src {' '.join(map(_source, scripts.values()))}; style-src {_source(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    filled = {
        "policy": policy,
        "title": _escaped(_title(lineage, changes)),
        "style": style,
        "data": _data(lineage, changes),
        **scripts,
    }
    # Split once: what is filled in may hold anything, the marks too.
    first, *parts = _read("page.html").split("{{")
    page = [first]
    for part in parts:
        name, _, text = part.partition("}}")
        page += (filled[name], text)
    return "".join(page)


def _title(lineage: Lineage, changes: LineageChanges | None) -> str:
    if changes is not None:
        of = f" of {lineage.focus or lineage.environment}" if lineage.focus or lineage.environment else ""
        return f"Changes{of} · {changes.old} → {changes.new}"
    focus = "Lineage" if lineage.focus is None else f"Lineage of {lineage.focus}"
    return f"{focus} · {lineage.environment}" if lineage.environment else focus


def _data(lineage: Lineage, changes: LineageChanges | None) -> str:
    r"""The lineage as JSON without ``<``, so that no name in it can end the element that holds it."""
    from msgspec.structs import replace

    from confiture.artifacts import dumps_json

    # The page shows where objects are defined, not where their edges come from.
    edges = tuple(replace(edge, place=None) for edge in lineage.edges)
    text = dumps_json(replace(lineage, edges=edges, base_dir="", engine="", skipped=()))
    if changes is not None:
        text = f'{text[:-1]},"diff":{dumps_json(changes)}}}'
    return text.replace("<", "\\u003c")


def _library(name: str) -> str:
    """A library below its licence, without the line that names its source map, which browsers' tools load."""
    lines = _read(f"libraries/{name}.min.js").splitlines(keepends=True)
    script = "".join(line for line in lines if not line.startswith("//# sourceMappingURL="))
    return f"/*\n{_read(f'libraries/{name}.LICENSE').rstrip()}\n*/\n{script}"


def _source(content: str) -> str:
    """The content as a source of a content security policy."""
    from base64 import b64encode
    from hashlib import sha256

    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)


def _read(name: str) -> str:
    with open(os.path.join(_FOLDER, name), encoding="utf-8", newline="") as file:
        return file.read()
