-- Household and head refer to each other: one statement writes both, and the constraints are looked at when it
-- is done.
WITH new_household AS (
    INSERT INTO membership.household (household_id, head_member_id, address)
    VALUES (1, 1, ROW('7 Mill Lane', '29200', 'Brest', NULL))
    ON CONFLICT (household_id) DO NOTHING
)
INSERT INTO membership.member (
    member_id, member_number, given_name, family_name, email, born_on, category_code, home_branch_id, household_id,
    guardian_id, joined_on, expires_on
)
SELECT m.member_id, m.member_number, m.given_name, m.family_name, m.email, m.born_on::date, m.category_code,
       b.branch_id, m.household_id, m.guardian_id, m.joined_on::date, '2031-12-31'::date
FROM (
    VALUES
        (1, 200001, 'Jeanne',  'Kervella', 'jeanne@example.org',
         '1984-03-15', 'adult',   'MAIN', 1, NULL, '2015-01-10'),
        (2, 200002, 'Malo',    'Kervella', NULL,
         '2016-08-02', 'child',   'MAIN', 1, 1,    '2022-09-14'),
        (3, 200003, 'Ingrid',  'Sørensen', 'Ingrid@example.org',
         '1951-12-24', 'adult',   'HARB', NULL, NULL, '2018-05-02'),
        (4, 200004, 'Samuel',  'Adeyemi',  'sam.a@example.com',
         '2004-06-30', 'student', 'HILL', NULL, NULL, '2023-10-03'),
        (5, 200005, 'Primary', 'School "Les Goélands"', 'office@school.example',
         '1990-01-01', 'school', 'HARB', NULL, NULL, '2020-02-03')
) AS m (member_id, member_number, given_name, family_name, email, born_on, category_code, branch_code, household_id,
        guardian_id, joined_on)
JOIN org.branch AS b ON b.code = m.branch_code
ON CONFLICT (member_id) DO NOTHING;

SELECT setval(pg_get_serial_sequence('membership.member', 'member_id'), max(member_id)),
       setval('membership.member_number', max(member_number))
FROM membership.member;

SELECT setval(pg_get_serial_sequence('membership.household', 'household_id'), max(household_id))
FROM membership.household;

INSERT INTO membership.card (barcode, member_id, issued_at, revoked_at, revoked_because)
VALUES
    ('20000000200001', 1, '2015-01-10 10:00+01', '2024-06-01 12:00+02', 'lost; found in the river'),
    ('20000000300001', 1, '2024-06-01 12:05+02', NULL, NULL),
    ('20000000200002', 2, '2022-09-14 15:30+02', NULL, NULL),
    ('20000000200003', 3, '2018-05-02 11:00+02', NULL, NULL),
    ('20000000200004', 4, '2023-10-03 17:45+02', NULL, NULL),
    ('20000000200005', 5, '2020-02-03 09:30+01', NULL, NULL)
ON CONFLICT (barcode) DO NOTHING;

INSERT INTO membership.member_note (member_id, written_by, body, confidential)
SELECT 3, 3, 'Large print, please; comes on Thursdays -- ring if the boat is late.', false
WHERE NOT EXISTS (SELECT FROM membership.member_note WHERE member_id = 3);

-- Its exclusion constraint is deferrable, and ON CONFLICT works with none that is.
INSERT INTO membership.suspension (member_id, during, reason, decided_by)
SELECT 4, '[2024-11-01,2024-12-01)', 'Third lost DVD', 1
WHERE NOT EXISTS (SELECT FROM membership.suspension WHERE member_id = 4);
