CREATE TABLE membership.card (
    barcode catalogue.barcode PRIMARY KEY,
    member_id bigint NOT NULL REFERENCES membership.member (member_id) ON DELETE CASCADE,
    issued_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    revoked_because text,
    pin_hash bytea,
    CONSTRAINT card_barcode_is_of_a_card CHECK (barcode ~ '^2'),
    CONSTRAINT card_revoked_with_reason CHECK ((revoked_at IS NULL) = (revoked_because IS NULL)),
    CONSTRAINT card_revoked_after_issued CHECK (revoked_at >= issued_at)
);

COMMENT ON TABLE membership.card IS 'Cards, one of them valid per member; a lost one is revoked, never deleted.';
COMMENT ON COLUMN membership.card.pin_hash IS 'For the kiosk. Nobody but the owner may read it.';
