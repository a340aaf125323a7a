"""Trees of files as plain values, and how to make them real."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

IGNORE_FILE = ".confitureignore"


@dataclass(frozen=True)
class File:
    content: bytes


@dataclass(frozen=True)
class Link:
    target: str


@dataclass(frozen=True)
class Special:
    kind: str


Node = File | Link | Special | dict[str, "Node"]

#: What a directory holds, by names as `os.fsdecode` gives them.
Tree = dict[str, Node]


def plant(directory: Path, tree: Tree, *, backwards: bool = False) -> None:
    """Create what `tree` describes, in its order or the other way round."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in reversed(tree) if backwards else tree:
        node = tree[name]
        path = directory / name
        if isinstance(node, File):
            path.write_bytes(node.content)
        elif isinstance(node, Link):
            path.symlink_to(node.target)
        elif isinstance(node, dict):
            plant(path, node, backwards=backwards)
        elif node.kind == "socket":
            _bind_socket(path)
        else:
            os.mkfifo(path)


def _bind_socket(path: Path) -> None:
    # Under a short name first: the length of a socket's address is limited.
    with tempfile.TemporaryDirectory() as directory, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{directory}/s")
        shutil.move(f"{directory}/s", path)


def directories_of(tree: Tree, prefix: str = "") -> list[str]:
    """Relative paths of the directories in a tree."""
    found = []
    for name, node in tree.items():
        if isinstance(node, dict):
            found += [prefix + name, *directories_of(node, f"{prefix}{name}/")]
    return found


def paths_of(tree: Tree, prefix: str = "") -> list[str]:
    """Relative paths of all there is in a tree."""
    found = []
    for name, node in tree.items():
        found.append(prefix + name)
        if isinstance(node, dict):
            found += paths_of(node, f"{prefix}{name}/")
    return found
