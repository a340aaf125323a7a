GRANT USAGE ON SCHEMA org, catalogue, membership, circulation TO library_member;

GRANT SELECT ON org.branch, org.opening_hours, org.closure, org.room TO library_member;
GRANT SELECT ON
    catalogue.title, catalogue.contributor, catalogue.title_contributor, catalogue.classification,
    catalogue.classification_path, catalogue.subject, catalogue.title_subject, catalogue.copy,
    catalogue.copy_availability, catalogue.holding_summary, catalogue.language
TO library_member;

-- Which rows, the policies say.
GRANT SELECT ON membership.member TO library_member;
GRANT UPDATE (email, phone, keep_history) ON membership.member TO library_member;
GRANT SELECT ON circulation.loan, circulation.fine, circulation.payment, circulation.payment_allocation
    TO library_member;
GRANT SELECT, DELETE ON circulation.hold TO library_member;
GRANT SELECT ON circulation.my_loan, circulation.fine_balance, circulation.notification TO library_member;

GRANT EXECUTE ON FUNCTION
    catalogue.search(text, catalogue.medium, integer, integer),
    circulation.place_hold(bigint, smallint),
    circulation.renew(bigint, date),
    org.is_closed(smallint, date),
    org.hours_on(smallint, date)
TO library_member;
