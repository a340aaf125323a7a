CREATE FUNCTION catalogue.is_same_title(one text, other text) RETURNS boolean
    LANGUAGE sql
    IMMUTABLE STRICT PARALLEL SAFE
    RETURN catalogue.sort_title(one) = catalogue.sort_title(other);

CREATE FUNCTION catalogue.is_other_title(one text, other text) RETURNS boolean
    LANGUAGE sql
    IMMUTABLE STRICT PARALLEL SAFE
    RETURN catalogue.sort_title(one) <> catalogue.sort_title(other);

CREATE OPERATOR catalogue.=~= (
    LEFTARG = text,
    RIGHTARG = text,
    FUNCTION = catalogue.is_same_title,
    COMMUTATOR = OPERATOR(catalogue.=~=),
    NEGATOR = OPERATOR(catalogue.<~>),
    RESTRICT = eqsel,
    JOIN = eqjoinsel
);

CREATE OPERATOR catalogue.<~> (
    LEFTARG = text,
    RIGHTARG = text,
    FUNCTION = catalogue.is_other_title,
    COMMUTATOR = OPERATOR(catalogue.<~>),
    NEGATOR = OPERATOR(catalogue.=~=),
    RESTRICT = neqsel,
    JOIN = neqjoinsel
);

COMMENT ON OPERATOR catalogue.=~= (text, text) IS 'The same title but for articles, case and punctuation.';
COMMENT ON OPERATOR catalogue.<~> (text, text) IS 'Not the same title, whatever the punctuation.';
