"""Rendering: what real versions of dbt compiled the same templates to, and what cannot be rendered."""

from __future__ import annotations

import errno
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from confiture.dbt import DbtManifest, render
from confiture.exceptions import ManifestError
from manifests.documents import FIXTURES, encoded, models, small_manifest
from manifests.make_renderings import ENVIRONMENT, VARIABLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._interface import Engine

RENDERING = Path(__file__).parent / "rendering"
RECORDED = sorted(RENDERING.glob("recorded_*.json"))

#: What calls macros, and which one on which line.
_WITH_MACROS = {
    "model.bakery.calls_macro": ("doubled", 3),
    "model.bakery.calls_package": ("tools.tripled", 1),
}

_TARGET = {"name": "dev", "schema": "main"}


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's files, with its package installed."""
    directory = tmp_path_factory.mktemp("bakery")
    shutil.copytree(RENDERING / "project", directory, dirs_exist_ok=True)
    shutil.copytree(directory / "local_packages", directory / "dbt_packages")
    return directory


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
@pytest.mark.parametrize("is_incremental", [False, True])
def test_what_is_rendered_is_what_dbt_compiled(
    engine: Engine, project: Path, path: Path, is_incremental: bool
) -> None:
    recorded = json.loads(path.read_bytes())
    manifest = DbtManifest.load(encoded(recorded["manifest"]))
    compiled = recorded["compiled_incrementally" if is_incremental else "compiled"]
    wanted = {unique_id: code for unique_id, code in compiled.items() if unique_id not in _WITH_MACROS}

    found = {
        unique_id: render(
            manifest,
            unique_id,
            vars=VARIABLES,
            env=ENVIRONMENT,
            target=_TARGET,
            is_incremental=is_incremental,
            project_dir=project,
        )
        for unique_id in wanted
    }

    assert len(wanted) >= 20
    assert found == wanted


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_what_is_incremental_differs(path: Path) -> None:
    recorded = json.loads(path.read_bytes())
    compiled, later = recorded["compiled"], recorded["compiled_incrementally"]

    assert {key for key in compiled if compiled[key] != later[key]} == {"model.bakery.incremental"}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
@pytest.mark.parametrize("unique_id", _WITH_MACROS)
def test_a_macro_is_an_error_with_its_name_and_place(engine: Engine, path: Path, unique_id: str) -> None:
    manifest = DbtManifest.load(encoded(json.loads(path.read_bytes())["manifest"]))
    name, line = _WITH_MACROS[unique_id]

    with pytest.raises(ManifestError) as raised:
        render(manifest, unique_id)

    file = f"models/marts/{unique_id.rsplit('.', 1)[1]}.sql"
    assert raised.value.message.startswith(f"{file}:{line}: {name} is a macro ")
    assert raised.value.error_code == "MANIFEST_041"
    assert raised.value.context == {"unique_id": unique_id, "file": file, "line": line, "macro": name}


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("manifest_*.json")), ids=lambda path: path.stem)
def test_models_of_each_schema_version_are_rendered(engine: Engine, path: Path) -> None:
    manifest = DbtManifest.load(path)
    nodes = [node.to_dict() for node in manifest.resources("model")]
    own = [node for node in nodes if node.get("compiled_code") and "rounded" not in str(node["depends_on"])]

    assert len(own) >= 3
    for node in own:
        assert render(manifest, node["unique_id"], target=_TARGET) == node["compiled_code"]


def _manifest(**codes: str) -> DbtManifest:
    """Models of code, those whose names start with ``e_`` ephemeral."""
    nodes = models(**{name: [] for name in codes})
    for name, code in codes.items():
        kind = "ephemeral" if name.startswith("e_") else "view"
        nodes[f"model.p.{name}"].update(
            alias=name,
            raw_code=code,
            language="sql",
            relation_name=f'"d"."s"."{name}"',
            original_file_path=f"models/{name}.sql",
            config={"materialized": kind},
        )
    document = small_manifest(nodes=nodes)
    document["metadata"] |= {"project_name": "p", "adapter_type": "duckdb"}
    return DbtManifest.load(encoded(document))


