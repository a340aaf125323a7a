-- The site works as library_member; the cataloguers help out at the desk and may pass that on to trainees.
GRANT library_member TO library_web;
GRANT library_desk TO library_cataloguer WITH ADMIN OPTION;

ALTER ROLE library_web SET statement_timeout = '5s';
ALTER ROLE library_web SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE library_reporting SET default_transaction_read_only = on;
