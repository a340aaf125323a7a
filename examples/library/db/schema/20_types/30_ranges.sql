-- PostgreSQL has no range of times of day; opening hours are the textbook case for one.
CREATE TYPE org.time_range AS RANGE (
    SUBTYPE = time,
    SUBTYPE_DIFF = org.time_difference,
    MULTIRANGE_TYPE_NAME = org.time_multirange
);

COMMENT ON TYPE org.time_range IS 'From a time of day up to, and not including, another one of the same day.';
