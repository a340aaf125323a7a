//! Tables with their columns and constraints, indexes, sequences and views.

#![expect(clippy::struct_excessive_bools, reason = "they are those of the catalogue")]

use std::borrow::Cow;

use serde::Serialize;

use super::parts::{
    Place, Privilege, QualifiedName, Setting, Text, has_none, is_false, is_one, is_permanent, is_true,
    schema_object,
};

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column<'a> {
    /// Its name, without quotes.
    pub name: &'a str,
    /// Its type as PostgreSQL spells it, such as `character varying(10)`; types that are not PostgreSQL's
    /// own with their schema.
    pub r#type: Text,
    /// Its collation, with its schema if that is not `pg_catalog`; None for its type's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collation: Option<&'a str>,
    /// Whether it refuses nulls, for whatever reason.
    #[serde(skip_serializing_if = "is_false")]
    pub is_not_null: bool,
    /// The expression of its default; that of `serial` is `nextval('s.t_c_seq'::regclass)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Cow<'a, str>>,
    /// `always` or `by default`; None if it is no identity column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<&'static str>,
    /// The expression that it is worked out from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated: Option<&'a str>,
    /// Whether that happens when it is read; otherwise when it is written.
    #[serde(skip_serializing_if = "is_false")]
    pub is_virtual: bool,
    /// `plain`, `external`, `extended` or `main`, if that is not its type's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<&'a str>,
    /// The compression method, if the text says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compression: Option<&'a str>,
    /// The statistics target, if the text says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistics: Option<i64>,
    /// Attribute options, and those of a foreign table's column, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Setting<'a>>,
    /// Whether a parent has it too.
    #[serde(skip_serializing_if = "is_false")]
    pub is_inherited: bool,
    /// Whether the table itself defines it; not only a parent.
    #[serde(skip_serializing_if = "is_true")]
    pub is_local: bool,
    /// The comment on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<&'a str>,
    /// What was granted on it alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privileges: Option<Vec<Privilege<'a>>>,
}

/// A key of an index or of an exclusion constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IndexKey<'a> {
    /// A column's name in quotes where it needs them, or an expression.
    pub expression: Text,
    /// Whether it is a column.
    #[serde(skip_serializing_if = "is_false")]
    pub is_column: bool,
    /// The collation, if the text says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collation: Option<&'a str>,
    /// The operator class as written, with its parameters; none for its type's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator_class: Option<&'a str>,
    /// Whether it sorts backwards.
    #[serde(skip_serializing_if = "is_false")]
    pub is_descending: bool,
    /// Whether nulls come first: by default, if it sorts backwards.
    #[serde(skip_serializing_if = "is_false")]
    pub nulls_first: bool,
    /// The operator of an exclusion constraint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<&'a str>,
}

