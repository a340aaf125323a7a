CREATE FUNCTION org.is_closed(at_branch smallint, on_day date) RETURNS boolean
    LANGUAGE sql
    STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT FROM org.closure
        WHERE closure.closed_during @> on_day
          AND (closure.branch_id IS NULL OR closure.branch_id = at_branch)
    );
END;

CREATE FUNCTION org.next_open_day(at_branch smallint, from_day date) RETURNS date
    LANGUAGE plpgsql
    STABLE STRICT
    SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    day date := from_day;
BEGIN
    WHILE org.is_closed(at_branch, day) LOOP
        day := day + 1;
        IF day > from_day + 400 THEN
            RAISE EXCEPTION 'branch % does not open within 400 days of %', at_branch, from_day
                USING HINT = 'Look for a closure with a mistyped year; a branch that is given up gets closed_on.';
        END IF;
    END LOOP;
    RETURN day;
END;
$function$;

-- The union of the stretches of a day, as one multirange: {[09:00:00,12:30:00), [14:00:00,19:00:00)}.
CREATE FUNCTION org.hours_on(at_branch smallint, on_day date) RETURNS org.time_multirange
    LANGUAGE sql
    STABLE
BEGIN ATOMIC
    SELECT CASE
        WHEN org.is_closed(at_branch, on_day) THEN '{}'::org.time_multirange
        ELSE coalesce(range_agg(opening_hours.hours), '{}'::org.time_multirange)
    END
    FROM org.opening_hours
    WHERE opening_hours.branch_id = at_branch
      AND opening_hours.weekday = extract(isodow FROM on_day);
END;

COMMENT ON FUNCTION org.next_open_day(smallint, date) IS
    'The day itself, or the first one after it that is no closure.';
COMMENT ON FUNCTION org.hours_on(smallint, date) IS 'When a branch is open on a day; empty when it is not.';
