"""What the files of a distribution hold, compared with the sources they come from.

``python build_support/distribution_contents.py dist`` tells what is missing, what is too much, and what is
too large, and ends with 1 if there is any of it. It looks into wheels of every platform, on every platform.
"""

from __future__ import annotations

import re
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent

#: A wheel may have so many bytes; installing one has to stay cheap.
LARGEST_WHEEL = 6_000_000

#: What an installed package cannot do without, so that it is noticed if the sources lose it.
_INDISPENSABLE = (
    "confiture/__init__.py",
    "confiture/_core.pyi",
    "confiture/_pure/__init__.py",
    "confiture/_pure/catalog.txt",
    "confiture/_pure/dbt/fields.txt",
    "confiture/_pure/keywords.txt",
    "confiture/_pure/statements.txt",
    "confiture/lineage/page/libraries/NOTICE.md",
    "confiture/lineage/page/page.html",
    "confiture/py.typed",
    "dbt_confiture.py",
)

_LICENCES = ("LICENSE", "cytoscape.LICENSE", "dagre.LICENSE")

#: What a wheel says of itself. Lists of components are made by the tool that builds the native one.
_METADATA = re.compile(
    r"METADATA|WHEEL|RECORD|entry_points\.txt|licenses/(.*/)?([a-z]+\.)?LICENSE|sboms/.*\.json"
)

#: Everything of a source distribution that is not a source of Python or Rust.
_BUILDING = {
    ".gitignore",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "PKG-INFO",
    "README.md",
    "build_support/confiture_build.py",
    "pyproject.toml",
    "rust/core/Cargo.toml",
    "rust/py/Cargo.toml",
}

_NATIVE = re.compile(r"confiture/_core\.(abi3\.so|cpython-[\w-]+\.so|pyd|cp[\w-]+\.pyd)")
_LEFTOVERS = (".so", ".pyd", ".pyc")


def problems(distribution: Path) -> list[str]:
    """Whatever is wrong with a wheel or a source distribution, as sentences."""
    if distribution.name.endswith(".whl"):
        return _wheel_problems(distribution)
    if distribution.name.endswith(".tar.gz"):
        return _source_problems(distribution)
    return [f"{distribution.name} is neither a wheel nor a source distribution."]


def version() -> str:
    """The version of the sources; that in ``Cargo.toml`` is the only one."""
    manifest = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    return str(manifest["workspace"]["package"]["version"])


def package_files() -> set[str]:
    """The files that every wheel holds, as they are named there."""
    return {name.removeprefix("python/") for name in _source_files("python")}


def _source_files(directory: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / directory).rglob("*")
        if path.is_file() and path.suffix not in _LEFTOVERS and "__pycache__" not in path.parts
    }


def _wheel_problems(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        said = archive.read(metadata).decode()
    described = {name.partition(".dist-info/")[2] for name in names if ".dist-info/" in name}
    modules = {name for name in names if ".dist-info/" not in name}
    natives = {name for name in modules if _NATIVE.fullmatch(name)}
    found = _differences(wheel.name, modules - natives, package_files() | set(_INDISPENSABLE))
    found += [
        f"{wheel.name}: {name} is too much." for name in sorted(described) if not _METADATA.fullmatch(name)
    ]
    licences = {PurePosixPath(name).name for name in described if name.startswith("licenses/")}
    found += [f"{wheel.name}: the licence {name} is missing." for name in _LICENCES if name not in licences]
    wanted = 0 if wheel.name.endswith("-py3-none-any.whl") else 1
    if len(natives) != wanted:
        found.append(f"{wheel.name}: it holds {len(natives)} native modules, not {wanted}.")
    if f"Version: {version()}" not in said.splitlines():
        found.append(f"{wheel.name}: its version is not {version()}.")
    size = wheel.stat().st_size
    if size > LARGEST_WHEEL:
        found.append(f"{wheel.name}: it has {size} bytes, more than {LARGEST_WHEEL}.")
    return found


def _source_problems(distribution: Path) -> list[str]:
    top = distribution.name.removesuffix(".tar.gz")
    with tarfile.open(distribution) as archive:
        names = {member.name for member in archive.getmembers() if member.isfile()}
    expected = (
        _BUILDING | _source_files("python") | _source_files("rust/core/src") | _source_files("rust/py/src")
    )
    found = _differences(distribution.name, names, {f"{top}/{name}" for name in expected})
    if top != f"confiture-{version()}":
        found.append(f"{distribution.name}: its version is not {version()}.")
    return found


def _differences(distribution: str, names: set[str], expected: set[str]) -> list[str]:
    return [
        *(f"{distribution}: {name} is missing." for name in sorted(expected - names)),
        *(f"{distribution}: {name} is too much." for name in sorted(names - expected)),
    ]


def in_directory(directory: str) -> list[Path]:
    """The files of a directory, which are distributions.

    Raises:
        SystemExit: There are none.
    """
    found = sorted(Path(directory).resolve().glob("*"))
    if not found:
        raise SystemExit(f"There are no distributions in {directory}.")
    return found


def main(directory: str) -> int:
    """Print what is wrong with the distributions of a directory; returns 1 if anything is."""
    distributions = in_directory(directory)
    found = [problem for each in distributions for problem in problems(each)]
    for problem in found:
        print(problem, file=sys.stderr)
    if not found:
        print(f"{len(distributions)} distributions hold what they need, and nothing else.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
