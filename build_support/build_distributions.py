"""Builds everything that is published of this platform into a directory.

``python build_support/build_distributions.py dist``: the source distribution, and from it the platform's
wheel, where there is a Rust toolchain, and the pure one; with ``CONFITURE_BUILD=pure``, that alone. What was
in the directory is removed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import confiture_build

ROOT = Path(__file__).resolve().parent.parent


def main(directory: str) -> None:
    """Build the distributions.

    Raises:
        subprocess.CalledProcessError: One cannot be built.
    """
    target = Path(directory).resolve()
    shutil.rmtree(target, ignore_errors=True)
    kinds = ["native", "pure"]
    missing = confiture_build.missing_toolchain()
    if missing is not None:
        print(f"The platform's wheel is left out: {missing}.", file=sys.stderr)
    if missing is not None or os.environ.get("CONFITURE_BUILD") == "pure":
        kinds.remove("native")
    with tempfile.TemporaryDirectory(prefix="confiture-building-") as temporary:
        venv.create(temporary, with_pip=True)
        python = str(Path(temporary, "Scripts" if os.name == "nt" else "bin", "python"))
        pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--upgrade", "pip>=25.1"], check=True)
        subprocess.run([*pip, "install", "--group", "dist"], cwd=ROOT, check=True)
        build = [python, "-m", "build", "--sdist", "--outdir", str(target), str(ROOT)]
        subprocess.run(build, stdout=subprocess.DEVNULL, check=True)
        (source,) = target.iterdir()
        for kind in kinds:
            # Where what the wheel consists of is kept from one build to the next.
            environment = {"CARGO_TARGET_DIR": str(ROOT / "target"), **os.environ, "CONFITURE_BUILD": kind}
            wheel = [*pip, "wheel", "--no-deps", "--wheel-dir", str(target), str(source)]
            subprocess.run(wheel, env=environment, check=True)
    for path in sorted(target.iterdir()):
        print(f"{path.stat().st_size:>10}  {path.name}")


if __name__ == "__main__":
    main(*sys.argv[1:])
