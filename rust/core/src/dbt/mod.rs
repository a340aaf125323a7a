//! dbt's manifests and catalogs, held as the text that dbt wrote.
//!
//! Loading reads the text once: it must be JSON, and the values of all fields that dbt's schemas know must be
//! of their types. What the schemas do not know is kept. Nothing is made of a resource before it is asked
//! for, and nothing is ever written but what was read: `docs/dbt.md` specifies the behaviour.

mod comparison;
mod extraction;
mod fields;
mod index;
pub mod json;
mod loading;
mod manifest;
mod members;
mod problem;
pub mod records;
pub mod templates;
mod walk;

pub use manifest::{DbtArtifact, Manifest, Resource};
pub use problem::{Problem, ProblemKind};
