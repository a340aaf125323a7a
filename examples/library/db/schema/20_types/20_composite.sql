CREATE TYPE org.postal_address AS (
    street text,
    postcode text,
    city text
);

ALTER TYPE org.postal_address ADD ATTRIBUTE country character(2);

COMMENT ON TYPE org.postal_address IS 'Where post is sent to; country is an ISO 3166 code.';
COMMENT ON COLUMN org.postal_address.country IS 'NULL means the country of the library.';
