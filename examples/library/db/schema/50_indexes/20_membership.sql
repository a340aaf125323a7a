CREATE UNIQUE INDEX member_email_once ON membership.member (lower(email::text)) WHERE status <> 'left';
CREATE INDEX member_name ON membership.member (lower(family_name) text_pattern_ops, lower(given_name) text_pattern_ops);
CREATE INDEX member_guardian ON membership.member (guardian_id) WHERE guardian_id IS NOT NULL;
CREATE INDEX member_expiring ON membership.member (expires_on) WHERE status = 'active';

-- One valid card per member; revoked ones do not count.
CREATE UNIQUE INDEX card_one_valid ON membership.card (member_id) WHERE revoked_at IS NULL;

CREATE INDEX suspension_during ON membership.suspension USING gist (during);

COMMENT ON INDEX membership.member_email_once IS
    'Two members cannot share an address, however they capitalise it.';
