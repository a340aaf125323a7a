//! Schemas, extensions, roles, and the kinds of objects that are told by their clauses.

use serde::Serialize;

use super::parts::{Place, Privilege, Setting, Text, has_none, is_false, is_true, schema_object};

schema_object! {
    /// A schema.
    Schema {
    }
}

schema_object! {
    /// An extension; `schema` is the one its objects are in, if the text says so.
    Extension {
        /// Its version, if the text says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub version: Option<&'a str>,
        /// Objects that `ALTER EXTENSION … ADD` names, as they are called.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub members: Vec<Text>,
    }
}

schema_object! {
    /// A role.
    Role {
        /// Whether it can log in, as `CREATE USER` gives it.
        #[serde(skip_serializing_if = "is_false")]
        pub can_login: bool,
        /// Its other options, such as `superuser` or `connection limit`, by name; a password only tells that
        /// there is one.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub options: Vec<Setting<'a>>,
        /// The roles it is a member of, by name, with the options of the membership as written.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub member_of: Vec<Setting<'a>>,
        /// What it runs with, by name; in one database as `database.name`.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub settings: Vec<Setting<'a>>,
    }
}

/// What `ALTER DEFAULT PRIVILEGES` says of the objects that are made later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DefaultPrivileges<'a> {
    /// The role that makes them; None for whoever runs the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<&'a str>,
    /// The schema they are made in; None for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<&'a str>,
    /// `tables`, `sequences`, `functions`, `types`, `schemas` or `large objects`.
    pub objects: &'static str,
    /// What is granted besides PostgreSQL's defaults.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub granted: Vec<Privilege<'a>>,
    /// What is revoked of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revoked: Vec<Privilege<'a>>,
    /// Where it was said first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place<'a>>,
}

schema_object! {
    /// An object of a kind that is told by its clauses.
    Definition {
        /// As in an identity: `cast`, `operator`, `operator_class`, `operator_family`, `collation`,
        /// `conversion`, `text_search_configuration`, `text_search_dictionary`, `text_search_parser`,
        /// `text_search_template`, `statistics`, `publication`, `subscription`, `foreign_data_wrapper`,
        /// `foreign_server`, `user_mapping`, `language`, `access_method`, `transform`, `tablespace` or
        /// `database`.
        pub kind: &'static str,
        /// Types, as in an identity.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub arguments: Option<Vec<Text>>,
        /// As in an identity.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub parent: Option<&'a str>,
        /// What the statement that made it says after its name.
        #[serde(skip_serializing_if = "str::is_empty")]
        pub clauses: &'a str,
        /// What later statements changed of it, in their order, as far as it is not in the other attributes.
        #[serde(skip_serializing_if = "has_none")]
        pub changes: &'a [Text],
    }
}

/// A statement that defines something and is kept as it is, as the model has no place for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Opaque<'a> {
    /// Its command tag; None if it is no statement that PostgreSQL knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// What it touches, if anything has a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// SHA-256 of its normalised text, 64 hexadecimal digits.
    pub fingerprint: Text,
    /// Why it is not modelled.
    pub reason: Text,
    /// Whether it breaks the rules of the grammar; otherwise it is beyond the model.
    #[serde(skip_serializing_if = "is_false")]
    pub is_refused: bool,
    /// Where it starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place<'a>>,
}

/// That an object needs another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edge<'a> {
    /// What needs, as it is called: `view app.active_users`.
    pub source: &'a str,
    /// What is needed; a name in it without a schema is defined nowhere in the text.
    pub target: &'a str,
    /// How: `foreign_key`, `query`, `body`, `type`, `default`, `check`, `generated`, `index`, `owned_by`,
    /// `trigger`, `trigger_function`, `policy`, `rule`, `partition`, `inherits`, `like`, `definition`.
    pub kind: &'static str,
    /// Whether the text defines the target.
    #[serde(skip_serializing_if = "is_true")]
    pub is_defined: bool,
    /// Whether the target is defined only after the statement that needs it: it was found at the end.
    #[serde(skip_serializing_if = "is_false")]
    pub is_late: bool,
    /// Where the statement starts that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place<'a>>,
}

/// What became of the statements of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerEntry {
    /// Their command tag; None for those without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// How many are in the model.
    #[serde(skip_serializing_if = "is_zero")]
    pub modelled: i64,
    /// How many are kept as they are.
    #[serde(skip_serializing_if = "is_zero")]
    pub opaque: i64,
    /// How many break the rules of the grammar, and are kept as they are.
    #[serde(skip_serializing_if = "is_zero")]
    pub refused: i64,
    /// How many define nothing: queries, data, transactions, settings.
    #[serde(skip_serializing_if = "is_zero")]
    pub passed: i64,
}

/// What a statement touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// The words of its `CREATE`, with `_` for spaces.
    pub kind: &'static str,
    /// The schema that is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<Text>,
    /// Its name without quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// Types, or roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arguments: Option<Vec<Text>>,
    /// What it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<Text>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives references")]
fn is_zero(value: &i64) -> bool {
    *value == 0
}
