CREATE FUNCTION org.time_difference(later time, earlier time) RETURNS double precision
    LANGUAGE sql
    IMMUTABLE STRICT PARALLEL SAFE
    RETURN extract(epoch FROM later - earlier)::double precision;

COMMENT ON FUNCTION org.time_difference(time, time) IS
    'Seconds between two times of day; GiST asks this of org.time_range.';
