"""Rules of branches, titles and copies."""

from __future__ import annotations

from datetime import date

from psycopg import errors

from .library import HARBOUR, INGRID, Session


def test_opening_hours_do_not_overlap(db: Session) -> None:
    insert = "INSERT INTO org.opening_hours (branch_id, weekday, hours) VALUES (%s, %s, %s)"
    db.run(insert, HARBOUR, 2, "[12:30,14:00)")
    db.fails(errors.ExclusionViolation, insert, HARBOUR, 2, "[17:00,20:00)")
    db.run(insert, HARBOUR, 7, "[17:00,20:00)")


def test_hours_of_a_day(db: Session) -> None:
    hours = "SELECT org.hours_on(%s::smallint, %s)::text"
    assert db.one(hours, HARBOUR, date(2026, 3, 3)) == "{[09:30:00,12:30:00),[14:00:00,18:00:00)}"
    assert db.one(hours, HARBOUR, date(2026, 8, 4)) == "{}"  # New windows
    assert db.one(hours, HARBOUR, date(2026, 3, 1)) == "{}"  # Sunday


def test_a_room_is_booked_once(db: Session) -> None:
    insert = """INSERT INTO org.room_booking (room_id, member_id, during)
                VALUES ((SELECT room_id FROM org.room WHERE name = 'Attic'), %s, %s)"""
    late = "[2026-03-20 15:30+01,2026-03-20 17:00+01)"
    error = db.fails(errors.ExclusionViolation, insert, INGRID, late)
    assert error.diag.constraint_name == "room_booking_no_overlap"
    db.run("UPDATE org.room_booking SET cancelled_at = now()")
    db.run(insert, INGRID, late)
    db.fails(errors.CheckViolation, insert, INGRID, "[2026-03-21 08:00+01,2026-03-21 18:00+01)")


def test_an_unknown_time_zone_is_refused(db: Session) -> None:
    db.fails(errors.InvalidParameterValue, "UPDATE org.branch SET time_zone = 'Europe/Brest'")


def test_notes_are_kept_in_the_tables_that_inherit(db: Session) -> None:
    error = db.fails(errors.CheckViolation, "INSERT INTO org.note (body) VALUES ('Where does this belong?')")
    assert error.diag.constraint_name == "note_is_abstract"
    assert db.column("SELECT tableoid::regclass::text FROM org.note ORDER BY 1") == [
        "catalogue.copy_note",
        "membership.member_note",
    ]


def test_an_address_is_an_envelope(db: Session) -> None:
    assert (
        db.one("SELECT address::text FROM org.branch WHERE code = 'HARB'") == "12, quai de l'Est\n29200 BREST"
    )
    assert (
        db.one("SELECT address::text FROM acquisition.supplier WHERE supplier_id = 2")
        == "Unit 8\nLS1 1AA LEEDS\nGB"
    )


def test_isbn(db: Session) -> None:
    assert db.one("SELECT catalogue.isbn13_from('0-19-852663-6')") == "9780198526636"
    db.run("SELECT '9780198526636'::catalogue.isbn13")
    db.fails(errors.CheckViolation, "SELECT '9780198526637'::catalogue.isbn13")
    db.fails(errors.CheckViolation, "SELECT 'not an ISBN'::catalogue.isbn13")
    db.fails(errors.InvalidTextRepresentation, "SELECT catalogue.isbn13_from('12-34')")


def test_quick_entry_fills_three_tables(db: Session) -> None:
    title_id = db.one(
        """INSERT INTO catalogue.quick_entry (isbn, title, published_year, author)
        VALUES ('0 19 852663 6', 'A Wizard''s Atlas', 1999, 'Le Guin, Ursula K.') RETURNING title_id"""
    )
    assert db.row(
        """SELECT t.isbn::text, t.medium::text, t.sort_title, c.display_name FROM catalogue.title AS t
        JOIN catalogue.title_contributor USING (title_id)
        JOIN catalogue.contributor AS c USING (contributor_id)
        WHERE t.title_id = %s""",
        title_id,
    ) == ("9780198526636", "book", "wizard s atlas", "Ursula K. Le Guin")
    assert (
        db.one("SELECT author FROM catalogue.quick_entry WHERE title_id = %s", title_id)
        == "Le Guin, Ursula K."
    )


