CREATE FUNCTION catalogue.sort_title(title text) RETURNS text
    LANGUAGE sql
    IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(btrim(regexp_replace(
        regexp_replace(title, '^\s*(the|an?|le|la|les|l''|der|die|das)(\s+|(?<=''))', '', 'i'),
        '[^[:alnum:]]+', ' ', 'g'
    )));

COMMENT ON FUNCTION catalogue.sort_title(text) IS
    'A title as it is filed: without its first article, in lower case, punctuation as one space.';
