CREATE TRIGGER loan_prepare
    BEFORE INSERT ON circulation.loan
    FOR EACH ROW
    EXECUTE FUNCTION circulation.prepare_loan();

CREATE TRIGGER loan_collect_hold
    AFTER INSERT ON circulation.loan
    FOR EACH ROW
    WHEN (NEW.returned_at IS NULL)
    EXECUTE FUNCTION circulation.collect_hold();

CREATE TRIGGER loan_settle_return
    AFTER UPDATE OF returned_at ON circulation.loan
    FOR EACH ROW
    WHEN (OLD.returned_at IS NULL AND NEW.returned_at IS NOT NULL)
    EXECUTE FUNCTION circulation.settle_return();

CREATE TRIGGER hold_close_gap
    AFTER UPDATE OF queue_position ON circulation.hold
    FOR EACH ROW
    WHEN (OLD.queue_position IS NOT NULL AND NEW.queue_position IS NULL)
    EXECUTE FUNCTION circulation.close_gap();

CREATE TRIGGER hold_close_gap_deleted
    AFTER DELETE ON circulation.hold
    FOR EACH ROW
    WHEN (OLD.queue_position IS NOT NULL)
    EXECUTE FUNCTION circulation.close_gap();

CREATE TRIGGER hold_announce
    AFTER UPDATE OF status ON circulation.hold
    FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status = 'ready')
    EXECUTE FUNCTION circulation.announce_hold();

COMMENT ON TRIGGER loan_settle_return ON circulation.loan IS 'Fine, history and the next in the queue.';
