"""`ALTER`, `COMMENT`, `GRANT`, `DROP` and their kin with names, written by hand."""

from __future__ import annotations

from .name_cases import Case, case, o

_IN_SCHEMAS = [
    *("collation", "conversion", "domain", "foreign table", "index", "materialized view", "sequence"),
    *("statistics", "table", "text search configuration", "text search dictionary", "type", "view"),
]
_GLOBAL = [
    *("database", "event trigger", "extension", "foreign data wrapper", "language", "publication", "schema"),
    *("server", "subscription", "tablespace"),
]

#: Objects of which one is dropped at a time.
_ONE_BY_ONE = {"database", "subscription", "tablespace"}


def _kind_of(words: str) -> str:
    return {"server": "foreign_server"}.get(words, words.replace(" ", "_"))


def _changes() -> list[Case]:
    cases = []
    for words in _IN_SCHEMAS:
        kind, tag = _kind_of(words), f"ALTER {words.upper()}"
        cases.append(case(f"{tag} s.a OWNER TO joe", tag, o(kind, "a", "s")))
        cases.append(case(f'alter {words}\n"S"."A.b" rename to c', tag, o(kind, "A.b", "S")))
    for words in _GLOBAL:
        kind, tag = _kind_of(words), f"ALTER {words.upper()}"
        if words != "extension":
            cases.append(case(f"{tag} if OWNER TO joe", tag, o(kind, "if")))
            cases.append(case(f'alter/**/{words}\n"A.b" rename to c', tag, o(kind, "A.b")))
    return cases


def _removals() -> list[Case]:
    cases = []
    for words in [*_IN_SCHEMAS, "text search parser", "text search template"]:
        kind, tag = _kind_of(words), f"DROP {words.upper()}"
        cases.append(
            case(f"{tag} if, s.b, d.s.c CASCADE", tag, o(kind, "if"), o(kind, "b", "s"), o(kind, "c", "s"))
        )
        cases.append(
            case(
                f'drop {words} /* x */ IF --\n EXISTS s . if , "if" RESTRICT',
                tag,
                *(o(kind, "if", "s"), o(kind, "if")),
                form="if_exists",
            )
        )
    for words in ["access method", *_GLOBAL]:
        kind, tag = _kind_of(words), f"DROP {words.upper()}"
        if words in _ONE_BY_ONE:
            cases.append(case(f'{tag} "B"', tag, o(kind, "B")))
        else:
            cases.append(case(f'{tag} if,"B"', tag, o(kind, "if"), o(kind, "B")))
        cases.append(case(f"{tag} IF EXISTS if", tag, o(kind, "if"), form="if_exists"))
    return cases


