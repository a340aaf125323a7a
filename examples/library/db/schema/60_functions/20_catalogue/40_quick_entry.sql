-- Trigger function of the view catalogue.quick_entry: one line from the cataloguer, three tables.
CREATE FUNCTION catalogue.enter_quickly() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $enter_quickly$
DECLARE
    author_id bigint;
BEGIN
    INSERT INTO catalogue.title (isbn, medium, title, published_year)
    VALUES (
        catalogue.isbn13_from(NEW.isbn),
        coalesce(NEW.medium, 'book'),
        NEW.title,
        NEW.published_year
    )
    RETURNING title_id INTO NEW.title_id;

    IF NEW.author IS NOT NULL THEN
        SELECT c.contributor_id INTO author_id
        FROM catalogue.contributor AS c
        WHERE c.sort_name = NEW.author
        ORDER BY c.contributor_id
        LIMIT 1;

        IF NOT FOUND THEN
            INSERT INTO catalogue.contributor (sort_name, display_name)
            VALUES (
                NEW.author,
                -- 'Le Guin, Ursula K.' is shown as 'Ursula K. Le Guin'
                concat_ws(' ', nullif(btrim(split_part(NEW.author, ',', 2)), ''), split_part(NEW.author, ',', 1))
            )
            RETURNING contributor_id INTO author_id;
        END IF;

        INSERT INTO catalogue.title_contributor (title_id, contributor_id)
        VALUES (NEW.title_id, author_id);
    END IF;

    RETURN NEW;
END;
$enter_quickly$;
