CREATE FUNCTION membership.merge_members(keep_id bigint, VARIADIC duplicate_ids bigint[]) RETURNS integer
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    merged integer;
BEGIN
    IF keep_id = ANY (duplicate_ids) THEN
        RAISE EXCEPTION 'member % cannot be a duplicate of itself', keep_id
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    -- Loans take their fines along, and fines the parts of payments that settle them. For a moment those parts
    -- belong to another member than the payment, which follows last.
    SET CONSTRAINTS circulation.payment_allocation_payment_fkey DEFERRED;
    UPDATE circulation.loan SET member_id = keep_id WHERE member_id = ANY (duplicate_ids);
    UPDATE circulation.fine SET member_id = keep_id WHERE member_id = ANY (duplicate_ids);
    UPDATE circulation.payment SET member_id = keep_id WHERE member_id = ANY (duplicate_ids);
    SET CONSTRAINTS circulation.payment_allocation_payment_fkey IMMEDIATE;

    UPDATE circulation.hold SET status = 'cancelled', queue_position = NULL
    WHERE member_id = ANY (duplicate_ids) AND status IN ('waiting', 'ready');

    UPDATE membership.member_note SET member_id = keep_id WHERE member_id = ANY (duplicate_ids);

    UPDATE membership.card
    SET revoked_at = now(), revoked_because = format('merged into member %s', keep_id)
    WHERE member_id = ANY (duplicate_ids) AND revoked_at IS NULL;

    UPDATE membership.member SET status = 'left'
    WHERE member_id = ANY (duplicate_ids) AND status <> 'left';
    GET DIAGNOSTICS merged = ROW_COUNT;

    RETURN merged;
END;
$function$;

COMMENT ON FUNCTION membership.merge_members(bigint, bigint[]) IS
    'For people who registered twice: merge_members(17, 203, 204) moves everything to 17.';
