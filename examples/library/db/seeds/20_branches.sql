INSERT INTO org.branch (code, name, address, phone, opened_on)
VALUES
    ('MAIN', 'Central Library', ROW('1 Market Square', '29200', 'Brest', 'FR'), '+33 2 00 00 01 00', '1974-09-02'),
    ('HARB', 'Harbour Branch', ROW('12, quai de l''Est', '29200', 'Brest', 'FR'), '+33 2 00 00 02 00', '1998-05-11'),
    ('HILL', 'Hillside Branch', ROW('40 Hill Road', '29280', 'Plouzané', NULL), NULL, '2011-10-01')
ON CONFLICT (code) DO UPDATE SET name = excluded.name, address = excluded.address, phone = excluded.phone;

INSERT INTO org.opening_hours (branch_id, weekday, hours, self_service)
SELECT b.branch_id, d.weekday, h.hours::org.time_range, h.self_service
FROM org.branch AS b
JOIN (
    VALUES
        ('MAIN', 2, 6, '[09:00,19:00)', false),
        ('MAIN', 1, 7, '[07:00,09:00)', true),
        ('HARB', 2, 5, '[09:30,12:30)', false),
        ('HARB', 2, 5, '[14:00,18:00)', false),
        ('HILL', 3, 3, '[14:00,18:30)', false),
        ('HILL', 6, 6, '[10:00,16:00)', false)
) AS h (code, first_day, last_day, hours, self_service) USING (code)
CROSS JOIN LATERAL generate_series(h.first_day, h.last_day) AS d (weekday)
ON CONFLICT ON CONSTRAINT opening_hours_pkey DO NOTHING;

-- An exclusion constraint can be the reason for DO NOTHING as well.
INSERT INTO org.closure (branch_id, closed_during, reason)
VALUES
    (NULL, '[2025-12-24,2025-12-27)', 'Christmas'),
    (NULL, '[2026-05-01,2026-05-02)', 'Labour Day'),
    (
        (SELECT branch_id FROM org.branch WHERE code = 'HARB'),
        '[2026-08-03,2026-08-22)',
        'New windows; "quiet please" does not apply'
    )
ON CONFLICT ON CONSTRAINT closure_once DO NOTHING;

INSERT INTO org.shelf (branch_id, shelf_code, floor, label)
SELECT b.branch_id, s.shelf_code, s.floor, s.label
FROM org.branch AS b
CROSS JOIN (
    VALUES
        ('F1', 0, 'Fiction A–L'),
        ('F2', 0, 'Fiction M–Z'),
        ('N5', 1, 'Science'),
        ('N9', 1, 'History & travel'),
        ('AV', 0, 'Film and sound')
) AS s (shelf_code, floor, label)
ON CONFLICT DO NOTHING;

INSERT INTO org.staff (staff_id, branch_id, manager_id, full_name, job_title, login, hired_on)
SELECT s.staff_id, b.branch_id, s.manager_id, s.full_name, s.job_title, s.login, s.hired_on::date
FROM (
    VALUES
        (1, 'MAIN', NULL, 'Nolwenn Le Gall', 'Head of the library', NULL, '2009-03-01'),
        (2, 'MAIN', 1, 'Tomasz Wójcik', 'Cataloguer', 'tomasz', '2015-09-01'),
        (3, 'HARB', 1, 'Aïcha Benali', 'Branch librarian', 'aicha', '2018-01-15'),
        (4, 'HILL', 3, 'Peter O''Brien', 'Library assistant', NULL, '2021-06-01')
) AS s (staff_id, code, manager_id, full_name, job_title, login, hired_on)
JOIN org.branch AS b USING (code)
ON CONFLICT (staff_id) DO NOTHING;

INSERT INTO org.room (branch_id, name, seats, has_projector)
SELECT b.branch_id, r.name, r.seats, r.has_projector
FROM org.branch AS b
JOIN (VALUES ('MAIN', 'Attic', 12, true), ('MAIN', 'Cabinet', 4, false), ('HARB', 'Lighthouse', 6, false))
    AS r (code, name, seats, has_projector) USING (code)
ORDER BY r.name
ON CONFLICT (branch_id, name) DO NOTHING;
