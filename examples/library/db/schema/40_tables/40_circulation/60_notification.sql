CREATE TABLE circulation.notification (
    notification_id bigint NOT NULL DEFAULT nextval('circulation.notification_id'),
    member_id bigint NOT NULL REFERENCES membership.member (member_id) ON DELETE CASCADE,
    reminder circulation.reminder NOT NULL,
    about_id bigint NOT NULL,
    for_date date NOT NULL,
    body text NOT NULL,
    queued_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    PRIMARY KEY (member_id, notification_id),
    CONSTRAINT notification_once_a_day UNIQUE (member_id, reminder, about_id, for_date)
) PARTITION BY HASH (member_id);

ALTER SEQUENCE circulation.notification_id OWNED BY circulation.notification.notification_id;

CREATE TABLE circulation.notification_0 PARTITION OF circulation.notification FOR VALUES WITH (MODULUS 4, REMAINDER 0);
CREATE TABLE circulation.notification_1 PARTITION OF circulation.notification FOR VALUES WITH (MODULUS 4, REMAINDER 1);
CREATE TABLE circulation.notification_2 PARTITION OF circulation.notification FOR VALUES WITH (MODULUS 4, REMAINDER 2);
CREATE TABLE circulation.notification_3 PARTITION OF circulation.notification FOR VALUES WITH (MODULUS 4, REMAINDER 3);

COMMENT ON TABLE circulation.notification IS
    'Outbox of the mailer, which works on the four partitions side by side.';
COMMENT ON COLUMN circulation.notification.about_id IS 'The loan or the hold, depending on the reminder.';