def _refused(manifest: DbtManifest, template: str, **settings: Any) -> ManifestError:
    with pytest.raises(ManifestError) as raised:
        render(manifest, template, **settings)
    return raised.value


def test_ephemeral_models_of_ephemeral_models_come_once_and_first(engine: Engine) -> None:
    manifest = _manifest(
        a="select * from {{ ref('e_two') }}, {{ ref('e_one') }}",
        e_one="select 1",
        e_two="select * from {{ ref('e_one') }}",
    )

    assert render(manifest, "model.p.a") == (
        "with __dbt__cte__e_one as (\nselect 1\n), "
        " __dbt__cte__e_two as (\nselect * from __dbt__cte__e_one\n) "
        "select * from __dbt__cte__e_two, __dbt__cte__e_one"
    )


def test_a_cycle_of_ephemeral_models_is_an_error(engine: Engine) -> None:
    manifest = _manifest(
        a="{{ ref('e_one') }}",
        e_one="{{ ref('e_two') }}",
        e_two="{{ ref('e_three') }}",
        e_three="{{ ref('e_one') }}",
    )

    error = _refused(manifest, "model.p.a")

    assert error.error_code == "MANIFEST_021"
    assert error.context["cycle"] == ["model.p.e_one", "model.p.e_two", "model.p.e_three"]
    assert _refused(manifest, "model.p.e_one").context["cycle"][0] == "model.p.e_one"


def test_a_long_chain_of_ephemeral_models_is_rendered(engine: Engine) -> None:
    count = 1_500
    codes = {f"e_{number}": f"{{{{ ref('e_{number + 1}') }}}}" for number in range(count)}

    rendered = render(_manifest(a="{{ ref('e_0') }}", **codes, **{f"e_{count}": "select 1"}), "model.p.a")

    assert rendered.count("__dbt__cte__") == 2 * count + 2


@pytest.mark.parametrize(
    ("text", "code", "line", "said"),
    [
        ("\n{{ ref('orderz') }}", "MANIFEST_022", 2, "Did you mean orders?"),
        ("{{ test_unique(**arguments) }}", "MANIFEST_042", 1, "test_unique is not defined"),
        ("{{ ref() }}", "MANIFEST_044", 1, "one or two names"),
        ("{{ ref(1) }}", "MANIFEST_044", 1, "names are texts"),
        ("{{ ref('orders', verzion=1) }}", "MANIFEST_044", 1, "a version"),
        ("{{ source('orders') }}", "MANIFEST_044", 1, "a source and of one of its tables"),
        ("{{ source('a', 'b') }}", "MANIFEST_022", 1, "leads to no resource"),
        ("a\n\n{{ var('gone') }}", "MANIFEST_046", 3, "the variable gone is not set"),
        ("{{ env_var('GONE') }}", "MANIFEST_047", 1, "the environment variable GONE is not set"),
        ("{{ env_var('DBT_ENV_SECRET_KEY', 'd') }}", "MANIFEST_048", 1, "must not render"),
        ("{{ target.schema }}", "MANIFEST_046", 1, "--target '{schema: …}'"),
        ("{{ adapter.get_relation('a') }}", "MANIFEST_041", 1, "adapter.get_relation is"),
        ("\n{% set r = run_query('a') %}", "MANIFEST_041", 2, "run_query is"),
        ("{{ invocation_id }}", "MANIFEST_041", 1, "invocation_id is"),
        ("\n{{ env }}", "MANIFEST_041", 2, "env is"),
        ("{{ modules.datetime.date.today() }}", "MANIFEST_041", 1, "modules.datetime is"),
        ("{{ exceptions.raise_compiler_error('no ' ~ 'more') }}", "MANIFEST_054", 1, "stops: no more"),
        ("{{ exceptions.nosuch('a') }}", "MANIFEST_041", 1, "exceptions.nosuch is"),
        ("{{ local_md5(1) }}", "MANIFEST_044", 1, "it takes a text"),
        ("{{ reff('orders') }}", "MANIFEST_042", 1, "Did you mean ref?"),
        ("{{ ref('orders').include(database=false) }}", "MANIFEST_041", 1, "relation.include"),
        ("{{ this }}{{ this.schema }}", "MANIFEST_042", 1, "this is not defined"),
        ("{% macro m() %}{% endmacro %}", "MANIFEST_041", 1, "{% macro %}"),
        ("{{ config.require('gone') }}", "MANIFEST_044", 1, "there is no config gone"),
        ("{{ fromjson('[99999999999999999999]') }}", "MANIFEST_043", 1, "number"),
        ("{% if x %}", "MANIFEST_040", 1, "grammar"),
        ("{% for i in range(10**9) %}{% endfor %}", "MANIFEST_045", 1, "100,000"),
        (
            "a\n{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}",
            "MANIFEST_045",
            2,
            "1,000,000 steps",
        ),
    ],
)
def test_what_cannot_be_rendered_is_an_error_with_its_line(
    engine: Engine, text: str, code: str, line: int, said: str
) -> None:
    error = _refused(_manifest(orders="select 1"), text, env={"DBT_ENV_SECRET_KEY": "hunter2"})

    assert (error.error_code, error.context["line"]) == (code, line)
    assert said in str(error)
    assert "hunter2" not in str(error.to_dict())
    assert error.message.startswith(f"the template:{line}: ")


