CREATE MATERIALIZED VIEW reporting.title_popularity AS
SELECT t.title_id,
       t.title,
       t.medium,
       count(h.history_id) AS loans,
       rank() OVER (PARTITION BY t.medium ORDER BY count(h.history_id) DESC) AS rank_in_medium
FROM catalogue.title AS t
LEFT JOIN circulation.loan_history AS h USING (title_id)
GROUP BY t.title_id;

-- REFRESH ... CONCURRENTLY needs it.
CREATE UNIQUE INDEX title_popularity_title ON reporting.title_popularity (title_id);
CREATE INDEX title_popularity_rank ON reporting.title_popularity (medium, rank_in_medium);

COMMENT ON MATERIALIZED VIEW reporting.title_popularity IS 'Charts for the foyer; refreshed every night.';
