"""What a text may not do on a server that belongs to somebody."""

from __future__ import annotations

import pytest

from confiture.servers.refusals import Refusal, cluster_wide, leaving, made_by_psql


def refusal_of(statement: str) -> Refusal:
    (found,) = cluster_wide(statement)
    return found


@pytest.mark.parametrize(
    ("statement", "roles"),
    [
        ("DROP ROLE IF EXISTS a, b;", ("a", "b")),
        ("GRANT a, b TO c;", ("a", "b")),
        ("ALTER ROLE CURRENT_USER SET x = 1;", ("current_user",)),
        ('DO $$BEGIN CREATE ROLE a; CREATE USER "B c"; END$$;', ("a", "B c")),
    ],
)
def test_all_roles_of_a_statement_are_seen(statement: str, roles: tuple[str, ...]) -> None:
    refusal = refusal_of(statement)
    assert (refusal.is_of_roles, refusal.roles) == (True, roles)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER ROLE a RENAME TO b;",
        "ALTER ROLE ALL SET x = 1;",
        "DO $$BEGIN CREATE ROLE a; DROP ROLE b; END$$;",
        "DO $$BEGIN EXECUTE 'ALTER USER b SUPERUSER'; END$$;",
        "DROP OWNED BY a;",
        "REASSIGN OWNED BY a TO b;",
        "GRANT CONNECT ON DATABASE a, b TO c;",
        "REVOKE CREATE ON TABLESPACE a FROM c;",
        "GRANT SET ON PARAMETER work_mem TO c;",
        "ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b;",
        "ALTER INDEX ALL IN TABLESPACE a SET TABLESPACE b;",
        "ALTER MATERIALIZED VIEW ALL IN TABLESPACE a SET TABLESPACE b;",
        "COMMENT ON DATABASE a IS 'x';",
        "SECURITY LABEL ON ROLE a IS 'x';",
        "COPY a TO PROGRAM 'cat';",
        "COPY a FROM PROGRAM 'cat';",
        "COPY a TO '/tmp/a';",
        "COPY (SELECT 1) TO '/tmp/a';",
        "DO $$BEGIN GRANT CONNECT ON DATABASE a TO b; END$$;",
        "DO $$BEGIN COPY a TO PROGRAM 'cat'; END$$;",
    ],
)
def test_what_is_shared_is_refused_also_where_roles_may_be_made(statement: str) -> None:
    assert not refusal_of(statement).is_of_roles


@pytest.mark.parametrize(
    "statement",
    [
        "GRANT SELECT ON a TO b;",
        "COPY a TO STDOUT;",
        "ALTER TABLE a SET TABLESPACE b;",
        "COMMENT ON TABLE a IS 'CREATE ROLE x';",
        "DO $$BEGIN CREATE USER MAPPING FOR a SERVER s; END$$;",
    ],
)
def test_what_belongs_to_one_database_is_not_refused(statement: str) -> None:
    assert list(cluster_wide(statement)) == []


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 'DROP ROLE a' \\gexec\n",
        "\\set name a\nDROP ROLE :name;\n",
        '\\set name a\nDROP ROLE :"name";\n',
        "SELECT 'a' AS name \\gset\nSELECT E'\\'', :'name';\n",
        "DROP ROLE :USER;\n",
    ],
)
def test_what_psql_makes_is_seen(text: str) -> None:
    assert len(list(made_by_psql(text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "\\set name a\nSELECT ':name', $$ :name $$, \":name\", 1::text /* :name */ -- :name\n;",
        "SELECT a[1:b];",
        "COPY a FROM stdin;\n:A\n\\.\n",
    ],
)
def test_what_psql_leaves_as_it_is_is_not_refused(text: str) -> None:
    assert list(made_by_psql(text)) == []


@pytest.mark.parametrize(
    "command",
    [
        "\\q",
        "\\quit",
        "\\set ON_ERROR_STOP 0",
        "\\set ON_ERROR_STOP",
        "\\set ON_ERROR_STOP on off",
        "\\unset ON_ERROR_STOP",
        "\\set VERBOSITY terse",
        "\\set SHOW_CONTEXT never",
        "\\set 'ON_ERROR_STOP' 0",
        "\\set :name 0",
    ],
)
def test_commands_that_hide_errors_are_refused(command: str) -> None:
    assert len(list(leaving(f"SELECT 1;\n{command}\nSELECT 2;\n"))) == 1


@pytest.mark.parametrize("command", ["\\set ON_ERROR_STOP on", "\\set ON_ERROR_STOP 1", "\\set a 'b:c'"])
def test_commands_that_set_something_else_are_not(command: str) -> None:
    assert list(leaving(f"SELECT 1;\n{command}\nSELECT 2;\n")) == []