def test_macros_without_parentheses_are_not_taken_for_nothing(engine: Engine) -> None:
    names = ("macro.p.config_get", "macro.q.doubled")
    macros = {name: {"unique_id": name, "name": name.rsplit(".", 1)[1]} for name in names}
    document = small_manifest(nodes={}, macros=macros)
    document["metadata"]["project_name"] = "p"
    manifest = DbtManifest.load(encoded(document))

    for text, macro in (
        ("{{ doubled }}", "doubled"),
        ("{{ q.doubled }}", "q.doubled"),
        ("{{ q }}", "q"),
        ("{{ config_get('a') }}", "config_get"),
        ("{{ doubled[0] ~ doubled }}", None),
    ):
        error = _refused(manifest, text)
        assert error.context.get("macro") == macro
        assert error.error_code == ("MANIFEST_043" if macro is None else "MANIFEST_041")


def test_what_dbt_makes_without_a_run_is_made(engine: Engine) -> None:
    text = "{{ exceptions.warn('a') }}{{ local_md5('é') }}"

    assert render(_manifest(), text) == "66ddcd97cfdeabb2f6fb8a999b4bc76f"


def _with_access(access: str, *, group: str | None = None, package: str = "p") -> DbtManifest:
    """A model ``a`` of the package ``p`` and the group ``g`` that refers to a model ``b``."""
    nodes = models(a=[])
    nodes["model.p.a"].update(raw_code="\n{{ ref('b') }}", group="g", original_file_path="models/a.sql")
    nodes[f"model.{package}.b"] = {
        "unique_id": f"model.{package}.b",
        "resource_type": "model",
        "package_name": package,
        "name": "b",
        "relation_name": "b",
        "access": access,
        "group": group,
    }
    document = small_manifest(nodes=nodes)
    document["metadata"]["project_name"] = "p"
    return DbtManifest.load(encoded(document))


def test_a_private_model_of_another_group_is_refused(engine: Engine) -> None:
    error = _refused(_with_access("private", group="h"), "model.p.a")

    assert error.error_code == "MANIFEST_053"
    assert error.message == (
        "models/a.sql:2: model.p.a refers to model.p.b, which is private to the group h."
    )
    assert render(_with_access("private", group="g"), "model.p.a") == "\nb"
    # What is no resource's may refer to all, as in `dbt show --inline`.
    assert render(_with_access("private", group="h"), "{{ ref('b') }}") == "b"


