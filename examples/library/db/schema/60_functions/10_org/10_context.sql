-- Who is asking? The programs say so once per transaction, e.g. SET LOCAL library.member_id = '17'.

CREATE FUNCTION membership.current_member_id() RETURNS bigint
    LANGUAGE sql
    STABLE PARALLEL SAFE
    RETURN nullif(current_setting('library.member_id', true), '')::bigint;

CREATE FUNCTION org.current_branch_id() RETURNS smallint
    LANGUAGE sql
    STABLE PARALLEL SAFE
    RETURN nullif(current_setting('library.branch_id', true), '')::smallint;

COMMENT ON FUNCTION membership.current_member_id() IS
    'The member who is logged in to self-service; NULL when nobody is.';
COMMENT ON FUNCTION org.current_branch_id() IS 'The branch whose desk is asking; NULL when it was not said.';


CREATE FUNCTION org.local_date(moment timestamptz, at_branch smallint) RETURNS date
    LANGUAGE sql
    STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT (moment AT TIME ZONE branch.time_zone)::date
    FROM org.branch
    WHERE branch.branch_id = at_branch;
END;

COMMENT ON FUNCTION org.local_date(timestamptz, smallint) IS 'The day on the calendar at the branch''s wall.';
