"""Rules of acquisition, access, reports and the log."""

from __future__ import annotations

from decimal import Decimal

from psycopg import errors

from postgres import Server

from .library import HARBOUR, INGRID, JEANNE, MAIN, MALO, SAMUEL, SCHOOL, Session


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
