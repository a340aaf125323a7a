"""Texts that are made to break whoever makes a model of them, as Python expressions.

``N`` is how often something is repeated or how deep it is nested, ``FEW`` the same where each needs more.
``each('…{i}…{j}…', n)`` is a text so many times, with ``i`` from 0 and ``j`` one more; ``listed`` puts commas
between.
"""

from __future__ import annotations

__all__ = ["DEEP", "MANY", "PREAMBLE", "WIDE"]

#: What the expressions use.
PREAMBLE = """
def each(template, count):
    return "".join(template.format(i=i, j=i + 1) for i in range(count))

def listed(template, count):
    return ", ".join(template.format(i=i, j=i + 1) for i in range(count))
"""

_T = "CREATE TABLE t (a int); "
_TRIGGER_FUNCTION = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN END$$; "
_SQL = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$SELECT "
_PLPGSQL = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$"
_CHAIN = "'CREATE TABLE v0 (a int);' + each('CREATE VIEW v{j} AS SELECT * FROM v{i};', N)"
_HEIRS = "'CREATE TABLE t0 (a int);' + each('CREATE TABLE t{j} () INHERITS (t{i});', N)"
_IN_SCHEMA = "'CREATE SCHEMA s;' + each('CREATE TABLE s.t{i} (a int);', N)"
_WIDE_TABLE = "'CREATE TABLE t (a int, ' + listed('b{i} int', FEW) + ');'"
_PARTS = (
    "'CREATE TABLE t (a int) PARTITION BY LIST (a);'"
    " + each('CREATE TABLE t{i} PARTITION OF t FOR VALUES IN ({i});', FEW)"
)

