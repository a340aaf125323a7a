-- Members see themselves, and the children they answer for. FORCE: the owner is bound by policies as well,
-- so a forgotten policy shows as an empty page and not as everybody's data.

ALTER TABLE membership.member ENABLE ROW LEVEL SECURITY;
ALTER TABLE membership.member FORCE ROW LEVEL SECURITY;

CREATE POLICY member_owner ON membership.member TO library_owner USING (true);
CREATE POLICY member_desk ON membership.member TO library_desk USING (true);

CREATE POLICY member_reads_self ON membership.member
    FOR SELECT TO library_member
    USING (membership.current_member_id() IN (member_id, guardian_id));

CREATE POLICY member_changes_self ON membership.member
    FOR UPDATE TO library_member
    USING (member_id = membership.current_member_id())
    WITH CHECK (member_id = membership.current_member_id() AND status = 'active');

CREATE POLICY member_reporting ON membership.member
    FOR SELECT TO library_reporting
    USING (true);

ALTER TABLE membership.member_note ENABLE ROW LEVEL SECURITY;

CREATE POLICY member_note_desk ON membership.member_note
    TO library_desk
    USING (NOT confidential)
    WITH CHECK (true);

COMMENT ON POLICY member_reads_self ON membership.member IS 'Their own row, and those of their children.';
COMMENT ON POLICY member_reporting ON membership.member IS 'All rows, but see the column grants: no names.';
