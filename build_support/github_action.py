"""What the action of ``action.yml`` does, with its inputs in ``INPUT_…`` variables.

Confiture is installed from the action's own sources into an environment of its own, so that it is the version
that the workflow names. Findings are annotations; the digest and whether the schema is changed are outputs;
the changes go into the summary of the run and into a file.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def install(directory: Path) -> list[str]:
    """Install Confiture into a fresh environment; returns the command that runs it."""
    venv.create(directory, with_pip=True)
    python = str(directory / ("Scripts" if os.name == "nt" else "bin") / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(ROOT)]
    subprocess.run(pip, check=True)
    return [python, "-m", "confiture"]


def act(confiture: list[str], inputs: dict[str, str], outputs: Path, summary: Path) -> int:
    """Do what the inputs ask for.

    Args:
        confiture: The command that runs Confiture.
        inputs: The action's inputs by their names in ``action.yml``.
        outputs: Where outputs are appended, as ``name=value``.
        summary: Where the summary is appended.

    Returns:
        The exit code: 0, or that of the first command that found something to be mended, or failed.
    """
    project = ["--project-dir", inputs["project-dir"]]
    environment = ["--env", inputs["environment"]]
    command = [*confiture, "hash", *project, *environment]
    hashed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if hashed.returncode:
        return hashed.returncode
    told = {"digest": hashed.stdout.strip()}
    codes = [_run(confiture, "check", *project, *environment, "--format", "github")]
    if inputs["bundle"]:
        bundle = str(Path(inputs["project-dir"], inputs["bundle"]).resolve())
        codes.append(_run(confiture, "build", "--check", *project, *environment, "--output", bundle))
    if inputs["base"]:
        report = Path(inputs["report"])
        name = inputs["environment"]
        sides = ["--from", f"git:{inputs['base']}:{name}", "--to", f"env:{name}"]
        code = _run(confiture, "diff", *project, *sides, "--format", "markdown", "--output", str(report))
        if code in (0, 1):
            told["changed"] = str(code == 1).lower()
            with summary.open("a", encoding="utf-8") as file:
                file.write(report.read_text(encoding="utf-8"))
        else:
            codes.append(code)
    with outputs.open("a", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in told.items())
    return next((code for code in codes if code), 0)


def _run(confiture: list[str], *arguments: str) -> int:
    return subprocess.run([*confiture, *arguments], check=False).returncode


def main() -> int:
    """Install Confiture and act, as GitHub's variables say."""
    names = ("environment", "project-dir", "base", "bundle", "report")
    inputs = {name: os.environ[f"INPUT_{name.upper().replace('-', '_')}"] for name in names}
    with tempfile.TemporaryDirectory(prefix="confiture-action-") as directory:
        confiture = install(Path(directory))
        outputs, summary = (Path(os.environ[f"GITHUB_{name}"]) for name in ("OUTPUT", "STEP_SUMMARY"))
        return act(confiture, inputs, outputs, summary)


if __name__ == "__main__":
    sys.exit(main())
