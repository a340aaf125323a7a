CREATE VIEW catalogue.quick_entry AS
SELECT t.title_id,
       t.isbn::text AS isbn,
       t.medium,
       t.title,
       t.published_year,
       (
           SELECT c.sort_name
           FROM catalogue.title_contributor AS tc
           JOIN catalogue.contributor AS c USING (contributor_id)
           WHERE tc.title_id = t.title_id AND tc.contribution = 'author'
           ORDER BY tc.place
           LIMIT 1
       ) AS author
FROM catalogue.title AS t;

COMMENT ON VIEW catalogue.quick_entry IS
    'For the donation box: INSERT a line with ISBN, title and author as filed, and the rest is done by a trigger.';
