"""The versions of extensions, of which pg_dump tells nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._backend import load_engine

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["with_versions"]


def with_versions(dump: str, versions: Mapping[str, str]) -> str:
    """A dump in which each ``CREATE EXTENSION`` names the version that is installed.

    Args:
        dump: What pg_dump wrote.
        versions: The versions of extensions, by name.
    """
    content = dump.encode("utf-8", "surrogateescape")
    parts: list[bytes] = []
    done = 0
    for kind, objects, _, start, end, *_ in load_engine().split_statements(dump)[0]:
        version = versions.get(objects[0][2] or "") if kind == "CREATE EXTENSION" and objects else None
        if version is not None:
            version = version.replace("'", "''")
            statement = content[start:end].removesuffix(b";")
            parts += [content[done:start], statement, f" VERSION '{version}';".encode()]
            done = end
    return b"".join([*parts, content[done:]]).decode("utf-8", "surrogateescape")
