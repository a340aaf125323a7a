"""``confiture metadata``: from a folder of dbt, a schema tree or another store, to a report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from confiture.artifacts import loads_json
from confiture.cli.main import main
from confiture.models.metadata import PruneReport, PushReport, RunDiff, StoredRunContents, StoredRuns
from warehouse.support import MANIFESTS, write_target

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import CompletedProcess

    from warehouse.support import Place

_LIBRARY = Path(__file__).parents[2] / "examples" / "library"


class Outcome:
    """What a command did."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err


@pytest.fixture
def metadata(
    place: Place, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., Outcome]:
    """Run ``confiture metadata`` on an empty place."""
    monkeypatch.setenv("CONFITURE_METADATA_URL", place.url)

    def run(action: str, *arguments: str | Path) -> Outcome:
        code = main(["metadata", action, "--store", place.schema, *map(str, arguments)])
        out, err = capfdbinary.readouterr()
        return Outcome(code, out.decode(), err.decode())

    return run


@pytest.fixture
def targets(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders of dbt, of which the second one's model is described otherwise."""
    document = json.loads((MANIFESTS / "manifest_1.12.json").read_text(encoding="utf-8"))
    old = write_target(tmp_path / "old" / "target", document)
    document["nodes"]["model.library.stg_books"]["description"] = "Other `books`"
    return old, write_target(tmp_path / "new" / "target", document)


def test_runs_of_dbt_are_pushed_listed_shown_compared_and_pruned(
    metadata: Callable[..., Outcome], targets: tuple[Path, Path]
) -> None:
    first = metadata("push", "--target-dir", targets[0], "--ran-in", "prod")
    assert first.code == 0
    assert "rows of nodes" in first.out
    assert "the store has all of it already" in metadata("push", "--target-dir", targets[0]).out
    report = loads_json(metadata("push", "--target-dir", targets[1], "-f", "json").out, PushReport)
    assert report.node_rows == 1

    listed = metadata("runs")
    assert [line.split()[0] for line in listed.out.splitlines()][:2] == ["run", report.run.id[:8]]
    runs = loads_json(metadata("runs", "-f", "json").out, StoredRuns).runs
    assert [run.environment for run in runs] == [None, None, "prod"]
    assert len(loads_json(metadata("runs", "--ran-in", "prod", "-f", "json").out, StoredRuns).runs) == 1
    assert metadata("runs", "--dataset", "other").out == "no runs\n"
    assert metadata("runs", "--limit", "1", "-f", "markdown").out.count("\n") == 3

    shown = loads_json(metadata("show", report.run.id[:20], "-f", "json").out, StoredRunContents)
    assert shown.run == report.run
    assert shown.contents.dbt is not None
    assert len(shown.contents.dbt.nodes) == report.run.nodes
    assert " model\n" in metadata("show").out

    same = metadata("diff", "latest~2", "latest~1")
    assert (same.code, same.out) == (0, f"{runs[2].id[:8]} -> {runs[1].id[:8]}: no changes\n")
    text = metadata("diff")
    assert text.code == 1
    assert "~ model model.library.stg_books\n    ~ description: " in text.out
    assert "downstream:\n" in text.out
    markdown = metadata("diff", "-f", "markdown").out
    assert "- ~ model `model.library.stg_books`\n" in markdown
    assert "Other `books`" in markdown
    compared = metadata("diff", "latest~1", "latest", "-f", "json")
    diff = loads_json(compared.out, RunDiff)
    assert (compared.code, diff.ok) == (1, False)
    assert [node.identity for node in diff.nodes] == ["model.library.stg_books"]
    assert "model.library.popular_books.v2" in {one.identity for one in diff.downstream}

    pruned = loads_json(metadata("prune", "--keep", "1", "-f", "json").out, PruneReport)
    assert [run.id for run in pruned.runs] == [runs[1].id]
    assert metadata("prune", "--older-than", "1").out.startswith("0 runs removed")


def test_a_schema_tree_is_pushed_and_copied(metadata: Callable[..., Outcome], tmp_path: Path) -> None:
    assert metadata("push", "--project-dir", _LIBRARY, "--dataset", "books").code == 0
    found = loads_json(metadata("show", "-f", "json").out, StoredRunContents)
    assert (found.run.dataset, found.run.source, found.run.environment) == ("books", "schema", "local")
    assert "### Run" in metadata("show", "-f", "markdown").out
    copy = f"duckdb:///{tmp_path / 'copy.duckdb'}"
    run = metadata("push", "--project-dir", _LIBRARY, "--url", copy)
    assert run.code == 0
    report = loads_json(metadata("push", "--from-url", copy, "-f", "json").out, PushReport)
    assert (report.node_rows, report.run.dataset) == (0, "library")


def test_the_default_of_a_comparison_is_the_run_before_of_the_same_dataset(
    metadata: Callable[..., Outcome], targets: tuple[Path, Path]
) -> None:
    metadata("push", "--target-dir", targets[0])
    metadata("push", "--project-dir", _LIBRARY)
    metadata("push", "--target-dir", targets[1])
    diff = loads_json(metadata("diff", "-f", "json").out, RunDiff)
    assert (diff.old.dataset, diff.new.dataset) == ("library", "library")
    assert (diff.old.source, diff.new.source) == ("dbt", "dbt")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("runs",), 3, "The database "),
        (("prune",), 2, "Nothing says which runs are to go"),
        (("push", "--run", "x"), 2, "--run names a run"),
        (("push", "--ran-in", "x"), 2, "--ran-in says where dbt ran"),
        (("push", "--target-dir", "x", "-e", "prod"), 2, "where dbt ran is said with --ran-in"),
        (("push", "--from-url", "duckdb:///x", "--schema-only"), 2, "are of a schema tree"),
        (("push", "--url", "duckdb:///:memory:"), 5, "a database in memory is gone"),
        (("runs", "--url", "duckdb:///"), 5, "a database in memory is gone"),
        (("prune", "--keep", "1"), 3, "The database "),
        (("lineage", "--upstream"), 2, "Columns are followed from one of them"),
        (("push", "--target-dir", "nowhere"), 5, "manifest.json"),
        (("push", "--project-dir", "nowhere"), 5, "local"),
        (("runs", "--url", "mysql://u:hidden@h/d"), 5, "no URL of a warehouse"),
        (("runs", "--url", "postgresql://u:hidden@localhost:1/d"), 3, "cannot be reached"),
        (("runs", "--limit", "-1"), 2, "--limit"),
        (("diff", "a", "b", "c"), 2, "Unrecognized arguments"),
    ],
)
def test_mistakes_are_one_error_each(
    arguments: tuple[str, ...], code: int, words: str, metadata: Callable[..., Outcome]
) -> None:
    outcome = metadata(*arguments)
    assert outcome.code == code
    assert words in outcome.err
    assert "hint:" in outcome.err
    assert "hidden" not in outcome.err
    if code != 2:
        error = json.loads(metadata(*arguments, "-f", "json").out)
        assert error["ok"] is False
        assert "hidden" not in json.dumps(error)