#: One expression, query, body or type: each with what becomes of its statements.
DEEP: dict[str, str] = {
    # Operators in a row.
    "'CREATE TABLE t (a int DEFAULT 1' + ' + 1' * N + ');'": "modelled",
    "'CREATE TABLE t (a int CHECK (a > 0' + ' AND a > 0' * N + '));'": "modelled",
    "'CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a' + ' + a' * N + ') STORED);'": "modelled",
    "'CREATE VIEW v AS SELECT 1' + ' + 1' * N + ';'": "modelled",
    "'CREATE VIEW v AS SELECT ' + 'NOT ' * N + 'true;'": "modelled",
    "'CREATE VIEW v AS SELECT ' + '- ' * N + '1;'": "modelled",
    "'CREATE VIEW v AS SELECT 1' + '::int' * N + ';'": "modelled",
    "'CREATE VIEW v AS SELECT 1' + '::s.x' * N + ';'": "modelled",
    f"'{_T}CREATE INDEX ON t ((a' + ' + a' * N + '));'": "modelled",
    f"'{_T}CREATE INDEX ON t ((a' + '::int' * N + '));'": "modelled",
    f"'{_T}CREATE INDEX ON t ((a' + ' COLLATE x' * N + '));'": "modelled",
    f"'{_T}CREATE INDEX ON t (a) WHERE a > 0' + ' AND a > 0' * N + ';'": "modelled",
    f"'{_T}CREATE POLICY p ON t USING (a > 0' + ' AND a > 0' * N + ');'": "modelled",
    f"'{_T}{_TRIGGER_FUNCTION}CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW WHEN (true'"
    " + ' AND NEW.a > 0' * N + ') EXECUTE FUNCTION f();'": "modelled",
    f"'{_SQL}1' + ' + g(1)' * N + '$$;'": "modelled",
    # Parentheses, brackets, CASE, comments.
    "'CREATE TABLE t (a int DEFAULT ' + '(' * N + '1' + ')' * N + ');'": "modelled",
    "'CREATE TABLE t (a int CHECK (' + '(' * N + 'a > 1' + ')' * N + '));'": "modelled",
    "'CREATE TABLE t (a int CHECK (' + '(' * N + 'a > 1' + ' AND true)' * N + '));'": "modelled",
    "'CREATE TABLE t (a int CHECK (' + 'CASE WHEN a > 0 THEN ' * N + 'true' + ' END' * N + '));'": "modelled",
    "'CREATE TABLE t (a int DEFAULT ' + 'ARRAY[' * N + '1' + ']' * N + ');'": "modelled",
    "'CREATE TABLE t (a int) PARTITION BY RANGE (' + '(' * N + 'a' + ')' * N + ');'": "modelled",
    "'CREATE TABLE t (a int) /*' + '/*' * N + '*/' * N + '*/ INHERITS (u);'": "opaque",
    "'CREATE VIEW v AS SELECT ' + '(' * N + '1' + ')' * N + ';'": "modelled",
    "'CREATE VIEW v AS ' + '(' * N + 'SELECT 1' + ')' * N + ';'": "modelled",
    "'CREATE VIEW v AS SELECT ' + 'a[' * N + '1' + ']' * N + ';'": "modelled",
    "'CREATE VIEW v AS SELECT ' + 'CASE WHEN a THEN ' * N + '1' + ' END' * N + ';'": "modelled",
    "'CREATE VIEW v AS SELECT ' + '/*' * N + '*/' * N + '1;'": "modelled",
    "'CREATE VIEW v AS SELECT ' + 'CAST(' * N + '1' + ' AS int)' * N + ';'": "modelled",
    "'CREATE VIEW v AS SELECT ' + 'f(' * N + '1' + ')' * N + ';'": "modelled",
    f"'{_T}CREATE INDEX ON t (' + '(' * N + 'a + 1' + ')' * N + ');'": "modelled",
    f"'{_T}CREATE INDEX ON t (' + 'abs(' * N + 'a' + ')' * N + ');'": "modelled",
    f"'{_T}CREATE INDEX ON t (' + 'coalesce(' * N + 'a' + ')' * N + ');'": "modelled",
    f"'{_T}CREATE INDEX ON t ((' + 'ROW(' * N + 'a' + ')' * N + '));'": "modelled",
    f"'{_T}CREATE INDEX ON t ((a' + '[1]' * N + '));'": "modelled",
    f"'{_T}CREATE INDEX ON t ((' + 'CASE WHEN a > 0 THEN ' * N + 'a' + ' END' * N + '));'": "modelled",
    f"'{_T}CREATE INDEX ON t ((' + 'CASE WHEN a > 0 THEN 1 ELSE ' * FEW + 'a' + ' END' * FEW + '));'": (
        "modelled"
    ),
    f"'{_SQL}' + '(' * N + '1' + ')' * N + '$$;'": "modelled",
    # Queries in queries.
    "'CREATE VIEW v AS SELECT ' + '(SELECT ' * N + '1' + ')' * N + ';'": "modelled",
    "'CREATE VIEW v AS ' + 'SELECT * FROM (' * N + 'SELECT 1' + ') x' * N + ';'": "modelled",
    "'CREATE VIEW v AS ' + 'WITH x AS (' * N + 'SELECT 1' + ') SELECT * FROM x' * N + ';'": "modelled",
    "'CREATE VIEW v AS WITH x AS (SELECT 1), ' + listed('x{i} AS (SELECT * FROM x)', N) + ' SELECT 1;'": (
        "modelled"
    ),
    "'CREATE VIEW v AS SELECT 1' + ' UNION SELECT 1' * N + ';'": "modelled",
    "'CREATE VIEW v AS SELECT 1 FROM ' + '(' * N + 't' + ' JOIN t ON true)' * N + ';'": "modelled",
    "'CREATE VIEW v AS SELECT 1 FROM t' + each(' JOIN t{i} ON true', N) + ';'": "modelled",
    "'CREATE VIEW v AS VALUES (1)' + ', (1)' * N + ';'": "modelled",
    # Bodies.
    f"'{_PLPGSQL}' + 'BEGIN ' * N + 'NULL;' + ' END;' * N + '$$;'": "modelled",
    f"'{_PLPGSQL}BEGIN ' + 'IF a THEN ' * N + 'NULL;' + ' END IF;' * N + 'END;$$;'": "modelled",
    f"'{_PLPGSQL}BEGIN ' + 'PERFORM * FROM public.t; ' * N + 'END;$$;'": "modelled",
    f"'{_PLPGSQL}DECLARE ' + each('a{{i}} int; ', N) + 'BEGIN END;$$;'": "modelled",
    "'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS ' + chr(39) * (2 * N + 2) + ';'": "modelled",
    "'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC ' + 'SELECT 1; ' * N + 'END;'": "modelled",
    f"'{_T}CREATE RULE r AS ON INSERT TO t DO ALSO (' + 'DELETE FROM t; ' * N + ');'": "modelled",
    # Names, types, numbers and strings.
    "'CREATE TABLE ' + 'a.' * N + 't (a int);'": "modelled",
    "'CREATE TABLE ' + 'a' * 10 * N + ' (a int);'": "modelled",
    "'CREATE TABLE t (' + 'a' * 10 * N + ' serial PRIMARY KEY);'": "modelled",
    "'CREATE TABLE ' + chr(34) * (2 * N + 2) + ' (a int);'": "modelled",
    "'CREATE TABLE t' + chr(0) * N + ' (a int);'": "refused",
    "'CREATE TABLE ' + chr(34) + 'a' + chr(0) * N + chr(34) + ' (a int);'": "modelled",
    "'CREATE TABLE t (a int' + '[]' * N + ');'": "modelled",
    "'CREATE TABLE t (a ' + 'a.' * N + 'b);'": "modelled",
    "'CREATE TABLE t (a numeric(' + '1,' * N + '1));'": "modelled",
    "'CREATE TABLE t (a numeric(' + '1' * N + '));'": "modelled",
    "'CREATE SEQUENCE s START ' + '1' * N + ';'": "opaque",
    "'CREATE SEQUENCE s MAXVALUE -' + '0' * N + ';'": "opaque",
    "'CREATE ROLE r CONNECTION LIMIT ' + '1' * N + ';'": "modelled",
    f"'{_T}ALTER TABLE t ALTER a SET STATISTICS ' + '1' * N + ';'": "modelled,opaque",
    f"'{_T}COMMENT ON TABLE t IS ' + chr(39) + 'a' * 10 * N + chr(39) + ';'": "modelled",
    # What is never closed, or never opened.
    "'CREATE TABLE t (a int CHECK ' + '(' * N": "refused",
    "'CREATE TABLE t (a int DEFAULT ' + '[' * N + ');'": "refused",
    "'CREATE TABLE t ' + ')' * N + ';'": "refused",
    "'CREATE VIEW v AS SELECT ' + '([' * N + ')]' * N + ';'": "refused",
    f"'{_T}CREATE INDEX ON t ((' + 'CASE WHEN ' * N + '));'": "modelled",
    "'CREATE TABLE t (a;' * N": "refused",
}

