CREATE FUNCTION catalogue.search(
    query text,
    only_medium catalogue.medium DEFAULT NULL,
    max_age integer DEFAULT 18,
    max_results integer DEFAULT 20
)
RETURNS TABLE (title_id bigint, title text, medium catalogue.medium, copies bigint, rank real)
LANGUAGE sql
STABLE
ROWS 20
BEGIN ATOMIC
    SELECT t.title_id,
           t.title,
           t.medium,
           (SELECT coalesce(sum(h.copies), 0) FROM catalogue.holding_summary AS h WHERE h.title_id = t.title_id),
           ts_rank_cd(t.search_vector, wanted.query)
    FROM catalogue.title AS t,
         websearch_to_tsquery('catalogue.title_english'::regconfig, query) AS wanted (query)
    WHERE t.search_vector @@ wanted.query
      AND t.audience_from <= max_age
      AND (only_medium IS NULL OR t.medium = only_medium)
    ORDER BY ts_rank_cd(t.search_vector, wanted.query) DESC, t.sort_title, t.title_id
    LIMIT max_results;
END;

COMMENT ON FUNCTION catalogue.search(text, catalogue.medium, integer, integer) IS
    'Search as in a web search box: words, "a phrase", -without.';
