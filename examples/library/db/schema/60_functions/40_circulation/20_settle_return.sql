-- Trigger function: a loan has just come back.
CREATE FUNCTION circulation.settle_return() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $settle_return$
DECLARE
    back_on date := org.local_date(NEW.returned_at, NEW.branch_id);
    item record;
    borrower_category text;
    days_late integer;
BEGIN
    SELECT c.title_id, t.medium INTO STRICT item
    FROM catalogue.copy AS c
    JOIN catalogue.title AS t USING (title_id)
    WHERE c.copy_id = NEW.copy_id;

    SELECT m.category_code INTO STRICT borrower_category
    FROM membership.member AS m
    WHERE m.member_id = NEW.member_id;

    INSERT INTO circulation.loan_history
        (loaned_on, returned_on, title_id, medium, branch_id, category_code, renewals)
    VALUES (
        org.local_date(NEW.loaned_at, NEW.branch_id), back_on,
        item.title_id, item.medium, NEW.branch_id, borrower_category, NEW.renewals
    );

    days_late := back_on - NEW.due_on;
    IF days_late > 0 THEN
        INSERT INTO circulation.fine (member_id, loan_id, reason, amount, charged_at)
        SELECT NEW.member_id, NEW.loan_id, 'overdue', least(days_late * r.fine_per_day, r.fine_cap), NEW.returned_at
        FROM membership.lending_rule AS r
        WHERE (r.category_code, r.medium) = (borrower_category, item.medium)
          AND r.fine_per_day > 0
        ON CONFLICT (loan_id) WHERE reason = 'overdue' DO NOTHING;
    END IF;

    PERFORM circulation.assign_copy(NEW.copy_id, back_on);
    RETURN NULL;
END;
$settle_return$;


CREATE FUNCTION circulation.assign_copy(free_copy_id bigint, on_day date) RETURNS bigint
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $assign_copy$
DECLARE
    next_hold circulation.hold%ROWTYPE;
BEGIN
    SELECT h.* INTO next_hold
    FROM circulation.hold AS h
    JOIN catalogue.copy AS c USING (title_id)
    WHERE c.copy_id = free_copy_id
      AND c.lendable AND c.withdrawn_on IS NULL
      AND h.status = 'waiting'
    ORDER BY h.queue_position
    LIMIT 1
    FOR UPDATE OF h;

    IF NOT FOUND THEN
        RETURN NULL;
    END IF;

    UPDATE circulation.hold
    SET status = 'ready',
        queue_position = NULL,
        copy_id = free_copy_id,
        ready_at = now(),
        expires_on = org.next_open_day(next_hold.pickup_branch_id, on_day + 7)
    WHERE hold_id = next_hold.hold_id;

    RETURN next_hold.hold_id;
END;
$assign_copy$;

COMMENT ON FUNCTION circulation.settle_return() IS
    'Charges for lateness, keeps the anonymous record, and gives the copy to whoever waits for it.';
COMMENT ON FUNCTION circulation.assign_copy(bigint, date) IS
    'Keeps a free copy for the first in the queue; returns the hold, or NULL if nobody waits.';
