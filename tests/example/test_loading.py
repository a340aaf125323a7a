"""The example project builds, and its bundle loads."""

from __future__ import annotations

from pathlib import Path

import pytest

from confiture.core.builder import SchemaBuilder
from engines import ENGINES
from postgres import Server

from .library import PROJECT


@pytest.fixture
def builder() -> SchemaBuilder:
    return SchemaBuilder("local", PROJECT)


def test_the_project_is_large_enough_to_be_an_example(builder: SchemaBuilder) -> None:
    files = builder.find_sql_files()
    assert len(files) >= 45
    assert len({path.parent for path in files}) >= 20


def test_both_engines_build_the_same_bundle(builder: SchemaBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = []
    for name in ENGINES:
        monkeypatch.setenv("CONFITURE_ENGINE", name)
        texts.append(builder.build())
    assert len(set(texts)) == 1


@pytest.mark.parametrize("environment", ["ci", "production"])
def test_other_environments_leave_out_the_seeds(environment: str) -> None:
    schema, seeds = SchemaBuilder(environment, PROJECT).categorize_sql_files()
    assert schema
    assert not seeds


def test_a_draft_is_there_and_stays_out(builder: SchemaBuilder) -> None:
    drafts = sorted((PROJECT / "db").rglob("*.draft.sql"))
    assert [path.name for path in drafts] == ["80_interlibrary_loan.draft.sql"]
    assert "*.draft.sql" in (PROJECT / ".confitureignore").read_text(encoding="utf-8").split()
    assert "interlibrary_loan" not in builder.build()


def test_a_folder_comes_before_one_with_a_longer_name(builder: SchemaBuilder) -> None:
    """Compared as whole strings, ``20_catalogue-subjects/`` would come before ``20_catalogue/``."""
    bundle = builder.build()
    title = bundle.index("File: schema/40_tables/20_catalogue/30_title.sql")
    subject = bundle.index("File: schema/40_tables/20_catalogue-subjects/10_subject.sql")
    assert title < subject


def test_the_split_build_makes_the_same_database(
    builder: SchemaBuilder, server: Server, library: str, tmp_path: Path
) -> None:
    """Only the first and the last part need a superuser; the roles are there already."""
    report = builder.build_split(tmp_path)
    split = server.create_database("library_split")
    for bundle, role in [
        (report.superuser_pre, None),
        (report.app, "library_owner"),
        (report.superuser_post, None),
    ]:
        assert bundle.files > 0
        assert bundle.output is not None
        server.load(split, Path(bundle.output).read_text(encoding="utf-8"), role=role)

    assert server.dump(split, "--schema-only") == server.dump(library, "--schema-only")
    query = "SELECT count(*), sum(title_id) FROM catalogue.title JOIN catalogue.copy USING (title_id)"
    with server.connect(split) as one, server.connect(library) as other:
        assert one.execute(query).fetchall() == other.execute(query).fetchall()


def test_it_loads_in_a_single_transaction(builder: SchemaBuilder, server: Server, library: str) -> None:
    single = server.create_database("library_single")
    server.load(single, builder.build(), "--single-transaction")
    assert server.dump(single, "--schema-only") == server.dump(library, "--schema-only")


def test_it_survives_a_dump_and_a_restore(server: Server, library: str) -> None:
    """Nothing hangs on a search_path or on the order in which pg_dump writes."""
    restored = server.create_database("library_restored")
    dump = server.dump(library)
    server.load(restored, dump)
    assert server.dump(restored) == dump


def test_the_seeds_can_be_loaded_again(builder: SchemaBuilder, server: Server) -> None:
    again = server.create_database("library_again")
    server.load(again, builder.build())
    _, seeds = builder.categorize_sql_files()

    def rows() -> list[str]:
        dump = server.dump(
            again, "--data-only", "--exclude-table-data=circulation.loan_history*", "--exclude-schema=audit"
        )
        # Numbers that sequences skipped do not matter, nor does the order of rows that were rewritten.
        return sorted(line for line in dump.splitlines() if "setval" not in line)

    before = rows()
    server.load(again, "\n".join(path.read_text(encoding="utf-8") for path in seeds))
    assert rows() == before
