-- What people may do is granted to these groups, never to a person's own role.
DO $do$
DECLARE
    group_name name;
BEGIN
    FOREACH group_name IN ARRAY ARRAY[
        'library_desk', 'library_cataloguer', 'library_buyer', 'library_member', 'library_reporting'
    ]::name[]
    LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', group_name);
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN
                RAISE DEBUG 'role % is already there', group_name;
        END;
    END LOOP;
END
$do$;

COMMENT ON ROLE library_desk IS 'Librarians at the desk: lending, returns, holds, fines.';
COMMENT ON ROLE library_cataloguer IS 'Describes titles and registers copies.';
COMMENT ON ROLE library_buyer IS 'Orders from suppliers within the budgets.';
COMMENT ON ROLE library_member IS 'Self-service: a member sees their own account, and only that.';
COMMENT ON ROLE library_reporting IS 'Reads figures; sees no names and no addresses.';
