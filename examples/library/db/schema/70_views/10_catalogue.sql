CREATE VIEW catalogue.copy_availability AS
SELECT c.copy_id,
       c.title_id,
       c.branch_id,
       c.barcode,
       c.shelf_code,
       CASE
           WHEN l.loan_id IS NOT NULL THEN 'on loan'
           WHEN h.hold_id IS NOT NULL THEN 'kept for a member'
           WHEN c.condition = 'missing' THEN 'missing'
           WHEN NOT c.lendable THEN 'reference only'
           ELSE 'on the shelf'
       END AS whereabouts,
       l.due_on
FROM catalogue.copy AS c
LEFT JOIN circulation.loan AS l ON l.copy_id = c.copy_id AND l.returned_at IS NULL
LEFT JOIN circulation.hold AS h ON h.copy_id = c.copy_id AND h.status = 'ready'
WHERE c.withdrawn_on IS NULL;

COMMENT ON VIEW catalogue.copy_availability IS 'Where every copy is, but not with whom. Everybody may see it.';


CREATE RECURSIVE VIEW catalogue.classification_path (class_code, depth, path, captions) AS
    SELECT c.class_code, 1, ARRAY[c.class_code], c.caption
    FROM catalogue.classification AS c
    WHERE c.parent_code IS NULL
    UNION ALL
    SELECT c.class_code, p.depth + 1, p.path || c.class_code, p.captions || ' > ' || c.caption
    FROM classification_path AS p
    JOIN catalogue.classification AS c ON c.parent_code = p.class_code;

COMMENT ON VIEW catalogue.classification_path IS
    'Each class with everything above it, "Science > Animals > Birds".';


CREATE VIEW catalogue.possible_duplicate AS
SELECT one.title_id, other.title_id AS other_title_id, one.title, other.title AS other_title
FROM catalogue.title AS one
JOIN catalogue.title AS other
  ON one.title OPERATOR(catalogue.=~=) other.title
 AND one.medium = other.medium
 AND one.edition IS NOT DISTINCT FROM other.edition
 AND one.language_code = other.language_code
WHERE one.title_id < other.title_id;

COMMENT ON VIEW catalogue.possible_duplicate IS 'Titles that were perhaps catalogued twice; somebody has to look.';
