"""Measures which lines the tests run, of Python and of Rust. Too few lines, or failing tests, end it with 1.

``python build_support/coverage_report.py [PYTEST ARGUMENTS]`` needs the test dependencies, coverage.py, and
``llvm-profdata`` and ``llvm-cov`` of rustc's version of LLVM: those of rustup's ``llvm-tools``, or of the
system. Rust is measured under its own tests and, by an extension that is built for it, under those of
Python. Without cargo, it is Python alone. Reports and data are left in ``.cache/coverage``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import confiture_build

ROOT = Path(__file__).resolve().parent.parent
DIRECTORY = ROOT / ".cache" / "coverage"

#: Of a hundred lines, so many have to be run.
LEAST_PYTHON = 95.0
LEAST_RUST = 90.0

#: What builds the package is not the package. Whoever counts lines says so where a disk is full.
_MISTAKES = "tests/bad_input/test_mistakes.py::"
_PYTEST = (
    *("--numprocesses=auto", "--dist=worksteal", "--quiet", "--ignore=tests/test_packaging.py"),
    *(
        f"--deselect={_MISTAKES}{test}{disk}"
        for test in (
            "test_ends_in_one_clear_error_and_changes_nothing[rust-",
            "test_is_told_in_the_same_words_by_both_engines[",
        )
        for disk in ("a_full_disk", "a_disk_that_is_full")
    ),
)

#: Sources of others, of tests, and of what measures.
_LEFT_OUT = r"/\.cargo/|/rustc/|/rust/benches/|/tests(_of_\w+)?\.rs$"


def llvm_program(name: str) -> str:
    """The path of a program of LLVM that reads what rustc writes.

    Raises:
        SystemExit: There is none.
    """
    sysroot = Path(_output("rustc", "--print", "sysroot").strip())
    about = _output("rustc", "--version", "--verbose")
    (version,) = re.findall(r"^LLVM version: (\d+)", about, re.MULTILINE)
    host = re.findall(r"^host: (\S+)", about, re.MULTILINE)[0]
    of_toolchain = sysroot / "lib" / "rustlib" / host / "bin" / name
    for found in (of_toolchain, Path(f"/usr/lib/llvm-{version}/bin/{name}")):
        if found.exists():
            return str(found)
    found_elsewhere = shutil.which(f"{name}-{version}")
    if found_elsewhere is None:
        raise SystemExit(f"There is no {name} of LLVM {version}: run 'rustup component add llvm-tools'.")
    return found_elsewhere


class Rust:
    """Rust's part: test programs and an extension that count the lines they run."""

    def __init__(self) -> None:
        self._profiles = DIRECTORY / "profiles"
        self._profiles.mkdir(parents=True, exist_ok=True)
        self._objects: list[str] = []
        self.environment = {
            **os.environ,
            "RUSTFLAGS": "-C instrument-coverage",
            "CARGO_TARGET_DIR": str(DIRECTORY / "target"),
            # Lines are counted as they stand: what is inlined counts as well.
            "CARGO_PROFILE_DEV_OPT_LEVEL": "1",
            # As in what is released: what others count may overflow.
            "CARGO_PROFILE_DEV_OVERFLOW_CHECKS": "false",
            "CARGO_PROFILE_DEV_DEBUG_ASSERTIONS": "false",
            "CARGO_INCREMENTAL": "0",
            # Processes of one program share a few files.
            "LLVM_PROFILE_FILE": str(self._profiles / "%4m.profraw"),
        }

    def extension(self) -> Path:
        """Build the extension; returns a directory that has the package with it."""
        built = self._cargo("build", "--package", "confiture-py")
        (library,) = [name for name in built if name.endswith((".so", ".dylib"))]
        self._objects.append(library)
        package = DIRECTORY / "python"
        shutil.rmtree(package, ignore_errors=True)
        shutil.copytree(ROOT / "python", package, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
        shutil.copy(library, package / "confiture" / "_core.abi3.so")
        return package

    def test(self) -> None:
        """Run Rust's own tests.

        Raises:
            subprocess.CalledProcessError: A test fails.
        """
        for program in self._cargo("test", "--package", "confiture-core", "--no-run"):
            self._objects.append(program)
            subprocess.run([program, "--quiet"], cwd=ROOT / "rust/core", env=self.environment, check=True)

    def report(self) -> float:
        """Write the reports; returns how many of a hundred lines were run."""
        data = DIRECTORY / "rust.profdata"
        raw = [str(path) for path in self._profiles.glob("*.profraw")]
        subprocess.run(
            [llvm_program("llvm-profdata"), "merge", "--sparse", *raw, "-o", str(data)], check=True
        )
        objects = [argument for name in self._objects for argument in ("--object", name)][1:]
        common = [f"--instr-profile={data}", f"--ignore-filename-regex={_LEFT_OUT}", *objects]
        told = _output(llvm_program("llvm-cov"), "export", "--summary-only", *common)
        (DIRECTORY / "rust.json").write_text(told, encoding="utf-8")
        (totals,) = json.loads(told)["data"]
        for file in sorted(totals["files"], key=lambda file: file["summary"]["lines"]["percent"])[:10]:
            name = Path(file["filename"]).relative_to(ROOT) if ROOT in Path(file["filename"]).parents else "?"
            print(f"{file['summary']['lines']['percent']:6.1f} % of {name}")
        return float(totals["totals"]["lines"]["percent"])

    def _cargo(self, *arguments: str) -> list[str]:
        """Build; returns the programs or libraries."""
        command = ["cargo", *arguments, "--locked", "--message-format=json-render-diagnostics"]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True, check=True
        )
        messages: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
        made = [each for each in messages if each["reason"] == "compiler-artifact"]
        wanted = [each for each in made if "path+file" in each["package_id"]]
        if arguments[0] == "test":
            return [each["executable"] for each in wanted if each["executable"]]
        return [name for each in wanted if "cdylib" in each["target"]["kind"] for name in each["filenames"]]