CHANGES: list[Case] = [
    case(
        "ALTER AGGREGATE s.a (int) RENAME TO b",
        "ALTER AGGREGATE",
        o("aggregate", "a", "s", arguments=("integer",)),
    ),
    case("ALTER AGGREGATE a (*) OWNER TO joe", "ALTER AGGREGATE", o("aggregate", "a", arguments=())),
    case("ALTER COLLATION c REFRESH VERSION", "ALTER COLLATION", o("collation", "c")),
    case("ALTER DATABASE d SET work_mem TO 1", "ALTER DATABASE", o("database", "d")),
    case("ALTER DATABASE d RESET ALL", "ALTER DATABASE", o("database", "d")),
    case(
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO x",
        "ALTER DEFAULT PRIVILEGES",
        o("default_privileges", None),
    ),
    case(
        "ALTER DEFAULT PRIVILEGES FOR ROLE a, b IN SCHEMA c, d REVOKE ALL ON TABLES FROM x",
        "ALTER DEFAULT PRIVILEGES",
        o("default_privileges", None, "c", arguments=("a", "b")),
        o("default_privileges", None, "d"),
    ),
    case(
        'ALTER DEFAULT PRIVILEGES FOR USER CURRENT_USER, "A" GRANT SELECT ON TABLES TO x',
        "ALTER DEFAULT PRIVILEGES",
        o("default_privileges", None, arguments=("current_user", "A")),
    ),
    case(
        "ALTER DEFAULT PRIVILEGES IN SCHEMA s FOR USER joe GRANT SELECT ON TABLES TO x",
        "ALTER DEFAULT PRIVILEGES",
        o("default_privileges", None, "s", arguments=("joe",)),
    ),
    case(
        "ALTER DEFAULT PRIVILEGES IN SCHEMA s, t GRANT ALL ON SCHEMAS TO x",
        "ALTER DEFAULT PRIVILEGES",
        *(o("default_privileges", None, "s"), o("default_privileges", None, "t")),
    ),
    case("ALTER DOMAIN s.d ADD CONSTRAINT c CHECK (VALUE > 0)", "ALTER DOMAIN", o("domain", "d", "s")),
    case("ALTER DOMAIN d RENAME CONSTRAINT a TO b", "ALTER DOMAIN", o("domain", "d")),
    case("ALTER EVENT TRIGGER e ENABLE REPLICA", "ALTER EVENT TRIGGER", o("event_trigger", "e")),
    case("ALTER EXTENSION e ADD TABLE t", "ALTER EXTENSION", o("extension", "e")),
    case("ALTER EXTENSION e UPDATE TO '2'", "ALTER EXTENSION", o("extension", "e")),
    case(
        "ALTER FOREIGN TABLE IF EXISTS ONLY s.t ADD a int",
        "ALTER FOREIGN TABLE",
        o("foreign_table", "t", "s"),
        form="if_exists",
    ),
    case("ALTER FOREIGN TABLE t RENAME COLUMN a TO b", "ALTER FOREIGN TABLE", o("foreign_table", "t")),
    case(
        "ALTER FUNCTION s.f(int, text) STABLE",
        "ALTER FUNCTION",
        o("function", "f", "s", arguments=("integer", "text")),
    ),
    case("ALTER FUNCTION f OWNER TO x", "ALTER FUNCTION", o("function", "f")),
    case("ALTER FUNCTION f() RENAME TO g", "ALTER FUNCTION", o("function", "f", arguments=())),
    case("ALTER GROUP g ADD USER x", "ALTER ROLE", o("role", "g")),
    case("ALTER INDEX IF EXISTS s.i RENAME TO j", "ALTER INDEX", o("index", "i", "s"), form="if_exists"),
    case("ALTER INDEX i ATTACH PARTITION j", "ALTER INDEX", o("index", "i")),
    case("ALTER INDEX i DEPENDS ON EXTENSION e", "ALTER INDEX", o("index", "i")),
    case("ALTER INDEX ALL IN TABLESPACE x SET TABLESPACE y", "ALTER INDEX", o("tablespace", "x")),
    case("ALTER PROCEDURAL LANGUAGE l RENAME TO m", "ALTER LANGUAGE", o("language", "l")),
    case("ALTER LARGE OBJECT 12 OWNER TO x", "ALTER LARGE OBJECT", o("large_object", "12")),
    case(
        "ALTER MATERIALIZED VIEW IF EXISTS m SET (a = 1)",
        "ALTER MATERIALIZED VIEW",
        o("materialized_view", "m"),
        form="if_exists",
    ),
    case(
        "ALTER MATERIALIZED VIEW ALL IN TABLESPACE x SET TABLESPACE y",
        "ALTER MATERIALIZED VIEW",
        o("tablespace", "x"),
    ),
    case(
        "ALTER OPERATOR s.@@ (int, text) OWNER TO x",
        "ALTER OPERATOR",
        o("operator", "@@", "s", arguments=("integer", "text")),
    ),
    case(
        "ALTER OPERATOR ~ (NONE, bigint) SET (RESTRICT = NONE)",
        "ALTER OPERATOR",
        o("operator", "~", arguments=("none", "bigint")),
    ),
    case(
        "ALTER OPERATOR CLASS s.c USING btree RENAME TO d",
        "ALTER OPERATOR CLASS",
        o("operator_class", "c", "s", parent="btree"),
    ),
    case(
        "ALTER OPERATOR FAMILY f USING gin ADD STORAGE int",
        "ALTER OPERATOR FAMILY",
        o("operator_family", "f", parent="gin"),
    ),
    case(
        "ALTER POLICY IF EXISTS p ON t RENAME TO q",
        "ALTER POLICY",
        o("policy", "p", parent="t"),
        form="if_exists",
    ),
    case("ALTER POLICY p ON s.t USING (true)", "ALTER POLICY", o("policy", "p", "s", parent="t")),
    case(
        "ALTER PROCEDURE p(int) SET SCHEMA s", "ALTER PROCEDURE", o("procedure", "p", arguments=("integer",))
    ),
    case("ALTER PUBLICATION p ADD TABLE t", "ALTER PUBLICATION", o("publication", "p")),
    case("ALTER ROLE r WITH LOGIN", "ALTER ROLE", o("role", "r")),
    case("ALTER ROLE ALL IN DATABASE d SET a = 1", "ALTER ROLE"),
    case("ALTER USER u RENAME TO v", "ALTER ROLE", o("role", "u")),
    case("ALTER USER ALL RESET ALL", "ALTER ROLE"),
    case("ALTER ROLE CURRENT_USER SET a TO 1", "ALTER ROLE", o("role", "current_user")),
    case(
        "ALTER ROUTINE s.r(int) RENAME TO x", "ALTER ROUTINE", o("routine", "r", "s", arguments=("integer",))
    ),
    case("ALTER RULE r ON s.t RENAME TO q", "ALTER RULE", o("rule", "r", "s", parent="t")),
    case("ALTER SEQUENCE IF EXISTS s.q RESTART", "ALTER SEQUENCE", o("sequence", "q", "s"), form="if_exists"),
    case("ALTER SERVER s OPTIONS (a 'b')", "ALTER SERVER", o("foreign_server", "s")),
    case(
        "ALTER STATISTICS IF EXISTS x SET STATISTICS 1",
        "ALTER STATISTICS",
        o("statistics", "x"),
        form="if_exists",
    ),
    case("ALTER SUBSCRIPTION s DISABLE", "ALTER SUBSCRIPTION", o("subscription", "s")),
    case("ALTER SYSTEM SET work_mem = 1", "ALTER SYSTEM", o("setting", "work_mem")),
    case("ALTER SYSTEM RESET a.b", "ALTER SYSTEM", o("setting", "b", "a")),
    case("ALTER SYSTEM SET set.b = 1", "ALTER SYSTEM", o("setting", "b", "set")),
    case("ALTER TABLE t ADD a int", "ALTER TABLE", o("table", "t")),
    case("ALTER TABLE if RENAME TO b", "ALTER TABLE", o("table", "if")),
    case("ALTER TABLE ONLY s.t ADD CONSTRAINT c UNIQUE (a)", "ALTER TABLE", o("table", "t", "s")),
    case("ALTER TABLE IF EXISTS ONLY t RENAME a TO b", "ALTER TABLE", o("table", "t"), form="if_exists"),
    case("ALTER TABLE t RENAME CONSTRAINT a TO b", "ALTER TABLE", o("table", "t")),
    case("ALTER TABLE ALL IN TABLESPACE x OWNED BY y SET TABLESPACE z", "ALTER TABLE", o("tablespace", "x")),
    case("ALTER TABLE p ATTACH PARTITION q DEFAULT", "ALTER TABLE", o("table", "p")),
    case("ALTER TABLESPACE t SET (a = 1)", "ALTER TABLESPACE", o("tablespace", "t")),
    case(
        "ALTER TEXT SEARCH CONFIGURATION c DROP MAPPING FOR a",
        "ALTER TEXT SEARCH CONFIGURATION",
        o("text_search_configuration", "c"),
    ),
    case("ALTER TRIGGER g ON s.t RENAME TO h", "ALTER TRIGGER", o("trigger", "g", "s", parent="t")),
    case("ALTER TRIGGER g ON t DEPENDS ON EXTENSION e", "ALTER TRIGGER", o("trigger", "g", parent="t")),
    case("ALTER TYPE s.t ADD VALUE IF NOT EXISTS 'a'", "ALTER TYPE", o("type", "t", "s")),
    case("ALTER TYPE t RENAME ATTRIBUTE a TO b", "ALTER TYPE", o("type", "t")),
    case(
        "ALTER USER MAPPING FOR joe SERVER s OPTIONS (a 'b')",
        "ALTER USER MAPPING",
        o("user_mapping", "joe", parent="s"),
    ),
    case("ALTER VIEW IF EXISTS v ALTER a SET DEFAULT 1", "ALTER VIEW", o("view", "v"), form="if_exists"),
    case("ALTER VIEW v RENAME COLUMN a TO b", "ALTER VIEW", o("view", "v")),
    case(
        "REASSIGN OWNED BY a, CURRENT_USER TO b", "REASSIGN OWNED", o("role", "a"), o("role", "current_user")
    ),
    case("REFRESH MATERIALIZED VIEW s.m", "REFRESH MATERIALIZED VIEW", o("materialized_view", "m", "s")),
    case(
        "REFRESH MATERIALIZED VIEW CONCURRENTLY m WITH NO DATA",
        "REFRESH MATERIALIZED VIEW",
        o("materialized_view", "m"),
    ),
    case(
        "IMPORT FOREIGN SCHEMA r LIMIT TO (a, b) FROM SERVER s INTO l OPTIONS (a 'b')",
        "IMPORT FOREIGN SCHEMA",
        o("schema", "l"),
    ),
    *_changes(),
]

