"""``confiture dbt ls`` and ``confiture dbt lineage``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bad_input.processes import run
from bad_input.support import assert_orderly, error_document
from confiture.artifacts import loads_json
from confiture.models.dbt_selection import DbtSelectionDocument
from confiture.models.lineage import Lineage
from manifests.recorded import recorded, recording

if TYPE_CHECKING:
    from pathlib import Path

    from confiture._interface import Engine


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with ``target`` and ``before``, as dbt wrote them."""
    directory = tmp_path_factory.mktemp("shopco")
    document = recording(recorded("shopco"))
    for name, state in (("target", "now"), ("before", "before")):
        (directory / name).mkdir()
        (directory / name / "manifest.json").write_text(json.dumps(document[state]))
    (directory / "before" / "run_results.json").write_text(json.dumps(document["run_results"]))
    return directory


def test_ls_prints_what_dbt_ls_prints(project: Path, engine: Engine) -> None:
    ran = run("dbt", "ls", "--resource-type", "all", cwd=project)

    assert_orderly(ran)
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == recording(recorded("shopco"))["outputs"]["selector"]


def test_ls_takes_the_options_of_dbt_ls(project: Path, engine: Engine) -> None:
    options = (
        "-s",
        "tag:nightly",
        "stg_leads",
        "--exclude",
        "dim_customers",
        "--resource-type",
        "model",
        "--output",
    )

    assert run("dbt", "ls", *options, "name", cwd=project).stdout.splitlines()[0] == "fct_daily"
    assert (
        "models/staging/stg_leads.sql" in run("dbt", "ls", *options, "path", cwd=project).stdout.splitlines()
    )
    assert "model.shopco.stg_leads" in run("dbt", "ls", *options, "id", cwd=project).stdout.splitlines()
    lines = run(
        "dbt", "ls", *options, "json", "--output-keys", "name", "tags", cwd=project
    ).stdout.splitlines()
    assert json.loads(lines[0]) == {"name": "fct_daily", "tags": ["nightly"]}
    assert len(lines) > 5


def test_ls_compares_with_a_state(project: Path, engine: Engine) -> None:
    ran = run("dbt", "ls", "-s", "state:modified.body", "--state", "before", "--output", "id", cwd=project)

    answers = {" ".join(arguments): answer for arguments, answer in recording(recorded("shopco"))["answers"]}
    assert ran.stdout.splitlines() == answers["--select state:modified.body"]
    assert len(ran.stdout.splitlines()) >= 2


def test_ls_is_one_document_as_json(project: Path, engine: Engine) -> None:
    ran = run("dbt", "ls", "-s", "source:crm", "stg_orderz", "-f", "json", cwd=project)

    document = loads_json(ran.stdout, DbtSelectionDocument)
    assert (ran.code, ran.stderr, document.ok) == (0, "", True)
    (source,) = document.resources
    assert (source.unique_id, source.name) == ("source.shopco.crm.leads", "crm.leads")
    assert (source.selector, source.path) == ("source:shopco.crm.leads", "models/sources.yml")
    (unmatched,) = document.unmatched
    assert unmatched.text == "stg_orderz"
    assert "stg_orders" in (unmatched.hint or "")


def test_ls_warns_of_what_selects_nothing(project: Path, engine: Engine) -> None:
    ran = run("dbt", "ls", "-s", "stg_orderz", cwd=project)

    assert_orderly(ran)
    assert (ran.code, ran.stdout) == (0, "")
    assert ran.stderr.startswith('warning: "stg_orderz" selects nothing. Did you mean stg_orders')
    assert run("dbt", "ls", "-s", "stg_orderz", "--strict", cwd=project).code == 5


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("ls", "-s", "tga:x"), 5, "Did you mean 'tag'?"),
        (("ls", "-s", "state:new"), 5, "--state DIR"),
        (("ls", "-s", "state:new", "--state", "nowhere"), 5, "nowhere/manifest.json cannot be read"),
        (("ls", "--selector", "x", "-s", "y"), 2, "--selector is used instead"),
        (("ls", "--resource-type", "modle"), 2, "Did you mean 'model'?"),
        (("ls", "--output-keys", "name"), 2, "--output json"),
        (("ls", "--target-dir", "nowhere"), 5, "dbt parse"),
        (("lineage", "stg_orderz"), 5, "Did you mean"),
        (("lineage", "stg_*"), 5, "Name one of them by its unique id."),
        (("lineage", "--depth", "1"), 2, "confiture dbt lineage stg_orders"),
    ],
)
def test_mistakes_are_told(
    arguments: tuple[str, ...], code: int, words: str, project: Path, engine: Engine
) -> None:
    ran = run("dbt", *arguments, cwd=project)

    assert_orderly(ran)
    assert (ran.code, ran.stdout) == (code, "")
    assert words in ran.stderr


