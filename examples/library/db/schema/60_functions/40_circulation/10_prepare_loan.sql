-- Trigger function: what must hold before something leaves the house. Every refusal has a code of its own,
-- so that the desk's program can offer what helps:
--
--     LB001  the member may not borrow now        LB004  the copy is kept for somebody else
--     LB002  too many loans                       LB005  this category may not borrow this medium
--     LB003  the copy is not for lending          LB006  the member is too young for the title

CREATE FUNCTION circulation.prepare_loan() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $prepare_loan$
DECLARE
    today date := org.local_date(NEW.loaned_at, NEW.branch_id);
    borrower membership.member%ROWTYPE;
    item record;
    rule membership.lending_rule%ROWTYPE;
    max_loans integer;
    reason text;
BEGIN
    -- The lock makes two desks take turns, or else both could lend the last permitted item.
    SELECT m.* INTO borrower
    FROM membership.member AS m
    WHERE m.member_id = NEW.member_id
    FOR NO KEY UPDATE;

    SELECT c.copy_id, c.lendable, c.withdrawn_on, c.condition, t.medium, t.title, t.audience_from INTO item
    FROM catalogue.copy AS c
    JOIN catalogue.title AS t USING (title_id)
    WHERE c.copy_id = NEW.copy_id;

    IF borrower.member_id IS NULL OR item.copy_id IS NULL OR today IS NULL THEN
        -- The foreign keys will say it better, if only NOT NULL does not come before them.
        NEW.due_on := coalesce(NEW.due_on, 'infinity');
        RETURN NEW;
    END IF;

    reason := membership.why_not_borrow(NEW.member_id, today);
    IF reason IS NOT NULL THEN
        RAISE EXCEPTION 'member % may not borrow', borrower.member_number
            USING ERRCODE = 'LB001', DETAIL = reason;
    END IF;

    IF NEW.returned_at IS NULL THEN
        SELECT c.max_loans INTO STRICT max_loans
        FROM membership.category AS c
        WHERE c.category_code = borrower.category_code;

        IF (SELECT count(*) FROM circulation.loan AS l
            WHERE l.member_id = NEW.member_id AND l.returned_at IS NULL) >= max_loans
        THEN
            RAISE EXCEPTION 'member % already has % loans', borrower.member_number, max_loans
                USING ERRCODE = 'LB002';
        END IF;
    END IF;

    IF NOT item.lendable OR item.withdrawn_on <= today OR item.condition = 'missing' THEN
        RAISE EXCEPTION 'copy % of "%" is not for lending', NEW.copy_id, item.title
            USING ERRCODE = 'LB003';
    END IF;

    IF EXISTS (
        SELECT FROM circulation.hold AS h
        WHERE h.copy_id = NEW.copy_id AND h.status = 'ready' AND h.member_id <> NEW.member_id
    ) THEN
        RAISE EXCEPTION 'copy % is kept for another member', NEW.copy_id
            USING ERRCODE = 'LB004', HINT = 'Look on the shelf behind the desk for the slip; don''t lend it.';
    END IF;

    SELECT r.* INTO rule
    FROM membership.lending_rule AS r
    WHERE r.category_code = borrower.category_code AND r.medium = item.medium;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'category % may not borrow: %', borrower.category_code, item.medium
            USING ERRCODE = 'LB005';
    END IF;

    IF membership.age_on(borrower.born_on, today) < item.audience_from THEN
        RAISE EXCEPTION '"%" is for members from % years on', item.title, item.audience_from
            USING ERRCODE = 'LB006';
    END IF;

    NEW.due_on := coalesce(NEW.due_on, org.next_open_day(NEW.branch_id, today + rule.loan_days));
    RETURN NEW;
END;
$prepare_loan$;

COMMENT ON FUNCTION circulation.prepare_loan() IS
    'Refuses loans that break a rule (SQLSTATE LB001 to LB006) and fills in due_on.';
