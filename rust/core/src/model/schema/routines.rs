//! Routines, and what calls them by itself: triggers. Policies and rules, which belong to tables too.

use serde::Serialize;

use super::parts::{QualifiedName, Setting, Text, has_none, is_false, is_origin, is_true, schema_object};

/// An argument of a routine or an aggregate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Argument<'a> {
    /// Its name, without quotes; None if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// `in`, `out`, `inout`, `variadic` or `table`.
    #[serde(skip_serializing_if = "is_in")]
    pub mode: &'static str,
    /// Its type as PostgreSQL spells it, as a column's without its modifiers.
    pub r#type: Text,
    /// The expression of its default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<&'a str>,
}

schema_object! {
    /// A function or a procedure.
    Routine {
        /// Whether it is a procedure.
        #[serde(skip_serializing_if = "is_false")]
        pub is_procedure: bool,
        /// Its arguments, those that it returns included.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub arguments: Vec<Argument<'a>>,
        /// The type it returns, as a column's; None for a procedure, and `record` where its arguments say what
        /// it returns.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub returns: Option<Text>,
        /// Whether it returns any number of rows.
        #[serde(skip_serializing_if = "is_false")]
        pub returns_set: bool,
        /// Its language, in lower case unless it was quoted otherwise.
        #[serde(skip_serializing_if = "is_sql")]
        pub language: &'a str,
        /// Its body: of the languages `sql` and `plpgsql` without comments and white space, as
        /// `docs/statements.md` has it; of others as it is.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub body: Option<&'a str>,
        /// The object file of a C function, if it has one; `body` is then the symbol in it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub library: Option<&'a str>,
        /// The body of a function that has it as statements: `begin atomic … end` or `return …`.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub sql_body: Option<&'a str>,
        /// `volatile`, `stable` or `immutable`.
        #[serde(skip_serializing_if = "is_volatile")]
        pub volatility: &'static str,
        /// Whether it returns null on null input.
        #[serde(skip_serializing_if = "is_false")]
        pub is_strict: bool,
        /// Whether it runs as its owner.
        #[serde(skip_serializing_if = "is_false")]
        pub is_security_definer: bool,
        /// Whether it tells nothing of its arguments.
        #[serde(skip_serializing_if = "is_false")]
        pub is_leakproof: bool,
        /// Whether it is a window function.
        #[serde(skip_serializing_if = "is_false")]
        pub is_window: bool,
        /// `unsafe`, `restricted` or `safe`.
        #[serde(skip_serializing_if = "is_unsafe")]
        pub parallel: &'a str,
        /// Its cost as written, if the text says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub cost: Option<&'a str>,
        /// The rows it returns as written, if the text says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub rows: Option<&'a str>,
        /// Its planner support function, as written.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub support: Option<&'a str>,
        /// The types that `TRANSFORM FOR TYPE` names.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub transforms: Vec<Text>,
        /// What it runs with, by name.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub settings: Vec<Setting<'a>>,
        /// Extensions that it goes away with.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub depends_on: Vec<Text>,
    }
}

schema_object! {
    /// An aggregate.
    Aggregate {
        /// Its arguments; of an ordered-set aggregate the direct ones.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub arguments: Vec<Argument<'a>>,
        /// What an ordered-set aggregate sorts by; None for any other.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub ordered_arguments: Option<Vec<Argument<'a>>>,
        /// What it is defined by, such as `sfunc`, by name.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub options: Vec<Setting<'a>>,
    }
}

schema_object! {
    /// A trigger; its schema is that of its table.
    Trigger {
        /// The table or view.
        pub table: &'a str,
        /// `before`, `after` or `instead of`.
        pub timing: &'static str,
        /// `insert`, `update`, `delete`, `truncate` in this order.
        pub events: &'a [&'static str],
        /// The columns that `UPDATE OF` names.
        #[serde(skip_serializing_if = "has_none")]
        pub update_columns: &'a [Text],
        /// Whether it runs once a row; otherwise once a statement.
        #[serde(skip_serializing_if = "is_false")]
        pub is_for_each_row: bool,
        /// Its condition.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub when: Option<&'a str>,
        /// The function that it calls.
        pub function: QualifiedName<'a>,
        /// What it gives to it.
        #[serde(skip_serializing_if = "has_none")]
        pub arguments: &'a [Text],
        /// Whether it is a constraint trigger.
        #[serde(skip_serializing_if = "is_false")]
        pub is_constraint: bool,
        /// The table that a constraint trigger is about besides.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub references: Option<QualifiedName<'a>>,
        /// Whether it can run at the end of the transaction.
        #[serde(skip_serializing_if = "is_false")]
        pub is_deferrable: bool,
        /// Whether it does, unless told otherwise.
        #[serde(skip_serializing_if = "is_false")]
        pub is_deferred: bool,
        /// The name of the table of rows before.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub old_table: Option<&'a str>,
        /// The name of the table of rows after.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub new_table: Option<&'a str>,
        /// `origin`, `replica`, `always` or `disabled`.
        #[serde(skip_serializing_if = "is_origin")]
        pub enabled: &'static str,
        /// The partitioned table whose trigger this one is a part of.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub parent: Option<QualifiedName<'a>>,
        /// Extensions that it goes away with.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub depends_on: Vec<Text>,
    }
}

schema_object! {
    /// An event trigger.
    EventTrigger {
        /// The event, such as `ddl_command_end`.
        pub event: &'a str,
        /// The command tags that `WHEN TAG IN` names, as written.
        #[serde(skip_serializing_if = "has_none")]
        pub tags: &'a [Text],
        /// The function that it calls.
        pub function: QualifiedName<'a>,
        /// `origin`, `replica`, `always` or `disabled`.
        #[serde(skip_serializing_if = "is_origin")]
        pub enabled: &'static str,
    }
}

schema_object! {
    /// A row level security policy; its schema is that of its table.
    Policy {
        /// The table.
        pub table: &'a str,
        /// Whether it allows; otherwise it restricts.
        #[serde(skip_serializing_if = "is_true")]
        pub is_permissive: bool,
        /// `all`, `select`, `insert`, `update` or `delete`.
        #[serde(skip_serializing_if = "is_all")]
        pub command: &'static str,
        /// The roles it is for, by name; `public` for all.
        #[serde(skip_serializing_if = "is_public")]
        pub roles: &'a [Text],
        /// Which rows are seen.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub using: Option<&'a str>,
        /// Which rows may be written.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub check: Option<&'a str>,
    }
}

schema_object! {
    /// A rewrite rule; its schema is that of its table.
    Rule {
        /// The table or view.
        pub table: &'a str,
        /// `select`, `insert`, `update` or `delete`.
        pub event: &'static str,
        /// Whether it replaces the command.
        #[serde(skip_serializing_if = "is_false")]
        pub is_instead: bool,
        /// Its condition.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub condition: Option<&'a str>,
        /// Its commands; none for `NOTHING`.
        #[serde(skip_serializing_if = "has_none")]
        pub actions: &'a [Text],
        /// `origin`, `replica`, `always` or `disabled`.
        #[serde(skip_serializing_if = "is_origin")]
        pub enabled: &'static str,
    }
}

fn is_in(value: &str) -> bool {
    value == "in"
}

fn is_sql(value: &str) -> bool {
    value == "sql"
}

fn is_volatile(value: &str) -> bool {
    value == "volatile"
}

fn is_unsafe(value: &str) -> bool {
    value == "unsafe"
}

fn is_all(value: &str) -> bool {
    value == "all"
}

fn is_public(roles: &[Text]) -> bool {
    matches!(roles, [role] if role == "public")
}
