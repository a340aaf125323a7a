"""The tree digest, computed from ``docs/digest.md`` alone: ``python verifier.py DIRECTORY``."""

# Nothing but hashlib and os is needed, so that it is easy to check.

import hashlib
import os
import sys


def tree_lines(directory: str) -> str:
    """The digest's lines for all .sql files of a directory, in alphabetical order."""
    paths = []
    for folder, _, names in os.walk(directory):
        paths += [os.path.join(folder, name) for name in names if name.endswith(".sql")]
    paths = [os.path.relpath(path, directory) for path in paths]
    lines = []
    for path in sorted(paths, key=lambda path: [part.encode() for part in path.split("/")]):
        with open(os.path.join(directory, path), "rb") as file:
            lines.append(f"{hashlib.sha256(file.read()).hexdigest()}  {path}\n")
    return "".join(lines)


def tree_digest(directory: str) -> str:
    return hashlib.sha256(tree_lines(directory).encode()).hexdigest()


if __name__ == "__main__":
    print(tree_digest(sys.argv[1]))
