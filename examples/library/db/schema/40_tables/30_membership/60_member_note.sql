CREATE TABLE membership.member_note (
    member_id bigint NOT NULL REFERENCES membership.member (member_id) ON DELETE CASCADE,
    confidential boolean NOT NULL DEFAULT false,
    CONSTRAINT member_note_pkey PRIMARY KEY (note_id),
    CONSTRAINT member_note_short CHECK (length(body) <= 2000)
) INHERITS (org.note);

COMMENT ON TABLE membership.member_note IS 'What the desk should know: "large print, please".';
