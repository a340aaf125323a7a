CREATE INDEX loan_open ON circulation.loan (member_id, due_on) INCLUDE (copy_id) WHERE returned_at IS NULL;
CREATE INDEX loan_due ON circulation.loan (due_on) WHERE returned_at IS NULL;
CREATE INDEX loan_copy ON circulation.loan (copy_id, loaned_at DESC);

CREATE UNIQUE INDEX hold_once ON circulation.hold (title_id, member_id) WHERE status IN ('waiting', 'ready');
CREATE INDEX hold_on_desk ON circulation.hold (expires_on) WHERE status = 'ready';
CREATE UNIQUE INDEX hold_copy_once ON circulation.hold (copy_id) WHERE status = 'ready';

CREATE UNIQUE INDEX fine_overdue_once ON circulation.fine (loan_id) WHERE reason = 'overdue';
CREATE INDEX fine_member ON circulation.fine (member_id, charged_at DESC);
CREATE INDEX payment_member ON circulation.payment (member_id, paid_at DESC NULLS LAST);
CREATE INDEX payment_allocation_fine ON circulation.payment_allocation (fine_id) INCLUDE (amount);

CREATE INDEX loan_history_title ON circulation.loan_history (title_id);
CREATE INDEX notification_unsent ON circulation.notification (queued_at) WHERE sent_at IS NULL;
CREATE INDEX notification_about ON circulation.notification USING hash (about_id);

COMMENT ON INDEX circulation.hold_once IS 'Nobody queues twice for the same title.';