def test_a_node_of_a_run_is_named_by_its_end_or_the_candidates_are_listed(
    metadata: Callable[..., Outcome], targets: tuple[Path, Path]
) -> None:
    metadata("push", "--target-dir", targets[0])
    found = metadata("lineage", "--node", "stg_books", "--no-cache")
    assert (found.code, "model.library.stg_books" in found.out) == (0, True)
    several = metadata("lineage", "--node", "popular_books")
    assert several.code == 4
    assert (
        "2 nodes of the run could be meant by 'popular_books': 'model.library.popular_books.v1' and "
        "'model.library.popular_books.v2'.\n" in several.err
    )
    none = metadata("lineage", "--node", "stg_bokks", "-f", "json")
    error = json.loads(none.out)["error"]
    assert (none.code, error["code"]) == (4, "LINEAGE_001")
    assert error["hint"].startswith("Did you mean 'stg_books'? ")
    # What is not a version is no ending of a name.
    assert (
        json.loads(metadata("lineage", "--node", "library", "-f", "json").out)["error"]["code"]
        == "LINEAGE_001"
    )


def test_a_file_that_is_not_there_is_not_pruned_into_being(tmp_path: Path) -> None:
    assert main(["metadata", "prune", "--keep", "1", "--url", f"duckdb:///{tmp_path / 'x.duckdb'}"]) == 3
    assert list(tmp_path.iterdir()) == []


def test_without_a_url_the_way_out_is_told(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CONFITURE_METADATA_URL", raising=False)
    assert main(["metadata", "runs"]) == 2
    assert "CONFITURE_METADATA_URL" in capfd.readouterr().err


def test_nothing_but_the_report_is_said_by_a_process(
    confiture: Callable[..., CompletedProcess[str]], tmp_path: Path
) -> None:
    url = f"duckdb:///{tmp_path / 'x.duckdb'}"
    done = confiture("metadata", "push", "--project-dir", _LIBRARY, CONFITURE_METADATA_URL=url)
    assert (done.returncode, done.stderr) == (0, "")
    done = confiture("metadata", "runs", "-f", "json", CONFITURE_METADATA_URL=url)
    assert (done.returncode, done.stderr) == (0, "")


def test_reading_makes_no_file(confiture: Callable[..., CompletedProcess[str]], tmp_path: Path) -> None:
    done = confiture("metadata", "runs", CONFITURE_METADATA_URL=f"duckdb:///{tmp_path / 'x.duckdb'}")
    assert done.returncode == 3
    assert "does not exist" in done.stderr
    assert list(tmp_path.iterdir()) == []