/// A constraint of a table or of a domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Constraint<'a> {
    /// Its name, or the one that PostgreSQL gives it.
    pub name: &'a str,
    /// `primary_key`, `unique`, `check`, `foreign_key`, `exclusion` or `not_null`.
    pub kind: &'static str,
    /// The columns it is on, in its order; of a check those that it mentions are not listed.
    #[serde(skip_serializing_if = "has_none")]
    pub columns: &'a [Text],
    /// The condition of a check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expression: Option<&'a str>,
    /// The table of a foreign key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub references: Option<QualifiedName<'a>>,
    /// Its columns, as PostgreSQL fills them in: those of the primary key.
    #[serde(skip_serializing_if = "has_none")]
    pub referenced_columns: &'a [Text],
    /// `simple` or `full`.
    #[serde(skip_serializing_if = "is_simple")]
    pub r#match: &'static str,
    /// `no action`, `restrict`, `cascade`, `set null` or `set default`.
    #[serde(skip_serializing_if = "is_no_action")]
    pub on_delete: &'static str,
    /// The same.
    #[serde(skip_serializing_if = "is_no_action")]
    pub on_update: &'static str,
    /// The columns that `ON DELETE SET …` names.
    #[serde(skip_serializing_if = "has_none")]
    pub on_delete_columns: &'a [Text],
    /// What an exclusion constraint compares.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<IndexKey<'a>>,
    /// The access method of an exclusion constraint's index, if it is not `gist`… as written; None for
    /// `btree`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<&'a str>,
    /// Columns that the index holds besides.
    #[serde(skip_serializing_if = "has_none")]
    pub include: &'a [Text],
    /// The predicate of an exclusion constraint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#where: Option<&'a str>,
    /// Whether two nulls are the same to it.
    #[serde(skip_serializing_if = "is_false")]
    pub nulls_not_distinct: bool,
    /// Whether the last column is compared by `WITHOUT OVERLAPS` or `PERIOD`.
    #[serde(skip_serializing_if = "is_false")]
    pub is_period: bool,
    /// Storage parameters of its index, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Setting<'a>>,
    /// The tablespace of its index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<&'a str>,
    /// Whether it can be checked at the end of the transaction.
    #[serde(skip_serializing_if = "is_false")]
    pub is_deferrable: bool,
    /// Whether it is, unless told otherwise.
    #[serde(skip_serializing_if = "is_false")]
    pub is_deferred: bool,
    /// Whether rows that were there before are known to satisfy it.
    #[serde(skip_serializing_if = "is_true")]
    pub is_valid: bool,
    /// Whether it is checked at all.
    #[serde(skip_serializing_if = "is_true")]
    pub is_enforced: bool,
    /// Whether tables that inherit get it too.
    #[serde(skip_serializing_if = "is_true")]
    pub is_inheritable: bool,
    /// Whether a parent has it too.
    #[serde(skip_serializing_if = "is_false")]
    pub is_inherited: bool,
    /// Whether the table itself defines it; not only a parent.
    #[serde(skip_serializing_if = "is_true")]
    pub is_local: bool,
    /// The comment on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<&'a str>,
    /// The comment on its index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index_comment: Option<&'a str>,
    /// Where it is defined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place<'a>>,
}

/// Which part of a partitioned table a table is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartitionOf<'a> {
    /// The partitioned table.
    pub parent: QualifiedName<'a>,
    /// Its bound, such as `for values from (1) to (10)` or `default`.
    pub bound: &'a str,
}

schema_object! {
    /// A table, partitioned or not, or a foreign table.
    Table {
        /// Its columns in their order, those of its parents included.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub columns: Vec<Column<'a>>,
        /// Its constraints by name, those of its parents included.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub constraints: Vec<Constraint<'a>>,
        /// Whether it is a foreign table.
        #[serde(skip_serializing_if = "is_false")]
        pub is_foreign: bool,
        /// `permanent`, `unlogged` or `temporary`.
        #[serde(skip_serializing_if = "is_permanent")]
        pub persistence: &'static str,
        /// How it is partitioned, such as `range (created_at)`; None if it is not.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub partition_by: Option<&'a str>,
        /// What it is a partition of.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub partition_of: Option<PartitionOf<'a>>,
        /// The tables it inherits from, in their order; a partition's parent is not among them.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub inherits: Vec<QualifiedName<'a>>,
        /// The composite type that it has the columns of.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub of_type: Option<QualifiedName<'a>>,
        /// Whether row level security is enabled.
        #[serde(skip_serializing_if = "is_false")]
        pub has_row_security: bool,
        /// Whether its owner is subject to it too.
        #[serde(skip_serializing_if = "is_false")]
        pub forces_row_security: bool,
        /// `default`, `full`, `nothing`, or the name of an index.
        #[serde(skip_serializing_if = "is_default")]
        pub replica_identity: &'a str,
        /// The index it is clustered on.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub clustered_on: Option<&'a str>,
        /// Its access method, if the text says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub access_method: Option<&'a str>,
        /// Its tablespace, if the text says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tablespace: Option<&'a str>,
        /// Storage parameters, and options of a foreign table, by name.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub options: Vec<Setting<'a>>,
        /// The server of a foreign table.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub server: Option<&'a str>,
    }
}