class Python(NamedTuple):
    """Python's part.

    Attributes:
        percent: How many of a hundred lines were run.
        passed: Whether all tests have passed.
    """

    percent: float
    passed: bool


def run_python(arguments: list[str], package: Path, engines: str, environment: dict[str, str]) -> Python:
    """Run the tests of Python on a copy of the package."""
    environment = {
        **environment,
        "PYTHONPATH": str(package),
        "COVERAGE_FILE": str(DIRECTORY / "python.data"),
        "COVERAGE_RCFILE": str(ROOT / "pyproject.toml"),
        "CONFITURE_TEST_ENGINES": engines,
    }
    coverage = [sys.executable, "-m", "coverage"]
    tests = [*coverage, "run", "-m", "pytest", *_PYTEST, *arguments]
    passed = subprocess.run(tests, cwd=ROOT, env=environment, check=False).returncode == 0
    subprocess.run([*coverage, "combine", "--quiet"], cwd=DIRECTORY, env=environment, check=True)
    report = str(DIRECTORY / "python.json")
    subprocess.run([*coverage, "json", "--quiet", "-o", report], cwd=DIRECTORY, env=environment, check=True)
    told = json.loads(Path(report).read_text(encoding="utf-8"))
    missing = {name: file["summary"]["missing_lines"] for name, file in told["files"].items()}
    for name in sorted(missing, key=missing.__getitem__, reverse=True)[:10]:
        print(f"{missing[name]:6} lines of {name}")
    return Python(float(told["totals"]["percent_covered"]), passed)


def main(*arguments: str) -> int:
    """Measure, and print what was measured; returns 1 if it is too little."""
    shutil.rmtree(DIRECTORY / "profiles", ignore_errors=True)
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    for old in DIRECTORY.glob("python.data*"):
        old.unlink()
    measured: list[tuple[str, float, float]] = []
    if confiture_build.missing_toolchain() is None:
        rust = Rust()
        package = rust.extension()
        python = run_python(list(arguments), package, "rust,python", rust.environment)
        rust.test()
        measured.append(("Rust", rust.report(), LEAST_RUST))
    else:
        python = run_python(list(arguments), ROOT / "python", "python", dict(os.environ))
    measured.append(("Python", python.percent, LEAST_PYTHON))
    for name, found, least in measured:
        print(f"{name}: {found:.2f} % of lines, and {least:.0f} % are needed.")
    if not python.passed:
        print("Tests of Python have failed.")
    return int(not python.passed or any(found < least for _, found, least in measured))


def _output(*command: str) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
