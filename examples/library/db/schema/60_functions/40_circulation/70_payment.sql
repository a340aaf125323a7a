-- Trigger function of a deferred constraint: looks at the finished transaction, not at the single rows.
CREATE FUNCTION circulation.check_allocation() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $check_allocation$
DECLARE
    affected bigint := coalesce(NEW.payment_id, OLD.payment_id);
    paid numeric;
    allocated numeric;
BEGIN
    SELECT p.amount INTO paid FROM circulation.payment AS p WHERE p.payment_id = affected;
    IF NOT FOUND THEN
        RETURN NULL; -- deleted in the same transaction, its parts with it
    END IF;

    SELECT coalesce(sum(a.amount), 0) INTO allocated
    FROM circulation.payment_allocation AS a
    WHERE a.payment_id = affected;

    IF allocated <> paid THEN
        RAISE EXCEPTION 'payment % is of %, but % are allocated to fines', affected, paid, allocated
            USING ERRCODE = 'check_violation',
                  SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
    END IF;

    RETURN NULL;
END;
$check_allocation$;


-- Pays the oldest open fines of a member, as far as the money goes.
CREATE FUNCTION circulation.pay(
    paying_member_id bigint,
    paid org.amount,
    by_method circulation.payment_method DEFAULT 'cash'
)
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $pay$
DECLARE
    rest numeric := paid;
    new_receipt bigint;
    new_payment bigint;
    open_fine record;
BEGIN
    PERFORM FROM membership.member AS m WHERE m.member_id = paying_member_id FOR NO KEY UPDATE;

    -- Whoever calls this may have made all constraints immediate; the payment has to come before its parts.
    SET CONSTRAINTS circulation.payment_is_allocated, circulation.payment_parts_fit DEFERRED;

    INSERT INTO circulation.payment (member_id, amount, method)
    VALUES (paying_member_id, paid, by_method)
    RETURNING payment_id, receipt_no INTO new_payment, new_receipt;

    FOR open_fine IN
        SELECT f.fine_id, f.amount - coalesce(sum(a.amount), 0) AS owed
        FROM circulation.fine AS f
        LEFT JOIN circulation.payment_allocation AS a USING (fine_id)
        WHERE f.member_id = paying_member_id AND f.waived_at IS NULL
        GROUP BY f.fine_id
        HAVING f.amount > coalesce(sum(a.amount), 0)
        ORDER BY f.charged_at, f.fine_id
    LOOP
        EXIT WHEN rest = 0;
        INSERT INTO circulation.payment_allocation (payment_id, fine_id, member_id, amount)
        VALUES (new_payment, open_fine.fine_id, paying_member_id, least(rest, open_fine.owed));
        rest := rest - least(rest, open_fine.owed);
    END LOOP;

    IF rest > 0 THEN
        RAISE EXCEPTION 'member % owes % less than that', paying_member_id, rest
            USING ERRCODE = 'invalid_parameter_value', HINT = 'We give change; we keep no deposits.';
    END IF;

    RETURN new_receipt;
END;
$pay$;

COMMENT ON FUNCTION circulation.pay(bigint, org.amount, circulation.payment_method) IS
    'Takes a payment, returns the number for the receipt.';
