-- The ISBNs are made up; only their check digits are right.

INSERT INTO catalogue.publisher (name, city)
VALUES ('Breakwater Press', 'Plymouth'), ('Éditions du Phare', 'Brest')
ON CONFLICT ON CONSTRAINT publisher_name_key DO NOTHING;

INSERT INTO catalogue.title (
    title_id, isbn, medium, title, subtitle, edition, language_code, publisher_id, published_year, class_code,
    audience_from, attributes
)
SELECT t.title_id, t.isbn, t.medium::catalogue.medium, t.title, t.subtitle, t.edition, t.language_code,
       p.publisher_id, t.published_year, t.class_code, t.audience_from, t.attributes::jsonb
FROM (
    VALUES
        (1, '9780000000484', 'book', 'Moby-Dick', 'or, The Whale',
         1, 'eng', 'Breakwater Press', 1993, '823', 0, '{}'),
        (2, '9780000000859', 'book', 'The Odyssey', NULL,
         2, 'eng', 'Breakwater Press', 2001, '891', 0, '{}'),
        (3, '9780000001221', 'book', 'Vingt mille lieues sous les mers', NULL,
         NULL, 'fre', 'Éditions du Phare', 2012, '843', 0, '{}'),
        (4, '9780000001597', 'book', 'Lalka', NULL,
         NULL, 'pol', NULL, 1998, '891', 0, '{}'),
        (5, '9780000001962', 'book', 'Birds of the Breton Coast', 'A Field Guide',
         3, 'eng', 'Éditions du Phare', 2019, '598', 0, '{"illustrated": true}'),
        (6, '9780000002334', 'book', 'What? Soup Again!', 'Eighty recipes; some without onions',
         1, 'eng', 'Breakwater Press', 2022, '641', 0, '{"illustrated": true}'),
        (7, NULL, 'map', 'Brest and the Crozon Peninsula', NULL,
         5, 'fre', 'Éditions du Phare', 2023, '914', 0, '{"scale": "1:25000"}'),
        (8, NULL, 'dvd', 'Nosferatu', 'Eine Symphonie des Grauens',
         NULL, 'ger', NULL, 1922, '800', 12, '{"minutes": 94, "subtitles": ["eng", "fre"]}'),
        (9, '9780000002709', 'audiobook', 'The Odyssey', NULL,
         NULL, 'eng', 'Breakwater Press', 2014, '891', 0, '{"minutes": 690}'),
        (10, NULL, 'periodical', 'The Harbour Gazette', NULL,
         NULL, 'eng', NULL, 1987, '000', 0, '{}'),
        (11, NULL, 'tool', 'Telescope', '150 mm reflector, with tripod',
         NULL, 'und', NULL, NULL, '520', 10, '{"weight_kg": 9.5}'),
        (12, '9780000003072', 'book', 'It', NULL,
         NULL, 'eng', NULL, 1986, '823', 16, '{}')
) AS t (title_id, isbn, medium, title, subtitle, edition, language_code, publisher, published_year, class_code,
        audience_from, attributes)
LEFT JOIN catalogue.publisher AS p ON p.name = t.publisher
ON CONFLICT (title_id) DO NOTHING;

-- The numbers above were given by hand; the next one comes after them.
SELECT setval(pg_get_serial_sequence('catalogue.title', 'title_id'), (SELECT max(title_id) FROM catalogue.title));

INSERT INTO catalogue.contributor (contributor_id, sort_name, display_name, born_year, died_year)
VALUES
    (1, 'Melville, Herman', 'Herman Melville', 1819, 1891),
    (2, 'Homer', 'Homer', NULL, NULL),
    (3, 'Verne, Jules', 'Jules Verne', 1828, 1905),
    (4, 'Prus, Bolesław', 'Bolesław Prus', 1847, 1912),
    (5, 'Kerbrat, Soazig', 'Soazig Kerbrat', 1971, NULL),
    (6, 'Murnau, F. W.', 'F. W. Murnau', 1888, 1931),
    (7, 'O''Hara, Maeve', 'Maeve O''Hara', 1980, NULL),
    (8, 'King, Stephen', 'Stephen King', 1947, NULL)
ON CONFLICT (contributor_id) DO NOTHING;

SELECT setval(
    pg_get_serial_sequence('catalogue.contributor', 'contributor_id'),
    (SELECT max(contributor_id) FROM catalogue.contributor)
);

INSERT INTO catalogue.title_contributor (title_id, contributor_id, contribution, place)
VALUES
    (1, 1, 'author', 1),
    (2, 2, 'author', 1),
    (3, 3, 'author', 1),
    (4, 4, 'author', 1),
    (5, 5, 'author', 1),
    (5, 7, 'illustrator', 2),
    (6, 7, 'author', 1),
    (8, 6, 'author', 1),
    (9, 2, 'author', 1),
    (9, 7, 'narrator', 2),
    (12, 8, 'author', 1)
ON CONFLICT (title_id, contributor_id, contribution) DO NOTHING;

INSERT INTO catalogue.serial_issue (title_id, volume, issue_no, cover_date, expected_on, arrived_on)
VALUES
    (10, 39, 1, '2026-01-01', '2026-01-05', '2026-01-07'),
    (10, 39, 2, '2026-02-01', '2026-02-05', '2026-02-04'),
    (10, NULL, NULL, '2026-02-15', '2026-02-15', NULL)
ON CONFLICT ON CONSTRAINT serial_issue_key DO NOTHING;

SELECT catalogue.import_subjects($json$[
    {"heading": "Cookery", "use": "Cooking"},
    {"heading": "Cooking"},
    {"heading": "Birds -- Identification"},
    {"heading": "Whales; whaling"},
    {"heading": "Astronomy -- Amateurs' manuals"}
]$json$);

INSERT INTO catalogue.title_subject (title_id, subject_id)
SELECT t.title_id, s.subject_id
FROM (VALUES (1, 'Whales; whaling'), (5, 'Birds -- Identification'), (6, 'Cooking')) AS t (title_id, heading)
JOIN catalogue.subject AS s USING (heading)
ON CONFLICT DO NOTHING;
