"""What ``docs/security.md`` promises of the sources."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "python"

_SOURCES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}

#: What runs, or makes objects of, what was read; and what speaks to other machines by itself.
_REFUSED_MODULES = {
    *("code", "codeop", "ctypes", "dill", "marshal", "pickle", "runpy", "shelve"),
    *(
        "ftplib",
        "http",
        "httpx",
        "requests",
        "smtplib",
        "socket",
        "ssl",
        "urllib3",
        "urllib.request",
        "xmlrpc",
    ),
}
_REFUSED_CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "os.execv", "os.execvp"}

#: The only modules that start programs.
_STARTING = {
    "confiture/column_lineage/reading.py",
    "confiture/core/git_revisions.py",
    "confiture/diffing/revisions.py",
    "confiture/servers/guard_process.py",
    "confiture/servers/guards.py",
    "confiture/servers/own.py",
    "confiture/servers/sessions.py",
}


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _calls(tree: ast.Module) -> list[tuple[str, ast.Call]]:
    return [(_name(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def _imported(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from urllib import request",
        "from http.client import HTTPConnection",
        "import socket",
    ],
)
def test_refused_imports_would_be_seen(text: str) -> None:
    assert _refused_imports(ast.parse(text))


def _refused_imports(tree: ast.Module) -> set[str]:
    return {
        name
        for name in _imported(tree)
        if any(name == refused or name.startswith(f"{refused}.") for refused in _REFUSED_MODULES)
    }


def test_nothing_that_was_read_is_run_and_nobody_is_spoken_to() -> None:
    assert {name: found for name, tree in _SOURCES.items() if (found := _refused_imports(tree))} == {}
    called = {
        name: {called for called, _ in _calls(tree)} & _REFUSED_CALLS for name, tree in _SOURCES.items()
    }
    assert {name: found for name, found in called.items() if found} == {}


def test_programs_are_started_at_few_places_and_never_by_a_shell() -> None:
    starting = {name for name, tree in _SOURCES.items() if "subprocess" in _imported(tree)}
    # Others name its types.
    calling = {
        name
        for name in starting
        if any(called.startswith("subprocess.") for called, _ in _calls(_SOURCES[name]))
    }
    assert calling == _STARTING
    for name in calling:
        for called, call in _calls(_SOURCES[name]):
            if called in ("subprocess.run", "subprocess.Popen"):
                assert not isinstance(call.args[0], ast.Constant | ast.JoinedStr), name
                assert all(keyword.arg != "shell" for keyword in call.keywords), name
            else:
                assert not called.startswith("subprocess.") or called == "subprocess.TimeoutExpired", called


def test_yaml_is_read_by_safe_loaders_alone() -> None:
    used = {
        _name(node)
        for tree in _SOURCES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and _name(node).startswith("yaml.")
    }
    loading = {name for name in used if re.search(r"[Ll]oad", name)}
    assert loading == {"yaml.safe_load", "yaml.SafeLoader", "yaml.CSafeLoader"}


def test_no_crate_can_have_unsafe_code() -> None:
    workspace = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["workspace"]
    assert workspace["lints"]["rust"]["unsafe_code"] == "forbid"
    for crate in ("core", "py", "benches"):
        manifest = tomllib.loads((ROOT / "rust" / crate / "Cargo.toml").read_text(encoding="utf-8"))
        assert manifest["lints"] == {"workspace": True}


def test_crates_come_from_the_one_registry() -> None:
    packages = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))["package"]
    assert len(packages) > 50
    for package in packages:
        is_ours = package["name"].startswith("confiture-")
        assert ("checksum" in package) is not is_ours
        assert not package.get("source", "").startswith("git+")


def test_every_program_of_the_page_is_one_that_is_started() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    rows = page.partition("| What is started |")[2].partition("\n\n")[0]
    named = {name for row in rows.splitlines()[2:] for name in re.findall(r"`([\w-]+)`", row.split(" | ")[0])}
    named -= {"PATH"}
    sources = "".join((PACKAGE / name).read_text(encoding="utf-8") for name in _STARTING)
    started = {name for name in named if re.search(rf"[\"/]{name}\"", sources)}
    assert started == named == {"git", "initdb", "pg_dump", "postgres", "psql"}
