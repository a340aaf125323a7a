-- SECURITY DEFINER means: with the rights of the owner named here. It must not be a superuser.

ALTER FUNCTION org.time_difference(time, time) OWNER TO library_owner;
ALTER FUNCTION org.touch() OWNER TO library_owner;
ALTER FUNCTION org.current_branch_id() OWNER TO library_owner;
ALTER FUNCTION org.local_date(timestamptz, smallint) OWNER TO library_owner;
ALTER FUNCTION org.is_closed(smallint, date) OWNER TO library_owner;
ALTER FUNCTION org.next_open_day(smallint, date) OWNER TO library_owner;
ALTER FUNCTION org.hours_on(smallint, date) OWNER TO library_owner;
ALTER FUNCTION org.format_address(org.postal_address) OWNER TO library_owner;

ALTER FUNCTION catalogue.isbn13_is_valid(text) OWNER TO library_owner;
ALTER FUNCTION catalogue.isbn13_from(text) OWNER TO library_owner;
ALTER FUNCTION catalogue.sort_title(text) OWNER TO library_owner;
ALTER FUNCTION catalogue.search(text, catalogue.medium, integer, integer) OWNER TO library_owner;
ALTER FUNCTION catalogue.count_holdings() OWNER TO library_owner;
ALTER FUNCTION catalogue.import_subjects(jsonb) OWNER TO library_owner;
ALTER FUNCTION catalogue.enter_quickly() OWNER TO library_owner;
ALTER FUNCTION catalogue.is_same_title(text, text) OWNER TO library_owner;
ALTER FUNCTION catalogue.is_other_title(text, text) OWNER TO library_owner;

ALTER FUNCTION membership.current_member_id() OWNER TO library_owner;
ALTER FUNCTION membership.age_on(date, date) OWNER TO library_owner;
ALTER FUNCTION membership.why_not_borrow(bigint, date) OWNER TO library_owner;
ALTER FUNCTION membership.merge_members(bigint, bigint[]) OWNER TO library_owner;

ALTER FUNCTION circulation.prepare_loan() OWNER TO library_owner;
ALTER FUNCTION circulation.settle_return() OWNER TO library_owner;
ALTER FUNCTION circulation.assign_copy(bigint, date) OWNER TO library_owner;
ALTER FUNCTION circulation.close_gap() OWNER TO library_owner;
ALTER FUNCTION circulation.collect_hold() OWNER TO library_owner;
ALTER FUNCTION circulation.announce_hold() OWNER TO library_owner;
ALTER FUNCTION circulation.reminder_text(circulation.reminder, text[]) OWNER TO library_owner;
ALTER FUNCTION circulation.check_out(catalogue.barcode, catalogue.barcode, smallint) OWNER TO library_owner;
ALTER FUNCTION circulation.check_in(catalogue.barcode) OWNER TO library_owner;
ALTER FUNCTION circulation.place_hold(bigint, smallint) OWNER TO library_owner;
ALTER FUNCTION circulation.renew(bigint, date) OWNER TO library_owner;
ALTER FUNCTION circulation.check_allocation() OWNER TO library_owner;
ALTER FUNCTION circulation.pay(bigint, org.amount, circulation.payment_method) OWNER TO library_owner;
ALTER PROCEDURE circulation.end_of_day(date, integer, integer) OWNER TO library_owner;
ALTER PROCEDURE circulation.forget_returned_loans(interval) OWNER TO library_owner;

ALTER FUNCTION acquisition.receive_copies(bigint, smallint, text[]) OWNER TO library_owner;

ALTER FUNCTION reporting.weighted_mean_add(numeric[], numeric, numeric) OWNER TO library_owner;
ALTER FUNCTION reporting.weighted_mean_combine(numeric[], numeric[]) OWNER TO library_owner;
ALTER FUNCTION reporting.weighted_mean_result(numeric[]) OWNER TO library_owner;
ALTER AGGREGATE reporting.weighted_mean(numeric, numeric) OWNER TO library_owner;
ALTER FUNCTION reporting.branch_figures(date, date) OWNER TO library_owner;
ALTER PROCEDURE reporting.refresh() OWNER TO library_owner;

ALTER FUNCTION audit.record_change() OWNER TO library_owner;
ALTER FUNCTION audit.note_ddl() OWNER TO library_owner;
ALTER FUNCTION audit.refuse_change() OWNER TO library_owner;
