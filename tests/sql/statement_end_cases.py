"""Texts and the spans they consist of, written by hand from PostgreSQL's rules."""

from __future__ import annotations

from .statement_end_cases_with_data import DATA, DATA_OF_NOTHING, META_DATA
from .statement_spans import BLANK as _BLANK
from .statement_spans import BREAK as _N
from .statement_spans import FIRST as _S
from .statement_spans import SECOND as _T
from .statement_spans import Case
from .statement_spans import statements as _statements

QUOTES: list[Case] = [
    _statements("SELECT ';';", "SELECT 1;"),
    _statements("SELECT ';' ';';"),
    _statements("SELECT '\\';", "SELECT 1;"),
    _statements("SELECT '\\\\', '\\\\;';", "SELECT 1;"),
    _statements("SELECT E'\\';';", "SELECT 1;"),
    _statements("SELECT e'\\\\';", "SELECT 1;"),
    _statements("SELECT E'\\\\\\';';", "SELECT 1;"),
    _statements("SELECT E''';';", "SELECT 1;"),
    _statements("SELECT '''';", "SELECT ''';''';", "SELECT '';"),
    _statements("SELECT '/*;', '--;', '$$;', '\";';", "SELECT 1;"),
    _statements("SELECT B'0;', b'1', X'1;', x'f', N';', n'\\';", "SELECT 1;"),
    _statements("SELECT U&'\\003b;', u&'\\';", "SELECT 1;"),
    _statements("SELECT U&'!003b;' UESCAPE '!';", "SELECT 1;"),
    _statements("SELECT U & ';';", "SELECT 1;"),
    _statements("SELECT nameE'\\';", "SELECT 1;"),
    _statements("SELECT _e'\\';", "SELECT 1;"),
    _statements("SELECT éE'\\';", "SELECT 1;"),
    _statements("SELECT E/**/'\\';", "SELECT 1;"),
    _statements("SELECT 'a'\n';b';", "SELECT 1;"),
    _statements("SELECT 'a' -- ;'\n  ';b';", "SELECT 1;"),
    _statements("SELECT 'a' /* ; */ ';b';", "SELECT 1;"),
    _statements("SELECT 'a'';b';", "SELECT 1;"),
    _statements("SELECT 'multi\n;\nline';", "SELECT 1;"),
    _statements('SELECT ";";', "SELECT 1;"),
    _statements('SELECT "a"";b";', "SELECT 1;"),
    _statements('SELECT "\\";', "SELECT 1;"),
    _statements('SELECT U&";", u&"\\";', "SELECT 1;"),
    _statements('SELECT "it\'s; -- /* $$";', "SELECT 1;"),
    _statements('SELECT "a\n;";', "SELECT 1;"),
    _statements("SELECT $$;$$;", "SELECT 1;"),
    _statements("SELECT $a$;$$;$a$;", "SELECT 1;"),
    _statements("SELECT $a$;$A$;$aa$;$ a$;$a $;$a$;", "SELECT 1;"),
    _statements("SELECT $$'$$;", "SELECT 1;"),
    _statements('SELECT $$"/*--$$;', "SELECT 1;"),
    _statements("SELECT $$\\$$;", "SELECT 1;"),
    _statements("SELECT $é_1$;$é_1$;", "SELECT 1;"),
    _statements("SELECT $_$;$_$;", "SELECT 1;"),
    _statements("SELECT $1;", "SELECT 1;"),
    _statements("SELECT $1 $2;", "SELECT 1;"),
    _statements("SELECT a$b;", "SELECT 1;"),
    _statements("SELECT a$$;", "SELECT 1;"),
    _statements("SELECT a$b$;", "SELECT 1;", "SELECT c$b$;"),
    _statements("SELECT é$$;", "SELECT 1;"),
    _statements("SELECT $ 1;", "SELECT 1;"),
    _statements("SELECT $;", "SELECT $;"),
    _statements("SELECT $a-$;", "SELECT 1;"),
    _statements("SELECT $$$$;", "SELECT $a$$a$;"),
    _statements("SELECT $a$$$a$;", "SELECT 1;"),
    _statements("SELECT $$;$$$$;$$;", "SELECT 1;"),
    _statements("DO $$ BEGIN PERFORM 1; END $$;", "SELECT 1;"),
    _statements("DO $do$ BEGIN EXECUTE $$SELECT ';'$$; END $do$;", "SELECT 1;"),
    _statements("SELECT 1::text || ';'::text;", "SELECT 1;"),
]