#: One object with very many parts.
WIDE: dict[str, str] = {
    "'CREATE TABLE t (' + listed('a{i} int', N // 2) + ');'": "modelled",
    "'CREATE TABLE t (' + listed('a{i} int NOT NULL', N // 2) + ');'": "modelled",
    "'CREATE TABLE t (' + listed('a{i} int DEFAULT 1', N // 2) + ');'": "modelled",
    "'CREATE TABLE t (' + listed('a{i} int UNIQUE', N // 2) + ');'": "modelled",
    "'CREATE TABLE t (' + listed('a{i} int CHECK (a{i} > 0)', FEW) + ');'": "modelled",
    "'CREATE TABLE t (' + listed('a{i} serial', FEW) + ');'": "modelled",
    "'CREATE TABLE u (a int PRIMARY KEY); CREATE TABLE t (' + listed('a{i} int REFERENCES u', FEW) + ');'": (
        "modelled"
    ),
    "'CREATE TABLE t (' + listed('a int', N) + ');'": "opaque",
    "'CREATE TABLE t (' + listed('a{i} x{i}', FEW) + ');'": "modelled",
    "'CREATE TABLE t (' + listed('a{i:05}' + 'b' * 57 + ' int UNIQUE', FEW) + ');'": "modelled",
    "'CREATE TABLE t (' + listed('a{i} int', FEW) + ', PRIMARY KEY (' + listed('a{i}', FEW) + '));'": (
        "modelled"
    ),
    "'CREATE TABLE t (a int' + ', CHECK (a > 0)' * FEW + ');'": "modelled",
    "'CREATE TABLE t (a int' + ', EXCLUDE USING gist (a WITH =)' * FEW + ');'": "modelled",
    "'CREATE TABLE t (a int) WITH (' + listed('o{i} = 1', N) + ');'": "modelled",
    f"'{_T}CREATE INDEX ON t (a' + ', a' * N + ');'": "modelled",
    f"'{_T}CREATE INDEX ON t ((a + 1)' + ', (a + 1)' * N + ');'": "modelled",
    f"'{_T}ALTER TABLE t ' + listed('ADD COLUMN b{{i}} int', N // 2) + ';'": "modelled",
    f"{_WIDE_TABLE} + 'ALTER TABLE t ' + listed('DROP COLUMN b{{i}}', FEW) + ';'": "modelled",
    f"{_WIDE_TABLE} + 'ALTER TABLE t ' + listed('DROP COLUMN b{{i}}', FEW) + ', DROP COLUMN x;'": (
        "modelled,opaque"
    ),
    f"'{_T}ALTER TABLE t ' + 'ALTER a SET DEFAULT 1, ' * N + 'ALTER a DROP DEFAULT;'": "modelled",
    "'CREATE TYPE e AS ENUM (); CREATE TABLE t (' + listed('a{i} e', FEW) + '); DROP TYPE e CASCADE;'": (
        "modelled"
    ),
    "'CREATE TYPE e AS ENUM (' + listed(\"'{i}'\", N) + ');'": "modelled",
    "'CREATE TYPE c AS (' + listed('a{i} int', N // 2) + ');'": "modelled",
    "'CREATE DOMAIN d AS int' + ' CHECK (VALUE > 0)' * FEW + ';'": "modelled",
    "'CREATE SEQUENCE s' + ' CACHE 5' * N + ';'": "modelled",
    "'CREATE FUNCTION f(' + listed('a{i} int', N) + ') RETURNS int RETURN 1;'": "modelled",
    "'CREATE FUNCTION f(' + listed('a{i} int DEFAULT 1', N) + ') RETURNS int RETURN 1;'": "modelled",
    "'CREATE FUNCTION f() RETURNS TABLE (' + listed('a{i} int', N) + ') LANGUAGE sql AS $$SELECT 1$$;'": (
        "modelled"
    ),
    "'CREATE FUNCTION f() RETURNS int ' + each('SET a.b{i} = 1 ', FEW) + 'RETURN 1;'": "modelled",
    f"'{_T}{_TRIGGER_FUNCTION}CREATE TRIGGER x AFTER INSERT ON t EXECUTE FUNCTION f(1' + ', 1' * N + ');'": (
        "modelled"
    ),
    f"'{_T}CREATE POLICY p ON t TO ' + listed('r{{i}}', N) + ' USING (true);'": "modelled",
    f"'{_T}GRANT SELECT ON t TO ' + listed('r{{i}}', N) + ';'": "modelled",
    "'CREATE TABLE t (a int) PARTITION BY LIST (a);"
    "CREATE TABLE u PARTITION OF t FOR VALUES IN (1' + ', 1' * N + ');'": "modelled",
    "each('CREATE TABLE t{i} (a int);', N // 2) + 'DROP TABLE ' + listed('t{i}', N // 2) + ';'": "modelled",
    "each('CREATE TABLE t{i} (a{i} int);', FEW)"
    " + 'CREATE TABLE u () INHERITS (' + listed('t{i}', FEW) + ');'": "modelled",
    "'CREATE VIEW v (' + listed('a{i}', N) + ') AS SELECT 1;'": "modelled",
    "'CREATE SCHEMA s ' + each('CREATE TABLE t{i} (a int) ', FEW) + ';'": "modelled",
    "'SET search_path = a, ' + listed('s{i}', N) + '; CREATE TABLE t (a x);'": "modelled,passed",
}