def test_search_finds_titles_of_stop_words(db: Session) -> None:
    search = "SELECT title FROM catalogue.search(%s, max_age => 16)"
    assert db.column(search, "it") == ["It"]
    assert db.column(search, "bird coasts") == ["Birds of the Breton Coast"]
    assert db.column("SELECT title FROM catalogue.search('odyssey', 'audiobook')") == ["The Odyssey"]
    assert db.column("SELECT title FROM catalogue.search('it', max_age => 12)") == []


def test_the_same_title_in_other_words(db: Session) -> None:
    same = "SELECT %s::text OPERATOR(catalogue.=~=) %s::text"
    assert db.one(same, "The Whale, or: Moby-Dick", "whale or Moby Dick") is True
    assert db.one(same, "Moby-Dick", "Moby Duck") is False
    db.run("INSERT INTO catalogue.title (title, edition, language_code) VALUES ('MOBY DICK', 1, 'eng')")
    assert db.column("SELECT title_id FROM catalogue.possible_duplicate") == [1]


def test_classes_know_their_path(db: Session) -> None:
    assert db.row("SELECT depth, captions FROM catalogue.classification_path WHERE class_code = '598'") == (
        3,
        "Science > Animals > Birds",
    )
    # The tab-separated data of COPY arrived with its escapes undone and the rest untouched.
    assert db.one("SELECT scope_note FROM catalogue.classification WHERE class_code = '598'") == (
        "Eggs and nests too;\nbut poultry: see 636"
    )
    assert db.one("SELECT count(*) FROM catalogue.classification") == 15


def test_classes_may_come_before_their_parents(db: Session) -> None:
    db.run("INSERT INTO catalogue.classification VALUES ('371', '370', 'Schools')")
    db.run("INSERT INTO catalogue.classification VALUES ('370', NULL, 'Education')")
    db.run("SET CONSTRAINTS ALL IMMEDIATE")


def test_names_on_a_title_page_change_places(db: Session) -> None:
    db.run("UPDATE catalogue.title_contributor SET place = 2 WHERE title_id = 5 AND contributor_id = 5")
    db.run("UPDATE catalogue.title_contributor SET place = 1 WHERE title_id = 5 AND contributor_id = 7")
    db.run("SET CONSTRAINTS ALL IMMEDIATE")
    db.run("SET CONSTRAINTS ALL DEFERRED")
    db.run("UPDATE catalogue.title_contributor SET place = 2 WHERE title_id = 5 AND contributor_id = 7")
    db.fails(errors.UniqueViolation, "SET CONSTRAINTS ALL IMMEDIATE")


def test_two_nameless_issues_of_one_day_are_one(db: Session) -> None:
    insert = "INSERT INTO catalogue.serial_issue (title_id, cover_date, expected_on) VALUES (10, %s, %s)"
    db.fails(errors.UniqueViolation, insert, "2026-02-15", "2026-02-20")
    db.run(insert, "2026-02-22", "2026-02-22")


def test_deleting_what_is_referred_to(db: Session) -> None:
    db.run("DELETE FROM catalogue.language WHERE language_code = 'pol'")
    assert db.one("SELECT language_code FROM catalogue.title WHERE title_id = 4") == "und"
    db.run("DELETE FROM org.shelf WHERE branch_id = 1 AND shelf_code = 'N5'")
    assert db.row("SELECT branch_id, shelf_code FROM catalogue.copy WHERE barcode = '30000000000051'") == (
        1,
        None,
    )
    # PostgreSQL 18 says restrict_violation, those before it foreign_key_violation.
    error = db.fails(errors.IntegrityError, "DELETE FROM catalogue.classification WHERE class_code = '598'")
    assert error.diag.constraint_name == "title_class_fkey"
