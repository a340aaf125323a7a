"""What PostgreSQL's catalogues say of the example."""

from __future__ import annotations

from .library import SCHEMAS, Session


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