schema_object! {
    /// An index that is not that of a constraint.
    Index {
        /// The table or materialised view, which is in the same schema.
        pub table: &'a str,
        /// What it sorts by.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub keys: Vec<IndexKey<'a>>,
        /// Its access method.
        #[serde(skip_serializing_if = "is_btree")]
        pub method: &'a str,
        /// Whether it refuses equal keys.
        #[serde(skip_serializing_if = "is_false")]
        pub is_unique: bool,
        /// Whether two nulls are the same to it.
        #[serde(skip_serializing_if = "is_false")]
        pub nulls_not_distinct: bool,
        /// Columns that it holds besides.
        #[serde(skip_serializing_if = "has_none")]
        pub include: &'a [Text],
        /// Its predicate.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub r#where: Option<&'a str>,
        /// Whether it is made `ON ONLY` a partitioned table.
        #[serde(skip_serializing_if = "is_false")]
        pub is_only: bool,
        /// The index of the partitioned table that this one is a part of.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub parent: Option<QualifiedName<'a>>,
        /// Storage parameters, by name.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub options: Vec<Setting<'a>>,
        /// Its tablespace, if the text says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tablespace: Option<&'a str>,
        /// Statistics targets as `ALTER COLUMN n` gives them, by the key's number.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub statistics: Vec<Setting<'a>>,
    }
}

schema_object! {
    /// A sequence, defined by a statement, by `serial` or by an identity column.
    Sequence {
        /// `smallint`, `integer` or `bigint`.
        #[serde(skip_serializing_if = "is_bigint")]
        pub r#type: &'static str,
        /// Its first value.
        #[serde(skip_serializing_if = "is_one")]
        pub start: i64,
        /// Its step.
        #[serde(skip_serializing_if = "is_one")]
        pub increment: i64,
        /// Its least value.
        #[serde(skip_serializing_if = "is_one")]
        pub minimum: i64,
        /// Its greatest value.
        #[serde(skip_serializing_if = "is_greatest")]
        pub maximum: i64,
        /// How many values a session takes at once.
        #[serde(skip_serializing_if = "is_one")]
        pub cache: i64,
        /// Whether it starts anew after its last value.
        #[serde(skip_serializing_if = "is_false")]
        pub cycles: bool,
        /// `permanent`, `unlogged` or `temporary`.
        #[serde(skip_serializing_if = "is_permanent")]
        pub persistence: &'static str,
        /// The table it goes away with.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub owned_by: Option<QualifiedName<'a>>,
        /// The column of that table.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub owned_by_column: Option<&'a str>,
        /// Whether it is that of an identity column.
        #[serde(skip_serializing_if = "is_false")]
        pub is_identity: bool,
    }
}

schema_object! {
    /// A view or a materialised view.
    View {
        /// Its query.
        pub query: &'a str,
        /// The names that the text gives its columns.
        #[serde(skip_serializing_if = "has_none")]
        pub columns: &'a [Text],
        /// Whether it keeps its rows.
        #[serde(skip_serializing_if = "is_false")]
        pub is_materialized: bool,
        /// Whether it is made by `CREATE RECURSIVE VIEW`.
        #[serde(skip_serializing_if = "is_false")]
        pub is_recursive: bool,
        /// `permanent`, `unlogged` or `temporary`.
        #[serde(skip_serializing_if = "is_permanent")]
        pub persistence: &'static str,
        /// `local` or `cascaded`.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub check_option: Option<&'a str>,
        /// Whether a materialised view is filled.
        #[serde(skip_serializing_if = "is_true")]
        pub has_data: bool,
        /// The access method of a materialised view, if the text says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub access_method: Option<&'a str>,
        /// The tablespace of a materialised view, if the text says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tablespace: Option<&'a str>,
        /// The index a materialised view is clustered on.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub clustered_on: Option<&'a str>,
        /// Options such as `security_barrier` and storage parameters, by name.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub options: Vec<Setting<'a>>,
        /// What `ALTER … COLUMN` says of its columns: `default`, `statistics`, `storage`, `compression`, named
        /// `column.setting`.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub column_settings: Vec<Setting<'a>>,
        /// The comments on its columns, by column.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub column_comments: Vec<Setting<'a>>,
        /// What was granted on columns alone, as `column` and its privileges.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub column_privileges: Vec<(&'a str, Vec<Privilege<'a>>)>,
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives references")]
fn is_greatest(value: &i64) -> bool {
    *value == i64::MAX
}

fn is_simple(value: &str) -> bool {
    value == "simple"
}

fn is_no_action(value: &str) -> bool {
    value == "no action"
}

fn is_default(value: &str) -> bool {
    value == "default"
}

fn is_btree(value: &str) -> bool {
    value == "btree"
}

fn is_bigint(value: &str) -> bool {
    value == "bigint"
}
