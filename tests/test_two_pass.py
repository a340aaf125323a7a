"""Two-pass builds: foreign keys behind all tables, by ``docs/bundle.md``."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from confiture._interface import Engine
from confiture.config.environment import Environment
from confiture.core.builder import SchemaBuilder
from confiture.core.foreign_keys import KeyNeededError, move_foreign_keys
from confiture.core.locating import MappedBundle
from confiture.exceptions import SchemaError
from engines import LOADED
from postgres import Server

EXAMPLE = Path(__file__).parent.parent / "examples" / "library"
TITLE = "\n-- Foreign keys, now that all tables exist\n"

#: Texts with what is moved in ``⟦⟧``, and what comes behind them.
CASES = {
    "of a column": (
        "CREATE TABLE a (id int PRIMARY KEY, b int ⟦REFERENCES b (id) ON DELETE SET NULL⟧ NOT NULL);\n",
        ["ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b (id) ON DELETE SET NULL;"],
    ),
    "of a column, named, with all that can follow": (
        'CREATE TABLE s."A" (b int ⟦CONSTRAINT "F" REFERENCES s.b MATCH FULL ON UPDATE NO ACTION\n'
        "  ON DELETE SET DEFAULT (b) NOT DEFERRABLE INITIALLY IMMEDIATE NOT ENFORCED⟧ UNIQUE);\n",
        [
            'ALTER TABLE s."A" ADD CONSTRAINT "F" FOREIGN KEY (b) REFERENCES s.b MATCH FULL '
            "ON UPDATE NO ACTION ON DELETE SET DEFAULT (b) NOT DEFERRABLE INITIALLY IMMEDIATE NOT ENFORCED;"
        ],
    ),
    "of a table, in the middle and at the end": (
        "CREATE TABLE a (\n  b int, -- b\n  ⟦FOREIGN KEY (b) REFERENCES b,⟧ -- f\n  CHECK (b > 0)⟦,⟧\n"
        "  ⟦CONSTRAINT f FOREIGN KEY (b) REFERENCES c(x)⟧ -- last\n);\n",
        [
            "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;",
            "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c(x);",
        ],
    ),
    "two of one column, and one that is no key": (
        "CREATE TABLE a (b int ⟦REFERENCES b⟧ ⟦REFERENCES c⟧ DEFAULT f('references b'),"
        ' "references" int);\n',
        [
            "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;",
            "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c;",
        ],
    ),
    "nothing but keys": (
        "CREATE TABLE a (⟦FOREIGN KEY (x) REFERENCES b⟧) INHERITS (p);\n",
        ["ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b;"],
    ),
    "of a partition": (
        "CREATE TABLE a PARTITION OF p (b ⟦REFERENCES c⟧) FOR VALUES IN (1);\n",
        ["ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c;"],
    ),
    "in characters": (
        "CREATE TABLE é (ü int ⟦REFERENCES öö⟧, x text DEFAULT 'é') /* ä */;\n",
        ["ALTER TABLE é ADD FOREIGN KEY (ü) REFERENCES öö;"],
    ),
    "added before the last table": (
        "CREATE TABLE a (b int);\n"
        "⟦ALTER TABLE ONLY a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES b NOT VALID;⟧\n"
        "ALTER TABLE a ADD COLUMN c int ⟦REFERENCES b⟧,"
        " ⟦ADD FOREIGN KEY (c) REFERENCES d,⟧ ADD CHECK (c > 0);\n"
        "CREATE TABLE b (id int PRIMARY KEY);\n",
        [
            "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES b NOT VALID;",
            "ALTER TABLE a ADD FOREIGN KEY (c) REFERENCES b;",
            "ALTER TABLE a ADD FOREIGN KEY (c) REFERENCES d;",
        ],
    ),
    "with what is said of them": (
        "CREATE TABLE a (b int ⟦REFERENCES b⟧, CONSTRAINT c CHECK (b > 0));\n"
        "⟦COMMENT ON CONSTRAINT a_b_fkey ON a IS 'x\ny';⟧\nCOMMENT ON CONSTRAINT c ON a IS 'x';\n"
        "⟦ALTER TABLE a VALIDATE CONSTRAINT a_b_fkey;⟧ ALTER TABLE a DROP CONSTRAINT c;\n"
        "⟦ALTER TABLE a ALTER CONSTRAINT a_b_fkey DEFERRABLE;⟧\n"
        "CREATE TABLE b (id int PRIMARY KEY);\n",
        [
            "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;",
            "COMMENT ON CONSTRAINT a_b_fkey ON a IS 'x\ny';",
            "ALTER TABLE a VALIDATE CONSTRAINT a_b_fkey;",
            "ALTER TABLE a ALTER CONSTRAINT a_b_fkey DEFERRABLE;",
        ],
    ),
    "dropped and made anew": (
        "CREATE TABLE a (b int ⟦CONSTRAINT f REFERENCES b⟧);\n⟦ALTER TABLE a DROP CONSTRAINT IF EXISTS f;⟧\n"
        "⟦ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES b ON DELETE CASCADE;⟧\n"
        "CREATE TABLE b (id int PRIMARY KEY);\n",
        [
            "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES b;",
            "ALTER TABLE a DROP CONSTRAINT IF EXISTS f;",
            "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES b ON DELETE CASCADE;",
        ],
    ),
    "under another search path": (
        "SET search_path = app, public;\nCREATE TABLE a (b int ⟦REFERENCES b⟧);\n"
        'SET search_path TO "Other";\nCREATE TABLE b (id int ⟦REFERENCES c⟧);\n',
        [
            "SET search_path = app, public;",
            "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;",
            'SET search_path = "Other";',
            "ALTER TABLE b ADD FOREIGN KEY (id) REFERENCES c;",
        ],
    ),
    "under a search path that a call sets": (
        "SELECT pg_catalog.set_config('search_path', 'app, \"Other\"', false);\n"
        "CREATE TABLE a (b int ⟦REFERENCES b⟧);\nRESET search_path;\nCREATE TABLE c (id int);\n",
        [
            'SET search_path = app, "Other";',
            "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;",
            "SET search_path = public;",
        ],
    ),
    "in CREATE SCHEMA": (
        "CREATE SCHEMA s CREATE TABLE a (b int ⟦REFERENCES b⟧) CREATE VIEW v AS SELECT 1"
        " CREATE TABLE b (id int PRIMARY KEY);\n",
        [
            "SET search_path = s, public;",
            "ALTER TABLE s.a ADD FOREIGN KEY (b) REFERENCES b;",
            "SET search_path = public;",
        ],
    ),
    "with psql's commands in the middle": (
        "CREATE TABLE a (b int ⟦REFERENCES⟧\n\\echo it's references\n⟦b⟧);\n",
        ["ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;"],
    ),
}

#: Texts in which nothing is moved.
LEFT_ALONE = [
    "",
    "SELECT 1;",
    "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;",
    "CREATE TABLE a (b int); ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;",
    "CREATE TEMP TABLE a (b int REFERENCES b);",
    "CREATE TABLE a AS SELECT 'references b';",
    "CREATE TABLE a (\"references\" int, b text DEFAULT 'a REFERENCES b' /* REFERENCES c */);",
    "CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE IF NOT EXISTS b (id int REFERENCES c);",
    "CREATE TABLE a (,);",
    "CREATE TABLE a (b int REFERENCES",
]


def _moved(engine: Engine, text: str) -> str:
    return move_foreign_keys(engine, text).text


def _without_marks(text: str) -> str:
    return text.replace("⟦", "").replace("⟧", "")


def _kept(text: str) -> str:
    """A text with spaces for what is marked, but none at the end of a line."""
    kept = re.sub("⟦[^⟧]*⟧", lambda found: re.sub("[^\n]", " ", found.group()[1:-1]), text)
    return re.sub(r" +(?=\n)", "", kept)


@pytest.mark.parametrize("case", CASES)
def test_keys_go_behind_all_tables(engine: Engine, case: str) -> None:
    text, keys = CASES[case]
    expected = _kept(text) + TITLE + "".join(f"{line}\n" for line in keys)
    assert _moved(engine, _without_marks(text)) == expected


@pytest.mark.parametrize("case", CASES)
def test_what_was_moved_stays(engine: Engine, case: str) -> None:
    moved = _moved(engine, _without_marks(CASES[case][0]))
    assert _moved(engine, moved) == moved


@pytest.mark.parametrize("text", LEFT_ALONE[:-1])
def test_without_a_key_nothing_changes(engine: Engine, text: str) -> None:
    assert move_foreign_keys(engine, text) == (text, 0, [], (1, 1))


def test_what_follows_the_last_table_stays_behind_the_keys(engine: Engine) -> None:
    text = "CREATE TABLE a (b int REFERENCES b); SELECT 1;\nSELECT 2;"
    moved = move_foreign_keys(engine, text)
    key = "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;\n"
    assert moved.text == f"CREATE TABLE a (b int             );\n{TITLE}{key} SELECT 1;\nSELECT 2;"
    assert (moved.line, moved.origins, moved.resumed) == (2, [None, None, (1, 23)], (1, 37))
    unterminated = "CREATE TABLE a (b int REFERENCES b)"
    assert _moved(engine, unterminated) == f"CREATE TABLE a (b int             );\n{TITLE}{key}"


@pytest.mark.parametrize(
    ("statement", "needed"),
    [
        ("DROP TABLE a", True),
        ("DROP TABLE x, B", True),
        ("ALTER TABLE a RENAME TO c", True),
        ("ALTER TABLE s.a SET SCHEMA t", True),
        ("ALTER TABLE a DROP CONSTRAINT a_b_fkey, ADD x int", True),
        ("ALTER TABLE a ALTER b DROP NOT NULL, VALIDATE CONSTRAINT a_b_fkey", True),
        ("ALTER TABLE a DROP b", True),
        ("ALTER TABLE b DROP CONSTRAINT b_pkey", True),
        ("DROP TABLE c", False),
        ("ALTER TABLE a DROP CONSTRAINT other, ALTER b DROP NOT NULL", False),
        ("ALTER TABLE a ADD d int", False),
        ("COMMENT ON TABLE a IS ''", False),
    ],
)
def test_a_statement_that_needs_a_key_is_refused(engine: Engine, statement: str, needed: bool) -> None:
    text = f"CREATE TABLE a (b int REFERENCES b);\n {statement};\nCREATE TABLE c (id int);\n"
    if not needed:
        assert _moved(engine, text).endswith("REFERENCES b;\n")
        return
    with pytest.raises(KeyNeededError) as caught:
        _moved(engine, text)
    assert (caught.value.place, caught.value.key_place) == ((2, 2), (1, 23))
    # Behind the last table it does no harm.
    assert statement in _moved(engine, f"CREATE TABLE a (b int REFERENCES b);\n{statement};\n")


def test_both_engines_move_the_same(engine: Engine) -> None:
    for text in [*(_without_marks(case[0]) for case in CASES.values()), *LEFT_ALONE]:
        assert len({move_foreign_keys(other, text).text for other in LOADED.values()}) == 1


def _places(text: str) -> set[tuple[str, int, int]]:
    """The characters of a text that are no white space, with their lines and columns."""
    return {
        (character, number, column)
        for number, line in enumerate(text.split("\n"))
        for column, character in enumerate(line)
        if not character.isspace()
    }


def test_what_is_left_keeps_its_place(engine: Engine) -> None:
    text, _ = SchemaBuilder("local", EXAMPLE).build_text()
    moved = move_foreign_keys(engine, text)
    lines = moved.text.split("\n")
    assert len(moved.origins) > 30
    without = lines[: moved.line - 1] + lines[moved.line - 1 + len(moved.origins) :]
    assert _places("\n".join(without)) < _places(text)


@pytest.fixture
def project(tmp_path: Path) -> Callable[[Mapping[str, str]], Environment]:
    def make(files: Mapping[str, str]) -> Environment:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        path = tmp_path / "db/environments/local.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("include_dirs: [db/schema]\nbuild: {two_pass: true}\n", encoding="utf-8")
        return Environment.load("local", tmp_path)

    return make


CYCLE = {
    "db/schema/1_a.sql": "-- a\nCREATE TABLE a (\n  id int PRIMARY KEY,\n  b int REFERENCES b (id)\n);\n",
    "db/schema/2_b.sql": (
        "CREATE TABLE b (id int PRIMARY KEY, a int,\n  FOREIGN KEY (a) REFERENCES a); SELECT 1;\n"
    ),
    "db/schema/3_c.sql": "INSERT INTO a VALUES (1, NULL);\nSELECT 1 / 0;\n",
}


def test_tables_that_refer_to_each_other_load(
    engine: Engine, project: Callable[[Mapping[str, str]], Environment], server: Server
) -> None:
    text = SchemaBuilder(project({**CYCLE, "db/schema/3_c.sql": ""})).build()
    database = server.create_database("two_pass_cycle")
    server.load(database, text)
    with server.connect(database) as connection:
        rows = connection.execute(
            "SELECT conname, conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint"
            " WHERE contype = 'f' ORDER BY 1"
        ).fetchall()
    assert rows == [("a_b_fkey", "a", "b"), ("b_a_fkey", "b", "a")]


def test_places_are_found_through_the_source_map(
    engine: Engine, project: Callable[[Mapping[str, str]], Environment], tmp_path: Path
) -> None:
    builder = SchemaBuilder(project(CYCLE))
    bundle, source_map = tmp_path / "out.sql", tmp_path / "out.sql.map.json"
    report = builder.write(bundle, source_map=source_map)
    text = bundle.read_text(encoding="utf-8")
    assert builder.build() == text
    assert builder.check(bundle, source_map=source_map)[0]
    assert report.bundle.bundle_bytes == len(text.encode())
    found = MappedBundle(engine, bundle)
    lines = text.split("\n")
    for wanted, file, line, column in [
        ("CREATE TABLE a", "1_a.sql", 2, 1),
        ("CREATE TABLE b", "2_b.sql", 1, 1),
        ("SELECT 1;", "2_b.sql", 2, 34),
        ("INSERT", "3_c.sql", 1, 1),
        ("SELECT 1 / 0", "3_c.sql", 2, 1),
        ("ALTER TABLE a", "1_a.sql", 4, 9),
        ("ALTER TABLE b", "2_b.sql", 2, 3),
    ]:
        (at,) = [(number, text.index(wanted)) for number, text in enumerate(lines, 1) if wanted in text]
        location = found.locate(at[0], at[1] + 1)
        assert (Path(location.path or "").name, location.line, location.column) == (file, line, column), (
            wanted
        )
    segments = json.loads(source_map.read_text(encoding="utf-8"))["segments"]
    assert [segment[0] for segment in segments] == sorted({segment[0] for segment in segments})


def test_the_place_of_a_needed_key_is_that_in_the_files(
    engine: Engine, project: Callable[[Mapping[str, str]], Environment], tmp_path: Path
) -> None:
    files = {**CYCLE, "db/schema/1_b.sql": "--\n DROP TABLE a;\n"}
    with pytest.raises(SchemaError) as caught:
        SchemaBuilder(project(files)).write(tmp_path / "out.sql")
    assert caught.value.error_code == "SCHEMA_020"
    assert "1_b.sql:2:2: DROP TABLE needs the foreign key of " in caught.value.message
    assert "1_a.sql:4 " in caught.value.message
    assert not (tmp_path / "out.sql").exists()


def test_three_bundles_are_refused(
    engine: Engine, project: Callable[[Mapping[str, str]], Environment], tmp_path: Path
) -> None:
    builder = SchemaBuilder(project(CYCLE))
    for call in (builder.build_split, builder.check_split):
        with pytest.raises(SchemaError) as caught:
            call(tmp_path / "out")
        assert caught.value.error_code == "SCHEMA_021"


def test_the_example_is_the_same_database(engine: Engine, server: Server) -> None:
    text, _ = SchemaBuilder("local", EXAMPLE).build_text()
    moved = _moved(engine, text)
    assert moved != text
    dumps = []
    for name, bundle in (("two_pass_before", text), ("two_pass_after", moved)):
        database = server.create_database(name)
        server.load(database, bundle)
        dumps.append(server.dump(database, "--schema-only"))
    assert dumps[0] == dumps[1]


def test_tables_in_any_order_load(engine: Engine, server: Server) -> None:
    names = [f"t{number}" for number in range(12)]
    order = random.Random(7)
    for attempt in range(5):
        order.shuffle(names)
        text = "".join(
            f"CREATE TABLE {name} (id int PRIMARY KEY, a int REFERENCES {order.choice(names)}, b int,\n"
            f"  CONSTRAINT {name}_x FOREIGN KEY (b) REFERENCES {order.choice(names)} (id));\n"
            for name in names
        )
        database = server.create_database(f"two_pass_{attempt}")
        server.load(database, _moved(engine, text))
        with server.connect(database) as connection:
            row = connection.execute("SELECT count(*) FROM pg_constraint WHERE contype = 'f'").fetchone()
        assert row == (24,)
