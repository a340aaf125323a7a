CREATE DOMAIN catalogue.isbn13 AS text
    CONSTRAINT isbn13_valid CHECK (catalogue.isbn13_is_valid(VALUE));

CREATE DOMAIN catalogue.barcode AS text
    COLLATE catalogue.shelf_order
    CONSTRAINT barcode_digits CHECK (VALUE ~ '^[0-9]{14}$');

CREATE DOMAIN membership.email_address AS text
    CONSTRAINT email_address_plausible CHECK (VALUE ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$');

CREATE DOMAIN org.branch_code AS varchar(4)
    CONSTRAINT branch_code_capitals CHECK (VALUE ~ '^[A-Z]{2,4}$');

CREATE DOMAIN org.amount AS numeric(10, 2)
    DEFAULT 0.00;

ALTER DOMAIN org.amount
    ADD CONSTRAINT amount_not_negative CHECK (VALUE >= 0);

COMMENT ON DOMAIN catalogue.isbn13 IS 'An ISBN in its 13-digit form, without hyphens.';
COMMENT ON DOMAIN catalogue.barcode IS
    'Codabar label of a copy (starts with 3) or of a member card (starts with 2).';
COMMENT ON DOMAIN membership.email_address IS
    'Something before an @ and a dot after it; the confirmation mail does the rest.';
COMMENT ON DOMAIN org.amount IS 'Money in the library''s currency; never negative.';
COMMENT ON CONSTRAINT barcode_digits ON DOMAIN catalogue.barcode IS
    'The scanners at the desk send exactly 14 digits.';