COMMENTS: list[Case] = [
    case(f"COMMENT ON {words} IS 'x'", "COMMENT", found)
    for words, found in [
        ("ACCESS METHOD a", o("access_method", "a")),
        ("AGGREGATE s.a (int ORDER BY text)", o("aggregate", "a", "s", arguments=("integer", "text"))),
        ("AGGREGATE a (*)", o("aggregate", "a", arguments=())),
        ("CAST (int AS text)", o("cast", None, arguments=("integer", "text"))),
        ("COLLATION s.c", o("collation", "c", "s")),
        ("COLUMN t.c", o("column", "c", parent="t")),
        ("COLUMN s.t.c", o("column", "c", "s", parent="t")),
        ("COLUMN d.s.t.c", o("column", "c", "s", parent="t")),
        ('COLUMN "S"."T"."c.d"', o("column", "c.d", "S", parent="T")),
        ("CONSTRAINT c ON s.t", o("constraint", "c", "s", parent="t")),
        ("CONSTRAINT c ON DOMAIN s.d", o("constraint", "c", "s", parent="d")),
        ("CONSTRAINT c ON DOMAIN domain", o("constraint", "c", parent="domain")),
        ("CONSTRAINT c ON domain", o("constraint", "c", parent="domain")),
        ("CONSTRAINT c ON domain.t", o("constraint", "c", "domain", parent="t")),
        ("CONVERSION c", o("conversion", "c")),
        ("DATABASE d", o("database", "d")),
        ("DOMAIN s.d", o("domain", "d", "s")),
        ("EVENT TRIGGER e", o("event_trigger", "e")),
        ("EXTENSION e", o("extension", "e")),
        ("FOREIGN DATA WRAPPER w", o("foreign_data_wrapper", "w")),
        ("FOREIGN TABLE s.t", o("foreign_table", "t", "s")),
        ("FUNCTION s.f(int, VARIADIC text[])", o("function", "f", "s", arguments=("integer", "text[]"))),
        ("FUNCTION f", o("function", "f")),
        ("INDEX s.i", o("index", "i", "s")),
        ("LANGUAGE l", o("language", "l")),
        ("PROCEDURAL LANGUAGE l", o("language", "l")),
        ("LARGE OBJECT 12", o("large_object", "12")),
        ("MATERIALIZED VIEW s.m", o("materialized_view", "m", "s")),
        ("OPERATOR s.- (NONE, int)", o("operator", "-", "s", arguments=("none", "integer"))),
        ("OPERATOR CLASS s.c USING btree", o("operator_class", "c", "s", parent="btree")),
        ("OPERATOR FAMILY f USING gin", o("operator_family", "f", parent="gin")),
        ("POLICY p ON s.t", o("policy", "p", "s", parent="t")),
        ("PROCEDURE p()", o("procedure", "p", arguments=())),
        ("PUBLICATION p", o("publication", "p")),
        ("ROLE r", o("role", "r")),
        ("ROUTINE r(int)", o("routine", "r", arguments=("integer",))),
        ("RULE r ON s.v", o("rule", "r", "s", parent="v")),
        ("SCHEMA if", o("schema", "if")),
        ("SEQUENCE s.q", o("sequence", "q", "s")),
        ("SERVER s", o("foreign_server", "s")),
        ("STATISTICS s.x", o("statistics", "x", "s")),
        ("SUBSCRIPTION s", o("subscription", "s")),
        ("TABLE if", o("table", "if")),
        ('TABLE "s"."if"', o("table", "if", "s")),
        ("TABLESPACE t", o("tablespace", "t")),
        ("TEXT SEARCH CONFIGURATION c", o("text_search_configuration", "c")),
        ("TEXT SEARCH DICTIONARY c", o("text_search_dictionary", "c")),
        ("TEXT SEARCH PARSER c", o("text_search_parser", "c")),
        ("TEXT SEARCH TEMPLATE c", o("text_search_template", "c")),
        ("TRANSFORM FOR int LANGUAGE l", o("transform", "l", arguments=("integer",))),
        ("TRIGGER g ON s.t", o("trigger", "g", "s", parent="t")),
        ("TYPE s.t", o("type", "t", "s")),
        ("VIEW s.v", o("view", "v", "s")),
    ]
]

