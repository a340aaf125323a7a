-- A superuser who loads the whole schema owns what it makes; this hands everything over. After a load in parts,
-- where library_owner has made it, these statements change nothing.

ALTER TABLE org.branch OWNER TO library_owner;
ALTER TABLE org.opening_hours OWNER TO library_owner;
ALTER TABLE org.closure OWNER TO library_owner;
ALTER TABLE org.staff OWNER TO library_owner;
ALTER TABLE org.room OWNER TO library_owner;
ALTER TABLE org.room_booking OWNER TO library_owner;
ALTER TABLE org.shelf OWNER TO library_owner;
ALTER TABLE org.note OWNER TO library_owner;

ALTER TABLE catalogue.publisher OWNER TO library_owner;
ALTER TABLE catalogue.language OWNER TO library_owner;
ALTER TABLE catalogue.classification OWNER TO library_owner;
ALTER TABLE catalogue.title OWNER TO library_owner;
ALTER TABLE catalogue.contributor OWNER TO library_owner;
ALTER TABLE catalogue.title_contributor OWNER TO library_owner;
ALTER TABLE catalogue.copy OWNER TO library_owner;
ALTER TABLE catalogue.copy_note OWNER TO library_owner;
ALTER TABLE catalogue.serial_issue OWNER TO library_owner;
ALTER TABLE catalogue.holding_summary OWNER TO library_owner;
ALTER TABLE catalogue.subject OWNER TO library_owner;
ALTER TABLE catalogue.title_subject OWNER TO library_owner;

ALTER TABLE membership.category OWNER TO library_owner;
ALTER TABLE membership.lending_rule OWNER TO library_owner;
ALTER TABLE membership.household OWNER TO library_owner;
ALTER TABLE membership.member OWNER TO library_owner;
ALTER TABLE membership.card OWNER TO library_owner;
ALTER TABLE membership.suspension OWNER TO library_owner;
ALTER TABLE membership.member_note OWNER TO library_owner;

ALTER TABLE circulation.loan OWNER TO library_owner;
ALTER TABLE circulation.hold OWNER TO library_owner;
ALTER TABLE circulation.fine OWNER TO library_owner;
ALTER TABLE circulation.payment OWNER TO library_owner;
ALTER TABLE circulation.payment_allocation OWNER TO library_owner;
ALTER TABLE circulation.loan_history OWNER TO library_owner;
ALTER TABLE circulation.loan_history_2024 OWNER TO library_owner;
ALTER TABLE circulation.loan_history_2025 OWNER TO library_owner;
ALTER TABLE circulation.loan_history_2026 OWNER TO library_owner;
ALTER TABLE circulation.loan_history_2026_print OWNER TO library_owner;
ALTER TABLE circulation.loan_history_2026_av OWNER TO library_owner;
ALTER TABLE circulation.loan_history_2026_other OWNER TO library_owner;
ALTER TABLE circulation.loan_history_before_2024 OWNER TO library_owner;
ALTER TABLE circulation.loan_history_default OWNER TO library_owner;
ALTER TABLE circulation.notification OWNER TO library_owner;
ALTER TABLE circulation.notification_0 OWNER TO library_owner;
ALTER TABLE circulation.notification_1 OWNER TO library_owner;
ALTER TABLE circulation.notification_2 OWNER TO library_owner;
ALTER TABLE circulation.notification_3 OWNER TO library_owner;
ALTER TABLE circulation.kiosk_session OWNER TO library_owner;

ALTER TABLE acquisition.supplier OWNER TO library_owner;
ALTER TABLE acquisition.budget OWNER TO library_owner;
ALTER TABLE acquisition.budget_revision OWNER TO library_owner;
ALTER TABLE acquisition.purchase_order OWNER TO library_owner;
ALTER TABLE acquisition.order_line OWNER TO library_owner;

ALTER TABLE audit.change OWNER TO library_owner;
ALTER TABLE audit.change_2025 OWNER TO library_owner;
ALTER TABLE audit.change_2026 OWNER TO library_owner;
ALTER TABLE audit.change_default OWNER TO library_owner;
ALTER TABLE audit.ddl_event OWNER TO library_owner;

-- Sequences that belong to a column follow their table.
ALTER SEQUENCE circulation.kiosk_ticket OWNER TO library_owner;
