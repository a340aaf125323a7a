-- Trigger function: runs once per statement, however many copies that moved, with the rows as sets.
CREATE FUNCTION catalogue.count_holdings() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $count_holdings$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO catalogue.holding_summary AS h (title_id, branch_id, copies)
        SELECT n.title_id, n.branch_id, count(*)
        FROM new_copies AS n
        WHERE n.withdrawn_on IS NULL
        GROUP BY n.title_id, n.branch_id
        ON CONFLICT (title_id, branch_id) DO UPDATE SET copies = h.copies + excluded.copies;

    ELSIF TG_OP = 'DELETE' THEN
        UPDATE catalogue.holding_summary AS h
        SET copies = h.copies - gone.copies
        FROM (
            SELECT o.title_id, o.branch_id, count(*) AS copies
            FROM old_copies AS o
            WHERE o.withdrawn_on IS NULL
            GROUP BY o.title_id, o.branch_id
        ) AS gone
        WHERE (h.title_id, h.branch_id) = (gone.title_id, gone.branch_id);

    ELSE
        INSERT INTO catalogue.holding_summary AS h (title_id, branch_id, copies)
        SELECT moved.title_id, moved.branch_id, 0
        FROM new_copies AS moved
        ON CONFLICT DO NOTHING;

        UPDATE catalogue.holding_summary AS h
        SET copies = h.copies + moved.difference
        FROM (
            SELECT title_id, branch_id, sum(one) AS difference
            FROM (
                SELECT title_id, branch_id, -1 AS one FROM old_copies WHERE withdrawn_on IS NULL
                UNION ALL
                SELECT title_id, branch_id, +1 AS one FROM new_copies WHERE withdrawn_on IS NULL
            ) AS both_sides
            GROUP BY title_id, branch_id
            HAVING sum(one) <> 0
        ) AS moved
        WHERE (h.title_id, h.branch_id) = (moved.title_id, moved.branch_id);
    END IF;

    RETURN NULL;
END;
$count_holdings$;
