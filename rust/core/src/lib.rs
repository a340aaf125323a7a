//! The engine of Confiture: it selects the SQL files of a schema tree, digests them, writes them as one
//! bundle, and accounts for every statement in them.
//!
//! Nothing in here knows Python, configuration files or a terminal. `docs/selection.md`,
//! `docs/digest.md`, `docs/bundle.md` and `docs/statements.md` specify the behaviour; the Python package has
//! a twin of this crate that gives the same answers.

pub mod dbt;
mod error;
pub mod files;
pub mod graph;
mod hex;
pub mod model;
pub mod sql;
mod workers;

pub use error::{Error, OpenFile, Result};
pub use workers::workers;
