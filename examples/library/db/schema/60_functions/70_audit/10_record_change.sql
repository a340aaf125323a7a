-- Trigger function. Its arguments are the columns of the primary key:
--     ... EXECUTE FUNCTION audit.record_change('order_id', 'line_no')
CREATE FUNCTION audit.record_change() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $record_change$
DECLARE
    unrecorded CONSTANT text[] := ARRAY['updated_at', 'pin_hash'];
    row_before jsonb;
    row_after jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        row_before := to_jsonb(OLD) - unrecorded;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        row_after := to_jsonb(NEW) - unrecorded;
    END IF;

    IF row_before IS NOT DISTINCT FROM row_after THEN
        RETURN NULL;
    END IF;

    INSERT INTO audit.change (table_schema, table_name, operation, row_key, old_row, new_row)
    SELECT TG_TABLE_SCHEMA, TG_TABLE_NAME, left(TG_OP, 1)::"char",
           jsonb_object_agg(key_column, coalesce(row_after, row_before) -> key_column),
           row_before, row_after
    FROM unnest(TG_ARGV) AS key_column;

    RETURN NULL;
END;
$record_change$;

COMMENT ON FUNCTION audit.record_change() IS 'Writes one row to audit.change; never the hash of a PIN.';
