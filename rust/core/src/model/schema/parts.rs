//! What the objects of a schema have in common.

use compact_str::CompactString;
use serde::Serialize;

/// Text of the model: names, types and expressions, of which most are short.
pub type Text = CompactString;

/// Where the statement starts that defines something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place<'a> {
    /// The file, as the caller named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<&'a str>,
    /// Line of its first character, from 1.
    pub line: u64,
    /// Column of its first character, in characters, from 1.
    pub column: u64,
}

/// A name and the schema it is in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct QualifiedName<'a> {
    /// Its schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<&'a str>,
    /// Its name, without quotes.
    pub name: &'a str,
}

/// A name and a value: a storage parameter, an option of a foreign table, a routine's `SET`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting<'a> {
    /// The name.
    pub name: &'a str,
    /// The value as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<&'a str>,
}

/// What someone may do with an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Privilege<'a> {
    /// The role; `public` for all, None for whoever owns the object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grantee: Option<&'a str>,
    /// The privilege in capitals.
    pub privilege: &'a str,
    /// Whether the grantee may grant it to others.
    #[serde(skip_serializing_if = "is_false")]
    pub is_grantable: bool,
}

/// Declares a struct with the fields of every object first.
macro_rules! schema_object {
    ($(#[$meta:meta])* $name:ident { $($body:tt)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        pub struct $name<'a> {
            /// The schema it is in; None for what is in none.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub schema: Option<&'a str>,
            /// Its name, without quotes.
            pub name: &'a str,
            /// The role that owns it.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub owner: Option<&'a str>,
            /// The comment on it.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub comment: Option<&'a str>,
            /// Who may do what; None for PostgreSQL's defaults.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub privileges: Option<Vec<$crate::model::schema::Privilege<'a>>>,
            /// Where it is defined.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub place: Option<$crate::model::schema::Place<'a>>,
            $($body)*
        }

    };
}
pub(crate) use schema_object;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives references")]
pub(crate) fn is_false(value: &bool) -> bool {
    !*value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives references")]
pub(crate) fn is_true(value: &bool) -> bool {
    *value
}

pub(crate) fn has_none(values: &[Text]) -> bool {
    values.is_empty()
}

pub(crate) fn is_origin(value: &str) -> bool {
    value == "origin"
}

pub(crate) fn is_permanent(value: &str) -> bool {
    value == "permanent"
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives references")]
pub(crate) fn is_one(value: &i64) -> bool {
    *value == 1
}