#: Very many statements.
MANY: dict[str, str] = {
    "each('CREATE TABLE t{i} (a int);', N)": "modelled",
    "each('CREATE TABLE t{i} (a serial PRIMARY KEY);', FEW)": "modelled",
    "'CREATE TABLE t (a int);' * N": "modelled,opaque",
    "'CREATE TABLE IF NOT EXISTS t (a int);' * N": "modelled",
    "'CREATE TABLE t (a serial PRIMARY KEY); DROP TABLE t;' * FEW": "modelled",
    "each('CREATE TABLE t{i} (a int);', N // 2) + each('DROP TABLE t{i};', N // 2)": "modelled",
    "each('CREATE SCHEMA s{i};', N)": "modelled",
    f"{_IN_SCHEMA} + 'DROP SCHEMA s CASCADE;'": "modelled",
    f"{_IN_SCHEMA} + 'ALTER SCHEMA s RENAME TO u;'": "modelled",
    "each('DROP TABLE t{i};', N)": "opaque",
    "each('DROP TABLE IF EXISTS t{i};', N)": "modelled",
    "each('COMMENT ON TABLE t{i} IS $$x$$;', N)": "opaque",
    # Changes of one object.
    f"'{_T}' + each('GRANT SELECT ON t TO r{{i}};', FEW)": "modelled",
    f"'{_T}' + 'GRANT SELECT ON t TO r;' * N": "modelled",
    f"'{_T}' + each('GRANT SELECT ON t TO r{{i}}; REVOKE SELECT ON t FROM r{{i}};', N // 2)": "modelled",
    f"'{_T}' + each('GRANT SELECT ON t TO r{{j}} WITH GRANT OPTION GRANTED BY r{{i}};', FEW)"
    " + 'REVOKE SELECT ON t FROM r1 CASCADE;'": "modelled",
    f"'{_T}' + each('ALTER TABLE t ADD COLUMN b{{i}} int;', FEW)": "modelled",
    f"'{_T}' + each('ALTER TABLE t ADD COLUMN b{{i}} int NOT NULL;', FEW)": "modelled",
    f"{_WIDE_TABLE} + each('ALTER TABLE t DROP COLUMN b{{i}};', FEW)": "modelled",
    f"{_WIDE_TABLE} + each('ALTER TABLE t RENAME b{{i}} TO c{{i}};', FEW)": "modelled",
    f"{_WIDE_TABLE} + each('ALTER TABLE t ALTER b{{i}} SET NOT NULL;', FEW)": "modelled",
    "'CREATE TABLE t (a0 int);' + each('ALTER TABLE t RENAME a{i} TO a{j};', N)": "modelled",
    f"'{_T}' + 'ALTER TABLE t ADD CHECK (a > 0);' * FEW": "modelled",
    f"'{_T}' + 'ALTER TABLE t ADD UNIQUE (a);' * FEW": "modelled",
    f"'{_T}' + each('COMMENT ON TABLE t IS $${{i}}$$;', N)": "modelled",
    f"'{_T}' + each('ALTER TABLE t OWNER TO r{{i}};', N)": "modelled",
    f"'{_T}' + 'CREATE INDEX ON t (a);' * FEW": "modelled",
    f"'{_T}' + each('CREATE POLICY p{{i}} ON t USING (true);', N // 2)": "modelled",
    f"'{_T}' + each('CREATE RULE p{{i}} AS ON INSERT TO t DO NOTHING;', N // 2)": "modelled",
    f"'{_T}{_TRIGGER_FUNCTION}'"
    " + each('CREATE TRIGGER x{i} AFTER INSERT ON t EXECUTE FUNCTION f();', FEW)": "modelled",
    f"'{_T}' + 'CREATE OR REPLACE VIEW v AS SELECT * FROM t;' * N": "modelled",
    "'CREATE TYPE e AS ENUM ();' + each(\"ALTER TYPE e ADD VALUE '{i}';\", FEW)"
    " + each(\"ALTER TYPE e RENAME VALUE '{i}' TO 'x{i}';\", FEW)": "modelled",
    "'CREATE TABLE t0 (a serial);' + each('ALTER TABLE t{i} RENAME TO t{j};', N)": "modelled",
    f"'{_T}' + each('ALTER TABLE t ADD CONSTRAINT c{{i}} CHECK (a > 0);', FEW)"
    " + each('ALTER TABLE t RENAME CONSTRAINT c{i} TO d{i}; ALTER TABLE t DROP CONSTRAINT d{i};', FEW)": (
        "modelled"
    ),
    f"'{_T}' + each('CREATE INDEX i{{i}} ON t (a);', FEW) + each('DROP INDEX i{{i}};', FEW)": "modelled",
    "each('CREATE ROLE r{i};', FEW) + each('GRANT r{i} TO r0;', FEW) + each('REVOKE r{i} FROM r0;', FEW)": (
        "modelled"
    ),
    "'CREATE TEXT SEARCH CONFIGURATION c (COPY = simple);'"
    " + each('ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR a{i} WITH simple;', FEW)": "modelled",
    "'CREATE TABLE t (a int PRIMARY KEY) PARTITION BY LIST (a);'"
    " + each('CREATE TABLE p{i} PARTITION OF t FOR VALUES IN ({i});', FEW)"
    " + each('ALTER TABLE t DETACH PARTITION p{i};', FEW)": "modelled",
    # Chains.
    _CHAIN: "modelled",
    f"{_CHAIN} + 'DROP TABLE v0 CASCADE;'": "modelled",
    "each('CREATE VIEW v{i} AS SELECT * FROM v{j};', N)": "modelled",
    _HEIRS: "modelled",
    f"{_HEIRS} + 'DROP TABLE t0 CASCADE;'": "modelled",
    f"{_HEIRS.replace('N)', 'FEW)')} + 'ALTER TABLE t0 ADD COLUMN b int NOT NULL;"
    " ALTER TABLE t0 RENAME b TO c; ALTER TABLE t0 ALTER c TYPE text; ALTER TABLE t0 DROP COLUMN c;'": (
        "modelled"
    ),
    "'CREATE TABLE t0 (a int UNIQUE);' + each('CREATE TABLE t{j} (LIKE t{i} INCLUDING ALL);', FEW)": (
        "modelled"
    ),
    "'CREATE TABLE t0 (a int PRIMARY KEY) PARTITION BY LIST (a);'"
    " + each('CREATE TABLE t{j} PARTITION OF t{i} DEFAULT PARTITION BY LIST (a);', FEW)": "modelled",
    "'CREATE DOMAIN d0 AS int;' + each('CREATE DOMAIN d{j} AS d{i};', N) + 'DROP DOMAIN d0 CASCADE;'": (
        "modelled"
    ),
    "'CREATE FUNCTION f0() RETURNS int RETURN 1;'"
    " + each('CREATE FUNCTION f{j}() RETURNS int RETURN f{i}();', N)"
    " + 'DROP FUNCTION f0 CASCADE;'": "modelled",
    "each('CREATE ROLE r{i};', N) + each('GRANT r{i} TO r{j};', N - 1)": "modelled",
    "each('CREATE TABLE t{j} AS SELECT * FROM t{i};', N)": "opaque",
    # Stars.
    f"'{_T}' + each('CREATE VIEW v{{i}} AS SELECT * FROM t;', N) + 'DROP TABLE t CASCADE;'": "modelled",
    f"'{_T}' + each('CREATE VIEW v{{i}} AS SELECT * FROM t;', N) + 'ALTER TABLE t ADD b int;'": "modelled",
    f"'{_T}' + each('CREATE VIEW v{{i}} AS TABLE t; ALTER TABLE t ADD b{{i}} int;', FEW)": "modelled",
    f"'{_T}' + each('CREATE VIEW v{{i}} AS TABLE t; CREATE TABLE t{{i}} (LIKE v{{i}});', N)": "modelled",
    # Publications.
    "each('CREATE TABLE t{i} (a int);', FEW) + 'CREATE PUBLICATION p FOR TABLE ' + listed('t{i}', FEW) + ';'"
    " + each('DROP TABLE t{i};', FEW)": "modelled",
    "each('CREATE TABLE t{i} (a int);', FEW) + 'CREATE PUBLICATION p;'"
    " + each('ALTER PUBLICATION p ADD TABLE t{i}; ALTER PUBLICATION p DROP TABLE t{i};', FEW)": "modelled",
    "'CREATE TABLE u (a int PRIMARY KEY);' + each('CREATE TABLE t{i} (a int REFERENCES u);', N)"
    " + 'DROP TABLE u CASCADE;'": "modelled",
    f"{_PARTS} + 'CREATE INDEX ON t (a); ALTER TABLE t ADD PRIMARY KEY (a);'": "modelled",
    f"{_PARTS} + each('ALTER TABLE t DETACH PARTITION t{{i}};', FEW)": "modelled",
    "each('CREATE TYPE t{i} AS (a int); CREATE FUNCTION f(t{i}) RETURNS int RETURN 1;', FEW)": "modelled",
    # What defines nothing.
    "'SELECT 1;' * N": "passed",
    "'foo;' * N": "refused",
    "each('CREATE TRANSFORM FOR t{i} LANGUAGE x (FROM SQL WITH FUNCTION f(internal));', N)": "modelled",
}
