//! Types and domains.

use serde::Serialize;

use super::parts::{Setting, Text, has_none, is_false, schema_object};
use super::tables::Constraint;

/// An attribute of a composite type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attribute<'a> {
    /// Its name, without quotes.
    pub name: &'a str,
    /// Its type, as a column's.
    pub r#type: Text,
    /// Its collation, as a column's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collation: Option<&'a str>,
    /// The comment on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<&'a str>,
}

schema_object! {
    /// A type that is neither a domain nor that of a table.
    Type {
        /// `enum`, `composite`, `range`, `base` or `shell`.
        pub kind: &'static str,
        /// The labels of an enum, in their order.
        #[serde(skip_serializing_if = "has_none")]
        pub labels: &'a [Text],
        /// The attributes of a composite type, in their order.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub attributes: Vec<Attribute<'a>>,
        /// What a range or a base type is defined by, such as `subtype`, by name.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub options: Vec<Setting<'a>>,
    }
}

schema_object! {
    /// A domain.
    Domain {
        /// The type it is over, as a column's.
        pub r#type: Text,
        /// Its collation, as a column's.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub collation: Option<&'a str>,
        /// Whether it refuses nulls.
        #[serde(skip_serializing_if = "is_false")]
        pub is_not_null: bool,
        /// The expression of its default.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub default: Option<&'a str>,
        /// Its checks and its not-null constraint, by name.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub constraints: Vec<Constraint<'a>>,
    }
}