LABELS: list[Case] = [
    case("SECURITY LABEL ON TABLE s.t IS 'x'", "SECURITY LABEL", o("table", "t", "s")),
    case("SECURITY LABEL FOR p ON COLUMN s.t.c IS NULL", "SECURITY LABEL", o("column", "c", "s", parent="t")),
    case("SECURITY LABEL FOR 'on' ON ROLE r IS 'x'", "SECURITY LABEL", o("role", "r")),
    case(
        "SECURITY LABEL FOR \"on\" ON FUNCTION f(int) IS 'x'",
        "SECURITY LABEL",
        o("function", "f", arguments=("integer",)),
    ),
]

PRIVILEGES: list[Case] = [
    case("GRANT SELECT ON t TO x", "GRANT", o("table", "t")),
    case(
        "GRANT SELECT, UPDATE (a, b) ON TABLE s.t, u TO x, PUBLIC",
        "GRANT",
        o("table", "t", "s"),
        o("table", "u"),
    ),
    case("GRANT ALL PRIVILEGES ON s.t TO x WITH GRANT OPTION", "GRANT", o("table", "t", "s")),
    case("GRANT USAGE ON SEQUENCE q, s.r TO x", "GRANT", o("sequence", "q"), o("sequence", "r", "s")),
    case("GRANT USAGE ON SCHEMA a, b TO x", "GRANT", o("schema", "a"), o("schema", "b")),
    case("GRANT CONNECT ON DATABASE d, e TO x", "GRANT", o("database", "d"), o("database", "e")),
    case("GRANT USAGE ON DOMAIN s.d TO x", "GRANT", o("domain", "d", "s")),
    case("GRANT USAGE ON TYPE s.t, u TO x", "GRANT", o("type", "t", "s"), o("type", "u")),
    case("GRANT USAGE ON LANGUAGE l TO x", "GRANT", o("language", "l")),
    case(
        "GRANT USAGE ON FOREIGN DATA WRAPPER w, v TO x",
        "GRANT",
        o("foreign_data_wrapper", "w"),
        o("foreign_data_wrapper", "v"),
    ),
    case("GRANT USAGE ON FOREIGN SERVER s TO x", "GRANT", o("foreign_server", "s")),
    case("GRANT CREATE ON TABLESPACE t TO x", "GRANT", o("tablespace", "t")),
    case("GRANT SELECT ON LARGE OBJECT 12 TO x", "GRANT", o("large_object", "12")),
    case(
        "GRANT SET, ALTER SYSTEM ON PARAMETER work_mem, a.b TO x",
        "GRANT",
        o("setting", "work_mem"),
        o("setting", "b", "a"),
    ),
    case(
        "GRANT EXECUTE ON FUNCTION s.f(int, OUT text), g, h() TO x",
        "GRANT",
        *(
            o("function", "f", "s", arguments=("integer",)),
            o("function", "g"),
            o("function", "h", arguments=()),
        ),
    ),
    case("GRANT EXECUTE ON PROCEDURE p(int) TO x", "GRANT", o("procedure", "p", arguments=("integer",))),
    case("GRANT EXECUTE ON ROUTINE r TO x", "GRANT", o("routine", "r")),
    *(
        case(f"GRANT ALL ON ALL {word} IN SCHEMA a, b TO x", "GRANT", o("schema", "a"), o("schema", "b"))
        for word in ("TABLES", "SEQUENCES", "FUNCTIONS", "PROCEDURES", "ROUTINES")
    ),
    case("REVOKE SELECT ON s.t FROM x CASCADE", "REVOKE", o("table", "t", "s")),
    case("REVOKE GRANT OPTION FOR SELECT ON TABLE t FROM x", "REVOKE", o("table", "t")),
    case(
        "REVOKE EXECUTE ON FUNCTION f(int) FROM PUBLIC", "REVOKE", o("function", "f", arguments=("integer",))
    ),
    case("REVOKE ALL ON SCHEMA public FROM PUBLIC", "REVOKE", o("schema", "public")),
    case("GRANT a, b TO c, d", "GRANT ROLE", o("role", "a"), o("role", "b")),
    case("GRANT a TO b WITH ADMIN OPTION GRANTED BY c", "GRANT ROLE", o("role", "a")),
    case("GRANT admin TO x", "GRANT ROLE", o("role", "admin")),
    case('GRANT "on" TO x', "GRANT ROLE", o("role", "on")),
    case(
        "GRANT insert, update TO x WITH INHERIT TRUE, SET FALSE",
        "GRANT ROLE",
        o("role", "insert"),
        o("role", "update"),
    ),
    case("REVOKE a, b FROM c CASCADE", "REVOKE ROLE", o("role", "a"), o("role", "b")),
    case("REVOKE ADMIN OPTION FOR a FROM b", "REVOKE ROLE", o("role", "a")),
    case("REVOKE INHERIT OPTION FOR a, b FROM c", "REVOKE ROLE", o("role", "a"), o("role", "b")),
    case("REVOKE SET OPTION FOR admin FROM c", "REVOKE ROLE", o("role", "admin")),
    case("REVOKE admin FROM x", "REVOKE ROLE", o("role", "admin")),
    case("REVOKE set, b FROM x", "REVOKE ROLE", o("role", "set"), o("role", "b")),
    case("GRANT option TO x", "GRANT ROLE", o("role", "option")),
]

