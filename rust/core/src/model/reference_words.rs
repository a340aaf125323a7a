//! Words that say what stands beside them in a query.

use super::catalog::needs_quotes;

/// What ends the relations after `FROM`.
pub(crate) fn ends_from(word: &str) -> bool {
    matches!(
        word,
        "where"
            | "group"
            | "having"
            | "order"
            | "limit"
            | "offset"
            | "fetch"
            | "window"
            | "union"
            | "intersect"
            | "except"
            | "returning"
            | "set"
            | "select"
    )
}

pub(crate) fn is_sequence_function(name: &str) -> bool {
    matches!(name, "nextval" | "currval" | "setval")
}

/// Whether the first one of several arguments of a function can be a text search configuration.
pub(crate) fn searches(name: &str) -> bool {
    matches!(
        name,
        "to_tsvector"
            | "to_tsquery"
            | "plainto_tsquery"
            | "phraseto_tsquery"
            | "websearch_to_tsquery"
            | "ts_headline"
            | "json_to_tsvector"
            | "jsonb_to_tsvector"
    )
}

/// Whether a word of the grammar that a parenthesis follows is no routine.
pub(crate) fn is_no_routine(word: &str) -> bool {
    match word {
        "left" | "right" | "overlaps" => false,
        "cube" | "filter" | "json_table" | "over" | "rollup" | "sets" | "values" | "within" | "xmltable" => {
            true
        }
        word => needs_quotes(word),
    }
}

/// Whether the grammar has a name for a type.
pub(crate) fn is_grammar_type(word: &str) -> bool {
    matches!(
        word,
        "int"
            | "integer"
            | "smallint"
            | "bigint"
            | "real"
            | "float"
            | "double"
            | "decimal"
            | "dec"
            | "numeric"
            | "boolean"
            | "bit"
            | "character"
            | "char"
            | "nchar"
            | "national"
            | "varchar"
            | "time"
            | "timestamp"
            | "interval"
            | "json"
            | "setof"
    )
}
