GRANT USAGE ON SCHEMA org, catalogue, membership, circulation TO library_desk;

GRANT SELECT ON ALL TABLES IN SCHEMA org, catalogue TO library_desk;
GRANT SELECT ON membership.category, membership.lending_rule, membership.household, membership.suspension
    TO library_desk;
GRANT SELECT, INSERT, UPDATE ON membership.member, membership.member_note TO library_desk;
GRANT SELECT, INSERT, UPDATE ON membership.active_member TO library_desk;

-- Everything of a card but its PIN.
GRANT SELECT (barcode, member_id, issued_at, revoked_at, revoked_because) ON membership.card TO library_desk;
GRANT INSERT (barcode, member_id, pin_hash), UPDATE (revoked_at, revoked_because) ON membership.card TO library_desk;

GRANT SELECT, INSERT, UPDATE ON circulation.loan, circulation.hold, circulation.fine TO library_desk;
GRANT SELECT ON circulation.payment, circulation.payment_allocation, circulation.notification TO library_desk;
GRANT SELECT ON circulation.overdue_loan, circulation.fine_balance TO library_desk;
GRANT SELECT, INSERT, DELETE ON circulation.kiosk_session TO library_desk;
GRANT SELECT, INSERT, UPDATE ON org.room_booking, org.closure TO library_desk;
GRANT UPDATE (condition, shelf_code) ON catalogue.copy TO library_desk;

GRANT USAGE ON SEQUENCE
    membership.member_number, org.note_id, circulation.kiosk_ticket
TO library_desk;

GRANT EXECUTE ON FUNCTION
    circulation.check_out(catalogue.barcode, catalogue.barcode, smallint),
    circulation.check_in(catalogue.barcode),
    circulation.pay(bigint, org.amount, circulation.payment_method),
    membership.why_not_borrow(bigint, date),
    membership.age_on(date, date),
    org.local_date(timestamptz, smallint),
    org.is_closed(smallint, date),
    org.next_open_day(smallint, date),
    org.hours_on(smallint, date),
    org.format_address(org.postal_address),
    catalogue.search(text, catalogue.medium, integer, integer)
TO library_desk;
GRANT EXECUTE ON PROCEDURE circulation.end_of_day(date, integer, integer) TO library_desk;
