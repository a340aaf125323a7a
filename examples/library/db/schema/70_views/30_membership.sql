-- Can be written through. CASCADED CHECK OPTION: nobody can be changed so that they drop out of the view.
CREATE VIEW membership.active_member
WITH (security_invoker = true) AS
SELECT member_id, member_number, given_name, family_name, email, phone, category_code, home_branch_id,
       expires_on, status
FROM membership.member
WHERE status = 'active'
WITH CASCADED CHECK OPTION;

ALTER VIEW membership.active_member ALTER COLUMN status SET DEFAULT 'active';

COMMENT ON VIEW membership.active_member IS 'Members in good standing, for the desk.';
