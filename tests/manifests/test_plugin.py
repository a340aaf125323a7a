"""The plugin inside of real versions of dbt, which ``make dbt`` installs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from confiture.warehouse import MetadataStore, Warehouse
from confiture.warehouse.sources import dbt_source
from engines import ENGINES
from manifests.documents import FIXTURES

ROOT = Path(__file__).parent.parent.parent
VERSIONS = ("1.8", "1.12")

#: Where the environments are.
ENVIRONMENTS = Path(os.environ.get("CONFITURE_DBT_ENVIRONMENTS", ROOT / ".cache" / "dbt"))

_BROKEN = {"CONFITURE_ENGINE": "nonsense"}
_STORE = {"CONFITURE_METADATA_URL": "duckdb:///store.duckdb"}
_UNREACHABLE = {"CONFITURE_METADATA_URL": "postgresql://user:s3cret@127.0.0.1:1/store"}

#: The commands, with environment variables for each.
_STEPS: dict[str, tuple[list[str], dict[str, str]]] = {
    "parse": (["parse", "--no-partial-parse"], {}),
    "ls": (["ls"], {}),
    "build": (["build", "--select", "resource_type:seed"], {}),
    "run": (["run", "--select", "stg_books"], {}),
    "compile": (["compile", "--select", "stg_books"], {}),
    "parse_unchanged": (["parse"], {}),
    "elsewhere_by_variable": (["parse"], {"DBT_TARGET_PATH": "further"}),
    "broken": (["parse"], _BROKEN),
    "strict": (["parse"], {**_BROKEN, "CONFITURE_DBT_STRICT": "1"}),
    "not_strict": (["parse"], {**_BROKEN, "CONFITURE_DBT_STRICT": "0"}),
    "elsewhere": (["parse", "--target-path", "elsewhere"], {}),
    "unwritten": (["parse", "--no-write-json"], {}),
    "parse_push": (["parse"], _STORE),
    "seed_push": (["seed"], _STORE),
    "run_push": (["run", "--select", "stg_books"], _STORE),
    "configured_push": (
        ["run", "--select", "stg_books"],
        {"CONFITURE_METADATA_URL": "duckdb:///configured.duckdb", "LIBRARY_TARGET": "configured"},
    ),
    "own_push": (["run", "--select", "stg_books"], {"CONFITURE_METADATA_URL": "duckdb:///library.duckdb"}),
    "held_push": (
        ["seed"],
        {"CONFITURE_METADATA_URL": "duckdb:///held.duckdb", "CONFITURE_METADATA_WAIT": "1"},
    ),
    "unreachable_push": (["seed"], _UNREACHABLE),
    "memory_push": (["seed"], {"CONFITURE_METADATA_URL": "duckdb:///:memory:"}),
    "no_wait_push": (["seed"], {**_STORE, "CONFITURE_METADATA_WAIT": "soon"}),
    "strict_push": (["seed"], {**_UNREACHABLE, "CONFITURE_DBT_STRICT": "1"}),
    "broken_off_push": (["seed"], {**_STORE, "LIBRARY_DATABASE": "no/such/library.duckdb"}),
}


@pytest.fixture(scope="module", params=VERSIONS)
def session(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of the commands in one dbt, by their names."""
    python = ENVIRONMENTS / request.param / "bin" / "python"
    if not python.exists():
        pytest.fail(f"There is no dbt {request.param} in {ENVIRONMENTS}: 'make dbt' installs it.")
    project = tmp_path_factory.mktemp(f"dbt-{request.param}")
    for overlay in ("base", "since_1.6", "since_1.8"):
        shutil.copytree(ROOT / "tests" / "manifests" / "project" / overlay, project, dirs_exist_ok=True)
    with open(project / "dbt_project.yml", "a") as file:
        file.write("target-path: \"{{ env_var('LIBRARY_TARGET', 'target') }}\"\n")
    (project / "configured").mkdir()
    shutil.copy(FIXTURES / f"catalog_{request.param}.json", project / "configured" / "catalog.json")
    package = tmp_path_factory.mktemp("package")
    for name in ("confiture", "dbt_confiture.py"):
        (package / name).symlink_to(ROOT / "python" / name)
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("CONFITURE", "DBT"))},
        "CONFITURE_ENGINE": ENGINES[0],
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "0",
        "PYTHONPATH": str(package),
    }
    # A process has a DuckDB file for itself alone.
    with duckdb.connect(project / "held.duckdb"):
        done = subprocess.run(
            [python, Path(__file__).parent / "dbt_session.py"],
            input=json.dumps(list(_STEPS.values())),
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    told = dict(zip(_STEPS, json.loads(done.stdout.splitlines()[-1]), strict=True))
    return {**told, "project": project, "output": done.stdout + done.stderr}


@pytest.mark.parametrize("command", ["parse", "ls", "run", "build", "compile", "parse_unchanged"])
def test_the_manifest_is_synced_once_at_each_command(session: dict[str, Any], command: str) -> None:
    told = session[command]

    assert told["success"], told
    (message,) = told["messages"]
    assert re.fullmatch(rf"info: Confiture: {told['synced']['nodes']} nodes synced in \d+ ms", message)
    assert told["synced"] == {
        "engine": ENGINES[0],
        "nodes": told["synced"]["nodes"],
        "invocation": True,
        "ids": True,
    }


@pytest.mark.parametrize("command", ["broken", "not_strict"])
def test_what_fails_is_a_warning(session: dict[str, Any], command: str) -> None:
    told = session[command]

    assert told["success"], told
    assert told["synced"] is None
    (message,) = told["messages"]
    assert message.startswith("warn: Confiture: the manifest was not synced: CONFITURE_ENGINE is 'nonsense'")


def test_what_fails_is_an_error_where_strictness_is_asked_for(session: dict[str, Any]) -> None:
    told = session["strict"]

    assert not told["success"]
    assert "CONFITURE_ENGINE is 'nonsense', which is no engine." in told["exception"]


@pytest.mark.parametrize("command", ["elsewhere", "elsewhere_by_variable"])
def test_a_manifest_that_is_written_elsewhere_is_synced(session: dict[str, Any], command: str) -> None:
    told = session[command]

    assert told["success"], told
    assert told["synced"]["ids"]
    assert told["messages"][0].startswith("info: ")


def test_nothing_is_synced_where_no_manifest_is_written(session: dict[str, Any]) -> None:
    assert session["unwritten"]["synced"] is None
    assert session["unwritten"]["success"]


def _pushed(told: dict[str, Any]) -> str:
    """The id of the run that a command says it pushed."""
    assert told["success"], told
    synced, pushed = told["messages"]
    assert synced.startswith("info: ")
    match = re.fullmatch(r"info: Confiture: pushed run (\S+) in \d+ ms", pushed)
    assert match, pushed
    return match[1]


def test_what_builds_nothing_pushes_nothing(session: dict[str, Any]) -> None:
    told = session["parse_push"]

    assert told["success"], told
    assert len(told["messages"]) == 1
    assert told["synced"] is not None


def test_a_run_is_pushed_when_its_command_ends(session: dict[str, Any]) -> None:
    with Warehouse.from_url(f"duckdb:///{session['project'] / 'store.duckdb'}") as warehouse:
        store = MetadataStore(warehouse)
        last, first = store.runs()
        contents = store.read(last)

    assert [first.id, last.id] == [_pushed(session["seed_push"]), _pushed(session["run_push"])]
    assert {run.digest for run in (first, last)} == {first.digest}
    assert (last.dataset, last.environment, last.adapter) == ("library", "dev", "duckdb")
    assert contents == dbt_source(session["project"] / "target").contents()


def test_a_run_is_pushed_from_where_the_project_has_its_target(session: dict[str, Any]) -> None:
    with Warehouse.from_url(f"duckdb:///{session['project'] / 'configured.duckdb'}") as warehouse:
        store = MetadataStore(warehouse)
        (run,) = store.runs()
        contents = store.read(run)

    assert run.id == _pushed(session["configured_push"])
    assert run.has_catalog
    assert contents == dbt_source(session["project"] / "configured").contents()


def test_a_store_in_the_file_that_dbt_builds_into_is_written_through_dbts_own_connection(
    session: dict[str, Any],
) -> None:
    with Warehouse.from_url(f"duckdb:///{session['project'] / 'library.duckdb'}") as warehouse:
        store = MetadataStore(warehouse)
        (run,) = store.runs()
        assert warehouse.has_table("main", "stg_books")

    assert run.id == _pushed(session["own_push"])


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("held_push", "The database held.duckdb is in use by another process"),
        ("unreachable_push", "The database postgresql://user@127.0.0.1:1/store cannot be reached"),
        ("no_wait_push", "CONFITURE_METADATA_WAIT is no number of seconds"),
        ("memory_push", "This is no URL of a warehouse that can be used: a database in memory is gone"),
    ],
)
def test_a_push_that_fails_is_a_warning(session: dict[str, Any], command: str, reason: str) -> None:
    told = session[command]

    assert told["success"], told
    assert told["messages"][1].startswith(f"warn: Confiture: the run was not pushed: {reason}")