def test_a_mistake_is_one_document_as_json(project: Path, engine: Engine) -> None:
    ran = run("dbt", "ls", "-s", "resource_type:modle", "-f", "json", cwd=project)

    assert ran.code == 5
    assert error_document(ran.stdout)["code"] == "SELECTOR_003"


def test_lineage_draws_what_depends_on_what(project: Path, engine: Engine) -> None:
    ran = run("dbt", "lineage", "int_order_payments", cwd=project)

    assert_orderly(ran)
    assert ran.code == 0
    lines = ran.stdout.splitlines()
    assert lines[0] == "model shopco.int_order_payments"
    assert "│   └── model shopco.stg_payments  depends on" in lines
    assert not any("test " in line for line in lines)


def test_lineage_is_a_document_and_pictures(project: Path, engine: Engine) -> None:
    ran = run(
        "dbt", "lineage", "model.shopco.stg_orders", "--upstream", "--depth", "1", "-f", "json", cwd=project
    )

    lineage = loads_json(ran.stdout, Lineage)
    assert (lineage.focus, lineage.environment) == ("model shopco.stg_orders", "shopco")
    assert [item.called for item in lineage.objects] == [
        "model shopco.stg_orders",
        "source shopco.shop.orders",
    ]
    assert [column.name for column in lineage.objects[0].columns] == ["order_id", "status"]
    assert run("dbt", "lineage", "-f", "mermaid", cwd=project).stdout.startswith("flowchart RL")
    assert run("dbt", "lineage", "-f", "dot", cwd=project).stdout.startswith("digraph lineage {")
    assert run("dbt", "lineage", "-f", "html", "-o", "page.html", cwd=project).stdout == "Wrote page.html\n"
    assert "stg_orders" in (project / "page.html").read_text()


@pytest.mark.parametrize(
    "arguments",
    [
        ("lineage", "-o", "target/manifest.json"),
        ("lineage", "-f", "html", "-o", "./target/../target/manifest.json"),
        ("lineage", "--columns", "--no-cache", "-o", "target/manifest.json"),
        ("extract", "-o", "target/manifest.json"),
        ("diff", "before", "-o", "before/manifest.json"),
        ("diff", "before", "-f", "json", "-o", "target/manifest.json"),
    ],
)
def test_what_is_read_is_not_overwritten(arguments: tuple[str, ...], project: Path, engine: Engine) -> None:
    manifests = [project / name / "manifest.json" for name in ("target", "before")]
    contents = [manifest.read_bytes() for manifest in manifests]

    ran = run("dbt", *arguments, cwd=project)

    assert ran.code == 4
    assert "is one of the files that it is made of." in ran.stdout + ran.stderr
    assert [manifest.read_bytes() for manifest in manifests] == contents


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("diff", "a", "b", "c"), "Run 'confiture dbt diff --help' for the options."),
        (("ls", "--selec", "a"), "Did you mean '--select'? Run 'confiture dbt ls --help' for the options."),
        (("lss",), "Did you mean 'ls'? There are info, ls, "),
        (
            ("lineage", "-f", "svg"),
            "There are tree, json, mermaid, dot and html; run 'confiture dbt lineage --help'.",
        ),
        (("ls", "--output-keys", "name"), "Add --output json, or leave the keys out."),
        (("lineage", "model.shopco.stg_order"), "Did you mean model.shopco.stg_orders"),
    ],
)
def test_a_mistake_is_told_with_the_way_out(
    arguments: tuple[str, ...], hint: str, project: Path, engine: Engine
) -> None:
    ran = run("dbt", *arguments, cwd=project)

    assert_orderly(ran)
    assert f"hint: {hint}" in ran.stderr


@pytest.mark.parametrize("option", ["--select", "--exclude"])
def test_an_empty_selection_is_told(option: str, project: Path, engine: Engine) -> None:
    ran = run("dbt", "ls", option, "", cwd=project)

    assert ran.code == 0
    assert (ran.stdout == "") == (option == "--select")
    assert (
        ran.stderr == 'warning: "" selects nothing. Write what to select, as in +customers or tag:nightly.\n'
    )


def test_ls_prints_to_the_byte_what_dbt_ls_prints_as_json(project: Path, engine: Engine) -> None:
    ran = run("dbt", "ls", "--resource-type", "all", "--output", "json", cwd=project)

    assert ran.stdout.splitlines() == recording(recorded("shopco"))["outputs"]["json"]


def test_ls_compares_the_freshness_of_sources(project: Path, engine: Engine) -> None:
    fresh = {"unique_id": "source.shopco.crm.leads", "max_loaded_at": "2024-01-01T00:00:00Z"}
    for name, results in (("target", [fresh]), ("before", [])):
        (project / name / "sources.json").write_text(json.dumps({"results": results}))

    ran = run(
        "dbt", "ls", "-s", "source_status:fresher", "--state", "before", "--output", "name", cwd=project
    )

    assert (ran.code, ran.stdout, ran.stderr) == (0, "crm.leads\n", "")
