-- A view reads its tables with its owner's rights, so this decides which policies it meets.

ALTER VIEW catalogue.copy_availability OWNER TO library_owner;
ALTER VIEW catalogue.classification_path OWNER TO library_owner;
ALTER VIEW catalogue.possible_duplicate OWNER TO library_owner;
ALTER VIEW catalogue.quick_entry OWNER TO library_owner;

ALTER VIEW membership.active_member OWNER TO library_owner;

ALTER VIEW circulation.overdue_loan OWNER TO library_owner;
ALTER VIEW circulation.fine_balance OWNER TO library_owner;
ALTER VIEW circulation.my_loan OWNER TO library_owner;

ALTER VIEW acquisition.budget_status OWNER TO library_owner;

ALTER MATERIALIZED VIEW reporting.title_popularity OWNER TO library_owner;
ALTER MATERIALIZED VIEW reporting.year_by_branch OWNER TO library_owner;
