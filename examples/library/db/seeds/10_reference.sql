-- Reference data. Running the seeds again brings these rows back to what is written here.

INSERT INTO catalogue.language (language_code, name)
VALUES
    ('und', 'Undetermined'),
    ('eng', 'English'),
    ('fre', 'French'),
    ('ger', 'German'),
    ('pol', 'Polish'),
    ('bre', 'Breton')
ON CONFLICT (language_code) DO UPDATE SET name = excluded.name;

INSERT INTO membership.category (category_code, name, max_loans, max_holds, yearly_fee, age_from, age_to)
VALUES
    ('adult',   'Adults',                  20, 8, 24.00, 18, NULL),
    ('student', 'Students and apprentices', 20, 8, 12.00, 16, 30),
    ('child',   'Children',                10, 4,  0.00,  0, 14),
    ('school',  'Schools',                 60, 20, 0.00,  0, NULL)
ON CONFLICT (category_code) DO UPDATE
    SET name = excluded.name,
        max_loans = excluded.max_loans,
        max_holds = excluded.max_holds,
        yearly_fee = excluded.yearly_fee,
        age_from = excluded.age_from,
        age_to = excluded.age_to;

INSERT INTO membership.lending_rule (category_code, medium, loan_days, max_renewals, fine_per_day, fine_cap)
VALUES
    ('adult',   'book',       21, 2, 0.20,  6.00),
    ('adult',   'audiobook',  21, 2, 0.20,  6.00),
    ('adult',   'periodical',  7, 0, 0.20,  3.00),
    ('adult',   'dvd',         7, 1, 0.50, 10.00),
    ('adult',   'game',       14, 1, 0.50, 10.00),
    ('adult',   'map',        21, 2, 0.20,  6.00),
    ('adult',   'tool',        4, 0, 2.00, 40.00),
    ('student', 'book',       28, 3, 0.10,  4.00),
    ('student', 'audiobook',  28, 3, 0.10,  4.00),
    ('student', 'periodical',  7, 0, 0.10,  2.00),
    ('student', 'dvd',         7, 1, 0.50, 10.00),
    ('child',   'book',       28, 3, 0.00,  0.00),
    ('child',   'audiobook',  28, 3, 0.00,  0.00),
    ('child',   'dvd',         7, 1, 0.10,  2.00),
    ('child',   'game',       14, 1, 0.10,  2.00),
    ('school',  'book',       60, 2, 0.00,  0.00)
ON CONFLICT (category_code, medium) DO UPDATE
    SET (loan_days, max_renewals, fine_per_day, fine_cap)
        = (excluded.loan_days, excluded.max_renewals, excluded.fine_per_day, excluded.fine_cap);