COMMENTS: list[Case] = [
    (("gap", "-- ;\n"), _S),
    (("gap", "/* ; */ "), _S),
    (("gap", "/* /* ; */ ; */ "), _S),
    (("gap", "/*/*;*/;*/"), _S),
    (("gap", "/**/"), _S, ("gap", "/***/"), _T, ("gap", "/*;*/")),
    (("gap", "/*-- */"), _S),
    (("gap", "--/*\n"), _S),
    (("gap", "/*';*/"), _S),
    (("gap", '/*"*/'), _S, ("gap", "/*$$*/"), _T),
    (("s", "SELECT 1 -- ;\n;"),),
    (("s", "SELECT /* ; */ 1 /* ; */;"), ("gap", "/* ; */")),
    (("s", "SELECT 1--;\r;"),),
    (("s", "SELECT 1 */* ; */ 2;"),),
    (("s", "SELECT 1 +--;\n 2;"),),
    (("s", "SELECT 1 -/*;*/- 2;"),),
    (("s", "SELECT 1 /*+ hint; */;"), _N, _S),
    (_S, ("gap", " -- one;\n  /* two; */\n"), _T),
    (("u", "SELECT 1"), ("gap", " -- end ;")),
    (("u", "SELECT 1"), ("gap", " /* end ; */\n")),
    (("u", "SELECT 1"), ("gap", "--")),
    (("s", "SELECT 1 /* /* */ ; */ ;"), _N, _S),
    (("s", "SELECT 1 -- /* ;\n;"), _N, _S),
    (("s", "SELECT - - 1;"), _N, _S),
]

OPEN_QUOTES: list[Case] = [
    (("gap", "/* ; \n SELECT 1;"),),
    (("gap", "/* /* */ ; SELECT 1;"),),
    (_S, ("gap", "\n/* ;")),
    (("u", "SELECT 1"), ("gap", " /* ;")),
    (_S, _N, ("u", "SELECT ' ;\nSELECT 1;")),
    (_S, ("u", "'")),
    (_S, ("u", "SELECT E'\\';")),
    (_S, ("u", "E'\\")),
    (_S, ("u", 'SELECT ";\n')),
    (_S, ("u", 'U&"')),
    (_S, ("u", "SELECT $$;\n")),
    (_S, ("u", "SELECT $a$; $$; $A$; $a")),
    (_S, ("u", "$a$a$a")),
]

EMPTY: list[Case] = [
    (),
    (("gap", ";"),),
    (("gap", ";;;"),),
    (("gap", " \t\n\v\f\r"),),
    (("gap", "\n;\n;\n"),),
    (("gap", "-- nothing"),),
    (("gap", "/* nothing */;"),),
    (("gap", "; -- x\n ; /* ; */ ;"),),
    (_S, ("gap", ";"), _T, ("gap", ";;\n")),
    (_S, ("gap", " ;; "), _T),
    (("gap", "\ufeff"),),
    (("gap", "\ufeff"), _S),
    (("gap", "\ufeff\n-- x\n"), _S),
    (("gap", "\ufeff;"), _S),
    (("u", "SELECT 1"),),
    (("u", "SELECT 1"), _N),
    (_S, ("u", "x")),
    (("s", ");"), _S),
    (("s", "SELECT 1;"), ("s", "*/;")),
    (("s", "@;"), ("s", "é;"), ("s", "\u00a0;"), ("s", "😀;")),
]

