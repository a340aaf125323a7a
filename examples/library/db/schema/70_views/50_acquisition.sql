CREATE VIEW acquisition.budget_status AS
WITH committed AS (
    SELECT l.fund_code,
           l.fiscal_year,
           sum(l.line_total) FILTER (WHERE o.status = 'received') AS spent,
           sum(l.line_total) FILTER (WHERE o.status = 'sent') AS on_order
    FROM acquisition.order_line AS l
    JOIN acquisition.purchase_order AS o USING (order_id)
    GROUP BY l.fund_code, l.fiscal_year
)
SELECT b.fund_code,
       b.fiscal_year,
       b.caption,
       b.allocated,
       coalesce(c.spent, 0) AS spent,
       coalesce(c.on_order, 0) AS on_order,
       b.allocated - coalesce(c.spent, 0) - coalesce(c.on_order, 0) AS available,
       round(100 * b.allocated / nullif(sum(b.allocated) OVER same_year, 0), 1) AS percent_of_year
FROM acquisition.budget AS b
LEFT JOIN committed AS c USING (fund_code, fiscal_year)
WINDOW same_year AS (PARTITION BY b.fiscal_year);

COMMENT ON VIEW acquisition.budget_status IS 'What is left to spend; orders on their way count as spent.';
