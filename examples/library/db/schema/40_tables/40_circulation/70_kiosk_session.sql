-- Worth nothing after a crash, and written all day: not worth logging either.
CREATE UNLOGGED TABLE circulation.kiosk_session (
    token uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    branch_id smallint NOT NULL REFERENCES org.branch (branch_id) ON DELETE CASCADE,
    card_barcode catalogue.barcode NOT NULL REFERENCES membership.card (barcode) ON DELETE CASCADE,
    ticket smallint NOT NULL DEFAULT nextval('circulation.kiosk_ticket'),
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    client inet
);

COMMENT ON TABLE circulation.kiosk_session IS 'Somebody stands at a self-service kiosk; empty after a crash.';
