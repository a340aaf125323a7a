-- Takes minutes on the real data: filled by the first run of reporting.refresh(), not by the build.
CREATE MATERIALIZED VIEW reporting.year_by_branch AS
SELECT extract(year FROM h.loaned_on)::integer AS year,
       h.branch_id,
       count(*) AS loans,
       reporting.weighted_mean(h.days_out, 1 + h.renewals) AS mean_days_by_renewals
FROM circulation.loan_history AS h
GROUP BY 1, 2
WITH NO DATA;

CREATE UNIQUE INDEX year_by_branch_key ON reporting.year_by_branch (year, branch_id);

COMMENT ON MATERIALIZED VIEW reporting.year_by_branch IS 'Table 4 of the yearly report.';
