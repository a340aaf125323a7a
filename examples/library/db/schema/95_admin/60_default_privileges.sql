-- For objects that migrations will add; what this build makes is granted one by one in 90_grants.
-- A function is executable by everybody unless this is taken away for all schemas at once:
-- a revocation for one schema cannot undo the built-in default.
ALTER DEFAULT PRIVILEGES FOR ROLE library_owner
    REVOKE EXECUTE ON ROUTINES FROM PUBLIC;

ALTER DEFAULT PRIVILEGES FOR ROLE library_owner IN SCHEMA reporting
    GRANT SELECT ON TABLES TO library_reporting;

ALTER DEFAULT PRIVILEGES FOR ROLE library_owner IN SCHEMA catalogue
    GRANT SELECT ON TABLES TO library_desk, library_cataloguer, library_member, library_reporting;

ALTER DEFAULT PRIVILEGES FOR ROLE library_owner IN SCHEMA circulation
    GRANT USAGE ON SEQUENCES TO library_desk;
