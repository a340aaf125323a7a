CREATE PROCEDURE circulation.end_of_day(
    IN as_of date DEFAULT CURRENT_DATE,
    INOUT expired_holds integer DEFAULT 0,
    INOUT reminders integer DEFAULT 0
)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $end_of_day$
DECLARE
    stale record;
BEGIN
    expired_holds := 0;
    FOR stale IN
        SELECT h.hold_id, h.copy_id
        FROM circulation.hold AS h
        WHERE h.status = 'ready' AND h.expires_on < as_of
        ORDER BY h.hold_id
        FOR UPDATE
    LOOP
        UPDATE circulation.hold SET status = 'expired' WHERE hold_id = stale.hold_id;
        PERFORM circulation.assign_copy(stale.copy_id, as_of);
        expired_holds := expired_holds + 1;
    END LOOP;

    WITH queued AS (
        INSERT INTO circulation.notification (member_id, reminder, about_id, for_date, body)
        SELECT l.member_id, late.reminder, l.loan_id, as_of,
               circulation.reminder_text(late.reminder, t.title, to_char(l.due_on, 'FMDD FMMonth YYYY'))
        FROM circulation.loan AS l
        JOIN catalogue.copy AS c USING (copy_id)
        JOIN catalogue.title AS t USING (title_id)
        CROSS JOIN LATERAL (
            SELECT CASE
                WHEN l.due_on - as_of = 2 THEN 'due soon'::circulation.reminder
                WHEN as_of - l.due_on IN (1, 7, 14, 28) THEN 'overdue'
            END
        ) AS late (reminder)
        WHERE l.returned_at IS NULL AND late.reminder IS NOT NULL
        ON CONFLICT ON CONSTRAINT notification_once_a_day DO NOTHING
        RETURNING 1
    )
    SELECT count(*) INTO reminders FROM queued;
END;
$end_of_day$;

COMMENT ON PROCEDURE circulation.end_of_day(date, integer, integer) IS
    'Run every night by the job server. Running it twice does no harm.';


CREATE PROCEDURE circulation.forget_returned_loans(IN older_than interval DEFAULT interval '30 days')
LANGUAGE sql
BEGIN ATOMIC
    DELETE FROM circulation.loan AS l
    USING membership.member AS m
    WHERE m.member_id = l.member_id
      AND NOT m.keep_history
      AND l.returned_at < now() - older_than
      AND NOT EXISTS (SELECT FROM circulation.fine AS f WHERE f.loan_id = l.loan_id);

    DELETE FROM circulation.notification
    WHERE notification.sent_at < now() - older_than;
END;

COMMENT ON PROCEDURE circulation.forget_returned_loans(interval) IS
    'What people read is nobody''s business: drops old loans, except where a fine hangs on them.';
