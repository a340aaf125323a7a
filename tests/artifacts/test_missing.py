"""Missing is not null: the decisions of ``docs/artifacts.md``, one test each."""

from __future__ import annotations

import json
from argparse import Namespace
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import UNSET

from artifacts.samples import LEAST, sample_documents
from artifacts.test_encoding import refused
from bad_input.processes import run
from confiture import parse_sql
from confiture.artifacts import convert, dumps_json, dumps_msgpack, loads_json, loads_msgpack
from confiture.artifacts.missing import missing_if_none, said
from confiture.config.environment import BuildConfig, Environment, SeparatorConfig
from confiture.config.options import with_options
from confiture.core.git_revisions import git_revision
from confiture.exceptions import ConfigurationError
from confiture.models.cursor import IncrementalCursor
from confiture.models.options import BuildOptions, build_options
from confiture.models.run import RunManifest
from confiture.models.schema.parts import Setting
from confiture.models.schema.tables import Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confiture._interface import Engine


@pytest.fixture
def project(make_project: Callable[..., Path], engine: Engine) -> Path:
    return make_project({"db/schema/a.sql": "SELECT 1;\n"})


def printed(project: Path, *arguments: str) -> Any:
    return json.loads(run(*arguments, "-f", "json", cwd=project).stdout)


def both(value: Any) -> list[Any]:
    """The value after a round trip through either encoding."""
    kind = type(value)
    return [loads_json(dumps_json(value), kind), loads_msgpack(dumps_msgpack(value), kind)]


def test_each_helper_turns_one_into_the_other() -> None:
    assert missing_if_none(None) is UNSET
    assert [missing_if_none(0), missing_if_none(""), missing_if_none(False)] == [0, "", False]
    for options in (Namespace(a=None, b=False, c=0), {"a": None, "b": False, "c": 0}):
        assert said(options, "abd") == {"b": False}


def test_options_that_nobody_gave_are_missing_and_false_is_kept() -> None:
    given = build_options(Namespace(two_pass=None, validate_comments=False))

    assert given.two_pass is UNSET
    assert given.validate_comments is False
    assert json.loads(dumps_json(given)) == {"validate_comments": False}
    assert both(given) == [given, given]


def test_null_is_no_option() -> None:
    assert refused(convert, {"two_pass": None}, BuildOptions).context == {"path": "$.two_pass"}


def test_what_was_not_compared_is_missing_in_a_build_report(project: Path) -> None:
    built = printed(project, "build")
    compared = printed(project, "build", "--check")

    assert "up_to_date" not in built
    assert compared["up_to_date"] is True


def test_a_source_map_that_nobody_wanted_is_missing_in_a_build_report(project: Path) -> None:
    assert "source_map" not in printed(project, "build")
    assert printed(project, "build", "--source-map", "map.json")["source_map"] == str(project / "map.json")


def test_included_files_that_are_not_known_are_null_and_no_files_are_an_empty_list(project: Path) -> None:
    assert printed(project, "build", "--list-files")["included"] == []
    (project / "db/schema/a.sql").write_text("\\ir missing.sql\n")
    found = printed(project, "build", "--list-files")
    assert found["included"] is None
    assert found["warnings"]


def test_what_was_not_asked_for_is_missing_in_a_tree_digest(project: Path) -> None:
    plain = printed(project, "hash")
    asked = printed(project, "hash", "--files", "--check", plain["tree_digest"])

    assert not {"matches", "digests"} & set(plain)
    assert asked["matches"] is True
    assert len(asked["digests"]) == 1
    assert "matches" not in printed(project, "hash", "--semantic")


def test_an_error_says_null_where_it_has_no_place(project: Path) -> None:
    error = printed(project, "build", "-e", "nothing")["error"]

    assert (error["line"], error["column"]) == (None, None)
    assert set(error) == {"code", "message", "hint", "file", "line", "column"}


