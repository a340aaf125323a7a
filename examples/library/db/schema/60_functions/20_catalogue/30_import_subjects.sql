CREATE FUNCTION catalogue.import_subjects(headings jsonb) RETURNS integer
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    changed integer;
BEGIN
    /* Two passes: the "use instead" of a heading may come later in the file.
       /* MERGE cannot see rows that it has just inserted, so one pass would not do. */
       The order of the headings in the file does not matter. */
    INSERT INTO catalogue.subject (heading)
    SELECT DISTINCT entry ->> 'heading'
    FROM jsonb_array_elements(headings) AS entry
    ON CONFLICT (heading) DO NOTHING;

    MERGE INTO catalogue.subject AS s
    USING (
        SELECT DISTINCT ON (entry ->> 'heading') entry ->> 'heading' AS heading, preferred.subject_id
        FROM jsonb_array_elements(headings) AS entry
        LEFT JOIN catalogue.subject AS preferred ON preferred.heading = entry ->> 'use'
        ORDER BY entry ->> 'heading'
    ) AS wanted
    ON s.heading = wanted.heading
    WHEN MATCHED AND s.use_instead_id IS DISTINCT FROM wanted.subject_id THEN
        UPDATE SET use_instead_id = wanted.subject_id;

    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END;
$function$;

COMMENT ON FUNCTION catalogue.import_subjects(jsonb) IS
    'Takes [{"heading": "Cookery", "use": "Cooking"}, ...] and returns how many references changed.';
