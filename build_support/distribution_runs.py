"""Installs distributions as strangers do, and compares what they do.

``python build_support/distribution_runs.py dist`` installs every wheel of a directory that fits this
platform, and every source distribution without cargo (and with it, where there is one), each into a fresh
environment outside of the repository; runs the commands of the example with each; and ends with 1 unless all
of them print and write the same bytes. With ``--wheels`` or ``--pure`` before the directory, it is the wheels
alone, or the pure one alone.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

import confiture_build
from distribution_contents import in_directory

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "library"

#: The commands that are compared, and how each ends.
COMMANDS: tuple[tuple[tuple[str, ...], int], ...] = (
    (("hash",), 0),
    (("hash", "--files"), 0),
    (("hash", "--semantic"), 0),
    (("hash", "--check", "0" * 64), 1),
    (("build", "--stdout"), 0),
    (("build", "--stdout", "--schema-only", "--separator-style", "line_comment"), 0),
    (("build", "--list-files", "--format", "json"), 0),
    (("build", "--output", "bundle.sql", "--source-map", "bundle.map.json"), 0),
    (("build", "--split", "bundles"), 0),
    (("check", "--format", "json"), 0),
    (("lineage", "--format", "json"), 0),
    (("lineage", "--format", "html", "--output", "lineage.html"), 0),
    (("manifest", "--output", "manifest.json"), 0),
    (("build", "--separator-style", "blokc_comment"), 2),
    (("build", "--env", "nowhere"), 5),
    (("build", "--output", "db/schema/x.sql"), 4),
)

#: What an output says of the engine and of the time, which alone may be different.
_OF_THE_RUN = re.compile(rb'^  (engine|time)  .*$|"engine":"[a-z]+"', re.MULTILINE)

#: What would have another engine, or other sources, run than those that were installed.
_LEADING_ELSEWHERE = ("CONFITURE_ENGINE", "PYTHONHOME", "PYTHONPATH")

_PURE = "-py3-none-any.whl"

#: Programs that building without a Rust toolchain may use.
_PLAIN_PROGRAMS = ("sh", "uname", "git")


@dataclass(frozen=True)
class Installation:
    """A distribution in an environment of its own."""

    #: What was installed, and how.
    name: str
    #: The engine that it has to have.
    engine: str
    #: The program that runs.
    program: Path


def path_without_cargo(directory: Path) -> str:
    """A ``PATH`` of one directory, made here, on which there is no cargo."""
    directory.mkdir()
    for program in _PLAIN_PROGRAMS:
        found = shutil.which(program)
        if found is not None and os.name == "posix":
            (directory / program).symlink_to(found)
    return str(directory)


def _programs(environment: Path) -> Path:
    return environment / ("Scripts" if os.name == "nt" else "bin")


def install(distribution: Path, directory: Path, engine: str, **environment: str) -> Installation:
    """Install a distribution with what it depends on into a fresh environment.

    Raises:
        subprocess.CalledProcessError: It cannot be built or installed.
    """
    venv.create(directory, with_pip=True)
    programs = _programs(directory)
    command = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, str(distribution)], env={**os.environ, **environment}, check=True)
    return Installation(f"{distribution.name} ({engine})", engine, programs / "confiture")


def results(installed: Installation, directory: Path) -> dict[str, bytes]:
    """What the commands print and write in a copy of the example, and how they end.

    Args:
        installed: What runs.
        directory: Where the copy stands, which is not there before or after. It is the same for installations
            that are compared, as some outputs name it.

    Raises:
        SystemExit: The distribution runs with another engine, or a command ends otherwise than it has to.
    """
    said = _run(installed.program, "--version", cwd=directory.parent).stdout.decode()
    if f"engine: {installed.engine} " not in said:
        raise SystemExit(f"{installed.name}: its engine is not {installed.engine}, it says {said.strip()}")
    shutil.copytree(EXAMPLE, directory, ignore=shutil.ignore_patterns("generated"))
    try:
        return _results(installed, directory)
    finally:
        shutil.rmtree(directory)


def _results(installed: Installation, directory: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for arguments, code in COMMANDS:
        done = _run(installed.program, *arguments, cwd=directory)
        command = " ".join(arguments)
        if done.returncode != code:
            shown = done.stderr.decode(errors="replace").strip()
            raise SystemExit(
                f"{installed.name}: '{command}' ends with {done.returncode}, not {code}: {shown}"
            )
        found[f"the output of '{command}'"] = _OF_THE_RUN.sub(b"", done.stdout)
        if code:
            found[f"the errors of '{command}'"] = done.stderr
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            found[path.relative_to(directory).as_posix()] = path.read_bytes()
    return found


def differences(of_installed: dict[str, dict[str, bytes]]) -> list[str]:
    """What is not the same for all installations, as sentences; the first is what the others are held to."""
    (first, expected), *others = of_installed.items()
    return [
        f"{each} of {name} is not that of {first}."
        for name, found in others
        for each in sorted(expected.keys() | found.keys())
        if found.get(each) != expected.get(each)
    ]


def _run(program: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in _LEADING_ELSEWHERE}
    return subprocess.run(
        [program, *arguments],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


def _ways(distribution: Path, without_cargo: str) -> list[tuple[str, dict[str, str]]]:
    """The engine and the environment of each way to install a distribution."""
    if distribution.name.endswith(_PURE):
        return [("python", {"PATH": without_cargo})]
    if distribution.name.endswith(".whl"):
        return [("rust", {})]
    ways: list[tuple[str, dict[str, str]]] = [("python", {"PATH": without_cargo})]
    if confiture_build.missing_toolchain() is None:
        ways.append(("rust", {"CONFITURE_BUILD": "native"}))
    return ways


def _chosen(option: str, distributions: list[Path], directory: Path) -> list[Path]:
    """The distributions that an option asks for, without wheels that are for other platforms."""
    ending = {"--pure": _PURE, "--wheels": ".whl", "": ""}[option]
    chosen = [each for each in distributions if each.name.endswith(ending)]
    venv.create(directory, with_pip=True)
    dry_run = [
        str(_programs(directory) / "python"),
        "-m",
        "pip",
        "install",
        "--dry-run",
        "--no-deps",
        "--quiet",
    ]
    fitting = []
    for each in chosen:
        is_native = each.name.endswith(".whl") and not each.name.endswith(_PURE)
        if is_native and subprocess.run([*dry_run, str(each)], capture_output=True, check=False).returncode:
            print(f"{each.name} is for another platform.")
        else:
            fitting.append(each)
    return fitting


def main(*arguments: str) -> int:
    """Install the distributions of a directory and compare them; returns 1 if they are different."""
    *options, name = arguments
    of_installed = {}
    with tempfile.TemporaryDirectory(prefix="confiture-distributions-") as temporary:
        top = Path(temporary).resolve()
        without_cargo = path_without_cargo(top / "programs")
        chosen = _chosen("".join(options), in_directory(name), top / "chosen")
        ways = [(each, *way) for each in chosen for way in _ways(each, without_cargo)]
        for number, (distribution, engine, environment) in enumerate(ways):
            installed = install(distribution, top / str(number), engine, **environment)
            of_installed[installed.name] = results(installed, top / "library")
            print(f"{installed.name} runs.")
    if not of_installed:
        raise SystemExit(f"There is nothing in {name} that can be installed here.")
    found = differences(of_installed)
    for problem in found:
        print(problem, file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