def test_a_push_that_fails_fails_the_command_where_strictness_is_asked_for(session: dict[str, Any]) -> None:
    told = session["strict_push"]

    assert not told["success"]
    assert "the run was not pushed: The database postgresql://user@127.0.0.1:1/store" in told["exception"]


def test_a_command_that_dbt_broke_off_pushes_nothing(session: dict[str, Any]) -> None:
    told = session["broken_off_push"]

    assert not told["success"]
    assert len(told["messages"]) == 1


def test_no_password_is_told(session: dict[str, Any]) -> None:
    logs = (session["project"] / "logs" / "dbt.log").read_text(encoding="utf-8")

    assert "Confiture: the run was not pushed" in logs
    assert "s3cret" not in logs + session["output"]


def test_importing_the_module_imports_nothing() -> None:
    code = "import sys; before = set(sys.modules); import dbt_confiture; print(*set(sys.modules) - before)"

    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={"PYTHONPATH": str(ROOT / "python")},
        capture_output=True,
        text=True,
        check=True,
    )

    assert set(done.stdout.split()) == {"dbt_confiture", "__future__"}


def test_there_is_no_plugin_where_there_is_no_dbt() -> None:
    code = "import dbt_confiture; print(dbt_confiture.plugins, hasattr(dbt_confiture, 'other'))"

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "python")},
    )

    assert done.stdout == "[] False\n"


@pytest.mark.parametrize("strict", ["0", "1"])
def test_a_confiture_that_cannot_be_imported_is_a_warning_unless_strict(strict: str) -> None:
    broken = "import sys; sys.modules['confiture.dbt.plugin'] = None"
    code = f"{broken}; import dbt_confiture; print(dbt_confiture.plugins)"

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(ROOT / "python"), "CONFITURE_DBT_STRICT": strict},
    )

    if strict == "1":
        assert (done.returncode, done.stdout) == (1, "")
        assert "ModuleNotFoundError" in done.stderr
    else:
        assert (done.returncode, done.stdout) == (0, "[]\n")
        assert done.stderr.startswith("Confiture: the plugin cannot be loaded: import of confiture")
