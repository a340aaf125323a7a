CREATE TABLE catalogue.title_subject (
    title_id bigint NOT NULL REFERENCES catalogue.title (title_id) ON DELETE CASCADE,
    subject_id integer NOT NULL REFERENCES catalogue.subject (subject_id) ON DELETE RESTRICT,
    PRIMARY KEY (title_id, subject_id)
);

COMMENT ON TABLE catalogue.title_subject IS 'What a title is about.';
