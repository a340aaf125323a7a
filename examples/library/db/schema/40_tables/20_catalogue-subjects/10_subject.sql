-- Subject headings are a module of their own. Its tables refer to those of 20_catalogue, and this folder is
-- loaded after that one: folders are compared name by name, and "20_catalogue" is the shorter name.

CREATE TABLE catalogue.subject (
    subject_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    heading text NOT NULL,
    use_instead_id integer REFERENCES catalogue.subject (subject_id) ON DELETE RESTRICT,
    CONSTRAINT subject_heading_key UNIQUE (heading),
    CONSTRAINT subject_not_instead_of_itself CHECK (use_instead_id <> subject_id)
);

COMMENT ON TABLE catalogue.subject IS 'Controlled vocabulary. "Cookery" says: use "Cooking" instead.';
