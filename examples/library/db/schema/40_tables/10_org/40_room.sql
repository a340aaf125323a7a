CREATE TABLE org.room (
    room_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    branch_id smallint NOT NULL REFERENCES org.branch (branch_id) ON DELETE CASCADE,
    name text NOT NULL,
    seats smallint NOT NULL CHECK (seats > 0),
    has_projector boolean NOT NULL DEFAULT false,
    UNIQUE (branch_id, name)
);

-- member_id gets its foreign key in 45_constraints: members come later.
CREATE TABLE org.room_booking (
    booking_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    room_id integer NOT NULL REFERENCES org.room (room_id) ON DELETE CASCADE,
    member_id bigint NOT NULL,
    during tstzrange NOT NULL,
    purpose text,
    cancelled_at timestamp with time zone,
    CONSTRAINT room_booking_bounded CHECK (
        NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)
    ),
    CONSTRAINT room_booking_at_most_four_hours CHECK (upper(during) - lower(during) <= interval '4 hours'),
    CONSTRAINT room_booking_no_overlap EXCLUDE USING gist (
        int4range(room_id, room_id, '[]') WITH =,
        during WITH &&
    ) WHERE (cancelled_at IS NULL)
);

COMMENT ON TABLE org.room IS 'Study and meeting rooms that members can book.';
COMMENT ON TABLE org.room_booking IS
    'Who has a room, and when. Cancelled bookings stay, and do not block the room.';
COMMENT ON CONSTRAINT room_booking_no_overlap ON org.room_booking IS 'A room is with one member at a time.';
