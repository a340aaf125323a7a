//! What a check looks at of a model.

use serde::Serialize;

use super::others::{LedgerEntry, Opaque};
use super::parts::{Place, QualifiedName};

/// What a check looks at of every model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckedModel<'a> {
    /// The names of the schemas.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub schemas: Vec<&'a str>,
    /// The extensions, each in the schema that the text says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<QualifiedName<'a>>,
    /// As in the model.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub opaque: &'a [Opaque<'a>],
    /// What is needed and not there; if some of it comes too late, with all else that is needed at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub edges: Vec<CheckedEdge<'a>>,
    /// As in the model.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub ledger: &'a [LedgerEntry],
}

/// That an object needs another one when its statement runs, or in its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckedEdge<'a> {
    /// As in an edge of the model.
    pub source: &'a str,
    /// As in an edge of the model.
    pub target: &'a str,
    /// As in an edge of the model.
    pub kind: &'static str,
    /// `missing`: the text does not define the target; `dropped`: the text drops it, and nothing of its name is
    /// there in the end; `late`: it is defined only after the statement that needs it; else nothing.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub status: &'static str,
    /// Where the statement starts that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place<'a>>,
    /// Where the statement starts that defines the target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defined: Option<Place<'a>>,
}
