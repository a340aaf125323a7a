-- Prose can do without "it" and "and"; titles cannot: "It" and "And Then There Were None" would hardly
-- be found. So this is the English configuration with a stemmer that has no stop words.
CREATE TEXT SEARCH DICTIONARY catalogue.english_stem_all (
    TEMPLATE = pg_catalog.snowball,
    Language = 'english'
);

CREATE TEXT SEARCH CONFIGURATION catalogue.title_english (COPY = pg_catalog.english);

ALTER TEXT SEARCH CONFIGURATION catalogue.title_english
    ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part
    WITH catalogue.english_stem_all;

ALTER TEXT SEARCH CONFIGURATION catalogue.title_english
    DROP MAPPING FOR email, url, url_path, host;

COMMENT ON TEXT SEARCH DICTIONARY catalogue.english_stem_all IS
    'English stems, and no word is too common to count.';
COMMENT ON TEXT SEARCH CONFIGURATION catalogue.title_english IS
    'For titles and subtitles, where stop words matter.';
