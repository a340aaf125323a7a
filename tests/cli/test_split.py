"""``confiture build --split``: three bundles, each for those who may run it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from bad_input.processes import run
from bad_input.support import OLD_BUNDLE, assert_orderly, assert_unchanged, picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confiture._backend import Engine

PARTS = ("superuser_pre", "app", "superuser_post")
FILES = {
    "db/schema/00_roles/roles.sql": "CREATE ROLE app;\n",
    "db/schema/10_tables/t.sql": "CREATE TABLE t ();\n",
    "db/schema/20_grants/g.sql": "GRANT ALL ON t TO app;\n",
    "db/schema/20_grants/late/l.sql": "ALTER TABLE t OWNER TO app;\n",
    "db/seeds/s.sql": "INSERT INTO t DEFAULT VALUES;\n",
}
ENVIRONMENT = "include_dirs: [db/schema, db/seeds]\n"


def _make(make_project: Callable[..., Path], pre: str, post: str, **files: str) -> Path:
    environment = f"{ENVIRONMENT}superuser_dirs: [{pre}]\nsuperuser_post_dirs: [{post}]\n"
    return make_project({**FILES, "db/environments/local.yaml": environment, **files})


def _split(project: Path, *options: str) -> dict[str, str]:
    ran = run("build", "--split", "deploy", *options, cwd=project)
    assert (ran.code, ran.stderr) == (0, "")
    assert sorted(path.name for path in (project / "deploy").iterdir()) == sorted(
        f"schema_local_{part}.sql" for part in PARTS
    )
    return {part: (project / f"deploy/schema_local_{part}.sql").read_text() for part in PARTS}


def _paths(bundle: str) -> list[str]:
    return re.findall(r"^ \* File: (.*)$", bundle, re.MULTILINE)


def test_each_file_is_in_one_part_and_all_keep_their_order(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    project = _make(make_project, "db/schema/00_roles", "db/schema/20_grants")

    parts = _split(project)

    assert _paths(parts["superuser_pre"]) == ["schema/00_roles/roles.sql"]
    assert _paths(parts["app"]) == ["schema/10_tables/t.sql", "seeds/s.sql"]
    assert _paths(parts["superuser_post"]) == ["schema/20_grants/g.sql", "schema/20_grants/late/l.sql"]


def test_post_wins_over_pre(make_project: Callable[..., Path], engine: Engine) -> None:
    project = _make(make_project, "db/schema/00_roles, db/schema/20_grants", "db/schema/20_grants/late")
    parts = _split(project)
    assert _paths(parts["superuser_pre"]) == ["schema/00_roles/roles.sql", "schema/20_grants/g.sql"]
    assert _paths(parts["superuser_post"]) == ["schema/20_grants/late/l.sql"]

    project = _make(make_project, "db/schema/20_grants", "db/schema/20_grants")
    parts = _split(project)
    assert _paths(parts["superuser_pre"]) == []
    assert _paths(parts["superuser_post"]) == ["schema/20_grants/g.sql", "schema/20_grants/late/l.sql"]


def test_a_directory_does_not_cover_those_with_a_longer_name(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    short = {"db/schema/10/a.sql": "", "db/schema/20_grant/a.sql": ""}
    project = _make(make_project, "db/schema/10", "db/schema/20_grant", **short)

    parts = _split(project)

    assert _paths(parts["superuser_pre"]) == ["schema/10/a.sql"]
    assert len(_paths(parts["app"])) == len(FILES)
    assert _paths(parts["superuser_post"]) == ["schema/20_grant/a.sql"]


def test_parts_without_files_are_bundles_too(make_project: Callable[..., Path], engine: Engine) -> None:
    parts = _split(_make(make_project, "", ""))

    assert len(_paths(parts["app"])) == len(FILES)
    for part in ("superuser_pre", "superuser_post"):
        assert "-- Files Included: 0\n" in parts[part]
        assert len(parts[part].splitlines()) == 12
        assert all(line.startswith("--") for line in parts[part].splitlines())


def test_every_part_carries_the_digest_of_the_whole_tree(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    project = _make(make_project, "db/schema/00_roles", "db/schema/20_grants")
    digest = run("hash", cwd=project).stdout.strip()

    for bundle in _split(project).values():
        assert f"-- Tree Digest: {digest}\n" in bundle


def test_seeds_are_left_out(make_project: Callable[..., Path], engine: Engine) -> None:
    project = _make(make_project, "db/schema/00_roles", "db/schema/20_grants")

    assert _paths(_split(project, "--schema-only")["app"]) == ["schema/10_tables/t.sql"]


def test_the_document_names_the_three_outputs(make_project: Callable[..., Path], engine: Engine) -> None:
    project = _make(make_project, "db/schema/00_roles", "db/schema/20_grants")

    ran = run("build", "--split", "deploy", "-f", "json", cwd=project)

    document = json.loads(ran.stdout)
    assert document["ok"] is True
    for part, files in zip(PARTS, (1, 2, 2), strict=True):
        assert document[part]["output"] == str(project / f"deploy/schema_local_{part}.sql")
        assert document[part]["files"] == files


@pytest.mark.parametrize("part", range(3), ids=PARTS)
def test_an_error_in_any_part_leaves_all_three_old_bundles(
    make_project: Callable[..., Path], engine: Engine, part: int
) -> None:
    folder = ("00_roles", "10_tables", "20_grants")[part]
    project = _make(make_project, "db/schema/00_roles", "db/schema/20_grants")
    (project / f"db/schema/{folder}/zz.sql").write_bytes(b"\xff")
    (project / "deploy").mkdir()
    for name in PARTS:
        (project / f"deploy/schema_local_{name}.sql").write_bytes(OLD_BUNDLE)
    before = picture(project)

    ran = run("build", "--split", "deploy", cwd=project)

    assert_orderly(ran)
    assert ran.code == 4
    assert f"db/schema/{folder}/zz.sql" in ran.stderr
    assert_unchanged(before, picture(project))


def test_the_selection_of_a_split_may_lie_in_its_own_folder_if_excluded(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    project = make_project(
        {**FILES, "db/environments/local.yaml": "include_dirs: [db]\nexclude_dirs: [db/deploy]\n"}
    )

    for _ in range(2):
        assert run("build", "--split", "db/deploy", cwd=project).code == 0
        digest = run("hash", cwd=project)
    assert run("hash", cwd=project) == digest
    assert run("build", "--split", "db/deploy", "--check", cwd=project).code == 0
