"""What to say when an environment has no file."""

from __future__ import annotations

import os

from confiture._failures import display_path
from confiture.config.failures import ENVIRONMENT_NOT_FOUND, FILE_UNREADABLE, file_error
from confiture.config.suggestions import did_you_mean, listed
from confiture.exceptions import ConfigurationError

_SUFFIX = ".yaml"
_OTHER_SUFFIX = ".yml"
_MOST_LISTED = 20


def environment_not_found(env: str, project: str, file: str) -> ConfigurationError:
    """The error for the environment `env` of `project`, whose `file` does not exist."""
    if os.path.islink(file):
        return file_error(
            FILE_UNREADABLE,
            file,
            "this symbolic link leads to no file",
            "Mend the link, or put the environment's file in its place.",
        )
    folder = os.path.dirname(file)
    other = file.removesuffix(_SUFFIX) + _OTHER_SUFFIX
    if not os.path.isdir(project):
        reason = f"there is no directory {display_path(project)} to find the environment '{env}' in"
        hint = "Give the directory of the project, the one that has db/environments in it."
    elif not os.path.isdir(folder):
        reason = f"the project has no environments: there is no directory {display_path(folder)}"
        hint = "Run 'confiture init' to create it, or give the directory of the project."
    elif os.path.lexists(other):
        reason = (
            f"the environment '{env}' needs a file that ends in {_SUFFIX}, and there is {env}{_OTHER_SUFFIX}"
        )
        hint = f"Rename {env}{_OTHER_SUFFIX} to {env}{_SUFFIX}."
    else:
        names = environment_names(folder)
        known = listed(names, "and", at_most=_MOST_LISTED) if names else "none"
        reason = f"there is no such file, so no environment '{env}'; there are: {known}"
        otherwise = "Create the file, or choose an environment that exists."
        stem = env.removesuffix(_SUFFIX).removesuffix(_OTHER_SUFFIX)
        if stem in names:
            hint = f"Give the name without its ending: '{stem}'."
        else:
            hint = did_you_mean(
                env, names, otherwise if names else "Create the file, or run 'confiture init'."
            )
    return file_error(ENVIRONMENT_NOT_FOUND, file, reason, hint, environment=env)


def environment_names(folder: str) -> list[str]:
    """Names of the environments that have a file in `folder`, sorted; none if it cannot be listed."""
    try:
        files = sorted(os.listdir(folder))
    except OSError:
        return []
    return [file.removesuffix(_SUFFIX) for file in files if file.endswith(_SUFFIX) and file[0] != "."]
