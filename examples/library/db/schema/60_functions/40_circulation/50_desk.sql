-- What the program at the desk calls. It hands over what the scanner reads, and nothing else.

CREATE FUNCTION circulation.check_out(
    copy_barcode catalogue.barcode,
    card_barcode catalogue.barcode,
    at_branch smallint DEFAULT org.current_branch_id()
)
RETURNS circulation.loan
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $check_out$
DECLARE
    done circulation.loan%ROWTYPE;
    scanned_copy bigint := (SELECT c.copy_id FROM catalogue.copy AS c WHERE c.barcode = copy_barcode);
    scanned_member bigint := (
        SELECT c.member_id FROM membership.card AS c WHERE c.barcode = card_barcode AND c.revoked_at IS NULL
    );
BEGIN
    IF scanned_copy IS NULL THEN
        RAISE EXCEPTION 'no copy has the barcode %', copy_barcode USING ERRCODE = 'no_data_found';
    ELSIF scanned_member IS NULL THEN
        RAISE EXCEPTION 'no valid card has the barcode %', card_barcode USING ERRCODE = 'no_data_found';
    END IF;

    INSERT INTO circulation.loan (copy_id, member_id, branch_id, issued_by)
    VALUES (
        scanned_copy, scanned_member, at_branch,
        (SELECT s.staff_id FROM org.staff AS s WHERE s.login = session_user)
    )
    RETURNING * INTO done;

    RETURN done;
END;
$check_out$;


CREATE FUNCTION circulation.check_in(copy_barcode catalogue.barcode, OUT loan_id bigint, OUT keep_for_hold bigint)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $check_in$
BEGIN
    UPDATE circulation.loan AS l
    SET returned_at = clock_timestamp()
    FROM catalogue.copy AS c
    WHERE c.barcode = copy_barcode
      AND l.copy_id = c.copy_id
      AND l.returned_at IS NULL
    RETURNING l.loan_id INTO check_in.loan_id;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'copy % is not on loan', copy_barcode USING ERRCODE = 'no_data_found';
    END IF;

    SELECT h.hold_id INTO keep_for_hold
    FROM circulation.hold AS h
    JOIN catalogue.copy AS c USING (copy_id)
    WHERE c.barcode = copy_barcode AND h.status = 'ready';
END;
$check_in$;

COMMENT ON FUNCTION circulation.check_out(catalogue.barcode, catalogue.barcode, smallint) IS
    'Lends a copy to the holder of a card.';
COMMENT ON FUNCTION circulation.check_in(catalogue.barcode) IS
    'Takes a copy back; keep_for_hold tells whether it goes to the shelf behind the desk.';
