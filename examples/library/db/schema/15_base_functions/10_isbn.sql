-- Functions that types and tables are built on. They use nothing but the core of PostgreSQL.

CREATE FUNCTION catalogue.isbn13_is_valid(candidate text) RETURNS boolean
    LANGUAGE sql
    IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    -- CASE keeps the digits from being cast before it is known that they are digits.
    SELECT CASE
        WHEN candidate ~ '^97[89][0-9]{10}$' THEN (
            SELECT sum(
                substr(candidate, place, 1)::integer
                * CASE WHEN place % 2 = 0 THEN 3 ELSE 1 END
            ) % 10 = 0
            FROM generate_series(1, 13) AS place
        )
        ELSE false
    END;
END;

COMMENT ON FUNCTION catalogue.isbn13_is_valid(text) IS
    'Thirteen digits, prefix 978 or 979, and the check digit fits.';


CREATE FUNCTION catalogue.isbn13_from(written text) RETURNS text
    LANGUAGE plpgsql
    IMMUTABLE STRICT PARALLEL SAFE
AS $function$
DECLARE
    bare text := upper(regexp_replace(written, '[^0-9Xx]', '', 'g'));
    body text;
    total integer := 0;
BEGIN
    IF length(bare) = 13 THEN
        RETURN bare;
    END IF;

    IF bare !~ '^[0-9]{9}[0-9X]$' THEN
        RAISE EXCEPTION 'not an ISBN: %', quote_literal(written)
            USING ERRCODE = 'invalid_text_representation',
                  HINT = 'An ISBN has 10 or 13 digits; spaces and "-" do not count.';
    END IF;

    body := '978' || left(bare, 9);
    FOR place IN 1..12 LOOP
        total := total + substr(body, place, 1)::integer * (CASE WHEN place % 2 = 0 THEN 3 ELSE 1 END);
    END LOOP;
    RETURN body || ((10 - total % 10) % 10)::text;
END
$function$;

COMMENT ON FUNCTION catalogue.isbn13_from(text) IS
    'The 13-digit form of an ISBN as printed, e.g. "0-14-143951-3". The check digit of an ISBN-10 is not looked at.';
