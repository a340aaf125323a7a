"""What the checks of distributions and of releases notice."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import distribution_contents as contents
import distribution_runs as runs
import release_version
import wheel_tests

if TYPE_CHECKING:
    from collections.abc import Callable

_VERSION = contents.version()
_PURE = f"confiture-{_VERSION}-py3-none-any.whl"
_NATIVE = f"confiture-{_VERSION}-cp311-abi3-win_amd64.whl"
_LICENCES = [f"licenses/{name}" for name in ("LICENSE", "a/cytoscape.LICENSE", "a/dagre.LICENSE")]
_DESCRIBED = dict.fromkeys(("WHEEL", "RECORD", "entry_points.txt", *_LICENCES), "") | {
    "METADATA": f"Name: confiture\nVersion: {_VERSION}\n"
}


def _wheel(
    directory: Path, name: str = _PURE, without: str = "", changed: dict[str, str] | None = None
) -> Path:
    files = {f"confiture-{_VERSION}.dist-info/{each}": text for each, text in _DESCRIBED.items()}
    files |= dict.fromkeys(contents.package_files(), "")
    files |= changed or {}
    files.pop(without, None)
    with zipfile.ZipFile(directory / name, "w") as archive:
        for each, text in files.items():
            archive.writestr(each, text)
    return directory / name


def test_a_wheel_of_all_and_only_what_is_needed_passes(tmp_path: Path) -> None:
    assert contents.problems(_wheel(tmp_path)) == []
    assert contents.problems(_wheel(tmp_path, _NATIVE, changed={"confiture/_core.pyd": ""})) == []


@pytest.mark.parametrize(
    "name",
    [
        "confiture/py.typed",
        "confiture/_core.pyi",
        "confiture/_pure/keywords.txt",
        "confiture/cli/main.py",
        "dbt_confiture.py",
    ],
)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    assert contents.problems(_wheel(tmp_path, without=name)) == [f"{_PURE}: {name} is missing."]


@pytest.mark.parametrize("name", ["tests/test_hash.py", "confiture/left_over.py", "benches/run.py"])
def test_a_file_too_many_is_named(tmp_path: Path, name: str) -> None:
    assert contents.problems(_wheel(tmp_path, changed={name: ""})) == [f"{_PURE}: {name} is too much."]


def test_a_missing_licence_is_named(tmp_path: Path) -> None:
    wheel = _wheel(tmp_path, without=f"confiture-{_VERSION}.dist-info/licenses/a/dagre.LICENSE")
    assert contents.problems(wheel) == [f"{_PURE}: the licence dagre.LICENSE is missing."]


def test_a_wheel_has_the_native_module_that_its_name_promises(tmp_path: Path) -> None:
    (said,) = contents.problems(_wheel(tmp_path, changed={"confiture/_core.abi3.so": ""}))
    assert said == f"{_PURE}: it holds 1 native modules, not 0."
    (said,) = contents.problems(_wheel(tmp_path, _NATIVE))
    assert said == f"{_NATIVE}: it holds 0 native modules, not 1."


def test_another_version_is_named(tmp_path: Path) -> None:
    metadata = {f"confiture-{_VERSION}.dist-info/METADATA": "Name: confiture\nVersion: 0.0.9\n"}
    assert contents.problems(_wheel(tmp_path, changed=metadata)) == [
        f"{_PURE}: its version is not {_VERSION}."
    ]


def test_a_large_wheel_is_refused(tmp_path: Path) -> None:
    large = {"confiture/_core.pyd": "x" * (contents.LARGEST_WHEEL + 1)}
    (said,) = contents.problems(_wheel(tmp_path, _NATIVE, changed=large))
    assert said.endswith(f"more than {contents.LARGEST_WHEEL}.")


def test_a_source_distribution_lacks_and_has_too_much(tmp_path: Path) -> None:
    path = tmp_path / f"confiture-{_VERSION}.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo(f"confiture-{_VERSION}/tests/test_hash.py"), io.BytesIO())
    found = contents.problems(path)
    assert found[-1] == f"{path.name}: confiture-{_VERSION}/tests/test_hash.py is too much."
    assert f"{path.name}: confiture-{_VERSION}/rust/core/src/lib.rs is missing." in found
    assert f"{path.name}: confiture-{_VERSION}/Cargo.lock is missing." in found


@pytest.mark.parametrize("look", [contents.main, runs.main])
def test_nothing_to_look_into_is_an_error(tmp_path: Path, look: Callable[..., int]) -> None:
    with pytest.raises(SystemExit, match="There are no distributions in"):
        look(str(tmp_path))


def test_what_is_wrong_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _wheel(tmp_path)
    assert contents.main(str(tmp_path)) == 0
    _wheel(tmp_path, without="confiture/py.typed")
    assert contents.main(str(tmp_path)) == 1
    assert capsys.readouterr().err == f"{_PURE}: confiture/py.typed is missing.\n"


def test_the_tests_of_a_wheel_run_on_the_one_with_the_engine(tmp_path: Path) -> None:
    pure, native = _wheel(tmp_path), _wheel(tmp_path, _NATIVE)
    assert wheel_tests.wheel_for("python", tmp_path) == pure
    assert wheel_tests.wheel_for("rust", tmp_path) == native
    native.unlink()
    with pytest.raises(SystemExit, match="there is: none"):
        wheel_tests.wheel_for("rust", tmp_path)


def test_installations_that_print_something_else_are_told_apart() -> None:
    found = {
        "one": {"the output of 'hash'": b"1", "bundle.sql": b"2"},
        "same": {"the output of 'hash'": b"1", "bundle.sql": b"2"},
        "other": {"the output of 'hash'": b"3"},
    }
    assert runs.differences(found) == [
        "bundle.sql of other is not that of one.",
        "the output of 'hash' of other is not that of one.",
    ]


def test_a_release_has_the_version_of_the_sources_and_a_section_of_the_changelog() -> None:
    assert release_version.problems("v1.2.3", "1.2.3", "# Changelog\n\n## 1.2.3\n") == []
    assert release_version.problems("v1.2.4", "1.2.3", "## 1.2.3") == [
        "The tag is 'v1.2.4', but the version in Cargo.toml is 1.2.3: v1.2.3."
    ]
    assert release_version.problems("v1.2.3", "1.2.3", "## Unreleased\n") == [
        "CHANGELOG.md has no section '## 1.2.3'."
    ]


def test_no_other_file_names_the_version() -> None:
    for name in ("pyproject.toml", "rust/core/Cargo.toml", "rust/py/Cargo.toml", "rust/benches/Cargo.toml"):
        text = (contents.ROOT / name).read_text(encoding="utf-8")
        assert f'version = "{_VERSION}"' not in text
