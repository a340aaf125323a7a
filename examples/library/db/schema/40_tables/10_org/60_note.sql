-- The parent of all tables of notes, so that "what did we write down last week?" is one query.
CREATE TABLE org.note (
    note_id bigint NOT NULL DEFAULT nextval('org.note_id'),
    written_at timestamptz NOT NULL DEFAULT now(),
    written_by integer,
    body text NOT NULL,
    CONSTRAINT note_pkey PRIMARY KEY (note_id),
    CONSTRAINT note_says_something CHECK (body ~ '\S'),
    CONSTRAINT note_is_abstract CHECK (false) NO INHERIT
);

ALTER SEQUENCE org.note_id OWNED BY org.note.note_id;

COMMENT ON TABLE org.note IS 'Holds no rows of its own: see catalogue.copy_note and membership.member_note.';
COMMENT ON CONSTRAINT note_is_abstract ON org.note IS
    'Rows belong into one of the tables that inherit from this one.';
