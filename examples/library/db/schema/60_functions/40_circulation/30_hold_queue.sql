-- Trigger function: someone has left the queue, so those behind move up by one.
CREATE FUNCTION circulation.close_gap() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $close_gap$
BEGIN
    UPDATE circulation.hold
    SET queue_position = queue_position - 1
    WHERE title_id = OLD.title_id
      AND queue_position > OLD.queue_position;
    RETURN NULL;
END;
$close_gap$;

-- Trigger function: the member for whom a copy was kept has taken it.
CREATE FUNCTION circulation.collect_hold() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $collect_hold$
BEGIN
    UPDATE circulation.hold AS h
    SET status = 'collected', queue_position = NULL, copy_id = NEW.copy_id
    FROM catalogue.copy AS c
    WHERE c.copy_id = NEW.copy_id
      AND h.title_id = c.title_id
      AND h.member_id = NEW.member_id
      AND h.status IN ('waiting', 'ready');
    RETURN NULL;
END;
$collect_hold$;

-- Trigger function: tell the member that a copy lies at the desk.
CREATE FUNCTION circulation.announce_hold() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $announce_hold$
DECLARE
    wanted text := (SELECT t.title FROM catalogue.title AS t WHERE t.title_id = NEW.title_id);
    place text := (SELECT b.name FROM org.branch AS b WHERE b.branch_id = NEW.pickup_branch_id);
BEGIN
    INSERT INTO circulation.notification (member_id, reminder, about_id, for_date, body)
    VALUES (
        NEW.member_id, 'hold ready', NEW.hold_id, NEW.ready_at::date,
        circulation.reminder_text('hold ready', wanted, place, to_char(NEW.expires_on, 'FMDD FMMonth'))
    )
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END;
$announce_hold$;