LINE_ENDS: list[Case] = [
    (_S, ("gap", "\r"), _T, ("gap", "\r\n"), _S, ("gap", "\n\r"), _T),
    (("s", "SELECT\r\n1\r\n;"), ("gap", "\r\n"), _S),
    (("s", "SELECT 1 -- x\r, 2;"), _S),
    (_S, ("gap", "\r-- x ;\r"), _T),
    (("s", "SELECT 'a'\r'b;';"), _S),
    (_S, ("gap", "\f\v\t "), _T),
]

PARENTHESES: list[Case] = [
    _statements("SELECT (;);", "SELECT 1;"),
    _statements("SELECT ((;);;);", "SELECT 1;"),
    _statements("SELECT );", "SELECT (;);", "SELECT 1;"),
    _statements("SELECT )(;);", "SELECT 1;"),
    _statements("SELECT ')' || (');') || (;);", "SELECT 1;"),
    _statements("SELECT '(';", "SELECT 1;"),
    _statements('SELECT "(";', "SELECT 1;"),
    _statements("SELECT $$($$;", "SELECT 1;"),
    _statements("SELECT 1 /* ( */;", "SELECT 1;"),
    _statements("SELECT 1 -- (\n;", "SELECT 1;"),
    _statements("SELECT [;", "SELECT 1;", "SELECT ];"),
    _statements("SELECT ([;]);", "SELECT 1;"),
    _statements("SELECT {;", "SELECT 1;"),
    _statements(
        "CREATE RULE r AS ON INSERT TO t DO (INSERT INTO u VALUES (1); INSERT INTO v VALUES (2); );",
        "SELECT 1;",
    ),
    _statements("CREATE RULE r AS ON UPDATE TO t DO ALSO (SELECT 1;;);", "SELECT 1;"),
    _statements(
        "CREATE RULE r AS ON DELETE TO t DO INSTEAD (DELETE FROM u WHERE a = ');'; SELECT 2);", "SELECT 1;"
    ),
    _statements("CREATE RULE r AS ON UPDATE TO t DO INSTEAD NOTHING;", "SELECT 1;"),
    _statements(
        "CREATE SCHEMA s CREATE TABLE t (a int) CREATE VIEW v AS SELECT a FROM t GRANT SELECT ON v TO r;"
    ),
    _statements("CREATE SCHEMA AUTHORIZATION r CREATE TABLE t (a int CHECK (a > 0));", "SELECT 1;"),
    (("s", "SELECT (1;2);"), ("gap", ";"), _S),
    (_S, _N, ("u", "SELECT (1; SELECT 2;\n-- x\nSELECT 3;")),
    (_S, _N, ("u", "SELECT (1; SELECT 2;"), ("gap", "\n-- x\n")),
    (("s", "SELECT (\n-- )\n;);"), _S),
]

