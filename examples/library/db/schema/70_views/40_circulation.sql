CREATE VIEW circulation.overdue_loan
WITH (security_invoker = true) AS
SELECT l.loan_id,
       l.member_id,
       l.copy_id,
       t.title,
       l.due_on,
       CURRENT_DATE - l.due_on AS "days late",
       least((CURRENT_DATE - l.due_on) * r.fine_per_day, r.fine_cap) AS "fine so far; to be charged on return"
FROM circulation.loan AS l
JOIN membership.member AS m USING (member_id)
JOIN catalogue.copy AS c USING (copy_id)
JOIN catalogue.title AS t USING (title_id)
LEFT JOIN membership.lending_rule AS r ON r.category_code = m.category_code AND r.medium = t.medium
WHERE l.returned_at IS NULL
  AND l.due_on < CURRENT_DATE;

COMMENT ON VIEW circulation.overdue_loan IS
    'What should be back by now. Shows what the asking role may see of circulation.loan.';


CREATE VIEW circulation.fine_balance
WITH (security_invoker = true) AS
SELECT f.fine_id,
       f.member_id,
       f.reason,
       f.amount,
       coalesce(sum(a.amount), 0) AS paid,
       CASE WHEN f.waived_at IS NULL THEN f.amount - coalesce(sum(a.amount), 0) ELSE 0 END AS owed
FROM circulation.fine AS f
LEFT JOIN circulation.payment_allocation AS a USING (fine_id)
GROUP BY f.fine_id;

COMMENT ON VIEW circulation.fine_balance IS 'Every fine with what has been paid of it.';


-- A barrier: no function in somebody's WHERE clause gets to see rows of other members before they are dropped.
CREATE VIEW circulation.my_loan
WITH (security_barrier = true) AS
SELECT l.loan_id, t.title, t.medium, l.loaned_at, l.due_on, l.returned_at, l.renewals
FROM circulation.loan AS l
JOIN catalogue.copy AS c USING (copy_id)
JOIN catalogue.title AS t USING (title_id)
WHERE l.member_id = membership.current_member_id();

COMMENT ON VIEW circulation.my_loan IS 'The page "my loans" of the self-service site.';