@pytest.mark.parametrize(
    ("access", "restricts", "is_refused"),
    [
        ("protected", True, True),
        ("protected", False, False),
        ("public", True, False),
        ("private", True, True),
    ],
)
def test_a_package_may_restrict_access(
    engine: Engine, tmp_path: Path, access: str, restricts: bool, is_refused: bool
) -> None:
    (tmp_path / "dbt_packages" / "q").mkdir(parents=True)
    (tmp_path / "dbt_project.yml").write_text("name: p\n")
    (tmp_path / "dbt_packages" / "q" / "dbt_project.yml").write_text(
        f"name: q\nrestrict-access: {str(restricts).lower()}\n"
    )
    manifest = _with_access(access, group="g", package="q")

    if not is_refused:
        assert render(manifest, "model.p.a", project_dir=tmp_path) == "\nb"
        return
    error = _refused(manifest, "model.p.a", project_dir=tmp_path)
    assert error.error_code == "MANIFEST_053"
    assert error.context["target"] == "model.q.b"


def test_a_mistake_in_an_ephemeral_model_has_that_models_place(engine: Engine) -> None:
    error = _refused(_manifest(a="{{ ref('e_one') }}", e_one="\n\n{{ var('gone') }}"), "model.p.a")

    assert error.message.startswith("models/e_one.sql:3: ")
    assert error.context["unique_id"] == "model.p.e_one"


@pytest.mark.parametrize("template", ["model.p.order", "model.p.orders.v2", "test.p.orders"])
def test_a_unique_id_that_is_not_there_is_no_template(engine: Engine, template: str) -> None:
    error = _refused(_manifest(orders="select 1"), template)

    assert error.error_code == "MANIFEST_020"


def test_what_has_no_code_is_an_error(engine: Engine) -> None:
    document = small_manifest(nodes=models(a=[], b=[]))
    document["nodes"]["model.p.b"].update(language="python", raw_code="def model(): ...")
    manifest = DbtManifest.load(encoded(document))

    assert _refused(manifest, "model.p.a").error_code == "MANIFEST_050"
    assert "python" in _refused(manifest, "model.p.b").message


def test_the_projects_own_macros_hide_what_dbt_has(engine: Engine) -> None:
    document = small_manifest(nodes={}, macros={"macro.p.ref": {"unique_id": "macro.p.ref", "name": "ref"}})
    document["metadata"]["project_name"] = "p"

    error = _refused(DbtManifest.load(encoded(document)), "{{ ref('a') }}")

    assert (error.error_code, error.context["macro"]) == ("MANIFEST_041", "ref")


@pytest.mark.parametrize(
    ("adapter", "quoting", "written"),
    [
        ("duckdb", {}, '"d"."s"."a"'),
        ("postgres", {"database": False}, 'd."s"."a"'),
        ("snowflake", {}, "d.s.a"),
        ("snowflake", {"identifier": True}, 'd.s."a"'),
        ("bigquery", {}, "`d`.`s`.`a`"),
        ("databricks", {"schema": None}, "`d`.`s`.`a`"),
        ("spark", {}, "s.a"),
        ("redshift", {"schema": False, "identifier": False}, '"d".s.a'),
    ],
)
def test_relations_without_a_name_are_written_as_the_adapter_writes_them(
    engine: Engine, adapter: str, quoting: dict[str, bool], written: str
) -> None:
    nodes = models(a=[])
    nodes["model.p.a"].update(database="d", schema="s", alias="a", config={"quoting": quoting})
    document = small_manifest(nodes=nodes)
    document["metadata"]["adapter_type"] = adapter

    assert render(DbtManifest.load(encoded(document)), "{{ ref('a') }}") == written


