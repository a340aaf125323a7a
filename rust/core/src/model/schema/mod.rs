//! The types of the model, field by field those of `confiture.models.schema`.

mod checked;
mod others;
mod parts;
mod routines;
mod tables;
mod types;

pub use checked::{CheckedEdge, CheckedModel};
pub use others::{
    DefaultPrivileges, Definition, Edge, Extension, Identity, LedgerEntry, Opaque, Role, Schema,
};
pub use parts::{Place, Privilege, QualifiedName, Setting, Text};
pub use routines::{Aggregate, Argument, EventTrigger, Policy, Routine, Rule, Trigger};
pub use tables::{Column, Constraint, Index, IndexKey, PartitionOf, Sequence, Table, View};
pub use types::{Attribute, Domain, Type};
