-- Start from nothing, whoever has loaded the schema and whatever their default privileges are.
REVOKE ALL ON ALL TABLES
    IN SCHEMA org, catalogue, membership, circulation, acquisition, reporting, audit FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES
    IN SCHEMA org, catalogue, membership, circulation, acquisition, reporting, audit FROM PUBLIC;
REVOKE EXECUTE ON ALL ROUTINES
    IN SCHEMA catalogue, membership, circulation, acquisition, reporting, audit FROM PUBLIC;

-- Not ALL in org: the constructors of org.time_range belong to the system, and everybody may call them.
REVOKE EXECUTE ON FUNCTION
    org.touch(),
    org.local_date(timestamptz, smallint),
    org.is_closed(smallint, date),
    org.next_open_day(smallint, date),
    org.hours_on(smallint, date),
    org.format_address(org.postal_address)
FROM PUBLIC;

-- What types, generated columns and policies call is called by whoever uses the table.
GRANT EXECUTE ON FUNCTION
    catalogue.isbn13_is_valid(text),
    catalogue.sort_title(text),
    org.time_difference(time, time),
    membership.current_member_id(),
    org.current_branch_id()
TO PUBLIC;
