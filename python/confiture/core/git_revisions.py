"""The git revision that a project's files are of."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from msgspec import UNSET, UnsetType

from confiture.models.run import GitRevision

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["git_branch", "git_revision"]

_LONGEST_WAIT = 30


def git_revision(project_dir: str, outputs: Sequence[str] = ()) -> GitRevision | UnsetType | None:
    """The revision of a project's files.

    Args:
        project_dir: Directory of the project.
        outputs: Absolute paths of files that a command wrote: that they are new does not count.

    Returns:
        The revision; None if the project is in no repository, or in one without a commit; ``UNSET`` if git
        cannot be asked, or gives another answer.
    """
    head = _git(project_dir, "rev-parse", "--verify", "HEAD^{commit}")
    if head is None:
        return UNSET
    if head.returncode:
        is_told = b"not a git repository" in head.stderr or b"Needed a single revision" in head.stderr
        return None if is_told else UNSET
    project = os.path.realpath(project_dir)
    relative = [os.path.relpath(output, project) for output in outputs]
    left_out = [f":(exclude,literal){path}" for path in relative if not path.startswith("..")]
    status = _git(project_dir, "status", "--porcelain", "--untracked-files=normal", "--", ".", *left_out)
    if status is None or status.returncode:
        return UNSET
    return GitRevision(commit=head.stdout.decode("ascii").strip(), is_modified=bool(status.stdout.strip()))


def git_branch(project_dir: str) -> str | None:
    """The branch that is checked out; None if there is none, or git cannot be asked."""
    told = _git(project_dir, "symbolic-ref", "--quiet", "--short", "HEAD")
    if told is None or told.returncode:
        return None
    return told.stdout.decode("utf-8", "backslashreplace").strip() or None


def _git(directory: str, *arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    try:
        return subprocess.run(
            ["git", "-C", directory, *arguments],
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=_LONGEST_WAIT,
            # Its messages are read; and looking must not write to the repository.
            env={**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
