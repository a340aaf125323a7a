"""Views, routines, triggers and policies as people write them, in several spellings each."""

from __future__ import annotations

from .everyday_columns import TABLE, spelt

__all__ = ["CODE"]

_VIEW = f"{TABLE} CREATE VIEW v <?>;"
_FUNCTION = "CREATE FUNCTION f(a int) RETURNS int <?>;"
_BODY = "AS 'SELECT 1'"
_TOUCH = f"""{TABLE} CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
CREATE TRIGGER x <?>;"""
_POLICY = f"{TABLE} CREATE POLICY p ON t <?>;"

#: Views, routines, triggers, rules and policies.
CODE: dict[str, tuple[str, ...]] = {
    "view": spelt(
        _VIEW,
        "AS SELECT id, a FROM t",
        "AS SELECT t.id, t.a FROM t",
        "(id, a) AS SELECT id, a FROM t",
        "AS SELECT id AS id, a a FROM t",
        "AS (SELECT id, a FROM t)",
        "AS SELECT a, id FROM t",
        "AS SELECT id, a FROM ONLY t",
    ),
    "view column renamed": (
        f"{TABLE} CREATE VIEW v AS SELECT id, a AS z FROM t;",
        f"{TABLE} CREATE VIEW v AS SELECT id, a FROM t; ALTER VIEW v RENAME COLUMN a TO z;",
        f"{TABLE} CREATE VIEW v AS SELECT id, a FROM t; ALTER TABLE v RENAME a TO z;",
        f"{TABLE} CREATE VIEW v(id, z) AS SELECT id, a FROM t;",
        f"{TABLE} CREATE VIEW v(id, y) AS SELECT id, a FROM t; ALTER VIEW v RENAME y TO z;",
        f"{TABLE} CREATE VIEW v AS SELECT id, b AS z FROM t;",
    ),
    "view of a renamed column": (
        f"{TABLE} CREATE VIEW v AS SELECT id, a FROM t; ALTER TABLE t RENAME a TO z;",
        f"{TABLE} ALTER TABLE t RENAME a TO z; CREATE VIEW v AS SELECT id, z AS a FROM t;",
        f"{TABLE} ALTER TABLE t RENAME a TO z; CREATE VIEW v AS SELECT id, z FROM t;",
    ),
    "view replaced": (
        f"{TABLE} CREATE VIEW v AS SELECT id FROM t; CREATE OR REPLACE VIEW v AS SELECT id, a FROM t;",
        f"{TABLE} CREATE VIEW v AS SELECT id, a FROM t;",
    ),
    "view of all": (
        f"{TABLE} CREATE VIEW v AS SELECT * FROM t;",
        f"{TABLE} CREATE VIEW v AS SELECT t.* FROM t;",
        f"{TABLE} CREATE VIEW v AS SELECT id, a, b, n, at, d, f FROM t;",
        f"{TABLE} CREATE VIEW v AS SELECT * FROM t; ALTER TABLE t ADD c int;",
        f"{TABLE} ALTER TABLE t ADD c int; CREATE VIEW v AS SELECT * FROM t;",
    ),
    "view options": spelt(
        _VIEW,
        "WITH (security_barrier) AS SELECT id FROM t",
        "WITH (security_barrier = true) AS SELECT id FROM t",
        "WITH (security_barrier = on) AS SELECT id FROM t",
        "WITH (security_barrier = 'true') AS SELECT id FROM t",
        "WITH (security_invoker = true) AS SELECT id FROM t",
        "AS SELECT id FROM t",
        "AS SELECT id FROM t WITH CHECK OPTION",
        "AS SELECT id FROM t WITH CASCADED CHECK OPTION",
        "WITH (check_option = cascaded) AS SELECT id FROM t",
        "AS SELECT id FROM t WITH LOCAL CHECK OPTION",
    ),
    "view condition": spelt(
        _VIEW,
        *(
            f"AS SELECT id FROM t WHERE {one}"
            for one in (
                "d > '2024-1-1'",
                "d > '2024-01-01'",
                "d > DATE '2024-01-01'",
                "(d > '2024-01-01'::date)",
                "d > '2024-01-02'",
                "f",
                "f = 't'",
                "f = true",
                "n > 1.0",
                "n > 1.00",
            )
        ),
    ),
    "view of constants": spelt(
        _VIEW,
        *(
            f"AS SELECT {one} AS c FROM t"
            for one in (
                "current_user",
                "user",
                "session_user",
                "-2::int",
                "(-2)::int",
                "-2",
                "'-2'::int",
                "a IS NOT NULL",
                "a IS DISTINCT FROM NULL",
                "NOT a IS NOT DISTINCT FROM NULL",
            )
        ),
    ),
    "view of literals": spelt(
        _VIEW,
        *(
            f"AS SELECT {one} AS c FROM t"
            for one in (
                "date '2024-1-1'",
                "'2024-01-01'::date",
                "interval '1 day'",
                "'24:00:00'::interval",
                "'1 day'::interval",
                "true",
                "'t'::bool",
                "bool 'yes'",
                "'1'::int",
                "1",
                "1::bigint",
            )
        ),
    ),
    "view of cases": spelt(
        _VIEW,
        *(
            f"AS SELECT {one} AS c FROM t"
            for one in (
                "CASE WHEN f THEN 1 END",
                "CASE WHEN f THEN 1 ELSE NULL END",
                "CASE f WHEN true THEN 1 END",
                "coalesce(a, '')",
                "COALESCE(a, ''::text)",
                "coalesce(n, 0)",
                "coalesce(n, 0.0)",
            )
        ),
    ),
    "view joined": spelt(
        f"{TABLE} CREATE TABLE u (id int, t_id int, c text); CREATE VIEW v AS SELECT <?>;",
        "t.id, u.c FROM t JOIN u ON u.t_id = t.id",
        "t.id, c FROM t INNER JOIN u ON (u.t_id = t.id)",
        "t.id, u.c FROM t JOIN u ON t.id = u.t_id",
        "x.id, y.c FROM t AS x JOIN u y ON y.t_id = x.id",
        "t.id, u.c FROM t LEFT JOIN u ON u.t_id = t.id",
        "t.id, u.c FROM t LEFT OUTER JOIN u ON u.t_id = t.id",
        "t.id, u.c FROM t, u WHERE u.t_id = t.id",
        "id, u.c FROM t JOIN u USING (id)",
    ),
    "view grouped": spelt(
        _VIEW,
        "AS SELECT a, count(*) AS n FROM t GROUP BY a ORDER BY a",
        "AS SELECT a, count(*) AS n FROM t GROUP BY 1 ORDER BY 1",
        "AS SELECT t.a, count(*) AS n FROM t GROUP BY t.a ORDER BY t.a ASC",
        "AS SELECT a, count(*) AS n FROM t GROUP BY a ORDER BY a DESC",
        "AS SELECT a, count(1) AS n FROM t GROUP BY a ORDER BY a",
        "AS SELECT a, count(*) n FROM t GROUP BY a HAVING count(*) > 1 ORDER BY a",
    ),
    "materialized view": spelt(
        f"{TABLE} CREATE MATERIALIZED VIEW m <?>;",
        "AS SELECT id FROM t",
        "AS SELECT id FROM t WITH DATA",
        "USING heap AS SELECT id FROM t",
        "WITH (fillfactor = 70) AS SELECT id FROM t",
        "TABLESPACE pg_default AS SELECT id FROM t",
        "AS SELECT id FROM t WITH NO DATA",
    ),
    "function volatility": spelt(
        _FUNCTION,
        f"LANGUAGE sql {_BODY}",
        f"LANGUAGE sql VOLATILE {_BODY}",
        f"VOLATILE LANGUAGE SQL {_BODY}",
        f"{_BODY} LANGUAGE sql",
        f"{_BODY} LANGUAGE 'sql'",
        f"LANGUAGE sql STABLE {_BODY}",
        f"LANGUAGE sql IMMUTABLE {_BODY}",
    ),
    "function attributes": spelt(
        _FUNCTION,
        f"LANGUAGE sql {_BODY}",
        f"LANGUAGE sql CALLED ON NULL INPUT {_BODY}",
        f"LANGUAGE sql COST 100 {_BODY}",
        f"LANGUAGE sql PARALLEL UNSAFE {_BODY}",
        f"LANGUAGE sql SECURITY INVOKER {_BODY}",
        f"LANGUAGE sql NOT LEAKPROOF {_BODY}",
        f"LANGUAGE sql EXTERNAL SECURITY INVOKER {_BODY}",
        f"LANGUAGE sql COST 10 {_BODY}",
        f"LANGUAGE sql SECURITY DEFINER {_BODY}",
    ),
    "function strict": spelt(
        _FUNCTION,
        f"LANGUAGE sql STRICT {_BODY}",
        f"LANGUAGE sql RETURNS NULL ON NULL INPUT {_BODY}",
        f"LANGUAGE sql {_BODY}",
    ),
    "function body": spelt(
        _FUNCTION,
        "LANGUAGE sql AS 'SELECT 1'",
        "LANGUAGE sql AS $$SELECT 1$$",
        "LANGUAGE sql AS $body$SELECT 1$body$",
        "LANGUAGE sql AS E'SELECT 1'",
        "LANGUAGE sql AS 'SELECT 2'",
    ),
    "function of an expression": spelt(
        _FUNCTION,
        "RETURN a + 1",
        "LANGUAGE sql RETURN a + 1",
        "RETURN (a + 1)",
        "RETURN f.a + 1",
        "RETURN a+2",
    ),
    "function of statements": spelt(
        f"{TABLE} CREATE FUNCTION f(x int) RETURNS SETOF text LANGUAGE sql <?>;",
        "BEGIN ATOMIC SELECT a FROM t WHERE id = x; END",
        "BEGIN ATOMIC SELECT t.a FROM t WHERE (t.id = x); END",
        "BEGIN ATOMIC SELECT a FROM t WHERE id = f.x; END",
        "BEGIN ATOMIC SELECT b FROM t WHERE id = x; END",
    ),
    "function arguments": spelt(
        "CREATE FUNCTION f(<?>) RETURNS int LANGUAGE sql AS 'SELECT 1';",
        "a int, b text",
        "IN a integer, IN b text",
        "a in int4, b text",
        "a int, b varchar",
        "a int, b varchar(10)",
        "a int, b character varying",
        "a int, c text",
        "int, text",
    ),
    "function defaults": spelt(
        "CREATE FUNCTION f(<?>) RETURNS int LANGUAGE sql AS 'SELECT 1';",
        "a int DEFAULT 1, d date DEFAULT '2024-01-01'",
        "a int = 1, d date = '2024-1-1'",
        "a int default (1), d date default date '2024-01-01'",
        "a int DEFAULT '1', d date DEFAULT '2024-01-01'::date",
        "a int DEFAULT 2, d date DEFAULT '2024-01-01'",
        "a int, d date",
    ),
    "function null default": spelt(
        "CREATE FUNCTION f(a text <?>) RETURNS int LANGUAGE sql AS 'SELECT 1';",
        "DEFAULT NULL",
        "DEFAULT NULL::text",
        "= null",
        "",
        "DEFAULT ''",
    ),
    "function out": (
        "CREATE FUNCTION f(OUT a int) LANGUAGE sql AS 'SELECT 1';",
        "CREATE FUNCTION f(OUT a int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
        "CREATE FUNCTION f(OUT a int4) LANGUAGE sql AS 'SELECT 1';",
        "CREATE FUNCTION f(OUT b int) LANGUAGE sql AS 'SELECT 1';",
        "CREATE FUNCTION f(OUT a bigint) LANGUAGE sql AS 'SELECT 1';",
    ),
    "function out of two": (
        "CREATE FUNCTION f(OUT a int, OUT b text) LANGUAGE sql AS 'SELECT 1, 2::text';",
        "CREATE FUNCTION f(OUT a int, OUT b text) RETURNS record LANGUAGE sql AS 'SELECT 1, 2::text';",
        "CREATE FUNCTION f(OUT a int, OUT b text) RETURNS SETOF record LANGUAGE sql AS 'SELECT 1, 2::text';",
        "CREATE FUNCTION f() RETURNS TABLE(a int, b text) LANGUAGE sql AS 'SELECT 1, 2::text';",
        "CREATE FUNCTION f() RETURNS TABLE (a integer, b text) LANGUAGE sql AS 'SELECT 1, 2::text';",
    ),
    "function inout": spelt(
        "CREATE FUNCTION f(<?>) LANGUAGE sql AS 'SELECT 1';", "INOUT a int", "IN OUT a int", "inout a integer"
    ),
    "function rows": spelt(
        "CREATE FUNCTION f() RETURNS SETOF int LANGUAGE sql <?> AS 'SELECT 1';", "", "ROWS 1000", "ROWS 10"
    ),
    "function settings": spelt(
        _FUNCTION,
        f"LANGUAGE sql SET search_path = pg_catalog, public {_BODY}",
        f"LANGUAGE sql SET search_path TO pg_catalog, public {_BODY}",
        f"LANGUAGE sql SET search_path TO 'pg_catalog', 'public' {_BODY}",
        f'LANGUAGE sql SET search_path = "pg_catalog", public {_BODY}',
        f"LANGUAGE sql SET search_path = public, pg_catalog {_BODY}",
        f"LANGUAGE sql SET search_path = '' {_BODY}",
        f"LANGUAGE sql SET work_mem = '1MB' {_BODY}",
        f"LANGUAGE sql SET work_mem TO '1MB' {_BODY}",
        f"LANGUAGE sql SET enable_seqscan = off {_BODY}",
        f"LANGUAGE sql SET enable_seqscan TO 'off' {_BODY}",
        f"LANGUAGE sql SET enable_seqscan = false {_BODY}",
    ),
    "function altered": (
        f"CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql STABLE STRICT {_BODY};",
        f"CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql {_BODY}; ALTER FUNCTION f(int) STABLE STRICT;",
        f"CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql {_BODY}; ALTER FUNCTION f STABLE;",
    ),
    "function returns a row": (
        f"{TABLE} CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';",
        f"{TABLE} CREATE FUNCTION f() RETURNS SETOF t AS $$SELECT * FROM t$$ LANGUAGE SQL ROWS 1000;",
        f"{TABLE} CREATE FUNCTION f() RETURNS t LANGUAGE sql AS 'SELECT * FROM t';",
        f"{TABLE} CREATE FUNCTION f() RETURNS t.id%TYPE LANGUAGE sql AS 'SELECT 1';",
        f"{TABLE} CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
    ),
    "procedure": (
        "CREATE PROCEDURE f(a int) LANGUAGE sql AS 'SELECT 1';",
        "CREATE OR REPLACE PROCEDURE f(IN a integer) AS $$SELECT 1$$ LANGUAGE sql;",
        "CREATE PROCEDURE f(a int) LANGUAGE sql SECURITY INVOKER AS 'SELECT 1';",
        "CREATE PROCEDURE f(a int) LANGUAGE sql AS 'SELECT 2';",
    ),
    "aggregate": spelt(
        "CREATE AGGREGATE g(<?>);",
        "int) (sfunc = int4pl, stype = int",
        "integer) (SFUNC = int4pl, STYPE = integer",
        "int4) (stype = int4, sfunc = pg_catalog.int4pl",
        "int) (sfunc = int4pl, stype = int, parallel = unsafe",
        "int) (sfunc = int4pl, stype = int, finalfunc_modify = read_only",
        "int) (sfunc = int4pl, stype = int, sspace = 0",
        "int) (sfunc = int4pl, stype = int, initcond = '0'",
        "int) (sfunc = int4pl, stype = int, initcond = 0",
        "int) (sfunc = int4pl, stype = int, parallel = safe",
        "int) (sfunc = int4mul, stype = int",
    ),
    "aggregate old": (
        "CREATE AGGREGATE g (basetype = int, sfunc = int4pl, stype = int);",
        "CREATE AGGREGATE g(int) (sfunc = int4pl, stype = int);",
        "CREATE AGGREGATE g (basetype = int, sfunc1 = int4pl, stype1 = int);",
    ),
    "aggregate own": spelt(
        "CREATE FUNCTION add(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE AGGREGATE g(<?>);",
        "int) (sfunc = add, stype = int",
        "x int) (sfunc = add, stype = int",
        "int) (sfunc = int4pl, stype = int",
        'int) (sfunc = "add", stype = int, combinefunc = add',
    ),
    "trigger": spelt(
        _TOUCH,
        "BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch()",
        "BEFORE UPDATE ON t FOR ROW EXECUTE PROCEDURE touch()",
        "AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch()",
        "BEFORE UPDATE ON t FOR EACH STATEMENT EXECUTE FUNCTION touch()",
        "BEFORE UPDATE ON t FOR STATEMENT EXECUTE FUNCTION touch()",
        "BEFORE UPDATE ON t EXECUTE FUNCTION touch()",
        "BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch('a', 1)",
        "BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch('a', '1')",
        "BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch(a, 1)",
    ),
    "trigger events": spelt(
        _TOUCH,
        "BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch()",
        "BEFORE UPDATE OR INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch()",
        "BEFORE INSERT OR UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION touch()",
        "BEFORE INSERT OR UPDATE OF a, b ON t FOR EACH ROW EXECUTE FUNCTION touch()",
        "BEFORE INSERT OR UPDATE OF b, a ON t FOR EACH ROW EXECUTE FUNCTION touch()",
    ),
    "trigger condition": spelt(
        _TOUCH,
        *(
            f"BEFORE UPDATE ON t FOR EACH ROW WHEN ({one}) EXECUTE FUNCTION touch()"
            for one in (
                "OLD.* IS DISTINCT FROM NEW.*",
                "old IS DISTINCT FROM new",
                "(OLD.*) IS DISTINCT FROM (NEW.*)",
                "NEW.* IS DISTINCT FROM OLD.*",
                "OLD.a IS DISTINCT FROM NEW.a",
                "(old.a IS DISTINCT FROM new.a)",
                "NEW.d > '2024-1-1'",
                "new.d > '2024-01-01'::date",
                "NEW.a <> ''",
                "OLD.a != ''",
            )
        ),
    ),
    "trigger constraint": spelt(
        _TOUCH.replace("CREATE TRIGGER", "CREATE CONSTRAINT TRIGGER"),
        "AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch()",
        "AFTER INSERT ON t NOT DEFERRABLE FOR EACH ROW EXECUTE FUNCTION touch()",
        "AFTER INSERT ON t DEFERRABLE FOR EACH ROW EXECUTE FUNCTION touch()",
        "AFTER INSERT ON t DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION touch()",
        "AFTER INSERT ON t INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch()",
    ),
    "trigger of tables": spelt(
        _TOUCH,
        "AFTER UPDATE ON t REFERENCING OLD TABLE AS o NEW TABLE AS n EXECUTE FUNCTION touch()",
        "AFTER UPDATE ON t REFERENCING NEW TABLE AS n OLD TABLE o FOR STATEMENT EXECUTE PROCEDURE touch()",
        "AFTER UPDATE ON t REFERENCING OLD TABLE AS o EXECUTE FUNCTION touch()",
    ),
    "policy": spelt(
        _POLICY,
        "",
        "AS PERMISSIVE",
        "FOR ALL",
        "TO PUBLIC",
        "AS PERMISSIVE FOR ALL TO public",
        "AS RESTRICTIVE",
        "FOR SELECT",
        "TO CURRENT_USER",
    ),
    "policy roles": spelt(
        _POLICY, "TO reader, writer", "TO writer, reader", "TO reader", 'TO "reader", PUBLIC'
    ),
    "policy conditions": spelt(
        _POLICY,
        "USING (a = current_user)",
        "USING (a = CURRENT_USER)",
        "USING ((a = (CURRENT_USER)::text))",
        "USING (a = user)",
        "USING (a = session_user)",
        "USING (t.a = current_user)",
        "USING (true)",
        "WITH CHECK (a = current_user)",
        "USING (a = current_user) WITH CHECK (a = current_user)",
    ),
    "policy of settings": spelt(
        _POLICY,
        "USING (id = current_setting('app.id')::int)",
        "USING ((id = (current_setting('app.id'::text))::integer))",
        "USING (id = CAST(current_setting('app.id') AS integer))",
        "USING (id = current_setting('app.id', true)::int)",
    ),
    "policy of a query": spelt(
        f"{TABLE} CREATE TABLE u (id int, who text); CREATE POLICY p ON t USING (<?>);",
        "id IN (SELECT id FROM u WHERE who = current_user)",
        "id IN (SELECT u.id FROM u WHERE u.who = CURRENT_USER)",
        "(t.id IN ( SELECT u.id FROM u WHERE (u.who = (CURRENT_USER)::text)))",
        "id = ANY (SELECT id FROM u WHERE who = current_user)",
        "EXISTS (SELECT 1 FROM u WHERE u.id = t.id)",
        "EXISTS (SELECT FROM u WHERE u.id = t.id)",
    ),
    "rule": spelt(
        f"{TABLE} CREATE RULE r AS ON <?>;",
        "DELETE TO t DO INSTEAD NOTHING",
        "DELETE TO t DO ALSO NOTHING",
        "DELETE TO t DO NOTHING",
        "UPDATE TO t DO INSTEAD NOTHING",
        "UPDATE TO t WHERE old.a <> new.a DO INSTEAD NOTHING",
        "UPDATE TO t WHERE (OLD.a <> NEW.a) DO INSTEAD NOTHING",
        "UPDATE TO t WHERE old.* IS DISTINCT FROM new.* DO INSTEAD NOTHING",
    ),
}