REMOVALS: list[Case] = [
    case(
        "DROP AGGREGATE a(int), s.b(*)",
        "DROP AGGREGATE",
        o("aggregate", "a", arguments=("integer",)),
        o("aggregate", "b", "s", arguments=()),
    ),
    case(
        "DROP AGGREGATE IF EXISTS a (VARIADIC int[])",
        "DROP AGGREGATE",
        o("aggregate", "a", arguments=("integer[]",)),
        form="if_exists",
    ),
    case(
        "DROP CAST IF EXISTS (int AS s.t) CASCADE",
        "DROP CAST",
        o("cast", None, arguments=("integer", "s.t")),
        form="if_exists",
    ),
    case("DROP DATABASE d WITH (FORCE)", "DROP DATABASE", o("database", "d")),
    case(
        "DROP FUNCTION IF EXISTS s.f(int, OUT text), g, h() CASCADE",
        "DROP FUNCTION",
        *(
            o("function", "f", "s", arguments=("integer",)),
            o("function", "g"),
            o("function", "h", arguments=()),
        ),
        form="if_exists",
    ),
    case("DROP PROCEDURE p(INOUT int)", "DROP PROCEDURE", o("procedure", "p", arguments=("integer",))),
    case(
        "DROP ROUTINE IF EXISTS r, s.q(text)",
        "DROP ROUTINE",
        o("routine", "r"),
        o("routine", "q", "s", arguments=("text",)),
        form="if_exists",
    ),
    case(
        "DROP INDEX CONCURRENTLY IF EXISTS s.i, j",
        "DROP INDEX",
        o("index", "i", "s"),
        o("index", "j"),
        form="if_exists",
    ),
    case("DROP PROCEDURAL LANGUAGE IF EXISTS l", "DROP LANGUAGE", o("language", "l"), form="if_exists"),
    case(
        "DROP OPERATOR s.@@ (int, text), ~ (NONE, int)",
        "DROP OPERATOR",
        *(
            o("operator", "@@", "s", arguments=("integer", "text")),
            o("operator", "~", arguments=("none", "integer")),
        ),
    ),
    case(
        "DROP OPERATOR CLASS IF EXISTS s.c USING btree",
        "DROP OPERATOR CLASS",
        o("operator_class", "c", "s", parent="btree"),
        form="if_exists",
    ),
    case(
        "DROP OPERATOR FAMILY f USING hash CASCADE",
        "DROP OPERATOR FAMILY",
        o("operator_family", "f", parent="hash"),
    ),
    case("DROP OWNED BY a, CURRENT_ROLE CASCADE", "DROP OWNED", o("role", "a"), o("role", "current_role")),
    case(
        "DROP POLICY IF EXISTS p ON s.t", "DROP POLICY", o("policy", "p", "s", parent="t"), form="if_exists"
    ),
    case("DROP POLICY if ON t", "DROP POLICY", o("policy", "if", parent="t")),
    case("DROP RULE r ON t CASCADE", "DROP RULE", o("rule", "r", parent="t")),
    case(
        "DROP TRIGGER IF EXISTS if ON s.t",
        "DROP TRIGGER",
        o("trigger", "if", "s", parent="t"),
        form="if_exists",
    ),
    case("DROP ROLE a, b", "DROP ROLE", o("role", "a"), o("role", "b")),
    case("DROP GROUP IF EXISTS g", "DROP ROLE", o("role", "g"), form="if_exists"),
    case("DROP USER u, CURRENT_USER", "DROP ROLE", o("role", "u"), o("role", "current_user")),
    case(
        "DROP TRANSFORM IF EXISTS FOR int LANGUAGE l",
        "DROP TRANSFORM",
        o("transform", "l", arguments=("integer",)),
        form="if_exists",
    ),
    case(
        "DROP USER MAPPING IF EXISTS FOR PUBLIC SERVER s",
        "DROP USER MAPPING",
        o("user_mapping", "public", parent="s"),
        form="if_exists",
    ),
    *_removals(),
]