BODIES: list[Case] = [
    _statements("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;", "SELECT 1;"),
    _statements(
        "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;", "SELECT 1;"
    ),
    _statements("CREATE PROCEDURE p() BEGIN ATOMIC END;", "SELECT 1;"),
    _statements("CREATE PROCEDURE p() BEGIN ATOMIC ;; END;", "SELECT 1;"),
    _statements(
        "CREATE FUNCTION f() BEGIN ATOMIC CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); END;",
        "SELECT 1;",
    ),
    _statements("CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC DELETE FROM t; END;", "SELECT 1;"),
    _statements("create function f() returns int begin atomic select 1; end;", "SELECT 1;"),
    _statements("CREATE FUNCTION f() RETURNS int\nBEGIN\n/* ; */ -- ;\nATOMIC\nSELECT 1;\nEND;", "SELECT 1;"),
    _statements("CREATE/**/FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;", "SELECT 1;"),
    _statements(
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END;", "SELECT 1;"
    ),
    _statements(
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC"
        " SELECT CASE WHEN true THEN CASE 1 WHEN 1 THEN 2 ELSE 3 END END;"
        " SELECT CASE 1 WHEN 2 THEN 3 END; END;",
        "SELECT 1;",
    ),
    _statements("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 'END;'; END;", "SELECT 1;"),
    _statements("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT $$END;$$; END;", "SELECT 1;"),
    _statements('CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS "end"; END;', "SELECT 1;"),
    _statements(
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; /* END; */ -- END;\n END;", "SELECT 1;"
    ),
    _statements("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT (SELECT 1); END;", "SELECT 1;"),
    _statements("CREATE FUNCTION f(a int DEFAULT 1) RETURNS int BEGIN ATOMIC SELECT a; END;", "SELECT 1;"),
    _statements("CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END;", "SELECT 1;"),
    _statements(
        "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;"
        " CREATE FUNCTION g() BEGIN ATOMIC SELECT 2; END; SELECT 3; END;",
        "SELECT 1;",
    ),
    (("s", "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; END ;"), _BLANK, _S),
    _statements("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END IMMUTABLE;", "SELECT 1;"),
    _statements("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;; END;", "SELECT 1;"),
    _statements("CREATE FUNCTION f() RETURNS int RETURN 1;", "SELECT 1;"),
    _statements("CREATE FUNCTION f() RETURNS int RETURN CASE WHEN true THEN 1 END;", "SELECT 1;"),
    _statements("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'BEGIN ATOMIC';", "SELECT 1;"),
    _statements(
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;", "SELECT 1;"
    ),
    _statements("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC RETURN 1; END;", "SELECT 1;"),
    _statements(
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC INSERT INTO t VALUES (';'); UPDATE t SET a = 'x';"
        " DELETE FROM t; MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE; SELECT 1; END;",
        "SELECT 1;",
    ),
    # What begins no body.
    _statements("BEGIN;", "SELECT 1;", "END;"),
    _statements("BEGIN ATOMIC;", "SELECT 1;"),
    _statements("CREATE VIEW v AS SELECT 1;", "BEGIN;", "END;"),
    _statements("CREATE TABLE begin (atomic int);", "SELECT 1;"),
    _statements("SELECT begin atomic;", "SELECT 1;"),
    _statements("CREATE AGGREGATE f (int) (SFUNC = begin, STYPE = int);", "SELECT 1;"),
    _statements("ALTER FUNCTION f() RENAME TO g;", "BEGIN;", "SELECT 1;"),
    # A body that is not ended.
    (_S, _N, ("u", "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2;"), _N),
    (("u", "CREATE FUNCTION f() BEGIN ATOMIC"), _N),
]

#: The server's grammar and psql's count of words differ: the server's decides.
BODIES_BY_GRAMMAR: list[Case] = [
    _statements("CREATE FUNCTION begin() RETURNS int RETURN 1;", "SELECT 1;"),
    _statements("CREATE FUNCTION s.begin() RETURNS int RETURN 1;", "SELECT 1;"),
    _statements("CREATE FUNCTION begin() RETURNS int BEGIN ATOMIC SELECT 1; END;", "SELECT 1;"),
    _statements("CREATE FUNCTION atomic() RETURNS int RETURN 1;", "SELECT 1;"),
    _statements("CREATE FUNCTION f() RETURNS begin RETURN 1;", "SELECT 1;"),
    _statements("CREATE FUNCTION f() RETURNS int SET begin = 1 AS 'SELECT 1';", "SELECT 1;"),
    _statements("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end; END;", "SELECT 1;"),
    _statements("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT t.end FROM t; END;", "SELECT 1;"),
    _statements("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT t.case FROM t; END;", "SELECT 1;"),
    _statements("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS case; END;", "SELECT 1;"),
    _statements("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS begin; END;", "SELECT 1;"),
    _statements("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT begin FROM t; END;", "SELECT 1;"),
    _statements("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT begin atomic FROM t; END;", "SELECT 1;"),
    _statements(
        "CREATE FUNCTION f() BEGIN ATOMIC CREATE FUNCTION begin() RETURNS int RETURN 1; END;", "SELECT 1;"
    ),
    _statements("CREATE FUNCTION f() RETURNS begin BEGIN ATOMIC SELECT 1; END;", "SELECT 1;"),
    _statements(
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC INSERT INTO t (a) VALUES (1); END;", "SELECT 1;"
    ),
]

