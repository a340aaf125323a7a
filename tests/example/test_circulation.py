"""Rules of loans, holds and fines."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from psycopg import errors

from .library import HARBOUR, INGRID, JEANNE, MAIN, MALO, SAMUEL, SCHOOL, Session


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
