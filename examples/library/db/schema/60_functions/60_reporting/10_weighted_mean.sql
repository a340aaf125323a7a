CREATE FUNCTION reporting.weighted_mean_add(state numeric[], value numeric, weight numeric) RETURNS numeric[]
    LANGUAGE sql
    IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN value IS NULL OR weight IS NULL THEN state
        ELSE ARRAY[state[1] + value * weight, state[2] + weight]
    END;

CREATE FUNCTION reporting.weighted_mean_combine(one numeric[], other numeric[]) RETURNS numeric[]
    LANGUAGE sql
    IMMUTABLE STRICT PARALLEL SAFE
    RETURN ARRAY[one[1] + other[1], one[2] + other[2]];

CREATE FUNCTION reporting.weighted_mean_result(state numeric[]) RETURNS numeric
    LANGUAGE sql
    IMMUTABLE STRICT PARALLEL SAFE
    RETURN state[1] / nullif(state[2], 0);

CREATE AGGREGATE reporting.weighted_mean(value numeric, weight numeric) (
    SFUNC = reporting.weighted_mean_add,
    STYPE = numeric[],
    FINALFUNC = reporting.weighted_mean_result,
    COMBINEFUNC = reporting.weighted_mean_combine,
    INITCOND = '{0,0}',
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE reporting.weighted_mean(numeric, numeric) IS
    'Mean of values by weight, e.g. days out weighted by loans; NULL without any weight.';
