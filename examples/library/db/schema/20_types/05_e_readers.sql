-- Added when the type was in use already. Before PostgreSQL 17, such a value cannot be used until the
-- transaction has ended; so no seed mentions it, and the bundle loads with psql --single-transaction as well.
ALTER TYPE catalogue.medium ADD VALUE IF NOT EXISTS 'e-reader' AFTER 'audiobook';
