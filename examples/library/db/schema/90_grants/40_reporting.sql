GRANT USAGE ON SCHEMA org, catalogue, membership, circulation, acquisition, reporting TO library_reporting;

GRANT SELECT ON ALL TABLES IN SCHEMA org, catalogue, reporting TO library_reporting;
REVOKE SELECT ON org.note, org.room_booking, catalogue.copy_note FROM library_reporting;
GRANT SELECT ON circulation.loan_history, acquisition.budget, acquisition.budget_status TO library_reporting;

-- Enough for "how many of which age, where", and nothing that names anybody.
GRANT SELECT (member_id, born_on, category_code, home_branch_id, status, joined_on, expires_on)
    ON membership.member TO library_reporting;

GRANT EXECUTE ON FUNCTION
    reporting.branch_figures(date, date),
    reporting.weighted_mean(numeric, numeric),
    membership.age_on(date, date)
TO library_reporting;
