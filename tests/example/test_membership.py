"""Rules of holdings and members."""

from __future__ import annotations

from psycopg import errors

from .library import HARBOUR, HILLSIDE, INGRID, JEANNE, MAIN, Session


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
