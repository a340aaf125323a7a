"""The files of a git revision, without touching the work tree."""

from __future__ import annotations

import os
import subprocess

from confiture._failures import display_path
from confiture.exceptions import DifferError

__all__ = ["tree_of_revision"]


def tree_of_revision(revision: str, project_dir: str | None, directory: str) -> str:
    """Write the files of a revision into an empty directory.

    Args:
        revision: Whatever git takes for one: a commit, a tag, a branch, ``HEAD~2``.
        project_dir: Directory of the project; default: the current one.
        directory: Where to write.

    Returns:
        The directory of the project there.

    Raises:
        DifferError: There is no git, no repository, no such revision, or no such project in it.
    """
    project = os.path.abspath(project_dir or os.curdir)
    if revision.startswith("-"):
        raise _unknown_revision(revision, "a revision does not start with -")
    prefix = (
        _git(project, revision, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").strip("\n")
    )
    top = (
        _git(project, revision, "rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape").strip("\n")
    )
    commit = (
        _git(project, revision, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()
    )
    files = os.path.join(directory, "tree")
    os.mkdir(files)
    # As git checks it out, with an index of its own: `git archive` leaves out what has `export-ignore`.
    settings = ("core.sparseCheckout=false", "core.fsmonitor=false", f"core.hooksPath={directory}")
    options = [part for setting in settings for part in ("-c", setting)]
    _git(
        *(top, revision, f"--work-tree={files}", *options, "read-tree", "--reset", "-u", commit),
        index=os.path.join(directory, "index"),
    )
    there = os.path.join(files, prefix)
    if not os.path.isdir(there):
        raise DifferError(
            f"Revision {display_path(revision)} has no directory {display_path(prefix.rstrip('/'))}.",
            error_code="DIFFER_003",
            context={"revision": display_path(revision)},
            resolution_hint="Name a revision in which the project is where it is now.",
        )
    return there


def _git(directory: str, revision: str, *arguments: str, index: str | None = None) -> bytes:
    try:
        result = subprocess.run(
            ["git", "-C", directory, *arguments],
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env=None if index is None else {**os.environ, "GIT_INDEX_FILE": index},
        )
    except OSError as error:
        raise DifferError(
            f"git cannot be run: {error.strerror or error}.",
            error_code="DIFFER_004",
            resolution_hint="Install git, or compare files and directories.",
        ) from error
    if result.returncode:
        reason = result.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ").partition("\n")[0]
        raise _unknown_revision(revision, reason)
    return result.stdout


def _unknown_revision(revision: str, reason: str) -> DifferError:
    told = f": {display_path(reason)}" if reason else ""
    return DifferError(
        f"git has no revision {display_path(revision)} here{told}.",
        error_code="DIFFER_003",
        context={"revision": display_path(revision)},
        resolution_hint="'git log --oneline' lists revisions; a shallow clone has few of them.",
    )