def test_a_revision_that_is_not_known_is_missing_and_none_is_null(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert git_revision(str(tmp_path)) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_revision(str(tmp_path)) is UNSET

    (least,) = sample_documents("run_manifest", LEAST)
    assert least.git is UNSET
    plain = json.loads(dumps_json(least))
    assert "git" not in plain
    null = convert({**plain, "git": None}, RunManifest)
    assert null.git is None
    assert both(null) == [null, null]
    assert both(least) == [least, least]
    assert null != least


def test_a_cursor_tells_never_looked_from_nothing_there() -> None:
    never, nothing = IncrementalCursor(dataset="a"), IncrementalCursor(dataset="a", last_version=None)

    assert never != nothing
    assert both(never) == [never, never]
    assert both(nothing) == [nothing, nothing]
    assert dumps_json(nothing).endswith('"dataset":"a","last_version":null}')
    for version in (0, 7, "v1"):
        cursor = IncrementalCursor(dataset="a", last_version=version)
        assert both(cursor) == [cursor, cursor]


def test_in_a_model_null_is_read_as_missing() -> None:
    column = loads_json('{"name":"a","type":"text","default":null,"comment":null}', Column)

    assert column == Column(name="a", type="text")
    assert dumps_json(column) == '{"name":"a","type":"text"}'


def test_in_a_model_no_privileges_are_not_the_usual_ones(engine: Engine) -> None:
    usual = parse_sql("CREATE TABLE t ();").tables[0]
    none = parse_sql(
        "CREATE TABLE t (); REVOKE ALL ON t FROM CURRENT_USER; REVOKE ALL ON t FROM PUBLIC;"
    ).tables[0]
    kept = Table(name="t", privileges=())

    assert usual.privileges is None
    assert none.privileges is not None
    assert both(kept) == [kept, kept]
    assert loads_json('{"name":"t"}', Table).privileges is None


def test_a_setting_without_a_value_is_not_one_with_an_empty_value() -> None:
    settings = [Setting(name="a"), Setting(name="a", value="")]

    assert settings[0] != settings[1]
    assert [both(setting)[0] for setting in settings] == settings


def test_a_key_of_an_environment_without_a_value_is_an_error(project: Path) -> None:
    (project / "db/environments/local.yaml").write_text("include_dirs: [db/schema]\nbuild:\n  sort_mode:\n")
    with pytest.raises(ConfigurationError) as caught:
        Environment.load("local", project)
    assert caught.value.error_code == "CONFIG_009"
    with pytest.raises(ConfigurationError) as caught:
        Environment.of({"name": "a", "build": {"sort_mode": None}})
    assert caught.value.error_code == "CONFIG_009"


def test_defaults_are_missing_in_what_is_written() -> None:
    assert json.loads(dumps_json(Column(name="a", type="text", is_not_null=False))) == {
        "name": "a",
        "type": "text",
    }


def test_options_change_what_the_environment_says_and_missing_ones_do_not() -> None:
    own = SeparatorConfig(style="custom", custom_template="-- {file_path}")
    environment = Environment(name="a", build=BuildConfig(two_pass=True, separators=own))

    assert with_options(environment, BuildOptions()) is environment
    changed = with_options(environment, BuildOptions(two_pass=False, validate_comments=False))
    assert changed.build.two_pass is False
    assert changed.build.validate_comments.enabled is False
    assert changed.build.separators is own
    style = with_options(environment, BuildOptions(separator_style="mysql")).build.separators
    assert (style.style, style.custom_template) == ("mysql", "-- {file_path}")
    template = with_options(environment, BuildOptions(separator_template="# {file_path}")).build.separators
    assert (template.style, template.custom_template) == ("custom", "# {file_path}")


def test_options_are_taken_from_what_a_parser_gives() -> None:
    given = Namespace(two_pass=None, order="dependencies", schema_only=True, env="local", format="text")

    assert build_options(given) == BuildOptions(order="dependencies", schema_only=True)
    assert refused(build_options, Namespace(order="random")).context == {"path": "$.order"}
