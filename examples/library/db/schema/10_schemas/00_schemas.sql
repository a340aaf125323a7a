CREATE SCHEMA org AUTHORIZATION library_owner;
CREATE SCHEMA catalogue AUTHORIZATION library_owner;
CREATE SCHEMA membership AUTHORIZATION library_owner;
CREATE SCHEMA circulation AUTHORIZATION library_owner;
CREATE SCHEMA acquisition AUTHORIZATION library_owner;
CREATE SCHEMA reporting AUTHORIZATION library_owner;
CREATE SCHEMA audit AUTHORIZATION library_owner;

COMMENT ON SCHEMA org IS 'The library as an organisation: branches, rooms, staff.';
COMMENT ON SCHEMA catalogue IS 'What the library has: titles, the copies of them, and how they are described.';
COMMENT ON SCHEMA membership IS 'Who may borrow, and under which rules.';
COMMENT ON SCHEMA circulation IS 'What happens at the desk: loans, holds, fines, payments.';
COMMENT ON SCHEMA acquisition IS 'Suppliers, budgets and orders.';
COMMENT ON SCHEMA reporting IS 'Figures for the yearly report and the library board.';
COMMENT ON SCHEMA audit IS 'Who changed what, and when.';
