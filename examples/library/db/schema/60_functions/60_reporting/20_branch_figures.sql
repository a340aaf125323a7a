CREATE FUNCTION reporting.branch_figures(from_day date, to_day date)
RETURNS TABLE (branch_code org.branch_code, medium catalogue.medium, loans bigint, mean_days numeric)
LANGUAGE sql
STABLE
ROWS 100
AS $function$
    -- GROUPING SETS give one line per branch and medium; per branch; and one for everything
    SELECT b.code, h.medium, count(*), round(avg(h.days_out), 1)
    FROM circulation.loan_history AS h
    JOIN org.branch AS b USING (branch_id)
    WHERE h.loaned_on >= from_day AND h.loaned_on < to_day
    GROUP BY GROUPING SETS ((b.code, h.medium), (b.code), ())
    ORDER BY b.code NULLS LAST, h.medium NULLS LAST
$function$;

COMMENT ON FUNCTION reporting.branch_figures(date, date) IS
    'Loans per branch and medium with subtotals; the total has no branch.';
