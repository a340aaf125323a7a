INSERT INTO catalogue.copy (title_id, barcode, branch_id, shelf_code, condition, lendable, price, acquired_on)
SELECT c.title_id, c.barcode, b.branch_id, c.shelf_code, c.condition::catalogue.copy_condition,
       c.lendable, c.price, c.acquired_on::date
FROM (
    VALUES
        (1,  '30000000000011', 'MAIN', 'F2', 'worn', true,  18.50, '1994-02-01'),
        (1,  '30000000000012', 'HARB', 'F2', 'good', true,  21.00, '2016-07-19'),
        (2,  '30000000000021', 'MAIN', 'F1', 'good', true,  16.00, '2002-03-11'),
        (3,  '30000000000031', 'MAIN', 'F2', 'good', true,  14.90, '2012-11-05'),
        (3,  '30000000000032', 'HILL', 'F2', 'new',  true,  14.90, '2025-01-20'),
        (4,  '30000000000041', 'MAIN', 'F2', 'worn', true,  NULL,  '2005-05-30'),
        (5,  '30000000000051', 'MAIN', 'N5', 'good', true,  32.00, '2019-06-03'),
        (5,  '30000000000052', 'HILL', 'N5', 'good', false, 32.00, '2019-06-03'),
        (6,  '30000000000061', 'HARB', 'N5', 'new',  true,  27.50, '2022-12-01'),
        (7,  '30000000000071', 'MAIN', 'N9', 'good', true,  13.50, '2023-04-12'),
        (8,  '30000000000081', 'MAIN', 'AV', 'good', true,  19.99, '2010-10-29'),
        (9,  '30000000000091', 'HARB', 'AV', 'good', true,  35.00, '2015-02-17'),
        (11, '30000000000111', 'MAIN', NULL, 'good', true, 310.00, '2025-03-21'),
        (12, '30000000000121', 'MAIN', 'F1', 'worn', true,   9.99, '1999-01-08')
) AS c (title_id, barcode, branch_code, shelf_code, condition, lendable, price, acquired_on)
JOIN org.branch AS b ON b.code = c.branch_code
ORDER BY c.barcode
ON CONFLICT (barcode) DO NOTHING;

INSERT INTO catalogue.copy_note (copy_id, written_at, written_by, body)
SELECT c.copy_id, '2026-02-10 16:20+01', 3, E'Coffee on p. 135;\n"not me", says everybody.'
FROM catalogue.copy AS c
WHERE c.barcode = '30000000000012'
  AND NOT EXISTS (SELECT FROM catalogue.copy_note AS n WHERE n.copy_id = c.copy_id);
