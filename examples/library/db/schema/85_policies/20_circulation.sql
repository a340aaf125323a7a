ALTER TABLE circulation.loan ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE circulation.hold ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE circulation.fine ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE circulation.payment ENABLE ROW LEVEL SECURITY;
ALTER TABLE circulation.payment_allocation ENABLE ROW LEVEL SECURITY;
ALTER TABLE circulation.notification ENABLE ROW LEVEL SECURITY;

CREATE POLICY loan_owner ON circulation.loan TO library_owner USING (true);
CREATE POLICY hold_owner ON circulation.hold TO library_owner USING (true);
CREATE POLICY fine_owner ON circulation.fine TO library_owner USING (true);

CREATE POLICY loan_desk ON circulation.loan TO library_desk USING (true);
CREATE POLICY hold_desk ON circulation.hold TO library_desk USING (true);
CREATE POLICY fine_desk ON circulation.fine TO library_desk USING (true);
CREATE POLICY payment_desk ON circulation.payment TO library_desk USING (true);
CREATE POLICY payment_allocation_desk ON circulation.payment_allocation TO library_desk USING (true);

CREATE POLICY loan_self ON circulation.loan
    FOR SELECT TO library_member
    USING (
        member_id = membership.current_member_id()
        OR member_id IN (SELECT m.member_id FROM membership.member AS m
                         WHERE m.guardian_id = membership.current_member_id())
    );
CREATE POLICY hold_self ON circulation.hold
    FOR SELECT TO library_member USING (member_id = membership.current_member_id());
CREATE POLICY hold_self_cancel ON circulation.hold
    FOR DELETE TO library_member
    USING (member_id = membership.current_member_id() AND status = 'waiting');
CREATE POLICY fine_self ON circulation.fine
    FOR SELECT TO library_member USING (member_id = membership.current_member_id());
CREATE POLICY payment_self ON circulation.payment
    FOR SELECT TO library_member USING (member_id = membership.current_member_id());
CREATE POLICY payment_allocation_self ON circulation.payment_allocation
    FOR SELECT TO library_member USING (member_id = membership.current_member_id());
CREATE POLICY notification_self ON circulation.notification
    FOR SELECT TO library_member USING (member_id = membership.current_member_id());

-- Restrictive: comes on top of loan_desk and takes away. A desk hands out in its own branch only.
CREATE POLICY loan_at_own_branch ON circulation.loan
    AS RESTRICTIVE
    FOR INSERT TO library_desk
    WITH CHECK (branch_id = org.current_branch_id());

-- Nobody waives the fines of their own household... which we cannot know; so at least it takes a name.
CREATE POLICY fine_waived_by_staff ON circulation.fine
    AS RESTRICTIVE
    FOR UPDATE TO library_desk
    USING (waived_at IS NULL)
    WITH CHECK (
        waived_by IS NULL
        OR EXISTS (SELECT FROM org.staff AS s WHERE s.staff_id = waived_by AND s.left_on IS NULL)
    );

COMMENT ON POLICY loan_self ON circulation.loan IS
    'Own loans and those of children; membership.member has policies too.';
COMMENT ON POLICY loan_at_own_branch ON circulation.loan IS 'library.branch_id is set by the desk''s program.';
