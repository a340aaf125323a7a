-- The oldest tables of the catalogue; serial is what one used when they were made.
CREATE TABLE catalogue.publisher (
    publisher_id serial PRIMARY KEY,
    name varchar(200) NOT NULL,
    city varchar(100),
    CONSTRAINT publisher_name_key UNIQUE NULLS NOT DISTINCT (name, city)
);

COMMENT ON TABLE catalogue.publisher IS
    'Publishing houses. Of two that share a name, at most one may be without a city.';


CREATE TABLE catalogue.language (
    language_code character(3) PRIMARY KEY,
    name text NOT NULL UNIQUE,
    CHECK (language_code ~ '^[a-z]{3}$')
);

COMMENT ON TABLE catalogue.language IS 'ISO 639-2 codes in use, and "und" for undetermined.';

-- Titles fall back to it (see catalogue.title), so it is part of the schema and not of the seeds.
INSERT INTO catalogue.language (language_code, name)
VALUES ('und', 'Undetermined')
ON CONFLICT (language_code) DO NOTHING;
