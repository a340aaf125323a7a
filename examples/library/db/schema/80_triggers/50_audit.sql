CREATE TRIGGER member_audit
    AFTER INSERT OR UPDATE OR DELETE ON membership.member
    FOR EACH ROW EXECUTE FUNCTION audit.record_change('member_id');

CREATE TRIGGER card_audit
    AFTER INSERT OR UPDATE OR DELETE ON membership.card
    FOR EACH ROW EXECUTE FUNCTION audit.record_change('barcode');

CREATE TRIGGER fine_audit
    AFTER INSERT OR UPDATE OR DELETE ON circulation.fine
    FOR EACH ROW EXECUTE FUNCTION audit.record_change('fine_id');

CREATE TRIGGER payment_allocation_audit
    AFTER INSERT OR UPDATE OR DELETE ON circulation.payment_allocation
    FOR EACH ROW EXECUTE FUNCTION audit.record_change('payment_id', 'fine_id');

CREATE TRIGGER order_line_audit
    AFTER UPDATE OR DELETE ON acquisition.order_line
    FOR EACH ROW EXECUTE FUNCTION audit.record_change('order_id', 'line_no');

-- The log must not be rewritten, not even by its owner; partitions are dropped as a whole when their time is over.
CREATE FUNCTION audit.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
AS $$BEGIN RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'LB100'; END$$;

CREATE TRIGGER change_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.change
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

-- Also when a replica applies changes, where ordinary triggers are silent.
ALTER TABLE audit.change ENABLE ALWAYS TRIGGER change_append_only;