PSQL: list[Case] = [
    (("s", "SELECT 1"), _BLANK, ("psql", "\\g"), _N, _T),
    (("s", "SELECT 1"), ("psql", "\\g"), _N, _T),
    (("s", "SELECT 1"), _BLANK, ("psql", "\\gx"), _N, _T),
    (("s", "SELECT 1"), _N, ("psql", "\\g"), _N, _T),
    (("s", "SELECT 1"), _BLANK, ("psql", "\\gx (format=csv)"), _N, _T),
    (("s", "SELECT 1"), ("gap", " -- x\n"), ("psql", "\\g"), _N, _T),
    (("s", "SELECT 1"), ("gap", " /* x */ "), ("psql", "\\g"), _N, _T),
    (("s", "SELECT 1 AS a"), _BLANK, ("psql", "\\gset"), _N, _T),
    (("s", "SELECT 1 AS a"), _BLANK, ("psql", "\\gset prefix_"), _N, _T),
    (("s", "SELECT 'SELECT 3'"), _BLANK, ("psql", "\\gdesc"), _N, _T),
    (("s", "SELECT 'a', 'b', 1"), _BLANK, ("psql", "\\crosstabview"), _N, _T),
    (("s", "SELECT 1"), _BLANK, ("psql", "\\g \\\\"), _BLANK, _T),
    (("s", "SELECT 1"), _BLANK, ("psql", "\\gset \\\\"), _BLANK, _T),
    (("s", "SELECT 1"), _BLANK, ("psql", "\\gset "), ("psql", "\\echo x"), _N, _T),
    (("s", "SELECT (1"), _BLANK, ("psql", "\\g"), _N, _T),
    (("s", "SELECT (1"), _BLANK, ("psql", "\\g \\\\"), ("s", "SELECT (2;3);"), _T),
    (_S, _N, ("psql", "\\echo x"), _N, _T),
    (("s", "SELECT 1\n"), ("psql", "\\echo it"), ("+", "\n, 2;"), _T),
    (("s", "SELECT 1 "), ("psql", "\\echo a \\\\"), ("+", " , 2;"), _T),
    (("s", "SELECT 1 -- x\n"), ("psql", "\\echo a"), ("+", "\n/* y */ ;"), _T),
    (("s", "SELECT 1\n"), ("psql", "\\echo a"), ("+", "\n"), ("psql", "\\echo b"), ("+", "\n+ 2;"), _T),
    (("s", "SELECT 1\n"), ("psql", "\\echo a "), ("psql", "\\echo b"), ("+", "\n+ 2;"), _T),
    (("s", "SELECT (1\n"), ("psql", "\\echo )"), ("+", "\n;2);"), _T),
    (("psql", "\\echo 'a;b'"), _N, _S),
    (("psql", "\\echo 'a\\'b;' \\\\"), _BLANK, _S),
    (("psql", "\\echo 'a\\\\b' \\\\"), _BLANK, _S),
    (("psql", '\\echo "a\\" \\\\'), _BLANK, _S),
    (("psql", '\\echo "a \\\\ ;" \\\\'), _BLANK, _S),
    (("psql", "\\echo 'it''s' \\\\"), _BLANK, _S),
    (("psql", "\\echo it's ;"), _N, _S),
    (("psql", "\\echo $$ /* ; --"), _N, _S),
    (("psql", "\\echo ("), _N, _S),
    (("psql", "\\echo a "), ("psql", "\\echo b \\\\"), _BLANK, _S),
    (("psql", "\\echo\\\\"), _S),
    (("psql", "\\echo x"), ("gap", "\n\n"), ("psql", "\\echo y"), _N),
    (("psql", "\\echo x \t"), _N, _S),
    (("psql", "\\echo x\r"), _N, _S),
    (("psql", "\\! true \\\\ SELECT ';"), _N, _S),
    (("psql", "\\!true"), _N, _S),
    (("psql", "\\set x 'a;b\\'c'"), _N, _S),
    (("psql", "\\unset x"), _N, _S),
    (("psql", "\\if true"), _N, _S, _N, ("psql", "\\endif"), _N, _T),
    (("psql", "\\pset pager off"), _N, _S),
    (("psql", "\\restrict abc"), _N, _S, _N, ("psql", "\\unrestrict abc"), _N),
    (("u", "SELECT 1"), _N, ("psql", "\\echo x"), _N),
    (("u", "SELECT 1"), _BLANK, ("psql", "\\echo x")),
    (("u", "SELECT 1\n"), ("psql", "\\echo x"), ("+", "\n, 2"), _N),
    (("discarded", "SELECT 1"), _BLANK, ("psql", "\\r"), _N, _S),
    (("discarded", "SELECT 1"), _BLANK, ("psql", "\\reset"), _N, _S),
    (("discarded", "SELECT (1"), _BLANK, ("psql", "\\r \\\\"), _S, _T),
    (
        ("discarded", "SELECT 1"),
        _N,
        ("psql", "\\r"),
        _N,
        ("discarded", "SELECT 2"),
        _N,
        ("psql", "\\r"),
        _N,
        _S,
    ),
    (_S, _BLANK, ("psql", "\\r"), _N, _T),
    (
        ("discarded", "SELECT 1 "),
        ("psql", "\\echo x \\\\"),
        ("discarded", " + 1"),
        _BLANK,
        ("psql", "\\r"),
        _N,
        _S,
    ),
    (("psql", "\\r"), _N, _S),
]

