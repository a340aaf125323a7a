-- Not CONCURRENTLY, which a view that has never been filled does not allow.
REFRESH MATERIALIZED VIEW reporting.title_popularity;
REFRESH MATERIALIZED VIEW reporting.year_by_branch;
