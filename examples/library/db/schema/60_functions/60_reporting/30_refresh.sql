-- Each view in a transaction of its own, so that the long one does not hold back the short one. A procedure
-- that commits can be neither SECURITY DEFINER nor have a SET clause, so every name in it is in full.
CREATE PROCEDURE reporting.refresh()
LANGUAGE plpgsql
AS $refresh$
BEGIN
    REFRESH MATERIALIZED VIEW CONCURRENTLY reporting.title_popularity;
    COMMIT;
    REFRESH MATERIALIZED VIEW reporting.year_by_branch;
    COMMIT;
END;
$refresh$;

COMMENT ON PROCEDURE reporting.refresh() IS
    'Brings the materialised views up to date. CALL it outside a transaction.';