PARTS: list[Case] = [
    (("s", "SELECT 1\\;"), _BLANK, _T),
    (("s", "SELECT 1\\;"), ("s", "SELECT 2\\;"), _S),
    (("s", "SELECT 1\\;"), _N, _T, _S),
    (("s", "SELECT 1 \\;"), _BLANK, ("s", "SELECT 2"), _BLANK, ("psql", "\\g"), _N, _S),
    (("s", "SELECT 1\\;"), ("gap", " -- x\n"), _T),
    (("s", "SELECT 1\\;"), ("u", "SELECT 2")),
    (("s", "SELECT 1\\;"),),
    (("s", "SELECT (1\\;2);"), _S),
    (("s", "SELECT 1\\:\\:text;"), _S),
    (("s", "SELECT '\\;';"), _S),
    (("discarded", "SELECT 1\\;"), _BLANK, ("discarded", "SELECT 2"), _BLANK, ("psql", "\\r"), _N, _S),
    (("discarded", "SELECT 1\\;"), _BLANK, ("psql", "\\r"), _N, _S),
    (_S, _BLANK, ("discarded", "SELECT 1\\;"), _BLANK, ("psql", "\\r"), _N, _T),
]

EMPTY_PARTS: list[Case] = [
    (("gap", "\\;"), _S),
    (("s", "SELECT 1\\;"), ("gap", "\\;"), _T),
    (("s", "SELECT 1\\;"), ("gap", " \\; ; "), _T),
]

#: Arguments that psql takes to the end of the line: pipes, names of routines, those of no command.
WHOLE_LINES: list[Case] = [
    (("s", "SELECT 1"), _BLANK, ("psql", "\\g |cat >/dev/null \\\\ SELECT 2;"), _N, _T),
    (("s", "SELECT 1"), _BLANK, ("psql", "\\gx |cat >/dev/null \\echo x"), _N, _T),
    (("psql", "\\o |cat >/dev/null \\\\ SELECT 1;"), _N, _T),
    (("psql", "\\sf nothing \\\\ SELECT 1;"), _N, _T),
    (("psql", "\\sv nothing \\\\ SELECT 1;"), _N, _T),
    (("psql", "\\h nothing \\\\ SELECT 1;"), _N, _T),
    (("psql", "\\help nothing \\echo x \\\\ SELECT 1;"), _N, _T),
    (("psql", "\\sf+ nothing \\\\ SELECT 1;"), _N, _T),
    (("psql", "\\sv+ nothing 'a\\\\' \\\\ SELECT 1;"), _N, _T),
    (("psql", "\\out \t|cat >/dev/null \\\\ SELECT 1;"), _N, _T),
    (("psql", "\\w |cat >/dev/null \\\\ SELECT 1;"), _N, _T),
    (("psql", "\\write |cat >/dev/null \\\\ SELECT 1;"), _N, _T),
    (("psql", "\\echo \\\\"), _BLANK, ("psql", "\\\\ SELECT 1;"), _N, _T),
    (("psql", "\\o /dev/null \\\\"), _BLANK, _S, _N, _T),
    (("psql", "\\echo |cat \\\\"), _BLANK, _S, _N, _T),
    (("psql", "\\\\ SELECT 1;"), _N, _T),
    (("s", "SELECT 1 "), ("psql", "\\\\ ;"), ("+", "\n, 2;"), _T),
]

