-- Constraint triggers, checked at commit: payment and parts are written one after the other.
CREATE CONSTRAINT TRIGGER payment_is_allocated
    AFTER INSERT OR UPDATE OF amount ON circulation.payment
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW
    EXECUTE FUNCTION circulation.check_allocation();

CREATE CONSTRAINT TRIGGER payment_parts_fit
    AFTER INSERT OR UPDATE OR DELETE ON circulation.payment_allocation
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW
    EXECUTE FUNCTION circulation.check_allocation();
