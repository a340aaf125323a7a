CREATE TABLE circulation.hold (
    hold_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title_id bigint NOT NULL REFERENCES catalogue.title (title_id) ON DELETE CASCADE,
    member_id bigint NOT NULL REFERENCES membership.member (member_id) ON DELETE CASCADE,
    pickup_branch_id smallint NOT NULL REFERENCES org.branch (branch_id) ON DELETE RESTRICT,
    status circulation.hold_status NOT NULL DEFAULT 'waiting',
    queue_position integer,
    copy_id bigint REFERENCES catalogue.copy (copy_id) ON DELETE RESTRICT,
    placed_at timestamptz NOT NULL DEFAULT now(),
    ready_at timestamptz,
    expires_on date,
    CONSTRAINT hold_queue_key UNIQUE (title_id, queue_position) DEFERRABLE INITIALLY IMMEDIATE,
    CONSTRAINT hold_position_positive CHECK (queue_position > 0),
    CONSTRAINT hold_waiting_in_queue CHECK ((status = 'waiting') = (queue_position IS NOT NULL)),
    CONSTRAINT hold_ready_with_copy CHECK (
        status <> 'ready' OR (copy_id IS NOT NULL AND ready_at IS NOT NULL AND expires_on IS NOT NULL)
    )
);

COMMENT ON TABLE circulation.hold IS 'A member waits for a title: first come, first served, per title.';
COMMENT ON COLUMN circulation.hold.queue_position IS '1 is next. NULL once the hold no longer waits.';
COMMENT ON CONSTRAINT hold_queue_key ON circulation.hold IS
    'Deferrable: when the queue moves up, two holds share a position within the statement.';