#: psql gives some of these to the server as they are, and the server refuses them.
VARIABLES: list[Case] = [
    _statements("SELECT :nothing;", "SELECT 1;"),
    _statements("SELECT :'nothing';", "SELECT 1;"),
    _statements('SELECT :"nothing";', "SELECT 1;"),
    _statements("SELECT :' ;';", "SELECT 1;"),
    _statements("SELECT :;", "SELECT 1;"),
    _statements("SELECT a[1:2];", "SELECT 1;"),
    _statements("SELECT a[b:c$$ ; $$];", "SELECT 1;"),
    _statements("SELECT a[b:'c'\n ';'];", "SELECT 1;"),
    _statements("SELECT a[b:e'\\'];", "SELECT 1;"),
    _statements("SELECT 1::int;", "SELECT 1;"),
    _statements("CREATE TABLE :schema.t (a int);", "SELECT 1;"),
    _statements('DROP TABLE IF EXISTS :"schema".t;', "SELECT 1;"),
    _statements("SELECT a := 1;", "SELECT 1;"),
]

#: Commands that this psql may not know, or whose effect is not to be compared.
NEWER: list[Case] = [
    _statements("SELECT :{?nothing};", "SELECT 1;"),
    (("s", "SELECT 1"), _BLANK, ("psql", "\\parse x"), _N, _T),
    (("s", "SELECT 1"), _BLANK, ("psql", "\\sendpipeline"), _N, _T),
    (("s", "SELECT 'SELECT 3'"), _BLANK, ("psql", "\\gexec"), _N, _T),
    (("s", "SELECT 1"), _BLANK, ("psql", "\\watch 1"), _N, _T),
    (("psql", "\\if false"), _N, _S, _N, ("psql", "\\else"), _N, _T, _N, ("psql", "\\endif"), _N),
    (("s", "SELECT 1\n"), ("psql", "\\if false"), ("+", "\n+ 1\n"), ("psql", "\\endif"), ("+", "\n;"), _T),
    (("psql", "\\i a.sql"), _N, _S),
    (("psql", "\\COPY t from stdin"), _N, ("data", "a\n\\.\n"), _S),
    (("psql", "\\copy t from\tSTDIN"), _N, ("data", "a\n\\.\n"), _S),
    (("psql", "\\copyx t from stdin"), _N, _S),
    (("s", "SELECT 1\n"), ("psql", "\\G"), ("+", "\n;"), _T),
    (("s", "SELECT 1\n"), ("psql", "\\rx"), ("+", "\n;"), _T),
    (("s", "SELECT 1\n"), ("psql", "\\gy"), ("+", "\n;"), _T),
    (("s", "SELECT 1 "), ("psql", "\\"), ("+", "\n;"), _T),
    (("psql", "\\ef nothing \\\\ SELECT 1;"), _N, _T),
    (("psql", "\\ev nothing \\\\ SELECT 1;"), _N, _T),
]

#: Where psql decides, what it sends is compared too.
FOR_PSQL = [
    *(QUOTES, COMMENTS, OPEN_QUOTES, EMPTY, LINE_ENDS, PARENTHESES, BODIES, DATA, META_DATA, PSQL, PARTS),
    *(EMPTY_PARTS, WHOLE_LINES, VARIABLES),
]
ALL = [*FOR_PSQL, BODIES_BY_GRAMMAR, DATA_OF_NOTHING, NEWER]
