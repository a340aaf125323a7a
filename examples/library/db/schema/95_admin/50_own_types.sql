-- Whoever owns a type may change it under the tables that use it.

ALTER DOMAIN org.branch_code OWNER TO library_owner;
ALTER DOMAIN org.amount OWNER TO library_owner;
ALTER TYPE org.postal_address OWNER TO library_owner;
ALTER TYPE org.time_range OWNER TO library_owner;

ALTER TYPE catalogue.medium OWNER TO library_owner;
ALTER TYPE catalogue.contribution OWNER TO library_owner;
ALTER TYPE catalogue.copy_condition OWNER TO library_owner;
ALTER DOMAIN catalogue.isbn13 OWNER TO library_owner;
ALTER DOMAIN catalogue.barcode OWNER TO library_owner;

ALTER TYPE membership.member_status OWNER TO library_owner;
ALTER DOMAIN membership.email_address OWNER TO library_owner;

ALTER TYPE circulation.hold_status OWNER TO library_owner;
ALTER TYPE circulation.fine_reason OWNER TO library_owner;
ALTER TYPE circulation.payment_method OWNER TO library_owner;
ALTER TYPE circulation.reminder OWNER TO library_owner;

ALTER TYPE acquisition.order_status OWNER TO library_owner;

ALTER COLLATION catalogue.shelf_order OWNER TO library_owner;
ALTER TEXT SEARCH DICTIONARY catalogue.english_stem_all OWNER TO library_owner;
ALTER TEXT SEARCH CONFIGURATION catalogue.title_english OWNER TO library_owner;
ALTER OPERATOR catalogue.=~= (text, text) OWNER TO library_owner;
ALTER OPERATOR catalogue.<~> (text, text) OWNER TO library_owner;
ALTER STATISTICS catalogue.title_medium_audience OWNER TO library_owner;
ALTER STATISTICS circulation.loan_history_medium_category OWNER TO library_owner;
ALTER STATISTICS membership.member_age_group OWNER TO library_owner;