def test_a_relation_of_an_unknown_adapter_is_an_error(engine: Engine) -> None:
    document = small_manifest(nodes=models(a=[]))

    assert _refused(DbtManifest.load(encoded(document)), "\n{{ ref('a') }}").error_code == "MANIFEST_049"


def test_packages_are_searched_from_that_of_the_model(engine: Engine) -> None:
    nodes: dict[str, Any] = {}
    for package in ("p", "q", "r"):
        nodes[f"model.{package}.a"] = {
            "unique_id": f"model.{package}.a",
            "resource_type": "model",
            "package_name": package,
            "name": "a",
            "relation_name": package,
        }
        nodes[f"model.{package}.b"] = {
            **nodes[f"model.{package}.a"],
            "unique_id": f"model.{package}.b",
            "name": "b" + package,
            "raw_code": "{{ ref('a') }}",
        }
    document = small_manifest(nodes=nodes)
    document["metadata"]["project_name"] = "p"
    manifest = DbtManifest.load(encoded(document))

    assert [render(manifest, f"model.{package}.b") for package in "pqr"] == ["p", "q", "r"]
    assert render(manifest, "{{ ref('a') }}{{ ref('q', 'a') }}") == "pq"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("vars: [1]", "no mapping of names"),
        ("- a", "no mapping"),
        ("a: [", "no YAML (line 1)"),
        (None, "cannot be used"),
    ],
)
def test_a_project_whose_file_cannot_be_used_is_an_error(
    engine: Engine, tmp_path: Path, content: str | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "dbt_project.yml").write_text(content)

    error = _refused(_manifest(a="select 1"), "model.p.a", project_dir=tmp_path)

    assert error.error_code == "MANIFEST_051"
    assert said in error.message


def test_variables_that_repeat_each_other_without_end_are_refused(engine: Engine, tmp_path: Path) -> None:
    lines = ["v0: &v0 [1]", *(f"v{n}: &v{n} [*v{n - 1}, *v{n - 1}]" for n in range(1, 50))]
    (tmp_path / "dbt_project.yml").write_text("vars:\n" + "".join(f"  {line}\n" for line in lines))
    manifest = _manifest(a="\n{{ var('v49') }}")

    assert render(manifest, "{{ var('v3')|length }}", project_dir=tmp_path) == "2"
    error = _refused(manifest, "model.p.a", project_dir=tmp_path)

    assert (error.error_code, error.context["line"]) == ("MANIFEST_045", 2)


def test_packages_that_cannot_be_listed_are_an_error(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str) -> list[str]:
        raise PermissionError(errno.EACCES, "no", path)

    (tmp_path / "dbt_project.yml").write_text("{}")
    (tmp_path / "dbt_packages").mkdir()
    monkeypatch.setattr("os.listdir", refuse)

    error = _refused(_manifest(a="select 1"), "model.p.a", project_dir=tmp_path)

    assert error.error_code == "MANIFEST_051"
    assert error.message.endswith("dbt_packages cannot be used: Permission denied.")


def test_lines_end_as_jinja_ends_them(engine: Engine) -> None:
    assert render(_manifest(a=""), "a\r\nb\rc{{ 1 }}\r\n\r\n") == "a\nb\nc1\n"


def test_the_twin_says_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch, make_engine: Callable[[], None]
) -> None:
    make_engine()
    monkeypatch.setenv("CONFITURE_ENGINE", "python")

    error = _refused(_manifest(a="select 1"), "model.p.a")

    assert error.error_code == "MANIFEST_052"
    assert "confiture[dbt]" in str(error)


@pytest.fixture
def make_engine(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Make jinja2 and the twin's templates as if they were not there."""
    import sys

    def hide() -> None:
        for name in list(sys.modules):
            if name.split(".")[0] == "jinja2" or name.startswith("confiture._pure.dbt.templates"):
                monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "jinja2", None)

    return hide
