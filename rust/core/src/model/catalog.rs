//! What PostgreSQL has of itself, by name.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

const CATALOG: &str = include_str!("../../../../python/confiture/_pure/catalog.txt");

/// The names that PostgreSQL's own schema has.
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    pub(crate) types: HashSet<&'static str>,
    pub(crate) relations: HashSet<&'static str>,
    pub(crate) routines: HashSet<&'static str>,
    /// The operator class that a key of an index has by default, by access method and type.
    pub(crate) classes: HashMap<(&'static str, &'static str), &'static str>,
    /// How values of a type are stored by default.
    pub(crate) storages: HashMap<&'static str, &'static str>,
}

/// The names, read when they are first needed.
pub(crate) fn catalog() -> &'static Catalog {
    static NAMES: OnceLock<Catalog> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = Catalog::default();
        for line in CATALOG.lines() {
            let Some((kind, listed)) = line.split_once(" | ") else { continue };
            let mut words = listed.split_whitespace();
            let found = match kind {
                "type" => &mut names.types,
                "relation" => &mut names.relations,
                "routine" => &mut names.routines,
                "class" => {
                    let (Some(method), Some(class)) = (words.next(), words.next()) else { continue };
                    names.classes.extend(words.map(|found| ((method, found), class)));
                    continue;
                }
                "storage" => {
                    let Some(storage) = words.next() else { continue };
                    names.storages.extend(words.map(|found| (found, storage)));
                    continue;
                }
                _ => continue,
            };
            found.extend(words);
        }
        names
    })
}

/// Whether a schema is PostgreSQL's own.
pub(crate) fn is_system_schema(name: &str) -> bool {
    matches!(name, "pg_catalog" | "information_schema" | "pg_toast")
}

/// Whether a keyword can be no name of a column, table or type.
pub(crate) fn is_reserved(word: &str) -> bool {
    matches!(
        word,
        "all"
            | "analyse"
            | "analyze"
            | "and"
            | "any"
            | "array"
            | "as"
            | "asc"
            | "asymmetric"
            | "both"
            | "case"
            | "cast"
            | "check"
            | "collate"
            | "column"
            | "constraint"
            | "create"
            | "current_catalog"
            | "current_date"
            | "current_role"
            | "current_time"
            | "current_timestamp"
            | "current_user"
            | "default"
            | "deferrable"
            | "desc"
            | "distinct"
            | "do"
            | "else"
            | "end"
            | "except"
            | "false"
            | "fetch"
            | "for"
            | "foreign"
            | "from"
            | "grant"
            | "group"
            | "having"
            | "in"
            | "initially"
            | "intersect"
            | "into"
            | "lateral"
            | "leading"
            | "limit"
            | "localtime"
            | "localtimestamp"
            | "not"
            | "null"
            | "offset"
            | "on"
            | "only"
            | "or"
            | "order"
            | "placing"
            | "primary"
            | "references"
            | "returning"
            | "select"
            | "session_user"
            | "some"
            | "symmetric"
            | "system_user"
            | "table"
            | "then"
            | "to"
            | "trailing"
            | "true"
            | "union"
            | "unique"
            | "user"
            | "using"
            | "variadic"
            | "when"
            | "where"
            | "window"
            | "with"
    )
}

/// Whether a keyword is no name without quotes: `pg_get_keywords()` of PostgreSQL 18 does not call it unreserved.
pub(crate) fn needs_quotes(word: &str) -> bool {
    is_reserved(word)
        || matches!(
            word,
            "authorization"
                | "between"
                | "bigint"
                | "binary"
                | "bit"
                | "boolean"
                | "char"
                | "character"
                | "coalesce"
                | "collation"
                | "concurrently"
                | "cross"
                | "current_schema"
                | "dec"
                | "decimal"
                | "exists"
                | "extract"
                | "float"
                | "freeze"
                | "full"
                | "greatest"
                | "grouping"
                | "ilike"
                | "inner"
                | "inout"
                | "int"
                | "integer"
                | "interval"
                | "is"
                | "isnull"
                | "join"
                | "json"
                | "json_array"
                | "json_arrayagg"
                | "json_exists"
                | "json_object"
                | "json_objectagg"
                | "json_query"
                | "json_scalar"
                | "json_serialize"
                | "json_table"
                | "json_value"
                | "least"
                | "left"
                | "like"
                | "merge_action"
                | "national"
                | "natural"
                | "nchar"
                | "none"
                | "normalize"
                | "notnull"
                | "nullif"
                | "numeric"
                | "out"
                | "outer"
                | "overlaps"
                | "overlay"
                | "position"
                | "precision"
                | "real"
                | "right"
                | "row"
                | "setof"
                | "similar"
                | "smallint"
                | "substring"
                | "tablesample"
                | "time"
                | "timestamp"
                | "treat"
                | "trim"
                | "values"
                | "varchar"
                | "verbose"
                | "xmlattributes"
                | "xmlconcat"
                | "xmlelement"
                | "xmlexists"
                | "xmlforest"
                | "xmlnamespaces"
                | "xmlparse"
                | "xmlpi"
                | "xmlroot"
                | "xmlserialize"
                | "xmltable"
        )
}
