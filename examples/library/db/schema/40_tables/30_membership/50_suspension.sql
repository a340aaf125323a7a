CREATE TABLE membership.suspension (
    suspension_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member_id bigint NOT NULL REFERENCES membership.member (member_id) ON DELETE CASCADE,
    during daterange NOT NULL,
    reason text NOT NULL,
    decided_by integer REFERENCES org.staff (staff_id) ON DELETE SET NULL,
    CONSTRAINT suspension_begins CHECK (NOT isempty(during) AND NOT lower_inf(during)),
    CONSTRAINT suspension_no_overlap EXCLUDE USING gist (
        int8range(member_id, member_id, '[]') WITH =,
        during WITH &&
    ) DEFERRABLE INITIALLY IMMEDIATE
);

COMMENT ON TABLE membership.suspension IS
    'Times in which a member may not borrow. Without an end: until it is lifted.';
