INSERT INTO acquisition.supplier (supplier_id, name, vat_number, address, orders_email, discount_percent)
VALUES
    (1, 'Librairie des Embruns', 'FR00000000001', ROW('3 rue Haute', '29200', 'Brest', 'FR'),
        'orders@embruns.example', 5),
    (2, 'Northern Library Supply Ltd', NULL, ROW('Unit 8', 'LS1 1AA', 'Leeds', 'GB'),
        'sales@nls.example', 22.5)
ON CONFLICT (supplier_id) DO NOTHING;

SELECT setval(
    pg_get_serial_sequence('acquisition.supplier', 'supplier_id'),
    (SELECT max(supplier_id) FROM acquisition.supplier)
);

-- A table with a rule on UPDATE takes no ON CONFLICT clause.
INSERT INTO acquisition.budget (fund_code, fiscal_year, caption, allocated)
SELECT b.fund_code, b.fiscal_year, b.caption, b.allocated
FROM (
    VALUES
        ('FICTION', 2026, 'Fiction for adults', 12000.00),
        ('CHILDREN', 2026, 'Children and young people', 9000.00),
        ('AUDIO-VISUAL', 2026, 'Film and sound', 4000.00)
) AS b (fund_code, fiscal_year, caption, allocated)
WHERE NOT EXISTS (
    SELECT FROM acquisition.budget AS known
    WHERE (known.fund_code, known.fiscal_year) = (b.fund_code, b.fiscal_year)
);

WITH new_order AS (
    INSERT INTO acquisition.purchase_order (supplier_id, branch_id, status, ordered_by, created_at, sent_at)
    SELECT 1, b.branch_id, 'sent', 2, '2026-02-16 09:00+01', '2026-02-16 11:30+01'
    FROM org.branch AS b
    WHERE b.code = 'MAIN'
      AND NOT EXISTS (SELECT FROM acquisition.purchase_order WHERE created_at = '2026-02-16 09:00+01')
    RETURNING order_id
)
INSERT INTO acquisition.order_line (order_id, line_no, title_id, fund_code, fiscal_year, quantity, unit_price)
SELECT o.order_id, l.line_no, l.title_id, l.fund_code, l.fiscal_year, l.quantity, l.unit_price
FROM new_order AS o
CROSS JOIN (
    VALUES (1, 2, 'FICTION', 2026, 2, 15.20), (2, 6, NULL, NULL, 1, 26.10)
) AS l (line_no, title_id, fund_code, fiscal_year, quantity, unit_price);

-- One of the two copies of the first line has been unpacked.
SELECT copy_id, barcode
FROM acquisition.order_line AS l
CROSS JOIN LATERAL acquisition.receive_copies(l.order_id, l.line_no, '30000000000022') AS received
WHERE l.line_no = 1 AND l.title_id = 2 AND l.received = 0;
