-- What members may do for themselves. These run with the owner's rights and therefore check who is asking.

CREATE FUNCTION circulation.place_hold(wanted_title_id bigint, pickup_at smallint) RETURNS circulation.hold
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $place_hold$
DECLARE
    asking bigint := membership.current_member_id();
    allowed integer;
    placed circulation.hold%ROWTYPE;
BEGIN
    SELECT c.max_holds INTO allowed
    FROM membership.member AS m
    JOIN membership.category AS c USING (category_code)
    WHERE m.member_id = asking AND m.status = 'active';

    IF NOT FOUND THEN
        RAISE EXCEPTION 'nobody is logged in' USING ERRCODE = 'insufficient_privilege';
    END IF;

    IF (SELECT count(*) FROM circulation.hold AS h
        WHERE h.member_id = asking AND h.status IN ('waiting', 'ready')) >= allowed
    THEN
        RAISE EXCEPTION 'no more than % holds at a time', allowed USING ERRCODE = 'LB002';
    END IF;

    -- Whoever gets this lock gets the next place in the queue.
    PERFORM FROM catalogue.title AS t WHERE t.title_id = wanted_title_id FOR NO KEY UPDATE;

    INSERT INTO circulation.hold (title_id, member_id, pickup_branch_id, queue_position)
    SELECT wanted_title_id, asking, pickup_at, coalesce(max(h.queue_position), 0) + 1
    FROM circulation.hold AS h
    WHERE h.title_id = wanted_title_id
    RETURNING * INTO placed;

    RETURN placed;
EXCEPTION
    WHEN unique_violation THEN
        RAISE EXCEPTION 'you already wait for this title' USING ERRCODE = 'unique_violation';
END;
$place_hold$;


CREATE FUNCTION circulation.renew(wanted_loan_id bigint, on_day date DEFAULT CURRENT_DATE) RETURNS date
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $renew$
DECLARE
    mine record;
    new_due_on date;
BEGIN
    SELECT l.loan_id, l.branch_id, l.due_on, l.renewals, c.title_id, r.loan_days, r.max_renewals INTO mine
    FROM circulation.loan AS l
    JOIN membership.member AS m USING (member_id)
    JOIN catalogue.copy AS c USING (copy_id)
    JOIN catalogue.title AS t USING (title_id)
    JOIN membership.lending_rule AS r ON r.category_code = m.category_code AND r.medium = t.medium
    WHERE l.loan_id = wanted_loan_id
      AND l.member_id = membership.current_member_id()
      AND l.returned_at IS NULL
    FOR UPDATE OF l;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'loan % is not yours', wanted_loan_id USING ERRCODE = 'no_data_found';
    ELSIF mine.renewals >= mine.max_renewals THEN
        RAISE EXCEPTION 'renewed % times already', mine.renewals USING ERRCODE = 'LB002';
    ELSIF EXISTS (SELECT FROM circulation.hold AS h WHERE h.title_id = mine.title_id AND h.status = 'waiting') THEN
        RAISE EXCEPTION 'others wait for this title' USING ERRCODE = 'LB004';
    END IF;

    new_due_on := org.next_open_day(mine.branch_id, greatest(mine.due_on, on_day + mine.loan_days));

    UPDATE circulation.loan
    SET due_on = new_due_on, renewals = renewals + 1
    WHERE loan_id = wanted_loan_id;

    RETURN new_due_on;
END;
$renew$;

COMMENT ON FUNCTION circulation.place_hold(bigint, smallint) IS 'Queues the member who is logged in for a title.';
COMMENT ON FUNCTION circulation.renew(bigint, date) IS
    'Renews a loan of the member who is logged in; returns the new last day.';
