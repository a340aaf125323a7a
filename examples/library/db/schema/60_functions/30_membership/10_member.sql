CREATE FUNCTION membership.age_on(born_on date, on_day date DEFAULT CURRENT_DATE) RETURNS integer
    LANGUAGE sql
    IMMUTABLE PARALLEL SAFE
    RETURN extract(year FROM age(on_day, born_on))::integer;

-- NULL when the member may borrow, or else the reason, as the desk will say it.
CREATE FUNCTION membership.why_not_borrow(wanted_member_id bigint, on_day date) RETURNS text
    LANGUAGE sql
    STABLE
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT CASE
        WHEN m.status <> 'active' THEN format('The membership is %s.', m.status)
        WHEN m.expires_on < on_day THEN format('The membership ended on %s -- renew it first.', m.expires_on)
        WHEN s.reason IS NOT NULL THEN format('Suspended: %s', s.reason)
        WHEN m.guardian_id IS NULL AND membership.age_on(m.born_on, on_day) < 14
            THEN 'A guardian''s signature is missing.'
    END
    FROM membership.member AS m
    LEFT JOIN membership.suspension AS s ON s.member_id = m.member_id AND s.during @> on_day
    WHERE m.member_id = wanted_member_id;
$function$;

COMMENT ON FUNCTION membership.age_on(date, date) IS 'Age in full years.';
